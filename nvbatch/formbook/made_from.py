"""Everything that an agency workbook shows in, its digest out: equal digests, equal bytes."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import count
from operator import attrgetter, lt
from typing import Any

from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.model import Assignment, Due, Finding, Row, RowSource, Task, TaskFigure
from nvbatch.rules.rule import Rule

# Told otherwise, or nowhere to be seen: the state row behind a figure, what the register says of a task for the Office.
_APART = frozenset(
    ("tasks", "rows", "held", "people", "findings", "task", "row", "due", "besides", "status", "severity")
)
_NOT_SHOWN = frozenset(("program", "lead_agency", "assigned_by", "leader", "deadline", "growth_impact", "parent"))
_NOT_SHOWN |= {"state", "state_doc", "state_from"}


def _all_of(kind: type, *more: str, but: frozenset[str] = _APART) -> Callable[[Any], tuple[Any, ...]]:
    """Takes the fields out of a value of this kind."""
    return attrgetter(*more, *(field.name for field in fields(kind) if field.name not in but))


_of_assignment = _all_of(Assignment)
_of_task = _all_of(Task, but=_APART | _NOT_SHOWN | {"doc_date"})
_of_figure = _all_of(TaskFigure, "status._value_")
_of_finding = _all_of(Finding, "severity._value_")
_of_file = attrgetter("submission", "agency", "program", "period", "received_at", "sequence", "file", "sha256", "sheet")
_NOBODY: Mapping[str, str] = {}


class Recipe:
    """Names the bytes of a workbook before this program draws it. Too fine at worst: an equal one may have two names.

    What the digest of a reading means depends on the whole program: another one gives other bytes under these names.
    """

    def __init__(self, form: Form, *, office: Office, rules: Mapping[str, Rule]) -> None:
        told = [repr((rule.code, rule.severity, rule.title, rule.fix)) for rule in rules.values()]
        self._common = hashlib.sha256(repr([form.source, office.model_dump_json(), told]).encode())
        self._dues, self._besides, self._days = _Shared(_due), _Shared(repr), _Days()

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
            [*map(self._days.__getitem__, [task.doc_date for task in tasks])],
            self._dues.told([figure.due for figure in figures]),
            self._besides.told([figure.besides for figure in figures]),
        ]


class _Days(dict[date | None, tuple[int, ...]]):
    """Days as numbers that no other number is mistaken for."""

    def __missing__(self, day: date | None) -> tuple[int, ...]:
        said = self[day] = () if day is None else (day.toordinal(),)
        return said


class _Shared:
    """What is said of values that many tasks share: each is asked once."""

    def __init__(self, say: Callable[[Any], str]) -> None:
        self._say = say
        self._said: dict[int, str] = {}
        self._held: list[Any] = []  # as long as a value lives, its id is its own

    def told(self, values: Sequence[Any]) -> list[Any]:
        """What is said, each word once, and which of it of which value."""
        said = self._said
        for name, value in dict(zip(map(id, values), values, strict=True)).items():
            if name not in said:
                self._held.append(value)
                said[name] = self._say(value)
        each = [*map(said.__getitem__, map(id, values))]
        numbers = dict(zip(dict.fromkeys(each), count(), strict=False))
        return [[*numbers], [*map(numbers.__getitem__, each)]]


def _order(tasks: Sequence[Task]) -> list[str] | None:
    """The order of the register, in which they are drawn, where it is another one."""
    rows = [task.row for task in tasks]
    if all(map(lt, rows, rows[1:])):
        return None
    return [code for _, code in sorted((task.row, task.code) for task in tasks)]


def _due(due: Due) -> str:
    """Of the reading of a deadline only whether it recurs is shown."""
    return repr((due.deadline, due.original, due.reading is not None and due.reading.recurring, due.extensions))


def _people(assignment: Assignment) -> list[Any]:
    """Who is known for each task; tasks of the same people share them."""
    known = [assignment.people.get(figure.task.code, _NOBODY) for figure in assignment.tasks]
    several = dict(zip(map(id, known), known, strict=True))
    numbers = dict(zip(several, count()))
    return [[[*people.items()] for people in several.values()], [*map(numbers.__getitem__, map(id, known))]]


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
