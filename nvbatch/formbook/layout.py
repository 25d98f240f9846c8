"""Assignment in, what stands where in its workbook out: task lines with their Excel rows, and what is to be mended.

Nothing of XlsxWriter is here: the sheets are drawn from these values, and a letter that speaks of a cell of the
return takes its address from here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

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
_NOTHING: Mapping[str, Any] = MappingProxyType({})
Marks = Mapping[str, tuple[Finding, ...]]  # field key → what was found there


class Line(NamedTuple):
    """A task in sheet Nhiệm vụ: its Excel row, what it shows column by column, is it closed, what was found on it."""

    row: int
    figure: TaskFigure
    shown: tuple[Any, ...]
    closed: bool
    missing: int
    marks: Marks


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
    tasks = task_table(form, len(figures))
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


def is_recurring(figure: TaskFigure) -> bool:
    return figure.status is Status.RECURRING or (figure.reading is not None and figure.reading.recurring)


def prepared_row(form: Form) -> int:
    """Excel row of *Ngày lập* on sheet Thông tin."""
    return INFO_FIRST_ROW + form.info.keys.index("prepared_on")


def task_table(form: Form, count: int = 0) -> Table:
    """Sheet Nhiệm vụ with so many lines: where a row's field stands."""
    return _table(form.tasks, HEADER_ROW, count)


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
        self._people, self._keys = assignment.people, form.tasks.keys
        self._agency = [
            key if column.agency else None for key, column in zip(self._keys, form.tasks.columns, strict=True)
        ]
        self._places = {key: at for at, key in enumerate(self._keys)}
        self._office = [self._places[key] for key in _OFFICE_KEYS]
        self._day = day_of_judgement(assignment)
        dated = bool(assignment.info.get("prepared_on"))
        self._required = self._of(*(key for key in form.required_keys if key != "updated_on" or not dated))
        self._says = self._of("reported_status", "completed_on")
        self._proof = {True: self._of("result"), False: self._of("completed_on", "result", "result_doc")}
        self._extension = self._of("requested_deadline", "extension_reason")
        self._excuse = self._of("delay_cause_kind", "delay_reason", "explanation_doc")

    def line(self, at: int, figure: TaskFigure, reported: Row | None, marks: Marks) -> Line:
        shown = self._own(reported, self._people.get(figure.task.code, _NOTHING))
        for place, value in zip(self._office, _office_values(figure, at - FIRST_ROW + 1), strict=True):
            shown[place] = value
        closed = _closed(figure, marks)
        missing = 0 if closed else self._missing(figure, shown)
        return Line(row=at, figure=figure, shown=tuple(shown), closed=closed, missing=missing, marks=marks)

    def _own(self, row: Row | None, people: Mapping[Any, Any]) -> list[Any]:
        """What the agency wrote; where a cell could not be understood, its own words. No row: the people known."""
        values: Mapping[Any, Any] = row.values if row else people
        shown = list(map(values.get, self._agency))  # no key, no value
        if row and row.raw:
            raw = row.raw.get
            shown = [raw(key) if key and v is None else v for key, v in zip(self._agency, shown, strict=True)]
        return shown

    def _missing(self, figure: TaskFigure, shown: Sequence[Any]) -> int:
        """Blank cells that a line which says this must fill (contract 8.8, R501, R504, R505)."""
        status, completed = self._says(shown)
        asked = list(self._required(shown))
        if status == DONE_WORD:
            asked += self._proof[is_recurring(figure)](shown)
        if status == EXTEND_WORD:
            asked += self._extension(shown)
        if figure.deadline is not None:
            finished = completed if status == DONE_WORD and isinstance(completed, date) else self._day
            if finished > figure.deadline:
                asked += self._excuse(shown)
        return asked.count(None) + asked.count("")

    def _of(self, *keys: str) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """Takes the values of these columns out of a line."""
        places = [self._places[key] for key in keys if key in self._places]
        if len(places) != 1:
            return itemgetter(*places) if places else lambda _: ()
        return lambda shown: (shown[places[0]],)


_OFFICE_KEYS = (
    "no", "task_code", "task_class", "assigning_doc", "content", "coordinating_agencies", "deadline", "product",
)  # fmt: skip


def _office_values(figure: TaskFigure, number: int) -> tuple[Any, ...]:
    """What the Office writes, in the order of its keys."""
    task = figure.task
    document = f"{task.doc_number} ngày {_day(task.doc_date)}" if task.doc_date else task.doc_number
    deadline = figure.deadline or task.deadline_text
    return (
        number,
        task.code,
        task.task_class,
        document,
        task.content,
        task.coordinating_agencies,
        deadline,
        task.product,
    )


def _day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def _closed(figure: TaskFigure, marks: Marks) -> bool:
    """Done and accepted, stopped or handed on: nothing is asked, unless something was found in what was sent."""
    if any(f.severity in (Severity.ERROR, Severity.INCOMPLETE, Severity.WARNING) for fs in marks.values() for f in fs):
        return False
    return (figure.done and figure.aggregated) or figure.status in (Status.STOPPED, Status.TRANSFERRED)
