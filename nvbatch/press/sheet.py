"""Cells as finished XML, page, checks and links in, the XML of one worksheet out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from nvbatch.grid import letter
from nvbatch.looks import FONT
from nvbatch.press.markup import DECLARATION, attribute, escape, given, number
from nvbatch.press.notes import Note
from nvbatch.press.package import Packed, pack
from nvbatch.press.parts import DOCUMENT, FILTERED, MAIN, Listed

column_name = cache(letter)
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0
ROW_PIXELS = 20  # a row without a height of its own
PRINTED_WIDE, PRINTED_HIGH = 1036, 688  # pixels of A4 across that are left by the margins


@dataclass(slots=True)
class _Row:
    hidden: bool = False
    cells: dict[int, str] = field(default_factory=dict)


class Sheet:
    """A sheet being filled. ``growing``: given row heights still follow the text that somebody types later."""

    def __init__(self, name: str, widths: Sequence[float], style: int, *, zoom: int, growing: bool, grid: bool) -> None:
        self.name, self.widths, self.growing = name, list(widths), growing
        self.state = ""
        self.notes: list[Note] = []
        self._style, self._zoom, self._grid = style, zoom, grid
        self._rows: dict[int, _Row] = {}
        self._lines: dict[int, bytes] = {}  # finished rows
        self._heights: dict[int, int] = {}  # pixels
        self._packed: dict[bool, Packed] | None = None  # of a shared sheet, active or not
        self._last_column = 0
        self._folded: frozenset[int] = frozenset()
        self._frozen = (0, 0)
        self._protected = ""
        self._names: dict[str, str] = {}
        self._filtered = self._page = self._break = ""
        self._merged: list[str] = []
        self._conditions: list[str] = []
        self._checks: list[str] = []
        self._links: list[str] = []

    # --- filling --------------------------------------------------------------------------------

    def cells(self, row: int, last_column: int, xml: str) -> None:
        """A cell, or several side by side that end in this column."""
        self._row(row).cells[last_column] = xml

    def lines(
        self, rows: Sequence[int], finished: Sequence[bytes], last_column: int, pixels: Sequence[int] = ()
    ) -> None:
        """Finished rows, as they will lie in the file, with their Excel numbers and their heights."""
        self._last_column = max(self._last_column, last_column)
        at = [row - 1 for row in rows]
        self._lines.update(zip(at, finished, strict=True))
        if pixels:
            self._heights.update(zip(at, pixels, strict=True))

    def set_row(self, row: int, height: float | None = None, *, hidden: bool = False) -> None:
        self._row(row).hidden = hidden
        if height is not None:
            self._heights[row] = pixels_high(height)

    def fold(self, columns: Iterable[int]) -> None:
        """Columns that one click on the bar above hides."""
        self._folded = frozenset(columns)

    def merge(self, area: Area) -> None:
        self._merged.append(reference(area))

    def link(self, row: int, column: int, target: str, shown: str, tip: str) -> None:
        self._links.append(
            f'<hyperlink ref="{column_name(column)}{row + 1}" location="{attribute(target)}" tooltip="{attribute(tip)}"'
            f' display="{attribute(shown)}"/>'
        )

    def check(self, xml: str) -> None:
        self._checks.append(xml)

    def shade_above(self, area: Area, above: float, style: int) -> None:
        """Cells take a style while their number is greater than ``above``."""
        place = len(self._conditions) + 1
        self._conditions.append(
            f'<conditionalFormatting sqref="{reference(area)}"><cfRule type="cellIs" dxfId="{style}" priority="{place}"'
            f' operator="greaterThan"><formula>{number(above)}</formula></cfRule></conditionalFormatting>'
        )

    # --- the sheet as a whole -------------------------------------------------------------------

    def freeze(self, rows: int, columns: int) -> None:
        self._frozen = (rows, columns)

    def autofilter(self, area: Area) -> None:
        self._filtered = f'<autoFilter ref="{reference(area)}"/>'
        self._names[FILTERED] = self._absolute(area)

    def page(
        self,
        *,
        made_at: datetime,
        repeat: tuple[int, int] | None = None,
        area: Area | None = None,
        portrait: bool = False,
    ) -> None:
        """A4, one page wide, header rows repeated, «Trang x/y · lập lúc …» below; ``area`` = what is printed."""
        if repeat is not None:
            self._names["Print_Titles"] = f"{self._quoted()}!${repeat[0] + 1}:${repeat[1] + 1}"
        if area is not None:
            self._names["Print_Area"] = self._absolute(area)
        below = f'&C&"{FONT},Regular"&9Trang &P/&N · lập lúc {made_at:%H:%M} ngày {made_at:%d/%m/%Y}'
        self._page = (
            '<printOptions horizontalCentered="1"/>'
            '<pageMargins left="0.5" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="9" fitToHeight="0" orientation="{"portrait" if portrait else "landscape"}"/>'
            f"<headerFooter><oddFooter>{escape(below)}</oddFooter></headerFooter>"
        )

    def break_page(self, before: int) -> None:
        """A new page begins with this row."""
        self._break = f'<rowBreaks count="1" manualBreakCount="1"><brk id="{before}" max="16383" man="1"/></rowBreaks>'

    def protect(self, *, free: bool = True) -> None:
        """Locked cells stay locked, without a password; ``free``: filters, widths and heights can be changed."""
        freed = ' formatColumns="0" formatRows="0" autoFilter="0"' if free else ""
        self._protected = f'<sheetProtection sheet="1" objects="1" scenarios="1"{freed}/>'

    def row_pixels(self, row: int) -> int:
        if row in self._rows and self._rows[row].hidden:
            return 0
        return self._heights.get(row, ROW_PIXELS)

    def column_pixels(self, column: int) -> int:
        return pixels_wide(self.widths[column]) if column < len(self.widths) else 64

    def listed(self) -> Listed:
        return Listed(name=self.name, state=self.state, names=self._names, noted=bool(self.notes))

    def shared(self) -> Sheet:
        """This sheet, which nobody writes into any more: it is put into packages as it was packed the first time."""
        if self._packed is None:
            self._packed = {}
        return self

    def packed(self, *, active: bool) -> Packed:
        """The sheet as a part of the package."""
        if self._packed is None:
            return pack(self.xml(active=active))
        if active not in self._packed:
            self._packed[active] = pack(self.xml(active=active))
        return self._packed[active]

    def xml(self, *, active: bool) -> bytes:
        before = [
            f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{DOCUMENT}">',
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if self._page else "",
            f'<dimension ref="{reference(self._extent())}"/>',
            self._view(active),
            f'<sheetFormatPr defaultRowHeight="15"{given("outlineLevelCol", int(bool(self._folded)))}/>',
            self._columns(),
            "<sheetData>",
        ]
        after = [
            "</sheetData>",
            self._protected,
            self._filtered,
            _counted("mergeCells", [f'<mergeCell ref="{area}"/>' for area in self._merged]),
            *self._conditions,
            _counted("dataValidations", self._checks),
            f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else "",
            self._page,
            self._break,
            '<legacyDrawing r:id="rId1"/>' if self.notes else "",
            "</worksheet>",
        ]
        return b"".join(("".join(before).encode(), *self._written(), "".join(after).encode()))

    def _row(self, row: int) -> _Row:
        kept = self._rows.get(row)
        if kept is None:
            kept = self._rows[row] = _Row()
        return kept

    def _extent(self) -> Area:
        filled = {at: max(row.cells) for at, row in self._rows.items() if row.cells}
        rows = filled.keys() | self._lines.keys()
        return (min(rows, default=0), 0, max(rows, default=0), max(self._last_column, *filled.values(), 0))

    def _written(self) -> list[bytes]:
        for at, row in self._rows.items():
            cells = row.cells
            in_order = cells.values() if len(cells) < 2 else [cells[column] for column in sorted(cells)]
            opening = self._opening(at + 1, self._heights.get(at), row.hidden)
            self._lines[at] = f"{opening}{''.join(in_order)}</row>".encode()
        return [self._lines[at] for at in sorted(self._lines)]

    def _opening(self, number_: object, pixels: int | None, hidden: bool = False) -> str:
        high = fixed = ""
        if pixels is not None:
            high = f' ht="{number(pixels * 0.75)}"'
            fixed = "" if self.growing else ' customHeight="1"'
        return f'<row r="{number_}"{high}{given("hidden", int(hidden))}{fixed}>'

    def _view(self, active: bool) -> str:
        lines = "" if self._grid else ' showGridLines="0"'
        zoom = "" if self._zoom == 100 else f' zoomScale="{self._zoom}" zoomScaleNormal="{self._zoom}"'
        view = f'<sheetView{lines}{given("tabSelected", int(active))}{zoom} workbookViewId="0"'
        rows, columns = self._frozen
        if not rows:
            return f"<sheetViews>{view}/></sheetViews>"
        corner = "bottomRight" if columns else "bottomLeft"
        pane = (
            f'<pane{given("xSplit", columns)} ySplit="{rows}" topLeftCell="{column_name(columns)}{rows + 1}"'
            f' activePane="{corner}" state="frozen"/><selection pane="{corner}"/>'
        )
        return f"<sheetViews>{view}>{pane}</sheetView></sheetViews>"

    def _columns(self) -> str:
        lines = (
            f'<col min="{at}" max="{at}" width="{number(_stored_width(width))}" style="{self._style}" customWidth="1"'
            f"{given('outlineLevel', int(at - 1 in self._folded))}/>"
            for at, width in enumerate(self.widths, 1)
        )
        return f"<cols>{''.join(lines)}</cols>" if self.widths else ""

    def _quoted(self) -> str:
        return "'" + self.name.replace("'", "''") + "'"

    def _absolute(self, area: Area) -> str:
        first_row, first, last_row, last = area
        return f"{self._quoted()}!${column_name(first)}${first_row + 1}:${column_name(last)}${last_row + 1}"


def reference(area: Area) -> str:
    """``A1:C9``, or ``A1`` for one cell."""
    first_row, first, last_row, last = area
    start, end = f"{column_name(first)}{first_row + 1}", f"{column_name(last)}{last_row + 1}"
    return start if start == end else f"{start}:{end}"


@cache
def pixels_high(points: float) -> int:
    """Excel keeps heights in whole pixels of 3/4 point."""
    return int(points * 4 / 3 + 0.5)


def pixels_wide(characters: float) -> int:
    """A column holds so many digits of 7 pixels and 5 pixels of margin."""
    return int(characters * 7 + 0.5) + 5


def _stored_width(characters: float) -> float:
    return int(pixels_wide(characters) / 7 * 256) / 256


def _counted(name: str, pieces: list[str]) -> str:
    return f'<{name} count="{len(pieces)}">{"".join(pieces)}</{name}>' if pieces else ""
