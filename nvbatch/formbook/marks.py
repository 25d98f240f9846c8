"""Findings of the file that was sent in, their places in this workbook out: cells to mark, things to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from nvbatch import viet
from nvbatch.model import Assignment, Finding, Severity, Table

_ORDER = {severity: place for place, severity in enumerate(Severity)}


class Place(NamedTuple):
    """Where a finding points: a cell of this workbook, or (``cell`` None) words about the file that was sent."""

    sheet: str | None = None
    cell: str | None = None
    words: str = ""
    task: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """Findings that say the same, with all their places: one line for people."""

    severity: Severity
    rule: str
    message: str
    fix: str
    waived: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The three sheets that findings speak of, as they stand in this workbook."""

    tasks: Table
    changes: Table
    info: Table


class Finder:
    """Carries findings from the rows of the file that was sent to the rows of this workbook, by task and field."""

    def __init__(
        self, assignment: Assignment, tables: Tables, rows: Mapping[str, int], info_rows: Mapping[str, int]
    ) -> None:
        """``rows``: task code → its Excel row here; ``info_rows``: key of sheet Thông tin → its Excel row here."""
        self.findings = tuple(sorted(assignment.findings, key=_worst_first)) if assignment.marked else ()
        self._tasks, self._changes, self._info = tables.tasks, tables.changes, tables.info
        self._rows, self._info_rows = rows, info_rows
        self._assignment = assignment
        self._change_rows = {change.row: self._changes.rows[at] for at, change in enumerate(assignment.changes)}
        self._change_sheets = {viet.key(s) for s in (self._changes.sheet, *(c.sheet for c in assignment.changes))}
        self._whole_change = next(iter(self._changes.letters))
        self._key = cache(viet.key)
        self._info_key = viet.key(self._info.sheet)

    def place(self, finding: Finding) -> Place:
        """Where to jump for it."""
        if self._of_changes(finding):
            return self._change_place(finding)
        if self._of_info(finding):
            return self._info_place(finding)
        task = self._task(finding)
        row = self._rows.get(task or "")
        if row is None:
            return Place(words=_words(finding), task=finding.task, label=self._label(finding.column))
        cell = self._tasks.cell(row, finding.column) or self._tasks.cell(row, "task_code")
        return Place(sheet=self._tasks.sheet, cell=cell, task=task, label=self._label(finding.column))

    def marks(self) -> Mapping[str, Mapping[str, tuple[Finding, ...]]]:
        """Task code → field key → findings, worst first; a finding on a whole row sits on the task's code."""
        found: dict[str, dict[str, tuple[Finding, ...]]] = {}
        for finding in self.findings:
            task = self._task(finding)
            if task not in self._rows or self._of_changes(finding) or self._of_info(finding):
                continue
            cells = found.setdefault(task or "", {})
            key = finding.column if finding.column in self._tasks.letters else "task_code"
            cells[key or ""] = (*cells.get(key or "", ()), finding)
        return found

    def change_marks(self) -> Mapping[tuple[int, str], tuple[Finding, ...]]:
        """The same for sheet Biến động: (Excel row, field key) → findings."""
        found: dict[tuple[int, str], tuple[Finding, ...]] = {}
        for finding in self.findings:
            row = self._change_rows.get(finding.row or 0)
            if self._of_changes(finding) and row is not None:
                key = finding.column if finding.column in self._changes.letters else self._whole_change
                found[row, key or ""] = (*found.get((row, key or ""), ()), finding)
        return found

    def info_marks(self) -> Mapping[str, tuple[Finding, ...]]:
        """The same for sheet Thông tin: field key → findings."""
        found: dict[str, tuple[Finding, ...]] = {}
        for finding in self.findings:
            if self._of_info(finding) and finding.column in self._info.letters:
                found[finding.column or ""] = (*found.get(finding.column or "", ()), finding)
        return found

    def mends(self) -> tuple[Mend, ...]:
        """What is to be mended, worst first; findings that say the same become one."""
        groups: dict[tuple[Any, ...], dict[Place, None]] = {}
        for finding in self.findings:
            name = (finding.severity, finding.rule, finding.message, finding.fix, finding.waived)
            groups.setdefault(name, {})[self.place(finding)] = None
        return tuple(
            Mend(severity=severity, rule=rule, message=message, fix=fix, waived=waived, places=tuple(places))
            for (severity, rule, message, fix, waived), places in groups.items()
        )

    @cached_property
    def _sent(self) -> Mapping[tuple[str, int], str]:
        """(sheet, Excel row) of the file that is answered → the task that stands there."""
        given = self._assignment
        answered = given.submission.id if given.submission else ""
        rows = (row for row in (*given.rows, *given.held) if row.submission == answered)
        return {(row.sheet, row.row): str(row.get("task_code") or "") for row in rows}

    def _of_changes(self, finding: Finding) -> bool:
        return self._key(finding.sheet or "") in self._change_sheets

    def _of_info(self, finding: Finding) -> bool:
        return self._key(finding.sheet or "") == self._info_key

    def _change_place(self, finding: Finding) -> Place:
        row = self._change_rows.get(finding.row or 0)
        label = self._changes.labels.get(finding.column or "", "")
        if row is None:
            return Place(words=_words(finding), task=finding.task, label=label)
        cell = self._changes.cell(row, finding.column) or self._changes.cell(row, self._whole_change)
        return Place(sheet=self._changes.sheet, cell=cell, task=finding.task, label=label)

    def _info_place(self, finding: Finding) -> Place:
        row = self._info_rows.get(finding.column or "")
        if row is None:
            return Place(words=_words(finding))
        label = self._info.labels[finding.column or ""]
        return Place(sheet=self._info.sheet, cell=self._info.cell(row, finding.column), label=label)

    def _task(self, finding: Finding) -> str | None:
        if finding.task in self._rows or finding.row is None:
            return finding.task
        return self._sent.get((finding.sheet or "", finding.row)) or finding.task

    def _label(self, column: str | None) -> str:
        return self._tasks.labels.get(column or "", "")


def _words(finding: Finding) -> str:
    """A place in the file that was sent, when this workbook has no such cell."""
    if finding.cell or finding.row:
        return f"Ô {finding.cell} (tệp đã gửi)" if finding.cell else f"Dòng {finding.row} (tệp đã gửi)"
    return "Cả tệp"


def _worst_first(finding: Finding) -> tuple[int, int, int, str]:
    """Fatal before the rest; within a severity what concerns the whole file, then by row."""
    return _ORDER[finding.severity], finding.row is not None, finding.row or 0, finding.rule
