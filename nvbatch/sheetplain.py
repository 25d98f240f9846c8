"""The raw XML of an ordinary .xlsx sheet in, its grid out, by patterns; None where anything is out of the ordinary.

Spreadsheet programs write nearly every sheet in the same few forms. What these patterns do not cover to the last byte,
the careful pass reads (`sheetcells`), with the same meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple
from xml.parsers import expat

from nvbatch.grid import BLANK, Cell, Grid, TooMuch, column_number, place
from nvbatch.sharedstrings import Strings, in_utf8, plain_texts
from nvbatch.sheetcells import iso_day, read_carefully, serial
from nvbatch.workbookxml import Styles

# A cell: all of it, its place, its other attributes (with the «/» of an empty one), formula, value or own text.
_CELL = re.compile(
    rb'(<c r="([^"]*+)"([^>]*+)>(?:(?<=/>)|'
    rb"(<f(?: [^>]*)?(?:/>|>[^<]*+</f>))?"
    rb"(?:(?:<v>|<is><t(?: [^>]*+)?>)([^<]*+)(?:</v>|</t></is>)|<v/>)?</c>))"
)
_ROW = re.compile(rb'(?:<row [^>]*/>)*<row r="([0-9]+)"((?: [^>]*[^/>])?)>')
_EMPTY_ROWS = re.compile(rb"(?:<row [^>]*/>)*")
_ATTRIBUTES = re.compile(rb'(?: +[A-Za-z:]+="[^"<&]*")*')
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_SHAPE = re.compile(rb"(?:[A-Z]{1,2} )*")
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_EMPTY, _NUMBER, _DATE, _PERCENT, _SHARED, _TEXT, _TRUTH, _FAULT, _DAY = range(9)
_STRUCK = 16  # added to the kind of a cell in a struck-through style
_KINDS = {b"n": _NUMBER, b"s": _SHARED, b"str": _TEXT, b"inlineStr": _TEXT, b"b": _TRUTH, b"e": _FAULT, b"d": _DAY}
_DAYS_KEPT = 20_000
_AT_ONCE = 2000  # rows whose cells are held as bytes at a time

_Found = tuple[bytes, bytes, bytes, bytes, bytes]


class _Odd(Exception):
    """Something here is not as the patterns expect."""


def read_plainly(
    xml: bytes, *, name: str, visible: bool, strings: Strings, styles: Styles, epoch: date, max_rows: int
) -> Grid | None:
    """Every cell of a sheet, sparse, like :func:`nvbatch.sheetcells.read_carefully`. Raises TooMuch."""
    begin, end = xml.find(_BEGIN), xml.rfind(_END)
    if begin < 0 or end < begin or not in_utf8(xml):
        return None
    rest = xml[: begin + len(_BEGIN)] + xml[end:]
    if rest.count(b"<sheetData") != 1 or b"<!" in rest:
        return None
    if strings.struck or strings.runs or styles.old_fonts:
        return None
    reader = _Reader(strings, styles, epoch, max_rows)
    try:
        reader.read(xml[begin + len(_BEGIN) : end])
        frame = read_carefully(
            rest,
            name=name, visible=visible, strings=strings, styles=styles, epoch=epoch, max_rows=max_rows,
        )  # fmt: skip
    except (_Odd, expat.ExpatError, ValueError):
        return None
    return replace(
        frame,
        rows=tuple(reader.rows),
        hidden_rows=frozenset(reader.hidden_rows),
        faults=reader.faults,
        percents=frozenset(reader.percents),
        struck=frozenset(reader.struck),
    )


class _Cells(NamedTuple):
    """The cells of many rows, column by column as the pattern of a cell gives them."""

    wholes: tuple[bytes, ...]
    places: tuple[bytes, ...]
    attributes: tuple[bytes, ...]
    formulas: tuple[bytes, ...]
    values: tuple[bytes, ...]

    def place(self, at: int) -> Cell:
        return place(self.places[at].decode())

    def not_calculated(self, kinds: Sequence[int]) -> dict[Cell, str]:
        """Formulas without a value: faults, as a person would see them. An empty text is a value."""
        bare = [
            at
            for at, (formula, value) in enumerate(zip(self.formulas, self.values, strict=True))
            if formula and not value
            if kinds[at] != _TEXT or not self.wholes[at].endswith((b"</v></c>", b"<v/></c>"))
        ]
        written = [self.formulas[at][self.formulas[at].find(b">") + 1 :].removesuffix(b"</f>") for at in bare]
        return {self.place(at): f"={text[:80]}" for at, text in zip(bare, plain_texts(written), strict=True)}


class _Kinds(dict[bytes, int]):
    """Attributes of a cell → its kind, told by type and style; a sheet has few of them and many cells."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def __missing__(self, attributes: bytes) -> int:
        if not _ATTRIBUTES.fullmatch(attributes.removesuffix(b"/")):
            raise _Odd
        said = dict(_ATTRIBUTE.findall(attributes))
        kind = _KINDS.get(said.get(b"t", b"n"))
        if kind is None:
            raise _Odd
        style = int(said.get(b"s") or 0)
        if attributes.endswith(b"/"):
            kind = _EMPTY
        elif kind == _NUMBER and style in self._styles.dates:
            kind = _DATE
        elif kind == _NUMBER and style in self._styles.percent:
            kind = _PERCENT
        if kind and style in self._styles.struck:
            kind += _STRUCK
        self[attributes] = kind
        return kind


class _Days(dict[bytes, Any]):
    """Day number as written → what it means; a report has far fewer days than cells."""

    def __init__(self, epoch: date) -> None:
        self._epoch = epoch

    def __missing__(self, written: bytes) -> Any:
        if len(self) > _DAYS_KEPT:
            self.clear()
        day = self[written] = serial(_finite([written])[0], self._epoch)
        return day


_DAYS: dict[date, _Days] = {}  # by date system


class _Shapes(dict[bytes, Any]):
    """The columns of a row's cells ("A B D ") → how to spread the cells over the row; None where they stand as such."""

    def __missing__(self, letters: bytes) -> Any:
        if not _SHAPE.fullmatch(letters):
            raise _Odd
        columns = [column_number(name.decode()) for name in letters.split()]
        if any(left >= right for left, right in pairwise(columns)):
            raise _Odd
        spread = None
        if columns[-1] != len(columns) - 1:
            where = {column: at for at, column in enumerate(columns)}
            spread = itemgetter(*(where.get(column, len(columns)) for column in range(columns[-1] + 1)))
        self[letters] = spread
        return spread


_SHAPES = _Shapes()


class _Reader:
    """What was found so far in one sheet."""

    def __init__(self, strings: Strings, styles: Styles, epoch: date, max_rows: int) -> None:
        self.strings, self.max_rows = strings.texts, max_rows
        self.kinds, self.days = _Kinds(styles), _DAYS.setdefault(epoch, _Days(epoch))
        self.rows: list[tuple[int, list[Any]]] = []
        self.hidden_rows: set[int] = set()
        self.faults: dict[Cell, str] = {}
        self.percents: set[Cell] = set()
        self.struck: set[Cell] = set()
        self.row = 0

    def read(self, body: bytes) -> None:
        pieces = body.split(b"</row>")
        if not _EMPTY_ROWS.fullmatch(pieces.pop()):
            raise _Odd
        for start in range(0, len(pieces), _AT_ONCE):
            self.read_rows(pieces[start : start + _AT_ONCE])
            if len(self.rows) > self.max_rows:
                raise TooMuch("số dòng có nội dung", f"tối đa {self.max_rows} dòng")

    def read_rows(self, pieces: Sequence[bytes]) -> None:
        found = [self.cells_of(piece) for piece in pieces]
        flat = [cell for _, cells in found for cell in cells]
        if not flat:
            return
        cells = _Cells(*zip(*flat, strict=True))
        kinds = [self.kinds[said] for said in cells.attributes]
        meant = self.meant(kinds, cells)
        begin = 0
        for number, own in found:
            end = begin + len(own)
            line = meant[begin:end]
            if line.count(BLANK) != len(line):
                self.rows.append((number, _spread(number, cells.places[begin:end], line)))
            begin = end

    def cells_of(self, piece: bytes) -> tuple[int, Sequence[_Found]]:
        """A row's number and its cells; nothing else may stand in it."""
        head = _ROW.match(piece)
        if head is None:
            raise _Odd
        number = int(head[1])
        if number <= self.row:
            raise _Odd
        self.row = number
        if b"hidden" in head[2]:
            attributes = dict(_ATTRIBUTE.findall(head[2]))
            if attributes.get(b"hidden") in (b"1", b"true"):
                self.hidden_rows.add(number)
        cells: Sequence[_Found] = _CELL.findall(piece, head.end())
        if head.end() + sum([len(cell[0]) for cell in cells]) != len(piece):
            raise _Odd
        return number, cells

    def meant(self, kinds: list[int], cells: _Cells) -> list[Any]:
        """The value of each cell, by kind; what is to be said of some is noted by their places."""
        values = cells.values
        if max(kinds) >= _STRUCK:
            at_struck = [at for at, kind in enumerate(kinds) if kind - _STRUCK in _CAN_BE_STRUCK and values[at]]
            self.struck.update(cells.place(at) for at in at_struck)
            kinds = [kind % _STRUCK for kind in kinds]
        found: list[Any] = [BLANK] * len(kinds)
        for kind, ats in _by_kind(kinds, values).items():
            written = [values[at] for at in ats]
            for at, value in zip(ats, self.understood(kind, written), strict=True):
                found[at] = value
            if kind == _PERCENT:
                self.percents.update(cells.place(at) for at in ats)
            elif kind == _FAULT:
                self.faults |= {cells.place(at): values[at].decode() for at in ats}
        if any(cells.formulas):
            self.faults |= cells.not_calculated(kinds)
        return found

    def understood(self, kind: int, written: list[bytes]) -> Sequence[Any]:
        """The values of cells of one kind."""
        if kind in (_NUMBER, _PERCENT):
            return _finite(written)
        if kind == _DATE:
            return [self.days[day] for day in written]
        if kind == _TEXT:
            return plain_texts(written)
        if kind == _SHARED:
            if not b"".join(written).isdigit():
                raise _Odd
            numbers = [int(number) for number in written]
            if max(numbers) >= len(self.strings):
                raise _Odd
            return [self.strings[number] for number in numbers]
        if any(b"&" in one for one in written) or kind == _EMPTY:
            raise _Odd
        if kind == _TRUTH:
            return [one.strip() in (b"1", b"true") for one in written]
        return [iso_day(one.decode()) for one in written] if kind == _DAY else [BLANK] * len(written)


def _by_kind(kinds: Sequence[int], values: Sequence[bytes]) -> dict[int, list[int]]:
    """Kind → which cells of that kind hold something."""
    found: list[list[int]] = [[] for _ in range(_STRUCK)]
    for at, kind in enumerate(kinds):
        if values[at]:
            found[kind].append(at)
    return {kind: ats for kind, ats in enumerate(found) if ats}


_CAN_BE_STRUCK = frozenset((_NUMBER, _DATE, _PERCENT, _SHARED, _TEXT))


def _finite(written: list[bytes]) -> list[float]:
    """Numbers as written. Raises ValueError for what is none, and for those that no cell can hold."""
    numbers = list(map(float, written))
    if not math.isfinite(sum(numbers)):
        raise _Odd
    return numbers


def _spread(number: int, places: Sequence[bytes], line: list[Any]) -> list[Any]:
    """The cells of a row from column A on. Each must name this row, in order from left to right."""
    spread = _SHAPES[b"".join(places).replace(b"%d" % number, b" ")]
    if spread is None:
        return line
    line.append(BLANK)
    return list(spread(line))
