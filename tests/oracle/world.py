"""What a province is made of, as plain values: register, settings, files, and what every row of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=7))
GENERAL = "CHUNG"
DONE = "Đã hoàn thành"
ASKS = "Đề nghị gia hạn"
STATUSES = ("Chưa thực hiện", "Đang thực hiện", DONE)


@dataclass(frozen=True, kw_only=True)
class Agency:
    code: str
    name: str
    level: str = "Tỉnh"
    head: str = ""
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None
    successors: str = ""


@dataclass(frozen=True, kw_only=True)
class FocalPoint:
    agency: str
    email: str
    position: str = "Trưởng phòng Hành chính"
    program: str | None = None
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Program:
    code: str
    name: str
    frequency: str  # day, week, month, quarter
    cutoff: str | None = None


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A deadline as it stands in the register and what the contract takes it for."""

    text: str | None
    day: date | None
    kind: str = "DAY"
    ambiguous: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    code: str
    task_class: str
    program: str | None
    doc_number: str
    doc_date: date
    content: str
    lead: str
    phrase: Phrase
    deadline: date | None = None  # the column; wins over the phrase
    product: str | None = "Báo cáo"
    growth: bool = False
    state: str | None = "Đang theo dõi"
    state_from: date | None = None
    since: int = 0  # the step whose register holds it for the first time
    until: int = 10**6  # the step from which the register has lost it


@dataclass(frozen=True, kw_only=True)
class Extension:
    task: str
    ordinal: int
    new_deadline: date
    approved_on: date
    since: int = 0


@dataclass(frozen=True, kw_only=True)
class HandOver:
    task: str  # "*": every unfinished one
    from_agency: str
    to_agency: str
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class Verdict:
    task: str
    verdict: str
    on: date
    since: int = 0


@dataclass(frozen=True, kw_only=True)
class Conference:
    held_on: date
    lock_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Waiver:
    rule: str
    agency: str | None
    task: str | None
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Settings:
    frequency: str = "week"
    cutoff: str = "16:30"
    week_day: str = "friday"
    holiday_shift: str = "literal"
    late_days: int = 3
    lock_days: int = 3
    max_extensions: int = 1
    before_is_inclusive: bool = True
    due_soon_days: int = 5
    long_overdue_days: int = 30
    no_deadline_reminder_months: int = 3
    late_dump_hours: int = 24
    min_narrative_chars: int = 20
    off: tuple[str, ...] = ()
    as_warning: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Office:
    settings: Settings
    dated: tuple[tuple[date, Mapping[str, Any]], ...]  # [[rules.from]]
    agencies: tuple[Agency, ...]
    focal_points: tuple[FocalPoint, ...]
    programs: tuple[Program, ...]
    tasks: tuple[Task, ...]
    extensions: tuple[Extension, ...]
    hand_overs: tuple[HandOver, ...]
    verdicts: tuple[Verdict, ...]
    conferences: tuple[Conference, ...]
    days: Mapping[date, str]
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``written`` stands in the workbook, ``means`` is what it says, ``rule`` what is wrong with it."""

    written: Any
    means: Any
    rule: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    code: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    altered_content: bool = False
    codeless: bool = False  # its code cell is blank: known by its document and content alone

    def says(self, name: str) -> Any:
        cell = self.cells.get(name)
        return cell.means if cell else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A line of sheet «Biến động»."""

    kind: str
    task: str
    reason: str | None
    proposal: str | None


@dataclass(frozen=True, kw_only=True)
class File:
    number: int  # order of arrival
    name: str
    agency: str  # as the workbook names it
    program: str  # of its tasks
    received_at: datetime
    sender: str | None  # None: handed in by the operator
    stamp: str | None
    drawn_up: date | None
    rows: tuple[Row, ...]
    changes: tuple[Change, ...] = ()
    fault: str | None = None  # F101, F106, S204, S205: planted on the whole file
    copy_of: int | None = None
    form: str = "xlsx"
    carried_by: str = "drop"  # drop, eml, zip
    style: int = 0
    since: int = 0  # the step before whose run it lies in the inbox


@dataclass(frozen=True, kw_only=True)
class Step:
    number: int
    as_of: datetime
    period: str | None
    conference: date | None


@dataclass(frozen=True, kw_only=True)
class World:
    seed: int
    office: Office
    files: tuple[File, ...]
    steps: tuple[Step, ...]
