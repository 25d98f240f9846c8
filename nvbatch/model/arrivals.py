"""What arrives: receipts, documents, what a reader saw in them, and the submissions that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    values: Mapping[str, Sequence[Any]]
    raw: Mapping[tuple[int, str], str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    extra_values: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def cell(self, row: int, column: str | None) -> str | None:
        """Address of a field in an Excel row: the ONE place where an address is made."""
        letter = self.letters.get(column or "")
        return f"{letter}{row}" if letter else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one reading of a workbook gave. ``tasks`` is None when a fatal note says why.

    ``info`` holds sheet Thông tin by key (agency_code, agency_name, period, prepared_on as ISO text, …), clean text.
    ``digest``: of the bytes from which it was unpacked and which tell all of it; None where there were none.
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
    digest: str | None = field(default=None, compare=False, repr=False)


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
