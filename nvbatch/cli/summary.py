"""A run's summary in, the few lines that a clerk reads after it out: the sum, what needs a human now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from gettext import gettext as _

from nvbatch.model import DONE, Status, SubmissionState
from nvbatch.summary import Summary

AT_MOST = 3  # matters shown after a run: more would not be read
NAMES = 5  # agencies named in one line


def closing_line(summary: Summary) -> str:
    """«Nộp 13/14 · hợp lệ 11 · phải sửa 2 · nhiệm vụ: 120 = 56 hoàn thành + …»; the terms always add up."""
    terms = " + ".join(f"{count} {word}" for word, count in task_terms(summary) if count) or "0"
    text = _("Nộp {sent}/{owing} · hợp lệ {fit} · phải sửa {mend} · nhiệm vụ: {assigned} = {terms}")
    return text.format(
        sent=summary.sent,
        owing=summary.owing,
        fit=summary.fit,
        mend=len(summary.mend),
        assigned=summary.totals.assigned,
        terms=terms,
    )


def needs_a_human(summary: Summary) -> tuple[str, ...]:
    """The three matters that no run can settle, most pressing first."""
    return tuple(_matters(summary))[:AT_MOST]


def file_terms(summary: Summary) -> Iterator[tuple[str, int]]:
    """What became of the files of the present periods: words and numbers."""
    count = Counter({SubmissionState(name): number for name, number in summary.files.items()})
    yield _("đã tiếp nhận"), count[SubmissionState.ACCEPTED]
    yield _("đã thay bằng bản mới hơn"), count[SubmissionState.SUPERSEDED]
    yield _("gửi lặp lại"), count[SubmissionState.DUPLICATE]
    yield _("sau thời điểm khóa"), count[SubmissionState.AFTER_LOCK]
    yield _("tạm giữ"), count[SubmissionState.QUARANTINED]
    yield _("trả lại"), count[SubmissionState.REJECTED]


def task_terms(summary: Summary) -> Iterator[tuple[str, int]]:
    """The tasks by status, as the closing line adds them up: words and numbers."""
    count = Counter({Status(name): number for name, number in summary.totals.by_status.items()})
    yield _("hoàn thành"), sum(count[status] for status in DONE)
    yield _("trong hạn"), count[Status.IN_TIME]
    yield _("sắp đến hạn"), count[Status.DUE_SOON]
    yield _("quá hạn"), count[Status.OVERDUE]
    yield _("không thời hạn"), count[Status.OPEN_NO_DEADLINE]
    yield _("định kỳ"), count[Status.RECURRING]
    yield _("dừng"), count[Status.STOPPED]
    yield _("đã chuyển"), count[Status.TRANSFERRED]


def _matters(summary: Summary) -> Iterator[str]:
    if summary.held:
        text = _("{n} tệp tạm giữ, cần xác định người gửi: {names} (xem: nvbatch quarantine list)")
        yield text.format(n=len(summary.held), names=_some(summary.held))
    if summary.register_errors:
        codes = ", ".join(summary.register_rules)
        text = _("{n} lỗi trong danh mục register.xlsx phải sửa ({codes}; xem: nvbatch doctor)")
        yield text.format(n=summary.register_errors, codes=codes)
    if summary.silent:
        text = _("{n} cơ quan chưa nộp, cần đôn đốc: {names}")
        yield text.format(n=len(summary.silent), names=_some(summary.silent))
    if summary.decisions:
        text = _("{n} việc cần xin ý kiến chỉ đạo: {names}")
        yield text.format(n=len(summary.decisions), names=_some(summary.decisions))
    if summary.changes:
        yield _("{n} đề nghị biến động danh mục chờ Văn phòng quyết định").format(n=summary.changes)
    if summary.mend:
        yield _("{n} cơ quan phải sửa báo cáo: {names}").format(n=len(summary.mend), names=_some(summary.mend))


def _some(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:NAMES]) + (_(" và {n} nữa").format(n=len(every) - NAMES) if len(every) > NAMES else "")
