"""One run at a time: the second one learns who, where and since when; the dead hold nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mail_factory import make_workspace

from nvbatch.lock import Held, hold
from nvbatch.workspace import Workspace

HOLDER = """
import sys, time
from pathlib import Path
from nvbatch.lock import hold
from nvbatch.workspace import Workspace
with hold(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[Workspace, subprocess.Popen[str]]]:
    """A workspace that another process holds."""
    workspace = make_workspace(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(workspace.root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout is not None and process.stdout.readline().strip() == "held"
    yield workspace, process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_is_told_who_holds_the_workspace(other: tuple[Workspace, subprocess.Popen[str]]) -> None:
    workspace, process = other
    with pytest.raises(Held) as refused, hold(workspace):
        pass
    text = str(refused.value)
    assert socket.gethostname() in text and str(process.pid) in text
    assert "Không gian làm việc đang được sử dụng bởi người dùng" in text and " ngày " in text


def test_the_lock_of_a_killed_run_does_not_block(other: tuple[Workspace, subprocess.Popen[str]]) -> None:
    workspace, process = other
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    with hold(workspace):
        note = json.loads((workspace.root / ".nvbatch.lock.json").read_text(encoding="utf-8"))
        assert note["pid"] == os.getpid()


def test_the_workspace_is_free_again_afterwards_even_after_an_error(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    with pytest.raises(ZeroDivisionError), hold(workspace):
        raise ZeroDivisionError
    with hold(workspace):
        pass
    assert not (workspace.root / ".nvbatch.lock.json").exists()


def test_an_unreadable_note_still_gives_a_plain_sentence(
    other: tuple[Workspace, subprocess.Popen[str]],
) -> None:
    workspace, _ = other
    (workspace.root / ".nvbatch.lock.json").write_text("{", encoding="utf-8")
    with pytest.raises(Held, match="chưa rõ người dùng"), hold(workspace):
        pass
