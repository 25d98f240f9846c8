"""A workspace and a moment in, the answer of `status` out: an earlier one where nothing has happened since.

The answer is kept under the digest of everything that it depends on, with the span of time in which it holds.
"""

from __future__ import annotations

import contextlib
import json
from datetime import datetime

from nvbatch import durable
from nvbatch.inputs import digest_of
from nvbatch.turnout import StatusResult, result_from, with_waiting
from nvbatch.workspace import Workspace

FORMAT = 1
KEPT = "status.json"  # one answer: the newest


def status(ws: Workspace, *, as_of: datetime) -> StatusResult:
    """Who has sent a report of the period that as-of lies in, who has not, and when entry closes."""
    waiting = sum(path.is_file() and path.name != "receipts.csv" for path in ws.inbox.glob("*"))
    digest = digest_of(ws, ws.config, {"asked": "status"}, None) if ws.config.is_file() else ""
    known = _known(ws, digest, as_of, waiting) if digest else None
    if known is not None:
        return known
    from nvbatch.owing import standing

    answer, until = standing(ws, as_of=as_of)
    _keep(ws, digest, answer, as_of, until)
    return with_waiting(answer, waiting)


def _known(ws: Workspace, digest: str, as_of: datetime, waiting: int) -> StatusResult | None:
    try:
        note = json.loads((ws.cache / KEPT).read_bytes())
        if (note["format"], note["digest"]) != (FORMAT, digest):
            return None
        if not datetime.fromisoformat(note["since"]) <= as_of < datetime.fromisoformat(note["until"]):
            return None
        return result_from(note["answer"], waiting=waiting)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(ws: Workspace, digest: str, answer: StatusResult, since: datetime, until: datetime) -> None:
    note = {
        "format": FORMAT,
        "digest": digest,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "answer": answer.plain(),
    }
    with contextlib.suppress(OSError):
        ws.cache.mkdir(exist_ok=True)
        durable.write_bytes(ws.cache / KEPT, json.dumps(note, ensure_ascii=False).encode(), lasting=False)
