"""Texts in, their numbers in a workbook and sharedStrings.xml out; a text that comes again keeps its number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import filterfalse, islice
from operator import is_

from nvbatch import celltext
from nvbatch.press.markup import DECLARATION, escape, string
from nvbatch.press.parts import MAIN

_OPENING = f'{DECLARATION}<sst xmlns="{MAIN}">'.encode()
APART = "\x01"  # between texts while they are escaped all together; no text that is fit for a cell holds it


class Strings:
    """The table of texts of one workbook. ``begin`` starts another one that has the same first texts.

    ``numbers``: a text, as it came, → its place; it is made fit for a cell when the table is written. A new text gets
    the next place: ``numbers.setdefault(text, len(numbers))``.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._first = 0  # so many texts are among the finished ones
        self._finished = b""
        self._cut: tuple[int, bytes, bytes] | None = None

    def begin(self, hole: str, filling: str) -> Strings:
        """A table that begins like this one, with ``filling`` in the place of ``hole``."""
        made, place = Strings(), self.numbers[hole]
        made.numbers = self.numbers.copy()
        del made.numbers[hole]
        # a text that stands elsewhere too leaves the hole's number under a name that nobody asks for
        made.numbers[f"{APART}{filling}" if filling in made.numbers else filling] = place
        before, after = self._halves(place)
        made._first = len(made.numbers)
        made._finished = b"".join((before, f"<si>{string(celltext.text(filling))}</si>".encode(), after))
        return made

    def xml(self) -> bytes:
        return b"".join((_OPENING, self._finished, _encoded(self._own()), b"</sst>"))

    def _halves(self, place: int) -> tuple[bytes, bytes]:
        """The finished XML before and after a text; worked out once, when the table is first begun from."""
        if self._cut is None or self._cut[0] != place:
            texts = self._own()
            self._cut = place, _encoded(texts[:place]), _encoded(texts[place + 1 :])
        return self._cut[1:]

    def _own(self) -> list[str]:
        return list(islice(self.numbers, self._first, None))


def elements(texts: Sequence[str]) -> str:
    """``<si>`` of each; ordinary texts are looked at and escaped all at once."""
    if not texts:
        return ""
    joined = APART.join(texts)
    if not _ordinary(joined, texts):
        return "".join([f"<si>{string(celltext.text(value))}</si>" for value in texts])
    return f"<si><t>{escape(joined).replace(APART, '</t></si><si><t>')}</t></si>"


def _encoded(texts: Sequence[str]) -> bytes:
    """:func:`elements` as they lie in the file; the marks between texts are quicker set among bytes."""
    joined = APART.join(texts)
    if texts and _ordinary(joined, texts):
        return b"<si><t>%b</t></si>" % escape(joined).encode().replace(APART.encode(), b"</t></si><si><t>")
    return elements(texts).encode()


def fitted(texts: Sequence[str]) -> list[bytes]:
    """Each made fit for a cell that holds its text itself."""
    joined = APART.join(texts)
    if texts and _ordinary(joined, texts):
        return escape(joined).encode().split(APART.encode())
    return [escape(celltext.text(value)).encode() for value in texts]


def escaped(texts: Sequence[str]) -> str | None:
    """All of them, escaped, with ``APART`` between them; None when one among them needs care of its own."""
    joined = APART.join(texts)
    return escape(joined) if texts and _ordinary(joined, texts) else None


def _ordinary(joined: str, texts: Sequence[str]) -> bool:
    """Is none among them that needs care: control characters, over-long, spaces at its ends, marks like _x0041_?"""
    if "_" in joined and "_x" in joined:
        return False
    if max(map(len, texts)) * 2 > celltext.CELL_LIMIT:
        return False
    if not all(map(is_, map(str.strip, texts), texts)):  # strip gives back what it does not change
        return False
    return all(text.replace("\n", "").isprintable() for text in filterfalse(str.isprintable, texts))
