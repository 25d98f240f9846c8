"""A written workbook in, the numbers that stand in its named cells out, read from the file as it lies there."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import unescape

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)")


class NotAWorkbook(Exception):
    """The file cannot be read as a workbook; the text is Vietnamese."""


def named_numbers(path: Path) -> dict[str, str]:
    """Name → the raw value of its cell (blank when it holds no number), for names that point to one cell."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = etree.fromstring(archive.read("xl/workbook.xml"))
            wanted = {name: place for name, place in _names(book).items() if place is not None}
            sheets = _sheets(archive, book, {sheet for sheet, _ in wanted.values()})
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise NotAWorkbook(f"«{path.name}» không phải là bảng tính (.xlsx).") from error
    return {name: _value(sheets.get(sheet, b""), cell) for name, (sheet, cell) in wanted.items()}


def _names(book: etree._Element) -> dict[str, tuple[str, str] | None]:
    found: dict[str, tuple[str, str] | None] = {}
    for name in book.iter(f"{_MAIN}definedName"):
        place = _PLACE.fullmatch((name.text or "").strip())
        if place and not str(name.get("name")).startswith("_"):
            found[str(name.get("name"))] = ((place[1] or place[2]).replace("''", "'"), place[3] + place[4])
    return found


def _sheets(archive: zipfile.ZipFile, book: etree._Element, wanted: set[str]) -> Mapping[str, bytes]:
    """Name of a sheet → its XML."""
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): str(r.get("Target")).lstrip("/").removeprefix("xl/") for r in relations}
    parts = {str(s.get("name")): f"xl/{targets[s.get(_RELATION)]}" for s in book.iter(f"{_MAIN}sheet")}
    return {name: archive.read(part) for name, part in parts.items() if name in wanted}


def _value(sheet: bytes, cell: str) -> str:
    """Text and formulas without a number give nothing."""
    found = re.search(rb'<c r="%s"(?P<more>[^>]*)>(?P<inside>.*?)</c>' % cell.encode(), sheet, re.DOTALL)
    if found is None or b't="' in found["more"]:
        return ""
    value = re.search(rb"<v>([^<]*)</v>", found["inside"])
    return unescape(value[1].decode("utf-8")) if value else ""
