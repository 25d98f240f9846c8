"""Columns of values in, the XML of their rows out; for lists so long that what is done once a cell takes seconds.

Between two addresses of a row stands one piece: the rest of a cell and the letter of the next. The row is its number
joined by these pieces, and a piece depends on the column and the value only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from nvbatch.celltext import FORMULA_STARTS
from nvbatch.press.finished import RowCells
from nvbatch.press.strings import APART, escaped

Change = tuple[int, int, int]  # row (from 0), place in it, style
_ADDRESS = len('<c r="')
_MOST_KNOWN = 5_000  # pieces of a column that are kept for the next rows
_SOME = 64  # values that tell whether a column says the same again and again
_TEXTS = frozenset({str, type(None)})
_FORMULAS = tuple(f"{APART}{start}" for start in FORMULA_STARTS)
_APART = APART.encode()


class LongRows:
    """Columns side by side, in these letters and styles."""

    def __init__(self, cells: RowCells, letters: Sequence[str], styles: Sequence[int]) -> None:
        self._cells = cells
        self._openings = _Openings(letters[0])
        self._closings = [*(f'<c r="{letter}' for letter in letters[1:]), "</row>"]
        self._columns = [self._column(place, style) for place, style in enumerate(styles)]
        self._changed: dict[tuple[int, int], _Column] = {}

    def xml(
        self, first: int, columns: Sequence[Sequence[Any]], heights: Sequence[float], changes: Iterable[Change] = ()
    ) -> bytes:
        """Rows from number ``first`` on; ``changes``: cells with another style than their column's."""
        for known in (*self._columns, *self._changed.values()):
            known.begin()
        pieces = [column.pieces(values) for column, values in zip(self._columns, columns, strict=True)]
        for row, place, style in changes:
            column = self._changed.get((place, style))
            if column is None:
                column = self._changed[place, style] = self._column(place, style)
            pieces[place][row] = column.piece(columns[place][row])
        openings = map(self._openings.__getitem__, heights)
        rows = enumerate(zip(repeat(b'<row r="'), openings, *pieces), first)
        return b"".join([(b"%d" % number).join(parts) for number, parts in rows])

    def _column(self, place: int, style: int) -> _Column:
        return _Column(self._cells, style, self._closings[place])


class _Openings(dict[float, bytes]):
    """Height of a row → what stands between its number and the first address."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter

    def __missing__(self, height: float) -> bytes:
        made = self[height] = f'" ht="{height}" customHeight="1"><c r="{self._letter}'.encode()
        return made


class _Column:
    """Values of a column → their pieces."""

    def __init__(self, cells: RowCells, style: int, closing: str) -> None:
        self._known = _Known(cells, style, closing)
        self._cells, self._style, self._end = cells, style, f"</v></c>{closing}"
        self._text, self._number = f'" s="{style}" t="s"><v>', f'" s="{style}"><v>'

    def begin(self) -> None:
        """Other rows follow, whose texts have other places."""
        self._known.forget_texts()

    def piece(self, value: Any) -> bytes:
        """Of one value. A bool would be found among the known ones as 1 or 0."""
        return self._known.piece(value) if value.__class__ is bool else self._known[value]

    def pieces(self, values: Sequence[Any]) -> list[bytes]:
        if values[-1] is None and values.count(None) == len(values):
            return [self._known[None]] * len(values)
        kinds = set(map(type, values))
        if bool in kinds:
            return list(map(self.piece, values))
        if kinds == {int}:
            return self._around(self._number, values)
        told = self._different(values, kinds)
        if told is None:
            return list(map(self._known.__getitem__, values))
        made = self._around(self._text, self._cells.texts.take(told, len(values) - values.count(None)))
        if len(made) < len(values):
            blank, next_ = self._known[None], iter(made).__next__
            made = [blank if value is None else next_() for value in values]
        if told[:1] in FORMULA_STARTS or any(start in told for start in _FORMULAS):
            self._quote(values, made)
        return made

    def _quote(self, values: Sequence[str | None], made: list[bytes]) -> None:
        """Texts like formulas wear a look of their own."""
        plain, quoted = self._text.encode(), f'" s="{self._cells.quoted(self._style)}" t="s"><v>'.encode()
        for at, value in enumerate(values):
            if value and value[0] in FORMULA_STARTS:
                made[at] = quoted + made[at][len(plain) :]

    def _around(self, opening: str, numbers: Iterable[int]) -> list[bytes]:
        """Each number in its cell."""
        end = self._end
        told = f"{end}{APART}{opening}".join(map(str, numbers))
        return f"{opening}{told}{end}".encode().split(_APART)

    def _different(self, values: Sequence[Any], kinds: set[type]) -> str | None:
        """The texts, escaped, where they are hardly ever the same."""
        if not kinds <= _TEXTS or 2 * len(set(values[:_SOME])) <= len(values[:_SOME]):
            return None
        return escaped(values if len(kinds) == 1 else [value for value in values if value is not None])


class _Known(dict[Any, bytes]):
    """Numbers, days and listed words come again: value → its piece."""

    def __init__(self, cells: RowCells, style: int, closing: str) -> None:
        super().__init__()
        self._cells, self._style, self._closing = cells, style, closing
        self._texts: list[str] = []

    def forget_texts(self) -> None:
        """All but the listed words have their places for some rows only."""
        for text in self._texts:
            self.pop(text, None)
        self._texts.clear()

    def piece(self, value: Any) -> bytes:
        return (self._cells.cell("", value, self._style)[_ADDRESS:] + self._closing).encode()

    def __missing__(self, value: Any) -> bytes:
        if len(self) > _MOST_KNOWN:
            self.clear()
        made = self[value] = self.piece(value)
        if isinstance(value, str) and value not in self._cells.words:
            self._texts.append(value)
        return made
