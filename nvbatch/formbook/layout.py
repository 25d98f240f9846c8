"""Assignment in, what stands where in its workbook out: task lines with their Excel rows, and what is to be mended.

Nothing of XlsxWriter is here: the sheets are drawn from these values, and a letter that speaks of a cell of the
return takes its address from here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from nvbatch.form import Form, Sheet
from nvbatch.formbook.marks import Finder, Mend, Tables
from nvbatch.formbook.reports import Reports
from nvbatch.grid import letter
from nvbatch.model import Assignment, Finding, Severity, Status, Table, Task, TaskFigure

KEY_ROW = 6  # hidden, machine keys
HEADER_ROW = 7
FIRST_ROW = 8
CHANGES_KEY_ROW, CHANGES_HEADER_ROW, CHANGES_FIRST_ROW = 3, 4, 5
CHANGES_FREE = 15  # empty lines ready for the agency
INFO_FIRST_ROW = 3
DONE_WORD = "Đã hoàn thành"
EXTEND_WORD = "Đề nghị gia hạn"
_OPENING = (Severity.ERROR, Severity.INCOMPLETE, Severity.WARNING)  # found on a line, they open it again
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
    lines = _Asking(assignment, form).lines(figures, [marks.get(f.task.code, _NOTHING) for f in figures])
    return Layout(
        lines=tuple(lines),
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


class _Asking:
    """What lines show and still ask for; what is the same for all of them is looked up once."""

    def __init__(self, assignment: Assignment, form: Form) -> None:
        self._keys = form.tasks.keys
        self._agency = form.agency_keys
        self._reports, self._people = Reports(assignment, self._agency), assignment.people
        self._places = {key: at for at, key in enumerate(self._keys)}
        self._day = day_of_judgement(assignment)
        dated = bool(assignment.info.get("prepared_on"))
        self._required = self._of(*(key for key in form.required_keys if key != "updated_on" or not dated))
        self._says = self._of("reported_status", "completed_on")
        self._proof = {True: self._of("result"), False: self._of("completed_on", "result", "result_doc")}
        self._extension = self._of("requested_deadline", "extension_reason")
        self._excuse = self._of("delay_cause_kind", "delay_reason", "explanation_doc")

    def lines(self, figures: Sequence[TaskFigure], marks: Sequence[Marks]) -> Iterator[Line]:
        shown = self._shown(figures)
        for at, (figure, values, found) in enumerate(zip(figures, shown, marks, strict=True), FIRST_ROW):
            closed = _closed(figure, found)
            yield Line(at, figure, values, closed, 0 if closed else self._missing(figure, values), found)

    def _shown(self, figures: Sequence[TaskFigure]) -> Iterator[tuple[Any, ...]]:
        """What each line shows, put together column by column: what the agency wrote, and what the Office writes."""
        blank = [None] * len(figures)
        own = zip(*map(self._own, figures), strict=True) if figures else ()
        columns: dict[str, Sequence[Any]] = dict(zip(self._agency, own, strict=bool(figures)))
        columns |= _office_columns(figures)
        return zip(*(columns.get(key, blank) for key in self._keys), strict=True)

    def _own(self, figure: TaskFigure) -> Sequence[Any]:
        """What the agency wrote on a task. No row: the people known."""
        written = self._reports.of(figure.task.code)
        if written is not None:
            return written
        people = self._people.get(figure.task.code, _NOTHING)
        return [people.get(key) for key in self._agency]

    def _missing(self, figure: TaskFigure, shown: Sequence[Any]) -> int:
        """Blank cells that a line which says this must fill (contract 8.8, R501, R504, R505)."""
        status, completed = self._says(shown)
        asked = self._required(shown)
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
        return itemgetter(slice(places[0], places[0] + 1))


def _office_columns(figures: Sequence[TaskFigure]) -> dict[str, Sequence[Any]]:
    """What the Office writes, one value a line."""
    tasks = [figure.task for figure in figures]
    return {
        "no": range(1, len(figures) + 1),
        "task_code": [task.code for task in tasks],
        "task_class": [task.task_class for task in tasks],
        "assigning_doc": [_document(task) for task in tasks],
        "content": [task.content for task in tasks],
        "coordinating_agencies": [task.coordinating_agencies for task in tasks],
        "deadline": [figure.deadline or figure.task.deadline_text for figure in figures],
        "product": [task.product for task in tasks],
    }


def _document(task: Task) -> str:
    return f"{task.doc_number} ngày {_day(task.doc_date)}" if task.doc_date else task.doc_number


def _day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def _closed(figure: TaskFigure, marks: Marks) -> bool:
    """Done and accepted, stopped or handed on: nothing is asked, unless something was found in what was sent."""
    if marks and any(f.severity in _OPENING for found in marks.values() for f in found):
        return False
    return (figure.aggregated and figure.done) or figure.status in (Status.STOPPED, Status.TRANSFERRED)
