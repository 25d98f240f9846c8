"""The folder inbox in, the files that may be taken out, and for every other one the reason why it stays."""

from __future__ import annotations

import secrets
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from nvbatch.durable import TEMPORARY
from nvbatch.intake.receipts import RECEIPTS
from nvbatch.intake.unpack import shown_name

SETTLED = 2.0  # seconds without a change: then nobody is writing the file any more
FUTURE = 60.0  # seconds: a file "changed" later than this from now comes from a machine whose clock is wrong
WRITING = "đang được ghi"
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Looked:
    """``settled`` in order of name; ``left``: shown name → Vietnamese reason."""

    settled: tuple[Path, ...]
    left: dict[str, str] = field(default_factory=dict)


def look(inbox: Path) -> Looked:
    """What may be taken: settled files of the top level. What was clearly not meant for us stays without a word."""
    settled: list[Path] = []
    left: dict[str, str] = {}
    doubtful: dict[Path, Mark] = {}
    now = _folder_clock(inbox)
    for entry in sorted(inbox.iterdir(), key=lambda path: unicodedata.normalize("NFC", path.name)):
        try:
            reason = _why_left(entry, now)
            if reason is None and now - entry.stat().st_mtime < -FUTURE:
                doubtful[entry] = mark(entry)
            elif reason is None:
                settled.append(entry)
            elif reason:
                left[shown_name(entry.name)] = reason
        except FileNotFoundError:
            continue  # taken away while we looked
    if doubtful:  # their clock tells nothing, so watch the files themselves
        time.sleep(SETTLED)
        settled += [entry for entry, before in doubtful.items() if entry.exists() and mark(entry) == before]
    return Looked(tuple(settled), left)


def find_list(inbox: Path) -> Path | None:
    """receipts.csv, once nobody is saving it any more (two seconds at most)."""
    path = next((p for p in inbox.iterdir() if p.name.lower() == RECEIPTS and p.is_file()), None)
    if path is not None:
        time.sleep(max(0.0, min(SETTLED, SETTLED - (_folder_clock(inbox) - path.stat().st_mtime))))
    return path


def mark(path: Path) -> Mark:
    """What changes when a file is written to or replaced."""
    state = path.stat()
    return (state.st_size, state.st_mtime_ns, state.st_ino)


def _folder_clock(folder: Path) -> float:
    """What the machine that keeps the folder takes for now: on a share its clock, not ours, dates the files."""
    probe = folder / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        probe.touch()
        return probe.stat().st_mtime
    finally:
        probe.unlink(missing_ok=True)


def _why_left(path: Path, now: float) -> str | None:
    """Why a thing stays in inbox; None when it may be taken; "" when nobody need hear of it."""
    low = path.name.lower()
    if low in (RECEIPTS, "thumbs.db", "desktop.ini") or low.startswith((".", "~$")):
        return ""
    if low.endswith((".tmp", ".part", ".partial", ".crdownload")):
        return "đang được ghi hoặc tải về"
    if path.is_symlink() or not path.is_file():
        return "không phải là tệp; hãy để tệp trực tiếp trong inbox"
    state = path.stat()
    if state.st_size == 0:
        return "tệp rỗng (0 byte)"
    return WRITING if -FUTURE <= now - state.st_mtime < SETTLED else None
