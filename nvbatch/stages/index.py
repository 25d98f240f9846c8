"""Submissions, good rows and findings in, lines for the ledger out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nvbatch.model import Finding, Merged, Row, Submission


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a table, each made when it is asked for: a province's rows as text are never held together."""

    of: Callable[[Any], tuple[Any, ...]]
    things: Sequence[Any]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return map(self.of, self.things)

    def __len__(self) -> int:
        return len(self.things)


def ledger_lines(submissions: Sequence[Submission], merged: Merged, findings: Sequence[Finding]) -> dict[str, Lines]:
    """Keyword arguments of ``Ledger.replace``: columns as in ``ledger.TABLES``. Held rows stay in it too."""
    good = [(r, "merged") for rows in merged.rows.values() for r in rows]
    held = [(r, "held") for r in merged.held]
    lines = sorted([*good, *held], key=lambda line: (line[0].received_at, line[0].sequence, line[0].row, line[1]))
    return {
        "submissions": Lines(_submission, submissions),
        "updates": Lines(_update, lines),
        "findings": Lines(_finding, findings),
    }


def _submission(s: Submission) -> tuple[Any, ...]:
    return (
        s.id, s.document.sha256, s.document.container_sha256, s.document.name, s.agency, s.program, s.period,
        str(s.state), str(s.timeliness), int(s.sender_known), s.document.receipt.received_at.isoformat(),
        s.rows_read, s.rows_merged, s.rows_held, s.rows_skipped,
    )  # fmt: skip


def _update(line: tuple[Row, str]) -> tuple[Any, ...]:
    r, standing = line
    fields = {k: _plain(v) for k, v in {**r.values, **r.raw}.items() if v is not None}
    return (
        r.submission, r.get("task_code"), r.agency, r.program, r.period, r.received_at.isoformat(), r.sheet, r.row,
        r.get("reported_status"), _plain(r.get("progress")), _plain(r.get("completed_on")), standing,
        _TEXT.encode(fields),
    )  # fmt: skip


def _finding(f: Finding) -> tuple[Any, ...]:
    return (
        f.rule, str(f.severity), f.agency, f.task, f.submission, f.sha256, f.sheet, f.cell, f.column, f.value,
        int(f.waived),
    )  # fmt: skip


_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
