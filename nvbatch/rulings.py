"""What check found on one file in, with its reading the rows and proposals of the file out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from sys import intern
from typing import Any, Protocol

from nvbatch.frozen import frozen
from nvbatch.model import Change, Finding, Reading, Row, RowSource, Submission, Table
from nvbatch.rules.columns import said, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What check found on one file: never its cells, they are the reading's.

    ``codes``: line → the task code that counts, where it is not what stands in the cell. ``good``, ``held``: the lines
    that report something, in order. ``counts``: lines read, held, skipped; None for a file without a table.
    ``incomplete``, ``flags``: as in RowSource. ``proposed``: filled lines of sheet Biến động → the task that they mean.
    """

    codes: Mapping[int, str | None] = field(default_factory=dict)
    good: Sequence[int] = ()
    held: Sequence[int] = ()
    counts: tuple[int, int, int] | None = None
    incomplete: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    proposed: Mapping[int, str | None] = field(default_factory=dict)


class Rulings(Protocol):
    """What is known of files from before, under the present circumstances; and what is found now."""

    def of(self, submission: Submission, reading: Reading) -> Ruling | None: ...

    def note(self, submission: Submission, reading: Reading, ruling: Ruling) -> None: ...


def cells(table: Table, key: str) -> Sequence[Any]:
    """What stands in a column, line by line; nothing where the table has no such column."""
    return table.values.get(key) or (None,) * len(table.rows)


def prepared_on(reading: Reading) -> date | None:
    """Ngày lập of sheet Thông tin."""
    try:
        return date.fromisoformat(reading.info.get("prepared_on") or "")
    except ValueError:
        return None


def codes_of(ruling: Ruling, table: Table) -> Sequence[str | None]:
    """The task code of each line as it counts."""
    written = cells(table, "task_code")
    if not ruling.codes:
        return written
    return tuple([ruling.codes.get(line, code) for line, code in enumerate(written)])


def respelled(codes: Sequence[str | None], table: Table) -> dict[int, str | None]:
    """The lines whose code counts otherwise than it stands there."""
    written = cells(table, "task_code")
    if codes == written:
        return {}
    both = zip(codes, written, strict=True)
    return {line: code for line, (code, cell) in enumerate(both) if code != cell}


def findings_on(submission: Submission, columns: Mapping[str, Sequence[Any]]) -> tuple[Finding, ...]:
    """Findings whose fields stand in ``columns`` but for those that their file says of them all."""
    document, count = submission.document, len(columns["rule"])
    whose = {"file": document.name, "sha256": document.sha256, "submission": intern(submission.id)}
    return tuple(frozen(Finding, count, **columns, **{key: repeat(word) for key, word in whose.items()}))


def rows_of(ruling: Ruling, submission: Submission, reading: Reading) -> tuple[list[Row], list[Row]]:
    """The lines that report something: those that may be merged, those that are held."""
    if reading.tasks is None or not (ruling.good or ruling.held):
        return [], []
    source = repeat(_source(ruling, submission, reading, reading.tasks))
    good, held = (frozen(Row, len(lines), source=source, line=lines) for lines in (ruling.good, ruling.held))
    return good, held


def _source(ruling: Ruling, submission: Submission, reading: Reading, table: Table) -> RowSource:
    """The file's cells as they count: the register's spelling of codes, Ngày lập where no day of update stands."""
    document = submission.document
    return RowSource(
        submission=submission.id,
        agency=submission.agency or "",
        program=submission.program,
        period=submission.period or "",
        received_at=document.receipt.received_at,
        sequence=document.receipt.sequence,
        file=document.name,
        sha256=document.sha256,
        sheet=table.sheet,
        letters=table.letters,
        rows=table.rows,
        columns=_columns(table, codes_of(ruling, table), prepared_on(reading)),
        raw=_raw_by_line(table),
        extras=_extras(table) if table.extras else {},
        incomplete=ruling.incomplete,
        flags=ruling.flags,
        digest=reading.digest,
    )


def _columns(table: Table, codes: Sequence[str | None], prepared: date | None) -> dict[str, Sequence[Any]]:
    """The table's own columns but for those in which something counts otherwise than it was read."""
    columns: dict[str, Sequence[Any]] = dict(table.values)
    own_words: dict[str, list[Any]] = {}
    for (line, key), text in table.raw.items():
        if key in columns and columns[key][line] is None:  # what could not be understood counts as its own words
            own_words.setdefault(key, list(columns[key]))[line] = text
    columns |= own_words
    columns["task_code"] = codes
    days = columns.get("updated_on") or (None,) * len(table.rows)
    if None in days:  # contract 4: a blank one takes Ngày lập
        days = tuple(prepared if day is None else day for day in days)
    columns["updated_on"] = days
    return columns


def _raw_by_line(table: Table) -> dict[int, dict[str, str]]:
    raw: dict[int, dict[str, str]] = {}
    for (line, key), text in table.raw.items():
        raw.setdefault(line, {})[key] = text
    return raw


def _extras(table: Table) -> dict[int, dict[str, str]]:
    """Line → header → what stands there, in columns that the form does not have."""
    extras: dict[int, dict[str, str]] = {}
    for letter, header in table.extras.items():
        for line, value in enumerate(table.extra_values.get(letter, ())):
            if value not in (None, ""):
                extras.setdefault(line, {})[header] = shown(value)
    return extras


# --- sheet Biến động ----------------------------------------------------------------------------


def filled_lines(table: Table | None) -> Iterator[int]:
    """The lines of sheet Biến động in which something stands."""
    columns = table.values.values() if table else ()
    for line in range(len(table.rows) if table else 0):
        if any(said(shown(column[line])) for column in columns):
            yield line


def changes_of(submission: Submission, reading: Reading, proposed: Mapping[int, str | None]) -> Iterator[Change]:
    """What the file proposes: lines of sheet Biến động, each with the task that it means."""
    table = reading.changes
    if table is None:
        return
    for line, code in proposed.items():
        values = {key: column[line] for key, column in table.values.items()} | {"task_code": code}
        yield Change(
            agency=submission.agency or "",
            submission=submission.id,
            file=submission.document.name,
            sheet=table.sheet,
            row=table.rows[line],
            values=values,
            complete=all(said(shown(values.get(key))) for key in ("reason", "proposal_doc")),
        )
