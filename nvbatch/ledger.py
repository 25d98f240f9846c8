"""Submissions, accepted updates and findings in, ledger.sqlite out: an index that can always be made again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import marshal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from nvbatch.workspace import Workspace

VERSION = 5
Value = str | int | float | None
Line = tuple[Value, ...]
Owner = str | None

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
OWNER = {"submissions": "id", "updates": "submission", "findings": "submission"}
INDEX = {"submissions": "agency", "updates": "task", "findings": "submission"}
_OWN = {  # what stands besides: of each part what it was made from and its digest; of the whole its hashes
    "parts": ("part_of", "owner", "made_from", "digest"),
    "content": ("version", "digest", "parts", "changes"),
}
_CHANGES = slice(24, 28)  # SQLite's own count of a file's changes, in its head


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a table that speak of one submission (or of none), in their order.

    ``made_from``: a digest of everything that they follow from; as long as it is the same, so are they.
    """

    owner: Owner
    made_from: str
    make: Callable[[], Sequence[Line]]


def digest_of(lines: Sequence[Line]) -> str:
    """A digest of lines: equal for equal lines alone."""
    return hashlib.sha256(marshal.dumps([*zip(*lines, strict=True)], 2)).hexdigest()


class Ledger:
    """``ledger.sqlite``. What has changed is written in one transaction; how it came about, nobody can tell from it.

    Lines stand in the order of their submissions, those of one submission in the order they were put.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.ledger

    def replace(
        self,
        *,
        submissions: Sequence[Part] = (),
        updates: Sequence[Part] = (),
        findings: Sequence[Part] = (),
        anew: bool = False,
    ) -> bool:
        """Put these parts (columns as in :data:`TABLES`) in the place of all; True when anything was written.

        A part made from the same as the one that stands there is not asked for its lines, unless ``anew`` (for
        `rebuild`), or somebody else has written into the file. The lines of one part are held at a time.

        A file that is damaged, or of another version, is simply made again. Raises OSError when the disk refuses.
        """
        content = {"submissions": submissions, "updates": updates, "findings": findings}
        try:
            return self._write(content, anew=anew)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise OSError(f"ledger: {error}") from error
            self._discard()
            return self._write(content, anew=True)

    def digest(self) -> str | None:
        """A hash of all its lines; None when there is no ledger that can be read."""
        try:
            with self._open() as base:
                said = _content(base)
                return said["digest"] if said else None
        except sqlite3.DatabaseError:
            return None

    def is_whole(self) -> bool:
        """Do its lines still give the hashes that were written with them?"""
        try:
            with self._open() as base:
                said, parts = _content(base), _parts(base)
                found = {(table, owner): digest for table in TABLES for owner, digest in _digests(base, table)}
        except sqlite3.DatabaseError:
            return False
        told = {name: digest for name, (_, digest) in parts.items()}
        return said is not None and (said["digest"], said["parts"], found) == (_hash(found), _hash(parts), told)

    def rows(self, table: str, **where: Value) -> list[dict[str, Any]]:
        """Lines of a table, as mappings by column, those that equal ``where``."""
        columns = TABLES[table]
        if not where.keys() <= set(columns):
            raise ValueError(f"no such column of {table}: {sorted(where.keys() - set(columns))}")
        condition = " AND ".join(f'"{name}" IS ?' for name in where) or "1"
        try:
            with self._open() as base:
                found = base.execute(_select(table, condition), tuple(where.values()))
                return [dict(zip(columns, line, strict=True)) for line in found]
        except sqlite3.DatabaseError:
            return []

    def _write(self, content: Mapping[str, Sequence[Part]], *, anew: bool) -> bool:
        changes = self._changes()
        with self._open(create=True) as base, base:
            base.execute("BEGIN IMMEDIATE")
            said = _content(base)
            known = _parts(base) if said and said["changes"] == changes and not anew else None
            parts: dict[_Name, _Told] = {}
            for table in TABLES:
                parts |= _fill(base, table, content[table], known or {})
            if parts == known:
                base.execute("ROLLBACK")
                return False
            whole = _hash({name: digest for name, (_, digest) in parts.items()})
            _make(base, "parts", [(*name, *told) for name, told in parts.items()])
            _make(base, "content", [(VERSION, whole, _hash(parts), changes + 1)])
        return True

    def _changes(self) -> int:
        """How often SQLite has changed the file: once more than it was told by us means that others did."""
        try:
            with self.path.open("rb") as file:
                return int.from_bytes(file.read(_CHANGES.stop)[_CHANGES], "big")
        except FileNotFoundError:
            return 0

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


# --- what stands there ----------------------------------------------------------------------------

_Name = tuple[str, Owner]  # a part: its table, whose lines
_Told = tuple[str, str]  # what it was made from, and its digest


def _content(base: sqlite3.Connection) -> dict[str, Any] | None:
    """What is said of the whole; None when nothing is, as in a new file or in one of another version."""
    columns = _OWN["content"]
    try:
        row = base.execute(f"SELECT {_names(columns)} FROM content WHERE version = ?", (VERSION,)).fetchone()
    except sqlite3.OperationalError:  # no such table, or another one
        return None
    return dict(zip(columns, row, strict=True)) if row else None


def _parts(base: sqlite3.Connection) -> dict[_Name, _Told]:
    lines = base.execute(f"SELECT {_names(_OWN['parts'])} FROM parts")
    return {(table, owner): (made_from, digest) for table, owner, made_from, digest in lines}


def _digests(base: sqlite3.Connection, table: str) -> Iterator[tuple[Owner, str]]:
    """Whose lines → their digest, as they stand."""
    owner = itemgetter(TABLES[table].index(OWNER[table]))
    for name, lines in groupby(base.execute(_select(table)), key=owner):
        yield name, digest_of([*lines])


def _select(table: str, condition: str = "1") -> str:
    return f'SELECT {_names(TABLES[table])} FROM {table} WHERE {condition} ORDER BY "{OWNER[table]}", rowid'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _hash(parts: Mapping[_Name, Any]) -> str:
    """One hash of what is said of all parts, in whatever order they came."""
    said = sorted((table, owner is not None, owner or "", told) for (table, owner), told in parts.items())
    return hashlib.sha256(json.dumps([VERSION, said]).encode()).hexdigest()


# --- and what is written --------------------------------------------------------------------------


def _fill(
    base: sqlite3.Connection, table: str, parts: Sequence[Part], known: Mapping[_Name, _Told]
) -> dict[_Name, _Told]:
    """Let the table hold these parts; what is to be told of each. Where little stays as it is, all is made anew."""
    stand = {owner: told for (where, owner), told in known.items() if where == table}
    stay = {part.owner for part in parts if stand.get(part.owner, ("",))[0] == part.made_from}
    if len({part.owner for part in parts}) < len(parts):
        raise ValueError(f"two parts of one owner in {table}")
    if 2 * len(stay) < len(stand):
        stay = set()
    if not stay:
        _make(base, table)
    elif gone := stand.keys() - stay:
        _remove(base, table, gone)
    digests = {owner: stand[owner][1] for owner in stay}
    _insert(base, table, _lines([part for part in parts if part.owner not in stay], digests))
    if not stay:
        base.execute(f'CREATE INDEX "{table}_{INDEX[table]}" ON {table} ("{INDEX[table]}")')
    return {(table, part.owner): (part.made_from, digests[part.owner]) for part in parts if part.owner in digests}


def _lines(parts: Iterable[Part], digests: dict[Owner, str]) -> Iterator[Line]:
    """The lines of these parts; the digest of each is noted. A part without lines is none."""
    for part in parts:
        lines = part.make()
        if lines:
            digests[part.owner] = digest_of(lines)
            yield from lines


def _make(base: sqlite3.Connection, table: str, lines: Iterable[Sequence[Value]] = ()) -> None:
    """A table that holds these lines, in the place of one that may stand there."""
    base.execute(f"DROP TABLE IF EXISTS {table}")
    base.execute(f"CREATE TABLE {table} ({_names({**TABLES, **_OWN}[table])})")
    _insert(base, table, lines)


def _insert(base: sqlite3.Connection, table: str, lines: Iterable[Sequence[Value]]) -> None:
    marks = ", ".join("?" * len({**TABLES, **_OWN}[table]))
    base.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)


def _remove(base: sqlite3.Connection, table: str, owners: Set[Owner]) -> None:
    """Take away all lines of these, in one walk over the table."""
    base.execute("CREATE TEMPORARY TABLE gone (owner)")
    base.executemany("INSERT INTO gone VALUES (?)", ((owner,) for owner in owners))
    nobodys = f'"{OWNER[table]}" IS NULL' if None in owners else "0"
    base.execute(f'DELETE FROM {table} WHERE "{OWNER[table]}" IN (SELECT owner FROM gone) OR {nobodys}')
    base.execute("DROP TABLE gone")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Is the file itself no good database, or none of ours (not: locked, or the disk full)?"""
    name: str = getattr(error, "sqlite_errorname", "")
    return name == "SQLITE_ERROR" or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
