"""Assignment in, what stands where in its workbook out: task lines with their Excel rows, and what is to be mended.

Nothing of XlsxWriter is here: the sheets are drawn from these values, and a letter that speaks of a cell of the
return takes its address from here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from nvbatch.form import Form, Sheet
from nvbatch.formbook.marks import Finder, Mend, Tables
from nvbatch.grid import letter
from nvbatch.model import Assignment, Finding, Row, Severity, Status, Table, TaskFigure

KEY_ROW = 6  # hidden, machine keys
HEADER_ROW = 7
FIRST_ROW = 8
CHANGES_KEY_ROW, CHANGES_HEADER_ROW, CHANGES_FIRST_ROW = 3, 4, 5
CHANGES_FREE = 15  # empty lines ready for the agency
INFO_FIRST_ROW = 3
DONE_WORD = "Đã hoàn thành"
EXTEND_WORD = "Đề nghị gia hạn"
Marks = Mapping[str, tuple[Finding, ...]]  # field key → what was found there


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A task in sheet Nhiệm vụ: its Excel row, what each cell shows, whether it is closed, what was found on it."""

    row: int
    figure: TaskFigure
    values: Mapping[str, Any]
    closed: bool
    missing: int
    marks: Marks = field(default_factory=dict)


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
    info_rows = {key: INFO_FIRST_ROW + at for at, key in enumerate(form.info.keys)}
    info = replace(_table(form.info, INFO_FIRST_ROW - 1, 0), letters=dict.fromkeys(form.info.keys, "B"))
    found = Finder(assignment, Tables(tasks=tasks, changes=changes, info=info), rows, info_rows)
    marks = found.marks()
    reported = _reported(assignment)
    asking = _Asking(assignment, form)
    lines = tuple(
        asking.line(rows[f.task.code], f, reported.get(f.task.code), marks.get(f.task.code, {})) for f in figures
    )
    return Layout(
        lines=lines,
        tasks=tasks,
        changes=changes,
        info_rows=info_rows,
        mends=found.mends(),
        change_marks=found.change_marks(),
        info_marks=found.info_marks(),
    )


def day_of_judgement(assignment: Assignment) -> date:
    """The day against which the form itself counts a task as overdue: the cut-off, or the day of issue if later."""
    cutoff = assignment.period.cutoff.date()
    return max(cutoff, assignment.issued_at.date()) if assignment.issued_at else cutoff


def demands(values: Mapping[str, Any], recurring: bool, late: bool, required: Sequence[str]) -> tuple[str, ...]:
    """Keys that must be filled in a line that says this, ``required`` in any line (contract 8.8, R501, R504, R505)."""
    status = values.get("reported_status")
    keys = list(required)
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
    """The agency's own row of each task, of the file that is answered before an older one; of two the upper one."""
    answered = assignment.submission.id if assignment.submission else ""
    found: dict[str, Row] = {}
    for row in sorted((*assignment.rows, *assignment.held), key=lambda r: (r.submission != answered, r.row)):
        found.setdefault(str(row.get("task_code") or ""), row)
    return found


class _Asking:
    """What a line shows and still asks for; what is the same for all lines is looked up once."""

    def __init__(self, assignment: Assignment, form: Form) -> None:
        self._people = assignment.people
        self._keys, self._required = form.agency_keys, form.required_keys
        self._day = day_of_judgement(assignment)
        self._dated = bool(assignment.info.get("prepared_on"))

    def line(self, at: int, figure: TaskFigure, reported: Row | None, marks: Marks) -> Line:
        own = self._own_values(reported) if reported else self._people.get(figure.task.code, {})
        values = _office_values(figure, at - FIRST_ROW + 1)
        values.update((key, own[key]) for key in self._keys if key in own)
        closed = _closed(figure, marks)
        missing = 0 if closed else self._missing(figure, values)
        return Line(row=at, figure=figure, values=values, closed=closed, missing=missing, marks=marks)

    def _missing(self, figure: TaskFigure, values: Mapping[str, Any]) -> int:
        late = is_late(values, figure.deadline, self._day)
        wanted = demands(values, is_recurring(figure), late, self._required)
        return sum(values.get(key) in (None, "") for key in wanted if key != "updated_on" or not self._dated)

    def _own_values(self, row: Row) -> dict[str, Any]:
        """What the agency wrote; where a cell could not be understood, its own words."""
        values, raw = row.values, row.raw
        return {key: raw.get(key) if (value := values.get(key)) is None else value for key in self._keys}


def _office_values(figure: TaskFigure, number: int) -> dict[str, Any]:
    task = figure.task
    return {
        "no": number,
        "task_code": task.code,
        "task_class": task.task_class,
        "assigning_doc": f"{task.doc_number} ngày {_day(task.doc_date)}" if task.doc_date else task.doc_number,
        "content": task.content,
        "coordinating_agencies": task.coordinating_agencies,
        "deadline": figure.deadline or task.deadline_text,
        "product": task.product,
    }


def _day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def _closed(figure: TaskFigure, marks: Marks) -> bool:
    """Done and accepted, stopped or handed on: nothing is asked, unless something was found in what was sent."""
    if any(f.severity in (Severity.ERROR, Severity.INCOMPLETE, Severity.WARNING) for fs in marks.values() for f in fs):
        return False
    return (figure.done and figure.aggregated) or figure.status in (Status.STOPPED, Status.TRANSFERRED)
