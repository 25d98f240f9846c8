"""Cells of one column in, typed values with the reader's notes out (rules C402 to C411 and S212)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from nvbatch import values
from nvbatch.form import Column
from nvbatch.grid import BLANK, Grid, letter
from nvbatch.model import Note
from nvbatch.values import Value

_EXCEL_CELL = 32_767
# Text that needs no cleaning: single spaces inside, no control, hidden or look-alike characters, no formula start.
_UNPLAIN = re.compile(
    "^[\\s=+@'-]|\\s$|\\s\\s|[^\\S ]|[\x00-\x1f\x7f-\x9f\u00ad\u00d0\u00f0\u0189\u034f\u0400-\u052f\u061c\u115f\u1160"
    "\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_EXPECTED = {"C402": "ngày/tháng/năm", "C404": "0–100"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedColumn:
    """One value a line; ``raw``: line → displayed text where the value lost something."""

    values: tuple[Any, ...]
    raw: dict[int, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def type_column(cells: Sequence[Any], rows: Sequence[int], *, column: Column, at: int, grid: Grid) -> TypedColumn:
    """Type a column of a table. ``rows``: the Excel row of each cell; ``at``: the column's number in the grid."""
    read = _reader(column)
    plain = column.type in ("text", "long", "code")
    found: list[Any] = []
    raw: dict[int, str] = {}
    notes: list[Note] = []
    for line, (cell, row) in enumerate(zip(cells, rows, strict=True)):
        fault = grid.faults.get((row, at)) if grid.faults else None
        if fault is not None:
            found.append(None)
            raw[line] = fault
            if column.key != "no":  # the running number is never a key: a broken formula there means nothing
                notes.append(_note("S212", grid, row, column, at, fault, None))
        elif cell == BLANK or cell is None:
            found.append(None)
        elif plain and is_plain(cell):
            found.append(cell)
        else:
            value = read(cell, percent_format=(row, at) in grid.percents)
            found.append(value.value)
            if value.rule is not None and _speaks(value.rule, column):
                notes.append(_note(value.rule, grid, row, column, at, value.raw, value.understood))
            if value.rule is not None and value.raw is not None:
                raw[line] = value.raw
    return TypedColumn(values=tuple(found), raw=raw, notes=tuple(notes))


def is_plain(cell: Any) -> bool:
    """Text that cleaning would leave as it is: nearly all of it, so the slow way is kept for the rest."""
    return (
        isinstance(cell, str)
        and len(cell) <= _EXCEL_CELL
        and not _UNPLAIN.search(cell)
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


# --- one cell -----------------------------------------------------------------------------------


def _reader(column: Column) -> Callable[..., Value]:
    """How cells of a column are read, by its type in the schema."""
    if column.type == "date":
        return lambda cell, percent_format: values.read_date(cell)
    if column.type == "percent":
        return values.read_percent
    if column.type == "choice":
        return lambda cell, percent_format: values.read_choice(cell, column)
    return lambda cell, percent_format: _read_text(cell, percent_format, multiline=column.type == "long")


def _read_text(cell: Any, percent_format: bool, *, multiline: bool) -> Value:
    if isinstance(cell, datetime) and not isinstance(cell, str):
        cell = cell.date() if cell.time() == datetime.min.time() else cell
    if percent_format and isinstance(cell, float):
        cell = values.display(cell * 100) + "%"
    text = values.read_text(cell, multiline=multiline)
    if isinstance(cell, str) and len(cell) > _EXCEL_CELL:
        return Value(value=text.value, rule="C410", raw=cell[:200] + "…")
    return text


def as_day(cell: Any) -> date | None:
    """A cell as a day, where it can be read as one."""
    day = values.read_date(cell).value
    return day if isinstance(day, date) else None
