"""A job and a place to strike in; the job run in a child of ours and struck at its Nth system call, out.

The child is forked from a process that has everything imported, so that a point costs a run and no start. strace counts
the calls of each process and thread, each kind by itself: so the points are (call, N), N = 1 … until none is hit.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# What changes the state of a disk, in the order of what a mistake there would cost.
CALLS = ("rename", "unlink", "fsync", "write", "mkdir", "chmod", "fdatasync", "ftruncate", "pwrite64", "rmdir",
         "unlinkat", "utimensat")  # fmt: skip
HOW = {"kill": "signal=KILL", "enospc": "error=ENOSPC", "eio": "error=EIO"}
PATIENCE = 120.0  # seconds for one job; more is a hang, which is a finding too


@dataclass(frozen=True, slots=True)
class Struck:
    """What became of a job: its exit status (negative: the signal), and whether the Nth call was there to be struck."""

    status: int
    hit: bool
    said: str = ""


def can_strike() -> str | None:
    """None when strace works here; else why not."""
    if not sys.platform.startswith("linux") or shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "strace may not trace here"


def points(call: str, how: str, job: Callable[[], int], *, most: int = 60_000) -> Iterator[tuple[int, Struck]]:
    """Strike the job at the 1st, 2nd, 3rd … such call until none is left (or ``most`` is reached)."""
    for number in range(1, most + 1):
        struck = strike(job, call, how, number)
        if not struck.hit:
            return
        yield number, struck


def strike(job: Callable[[], int], call: str, how: str, number: int) -> Struck:
    """Run ``job`` in a forked child and strike its ``number``-th ``call``."""
    with tempfile.TemporaryDirectory(prefix="nvbatch-strike-") as folder:
        trace, words = Path(folder) / "trace", Path(folder) / "words"
        ready, go = os.pipe()
        child = _fork(job, ready, go, words)
        os.close(ready)
        tracer = _trace(child, trace, call, f"inject={call}:{HOW[how]}:when={number}")
        os.write(go, b"x")
        os.close(go)
        status = _waited(child)
        tracer.wait(timeout=PATIENCE)
        hit = status == -signal.SIGKILL or _made(trace, call) >= number
        return Struck(status, hit, words.read_text("utf-8", "replace"))


def _made(trace: Path, call: str) -> int:
    """How many such calls the busiest of the traced made or began; a call that is told in two lines is one."""
    calls = re.findall(rf"^(\d+) +{call}\(".encode(), trace.read_bytes(), re.MULTILINE)
    return max(Counter(calls).values(), default=0)


def undisturbed(job: Callable[[], int]) -> Struck:
    """The same job with nothing in its way."""
    with tempfile.TemporaryDirectory(prefix="nvbatch-strike-") as folder:
        words = Path(folder) / "words"
        ready, go = os.pipe()
        child = _fork(job, ready, go, words)
        os.close(ready)
        os.close(go)
        return Struck(_waited(child), False, words.read_text("utf-8", "replace"))


def _fork(job: Callable[[], int], ready: int, go: int, words: Path) -> int:
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.setsid()
        os.close(go)
        said = os.open(words, os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.read(ready, 1)  # until the tracer is there
        status = job()
    except BaseException as error:  # what escapes the job is what a user would see as a traceback
        with contextlib.suppress(BaseException):
            os.write(2, f"TRACEBACK {type(error).__name__}: {error}".encode("utf-8", "replace"))
    finally:
        os._exit(status)


def _trace(child: int, trace: Path, call: str, inject: str) -> subprocess.Popen[bytes]:
    command = ["strace", "-f", "-p", str(child), "-o", str(trace), "-e", f"trace={call}", "-e", inject]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if b"attached" not in line:
        os.kill(child, signal.SIGKILL)
        raise RuntimeError(f"strace: {line!r}")
    return tracer


def _waited(child: int) -> int:
    """Exit status of the child; one that hangs is killed and gives 124. Orphans of its session are ended too."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end_session(child)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _end_session(child)
    return 124


def _end_session(child: int) -> None:
    """A reader process whose parent was killed ends by itself at its next breath; nothing waits for that here."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
