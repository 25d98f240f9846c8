"""What the reader noted in, hits with their rules out: gates F, S and the cells of gate C judged in reading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from nvbatch.form import Form, Sheet
from nvbatch.model import Reading, Table
from nvbatch.rules import cell, file, structure
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.rule import Hit, ReadingRule, Rule, worn


@lru_cache(maxsize=1)
def _by_code() -> dict[str, ReadingRule]:
    return {worn(function).code: function for function in (*file.ON_READING, *structure.ON_READING, *cell.ON_READING)}


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


def home(reading: Reading, form: Form, hit: Hit) -> tuple[Sheet, Table | None]:
    """The sheet of the form on which a hit lies, and its table: sheet Biến động or, else, Nhiệm vụ."""
    if reading.changes is not None and hit.sheet == reading.changes.sheet:
        return form.changes, reading.changes
    inside = reading.tasks is not None and hit.sheet in (None, reading.tasks.sheet)
    return form.tasks, reading.tasks if inside else None
