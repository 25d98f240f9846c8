"""Registers of earlier runs in, what changed and what vanished out (G811, G812)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nvbatch import viet
from nvbatch.form import Sheet
from nvbatch.model import RegisterChange, Task
from nvbatch.register import Register
from nvbatch.register_rows import Entry
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
    return tuple(change for sheet in schema for change in _sheet_changes(old, new, sheet))


def _sheet_changes(old: Sheets, new: Sheets, sheet: Sheet) -> Iterator[RegisterChange]:
    before, after = _rows(old, sheet.key), _rows(new, sheet.key)
    for key in [*after, *(k for k in before if k not in after)]:
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None:
            yield from _cell_changes(was, now, sheet)
        elif now is not None:
            yield _change(sheet, now, column=WHOLE_ROW, old="(chưa có)", new="(dòng mới)", row=now.row)
        elif was is not None:
            yield _change(sheet, was, column=WHOLE_ROW, old="(đã có)", new="(đã bỏ dòng)")


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


def _rows(sheets: Sheets, sheet: str) -> dict[tuple[object, ...], Entry]:
    """Rows by what names them; of rows that bear the same name the first is compared with the first, and so on."""
    met: Counter[tuple[str, ...]] = Counter()
    rows: dict[tuple[object, ...], Entry] = {}
    for entry in sheets.entries.get(sheet, ()):
        key = tuple(show(entry[part]) for part in _KEYS[sheet])
        met[key] += 1
        rows[*key, met[key]] = entry
    return rows


def show(value: Any) -> str:
    """A register value as a person writes it."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return "x" if value is True else display(value)


def vanished_codes(known: Mapping[str, str], register: Register) -> tuple[str, ...]:
    """Codes of earlier runs that no longer stand in the register, in whatever spelling."""
    return tuple(sorted(code for code in known if viet.key(code) not in register.spelling))


def with_vanished(register: Register, tasks: Mapping[str, Task], readings: Mapping[str, Any]) -> Register:
    """The register with the last known rows of vanished tasks added: they still count (G811)."""
    return replace(register, tasks={**register.tasks, **tasks}, readings={**readings, **register.readings})
