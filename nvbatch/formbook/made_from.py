"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from pathlib import Path

import nvbatch
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.model import Assignment, Row, Task, TaskFigure
from nvbatch.rules.rule import Rule

# Where a value stood in the file that was sent, and the state row behind a figure, are shown nowhere.
_of_figure = attrgetter(*(f.name for f in fields(TaskFigure) if f.name not in ("task", "row")))
_of_task = attrgetter(*(f.name for f in fields(Task)))
_of_row = attrgetter(*(f.name for f in fields(Row) if f.name != "letters"))
_DRAWN_BY = ("formbook", "press", "stages/issue.py", "celltext.py", "looks.py", "model.py", "grid.py", "viet.py")


def digest(assignment: Assignment, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> str:
    """Names the bytes of a workbook before it is drawn. Too fine at worst: an equal workbook may have two names."""
    codes = [figure.task.code for figure in assignment.tasks]
    said = (
        _program(),
        form.source,
        office.model_dump_json(),
        [(rule.code, rule.severity, rule.title, rule.fix) for rule in rules.values()],
        replace(assignment, tasks=(), rows=(), held=(), people={}),
        [(_of_figure(figure), _of_task(figure.task)) for figure in assignment.tasks],
        [_of_row(row) for row in assignment.rows],
        [_of_row(row) for row in assignment.held],
        [assignment.people.get(code) for code in codes],
    )
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """The version of this program and the text of its rooms that draw: a changed program makes everything anew."""
    root, told = Path(nvbatch.__file__).parent, hashlib.sha256(nvbatch.__version__.encode())
    for name in _DRAWN_BY:
        place = root / name
        for source in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            if source.is_file():  # a packed program has none: there its version speaks
                told.update(source.read_bytes())
    return told.hexdigest()
