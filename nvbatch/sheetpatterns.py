"""The raw XML rows of an ordinary .xlsx sheet in, their columns as values out, by patterns; Odd where they are others.

Spreadsheet programs write nearly every sheet in the same few forms: one pattern takes a whole row apart, and a column
of many rows is understood at once. What the patterns do not cover to the last byte is for others to read
(`sheetcells`), with the same meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import compress
from typing import Any

from nvbatch.grid import BLANK, Cell, letter
from nvbatch.sharedstrings import Strings, in_utf8, plain_texts
from nvbatch.sheetcells import iso_day, serial
from nvbatch.workbookxml import Styles

_EMPTY_ROWS = r"(?:<row [^>]*/>)*+"
_ROW = _EMPTY_ROWS + r'<row r="([0-9]+)"((?: [^>]*[^/])?)>'
_REST = r'(?:<c r="[A-Z]++\1"[^>]*+>(?<=/>))*+</row>'  # empty cells beyond the columns of the pattern
_VALUE = r"(?:(?:<v>|<is><t(?: [^>]*+)?>)([^<]*+)(?:</v>|</t></is>)|<v/>)?"
_FORMULA = r"((?:<f(?: [^>]*)?(?:/>|>[^<]*+</f>))?+(?:<v></v>|<v/>)?+)"  # with a value that is there, but empty
_EMPTY_VALUES = ("<v></v>", "<v/>")
# The cell of a column («§») in the row in hand: its other attributes (with the «/» of an empty one), its value or text.
_CELL = rf'(?><c r="§\1"([^>]*+)>(?:(?<=/>)|{_VALUE}</c>)|)'
_CALCULATED = rf'(?><c r="§\1"([^>]*+)>(?:(?<=/>)|{_FORMULA}{_VALUE}</c>)|)'
_WIDTHS = (20, 40, 160)  # columns that a pattern covers: those of short lists, of a form, of the widest lists
_BEYOND_Z = re.compile(rb'<c r="[A-Z]{2}')
_HEAD = 1 << 16  # bytes that tell in most sheets how wide it is

_ATTRIBUTES = re.compile('(?: +[A-Za-z:]+="[^"<&]*")*')
_ATTRIBUTE = re.compile('([A-Za-z:]+)="([^"]*)"')
_BEGIN, _END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_EMPTY, _NUMBER, _DATE, _PERCENT, _SHARED, _TEXT, _TRUTH, _FAULT, _DAY = range(9)
_STRUCK = 16  # added to the kind of a cell in a struck-through style
_KINDS = {"n": _NUMBER, "s": _SHARED, "str": _TEXT, "inlineStr": _TEXT, "b": _TRUTH, "e": _FAULT, "d": _DAY}
_CAN_BE_STRUCK = frozenset((_NUMBER, _DATE, _PERCENT, _SHARED, _TEXT))
_PLAIN = frozenset((_TEXT,))
_NOTED = frozenset((_PERCENT, _FAULT, *(kind + _STRUCK for kind in _CAN_BE_STRUCK)))
_DAYS_KEPT = 20_000
_AT_ONCE = 2 << 20  # bytes whose rows are held apart at a time


class Odd(Exception):
    """Something here is not as the patterns expect."""


class TooWide(Odd):
    """A row that the pattern does not cover: there may be cells beyond its columns."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Some rows: their numbers, how many cells each has up to its last one, and the columns, all of one length."""

    numbers: Sequence[int]
    lengths: Sequence[int]
    columns: Sequence[Sequence[Any]]


@dataclass(slots=True)
class Signs:
    """What was noted so far of one sheet; only its reader writes here."""

    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    struck: set[Cell] = field(default_factory=set)


def split(xml: bytes) -> tuple[int, int]:
    """Where the rows of a sheet begin and end. Raises Odd where it has more than one list of them, or a DTD."""
    begin, end = xml.find(_BEGIN) + len(_BEGIN), xml.rfind(_END)
    if begin < len(_BEGIN) or end < begin or not in_utf8(xml):
        raise Odd
    around = xml[:begin] + xml[end:]
    if around.count(b"<sheetData") != 1 or b"<!" in around:
        raise Odd
    return begin, end


def readers(xml: bytes, strings: Strings, styles: Styles, epoch: date) -> Iterator[Reader]:
    """Readers of the rows of a sheet, the one with the narrowest pattern first: the first that is not TooWide is right.

    Raises Odd where the sheet has more than one list of rows, or a DTD.
    """
    within = split(xml)
    wide = _BEYOND_Z.search(xml, within[0], within[0] + _HEAD) is not None
    for width in _WIDTHS[wide:]:
        yield Reader(xml, within, strings.texts, _Kinds(styles), _DAYS.setdefault(epoch, _Days(epoch)), width)


def _pieces(xml: bytes, at: int, end: int) -> Iterator[bytes]:
    """Many whole rows at a time."""
    while at < end:
        until = xml.rfind(_ROW_END, at, min(at + _AT_ONCE, end))
        until = xml.find(_ROW_END, at, end) if until < 0 else until
        until = end if until < 0 else until + len(_ROW_END)
        yield xml[at:until]
        at = until


@cache
def _rows(width: int, formulas: bool) -> re.Pattern[str]:
    """A row of so many columns: its number and attributes, then two groups a column, three where formulas stand."""
    cell = _CALCULATED if formulas else _CELL
    return re.compile(_ROW + "".join(cell.replace("§", letter(column)) for column in range(width)) + _REST)


class _Kinds(dict[str, int]):
    """Attributes of a cell → its kind, told by type and style; a sheet has few of them and many cells."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def __missing__(self, attributes: str) -> int:
        if not _ATTRIBUTES.fullmatch(attributes.removesuffix("/")):
            raise Odd
        said = dict(_ATTRIBUTE.findall(attributes))
        kind = _KINDS.get(said.get("t", "n"))
        if kind is None:
            raise Odd
        style = int(said.get("s") or 0)
        if attributes.endswith("/"):
            kind = _EMPTY
        elif kind == _NUMBER and style in self._styles.dates:
            kind = _DATE
        elif kind == _NUMBER and style in self._styles.percent:
            kind = _PERCENT
        if kind in _CAN_BE_STRUCK and style in self._styles.struck:
            kind += _STRUCK
        self[attributes] = kind
        return kind


class _Days(dict[str, Any]):
    """Day number as written → what it means; a report has far fewer days than cells."""

    def __init__(self, epoch: date) -> None:
        self._epoch = epoch

    def __missing__(self, written: str) -> Any:
        if len(self) > _DAYS_KEPT:
            self.clear()
        day = self[written] = serial(_finite([written])[0], self._epoch)
        return day


_DAYS: dict[date, _Days] = {}  # by date system


class Reader:
    """Takes many rows at a time, column by column. Raises Odd or ValueError; ``signs`` are whole when all is taken."""

    def __init__(
        self, xml: bytes, within: tuple[int, int], strings: Sequence[str], kinds: _Kinds, days: _Days, width: int
    ) -> None:
        self._pieces = _pieces(xml, *within)
        self.strings, self.kinds, self.days = strings, kinds, days
        self.width = width
        self.signs = Signs()
        self.row = 0
        self.escaped = False  # may a text hold what XML or the format writes in another way?

    def __iter__(self) -> Iterator[Taken]:
        return (taken for piece in self._pieces if (taken := self.read(piece)) is not None)

    def read(self, piece: bytes) -> Taken | None:
        """Some rows, whole, in order; nothing else may stand among them."""
        self.escaped = any(sign in piece for sign in (b"&", b"\r", b"_x"))
        step = 3 if b"<f" in piece else 2
        match = _rows(self.width, step == 3).match
        rows = piece.decode()
        taken, lengths, at = [], [], 0
        while (row := match(rows, at)) is not None:
            taken.append(row.groups(BLANK))
            lengths.append(((row.lastindex or 2) - 3 + step) // step)
            at = row.end()
        if at != len(rows) and not re.fullmatch(_EMPTY_ROWS, rows[at:]):
            raise TooWide
        return self.understand([*zip(*taken, strict=True)], lengths, step) if taken else None

    def understand(self, groups: Sequence[Sequence[str]], lengths: Sequence[int], step: int) -> Taken:
        """The groups of all rows, one after the other; ``lengths``: cells of each row, up to its last one."""
        numbers, width = self.numbers(groups[0], groups[1]), max(lengths)
        columns = [self.column(at, numbers, groups[2 + at * step : 2 + (at + 1) * step]) for at in range(width)]
        return Taken(numbers, lengths, columns)

    def numbers(self, written: Sequence[str], attributes: Sequence[str]) -> list[int]:
        """The numbers of the rows, rising; which rows are hidden is noted."""
        numbers = list(map(int, written))
        if sorted({self.row, *numbers}) != [self.row, *numbers]:
            raise Odd
        self.row = numbers[-1]
        hiding = {said for said in set(attributes) if "hidden" in said and _hides(said)}
        if hiding:
            self.signs.hidden_rows.update(n for n, said in zip(numbers, attributes, strict=True) if said in hiding)
        return numbers

    def column(self, at: int, numbers: Sequence[int], groups: Sequence[Sequence[str]]) -> Sequence[Any]:
        """The value of each cell of a column; what is to be said of some is noted by their places."""
        attributes, values = groups[0], groups[-1]
        kinds = {said: self.kinds[said] for said in set(attributes)}
        if len(groups) == 3 and any(groups[1]):
            self.note_not_calculated(at, numbers, kinds, groups)
        found: Sequence[Any] = values  # a text is its own value
        filled: dict[int, set[str]] = {}
        for said in set(compress(attributes, values)):
            filled.setdefault(kinds[said], set()).add(said)
        for kind in filled.keys() - (_PLAIN if not self.escaped else frozenset()):
            lines = _where(attributes, values, filled[kind] if len(filled) > 1 else None)
            written = [values[line] for line in lines] if len(lines) < len(values) else values
            meant = self.understood(kind % _STRUCK, written)
            self.note(kind, [(numbers[line], at) for line in lines] if kind in _NOTED else (), written)
            found = _put(found, lines, meant) if len(lines) < len(values) else meant
        return found

    def note(self, kind: int, places: Sequence[Cell], written: Sequence[str]) -> None:
        """What is to be said of cells of one kind."""
        if kind >= _STRUCK:
            self.signs.struck.update(places)
        if kind % _STRUCK == _PERCENT:
            self.signs.percents.update(places)
        elif kind == _FAULT:
            self.signs.faults |= dict(zip(places, written, strict=True))

    def understood(self, kind: int, written: Sequence[str]) -> Sequence[Any]:
        """The values of cells of one kind, none of them blank."""
        if kind == _TEXT:
            return plain_texts(written)
        if kind in (_NUMBER, _PERCENT):
            return _finite(written)
        if kind == _DATE:
            return [self.days[day] for day in written]
        together = BLANK.join(written)
        if kind == _SHARED:
            if not (together.isascii() and together.isdigit()):
                raise Odd
            return [self.strings[number] for number in map(int, written)]
        if "&" in together or kind == _EMPTY:
            raise Odd
        if kind == _TRUTH:
            return [one.strip() in ("1", "true") for one in written]
        return [iso_day(one) for one in written] if kind == _DAY else [BLANK] * len(written)

    def note_not_calculated(
        self, at: int, numbers: Sequence[int], kinds: dict[str, int], groups: Sequence[Sequence[str]]
    ) -> None:
        """Formulas without a value are faults, as a person would see them. An empty text is a value."""
        bare = [
            line
            for line, (said, formula, value) in enumerate(zip(*groups, strict=True))
            if formula.startswith("<f") and not value
            if kinds[said] % _STRUCK != _TEXT or not formula.endswith(_EMPTY_VALUES)
        ]
        written = [groups[1][line].partition(">")[2].partition("</f>")[0] for line in bare]
        texts = plain_texts([BLANK if text in _EMPTY_VALUES else text for text in written])
        self.signs.faults |= {(numbers[line], at): f"={text[:80]}" for line, text in zip(bare, texts, strict=True)}


def _hides(attributes: str) -> bool:
    return dict(_ATTRIBUTE.findall(attributes)).get("hidden") in ("1", "true")


def _where(attributes: Sequence[str], values: Sequence[str], sayings: Collection[str] | None) -> Sequence[int]:
    """The lines whose cells hold something and bear one of these attributes, if they bear different ones."""
    if sayings is not None:
        both = enumerate(zip(attributes, values, strict=True))
        return [line for line, (said, value) in both if value and said in sayings]
    return [*compress(range(len(values)), values)] if BLANK in values else range(len(values))


def _put(column: Sequence[Any], lines: Sequence[int], meant: Sequence[Any]) -> list[Any]:
    changed = list(column)
    for line, value in zip(lines, meant, strict=True):
        changed[line] = value
    return changed


def _finite(written: Sequence[str]) -> list[float]:
    """Numbers as written. Raises ValueError for what is none, and for those that no cell can hold."""
    numbers = list(map(float, written))
    if not (BLANK.join(written).isascii() and math.isfinite(sum(numbers))):
        raise Odd
    return numbers
