"""A snapshot in, the values of the one-page slip with tick boxes (`Phieu-trinh.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nvbatch.briefing.decide import Decision, first_page
from nvbatch.briefing.explain import to_explain
from nvbatch.briefing.figures import strip
from nvbatch.briefing.frame import LEADERS, extra_lines, frame, subject
from nvbatch.briefing.rows import asking
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import count
from nvbatch.config import Config

LINES = 21  # of the decisions, so that the slip stays on one page
USUAL_RECIPIENTS = 5  # lines of «Nơi nhận» that stand beside the signature without taking room
USUAL_OTHERS = 4  # further matters that the page has room for


def slip(tasks: SortedTasks, config: Config, names: Mapping[str, str], urged: int, reminded: int) -> dict[str, Any]:
    """What a leader decides with a tick: proposals, list changes and extensions, letters, the list to explain.
    ``urged``, ``reminded``: how many agencies the two letters speak to."""
    snapshot = tasks.snapshot
    figures, begin = asking(tasks), frame(snapshot, config, kind="PTr")
    title, others = (
        subject(snapshot, "Xin ý kiến chỉ đạo thực hiện nhiệm vụ được giao"),
        _others(tasks, urged, reminded),
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


def _others(tasks: SortedTasks, urged: int, reminded: int) -> list[str]:
    snapshot = tasks.snapshot
    complete = sum(change.complete for change in snapshot.changes)
    requests = tasks.flags["extension_requested"]
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
