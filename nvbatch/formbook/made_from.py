"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable, Mapping, Sequence
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

_DRAWN_BY = ("formbook", "press", "stages/issue.py", "celltext.py", "looks.py", "model", "grid.py", "viet.py")
# Where a value stood in the file that was sent, and the state row behind a figure, are shown nowhere; of the reading
# of a deadline only whether it recurs, of the period since when only its name. Days are told as numbers.
_APART = frozenset(
    {"task", "row", "reading", "status", "deadline", "original_deadline", "extensions", "verdict", "since"}
    | {"doc_date", "state_from", "severity"}
)
_of_figure = attrgetter(*(f.name for f in fields(TaskFigure) if f.name not in _APART))
_of_task = attrgetter(*(f.name for f in fields(Task) if f.name not in _APART))
_of_finding = attrgetter(*(f.name for f in fields(Finding) if f.name not in _APART))
_of_row = attrgetter("row", "raw", "extras", "incomplete", "flags")
_of_file = attrgetter("submission", "agency", "program", "period", "received_at", "sequence", "file", "sha256", "sheet")


class Recipe:
    """Names the bytes of a workbook before it is drawn. Too fine at worst: an equal workbook may have two names."""

    def __init__(self, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> None:
        self._keys = ("task_code", *form.agency_keys)
        told = [repr((rule.code, rule.severity, rule.title, rule.fix)) for rule in rules.values()]
        self._common = hashlib.sha256(repr([_program(), form.source, office.model_dump_json(), told]).encode())

    def digest(self, assignment: Assignment) -> str:
        codes = [figure.task.code for figure in assignment.tasks]
        said = [
            repr(replace(assignment, tasks=(), rows=(), held=(), people={}, findings=())),
            [(f.severity.value, _of_finding(f)) for f in assignment.findings],
            [_figure(figure) for figure in assignment.tasks],
            _rows(assignment.rows, self._keys),
            _rows(assignment.held, self._keys),
            [list((assignment.people.get(code) or {}).items()) for code in codes],
        ]
        made = self._common.copy()
        made.update(_bytes(said))
        return made.hexdigest()


def _figure(figure: TaskFigure) -> tuple[Any, ...]:
    task, reading, seldom = figure.task, figure.reading, None
    if figure.extensions or figure.verdict:
        seldom = repr((figure.extensions, figure.verdict))
    return (
        _of_figure(figure), figure.status.value, reading is not None and reading.recurring, seldom,
        _number(figure.deadline), _number(figure.original_deadline), figure.since and figure.since.key,
        _of_task(task), _number(task.doc_date), _number(task.deadline), _number(task.state_from),
    )  # fmt: skip


def _rows(rows: Iterable[Row], keys: Sequence[str]) -> list[Any]:
    """Of each row what the agency writes (the rest is the Office's); the source of a file's rows is told once."""
    sources: dict[Any, int] = {}
    told = []
    for row in rows:
        values = [(v.toordinal(),) if v.__class__ is date else v for v in map(row.values.get, keys)]
        told.append((sources.setdefault(_of_file(row), len(sources)), _of_row(row), values))
    return [repr(list(sources)), told]


def _number(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _bytes(said: Any) -> bytes:
    """Version 2 of ``marshal`` writes values alone, never which of them are one and the same object."""
    try:
        return marshal.dumps(said, 2)
    except ValueError:  # a value of another kind among them
        return repr(said).encode("utf-8", "surrogatepass")


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
