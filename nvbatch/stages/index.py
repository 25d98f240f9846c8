"""Submissions, good rows and findings in, lines for the ledger out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any

from nvbatch.model import Finding, Merged, RowSource, Submission

Line = tuple[Any, ...]
MERGED, HELD = "merged", "held"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a table, made when they are asked for: a province's rows as text are never held together."""

    make: Callable[[], Iterable[Line]]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.make())


def ledger_lines(submissions: Sequence[Submission], merged: Merged, findings: Sequence[Finding]) -> dict[str, Lines]:
    """Keyword arguments of ``Ledger.replace``: columns as in ``ledger.TABLES``. Held rows are in it too, as written."""
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
    """File by file in order of arrival, in a file by their place in the sheet."""
    files: dict[int, tuple[RowSource, list[tuple[int, str]]]] = {}
    for standing, rows in ((MERGED, chain.from_iterable(merged.rows.values())), (HELD, merged.held)):
        for row in rows:
            source = row.source
            if (file := files.get(id(source))) is None:
                file = files[id(source)] = source, []
            file[1].append((row.line, standing))
    for source, lines in sorted(files.values(), key=lambda file: _arrival(file[0])):
        yield from _lines_of(source, sorted(lines, key=lambda line: (source.rows[line[0]], line[1])))


def _arrival(source: RowSource) -> tuple[Any, ...]:
    return source.received_at, source.sequence, source.submission


def _lines_of(source: RowSource, lines: Sequence[tuple[int, str]]) -> Iterator[Line]:
    """Lines of a file with their standing, as columns of the ledger: whose they are stands at the submission, and what

    else an accepted one says in the archive.
    """
    numbers, standings = zip(*lines, strict=True)

    def column(key: str) -> Iterator[Any]:
        cells = source.columns.get(key)
        return repeat(None) if cells is None else map(_plain, map(cells.__getitem__, numbers))

    rows = map(source.rows.__getitem__, numbers)
    told = (as_written(source, line) if standing == HELD else None for line, standing in lines)
    return zip(
        repeat(source.submission), column("task_code"), repeat(source.sheet), rows,
        column("reported_status"), column("progress"), column("completed_on"), standings, told,
    )  # fmt: skip


def as_written(source: RowSource, line: int) -> str:
    """A line's cells as JSON, without the blank ones; a value that lost something when it was read as displayed."""
    values = {key: column[line] for key, column in source.columns.items()} | dict(source.raw.get(line, {}))
    return _TEXT.encode({key: value for key, value in values.items() if value is not None})


def _finding(f: Finding) -> tuple[Any, ...]:
    return (
        f.rule, str(f.severity), f.agency, f.task, f.submission, f.sha256, f.sheet, f.cell, f.column, f.value,
        int(f.waived),
    )  # fmt: skip


_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=date.isoformat)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
