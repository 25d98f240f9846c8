"""Readings in, bytes or plain data that a file or a pipe can hold out, and back again.

Bytes say their own digest, so that a changed one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from itertools import repeat
from typing import Any

from nvbatch.frozen import frozen
from nvbatch.model import Note, Reading, Stamp, Table
from nvbatch.packed_columns import (
    PackedColumns,
    UnpackedColumns,
    decode_column,
    decoded,
    encode_column,
    encoded,
)

_COLUMNS = ("values", "extra_values")


def pack(reading: Reading) -> bytes:
    """A reading as bytes: their digest, a line of JSON, which of few values each cell holds, texts of whole columns."""
    packed = PackedColumns()
    said = encode(replace(reading, tasks=None, changes=None))
    for name, table in (("tasks", reading.tasks), ("changes", reading.changes)):
        if table is not None:
            said[name] = _said_of(table) | {key: packed.said(getattr(table, key)) for key in _COLUMNS}
    places = packed.places
    line = json.dumps({**said, "places": len(places)}, separators=(",", ":"), ensure_ascii=False)
    body = b"".join((encoded(line), b"\n", places, packed.texts))
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(data: bytes, *, later: bool = False) -> Reading:
    """The reading in bytes. Raises ValueError, KeyError, IndexError or TypeError when something is amiss.

    ``later``: columns that are seldom asked for are taken apart when that happens.
    """
    told, _, body = data.partition(b"\n")
    if told != hashlib.sha256(body).hexdigest().encode():
        raise ValueError("not as it was written")
    line, _, rest = body.partition(b"\n")
    said = json.loads(decoded(line))
    packed = UnpackedColumns(rest[: said["places"]], rest[said["places"] :], later=later)
    tables = {}
    for name in ("tasks", "changes"):
        if (table := said[name]) is not None:
            lines = len(_lines(*table["rows"]))
            tables[name] = _table(table, {key: packed.columns(table[key], lines) for key in _COLUMNS})
    return _reading(said, tables, digest=told.decode())


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
        "notes": _encode_notes(reading.notes),
    }


_STAMP = tuple(field.name for field in fields(Stamp))
_NOTE: Mapping[str, Any] = {**{field.name: None for field in fields(Note)}, "args": {}}  # what a note says of nothing


def _encode_notes(notes: Sequence[Note]) -> dict[str, list[Any]]:
    """Field → what each note says; fields of which none says anything are left out."""
    columns = {name: [getattr(note, name) for note in notes] for name in _NOTE}
    columns["args"] = [dict(args) for args in columns["args"]]
    return {name: column for name, column in columns.items() if any(column) or name == "rule"}


def _decode_notes(columns: Mapping[str, list[Any]]) -> tuple[Note, ...]:
    count = len(columns["rule"])
    if any(len(column) != count for column in columns.values()):
        raise ValueError("columns of different length")
    return tuple(frozen(Note, count, **{name: columns.get(name, repeat(blank)) for name, blank in _NOTE.items()}))


def decode(data: Mapping[str, Any]) -> Reading:
    """A reading from its plain data. Raises KeyError, TypeError or ValueError when something is amiss."""
    return _reading(data, {name: _decode_table(data[name]) for name in ("tasks", "changes")})


def _reading(data: Mapping[str, Any], tables: Mapping[str, Table | None], digest: str | None = None) -> Reading:
    return Reading(
        sha256=data["sha256"],
        format=data["format"],
        stamp=Stamp(**data["stamp"]) if data["stamp"] else None,
        info=data["info"],
        title=tuple(data["title"]),
        beside={name: tuple(title) for name, title in data["beside"].items()},
        tasks=tables.get("tasks"),
        changes=tables.get("changes"),
        notes=_decode_notes(data["notes"]),
        digest=digest,
    )


def _said_of(table: Table) -> dict[str, Any]:
    """All of a table but its columns."""
    return {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "letters": dict(table.letters),
        "labels": dict(table.labels),
        "rows": _said_of_lines(table.rows),
        "raw": [[line, key, text] for (line, key), text in table.raw.items()],
        "extras": dict(table.extras),
    }


def _said_of_lines(rows: tuple[int, ...]) -> list[Any]:
    """Excel rows, mostly one after the other."""
    whole = bool(rows) and rows == _lines("to", rows[0], rows[-1])
    return ["to", rows[0], rows[-1]] if whole else ["are", *rows]


@lru_cache(maxsize=256)  # the workbooks of one form often have the same
def _lines(how: str, *rows: int) -> tuple[int, ...]:
    return tuple(range(rows[0], rows[1] + 1)) if how == "to" else rows


def _encode_table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return _said_of(table) | {
        key: {name: encode_column(column) for name, column in getattr(table, key).items()} for key in _COLUMNS
    }


def _decode_table(data: Mapping[str, Any] | None) -> Table | None:
    if data is None:
        return None
    return _table(data, {key: {name: decode_column(*column) for name, column in data[key].items()} for key in _COLUMNS})


def _table(data: Mapping[str, Any], columns: Mapping[str, Mapping[str, Sequence[Any]]]) -> Table:
    table = Table(
        sheet=sys.intern(data["sheet"]),
        header_row=data["header_row"],
        letters=_shared(tuple(data["letters"].items())),
        labels=_shared(tuple(data["labels"].items())),
        rows=_lines(*data["rows"]),
        values=columns["values"],
        raw={(line, sys.intern(key)): text for line, key, text in data["raw"]},
        extras=data["extras"],
        extra_values=columns["extra_values"],
    )
    every = (*table.values.values(), *table.extra_values.values())
    if any(len(column) != len(table.rows) for column in every) or set(table.values) != set(table.letters):
        raise ValueError("columns of different length")
    return table


@lru_cache(maxsize=256)  # the workbooks of one form have the same letters and labels
def _shared(items: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {sys.intern(key): text for key, text in items}
