"""A request in, the answer of a child process with limits of time and memory out, or what the child died of.

Whatever takes apart what strangers sent runs in such a child: when it dies or stalls, one file is to blame, and a new
child goes on. One JSON line asks, one answers.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nvbatch.config import Intake


LOOK_EVERY = 0.05  # seconds between two looks at the child's memory
_START_SECONDS = 60.0  # a child that is not ready by then has failed, whatever the machine
_MB = 1024 * 1024
_SIGXCPU = 24
_CPU_IS_LIMITED = find_spec("resource") is not None
_NOT_THE_FILE = (0, 1, -9)  # it ended by itself, an exception of ours, a kill from outside: no library's doing
# What a child may know of our surroundings: nothing that could be a password.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Death:
    """Why there was no answer. ``why``: time (it stalled), cpu, memory or crash; ``code``: its exit status."""

    why: str
    code: int

    @property
    def certain(self) -> bool:
        """Would the same happen again? Not what a slow machine did, a refusing disk or someone who killed it."""
        return self.why in ("cpu", "memory") or (self.why == "crash" and self.code not in _NOT_THE_FILE)

    @property
    def from_outside(self) -> bool:
        """Was the request surely not to blame? One that only computes too long is ended by the system, where it can."""
        return not self.certain and (self.why == "crash" or _CPU_IS_LIMITED)


class NoChild(OSError):
    """The machine does not let a child process start: out of processes, memory or disk."""


class Worker:
    """A child process that is started when first asked and started anew when it has died. Close it in the end."""

    def __init__(self, module: str, limits: Intake, **told: Any) -> None:
        self._module, self._limits = module, limits
        self._told = {"limits": limits.model_dump(mode="json"), **told}
        self._request: Mapping[str, Any] = {}
        self.child: Child | None = None

    def ask(self, request: Mapping[str, Any]) -> Answer | Death:
        """The answer to a request, or why there is none: then the request is to blame, and the child is gone.

        What may have come from outside is tried once more. Raises OSError when no child can be started.
        """
        self.send(request)
        return self.receive()

    def start(self) -> Child:
        """Let the child start, unless it runs; nobody waits for it."""
        if self.child is None or not self.child.alive:
            self.close()
            self.child = Child(self._module, self._limits, self._told)
        return self.child

    @property
    def ready(self) -> bool:
        """Would a request be worked on at once?"""
        return self.child is not None and self.child.has_spoken

    def send(self, request: Mapping[str, Any]) -> None:
        """Begin a request; :meth:`receive` must be called before the next one."""
        self._request = request
        self.start().send(request)

    def receive(self) -> Answer | Death:
        """The answer to the request that was sent; see :meth:`ask`."""
        answer = self._receive()
        if isinstance(answer, Death) and answer.why == "crash" and not answer.certain:
            self.send(self._request)
            answer = self._receive()
        return answer

    def _receive(self) -> Answer | Death:
        assert self.child is not None
        answer = self.child.receive()
        if answer is not None:
            return answer
        death = self.child.death()
        self.close()
        return death

    def close(self) -> None:
        if self.child is not None:
            self.child.close()
            self.child = None


class Child:
    """One process and what is known of it."""

    def __init__(self, module: str, limits: Intake, told: Mapping[str, Any]) -> None:
        self._limits = limits
        self._why = ""
        self._unheard = False
        self._sent = 0.0
        self._heard: queue.Queue[bytes] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],  # nothing from the folder we happen to stand in
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        self._errors = bytearray()
        self._threads = (
            self._listen(self._hear, self.process.stdout),
            self._listen(self._overhear, self.process.stderr),
        )
        self._module, self._started = module, False
        self.send(told)

    def _last_words(self) -> str:
        return bytes(self._errors[-200:]).decode("utf-8", "replace").strip().rpartition("\n")[2]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None and not self._why

    @property
    def has_spoken(self) -> bool:
        """Has it started, or answered?"""
        return self._started or not self._heard.empty()

    def send(self, request: Mapping[str, Any]) -> None:
        """Hand over a request. One that could not be handed over is noticed when its answer is waited for."""
        self._sent = time.monotonic()
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self._unheard = True

    def receive(self) -> Answer | None:
        """Wait for the answer; None when the child died, stalled or took too much memory.

        Raises NoChild when it has not even started.
        """
        if not self._started:
            if self._answer(_START_SECONDS) is None:
                self.close()
                raise NoChild(errno.EAGAIN, f"{self._module}: {self._last_words()}", self._module)
            self._started, self._sent = True, time.monotonic()
        return self._answer(self._limits.max_seconds)

    def _answer(self, seconds: float) -> Answer | None:
        end = self._sent + seconds
        while not self._unheard:
            try:
                line = self._heard.get(timeout=LOOK_EVERY)
                answer: Answer | None = json.loads(line) if line else None
                return answer
            except queue.Empty:
                self._why = "time" if time.monotonic() > end else "memory" if self._too_big() else ""
                if self._why:
                    return None
        return None

    def death(self) -> Death:
        """Why there was no answer; the process is ended if it still runs."""
        code = self._stop()
        if self._why == "time":
            return Death("time", code)
        if code == -_SIGXCPU:
            return Death("cpu", code)
        if self._why == "memory" or b"memory allocation" in self._errors or b"MemoryError" in self._errors:
            return Death("memory", code)
        return Death("crash", code)

    def close(self) -> None:
        """End it now: an idle child has nothing to lose, and waiting for its goodbye costs more than its work."""
        if self.process.poll() is None:
            self.process.kill()
        self._stop()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _stop(self) -> int:
        """End the process if it still runs; give its exit status."""
        if self.process.stdin is not None and not self._why:
            with contextlib.suppress(OSError):
                self.process.stdin.close()  # an idle child ends by itself
        try:
            code = self.process.wait(timeout=0 if self._why else 2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for thread in self._threads:
            thread.join(timeout=2)
        return code

    def _too_big(self) -> bool:
        """A process's own limit counts addresses, and Windows knows none: so what it really holds is watched."""
        held = resident(self.process.pid)
        return held is not None and held > self._limits.max_memory_mb * _MB

    def _listen(self, what: Callable[[IO[bytes]], None], stream: IO[bytes] | None) -> threading.Thread:
        thread = threading.Thread(target=what, args=(stream,), daemon=True)
        thread.start()
        return thread

    def _hear(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._heard.put(line)
        self._heard.put(b"")

    def _overhear(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._errors += line[:2000]
            del self._errors[:-20_000]


def resident(pid: int) -> int | None:
    """Bytes of real memory that a process holds; None when nobody can say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError, AttributeError):
        pass
    try:
        import psutil  # a dependency where there is no /proc
    except ImportError:
        return None
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    roots = [
        str(Path(__file__).resolve().parent.parent),
        *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)),
    ]
    return known | {"PYTHONPATH": os.pathsep.join(roots), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
