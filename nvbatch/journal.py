"""Deeds in, one durable JSON line each: what was received, released, published, sent; by whom and when."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.workspace import Workspace

Deed = Mapping[str, Any]


class Journal:
    """``journal/<year>.jsonl``, append-only. A half line at the end (a crash) is not a deed and is never built upon."""

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.journal

    def append(self, deed: str, *, at: datetime | None = None, who: str | None = None, **fields: Any) -> Deed:
        """Write one deed; it is on the disk when this returns. ``at`` is the real moment of the deed (default now)."""
        return self.append_all(deed, [fields], at=at, who=who)[0]

    def append_all(
        self, deed: str, many: Iterable[Mapping[str, Any]], *, at: datetime | None = None, who: str | None = None
    ) -> tuple[Deed, ...]:
        """Write several deeds of one kind with one wait for the disk. Raises OSError when the disk refuses."""
        moment = at or datetime.now(UTC)
        head = {"at": moment.isoformat(), "who": who or user_name(), "deed": deed}
        deeds = tuple({**head, **fields} for fields in many)
        lines = b"".join(_line(entry) for entry in deeds)
        if lines:
            self._append(self.folder / f"{moment.year}.jsonl", lines)
        return deeds

    def deeds(self, deed: str | None = None) -> Iterator[Deed]:
        """Every deed (of one kind) in order of writing."""
        for _, _, entry in self._lines():
            if entry is not None and (deed is None or entry.get("deed") == deed):
                yield entry

    def damaged(self) -> tuple[tuple[str, int], ...]:
        """(file, line number) of lines that are no deeds: half lines after a crash, or damage (for `verify`)."""
        return tuple((path.name, number) for path, number, entry in self._lines() if entry is None)

    def settle(self) -> None:
        """Make durable what an interrupted run may have written without waiting for the disk."""
        for path in self._files():
            durable.sync_file(path)
        if self.folder.is_dir():
            durable.sync_folder(self.folder)

    def _append(self, path: Path, lines: bytes) -> None:
        durable.make_folder(self.folder)
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        with os.fdopen(handle, "rb+", buffering=0) as stream:
            if _torn(stream):
                lines = b"\n" + lines
            view = memoryview(lines)
            while view:
                view = view[stream.write(view) :]
            os.fsync(stream.fileno())
        if new:
            durable.sync_folder(self.folder)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []

    def _lines(self) -> Iterator[tuple[Path, int, Deed | None]]:
        for path in self._files():
            for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
                if line.strip():
                    yield path, number, _read(line)


def user_name() -> str:
    """Who is at the machine, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def _line(entry: Deed) -> bytes:
    # A lone surrogate in a foreign text becomes its \udXXX escape, which is JSON all the same.
    return json.dumps(entry, ensure_ascii=False, default=_plain).encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value) if not isinstance(value, tuple) else list(value)
    return str(value)


def _read(line: bytes) -> Deed | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "deed" in entry else None


def _torn(stream: Any) -> bool:
    """Does the file end in the middle of a line?"""
    size = stream.seek(0, os.SEEK_END)
    if not size:
        return False
    stream.seek(size - 1)
    last = stream.read(1)
    stream.seek(0, os.SEEK_END)
    return bool(last != b"\n")
