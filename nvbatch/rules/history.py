"""Gate H, and R504 and M602, which hang on the day of the run: one task's life at as-of in, hits out.

Each function of ``ON_CASE`` looks at a :class:`Case`. H702 looks at the moments of an agency's files (called by
``assessment.py``), H707 at two rows of a task (called by ``stages/merge.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from nvbatch import viet
from nvbatch.calendar import period_name
from nvbatch.model import DONE, OPEN, Row, Status, Verdict
from nvbatch.rules.rule import Hit, rule
from nvbatch.rules.task import Case, CaseRule, Sign, asked_of
from nvbatch.rules.wording import clip
from nvbatch.standing import DONE_WORD, EXPLANATION, LADDER, is_done, received_on, whole_months

MANY_CUTOFFS = 2  # a cycle with fewer leaves no choice but to send everything at once


@rule(
    "H701",
    "warning",
    title="Chưa cập nhật trong kỳ",
    message="Nhiệm vụ chưa được cập nhật trong kỳ {expected}.",
    fix="Cập nhật diễn biến, tiến độ và trạng thái của nhiệm vụ trong biểu mẫu của kỳ rồi gửi lại.",
    source=("R40",),
    flag="no_update",
)
@asked_of(OPEN, Sign.SILENT)
def open_task_is_updated_in_the_period(c: Case) -> Iterable[Hit]:
    key = c.here.period.key
    yield Hit(expected=key, args={"expected": period_name(key)})


@rule(
    "H702",
    "warning",
    title="Dồn ứ, chỉ cập nhật sát giờ khóa",
    message="Từ {since} đến thời điểm khóa, mọi báo cáo của cơ quan chỉ đến trong {value} giờ cuối ({count} tệp).",
    fix="Cập nhật đều trong từng kỳ báo cáo, không chờ đến sát thời điểm khóa mới gửi.",
    source=("R43", "8.9"),
    flag="late_dump",
)
def reports_come_all_through_the_cycle(
    received: Sequence[datetime], cutoffs: Sequence[datetime], last_hours: datetime
) -> bool:
    """False where every file came in the last hours of a cycle that had several cut-offs."""
    return len(cutoffs) < MANY_CUTOFFS or min(received) < last_hours


@rule(
    "H703",
    "warning",
    title="Nội dung giống hệt kỳ trước",
    message="Diễn biến giống hệt kỳ {expected} trong khi nhiệm vụ chưa hoàn thành: «{value}».",
    fix="Ghi việc đã làm thêm trong kỳ này; nếu không có việc mới thì nêu rõ lý do.",
    source=("R42", "8.11"),
    flag="stale_narrative",
)
@asked_of(OPEN, Sign.REPEATED)
def narrative_is_new(c: Case) -> Iterable[Hit]:
    """The present period's narrative compared with that of the newest earlier period that has a good row, by fold."""
    pair = c.last_two
    if pair is None:
        return
    now, then = (row.get("narrative") for row in pair)
    if now and then and viet.fold(now) == viet.fold(then):
        before = pair[1].period
        yield Hit(
            column="narrative", value=now, expected=before, args={"value": clip(now), "expected": period_name(before)}
        )


@rule(
    "H704",
    "warning",
    title="Tiến độ thụt lùi",
    message="Kỳ {now} ghi «{value}», trong khi kỳ {then} đã ghi «{expected}».",
    fix="Kiểm tra lại tiến độ, trạng thái; nếu đúng là thụt lùi thì nêu lý do ở cột «Ghi chú».",
    source=("8.11",),
    flag="status_regressed",
)
@asked_of(OPEN | DONE, Sign.REPEATED)  # of recurring tasks each period stands alone (contract 8.20)
def progress_and_status_do_not_go_back(c: Case) -> Iterable[Hit]:
    """Progress lower, or status earlier in Chưa thực hiện < Đang thực hiện < Đã hoàn thành, than a period before."""
    row, before = c.row, c.before
    if row is None or before is None:
        return
    lower = [key for key, worth in _WORTH.items() if _less(worth(row.get(key)), worth(before.get(key)))]
    if lower:
        periods = {"now": period_name(row.period), "then": period_name(before.period)}
        yield Hit(column=lower[0], value=_step(row), expected=_step(before), args=periods)


@rule(
    "H705",
    "warning",
    title="Quá hạn, không báo cáo",
    message="Nhiệm vụ quá hạn {value} ngày (thời hạn {expected}) và chưa có báo cáo nào sau thời hạn.",
    fix="Báo cáo ngay tình hình, nguyên nhân chậm, văn bản giải trình và thời gian dự kiến hoàn thành.",
    source=("R77", "8.11"),
    flag="overdue_silent",
)
@asked_of({Status.OVERDUE})
def overdue_task_is_reported_on(c: Case) -> Iterable[Hit]:
    """Overdue, and no good row received on a day after the deadline."""
    deadline = c.due.deadline
    if deadline is None or any(received_on(r, c.here.zone) > deadline for r in c.rows):
        return
    yield Hit(value=str((c.here.today - deadline).days), expected=f"{deadline:%d/%m/%Y}")


@rule(
    "H706",
    "warning",
    title="Không thời hạn, đến kỳ đôn đốc",
    message="Nhiệm vụ không có thời hạn, giao đã {value} tháng mà chưa có kết quả (lần đôn đốc thứ {count}).",
    fix="Báo cáo kết quả đến nay và đề xuất thời hạn hoàn thành cụ thể.",
    source=("R85", "R86", "8.10"),
    flag="no_deadline_reminder",
)
@asked_of({Status.OPEN_NO_DEADLINE})
def task_without_deadline_is_reminded_of(c: Case) -> Iterable[Hit]:
    count = reminders_due(c)
    if count and c.task.doc_date is not None:
        months = whole_months(c.task.doc_date, c.here.today)
        yield Hit(column="deadline_text", value=str(months), args={"count": count})


@rule(
    "H707",
    "error",
    title="Nhiệm vụ đã hoàn thành được báo cáo lại là chưa xong",
    message="Nhiệm vụ đã được ghi nhận hoàn thành ngày {expected}, nay báo cáo «{value}». Dòng này tạm giữ.",
    fix="Nếu nhiệm vụ thật sự chưa xong, đề nghị có văn bản gửi Văn phòng để mở lại; "
    "nếu ghi nhầm, chọn lại trạng thái «Đã hoàn thành».",
    source=("R76", "8.20"),
)
def done_task_stays_done(row: Row, state: Row, verdict: Verdict | None, zone: tzinfo) -> Iterable[Hit]:
    """``state``: the newest good row of an earlier report, done as contract 8.5 has it."""
    said = row.get("reported_status")
    if said != DONE_WORD and is_done(state, verdict, zone):
        day = f"{state.get('completed_on'):%d/%m/%Y}"
        yield Hit(column="reported_status", value=said or "", expected=day, args={"value": said or "(để trống)"})


@rule(
    "R504",
    "incomplete",
    title="Thiếu giải trình chậm",
    message="Nhiệm vụ {what} (thời hạn {expected}) nhưng còn trống {missing}.",
    fix="Điền {missing}; nguyên nhân nêu cụ thể, văn bản giải trình ghi số, ký hiệu và ngày.",
    source=("R75", "R79", "8.8"),
    flag="no_explanation",
)
@asked_of({Status.OVERDUE, Status.DONE_LATE})
def lateness_is_explained(c: Case) -> Iterable[Hit]:
    """Overdue or finished late: kind of cause, cause and explanation document, on whatever row gives the state."""
    if c.due.deadline is None:
        return
    lacking = tuple(key for key in EXPLANATION if c.row is None or not c.row.get(key))
    if lacking:
        what = "quá hạn" if c.status is Status.OVERDUE else "hoàn thành trễ hạn"
        yield Hit(column=lacking[0], expected=f"{c.due.deadline:%d/%m/%Y}", args={"what": what, "lacking": lacking})


@rule(
    "M602",
    "warning",
    title="Thiếu trong báo cáo",
    message="Nhiệm vụ {task} do cơ quan chủ trì, chưa hoàn thành, nhưng không có trong báo cáo.",
    fix="Bổ sung nhiệm vụ vào báo cáo; nếu đề nghị bỏ hoặc chuyển thì ghi ở trang «Biến động» kèm Tờ trình.",
    source=("R21", "8.12"),
    flag="missing_from_report",
)
@asked_of(OPEN, Sign.ABSENT)
def open_task_stands_in_the_report(c: Case) -> Iterable[Hit]:
    yield Hit(value=c.task.content)


def reminders_due(c: Case) -> int:
    """How many reminder spans have passed since the assigning document (R85); 0 for tasks that owe none."""
    if c.status is not Status.OPEN_NO_DEADLINE or c.task.doc_date is None:
        return 0
    return whole_months(c.task.doc_date, c.here.today) // c.here.rules.no_deadline_reminder_months


_WORTH: dict[str, Any] = {"progress": lambda said: said, "reported_status": LADDER.get}


def _less(now: Any, then: Any) -> bool:
    return now is not None and then is not None and now < then


def _step(row: Row) -> str:
    """ "40%, Đang thực hiện"."""
    progress = row.get("progress")
    said = f"{progress:g}%".replace(".", ",") if progress is not None else ""
    return ", ".join(part for part in (said, row.get("reported_status")) if part)


ON_CASE: tuple[CaseRule, ...] = (
    open_task_is_updated_in_the_period,
    lateness_is_explained,
    narrative_is_new,
    progress_and_status_do_not_go_back,
    overdue_task_is_reported_on,
    task_without_deadline_is_reminded_of,
    open_task_stands_in_the_report,
)
