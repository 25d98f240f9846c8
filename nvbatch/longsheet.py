"""Rows of values in, a sheet of any length out: each row goes to disk as it comes, nothing of it stays in memory.

XlsxWriter keeps an object for every cell until the workbook is closed and builds each cell's XML from a list of
attributes; that is most of the cost of a list of 100,000 tasks. Here a sheet remains XlsxWriter's own (title, widths,
table, page, links), but the rows below its header are written as finished XML. Strings still go into XlsxWriter's
shared string table, which alone knows how text is escaped.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from math import isfinite
from typing import IO, Any

from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from nvbatch.celltext import plain
from nvbatch.looks import DATE, Look
from nvbatch.xlsx import Book

ROW_LIMIT = 1_048_576  # rows of a sheet: a limit of Excel itself
_DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel's day 0, right from 1/3/1900 on
_FIRST_DAY = date(1900, 3, 1)


class LongSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet whose last rows lie finished in a file."""

    first_streamed = 0
    streamed: IO[str] | None = None

    def add_long_table(self, first_row: int, last_row: int, last_column: int, options: dict[str, Any]) -> None:
        """add_table from column A on; XlsxWriter would remember every cell of it to find overlaps."""
        self.add_table(first_row, 0, first_row + 1, last_column, options)
        area = xl_range(first_row, 0, last_row, last_column)
        self.tables[-1] |= {"range": area, "a_range": area, "autofilter": area}

    def _write_sheet_data(self) -> None:
        if self.streamed is None:
            super()._write_sheet_data()
            return
        last = self.dim_rowmax  # type: ignore[has-type]
        self.dim_rowmax = self.first_streamed - 1
        self._xml_start_tag("sheetData")
        self._write_rows()
        self.streamed.seek(0)
        shutil.copyfileobj(self.streamed, self.fh, 1 << 20)
        self._xml_end_tag("sheetData")
        self.dim_rowmax = last


class Stream:
    """Writes rows to a :class:`LongSheet` from ``first_row`` (0-based) downwards; used in ``with``.

    A row is its values and, side by side, its styles: the numbers that :meth:`style` gave for a look.
    Something must stand in the sheet above ``first_row`` (a header).
    """

    def __init__(self, book: Book, sheet: LongSheet, first_row: int, columns: int) -> None:
        self._book, self._sheet, self.row = book, sheet, first_row
        self._letters = [xl_col_to_name(column) for column in range(columns)]
        self._styles: dict[Look, int] = {}
        self._looks: dict[int, Look] = {}
        self._strings = book.raw.str_table
        file = book.scratch_file()
        sheet.first_streamed, sheet.streamed, self._write = first_row, file, file.write

    def style(self, look: Look) -> int:
        """The number that a look bears in the file."""
        known = self._styles.get(look)
        if known is None:
            known = self._styles[look] = self._book.format(look)._get_xf_index()
            self._looks[known] = look
        return known

    def append(self, values: Sequence[Any], styles: Sequence[int], height: float) -> None:
        """One row: text as text, numbers as numbers, days and moments as real dates, None as a blank cell."""
        number = self.row + 1
        parts = [f'<row r="{number}" ht="{height}" customHeight="1">']
        add, known, strings = parts.append, self._strings.string_table.get, self._strings
        for letter, value, style in zip(self._letters, values, styles):  # noqa: B905 (rows may end early)
            if value is None:
                add(f'<c r="{letter}{number}" s="{style}"/>')
            elif type(value) is str:
                index = known(value)
                if index is None or value[:1] in "=+-@":
                    index, style = self._text(value, style)
                else:
                    strings.count += 1
                add(f'<c r="{letter}{number}" s="{style}" t="s"><v>{index}</v></c>')
            else:
                add(self._other(value, style, f"{letter}{number}"))
        parts.append("</row>")
        self._write("".join(parts))
        self.row = number

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        if self.row > self._sheet.first_streamed:
            self._sheet._check_dimensions(self.row - 1, len(self._letters) - 1)

    def _text(self, value: str, style: int) -> tuple[int, int]:
        """Place of a new text in the shared table, and its style; what is not plain goes the careful way."""
        if plain(value):
            return self._strings._get_shared_string_index(value), style
        column = len(self._letters)
        self._book.put(self._sheet, self.row, column, value, self._looks[style])
        cell = self._sheet.table[self.row].pop(column)
        return cell.string, cell.format._get_xf_index()

    def _dated(self, style: int) -> int:
        """A day must look like one, whatever the look of its column."""
        look = self._looks[style]
        return style if look.number else self.style(replace(look, number=DATE))

    def _other(self, value: Any, style: int, cell: str) -> str:
        shown: Any = value
        if isinstance(value, bool):
            shown = "Có" if value else "Không"
        elif isinstance(value, date):
            shown, style = _serial(value), self._dated(style)
        if isinstance(shown, str):
            index, style = self._text(shown, style)
            return f'<c r="{cell}" s="{style}" t="s"><v>{index}</v></c>'
        if not isfinite(shown):
            return f'<c r="{cell}" s="{style}"/>'
        return f'<c r="{cell}" s="{style}"><v>{shown!r}</v></c>'


def _serial(value: date) -> float | str:
    """Excel's number of a day or a moment; text where Excel's calendar does not reach."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    whole = day.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return whole
    return round(whole + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400, 9)
