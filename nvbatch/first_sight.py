"""Tasks in, the figures out of those whose one row says everything there is to say; None where rules must be asked.

Most tasks of a province are alike: reported on once, in the file that counts, in time or done on time, and nobody
remarked on anything. That is seen file by file and deadline by deadline, without asking a rule of each task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from nvbatch.assessment import Assessment
from nvbatch.frozen import frozen
from nvbatch.model import NOTHING_BESIDES, Due, Row, RowSource, Status, Task, TaskFigure
from nvbatch.standing import CLOSING, lines_asking, lines_done, status_of
from nvbatch.task_flags import CARRIED_OVER, asked

PLAIN = (Status.IN_TIME, Status.DUE_SOON, Status.DONE_ON_TIME)  # a figure adds nothing to the status itself
NO_FLAGS: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What becomes of a task with this deadline of which nothing else is known; None: its rules are asked."""

    due: Due
    undone: Status | None
    on_time_until: date | None


_Outlooks = dict[date | int, _Outlook]  # a day or, where the register has none, the identity of a Due


@dataclass(frozen=True, slots=True)
class _File:
    """What the lines of a file show at first sight. Of one that does not give its tasks' figures it ``holds`` none."""

    agency: str = ""
    program: str = ""
    holds: frozenset[str] = frozenset()  # codes of tasks
    noted: frozenset[int] = frozenset()  # lines on which something hangs
    done: Mapping[int, date] = field(default_factory=dict)  # line → the day on which it was completed
    outlooks: _Outlooks = field(default_factory=dict)  # those of its programme


class FirstSight:
    """What an assessment shows of its tasks at first sight; of each it says the same as the rules would."""

    def __init__(self, a: Assessment) -> None:
        self._a = a
        self._rows = a.merged.rows
        self._apart = _apart(a)
        self._new_year = date(a.today.year, 1, 1)
        self._files: dict[int, _File] = {}
        self._outlooks: dict[str, _Outlooks] = {program: {} for program in a.periods}
        self._counting = {s.id for s in a.counting.values()}
        self._plain = frozenset(status for status in PLAIN if not asked(status, ()))
        self._moving = a.ended | {move.from_agency for move in a.register.handovers if move.task_code == "*"}

    def figures(self, tasks: Sequence[Task]) -> list[TaskFigure | None]:
        """One a task, or None. Made all at once: this is done a hundred thousand times."""
        found: list[TaskFigure | None] = [None] * len(tasks)
        places, rows, dues, statuses = [], [], [], []
        for place, task in enumerate(tasks):
            if (seen := self._seen(task)) is not None:
                row, due, status = seen
                places.append(place)
                rows.append(row)
                dues.append(due)
                statuses.append(status)
        plain = [tasks[place] for place in places]
        made = frozen(
            TaskFigure,
            len(plain),
            task=plain,
            lead_agency=[task.lead_agency for task in plain],
            due=dues,
            status=statuses,
            flags=[CARRIED_OVER if task.doc_date and task.doc_date < self._new_year else NO_FLAGS for task in plain],
            row=rows,
            updated=repeat(True),
            days_overdue=repeat(None),
            besides=repeat(NOTHING_BESIDES),
        )
        for place, figure in zip(places, made, strict=True):
            found[place] = figure
        return found

    def _seen(self, task: Task) -> tuple[Row, Due, Status] | None:
        code = task.code
        rows = self._rows.get(code, ())
        if len(rows) != 1 or code in self._apart or task.state in CLOSING:
            return None
        row = rows[0]
        file, line = self._files.get(id(row.source)) or self._look(row.source), row.line
        mine = task.lead_agency == file.agency and task.program == file.program
        if not mine or line in file.noted or code not in file.holds:
            return None
        day = task.deadline
        outlook = (file.outlooks.get(day) if day else None) or self._outlook(task, file)
        done_on, status = file.done.get(line), outlook.undone
        if done_on is not None:
            until = outlook.on_time_until
            status = Status.DONE_ON_TIME if until and done_on <= until else None
        return None if status is None else (row, outlook.due, status)

    def _look(self, source: RowSource) -> _File:
        found = self._files[id(source)] = self._read(source) if self._gives_figures(source) else _File()
        return found

    def _gives_figures(self, source: RowSource) -> bool:
        """Does its agency, which leads what it always led, report with it in the present period?"""
        period = self._a.periods.get(source.program)
        present = period is not None and source.period == period.key and self._a.conference is None
        return present and source.submission in self._counting and source.agency not in self._moving

    def _read(self, source: RowSource) -> _File:
        done = lines_done(source.columns)
        # done in an earlier year it no longer counts; what is no day stands on a line that is held
        gone = {line for line, day in done.items() if not isinstance(day, date) or day < self._new_year}
        return _File(
            agency=source.agency,
            program=source.program,
            holds=self._a.reported.get((source.agency, source.program), frozenset()),
            noted=frozenset({*source.flags, *source.incomplete, *lines_asking(source.columns), *gone}),
            done=done,
            outlooks=self._outlooks[source.program],
        )

    def _outlook(self, task: Task, file: _File) -> _Outlook:
        """Tasks of one deadline share it, whichever of them comes first."""
        due = self._a.register.deadline_on(task.code, self._a.today)
        key = task.deadline or id(due)
        if (found := file.outlooks.get(key)) is None:
            soon = self._a.vantages[file.program].rules.due_soon_days
            undone = None if due.ambiguous else status_of(task, due, None, False, self._a.today, soon)
            on_time = not (due.ambiguous or due.recurring) and Status.DONE_ON_TIME in self._plain
            undone, until = undone if undone in self._plain else None, due.deadline if on_time else None
            found = file.outlooks[key] = _Outlook(due, undone, until)
        return found


def _apart(a: Assessment) -> frozenset[str]:
    """Tasks of which the register, or a file that is not theirs, has something to say."""
    register = a.register
    handed = (move.task_code for move in register.handovers)
    return frozenset({*a.told, *register.verdicts, *register.extensions, *handed})
