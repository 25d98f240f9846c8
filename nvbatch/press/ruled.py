"""Rows of values in, their cells as XML and their lines out; for lists, whose columns say the same again and again.

A list is made column by column: the texts of a column become cells in one go, other values once each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from nvbatch.celltext import FORMULA_STARTS, letters_that_fit, lines_in, room

ANY_ROW = "\0"  # stands for the number of a row while its cells are put together; no value is beside it, only places
Cell = Callable[[str, Any, int], str]  # address, value, style → XML
Change = tuple[int, int, int]  # row (from 0), place in it, style
_MOST_KNOWN = 5_000  # cells of a column that are kept for the next rows


class Ruled:
    """Columns side by side; with ``widths`` (in characters) it tells how many lines a row needs, ``least`` at least.

    ``numbers``: the places of texts in the workbook's table. A row's XML has :data:`ANY_ROW` for its number, so that
    whole rows take it in one go.
    """

    def __init__(
        self,
        cell: Cell,
        numbers: dict[str, int],
        letters: Sequence[str],
        styles: Sequence[int],
        *,
        widths: Sequence[float] = (),
        least: int = 1,
        size: float = 11,
    ) -> None:
        self._cell, self._numbers = cell, numbers
        self._addresses = [letter + ANY_ROW for letter in letters]
        self._columns = [_Column(cell, numbers, *facts) for facts in zip(self._addresses, styles, strict=True)]
        self._changed: dict[tuple[int, int], _Column] = {}
        self._limits = [Limit(width, size) for width in widths]
        self._least = least

    def columns(self, rows: Sequence[Sequence[Any]], changes: Iterable[Change] = ()) -> list[list[str]]:
        """The cells of many rows, column by column; ``changes``: cells with another style than the ruled one."""
        made = [column.cells(values) for column, values in zip(self._columns, zip(*rows, strict=True), strict=True)]
        for row, place, style in changes:
            column = self._changed.get((place, style))
            if column is None:
                column = self._changed[place, style] = _Column(self._cell, self._numbers, self._addresses[place], style)
            made[place][row] = column.one(rows[row][place])
        return made

    def rows(self, rows: Sequence[Sequence[Any]], changes: Iterable[Change] = ()) -> list[str]:
        """The same, row by row."""
        return ["".join(cells) for cells in zip(*self.columns(rows, changes), strict=True)] if rows else []

    def lines(self, rows: Sequence[Sequence[Any]]) -> list[int]:
        """How many lines each row needs."""
        most = [self._least] * len(rows)
        for limit, values in zip(self._limits, zip(*rows, strict=True), strict=True):
            limit.raise_to(most, values)
        return most


class Limit:
    """How many lines texts take in a column."""

    def __init__(self, width: float, size: float) -> None:
        self._width, self._size = width, size
        self._fits = _fits(width, size)

    def raise_to(self, most: list[int], values: Sequence[Any]) -> None:
        """Lift the lines of each row to what its value needs here; most values need no measuring."""
        if not any(values):
            return
        fits, known = self._fits, _Known(self._width, self._size)
        for row, value in enumerate(values):
            if value.__class__ is str and value:
                least = most[row]
                if len(value) >= fits[least] or ("\n" in value and len(value) >= fits[least - value.count("\n")]):
                    lines = known[value]
                    if lines > least:
                        most[row] = lines


class _Known(dict[str, int]):
    """Text → its lines; listed words come again."""

    def __init__(self, width: float, size: float) -> None:
        super().__init__()
        self._room = room(width, size)

    def __missing__(self, text: str) -> int:
        lines = self[text] = lines_in(text, self._room)
        return lines


class _Fits(dict[int, int]):
    """Lines → letters of a text without line breaks that certainly takes no more; 0 where none fits."""

    def __init__(self, width: float, size: float) -> None:
        super().__init__()
        self._width, self._size = width, size

    def __missing__(self, lines: int) -> int:
        made = self[lines] = letters_that_fit(self._width, self._size, lines) if lines > 0 else 0
        return made


_fits = lru_cache(maxsize=256)(_Fits)


class _Column:
    """Values of a column → their cells."""

    def __init__(self, cell: Cell, numbers: dict[str, int], address: str, style: int) -> None:
        self._cell, self._numbers, self._address, self._style = cell, numbers, address, style
        self._opening, self._number = f'<c r="{address}" s="{style}" t="s"><v>', f'<c r="{address}" s="{style}"><v>'
        self._known: dict[Any, str] = {}

    def cells(self, values: Sequence[Any]) -> list[str]:
        kinds = set(map(type, values))
        if bool in kinds:  # it would be found among the known values as 1 or 0
            return [self.one(value) for value in values]
        different = dict.fromkeys(values)
        if kinds == {str} and 2 * len(different) > len(values) and _no_formulas(values):
            opening, numbers = self._opening, self._numbers
            place = numbers.setdefault
            return [f"{opening}{place(text, len(numbers))}</v></c>" for text in values]
        self._learn(different)
        return list(map(self._known.__getitem__, values))

    def one(self, value: Any) -> str:
        if value.__class__ is bool:
            return self._cell(self._address, value, self._style)
        made = self._known.get(value)
        if made is None:
            made = self._known[value] = self._made(value)
        return made

    def _learn(self, values: Iterable[Any]) -> None:
        """Numbers, days and listed words come again."""
        known = self._known
        if len(known) > _MOST_KNOWN:
            known.clear()
        for value in values:
            if value not in known:
                known[value] = self._made(value)

    def _made(self, value: Any) -> str:
        if value.__class__ is str and value[:1] not in FORMULA_STARTS:
            return f"{self._opening}{self._numbers.setdefault(value, len(self._numbers))}</v></c>"
        if value.__class__ is int:
            return f"{self._number}{value}</v></c>"
        return self._cell(self._address, value, self._style)


def _no_formulas(texts: Iterable[str]) -> bool:
    return FORMULA_STARTS.isdisjoint([text[:1] for text in texts])
