"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import nvbatch
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.model import Assignment, Due, Finding, Row, RowSource, Task, TaskFigure
from nvbatch.rules.rule import Rule

# Told otherwise, or shown nowhere: the state row behind a figure, and where the register has a task but for the order.
_APART = frozenset(
    {"tasks", "rows", "held", "people", "findings", "task", "row", "due", "besides", "status", "severity"}
)
_DAYS = [field.name for field in fields(Task) if "date" in str(field.type)]


def _all_of(kind: type, *but: str) -> Callable[[Any], tuple[Any, ...]]:
    """Takes every field out of a value of this kind."""
    return attrgetter(*(field.name for field in fields(kind) if field.name not in _APART.union(but)))


_of_assignment, _of_task = _all_of(Assignment), _all_of(Task, *_DAYS)
_of_figure = attrgetter("status._value_", *(f.name for f in fields(TaskFigure) if f.name not in _APART))
_of_finding = attrgetter("severity._value_", *(f.name for f in fields(Finding) if f.name not in _APART))
_of_file = attrgetter("submission", "agency", "program", "period", "received_at", "sequence", "file", "sha256", "sheet")
_NOBODY: Mapping[str, str] = {}


class Recipe:
    """Names the bytes of a workbook before it is drawn. Too fine at worst: an equal workbook may have two names."""

    def __init__(self, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> None:
        told = [repr((rule.code, rule.severity, rule.title, rule.fix)) for rule in rules.values()]
        self._common = hashlib.sha256(repr([_program(), form.source, office.model_dump_json(), told]).encode())
        self._dues, self._besides = _Shared(_due), _Shared(repr)

    def digest(self, assignment: Assignment) -> str:
        said = [
            repr(_of_assignment(assignment)),
            list(map(_of_finding, assignment.findings)),
            self._figures(assignment.tasks),
            len(assignment.rows),
            _rows((*assignment.rows, *assignment.held)),
            _people(assignment),
        ]
        made = self._common.copy()
        made.update(_bytes(said))
        return made.hexdigest()

    def _figures(self, figures: Sequence[TaskFigure]) -> list[Any]:
        """Column by column."""
        tasks = [figure.task for figure in figures]
        return [
            _order(tasks),
            *zip(*map(_of_figure, figures), strict=True),
            *zip(*map(_of_task, tasks), strict=True),
            *([_number(day) for day in map(attrgetter(name), tasks)] for name in _DAYS),
            self._dues.told(figure.due for figure in figures),
            self._besides.told(figure.besides for figure in figures),
        ]


def _order(tasks: Sequence[Task]) -> list[str] | None:
    """The order of the register, in which they are drawn, where it is another one."""
    given = [(task.row, task.code) for task in tasks]
    drawn = sorted(given)
    return None if drawn == given else [code for _, code in drawn]


class _Shared:
    """What is said of values that many tasks share: each is asked once."""

    def __init__(self, say: Callable[[Any], Any]) -> None:
        self._say = say
        self._said: dict[int, tuple[Any, Any]] = {}  # with the value itself: as long as it lives, its id is its own

    def told(self, values: Iterable[Any]) -> list[Any]:
        said, given = self._said, list(values)
        for value in {id(value): value for value in given if id(value) not in said}.values():
            said[id(value)] = value, self._say(value)
        return [said[name][1] for name in map(id, given)]


def _due(due: Due) -> tuple[Any, ...]:
    """Of the reading of a deadline only whether it recurs is shown."""
    recurring = due.reading is not None and due.reading.recurring
    return _number(due.deadline), _number(due.original), recurring, repr(due.extensions)


def _number(day: date | None) -> tuple[int, ...]:
    """A day as a number that no other number is mistaken for."""
    return () if day is None else (day.toordinal(),)


def _people(assignment: Assignment) -> list[Any]:
    """Who is known for each task; tasks of the same people share them."""
    known = [assignment.people.get(figure.task.code) or _NOBODY for figure in assignment.tasks]
    several = {id(people): [*people.items()] for people in known}
    numbers = {name: at for at, name in enumerate(several)}
    return [[*several.values()], [numbers[id(people)] for people in known]]


def _rows(rows: Sequence[Row]) -> list[Any]:
    """Which lines of which files, and what these say."""
    sources = {id(row.source): row.source for row in rows}
    numbers = {name: at for at, name in enumerate(sources)}
    places = [numbers[id(row.source)] for row in rows], [row.line for row in rows]
    return [places, *map(_source, sources.values())]


def _source(source: RowSource) -> Sequence[Any]:
    """A file: the digest of its reading and what does not follow from that; all that it says where there is none."""
    if source.digest is None:
        return repr(source)
    found = [[*source.incomplete.items()], [*source.flags.items()]]
    return [repr(_of_file(source)), source.digest, found, list(source.columns.get("task_code", ()))]


def _bytes(said: Any) -> bytes:
    """Version 2 of ``marshal`` writes values alone, never which of them are one and the same object."""
    try:
        return marshal.dumps(said, 2)
    except ValueError:  # a value of another kind among them
        return repr(said).encode("utf-8", "surrogatepass")


@cache
def _program() -> str:
    """The version of this program and its text: a changed program makes everything anew, however far from a drawing

    it was changed, for what the digest of a reading means depends on all that is done with it.
    """
    root, told = Path(nvbatch.__file__).parent, hashlib.sha256(nvbatch.__version__.encode())
    for source in sorted(root.rglob("*.py")):  # a packed program has none: there its version speaks
        told.update(source.read_bytes())
    return told.hexdigest()
