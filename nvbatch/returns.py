"""Snapshot and checked rows in, one Assignment an agency and programme out: what its workbook shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from nvbatch.form import Form
from nvbatch.model import (
    CLOSED,
    DONE,
    Assignment,
    Change,
    Finding,
    FocalPoint,
    Merged,
    Period,
    Reading,
    Row,
    Snapshot,
    Submission,
    SubmissionState,
    TaskFigure,
)
from nvbatch.register import GENERAL, Register

ANSWERED = (SubmissionState.ACCEPTED, SubmissionState.REJECTED, SubmissionState.AFTER_LOCK)
ABOUT_TASKS = ("M", "H", "R")  # gates whose findings on a task belong into the agency's return even without a file

_Names = tuple[Any, ...]  # what a row says of people, in the order of the form
_Item = TypeVar("_Item")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the run knows besides the Snapshot."""

    register: Register
    form: Form
    merged: Merged
    changes: tuple[Change, ...]
    readings: Mapping[str, Reading]  # submission id → reading
    today: date


def assignments(
    snapshot: Snapshot, material: Material, *, agencies: Iterable[str] = (), blank: bool = False, issued_at: datetime
) -> Iterator[Assignment]:
    """Every agency in force that leads a task (or sent a file), once a programme. ``blank`` = new forms."""
    wanted = set(agencies)
    people = _people(material)
    groups = _groups(snapshot)
    sent = {} if blank else _answered(snapshot)
    own = _Own(snapshot, material)
    for code, program in sorted(set(groups) | set(sent)):
        agency = material.register.agencies.get(code)
        if agency is None or program not in snapshot.periods or (wanted and code not in wanted):
            continue
        submission = sent.get((code, program))
        if not agency.in_force(material.today) and submission is None:
            continue
        yield Assignment(
            agency=agency,
            program=snapshot.programs[program],
            period=snapshot.periods[program],
            tasks=tuple(groups.get((code, program), ())),
            focal_point=_focal_point(material, code, program),
            people=people,
            info=material.readings[submission.id].info if submission else {},
            rows=own.rows(code, snapshot.periods[program]) if submission else (),
            held=own.held(submission),
            changes=own.changes(submission),
            findings=own.findings(submission, code, groups.get((code, program), [])),
            submission=submission,
            issued_at=issued_at,
        )


def _groups(snapshot: Snapshot) -> dict[tuple[str, str], list[TaskFigure]]:
    groups: dict[tuple[str, str], list[TaskFigure]] = {}
    known: dict[tuple[str, str], list[TaskFigure]] = {}  # the same, by the programme that the register names
    for task in snapshot.tasks:
        if task.status in CLOSED:
            continue
        lead, program = task.lead_agency, task.task.program
        if (group := known.get((lead, program))) is None:
            present = program if program in snapshot.periods else GENERAL
            group = known[(lead, program)] = groups.setdefault((lead, present), [])
        group.append(task)
    return groups


def _answered(snapshot: Snapshot) -> dict[tuple[str, str], Submission]:
    """The file that an agency is answered on: the one that counts, else its newest refused or late one."""
    chosen: dict[tuple[str, str], Submission] = {}
    for s in snapshot.submissions:
        period = snapshot.periods.get(s.program)
        if s.agency is None or period is None or s.period != period.key or s.state not in ANSWERED:
            continue
        key = (s.agency, s.program)
        if key not in chosen or chosen[key].state is not SubmissionState.ACCEPTED:
            chosen[key] = s
    return chosen


def _people(material: Material) -> dict[str, Mapping[str, str]]:
    """Head, supervisor and assignee of each task's newest good row; what is blank there comes from an older one."""
    people: dict[str, Mapping[str, str]] = {}
    known: dict[tuple[_Names, ...], Mapping[str, str]] = {}  # few people for many tasks
    files: dict[int, list[_Names]] = {}  # a file → the people of each of its lines
    keys = material.form.people_keys
    for code, rows in material.merged.rows.items():
        told = []
        for row in rows:
            lines = files.get(id(row.source)) or files.setdefault(id(row.source), row.source.lines(keys))
            told.append(lines[row.line])
        if (found := known.get(said := tuple(told))) is None:
            found = known[said] = {
                key: str(name) for names in said for key, name in zip(keys, names, strict=True) if name
            }
        people[code] = found
    return people


def _focal_point(material: Material, agency: str, program: str) -> FocalPoint | None:
    points = material.register.focal_points_on(material.today, agency)
    return next((p for p in points if p.program == program), None) or next(
        (p for p in points if p.program in (None, GENERAL)), None
    )


class _Own:
    """What is each agency's own, sorted out once: nobody looks through the whole province for every workbook."""

    def __init__(self, snapshot: Snapshot, material: Material) -> None:
        self._rows = _newest(material.merged, {period.key for period in snapshot.periods.values()})
        self._held = _by(material.merged.held, lambda row: row.submission)
        self._changes = _by(material.changes, lambda change: change.submission)
        placed = list(enumerate(snapshot.findings))
        self._of_file = _by(placed, lambda found: found[1].submission)
        self._of_none = _by((found for found in placed if found[1].submission is None), lambda found: found[1].agency)

    def rows(self, agency: str, period: Period) -> tuple[Row, ...]:
        """The newest good row of the period for each task, as the agency wrote it."""
        return tuple(self._rows.get((agency, period.key), ()))

    def held(self, submission: Submission | None) -> tuple[Row, ...]:
        return tuple(self._held.get(submission.id, ())) if submission else ()

    def changes(self, submission: Submission | None) -> tuple[Change, ...]:
        return tuple(self._changes.get(submission.id, ())) if submission else ()

    def findings(self, submission: Submission | None, agency: str, tasks: list[TaskFigure]) -> tuple[Finding, ...]:
        """What the agency is told: the findings of its file, and those on its open tasks that no file carries."""
        if submission is None:
            return ()
        told, others = list(self._of_file.get(submission.id, ())), self._of_none.get(agency, ())
        open_codes = {t.task.code for t in tasks if t.status not in DONE} if others else frozenset()
        for place, f in others:
            if f.task in open_codes and f.rule[0] in ABOUT_TASKS:
                told.append((place, f))
        return tuple(f for _, f in sorted(told, key=lambda found: found[0]))


def _newest(merged: Merged, periods: set[str]) -> dict[tuple[str, str], list[Row]]:
    """(agency, period) → its newest good row for each task."""
    found: dict[tuple[str, str], list[Row]] = {}
    files: dict[int, list[Row]] = {}  # where the rows of each file belong
    for rows in merged.rows.values():
        if len(rows) > 1:
            rows = tuple({(row.source.agency, row.source.period): row for row in rows}.values())
        for row in rows:
            source = row.source
            if (own := files.get(id(source))) is None:
                asked = source.period in periods
                own = files[id(source)] = found.setdefault((source.agency, source.period), []) if asked else []
            own.append(row)
    return found


def _by(items: Iterable[_Item], key: Callable[[_Item], _Key]) -> dict[_Key, list[_Item]]:
    groups: dict[_Key, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
