"""Columns of a register sheet in, its filled rows out: each row is made only when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled row of a register sheet: typed values by key (None when blank)."""

    row: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Entry]):
    """The filled rows of a sheet, kept by column: a register may have a hundred thousand of them."""

    numbers: Sequence[int] = ()  # Excel rows
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # key → a value or None for each row

    def column(self, key: str) -> Sequence[Any]:
        """The values of one column; all blank when the sheet does not have it."""
        found = self.columns.get(key)
        return (None,) * len(self.numbers) if found is None else found

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Rows: ...
    def __getitem__(self, at: int | slice) -> Entry | Rows:
        if isinstance(at, slice):
            return Rows(self.numbers[at], {key: column[at] for key, column in self.columns.items()})
        values = {key: column[at] for key, column in self.columns.items() if column[at] is not None}
        return Entry(self.numbers[at], values)

    def __iter__(self) -> Iterator[Entry]:
        keys = tuple(self.columns)
        for number, *cells in zip(self.numbers, *self.columns.values(), strict=True):
            yield Entry(number, {key: cell for key, cell in zip(keys, cells, strict=True) if cell is not None})
