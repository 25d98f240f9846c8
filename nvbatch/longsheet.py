"""Rows of values in, a sheet of any length out: rows go to disk as they come, nothing of them stays in memory.

XlsxWriter keeps an object for every cell until the workbook is closed and builds each cell's XML from a list of
attributes; that is most of the cost of a list of 100,000 tasks. Here a sheet remains XlsxWriter's own (title, widths,
table, page), but the rows below its header are written as finished XML, by the same hand as the returns
(``nvbatch.press``), and links to the same file share one target.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from nvbatch.longrows import Change, LongRows
from nvbatch.looks import DATE, Look
from nvbatch.press.cells import Cells
from nvbatch.press.finished import Finished, RowCells
from nvbatch.press.flow import Flow, stretch
from nvbatch.press.markup import attribute
from nvbatch.xlsx import Book
from nvbatch.xlsxpack import Flows

ROW_LIMIT = 1_048_576  # rows of a sheet: a limit of Excel itself


class LongSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet whose last rows lie finished, to be placed in it when the workbook is packed."""

    first_streamed = 0
    streamed: Flow | None = None
    flows: Flows

    def __init__(self) -> None:
        super().__init__()
        self._file_links: list[tuple[str, str]] = []  # address, path relative to the workbook
        self._tip = ""

    def add_long_table(self, first_row: int, last_row: int, last_column: int, options: dict[str, Any]) -> None:
        """add_table from column A on; XlsxWriter would remember every cell of it to find overlaps."""
        self.add_table(first_row, 0, first_row + 1, last_column, options)
        area = xl_range(first_row, 0, last_row, last_column)
        self.tables[-1] |= {"range": area, "a_range": area, "autofilter": area}

    def link_files(self, links: Iterable[tuple[str, str]], tip: str) -> None:
        """Cells of the rows that lead to files: (address, path relative to the workbook), from above to below."""
        self._file_links += links
        self._tip = tip

    def _write_sheet_data(self) -> None:
        if self.streamed is None:
            super()._write_sheet_data()
            return
        last = self.dim_rowmax  # type: ignore[has-type]
        self.dim_rowmax = self.first_streamed - 1
        self._xml_start_tag("sheetData")
        self._write_rows()
        self.flows[f"xl/worksheets/sheet{self.index + 1}.xml"] = len(self.fh.getvalue().encode()), self.streamed
        self._xml_end_tag("sheetData")
        self.dim_rowmax = last

    def _write_hyperlinks(self) -> None:
        if not self._file_links:
            super()._write_hyperlinks()
            return
        targets: dict[str, str] = {}
        for _, path in self._file_links:
            if path not in targets:
                self.rel_count += 1
                targets[path] = f"rId{self.rel_count}"
                self.external_hyper_links.append(["/hyperlink", _target(path), "External"])
        tip = attribute(self._tip)
        links = [
            f'<hyperlink ref="{address}" r:id="{targets[path]}" tooltip="{tip}"/>' for address, path in self._file_links
        ]
        self.fh.write(f"<hyperlinks>{''.join(links)}</hyperlinks>")


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
        self._cells = Cells(book.raw.str_table.string_table, self._variant)
        self._row_cells = RowCells(self._variant, book.words)
        self._table = book.raw.str_table
        self._table.settle()
        self._flow: Flow = book.raw.flow()
        sheet.first_streamed, sheet.streamed, sheet.flows = first_row, self._flow, book.raw.flows

    def style(self, look: Look) -> int:
        """The number that a look bears in the file; those that its dates and texts like formulas need come with it."""
        known = self._styles.get(look)
        if known is None:
            known = self._styles[look] = self._book.number(look)
            self._looks[known] = look
        return known

    def variants(self, style: int) -> tuple[int, int, int]:
        """All numbers that cells of this one may bear: its own, with a date, with a text like a formula."""
        return style, self._variant(style, "number", DATE), self._variant(style, "quoted", True)

    def ruled(self, looks: Sequence[Look]) -> LongRows:
        """Columns of a list, for :meth:`rows`."""
        return LongRows(self._row_cells, self._letters[: len(looks)], [self.style(look) for look in looks])

    def rows(
        self,
        ruled: LongRows,
        columns: Sequence[Sequence[Any]],
        heights: Sequence[float],
        changes: Iterable[Change] = (),
    ) -> None:
        """Many rows: text as text, numbers as numbers, days and moments as real dates, None as a blank cell."""
        self.place(self.drawn(ruled, columns, heights, changes), len(heights))

    def drawn(
        self,
        ruled: LongRows,
        columns: Sequence[Sequence[Any]],
        heights: Sequence[float],
        changes: Iterable[Change] = (),
    ) -> Finished:
        """Many rows, finished for the place where the next row comes."""
        self._row_cells.begin(self.texts)
        made = stretch(ruled.xml(self.row + 1, columns, heights, changes))
        return Finished(made, *self._row_cells.texts.finished(room=len(heights) // 2 + 1))

    def place(self, finished: Finished, count: int) -> None:
        """So many rows that lie finished."""
        self._flow.place(finished.rows)
        self._table.take(finished.texts, finished.places)
        self.row += count

    @property
    def texts(self) -> int:
        """So many places of the workbook's table of texts are taken."""
        places: int = self._table.places
        return places

    def append(self, values: Sequence[Any], styles: Sequence[int], height: float) -> None:
        """One row by itself, which may end early."""
        number, cell = self.row + 1, self._cells.cell
        cells = [
            cell(f"{letter}{number}", value, style)
            for letter, value, style in zip(self._letters, values, styles)  # noqa: B905 (rows may end early)
        ]
        self._flow.write(f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'.encode())
        self.row = number

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        if self.row > self._sheet.first_streamed:
            self._sheet._check_dimensions(self.row - 1, len(self._letters) - 1)

    def _variant(self, style: int, field: str, value: Any) -> int:
        """The style with one more property, unless it has its own; :meth:`style` has given it its number."""
        look = self._looks[style]
        if getattr(look, field):
            return style
        number: int = self._book.format(replace(look, **{field: value}))._get_xf_index()
        return number


def _target(path: str) -> str:
    """A relative path as a relation names it; its slashes stay as every program reads them."""
    url = Url(f"external:{path}")
    url._set_object_link()
    return str(url._target())
