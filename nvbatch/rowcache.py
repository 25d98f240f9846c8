"""Readings in, files by content hash out, and back again: a cache that may be deleted at any time and is never trusted.

Columns are stored whole, as JSON; days are marked by their line. What cannot be loaded is as good as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
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
        return self._folder / sha256[:2] / f"{sha256}-{self._circumstances}{kind}.json"

    def load(self, sha256: str, name: str) -> Reading | None:
        """The reading if it is there and whole."""
        return load(self.path(sha256, name), sha256)


def load(path: Path, sha256: str) -> Reading | None:
    """A reading from its file; None when the file is missing, broken, or speaks of other bytes."""
    try:
        reading = decode(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return reading if reading.sha256 == sha256 else None


def store(path: Path, reading: Reading) -> None:
    """Write a reading so that it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(json.dumps(encode(reading), ensure_ascii=True, separators=(",", ":")).encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


# --- to and from plain data -----------------------------------------------------------------------


def encode(reading: Reading) -> dict[str, Any]:
    """Plain data of a reading; see :func:`decode`."""
    return {
        "sha256": reading.sha256,
        "format": reading.format,
        "stamp": asdict(reading.stamp) if reading.stamp else None,
        "info": dict(reading.info),
        "title": list(reading.title),
        "beside": {name: list(title) for name, title in reading.beside.items()},
        "tasks": _encode_table(reading.tasks),
        "changes": _encode_table(reading.changes),
        "notes": [{k: v for k, v in asdict(note).items() if v} for note in reading.notes],
    }


def decode(data: Mapping[str, Any]) -> Reading:
    """A reading from its plain data. Raises KeyError, TypeError or ValueError when something is amiss."""
    return Reading(
        sha256=data["sha256"],
        format=data["format"],
        stamp=Stamp(**data["stamp"]) if data["stamp"] else None,
        info=data["info"],
        title=tuple(data["title"]),
        beside={name: tuple(title) for name, title in data["beside"].items()},
        tasks=_decode_table(data["tasks"]),
        changes=_decode_table(data["changes"]),
        notes=tuple(Note(**note) for note in data["notes"]),
    )


def _encode_table(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "letters": dict(table.letters),
        "labels": dict(table.labels),
        "rows": list(table.rows),
        "values": {key: _encode_column(column) for key, column in table.values.items()},
        "raw": [[line, key, text] for (line, key), text in table.raw.items()],
        "extras": dict(table.extras),
        "extra_values": {key: list(column) for key, column in table.extra_values.items()},
    }


def _decode_table(data: Mapping[str, Any] | None) -> Table | None:
    if data is None:
        return None
    table = Table(
        sheet=data["sheet"],
        header_row=data["header_row"],
        letters=data["letters"],
        labels=data["labels"],
        rows=tuple(data["rows"]),
        values={key: _decode_column(*column) for key, column in data["values"].items()},
        raw={(line, key): text for line, key, text in data["raw"]},
        extras=data["extras"],
        extra_values={key: tuple(column) for key, column in data["extra_values"].items()},
    )
    columns = (*table.values.values(), *table.extra_values.values())
    if any(len(column) != len(table.rows) for column in columns) or set(table.values) != set(table.letters):
        raise ValueError("columns of different length")
    return table


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
