"""A grid in; where the table of an annex begins and which columns mean what, out: header, spans, marks by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nvbatch import viet
from nvbatch.deadline import read_deadline
from nvbatch.form import Sheet
from nvbatch.grid import BLANK, Cell, Grid
from nvbatch.headers import Header, find_header
from nvbatch.labels import label_key
from nvbatch.values import display

_FILLED_DOWN = ("no", "content", "lead_agency", "coordinating_agencies")  # results and dates never (DOMAIN 3.3)
_ANY_DAY = date(2024, 1, 1)
_SPANS = frozenset(("MONTH", "QUARTER", "HALF", "YEAR"))  # what a column that is only ticked may stand for


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Field → first and last column (from 0). ``ticks``: column → the time that an x in it means."""

    header_row: int
    first_row: int
    spans: Mapping[str, tuple[int, int]]
    headers: Mapping[int, str]
    ticks: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[int, str] = field(default_factory=dict)  # headers of columns that no task has

    @property
    def width(self) -> int:
        return max((*(right for _, right in self.spans.values()), *self.headers), default=0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row under the header. ``values``: field → text. ``filled`` names fields that a merged cell above speaks for."""

    row: int
    values: Mapping[str, str]
    texts: tuple[str, ...]  # every text of the row, in order
    cells: tuple[Any, ...]
    wide: bool  # one cell reaches over more than half of the table
    filled: frozenset[str] = frozenset()
    struck: bool = False

    def own(self, key: str) -> str:
        """What the row itself says, not a merged cell above it."""
        return "" if key in self.filled else self.values.get(key, "")


def find_columns(grid: Grid, sheet: Sheet) -> Columns | None:
    """None where the grid has no table with a content column and an agency, a deadline or a product beside it."""
    header = find_header(grid, sheet)
    if header is None or "content" not in header.fields:
        return None
    if not header.fields & {"lead_agency", "deadline_text", "product"}:
        return None
    last = _last_row(grid, header)
    ticks = _ticks(grid, header, last)
    best: dict[str, Any] = {}
    for claim in header.claims:
        known = best.get(claim.key)
        if claim.column not in ticks and (known is None or claim.score > known.score):
            best[claim.key] = claim
    spans = {key: (claim.column, _right(grid, header, claim.column)) for key, claim in best.items()}
    if "content" not in spans:
        return None
    inside = {column for left, right in spans.values() for column in range(left, right + 1)}
    return Columns(
        header_row=last,
        first_row=header.first_row,
        spans=spans,
        headers={column: label_key(text) for column, text in header.headers.items()},
        ticks=ticks,
        others={c: text for c, text in header.headers.items() if c not in inside and c not in ticks},
    )


def _last_row(grid: Grid, header: Header) -> int:
    """The header goes on as far as its merged cells reach, or by a row of nothing but quarters or months."""
    columns = {claim.column for claim in header.claims}
    reach = [bottom for top, left, bottom, _ in grid.merged if left in columns and top <= header.row <= bottom]
    last = max([header.row, *(bottom for bottom in reach if bottom <= header.row + 2)])
    under = next((cells for number, cells in grid.rows if number == last + 1), ())
    filled = [text for cell in under if (text := _shown(cell))]
    return last + 1 if len(filled) > 1 and all(_is_time(text) for text in filled) else last


def _ticks(grid: Grid, header: Header, last: int) -> dict[int, str]:
    """Columns named by a quarter or month alone, two at least: «Quý I» | «Quý II» … under «Thời gian hoàn thành»."""
    found: dict[int, str] = {}
    for number, cells in grid.rows:
        if header.first_row <= number <= last:
            found |= {c: viet.clean(cell) for c, cell in enumerate(cells) if isinstance(cell, str) and _is_time(cell)}
    return found if len(found) > 1 else {}


def _is_time(text: str) -> bool:
    return 0 < len(text) < 40 and read_deadline(text, _ANY_DAY).kind in _SPANS


def _right(grid: Grid, header: Header, column: int) -> int:
    """Last column of a header cell in the header's last row: data may begin further right under a merged one."""
    right = column
    for top, left, bottom, last in grid.merged:
        if left == column and top <= header.row <= bottom:
            right = max(right, last)
    return right


def lines(grid: Grid, columns: Columns, *, below: int) -> tuple[Line, ...]:
    """The filled rows under row ``below``, key fields filled down from merged cells."""
    covered = _covered(grid, columns)
    found = []
    for number, cells in grid.rows:
        if number <= below:
            continue
        texts = tuple(text for cell in cells if (text := _shown(cell)))
        if texts:
            found.append(_line(grid, columns, number, cells, texts, covered))
    return tuple(found)


def _line(
    grid: Grid,
    columns: Columns,
    number: int,
    cells: Sequence[Any],
    texts: tuple[str, ...],
    covered: Mapping[tuple[int, str], str],
) -> Line:
    values = {key: text for key, span in columns.spans.items() if (text := _in(cells, span))}
    filled = {key for key in _FILLED_DOWN if key not in values and (number, key) in covered}
    values |= {key: covered[number, key] for key in filled}
    if ticked := [time for column, time in columns.ticks.items() if _in(cells, (column, column))]:
        values.setdefault("deadline_text", ", ".join(ticked))
    left, right = columns.spans["content"]
    return Line(
        row=number,
        values=values,
        texts=texts,
        cells=tuple(cells),
        wide=_wide(grid, number, columns.width),
        filled=frozenset(filled),
        struck=any((number, column) in grid.struck for column in range(left, right + 1)),
    )


def _in(cells: Sequence[Any], span: tuple[int, int]) -> str:
    return next((text for cell in cells[span[0] : span[1] + 1] if (text := _shown(cell))), "")


def _shown(cell: Any) -> str:
    return viet.clean(display(cell), multiline=True) if cell not in (BLANK, None) else ""


def _wide(grid: Grid, row: int, width: int) -> bool:
    """Does one cell reach over more than half of the table in this row, as headings of a section do?"""
    return any(top <= row <= bottom and right - left + 1 > width / 2 for top, left, bottom, right in grid.merged)


def _covered(grid: Grid, columns: Columns) -> dict[tuple[int, str], str]:
    """(row, field) → what a cell merged downwards says for it."""
    rows = dict(grid.rows)
    found: dict[tuple[int, str], str] = {}
    for key in _FILLED_DOWN:
        if key not in columns.spans:
            continue
        left, right = columns.spans[key]
        for top, column, bottom, _ in grid.merged:
            text = _in(rows.get(top, ()), (column, column)) if left <= column <= right and bottom > top else ""
            if text and top > columns.header_row:
                found |= {(row, key): text for row in range(top + 1, bottom + 1)}
    return found


def merged_downwards(grid: Grid, columns: Columns, key: str) -> tuple[Cell, ...]:
    """(first row, last row) of data cells of a field merged over several rows."""
    if key not in columns.spans:
        return ()
    left, right = columns.spans[key]
    return tuple(
        (top, bottom)
        for top, column, bottom, _ in grid.merged
        if left <= column <= right and bottom > top > columns.header_row
    )


def repeats_header(line: Line, columns: Columns) -> bool:
    """The header again, as it is printed on every page."""
    seen = [(c, label_key(cell)) for c, cell in enumerate(line.cells) if isinstance(cell, str) and 0 < len(cell) < 100]
    same = sum(columns.headers.get(c) == text for c, text in seen)
    return same >= 2 and same * 2 >= len(seen)
