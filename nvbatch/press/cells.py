"""A value, its address and style in, one cell as XML out; and cells with a formula of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nvbatch import celltext
from nvbatch.press.contents import Contents
from nvbatch.press.markup import escape, given, number

Variant = Callable[[int, str, Any], int]  # style, field of a look, value → the style with it, unless it has its own


class Cells:
    """Cells of one workbook. ``numbers``: the places of texts in its table, where a new text gets the next one."""

    def __init__(self, numbers: dict[str, int], variant: Variant) -> None:
        self.contents, self._variant = Contents(numbers), variant

    def cell(self, address: str, value: Any, style: int) -> str:
        """A value in its cell; see :class:`Contents`."""
        piece, change = self.contents.one(value)
        worn = self._variant(style, *change) if change else style
        return f'<c r="{address}" s="{worn}{piece.decode()}'


def formula_cell(address: str, formula: str, cached: str | float, style: int) -> str:
    """A cell with a formula of OURS, its text already escaped, and the value to show before it is computed."""
    text = isinstance(cached, str)
    return f"{formula_begun(address, formula, style, text=text)}{cached_value(cached)}</v></c>"


def formula_begun(address: str, formula: str, style: int, *, text: bool) -> str:
    """Such a cell up to the value to show; ``text``: the kind of that value."""
    return f'<c r="{address}" s="{style}"{given("t", "str" if text else "")}><f>{formula}</f><v>'


def cached_value(value: str | float) -> str:
    return escape(celltext.text(value)) if isinstance(value, str) else number(value)
