"""The rows that an agency sent in, what it wrote on each task out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nvbatch.model import Assignment, Row, RowSource


class Reports:
    """The agency's own row of each task: of the file that is answered before an older one, of two the upper one."""

    def __init__(self, assignment: Assignment, keys: Sequence[str]) -> None:
        """``keys``: the fields that the agency fills."""
        self._keys = keys
        answered = assignment.submission.id if assignment.submission else ""
        rows = (*assignment.rows, *assignment.held)
        self._rows: dict[str, Row] = {}
        for row in sorted(rows, key=lambda row: (row.source.submission != answered, row.row)):
            self._rows.setdefault(str(row.get("task_code") or ""), row)
        sources = {id(row.source): row.source for row in rows}
        self._lines = {name: self._written(source) for name, source in sources.items()}

    def of(self, task: str) -> Sequence[Any] | None:
        """What it wrote field by field; where a cell could not be understood, its own words. None: no row."""
        row = self._rows.get(task)
        if row is None:
            return None
        written = self._lines[id(row.source)][row.line]
        raw = row.raw
        if not raw:
            return written
        return [raw.get(key) if value is None else value for key, value in zip(self._keys, written, strict=True)]

    def _written(self, source: RowSource) -> list[tuple[Any, ...]]:
        """Line of the file → its fields."""
        blank = [None] * len(source.rows)
        return list(zip(*(source.columns.get(key, blank) for key in self._keys), strict=True))
