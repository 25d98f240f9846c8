"""Values in, what their cells hold out: text as text, numbers as numbers, days as real dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import count, filterfalse
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

from nvbatch.celltext import FORMULA_STARTS
from nvbatch.looks import DATE
from nvbatch.press.markup import number

_DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel's day 0, right from 1/3/1900 on
_FIRST_DAY = date(1900, 3, 1)
_MOST_KEPT = 20_000
_first_letter = itemgetter(slice(1))


class Change(NamedTuple):
    """A property that a value adds to the look of its cell, unless that has its own."""

    field: str
    value: Any


QUOTED = Change("quoted", True)  # what Excel would take for a formula
DATED = Change("number", DATE)


class Held(NamedTuple):
    """Of each value of a column what its cell holds, behind the number of its style; where (from 0) looks change."""

    pieces: Sequence[bytes]
    quoted: Sequence[int] = ()
    dated: Sequence[int] = ()


class Contents:
    """Of one workbook. ``numbers``: the places of texts in its table, where a new text gets the next one."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers

    def one(self, value: Any) -> tuple[bytes, Change | None]:
        """What a cell holds. None, NaN and infinity are a blank cell."""
        if isinstance(value, str):
            piece = _TEXTS[self._numbers.setdefault(str(value), len(self._numbers))]
            return piece, QUOTED if value[:1] in FORMULA_STARTS and value else None
        if value is None:
            return _BLANK, None
        if type(value) is int:
            return _NUMBERS[value], None
        if isinstance(value, date):
            return self._day(value), DATED
        if isinstance(value, bool):
            return self.one("Có" if value else "Không")
        return (b'"><v>%s</v></c>' % number(value).encode() if isfinite(value) else _BLANK), None

    def held(self, values: Sequence[Any]) -> Held:
        """The same for a column of a list, which says the same again and again."""
        if not values or values.count(None) == len(values):
            return Held([_BLANK] * len(values))
        kinds, different = set(map(type, values)), dict.fromkeys(values)
        if kinds == {str} and FORMULA_STARTS.isdisjoint(map(_first_letter, different)):
            return Held(self._texts(values, different))
        if bool in kinds:  # among other values it would be taken for 1 or 0
            pieces, changes = zip(*map(self.one, values), strict=True)
        else:
            told = {value: self.one(value) for value in different}
            pieces, changes = zip(*map(told.__getitem__, values), strict=True)
        return Held(
            pieces,
            *(
                [at for at, own in enumerate(changes) if own is one] if one in changes else ()
                for one in (QUOTED, DATED)
            ),
        )

    def _texts(self, values: Sequence[str], different: Iterable[str]) -> list[bytes]:
        numbers = self._numbers
        new = filterfalse(numbers.__contains__, different)
        numbers.update(zip(new, count(len(numbers)), strict=False))
        return list(map(_TEXTS.__getitem__, map(numbers.__getitem__, values)))

    def _day(self, value: date) -> bytes:
        if value.__class__ is date and value >= _FIRST_DAY:  # nearly all
            return _NUMBERS[value.toordinal() - _DAY_ZERO]
        return self.one(serial(value))[0]


def change_of(value: Any) -> Change | None:
    """What a value adds to the look of its cell."""
    if isinstance(value, str):
        return QUOTED if value[:1] in FORMULA_STARTS and value else None
    return DATED if isinstance(value, date) else None


def serial(value: date) -> float | str:
    """Excel's number of a day or a moment; text where Excel's calendar does not reach."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    whole = day.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return whole
    return round(whole + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400, 9)


class _Pieces(dict[int, bytes]):
    """A number → what a cell holds that tells it; the same in every workbook."""

    def __init__(self, pattern: bytes) -> None:
        super().__init__()
        self._pattern = pattern

    def __missing__(self, told: int) -> bytes:
        if len(self) > _MOST_KEPT:
            self.clear()
        made = self[told] = self._pattern % told
        return made


_BLANK, _NUMBERS, _TEXTS = b'"/>', _Pieces(b'"><v>%d</v></c>'), _Pieces(b'" t="s"><v>%d</v></c>')
