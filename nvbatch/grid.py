"""One sheet as it was read: values with their true row numbers, and what a careful look at the sheet found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from nvbatch.legacy import Run

Cell = tuple[int, int]  # Excel row (from 1), column (from 0)
BLANK = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """The different texts of a sheet, the blank one left out.

    ``strange`` are those that hold more than ordinary letters and signs, ``odd`` those that cleaning may change.
    """

    every: Set[str]
    strange: Set[str]
    odd: Set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """``rows``: (Excel row, cells from column A on), only rows that hold something; a blank cell is ``""``.

    ``merged``: first row, first column, last row, last column. ``folded_columns`` are hidden by an outline only.
    ``faults``: error cells and formulas without a stored value, with the text a person would see.
    ``runs``: cells in a font of an old encoding, as runs of text with their fonts. ``mended``: cells whose text was
    brought to Unicode → (text as it stood, from which encoding).
    ``texts``: what it holds of text, once somebody has looked (see :func:`nvbatch.sheettext.texts_of`).
    """

    name: str
    rows: tuple[tuple[int, list[Any]], ...]
    visible: bool = True
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    folded_columns: frozenset[int] = frozenset()
    faults: Mapping[Cell, str] = field(default_factory=dict)
    percents: frozenset[Cell] = frozenset()
    struck: frozenset[Cell] = frozenset()
    runs: Mapping[Cell, tuple[Run, ...]] = field(default_factory=dict)
    mended: Mapping[Cell, tuple[str, str]] = field(default_factory=dict)
    texts: Texts | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """A sheet of the Office's own. ``numbers``: Excel rows, rising; ``columns``: their cells, from column A on."""

    numbers: Sequence[int] = ()
    columns: Sequence[Sequence[Any]] = ()

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Any]]) -> SheetColumns:
        """Of all the rows, from the first on."""
        return cls(range(1, len(rows) + 1), [*zip_longest(*rows, fillvalue=BLANK)])


class TooMuch(Exception):
    """A sheet exceeds a limit: ``what`` and ``limit`` are Vietnamese words for the refusal (F103)."""

    def __init__(self, what: str, limit: str) -> None:
        super().__init__(what)
        self.what = what
        self.limit = limit


class Unreadable(Exception):
    """The workbook contradicts itself; ``what`` says in Vietnamese how (F101)."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def letter(column: int) -> str:
    """Column letter of a column number from 0: 0 → A, 27 → AB."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(letters: str) -> int:
    """Column number from 0 of its letters: AB → 27."""
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number - 1


def place(reference: str) -> Cell:
    """``AB12`` → (12, 27)."""
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
    return int(digits), column_number(reference[: len(reference) - len(digits)].replace("$", ""))
