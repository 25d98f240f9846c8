"""Texts of a column in, how many lines its rows need out; most texts need no measuring."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from nvbatch.celltext import letters_that_fit
from nvbatch.press.measure import lines_of_each

_APART = "\0"


def raise_to(most: list[int], values: Sequence[Any], width: float, size: float) -> None:
    """Lift the lines of each row to what its value needs in a column of this width (in characters)."""
    if values.count(None) == len(values):
        return
    fits, least = _fits(width, size), min(most)
    texts = [value for value in set(values) if value.__class__ is str]
    if not texts or (max(map(len, texts)) < fits[least] and "\n" not in _APART.join(texts)):
        return
    long = {text for text in texts if _may_need(text, least, fits)}
    rows = [row for row, value in enumerate(values) if value in long and _may_need(value, most[row], fits)]
    texts = list({values[row] for row in rows})
    lines = dict(zip(texts, lines_of_each(texts, width, size), strict=True))
    for row in rows:
        most[row] = max(most[row], lines[values[row]])


def _may_need(text: str, lines: int, fits: _Fits) -> bool:
    """More than so many lines."""
    return len(text) >= fits[lines] or ("\n" in text and len(text) >= fits[lines - text.count("\n")])


class _Fits(dict[int, int]):
    """Lines → letters of a text without line breaks that certainly takes no more; 0 where none fits."""

    def __init__(self, width: float, size: float) -> None:
        super().__init__()
        self._width, self._size = width, size

    def __missing__(self, lines: int) -> int:
        made = self[lines] = letters_that_fit(self._width, self._size, lines) if lines > 0 else 0
        return made


_fits = lru_cache(maxsize=256)(_Fits)
