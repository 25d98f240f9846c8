"""Readings in, files by content hash out, and back again: a cache that may be deleted at any time and is never trusted.

What cannot be loaded is as good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch.form import known_versions, load_form
from nvbatch.model import Reading
from nvbatch.packed import pack, unpack
from nvbatch.reading import READER_VERSION

if TYPE_CHECKING:
    from nvbatch.config import Intake


class RowCache:
    """A folder of readings. The key: bytes, reader version, form schemas, limits, and whether the name says .csv."""

    def __init__(self, folder: Path, limits: Intake, schemas: Path | None) -> None:
        self._folder = folder
        forms = [load_form(schemas, version).source for version in known_versions(schemas)]
        said = json.dumps([READER_VERSION, forms, limits.model_dump(mode="json")], sort_keys=True)
        self._circumstances = hashlib.sha256(said.encode()).hexdigest()[:16]

    def path(self, sha256: str, name: str) -> Path:
        """Where the reading of these bytes under this name is kept."""
        kind = "t" if name.casefold().endswith((".csv", ".tsv", ".txt")) else "b"
        return self._folder / sha256[:2] / f"{sha256}-{self._circumstances}{kind}.rows"

    def load(self, sha256: str, name: str) -> Reading | None:
        """The reading if it is there and whole. What was read before has mostly been checked before, too."""
        return load(self.path(sha256, name), sha256, later=True)

    def keep(self, reading: Reading, name: str) -> None:
        """Remember a reading that was made elsewhere; a disk that refuses costs no more than another reading."""
        with contextlib.suppress(OSError):
            store(self.path(reading.sha256, name), reading)


def load(path: Path, sha256: str, *, later: bool = False) -> Reading | None:
    """A reading from its file; None when the file is missing, broken, changed, or speaks of other bytes."""
    try:
        reading = unpack(path.read_bytes(), later=later)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return reading if reading.sha256 == sha256 else None


def store(path: Path, reading: Reading) -> None:
    """Write a reading. Who meets it half written knows it by its digest, so it needs no other name meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(pack(reading))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
