"""Registers of earlier runs in, what changed and what vanished out (G811, G812)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nvbatch.form import Sheet
from nvbatch.model import RegisterChange, Task
from nvbatch.register import Register
from nvbatch.register_rows import Entry, Rows
from nvbatch.register_sheets import Sheets
from nvbatch.values import display

# What names a row of each sheet.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "agencies": ("agency_code",),
    "focal_points": ("agency_code", "program", "full_name"),
    "programs": ("program",),
    "documents": ("doc_number",),
    "tasks": ("task_code",),
    "extensions": ("task_code", "ordinal"),
    "handovers": ("task_code", "from_agency", "effective_on"),
    "verdicts": ("task_code", "assessed_on"),
    "conferences": ("held_on",),
    "calendar": ("date",),
    "waivers": ("rule", "agency_code", "task_code"),
}
_PRIVATE = frozenset({"phone", "email"})  # changes of them are told without the values
WHOLE_ROW, BLANK, HIDDEN = "(cả dòng)", "(trống)", "(không hiển thị)"


def changes_between(old: Sheets, new: Sheets, schema: Sequence[Sheet]) -> tuple[RegisterChange, ...]:
    """Every cell that differs, row by row of its key; new and removed rows are one change each."""
    if old is new or (old.sha256 and old.sha256 == new.sha256):
        return ()
    return tuple(change for sheet in schema for change in _sheet_changes(old, new, sheet))


def _sheet_changes(old: Sheets, new: Sheets, sheet: Sheet) -> Iterator[RegisterChange]:
    """Most rows are as they were: only those that are not are looked at cell by cell."""
    rows_before, rows_after = old.entries.get(sheet.key, Rows()), new.entries.get(sheet.key, Rows())
    before, after = _lines(rows_before, sheet.key), _lines(rows_after, sheet.key)
    cells_before, cells_after = _cells(rows_before, sheet), _cells(rows_after, sheet)
    for key, line in after.items():
        was = before.get(key)
        if was is None:
            now = rows_after[line]
            yield _change(sheet, now, column=WHOLE_ROW, old="(chưa có)", new="(dòng mới)", row=now.row)
        elif cells_before[was] != cells_after[line]:
            yield from _cell_changes(rows_before[was], rows_after[line], sheet)
    for key, line in before.items():
        if key not in after:
            yield _change(sheet, rows_before[line], column=WHOLE_ROW, old="(đã có)", new="(đã bỏ dòng)")


def _cells(rows: Rows, sheet: Sheet) -> list[tuple[Any, ...]]:
    return list(zip(*(rows.column(column.key) for column in sheet.columns), strict=True))


def _cell_changes(was: Entry, now: Entry, sheet: Sheet) -> Iterator[RegisterChange]:
    for column in sheet.columns:
        before, after = was[column.key], now[column.key]
        if before != after:
            said = (HIDDEN, HIDDEN) if column.key in _PRIVATE else (show(before) or BLANK, show(after) or BLANK)
            old, new = said
            yield _change(sheet, now, column=column.label, old=old, new=new, field=column.key, row=now.row)


def _change(sheet: Sheet, entry: Entry, **said: Any) -> RegisterChange:
    """``key``: how a person names the row; the private parts of what tells rows apart are left out."""
    parts = [show(entry[part]) for part in _KEYS[sheet.key] if part not in _PRIVATE]
    return RegisterChange(
        sheet=sheet.name,
        key=" · ".join(part for part in parts if part) or f"dòng {entry.row}",
        task=show(entry["task_code"]) or None if sheet.key == "tasks" else None,
        agency=show(entry["agency_code"]) or None if sheet.key in ("agencies", "focal_points") else None,
        **said,
    )


def _lines(rows: Rows, sheet: str) -> dict[tuple[object, ...], int]:
    """Lines by what names their rows; of rows of one name the first is compared with the first, and so on."""
    met: Counter[tuple[str, ...]] = Counter()
    lines: dict[tuple[object, ...], int] = {}
    for line, key in enumerate(zip(*(map(show, rows.column(part)) for part in _KEYS[sheet]), strict=True)):
        met[key] += 1
        lines[*key, met[key]] = line
    return lines


def show(value: Any) -> str:
    """A register value as a person writes it."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return "x" if value is True else display(value)


def vanished_codes(known: Mapping[str, str], register: Register) -> tuple[str, ...]:
    """Codes of earlier runs that no longer stand in the register, in whatever spelling."""
    missed = [code for code in known if code not in register.tasks]
    return tuple(sorted({*missed}.difference(register.spelled(missed))))


def with_vanished(register: Register, tasks: Mapping[str, Task], readings: Mapping[str, Any]) -> Register:
    """The register with the last known rows of vanished tasks added: they still count (G811)."""
    return replace(register, tasks={**register.tasks, **tasks}, readings={**readings, **register.readings})
