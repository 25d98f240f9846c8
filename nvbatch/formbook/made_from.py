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
_APART = frozenset({"task", "row", "due", "besides", "status", "deadline", "doc_date", "state_from", "severity"})
_of_figure = attrgetter(*(f.name for f in fields(TaskFigure) if f.name not in _APART))
_of_task = attrgetter(*(f.name for f in fields(Task) if f.name not in _APART))
_of_finding = attrgetter(*(f.name for f in fields(Finding) if f.name not in _APART))
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
        _number(figure.deadline), _number(figure.original_deadline), figure.aggregated, figure.recurring_met,
        figure.missing, figure.reminders_due, figure.new,
        _of_task(task), _number(task.doc_date), _number(task.deadline), _number(task.state_from),
    )  # fmt: skip


def _rows(rows: Sequence[Row], keys: Sequence[str]) -> list[Any]:
    """Of each row what the agency writes (the rest is the Office's), column by column of its file."""
    sources = {id(row.source): row.source for row in rows}
    numbers = {name: at for at, name in enumerate(sources)}
    lines: list[list[int]] = [[] for _ in sources]
    told = []
    for row in rows:
        at = numbers[id(row.source)]
        lines[at].append(row.line)
        told.append((at, row.incomplete, row.flags))
    return [told, *(_source(source, own, keys) for source, own in zip(sources.values(), lines, strict=True))]


def _source(source: RowSource, lines: Sequence[int], keys: Sequence[str]) -> list[Any]:
    """What one file says on these lines."""
    picked = itemgetter(*lines, lines[0])  # of one place it would give no tuple
    odd = [[(line, [*said.items()]) for line, said in by_line.items()] for by_line in (source.raw, source.extras)]
    columns = (source.columns.get(key) for key in keys)
    return [repr(_of_file(source)), odd, picked(source.rows), [_plain(picked(c)) if c else None for c in columns]]


def _plain(values: Sequence[Any]) -> Sequence[Any]:
    """Days as numbers that no number is mistaken for."""
    if date in set(map(type, values)):
        return [(value.toordinal(),) if value.__class__ is date else value for value in values]
    return values


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
