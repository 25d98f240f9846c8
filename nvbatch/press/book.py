"""Values and looks in, an .xlsx on disk out; for workbooks of which there are hundreds, far cheaper than XlsxWriter.

What it keeps from agency text: text is always text (no formula, link, number or markup is ever made of it), what Excel
cannot keep is replaced or cut visibly, dates are real dates, and the same ``created`` gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from nvbatch import celltext
from nvbatch.celltext import line_count, short
from nvbatch.looks import DUE_SOON_FILL, PLAIN, Look
from nvbatch.press import notes, parts
from nvbatch.press.cells import Cells, formula_cell
from nvbatch.press.checks import Check, check_xml
from nvbatch.press.contents import DATED, QUOTED, Held, change_of
from nvbatch.press.markup import escape
from nvbatch.press.package import pack, pack_once, package
from nvbatch.press.sheet import Area, Sheet, column_name
from nvbatch.press.stencil import OddStyles, cell_slot, fill, stencil
from nvbatch.press.strings import Strings
from nvbatch.press.wardrobe import Wardrobe

LISTS = "_danhmuc"  # hidden sheet behind the drop-downs; names that start with "_" are never the agency's data
NOTE_LIMIT = 250


class Book:
    """A workbook being made, in ``with``; it is written when the block ends, and not at all when the block fails."""

    def __init__(self, path: Path, *, title: str, created: datetime, author: str = "") -> None:
        self._path, self._title, self._author = path, celltext.text(title), celltext.text(author)
        self._created = created
        self._sheets: list[Sheet] = []
        self._wardrobe = Wardrobe()
        self._jumps: dict[Look, Look] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._strings = Strings()
        self._cells = Cells(self._strings.numbers, self._wardrobe.variant)
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

    def begin(self, path: Path, *, title: str, hole: str, filling: str) -> Book:
        """Another workbook that begins with the sheets of this one, the text ``filling`` where ``hole`` stands here.

        The sheets are shared: neither workbook may write into them any more.
        """
        made = Book(path, title=title, created=self._created)
        made._author, made._active = self._author, self._active
        made._sheets = [sheet.shared() for sheet in self._sheets]
        made._wardrobe, made._jumps, made._lists = self._wardrobe.begin(), self._jumps.copy(), self._lists.copy()
        made._strings = self._strings.begin(hole, filling)
        made._cells = Cells(made._strings.numbers, made._wardrobe.variant)
        return made

    def open_on(self, sheet: Sheet) -> None:
        """The sheet that is seen when the workbook is opened."""
        self._active = self._sheets.index(sheet)

    # --- cells ----------------------------------------------------------------------------------

    def style(self, look: Look) -> int:
        """The number of a look, for :meth:`cells`."""
        return self._wardrobe.style(look)

    def wear(self, look: Look) -> None:
        """Give a look its number, and the one that its dates and texts like formulas will need."""
        self._wardrobe.wear(look)

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
        placed = zip(letters, values, styles, strict=True)
        return "".join([self._cells.cell(f"{column}{row + 1}", value, style) for column, value, style in placed])

    def held(self, values: Sequence[Any]) -> Held:
        """What the cells of a list's column hold, for the holes of its rows."""
        return self._cells.contents.held(values)

    def worn(self, value: Any, style: int) -> int:
        """The style that a value wears in a cell of this one."""
        change = change_of(value)
        return self._wardrobe.variant(style, *change) if change else style

    def odd(self, columns: Sequence[Held], styles: Sequence[Sequence[int]], kinds: Sequence[int]) -> OddStyles:
        """Where cells of a list wear another style than the ruled one, which ``styles`` gives by kind of row."""
        found: OddStyles = {}
        for place, column in enumerate(columns):
            for rows, change in ((column.quoted, QUOTED), (column.dated, DATED)):
                worn = [self._wardrobe.variant(ruled[place], *change) for ruled in styles] if rows else []
                if any(own != ruled[place] for own, ruled in zip(worn, styles, strict=False)):
                    for row in rows:
                        found.setdefault(row, {})[place] = worn[kinds[row]]
        return found

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
        ws.notes.append(notes.Note(row, column, *_boxed(message)))

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
        ws.shade_above(area, above, self._wardrobe.shade(DUE_SOON_FILL))

    # --- inside ---------------------------------------------------------------------------------

    def _drop_list(self, choices: Sequence[str]) -> str:
        """A reference to the values on the hidden list sheet, for a drop-down of any length."""
        wanted = tuple(choices)
        if wanted not in self._lists:
            column = column_name(len(self._lists))
            self._lists[wanted] = f"{LISTS}!${column}$1:${column}${max(len(wanted), 1)}"
        return self._lists[wanted]

    def _write_lists(self) -> None:
        """The hidden sheet behind the drop-downs, after all others."""
        if not self._lists:
            return
        ws = Sheet(LISTS, (), 0, zoom=100, growing=False, grid=True)
        self._sheets.append(ws)
        ws.state = "hidden"
        plain, done = self.style(PLAIN), 0
        held = [self.held(choices).pieces for choices in self._lists]
        for end in sorted({*map(len, held)}):  # rows in which the same lists have something
            cells = {
                cell_slot(column_name(at), plain): each[done:end] for at, each in enumerate(held) if len(each) > done
            }
            cut, rows = stencil(tuple(cells), high=False), range(done + 1, end + 1)
            ws.lines(rows, fill([cut] * len(rows), rows, cells.values()), len(held) - 1)
            done = end

    def _package(self) -> bytes:
        self._write_lists()
        made = parts.frame(
            [sheet.listed() for sheet in self._sheets],
            active=self._active, title=self._title, author=self._author, created=self._created,
        )  # fmt: skip
        packed = {name: pack_once(xml) for name, xml in made.items()}
        for at, sheet in enumerate(self._sheets, 1):
            packed[f"xl/worksheets/sheet{at}.xml"] = sheet.packed(active=at - 1 == self._active)
            if sheet.notes:
                packed |= {name: pack(xml.encode()) for name, xml in _note_parts(at, sheet).items()}
        packed["xl/styles.xml"] = pack_once(self._wardrobe.xml())
        packed["xl/sharedStrings.xml"] = pack(self._strings.xml())
        return package(packed)


@lru_cache(maxsize=1024)  # one matter is often told of many cells
def _boxed(message: str) -> tuple[str, int]:
    """What a note shows, and the pixels of a box that is high enough for it."""
    shown = short(message, NOTE_LIMIT)
    return shown, 16 * line_count(shown, 46, notes.SIZE) + 12


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
