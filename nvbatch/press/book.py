"""Values and looks in, an .xlsx on disk out; for workbooks of which there are hundreds, far cheaper than XlsxWriter.

What it keeps from agency text: text is always text (no formula, link, number or markup is ever made of it), what Excel
cannot keep is replaced or cut visibly, dates are real dates, and the same ``created`` gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Any

from nvbatch import celltext
from nvbatch.celltext import FORMULA_STARTS, line_count, short
from nvbatch.looks import DATE, DUE_SOON_FILL, PLAIN, Look
from nvbatch.press import notes, parts
from nvbatch.press.checks import Check, check_xml
from nvbatch.press.markup import DECLARATION, escape, number, string
from nvbatch.press.sheet import Area, Sheet, column_name
from nvbatch.press.styles import Styles

LISTS = "_danhmuc"  # hidden sheet behind the drop-downs; names that start with "_" are never the agency's data
NOTE_LIMIT = 250
ANY_ROW = "\0"  # stands for the number of a row while its cells are put together; no value is beside it, only places
_DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel's day 0, right from 1/3/1900 on
_FIRST_DAY = date(1900, 3, 1)


class Book:
    """A workbook being made, in ``with``; it is written when the block ends, and not at all when the block fails."""

    def __init__(self, path: Path, *, title: str, created: datetime, author: str = "") -> None:
        self._path, self._title, self._author = path, celltext.text(title), celltext.text(author)
        self._created = created
        self._sheets: list[Sheet] = []
        self._styles = Styles()
        self._looks: dict[int, Look] = {}
        self._variants: dict[tuple[int, str], int] = {}
        self._jumps: dict[Look, Look] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._strings: dict[str, int] = {}
        self._pieces: list[str] = []
        self._active = 0

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._path.write_bytes(self._package())

    def sheet(self, name: str, *, widths: Sequence[float] = (), zoom: int = 100, growing: bool = False) -> Sheet:
        """A new sheet with its column widths (in characters); ``growing`` rows follow the text that is typed later."""
        made = Sheet(name, widths, self.style(PLAIN), zoom=zoom, growing=growing, grid=False)
        self._sheets.append(made)
        return made

    def open_on(self, sheet: Sheet) -> None:
        """The sheet that is seen when the workbook is opened."""
        self._active = self._sheets.index(sheet)

    # --- cells ----------------------------------------------------------------------------------

    def style(self, look: Look) -> int:
        """The number of a look, for :meth:`cells`."""
        made = self._styles.number(look)
        self._looks[made] = look
        return made

    def put(self, ws: Sheet, row: int, column: int, value: Any, look: Look = PLAIN) -> None:
        """One value: text as text, numbers as numbers, dates as real dates; None, NaN and infinity as a blank cell."""
        ws.cells(row, column, self.cells(row, (column_name(column),), (value,), (self.style(look),)))

    def write_row(
        self, ws: Sheet, row: int, values: Iterable[Any], looks: Look | Sequence[Look] = PLAIN, *,
        height: float | None = None,
    ) -> None:  # fmt: skip
        """Values side by side from column A on, with one look for all or one each."""
        if height is not None:
            ws.set_row(row, height)
        shown = list(values)
        styles = [self.style(looks)] * len(shown) if isinstance(looks, Look) else [self.style(look) for look in looks]
        names = [column_name(at) for at in range(len(shown))]
        ws.cells(row, len(shown) - 1, self.cells(row, names, shown, styles))

    def cells(self, row: int, letters: Sequence[str], values: Sequence[Any], styles: Sequence[int]) -> str:
        """Cells of one row as XML: values side by side in the columns of these letters."""
        at = row + 1
        placed = zip(letters, values, styles, strict=True)
        return "".join([self._cell(f"{column}{at}", value, style) for column, value, style in placed])

    def fill(self, row: int, ruled: Ruled, values: Sequence[Any], changed: Mapping[int, int]) -> str:
        """A ruled row with its values, as XML; ``changed``: place in the row → another style than the ruled one."""
        pieces, letters, styles = ruled.blank.copy(), ruled.letters, ruled.styles
        if changed:
            for at, style in changed.items():
                pieces[at] = _blank(letters[at] + ANY_ROW, style)
            styles = [changed.get(at, style) for at, style in enumerate(styles)]
        for at, value in enumerate(values):
            if value is not None:
                pieces[at] = self._cell(letters[at] + ANY_ROW, value, styles[at])
        return "".join(pieces).replace(ANY_ROW, str(row + 1))

    def formula(self, ws: Sheet, row: int, column: int, formula: str, cached: str | float, look: Look = PLAIN) -> None:
        """A formula of OURS (never built from foreign text) with the value to show before it is computed."""
        address, style = f"{column_name(column)}{row + 1}", self.style(look)
        ws.cells(row, column, formula_cell(address, escape(formula), cached, style))

    def link(self, ws: Sheet, row: int, column: int, sheet: str, cell: str, look: Look, shown: str) -> None:
        """A jump to a cell of this workbook."""
        if look not in self._jumps:
            self._jumps[look] = replace(look, underline=True, color="1F4E9E")
        self.put(ws, row, column, shown, self._jumps[look])
        ws.link(row, column, f"'{sheet}'!{cell}", celltext.text(shown), "Bấm để đến ô này")

    def comment(self, ws: Sheet, row: int, column: int, message: str) -> None:
        """A note on a cell: at most 250 characters, in a box that shows all of it."""
        shown = short(message, NOTE_LIMIT)
        ws.notes.append(notes.Note(row, column, shown, 16 * line_count(shown, 46, notes.SIZE) + 12))

    # --- what is checked while typing -------------------------------------------------------------

    def choose(self, ws: Sheet, area: Area, choices: Sequence[str], *, prompt: tuple[str, str], strict: bool) -> None:
        """A drop-down over ``area``; ``strict`` stops other values, else the list only proposes."""
        stop = "Giá trị không có trong danh sách. Hãy chọn một trong các giá trị: " + " · ".join(choices)
        self.demand(ws, area, Check("list", self._drop_list(choices)), prompt=prompt, stop=stop if strict else None)

    def demand(self, ws: Sheet, area: Area, check: Check, *, prompt: tuple[str, str], stop: str | None) -> None:
        """A check of what is typed, with the message on entering and on a wrong value."""
        ws.check(check_xml(area, check, prompt, stop))

    def highlight(self, ws: Sheet, area: Area, *, above: float) -> None:
        """Cells of ``area`` turn amber while their number is greater than ``above``."""
        ws.shade_above(area, above, self._styles.shade(DUE_SOON_FILL))

    # --- inside ---------------------------------------------------------------------------------

    def _drop_list(self, choices: Sequence[str]) -> str:
        """A reference to the values on the hidden list sheet, for a drop-down of any length."""
        wanted = tuple(choices)
        if wanted not in self._lists:
            column = column_name(len(self._lists))
            self._lists[wanted] = f"{LISTS}!${column}$1:${column}${max(len(wanted), 1)}"
        return self._lists[wanted]

    def _cell(self, address: str, value: Any, style: int) -> str:
        kind = type(value)
        if kind is str:
            index = self._strings.get(value)
            if index is None or value[:1] in FORMULA_STARTS:
                index, style = self._text(value, style)
            return f'<c r="{address}" s="{style}" t="s"><v>{index}</v></c>'
        if value is None:
            return _blank(address, style)
        if kind is int:
            return f'<c r="{address}" s="{style}"><v>{value}</v></c>'
        return self._other(address, value, style)

    def _text(self, value: str, style: int) -> tuple[int, int]:
        """Place of a text among the strings, and its style: quoted where Excel would take it for a formula."""
        if value[:1] in FORMULA_STARTS and value:
            style = self._variant(style, "quoted", True)
        known = self._strings.get(value)
        if known is None:
            known = self._strings[value] = len(self._pieces)
            self._pieces.append(f"<si>{string(celltext.text(value))}</si>")
        return known, style

    def _other(self, address: str, value: Any, style: int) -> str:
        shown: Any = value
        if isinstance(value, bool):
            shown = "Có" if value else "Không"
        elif isinstance(value, date):
            shown, style = serial(value), self._variant(style, "number", DATE)
        if isinstance(shown, str):
            return self._cell(address, str(shown), style)
        return f'<c r="{address}" s="{style}"><v>{number(shown)}</v></c>' if isfinite(shown) else _blank(address, style)

    def _variant(self, style: int, field: str, value: Any) -> int:
        """The style with one more property, unless it has its own."""
        known = self._variants.get((style, field))
        if known is None:
            look = self._looks[style]
            known = style if getattr(look, field) else self.style(replace(look, **{field: value}))
            self._variants[style, field] = known
        return known

    def _write_lists(self) -> None:
        """The hidden sheet behind the drop-downs, after all others."""
        if not self._lists:
            return
        ws = Sheet(LISTS, (), 0, zoom=100, growing=False, grid=True)
        self._sheets.append(ws)
        ws.state = "hidden"
        plain = self.style(PLAIN)
        for row, choices in enumerate(zip_longest(*self._lists)):
            cells = [
                self._cell(f"{column_name(at)}{row + 1}", choice, plain)
                for at, choice in enumerate(choices)
                if choice is not None
            ]
            ws.line(row, len(choices) - 1, "".join(cells))

    def _package(self) -> bytes:
        self._write_lists()
        made = parts.frame(
            [sheet.listed() for sheet in self._sheets],
            active=self._active, title=self._title, author=self._author, created=self._created,
        )  # fmt: skip
        for at, sheet in enumerate(self._sheets, 1):
            made[f"xl/worksheets/sheet{at}.xml"] = sheet.xml(active=at - 1 == self._active)
            if sheet.notes:
                made |= _note_parts(at, sheet)
        made["xl/styles.xml"] = self._styles.xml()
        made["xl/sharedStrings.xml"] = f'{DECLARATION}<sst xmlns="{parts.MAIN}">{"".join(self._pieces)}</sst>'
        return parts.zipped(made)


class Ruled:
    """Cells that wait for their values: columns, styles, and the XML of all of them blank."""

    __slots__ = ("blank", "letters", "styles")

    def __init__(self, letters: Sequence[str], styles: Sequence[int]) -> None:
        self.letters, self.styles = letters, styles
        placed = zip(letters, styles, strict=True)
        self.blank = [_blank(column + ANY_ROW, style) for column, style in placed]


def _blank(address: str, style: int) -> str:
    return f'<c r="{address}" s="{style}"/>'


def formula_cell(address: str, formula: str, cached: str | float, style: int) -> str:
    """A cell with a formula of OURS, its text already escaped, and the value to show before it is computed."""
    if isinstance(cached, str):
        kept = escape(celltext.text(cached))
        return f'<c r="{address}" s="{style}" t="str"><f>{formula}</f><v>{kept}</v></c>'
    return f'<c r="{address}" s="{style}"><f>{formula}</f><v>{number(cached)}</v></c>'


def _note_parts(at: int, sheet: Sheet) -> dict[str, str]:
    found = sorted(sheet.notes, key=lambda note: (note.row, note.column))
    return {
        f"xl/comments{at}.xml": notes.words(found),
        f"xl/drawings/vmlDrawing{at}.vml": notes.boxes(found, at, sheet.column_pixels, sheet.row_pixels),
        f"xl/worksheets/_rels/sheet{at}.xml.rels": parts.relations(
            (f"{parts.DOCUMENT}/vmlDrawing", f"../drawings/vmlDrawing{at}.vml"),
            (f"{parts.DOCUMENT}/comments", f"../comments{at}.xml"),
        ),
    }


def serial(value: date) -> float | str:
    """Excel's number of a day or a moment; text where Excel's calendar does not reach."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    whole = day.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return whole
    return round(whole + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400, 9)
