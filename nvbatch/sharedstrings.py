"""The string table of an .xlsx in, its texts out, with those that are struck through or in fonts of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from nvbatch.legacy import Run

_TABLE = re.compile(rb"<sst(?: [^>]*[^/>])?>")
_SPACED = re.compile('<si><t xml:space="preserve">([^<]*)</t>|<si><t/>()')
_OPENED, _CLOSED = "<si><t>", "</t></si>"
_APART = "\uf8ff"  # a character for private use, which no text of an office holds
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Strings:
    """Shared strings; ``struck`` are those with struck-through runs, ``runs`` those with runs in fonts of their own."""

    texts: tuple[str, ...] = ()
    struck: frozenset[int] = frozenset()
    runs: dict[int, tuple[Run, ...]] = field(default_factory=dict)


def read_strings(xml: bytes) -> Strings:
    """All shared strings in order, phonetic hints left out."""
    try:
        return _plain_strings(xml) or _any_strings(xml)
    except (ValueError, expat.ExpatError):
        return _any_strings(xml)


def _any_strings(xml: bytes) -> Strings:
    reader = _StringReader()
    parser = parser_of(reader.start, reader.end, reader.text)
    parser.Parse(xml, True)
    return Strings(tuple(reader.texts), frozenset(reader.struck), reader.runs)


def _plain_strings(xml: bytes) -> Strings | None:
    """By patterns, where the table is written as nearly all programs do; strings made of runs by themselves."""
    begin, end = _TABLE.search(xml), xml.rfind(b"</sst>")
    if begin is None or end < 0 or b"<!" in xml or not in_utf8(xml):
        return None
    table = xml[begin.end() : end].decode()
    if (same := _all_alike(table)) is not None:
        return Strings(tuple(plain_texts(same)))
    pieces = table.split("</si>")
    if pieces.pop():
        return None
    texts: list[str] = []
    odd: dict[int, str] = {}
    for number, piece in enumerate(pieces):
        if piece.startswith("<si><t>") and piece.endswith("</t>") and piece.count("<") == 3:
            texts.append(piece[7:-4])
        elif (found := _SPACED.fullmatch(piece)) is not None:
            texts.append(found[1] or "")
        else:
            texts.append("")
            odd[number] = piece
    shown = list(plain_texts(texts))
    if not odd:
        return Strings(tuple(shown))
    return _with_runs(shown, odd, xml[: begin.end()])


def _all_alike(table: str) -> list[str] | None:
    """The texts of a table in which every string is written as plainly as can be; None for any other."""
    table = table.replace('<t xml:space="preserve">', "<t>").replace("<t/>", "<t></t>")
    if not (table.startswith(_OPENED) and table.endswith(_CLOSED)):
        return None
    texts = table[len(_OPENED) : -len(_CLOSED)].split(_CLOSED + _OPENED)
    return texts if table.count("<") == 4 * len(texts) else None


def _with_runs(shown: list[str], odd: dict[int, str], head: bytes) -> Strings:
    """The table with those strings put in that the patterns do not cover."""
    found = _any_strings(head + "".join(piece + "</si>" for piece in odd.values()).encode() + b"</sst>")
    if len(found.texts) != len(odd):
        raise ValueError("strings within strings")
    numbers = list(odd)
    for number, text in zip(numbers, found.texts, strict=True):
        shown[number] = text
    return Strings(
        tuple(shown),
        frozenset(numbers[at] for at in found.struck),
        {numbers[at]: runs for at, runs in found.runs.items()},
    )


def plain_texts(written: Sequence[str]) -> Sequence[str]:
    """The texts of XML without elements, all at once. Raises ValueError or ExpatError where they are no such texts."""
    together = _APART.join(written)
    texts = written
    if "&" in together or "\r" in together:
        found: list[str] = []
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = min(max(3 * len(together), 1024), 1 << 28)
        parser.CharacterDataHandler = found.append
        parser.Parse(f"<t>{together}</t>".encode(), True)
        together = "".join(found)
        texts = together.split(_APART)
    if len(texts) != len(written):
        raise ValueError("a text holds the mark that keeps the texts apart")
    return [unescaped(one) for one in texts] if "_x" in together else texts


def in_utf8(xml: bytes) -> bool:
    """Does an XML declaration say UTF-8, or nothing?"""
    head = xml[: xml.find(b"?>", 0, 200) + 2].lower()
    return b"encoding" not in head or b"utf-8" in head


def unescaped(text: str) -> str:
    """``_x000B_`` is how the format writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def parser_of(start: Any, end: Any, text: Any) -> Any:
    """An expat parser that calls these for elements and text, names with their namespaces."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


@dataclass(slots=True)
class _StringReader:
    texts: list[str] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    runs: dict[int, tuple[Run, ...]] = field(default_factory=dict)
    pieces: list[Run] = field(default_factory=list)
    font: str = ""
    reading: bool = False
    phonetic: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "si":
            self.pieces = []
        elif name == "r":
            self.font = ""
        elif name == "rFont":
            self.font = attributes.get("val", "")
        elif name == "t":
            self.reading = not self.phonetic
        elif name == "rPh":
            self.phonetic = True
        elif name == "strike" and attributes.get("val", "1") not in ("0", "false"):
            self.struck.add(len(self.texts))

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "si":
            self.close_string()
        elif name == "t":
            self.reading = False
        elif name == "rPh":
            self.phonetic = False

    def text(self, data: str) -> None:
        if self.reading:
            self.pieces.append((data, self.font))

    def close_string(self) -> None:
        if any(font for _, font in self.pieces):
            self.runs[len(self.texts)] = tuple((unescaped(text), font) for text, font in self.pieces)
        self.texts.append(unescaped("".join(text for text, _ in self.pieces)))
        self.font = ""
