"""A value, its address and style in, one cell as XML out: text as text, numbers as numbers, days as real dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any

from nvbatch import celltext
from nvbatch.celltext import FORMULA_STARTS
from nvbatch.looks import DATE
from nvbatch.press.markup import escape, given, number

Variant = Callable[[int, str, Any], int]  # style, field of a look, value → the style with it, unless it has its own
_DAY_ZERO = date(1899, 12, 30).toordinal()  # Excel's day 0, right from 1/3/1900 on
_FIRST_DAY = date(1900, 3, 1)


class Cells:
    """Cells of one workbook. ``numbers``: the places of texts in its table, where a new text gets the next one."""

    def __init__(self, numbers: dict[str, int], variant: Variant) -> None:
        self._numbers, self._variant = numbers, variant

    def cell(self, address: str, value: Any, style: int) -> str:
        """None, NaN and infinity are a blank cell."""
        if isinstance(value, str):
            return self._text(address, str(value), style)
        if value is None:
            return blank_cell(address, style)
        if type(value) is int:
            return f'<c r="{address}" s="{style}"><v>{value}</v></c>'
        return self._other(address, value, style)

    def _text(self, address: str, value: str, style: int) -> str:
        if value[:1] in FORMULA_STARTS and value:  # what Excel would take for a formula is quoted
            style = self._variant(style, "quoted", True)
        place = self._numbers.setdefault(value, len(self._numbers))
        return f'<c r="{address}" s="{style}" t="s"><v>{place}</v></c>'

    def _other(self, address: str, value: Any, style: int) -> str:
        shown: Any = value
        if value.__class__ is date and value >= _FIRST_DAY:  # nearly all
            return f'<c r="{address}" s="{self._variant(style, "number", DATE)}"><v>{serial(value)}</v></c>'
        if isinstance(value, bool):
            shown = "Có" if value else "Không"
        elif isinstance(value, date):
            shown, style = serial(value), self._variant(style, "number", DATE)
        if isinstance(shown, str):
            return self._text(address, shown, style)
        return number_cell(address, shown, style) if isfinite(shown) else blank_cell(address, style)


def blank_cell(address: str, style: int) -> str:
    return f'<c r="{address}" s="{style}"/>'


def number_cell(address: str, value: float, style: int) -> str:
    return f'<c r="{address}" s="{style}"><v>{number(value)}</v></c>'


def formula_cell(address: str, formula: str, cached: str | float, style: int) -> str:
    """A cell with a formula of OURS, its text already escaped, and the value to show before it is computed."""
    text = isinstance(cached, str)
    return f"{formula_begun(address, formula, style, text=text)}{cached_value(cached)}</v></c>"


def formula_begun(address: str, formula: str, style: int, *, text: bool) -> str:
    """Such a cell up to the value to show; ``text``: the kind of that value."""
    return f'<c r="{address}" s="{style}"{given("t", "str" if text else "")}><f>{formula}</f><v>'


def cached_value(value: str | float) -> str:
    return escape(celltext.text(value)) if isinstance(value, str) else number(value)


def serial(value: date) -> float | str:
    """Excel's number of a day or a moment; text where Excel's calendar does not reach."""
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    whole = day.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return whole
    return round(whole + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400, 9)
