"""Deeds in, one durable JSON line each: what was received, released, published, sent; by whom and when."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.workspace import Workspace

Deed = Mapping[str, Any]
AFTER = "after"  # in each line: what the line before it was, so that one that is changed or taken out is missed
MARK = 16  # hexadecimal digits of a line's hash


class Journal:
    """``journal/<year>.jsonl``, append-only. A half line at the end (a crash) is not a deed and is never built upon.

    Each line names the hash of the line before it in its year; whoever reads deeds does not see that.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.journal
        self._until = workspace.until

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
        if deeds:
            self._append(self.folder / f"{moment.year}.jsonl", deeds)
        return deeds

    def deeds(self, deed: str | None = None) -> Iterator[Deed]:
        """Every deed (of one kind) in order of writing."""
        entries = (entry for _, _, entry in self._lines() if entry is not None)
        for entry in islice(entries, self._until):
            if deed is None or entry.get("deed") == deed:
                entry.pop(AFTER, None)
                yield entry

    def damaged(self) -> tuple[tuple[str, int], ...]:
        """(file, line number) of lines that are no deeds: half lines after a crash, or damage (for `verify`)."""
        return tuple((path.name, number) for path, number, entry in self._lines() if entry is None)

    def gaps(self) -> tuple[tuple[str, int], ...]:
        """(file, line number) of lines before which something was changed, put in or taken out (for `verify`)."""
        found: list[tuple[str, int]] = []
        before: dict[Path, str] = {}
        for path, number, raw, entry in self._raw():
            told = entry.get(AFTER) if entry else None
            if told is not None and told != before.get(path):
                found.append((path.name, number))
            before[path] = _mark(raw)
        return tuple(found)

    def torn(self) -> tuple[tuple[str, int], ...]:
        """Those of :meth:`damaged` that a crash left: the next line names them as they are, so nothing is amiss."""
        found: list[tuple[str, int]] = []
        last: tuple[str, int, str] | None = None
        for path, number, raw, entry in self._raw():
            if last is not None and entry is not None and entry.get(AFTER) == last[2]:
                found.append(last[:2])
            last = (path.name, number, _mark(raw)) if entry is None else None
        return tuple(found)

    def settle(self) -> None:
        """Make durable what an interrupted run may have written without waiting for the disk."""
        for path in self._files():
            durable.sync_file(path)
        if self.folder.is_dir():
            durable.sync_folder(self.folder)

    def _append(self, path: Path, deeds: Iterable[Deed]) -> None:
        durable.make_folder(self.folder)
        new = not path.exists()
        before = None if new else _last_mark(path)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        with os.fdopen(handle, "rb+", buffering=0) as stream:
            lines = _chained(deeds, before)
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

    def _lines(self) -> Iterator[tuple[Path, int, dict[str, Any] | None]]:
        return ((path, number, entry) for path, number, _, entry in self._raw())

    def _raw(self) -> Iterator[tuple[Path, int, bytes, dict[str, Any] | None]]:
        for path in self._files():
            for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
                if line.strip():
                    yield path, number, line, _read(line)


def user_name() -> str:
    """Who is at the machine, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def _chained(deeds: Iterable[Deed], before: str | None) -> bytes:
    """The lines of some deeds, each naming the one before it."""
    lines = []
    for deed in deeds:
        lines.append(_line(deed if before is None else {**deed, AFTER: before}))
        before = _mark(lines[-1])
    return b"".join(lines)


def _mark(line: bytes) -> str:
    return hashlib.sha256(line.strip()).hexdigest()[:MARK]


def _last_mark(path: Path) -> str | None:
    """What the next line must name: the last line of the year, whole or torn; read without the whole file."""
    with path.open("rb") as stream:
        at = stream.seek(0, os.SEEK_END)
        tail = b""
        while at and b"\n" not in tail.strip():
            size = min(at, 1 << 14)
            at = stream.seek(at - size)
            tail = stream.read(size) + tail
    line = tail.strip().rpartition(b"\n")[2]
    return _mark(line) if line else None


def _line(entry: Deed) -> bytes:
    # A lone surrogate in a foreign text becomes its \udXXX escape, which is JSON all the same.
    return json.dumps(entry, ensure_ascii=False, default=_plain).encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value) if not isinstance(value, tuple) else list(value)
    return str(value)


def _read(line: bytes) -> dict[str, Any] | None:
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
