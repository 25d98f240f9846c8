"""What the Office knows: agencies, focal points, programmes and their periods, tasks and what changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A reporting period. ``kind``: day, week, month or quarter; ``end`` is inclusive; ``cutoff`` is aware."""

    kind: str
    key: str
    start: date
    end: date
    cutoff: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    level: str = "Tỉnh"
    group: str | None = None
    head_name: str | None = None
    head_title: str | None = None
    email: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None  # the last day in force
    successors: tuple[str, ...] = ()
    row: int = 0

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalPoint:
    agency: str
    full_name: str
    position: str
    email: str
    program: str | None = None
    unit: str | None = None
    phone: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    row: int = 0

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    code: str
    name: str
    frequency: str  # day / week / month / quarter
    cutoff: str | None = None  # "16:30"
    unit: str | None = None
    expected_tasks: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineReading:
    """A deadline phrase as understood. ``on`` is the inclusive last day (None: no fixed day).

    ``kind``: DAY BEFORE TIMESTAMP MONTH BEFORE_MONTH MONTH_PART QUARTER RANGE HALF PERIOD YEAR MULTI_YEAR EVENT
    CONDITIONAL RELATIVE RECURRING ONGOING UNDEFINED NONE MULTI TWO_STEP INVALID NOT_A_DATE. ``at`` only for TIMESTAMP.
    """

    text: str
    kind: str
    on: date | None = None
    at: datetime | None = None
    ambiguous: bool = False
    explanation: str = ""  # Vietnamese: how it was read
    named: date | None = None  # BEFORE, MULTI: the day D as written (``on`` may be D-1, rules.before_is_inclusive)
    assumed: bool = False  # ambiguous beyond «trước ngày D» itself: a year or starting point had to be assumed

    @property
    def recurring(self) -> bool:
        return self.kind in ("RECURRING", "ONGOING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    task_code: str
    ordinal: int | None
    new_deadline: date
    approval_doc: str | None
    approved_on: date | None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A task's deadline on some day. ``original`` is None when it was never extended."""

    deadline: date | None
    original: date | None
    reading: DeadlineReading | None
    recurring: bool
    extensions: tuple[Extension, ...]  # approved up to that day, in order of approval

    @property
    def ambiguous(self) -> bool:
        """The phrase is ambiguous as such; "trước ngày D" needs a completion exactly on D besides (contract 8.2)."""
        return self.reading is not None and self.reading.ambiguous and not self.extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row of the register's sheet Nhiệm vụ (or one member of a collective one)."""

    code: str
    task_class: str
    program: str
    doc_number: str
    doc_date: date | None
    content: str
    lead_agency: str
    assigned_by: str | None = None
    coordinating_agencies: str | None = None
    leader: str | None = None
    deadline_text: str | None = None
    deadline: date | None = None
    product: str | None = None
    growth_impact: bool = False
    state: str = "Đang theo dõi"
    state_doc: str | None = None
    state_from: date | None = None
    parent: str | None = None  # code of the collective row, counted once in control totals
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    task_code: str  # "*" = every unfinished one
    from_agency: str
    to_agency: str
    effective_on: date
    minutes: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    task_code: str
    verdict: str  # Đạt / Trả lại / Cần làm rõ
    assessed_on: date
    opinion: str | None = None
    assessor: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    held_on: date
    title: str | None = None
    lock_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    rule: str
    agency: str | None
    task_code: str | None
    reason: str
    approved_by: str
    expires_on: date
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssigningDocument:
    number: str
    doc_date: date | None
    issuer: str | None = None
    subject: str | None = None
    expected_tasks: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChange:
    """A register cell that differs from the last run's (G812); ``field`` is None when a whole row came or went."""

    sheet: str
    key: str
    column: str
    old: str
    new: str
    field: str | None = None
    row: int = 0  # in the present register; 0 where the row has gone
    task: str | None = None
    agency: str | None = None
