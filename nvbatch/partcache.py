"""Finished files in, by the digest of all that they were made from, and out again: may be deleted at any time.

Never trusted: each file lies behind the digest of its own bytes, and what does not fit is as good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from nvbatch import durable

GENERATIONS = 3  # so many times the files of one run are kept: a preview or a single programme pushes nothing out
_MARK = 32  # bytes of a SHA-256


class PartCache:
    """A folder of finished files. Trouble with the disk costs speed, never a result.

    ``made_by``: digest of whoever makes them, where their keys do not speak of it.
    """

    def __init__(self, folder: Path, *, made_by: str = "") -> None:
        self._folder, self._made_by = folder, made_by

    def fetch(self, key: str, target: Path) -> bool:
        """Write the file of this key to ``target``; False when it is not here or not whole."""
        data = self.read(key)
        if data is None:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return True

    def keep(self, key: str, made: Path) -> None:
        """Remember a finished file under its key."""
        self.write(key, made.read_bytes())

    def read(self, key: str) -> bytes | None:
        """What lies under this key; None when it is not here or not whole."""
        place = self._place(key)
        try:
            kept = place.read_bytes()
            os.utime(place)
        except OSError:
            return None
        mark, data = kept[:_MARK], kept[_MARK:]
        return data if hashlib.sha256(data).digest() == mark else None

    def write(self, key: str, data: bytes) -> None:
        """Remember finished bytes under their key."""
        place = self._place(key)
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            durable.write_bytes(place, hashlib.sha256(data).digest() + data, lasting=False)

    def sweep(self, used: int) -> None:
        """Let go of what has not been used for the longest time; ``used``: files of the present run."""
        with contextlib.suppress(OSError):
            found = [path for path in self._folder.glob("*/*") if path.is_file()]
            found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in found[GENERATIONS * used :]:
                path.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        if self._made_by:
            key = hashlib.sha256(f"{self._made_by} {key}".encode()).hexdigest()
        return self._folder / key[:2] / key
