"""A realistic office in one value: 14 agencies, 120 tasks of every status, findings, proposals → Snapshot.

Everything is made from a counter, never from chance: the same call gives the same value. Figures are counted here
on their own, so that a test may compare what a document prints with what it was given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lone_row import lone_row
from snapshot_words import AGENCIES, DELAYS, DIFFICULTIES, DOCUMENTS, OFFICERS, PROPOSALS, TASKS

from nvbatch.config import Config, parse_config
from nvbatch.form import Form, load_form
from nvbatch.model import (
    DONE,
    OPEN,
    Agency,
    AgencyFigure,
    Besides,
    Change,
    Conference,
    DeadlineReading,
    Document,
    Due,
    Extension,
    Finding,
    Period,
    Program,
    Receipt,
    RegisterChange,
    Row,
    Severity,
    Snapshot,
    Status,
    Submission,
    SubmissionState,
    Task,
    TaskFigure,
    Timeliness,
    Totals,
    Trend,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AS_OF = datetime(2026, 11, 20, 17, 0, tzinfo=ZONE)
TODAY = AS_OF.date()
WEEK = Period(
    kind="week",
    key="2026-W47",
    start=date(2026, 11, 16),
    end=date(2026, 11, 22),
    cutoff=datetime(2026, 11, 20, 16, 30, tzinfo=ZONE),
)
MONTH = Period(
    kind="month",
    key="2026-10",
    start=date(2026, 10, 1),
    end=date(2026, 10, 31),
    cutoff=datetime(2026, 10, 31, 16, 30, tzinfo=ZONE),
)
SILENT = "SYT"  # sent nothing
LATE = "SXD"  # sent after the cut-off
BLAMELESS = ("VPUBND", "SGDDT")
BACKLOG = ("SNNMT", "SXD", "SNNMT", "SVHTTDL", "XTAYSON", "SNNMT", "SXD", "SYT", "SNV", "SXD", "PQUYNHON")

# how many of every 120 tasks have which status
MIX = {
    Status.DONE_ON_TIME: 41,
    Status.DONE_LATE: 9,
    Status.DONE_NO_DEADLINE: 6,
    Status.IN_TIME: 22,
    Status.DUE_SOON: 9,
    Status.OVERDUE: 17,
    Status.OPEN_NO_DEADLINE: 8,
    Status.RECURRING: 5,
    Status.STOPPED: 2,
    Status.TRANSFERRED: 1,
}


def config() -> Config:
    """The configuration of an invented office."""
    return parse_config(
        {
            "office": {
                "parent": "ỦY BAN NHÂN DÂN TỈNH MẪU",
                "name": "VĂN PHÒNG",
                "place": "Mẫu Đông",
                "symbol": "VPUBND",
                "signer_authority": "KT. CHÁNH VĂN PHÒNG",
                "signer_title": "PHÓ CHÁNH VĂN PHÒNG",
                "signer_name": "Lê Bá Minh Trí",
                "recipients": ["Chủ tịch, các PCT UBND tỉnh", "CVP, các PCVP UBND tỉnh", "Lưu: VT, KSTT."],
            }
        }
    )


def snapshot(
    tasks: int = 120,
    *,
    conference: bool = False,
    provisional: bool = False,
    published_before: str | None = None,
    trends: int = 5,
) -> Snapshot:
    """The office on Friday 20/11/2026, 17:00, half an hour after the weekly cut-off."""
    form = load_form()
    agencies = tuple(_agency(index) for index in range(len(AGENCIES)))
    figures = tuple(_figure(index, status, form) for index, status in enumerate(_statuses(tasks)))
    submissions = _submissions(figures)
    return Snapshot(
        as_of=AS_OF,
        periods={"CHUNG": WEEK, "DA06": MONTH},
        conference=Conference(held_on=date(2026, 11, 27), title="Hội nghị giao ban tháng 11/2026")
        if conference
        else None,
        lock_at=datetime(2026, 11, 24, tzinfo=ZONE) if conference else None,
        provisional=provisional,
        totals=totals_of(figures),
        tasks=figures,
        agencies=tuple(_agency_figure(agency, figures, submissions) for agency in agencies),
        submissions=submissions,
        findings=_findings(figures),
        changes=_changes(figures),
        register_changes=(
            RegisterChange(sheet="Nhiệm vụ", key="NV-2026-0007", column="Thời hạn", old="31/10/2026", new="30/11/2026"),
            RegisterChange(sheet="Đầu mối", key="SNV", column="Họ và tên", old="Cao Văn Mẫu", new="Lý Thị Thử"),
            RegisterChange(sheet="Nhiệm vụ", key="NV-2025-0099", column="(cả dòng)", old="có", new="không còn"),
        ),
        decisions=_decisions(figures),
        trends=tuple(_trend(back, figures) for back in range(trends, 0, -1)),
        published_before=published_before,
        programs={
            "CHUNG": Program(code="CHUNG", name="Nhiệm vụ được giao", frequency="week"),
            "DA06": Program(code="DA06", name="Đề án 06", frequency="month", unit="Tổ công tác Đề án 06"),
        },
        rules_in_force={
            "max_extensions": 1,
            "before_is_inclusive": True,
            "due_soon_days": 5,
            "long_overdue_days": 30,
            "no_deadline_reminder_months": 3,
            "late_dump_hours": 24,
            "min_narrative_chars": 20,
            "lock_days": 3,
            "late_days": 3,
            "off": ("C411",),
            "as_warning": (),
        },
        warnings=("Chương trình DA06: số nhiệm vụ trong danh mục ít hơn số đăng ký (24/26).",),
    )


def totals_of(figures: Iterable[TaskFigure]) -> Totals:
    """Contract 8.7 counted in the plainest way."""
    figures = tuple(figures)
    by_status = Counter(figure.status for figure in figures)
    done = sum(by_status[s] for s in DONE)
    dated = by_status[Status.DONE_ON_TIME] + by_status[Status.DONE_LATE]
    aside = by_status[Status.STOPPED] + by_status[Status.TRANSFERRED] + by_status[Status.RECURRING]
    fractions = {
        "done_of_assigned": (done, len(figures) - aside),
        "on_time_of_done": (by_status[Status.DONE_ON_TIME], dated),
        "done_of_due": (dated, dated + by_status[Status.OVERDUE]),
        "updated_of_open": (sum(f.updated and f.open for f in figures), sum(f.open for f in figures)),
    }
    return Totals(
        assigned=len(figures),
        by_status={status.value: by_status[status] for status in Status},
        by_class=_split(figures, lambda f: f.task.task_class),
        by_program=_split(figures, lambda f: f.task.program),
        carried_over=sum("carried_over" in f.flags for f in figures),
        recurring_met=sum(f.recurring_met is True for f in figures),
        not_aggregated=sum(not f.aggregated for f in figures),
        ratios={name: round(n / d, 4) if d else None for name, (n, d) in fractions.items()},
        fractions=fractions,
    )


def _split(figures: tuple[TaskFigure, ...], of: Callable[[TaskFigure], str]) -> dict[str, dict[str, object]]:
    names = dict.fromkeys(of(f) for f in figures)
    groups = {name: [f for f in figures if of(f) == name] for name in names}
    return {
        name: {"assigned": len(group), "by_status": {s.value: sum(f.status is s for f in group) for s in Status}}
        for name, group in groups.items()
    }


def _statuses(count: int) -> list[Status]:
    """The mix, spread evenly so that every agency gets a bit of everything, a different bit each."""
    line = [status for status, many in MIX.items() for _ in range(many)]
    return [line[(index * 37) % len(line)] for index in range(count)]


def _agency(index: int) -> Agency:
    code, name, level, group, head, title = AGENCIES[index]
    return Agency(
        code=code,
        name=name,
        level=level,
        group=group,
        head_name=head,
        head_title=title,
        email=f"{code.lower()}@vidu.gov.vn",
        row=index + 2,
    )


def _figure(index: int, status: Status, form: Form) -> TaskFigure:
    code = _lead(index, status)
    deadline = _deadline(index, status)
    task = _task(index, status, code, deadline)
    completed = _completed(status, deadline, index)
    row = None if code == SILENT and index % 3 == 0 else _row(index, status, task, completed, form)
    updated = row is not None and row.period == task_period(task).key
    flags = _flags(index, status, task, row, updated)
    return TaskFigure(
        task=task,
        lead_agency=code,
        due=_due(task, deadline if index % 9 == 3 else None, deadline),
        status=status,
        days_overdue=_days_overdue(status, deadline, completed),
        flags=flags,
        row=row,
        updated=updated,
        besides=Besides(
            recurring_met=updated if status is Status.RECURRING else None,
            missing=_missing(flags),
            reminders_due=2 if status is Status.OPEN_NO_DEADLINE and index % 2 else 0,
            new=index % 29 == 3,
        ),
    )


def _due(task: Task, extended: date | None, deadline: date | None) -> Due:
    """``extended``: the deadline that an extension gave, thirty days after the one before."""
    extension = Extension(
        task_code=task.code,
        ordinal=1,
        new_deadline=extended or TODAY,
        approval_doc="2044/UBND-KSTT",
        approved_on=TODAY - timedelta(days=60),
    )
    return Due(
        deadline,
        extended - timedelta(days=30) if extended else None,
        DeadlineReading(text=task.deadline_text, kind="DAY", on=deadline) if task.deadline_text else None,
        False,
        (extension,) if extended else (),
    )


def _lead(index: int, status: Status) -> str:
    """A few agencies bear most of the lateness; two bear none of it."""
    if status is Status.OVERDUE:
        return BACKLOG[index % len(BACKLOG)]
    code = AGENCIES[(index * 5 + index // 14) % len(AGENCIES)][0]
    return "SKHCN" if status not in DONE and code in BLAMELESS else code


def task_period(task: Task) -> Period:
    return MONTH if task.program == "DA06" else WEEK


def _deadline(index: int, status: Status) -> date | None:
    if status in (Status.DONE_NO_DEADLINE, Status.OPEN_NO_DEADLINE, Status.RECURRING):
        return None
    if status is Status.OVERDUE:
        return TODAY - timedelta(days=1 + (index * 13) % 75)
    if status is Status.DUE_SOON:
        return TODAY + timedelta(days=index % 6)
    if status is Status.IN_TIME:
        return TODAY + timedelta(days=6 + (index * 7) % 60)
    return TODAY - timedelta(days=20 + index % 40)


def _completed(status: Status, deadline: date | None, index: int) -> date | None:
    if status is Status.DONE_ON_TIME and deadline:
        return deadline - timedelta(days=index % 10)
    if status is Status.DONE_LATE and deadline:
        return deadline + timedelta(days=1 + index % 15)
    return TODAY - timedelta(days=12) if status is Status.DONE_NO_DEADLINE else None


def _days_overdue(status: Status, deadline: date | None, completed: date | None) -> int | None:
    if status is Status.OVERDUE and deadline:
        return (TODAY - deadline).days
    return (completed - deadline).days if status is Status.DONE_LATE and deadline and completed else None


def _task(index: int, status: Status, agency: str, deadline: date | None) -> Task:
    content, product, _, _ = TASKS[index % len(TASKS)]
    carried = index % 17 == 5
    text = {Status.RECURRING: "hằng tuần", Status.OPEN_NO_DEADLINE: "theo tiến độ"}.get(status)
    return Task(
        code=f"NV-{2025 if carried else 2026}-{index + 1:04d}",
        task_class="Trọng tâm" if index % 3 == 0 else "Thường xuyên",
        program="DA06" if index % 5 == 2 else "CHUNG",
        doc_number=DOCUMENTS[index % len(DOCUMENTS)],
        doc_date=date(2025 if carried else 2026, 1 + index % 7, 1 + index % 27),
        content=content,
        lead_agency=agency,
        assigned_by="UBND tỉnh" if index % 4 else "Tỉnh ủy",
        coordinating_agencies="Sở Tài chính; Sở Xây dựng; UBND các xã, phường" if index % 2 else None,
        leader="PCT phụ trách khối",
        deadline_text=text or (f"trước ngày {deadline:%d/%m/%Y}" if deadline else None),
        product=product,
        growth_impact=index % 11 == 1,
        state={Status.STOPPED: "Dừng", Status.TRANSFERRED: "Chuyển"}.get(status, "Đang theo dõi"),
        state_doc="3012/UBND-KSTT" if status in (Status.STOPPED, Status.TRANSFERRED) else None,
        row=index + 2,
    )


def _row(index: int, status: Status, task: Task, completed: date | None, form: Form) -> Row:
    period = task_period(task).key if status not in OPEN or index % 7 else "2026-W46"
    values = _values(index, status, task, completed)
    received = datetime(2026, 11, 19 if task.lead_agency != LATE else 20, 15, index % 60, tzinfo=ZONE)
    flags = ("extension_requested",) if values.get("requested_deadline") else ()
    return lone_row(
        submission=submission_id(task.lead_agency, task.program),
        agency=task.lead_agency,
        program=task.program,
        period=period,
        received_at=received,
        sequence=1 + index % 14,
        file=f"BM01_{task.lead_agency}_{task.program}_{period}.xlsx",
        sha256=f"{index:064x}",
        sheet="Nhiệm vụ",
        row=8 + index // 14,
        letters={column.key: _letter(place) for place, column in enumerate(form.tasks.columns)},
        values=values,
        flags=flags,
    )


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)


def _values(index: int, status: Status, task: Task, completed: date | None) -> dict[str, object]:
    _, _, narrative, result = TASKS[index % len(TASKS)]
    done = status in DONE
    late = status in (Status.OVERDUE, Status.DONE_LATE) and (index % 4 != 1 or task.lead_agency in BLAMELESS)
    stuck = status in OPEN and index % 3 != 2
    extend = status in (Status.OVERDUE, Status.DUE_SOON) and index % 3 == 0
    return {
        "accountable_head": next(a[4] for a in AGENCIES if a[0] == task.lead_agency),
        "supervisor": "Mai Thị Phụ Trách",
        "assignee": OFFICERS[index % len(OFFICERS)],
        "updated_on": TODAY - timedelta(days=index % 4),
        "narrative": narrative,
        "progress": 100.0 if done else float((index * 7) % 95),
        "reported_status": "Đã hoàn thành" if done else "Đề nghị gia hạn" if extend else "Đang thực hiện",
        "completed_on": completed,
        "result": result if done else None,
        "result_doc": f"{500 + index}/BC-{task.lead_agency} ngày {completed:%d/%m/%Y}" if done and completed else None,
        "difficulty": DIFFICULTIES[index % 2] if stuck else None,
        "proposal": PROPOSALS[index % 2] if stuck and index % 5 else None,
        "escalate_to": ("UBND tỉnh", "Bộ, ngành TW", "Cơ quan")[index % 3] if stuck else None,
        "delay_cause_kind": ("Khách quan", "Chủ quan")[index % 2] if late else None,
        "delay_reason": DELAYS[index % 2] if late else None,
        "explanation_doc": f"{70 + index}/GT-{task.lead_agency} ngày 12/11/2026"
        if late and (index % 5 or task.lead_agency in BLAMELESS)
        else None,
        "requested_deadline": TODAY + timedelta(days=30 + index % 20) if extend else None,
        "extension_reason": DELAYS[(index + 1) % 2] if extend else None,
        "note": None,
        "confirmation": "Chưa thống nhất" if index % 31 == 7 else None,
        "confirmation_note": "Đề nghị xem lại ngày hoàn thành." if index % 31 == 7 else None,
    }


def _flags(index: int, status: Status, task: Task, row: Row | None, updated: bool) -> tuple[str, ...]:
    carried = ("carried_over",) if task.doc_date and task.doc_date.year < TODAY.year else ()
    if status in (Status.STOPPED, Status.TRANSFERRED):
        return carried
    values = row.values if row else {}
    unexplained = status in (Status.OVERDUE, Status.DONE_LATE) and not values.get("explanation_doc")
    raised = {
        "no_update": status in OPEN and not updated,
        "incomplete": updated and (unexplained or (index % 13 == 6 and task.lead_agency not in BLAMELESS)),
        "no_explanation": unexplained,
        "long_overdue": status is Status.OVERDUE and (index * 13) % 75 >= 30,
        "overdue_silent": status is Status.OVERDUE and row is None,
        "extension_requested": bool(values.get("requested_deadline")) and index % 9 != 3,
        "extension_exceeded": bool(values.get("requested_deadline")) and index % 9 == 3,
        "no_deadline_reminder": status is Status.OPEN_NO_DEADLINE and bool(index % 2),
        "product_without_deadline": status is Status.OPEN_NO_DEADLINE,
        "stale_narrative": status is Status.IN_TIME and index % 10 == 3,
        "disputed": values.get("confirmation") == "Chưa thống nhất",
    }
    return (*(flag for flag, yes in raised.items() if yes), *carried)


def _missing(flags: tuple[str, ...]) -> tuple[str, ...]:
    if "no_update" in flags:
        return ("Chưa cập nhật trong kỳ",)
    if "incomplete" not in flags:
        return ()
    explained = ("Văn bản giải trình (số, ngày)",) if "no_explanation" in flags else ()
    return (*explained, "Diễn biến, tình hình triển khai")


def submission_id(agency: str, program: str) -> str:
    place = next(index for index, line in enumerate(AGENCIES) if line[0] == agency)
    return f"{place + 1 + (50 if program == 'DA06' else 0):06d}-0"


def _submissions(figures: tuple[TaskFigure, ...]) -> tuple[Submission, ...]:
    made = []
    for program in ("CHUNG", "DA06"):
        for agency, *_ in AGENCIES:
            read = sum(f.lead_agency == agency and f.task.program == program for f in figures)
            if agency != SILENT and read:
                held = 1 if read > 4 else 0
                made.append(_submission(agency, program, read, held, SubmissionState.ACCEPTED))
    state = SubmissionState
    return (
        *made,
        _submission("SNV", "CHUNG", 6, 0, state.SUPERSEDED, sequence=90),
        _submission("STC", "CHUNG", 0, 0, state.DUPLICATE, sequence=91),
        _submission(None, "CHUNG", 0, 0, state.QUARANTINED, sequence=92, name="Bao cao tuan (gui lai).xlsx"),
        _submission("SCT", "CHUNG", 0, 0, state.REJECTED, sequence=93, name="anh chup man hinh.xlsx"),
    )


def _submission(
    agency: str | None, program: str, read: int, held: int, state: SubmissionState, *, sequence: int = 0, name: str = ""
) -> Submission:
    sequence = sequence or int(submission_id(agency or "SNV", program).split("-")[0])
    period = MONTH if program == "DA06" else WEEK
    late = agency == LATE
    received = period.cutoff + timedelta(minutes=12) if late else period.cutoff - timedelta(hours=2 + sequence % 40)
    return Submission(
        document=Document(
            receipt=Receipt(sequence=sequence, sha256=f"{sequence:064x}", name="thu.eml", received_at=received),
            part=0,
            sha256=f"{sequence + 1000:064x}",
            container_sha256=None,
            name=name or f"BM01_{agency}_{program}_{period.key}.xlsx",
        ),
        agency=agency,
        program=program,
        period=period.key,
        state=state,
        timeliness=Timeliness.LATE if late else Timeliness.ON_TIME,
        sender_known=agency is not None,
        rows_read=read,
        rows_merged=read - held,
        rows_held=held,
        rows_skipped=0,
    )


def _agency_figure(
    agency: Agency, figures: tuple[TaskFigure, ...], submissions: tuple[Submission, ...]
) -> AgencyFigure:
    mine = [f for f in figures if f.lead_agency == agency.code]
    by_status = Counter(f.status for f in mine)
    counting = tuple(s for s in submissions if s.agency == agency.code and s.state is SubmissionState.ACCEPTED)
    watch = by_status[Status.DUE_SOON] or any(not f.aggregated for f in mine)
    return AgencyFigure(
        agency=agency,
        owes=True,
        submitted=bool(counting),
        tasks=len(mine),
        by_status={status: by_status[status] for status in Status},
        flags=(
            *(("not_submitted",) if not counting else ()),
            *(("late",) if agency.code == LATE else ()),
            *(("many_focal_points",) if agency.code == "SCT" else ()),
        ),
        mark="▲" if by_status[Status.OVERDUE] else "○" if watch else "●",
        not_aggregated=sum(not f.aggregated for f in mine),
        not_updated=sum("no_update" in f.flags for f in mine),
        longest_overdue=max((f.days_overdue or 0 for f in mine if f.status is Status.OVERDUE), default=0),
        silent_periods=2 if not counting else 0,
        submissions=tuple(s.id for s in counting),
    )


def _findings(figures: tuple[TaskFigure, ...]) -> tuple[Finding, ...]:
    kinds = (
        (
            "C404",
            Severity.ERROR,
            "progress",
            "120%",
            "Tiến độ «120%» không phải số từ 0 đến 100.",
            "Nhập lại số từ 0 đến 100.",
        ),
        (
            "C402",
            Severity.ERROR,
            "completed_on",
            "31/11/2026",
            "Ngày hoàn thành ghi «31/11/2026», ngày này không có trong lịch.",
            "Nhập lại theo thứ tự ngày/tháng/năm, ví dụ 30/11/2026.",
        ),
        (
            "C401",
            Severity.INCOMPLETE,
            "assignee",
            None,
            "Cột «Phòng, người thực hiện» để trống (rõ người).",
            "Ghi tên phòng và họ tên người được giao thực hiện.",
        ),
        (
            "C408",
            Severity.INCOMPLETE,
            "narrative",
            "đang thực hiện",
            "Diễn biến ghi «đang thực hiện», chưa nêu được việc đã làm trong kỳ.",
            "Nêu cụ thể việc đã làm, đang làm, vướng mắc (nếu có); tối thiểu 20 ký tự.",
        ),
        (
            "C405",
            Severity.WARNING,
            "progress",
            "0,85",
            "Tiến độ «0,85» được hiểu là 85%.",
            "Nếu không đúng, đề nghị ghi lại.",
        ),
        (
            "R508",
            Severity.WARNING,
            "difficulty",
            "Kinh phí",
            "Có khó khăn nhưng chưa có kiến nghị.",
            "Ghi thêm giải pháp, đề xuất.",
        ),
    )
    with_row = [f for f in figures if f.row]
    found = []
    for index in range(min(40, len(with_row))):
        figure = with_row[(index * 3) % len(with_row)]
        row = figure.row
        rule, severity, column, value, message, fix = kinds[index % len(kinds)]
        assert row is not None
        found.append(
            Finding(
                rule=rule,
                severity=severity,
                message=message,
                fix=fix,
                agency=figure.lead_agency,
                task=figure.task.code,
                file=row.file,
                sha256=row.sha256,
                submission=row.submission,
                sheet=row.sheet,
                row=row.row,
                cell=row.cell(column),
                column=column,
                value=value,
            )
        )
    waived = replace(found[-1], severity=Severity.INFO, waived=True) if found else None
    return (
        Finding(
            rule="A301",
            severity=Severity.FATAL,
            message="Người gửi chưa đăng ký làm đầu mối của cơ quan nào.",
            fix="Đăng ký đầu mối với Văn phòng rồi gửi lại từ địa chỉ đã đăng ký.",
            file="Bao cao tuan (gui lai).xlsx",
            submission="000092-0",
        ),
        Finding(
            rule="F101",
            severity=Severity.FATAL,
            message="Không mở được tệp như một bảng tính: đây là tệp ảnh PNG.",
            fix="Gửi lại tệp Excel gốc của biểu mẫu.",
            agency="SCT",
            file="anh chup man hinh.xlsx",
            submission="000093-0",
        ),
        Finding(
            rule="G810",
            severity=Severity.WARNING,
            message="Sở Y tế chưa nộp báo cáo kỳ này.",
            fix="Đôn đốc cơ quan nộp báo cáo.",
            agency=SILENT,
        ),
        *found,
        *((waived,) if waived else ()),
    )


def _changes(figures: tuple[TaskFigure, ...]) -> tuple[Change, ...]:
    kinds = ("Thay đổi thời hạn", "Bỏ bớt", "Bổ sung", "Chuyển cơ quan", "Khác")
    made = []
    for index, figure in enumerate(figures[2:8]):
        kind = kinds[index % len(kinds)]
        complete = index != 4
        made.append(
            Change(
                agency=figure.lead_agency,
                submission=submission_id(figure.lead_agency, "CHUNG"),
                file=f"BM01_{figure.lead_agency}_CHUNG_2026-W47.xlsx",
                sheet="Biến động",
                row=3 + index,
                values={
                    "change_kind": kind,
                    "task_code": None if kind == "Bổ sung" else figure.task.code,
                    "content": "Bổ sung nhiệm vụ xây dựng quy chế phối hợp liên ngành."
                    if kind == "Bổ sung"
                    else figure.task.content,
                    "old_value": "30/11/2026" if kind == "Thay đổi thời hạn" else None,
                    "new_value": "31/12/2026" if kind == "Thay đổi thời hạn" else None,
                    "reason": DELAYS[0] if complete else None,
                    "proposal_doc": f"{12 + index}/TTr-{figure.lead_agency} ngày 10/11/2026" if complete else None,
                    "to_agency": "Sở Xây dựng" if kind == "Chuyển cơ quan" else None,
                },
                complete=complete,
            )
        )
    return tuple(made)


def _decisions(figures: tuple[TaskFigure, ...]) -> tuple[str, ...]:
    asking = [f for f in figures if f.row and f.row.get("escalate_to") == "UBND tỉnh" and f.row.get("proposal")]
    asking.sort(key=lambda f: (not f.task.growth_impact, -(f.days_overdue or 0), f.task.code))
    return tuple(f.task.code for f in asking)


def _trend(back: int, figures: tuple[TaskFigure, ...]) -> Trend:
    """An earlier week: a little less done, a little more overdue."""
    totals = totals_of(figures)
    by_status = dict(totals.by_status)
    by_status["done_on_time"] -= 3 * back
    by_status["in_time"] += 2 * back
    by_status["overdue"] += back
    return Trend(
        run_id=f"2026-W{47 - back}-run",
        period=f"2026-W{47 - back}",
        as_of=AS_OF - timedelta(weeks=back),
        published=True,
        totals={
            "assigned": totals.assigned,
            "by_status": by_status,
            "not_aggregated": totals.not_aggregated + back,
            "ratios": dict(totals.ratios),
        },
    )
