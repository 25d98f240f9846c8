"""A snapshot in, the result notice to all agencies (`Thong-bao-ket-qua.docx`) out; it names agencies, no persons."""

from __future__ import annotations

from typing import Any

from nvbatch.briefing import figures
from nvbatch.briefing.agency_rows import agency_row, sum_row, with_tasks
from nvbatch.briefing.discipline import discipline
from nvbatch.briefing.frame import annexes, attached_to, frame, full_name, subject
from nvbatch.briefing.report import MOST_AGENCIES
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import count
from nvbatch.config import Config
from nvbatch.model import Snapshot, Status


def notice(tasks: SortedTasks, config: Config, reply_by: str) -> dict[str, Any]:
    """Values of the notice. Agencies stand in the register's order; many of them move to an annex."""
    snapshot = tasks.snapshot
    begin = frame(snapshot, config, kind="TB")
    order = with_tasks(snapshot)
    rows = [agency_row(f, place) for place, f in enumerate(order, start=1)]
    many = len(order) > MOST_AGENCIES
    shown = annexes({"agencies": many})
    return {
        **begin,
        "subject": subject(snapshot, "Kết quả thực hiện nhiệm vụ được giao"),
        "attached_to": attached_to("Thông báo", begin, config),
        "sender": full_name(config),
        "general": figures.general(tasks),
        "annex": shown,
        "agencies_intro": f"Kết quả của {count(len(order))} cơ quan nêu tại {shown['agencies']}." if many else "",
        "agencies": [] if many else rows,
        "all_agencies": rows,
        "agencies_total": sum_row(order, "Tổng cộng"),
        "discipline": discipline(tasks, config),
        "demands": _demands(snapshot, reply_by),
    }


def _demands(snapshot: Snapshot, reply_by: str) -> list[str]:
    overdue, left_out = snapshot.totals.by_status.get(Status.OVERDUE, 0), snapshot.totals.not_aggregated
    silent = [f.agency.name for f in snapshot.agencies if "not_submitted" in f.flags]
    before = f" trước {reply_by}" if reply_by else ""
    said = [
        (
            overdue,
            f"Các cơ quan có nhiệm vụ quá hạn ({count(overdue)} nhiệm vụ) khẩn trương hoàn thành dứt điểm; "
            "giải trình bằng văn bản, nêu rõ loại nguyên nhân (khách quan, chủ quan) và thời gian hoàn thành.",
        ),
        (
            left_out,
            f"Các cơ quan có nhiệm vụ chưa tổng hợp ({count(left_out)} nhiệm vụ) cập nhật, bổ sung đầy "
            f"đủ thông tin theo tệp phản hồi của Văn phòng{before}.",
        ),
        (silent, f"Các cơ quan chưa nộp báo cáo ({count(len(silent))} cơ quan) gửi báo cáo về Văn phòng{before}."),
        (
            True,
            "Thủ trưởng các cơ quan trực tiếp chỉ đạo, chịu trách nhiệm về số liệu báo cáo; thực hiện báo cáo đúng "
            "kỳ, đúng mẫu, qua đầu mối đã đăng ký.",
        ),
    ]
    kept = [text for needed, text in said if needed]
    return [f"{place}. {text}" for place, text in enumerate(kept, start=1)]
