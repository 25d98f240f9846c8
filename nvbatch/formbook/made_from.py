"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import cache
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

import nvbatch
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.model import Assignment, Finding, Row, RowSource, Task, TaskFigure
from nvbatch.rules.rule import Rule

_DRAWN_BY = ("formbook", "press", "stages/issue.py", "celltext.py", "looks.py", "model", "grid.py", "viet.py")
# Where a value stood in the file that was sent, and the state row behind a figure, are shown nowhere; of the reading
# of a deadline only whether it recurs. Days are told as numbers.
_APART = frozenset({"task", "row", "due", "besides", "status", "severity"})
_of_figure = attrgetter("status._value_", *(f.name for f in fields(TaskFigure) if f.name not in _APART))
_of_task = attrgetter(*(f.name for f in fields(Task) if f.name not in _APART))
_of_finding = attrgetter("severity._value_", *(f.name for f in fields(Finding) if f.name not in _APART))
_of_file = attrgetter("submission", "agency", "program", "period", "received_at", "sequence", "file", "sha256", "sheet")
_TOLD_ONCE = frozenset({str, bool, type(None)})
_NOBODY: Mapping[str, str] = {}


class Recipe:
    """Names the bytes of a workbook before it is drawn. Too fine at worst: an equal workbook may have two names."""

    def __init__(self, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> None:
        self._keys = ("task_code", *form.agency_keys)
        told = [repr((rule.code, rule.severity, rule.title, rule.fix)) for rule in rules.values()]
        self._common = hashlib.sha256(repr([_program(), form.source, office.model_dump_json(), told]).encode())

    def digest(self, assignment: Assignment) -> str:
        said = [
            repr(replace(assignment, tasks=(), rows=(), held=(), people={}, findings=())),
            list(map(_of_finding, assignment.findings)),
            _figures(assignment.tasks),
            _rows(assignment.rows, self._keys),
            _rows(assignment.held, self._keys),
            _people(assignment),
        ]
        made = self._common.copy()
        made.update(_bytes(said))
        return made.hexdigest()


def _figures(figures: Sequence[TaskFigure]) -> list[Any]:
    """Column by column; what several tasks share is told once."""
    tasks, dues = [figure.task for figure in figures], [figure.due for figure in figures]
    besides = {id(figure.besides): figure.besides for figure in figures}
    numbers = {name: at for at, name in enumerate(besides)}
    return [
        *map(_told, zip(*map(_of_figure, figures), strict=True)),
        [repr(one) for one in besides.values()],
        [numbers[id(figure.besides)] for figure in figures],
        _told([due.deadline for due in dues]),
        _told([due.original for due in dues]),
        [due.reading is not None and due.reading.recurring for due in dues],
        [(at, repr(due.extensions)) for at, due in enumerate(dues) if due.extensions],
        *map(_told, zip(*map(_of_task, tasks), strict=True)),
    ]


def _people(assignment: Assignment) -> list[Any]:
    """Who is known for each task; tasks of the same people share them."""
    known = [assignment.people.get(figure.task.code) or _NOBODY for figure in assignment.tasks]
    several = {id(people): [*people.items()] for people in known}
    numbers = {name: at for at, name in enumerate(several)}
    return [[*several.values()], [numbers[id(people)] for people in known]]


def _rows(rows: Sequence[Row], keys: Sequence[str]) -> list[Any]:
    """Of each row what the agency writes (the rest is the Office's), column by column of its file."""
    sources = {id(row.source): row.source for row in rows}
    numbers = {name: at for at, name in enumerate(sources)}
    files = [numbers[id(row.source)] for row in rows]
    lines: list[list[int]] = [[] for _ in sources]
    for at, row in zip(files, rows, strict=True):
        lines[at].append(row.line)
    return [files, *(_source(source, own, keys) for source, own in zip(sources.values(), lines, strict=True))]


def _source(source: RowSource, lines: Sequence[int], keys: Sequence[str]) -> list[Any]:
    """What one file says on these lines; what is said of single lines is told of all its lines."""
    picked = itemgetter(*lines, lines[0])  # of one place it would give no tuple
    odd = [[(line, [*said.items()]) for line, said in by_line.items()] for by_line in (source.raw, source.extras)]
    found = [[*source.incomplete.items()], [*source.flags.items()]]
    columns = (source.columns.get(key) for key in keys)
    return [
        repr(_of_file(source)),
        odd,
        found,
        lines,
        picked(source.rows),
        [_told(picked(c)) if c else None for c in columns],
    ]


def _told(values: Sequence[Any]) -> Sequence[Any]:
    """A column: what all lines say is told once, days as numbers that no number is mistaken for."""
    kinds = set(map(type, values))
    if len(kinds) == 1 and kinds <= _TOLD_ONCE and values.count(values[0]) == len(values):
        return (len(values), values[0])
    if date in kinds:
        return [(value.toordinal(),) if value.__class__ is date else value for value in values]
    return list(values)


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
