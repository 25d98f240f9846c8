"""Registers of earlier runs in, what changed and what vanished out (G811, G812)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from nvbatch.form import Sheet
from nvbatch.model import RegisterChange, Task
from nvbatch.register import Register
from nvbatch.register_sheets import Entry, Sheets

# What names a row of each sheet; other sheets are compared by their whole rows.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "agencies": ("agency_code",),
    "focal_points": ("agency_code", "program", "email"),
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


def changes_between(old: Sheets, new: Sheets, schema: Sequence[Sheet]) -> tuple[RegisterChange, ...]:
    """Every cell that differs, row by row of its key; new and removed rows are one change each."""
    return tuple(change for sheet in schema for change in _sheet_changes(old, new, sheet))


def _sheet_changes(old: Sheets, new: Sheets, sheet: Sheet) -> Iterator[RegisterChange]:
    before, after = _rows(old, sheet.key), _rows(new, sheet.key)
    for key in [*after, *(k for k in before if k not in after)]:
        name = " · ".join(part for part in key if part)
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            word = "thêm dòng" if was is None else "bỏ dòng"
            yield RegisterChange(sheet=sheet.name, key=name, column="(cả dòng)", old="" if was is None else name,
                                 new=word if was is None else "(đã bỏ)")  # fmt: skip
            continue
        for column in sheet.columns:
            if was[column.key] != now[column.key]:
                hide = column.key in _PRIVATE
                yield RegisterChange(
                    sheet=sheet.name,
                    key=name,
                    column=column.label,
                    old="(không hiển thị)" if hide else show(was[column.key]),
                    new="(không hiển thị)" if hide else show(now[column.key]),
                )


def _rows(sheets: Sheets, sheet: str) -> dict[tuple[str, ...], Entry]:
    rows: dict[tuple[str, ...], Entry] = {}
    for entry in sheets.entries.get(sheet, ()):
        key = tuple(show(entry[part]) for part in _KEYS[sheet] if part != "email")
        rows.setdefault(key, entry)
    return rows


def show(value: Any) -> str:
    """A register value as a person writes it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, tuple):
        return "; ".join(value)
    return "x" if value is True else str(value)


def vanished_codes(known: Mapping[str, str], register: Register) -> tuple[str, ...]:
    """Codes of earlier runs that no longer stand in the register."""
    return tuple(sorted(code for code in known if code not in register.tasks and code not in register.parents))


def with_vanished(register: Register, tasks: Mapping[str, Task], readings: Mapping[str, Any]) -> Register:
    """The register with the last known rows of vanished tasks added: they still count (G811)."""
    return replace(register, tasks={**register.tasks, **tasks}, readings={**readings, **register.readings})
