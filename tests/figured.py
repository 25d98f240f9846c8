"""A task's figure with other facts, by the names under which a figure tells them: for tests that need odd ones."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from nvbatch.model import Besides, Due, TaskFigure

_DUE = {"deadline": "deadline", "original_deadline": "original", "reading": "reading", "extensions": "extensions"}
_BESIDES = tuple(field.name for field in fields(Besides))


def figured(figure: TaskFigure, **told: Any) -> TaskFigure:
    """``told``: fields of the figure, or facts of its deadline (deadline, original_deadline …) and besides (new …)."""
    due = {_DUE[name]: told.pop(name) for name in tuple(told) if name in _DUE}
    besides = {name: told.pop(name) for name in tuple(told) if name in _BESIDES}
    return replace(figure, due=replace(figure.due, **due), besides=replace(figure.besides, **besides), **told)


def due_on(day: date | None) -> Due:
    """A deadline of which nothing but its day is known."""
    return Due(day, None, None, recurring=False, extensions=())
