"""Submissions, accepted updates and findings in, ledger.sqlite out: an index that can always be made again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from nvbatch.workspace import Workspace

VERSION = 4
CHUNK = 500  # lines that are hashed together: many enough for one call to pay, few enough to be held
_JSON = json.JSONEncoder(ensure_ascii=True)
Value = str | int | float | None
Line = Sequence[Value]

TABLES: dict[str, tuple[str, ...]] = {
    "submissions": (
        "id", "sha256", "container_sha256", "file", "agency", "program", "period", "state", "timeliness",
        "sender_known", "received_at", "rows_read", "rows_merged", "rows_held", "rows_skipped",
    ),
    "updates": (
        "submission", "task", "sheet", "row", "reported_status", "progress", "completed_on", "standing", "fields",
    ),
    "findings": (
        "rule", "severity", "agency", "task", "submission", "sha256", "sheet", "cell", "column", "value", "waived",
    ),
}  # fmt: skip
INDEXES = (("updates", "task"), ("submissions", "agency"), ("findings", "submission"))


class Ledger:
    """``ledger.sqlite``. Its whole content is replaced in one transaction, and only when it has changed."""

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.ledger

    def replace(
        self,
        *,
        submissions: Iterable[Line] = (),
        updates: Iterable[Line] = (),
        findings: Iterable[Line] = (),
        anew: bool = False,
    ) -> bool:
        """Put these lines (columns as in :data:`TABLES`) in the place of all; True when it was written.

        Equal content is not written again, unless ``anew`` (for `rebuild`). The lines are taken one by one and never
        held together; a damaged file makes them be asked for a second time, so they must not be used up by the first.

        A file that is damaged, or of another version, is simply made again. Raises OSError when the disk refuses.
        """
        content = {"submissions": submissions, "updates": updates, "findings": findings}
        try:
            return self._write(content, anew=anew)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise OSError(f"ledger: {error}") from error
            self._discard()
            return self._write(content, anew=anew)

    def digest(self) -> str | None:
        """A hash of the whole content; None when there is no ledger that can be read."""
        try:
            with self._open() as base:
                return _known(base)
        except sqlite3.DatabaseError:
            return None

    def is_whole(self) -> bool:
        """Do its lines still give the hash that was written with them?"""
        found = hashlib.sha256(f"{VERSION}".encode())
        try:
            with self._open() as base:
                for table, columns in TABLES.items():
                    lines = base.execute(f"SELECT {_names(columns)} FROM {table} ORDER BY rowid")
                    deque(_hashed(table, lines, found), maxlen=0)
                return _known(base) == found.hexdigest()
        except sqlite3.DatabaseError:
            return False

    def rows(self, table: str, **where: Value) -> list[dict[str, Any]]:
        """Lines of a table, as mappings by column, those that equal ``where``, in the order they were put."""
        columns = TABLES[table]
        if not where.keys() <= set(columns):
            raise ValueError(f"no such column of {table}: {sorted(where.keys() - set(columns))}")
        condition = " AND ".join(f'"{name}" IS ?' for name in where) or "1"
        try:
            with self._open() as base:
                found = base.execute(
                    f"SELECT {_names(columns)} FROM {table} WHERE {condition} ORDER BY rowid", tuple(where.values())
                )
                return [dict(zip(columns, line, strict=True)) for line in found]
        except sqlite3.DatabaseError:
            return []

    def _write(self, content: Mapping[str, Iterable[Line]], *, anew: bool) -> bool:
        """Fill the tables; whether they stay is known when the last line has been hashed."""
        with self._open(create=True) as base, base:
            known = None if anew else _known(base)
            base.execute("BEGIN IMMEDIATE")
            digest = _fill(base, content)
            if digest == known:
                base.execute("ROLLBACK")
                return False
            base.execute("DROP TABLE IF EXISTS content")
            base.execute("CREATE TABLE content (version INTEGER, digest TEXT)")
            base.execute("INSERT INTO content VALUES (?, ?)", (VERSION, digest))
        return True

    @contextlib.contextmanager
    def _open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        mode = "rwc" if create else "rw"  # rw: a transaction that died is rolled back on reading too
        base = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        try:
            base.execute("PRAGMA synchronous = FULL")
            yield base
        finally:
            base.close()

    def _discard(self) -> None:
        for name in (self.path.name, f"{self.path.name}-journal"):
            Path(self.path.with_name(name)).unlink(missing_ok=True)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _known(base: sqlite3.Connection) -> str | None:
    try:
        row = base.execute("SELECT digest FROM content WHERE version = ?", (VERSION,)).fetchone()
    except sqlite3.OperationalError:  # no such table: a new file
        return None
    return row[0] if row else None


def _fill(base: sqlite3.Connection, content: Mapping[str, Iterable[Line]]) -> str:
    """Make every table with its lines; the hash of them all."""
    digest = hashlib.sha256(f"{VERSION}".encode())
    for table, columns in TABLES.items():
        base.execute(f"DROP TABLE IF EXISTS {table}")
        base.execute(f"CREATE TABLE {table} ({_names(columns)})")
        marks = ", ".join("?" * len(columns))
        base.executemany(f"INSERT INTO {table} VALUES ({marks})", _hashed(table, content[table], digest))
    for table, column in INDEXES:
        base.execute(f'CREATE INDEX "{table}_{column}" ON {table} ("{column}")')
    return digest.hexdigest()


def _hashed(table: str, lines: Iterable[Line], digest: Any) -> Iterator[Line]:
    """The lines as they came, each hashed before it is given. Long texts, which stand last in a line, go in as they

    are, with their lengths; all other values as JSON.
    """
    digest.update(table.encode())
    given = iter(lines)
    while chunk := list(islice(given, CHUNK)):
        *values, last = zip(*chunk, strict=True)
        texts = [text if isinstance(text, str) else "" for text in last]
        others = [None if isinstance(value, str) else value for value in last]
        digest.update(_JSON.encode([values, others, list(map(len, texts))]).encode())
        digest.update("".join(texts).encode("utf-8", "surrogatepass"))
        yield from chunk


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Is the file itself no good database (not: locked, or the disk full)?"""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
