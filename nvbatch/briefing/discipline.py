"""A snapshot in, the sentences of «Chấp hành chế độ báo cáo» out."""

from __future__ import annotations

from collections import Counter

from nvbatch.briefing.agency_rows import silence
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import NOTHING, count, listed
from nvbatch.config import Config
from nvbatch.model import AgencyFigure, Snapshot, SubmissionState

_AGENCY_FAULTS = (
    ("not_submitted", "Chưa nộp báo cáo"),
    ("late", "Nộp báo cáo sau giờ chốt"),
    ("late_dump", "Dồn ứ, chỉ cập nhật sát thời điểm khóa"),
    ("no_focal_point", "Chưa cử đầu mối"),
    ("many_focal_points", "Cử nhiều hơn một đầu mối"),
    ("focal_point_level", "Đầu mối chưa phải lãnh đạo cấp phòng"),
    ("ended", "Đã kết thúc hoạt động, còn nhiệm vụ"),
)
_TASK_FAULTS = (
    ("missing_from_report", "thiếu trong báo cáo"),
    ("stale_narrative", "nội dung giống hệt kỳ trước"),
    ("overdue_silent", "quá hạn mà không báo cáo"),
    ("awaiting_closure", "đã làm xong nhưng chưa báo cáo kết thúc"),
    ("deputy_accountable", "giao cấp phó chịu trách nhiệm thay người đứng đầu"),
    ("five_clear_missing", "chưa bảo đảm 5 rõ"),
    ("status_regressed", "tiến độ thụt lùi so với kỳ trước"),
    ("extension_exceeded", "đề nghị gia hạn quá số lần cho phép"),
    ("unconfirmed", "chưa xác nhận đánh giá của Văn phòng"),
)


def discipline(tasks: SortedTasks, config: Config) -> list[str]:
    """Who sent and who did not, who was late, what was returned, how well it was filled in."""
    snapshot = tasks.snapshot
    owing = [f for f in snapshot.agencies if f.owes]
    sent = [f for f in owing if f.submitted]
    lines = [f"1. Nộp báo cáo: {count(len(sent))}/{count(len(owing))} cơ quan phải báo cáo đã nộp."] if owing else []
    lines += [line for flag, words in _AGENCY_FAULTS if (line := _agencies(snapshot, flag, words))]
    lines += _returned(snapshot)
    lines += _not_taken_up(snapshot)
    faults = [f"{words}: {count(tasks.flags[flag])}" for flag, words in _TASK_FAULTS if tasks.flags[flag]]
    if faults:
        lines.append(f"2. Chất lượng cập nhật (số nhiệm vụ): {'; '.join(faults)}.")
    return lines or [NOTHING]


def _not_taken_up(snapshot: Snapshot) -> list[str]:
    """Tasks given since an agency's last report, on which it has not reported yet (R39)."""
    new = Counter(f.lead_agency for f in snapshot.tasks if f.besides.new)
    named = [f"{f.agency.name} ({count(new[f.agency.code])})" for f in snapshot.agencies if new[f.agency.code]]
    many = count(sum(new.values()))
    return [f"- Nhiệm vụ mới giao, cơ quan chưa báo cáo tiếp nhận ({many}): {listed(named, most=10)}."] if new else []


def _agencies(snapshot: Snapshot, flag: str, words: str) -> str:
    found = [f for f in snapshot.agencies if flag in f.flags and (flag != "ended" or f.tasks)]
    return f"- {words} ({count(len(found))}): {listed((_named(f, flag) for f in found), most=25)}." if found else ""


def _named(figure: AgencyFigure, flag: str) -> str:
    return figure.agency.name + (silence(figure) if flag == "not_submitted" else "")


def _returned(snapshot: Snapshot) -> list[str]:
    states = [s.state for s in snapshot.submissions]
    words = [
        f"{words} {count(states.count(state))}"
        for state, words in (
            (SubmissionState.REJECTED, "trả lại để làm lại"),
            (SubmissionState.QUARANTINED, "tạm giữ chờ xử lý"),
            (SubmissionState.AFTER_LOCK, "nhận sau thời điểm khóa"),
        )
        if states.count(state)
    ]
    return [f"- Tệp báo cáo: {', '.join(words)}."] if words else []
