"""What the register knows about a task on the day on which a file was received: task codes and days in, a frame out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from nvbatch.model import Agency, Task
from nvbatch.register import Due, Register
from nvbatch.rules.columns import said, shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Dues:
    """Every deadline that a task ever had, to compare a form's locked cell with: forms are older than extensions."""

    words: str = "(không có)"
    days: frozenset[date] = frozenset()
    phrases: frozenset[str] = frozenset()
    doc_date: date | None = None

    def allows(self, value: Any) -> bool:
        """Does the cell say one of these days, or the phrase, in whatever format?"""
        if isinstance(value, date):
            return value in self.days
        text = shown(value)
        if said(text) in self.phrases:
            return True
        from nvbatch.deadline import read_deadline

        reading = read_deadline(text, self.doc_date)
        return reading.on in self.days if self.days else reading.on is None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """The facts of one task on one day; the fields are the frame's columns without ``r_``."""

    known: bool = False
    recurring: bool = False
    approved_since: bool = False
    extensions: int = 0
    deadline: date | None = None
    doc_date: date | None = None
    lead: str | None = None
    content: str | None = None
    product: str | None = None
    deadline_text: str | None = None
    coordinating_agencies: str | None = None
    task_class: str | None = None
    assigning_doc: str | None = None
    dues: Dues = field(default_factory=Dues)


UNKNOWN = TaskFacts()
_DAYS = ("deadline", "doc_date")
_PLAIN = ("known", "recurring", "approved_since", "extensions")


def facts_frame(register: Register, asked: Sequence[tuple[str | None, date]], today: date) -> pd.DataFrame:
    """One line a (task, receipt day) asked for, in that order; each different pair is worked out once.

    ``today`` = D(as-of): what was approved later is not known yet.
    """
    import numpy as np
    import pandas as pd

    places: dict[tuple[str | None, date], int] = {}
    order = np.fromiter((places.setdefault(pair, len(places)) for pair in asked), dtype=np.intp, count=len(asked))
    known = [facts_of(register, code, day, today) for code, day in places]
    columns: dict[str, Any] = {}
    for name in TaskFacts.__dataclass_fields__:
        values = [getattr(fact, name) for fact in known]
        columns[f"r_{name}"] = _column(pd, np, name, values)
    return pd.DataFrame(columns).take(order).reset_index(drop=True)


def _column(pd: Any, np: Any, name: str, values: list[Any]) -> Any:
    if name in _DAYS:
        return pd.Series(np.array(values, dtype="datetime64[D]").astype("datetime64[s]"))
    if name in _PLAIN:
        return pd.Series(values, dtype=bool if name in _PLAIN[:3] else "int64")
    return pd.Series(values, dtype=object if name == "dues" else "str")


def facts_of(register: Register, code: str | None, day: date, today: date) -> TaskFacts:
    """The facts of a task on a receipt day; an unknown code has none."""
    task = register.tasks.get(code) if code else None
    if task is None or code is None:
        return UNKNOWN
    due = register.deadline_on(code, day)
    approved = [e.approved_on for e in register.extensions_of(code) if e.approved_on and e.approved_on <= today]
    return TaskFacts(
        known=True,
        recurring=due.recurring,
        approved_since=any(on >= day for on in approved),
        extensions=sum(on < day for on in approved),
        deadline=due.deadline,
        doc_date=task.doc_date,
        lead=register.lead_on(code, day),
        content=task.content or None,
        product=task.product or None,
        deadline_text=task.deadline_text or None,
        coordinating_agencies=task.coordinating_agencies or None,
        task_class=task.task_class or None,
        assigning_doc=task.doc_number or None,
        dues=_dues(register, task, due),
    )


def _dues(register: Register, task: Task, due: Due) -> Dues:
    days = {due.deadline, due.original, task.deadline, due.reading.on if due.reading else None}
    days |= {extension.new_deadline for extension in register.extensions_of(task.code)}
    text = task.deadline_text or ""
    words = shown(due.deadline) if due.deadline else text or "(không có)"
    return Dues(words, frozenset(d for d in days if d), frozenset({said(text)} if text else ()), task.doc_date)


def heads(agencies: Mapping[str, Agency]) -> dict[str, str | None]:
    """Agency code → the head's name as the register has it."""
    return {code: agency.head_name for code, agency in agencies.items()}


def deputy_names(names: Iterable[str]) -> frozenset[str]:
    """Name keys as the rules compare them."""
    return frozenset(said(name) for name in names)
