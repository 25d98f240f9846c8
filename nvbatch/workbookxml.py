"""The parts of an .xlsx package around its sheets in: sheet list, shared strings, styles, date system out."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from nvbatch.legacy import script_of
from nvbatch.sharedstrings import parser_of

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_SMALL = 1 << 16  # bytes of a part that is worth keeping in mind
_PERCENT_IDS = frozenset((9, 10))
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: its name, the part that holds it, and whether a person sees it."""

    name: str
    part: str
    visible: bool


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

    def __init__(self, data: bytes, names: Sequence[str] = (), inflated: Mapping[str, bytes] | None = None) -> None:
        self._data, self._names, self._inflated = data, names, inflated or {}

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self._data))

    def namelist(self) -> Sequence[str]:
        return self._names or self.archive.namelist()

    def size(self, name: str) -> int:
        """How large a part is when inflated."""
        known = self._inflated.get(name)
        return self.archive.getinfo(name).file_size if known is None else len(known)

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
    book = _elements(archive.read(parts[main.casefold()]), ("sheet", "workbookPr"))
    sheets, epoch = [], date(1899, 12, 30)
    for tag, attributes in book:
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
    for _, attributes in _elements(archive.read(parts[name.casefold()]), ("Relationship",)):
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)
    return found


def _elements(xml: bytes, wanted: tuple[str, ...]) -> Sequence[tuple[str, Mapping[str, str]]]:
    """Elements of the wanted names with their attributes, names without namespace."""
    return _known_elements(xml, wanted) if len(xml) < _SMALL else _Elements(xml, wanted).found


@lru_cache(maxsize=32)  # the workbooks of one form, and of one program, say the same
def _known_elements(xml: bytes, wanted: tuple[str, ...]) -> Sequence[tuple[str, Mapping[str, str]]]:
    return _Elements(xml, wanted).found


class _Elements:
    """Elements of the wanted names with their attributes, names without namespace."""

    def __init__(self, xml: bytes, wanted: tuple[str, ...]) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        self._wanted = wanted
        parser_of(self._start, None, None).Parse(xml, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name in self._wanted:
            self.found.append((name, {key.rpartition(" ")[2]: value for key, value in attributes.items()}))


# --- styles -------------------------------------------------------------------------------------


@lru_cache(maxsize=8)  # the workbooks of one form have the same styles
def _styles(xml: bytes) -> Styles:
    reader = _StyleReader()
    parser_of(reader.start, reader.end, None).Parse(xml, True)
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
