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

import math
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from nvbatch import viet
from nvbatch.model import Status

FONT = "Times New Roman"
DATE = "dd/mm/yyyy"
CELL_LIMIT = 32_767  # UTF-16 units, a limit of Excel itself
CUT = " … (còn tiếp)"
LISTS = "_danhmuc"  # hidden sheet behind the drop-downs; names that start with "_" are never the agency's data
PROMPT_TITLE, PROMPT_TEXT = 32, 255  # limits of Excel for the messages of a validation
NOTE_LIMIT = 250

INPUT_FILL = "FFFDE7"  # what the agency fills in
LOCKED_FILL = "F2F2F2"  # what it cannot change
BAD_FILL = "FCE4D6"  # a cell that must be mended (always with a comment and a border)
HEADER_FILL = "D9E2F3"
DONE_FILL, IN_TIME_FILL, DUE_SOON_FILL, OVERDUE_FILL = "DDEBF7", "EDEDED", "FFF2CC", "F8CBAD"
STATUS_FILLS: Mapping[Status, str] = {
    Status.DONE_ON_TIME: DONE_FILL,
    Status.DONE_LATE: DONE_FILL,
    Status.DONE_NO_DEADLINE: DONE_FILL,
    Status.IN_TIME: IN_TIME_FILL,
    Status.OPEN_NO_DEADLINE: IN_TIME_FILL,
    Status.DUE_SOON: DUE_SOON_FILL,
    Status.OVERDUE: OVERDUE_FILL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell looks. ``quoted`` keeps text that starts like a formula as text even after F2 and Enter in Excel."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 11
    color: str = "000000"
    fill: str = ""
    align: str = ""  # left, center, right; "" lets Excel choose
    valign: str = "top"  # top, vcenter, bottom
    wrap: bool = False
    border: bool = False
    border_color: str = "808080"
    locked: bool = True
    number: str = ""
    indent: int = 0
    quoted: bool = False


PLAIN = Look()
TITLE = Look(bold=True, size=14, valign="vcenter")
HEADER = Look(bold=True, fill=HEADER_FILL, align="center", valign="vcenter", wrap=True, border=True)
BODY = Look(wrap=True, border=True)
CENTER = Look(wrap=True, border=True, align="center")
NUMBER = Look(border=True, align="right", number="#,##0")
PERCENT = Look(border=True, align="right", number="0.0%")
NOTE = Look(italic=True, color="404040", wrap=True)


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
        self.folder = Path(tempfile.mkdtemp(prefix=".nvbatch-", dir=scratch)) if scratch else None
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": base,
            "in_memory": self.folder is None,
            "tmpdir": str(self.folder) if self.folder else None,
        }
        self.raw = xlsxwriter.Workbook(str(path), options)
        self.raw.set_properties({"title": text(title), "author": text(author), "created": created.replace(tzinfo=None)})
        self._formats: dict[Look, Any] = {}
        self._variants: dict[tuple[Look, str], Look] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._list_sheet: Any = None

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.raw.close()
        finally:
            self.raw.fileclosed = 1  # nothing half-made on disk, and no complaint from XlsxWriter
            if self.folder is not None:
                shutil.rmtree(self.folder, ignore_errors=True)

    def sheet(
        self,
        name: str,
        *,
        widths: Sequence[float] = (),
        zoom: int = 100,
        growing: bool = False,
        kind: type[Worksheet] | None = None,
    ) -> Any:
        """A new sheet with its column widths (in characters); ``growing`` rows follow the text that is typed later."""
        ws = self.raw.add_worksheet(name, _GrowingSheet if growing else kind)
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

    def formula(self, ws: Any, row: int, column: int, formula: str, cached: str | float, look: Look = PLAIN) -> None:
        """A formula of OURS (never built from foreign text) with the value to show before it is computed."""
        ws.write_formula(row, column, formula, self.format(look), text(cached) if isinstance(cached, str) else cached)

    def link(self, ws: Any, row: int, column: int, sheet: str, cell: str, look: Look, shown: str | None = None) -> None:
        """A jump to a cell of this workbook."""
        target = f"internal:'{sheet}'!{cell}"
        blue = replace(look, underline=True, color="1F4E9E")
        ws.write_url(row, column, target, self.format(blue), text(shown or cell), "Bấm để đến ô này")

    def drop_list(self, choices: Sequence[str]) -> str:
        """A reference to the values on the hidden list sheet, for a drop-down of any length."""
        wanted = tuple(choices)
        if wanted not in self._lists:
            if self._list_sheet is None:
                self._list_sheet = self.raw.add_worksheet(LISTS)
                self._list_sheet.hide()
            column = len(self._lists)
            for row, choice in enumerate(wanted):
                self._list_sheet.write_string(row, column, text(choice))
            first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (0, len(wanted) - 1))
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
            "input_title": _short(prompt[0], PROMPT_TITLE),
            "input_message": _short(prompt[1], PROMPT_TEXT),
            "show_error": stop is not None,
            "error_title": "Chưa đúng",
            "error_message": _short(stop or "", PROMPT_TEXT),
            "ignore_blank": True,
        }
        if ws.data_validation(*area, {**rule, **told}) != 0:
            raise ValueError(f"a validation was refused: {rule}")

    def comment(self, ws: Any, row: int, column: int, message: str) -> None:
        """A note on a cell: at most 250 characters, in a box that shows all of it."""
        shown = _short(message, NOTE_LIMIT)
        lines = _lines(shown, 46, 10)
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

    def _put_text(self, ws: Any, row: int, column: int, shown: str, look: Look) -> None:
        if shown[:1] in _FORMULA_STARTS and shown:
            look = self._variant(look, "quoted")
        pieces = _pieces(shown)
        if pieces is None:
            ws.write_string(row, column, shown, self.format(look))
        else:
            font = self.format(replace(look, fill="", border=False))
            ws.write_rich_string(row, column, *(part for p in pieces for part in (font, p)), self.format(look))

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


class _GrowingSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose row heights are given but not fixed: Excel still fits a row when somebody types into it."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        if tag == "row":
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


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


def protect(ws: Any) -> None:
    """Locked cells stay locked, without a password; filters, column widths and row heights stay free."""
    ws.protect(
        "",
        {
            "select_locked_cells": True,
            "select_unlocked_cells": True,
            "autofilter": True,
            "format_columns": True,
            "format_rows": True,
        },
    )


def text(value: str) -> str:
    """Text as an Excel cell can keep it: control characters and surrogates → U+FFFD, over-long text visibly cut."""
    safe = value if value.isprintable() else viet.sanitize(value.replace("\r\n", "\n").replace("\r", "\n"))[0]
    if len(safe) * 2 <= CELL_LIMIT or len(safe.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return safe
    kept = safe.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(CUT))]
    return kept.decode("utf-16-le", errors="ignore") + CUT


def plain(value: str) -> bool:
    """Does a text come out the same without this room's care? A quick look: False only means «look closer»."""
    return (
        value.isprintable()
        and len(value) < CELL_LIMIT // 2
        and value[:1] not in _FORMULA_STARTS
        and value[:3] != "<r>"
        and "_x" not in value
    )


def row_height(cells: Iterable[tuple[Any, float]], *, size: float = 11, least: int = 1) -> float:
    """Height in points so that every wrapped text of a row shows: (value, column width in characters) for each cell."""
    lines = max((_lines(value, width, size) for value, width in cells if isinstance(value, str)), default=1)
    return min(409.0, round(max(lines, least) * size * 1.32 + 2, 1))  # 409.5 is Excel's limit


_FORMULA_STARTS = frozenset("=+-@")
# XlsxWriter takes a string that looks like this for markup of its own and would write it raw.
_MARKUP = re.compile(r"<r>.*</r>\Z", re.DOTALL)
# XlsxWriter escapes "_x0041_" once, so where two overlap the second one would be decoded; in runs it escapes twice.
# Cut before its last underscore no run holds such a mark, and nothing needs an escape.
_OVERLAP = re.compile(r"_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_INSIDE_ESCAPE = re.compile(r"(?<=_x[0-9A-Fa-f]{4})(?=_)")


def _pieces(shown: str) -> list[str] | None:
    """Runs to write a text in when one run would not come out the same; None for ordinary text."""
    if shown.startswith("<r>") and _MARKUP.match(shown):
        first, rest = shown[:2], shown[2:]
        return [first, *(_INSIDE_ESCAPE.split(rest) if _ESCAPE.search(rest) else [rest])]
    if "_x" in shown and _OVERLAP.search(shown):
        return _INSIDE_ESCAPE.split(shown)
    return None


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


def _short(message: str, limit: int) -> str:
    safe = text(message)
    while len(safe.encode("utf-16-le")) // 2 > limit:
        safe = safe[: limit - 1].rstrip() + "…" if len(safe) > limit else safe[:-2] + "…"
    return safe


# Advance widths of Times New Roman in thousandths of an em; letters with accents are as wide as their base letter.
_WIDTHS: dict[str, int] = {}
for _group, _width in (
    ("ijlt/\\:;|'`ĩíìịỉ", 278),
    ("Ifr!()[]-‐ÍÌỊỈĨ", 333),
    ("sJ", 389),
    ("acez?ăâáàạảãắằặẳẵấầậẩẫéèẹẻẽêếềệểễ", 444),
    (" .,", 250),
    ("0123456789bdghknopquvxyđ$#*_«»–óòọỏõôốồộổỗúùụủũýỳỵỷỹ", 500),
    ("ơớờợởỡưứừựửữ+<>=", 560),
    ("FPSELTZÉÈẸẺẼÊẾỀỆỂỄ", 600),
    ("BCRw", 680),
    ("ADGHKNOQUVXYĐĂÂÁÀẠẢÃẮẰẶẲẴẤẦẬẨẪÔÓÒỌỎÕƠÚÙỤỦŨƯ", 722),
    ("mM%&W@…—", 890),
):
    _WIDTHS.update(dict.fromkeys(_group, _width))


def _lines(value: str, width: float, size: float) -> int:
    """How many lines a text takes in a column, wrapped at spaces as Excel does."""
    room = max(width, 1) * 7 * 1000 / (size * 4 / 3) * 0.95  # 7 pixels a character; Excel rounds glyphs up a little
    if len(value) * 300 < room and "\n" not in value:
        return 1
    return sum(_lines_of_paragraph(paragraph, room) for paragraph in value.split("\n"))


def _lines_of_paragraph(paragraph: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in paragraph.split(" "):
        long = sum([_WIDTHS.get(c, 620) for c in word])
        if used and used + 250 + long > room:
            lines, used = lines + 1, 0.0
        used += long + (250 if used else 0)
        if used > room:  # a word longer than the column is broken
            more = math.ceil(used / room) - 1
            lines, used = lines + more, used - more * room
    return lines
