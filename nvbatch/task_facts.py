"""What the register knows about a task on the day on which a file was received: task codes and days in, a frame out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nvbatch.model import Agency, Extension, Task
from nvbatch.register import Due, Register
from nvbatch.rules.columns import said, shown

if TYPE_CHECKING:
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


def facts_frame(register: Register, asked: Sequence[tuple[str | None, date]], today: date) -> pd.DataFrame:
    """One line a (task, receipt day) asked for, in that order; each different pair is worked out once.

    Columns: ``r_known``, ``r_recurring``, ``r_approved_since`` (bool), ``r_extensions`` (approved before that day),
    ``r_deadline``, ``r_doc_date`` (datetime64), ``r_lead``, ``r_content``, ``r_product``, ``r_coordinating_agencies``,
    ``r_task_class``, ``r_assigning_doc`` (str) and ``r_dues`` (:class:`Dues`). ``today`` = D(as-of): what was approved
    later is not known yet.
    """
    import numpy as np
    import pandas as pd

    places: dict[tuple[str | None, date], int] = {}
    order = np.fromiter((places.setdefault(pair, len(places)) for pair in asked), dtype=np.intp, count=len(asked))
    pairs = list(places)
    tasks = [register.tasks.get(code or "") for code, _ in pairs]
    both = [(task, day) for task, (_, day) in zip(tasks, pairs, strict=True)]
    dues = [register.deadline_on(task.code, day) if task else None for task, day in both]
    given = [register.extensions_of(task.code) if task else () for task in tasks]
    approved = [[e.approved_on for e in many if e.approved_on and e.approved_on <= today] for many in given]
    days = [day for _, day in pairs]
    columns = {
        "known": pd.Series([task is not None for task in tasks], dtype=bool),
        "recurring": pd.Series([bool(due and due.recurring) for due in dues], dtype=bool),
        "approved_since": pd.Series(
            [any(on >= d for on in m) for m, d in zip(approved, days, strict=True)], dtype=bool
        ),
        "extensions": pd.Series([sum(on < d for on in m) for m, d in zip(approved, days, strict=True)], dtype="int64"),
        "deadline": day_column([due.deadline if due else None for due in dues]),
        "doc_date": day_column([task.doc_date if task else None for task in tasks]),
        "lead": pd.Series([register.lead_on(task.code, day) if task else None for task, day in both], dtype="str"),
        "dues": pd.Series(
            [Dues(t, due, many) if t and due else None for t, due, many in zip(tasks, dues, given, strict=True)],
            dtype=object,
        ),
    }
    for name, attribute in _TEXTS.items():
        columns[name] = pd.Series([getattr(task, attribute) or None if task else None for task in tasks], dtype="str")
    return pd.DataFrame({f"r_{name}": column for name, column in columns.items()}).take(order).reset_index(drop=True)


_TEXTS = {
    "content": "content",
    "product": "product",
    "coordinating_agencies": "coordinating_agencies",
    "task_class": "task_class",
    "assigning_doc": "doc_number",
}


def day_column(days: Sequence[date | None]) -> pd.Series:
    """Plain dates as a column that compares fast; None is missing."""
    import numpy as np
    import pandas as pd

    # many rows, few different days: each is converted once
    different: dict[date | None, int] = {}
    places = np.fromiter((different.setdefault(day, len(different)) for day in days), dtype=np.intp, count=len(days))
    return pd.Series(np.array(list(different), dtype="datetime64[D]").astype("datetime64[s]")[places])


def heads(agencies: Mapping[str, Agency]) -> dict[str, str | None]:
    """Agency code → the head's name as the register has it."""
    return {code: agency.head_name for code, agency in agencies.items()}
