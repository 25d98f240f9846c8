"""Workbooks read in a child process with limits of time and memory; one JSON line asks, one answers.

A file may hang or kill the libraries that open it: then the child is gone, the file is blamed, a new child goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from nvbatch import rowcache
from nvbatch.config import Intake
from nvbatch.model import Note, Reading
from nvbatch.reading import read_in_process

_LOOK_EVERY = 0.1  # seconds between two looks at the child's memory
_START_SECONDS = 60.0  # a child that is not ready by then has failed, whatever the machine
_MB = 1024 * 1024
# What a child may know of our surroundings: nothing that could be a password.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


class Reader:
    """A reader process that is started when first asked and started anew when it dies. Use it in a ``with``."""

    def __init__(self, limits: Intake, schemas: Path | None) -> None:
        self._limits = limits
        self._schemas = schemas
        self._child: _Child | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: Path, *, name: str, sha256: str, out: Path) -> Reading:
        """Read one workbook into the cache file ``out`` and give its reading; the file is to blame for what happens."""
        child = self._ready()
        answer = child.ask({"path": str(path), "name": name, "sha256": sha256, "out": str(out)})
        if answer is None:
            return self._blamed(child, sha256, out)
        if "reading" in answer:
            return rowcache.decode(answer["reading"])
        reading = rowcache.load(out, sha256) if "stored" in answer else None
        if reading is None:  # our own fault, or the disk's: said, and tried again next time
            words = {"what": "chương trình đọc gặp lỗi với tệp này"}
            words["reference"] = f"{sha256[:8]}/{answer.get('failed', 'cache')}"
            return Reading(sha256=sha256, format="", notes=(Note(rule="F101", args=words),))
        return reading

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _ready(self) -> _Child:
        if self._child is None or not self._child.alive:
            self.close()
            self._child = _Child(self._limits, self._schemas)
        return self._child

    def _blamed(self, child: _Child, sha256: str, out: Path) -> Reading:
        """The child died or stalled on this file. What would happen again is kept, a slow machine's doing is not."""
        note, certain = child.cause(sha256)
        self.close()
        reading = Reading(sha256=sha256, format="", notes=(note,))
        if certain:
            with contextlib.suppress(OSError):
                rowcache.store(out, reading)
        return reading


class _Child:
    """One process and what is known of it."""

    def __init__(self, limits: Intake, schemas: Path | None) -> None:
        self._limits = limits
        self._why = ""
        self._heard: queue.Queue[bytes] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nvbatch.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        self._errors = bytearray()
        self._threads = (
            self._listen(self._hear, self._process.stdout),
            self._listen(self._overhear, self._process.stderr),
        )
        told = {"limits": limits.model_dump(mode="json"), "schemas": str(schemas) if schemas else None}
        if self.ask(told, _START_SECONDS) is None:
            raise RuntimeError(f"the reader process does not start: {bytes(self._errors[-500:])!r}")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._why

    def ask(self, request: dict[str, Any], seconds: float | None = None) -> dict[str, Any] | None:
        """Send a request and wait for its answer; None when the child died, stalled or took too much memory."""
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None
        end = time.monotonic() + (seconds or self._limits.max_seconds)
        while True:
            try:
                line = self._heard.get(timeout=_LOOK_EVERY)
                return json.loads(line) if line else None
            except queue.Empty:
                self._why = "time" if time.monotonic() > end else "memory" if self._too_big() else ""
                if self._why:
                    return None

    def cause(self, sha256: str) -> tuple[Note, bool]:
        """Why there was no answer, as a note, and whether the same would happen again."""
        code = self._stop()
        if self._why == "time" or code == -24:  # SIGXCPU
            what = f"thời gian đọc (tối đa {self._limits.max_seconds:g} giây)"
            return Note(rule="F103", args={"what": what, "limit": f"{self._limits.max_seconds:g} giây"}), code == -24
        if self._why == "memory" or b"memory allocation" in self._errors or b"MemoryError" in self._errors:
            what = f"bộ nhớ cần để mở tệp (tối đa {self._limits.max_memory_mb} MB)"
            return Note(rule="F103", args={"what": what, "limit": f"{self._limits.max_memory_mb} MB"}), True
        words = {"what": "tệp bị hỏng, làm dừng chương trình đọc", "reference": f"{sha256[:8]}/{code}"}
        return Note(rule="F101", args=words), True

    def close(self) -> None:
        self._stop()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _stop(self) -> int:
        """End the process if it still runs; give its exit status."""
        if self._process.stdin is not None and not self._why:
            with contextlib.suppress(OSError):
                self._process.stdin.close()  # an idle child ends by itself
        try:
            code = self._process.wait(timeout=0 if self._why else 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for thread in self._threads:
            thread.join(timeout=2)
        return code

    def _too_big(self) -> bool:
        """Resident memory by /proc, where rlimits may not hold; elsewhere the process's own limit must do."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError, ValueError):
            return False
        return pages * os.sysconf("SC_PAGE_SIZE") > self._limits.max_memory_mb * _MB

    def _listen(self, what: Any, stream: IO[bytes] | None) -> threading.Thread:
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


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    roots = [
        str(Path(__file__).resolve().parent.parent),
        *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)),
    ]
    return known | {"PYTHONPATH": os.pathsep.join(roots), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


# --- the child ------------------------------------------------------------------------------------


def serve() -> None:
    """Answer requests line by line until the parent closes the pipe. The first line brings limits and schemas."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked to stop, and closes the pipe
    requests, answers = _pipes()
    told = json.loads(requests.readline())
    limits = Intake.model_validate(told["limits"])
    schemas = Path(told["schemas"]) if told["schemas"] else None
    _limit_memory(limits)
    _answer(answers, {"ready": True})
    for line in requests:
        _limit_time(limits)
        _answer(answers, _read(json.loads(line), limits, schemas))


def _read(request: dict[str, str], limits: Intake, schemas: Path | None) -> dict[str, Any]:
    """The answer to one request: stored, the reading itself where the disk would not take it, or what failed."""
    path, out = Path(request["path"]), Path(request["out"])
    try:
        reading = read_in_process(path, name=request["name"], limits=limits, schemas=schemas, sha256=request["sha256"])
    except MemoryError:
        raise
    except Exception as error:  # by type only: its words might quote a cell
        return {"failed": type(error).__name__}
    try:
        rowcache.store(out, reading)
    except OSError:
        return {"reading": rowcache.encode(reading)}
    return {"stored": True}


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Requests and answers; whatever a library prints goes to stderr, never between two answers."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _answer(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _limit_memory(limits: Intake) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent watches the resident memory
        return
    most = limits.max_memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(limits: Intake) -> None:
    """CPU seconds for the next file: those used so far and its own."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + max(1.0, limits.max_seconds * 0.9)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    serve()
