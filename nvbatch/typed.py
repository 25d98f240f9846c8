"""Cells of one column in, typed values with the reader's notes out (rules C402 to C411 and S212)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from nvbatch import values
from nvbatch.form import Column
from nvbatch.grid import BLANK, Grid, Texts, letter
from nvbatch.model import Note
from nvbatch.values import Value

_EXCEL_CELL = 32_767
# Characters that cleaning may change: white space but the plain one, controls, hidden ones, look-alikes, surrogates.
# One class and nothing else: an alternative beside it makes the search four times slower.
_UNPLAIN = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u00d0\u00f0\u0189\u034f\u0400-\u052f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SIGNS = frozenset("=+@-'")
_STARTS = _SIGNS | {" "}  # a cell that begins so may look like a formula
_ODD_START = re.compile("\n[=+@' -]")
_ERRORS = frozenset(("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_DASHES = frozenset(("-", "–", "—", "--", "---", "/", ".", "...", "…"))  # how people write «nothing» in a table
_PLAIN_TYPES = frozenset(("text", "long", "code", "deadline", "list"))
_COUNTED = 1e15  # whole numbers below are shown digit by digit
_EXPECTED = {"C402": "ngày/tháng/năm", "C404": "0–100"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedColumn:
    """One value a line; ``raw``: line → displayed text where the value lost something."""

    values: tuple[Any, ...]
    raw: dict[int, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def type_column(
    cells: Sequence[Any], rows: Sequence[int], *, column: Column, at: int, grid: Grid, texts: Texts
) -> TypedColumn:
    """Type a column of a table. ``rows``: the Excel row of each cell; ``at``: the column's number in the grid.

    Each different cell is read once.
    """
    faults = {row: text for (row, place), text in grid.faults.items() if place == at} if grid.faults else {}
    mended = {row: told for (row, place), told in grid.mended.items() if place == at} if grid.mended else {}
    shown = {row for row, place in grid.percents if place == at} if grid.percents else frozenset()
    kinds = set(map(type, cells))
    if not faults and not mended and not shown and (plain := _as_they_are(cells, kinds, column, texts)) is not None:
        return TypedColumn(values=plain)
    if column.type not in _PLAIN_TYPES:  # where no text belongs, text such as #REF! can only be a formula's error
        faults |= {row: cell for row, cell in zip(rows, cells, strict=True) if cell in _ERRORS}
    percents = [row in shown for row in rows]
    keys = cells if kinds <= _UNLIKE and not shown else [*zip(map(type, cells), cells, percents, strict=True)]
    values_of, told = _read_each(keys, cells, percents, column, texts)
    found = [values_of[key] for key in keys]
    raw: dict[int, str] = {}
    notes: list[Note] = []
    for line in _spoken_of(keys, rows, told, faults, mended):
        row, cell, value = rows[line], cells[line], told.get(keys[line])
        if row in faults:
            found[line] = None
            raw[line] = fault = faults[row]
            if column.key != "no":  # the running number is never a key: a broken formula there means nothing
                notes.append(_note("S212", grid, row, column, at, fault, None))
            continue
        if row in mended and cell != BLANK:
            raw[line], what = mended[row]
            if column.agency:
                notes.append(_converted(grid, row, column, at, raw[line], what, str(cell)))
        if value is not None and value.rule is not None and _speaks(value.rule, column):
            notes.append(_note(value.rule, grid, row, column, at, value.raw, value.understood))
        if value is not None and value.raw is not None:
            raw.setdefault(line, value.raw)
    return TypedColumn(values=tuple(found), raw=raw, notes=tuple(notes))


# What tells the cells of a column apart: the cell, or where equal cells may mean different things (1 and True, 0.5 and
# 50 %) its kind, the cell, and whether it shows a percentage.
_Key = Any
_UNLIKE = frozenset((str, float, date, datetime))


def _as_they_are(cells: Sequence[Any], kinds: Set[type], column: Column, texts: Texts) -> tuple[Any, ...] | None:
    """The values of a column in which every cell is what it should be; None where one needs a closer look."""
    if column.type in _PLAIN_TYPES:
        if kinds <= {str} and texts.odd.isdisjoint(cells):
            return tuple([cell or None for cell in cells])
        if kinds == {float} and all(map(float.is_integer, cells)) and max(map(abs, cells)) < _COUNTED:
            return tuple([str(int(cell)) for cell in cells])
        if kinds <= {str, date} and texts.odd.isdisjoint(cells):
            return tuple([(cell or None) if type(cell) is str else _shown_day(cell).value for cell in cells])
    elif column.type == "choice":
        if kinds <= {str} and {BLANK, *column.choices}.issuperset(cells):
            return tuple([cell or None for cell in cells])
    elif column.type == "date":
        if kinds <= {str, date} and {BLANK}.issuperset(cell for cell in cells if type(cell) is str):
            return tuple([cell or None for cell in cells])
    elif column.type == "percent" and kinds == {float} and all(1 < cell <= 100 or cell == 0 for cell in cells):
        return tuple([cell + 0.0 for cell in cells])  # no negative zero
    return None


def _read_each(
    keys: Sequence[_Key], cells: Sequence[Any], shown: Sequence[bool], column: Column, texts: Texts
) -> tuple[dict[_Key, Any], dict[_Key, Value]]:
    """Each different cell of a column → its value, and those of which something is to be said."""
    read = _read_share if column.type == "percent" and _are_shares(cells) else _reader(column)
    dashes = _DASHES if column.type in ("date", "choice") and not column.required else frozenset()
    plain, lines = column.type in _PLAIN_TYPES, column.type == "long"
    values_of: dict[_Key, Any] = {}
    told: dict[_Key, Value] = {}
    for key, (cell, percent_format) in dict(zip(keys, zip(cells, shown, strict=True), strict=True)).items():
        if cell == BLANK or cell is None or cell in dashes:
            values_of[key] = None
        elif plain and type(cell) is str and cell not in texts.odd:
            values_of[key] = cell
        elif plain and type(cell) is str and (text := _only_spaced(cell, texts, lines)):
            values_of[key] = text
        else:
            value = read(cell, percent_format)
            values_of[key] = value.value
            if value.rule is not None:
                told[key] = value
    return values_of, told


def _only_spaced(cell: str, texts: Texts, lines: bool) -> str | None:
    """Clean text of a cell in which nothing but spaces may be amiss; None for others. ``lines``: they may be meant."""
    if cell in texts.strange or len(cell) > _EXCEL_CELL or (lines and "\n" in cell):
        return None
    text = " ".join(cell.split())
    return text if text[:1] not in _SIGNS else None


def _spoken_of(
    keys: Sequence[_Key], rows: Sequence[int], told: Collection[_Key], faults: Collection[int], mended: Collection[int]
) -> list[int]:
    """The lines of a column of which something is to be said."""
    if not told and not faults and not mended:
        return []
    both = enumerate(zip(keys, rows, strict=True))
    return [line for line, (key, row) in both if key in told or row in faults or row in mended]


def odd_texts(every: Set[str], strange: Set[str]) -> Set[str]:
    """The texts among many that cleaning may change; all but the ``strange`` ones are of ordinary letters and signs."""
    together = "\n".join(("", *every, ""))
    doubtful = _ODD_START.search(together) is not None or max(map(len, every), default=0) > _EXCEL_CELL
    odd = {text for text in every if text[0] in _STARTS or len(text) > _EXCEL_CELL} if doubtful else set()
    if "  " in together or " \n" in together or together.count("\n") > len(every) + 1:
        odd |= {text for text in every if "  " in text or "\n" in text or text[-1] == " "}
    return odd | {text for text in strange if not is_plain(text)}


def is_plain(cell: Any) -> bool:
    """Text that cleaning would leave as it is: nearly all of it, so the slow way is kept for the rest."""
    return (
        isinstance(cell, str)
        and bool(cell)
        and cell[0] not in _STARTS
        and cell[-1] != " "
        and "  " not in cell
        and len(cell) <= _EXCEL_CELL
        and _UNPLAIN.search(cell) is None
        and unicodedata.is_normalized("NFC", cell)
    )


def as_text(cell: Any) -> str | None:
    """Any cell as clean text, for keys, titles and columns that the form does not have."""
    if cell == BLANK or cell is None:
        return None
    if is_plain(cell):
        return str(cell)
    text = values.read_text(cell, multiline=True).value
    return None if text is None else str(text)


def _speaks(rule: str, column: Column) -> bool:
    """In the Office's own columns only what cannot be kept is worth a word: the register wins there anyway."""
    return column.agency or column.key == "task_code" or rule == "C410"


def _note(rule: str, grid: Grid, row: int, column: Column, at: int, raw: str | None, understood: str | None) -> Note:
    expected = understood or (" / ".join(column.choices) if rule == "C406" else _EXPECTED.get(rule))
    return Note(
        rule=rule,
        sheet=grid.name,
        row=row,
        column=column.key,
        cell=f"{letter(at)}{row}",
        value=raw,
        expected=expected,
    )


def _converted(grid: Grid, row: int, column: Column, at: int, raw: str, what: str, meant: str) -> Note:
    note = _note("S213", grid, row, column, at, raw, meant)
    return replace(note, args={"what": what})


# --- one cell -----------------------------------------------------------------------------------


def _reader(column: Column) -> Callable[[Any, bool], Value]:
    """How cells of a column are read, by its type in the schema: the plain ones at once, the rest by their rules."""
    if column.type == "date":
        return lambda cell, _: _read_written_day(cell) if type(cell) is str else values.read_date(cell)
    if column.type == "percent":
        return _read_percent
    if column.type == "choice":
        choices = {choice: Value(value=choice) for choice in column.choices}
        return lambda cell, _: choices.get(cell) or values.read_choice(cell, column)
    return _read_long if column.type == "long" else _read_text


@lru_cache(maxsize=4096)  # many workbooks, the same few days
def _read_written_day(cell: str) -> Value:
    return values.read_date(cell)


@lru_cache(maxsize=4096)
def _shown_day(day: date) -> Value:
    return values.read_text(day)


def _read_percent(cell: Any, percent_format: bool) -> Value:
    if type(cell) is float and not percent_format and (1 < cell <= 100 or cell == 0):
        return Value(value=cell + 0.0)
    return values.read_percent(cell, percent_format=percent_format)


def _are_shares(cells: Sequence[Any]) -> bool:
    """Is a column of percents written in parts of one (0,4 0,85 1)?"""
    numbers = [cell for cell in cells if type(cell) is float]
    return max(numbers, default=2.0) <= 1 and any(0 < number < 1 for number in numbers)


def _read_share(cell: Any, percent_format: bool) -> Value:
    """Among parts of one a plain 1 is the whole, where alone it would be one per cent."""
    if cell == 1 and type(cell) is float and not percent_format:
        return Value(value=100.0, rule="C405", raw="1", understood="100%")
    return _read_percent(cell, percent_format)


def _read_text(cell: Any, percent_format: bool) -> Value:
    if type(cell) is date:
        return _shown_day(cell)
    if type(cell) is float and not percent_format and cell.is_integer() and abs(cell) < 1e15:
        return Value(value=str(int(cell)))
    if isinstance(cell, str):
        lines = cell.split("\n")
        if len(lines) > 1 and all(map(is_plain, lines)) and len(cell) <= _EXCEL_CELL:
            return Value(value=" ".join(lines))
    return _read_any_text(cell, percent_format, multiline=False)


def _read_long(cell: Any, percent_format: bool) -> Value:
    if isinstance(cell, str) and len(cell) <= _EXCEL_CELL and all(map(is_plain, cell.split("\n"))):
        return Value(value=cell)
    return _read_any_text(cell, percent_format, multiline=True)


def _read_any_text(cell: Any, percent_format: bool, *, multiline: bool) -> Value:
    if percent_format and isinstance(cell, float):
        cell = values.display(round(cell * 100, 10)) + "%"
    text = values.read_text(cell, multiline=multiline)
    if isinstance(cell, str) and len(cell) > _EXCEL_CELL:
        return Value(value=text.value, rule="C410", raw=cell[:200] + "…")
    return text
