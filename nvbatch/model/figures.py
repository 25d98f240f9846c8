"""What comes of it: the state of tasks and agencies, totals, and the Snapshot from which all outputs are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from nvbatch.model.arrivals import Submission
from nvbatch.model.duties import (
    Agency,
    Conference,
    DeadlineReading,
    Due,
    Extension,
    FocalPoint,
    Period,
    Program,
    RegisterChange,
    Task,
    Verdict,
)
from nvbatch.model.findings import Finding
from nvbatch.model.rows import Change, Row


class Status(StrEnum):
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_NO_DEADLINE = "done_no_deadline"
    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    OPEN_NO_DEADLINE = "open_no_deadline"
    RECURRING = "recurring"
    STOPPED = "stopped"
    TRANSFERRED = "transferred"


STATUS_WORDS: Mapping[Status, str] = {
    Status.DONE_ON_TIME: "Hoàn thành đúng hạn",
    Status.DONE_LATE: "Hoàn thành trễ hạn",
    Status.DONE_NO_DEADLINE: "Hoàn thành (không có thời hạn)",
    Status.IN_TIME: "Đang thực hiện, trong hạn",
    Status.DUE_SOON: "Sắp đến hạn",
    Status.OVERDUE: "Quá hạn chưa hoàn thành",
    Status.OPEN_NO_DEADLINE: "Đang thực hiện, không có thời hạn",
    Status.RECURRING: "Nhiệm vụ định kỳ",
    Status.STOPPED: "Dừng thực hiện",
    Status.TRANSFERRED: "Đã chuyển",
}
DONE = frozenset({Status.DONE_ON_TIME, Status.DONE_LATE, Status.DONE_NO_DEADLINE})
CLOSED = frozenset({Status.STOPPED, Status.TRANSFERRED})
OPEN = frozenset({Status.IN_TIME, Status.DUE_SOON, Status.OVERDUE, Status.OPEN_NO_DEADLINE})
FLAG_WORDS: Mapping[str, str] = {
    "no_update": "Chưa cập nhật trong kỳ",
    "incomplete": "Cập nhật chưa đầy đủ",
    "awaiting_closure": "Đã làm xong, chưa báo cáo kết thúc",
    "late_dump": "Dồn ứ, chỉ cập nhật sát giờ khóa",
    "stale_narrative": "Nội dung giống hệt kỳ trước",
    "overdue_silent": "Quá hạn, không báo cáo",
    "long_overdue": "Quá hạn kéo dài",
    "no_explanation": "Thiếu giải trình chậm",
    "extension_requested": "Đề nghị gia hạn",
    "extension_exceeded": "Đề nghị gia hạn quá số lần cho phép",
    "five_clear_missing": "Chưa đủ 5 rõ",
    "deputy_accountable": "Giao khoán cho cấp phó",
    "product_without_deadline": "Có sản phẩm nhưng không có thời hạn",
    "no_deadline_reminder": "Không thời hạn, đến kỳ đôn đốc",
    "changed_without_reason": "Đề nghị biến động thiếu nguyên nhân, tờ trình",
    "missing_from_report": "Thiếu trong báo cáo",
    "not_lead_agency": "Cơ quan báo cáo không chủ trì",
    "status_regressed": "Tiến độ thụt lùi",
    "disputed": "Cơ quan chưa thống nhất đánh giá",
    "unconfirmed": "Chưa xác nhận",
    "no_receiving_agency": "Chưa có cơ quan tiếp nhận",
    "ambiguous_deadline": "Thời hạn chưa rõ",
    "carried_over": "Chuyển tiếp từ năm trước",
    "returned": "Văn phòng trả lại",
    # agency flags
    "not_submitted": "Chưa nộp báo cáo",
    "late": "Nộp trễ",
    "no_focal_point": "Chưa cử đầu mối",
    "many_focal_points": "Nhiều đầu mối",
    "focal_point_level": "Đầu mối chưa đúng cấp",
    "ended": "Đã kết thúc hoạt động",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Besides:
    """What only some tasks have to say besides their status; those that say the same share it."""

    recurring_met: bool | None = None
    missing: tuple[str, ...] = ()  # Vietnamese: what is missing, for the list of not aggregated tasks
    reminders_due: int = 0
    verdict: Verdict | None = None  # the newest one up to as-of
    new: bool = False  # «Mới giao»: new since the agency's last form


NOTHING_BESIDES = Besides()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigure:
    """A counting task at as-of: the register's row, its state row and what follows from both."""

    task: Task
    lead_agency: str
    due: Due
    status: Status
    flags: tuple[str, ...]
    row: Row | None  # the state row
    updated: bool  # a good row in the present period
    days_overdue: int | None = None
    besides: Besides = NOTHING_BESIDES

    @property
    def done(self) -> bool:
        return self.status in DONE

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def aggregated(self) -> bool:
        """Stopped and transferred tasks always are (contract 8.8)."""
        flags = self.flags
        return not flags or not ("incomplete" in flags or "no_update" in flags) or self.status in CLOSED

    @property
    def deadline(self) -> date | None:
        return self.due.deadline

    @property
    def original_deadline(self) -> date | None:
        """The one before any extension; None when there was none."""
        return self.due.original

    @property
    def reading(self) -> DeadlineReading | None:
        return self.due.reading

    @property
    def extensions(self) -> tuple[Extension, ...]:
        return self.due.extensions

    @property
    def recurring_met(self) -> bool | None:
        return self.besides.recurring_met

    @property
    def missing(self) -> tuple[str, ...]:
        return self.besides.missing

    @property
    def reminders_due(self) -> int:
        return self.besides.reminders_due

    @property
    def verdict(self) -> Verdict | None:
        return self.besides.verdict

    @property
    def new(self) -> bool:
        return self.besides.new


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigure:
    """An agency at as-of. ``mark``: ● ○ ▲ (contract 8.15). ``silent_periods``: consecutive periods without a report."""

    agency: Agency
    owes: bool
    submitted: bool
    tasks: int
    by_status: Mapping[Status, int]
    flags: tuple[str, ...]
    mark: str
    not_aggregated: int = 0
    not_updated: int = 0
    longest_overdue: int = 0
    silent_periods: int = 0
    submissions: tuple[str, ...] = ()  # ids of those that count in present periods
    unsent: tuple[str, ...] = ()  # names of the programmes in which a report is owed and missing, if there are several


MARK_WORDS: Mapping[str, str] = {"●": "Tốt", "○": "Cần theo dõi", "▲": "Chậm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one agency workbook shows: blank or prefilled (``rows`` empty) or a marked return.

    ``rows`` and ``held`` are what the agency wrote in its counting file of the period (merged and held rows);
    ``findings`` those of that file; ``people`` maps task code → the people of the newest good row (prefill).
    """

    agency: Agency
    program: Program
    period: Period
    tasks: tuple[TaskFigure, ...]
    focal_point: FocalPoint | None = None
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    info: Mapping[str, str] = field(default_factory=dict)  # what the agency wrote on sheet Thông tin
    rows: tuple[Row, ...] = ()
    held: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    submission: Submission | None = None
    issued_at: datetime | None = None

    @property
    def marked(self) -> bool:
        return self.submission is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that a run made: path relative to the run's folder, kind as in run.json (master, briefing, return …)."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    assigned: int
    by_status: Mapping[str, int]
    by_class: Mapping[str, Mapping[str, Any]]
    by_program: Mapping[str, Mapping[str, Any]]
    carried_over: int
    recurring_met: int
    not_aggregated: int
    ratios: Mapping[str, float | None]
    fractions: Mapping[str, tuple[int, int]]  # numerator and denominator of each ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One published (or earlier) run of the same programme: what a trend line needs."""

    run_id: str
    period: str
    as_of: datetime
    published: bool
    totals: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that the outputs say: master, briefing, returns and run.json are rendered from this one value."""

    as_of: datetime
    periods: Mapping[str, Period]  # programme → present period
    conference: Conference | None
    lock_at: datetime | None
    provisional: bool
    totals: Totals
    tasks: tuple[TaskFigure, ...]
    agencies: tuple[AgencyFigure, ...]
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] = ()
    register_changes: tuple[RegisterChange, ...] = ()
    decisions: tuple[str, ...] = ()  # task codes, contract 8.15 order, all of them (page one shows five)
    trends: tuple[Trend, ...] = ()
    published_before: str | None = None  # run id of the published run of the same period, if any
    programs: Mapping[str, Program] = field(default_factory=dict)
    rules_in_force: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    mail: Mapping[str, int] = field(default_factory=dict)  # mails of the present periods by what was in them
