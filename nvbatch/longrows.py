"""Columns of values in, the XML of their rows out; for lists so long that what is done once a cell takes seconds.

Between two addresses of a row stands one piece: the rest of a cell and the letter of the next. The row is its number
joined by these pieces, and a piece depends on the column and the value only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from nvbatch.celltext import FORMULA_STARTS

Cell = Callable[[str, Any, int], str]  # address, value, style → XML
Change = tuple[int, int, int]  # row (from 0), place in it, style
_ADDRESS = len('<c r="')
_MOST_KNOWN = 5_000  # pieces of a column that are kept for the next rows
_TEXTS = frozenset({str, type(None)})


class LongRows:
    """Columns side by side. ``numbers``: the places of texts in the workbook's table, which gives a new text its place
    when it is asked for."""

    def __init__(self, cell: Cell, numbers: dict[str, int], letters: Sequence[str], styles: Sequence[int]) -> None:
        self._cell, self._numbers = cell, numbers
        self._opening = f'" customHeight="1"><c r="{letters[0]}'
        self._closings = [*(f'<c r="{letter}' for letter in letters[1:]), "</row>"]
        self._columns = [self._column(place, style) for place, style in enumerate(styles)]
        self._changed: dict[tuple[int, int], _Column] = {}

    def xml(
        self, first: int, columns: Sequence[Sequence[Any]], heights: Sequence[float], changes: Iterable[Change] = ()
    ) -> str:
        """Rows from number ``first`` on; ``changes``: cells with another style than their column's."""
        pieces = [column.pieces(values) for column, values in zip(self._columns, columns, strict=True)]
        for row, place, style in changes:
            column = self._changed.get((place, style))
            if column is None:
                column = self._changed[place, style] = self._column(place, style)
            pieces[place][row] = column.piece(columns[place][row])
        openings = [f'" ht="{height}{self._opening}' for height in heights]
        rows = enumerate(zip(repeat('<row r="'), openings, *pieces), first)
        return "".join([str(number).join(parts) for number, parts in rows])

    def _column(self, place: int, style: int) -> _Column:
        return _Column(self._cell, self._numbers, style, self._closings[place])


class _Column:
    """Values of a column → their pieces."""

    def __init__(self, cell: Cell, numbers: dict[str, int], style: int, closing: str) -> None:
        self._known = _Known(cell, style, closing)
        self._place = numbers.__getitem__
        self._text, self._number, self._end = f'" s="{style}" t="s"><v>', f'" s="{style}"><v>', f"</v></c>{closing}"

    def piece(self, value: Any) -> str:
        """Of one value. A bool would be found among the known ones as 1 or 0."""
        return self._known.piece(value) if value.__class__ is bool else self._known[value]

    def pieces(self, values: Sequence[Any]) -> list[str]:
        if values[-1] is None and values.count(None) == len(values):
            return [self._known[None]] * len(values)
        kinds = set(map(type, values))
        if bool in kinds:
            return list(map(self.piece, values))
        opening, end = self._number, self._end
        if kinds == {int}:
            return [f"{opening}{value}{end}" for value in values]
        if str not in kinds or not kinds <= _TEXTS or not _plain(values):
            return list(map(self._known.__getitem__, values))
        opening, place = self._text, self._place
        if len(kinds) == 1:
            return [f"{opening}{place(value)}{end}" for value in values]
        blank = self._known[None]
        return [blank if value is None else f"{opening}{place(value)}{end}" for value in values]


def _plain(values: Sequence[str | None]) -> bool:
    """Are these texts hardly ever the same, and nothing in them that must be quoted?"""
    different = set(values)
    if 2 * len(different) <= len(values) - values.count(None):
        return False
    return FORMULA_STARTS.isdisjoint([value[:1] for value in different if value])


class _Known(dict[Any, str]):
    """Numbers, days and listed words come again: value → its piece."""

    def __init__(self, cell: Cell, style: int, closing: str) -> None:
        super().__init__()
        self._cell, self._style, self._closing = cell, style, closing

    def piece(self, value: Any) -> str:
        return self._cell("", value, self._style)[_ADDRESS:] + self._closing

    def __missing__(self, value: Any) -> str:
        if len(self) > _MOST_KNOWN:
            self.clear()
        made = self[value] = self.piece(value)
        return made
