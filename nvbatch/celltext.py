"""Any text in, what an Excel cell can keep of it out: cleaned, cut visibly, and how many lines it takes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Any

from nvbatch import viet

CELL_LIMIT = 32_767  # UTF-16 units, a limit of Excel itself
CUT = " … (còn tiếp)"
FORMULA_STARTS = frozenset("=+-@")


def text(value: str) -> str:
    """Text as an Excel cell can keep it: control characters and surrogates → U+FFFD, over-long text visibly cut."""
    printable = value.isprintable() or value.replace("\n", "").isprintable()
    safe = value if printable else viet.sanitize(value.replace("\r\n", "\n").replace("\r", "\n"))[0]
    if len(safe) * 2 <= CELL_LIMIT or len(safe.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return safe
    kept = safe.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(CUT))]
    return kept.decode("utf-16-le", errors="ignore") + CUT


def row_height(cells: Iterable[tuple[Any, float]], *, size: float = 11, least: int = 1) -> float:
    """Height in points so that every wrapped text of a row shows: (value, column width in characters) for each cell."""
    lines = max((line_count(value, width, size) for value, width in cells if isinstance(value, str)), default=1)
    return lines_high(max(lines, least), size)


def letters_that_fit(width: float, size: float, lines: int) -> int:
    """Texts of fewer letters, without line breaks, take no more than so many lines; longer ones must be measured."""
    line = room(width, size)
    return math.ceil(line / WIDE_LETTER if lines < 2 else max(line, lines * (line - WIDE_WORD)) / WIDE_LETTER)


@lru_cache(maxsize=512)
def lines_high(lines: int, size: float) -> float:
    """Points that so many lines need."""
    return min(409.0, round(lines * size * 1.32 + 2, 1))  # 409.5 is Excel's limit


def short(message: str, limit: int) -> str:
    """A message of at most so many UTF-16 units, ending in «…» when cut."""
    safe = text(message)
    while len(safe.encode("utf-16-le")) // 2 > limit:
        safe = safe[: limit - 1].rstrip() + "…" if len(safe) > limit else safe[:-2] + "…"
    return safe


# Advance widths of Times New Roman in thousandths of an em; letters with accents are as wide as their base letter.
_WIDTHS: dict[str, int] = {}
for _group, _width in (
    ("ijlt/\\:;|'`ĩíìịỉ", 278),
    ("Ifr!()[]-‐ÍÌỊỈĨ", 333),
    ("sJ", 389),
    ("acez?ăâáàạảãắằặẳẵấầậẩẫéèẹẻẽêếềệểễ", 444),
    (" .,", 250),
    ("0123456789bdghknopquvxyđ$#*_«»–óòọỏõôốồộổỗúùụủũýỳỵỷỹ", 500),
    ("ơớờợởỡưứừựửữ+<>=", 560),
    ("FPSELTZÉÈẸẺẼÊẾỀỆỂỄ", 600),
    ("BCRw", 680),
    ("ADGHKNOQUVXYĐĂÂÁÀẠẢÃẮẰẶẲẴẤẦẬẨẪÔÓÒỌỎÕƠÚÙỤỦŨƯ", 722),
    ("mM%&W@…—", 890),
):
    _WIDTHS.update(dict.fromkeys(_group, _width))


def letter_width(letter: str) -> int:
    """Thousandths of an em."""
    return _WIDTHS.get(letter, 620)


_SPACE = 250
WIDE_LETTER = 600  # a text of so many thousandths a letter is taken for a short one
WIDE_WORD = 3_500  # room that stays free at the end of a line, when the next word does not fit in any more


class _WordWidths(dict[str, int]):
    """Word → its width and that of the space after it; a language has far fewer words than its texts."""

    def __missing__(self, word: str) -> int:
        if len(self) > 20_000:
            self.clear()
        width = self[word] = sum([_WIDTHS.get(c, 620) for c in word]) + _SPACE
        return width


_WORD_WIDTHS = _WordWidths()


@lru_cache(maxsize=8192)  # the same headers, hints and task texts come again and again
def line_count(value: str, width: float, size: float) -> int:
    """How many lines a text takes in a column, wrapped at spaces as Excel does."""
    return lines_in(value, room(width, size))


def lines_in(value: str, room: float) -> int:
    """The same for the :func:`room` of a column."""
    if "\n" in value:
        return sum([_lines_of_paragraph(paragraph, room) for paragraph in value.split("\n")])
    return _lines_of_paragraph(value, room)


@lru_cache(maxsize=256)
def room(width: float, size: float) -> float:
    """Thousandths of an em in a line: 7 pixels a character; Excel rounds glyphs up a little."""
    return max(width, 1) * 7 * 1000 / (size * 4 / 3) * 0.95


def _lines_of_paragraph(paragraph: str, room: float) -> int:
    """Where each line must end is looked up among the running sums of the words."""
    if len(paragraph) * WIDE_LETTER < room:
        return 1
    if "  " in paragraph or paragraph[:1] == " ":
        return _lines_word_by_word(paragraph.split(" "), room)
    ends, reach, lines, begin, start = _word_ends(paragraph), room + _SPACE, 0, 0, 0
    while begin < len(ends):
        end = bisect_right(ends, start + reach, begin)
        if end == begin:  # a word longer than the column is broken
            return lines + _lines_word_by_word(paragraph.split(" ")[begin:], room)
        lines, begin, start = lines + 1, end, ends[end - 1]
    return lines


@lru_cache(maxsize=4096)  # a text is shown in several sheets, in columns of different width
def _word_ends(paragraph: str) -> list[int]:
    """Where each word with its space ends, if all stood in one line."""
    return list(accumulate(map(_WORD_WIDTHS.__getitem__, paragraph.split(" "))))


def _lines_word_by_word(words: list[str], room: float) -> int:
    """With words longer than a line, which are broken, and spaces at the beginning of one, which take no room."""
    lines, used = 1, 0.0
    for word in words:
        long = _WORD_WIDTHS[word] - _SPACE
        if used and used + _SPACE + long > room:
            lines, used = lines + 1, 0.0
        used += long + (_SPACE if used else 0)
        if used > room:
            more = math.ceil(used / room) - 1
            lines, used = lines + more, used - more * room
    return lines
