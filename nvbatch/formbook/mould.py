"""A form and the rules told in, workbooks that begin with all that is the same for every agency of a period out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from nvbatch.celltext import FORMULA_STARTS
from nvbatch.form import Form
from nvbatch.formbook.cells import HARD_FILL, SOFT_FILL, cell_look
from nvbatch.formbook.guide import draw_guide
from nvbatch.model import Assignment
from nvbatch.press.book import Book
from nvbatch.rules.rule import Rule

_AGENCY = "\ue000"  # stands for the agency's name in a beginning; no text that is shown holds it


class Mould:
    """Begins workbooks: with the guide, and with the looks that cells of this form wear."""

    def __init__(self, form: Form, rules: Iterable[Rule]) -> None:
        self._form, self._rules = form, tuple(rules)
        self._begun: dict[tuple[object, ...], Book] = {}

    def begin(self, assignment: Assignment, path: Path, *, title: str, made_at: datetime, author: str) -> Book:
        """The workbook of this assignment with its guide already in it; it opens on the guide."""
        name = assignment.agency.name
        special = name if name[:1] in FORMULA_STARTS else ""  # such a name wears a look of its own
        key = (assignment.program, assignment.period, assignment.marked, made_at, author, special)
        if key not in self._begun:
            self._begun[key] = self._make(assignment, special or _AGENCY, made_at, author)
        return self._begun[key].begin(path, title=title, hole=special or _AGENCY, filling=name)

    def _make(self, assignment: Assignment, name: str, made_at: datetime, author: str) -> Book:
        book = Book(Path(), title="", created=made_at, author=author)
        anybody = replace(assignment, agency=replace(assignment.agency, name=name))
        book.open_on(draw_guide(book, anybody, self._form, self._rules, made_at=made_at))
        for columns in (self._form.tasks.columns, self._form.changes.columns):
            for column in columns:
                for closed in (False, True):
                    for mark in ("", HARD_FILL, SOFT_FILL):
                        book.wear(cell_look(column, closed, mark))
        return book
