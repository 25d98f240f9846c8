"""What the reader noted in, findings with their words out: gates F, S and the cells of gate C judged in reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from nvbatch.form import Form, Sheet
from nvbatch.model import Finding, Reading, Submission, Table
from nvbatch.rules import cell, file
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit, ReadingRule, Rule, worn
from nvbatch.rules.wording import finding_of


@lru_cache(maxsize=1)
def _by_code() -> dict[str, ReadingRule]:
    return {worn(function).code: function for function in (*file.ON_READING, *cell.ON_READING)}


def noted_hits(reading: Reading) -> Iterator[tuple[Rule, Hit]]:
    """Every note of the reading with its rule, in order of the catalogue.

    C404 and C406 come from the reader too (a cell that is no number, no listed word); as rules they judge a column.
    """
    present = {note.rule for note in reading.notes}
    for code, rule in RULES.items():
        if code in present:
            judge = _by_code().get(code)
            for hit in judge(reading) if judge else file.noted(reading, code):
                yield rule, hit


def note_findings(submission: Submission, reading: Reading, *, form: Form, policy: Policy) -> tuple[Finding, ...]:
    """Everything that the reader noted on one file: for refused files, whose rows are never checked."""
    found: Iterable[Finding] = (
        finding_of(rule, hit, submission, sheet=sheet, table=table, line=line_of(table, hit.row))
        for rule, hit in noted_hits(reading)
        for sheet, table in [home(reading, form, hit)]
    )
    return policy.judge_all(found)


def home(reading: Reading, form: Form, hit: Hit) -> tuple[Sheet, Table | None]:
    """The sheet of the form on which a hit lies, and its table: sheet Biến động or, else, Nhiệm vụ."""
    if reading.changes is not None and hit.sheet == reading.changes.sheet:
        return form.changes, reading.changes
    inside = reading.tasks is not None and hit.sheet in (None, reading.tasks.sheet)
    return form.tasks, reading.tasks if inside else None


def line_of(table: Table | None, row: int | None) -> int | None:
    """The line of a table that stands in an Excel row."""
    if table is None or row is None:
        return None
    return table.rows.index(row) if row in table.rows else None
