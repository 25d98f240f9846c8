"""Case ba-to-2024-05: the 93 administrative-reform tasks of a district, three quarters; what must come of them.

The order is directive «UBND huyện Ba Tơ, tháng 5/2024»; communes, persons and addresses are invented. Nothing here asks
the product for a figure: all follows by hand from ba_to_tasks.txt and the contract, section 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

CASE = "ba-to-2024-05"
ZONE = timezone(timedelta(hours=7))
DOCUMENT = ("3690/QĐ-UBND", date(2023, 12, 20), "UBND huyện Ba Tơ", "Kế hoạch cải cách hành chính năm 2024", 93)
PROGRAM = ("CCHC", "Cải cách hành chính", "Quý", "16:30", "Phòng Nội vụ", 93)
GROUP = "Các phòng, ban, cơ quan thuộc UBND huyện"
COMMUNES = "UBND các xã, thị trấn"
# code | name | aliases | head | title | focal point | position
OFFICES = [
    tuple(line.split("|"))
    for line in """
VP|Văn phòng HĐND và UBND huyện|Văn phòng|Trần Văn Mẫu|Chánh Văn phòng|Lê Thị Ví|Phó Chánh Văn phòng
PNV|Phòng Nội vụ||Nguyễn Thị Thử|Trưởng phòng|Võ Văn Dụ|Phó Trưởng phòng
PTP|Phòng Tư pháp||Phạm Văn Giả|Trưởng phòng|Hồ Thị Mẫu|Phó Trưởng phòng
PTCKH|Phòng Tài chính - Kế hoạch|Phòng TCKH|Lê Văn Thử|Trưởng phòng|Bùi Thị Ví|Phó Trưởng phòng
PVHTT|Phòng Văn hóa và Thông tin|Phòng VHTT|Đỗ Thị Dụ|Trưởng phòng|Cao Văn Mẫu|Phó Trưởng phòng
PTNMT|Phòng Tài nguyên và Môi trường|Phòng TNMT|Đinh Văn Ví|Trưởng phòng|Mai Thị Thử|Phó Trưởng phòng
PGDDT|Phòng Giáo dục và Đào tạo|Phòng GDĐT|Ngô Thị Mẫu|Trưởng phòng|Tạ Văn Ví|Phó Trưởng phòng
PKTHT|Phòng Kinh tế và Hạ tầng|Phòng KTHT|Dương Văn Dụ|Trưởng phòng|Lý Thị Giả|Phó Trưởng phòng
PLDTBXH|Phòng Lao động - Thương binh và Xã hội|Phòng LĐTBXH|Hà Thị Ví|Trưởng phòng|Vũ Văn Thử|Phó Trưởng phòng
TTR|Thanh tra huyện||Châu Văn Mẫu|Chánh Thanh tra|Phan Thị Dụ|Phó Trưởng phòng
XA01|UBND xã Ba Mẫu||Phạm Thị Giả|Chủ tịch UBND xã|Đinh Thị Hợp|Chánh Văn phòng HĐND và UBND
XA02|UBND xã Ba Thử||Đinh Văn Hợp|Chủ tịch UBND xã|Phạm Văn Hòa|Chánh Văn phòng HĐND và UBND
XA03|UBND thị trấn Ba Ví||Trương Thị Hòa|Chủ tịch UBND thị trấn|Võ Thị Giả|Chánh Văn phòng HĐND và UBND
""".strip().splitlines()
]
COMMUNE_CODES = tuple(row[0] for row in OFFICES if row[0].startswith("XA"))
DISTRICT_CODES = tuple(row[0] for row in OFFICES if not row[0].startswith("XA"))
NAMES = {row[0]: row[1] for row in OFFICES}


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """A reporting period: when the forms go out, when the files arrive, when the figures are taken."""

    number: int
    end: date
    issued: datetime
    due: date  # the day on which everybody sends, but for those in ``other``
    as_of: datetime
    other: Mapping[str, datetime | None]  # agency → its own moment; None: nothing comes

    @property
    def key(self) -> str:
        return f"2024-Q{self.number}"

    @property
    def cutoff(self) -> datetime:
        return datetime(2024, self.end.month, self.end.day, 16, 30, tzinfo=ZONE)

    def received(self, agency: str) -> datetime | None:
        usual = datetime(2024, self.due.month, self.due.day, 8, 0, tzinfo=ZONE)
        minutes = 7 * [row[0] for row in OFFICES].index(agency)
        return self.other.get(agency, usual + timedelta(minutes=minutes))


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=ZONE)


QUARTERS = (
    Quarter(number=1, end=date(2024, 3, 31), issued=_at(3, 15, 8), due=date(2024, 3, 28), as_of=_at(4, 3, 8),
            other={"PLDTBXH": _at(4, 1, 9, 12)}),
    Quarter(number=2, end=date(2024, 6, 30), issued=_at(6, 14, 8), due=date(2024, 6, 28), as_of=_at(7, 3, 8),
            other={"XA03": None}),
    Quarter(number=3, end=date(2024, 9, 30), issued=_at(9, 13, 8), due=date(2024, 9, 27), as_of=_at(10, 3, 8),
            other={"PKTHT": _at(9, 30, 16, 30)}),
)  # fmt: skip
ABSENT = {(3, "Phổ biến, giáo dục pháp luật"), (3, "Theo dõi thi hành pháp luật")}  # rows left out by their agency
EXTENDED = (date(2024, 9, 30), "1288/UBND", date(2024, 7, 9))
STRANGER = {1: ("XA02", "NV-2023-00999")}  # a row of a task that nobody assigned


@dataclass(frozen=True, kw_only=True)
class Task:
    """A row of the annex. ``story``: what becomes of it (see :func:`said`)."""

    number: int
    section: str
    lead: str
    when: str
    product: str
    content: str
    story: str

    @property
    def code(self) -> str:
        return f"NV-2023-{self.number:05d}"

    @property
    def phrase(self) -> str:
        if found := re.fullmatch(r"Q(\d)(-?)", self.when):
            roman = ("I", "II", "III", "IV")[int(found[1]) - 1]
            return f"Quý {roman}" + ("" if found[2] else "/2024")
        if found := re.fullmatch(r"T(\d+)", self.when):
            return f"Tháng {found[1].zfill(2) if int(found[1]) < 3 else found[1]}/2024"
        if found := re.fullmatch(r"(B|D)(.*)", self.when):
            return ("trước ngày " if found[1] == "B" else "") + f"{found[2]}/2024".replace("/0", "/")
        return {"TX": "Thường xuyên trong năm", "HQ": "Hằng quý", "QD": "Theo quy định"}[self.when]

    @property
    def meant(self) -> date | None:
        """The day that a person reads out of the phrase."""
        if self.when.startswith("Q") and self.when != "QD":
            return {1: date(2024, 3, 31), 2: date(2024, 6, 30), 3: date(2024, 9, 30), 4: date(2024, 12, 31)}[
                int(self.when[1])
            ]
        if self.when.startswith("T") and self.when != "TX":
            return date(2024, int(self.when[1:]) + 1, 1) - timedelta(days=1)
        if self.when[0] in "BD":
            return day(self.when[1:])
        return None

    @property
    def doubtful(self) -> bool:
        """A phrase that is not written over by a date: its year is left out, or it says «trước»."""
        return self.when.endswith("-") or self.when.startswith("B")

    @property
    def recurring(self) -> bool:
        return self.when in ("TX", "HQ")

    @property
    def lead_words(self) -> str:
        if self.lead == "XA*":
            return COMMUNES if self.number % 2 else "Ủy ban nhân dân các xã, thị trấn"
        return GROUP if self.lead == "CQ*" else ", ".join(NAMES[code] for code in self.lead.split("+"))

    @property
    def members(self) -> tuple[tuple[str, str], ...]:
        """(task code, agency) of each agency that must report."""
        leads = {"XA*": COMMUNE_CODES, "CQ*": DISTRICT_CODES}.get(self.lead, tuple(self.lead.split("+")))
        return tuple((f"{self.code}-{lead}" if len(leads) > 1 else self.code, lead) for lead in leads)

    @property
    def coordinating(self) -> str:
        if self.number % 3 == 2:
            return ""
        if self.number % 3 == 1:
            return NAMES["VP"] if self.lead == "PNV" else NAMES["PNV"]
        return COMMUNES if self.lead != "XA*" else NAMES["VP"]


def day(text: str) -> date:
    return datetime.strptime(f"{text}/2024", "%d/%m/%Y").date()


@cache
def tasks() -> tuple[Task, ...]:
    made, section = [], ""
    for line in (Path(__file__).parent / "ba_to_tasks.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            section = line[2:]
            continue
        lead, when, product, content, story = line.split("|")
        made.append(Task(number=len(made) + 1, section=section, lead=lead, when=when, product=product, content=content,
                         story=story))  # fmt: skip
    return tuple(made)


def parts() -> Iterator[tuple[Task, str, str]]:
    """(task of the annex, task code, agency) of everything that counts."""
    for task in tasks():
        for code, agency in task.members:
            yield task, code, agency


# --- what the agencies say ----------------------------------------------------------------------

EXPLAINED = {
    "delay_cause_kind": "Khách quan",
    "delay_reason": "Chờ hướng dẫn chuyên môn của cơ quan cấp trên",
    "explanation_doc": "27/BC-UBND ngày 25/3/2024",
}
STEPS = (
    "Đã phân công chuẩn bị, thu thập số liệu của các đơn vị",
    "Đã có dự thảo, đang lấy ý kiến các cơ quan liên quan",
    "Đang hoàn chỉnh theo ý kiến góp ý, chuẩn bị trình ký",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What an agency typed in a quarter. ``good``: it is merged; ``lacks``: it is not complete."""

    quarter: int
    values: Mapping[str, Any]
    planted: tuple[str, ...] = ()
    good: bool = True
    lacks: bool = False

    @property
    def done(self) -> bool:
        return self.values["reported_status"] == "Đã hoàn thành" and bool(self.values.get("result_doc"))

    @property
    def explained(self) -> bool:
        return "delay_reason" in self.values


def rows(task: Task, agency: str) -> tuple[Row, ...]:
    """All rows that the agency sends of the task, quarter by quarter; a finished task is not reported again."""
    found: list[Row] = []
    for quarter in QUARTERS:
        absent = any(quarter.number == n and task.content.startswith(words) for n, words in ABSENT)
        if quarter.received(agency) is None or absent or (found and found[-1].done and not task.recurring):
            continue
        found.append(said(task, quarter))
    return tuple(found)


def said(task: Task, quarter: Quarter) -> Row:
    """Stories: dd/mm done then · x never done, no word why · e late and explained · D, N done late with and without ·
    P first without its document · C, S a faulty first row · G asks for more time · r… met or not, by quarter."""
    kind, rest = (task.story[:1], task.story[1:]) if task.story[:1] in "xeDNPCSGr" and task.story else ("", task.story)
    number = quarter.number
    going: dict[str, Any] = {"reported_status": "Đang thực hiện", "progress": 20 + 15 * number,
                             "narrative": f"{STEPS[number - 1]} (nhiệm vụ số {task.number})"}  # fmt: skip
    if kind == "r":
        met = rest[number - 1] == "Y"
        return Row(quarter=number, values=_done(task, quarter.due - timedelta(days=3)) if met else going)
    ends = {"P": "15/03", "C": "10/06", "G": "18/09"}.get(kind, rest if kind not in "xe" or not kind else "")
    late = EXPLAINED if kind in ("e", "D", "S") and task.meant and quarter.end >= task.meant else {}
    if kind == "P" and number == 1:
        lacking = {**_done(task, day(ends)), "result_doc": ""}
        return Row(quarter=1, values=lacking, planted=("R501 result_doc",), lacks=True)
    if kind == "C" and number == 1:
        return Row(quarter=1, values={**going, "progress": "120%"}, planted=("C404 progress",), good=False)
    if kind == "S" and number == 1:
        return Row(quarter=1, values={**going, "narrative": "đang thực hiện"}, planted=("C408 narrative",), lacks=True)
    if kind == "G" and number == 2:
        asked = {"reported_status": "Đề nghị gia hạn", "requested_deadline": EXTENDED[0],
                 "extension_reason": "Chờ Sở Nội vụ hướng dẫn tiêu chí sắp xếp"}  # fmt: skip
        return Row(quarter=2, values={**going, **asked})
    if ends and day(ends) <= quarter.due:
        return Row(quarter=number, values={**_done(task, day(ends)), **late})
    return Row(quarter=number, values={**going, **late})


def _done(task: Task, on: date) -> dict[str, Any]:
    document = f"{100 + task.number}/{'KH' if task.product == 'Kế hoạch' else 'BC'}-UBND ngày {on.day}/{on.month}/2024"
    return {"reported_status": "Đã hoàn thành", "progress": 100, "completed_on": on, "result_doc": document,
            "narrative": f"Đã hoàn thành và gửi {task.product.lower()} theo yêu cầu (nhiệm vụ số {task.number})",
            "result": f"Đã ban hành {task.product.lower()}"}  # fmt: skip


# --- what must come of it -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Figure:
    status: str
    days: int | None
    aggregated: bool
    must: tuple[str, ...]
    met: bool
    unexplained: bool


def figure(task: Task, agency: str, quarter: Quarter) -> Figure:
    """A task at the quarter's as-of, by contract section 8."""
    sent = [row for row in rows(task, agency) if row.quarter <= quarter.number]
    good = [row for row in sent if row.good]
    state = good[-1] if good else None
    present = bool(good) and good[-1].quarter == quarter.number
    if task.recurring:
        met = present and state is not None and state.done
        return Figure(
            status="recurring", days=None, aggregated=True, must=("carried_over",), met=met, unexplained=False
        )
    extended = task.story == "G" and quarter.number == 3
    deadline = EXTENDED[0] if extended else task.meant
    today = quarter.as_of.date()
    status, days = _status(state, deadline, today)
    done = status.startswith("done")
    updated = done or present
    flags = {"carried_over"}
    flags |= set() if updated else {"no_update"}
    if task.meant is None:
        flags |= {"product_without_deadline", "five_clear_missing", "no_deadline_reminder"}
    if task.when.endswith("-"):
        flags.add("ambiguous_deadline")
    unexplained = status in ("overdue", "done_late") and (state is None or not state.explained)
    if unexplained:
        flags.add("no_explanation")
    if status == "overdue":
        arrivals = [QUARTERS[row.quarter - 1].received(agency) for row in good]
        heard = any(at is not None and deadline is not None and at.date() > deadline for at in arrivals)
        flags |= (set() if heard else {"overdue_silent"}) | ({"long_overdue"} if days and days > 30 else set())
    lacks = (unexplained and state is not None) or (present and state is not None and state.lacks)
    flags |= {"incomplete"} if lacks else set()
    if state is not None and state.values["reported_status"] == "Đã hoàn thành" and not state.done:
        flags.add("awaiting_closure")
    if task.story == "G" and quarter.number == 2:
        flags.add("extension_requested")
    if (
        not present
        and not done
        and quarter.received(agency) is not None
        and not any(row.quarter == quarter.number for row in sent)
    ):
        flags.add("missing_from_report")
    return Figure(status=status, days=days, aggregated=updated and not lacks, must=tuple(sorted(flags)), met=False,
                  unexplained=unexplained)  # fmt: skip


def _status(state: Row | None, deadline: date | None, today: date) -> tuple[str, int | None]:
    if state is not None and state.done:
        on = state.values["completed_on"]
        if deadline is None:
            return "done_no_deadline", None
        return ("done_on_time", None) if on <= deadline else ("done_late", (on - deadline).days)
    if deadline is None:
        return "open_no_deadline", None
    if today > deadline:
        return "overdue", (today - deadline).days
    return ("due_soon" if (deadline - today).days <= 5 else "in_time"), None
