"""A row of a workbook as it was judged, and what check and merge make of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nvbatch.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reported row of a task, typed, with its source. Field names are those of form BM01."""

    submission: str
    agency: str
    program: str
    period: str
    received_at: datetime
    sequence: int
    file: str
    sha256: str
    sheet: str
    row: int
    letters: Mapping[str, str]
    values: Mapping[str, Any]
    raw: Mapping[str, str] = field(default_factory=dict)  # displayed text of cells whose typed value lost something
    extras: Mapping[str, str] = field(default_factory=dict)  # header → text of columns that the form does not have
    incomplete: tuple[str, ...] = ()  # rules of severity incomplete found on it (after policy)
    flags: tuple[str, ...] = ()  # flags that its own rules raise (after policy)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def cell(self, column: str) -> str | None:
        letter = self.letters.get(column)
        return f"{letter}{self.row}" if letter else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row of an agency's sheet Biến động, waiting for the Office's decision (M605, M606)."""

    agency: str
    submission: str
    file: str
    sheet: str
    row: int
    values: Mapping[str, Any]  # keys of the schema's `changes`
    complete: bool  # has a reason and a proposal document


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check stage gives: rows that may be merged, rows that are held, findings, proposals.

    ``counts``: submission id → (read, held, skipped) of sheet Nhiệm vụ. ``reported``: submission id → every task code
    that stands in the file, whatever became of its row.
    """

    rows: tuple[Row, ...]
    held: tuple[Row, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    counts: Mapping[str, tuple[int, int, int]]
    reported: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """``rows``: task code → its good rows, oldest first (the last one is the state). ``held``: those of H707 too.

    ``kept``: the (hand-over index, task code) pairs that a "*" hand-over passed by because the task was done that day.
    """

    rows: Mapping[str, tuple[Row, ...]]
    held: tuple[Row, ...]
    findings: tuple[Finding, ...]
    held_counts: Mapping[str, int] = field(default_factory=dict)  # submission → rows held here
    kept: frozenset[tuple[int, str]] = frozenset()

    def state(self, code: str) -> Row | None:
        rows = self.rows.get(code)
        return rows[-1] if rows else None
