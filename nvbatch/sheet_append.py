"""The XML of one worksheet and rows of values in; the same sheet with the rows under its last filled one, out.

Everything that stands there stays as it is, byte for byte in meaning: no cell, format, comment or formula is touched.
New cells wear the format of the last row; filters, drop-downs and coloured areas that ended there now end further down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from nvbatch.celltext import line_count, text
from nvbatch.grid import column_number, letter, place

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AREA = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+):(\$?[A-Z]{1,3}\$?)(\d+)")
_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")
_STANDARD_WIDTH = 9.0
_LINE = 15.0  # points that a line of 11 pt text takes
_TALLEST = 409.0
_LAST_ROW = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """The sheet anew, its last filled row before, and the numbers of the new rows."""

    xml: bytes
    last: int
    rows: tuple[int, ...]


def append_rows(
    xml: bytes,
    rows: Sequence[Mapping[str, Any]],
    letters: Mapping[str, str],
    *,
    header_row: int,
    dated: Callable[[int], int],
    epoch: date,
) -> Appended:
    """``letters``: field → column. ``dated``: a style number → one like it that shows a date."""
    tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    sheet = _Sheet(tree)
    last = max(sheet.last_filled(), header_row)
    model = sheet.rows.get(last) if last > header_row else None
    numbers = tuple(range(last + 1, last + 1 + len(rows)))
    if last + len(rows) > _LAST_ROW:
        raise ValueError("no room below the last row")
    for number, row in zip(numbers, rows, strict=True):
        node = sheet.row(number, model)
        for key, value in sorted(row.items(), key=lambda item: column_number(letters[item[0]])):
            column = letters[key]
            style = sheet.style(node, model, column)
            _fill(sheet.cell(node, column, number), value, style, dated, epoch)
        _heighten(node, row, letters, sheet)
    if rows:
        sheet.stretch(last, numbers[-1])
    written = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Appended(xml=bytes(written), last=last, rows=numbers)


def stretched(areas: str, last: int, new: int) -> str:
    """Areas («A1:Q5 B5») of which those that end in row ``last`` now end in row ``new``."""
    return " ".join(_longer(area, last, new) for area in areas.split())


def _longer(area: str, last: int, new: int) -> str:
    if found := _AREA.fullmatch(area):
        return f"{found[1]}{found[2]}:{found[3]}{new}" if int(found[4]) == last else area
    found = _CELL.fullmatch(area)
    return f"{area}:{found[1]}{new}" if found and int(found[2]) == last else area


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class _Sheet:
    """A worksheet's tree with its rows by number."""

    def __init__(self, tree: etree._Element) -> None:
        self.tree = tree
        self.data = tree.find(_tag("sheetData"))
        if self.data is None:
            raise ValueError("no sheetData")
        self.rows: dict[int, etree._Element] = {}
        number = 0
        for row in self.data:
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))
            self.rows[number] = row
            if any(not cell.get("r") for cell in row):
                raise ValueError("cells without address")
        self.widths = _widths(tree)

    def last_filled(self) -> int:
        filled = (n for n, row in self.rows.items() if any(len(cell) for cell in row))
        return max(filled, default=0)

    def row(self, number: int, model: etree._Element | None) -> etree._Element:
        """The row of that number; an empty one that stands there keeps its format."""
        if number in self.rows:
            return self.rows[number]
        node = etree.Element(_tag("row"), r=str(number))
        for name in ("s", "customFormat"):
            if model is not None and name in model.attrib:
                node.set(name, model.get(name))
        at = sum(other < number for other in self.rows)
        self.data.insert(at, node)
        self.rows[number] = node
        if model is not None:
            for cell in model:  # borders of the cells that the new row leaves blank
                if cell.get("s"):
                    etree.SubElement(node, _tag("c"), r=f"{_column(cell)}{number}", s=cell.get("s"))
        return node

    def cell(self, row: etree._Element, column: str, number: int) -> etree._Element:
        after = 0
        for cell in row:
            if _column(cell) == column:
                return cell
            after += column_number(_column(cell)) < column_number(column)
        node = etree.Element(_tag("c"), r=f"{column}{number}")
        row.insert(after, node)
        return node

    def style(self, row: etree._Element, model: etree._Element | None, column: str) -> str | None:
        """What the cell wears: its own format, the one above, the row's or the column's."""
        for source in (row, model):
            for cell in source if source is not None else ():
                if _column(cell) == column and cell.get("s"):
                    return str(cell.get("s"))
        if row.get("s"):
            return str(row.get("s"))
        for part in self.tree.iterfind(f"{_tag('cols')}/{_tag('col')}"):
            if int(part.get("min")) <= column_number(column) + 1 <= int(part.get("max")):
                return str(part.get("style")) if part.get("style") else None
        return None

    def stretch(self, last: int, new: int) -> None:
        """Filter, drop-downs, formats and the sheet's own extent that ended in the last row take the new ones in."""
        for node in self.tree.iter():
            name = etree.QName(node).localname if isinstance(node.tag, str) else ""
            if name in ("autoFilter", "dimension") and node.get("ref"):
                node.set("ref", _reach(node.get("ref"), last, new) if name == "autoFilter" else _extent(node, new))
            elif name in ("dataValidation", "conditionalFormatting") and node.get("sqref"):
                node.set("sqref", stretched(node.get("sqref"), last, new))
            elif name == "sqref" and node.text:  # the x14 kinds of both
                node.text = stretched(node.text, last, new)


def _reach(area: str, last: int, new: int) -> str:
    """A filter takes the new rows in when it covers the last one."""
    found = _AREA.fullmatch(area)
    return (
        f"{found[1]}{found[2]}:{found[3]}{new}" if found and last <= int(found[4]) < new else stretched(area, last, new)
    )


def _extent(node: etree._Element, new: int) -> str:
    found = _AREA.fullmatch(node.get("ref"))
    if not found:
        return str(node.get("ref"))
    return f"{found[1]}{found[2]}:{found[3]}{max(new, int(found[4]))}"


def _column(cell: etree._Element) -> str:
    return letter(place(cell.get("r"))[1]) if cell.get("r") else ""


def _fill(cell: etree._Element, value: Any, style: str | None, dated: Callable[[int], int], epoch: date) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, date):
        cell.set("s", str(dated(int(style or 0))))
        etree.SubElement(cell, _tag("v")).text = str((value - epoch).days)
        return
    if style is not None:
        cell.set("s", style)
    if isinstance(value, int):
        etree.SubElement(cell, _tag("v")).text = str(value)
        return
    cell.set("t", "inlineStr")
    inside = etree.SubElement(etree.SubElement(cell, _tag("is")), _tag("t"))
    inside.text = _escaped(text(str(value)))
    inside.set(_SPACE, "preserve")


def _escaped(value: str) -> str:
    """``_x0041_`` in a text would be read as a letter: its first underscore is written as an escape itself."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)


def _heighten(node: etree._Element, row: Mapping[str, Any], letters: Mapping[str, str], sheet: _Sheet) -> None:
    """Room for the longest wrapped text of the row."""
    lines = max(
        (line_count(value, sheet.widths.get(letters[key], _STANDARD_WIDTH), 11)
         for key, value in row.items() if isinstance(value, str)),
        default=1,
    )  # fmt: skip
    if lines > 1:
        node.set("ht", f"{min(_TALLEST, lines * _LINE + 2):g}")
        node.set("customHeight", "1")


def _widths(tree: etree._Element) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in tree.iterfind(f"{_tag('cols')}/{_tag('col')}"):
        for at in range(int(part.get("min")), min(int(part.get("max")), 300) + 1):
            found[letter(at - 1)] = float(part.get("width") or _STANDARD_WIDTH)
    return found
