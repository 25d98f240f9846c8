"""The content.xml of an .ods file in, its sheets out: sparse, so that a repeated row or cell costs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from xml.parsers import expat

from nvbatch.grid import BLANK, Cell, Grid, TooMuch
from nvbatch.legacy import Run, script_of

# A value repeated further than this is a filled-down format or a trap, never a report.
_MAX_REPEAT = 2000
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)|Err:\d{3}")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)")


def read_ods(xml: bytes, *, max_rows: int, max_sheets: int) -> tuple[Grid, ...]:
    """All sheets of the document. Raises TooMuch, or ExpatError for broken XML."""
    reader = _Reader(max_rows, max_sheets)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(xml, True)
    return tuple(reader.grids)


@dataclass(slots=True)
class _Sheet:
    name: str
    visible: bool
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)
    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    struck: set[Cell] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    runs: dict[Cell, tuple[Run, ...]] = field(default_factory=dict)
    column_styles: list[tuple[int, str]] = field(default_factory=list)  # first column it holds for no more, style
    row: int = 0
    repeat_row: int = 1
    column: int = 0
    table_column: int = 0


@dataclass(slots=True)
class _Reader:
    max_rows: int
    max_sheets: int
    grids: list[Grid] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    struck_styles: set[str] = field(default_factory=set)
    old_fonts: dict[str, str] = field(default_factory=dict)
    style: str = ""
    sheet: _Sheet | None = None
    cell: dict[str, str] | None = None
    paragraphs: list[list[str]] = field(default_factory=list)
    depth: int = 0  # inside a paragraph of the cell
    ignored: int = 0  # inside an annotation
    nested: int = 0  # a table within a table is no sheet

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if self.ignored or name in ("annotation", "tracked-changes"):
            self.ignored += 1
            return
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        if self.ignored:
            self.ignored -= 1
            return
        name = tag.rpartition(" ")[2]
        if name in ("table-cell", "covered-table-cell"):
            self.close_cell()
        elif name == "p":
            self.depth = max(0, self.depth - 1)
        elif name == "table-row" and self.sheet is not None:
            self.close_row(self.sheet)
        elif name == "table":
            self.close_table()

    def text(self, data: str) -> None:
        if self.depth and not self.ignored:
            self.paragraphs[-1].append(data)

    def open_style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("name", "")

    def table_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get("display") == "false":
            self.hidden_styles.add(self.style)

    def text_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get("text-line-through-style", "none") != "none":
            self.struck_styles.add(self.style)
        font = attributes.get("font-name") or attributes.get("font-family", "").strip("'")
        if script_of(font):
            self.old_fonts[self.style] = font

    def open_table(self, attributes: dict[str, str]) -> None:
        if self.sheet is not None:
            self.nested += 1
            return
        if len(self.grids) >= self.max_sheets:
            raise TooMuch("số trang tính", f"tối đa {self.max_sheets} trang")
        visible = attributes.get("style-name", "") not in self.hidden_styles and attributes.get("display") != "false"
        self.sheet = _Sheet(attributes.get("name", ""), visible)

    def open_column(self, attributes: dict[str, str]) -> None:
        if self.sheet is None:
            return
        span = _count(attributes, "number-columns-repeated")
        if attributes.get("visibility") in ("collapse", "filter"):
            last = min(self.sheet.table_column + span, 1024)
            self.sheet.hidden_columns.update(range(self.sheet.table_column, last))
        self.sheet.table_column += span
        self.sheet.column_styles.append((self.sheet.table_column, attributes.get("default-cell-style-name", "")))

    def open_row(self, attributes: dict[str, str]) -> None:
        if self.sheet is None or self.nested:
            return
        self.sheet.row += 1
        self.sheet.column = 0
        self.sheet.repeat_row = _count(attributes, "number-rows-repeated")
        if attributes.get("visibility") in ("collapse", "filter"):
            last = min(self.sheet.repeat_row, _MAX_REPEAT)
            self.sheet.hidden_rows.update(range(self.sheet.row, self.sheet.row + last))

    def open_cell(self, attributes: dict[str, str]) -> None:
        if self.sheet is not None and not self.nested:
            self.cell = attributes
            self.paragraphs = []

    def open_covered_cell(self, attributes: dict[str, str]) -> None:
        self.open_cell({**attributes, "covered": "1"})

    def open_paragraph(self, _: dict[str, str]) -> None:
        if self.cell is not None:
            self.paragraphs.append([])
            self.depth += 1

    def spaces(self, attributes: dict[str, str]) -> None:
        if self.depth:
            self.paragraphs[-1].append(" " * min(_count(attributes, "c"), 100))

    def line_break(self, _: dict[str, str]) -> None:
        if self.depth:
            self.paragraphs[-1].append("\n")

    def close_cell(self) -> None:
        cell, sheet, self.cell = self.cell, self.sheet, None
        self.depth = 0
        if cell is None or sheet is None:
            return
        span = _count(cell, "number-columns-repeated")
        written = "\n".join("".join(parts) for parts in self.paragraphs)
        at = (sheet.row, sheet.column)
        if not cell.get("covered"):
            self.merge(sheet, at, cell)
            value = self.typed(sheet, at, cell, written)
            if value != BLANK or at in sheet.faults:
                self.keep(sheet, cell.get("style-name", ""), value, min(span, _MAX_REPEAT))
        sheet.column += span

    def merge(self, sheet: _Sheet, at: Cell, cell: dict[str, str]) -> None:
        down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or right > 1:
            sheet.merged.append((at[0], at[1], at[0] + down - 1, at[1] + right - 1))

    def keep(self, sheet: _Sheet, style: str, value: Any, span: int) -> None:
        self.note_font(sheet, style, value, span)
        line = sheet.rows.setdefault(sheet.row, {})
        if len(sheet.rows) > self.max_rows:
            raise TooMuch("số dòng có nội dung", f"tối đa {self.max_rows} dòng")
        for column in range(sheet.column, sheet.column + span):
            line[column] = value

    def note_font(self, sheet: _Sheet, style: str, value: Any, span: int) -> None:
        """A text whose cell (or, where it has no style, whose column) is in a font of an old encoding."""
        if not self.old_fonts or not isinstance(value, str) or not value:
            return
        for column in range(sheet.column, sheet.column + span):
            default = next((name for end, name in sheet.column_styles if column < end), "")
            font = self.old_fonts.get(style or default)
            if font:
                sheet.runs[sheet.row, column] = ((value, font),)

    def typed(self, sheet: _Sheet, at: Cell, cell: dict[str, str], written: str) -> Any:
        kind = cell.get("value-type", "")
        if _ERROR.fullmatch(written.strip()) and (kind != "string" or cell.get("formula")):
            sheet.faults[at] = written.strip()
            return BLANK
        if cell.get("formula") and not kind and not written:
            sheet.faults[at] = cell["formula"].partition("=")[1] + cell["formula"].partition("=")[2][:80]
            return BLANK
        if written and cell.get("style-name") in self.struck_styles:
            sheet.struck.add(at)
        if kind == "percentage":
            sheet.percents.add(at)
        return _value(kind, cell, written)

    def close_row(self, sheet: _Sheet) -> None:
        line = sheet.rows.get(sheet.row)
        copies = sheet.repeat_row - 1
        if line and copies:
            for number in range(sheet.row + 1, sheet.row + 1 + min(copies, _MAX_REPEAT)):
                sheet.rows[number] = line
        sheet.row += copies

    def close_table(self) -> None:
        if self.nested:
            self.nested -= 1
            return
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            self.grids.append(_grid(sheet))


_STARTS: dict[str, Callable[[_Reader, dict[str, str]], None]] = {
    "style": _Reader.open_style,
    "table-properties": _Reader.table_properties,
    "text-properties": _Reader.text_properties,
    "table": _Reader.open_table,
    "table-column": _Reader.open_column,
    "table-row": _Reader.open_row,
    "table-cell": _Reader.open_cell,
    "covered-table-cell": _Reader.open_covered_cell,
    "p": _Reader.open_paragraph,
    "s": _Reader.spaces,
    "tab": _Reader.spaces,
    "line-break": _Reader.line_break,
}


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() else 1


def _value(kind: str, cell: dict[str, str], written: str) -> Any:
    if kind in ("float", "percentage", "currency"):
        try:
            return float(cell.get("value", ""))
        except ValueError:
            return written
    if kind == "date":
        return _date(cell.get("date-value", ""), written)
    if kind == "boolean":
        return cell.get("boolean-value") == "true"
    if kind == "time" and (found := _DURATION.match(cell.get("time-value", ""))) and int(found[1]) < 24:
        return time(int(found[1]), int(found[2]), int(found[3]))
    return written or cell.get("string-value", BLANK)


def _date(stored: str, written: str) -> Any:
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return written or stored
    return moment.date() if moment.time() == time() else moment


def _grid(sheet: _Sheet) -> Grid:
    return Grid(
        name=sheet.name,
        visible=sheet.visible,
        rows=tuple((number, _dense(sheet.rows[number])) for number in sorted(sheet.rows)),
        merged=tuple(sheet.merged),
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(sheet.hidden_columns),
        faults=sheet.faults,
        percents=frozenset(sheet.percents),
        struck=frozenset(sheet.struck),
        runs=sheet.runs,
    )


def _dense(cells: dict[int, Any]) -> list[Any]:
    line = [BLANK] * (max(cells) + 1)
    for column, value in cells.items():
        line[column] = value
    return line
