"""A snapshot in, the named values of the leaders' briefing (`Bao-cao-tong-hop.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nvbatch.briefing import figures
from nvbatch.briefing.agency_rows import agency_row, sum_row, with_tasks, worst_first
from nvbatch.briefing.decide import LINES, Decision, first_page
from nvbatch.briefing.discipline import discipline
from nvbatch.briefing.frame import LEADERS, annexes, attached_to, conference, extra_lines, frame, subject
from nvbatch.briefing.lists import coming, lists
from nvbatch.briefing.longest import Annexed
from nvbatch.briefing.rows import asking, task_rows
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import count, listed
from nvbatch.config import Config
from nvbatch.model import Snapshot, Status

MOST = 15  # overdue tasks in the main text; the annex holds all
FEWER = 10  # rows of the other tables there
MOST_AGENCIES = 20


def briefing(tasks: SortedTasks, config: Config, names: Mapping[str, str]) -> dict[str, Any]:
    """Every name that the template may use; docs/templates.md explains them."""
    snapshot = tasks.snapshot
    begin = frame(snapshot, config, kind="BC", upward=True)
    title, months = subject(snapshot), coming(snapshot, config)[0]
    lines, decisions = LINES - 2 * extra_lines(begin, title), asking(tasks)
    chosen = lists(tasks, config)
    shown = annexes({name: bool(found.many) for name, found in chosen.items()} | {"agencies": True})
    rows = {name: task_rows(found.shown, names) for name, found in chosen.items()}
    return {
        **begin,
        "subject": title,
        "addressee": LEADERS,
        "attached_to": attached_to("Báo cáo", begin, config),
        "figures": figures.strip(snapshot),
        "general": figures.general(tasks),
        "results": figures.results(snapshot),
        **figures.chart_words(snapshot),
        "annex": shown,
        "annex_rest": {name: found.rest for name, found in chosen.items()},
        "next_month": months,
        **_decisions(first_page(decisions, names, lines), len(decisions), shown["proposals"]),
        **_agencies(snapshot, shown),
        **_overdue(rows["overdue"], tasks, shown),
        **_done_late(rows["done_late"], chosen["done_late"], shown),
        **_due(rows["due"], tasks, chosen["due"], shown, months),
        **_not_aggregated(rows["not_aggregated"], tasks, shown),
        **_proposals(rows["proposals"], chosen["proposals"], shown),
        "discipline": discipline(tasks, config),
        "all_results": rows["results"],
        "closing": _closing(snapshot, config, bool(decisions)),
    }


def _rest(many: int, annex: str, most: int = FEWER, what: str = "nhiệm vụ") -> str:
    """``… còn lại xem Phụ lục I`` when a list is longer than the main text shows."""
    if many > most:
        return f" Dưới đây nêu {count(most)} {what}, còn lại xem {annex}."
    return f" Chi tiết tại {annex}."


def _decisions(shown: Sequence[Decision], many: int, annex: str) -> dict[str, Any]:
    """Page one cuts long texts; where the whole stands is said in the heading."""
    said = [f"{count(len(shown))} trong {count(many)} việc; còn lại tại Mục VIII"] if many > len(shown) else []
    said += [f"nội dung đầy đủ tại {annex}"] if any(one.cut for one in shown) else []
    return {"decisions": shown, "decisions_rest": f"({'; '.join(said)})" if said else ""}


def _agencies(snapshot: Snapshot, annex: Mapping[str, str]) -> dict[str, Any]:
    """The table of section III: all agencies with tasks, or the worst twenty when there are many; sums are of all."""
    order = worst_first(with_tasks(snapshot))
    order = sorted(order, key=lambda f: "▲○●".find(f.mark))
    shown = order[:MOST_AGENCIES]
    few = len(order) <= MOST_AGENCIES
    note = "Khác: không có thời hạn, định kỳ, dừng thực hiện, đã chuyển."
    return {
        "agencies": [agency_row(f, no) for no, f in enumerate(shown, start=1)],
        "all_agencies": [agency_row(f, no) for no, f in enumerate(order, start=1)],
        "agencies_total": sum_row(order, "Tổng cộng"),
        "agencies_caption": "Kết quả theo cơ quan" if few else f"{count(MOST_AGENCIES)} cơ quan cần quan tâm nhất",
        "agencies_note": note
        if few
        else f"{note} Dòng tổng cộng tính cho tất cả cơ quan có nhiệm vụ; đầy đủ tại {annex['agencies']}.",
    }


def _overdue(rows: Sequence[object], tasks: SortedTasks, annex: Mapping[str, str]) -> dict[str, Any]:
    many = tasks.number(lambda f: f.status is Status.OVERDUE)
    silent = tasks.number(lambda f: f.status is Status.OVERDUE and "overdue_silent" in f.flags)
    unexplained = tasks.number(lambda f: f.status is Status.OVERDUE and "no_explanation" in f.flags)
    notes = [f"{count(silent)} nhiệm vụ quá hạn mà không báo cáo"] if silent else []
    notes += [f"{count(unexplained)} nhiệm vụ chưa có giải trình đầy đủ"] if unexplained else []
    said = f", trong đó {', '.join(notes)}" if notes else ""
    return {
        "overdue": rows[:MOST],
        "all_overdue": rows,
        "overdue_intro": f"Có {count(many)} nhiệm vụ quá hạn chưa hoàn thành{said}."
        + _rest(many, annex["overdue"], MOST),
    }


def _done_late(rows: Sequence[object], found: Annexed, annex: Mapping[str, str]) -> dict[str, Any]:
    """Finished late is another matter than overdue: a lesson, not a task (R72)."""
    said = f"Ngoài ra có {count(found.many)} nhiệm vụ đã hoàn thành nhưng trễ hạn; danh sách tại {annex['done_late']}."
    return {"all_done_late": rows, "done_late_intro": said if found.many else ""}


def _due(
    rows: Sequence[object], tasks: SortedTasks, found: Annexed, annex: Mapping[str, str], month: str
) -> dict[str, Any]:
    soon = tasks.number(lambda f: f.status is Status.DUE_SOON)
    later = found.many - soon
    return {
        "due": rows[:FEWER],
        "all_due": rows,
        "due_intro": f"Có {count(soon)} nhiệm vụ sắp đến hạn và {count(later)} nhiệm vụ khác đến hạn trong {month}."
        + _rest(found.many, annex["due"]),
    }


def _not_aggregated(rows: Sequence[object], tasks: SortedTasks, annex: Mapping[str, str]) -> dict[str, Any]:
    many, agencies = len(tasks.not_aggregated), tasks.snapshot.agencies
    silent = tasks.number(lambda f: not f.aggregated and "no_update" in f.flags)
    by_agency = sorted(((f.not_aggregated, f.agency.name) for f in agencies if f.not_aggregated), reverse=True)
    most = listed([f"{name} ({count(left_out)})" for left_out, name in by_agency[:3]])
    return {
        "not_aggregated": rows[:FEWER],
        "all_not_aggregated": rows,
        "not_aggregated_intro": f"Có {count(many)} nhiệm vụ chưa tổng hợp nội dung, kết quả thực hiện (không "
        f"cập nhật trong kỳ: {count(silent)}; cập nhật chưa đầy đủ: {count(many - silent)}); các nhiệm vụ này "
        "vẫn được tính trong mọi số liệu và trong danh sách quá hạn, sắp đến hạn."
        + (f" Nhiều nhất: {most}." if most else "")
        + _rest(many, annex["not_aggregated"]),
    }


def _proposals(rows: Sequence[Any], found: Annexed, annex: Mapping[str, str]) -> dict[str, Any]:
    levels: dict[str, int] = {}
    for row in rows:
        level = row.escalate_to or "chưa ghi cấp giải quyết"
        levels[level] = levels.get(level, 0) + 1
    by_level = "; ".join(f"{level}: {count(many)}" for level, many in levels.items())
    return {
        "proposals": rows[:FEWER],
        "all_proposals": rows,
        "proposals_intro": f"Có {count(found.many)} kiến nghị, đề xuất"
        + ("." if found.rest else f" ({by_level}).")
        + _rest(found.many, annex["proposals"], what="kiến nghị"),
    }


def _closing(snapshot: Snapshot, config: Config, asks: bool) -> str:
    for_what = f" phục vụ {conference(snapshot)}" if snapshot.conference else ""
    wish = "xem xét, cho ý kiến chỉ đạo" if asks else "xem xét, chỉ đạo"
    return f"Văn phòng kính báo cáo tình hình thực hiện nhiệm vụ được giao{for_what}; kính đề nghị {LEADERS} {wish}"
