"""Columns of cells in, bytes and what JSON says of them out, and back again; whole columns are packed at a time.

Those with few different values by number, texts one after the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from typing import Any, overload

_BETWEEN, _AFTER = "\x1f", "\x1e"  # between the texts of a column, between columns: no clean text holds them
_FEW = 256  # different values that a byte can tell apart
_HANDFUL = 16  # a column of so many different texts holds words of a list, or names
# What the Office itself wrote in the forms: the register and all reports of the same tasks hold equal texts.
_THE_OFFICES = frozenset(
    ("no", "task_code", "assigning_doc", "content", "coordinating_agencies", "deadline", "product")
)
_SELDOM = _THE_OFFICES - {"task_code"}  # asked for when a file is checked, and hardly ever again
_TEXT = frozenset((str, type(None)))
_SIMPLE = frozenset((str, float, date, type(None)))  # equal values of these kinds are the same


class PackedColumns:
    """Columns in, what JSON says of each out; ``places`` and ``texts`` are what it need not say."""

    def __init__(self) -> None:
        self._places: list[bytes] = []
        self._texts: list[str] = []

    def said(self, columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        return {key: self._column(column) for key, column in columns.items()}

    @property
    def places(self) -> bytes:
        return b"".join(self._places)

    @property
    def texts(self) -> bytes:
        return encoded(_AFTER.join(self._texts))

    def _column(self, column: Sequence[Any]) -> Any:
        """None: blank; {"of"}: the different values, each line's told by its place; {"each"}: the values themselves."""
        if column.count(None) == len(column):
            return None
        kinds = set(map(type, column))
        different = tuple(dict.fromkeys(column))
        few = len(different) <= _FEW and (len(different) * 2 <= len(column) or not kinds <= _TEXT)
        if not few or not kinds <= _SIMPLE:
            return {"each": self._values(column, kinds)}
        if len(different) > 1:
            number = {value: at for at, value in enumerate(different)}
            self._places.append(bytes([number[value] for value in column]))
        return {"of": self._values(different, kinds)}

    def _values(self, values: Sequence[Any], kinds: Set[type]) -> Any:
        """ "": texts, one after the other; else what JSON can say of each."""
        if kinds <= _TEXT and "" not in values:
            together = _BETWEEN.join([text or "" for text in values] if None in values else values)
            if together.count(_BETWEEN) == len(values) - 1 and _AFTER not in together:
                self._texts.append(together)
                return ""
        return encode_column(values)


class UnpackedColumns:
    """The same back again, column after column; equal texts that stand in many workbooks are one object.

    ``later``: texts that are seldom asked for remain bytes until somebody asks.
    """

    def __init__(self, places: bytes, texts: bytes, *, later: bool) -> None:
        self._places, self._at, self._later = places, 0, later
        self._texts = iter(texts.split(_AFTER.encode()))

    def columns(self, columns: Mapping[str, Any], lines: int) -> dict[str, Sequence[Any]]:
        """The columns of a table of so many lines."""
        return {sys.intern(key): self._column(key, said, lines) for key, said in columns.items()}

    def _column(self, key: str, said: Any, lines: int) -> Sequence[Any]:
        if said is None:
            return _blank(lines)
        if "each" in said:
            if self._later and key in _SELDOM and said["each"] == "":
                return Later(next(self._texts), lines)
            return self._values(said["each"], key in _THE_OFFICES)
        values = self._values(said["of"], key in _THE_OFFICES)
        if len(values) == 1:
            return (values[0],) * lines
        begin, self._at = self._at, self._at + lines
        return tuple([values[place] for place in self._places[begin : self._at]])

    def _values(self, said: Any, common: bool) -> tuple[Any, ...]:
        return _texts(next(self._texts), common) if said == "" else decode_column(*said)


class Later(Sequence[Any]):
    """A column of texts that are taken apart when the first of them is asked for."""

    __slots__ = ("_cells", "_data", "_lines")

    def __init__(self, data: bytes, lines: int) -> None:
        if data.count(_BETWEEN.encode()) != lines - 1:
            raise ValueError("columns of different length")
        self._data, self._lines = data, lines
        self._cells: tuple[Any, ...] | None = None

    @property
    def cells(self) -> tuple[Any, ...]:
        if self._cells is None:
            self._cells = _texts(self._data, common=True)
            self._data = b""
        return self._cells

    def __len__(self) -> int:
        return self._lines

    @overload
    def __getitem__(self, line: int) -> Any: ...
    @overload
    def __getitem__(self, line: slice) -> Sequence[Any]: ...
    def __getitem__(self, line: int | slice) -> Any:
        return self.cells[line]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.cells)

    def __eq__(self, other: object) -> bool:
        return self.cells == (other.cells if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self.cells)

    def __repr__(self) -> str:
        return repr(self.cells)

    def count(self, value: Any) -> int:
        return self.cells.count(value)


def _texts(data: bytes, common: bool) -> tuple[Any, ...]:
    texts = decoded(data).split(_BETWEEN)
    if common or len(texts) <= _HANDFUL:
        texts = list(map(sys.intern, texts))
    return tuple([text or None for text in texts] if "" in texts else texts)


@lru_cache(maxsize=256)
def _blank(lines: int) -> tuple[None, ...]:
    """Most columns of most workbooks."""
    return (None,) * lines


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # the reader's business: what is read is kept as it is


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


# --- to and from plain data -----------------------------------------------------------------------


def encode_column(column: Sequence[Any]) -> list[list[Any]]:
    """[values, lines that hold a day]"""
    days = [line for line, value in enumerate(column) if isinstance(value, date)]
    values = list(column)
    for line in days:
        values[line] = column[line].isoformat()
    return [values, days]


def decode_column(values: list[Any], days: list[int]) -> tuple[Any, ...]:
    for line in days:
        values[line] = _day(values[line])
    return tuple(values)


_day = lru_cache(maxsize=4096)(date.fromisoformat)  # many workbooks, the same few days
