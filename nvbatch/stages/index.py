"""Submissions, good rows and findings in, the ledger's lines out: in parts, made when they are asked for."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain, repeat
from typing import Any

from nvbatch.ledger import Line, Owner, Part, digest_of
from nvbatch.model import Finding, Merged, Row, RowSource, Submission

MERGED, HELD = "merged", "held"


def ledger_parts(
    submissions: Sequence[Submission], merged: Merged, findings: Sequence[Finding], *, made_by: str
) -> dict[str, list[Part]]:
    """Keyword arguments of ``Ledger.replace``: columns as in ``ledger.TABLES``. Held rows are in it too, as written.

    ``made_by``: a digest of the program, which makes lines of rows.
    """
    told: dict[Owner, list[Line]] = defaultdict(list)
    for finding in findings:
        told[finding.submission].append(_finding(finding))
    return {
        "submissions": [_whole(s.id, [_submission(s)]) for s in submissions],
        "updates": [*_updates(merged, made_by)],
        "findings": [_whole(*said) for said in told.items()],
    }


def _whole(owner: Owner, lines: Sequence[Line]) -> Part:
    """Lines that are made sooner than it is said what they follow from."""
    return Part(owner, digest_of(lines), lambda: lines)


def _submission(s: Submission) -> tuple[Any, ...]:
    return (
        s.id, s.document.sha256, s.document.container_sha256, s.document.name, s.agency, s.program, s.period,
        str(s.state), str(s.timeliness), int(s.sender_known), s.document.receipt.received_at.isoformat(),
        s.rows_read, s.rows_merged, s.rows_held, s.rows_skipped,
    )  # fmt: skip


_Files = dict[int, tuple[RowSource, dict[str, list[int]]]]  # each file, and its lines by their standing


def _updates(merged: Merged, made_by: str) -> Iterator[Part]:
    """File by file, in a file by their place in the sheet."""
    files: _Files = {}
    _sort(chain.from_iterable(merged.rows.values()), MERGED, files)
    _sort(merged.held, HELD, files)
    for source, lines in files.values():
        yield Part(source.submission, _made_from(source, lines, made_by), partial(_lines_of, source, lines))


def _sort(rows: Iterable[Row], standing: str, files: _Files) -> None:
    """Put the lines of these rows to their files."""
    found: dict[int, list[int]] = defaultdict(list)
    sources: dict[int, RowSource] = {}
    for row in rows:
        source = row.source
        name = id(source)
        sources[name] = source
        found[name].append(row.line)
    for name, lines in found.items():
        files.setdefault(name, (sources[name], {}))[1][standing] = sorted(lines)


def _made_from(source: RowSource, lines: Mapping[str, Sequence[int]], made_by: str) -> str:
    """The lines of a file follow from its reading, from the register's codes and from how they stand."""
    told = source.digest or repr(source)
    said = [made_by, told, list(source.columns.get("task_code", ())), [*lines.items()]]
    return hashlib.sha256(marshal.dumps(said, 2)).hexdigest()


def _lines_of(source: RowSource, lines: Mapping[str, Sequence[int]]) -> Sequence[Line]:
    """Lines of a file with their standing, as columns of the ledger: whose they are stands at the submission, and what

    else an accepted one says in the archive.
    """
    placed = sorted([(source.rows[line], standing, line) for standing, each in lines.items() for line in each])
    rows, standings, numbers = zip(*placed, strict=True)

    def column(key: str) -> Iterable[Any]:
        cells = source.columns.get(key)
        return repeat(None) if cells is None else _plain([cells[line] for line in numbers])

    told = [as_written(source, line) if standing == HELD else None for _, standing, line in placed]
    return list(zip(
        repeat(source.submission), column("task_code"), repeat(source.sheet), rows,
        column("reported_status"), column("progress"), column("completed_on"), standings, told,
    ))  # fmt: skip


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


def _plain(cells: list[Any]) -> list[Any]:
    if date not in set(map(type, cells)):
        return cells
    return [value.isoformat() if isinstance(value, date) else value for value in cells]
