"""Readings in, files by content hash out, and back again: a cache that may be deleted at any time and is never trusted.

A file says its own digest, so that a changed byte is noticed. Columns are stored whole: those with few different
values by number, texts one after the other. What cannot be loaded is as good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch.form import known_versions, load_form
from nvbatch.model import Note, Reading, Stamp, Table
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
        """The reading if it is there and whole."""
        return load(self.path(sha256, name), sha256)

    def keep(self, reading: Reading, name: str) -> None:
        """Remember a reading that was made elsewhere; a disk that refuses costs no more than another reading."""
        with contextlib.suppress(OSError):
            store(self.path(reading.sha256, name), reading)


def load(path: Path, sha256: str) -> Reading | None:
    """A reading from its file; None when the file is missing, broken, changed, or speaks of other bytes."""
    try:
        reading = unpack(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return reading if reading.sha256 == sha256 else None


def store(path: Path, reading: Reading) -> None:
    """Write a reading so that it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(pack(reading))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


# --- to and from bytes ------------------------------------------------------------------------------

_BETWEEN, _AFTER = "\x1f", "\x1e"  # between the texts of a column, between columns: no clean text holds them


def pack(reading: Reading) -> bytes:
    """A reading as bytes: their digest, a line of JSON, then the texts of the columns that hold many."""
    texts: list[str] = []
    said = {**encode(replace(reading, tasks=None, changes=None))}
    for name, table in (("tasks", reading.tasks), ("changes", reading.changes)):
        if table is not None:
            said[name] = _said_of(table) | {key: _pack_columns(getattr(table, key), texts) for key in _COLUMNS}
    line = json.dumps(said, separators=(",", ":")).encode()
    body = line + b"\n" + _AFTER.join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(data: bytes) -> Reading:
    """The reading in bytes. Raises ValueError, KeyError or TypeError when something is amiss."""
    told, _, body = data.partition(b"\n")
    if told != hashlib.sha256(body).hexdigest().encode():
        raise ValueError("not as it was written")
    line, _, rest = body.partition(b"\n")
    said = json.loads(line)
    texts = iter(rest.decode("utf-8", "surrogatepass").split(_AFTER))
    for name in ("tasks", "changes"):
        if said[name] is not None:
            said[name] |= {key: _unpack_columns(said[name][key], texts) for key in _COLUMNS}
    return _reading(said, said["tasks"] and _table(said["tasks"]), said["changes"] and _table(said["changes"]))


_COLUMNS = ("values", "extra_values")


def _pack_columns(columns: Mapping[str, Sequence[Any]], texts: list[str]) -> dict[str, Any]:
    return {key: _pack_column(column, texts) for key, column in columns.items()}


def _pack_column(column: Sequence[Any], texts: list[str]) -> Any:
    """A number of blanks; {"of", "at"}: different values and which stands where; "": texts; or every value."""
    kinds = set(map(type, column))
    if kinds <= {type(None)}:
        return len(column)
    if kinds <= {str, float, date, type(None)}:
        different = dict.fromkeys(column)
        if len(different) * 2 <= len(column):
            number = {value: at for at, value in enumerate(different)}
            return {"of": _encode_column(tuple(different)), "at": [number[value] for value in column]}
    if kinds <= {str, type(None)}:
        together = _BETWEEN.join([text or "" for text in column])
        if together.count(_BETWEEN) == len(column) - 1 and _AFTER not in together and "" not in column:
            texts.append(together)
            return ""
    return _encode_column(column)


def _unpack_columns(packed: Mapping[str, Any], texts: Iterator[str]) -> dict[str, tuple[Any, ...]]:
    return {sys.intern(key): _unpack_column(column, texts) for key, column in packed.items()}


def _unpack_column(packed: Any, texts: Iterator[str]) -> tuple[Any, ...]:
    if isinstance(packed, int):
        return (None,) * packed
    if packed == "":
        return tuple([text or None for text in next(texts).split(_BETWEEN)])
    if isinstance(packed, list):
        return _decode_column(*packed)
    different = [sys.intern(one) if type(one) is str else one for one in _decode_column(*packed["of"])]
    return tuple([different[at] for at in packed["at"]])


# --- to and from plain data -----------------------------------------------------------------------


def encode(reading: Reading) -> dict[str, Any]:
    """Plain data of a reading; see :func:`decode`."""
    return {
        "sha256": reading.sha256,
        "format": reading.format,
        "stamp": {name: getattr(reading.stamp, name) for name in _STAMP} if reading.stamp else None,
        "info": dict(reading.info),
        "title": list(reading.title),
        "beside": {name: list(title) for name, title in reading.beside.items()},
        "tasks": _encode_table(reading.tasks),
        "changes": _encode_table(reading.changes),
        "notes": [_encode_note(note) for note in reading.notes],
    }


_NOTE, _STAMP = (tuple(field.name for field in fields(kind)) for kind in (Note, Stamp))


def _encode_note(note: Note) -> dict[str, Any]:
    said = ((name, getattr(note, name)) for name in _NOTE)
    return {name: dict(value) if name == "args" else value for name, value in said if value}


def decode(data: Mapping[str, Any]) -> Reading:
    """A reading from its plain data. Raises KeyError, TypeError or ValueError when something is amiss."""
    return _reading(data, _decode_table(data["tasks"]), _decode_table(data["changes"]))


def _reading(data: Mapping[str, Any], tasks: Table | None, changes: Table | None) -> Reading:
    return Reading(
        sha256=data["sha256"],
        format=data["format"],
        stamp=Stamp(**data["stamp"]) if data["stamp"] else None,
        info=data["info"],
        title=tuple(data["title"]),
        beside={name: tuple(title) for name, title in data["beside"].items()},
        tasks=tasks,
        changes=changes,
        notes=tuple(Note(**note) for note in data["notes"]),
    )


def _said_of(table: Table) -> dict[str, Any]:
    """All of a table but its columns."""
    return {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "letters": dict(table.letters),
        "labels": dict(table.labels),
        "rows": list(table.rows),
        "raw": [[line, key, text] for (line, key), text in table.raw.items()],
        "extras": dict(table.extras),
    }


def _encode_table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return _said_of(table) | {
        key: {name: _encode_column(column) for name, column in getattr(table, key).items()} for key in _COLUMNS
    }


def _decode_table(data: Mapping[str, Any] | None) -> Table | None:
    if data is None:
        return None
    columns = {key: {name: _decode_column(*column) for name, column in data[key].items()} for key in _COLUMNS}
    return _table({**data, **columns})


def _table(data: Mapping[str, Any]) -> Table:
    table = Table(
        sheet=data["sheet"],
        header_row=data["header_row"],
        letters=_shared(tuple(data["letters"].items())),
        labels=_shared(tuple(data["labels"].items())),
        rows=tuple(data["rows"]),
        values=data["values"],
        raw={(line, sys.intern(key)): text for line, key, text in data["raw"]},
        extras=data["extras"],
        extra_values=data["extra_values"],
    )
    columns = (*table.values.values(), *table.extra_values.values())
    if any(len(column) != len(table.rows) for column in columns) or set(table.values) != set(table.letters):
        raise ValueError("columns of different length")
    return table


@lru_cache(maxsize=256)  # the workbooks of one form have the same letters and labels
def _shared(items: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {sys.intern(key): text for key, text in items}


def _encode_column(column: Sequence[Any]) -> list[list[Any]]:
    """[values, lines that hold a day]"""
    days = [line for line, value in enumerate(column) if isinstance(value, date)]
    values = list(column)
    for line in days:
        values[line] = column[line].isoformat()
    return [values, days]


def _decode_column(values: list[Any], days: list[int]) -> tuple[Any, ...]:
    for line in days:
        values[line] = date.fromisoformat(values[line])
    return tuple(values)
