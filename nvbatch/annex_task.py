"""What an annex says, as values: its tasks, its list as a whole, and what the Office must look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexTask:
    """A task as the annex words it. ``rows`` are the rows of ``place`` that speak of it."""

    place: str
    rows: tuple[int, ...]
    content: str
    number: str = ""
    section: tuple[str, ...] = ()
    lead: str = ""
    coordinating: str = ""
    deadline: str = ""
    product: str = ""
    leader: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something for the Office to look at: where, what stands there, why it was not placed or how it was taken."""

    place: str
    row: int | None
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """``title``: the lines above the list. ``stated``: the number of tasks that a total row gives."""

    tasks: tuple[AnnexTask, ...]
    remarks: tuple[Remark, ...]
    title: tuple[str, ...] = ()
    headings: tuple[Remark, ...] = ()
    stated: int | None = None
    tables: int = 0
