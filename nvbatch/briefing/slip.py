"""A snapshot in, the values of the one-page slip with tick boxes (`Phieu-trinh.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nvbatch.briefing.changes import asking_for_time
from nvbatch.briefing.decide import first_page
from nvbatch.briefing.explain import to_explain
from nvbatch.briefing.frame import LEADERS, extra_lines, frame, subject
from nvbatch.briefing.rows import asking
from nvbatch.briefing.urging import Urged
from nvbatch.briefing.wording import count, number
from nvbatch.config import Config
from nvbatch.model import Snapshot, Status

LINES = 22  # of the decisions, so that the slip stays on one page
USUAL_RECIPIENTS = 5  # lines of «Nơi nhận» that stand beside the signature without taking room


def slip(snapshot: Snapshot, config: Config, names: Mapping[str, str], urged: tuple[Urged, ...]) -> dict[str, Any]:
    """What a leader decides with a tick: proposals, list changes and extensions, the letter, the list to explain."""
    figures, begin = asking(snapshot), frame(snapshot, config, kind="PTr")
    title = subject(snapshot, "Xin ý kiến chỉ đạo thực hiện nhiệm vụ được giao")
    room = LINES - 2 * extra_lines(begin, title) - max(0, len(begin["recipients"]) - USUAL_RECIPIENTS)
    shown = first_page(figures, names, room)
    others = enumerate(_others(snapshot, urged), start=len(shown) + 1)
    return {
        **begin,
        "subject": title,
        "addressee": LEADERS,
        "summary": _summary(snapshot)
        + (" (việc còn lại tại Mục VIII của Báo cáo)" if len(figures) > len(shown) else ""),
        "decisions": shown,
        "others": [{"no": str(place), "text": text} for place, text in others],
    }


def _summary(snapshot: Snapshot) -> str:
    totals = snapshot.totals
    overdue, soon = (totals.by_status.get(status, 0) for status in (Status.OVERDUE, Status.DUE_SOON))
    return (
        f"Văn phòng đã tổng hợp {number(totals.assigned)} nhiệm vụ: {count(overdue)} quá hạn, {count(soon)} sắp đến "
        f"hạn, {count(totals.not_aggregated)} chưa tổng hợp; kính trình các nội dung sau"
    )


def _others(snapshot: Snapshot, urged: tuple[Urged, ...]) -> list[str]:
    complete = sum(change.complete for change in snapshot.changes)
    requests = sum("extension_requested" in f.flags for f in asking_for_time(snapshot))
    agencies = to_explain(snapshot) if snapshot.conference else ()
    said = (
        (complete, f"Xem xét {count(complete)} đề nghị biến động danh mục nhiệm vụ (Tờ trình kèm theo)."),
        (requests, f"Xem xét {count(requests)} đề nghị gia hạn thời gian thực hiện (Tờ trình kèm theo)."),
        (urged, f"Phát hành công văn đôn đốc {count(len(urged))} cơ quan (dự thảo kèm theo)."),
        (
            agencies,
            f"Thủ trưởng {count(len(agencies))} cơ quan giải trình tại Hội nghị (danh sách kèm theo).",
        ),
    )
    return [text for many, text in said if many]
