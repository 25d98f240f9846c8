"""Readings in, bytes or plain data that a file or a pipe can hold out, and back again.

Columns are packed whole: those with few different values by number, texts one after the other. Bytes say their own
digest, so that a changed one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from nvbatch.model import Note, Reading, Stamp, Table

_BETWEEN, _AFTER = "\x1f", "\x1e"  # between the texts of a column, between columns: no clean text holds them
_COLUMNS = ("values", "extra_values")
_FEW = 256  # different values that a byte can tell apart
_HANDFUL = 16  # a column of so many different texts holds words of a list, or names
# What the Office itself wrote in the forms: the register and all reports of the same tasks hold equal texts.
_THE_OFFICES = frozenset(
    ("no", "task_code", "assigning_doc", "content", "coordinating_agencies", "deadline", "product")
)
_TEXT = frozenset((str, type(None)))
_SIMPLE = frozenset((str, float, date, type(None)))  # equal values of these kinds are the same


def pack(reading: Reading) -> bytes:
    """A reading as bytes: their digest, a line of JSON, which of few values each cell holds, texts of whole columns."""
    packed = _Packed()
    said = encode(replace(reading, tasks=None, changes=None))
    for name, table in (("tasks", reading.tasks), ("changes", reading.changes)):
        if table is not None:
            said[name] = _said_of(table) | {key: packed.columns(getattr(table, key)) for key in _COLUMNS}
    places = b"".join(packed.places)
    line = json.dumps({**said, "places": len(places)}, separators=(",", ":"), ensure_ascii=False)
    body = b"".join((_bytes(line), b"\n", places, _bytes(_AFTER.join(packed.texts))))
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(data: bytes) -> Reading:
    """The reading in bytes. Raises ValueError, KeyError, IndexError or TypeError when something is amiss."""
    told, _, body = data.partition(b"\n")
    if told != hashlib.sha256(body).hexdigest().encode():
        raise ValueError("not as it was written")
    line, _, rest = body.partition(b"\n")
    said = json.loads(_text(line))
    packed = _Unpacked(rest[: said["places"]], rest[said["places"] :])
    tables = {}
    for name in ("tasks", "changes"):
        if (table := said[name]) is not None:
            lines = len(_lines(*table["rows"]))
            tables[name] = _table(table, {key: packed.columns(table[key], lines) for key in _COLUMNS})
    return _reading(said, **tables, digest=told.decode())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # the reader's business: what is read is kept as it is


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


class _Packed:
    """Columns in, what JSON says of each out; ``places`` and ``texts`` are what it need not say."""

    def __init__(self) -> None:
        self.places: list[bytes] = []
        self.texts: list[str] = []

    def columns(self, columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        return {key: self._column(column) for key, column in columns.items()}

    def _column(self, column: Sequence[Any]) -> Any:
        """None: blank; {"of"}: the different values, each line's told by its place; {"each"}: the values themselves."""
        if column.count(None) == len(column):
            return None
        kinds = set(map(type, column))
        different = tuple(dict.fromkeys(column))
        few = len(different) <= _FEW and (len(different) * 2 <= len(column) or not kinds <= _TEXT)
        if not few or not kinds <= _SIMPLE:
            return {"each": self._values(column, kinds)}
        if len(different) > 1:
            number = {value: at for at, value in enumerate(different)}
            self.places.append(bytes([number[value] for value in column]))
        return {"of": self._values(different, kinds)}

    def _values(self, values: Sequence[Any], kinds: Set[type]) -> Any:
        """ "": texts, one after the other; else what JSON can say of each."""
        if kinds <= _TEXT and "" not in values:
            together = _BETWEEN.join([text or "" for text in values] if None in values else values)
            if together.count(_BETWEEN) == len(values) - 1 and _AFTER not in together:
                self.texts.append(together)
                return ""
        return _encode_column(values)


class _Unpacked:
    """The same back again, column after column; equal texts that stand in many workbooks are one object."""

    def __init__(self, places: bytes, texts: bytes) -> None:
        self._places, self._at = places, 0
        self._texts = iter(_text(texts).split(_AFTER))

    def columns(self, columns: Mapping[str, Any], lines: int) -> dict[str, tuple[Any, ...]]:
        """The columns of a table of so many lines."""
        return {sys.intern(key): self._column(key, said, lines) for key, said in columns.items()}

    def _column(self, key: str, said: Any, lines: int) -> tuple[Any, ...]:
        if said is None:
            return _blank(lines)
        if "each" in said:
            return tuple(self._values(said["each"], key in _THE_OFFICES))
        values = self._values(said["of"], key in _THE_OFFICES)
        if len(values) == 1:
            return (values[0],) * lines
        begin, self._at = self._at, self._at + lines
        return tuple([values[place] for place in self._places[begin : self._at]])

    def _values(self, said: Any, common: bool) -> Sequence[Any]:
        if said != "":
            return _decode_column(*said)
        texts = next(self._texts).split(_BETWEEN)
        if common or len(texts) <= _HANDFUL:
            texts = list(map(sys.intern, texts))
        return [text or None for text in texts] if "" in texts else texts


@lru_cache(maxsize=256)
def _blank(lines: int) -> tuple[None, ...]:
    """Most columns of most workbooks."""
    return (None,) * lines


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
    return _reading(data, **{name: _decode_table(data[name]) for name in ("tasks", "changes")})


def _reading(
    data: Mapping[str, Any], tasks: Table | None = None, changes: Table | None = None, digest: str | None = None
) -> Reading:
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
        key: {name: _encode_column(column) for name, column in getattr(table, key).items()} for key in _COLUMNS
    }


def _decode_table(data: Mapping[str, Any] | None) -> Table | None:
    if data is None:
        return None
    return _table(
        data, {key: {name: _decode_column(*column) for name, column in data[key].items()} for key in _COLUMNS}
    )


def _table(data: Mapping[str, Any], columns: Mapping[str, Mapping[str, tuple[Any, ...]]]) -> Table:
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


def _encode_column(column: Sequence[Any]) -> list[list[Any]]:
    """[values, lines that hold a day]"""
    days = [line for line, value in enumerate(column) if isinstance(value, date)]
    values = list(column)
    for line in days:
        values[line] = column[line].isoformat()
    return [values, days]


def _decode_column(values: list[Any], days: list[int]) -> tuple[Any, ...]:
    for line in days:
        values[line] = _day(values[line])
    return tuple(values)


_day = lru_cache(maxsize=4096)(date.fromisoformat)  # many workbooks, the same few days
