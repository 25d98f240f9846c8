"""Assignment in, what stands where in its workbook out: task lines with their Excel rows, and what is to be mended.

Nothing of XlsxWriter is here: the sheets are drawn from these values, and a letter that speaks of a cell of the
return takes its address from here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nvbatch.form import Form, Sheet
from nvbatch.model import Assignment, Change, Finding, Row, Severity, Status, Table, TaskFigure

KEY_ROW = 6  # hidden, machine keys
HEADER_ROW = 7
FIRST_ROW = 8
CHANGES_KEY_ROW, CHANGES_HEADER_ROW, CHANGES_FIRST_ROW = 3, 4, 5
CHANGES_FREE = 15  # empty lines ready for the agency
INFO_FIRST_ROW = 3
DONE_WORD = "Đã hoàn thành"
EXTEND_WORD = "Đề nghị gia hạn"

_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A task in sheet Nhiệm vụ: its Excel row, what each cell shows, whether it is closed, what was found on it."""

    row: int
    figure: TaskFigure
    values: Mapping[str, Any]
    closed: bool
    missing: int
    marks: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding points: a cell of this workbook, or (``cell`` None) words about the file that was sent."""

    sheet: str | None = None
    cell: str | None = None
    words: str = ""
    task: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """Findings that say the same, with all their places: one line for people."""

    severity: Severity
    rule: str
    message: str
    fix: str
    waived: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything that the drawing needs: lines in the register's order, tables for addresses, the things to mend."""

    lines: tuple[Line, ...]
    tasks: Table
    changes: Table
    info_rows: Mapping[str, int]
    mends: tuple[Mend, ...]
    change_marks: Mapping[tuple[int, str], tuple[Finding, ...]]
    info_marks: Mapping[str, tuple[Finding, ...]]

    @property
    def last_row(self) -> int:
        """The last Excel row of sheet Nhiệm vụ that belongs to the table (an empty list keeps one)."""
        return max(FIRST_ROW, HEADER_ROW + len(self.lines))


def lay_out(assignment: Assignment, form: Form) -> Layout:
    """Tasks in the order of the register, each with the agency's own values (a return) or the known people (a form)."""
    figures = sorted(assignment.tasks, key=lambda f: (f.task.row, f.task.code))
    tasks = _table(form.tasks, HEADER_ROW, len(figures))
    changes = _table(form.changes, CHANGES_HEADER_ROW, len(assignment.changes) + CHANGES_FREE)
    rows = {f.task.code: FIRST_ROW + at for at, f in enumerate(figures)}
    found = _Finder(assignment, form, tasks, changes, rows)
    marks = found.marks()
    reported = _reported(assignment)
    lines = tuple(
        _line(rows[f.task.code], f, reported.get(f.task.code), marks.get(f.task.code, {}), assignment, form)
        for f in figures
    )
    return Layout(
        lines=lines,
        tasks=tasks,
        changes=changes,
        info_rows={key: INFO_FIRST_ROW + at for at, key in enumerate(form.info.keys)},
        mends=_mends(assignment.findings, found),
        change_marks=found.change_marks(),
        info_marks=found.info_marks(),
    )


def day_of_judgement(assignment: Assignment) -> date:
    """The day against which the form itself counts a task as overdue: the cut-off, or the day of issue if later."""
    cutoff = assignment.period.cutoff.date()
    return max(cutoff, assignment.issued_at.date()) if assignment.issued_at else cutoff


def demands(values: Mapping[str, Any], recurring: bool, late: bool, form: Form) -> tuple[str, ...]:
    """Keys that must be filled in a line that says this (contract 8.8, R501, R504, R505)."""
    status = values.get("reported_status")
    keys = list(form.required_keys)
    if status == DONE_WORD:
        keys += ["result"] if recurring else ["completed_on", "result", "result_doc"]
    if status == EXTEND_WORD:
        keys += ["requested_deadline", "extension_reason"]
    if late:
        keys += ["delay_cause_kind", "delay_reason", "explanation_doc"]
    return tuple(keys)


def is_late(values: Mapping[str, Any], deadline: date | None, day: date) -> bool:
    """Overdue on ``day``, or reported as finished after the deadline."""
    completed = values.get("completed_on")
    if values.get("reported_status") == DONE_WORD and isinstance(completed, date):
        day = completed
    return deadline is not None and day > deadline


def is_recurring(figure: TaskFigure) -> bool:
    return figure.status is Status.RECURRING or (figure.reading is not None and figure.reading.recurring)


def prepared_row(form: Form) -> int:
    """Excel row of *Ngày lập* on sheet Thông tin."""
    return INFO_FIRST_ROW + form.info.keys.index("prepared_on")


def letter(place: int) -> str:
    """Column letter of a place counted from 0."""
    return chr(65 + place) if place < 26 else letter(place // 26 - 1) + chr(65 + place % 26)


def _table(sheet: Sheet, header: int, count: int) -> Table:
    return Table(
        sheet=sheet.name,
        header_row=header,
        letters={key: letter(at) for at, key in enumerate(sheet.keys)},
        labels={column.key: column.label for column in sheet.columns},
        rows=tuple(range(header + 1, header + 1 + count)),
        values={},
    )


def _reported(assignment: Assignment) -> Mapping[str, Row]:
    """The agency's own row of each task; of two rows for one task the first one is shown."""
    found: dict[str, Row] = {}
    for row in sorted((*assignment.rows, *assignment.held), key=lambda r: r.row):
        found.setdefault(str(row.get("task_code") or ""), row)
    return found


def _line(
    at: int,
    figure: TaskFigure,
    reported: Row | None,
    marks: Mapping[str, tuple[Finding, ...]],
    assignment: Assignment,
    form: Form,
) -> Line:
    own = _own_values(reported, form) if reported else dict(assignment.people.get(figure.task.code, {}))
    values = _office_values(figure, at - FIRST_ROW + 1) | {k: v for k, v in own.items() if k in form.agency_keys}
    closed = _closed(figure, marks)
    late = is_late(values, figure.deadline, day_of_judgement(assignment))
    wanted = () if closed else demands(values, is_recurring(figure), late, form)
    if assignment.info.get("prepared_on"):
        wanted = tuple(key for key in wanted if key != "updated_on")
    missing = sum(values.get(key) in (None, "") for key in wanted)
    return Line(row=at, figure=figure, values=values, closed=closed, missing=missing, marks=marks)


def _own_values(row: Row, form: Form) -> dict[str, Any]:
    """What the agency wrote; where a cell could not be understood, its own words."""
    shown = {key: row.values.get(key) for key in form.agency_keys}
    return {key: row.raw.get(key) if value is None else value for key, value in shown.items()}


def _office_values(figure: TaskFigure, number: int) -> dict[str, Any]:
    task = figure.task
    return {
        "no": number,
        "task_code": task.code,
        "task_class": task.task_class,
        "assigning_doc": task.doc_number,
        "content": task.content,
        "coordinating_agencies": task.coordinating_agencies,
        "deadline": figure.deadline or task.deadline_text,
        "product": task.product,
    }


def _closed(figure: TaskFigure, marks: Mapping[str, tuple[Finding, ...]]) -> bool:
    """Done and accepted, stopped or handed on: nothing is asked, unless something was found in what was sent."""
    if any(f.severity in (Severity.ERROR, Severity.INCOMPLETE, Severity.WARNING) for fs in marks.values() for f in fs):
        return False
    return (figure.done and figure.aggregated) or figure.status in (Status.STOPPED, Status.TRANSFERRED)


class _Finder:
    """Carries findings from the rows of the file that was sent to the rows of this workbook, by task and field."""

    def __init__(
        self, assignment: Assignment, form: Form, tasks: Table, changes: Table, rows: Mapping[str, int]
    ) -> None:
        self._findings = assignment.findings
        self._form, self._tasks, self._changes, self._rows = form, tasks, changes, rows
        sent = (*assignment.rows, *assignment.held)
        self._sent = {(r.sheet, r.row): str(r.get("task_code") or "") for r in sent}
        self._change_rows = _change_rows(assignment.changes)

    def place(self, finding: Finding) -> Place:
        """Where to jump for it."""
        if finding.sheet == self._changes.sheet:
            return self._change_place(finding)
        if finding.sheet == self._form.info.name:
            return self._info_place(finding)
        task = self._task(finding)
        row = self._rows.get(task or "")
        if row is None:
            return Place(words=_words(finding), task=finding.task, label=self._label(finding.column))
        cell = self._tasks.cell(row, finding.column) or self._tasks.cell(row, "task_code")
        return Place(sheet=self._tasks.sheet, cell=cell, task=task, label=self._label(finding.column))

    def marks(self) -> Mapping[str, Mapping[str, tuple[Finding, ...]]]:
        """Task code → field key → findings, worst first; a finding on a whole row sits on the task's code."""
        found: dict[str, dict[str, tuple[Finding, ...]]] = {}
        for finding in sorted(self._findings, key=_worst_first):
            task = self._task(finding)
            if task not in self._rows or finding.sheet in (self._changes.sheet, self._form.info.name):
                continue
            cells = found.setdefault(task or "", {})
            key = finding.column if finding.column in self._tasks.letters else "task_code"
            cells[key or ""] = (*cells.get(key or "", ()), finding)
        return found

    def change_marks(self) -> Mapping[tuple[int, str], tuple[Finding, ...]]:
        """The same for sheet Biến động: (Excel row, field key) → findings."""
        found: dict[tuple[int, str], tuple[Finding, ...]] = {}
        for finding in sorted(self._findings, key=_worst_first):
            row = self._change_rows.get(finding.row or 0)
            if finding.sheet == self._changes.sheet and row is not None:
                key = finding.column if finding.column in self._changes.letters else self._form.changes.keys[0]
                found[row, key or ""] = (*found.get((row, key or ""), ()), finding)
        return found

    def info_marks(self) -> Mapping[str, tuple[Finding, ...]]:
        """The same for sheet Thông tin: field key → findings."""
        found: dict[str, tuple[Finding, ...]] = {}
        for finding in sorted(self._findings, key=_worst_first):
            if finding.sheet == self._form.info.name and finding.column in self._form.info.keys:
                found[finding.column or ""] = (*found.get(finding.column or "", ()), finding)
        return found

    def _change_place(self, finding: Finding) -> Place:
        row = self._change_rows.get(finding.row or 0)
        label = self._changes.labels.get(finding.column or "", "")
        if row is None:
            return Place(words=_words(finding), task=finding.task, label=label)
        cell = self._changes.cell(row, finding.column) or self._changes.cell(row, self._form.changes.keys[0])
        return Place(sheet=self._changes.sheet, cell=cell, task=finding.task, label=label)

    def _info_place(self, finding: Finding) -> Place:
        info = self._form.info
        if finding.column not in info.keys:
            return Place(words=_words(finding))
        at = info.keys.index(finding.column)
        return Place(sheet=info.name, cell=f"B{INFO_FIRST_ROW + at}", label=info.columns[at].label)

    def _task(self, finding: Finding) -> str | None:
        if finding.task in self._rows or finding.row is None:
            return finding.task
        return self._sent.get((finding.sheet or "", finding.row)) or finding.task

    def _label(self, column: str | None) -> str:
        return self._tasks.labels.get(column or "", "")


def _change_rows(changes: tuple[Change, ...]) -> Mapping[int, int]:
    return {change.row: CHANGES_FIRST_ROW + at for at, change in enumerate(changes)}


def _words(finding: Finding) -> str:
    """A place in the file that was sent, when this workbook has no such cell."""
    if finding.cell or finding.row:
        return f"Ô {finding.cell} (tệp đã gửi)" if finding.cell else f"Dòng {finding.row} (tệp đã gửi)"
    return "Cả tệp"


def _mends(findings: Iterable[Finding], found: _Finder) -> tuple[Mend, ...]:
    groups: dict[tuple[Any, ...], list[Place]] = {}
    for finding in sorted(findings, key=_worst_first):
        name = (finding.severity, finding.rule, finding.message, finding.fix, finding.waived)
        place, places = found.place(finding), groups.setdefault(name, [])
        if place not in places:
            places.append(place)
    return tuple(
        Mend(severity=severity, rule=rule, message=message, fix=fix, waived=waived, places=tuple(places))
        for (severity, rule, message, fix, waived), places in groups.items()
    )


def _worst_first(finding: Finding) -> tuple[int, int, int, str]:
    """Fatal before the rest; within a severity what concerns the whole file, then by row."""
    return _ORDER[finding.severity], finding.row is not None, finding.row or 0, finding.rule
