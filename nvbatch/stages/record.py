"""Snapshot in, the mapping of run.json out (contract 7): the same figures as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nvbatch.model import AgencyFigure, Finding, Output, Period, Snapshot, Submission, TaskFigure
from nvbatch.totals import breakdowns


@dataclass(frozen=True, slots=True)
class Each:
    """A list of run.json whose entries are made when they are asked for: 100,000 tasks never stand there twice."""

    of: Callable[[Any], Mapping[str, Any]]
    things: Iterable[Any]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return map(self.of, self.things)


def record(snapshot: Snapshot, *, run_id: str, version: str, generated_at: str, published: bool,
           outputs: Iterable[Output]) -> dict[str, Any]:  # fmt: skip
    """Only ``generated_at`` and ``run.id`` differ between two runs of the same archive, register and as-of."""
    parts = sections(
        snapshot, run_id=run_id, version=version, generated_at=generated_at, published=published, outputs=outputs
    )
    return {key: list(part) if isinstance(part, Each) else part for key, part in parts.items()}


def text_of(parts: Mapping[str, Any]) -> Iterator[str]:
    """run.json, piece by piece: its lists with an entry a line, which people can read and programs can compare."""
    yield "{"
    for number, (key, part) in enumerate(parts.items()):
        yield f"{',' if number else ''}\n {_LINE.encode(key)}: "
        if not isinstance(part, (Each, list)):
            yield _BLOCK.encode(part).replace("\n", "\n ")
            continue
        entries = map(_LINE.encode, part)
        first = next(entries, None)
        yield "[]" if first is None else f"[\n  {first}"
        yield from (f",\n  {entry}" for entry in entries)
        yield "" if first is None else "\n ]"
    yield "\n}\n"


_LINE = json.JSONEncoder(ensure_ascii=False)
_BLOCK = json.JSONEncoder(ensure_ascii=False, indent=1)


def sections(snapshot: Snapshot, *, run_id: str, version: str, generated_at: str, published: bool,
             outputs: Iterable[Output]) -> dict[str, Any]:  # fmt: skip
    """What :func:`record` gives, its lists still to be made."""
    conference = snapshot.conference
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
        "submissions": Each(_submission, snapshot.submissions),
        "agencies": Each(_agency, snapshot.agencies),
        "tasks": Each(_task, snapshot.tasks),
        "decisions": list(snapshot.decisions),
        "findings": Each(_finding, snapshot.findings),
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


def _task(t: TaskFigure) -> Mapping[str, Any]:
    source = None if t.row is None else {"sha256": t.row.sha256, "sheet": t.row.sheet, "row": t.row.row}
    return {
        "code": t.task.code,
        "lead_agency": t.lead_agency,
        "task_class": t.task.task_class,
        "program": t.task.program,
        "deadline": t.deadline.isoformat() if t.deadline else None,
        "original_deadline": t.original_deadline.isoformat() if t.original_deadline else None,
        "status": str(t.status),
        "days_overdue": t.days_overdue,
        "recurring_met": t.recurring_met,
        "reminders_due": t.reminders_due,
        "flags": list(t.flags),
        "aggregated": t.aggregated,
        "source": source,
    }


def _finding(f: Finding) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rule": f.rule,
        "severity": str(f.severity),
        "agency": f.agency,
        "task": f.task,
        "submission": f.submission,
        "file": f.file,
        "sha256": f.sha256,
        "sheet": f.sheet,
        "row": f.row,
        "cell": f.cell,
        "column": f.column,
        "value": f.value,
        "expected": f.expected,
        "message": f.message,
        "fix": f.fix,
    }
    return data | {"waived": True} if f.waived else data
