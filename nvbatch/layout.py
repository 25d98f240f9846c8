"""The grids of a workbook in, a Reading's tables out: which sheet, which header, which rows, which values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nvbatch.form import Form, Sheet
from nvbatch.grid import BLANK, Grid, letter
from nvbatch.headers import Columns, Header, find_header, settle
from nvbatch.labels import label_key, nearest
from nvbatch.model import Note, Table
from nvbatch.tables import at, lay_table, merged_note, spans
from nvbatch.tasksheet import Candidate, candidates
from nvbatch.typed import as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was found of a table; ``table`` is None when a fatal note says why.

    ``beside``: other sheets with such a table, which were not read → the title lines above it.
    """

    table: Table | None = None
    title: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lay_out_tasks(
    grids: Sequence[Grid], form: Form, *, max_rows: int, max_columns: int, period: str | None = None
) -> Layout:
    """Sheet Nhiệm vụ, found by its name or its header; fatal notes F103, F106, S204, S205, S208 instead of a table.

    ``period``, as the file names it, decides between sheets of several periods.
    """
    if not any(grid.rows for grid in grids):
        return Layout(notes=(Note(rule="F106"),))
    found = candidates(grids, form, period)
    if not found:
        return Layout(notes=(Note(rule="S204"),))
    best, others = found[0], [other for other in found[1:] if other.complete]
    laid = _lay_out(best, others, form, max_rows, max_columns)
    return replace(laid, title=best.title, beside={other.grid.name: other.title for other in others})


def lay_out_changes(grids: Sequence[Grid], form: Form) -> Layout:
    """Sheet Biến động by its labels; no table when there is none."""
    grid, header = _changes_sheet(grids, form)
    if grid is None or header is None:
        return Layout()
    below = [(number, cells) for number, cells in grid.rows if number > header.row]
    columns = settle(header, below)
    rows = [(number, cells) for number, cells in below if _says_something(cells, columns, header)]
    table, notes = lay_table(grid, header, columns, rows, form.changes)
    return Layout(table=table, notes=(*_hidden_sheet(grid), *notes) if rows else ())


# --- the task sheet -----------------------------------------------------------------------------


def _lay_out(best: Candidate, others: Iterable[Candidate], form: Form, max_rows: int, max_columns: int) -> Layout:
    grid, header, columns = best.grid, best.header, best.columns
    fatal = (*_missing(best, form.tasks), *_clashes(best, form.tasks))
    if fatal:
        return Layout(notes=fatal)
    if not best.rows.data:
        return Layout(notes=(Note(rule="F106", sheet=grid.name),))
    if len(best.rows.data) > max_rows:
        return Layout(notes=(_too_much(f"{len(best.rows.data)} dòng", f"tối đa {max_rows} dòng"),))
    wide = sum(1 for column in columns.rest if any(at(cells, column) != BLANK for _, cells in best.rows.data))
    if wide + len(columns.taken) > max_columns:
        return Layout(notes=(_too_much(f"{wide} cột", f"tối đa {max_columns} cột"),))
    table, notes = lay_table(grid, header, columns, best.rows.data, form.tasks)
    merged = merged_note(grid, columns, best.rows.data)
    said = (*_hidden_sheet(grid), *_others(best, others), *_hidden(best), *merged, *_skipped(best), *notes)
    return Layout(table=table, notes=said)


def _too_much(what: str, limit: str) -> Note:
    return Note(rule="F103", value=what, expected=limit, args={"what": f"{what} ({limit})", "limit": limit})


def _missing(best: Candidate, sheet: Sheet) -> tuple[Note, ...]:
    free = [text for column, text in best.columns.rest.items() if text]
    free += [claim.seen for claim in best.columns.taken.values() if claim.score < 1]
    return tuple(
        Note(
            rule="S205",
            sheet=best.grid.name,
            row=best.header.row,
            column=column.key,
            expected=column.label,
            args={"missing": column.label, "nearest": nearest(column, free) or "(không có)"},
        )
        for column in sheet.columns
        if (column.must_exist or column.required) and column.key not in best.columns.taken
    )


def _clashes(best: Candidate, sheet: Sheet) -> tuple[Note, ...]:
    return tuple(
        Note(
            rule="S208",
            sheet=best.grid.name,
            row=best.header.row,
            column=key,
            cell=f"{letter(claims[-1].column)}{best.header.row}",
            value=claims[-1].seen,
            expected=sheet.column(key).label,
            args={"columns": ", ".join(f"{letter(claim.column)} «{claim.seen}»" for claim in claims)},
        )
        for key, claims in best.columns.clashes.items()
    )


# --- what is worth a word about the sheet ---------------------------------------------------------


def _hidden_sheet(grid: Grid) -> tuple[Note, ...]:
    return () if grid.visible else (_hides(grid, f"trong trang ẩn «{grid.name}»"),)


def _hides(grid: Grid, what: str, row: int | None = None, cell: str | None = None) -> Note:
    """Hidden, and read all the same."""
    return Note(rule="S209", sheet=grid.name, row=row, cell=cell, args={"what": what, "done": "nội dung vẫn được đọc"})


def _others(best: Candidate, others: Iterable[Candidate]) -> tuple[Note, ...]:
    """Another sheet with tasks is never passed over in silence."""
    return tuple(
        Note(
            rule="S209",
            sheet=other.grid.name,
            args={"what": f"ở trang «{other.grid.name}»", "done": f"không đọc trang này, chỉ đọc «{best.grid.name}»"},
        )
        for other in others
    )


def _hidden(best: Candidate) -> tuple[Note, ...]:
    grid = best.grid
    rows = [number for number, _ in best.rows.data if number in grid.hidden_rows]
    columns = [
        claim.column
        for claim in best.columns.taken.values()
        if claim.column in grid.hidden_columns and any(at(cells, claim.column) != BLANK for _, cells in best.rows.data)
    ]
    places = {claim.column for claim in best.columns.taken.values()}
    struck = sorted({row for row, column in grid.struck if column in places} & {number for number, _ in best.rows.data})
    found = []
    if rows:
        found.append(_hides(grid, f"trong dòng ẩn {spans(rows)}", row=rows[0]))
    if columns:
        names = ", ".join(letter(column) for column in sorted(columns))
        found.append(_hides(grid, f"trong cột ẩn {names}", cell=f"{letter(min(columns))}{best.header.row}"))
    if struck:
        found.append(_hides(grid, f"bị gạch ngang ở dòng {spans(struck)}", row=struck[0]))
    return tuple(found)


def _skipped(best: Candidate) -> tuple[Note, ...]:
    if not best.rows.other:
        return ()
    return (Note(rule="S211", sheet=best.grid.name, args={"rows": spans(best.rows.other)}),)


# --- sheet Biến động ----------------------------------------------------------------------------


def _changes_sheet(grids: Sequence[Grid], form: Form) -> tuple[Grid | None, Header | None]:
    named = label_key(form.changes.name)
    for grid in sorted(grids, key=lambda g: label_key(g.name) != named):
        header = find_header(grid, form.changes)
        if header is None:
            continue
        if label_key(grid.name) == named or {"change_kind", "proposal_doc", "reason"} <= header.fields:
            return grid, header
    return None, None


def _says_something(cells: Sequence[Any], columns: Columns, header: Header) -> bool:
    texts = {claim.column: as_text(at(cells, claim.column)) for claim in columns.taken.values()}
    said = {column: text for column, text in texts.items() if text}
    if not said:
        return False
    same = sum(1 for column, text in said.items() if label_key(text) == label_key(header.headers.get(column, "")))
    numbers = all(text.strip("() ").isdecimal() for text in said.values()) and len(said) >= 3
    return not numbers and same < 3
