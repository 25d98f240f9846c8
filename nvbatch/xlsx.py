"""Values and looks in, an .xlsx on disk out: the one room that writes workbooks with XlsxWriter.

What it hides: text is always written as text (no formula, link, number or markup is ever made of it), what Excel
cannot keep is replaced or cut visibly, dates are real dates, formats are made once a look, over-long drop-down
messages are cut before XlsxWriter drops them in silence, and the same ``created`` gives the same bytes.

    with new_workbook(path, title="Tổng hợp nhiệm vụ", created=as_of) as book:
        ws = book.sheet("Nhiệm vụ", widths=[6, 16, 42])
        book.write_row(ws, 0, ["STT", "Mã nhiệm vụ", "Nội dung"], HEADER)
        book.write_row(ws, 1, [1, "NV-01", text_of_the_agency], [NUMBER, BODY, BODY], height=row_height([(text, 42)]))
        set_page(ws, made_at=as_of, repeat=(0, 0))
"""

from __future__ import annotations

import contextlib
import math
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from nvbatch.celltext import FORMULA_STARTS, line_count, row_height, short, text
from nvbatch.looks import (
    BAD_FILL,
    BODY,
    CENTER,
    DATE,
    DONE_FILL,
    DUE_SOON_FILL,
    FONT,
    HEADER,
    HEADER_FILL,
    IN_TIME_FILL,
    INPUT_FILL,
    LOCKED_FILL,
    NOTE,
    NUMBER,
    OVERDUE_FILL,
    PERCENT,
    PLAIN,
    STATUS_FILLS,
    TITLE,
    TITLE_HEIGHT,
    Look,
)
from nvbatch.xlsxpack import QuickWorkbook

__all__ = [  # the looks and the measuring of text are offered here too: one import fills a sheet
    "BAD_FILL", "BODY", "CENTER", "DATE", "DONE_FILL", "DUE_SOON_FILL", "FONT", "HEADER", "HEADER_FILL",
    "INPUT_FILL", "IN_TIME_FILL", "LOCKED_FILL", "NOTE", "NUMBER", "OVERDUE_FILL", "PERCENT", "PLAIN",
    "STATUS_FILLS", "TITLE", "TITLE_HEIGHT", "Book", "Look", "new_workbook", "row_height", "set_page", "text",
]  # fmt: skip

LISTS = "_danhmuc"  # hidden sheet behind the drop-downs; names that start with "_" are never the agency's data
PROMPT_TITLE, PROMPT_TEXT = 32, 255  # limits of Excel for the messages of a validation
NOTE_LIMIT = 250


def new_workbook(path: Path, *, title: str, created: datetime, author: str = "", scratch: Path | None = None) -> Book:
    """A workbook to fill inside ``with``; it is written when the block ends, and not at all when the block fails.

    ``scratch``: where a workbook too large for memory keeps its parts while it is made; nothing of them stays.
    """
    return Book(path, title=title, created=created, author=author, scratch=scratch)


class Book:
    """A workbook being written. ``raw`` is XlsxWriter's own, for what this room does not offer (charts, tables)."""

    def __init__(
        self, path: Path, *, title: str, created: datetime, author: str = "", scratch: Path | None = None
    ) -> None:
        base = {"font_name": FONT, "font_size": 11}
        self._closing = contextlib.ExitStack()
        self._folder = Path(tempfile.mkdtemp(prefix=".nvbatch-", dir=scratch)) if scratch else None
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": base,
        }
        self.raw = QuickWorkbook(str(path), options, self._scratch_file)
        self.raw.set_properties({"title": text(title), "author": text(author), "created": created.replace(tzinfo=None)})
        self._formats: dict[Look, Any] = {}
        self._variants: dict[tuple[Look, str], Look] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self.words: Mapping[str, int] = {}  # listed beforehand, with their places in the table of texts

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._write_lists()
                self.raw.close()
        finally:
            self.raw.fileclosed = 1  # nothing half-made on disk, and no complaint from XlsxWriter
            self._closing.close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def sheet(
        self,
        name: str,
        *,
        widths: Sequence[float] = (),
        zoom: int = 100,
        kind: type[Worksheet] | None = None,
    ) -> Any:
        """A new sheet with its column widths (in characters)."""
        ws = self.raw.add_worksheet(name, kind)
        for column, width in enumerate(widths):
            ws.set_column(column, column, width, self.format(PLAIN))
        ws.set_zoom(zoom)
        ws.hide_gridlines(2)
        return ws

    def format(self, look: Look) -> Any:
        """XlsxWriter's format of a look, made once."""
        made = self._formats.get(look)
        if made is None:
            made = self._formats[look] = self.raw.add_format(_properties(look))
        return made

    def list_words(self, words: Iterable[str]) -> None:
        """Words that long lists say again and again; before anything is written, so that each has the same place."""
        self.words = {word: self.raw.str_table.string_table[word] for word in words}

    def number(self, look: Look) -> int:
        """The number that a look bears in the file, given when it is asked for; those of its variants come with it."""
        variants = [self._variant(look, k) for k, own in (("date", look.number), ("quoted", look.quoted)) if not own]
        made, *_ = (self.format(each)._get_xf_index() for each in (look, *variants))
        return int(made)

    def put(self, ws: Any, row: int, column: int, value: Any, look: Look = PLAIN) -> None:
        """One value: text as text, numbers as numbers, dates as real dates; None, NaN and infinity as a blank cell."""
        if isinstance(value, str):
            self._put_text(ws, row, column, text(value), look)
        elif isinstance(value, bool):
            ws.write_string(row, column, "Có" if value else "Không", self.format(look))
        elif isinstance(value, date):
            self._put_date(ws, row, column, value, look)
        elif value is None or not math.isfinite(value):
            ws.write_blank(row, column, None, self.format(look))
        else:
            ws.write_number(row, column, value, self.format(look))

    def write_row(
        self,
        ws: Any,
        row: int,
        values: Iterable[Any],
        looks: Look | Sequence[Look] = PLAIN,
        *,
        column: int = 0,
        height: float | None = None,
    ) -> None:
        """Values side by side from ``column`` on, with one look for all or one each."""
        if height is not None:
            ws.set_row(row, height)
        for at, value in enumerate(values):
            self.put(ws, row, column + at, value, looks if isinstance(looks, Look) else looks[at])

    def drop_list(self, choices: Sequence[str]) -> str:
        """A reference to the values on the hidden list sheet, for a drop-down of any length."""
        wanted = tuple(choices)
        if wanted not in self._lists:
            column = len(self._lists)
            first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (0, max(len(wanted) - 1, 0)))
            self._lists[wanted] = f"={LISTS}!{first}:{last}"
        return self._lists[wanted]

    def choose(
        self, ws: Any, area: tuple[int, int, int, int], choices: Sequence[str], *, prompt: tuple[str, str], strict: bool
    ) -> None:
        """A drop-down over ``area``; ``strict`` stops other values, else the list only proposes."""
        stop = "Giá trị không có trong danh sách. Hãy chọn một trong các giá trị: " + " · ".join(choices)
        rule = {"validate": "list", "source": self.drop_list(choices)}
        self.demand(ws, area, rule, prompt=prompt, stop=stop if strict else None)

    def demand(
        self,
        ws: Any,
        area: tuple[int, int, int, int],
        rule: Mapping[str, Any],
        *,
        prompt: tuple[str, str],
        stop: str | None,
    ) -> None:
        """A validation (XlsxWriter's own keys in ``rule``) with the message on entering and on a wrong value."""
        told = {
            "input_title": short(prompt[0], PROMPT_TITLE),
            "input_message": short(prompt[1], PROMPT_TEXT),
            "show_error": stop is not None,
            "error_title": "Chưa đúng",
            "error_message": short(stop or "", PROMPT_TEXT),
            "ignore_blank": True,
        }
        if ws.data_validation(*area, {**rule, **told}) != 0:
            raise ValueError(f"a validation was refused: {rule}")

    def comment(self, ws: Any, row: int, column: int, message: str) -> None:
        """A note on a cell: at most 250 characters, in a box that shows all of it."""
        shown = short(message, NOTE_LIMIT)
        lines = line_count(shown, 46, 10)
        ws.write_comment(
            row,
            column,
            shown,
            {
                "width": 340,
                "height": 16 * lines + 12,
                "font_name": FONT,
                "font_size": 10,
                "color": "#FFFFE1",
                "author": "Văn phòng",
            },
        )

    def _scratch_file(self) -> IO[bytes]:
        """For a part that lies finished before the workbook is; gone when the workbook is closed."""
        if self._folder is None:
            return BytesIO()
        return self._closing.enter_context(tempfile.TemporaryFile("w+b", dir=self._folder))

    def _write_lists(self) -> None:
        """The hidden sheet behind the drop-downs, after all others."""
        if not self._lists:
            return
        ws = self.raw.add_worksheet(LISTS)
        for column, choices in enumerate(self._lists):
            for row, choice in enumerate(choices):
                ws.write_string(row, column, text(choice))
        ws.hide()

    def _put_text(self, ws: Any, row: int, column: int, shown: str, look: Look) -> None:
        if shown[:1] in FORMULA_STARTS and shown:
            look = self._variant(look, "quoted")
        ws.write_string(row, column, shown, self.format(look))

    def _put_date(self, ws: Any, row: int, column: int, value: date, look: Look) -> None:
        if value.year < 1900:  # Excel's calendar starts there
            ws.write_string(row, column, value.strftime("%d/%m/") + f"{value.year:04d}", self.format(look))
            return
        plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        ws.write_datetime(row, column, plain, self.format(look if look.number else self._variant(look, "date")))

    def _variant(self, look: Look, kind: str) -> Look:
        known = self._variants.get((look, kind))
        if known is None:
            known = replace(look, quoted=True) if kind == "quoted" else replace(look, number=DATE)
            self._variants[look, kind] = known
        return known


def set_page(
    ws: Any,
    *,
    made_at: datetime,
    repeat: tuple[int, int] | None = None,
    area: tuple[int, int, int, int] | None = None,
    portrait: bool = False,
) -> None:
    """A4, one page wide, header rows repeated, «Trang x/y · lập lúc …» below; ``area`` = what is printed."""
    (ws.set_portrait if portrait else ws.set_landscape)()
    ws.set_paper(9)
    ws.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
    ws.center_horizontally()
    ws.fit_to_pages(1, 0)
    if repeat is not None:
        ws.repeat_rows(*repeat)
    if area is not None:
        ws.print_area(*area)
    ws.set_footer(f'&C&"{FONT},Regular"&9Trang &P/&N · lập lúc {made_at:%H:%M} ngày {made_at:%d/%m/%Y}')


def _properties(look: Look) -> dict[str, Any]:
    made: dict[str, Any] = {"font_name": FONT, "font_size": look.size, "font_color": f"#{look.color}"}
    made |= {"bold": look.bold, "italic": look.italic, "underline": int(look.underline), "locked": look.locked}
    made |= {"text_wrap": look.wrap, "valign": look.valign, "indent": look.indent, "quote_prefix": look.quoted}
    if look.fill:
        made |= {"bg_color": f"#{look.fill}", "pattern": 1}
    if look.border:
        made |= {"border": 1, "border_color": f"#{look.border_color}"}
    if look.align:
        made["align"] = look.align
    if look.number:
        made["num_format"] = look.number
    return made
