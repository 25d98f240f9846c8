"""One file's lines sorted: those that report something, those that are no update, those that stand twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from nvbatch.calendar import Calendar
from nvbatch.form import Form
from nvbatch.model import Reading, Severity, Submission, Table
from nvbatch.register import Register
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.columns import said, shown
from nvbatch.rules.rule import Hit
from nvbatch.rulings import cells, prepared_on


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The table of one submission, its lines sorted: those that report something, and those that are no update.

    ``codes``: the register's spelling of each line's task code (as written where the register has none). ``kept``: the
    lines that report something, in order.
    ``faulty``: (line, field) whose cell the reader could not take. ``blank``: lines that report nothing;
    ``copies``: lines that repeat an earlier line; ``contradicts``: line → (Excel row it contradicts, fields);
    ``torn``: every line of a task that stands twice with different content; ``meant``: lines without a code whose
    task was found by document and content (M607).
    """

    submission: Submission
    reading: Reading
    table: Table
    received_on: date
    prepared_on: date | None
    codes: tuple[str | None, ...]
    faulty: frozenset[tuple[int, str]]
    kept: Sequence[int]
    blank: frozenset[int]
    copies: frozenset[int]
    contradicts: Mapping[int, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    torn: frozenset[int] = frozenset()
    meant: frozenset[int] = frozenset()

    def place_of(self, line: int) -> int | None:
        """Which of the lines that report something it is (from 0), None when it reports nothing."""
        if isinstance(self.kept, range):  # all of them
            return line if line in self.kept else None
        place = bisect_left(self.kept, line)
        return place if place < len(self.kept) and self.kept[place] == line else None

    @cached_property
    def lines(self) -> Mapping[int, int]:
        """Excel row → line."""
        return {row: line for line, row in enumerate(self.table.rows)}

    def line_of(self, hit: Hit) -> int | None:
        """The line of sheet Nhiệm vụ on which a reader's hit lies; None when it speaks of the file."""
        return self.lines.get(hit.row or 0) if hit.sheet in (None, self.table.sheet) else None

    @property
    def skipped(self) -> int:
        return len(self.blank) + len(self.copies)


class Spelling:
    """The register's spelling of task codes. Those that are written otherwise are sought together, few as they are."""

    def __init__(self, batch: Iterable[tuple[Submission, Reading]], register: Register) -> None:
        tables = [table for _, reading in batch for table in (reading.tasks, reading.changes) if table is not None]
        other = {code for table in tables for code in {*cells(table, "task_code")}.difference(register.tasks)}
        self._register = register
        self._meant = register.spelled(filter(None, map(shown, other)))

    def of(self, code: Any, agency: str | None) -> str | None:
        """A code in the register's spelling (case and spaces apart), as written where the register has none.

        The code of a collective task ("các sở, ban, ngành") means the agency's own member of it.
        """
        text, register = shown(code), self._register
        if text in register.tasks or not text:
            return text or None
        known = self._meant.get(text, text)
        own = f"{known}-{agency}"
        return own if own in register.parents.get(known, ()) else known


def pieces(
    batch: Iterable[tuple[Submission, Reading]],
    *,
    form: Form,
    register: Register,
    calendar: Calendar,
    spelling: Spelling,
) -> tuple[Piece, ...]:
    """Every submission that has a table, its lines sorted into reports, blanks and copies."""
    return tuple(
        _piece(
            submission,
            reading,
            reading.tasks,
            form,
            register,
            calendar.day_of(submission.document.receipt.received_at),
            spelling,
        )
        for submission, reading in batch
        if reading.tasks is not None
    )


def _piece(
    submission: Submission,
    reading: Reading,
    table: Table,
    form: Form,
    register: Register,
    received_on: date,
    spelling: Spelling,
) -> Piece:
    faulty = _faulty(reading, table)
    known, agency = register.tasks, submission.agency
    written = tuple(cells(table, "task_code"))
    if not known.keys() >= {*written}:
        written = tuple([c if c in known else spelling.of(c, agency) for c in written])
    meant = {} if all(written) else _meant(table, written, faulty, register, agency, received_on)
    codes = tuple(meant.get(line, code) for line, code in enumerate(written)) if meant else written
    blank = _blank(reading, table, codes, form, faulty)
    copies, contradicts, torn = _repeats(table, codes, form, register, blank)
    return Piece(
        submission=submission,
        reading=reading,
        table=table,
        received_on=received_on,
        prepared_on=prepared_on(reading),
        codes=codes,
        faulty=faulty,
        kept=_all_but(len(table.rows), blank | copies),
        blank=blank,
        copies=copies,
        contradicts=contradicts,
        torn=torn,
        meant=frozenset(meant),
    )


def _all_but(lines: int, left_out: frozenset[int]) -> Sequence[int]:
    return [line for line in range(lines) if line not in left_out] if left_out else range(lines)


def _meant(
    table: Table,
    codes: tuple[str | None, ...],
    faulty: frozenset[tuple[int, str]],
    register: Register,
    agency: str | None,
    received_on: date,
) -> dict[int, str]:
    """Line without a code → the one task with the document and the content that stand there (R92).

    Of several tasks that read alike, the one that this agency leads; one that another leads is told of as such (M603).
    """
    found = {}
    documents, contents = cells(table, "assigning_doc"), cells(table, "content")
    for line, code in enumerate(codes):
        if code or (line, "task_code") in faulty or not contents[line] or not documents[line]:
            continue
        alike = register.codes_of(shown(documents[line]), shown(contents[line]))
        own = [task for task in alike if register.lead_on(task, received_on) == agency]
        meant = own or alike
        if len(meant) == 1:
            found[line] = meant[0]
    return found


def _faulty(reading: Reading, table: Table) -> frozenset[tuple[int, str]]:
    """Cells with a note of severity error: what stands there is neither blank nor a value."""
    errors = [
        (note.row, note.column)
        for note in reading.notes
        if note.row
        and note.column
        and note.sheet in (None, table.sheet)
        and RULES[note.rule].severity is Severity.ERROR
    ]
    lines = {row: line for line, row in enumerate(table.rows)} if errors else {}
    return frozenset((lines[row], column) for row, column in errors if row in lines)


# --- what reports nothing (contract 8.4) --------------------------------------------------------


def _blank(
    reading: Reading, table: Table, codes: tuple[str | None, ...], form: Form, faulty: frozenset[tuple[int, str]]
) -> frozenset[int]:
    """Lines whose agency cells are all blank or just what the Office wrote when it issued the form."""
    issued = reading.stamp.issued if reading.stamp else {}
    own = form.agency_keys
    filled_in = {line for line, key in faulty if key in own}
    columns = [(key, table.values[key]) for key in own if key in table.values]
    prefilled = {*form.people_keys, *(key for given in issued.values() for key in given)}
    silent: Sequence[int] = range(len(table.rows))
    for key, values in columns:
        if key not in prefilled:  # the Office never writes there: what stands there is the agency's own word
            silent = [line for line in silent if values[line] is None or values[line] == ""]
    found = set()
    for line in silent:
        given = issued.get(codes[line] or "", {})
        if line not in filled_in and all(_says_nothing(values[line], given.get(key)) for key, values in columns):
            found.add(line)
    return frozenset(found)


def _says_nothing(value: Any, issued: str | None) -> bool:
    if value is None or value == "":
        return True
    if issued is None:
        return False
    iso = value.isoformat() if isinstance(value, date) else None
    return issued in (shown(value), iso) or said(issued) == said(shown(value))


# --- the same task twice (R509) -----------------------------------------------------------------


def _repeats(
    table: Table, codes: tuple[str | None, ...], form: Form, register: Register, blank: frozenset[int]
) -> tuple[frozenset[int], dict[int, tuple[int, tuple[str, ...]]], frozenset[int]]:
    """Copies that count once, later lines that contradict an earlier one, and all lines torn between them."""
    if len({*codes}) == len(codes):
        return frozenset(), {}, frozenset()
    places: dict[str, list[int]] = {}
    for line, code in enumerate(codes):
        if code in register.tasks and line not in blank:
            places.setdefault(str(code), []).append(line)
    copies: set[int] = set()
    contradicts: dict[int, tuple[int, tuple[str, ...]]] = {}
    torn: set[int] = set()
    for lines in places.values():
        first = lines[0]
        for line in lines[1:]:
            columns = tuple(k for k in form.agency_keys if _differs(table, k, first, line))
            if columns:
                contradicts[line] = (table.rows[first], columns)
                torn |= {first, line}
            else:
                copies.add(line)
    return frozenset(copies), contradicts, frozenset(torn)


def _differs(table: Table, key: str, one: int, other: int) -> bool:
    values = table.values.get(key)
    if values is None:
        return False
    left, right = (values[i] if values[i] is not None else table.raw.get((i, key)) for i in (one, other))
    return bool(left != right) and said(shown(left)) != said(shown(right))
