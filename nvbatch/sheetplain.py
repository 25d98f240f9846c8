"""The raw XML of an ordinary .xlsx sheet in, its grid out, by patterns; None where anything is out of the ordinary.

Spreadsheet programs write nearly every sheet in the same few forms. What these patterns do not cover to the last byte,
the careful pass reads (`sheetcells`), with the same meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from nvbatch.grid import BLANK, Cell, Grid, TooMuch, column_number
from nvbatch.sheetcells import iso_day, read_carefully, serial
from nvbatch.workbookxml import Strings, Styles, in_utf8, plain_texts

_EMPTY = rb'<c r="[A-Z]+[0-9]+"[^>/]*/>|<c r="[A-Z]+[0-9]+"[^>/]*></c>'
_CELL = re.compile(
    rb"((?:" + _EMPTY + rb")*"
    rb'<c r="([A-Z]{1,2})([0-9]+)"([^>/]*)>'
    rb"(<f(?: [^>]*)?(?:/>|>[^<]*</f>))?"
    rb"(?:<v>([^<]*)</v>|<v/>|<is><t(?: [^>]*)?>([^<]*)</t></is>)?</c>)"
)
_EMPTIES = re.compile(rb"(?:" + _EMPTY + rb")*")
_ROW = re.compile(rb'(?:<row [^>]*/>)*<row r="([0-9]+)"((?: [^>]*[^/>])?)>')
_EMPTY_ROWS = re.compile(rb"(?:<row [^>]*/>)*")
_ATTRIBUTES = re.compile(rb'(?: +[A-Za-z:]+="[^"<&]*")*')
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_NUMBER, _SHARED, _TEXT, _TRUTH, _FAULT, _DAY = range(6)
_KINDS = {b"n": _NUMBER, b"s": _SHARED, b"str": _TEXT, b"inlineStr": _TEXT, b"b": _TRUTH, b"e": _FAULT, b"d": _DAY}
_AT_ONCE = 2000  # rows whose cells are held as bytes at a time

_Found = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes]  # all, letters, row, attributes, formula, value, text


class _Odd(Exception):
    """Something here is not as the patterns expect."""


def read_plainly(
    xml: bytes, *, name: str, visible: bool, strings: Strings, styles: Styles, epoch: date, max_rows: int
) -> Grid | None:
    """Every cell of a sheet, sparse, like :func:`nvbatch.sheetcells.read_carefully`. Raises TooMuch."""
    begin, end = xml.find(_BEGIN), xml.rfind(_END)
    if begin < 0 or end < 0 or xml.count(b"<sheetData") != 1 or not in_utf8(xml) or b"<!" in xml:
        return None
    if strings.struck or strings.runs or styles.old_fonts:
        return None
    reader = _Reader(strings, styles, epoch, max_rows)
    try:
        reader.read(xml[begin + len(_BEGIN) : end])
        frame = read_carefully(
            xml[: begin + len(_BEGIN)] + xml[end:],
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


@dataclass(slots=True)
class _Reader:
    """What was found so far in one sheet."""

    strings: Strings
    styles: Styles
    epoch: date
    max_rows: int
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    struck: set[Cell] = field(default_factory=set)
    kinds: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    formulas: dict[Cell, bytes] = field(default_factory=dict)  # those without a stored value
    row: int = 0

    def read(self, body: bytes) -> None:
        pieces = body.split(b"</row>")
        if not _EMPTY_ROWS.fullmatch(pieces.pop()):
            raise _Odd
        for start in range(0, len(pieces), _AT_ONCE):
            waiting: list[tuple[list[Any], int, bytes]] = []
            for piece in pieces[start : start + _AT_ONCE]:
                number, cells = self.cells_of(piece)
                line = self.line(number, cells, waiting) if cells else None
                if line:
                    self.rows.append((number, line))
            if len(self.rows) > self.max_rows:
                raise TooMuch("số dòng có nội dung", f"tối đa {self.max_rows} dòng")
            for (line, at, _), text in zip(waiting, plain_texts([text for _, _, text in waiting]), strict=True):
                line[at] = text
        for cell, text in zip(self.formulas, plain_texts(list(self.formulas.values())), strict=True):
            self.faults[cell] = f"={text[:80]}"

    def cells_of(self, piece: bytes) -> tuple[int, Sequence[_Found]]:
        """A row's number and its cells that hold anything; nothing else may stand in it."""
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
        covered = head.end() + sum([len(cell[0]) for cell in cells])
        if covered != len(piece) and not _EMPTIES.fullmatch(piece, covered):
            raise _Odd
        return number, cells

    def kind(self, attributes: bytes) -> tuple[int, int]:
        """What kind of cell, and its style number."""
        if not _ATTRIBUTES.fullmatch(attributes):
            raise _Odd
        said = dict(_ATTRIBUTE.findall(attributes))
        kind = _KINDS.get(said.get(b"t", b"n"))
        if kind is None:
            raise _Odd
        self.kinds[attributes] = known = kind, int(said.get(b"s") or 0)
        return known

    def line(self, number: int, cells: Sequence[_Found], waiting: list[tuple[list[Any], int, bytes]]) -> list[Any]:
        """The values of a row up to its last filled cell. Texts of the cells' own are put in later: ``waiting``."""
        line: list[Any] = []
        row, kinds, shared, struck = b"%d" % number, self.kinds, self.strings.texts, self.styles.struck
        for _, letters, own_row, attributes, formula, value, text in cells:
            at, length = _COLUMNS[letters], len(line)
            kind, style = kinds.get(attributes) or self.kind(attributes)
            if own_row != row or at < length or (text and kind != _TEXT):
                raise _Odd
            meant: Any = BLANK
            if kind == _TEXT:
                if text or value:
                    waiting.append((line, at, text or value))
                    meant = None
                elif formula:
                    raise _Odd
            elif not value:
                if formula:
                    self.formulas[number, at] = formula[formula.find(b">") + 1 :].removesuffix(b"</f>")
            elif kind == _SHARED:
                if not value.isdigit() or int(value) >= len(shared):
                    raise _Odd
                meant = shared[int(value)]
            else:
                meant = self.other((number, at), kind, style, value)
            if meant == BLANK and not formula and kind != _FAULT:
                continue
            if style in struck and kind in (_TEXT, _SHARED, _NUMBER):
                self.struck.add((number, at))
            if at > length:
                line += [BLANK] * (at - length)
            line.append(meant)
        return line

    def other(self, cell: Cell, kind: int, style: int, value: bytes) -> Any:
        """A number, day, truth value or error."""
        if kind == _NUMBER:
            number = _number(value)
            if style in self.styles.percent:
                self.percents.add(cell)
            return _day(number, self.epoch) if style in self.styles.dates else number
        if b"&" in value:
            raise _Odd
        if kind == _FAULT:
            self.faults[cell] = value.decode()
            return BLANK
        return value.strip() in (b"1", b"true") if kind == _TRUTH else iso_day(value.decode())


def _number(written: bytes) -> float:
    try:
        number = float(written)
    except ValueError:
        raise _Odd from None
    if not math.isfinite(number):
        raise _Odd
    return number


class _Columns(dict[bytes, int]):
    """Letters → column number; a sheet has few columns and many cells."""

    def __missing__(self, letters: bytes) -> int:
        number = self[letters] = column_number(letters.decode())
        return number


_COLUMNS = _Columns()


@lru_cache(maxsize=4096)  # a report has far fewer days than cells
def _day(number: float, epoch: date) -> Any:
    return serial(number, epoch)
