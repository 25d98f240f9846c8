"""Snapshot in, the text of run.json out (contract 7): the same figures as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from json.encoder import encode_basestring
from typing import Any

from nvbatch.model import AgencyFigure, Finding, Output, Period, Row, Snapshot, Submission, TaskFigure
from nvbatch.totals import breakdowns

LINES_AT_ONCE = 1_000  # entries that are put together before they are written


@dataclass(frozen=True, slots=True)
class Each:
    """A list of run.json whose entries are made when they are written: 100,000 tasks never stand there as text.

    ``line``: one of ``things`` → its entry as JSON.
    """

    line: Callable[[Any], str]
    things: Iterable[Any]

    def __iter__(self) -> Iterator[str]:
        return map(self.line, self.things)


def text_of(parts: Mapping[str, Any]) -> Iterator[str]:
    """run.json, piece by piece: its lists with an entry a line, which people can read and programs can compare."""
    yield "{"
    for number, (key, part) in enumerate(parts.items()):
        yield f"{',' if number else ''}\n {_LINE.encode(key)}: "
        if isinstance(part, (Each, list)):
            yield from _list(iter(part) if isinstance(part, Each) else map(_LINE.encode, part))
        else:
            yield _BLOCK.encode(part).replace("\n", "\n ")
    yield "\n}\n"


def _list(entries: Iterator[str]) -> Iterator[str]:
    between = "[\n  "
    while lines := list(islice(entries, LINES_AT_ONCE)):
        yield between + ",\n  ".join(lines)
        between = ",\n  "
    yield "[]" if between[0] == "[" else "\n ]"


_LINE = json.JSONEncoder(ensure_ascii=False, default=date.isoformat)
_BLOCK = json.JSONEncoder(ensure_ascii=False, indent=1)


class _Said(dict[Any, str]):
    """What comes again in many entries (a name, a day, flags) → its JSON, made once. No numbers: 1 is True."""

    def __missing__(self, value: Any) -> str:
        if len(self) > _MOST_SAID:
            self.clear()
        made = self[value] = _LINE.encode(value)
        return made


_MOST_SAID = 20_000
_TRUTH = {True: "true", False: "false", None: "null"}


def sections(snapshot: Snapshot, *, run_id: str, version: str, generated_at: str, published: bool,
             outputs: Iterable[Output]) -> dict[str, Any]:  # fmt: skip
    """The parts of run.json in their order, its lists still to be made.

    Only ``generated_at`` and ``run.id`` differ between two runs of the same archive, register and as-of.
    """
    conference, said = snapshot.conference, _Said()
    return {
        "run": {
            "id": run_id,
            "as_of": snapshot.as_of.isoformat(),
            "generated_at": generated_at,
            "version": version,
            "provisional": snapshot.provisional,
            "published": published,
            "adjusts": snapshot.published_before,
            "periods": {program: _period(p) for program, p in sorted(snapshot.periods.items())},
            "conference": None
            if conference is None
            else {
                "held_on": conference.held_on.isoformat(),
                "lock_at": snapshot.lock_at.isoformat() if snapshot.lock_at else None,
            },
            **({"mail": dict(snapshot.mail)} if snapshot.mail else {}),
        },
        "totals": {
            "assigned": snapshot.totals.assigned,
            "by_status": dict(snapshot.totals.by_status),
            "by_class": dict(snapshot.totals.by_class),
            "by_program": dict(snapshot.totals.by_program),
            "carried_over": snapshot.totals.carried_over,
            "recurring_met": snapshot.totals.recurring_met,
            "not_aggregated": snapshot.totals.not_aggregated,
            "ratios": dict(snapshot.totals.ratios),
        },
        "breakdowns": breakdowns(snapshot.tasks, {a.agency.code: a.agency.level for a in snapshot.agencies}),
        "submissions": Each(lambda s: _LINE.encode(_submission(s)), snapshot.submissions),
        "agencies": Each(lambda a: _LINE.encode(_agency(a)), snapshot.agencies),
        "tasks": Each(_Tasks(said).entry, snapshot.tasks),
        "decisions": list(snapshot.decisions),
        "findings": Each(_Findings(said).entry, snapshot.findings),
        "outputs": [{"path": o.path, "kind": o.kind} for o in outputs],
    }


def _period(p: Period) -> Mapping[str, str]:
    return {
        "kind": p.kind,
        "key": p.key,
        "start": p.start.isoformat(),
        "end": p.end.isoformat(),
        "cutoff": p.cutoff.isoformat(),
    }


def _submission(s: Submission) -> Mapping[str, Any]:
    return {
        "id": s.id,
        "sha256": s.document.sha256,
        "container_sha256": s.document.container_sha256,
        "file": s.document.name,
        "agency": s.agency,
        "program": s.program,
        "sender_known": s.sender_known,
        "received_at": s.document.receipt.received_at.isoformat(),
        "period": s.period,
        "state": str(s.state),
        "timeliness": str(s.timeliness),
        "rows_read": s.rows_read,
        "rows_merged": s.rows_merged,
        "rows_held": s.rows_held,
        "rows_skipped": s.rows_skipped,
    }


def _agency(a: AgencyFigure) -> Mapping[str, Any]:
    return {
        "code": a.agency.code,
        "name": a.agency.name,
        "submitted": a.submitted,
        "tasks": a.tasks,
        "by_status": {str(k): v for k, v in a.by_status.items()},
        "flags": list(a.flags),
        "mark": a.mark,
        "silent_periods": a.silent_periods,
    }


class _Tasks:
    """Tasks → their entries. Whose a task is, how it stands and its file say the same of many: each is made once."""

    def __init__(self, said: _Said) -> None:
        self._said = said
        self._owners: dict[tuple[str, str, str], str] = {}
        self._standings: dict[tuple[Any, ...], str] = {}
        self._files: dict[int, str] = {}

    def entry(self, t: TaskFigure) -> str:
        task, row = t.task, t.row
        whose = (t.lead_agency, task.task_class, task.program)
        how = (id(t.due), t.status, t.flags, t.days_overdue, id(t.besides))
        return (
            f'{{"code": {encode_basestring(task.code)}, {self._owners.get(whose) or self._owner(whose)}, '
            f"{self._standings.get(how) or self._standing(how, t)}, "
            f'"source": {"null" if row is None else self._source(row)}}}'
        )

    def _owner(self, whose: tuple[str, str, str]) -> str:
        lead, task_class, program = map(self._said.__getitem__, whose)
        made = self._owners[whose] = f'"lead_agency": {lead}, "task_class": {task_class}, "program": {program}'
        return made

    def _standing(self, how: tuple[Any, ...], t: TaskFigure) -> str:
        """``how``: all that follows from the task's deadline, status and flags."""
        said, due = self._said, t.due
        if len(self._standings) > _MOST_SAID:
            self._standings.clear()
        made = self._standings[how] = (
            f'"deadline": {said[due.deadline]}, "original_deadline": {said[due.original]}, '
            f'"status": {said[t.status]}, "days_overdue": {_number(t.days_overdue)}, '
            f'"recurring_met": {_TRUTH[t.recurring_met]}, "reminders_due": {t.reminders_due}, '
            f'"flags": {said[t.flags]}, "aggregated": {_TRUTH[t.aggregated]}'
        )
        return made

    def _source(self, row: Row) -> str:
        source = row.source
        if (begun := self._files.get(id(source))) is None:
            begun = f'{{"sha256": {self._said[source.sha256]}, "sheet": {self._said[source.sheet]}, "row": '
            self._files[id(source)] = begun
        return f"{begun}{source.rows[row.line]}}}"


class _Findings:
    """Findings → their entries; where they lie says the same of many."""

    def __init__(self, said: _Said) -> None:
        self._said = said
        self._places: dict[tuple[str | None, ...], str] = {}

    def entry(self, f: Finding) -> str:
        said = self._said
        where = (f.submission, f.file, f.sha256, f.sheet)
        waived = ', "waived": true' if f.waived else ""
        return (
            f'{{"rule": {said[f.rule]}, "severity": {said[f.severity]}, "agency": {said[f.agency]}, '
            f'"task": {_text(f.task)}, {self._places.get(where) or self._place(where)}, "row": {_number(f.row)}, '
            f'"cell": {_text(f.cell)}, "column": {said[f.column]}, "value": {_text(f.value)}, '
            f'"expected": {said[f.expected]}, "message": {encode_basestring(f.message)}, "fix": {said[f.fix]}{waived}}}'
        )

    def _place(self, where: tuple[str | None, ...]) -> str:
        submission, file, sha256, sheet = map(self._said.__getitem__, where)
        made = f'"submission": {submission}, "file": {file}, "sha256": {sha256}, "sheet": {sheet}'
        self._places[where] = made
        return made


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)
