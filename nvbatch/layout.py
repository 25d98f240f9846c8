"""The grids of a workbook in, a Reading's tables out: which sheet, which header, which rows, which values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nvbatch import viet
from nvbatch.form import Form, Sheet
from nvbatch.grid import BLANK, Grid, letter
from nvbatch.headers import Columns, Header, find_header, settle
from nvbatch.labels import label_key, nearest
from nvbatch.model import Note, Table
from nvbatch.rowkinds import Rows, sort_rows
from nvbatch.tables import at, fill_down, lay_table, merged_note, spans
from nvbatch.typed import as_text

# Fewer recognised labels than this make no task table of a sheet that does not bear its name.
_ENOUGH_LABELS = 4
_TITLE_LINES, _TITLE_WIDTH = 30, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was found of a table; ``table`` is None when a fatal note says why."""

    table: Table | None = None
    title: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sheet that may hold the task table."""

    grid: Grid
    header: Header
    columns: Columns
    rows: Rows
    named: bool

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, float]:
        complete = "task_code" in self.header.fields
        return (bool(self.rows.data) and complete, self.named, complete, self.grid.visible, self.header.score)


def lay_out_tasks(grids: Sequence[Grid], form: Form, *, max_rows: int, max_columns: int) -> Layout:
    """Sheet Nhiệm vụ, found by its name or its header; fatal notes F103, F106, S204, S205, S208 instead of a table."""
    if not any(grid.rows for grid in grids):
        return Layout(notes=(Note(rule="F106"),))
    candidates = _candidates(grids, form)
    if not candidates:
        return Layout(notes=(Note(rule="S204"),))
    best = max(candidates, key=lambda candidate: candidate.rank)
    return _lay_out(best, candidates, form, max_rows, max_columns)


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


def _candidates(grids: Sequence[Grid], form: Form) -> list[Candidate]:
    others = {label_key(name) for name in (form.info.name, form.changes.name, form.stamp_sheet, *_OUR_OTHER_SHEETS)}
    named = [grid for grid in grids if label_key(grid.name) == label_key(form.tasks.name)]
    rest = [grid for grid in grids if grid not in named and label_key(grid.name) not in others]
    found = []
    for grid in (*named, *rest):
        header = find_header(grid, form.tasks)
        if header is None or (grid not in named and len(header.fields) < _ENOUGH_LABELS):
            continue
        places = {claim.key: claim.column for claim in reversed(header.claims)}
        below = fill_down(grid, header.row, places)
        rows = sort_rows(below, places, header.headers, form.tasks)
        columns = settle(header, rows.data)
        found.append(Candidate(grid=grid, header=header, columns=columns, rows=rows, named=grid in named))
    return found


_OUR_OTHER_SHEETS = ("Hướng dẫn", "Bản trình duyệt", "Nội dung cần chỉnh sửa")


def _lay_out(best: Candidate, candidates: Iterable[Candidate], form: Form, max_rows: int, max_columns: int) -> Layout:
    grid, header, columns = best.grid, best.header, best.columns
    title = _title(grid, header, form.tasks)
    fatal = (*_missing(best, form.tasks), *_clashes(best, form.tasks))
    if fatal:
        return Layout(title=title, notes=fatal)
    if not best.rows.data:
        return Layout(title=title, notes=(Note(rule="F106", sheet=grid.name),))
    if len(best.rows.data) > max_rows:
        return Layout(title=title, notes=(_too_much(f"{len(best.rows.data)} dòng", f"tối đa {max_rows} dòng"),))
    wide = sum(1 for column in columns.rest if any(at(cells, column) != BLANK for _, cells in best.rows.data))
    if wide + len(columns.taken) > max_columns:
        return Layout(title=title, notes=(_too_much(f"{wide} cột", f"tối đa {max_columns} cột"),))
    table, notes = lay_table(grid, header, columns, best.rows.data, form.tasks)
    merged = merged_note(grid, columns, best.rows.data)
    said = (*_hidden_sheet(grid), *_others(best, candidates), *_hidden(best), *merged, *_skipped(best), *notes)
    return Layout(table=table, title=title, notes=said)


def _too_much(what: str, limit: str) -> Note:
    return Note(rule="F103", value=what, expected=limit, args={"what": f"{what} ({limit})", "limit": limit})


def _title(grid: Grid, header: Header, sheet: Sheet) -> tuple[str, ...]:
    """Texts above the header, without the hidden row of field keys that our own form bears there."""
    keys = frozenset(sheet.keys)
    above = [cells for number, cells in grid.rows if number < header.first_row and sum(c in keys for c in cells) < 3]
    lines = (as_text(cell) for cells in above for cell in cells[:_TITLE_WIDTH])
    return tuple(viet.clean(line) for line in lines if line)[:_TITLE_LINES]


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
    return Note(rule="S209", sheet=grid.name, row=row, cell=cell, args={"what": what})


def _others(best: Candidate, candidates: Iterable[Candidate]) -> tuple[Note, ...]:
    """Another sheet with tasks is never passed over in silence."""
    return tuple(
        _hides(other.grid, f"cũng ở trang «{other.grid.name}»; bảng nhiệm vụ được lấy từ trang «{best.grid.name}»")
        for other in candidates
        if other is not best and other.rows.data and "task_code" in other.header.fields
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
