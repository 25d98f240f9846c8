"""A mail server whose line is cut and a sender that is killed in; what was lost or came twice out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from nvbatch.demo import play
from tests.cut_sending import cut_everywhere, kill_sending
from tests.torture.report import Report
from tests.torture.strike import CALLS, can_strike

POSITIONS = 200


def mailout(folder: Path, *, positions: int = POSITIONS) -> list[Report]:
    """Lines cut on the way to the server and back, and a death before every system call, those to the server too."""
    source = _ready(folder)
    ups = positions // 2
    cuts = _report("mail server, line cut", lambda: sum(cut_everywhere(source, folder, ups, positions - ups).values()))
    if no := can_strike():
        return [cuts, Report("mail server, sender killed", skipped=no)]
    calls = (*CALLS, "sendto")
    return [cuts, _report("mail server, sender killed", lambda: kill_sending(source, folder, calls, positions))]


def sending_killed(folder: Path, calls: Sequence[str], *, most: int, breaking: Callable[[], None]) -> Report:
    """A build that is broken in what it sends, killed at each of those calls; stops at the first wrong."""
    source = _ready(folder)
    return _report("sender killed", lambda: kill_sending(source, folder, calls, most, breaking))


def _ready(folder: Path) -> Path:
    """An office whose outbox waits to be sent."""
    source = folder / "vp"
    for _ in play("so-nho", source):
        pass
    return source


def _report(kind: str, work: Callable[[], int]) -> Report:
    """Positions that went well; the first that did not is what is wrong."""
    try:
        return Report(kind, points=work())
    except (AssertionError, OSError) as wrong:
        return Report(kind, wrong=[f"{type(wrong).__name__}: {str(wrong)[:300]}"])
