"""The rows of a list in, some hundred at a time, drawn or as they were drawn before; their heights and their links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any

from nvbatch.celltext import lines_high, row_height
from nvbatch.grid import letter
from nvbatch.longrows import LongRows
from nvbatch.longsheet import Stream
from nvbatch.master.kept import Kept, told
from nvbatch.master.looks import LINK, SIZE, TEXT
from nvbatch.press.finished import Finished
from nvbatch.xlsx import Look

ROWS_AT_ONCE = 500  # so many are made together, column by column

Line = tuple[Sequence[Any], str]  # the values of a row, and the key under which its looks are named
Columns = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column. ``printed`` ones come first; the others stand to the right of the print area."""

    label: str
    width: float
    look: Look = TEXT
    printed: bool = True
    link: bool = False  # the value is a path relative to the workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows together. ``keys``: of each, the name of its looks; ``paths``: the columns that lead to files.

    ``columns`` are made when they are asked for; they and the keys follow from what ``told`` tells.
    """

    keys: Sequence[str]
    columns: Callable[[], Columns]
    told: Callable[[], bytes]
    paths: Callable[[], Columns] = tuple


def together(lines: Iterable[Line], fields: Sequence[Field]) -> Iterator[Part]:
    """Single rows, some hundred at a time."""
    waiting, linked = iter(lines), [place for place, f in enumerate(fields) if f.link]
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        rows, keys = zip(*some, strict=True)
        yield _part(list(zip(*rows, strict=True)), keys, linked)


def _part(columns: Columns, keys: Sequence[str], linked: Sequence[int]) -> Part:
    return Part(
        keys=keys,
        columns=lambda: columns,
        told=lambda: told([keys, *columns]),
        paths=lambda: [columns[place] for place in linked],
    )


class Body:
    """The rows of the sheet ``name``. ``dress``: key of a row → {label: look}; ``linked``: do cells lead to files?

    ``exact``: heights are measured letter by letter, else estimated.
    """

    def __init__(
        self,
        name: str,
        stream: Stream,
        fields: Sequence[Field],
        dress: Callable[[str], Mapping[str, Look]],
        kept: Kept,
        *,
        linked: bool,
        exact: bool,
    ) -> None:
        self._stream, self._fields, self._dress, self._kept = stream, fields, dress, kept
        self._looks = [LINK if f.link and linked else f.look for f in fields]
        self._ruled: LongRows = stream.ruled(self._looks)
        self._place = {f.label: index for index, f in enumerate(fields)}
        self._dressed: dict[str, list[tuple[int, int]]] = {"": []}
        self._heights = _heights(fields, exact=exact)
        numbers = [stream.variants(stream.style(look)) for look in self._looks]
        self._circumstances = repr((name, numbers, [(f.width, f.look.wrap) for f in fields], exact)).encode()

    def add(self, part: Part) -> None:
        """These rows, below those that are there."""
        for key in dict.fromkeys(key for key in part.keys if key not in self._dressed):
            looks = self._dress(key).items()
            self._dressed[key] = [(self._place[label], self._stream.style(look)) for label, look in looks]
        finished = self._kept.rows(lambda: self._told(part), lambda: self._drawn(part))
        self._stream.place(finished, len(part.keys))

    def links(self, part: Part) -> Iterator[tuple[str, str]]:
        """(address, path) of each cell that leads to a file, from above to below; before they are added."""
        letters = [letter(place) for place, f in enumerate(self._fields) if f.link]
        for number, paths in enumerate(zip(*part.paths(), strict=True), self._stream.row + 1):
            yield from ((f"{name}{number}", path) for name, path in zip(letters, paths, strict=True) if path)

    def _told(self, part: Part) -> bytes:
        """Everything that the finished rows follow from."""
        variants, place = self._stream.variants, (self._stream.row, self._stream.texts)
        worn = [(key, [(at, variants(style)) for at, style in self._dressed[key]]) for key in sorted(set(part.keys))]
        return b"\n".join((self._circumstances, repr((place, worn)).encode(), part.told()))

    def _drawn(self, part: Part) -> Finished:
        columns = part.columns()
        changes = [(at, place, style) for at, key in enumerate(part.keys) for place, style in self._dressed[key]]
        return self._stream.drawn(self._ruled, columns, self._heights(columns), changes)


def up_to(count: int, parts: Iterable[Part]) -> Iterator[Part]:
    """Parts with so many rows in all."""
    for part in parts:
        yield part if len(part.keys) <= count else _cut(part, count)
        count -= len(part.keys)
        if count <= 0:
            return


def _cut(part: Part, count: int) -> Part:
    return Part(
        keys=part.keys[:count],
        columns=lambda: [column[:count] for column in part.columns()],
        told=lambda: b"%d %b" % (count, part.told()),
        paths=lambda: [column[:count] for column in part.paths()],
    )


def _heights(fields: Sequence[Field], *, exact: bool) -> Callable[[Columns], list[float]]:
    """A function from columns of values to the heights of their rows."""
    widths = [f.width for f in fields]
    if exact:
        return lambda columns: [
            row_height(zip(values, widths, strict=True), size=SIZE) for values in zip(*columns, strict=True)
        ]
    room = [(index, max(3, int(f.width * 1.06) - 2)) for index, f in enumerate(fields) if f.look.wrap]

    def estimate(columns: Columns) -> list[float]:
        lines = [1] * len(columns[0])
        for index, letters in room:
            _raise(lines, columns[index], letters)
        return [lines_high(many, SIZE) for many in lines]

    return estimate


def _raise(lines: list[int], values: Sequence[Any], letters: int) -> None:
    """Lift the lines of each row to what its text needs, with so many letters in a line."""
    if values[-1] is None and values.count(None) == len(values):
        return
    kinds = set(map(type, values))
    if str not in kinds:
        return
    if len(kinds) == 1:
        lengths = list(map(len, values))
    else:
        lengths = [len(value) if value.__class__ is str else 0 for value in values]
    if max(lengths) <= letters:
        return
    lines[:] = [
        many if length <= letters * many else max(many, ceil(length / letters) + value.count("\n"))
        for many, length, value in zip(lines, lengths, values, strict=True)
    ]
