"""A real mailbox whose line is cut and a collector that is killed in; what was lost or doubled out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cut_connections import cut_moving, cut_reading, kill_collecting
from tests.dovecot_server import PostOffice, running, why_missing
from tests.torture.report import Report
from tests.torture.strike import CALLS, can_strike

POSITIONS = 200


def postbox(folder: Path, *, positions: int = POSITIONS) -> list[Report]:
    """Lines cut while reading and while moving, a death before every system call, those to the server too."""
    if missing := why_missing():
        return [Report("mailbox", skipped=missing)]
    with running() as office:
        cuts = [
            _report(
                "mailbox, line cut while reading", positions, lambda: cut_reading(office, folder / "doc", positions)
            ),
            _report("mailbox, line cut while moving", positions, lambda: cut_moving(office, folder / "doi", positions)),
        ]
        return [*cuts, _killed(office, folder / "chet", positions)]


def _killed(office: PostOffice, folder: Path, most: int) -> Report:
    name = "mailbox, collector killed"
    if no := can_strike():
        return Report(name, skipped=no)
    reports = [
        _report(call, 0, lambda call=call: kill_collecting(office, folder / call, (call,), most))
        for call in (*CALLS, "sendto")
    ]
    return Report(
        name, points=sum(r.points for r in reports), wrong=[f"{r.kind}: {w}" for r in reports for w in r.wrong]
    )


def _report(kind: str, points: int, work: Callable[[], int]) -> Report:
    """``points``: how many there are, 0 when the work itself counts them."""
    try:
        done = work()
    except (AssertionError, OSError) as wrong:
        return Report(kind, points=points, wrong=[f"{type(wrong).__name__}: {str(wrong)[:300]}"])
    return Report(kind, points=points or done)
