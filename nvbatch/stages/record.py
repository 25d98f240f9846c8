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
        "findings": Each(lambda f: _finding(f, said), snapshot.findings),
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
    """Tasks → their entries. Status, flags and file say the same of many: their part of the entry is made once."""

    def __init__(self, said: _Said) -> None:
        self._said = said
        self._ends: dict[tuple[Any, ...], str] = {}
        self._files: dict[int, str] = {}

    def entry(self, t: TaskFigure) -> str:
        task, due, said, days, alike = t.task, t.due, self._said, t.days_overdue, (t.flags, t.status)
        return (
            f'{{"code": {encode_basestring(task.code)}, "lead_agency": {said[t.lead_agency]}, '
            f'"task_class": {said[task.task_class]}, "program": {said[task.program]}, '
            f'"deadline": {said[due.deadline]}, "original_deadline": {said[due.original]}, '
            f'"status": {said[t.status]}, "days_overdue": {"null" if days is None else days}, '
            f'"recurring_met": {_TRUTH[t.besides.recurring_met]}, "reminders_due": {t.besides.reminders_due}, '
            f"{self._ends.get(alike) or self._end(alike, t)}{self._source(t.row)}}}"
        )

    def _end(self, alike: tuple[Any, ...], t: TaskFigure) -> str:
        """``alike``: what flags and aggregation follow from."""
        made = self._ends[alike] = f'"flags": {self._said[t.flags]}, "aggregated": {_TRUTH[t.aggregated]}, "source": '
        return made

    def _source(self, row: Row | None) -> str:
        if row is None:
            return "null"
        source = row.source
        if (begun := self._files.get(id(source))) is None:
            begun = f'{{"sha256": {self._said[source.sha256]}, "sheet": {self._said[source.sheet]}, "row": '
            self._files[id(source)] = begun
        return f"{begun}{source.rows[row.line]}}}"


def _finding(f: Finding, said: _Said) -> str:
    waived = ', "waived": true' if f.waived else ""
    return (
        f'{{"rule": {said[f.rule]}, "severity": {said[f.severity]}, "agency": {said[f.agency]}, '
        f'"task": {_text(f.task)}, "submission": {said[f.submission]}, "file": {said[f.file]}, '
        f'"sha256": {said[f.sha256]}, "sheet": {said[f.sheet]}, "row": {_number(f.row)}, "cell": {_text(f.cell)}, '
        f'"column": {said[f.column]}, "value": {_text(f.value)}, "expected": {said[f.expected]}, '
        f'"message": {_text(f.message)}, "fix": {said[f.fix]}{waived}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)
