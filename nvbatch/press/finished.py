"""Values in, the cells of finished rows and the texts that they show out; both are the same in any workbook with the
same words and styles whose table of texts is as long before them.

Listed words lie in the table from the beginning. The other texts of some rows follow each other in it, and some places
after them stay free: when a text more is told next time, what comes later keeps its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any, NamedTuple

from nvbatch import celltext
from nvbatch.press.cells import Cells, Variant
from nvbatch.press.contents import QUOTED, Change, Contents, change_of
from nvbatch.press.flow import Stretch, stretch
from nvbatch.press.markup import string
from nvbatch.press.strings import APART

_FACTS = Struct("<LQQLQL")  # check and size of the rows, bytes that they take; check and size of the texts, places
NOTHING = b"<si><t></t></si>"  # a place of the table that is free


class Finished(NamedTuple):
    """Rows as they lie in their sheet, their texts as they lie in the table, and how many places these take there."""

    rows: Stretch
    texts: Stretch
    places: int

    def packed(self) -> bytes:
        """As bytes; see :func:`unpacked`."""
        rows, texts = self.rows, self.texts
        facts = _FACTS.pack(rows.check, rows.size, len(rows.data), texts.check, texts.size, self.places)
        return b"".join((facts, rows.data, texts.data))


def unpacked(data: bytes) -> Finished:
    check, size, long, texts_check, texts_size, places = _FACTS.unpack_from(data)
    end = _FACTS.size + long
    rows = Stretch(check, size, data[_FACTS.size : end])
    return Finished(rows, Stretch(texts_check, texts_size, data[end:]), places)


class Texts:
    """Texts of some rows and their places in the table of the workbook, from number ``first`` on."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._first, self._places = first, dict[str, int]()
        self._made: list[str] = []

    def place(self, text: str) -> int:
        known = self._places.get(text)
        if known is None:
            known = self._places[text] = self._next
            self._next += 1
            self._made.append(f"<si>{string(celltext.text(text))}</si>")
        return known

    def take(self, escaped: str, count: int) -> range:
        """The places of so many texts that hardly ever come again, escaped, with ``APART`` between them."""
        self._made.append(f"<si><t>{escaped.replace(APART, '</t></si><si><t>')}</t></si>")
        self._next += count
        return range(self._next - count, self._next)

    def finished(self, room: int) -> tuple[Stretch, int]:
        """All of them and how many places they take, a multiple of ``room``."""
        used = self._next - self._first
        free = -used % room
        return stretch("".join(self._made).encode() + NOTHING * free), used + free


class RowCells(Cells):
    """Cells of finished rows. ``words``: places of the listed ones."""

    def __init__(self, variant: Variant, words: Mapping[str, int]) -> None:
        super().__init__({}, variant)
        self.words, self.texts = words, Texts(0)
        self.contents = _Contents(self)

    def begin(self, first: int) -> None:
        """Other rows follow, whose texts have the places from ``first`` on."""
        self.texts = Texts(first)

    def quoted(self, style: int) -> int:
        """The style of a text like a formula."""
        return self._variant(style, *QUOTED)


class _Contents(Contents):
    def __init__(self, cells: RowCells) -> None:
        super().__init__({})
        self._cells = cells

    def one(self, value: Any) -> tuple[bytes, Change | None]:
        if not isinstance(value, str):
            return super().one(value)
        place = self._cells.words.get(value)
        if place is None:
            place = self._cells.texts.place(str(value))
        return b'" t="s"><v>%d</v></c>' % place, change_of(value)
