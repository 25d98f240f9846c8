"""What the register knows about a task on the day on which a file was received: task codes and days in, columns out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from nvbatch.model import Agency, Due, Extension, Task
from nvbatch.register import Register
from nvbatch.rules.columns import said, shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


_PLAIN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Dues:
    """Every deadline that a task ever had, to compare a form's locked cell with: forms are older than extensions."""

    task: Task
    due: Due
    extensions: tuple[Extension, ...]

    @property
    def words(self) -> str:
        """The deadline in force, as people write it."""
        return shown(self.due.deadline) or self.task.deadline_text or "(không có)"

    @property
    def days(self) -> frozenset[date]:
        due = self.due
        days = {due.deadline, due.original, self.task.deadline, due.reading.on if due.reading else None}
        return frozenset(day for day in (*days, *(e.new_deadline for e in self.extensions)) if day)

    def allows(self, value: Any) -> bool:
        """Does the cell say one of these days, or the phrase, in whatever format?"""
        if isinstance(value, date):
            return value in self.days
        text = shown(value)
        if said(text) == said(self.task.deadline_text or ""):
            return True
        if (plain := _PLAIN_DAY.fullmatch(text)) is not None:  # most cells: no need to read a day as a phrase
            day, month, year = (int(part) for part in plain.groups())
            return (year, month, day) in {(d.year, d.month, d.day) for d in self.days}
        on = _day_of(text, self.task.doc_date)
        return on in self.days if self.days else on is None


@lru_cache(maxsize=4096)
def _day_of(text: str, doc_date: date | None) -> date | None:
    from nvbatch.deadline import read_deadline

    return read_deadline(text, doc_date).on


def dues_of(register: Register, code: str, day: date) -> Dues:
    """What the deadline of a known task is and was, as it stood on that day."""
    return Dues(register.tasks[code], register.deadline_on(code, day), register.extensions_of(code))


def facts(
    register: Register, codes: Sequence[str | None], days: Sequence[date], today: date
) -> dict[str, pd.Series | np.ndarray]:
    """One line a task code and its receipt day, in that order; no task, no facts.

    Columns: ``r_known``, ``r_recurring``, ``r_approved_since`` (bool), ``r_extensions`` (approved before that day),
    ``r_deadline``, ``r_doc_date`` (datetime64), ``r_lead``, ``r_content``, ``r_product``, ``r_coordinating_agencies``,
    ``r_task_class``, ``r_assigning_doc`` (text). ``today`` = D(as-of): what was approved later is not known yet.
    """
    import numpy as np

    found = [register.tasks.get(code) if code else None for code in codes]
    tasks = [task or _NO_TASK for task in found]
    before, since = _approved(register, found, days, today)
    deadlines, recurring = _deadlines(register, found, days)
    columns: dict[str, pd.Series | np.ndarray] = {
        "r_known": np.array([task is not None for task in found], dtype=bool),
        "r_recurring": recurring,
        "r_approved_since": since,
        "r_extensions": before,
        "r_deadline": day_column(deadlines),
        "r_doc_date": day_column(list(map(attrgetter("doc_date"), tasks))),
        "r_lead": text_column(_leads(register, found, days)),
    }
    for name, texts in zip(_TEXT_NAMES, zip(*map(_TEXTS, tasks), strict=True) if tasks else (), strict=bool(tasks)):
        columns[f"r_{name}"] = text_column([text or None for text in texts] if "" in texts else list(texts))
    return columns


_TEXT_NAMES = ("content", "product", "coordinating_agencies", "task_class", "assigning_doc")
_TEXTS = attrgetter("content", "product", "coordinating_agencies", "task_class", "doc_number")
_NO_TASK = Task(code="", task_class="", program="", doc_number="", doc_date=None, content="", lead_agency="")
_Found = Sequence[Task | None]


def _leads(register: Register, found: _Found, days: Sequence[date]) -> list[str | None]:
    """Who led each task on its day; where nothing was handed over, whoever was given it."""
    if not register.handovers:
        return [task.lead_agency if task else None for task in found]
    return [register.lead_on(task.code, day) if task else None for task, day in zip(found, days, strict=True)]


def _deadlines(register: Register, found: _Found, days: Sequence[date]) -> tuple[list[date | None], np.ndarray]:
    """The deadlines that held on those days, and which tasks recur. A day that was never moved holds on every day."""
    import numpy as np

    deadlines = [task.deadline if task else None for task in found]
    recurring = np.zeros(len(found), dtype=bool)
    moved = register.extensions
    for line, (task, deadline) in enumerate(zip(found, deadlines, strict=True)):
        if task is not None and (deadline is None or task.code in moved):
            due = register.deadline_on(task.code, days[line])
            deadlines[line], recurring[line] = due.deadline, due.recurring
    return deadlines, recurring


def _approved(register: Register, found: _Found, days: Sequence[date], today: date) -> tuple[np.ndarray, np.ndarray]:
    """How many extensions were approved before each day, and whether one was since then."""
    import numpy as np

    before, since = np.zeros(len(found), dtype=np.int64), np.zeros(len(found), dtype=bool)
    for line, task in enumerate(found if register.extensions else ()):
        given = register.extensions.get(task.code) if task else None
        if given:
            approved = [e.approved_on for e in given if e.approved_on and e.approved_on <= today]
            before[line] = sum(on < days[line] for on in approved)
            since[line] = any(on >= days[line] for on in approved)
    return before, since


def day_column(days: Sequence[date | None]) -> pd.Series:
    """Plain dates as a column that compares fast; None is missing."""
    import numpy as np
    import pandas as pd

    if not days or (days[0] is None and days.count(None) == len(days)):
        return pd.Series(np.full(len(days), "NaT", dtype="datetime64[s]"))
    # many rows, few different days: each is converted once
    number = {day: at for at, day in enumerate(dict.fromkeys(days))}
    places = np.fromiter(map(number.__getitem__, days), dtype=np.intp, count=len(days))
    return pd.Series(np.array(list(number), dtype="datetime64[D]").astype("datetime64[s]")[places])


def text_column(texts: Sequence[Any]) -> pd.Series:
    """Values as they are, None is missing: no copy of a text is made."""
    import pandas as pd

    return pd.Series(texts, dtype=object)


def heads(agencies: Mapping[str, Agency]) -> dict[str, str | None]:
    """Agency code → the head's name as the register has it."""
    return {code: agency.head_name for code, agency in agencies.items()}
