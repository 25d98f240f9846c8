"""A formula that speaks of one row in, its cells in any row out, up to the value they show: each made once."""

from __future__ import annotations

from collections.abc import Mapping

from nvbatch.grid import letter
from nvbatch.press.cells import formula_begun
from nvbatch.press.markup import escape

ROW = 9_999_999  # stands for the row while a formula is written: no sheet has such a row
VALUE_END = b"</v></c>"  # closes a cell behind its value


class Live:
    """A column of formulas, the same in every workbook of a form: they differ only in the row that they look at."""

    def __init__(self, column: int, formula: str, *, below: int = 0, text: bool = False) -> None:
        """``formula``: ours, for row :data:`ROW`; its cell stands so many rows ``below``; ``text``: what it gives."""
        self._letter, self._formula, self._below, self._text = letter(column), escape(formula), below, text
        self._styles: dict[int, _Rows] = {}

    def rows(self, style: int) -> Mapping[int, bytes]:
        """Row looked at → its cell in this style, up to the value that is shown until Excel has computed it."""
        made = self._styles.get(style)
        if made is None:
            made = self._styles[style] = _Rows(self, style)
        return made

    def cell(self, row: int, style: int) -> bytes:
        formula = self._formula.replace(str(ROW), str(row))
        return formula_begun(f"{self._letter}{row + self._below}", formula, style, text=self._text).encode()


class _Rows(dict[int, bytes]):
    def __init__(self, column: Live, style: int) -> None:
        super().__init__()
        self._column, self._style = column, style

    def __missing__(self, row: int) -> bytes:
        made = self[row] = self._column.cell(row, self._style)
        return made
