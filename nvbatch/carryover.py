"""A table, a form mark and notes read by an older version of the form in; the same in the present form's fields out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from nvbatch.form import Form
from nvbatch.model import Note, Stamp, Table

T = TypeVar("T")


def carried_table(table: Table, older: Form) -> Table:
    """Every field under its present key, listed words said as today; what was written stays in ``raw``."""
    if not older.carried and not older.words:
        return table
    said = {key: _said_today(column, older.words.get(key, {})) for key, column in table.values.items()}
    changed = {
        (line, key): str(was)
        for key, column in table.values.items()
        for line, was in enumerate(column)
        if was != said[key][line]
    }
    raw = {**changed, **table.raw}
    return replace(
        table,
        letters=_renamed(table.letters, older),
        labels=_renamed(table.labels, older),
        values=_renamed(said, older),
        raw={(line, older.carried.get(key, key)): text for (line, key), text in raw.items()},
    )


def carried_stamp(stamp: Stamp, older: Form) -> Stamp:
    """What was written in when the form was issued, by present keys."""
    return replace(stamp, issued={code: _renamed(given, older) for code, given in stamp.issued.items()})


def carried_note(note: Note, older: Form) -> Note:
    """A note of the same cell, named by its present field, a listed word said as today."""
    if note.column is None or not (older.carried or older.words):
        return note
    expected = older.words.get(note.column, {}).get(note.expected or "", note.expected)
    return replace(note, column=older.carried.get(note.column, note.column), expected=expected)


def _renamed(fields: Mapping[str, T], older: Form) -> dict[str, T]:
    return {older.carried.get(key, key): value for key, value in fields.items()}


def _said_today(column: Sequence[Any], words: Mapping[str, str]) -> Sequence[Any]:
    return tuple(words.get(value, value) if isinstance(value, str) else value for value in column) if words else column
