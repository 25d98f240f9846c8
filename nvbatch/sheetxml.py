"""The raw XML of an .xlsx sheet in; the signs that a fast reader hides, or the whole sheet read carefully, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from nvbatch.grid import Cell, place
from nvbatch.legacy import OLD_FONT
from nvbatch.workbookxml import Styles

# A cell beyond column ZZ or row 9,999: a dense reader would allocate everything in between.
_FAR = re.compile(rb' r="(?:[A-Z]{3}|[A-Z]{0,2}\d{5})')
_PLACES = re.compile(rb' r="([A-Z]*\d+)"')
_FORMULA = re.compile(rb"<f[ >/]")
_NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:</c>|<v>\s*</v>|<v\s*/>)")
_FALSE_NUMBER = re.compile(rb"<v>[-+]?(?i:nan|inf)")
_FALSE_INDEX = re.compile(rb't="s"[^>]*><v>[^0-9]')
_HIDDEN = re.compile(rb'<(row|col) ([^>]*\bhidden="(?:1|true)"[^>]*)>')
_CELL = re.compile(rb"<c ([^>]*)>")
_ATTRIBUTE = re.compile(rb'\b([a-zA-Z]+)="([^"]*)"')
_EMPTY_CELL = re.compile(rb"<c [^>]*/>|<c [^>/]*></c>")
_EMPTY_ROW = re.compile(rb"<row [^>]*/>|<row [^>]*></row>")
_UPPER = bytes(range(65, 91))


def squeeze(chunks: Iterator[bytes]) -> bytes:
    """Sheet XML without empty styled cells and rows, so that a million of them cost nothing."""
    parts: list[bytes] = []
    rest = b""
    for chunk in chunks:
        whole = rest + chunk
        cut = max(0, whole.rfind(b"<row "))
        parts.append(_EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", whole[:cut])))
        rest = whole[cut:]
    parts.append(rest)
    return b"".join(parts)


def needs_care(xml: bytes) -> bool:
    """Would a dense reader choke on this sheet, or hide an error, a formula without value, struck or doubled cells?"""
    if b"<sheetData" not in xml or b"<!" in xml:
        return True
    if b't="e"' in xml or b"<strike" in xml or _FAR.search(xml) or (b"rFont" in xml and OLD_FONT.search(xml)):
        return True
    if _FORMULA.search(xml) and _NO_VALUE.search(xml):
        return True
    if _FALSE_NUMBER.search(xml) or _FALSE_INDEX.search(xml):
        return True
    return not _well_ordered(xml)


def _well_ordered(xml: bytes) -> bool:
    """Every cell bears its place in plain syntax, once, within its own row."""
    places = _PLACES.findall(xml)
    if len(places) != len(set(places)) or len(places) != xml.count(b"<c ") + xml.count(b"<row ") + xml.count(b"<c>"):
        return False
    rows = [place.lstrip(_UPPER) for place in places]
    runs = sum(1 for _ in groupby(rows))
    return runs == len(set(rows)) == xml.count(b"<row ")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a fast reader does not show of a well-ordered sheet."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    folded_columns: frozenset[int] = frozenset()
    percents: frozenset[Cell] = frozenset()
    struck: frozenset[Cell] = frozenset()


def signs(xml: bytes, styles: Styles) -> Signs:
    """Hidden rows and columns, percent formats and struck cells of a sheet that needs no care."""
    rows: set[int] = set()
    columns: set[int] = set()
    folded: set[int] = set()
    for found in _HIDDEN.finditer(xml) if b'hidden="' in xml else ():
        attributes = dict(_ATTRIBUTE.findall(found[2]))
        if found[1] == b"row":
            rows.add(int(attributes.get(b"r", b"0")))
            continue
        span = range(int(attributes[b"min"]) - 1, min(int(attributes[b"max"]), 1024))
        (folded if int(attributes.get(b"outlineLevel", b"0")) else columns).update(span)
    percents: set[Cell] = set()
    struck: set[Cell] = set()
    for cell, style in _styled(xml) if styles.percent or styles.struck else ():
        if style in styles.percent:
            percents.add(cell)
        if style in styles.struck:
            struck.add(cell)
    return Signs(frozenset(rows), frozenset(columns), frozenset(folded), frozenset(percents), frozenset(struck))


def _styled(xml: bytes) -> Iterator[tuple[Cell, int]]:
    for found in _CELL.finditer(xml):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        if b"s" in attributes:
            yield place(attributes[b"r"].decode()), int(attributes[b"s"])
