"""What the rule catalogue finds in one row, one workbook and its sheet of changes: cells, rows, register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.oracle.world import ASKS, DONE, Change, File, Row, Settings, Task

REQUIRED = ("accountable_head", "supervisor", "assignee", "updated_on", "narrative", "progress", "reported_status")
SEVERITY = {"C402": "error", "C404": "error", "C406": "error"}
PLACEHOLDERS = ("đang thực hiện", "như trên", "theo tiến độ", "nt", "-")
CAUSES = ("delay_cause_kind", "delay_reason", "explanation_doc")


@dataclass(frozen=True)
class Finding:
    rule: str
    severity: str
    task: str | None
    row: str | None = None  # the field it speaks of
    waived: bool = False
    demoted: bool = False


def without_explanation(row: Row) -> bool:
    return not all(row.says(name) for name in CAUSES)


def is_blank(row: Row) -> bool:
    return not any(cell.written not in (None, "") for cell in row.cells.values())


def of_workbook(file: File) -> dict[int, str]:
    """R509: the same task twice with different content; an equal copy counts once."""
    first: dict[str, list[int]] = {}
    for number, row in enumerate(file.rows):
        if is_blank(row):
            continue
        first.setdefault(row.code, []).append(number)
    told: dict[int, str] = {}
    for numbers in first.values():
        contents = {tuple(sorted((k, str(c.written)) for k, c in file.rows[n].cells.items())) for n in numbers}
        if len(contents) > 1:
            told |= dict.fromkeys(numbers, "R509")
        else:
            told |= dict.fromkeys(numbers[1:], "copy")
    return told


def of_changes(file: File) -> Iterator[tuple[Change, Finding]]:
    for change in file.changes:
        if not (change.reason and change.proposal):
            yield change, Finding("M605", "error", change.task)
        else:
            yield change, Finding("M606", "info", change.task)


def of_row(
    row: Row, task: Task | None, *, settings: Settings, received: date, recurring: bool, deadline: date | None,
    extended: int,
) -> list[Finding]:  # fmt: skip
    found = list(_completion(row, task, received, recurring))
    found += _extension(row, settings, deadline, extended)
    head = (row.says("accountable_head") or "").lower()
    if "phó" in head and "phụ trách" not in head and "quyền" not in head:
        found.append(Finding("R507", "warning", row.code, "accountable_head"))
    if row.says("difficulty") and not row.says("proposal"):
        found.append(Finding("R508", "warning", row.code))
    people = all(row.says(n) for n in ("assignee", "accountable_head", "supervisor"))
    if task and not (people and (recurring or deadline) and task.product and task.content):
        found.append(Finding("R511", "warning", row.code))
    return found


def of_cells(row: Row, file: File, settings: Settings) -> Iterator[Finding]:
    for name, cell in row.cells.items():
        if cell.rule:
            yield Finding(cell.rule, SEVERITY.get(cell.rule, "warning"), row.code, name)
    for name in REQUIRED:
        cell = row.cells.get(name)
        if cell is None or cell.written in (None, ""):
            if name == "updated_on" and file.drawn_up:
                continue
            yield Finding("C401", "incomplete", row.code, name)
    told = (row.says("narrative") or "").strip()
    if told and (told.lower().strip(".") in PLACEHOLDERS or len(told) < settings.min_narrative_chars):
        yield Finding("C408", "incomplete", row.code, "narrative")


def _completion(row: Row, task: Task | None, received: date, recurring: bool) -> Iterator[Finding]:
    done, completed = row.says("reported_status") == DONE, row.says("completed_on")
    needed = ("completed_on", "result", "result_doc")
    if done and not recurring and not all((row.cells.get(n) and row.cells[n].written) for n in needed):
        yield Finding("R501", "incomplete", row.code)
    told = (row.says("narrative") or "").lower()
    hints = row.says("progress") == 100 or "đã hoàn thành" in told or "đã ban hành" in told
    if not done and not recurring and row.says("reported_status") and hints:
        yield Finding("R502", "warning", row.code)
    if completed and (completed > received or (task and completed < task.doc_date)):
        yield Finding("R503", "error", row.code, "completed_on")


def _extension(row: Row, settings: Settings, deadline: date | None, extended: int) -> Iterator[Finding]:
    until, reason = row.says("requested_deadline"), row.says("extension_reason")
    if not until and row.says("reported_status") != ASKS:
        return
    if not until or not reason or (deadline and until <= deadline):
        yield Finding("R505", "error", row.code)
    if extended >= settings.max_extensions:
        yield Finding("R506", "warning", row.code)
