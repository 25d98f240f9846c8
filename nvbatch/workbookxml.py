"""The parts of an .xlsx package around its sheets in: sheet list, shared strings, styles, date system out."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from nvbatch.legacy import Run, script_of

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_IDS = frozenset((9, 10))
_TABLE = re.compile(rb"<sst(?: [^>]*[^/>])?>")
_SPACED = re.compile(rb'<si><t xml:space="preserve">([^<]*)</t>|<si><t/>()')
_APART = "\uf8ff".encode()  # a character for private use, which no text of an office holds
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: its name, the part that holds it, and whether a person sees it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Strings:
    """Shared strings; ``struck`` are those with struck-through runs, ``runs`` those with runs in fonts of their own."""

    texts: tuple[str, ...] = ()
    struck: frozenset[int] = frozenset()
    runs: dict[int, tuple[Run, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Styles:
    """Cell style numbers with a date format, a percent format, a struck-through font; ``old_fonts`` by style number."""

    dates: frozenset[int] = frozenset()
    percent: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    old_fonts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """What must be known of the package before a sheet is read. ``epoch`` is day 0 of its date system."""

    sheets: tuple[SheetPart, ...]
    styles: Styles
    epoch: date
    strings_part: str | None
    parts: dict[str, str]  # part name in lower case → as it stands in the zip


class Parts:
    """The parts of a zip package by name; what the gate has inflated already is not inflated again."""

    def __init__(self, archive: zipfile.ZipFile, inflated: Mapping[str, bytes]) -> None:
        self.archive, self._inflated = archive, inflated

    def namelist(self) -> list[str]:
        return self.archive.namelist()

    def size(self, name: str) -> int:
        """How large a part is when inflated."""
        return self.archive.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises KeyError when there is none of that name."""
        known = self._inflated.get(name)
        return self.archive.read(name) if known is None else known


def open_package(archive: Parts | zipfile.ZipFile) -> Package:
    """Read workbook.xml, its relationships and styles. Raises ExpatError or KeyError when they are broken."""
    parts = {name.casefold(): name for name in archive.namelist()}
    main = _main_part(archive, parts)
    folder = posixpath.dirname(main)
    relations = _relations(archive, parts, f"{folder}/_rels/{posixpath.basename(main)}.rels", folder)
    book = _Elements(archive.read(parts[main.casefold()]), ("sheet", "workbookPr"))
    sheets, epoch = [], date(1899, 12, 30)
    for tag, attributes in book.found:
        if tag == "workbookPr":
            epoch = date(1904, 1, 1) if attributes.get("date1904") in ("1", "true") else epoch
            continue
        kind, target = relations.get(attributes.get("id", ""), ("", ""))
        if kind == "worksheet":
            visible = attributes.get("state", "visible") == "visible"
            sheets.append(SheetPart(attributes.get("name", ""), target, visible))
    by_kind = dict(relations.values())
    styles = by_kind.get("styles", "").casefold()
    strings = by_kind.get("sharedStrings", "").casefold()
    return Package(
        sheets=tuple(sheets),
        styles=_styles(archive.read(parts[styles])) if styles in parts else Styles(),
        epoch=epoch,
        strings_part=parts.get(strings),
        parts=parts,
    )


def read_strings(xml: bytes) -> Strings:
    """All shared strings in order, phonetic hints left out."""
    try:
        return _plain_strings(xml) or _any_strings(xml)
    except (ValueError, expat.ExpatError):
        return _any_strings(xml)


def _any_strings(xml: bytes) -> Strings:
    reader = _StringReader()
    parser = _parser(reader.start, reader.end, reader.text)
    parser.Parse(xml, True)
    return Strings(tuple(reader.texts), frozenset(reader.struck), reader.runs)


def _plain_strings(xml: bytes) -> Strings | None:
    """By patterns, where the table is written as nearly all programs do; strings made of runs by themselves."""
    begin, end = _TABLE.search(xml), xml.rfind(b"</sst>")
    if begin is None or end < 0 or b"<!" in xml or not in_utf8(xml):
        return None
    pieces = xml[begin.end() : end].split(b"</si>")
    if pieces.pop():
        return None
    texts: list[bytes] = []
    odd: dict[int, bytes] = {}
    for number, piece in enumerate(pieces):
        if piece.startswith(b"<si><t>") and piece.endswith(b"</t>") and piece.count(b"<") == 3:
            texts.append(piece[7:-4])
        elif (found := _SPACED.fullmatch(piece)) is not None:
            texts.append(found[1])
        else:
            texts.append(b"")
            odd[number] = piece
    shown = list(plain_texts(texts))
    if not odd:
        return Strings(tuple(shown))
    return _with_runs(shown, odd, xml[: begin.end()])


def _with_runs(shown: list[str], odd: dict[int, bytes], head: bytes) -> Strings:
    """The table with those strings put in that the patterns do not cover."""
    found = _any_strings(head + b"".join(piece + b"</si>" for piece in odd.values()) + b"</sst>")
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


def plain_texts(written: Sequence[bytes]) -> Sequence[str]:
    """The texts of XML without elements, all at once. Raises ValueError or ExpatError where they are no such texts."""
    together = _APART.join(written)
    if b"&" in together or b"\r" in together:
        found: list[str] = []
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = min(max(len(together), 1024), 1 << 28)
        parser.CharacterDataHandler = found.append
        parser.Parse(b"<t>" + together + b"</t>", True)
        text = "".join(found)
    else:
        text = together.decode()
    texts = text.split(_APART.decode()) if written else []
    if len(texts) != len(written):
        raise ValueError("a text holds the mark that keeps the texts apart")
    return [unescaped(one) for one in texts] if "_x" in text else texts


def in_utf8(xml: bytes) -> bool:
    """Does an XML declaration say UTF-8, or nothing?"""
    head = xml[: xml.find(b"?>", 0, 200) + 2].lower()
    return b"encoding" not in head or b"utf-8" in head


def unescaped(text: str) -> str:
    """``_x000B_`` is how the format writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _main_part(archive: Parts | zipfile.ZipFile, parts: dict[str, str]) -> str:
    if "_rels/.rels" in parts:
        for kind, target in _relations(archive, parts, "_rels/.rels", "").values():
            if kind == "officeDocument":
                return target
    return "xl/workbook.xml"


def _relations(
    archive: Parts | zipfile.ZipFile, parts: dict[str, str], name: str, folder: str
) -> dict[str, tuple[str, str]]:
    """Relationship id → (kind, part)."""
    if name.casefold() not in parts:
        return {}
    found = {}
    for _, attributes in _Elements(archive.read(parts[name.casefold()]), ("Relationship",)).found:
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)
    return found


class _Elements:
    """Elements of the wanted names with their attributes, names without namespace."""

    def __init__(self, xml: bytes, wanted: tuple[str, ...]) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        self._wanted = wanted
        _parser(self._start, None, None).Parse(xml, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name in self._wanted:
            self.found.append((name, {key.rpartition(" ")[2]: value for key, value in attributes.items()}))


def _parser(start: Any, end: Any, text: Any) -> Any:
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


# --- styles -------------------------------------------------------------------------------------


@lru_cache(maxsize=8)  # the workbooks of one form have the same styles
def _styles(xml: bytes) -> Styles:
    reader = _StyleReader()
    _parser(reader.start, reader.end, None).Parse(xml, True)
    dates, percent, struck = set(), set(), set()
    for number, (form, font) in enumerate(reader.cells):
        code = _QUOTED.sub("", reader.formats.get(form, "")).casefold()
        if form in reader.formats:
            if "%" in code:
                percent.add(number)
            elif code != "general" and re.search("[dmyhs]", code):
                dates.add(number)
        elif form in _PERCENT_IDS:
            percent.add(number)
        elif form in _DATE_IDS:
            dates.add(number)
        if font in reader.struck_fonts:
            struck.add(number)
    old = {number: reader.old_fonts[font] for number, (_, font) in enumerate(reader.cells) if font in reader.old_fonts}
    return Styles(frozenset(dates), frozenset(percent), frozenset(struck), old)


@dataclass(slots=True)
class _StyleReader:
    formats: dict[int, str] = field(default_factory=dict)
    struck_fonts: set[int] = field(default_factory=set)
    old_fonts: dict[int, str] = field(default_factory=dict)
    cells: list[tuple[int, int]] = field(default_factory=list)
    place: str = ""
    font: int = -1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            self.place = name
        elif name == "numFmt" and self.place != "dxfs":
            self.formats[int(attributes.get("numFmtId") or 0)] = attributes.get("formatCode", "")
        elif name == "font" and self.place == "fonts":
            self.font += 1
        elif name == "name" and self.place == "fonts" and script_of(attributes.get("val", "")):
            self.old_fonts[self.font] = attributes["val"]
        elif name == "strike" and self.place == "fonts" and attributes.get("val", "1") not in ("0", "false"):
            self.struck_fonts.add(self.font)
        elif name == "xf" and self.place == "cellXfs":
            self.cells.append((int(attributes.get("numFmtId") or 0), int(attributes.get("fontId") or 0)))

    def end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] == self.place:
            self.place = ""
