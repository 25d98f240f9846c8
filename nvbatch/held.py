"""Files that no rule may merge: which they are, who sent them, and the Office's word on each, noted in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nvbatch.config import ConfigError
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import Finding, Submission, SubmissionState
from nvbatch.nearest import ask_for
from nvbatch.office import Assembled, open_office, open_periods
from nvbatch.quarantine import tidy_quarantine
from nvbatch.run import assemble
from nvbatch.workspace import Workspace

RELEASED, REFUSED = "released", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A quarantined file. ``sender`` is the address as received: for the operator's eyes, never for a log."""

    submission: Submission
    reasons: tuple[Finding, ...]
    sender: str | None
    copy: Path | None  # the readable copy in quarantine/, once a run has made it


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    id: str
    deed: str  # released or refused
    who: str
    why: str


def held_files(ws: Workspace, *, as_of: datetime) -> tuple[Held, ...]:
    """Every file that waits for the Office at as-of, oldest first."""
    return tuple(_held(ws, done_of(ws, as_of)))


def decide(ws: Workspace, submission: str, deed: str, *, why: str, now: datetime, who: str | None = None) -> Decision:
    """Release or refuse a quarantined file; the next run acts on it. Raises ConfigError when it is not held."""
    if not why.strip():
        raise ConfigError("Cần ghi lý do (--reason) để lưu vào nhật ký.")
    with hold(ws):
        waiting = {h.submission.id: h for h in held_files(ws, as_of=now)}
        if submission not in waiting:
            known = ", ".join(sorted(waiting)) or "không có"
            near = ask_for(submission, waiting)
            raise ConfigError(f"Tệp «{submission}» không ở trạng thái tạm giữ.{near} Các tệp đang tạm giữ: {known}.")
        noted = Journal(ws).append(deed, at=now, who=who, submission=submission, why=why.strip())
        tidy_quarantine(ws, (id for id in waiting if id != submission))
    return Decision(id=submission, deed=deed, who=str(noted["who"]), why=why.strip())


def done_of(ws: Workspace, as_of: datetime) -> Assembled:
    """What a run at as-of would know."""
    office = open_office(ws)
    return assemble(office, as_of=as_of, periods=open_periods(office, as_of, None), conference=None)


def _held(ws: Workspace, done: Assembled) -> list[Held]:
    found = []
    for s in done.submissions:
        if s.state is not SubmissionState.QUARANTINED:
            continue
        folder = ws.quarantine / s.id
        copies = [p for p in folder.iterdir() if p.name != "ly-do.txt"] if folder.is_dir() else []
        found.append(
            Held(
                submission=s,
                reasons=done.reasons.get(s.id, ()),
                sender=s.document.receipt.sender,
                copy=copies[0] if copies else None,
            )
        )
    return found
