"""The words of the house: immutable values that travel between the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

# --- findings -----------------------------------------------------------------------------------


class Severity(StrEnum):
    """What a finding costs (RULES: fatal file, held row, not aggregated, shown, logged)."""

    FATAL = "fatal"
    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"
    INFO = "info"


SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.FATAL: "Không tiếp nhận",
    Severity.ERROR: "Phải sửa",
    Severity.INCOMPLETE: "Chưa đầy đủ",
    Severity.WARNING: "Lưu ý",
    Severity.INFO: "Thông tin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a rule saw, with its place. `cell` is an A1 address such as ``N12``."""

    rule: str
    severity: Severity
    message: str
    fix: str = ""
    agency: str | None = None
    task: str | None = None
    file: str | None = None
    sha256: str | None = None
    submission: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    waived: bool = False


# --- what arrives -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One thing that arrived: a bare file or a mail, with the moment the mailbox server gave it.

    ``sequence`` is the order of arrival in the journal (from 1). ``received_at`` is aware.
    ``sender`` is the exact From address (domain in lower case), or None when handed in by the operator.
    """

    sequence: int
    sha256: str
    name: str
    received_at: datetime
    time_known: bool = True
    sender: str | None = None
    channel: str = "drop"  # "drop" or "mail"
    dated_at: datetime | None = None  # the mail's own Date header: shown (A309), never believed
    message_id: str | None = None
    subject: str | None = None
    defects: tuple[str, ...] = ()  # Vietnamese: what is wrong with the mail itself; any means hold
    auth_failed: bool = False  # a trusted server says that the sender is not who From says (A304)
    automatic: bool = False  # an automatic reply, list or bounce: nobody waits for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One workbook found in a receipt (the receipt itself, a mail's attachment, a member of a zip).

    ``fault`` is set when what arrived held no workbook or could not be opened: it is then a submission that is
    rejected with that rule (F101, F102, F103, F106) and ``fault_args`` fill the rule's message.
    """

    receipt: Receipt
    part: int  # position within its receipt, from 0
    sha256: str  # the workbook's own bytes
    container_sha256: str | None
    name: str
    fault: str | None = None
    fault_args: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable name of this submission: order of arrival and position, e.g. ``000012-0``."""
        return f"{self.receipt.sequence:06d}-{self.part}"


# --- what a reader saw --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the reader has to say: a rule code, where (Excel row, field key), what stood there.

    ``args`` fill the message of the rule. File-wide notes have no row. ``value`` is the raw text as displayed.
    """

    rule: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None  # field key
    cell: str | None = None  # only where no field key exists (C411 in an extra column, S209 …)
    value: str | None = None
    expected: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The hidden form mark of sheet _nvbatch. ``issued`` maps task code → the people written in when issued."""

    form: str
    version: str
    agency: str | None = None
    program: str | None = None
    period: str | None = None
    issued_at: str | None = None
    issued: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as read: columns of typed values, each line remembering its Excel row.

    ``letters`` maps field key → column letter ("N"); ``values`` maps field key → one value a line
    (str, float, datetime.date or None), for every key in ``letters``; ``raw`` keeps the displayed text of cells
    whose typed value lost something: (line index, field key) → text. ``extras``: letter → header of columns that the
    form does not have, with their values in ``extra_values``.
    """

    sheet: str
    header_row: int
    letters: Mapping[str, str]
    labels: Mapping[str, str]
    rows: tuple[int, ...]
    values: Mapping[str, tuple[Any, ...]]
    raw: Mapping[tuple[int, str], str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    extra_values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def cell(self, row: int, column: str | None) -> str | None:
        """Address of a field in an Excel row: the ONE place where an address is made."""
        letter = self.letters.get(column or "")
        return f"{letter}{row}" if letter else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one reading of a workbook gave. ``tasks`` is None when a fatal note says why.

    ``info`` holds sheet Thông tin by key (agency_code, agency_name, period, prepared_on as ISO text, …), clean text.
    """

    sha256: str
    format: str
    stamp: Stamp | None = None
    info: Mapping[str, str] = field(default_factory=dict)
    title: tuple[str, ...] = ()  # lines above the header, for messages and for naming the agency
    tasks: Table | None = None
    changes: Table | None = None
    notes: tuple[Note, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # task sheets that were not read → their titles


# --- periods and submissions --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A reporting period. ``kind``: day, week, month or quarter; ``end`` is inclusive; ``cutoff`` is aware."""

    kind: str
    key: str
    start: date
    end: date
    cutoff: datetime


class SubmissionState(StrEnum):
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    AFTER_LOCK = "after_lock"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


SUBMISSION_WORDS: Mapping[SubmissionState, str] = {
    SubmissionState.ACCEPTED: "Đã tiếp nhận",
    SubmissionState.SUPERSEDED: "Đã thay bằng bản mới hơn",
    SubmissionState.DUPLICATE: "Gửi lặp lại",
    SubmissionState.AFTER_LOCK: "Sau thời điểm khóa",
    SubmissionState.QUARANTINED: "Tạm giữ chờ xử lý",
    SubmissionState.REJECTED: "Trả lại",
}


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    AFTER_LOCK = "after_lock"


TIMELINESS_WORDS: Mapping[Timeliness, str] = {
    Timeliness.ON_TIME: "Đúng hạn",
    Timeliness.LATE: "Trễ hạn",
    Timeliness.AFTER_LOCK: "Sau khóa",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A document with its standing: whose, for which programme and period, in which state."""

    document: Document
    agency: str | None
    program: str
    period: str | None
    state: SubmissionState
    timeliness: Timeliness
    sender_known: bool
    rows_read: int = 0
    rows_merged: int = 0
    rows_held: int = 0
    rows_skipped: int = 0

    @property
    def id(self) -> str:
        return self.document.id


# --- the register -------------------------------------------------------------------------------


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


# --- figures ------------------------------------------------------------------------------------


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
class Row:
    """One reported row of a task, typed, with its source. Field names are those of form BM01."""

    submission: str
    agency: str
    program: str
    period: str
    received_at: datetime
    sequence: int
    file: str
    sha256: str
    sheet: str
    row: int
    letters: Mapping[str, str]
    values: Mapping[str, Any]
    raw: Mapping[str, str] = field(default_factory=dict)  # displayed text of cells whose typed value lost something
    extras: Mapping[str, str] = field(default_factory=dict)  # header → text of columns that the form does not have
    incomplete: tuple[str, ...] = ()  # rules of severity incomplete found on it (after policy)
    flags: tuple[str, ...] = ()  # flags that its own rules raise (after policy)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def cell(self, column: str) -> str | None:
        letter = self.letters.get(column)
        return f"{letter}{self.row}" if letter else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigure:
    """A counting task at as-of: the register's row, its state row and what follows from both."""

    task: Task
    lead_agency: str
    deadline: date | None
    original_deadline: date | None
    reading: DeadlineReading | None
    status: Status
    days_overdue: int | None
    recurring_met: bool | None
    flags: tuple[str, ...]
    aggregated: bool
    row: Row | None  # the state row
    updated: bool  # a good row in the present period
    extensions: tuple[Extension, ...] = ()
    missing: tuple[str, ...] = ()  # Vietnamese: what is missing, for the list of not aggregated tasks
    reminders_due: int = 0
    verdict: Verdict | None = None  # the newest one up to as-of
    new: bool = False  # «Mới giao»: new since the agency's last form
    since: Period | None = None

    @property
    def done(self) -> bool:
        return self.status in DONE

    @property
    def open(self) -> bool:
        return self.status in OPEN


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
class Change:
    """A row of an agency's sheet Biến động, waiting for the Office's decision (M605, M606)."""

    agency: str
    submission: str
    file: str
    sheet: str
    row: int
    values: Mapping[str, Any]  # keys of the schema's `changes`
    complete: bool  # has a reason and a proposal document


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check stage gives: rows that may be merged, rows that are held, findings, proposals.

    ``counts``: submission id → (read, held, skipped) of sheet Nhiệm vụ. ``reported``: submission id → every task code
    that stands in the file, whatever became of its row.
    """

    rows: tuple[Row, ...]
    held: tuple[Row, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    counts: Mapping[str, tuple[int, int, int]]
    reported: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """``rows``: task code → its good rows, oldest first (the last one is the state). ``held``: those of H707 too.

    ``kept``: the (hand-over index, task code) pairs that a "*" hand-over passed by because the task was done that day.
    """

    rows: Mapping[str, tuple[Row, ...]]
    held: tuple[Row, ...]
    findings: tuple[Finding, ...]
    held_counts: Mapping[str, int] = field(default_factory=dict)  # submission → rows held here
    kept: frozenset[tuple[int, str]] = frozenset()

    def state(self, code: str) -> Row | None:
        rows = self.rows.get(code)
        return rows[-1] if rows else None


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
