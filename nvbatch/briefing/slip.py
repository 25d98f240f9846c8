"""A snapshot in, the values of the one-page slip with tick boxes (`Phieu-trinh.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nvbatch.briefing.changes import asking_for_time
from nvbatch.briefing.decide import Decision, first_page
from nvbatch.briefing.explain import to_explain
from nvbatch.briefing.figures import strip
from nvbatch.briefing.frame import LEADERS, extra_lines, frame, subject
from nvbatch.briefing.rows import asking
from nvbatch.briefing.wording import count
from nvbatch.config import Config
from nvbatch.model import Snapshot

LINES = 21  # of the decisions, so that the slip stays on one page
USUAL_RECIPIENTS = 5  # lines of «Nơi nhận» that stand beside the signature without taking room
USUAL_OTHERS = 4  # further matters that the page has room for


def slip(snapshot: Snapshot, config: Config, names: Mapping[str, str], urged: int, reminded: int) -> dict[str, Any]:
    """What a leader decides with a tick: proposals, list changes and extensions, letters, the list to explain.
    ``urged``, ``reminded``: how many agencies the two letters speak to."""
    figures, begin = asking(snapshot), frame(snapshot, config, kind="PTr")
    title, others = (
        subject(snapshot, "Xin ý kiến chỉ đạo thực hiện nhiệm vụ được giao"),
        _others(snapshot, urged, reminded),
    )
    room = LINES - 2 * extra_lines(begin, title) - max(0, len(begin["recipients"]) - USUAL_RECIPIENTS)
    shown = first_page(figures, names, room - max(0, len(others) - USUAL_OTHERS))
    return {
        **begin,
        "subject": title,
        "addressee": LEADERS,
        "figures": strip(snapshot),
        "summary_rest": _rest(shown, len(figures)),
        "decisions": shown,
        "others": [{"no": str(no), "text": text} for no, text in enumerate(others, start=len(shown) + 1)],
    }


def _rest(shown: Sequence[Decision], many: int) -> str:
    if many > len(shown):
        return " (việc còn lại, nội dung đầy đủ tại Mục VIII của Báo cáo)"
    return " (nội dung đầy đủ tại Mục VIII của Báo cáo)" if any(one.cut for one in shown) else ""


def _others(snapshot: Snapshot, urged: int, reminded: int) -> list[str]:
    complete = sum(change.complete for change in snapshot.changes)
    requests = sum("extension_requested" in f.flags for f in asking_for_time(snapshot))
    agencies = to_explain(snapshot) if snapshot.conference else ()
    said = (
        (complete, f"Xem xét {count(complete)} đề nghị biến động danh mục nhiệm vụ (Tờ trình kèm theo)."),
        (requests, f"Xem xét {count(requests)} đề nghị gia hạn thời gian thực hiện (Tờ trình kèm theo)."),
        (urged, f"Phát hành công văn đôn đốc {count(urged)} cơ quan (dự thảo kèm theo)."),
        (reminded, f"Phát hành công văn nhắc nhiệm vụ không thời hạn gửi {count(reminded)} cơ quan (dự thảo)."),
        (
            agencies,
            f"Thủ trưởng {count(len(agencies))} cơ quan giải trình tại Hội nghị (danh sách kèm theo).",
        ),
    )
    return [text for many, text in said if many]
