"""Looks in, the numbers that cells wear in one workbook out; a look that many cells wear is found at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nvbatch.looks import DATE, Look
from nvbatch.press.styles import Styles


class Wardrobe:
    """The looks of one workbook. It knows nothing of the workbook, which therefore goes when nobody needs it."""

    def __init__(self) -> None:
        self._styles = Styles()
        self._looks: dict[int, Look] = {}
        self._worn: dict[int, tuple[int, Look]] = {}  # by id; the look itself is kept, so that its id stays its own
        self._variants: dict[tuple[int, str], int] = {}

    def begin(self) -> Wardrobe:
        """Another one that begins with what is in this one."""
        made = Wardrobe()
        made._styles, made._looks, made._worn = self._styles.begin(), self._looks.copy(), self._worn.copy()
        made._variants = self._variants.copy()
        return made

    def style(self, look: Look) -> int:
        """The number of a look."""
        known = self._worn.get(id(look))  # asked by name, most looks are found at once
        if known is None:
            made = self._styles.number(look)
            self._looks[made] = look
            known = self._worn[id(look)] = (made, look)
        return known[0]

    def wear(self, look: Look) -> None:
        """Give a look its number, and the one that its dates and texts like formulas will need."""
        self.variant(self.style(look), "number", DATE)
        self.variant(self.style(look), "quoted", True)

    def variant(self, style: int, field: str, value: Any) -> int:
        """The style with one more property, unless it has its own."""
        known = self._variants.get((style, field))
        if known is None:
            look = self._looks[style]
            known = style if getattr(look, field) else self.style(replace(look, **{field: value}))
            self._variants[style, field] = known
        return known

    def shade(self, fill: str) -> int:
        """The number of a shading for cells that meet a condition."""
        return self._styles.shade(fill)

    def xml(self) -> str:
        return self._styles.xml()
