"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import nvbatch
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.model import Assignment, Finding, Row, Task, TaskFigure
from nvbatch.rules.rule import Rule

# Where a value stood in the file that was sent, and the state row behind a figure, are shown nowhere.
_of_figure = attrgetter(*(f.name for f in fields(TaskFigure) if f.name not in ("task", "row")))
_of_task = attrgetter(*(f.name for f in fields(Task)))
_of_row = attrgetter(*(f.name for f in fields(Row) if f.name not in ("letters", "values")))
_of_finding = attrgetter(*(f.name for f in fields(Finding)))
_PLAIN = frozenset({str, int, float, bool, type(None)})
_DRAWN_BY = ("formbook", "press", "stages/issue.py", "celltext.py", "looks.py", "model.py", "grid.py", "viet.py")


def digest(assignment: Assignment, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> str:
    """Names the bytes of a workbook before it is drawn. Too fine at worst: an equal workbook may have two names."""
    codes = [figure.task.code for figure in assignment.tasks]
    said = [
        _program(),
        form.source,
        office.model_dump_json(),
        [_plain((rule.code, rule.severity, rule.title, rule.fix)) for rule in rules.values()],
        repr(replace(assignment, tasks=(), rows=(), held=(), people={}, findings=())),
        [_plain(_of_finding(finding)) for finding in assignment.findings],
        [_plain((*_of_figure(figure), *_of_task(figure.task))) for figure in assignment.tasks],
        _rows(assignment.rows),
        _rows(assignment.held),
        [list((assignment.people.get(code) or {}).items()) for code in codes],
    ]
    # version 2 writes values alone, never which of them are one and the same object
    return hashlib.sha256(marshal.dumps(said, 2)).hexdigest()


def _rows(rows: Iterable[Row]) -> list[Any]:
    """Rows of one file have the same fields: these are told once."""
    fields_of: dict[tuple[str, ...], int] = {}
    told = [
        (fields_of.setdefault(tuple(row.values), len(fields_of)), _plain(_of_row(row)), _plain(row.values.values()))
        for row in rows
    ]
    return [list(fields_of), told]


def _plain(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values as ``marshal`` knows them."""
    return tuple([v if type(v) in _PLAIN else _other(v) for v in values])


def _other(value: Any) -> Any:
    """A day as its number in a tuple, anything else of the model as bytes: neither can be mistaken for a value."""
    return (value.toordinal(),) if type(value) is date else repr(value).encode("utf-8", "surrogatepass")


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
