"""A workspace in, held by one run at a time; a second one learns who holds it, on which machine and since when."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from nvbatch.journal import user_name
from nvbatch.workspace import Workspace


class Held(Exception):
    """Another run holds the workspace; the text is Vietnamese."""


@contextlib.contextmanager
def hold(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for the block. Raises :class:`Held` at once when another run works in it.

    The system itself frees the lock of a dead process, so nothing stale ever blocks; the note beside it only tells.
    """
    lock = FileLock(workspace.root / ".nvbatch.lock", timeout=0, fallback_to_soft=False)
    note = workspace.root / ".nvbatch.lock.json"
    try:
        lock.acquire()
    except Timeout:
        raise Held(_who(note)) from None
    try:
        with contextlib.suppress(OSError):  # the note only tells; a full disk is for the work itself to meet
            note.write_text(json.dumps(_self(), ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _self() -> dict[str, object]:
    since = datetime.now().astimezone().replace(microsecond=0)
    return {"host": socket.gethostname(), "user": user_name(), "since": since.isoformat(), "pid": os.getpid()}


def _who(note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(holder["since"]).strftime("%H giờ %M phút %S giây ngày %d/%m/%Y")
        who = f"người dùng «{holder['user']}» trên máy «{holder['host']}» (tiến trình {holder['pid']}) từ {since}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "một tiến trình khác (chưa rõ người dùng)"
    return f"Không gian làm việc đang được sử dụng bởi {who}. Hãy đợi lượt chạy đó kết thúc rồi thực hiện lại."
