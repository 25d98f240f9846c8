"""Submissions, good rows and findings in, lines for the ledger out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any

from nvbatch.model import Finding, Merged, Row, RowSource, Submission

Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a table, made when they are asked for: a province's rows as text are never held together."""

    make: Callable[[], Iterable[Line]]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.make())


def ledger_lines(submissions: Sequence[Submission], merged: Merged, findings: Sequence[Finding]) -> dict[str, Lines]:
    """Keyword arguments of ``Ledger.replace``: columns as in ``ledger.TABLES``. Held rows stay in it too."""
    return {
        "submissions": Lines(lambda: map(_submission, submissions)),
        "updates": Lines(lambda: _updates(merged)),
        "findings": Lines(lambda: map(_finding, findings)),
    }


def _submission(s: Submission) -> tuple[Any, ...]:
    return (
        s.id, s.document.sha256, s.document.container_sha256, s.document.name, s.agency, s.program, s.period,
        str(s.state), str(s.timeliness), int(s.sender_known), s.document.receipt.received_at.isoformat(),
        s.rows_read, s.rows_merged, s.rows_held, s.rows_skipped,
    )  # fmt: skip


def _updates(merged: Merged) -> Iterator[Line]:
    """Rows in order of arrival, receipt by receipt; in a receipt by their place in the sheet."""
    receipts: dict[tuple[datetime, int], list[tuple[Row, str]]] = {}
    for row in (row for rows in merged.rows.values() for row in rows):
        receipts.setdefault((row.source.received_at, row.source.sequence), []).append((row, "merged"))
    for row in merged.held:
        receipts.setdefault((row.source.received_at, row.source.sequence), []).append((row, "held"))
    for moment in sorted(receipts):
        files: dict[int, list[Line]] = {}  # a mail may bring several workbooks
        for row, standing in sorted(receipts[moment], key=lambda line: (line[0].row, line[1])):
            source = row.source
            if id(source) not in files:
                files[id(source)] = _lines_of(source)
            *where, fields = files[id(source)][row.line]
            yield (*where, standing, fields)


def _lines_of(source: RowSource) -> list[Line]:
    """Every line of a file as columns of the ledger, but for its standing."""
    blank = (None,) * len(source.rows)

    def column(key: str) -> Iterator[Any]:
        return map(_plain, source.columns.get(key, blank))

    whose = (source.submission, source.agency, source.program, source.period)
    submission, agency, program, period = map(repeat, whose)
    return list(
        zip(
            submission, column("task_code"), agency, program, period, repeat(source.received_at.isoformat()),
            repeat(source.sheet), source.rows, column("reported_status"), column("progress"), column("completed_on"),
            fields_of(source),
        )
    )  # fmt: skip


def fields_of(source: RowSource) -> list[str]:
    """A file's cells line by line as JSON, without the blank ones: each different value of a column is encoded once.

    A value that lost something when it was read stands as it was displayed.
    """
    keys = sorted(source.columns)
    lines = zip(*(_spelled(key, source.columns[key]) for key in keys), strict=True)
    texts = ["{" + ", ".join(filter(None, cells)) + "}" for cells in lines]
    for line, raw in source.raw.items():
        values = {key: source.columns[key][line] for key in keys} | dict(raw)
        texts[line] = _TEXT.encode({key: value for key, value in values.items() if value is not None})
    return texts


def _spelled(key: str, column: Sequence[Any]) -> list[str]:
    """A column as members of JSON objects, blank where the cell is."""
    name = _TEXT.encode(key)
    known = {
        value: f"{name}: {encode_basestring(value) if type(value) is str else _TEXT.encode(value)}"
        for value in set(column)
    }
    known[None] = ""
    return [known[value] for value in column]


def _finding(f: Finding) -> tuple[Any, ...]:
    return (
        f.rule, str(f.severity), f.agency, f.task, f.submission, f.sha256, f.sheet, f.cell, f.column, f.value,
        int(f.waived),
    )  # fmt: skip


_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=date.isoformat)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
