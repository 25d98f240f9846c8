"""A command in, what the whole process took out: wall, CPU with its children's, memory at its peak, what it said."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Measured:
    """A process that ended well: seconds on the wall, seconds of CPU, MiB at its peak, what it printed."""

    wall: float
    cpu: float
    peak: float
    said: str


def measure(command: list[str]) -> Measured:
    """One whole process; raises when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read().strip())


def python(*words: str) -> Measured:
    return measure([sys.executable, *words])
