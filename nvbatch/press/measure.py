"""Many texts in, how many lines each takes in a column out: all measured at once, as Excel wraps them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from nvbatch.celltext import WIDE_LETTER, letter_width, lines_in, room

WORTH = 16  # texts: fewer are measured sooner one by one
_BEYOND = 0x2100  # letters from here on have no width of their own
_SPACE, _BREAK = ord(" "), ord("\n")


def lines_of_each(texts: Sequence[str], width: float, size: float) -> list[int]:
    """:func:`nvbatch.celltext.line_count` of each."""
    within = room(width, size)
    if len(texts) < WORTH:
        return [lines_in(text, within) for text in texts]
    joined = "\n".join(texts)
    lines = _of_paragraphs(joined, within)
    if len(lines) == len(texts):
        return list(map(int, lines))
    import numpy as np

    firsts = np.cumsum([0, *(text.count("\n") + 1 for text in texts[:-1])])
    return list(map(int, np.add.reduceat(lines, firsts)))


def _of_paragraphs(joined: str, within: float) -> Any:
    """The lines of each paragraph."""
    import numpy as np

    letters = np.frombuffer(f"{joined}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
    behind = np.flatnonzero((letters == _SPACE) | (letters == _BREAK))  # each word ends with what stands behind it
    ends = np.cumsum(_widths()[np.minimum(letters, _BEYOND)])[behind]
    last = np.flatnonzero(letters[behind] == _BREAK)  # of each paragraph
    words = _Words(ends, first=np.append(0, last[:-1] + 1), beyond=last + 1)
    lines, unsure = words.lines(within + _widths()[_SPACE])
    long = np.diff(behind[last], prepend=-1) - 1
    lines[long * WIDE_LETTER < within] = 1
    if unsure.any():
        paragraphs = joined.split("\n")
        for at in np.flatnonzero(unsure):
            lines[at] = lines_in(paragraphs[at], within)
    return lines


class _Words:
    """Where the words of all paragraphs end, if everything stood in one line; each paragraph's first, and beyond it."""

    def __init__(self, ends: Any, *, first: Any, beyond: Any) -> None:
        self._ends, self._first, self._beyond = ends, first, beyond

    def lines(self, reach: float) -> tuple[Any, Any]:
        """Lines of each paragraph; of which that is not sure: words longer than a line, spaces side by side."""
        import numpy as np

        before = np.append(0, self._ends)
        at, lines, unsure = self._first.copy(), np.zeros(len(self._first), np.int64), np.zeros(len(self._first), bool)
        open_ = np.arange(len(at))
        while len(open_):
            begun = at[open_]
            ended = np.minimum(np.searchsorted(self._ends, before[begun] + reach, "right"), self._beyond[open_])
            lines[open_] += 1
            unsure[open_[ended == begun]] = True
            at[open_] = ended
            open_ = open_[(ended > begun) & (ended < self._beyond[open_])]
        empty = np.logical_or.reduceat(np.diff(before) == _widths()[_SPACE], self._first)
        return lines, unsure | (empty & (lines > 1))


@cache
def _widths() -> Any:
    import numpy as np

    widths = np.array([letter_width(chr(code)) for code in range(_BEYOND + 1)], np.int64)
    widths[_BREAK] = widths[_SPACE]
    return widths
