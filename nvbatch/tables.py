"""A header and the rows under it in, a Table with its notes out; merged key cells filled down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nvbatch.form import Sheet
from nvbatch.grid import BLANK, Grid, letter
from nvbatch.headers import Claim, Columns, Header, changed
from nvbatch.model import Note, Table
from nvbatch.sheettext import texts_of
from nvbatch.typed import as_text, type_column
from nvbatch.values import is_formula_like
from nvbatch.viet import label_key

# Fields that a merged cell speaks of for all its rows; results and dates never (DOMAIN 3.3).
_KEY_FIELDS = ("no", "task_code", "assigning_doc", "content")
_SHOWN = 20  # so many rows or columns are named in a note


def lay_table(
    grid: Grid, header: Header, columns: Columns, rows: Sequence[tuple[int, list[Any]]], sheet: Sheet
) -> tuple[Table, tuple[Note, ...]]:
    numbers = tuple(number for number, _ in rows)
    values: dict[str, tuple[Any, ...]] = {}
    raw: dict[tuple[int, str], str] = {}
    notes: list[Note] = [_changed(grid, header, claim, label) for claim, label in changed(columns, sheet)]
    cells = turned(rows)
    texts = texts_of(grid)
    for column in sheet.columns:
        claim = columns.taken.get(column.key)
        if claim is None:
            continue
        typed = type_column(cells[claim.column], numbers, column=column, at=claim.column, grid=grid, texts=texts)
        values[column.key] = typed.values
        raw |= {(line, column.key): text for line, text in typed.raw.items()}
        notes += typed.notes
    extras = _extras(columns, cells, sheet)
    extra_values = {letter(c): tuple(as_text(cell) for cell in cells[c]) for c in extras}
    table = Table(
        sheet=grid.name,
        header_row=header.row,
        letters={key: letter(columns.taken[key].column) for key in values},
        labels={key: columns.taken[key].seen for key in values},
        rows=numbers,
        values=values,
        raw=raw,
        extras={letter(column): text for column, text in extras.items()},
        extra_values=extra_values,
    )
    return table, (*notes, *_extra_note(grid, header, extras), *_formulas(table))


def _formulas(table: Table) -> Iterator[Note]:
    """Text that starts like a formula, in a column that the form does not have (C411)."""
    for name, column in table.extra_values.items():
        for row, text in zip(table.rows, column, strict=True):
            if text and text[0] in "=+-@" and is_formula_like(text):
                yield Note(rule="C411", sheet=table.sheet, row=row, cell=f"{name}{row}", value=text)


def _changed(grid: Grid, header: Header, claim: Claim, expected: str) -> Note:
    return Note(
        rule="S206",
        sheet=grid.name,
        row=header.row,
        column=claim.key,
        cell=f"{letter(claim.column)}{header.row}",
        value=claim.seen,
        expected=expected,
        args={"seen": claim.seen, "expected": expected},
    )


def _extras(columns: Columns, cells: Mapping[int, Sequence[Any]], sheet: Sheet) -> dict[int, str]:
    """Columns that the form does not have: with a header, or with data and no header; not those drawn beside it."""
    ours = {label_key(label) for label in sheet.beside}
    seen = {c: text for c, text in columns.rest.items() if text or any(cell != BLANK for cell in cells[c])}
    return {c: text for c, text in seen.items() if not text or label_key(text) not in ours}


def _extra_note(grid: Grid, header: Header, extras: dict[int, str]) -> tuple[Note, ...]:
    if not extras:
        return ()
    names = [f"«{text}» ({letter(column)})" if text else f"cột {letter(column)}" for column, text in extras.items()]
    said = ", ".join(names[:_SHOWN]) + (f" … ({len(names) - _SHOWN} cột nữa)" if len(names) > _SHOWN else "")
    cell = f"{letter(next(iter(extras)))}{header.row}"
    return (Note(rule="S207", sheet=grid.name, row=header.row, cell=cell, value=said, args={"columns": said}),)


def turned(rows: Sequence[tuple[int, list[Any]]]) -> Mapping[int, Sequence[Any]]:
    """Column number → its cells, blank where a row is too short; any column number may be asked for."""
    width = max((len(cells) for _, cells in rows), default=0)
    even = (cells if len(cells) == width else [*cells, *[BLANK] * (width - len(cells))] for _, cells in rows)
    blank = (BLANK,) * len(rows)
    return defaultdict(lambda: blank, enumerate(zip(*even, strict=True)))


def at(cells: Sequence[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else BLANK


def spans(rows: Sequence[int]) -> str:
    """Row numbers as a person writes them: 7, 9–12, 20."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], row]
        else:
            parts.append([row, row])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in parts]
    return ", ".join(shown[:_SHOWN]) + (f" … ({len(shown) - _SHOWN} chỗ nữa)" if len(shown) > _SHOWN else "")


# --- merged cells -------------------------------------------------------------------------------


def fill_down(grid: Grid, header_row: int, places: Mapping[str, int]) -> list[tuple[int, list[Any]]]:
    """The rows under the header; a cell merged over several rows gives its value to each, in key fields only."""
    rows = {number: cells for number, cells in grid.rows if number > header_row}
    keys = {places[key] for key in _KEY_FIELDS if key in places}
    for top, left, bottom, _ in grid.merged:
        if left not in keys or bottom == top or top not in rows:
            continue
        value = at(rows[top], left)
        for row in range(top + 1, bottom + 1):
            if row in rows and at(rows[row], left) == BLANK and value != BLANK:
                cells = [*rows[row], *[BLANK] * (left + 1 - len(rows[row]))]
                rows[row] = [*cells[:left], value, *cells[left + 1 :]]
    return list(rows.items())


def merged_note(grid: Grid, columns: Columns, rows: Sequence[tuple[int, list[Any]]]) -> tuple[Note, ...]:
    """Every merged cell that touches a task's row and a field is named (S210)."""
    numbers = {number for number, _ in rows}
    fields = {claim.column for claim in columns.taken.values()}
    seen = [
        f"{letter(left)}{top}:{letter(right)}{bottom}"
        for top, left, bottom, right in grid.merged
        if any(top <= number <= bottom for number in numbers) and any(left <= column <= right for column in fields)
    ]
    if not seen:
        return ()
    cells = ", ".join(seen[:_SHOWN]) + (f" … ({len(seen) - _SHOWN} chỗ nữa)" if len(seen) > _SHOWN else "")
    return (Note(rule="S210", sheet=grid.name, cell=seen[0].partition(":")[0], args={"cells": cells}),)
