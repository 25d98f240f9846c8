"""The sentences of the agency workbook: period, deadline for sending, the Office's assessment of a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from nvbatch import viet
from nvbatch.formbook.layout import Layout, is_recurring
from nvbatch.formbook.marks import Mend
from nvbatch.model import FLAG_WORDS, STATUS_WORDS, Assignment, Period, Severity, Status, TaskFigure

# What the agency cannot act on: a fact about the list, not about its report.
_NOT_TOLD = frozenset({"carried_over"})


def day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def moment(value: datetime) -> str:
    """«16 giờ 30 phút ngày 20/11/2026», in the zone of the value."""
    return f"{value.hour:02d} giờ {value.minute:02d} phút ngày {day(value)}"


def period_words(period: Period) -> str:
    """«Tuần 47 năm 2026 (từ ngày 16/11/2026 đến ngày 22/11/2026)»."""
    if period.kind == "day":
        return f"Ngày {day(period.start)}"
    if period.kind == "week":
        name = f"Tuần {period.key[-2:].lstrip('W0')} năm {period.key[:4]}"
    elif period.kind == "month":
        name = f"Tháng {period.start.month} năm {period.start.year}"
    else:
        name = f"Quý {('I', 'II', 'III', 'IV')[(period.start.month - 1) // 3]} năm {period.start.year}"
    return f"{name} (từ ngày {day(period.start)} đến ngày {day(period.end)})"


def period_line(assignment: Assignment) -> str:
    """Programme, period and the moment until which it may be sent."""
    return (
        f"Chương trình: {assignment.program.name} · Kỳ báo cáo: {period_words(assignment.period)} · "
        f"Gửi trước {moment(assignment.period.cutoff)}"
    )


def assessment(figure: TaskFigure, closed: bool) -> str:
    """Column *Đánh giá của Văn phòng*: new or not, where the task stands, what is wrong with it, the verdict."""
    said = ["Mới giao."] if figure.new else []
    said.append(_standing(figure, closed))
    if figure.original_deadline is not None and figure.deadline is not None:
        said.append(f"Đã gia hạn đến ngày {day(figure.deadline)}.")
    flags = [FLAG_WORDS.get(flag, flag) for flag in figure.flags if flag not in _NOT_TOLD]
    if flags and not closed:
        said.append(f"Lưu ý: {'; '.join(_lower(flag) for flag in flags)}.")
    if figure.verdict is not None:
        opinion = f" – {figure.verdict.opinion.strip().rstrip('.')}" if figure.verdict.opinion else ""
        said.append(f"Thẩm định ngày {day(figure.verdict.assessed_on)}: {figure.verdict.verdict}{opinion}.")
    return " ".join(said)


class Assessments:
    """:func:`assessment` for the many tasks of a workbook, most of which stand alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], str] = {}

    def of(self, figure: TaskFigure, closed: bool) -> str:
        if figure.original_deadline is not None or figure.verdict is not None:
            return assessment(figure, closed)
        recurring = figure.recurring_met is not None and is_recurring(figure)
        key = (figure.status, figure.days_overdue, figure.flags, closed, figure.new, figure.recurring_met, recurring)
        said = self._known.get(key)
        if said is None:
            said = self._known[key] = assessment(figure, closed)
        return said


def still_missing(layout: Layout) -> str:
    """The line above the table: how many required cells are blank, in how many tasks."""
    cells = sum(line.missing for line in layout.lines)
    return missing_words(cells, sum(line.missing > 0 for line in layout.lines))


def missing_words(cells: int, tasks: int) -> str:
    return f"Còn thiếu {cells} ô bắt buộc ở {tasks} nhiệm vụ." if cells else "Đã điền đủ các ô bắt buộc."


def counted(mends: Iterable[Mend]) -> str:
    """«02 nội dung phải sửa, 01 nội dung lưu ý», in order of severity; empty when nothing was found."""
    counts = Counter(mend.severity for mend in mends)
    return ", ".join(f"{counts[s]:02d} nội dung {_KINDS[s]}" for s in Severity if counts[s])


def received_words(assignment: Assignment, zone: tzinfo) -> str:
    """What was received when; for the head of the list of things to mend."""
    if assignment.submission is None:
        return ""
    document = assignment.submission.document
    at = document.receipt.received_at.astimezone(zone)
    return f"Văn phòng đã nhận báo cáo của Quý cơ quan lúc {moment(at)} (tệp «{viet.clean(document.name)}»)."


_KINDS = {
    Severity.FATAL: "làm cho tệp chưa thể tiếp nhận",
    Severity.ERROR: "phải sửa",
    Severity.INCOMPLETE: "chưa đầy đủ",
    Severity.WARNING: "lưu ý",
    Severity.INFO: "thông tin",
}


def _standing(figure: TaskFigure, closed: bool) -> str:
    word = STATUS_WORDS[figure.status]
    if closed:
        done = "Đã hoàn thành. " if figure.done else ""
        return f"{done}{word}; không phải cập nhật."
    if figure.status is Status.OVERDUE and figure.days_overdue:
        return f"{word} ({figure.days_overdue} ngày)."
    if is_recurring(figure) and figure.recurring_met is not None:
        return f"{word}, {'đã' if figure.recurring_met else 'chưa'} có kết quả trong kỳ."
    return f"{word}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
