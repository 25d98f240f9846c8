"""Submissions, good rows and findings in, lines for the ledger out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from nvbatch.model import Finding, Merged, Row, Submission


def ledger_lines(
    submissions: Iterable[Submission], merged: Merged, findings: Iterable[Finding]
) -> dict[str, list[tuple[Any, ...]]]:
    """Keyword arguments of ``Ledger.replace``: columns as in ``ledger.TABLES``. Held rows stay in it too."""
    good = [(r, "merged") for rows in merged.rows.values() for r in rows]
    held = [(r, "held") for r in merged.held]
    lines = sorted([*good, *held], key=lambda line: (line[0].received_at, line[0].sequence, line[0].row, line[1]))
    return {
        "submissions": [_submission(s) for s in submissions],
        "updates": [_update(row, standing) for row, standing in lines],
        "findings": [_finding(f) for f in findings],
    }


def _submission(s: Submission) -> tuple[Any, ...]:
    return (
        s.id, s.document.sha256, s.document.container_sha256, s.document.name, s.agency, s.program, s.period,
        str(s.state), str(s.timeliness), int(s.sender_known), s.document.receipt.received_at.isoformat(),
        s.rows_read, s.rows_merged, s.rows_held, s.rows_skipped,
    )  # fmt: skip


def _update(r: Row, standing: str) -> tuple[Any, ...]:
    fields = {k: _plain(v) for k, v in {**r.values, **r.raw}.items() if v is not None}
    return (
        r.submission, r.get("task_code"), r.agency, r.program, r.period, r.received_at.isoformat(), r.sheet, r.row,
        r.get("reported_status"), _plain(r.get("progress")), _plain(r.get("completed_on")), standing,
        json.dumps(fields, ensure_ascii=False, sort_keys=True),
    )  # fmt: skip


def _finding(f: Finding) -> tuple[Any, ...]:
    return (
        f.rule, str(f.severity), f.agency, f.task, f.submission, f.sha256, f.sheet, f.cell, f.column, f.value,
        int(f.waived),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
