"""A formula that speaks of one row in, its cell with a hole for the value that it shows out."""

from __future__ import annotations

from nvbatch.grid import letter
from nvbatch.press.cells import formula_begun
from nvbatch.press.markup import escape
from nvbatch.press.stencil import ANY_ROW, SEEN_ROW, Slot, live_slot

ROW = 9_999_999  # stands for the row while a formula is written: no sheet has such a row


class Live:
    """A column of formulas, the same in every workbook of a form: they differ only in the row that they look at."""

    def __init__(self, column: int, formula: str, *, text: bool = False) -> None:
        """``formula``: ours, for row :data:`ROW`; ``text``: what it gives."""
        self._letter, self._text = letter(column), text
        self._formula = escape(formula).replace(str(ROW), SEEN_ROW)
        self._slots: dict[int, Slot] = {}

    def slot(self, style: int) -> Slot:
        """Its cell in this style."""
        made = self._slots.get(style)
        if made is None:
            opening = formula_begun(f"{self._letter}{ANY_ROW}", self._formula, style, text=self._text)
            made = self._slots[style] = live_slot(opening)
        return made
