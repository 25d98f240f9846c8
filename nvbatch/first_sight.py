"""A task in, its figure out where its one row says everything there is to say of it; None where rules must be asked.

Most tasks of a province are alike: reported on once, in the file that counts, in time or done on time, and nobody
remarked on anything. That is seen file by file and deadline by deadline, without asking a rule of each task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from nvbatch.assessment import Assessment
from nvbatch.model import NOTHING_BESIDES, Due, RowSource, Status, Task, TaskFigure
from nvbatch.standing import CLOSING, lines_asking, lines_done, status_of
from nvbatch.task_flags import CARRIED_OVER, asked

PLAIN = (Status.IN_TIME, Status.DUE_SOON, Status.DONE_ON_TIME)  # a figure adds nothing to the status itself
NO_FLAGS: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What becomes of a task with this deadline of which nothing else is known; None: its rules are asked."""

    undone: Status | None
    on_time_until: date | None


@dataclass(frozen=True, slots=True)
class _File:
    """What the lines of a file show at first sight. Of one that does not give its tasks' figures it ``holds`` none."""

    agency: str = ""
    program: str = ""
    holds: frozenset[str] = frozenset()  # codes of tasks
    noted: frozenset[int] = frozenset()  # lines on which something hangs
    done: Mapping[int, date] = field(default_factory=dict)  # line → the day on which it was completed
    outlooks: dict[int, _Outlook] = field(default_factory=dict)  # identity of a Due → those of its programme


class FirstSight:
    """What an assessment shows of its tasks at first sight; of each it says the same as the rules would."""

    def __init__(self, a: Assessment) -> None:
        self._a = a
        self._apart = _apart(a)
        self._new_year = date(a.today.year, 1, 1)
        self._files: dict[int, _File] = {}
        self._outlooks: dict[str, dict[int, _Outlook]] = {program: {} for program in a.periods}
        self._counting = {s.id for s in a.counting.values()}
        self._plain = frozenset(status for status in PLAIN if not asked(status, ()))
        self._moving = a.ended | {move.from_agency for move in a.register.handovers if move.task_code == "*"}

    def figure(self, task: Task) -> TaskFigure | None:
        code = task.code
        rows = self._a.merged.rows.get(code, ())
        if len(rows) != 1 or code in self._apart or task.state in CLOSING:
            return None
        row = rows[0]
        file, line = self._files.get(id(row.source)) or self._look(row.source), row.line
        mine = task.lead_agency == file.agency and task.program == file.program
        if not mine or line in file.noted or code not in file.holds:
            return None
        due = self._a.register.deadline_on(code, self._a.today)
        outlook = file.outlooks.get(id(due)) or self._outlook(task, due, file)
        done_on = file.done.get(line)
        status = outlook.undone
        if done_on is not None:
            status = Status.DONE_ON_TIME if outlook.on_time_until and done_on <= outlook.on_time_until else None
        if status is None:
            return None
        old = task.doc_date is not None and task.doc_date < self._new_year
        return TaskFigure(
            task=task,
            lead_agency=file.agency,
            due=due,
            status=status,
            flags=CARRIED_OVER if old else NO_FLAGS,
            row=row,
            updated=True,
            days_overdue=None,
            besides=NOTHING_BESIDES,
        )

    def _look(self, source: RowSource) -> _File:
        found = self._files[id(source)] = self._seen(source) if self._gives_figures(source) else _File()
        return found

    def _gives_figures(self, source: RowSource) -> bool:
        """Does its agency, which leads what it always led, report with it in the present period?"""
        period = self._a.periods.get(source.program)
        present = period is not None and source.period == period.key and self._a.conference is None
        return present and source.submission in self._counting and source.agency not in self._moving

    def _seen(self, source: RowSource) -> _File:
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

    def _outlook(self, task: Task, due: Due, file: _File) -> _Outlook:
        """Tasks of one deadline share it, whichever of them comes first."""
        soon = self._a.vantages[file.program].rules.due_soon_days
        undone = None if due.ambiguous else status_of(task, due, None, False, self._a.today, soon)
        on_time = not (due.ambiguous or due.recurring) and Status.DONE_ON_TIME in self._plain
        found = file.outlooks[id(due)] = _Outlook(
            undone if undone in self._plain else None, due.deadline if on_time else None
        )
        return found


def _apart(a: Assessment) -> frozenset[str]:
    """Tasks of which the register, or a file that is not theirs, has something to say."""
    register = a.register
    handed = (move.task_code for move in register.handovers)
    return frozenset({*a.told, *register.verdicts, *register.extensions, *handed})
