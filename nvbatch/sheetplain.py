"""The raw XML of an ordinary .xlsx sheet in, its grid out, by patterns; None where anything is out of the ordinary.

Spreadsheet programs write nearly every sheet in the same few forms: one pattern takes a whole row apart, and a column
of many rows is understood at once. What the patterns do not cover to the last byte, the careful pass reads
(`sheetcells`), with the same meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any
from xml.parsers import expat

from nvbatch.grid import BLANK, Cell, Grid, TooMuch, letter
from nvbatch.sharedstrings import Strings, in_utf8, plain_texts
from nvbatch.sheetcells import iso_day, read_carefully, serial
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
_WIDTHS = (40, 160)  # columns that a pattern covers: those of a form, those of the widest lists

_ATTRIBUTES = re.compile('(?: +[A-Za-z:]+="[^"<&]*")*')
_ATTRIBUTE = re.compile('([A-Za-z:]+)="([^"]*)"')
_BEGIN, _END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_EMPTY, _NUMBER, _DATE, _PERCENT, _SHARED, _TEXT, _TRUTH, _FAULT, _DAY = range(9)
_STRUCK = 16  # added to the kind of a cell in a struck-through style
_KINDS = {"n": _NUMBER, "s": _SHARED, "str": _TEXT, "inlineStr": _TEXT, "b": _TRUTH, "e": _FAULT, "d": _DAY}
_CAN_BE_STRUCK = frozenset((_NUMBER, _DATE, _PERCENT, _SHARED, _TEXT))
_PLAIN = frozenset((_TEXT,))
_DAYS_KEPT = 20_000
_AT_ONCE = 2 << 20  # bytes whose rows are held apart at a time


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
    body = xml[begin + len(_BEGIN) : end]
    try:
        found = _cells(body, strings, styles, epoch, max_rows)
        frame = read_carefully(
            rest,
            name=name, visible=visible, strings=strings, styles=styles, epoch=epoch, max_rows=max_rows,
        )  # fmt: skip
    except (_Odd, expat.ExpatError, ValueError, IndexError):
        return None
    return replace(
        frame,
        rows=tuple(found.rows),
        hidden_rows=frozenset(found.hidden_rows),
        faults=found.faults,
        percents=frozenset(found.percents),
        struck=frozenset(found.struck),
    )


def _cells(body: bytes, strings: Strings, styles: Styles, epoch: date, max_rows: int) -> _Found:
    """The cells of a sheet, by the narrowest pattern that covers every row."""
    for width in _WIDTHS:
        reader = _Reader(strings.texts, _Kinds(styles), _DAYS.setdefault(epoch, _Days(epoch)), max_rows, width)
        try:
            for piece in _pieces(body):
                reader.read(piece)
        except _TooWide:
            continue
        return reader.found
    raise _Odd


def _pieces(body: bytes) -> Iterator[bytes]:
    """Many whole rows at a time."""
    at = 0
    while at < len(body):
        end = body.rfind(_ROW_END, at, at + _AT_ONCE)
        end = body.find(_ROW_END, at) if end < 0 else end
        end = len(body) if end < 0 else end + len(_ROW_END)
        yield body[at:end]
        at = end


@cache
def _rows(width: int, formulas: bool) -> re.Pattern[str]:
    """A row of so many columns: its number and attributes, then two groups a column, three where formulas stand."""
    cell = _CALCULATED if formulas else _CELL
    return re.compile(_ROW + "".join(cell.replace("§", letter(column)) for column in range(width)) + _REST)


class _TooWide(_Odd):
    """A row that the pattern does not cover: there may be cells beyond its columns."""


class _Kinds(dict[str, int]):
    """Attributes of a cell → its kind, told by type and style; a sheet has few of them and many cells."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def __missing__(self, attributes: str) -> int:
        if not _ATTRIBUTES.fullmatch(attributes.removesuffix("/")):
            raise _Odd
        said = dict(_ATTRIBUTE.findall(attributes))
        kind = _KINDS.get(said.get("t", "n"))
        if kind is None:
            raise _Odd
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


@dataclass(slots=True)
class _Found:
    """What was found so far in one sheet."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    struck: set[Cell] = field(default_factory=set)


class _Reader:
    """Takes many rows at a time, column by column."""

    def __init__(self, strings: Sequence[str], kinds: _Kinds, days: _Days, max_rows: int, width: int) -> None:
        self.strings, self.kinds, self.days = strings, kinds, days
        self.max_rows, self.width = max_rows, width
        self.found = _Found()
        self.row = 0
        self.escaped = False  # may a text hold what XML or the format writes in another way?

    def read(self, piece: bytes) -> None:
        """Some rows, whole, in order; nothing else may stand among them."""
        self.escaped = any(sign in piece for sign in (b"&", b"\r", b"_x"))
        step = 3 if b"<f" in piece else 2
        pattern = _rows(self.width, step == 3)
        rows = piece.decode()
        taken, lengths, at = [], [], 0
        while (row := pattern.match(rows, at)) is not None:
            taken.append(row.groups(BLANK))
            lengths.append(((row.lastindex or 2) - 3 + step) // step)
            at = row.end()
        if at != len(rows) and not re.fullmatch(_EMPTY_ROWS, rows[at:]):
            raise _TooWide
        if taken:
            self.keep([*zip(*taken, strict=True)], lengths, step)

    def keep(self, groups: Sequence[Sequence[str]], lengths: Sequence[int], step: int) -> None:
        """The groups of all rows, one after the other; ``lengths``: cells of each row, up to its last one."""
        numbers = self.numbers(groups[0], groups[1])
        width = max(lengths)
        columns = [self.column(at, numbers, groups[2 + at * step : 2 + (at + 1) * step]) for at in range(width)]
        for number, length, line in zip(numbers, lengths, zip(*columns, strict=True), strict=bool(columns)):
            if line.count(BLANK) != width:
                self.found.rows.append((number, list(line[:length])))
        if len(self.found.rows) > self.max_rows:
            raise TooMuch("số dòng có nội dung", f"tối đa {self.max_rows} dòng")

    def numbers(self, written: Sequence[str], attributes: Sequence[str]) -> list[int]:
        """The numbers of the rows, rising; which rows are hidden is noted."""
        numbers = list(map(int, written))
        if sorted({self.row, *numbers}) != [self.row, *numbers]:
            raise _Odd
        self.row = numbers[-1]
        hiding = {said for said in set(attributes) if "hidden" in said and _hides(said)}
        if hiding:
            self.found.hidden_rows.update(n for n, said in zip(numbers, attributes, strict=True) if said in hiding)
        return numbers

    def column(self, at: int, numbers: Sequence[int], groups: Sequence[Sequence[str]]) -> Sequence[Any]:
        """The value of each cell of a column; what is to be said of some is noted by their places."""
        attributes, values = groups[0], groups[-1]
        kinds = {said: self.kinds[said] for said in set(attributes)}
        if len(groups) == 3 and any(groups[1]):
            self.note_not_calculated(at, numbers, kinds, groups)
        found: Sequence[Any] = values  # a text is its own value
        if not any(values):
            return found
        for kind in set(kinds.values()) - (_PLAIN if not self.escaped else frozenset()):
            sayings = {said for said, of in kinds.items() if of == kind}
            whole = len(sayings) == len(kinds) and BLANK not in values
            lines = range(len(values)) if whole else _where(attributes, sayings, values)
            if not lines:
                continue
            written = values if whole else [values[line] for line in lines]
            meant = self.understood(kind % _STRUCK, written)
            if kind >= _STRUCK:
                self.found.struck.update((numbers[line], at) for line in lines)
            if kind % _STRUCK == _PERCENT:
                self.found.percents.update((numbers[line], at) for line in lines)
            elif kind == _FAULT:
                self.found.faults |= {(numbers[line], at): text for line, text in zip(lines, written, strict=True)}
            found = meant if whole else _put(found, lines, meant)
        return found

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
                raise _Odd
            return [self.strings[number] for number in map(int, written)]
        if "&" in together or kind == _EMPTY:
            raise _Odd
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
        self.found.faults |= {(numbers[line], at): f"={text[:80]}" for line, text in zip(bare, texts, strict=True)}


def _hides(attributes: str) -> bool:
    return dict(_ATTRIBUTE.findall(attributes)).get("hidden") in ("1", "true")


def _where(attributes: Sequence[str], sayings: Collection[str], values: Sequence[str]) -> list[int]:
    """The lines whose cells bear one of these attributes and hold something."""
    both = enumerate(zip(attributes, values, strict=True))
    return [line for line, (said, value) in both if value and said in sayings]


def _put(column: Sequence[Any], lines: Sequence[int], meant: Sequence[Any]) -> list[Any]:
    changed = list(column)
    for line, value in zip(lines, meant, strict=True):
        changed[line] = value
    return changed


def _finite(written: Sequence[str]) -> list[float]:
    """Numbers as written. Raises ValueError for what is none, and for those that no cell can hold."""
    numbers = list(map(float, written))
    if not (BLANK.join(written).isascii() and math.isfinite(sum(numbers))):
        raise _Odd
    return numbers
