"""Snapshot in, the mapping of run.json out (contract 7): the same figures as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nvbatch.model import AgencyFigure, Finding, Output, Period, Snapshot, Submission, TaskFigure
from nvbatch.totals import breakdowns


def record(snapshot: Snapshot, *, run_id: str, version: str, generated_at: str, published: bool,
           outputs: Iterable[Output]) -> dict[str, Any]:  # fmt: skip
    """Only ``generated_at`` and ``run.id`` differ between two runs of the same archive, register and as-of."""
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
        "submissions": [_submission(s) for s in snapshot.submissions],
        "agencies": [_agency(a) for a in snapshot.agencies],
        "tasks": [_task(t) for t in snapshot.tasks],
        "decisions": list(snapshot.decisions),
        "findings": [_finding(f) for f in snapshot.findings],
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
