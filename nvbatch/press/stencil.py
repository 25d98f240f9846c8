"""The cells of a row in, rows as finished XML out: what all rows say is cut once, and each row only fills the holes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from nvbatch.press.markup import number

ANY_ROW, SEEN_ROW = "\0", "\1"  # stand for the row itself, and for the row of another sheet that its formulas look at
_HOLE = "%b"
_KEPT = 400  # rows that are kept for the next workbooks; few have more
Slot = bytes  # a cell with one hole
OddStyles = dict[int, dict[int, int]]  # row of a list (from 0) → place in it → style


@lru_cache(maxsize=4096)
def cell_slot(column: str, style: int) -> Slot:
    """A cell whose hole takes what :class:`nvbatch.press.contents.Contents` tells of a value."""
    return f'<c r="{column}{ANY_ROW}" s="{style}{_HOLE}'.encode()


def live_slot(opening: str) -> Slot:
    """A formula's cell, open where the value stands that it shows for now; the hole takes that value."""
    return f"{opening.replace('%', '%%')}{_HOLE}</v></c>".encode()


class Stencil:
    """Slots side by side. ``below``: so many rows below the one that its formulas look at.

    ``high``: the first hole takes the row's height (:func:`points`); ``fixed``: that height does not follow the text.
    """

    def __init__(self, slots: Sequence[Slot], *, below: int = 0, high: bool = True, fixed: bool = False) -> None:
        self._below = below
        opening = f'<row r="{ANY_ROW}"' + f' ht="{_HOLE}"' * high + ' customHeight="1"' * (high and fixed) + ">"
        self._pattern = b"".join((opening.encode(), *slots, b"</row>"))
        self._cut: dict[int, bytes] = {}

    def at(self, row: int) -> bytes:
        """The row of this number with its holes, which ``%`` fills; other workbooks will ask for it again."""
        made = self._cut.get(row)
        if made is None:
            made = self._pattern.replace(ANY_ROW.encode(), b"%d" % row)
            made = made.replace(SEEN_ROW.encode(), b"%d" % (row - self._below))
            if row < _KEPT:
                self._cut[row] = made
        return made


@lru_cache(maxsize=256)
def stencil(slots: tuple[Slot, ...], *, below: int = 0, high: bool = True, fixed: bool = False) -> Stencil:
    """The stencil of these slots, the same in hundreds of workbooks."""
    return Stencil(slots, below=below, high=high, fixed=fixed)


def fill(cuts: Iterable[Stencil], rows: Iterable[int], columns: Iterable[Sequence[bytes]]) -> list[bytes]:
    """Rows of these numbers, each by its stencil; what their holes take is given column by column."""
    return [cut.at(row) % held for cut, row, held in zip(cuts, rows, zip(*columns, strict=True), strict=True)]


def restyle(filled: list[bytes], rows: Sequence[int], letters: Sequence[str], odd: OddStyles) -> None:
    """Give the cells of filled rows their odd styles."""
    for at, styles in odd.items():
        for place, style in styles.items():
            cell = f'<c r="{letters[place]}{rows[at]}" s="'.encode()
            before, opening, after = filled[at].partition(cell)
            filled[at] = b"%b%b%d%b" % (before, opening, style, after[after.index(b'"') :])


@lru_cache(maxsize=512)
def points(pixels: int) -> bytes:
    """A row's height in points."""
    return number(pixels * 0.75).encode()
