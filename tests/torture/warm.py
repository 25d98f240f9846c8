"""Every child forked instead of started: a point of torture then costs a run and no more."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import IO, Any

from nvbatch import child, child_side

ENDED = 0.01  # seconds between two looks whether a forked child has ended


@contextlib.contextmanager
def forked_children() -> Iterator[None]:
    """Reader and opener are forked from this process. They are processes all the same, and strace follows them."""
    real = child.subprocess
    child.subprocess = SimpleNamespace(  # type: ignore[assignment]
        Popen=Forked, PIPE=real.PIPE, TimeoutExpired=real.TimeoutExpired
    )
    try:
        yield
    finally:
        child.subprocess = real


class Forked:
    """As much of subprocess.Popen as a Child uses."""

    def __init__(self, command: list[str], **_: Any) -> None:
        (asks, self._stdin), (self._stdout, says), (self._stderr, moans) = os.pipe(), os.pipe(), os.pipe()
        self.pid = os.fork()
        if not self.pid:
            _serve(command[-1], asks, says, moans)
        for end in (asks, says, moans):
            os.close(end)
        self.stdin: IO[bytes] = os.fdopen(self._stdin, "wb")
        self.stdout: IO[bytes] = os.fdopen(self._stdout, "rb")
        self.stderr: IO[bytes] = os.fdopen(self._stderr, "rb")
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if done else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() >= end:
                raise subprocess.TimeoutExpired("child", timeout or 0)
            time.sleep(ENDED)
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _serve(module: str, asks: int, says: int, moans: int) -> None:
    status = 1
    try:
        for number, end in enumerate((asks, says, moans)):
            os.dup2(end, number)
        os.closerange(3, 256)
        child_side._limit_memory = lambda limits: None  # all of our imports count as its own here
        child_side.serve(importlib.import_module(module)._prepare)
        status = 0
    except BaseException as error:
        os.write(2, repr(error).encode())
    finally:
        os._exit(status)
