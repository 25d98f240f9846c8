"""A row of a workbook as it was judged, and what check and merge make of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nvbatch.model.findings import Finding

_NO_TEXTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """What the rows of one file share: whose file it is, and the cells of its sheet column by column.

    ``columns`` maps field keys (those of form BM01) → one typed value a line, as it counts; ``rows``: the Excel row of
    each line. ``raw``: line → field → displayed text of cells whose typed value lost something. ``extras``: line →
    header → text of columns that the form does not have. ``incomplete``: line → rules of severity incomplete found on
    it, ``flags``: line → flags that its own rules raise (both after policy).
    ``digest``: of the reading from which all of this follows but whose file it is, ``incomplete``, ``flags`` and the
    codes of the tasks, which are the register's; None where it is not known.
    """

    submission: str
    agency: str
    program: str
    period: str
    received_at: datetime
    sequence: int
    file: str
    sha256: str
    sheet: str
    letters: Mapping[str, str]
    rows: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    raw: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    extras: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    incomplete: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    digest: str | None = field(default=None, compare=False, repr=False)

    def lines(self, keys: Sequence[str]) -> list[tuple[Any, ...]]:
        """What each line says in these fields; None in one that the sheet does not have."""
        lacking = (None,) * len(self.rows)
        return list(zip(*(self.columns.get(key, lacking) for key in keys), strict=True))


@dataclass(frozen=True, slots=True)
class Row:
    """One reported row of a task, typed: a line of its source.

    A province has a hundred thousand of them, so a row holds no cells: it looks them up in its file.
    """

    source: RowSource = field(repr=False)
    line: int

    def get(self, key: str) -> Any:
        column = self.source.columns.get(key)
        return None if column is None else column[self.line]

    @property
    def values(self) -> dict[str, Any]:
        """Field key → value, put together when asked for: for one field :meth:`get` is quicker."""
        line = self.line
        return {key: column[line] for key, column in self.source.columns.items()}

    def cell(self, column: str) -> str | None:
        letter = self.source.letters.get(column)
        return f"{letter}{self.row}" if letter else None

    @property
    def row(self) -> int:
        """Excel row."""
        return self.source.rows[self.line]

    @property
    def raw(self) -> Mapping[str, str]:
        return self.source.raw.get(self.line, _NO_TEXTS)

    @property
    def extras(self) -> Mapping[str, str]:
        return self.source.extras.get(self.line, _NO_TEXTS)

    @property
    def incomplete(self) -> tuple[str, ...]:
        return self.source.incomplete.get(self.line, ())

    @property
    def flags(self) -> tuple[str, ...]:
        return self.source.flags.get(self.line, ())

    @property
    def remarked(self) -> bool:
        """Was anything found on it that counts?"""
        return self.line in self.source.flags or self.line in self.source.incomplete

    @property
    def submission(self) -> str:
        return self.source.submission

    @property
    def agency(self) -> str:
        return self.source.agency

    @property
    def program(self) -> str:
        return self.source.program

    @property
    def period(self) -> str:
        return self.source.period

    @property
    def received_at(self) -> datetime:
        return self.source.received_at

    @property
    def sequence(self) -> int:
        return self.source.sequence

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def sha256(self) -> str:
        return self.source.sha256

    @property
    def sheet(self) -> str:
        return self.source.sheet

    @property
    def letters(self) -> Mapping[str, str]:
        return self.source.letters


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
