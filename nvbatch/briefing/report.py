"""A snapshot in, the named values of the leaders' briefing (`Bao-cao-tong-hop.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nvbatch.briefing import figures
from nvbatch.briefing.decide import LINES, first_page
from nvbatch.briefing.discipline import discipline
from nvbatch.briefing.frame import LEADERS, annexes, attached_to, conference, extra_lines, frame, subject
from nvbatch.briefing.rows import agency_row, asking, sum_row, task_rows, worst_first
from nvbatch.briefing.wording import count, listed
from nvbatch.config import Config
from nvbatch.model import Snapshot, Status, TaskFigure

MOST = 15  # overdue tasks in the main text; the annex holds all
FEWER = 10  # rows of the other tables there
MOST_AGENCIES = 20


def briefing(snapshot: Snapshot, config: Config, names: Mapping[str, str]) -> dict[str, Any]:
    """Every name that the template may use; docs/templates.md explains them."""
    begin = frame(snapshot, config, kind="BC", upward=True)
    title = subject(snapshot)
    lines = LINES - 2 * extra_lines(begin, title)
    chosen = _chosen(snapshot, config)
    shown = annexes({name: bool(found) for name, found in chosen.items() if name in _ANNEXES} | {"agencies": True})
    rows = {name: task_rows(found, names) for name, found in chosen.items()}
    return {
        **begin,
        "subject": title,
        "addressee": LEADERS,
        "attached_to": attached_to("Báo cáo", begin, config),
        "figures": figures.strip(snapshot),
        "general": figures.general(snapshot),
        "results": figures.results(snapshot),
        **figures.chart_words(snapshot),
        "annex": shown,
        "next_month": _coming(snapshot, config)[0],
        **_decisions(first_page(chosen["decisions"], names, lines), len(rows["decisions"])),
        **_agencies(snapshot, shown),
        **_overdue(rows["overdue"], chosen["overdue"], shown),
        **_due(rows, shown, _coming(snapshot, config)[0]),
        **_not_aggregated(rows["not_aggregated"], snapshot, shown),
        **_proposals(rows["proposals"], shown),
        "discipline": discipline(snapshot, config),
        "all_results": rows["results"],
        "closing": _closing(snapshot, config, bool(rows["decisions"])),
    }


_ANNEXES = ("overdue", "due", "not_aggregated", "proposals", "results")


def _chosen(snapshot: Snapshot, config: Config) -> dict[str, list[TaskFigure]]:
    """Which tasks each list speaks of, each in its own order."""
    decisions = asking(snapshot)
    _, last = _coming(snapshot, config)
    soon = sorted((f for f in snapshot.tasks if f.status is Status.DUE_SOON), key=_by_deadline)
    month = sorted(
        (f for f in snapshot.tasks if f.status is Status.IN_TIME and f.deadline and f.deadline <= last),
        key=_by_deadline,
    )
    first_ones = {f.task.code for f in decisions}
    others = (f for f in snapshot.tasks if _asks(f) and f.task.code not in first_ones)
    return {
        "decisions": decisions,
        "overdue": sorted((f for f in snapshot.tasks if f.status is Status.OVERDUE), key=_longest),
        "due_soon": soon,
        "due_next_month": month,
        "due": soon + month,
        "not_aggregated": sorted((f for f in snapshot.tasks if not f.aggregated), key=_by_agency),
        "proposals": decisions + sorted(others, key=_by_agency),
        "results": sorted((f for f in snapshot.tasks if f.aggregated and f.updated and f.row), key=_by_agency),
    }


def _asks(figure: TaskFigure) -> bool:
    return bool(figure.row and figure.row.get("proposal")) and (figure.open or figure.status is Status.RECURRING)


def _longest(figure: TaskFigure) -> tuple[int, str]:
    return -(figure.days_overdue or 0), figure.task.code


def _by_deadline(figure: TaskFigure) -> tuple[date, str]:
    return figure.deadline or date.max, figure.task.code


def _by_agency(figure: TaskFigure) -> tuple[str, str]:
    return figure.lead_agency, figure.task.code


def _coming(snapshot: Snapshot, config: Config) -> tuple[str, date]:
    """As-of's month and the one after it (R54, R55): both names, ``tháng 4, tháng 5/2022``, and the last day."""
    today = snapshot.as_of.astimezone(config.zone).date()
    year, month = today.year + today.month // 12, today.month % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    this = f"tháng {today.month}" + ("" if year == today.year else f"/{today.year}")
    return f"{this}, tháng {month}/{year}", date.fromordinal(after.toordinal() - 1)


def _rest(rows: Sequence[object], annex: str, most: int = FEWER, what: str = "nhiệm vụ") -> str:
    """``… còn lại 12 nhiệm vụ xem Phụ lục I`` when a list is longer than the main text shows."""
    if len(rows) > most:
        return f" Dưới đây nêu {count(most)} {what}, còn lại xem {annex}."
    return f" Chi tiết tại {annex}."


def _decisions(shown: Sequence[object], many: int) -> dict[str, Any]:
    rest = f"({count(len(shown))} trong {count(many)} việc; còn lại tại Mục VIII)" if many > len(shown) else ""
    return {"decisions": shown, "decisions_rest": rest}


def _agencies(snapshot: Snapshot, annex: Mapping[str, str]) -> dict[str, Any]:
    """The table of section III: all agencies with tasks, or the worst twenty when there are many; sums are of all."""
    order = worst_first(f for f in snapshot.agencies if f.tasks)
    order = sorted(order, key=lambda f: "▲○●".find(f.mark))
    shown = order[:MOST_AGENCIES]
    few = len(order) <= MOST_AGENCIES
    note = "Khác: không có thời hạn, định kỳ, dừng thực hiện, đã chuyển."
    return {
        "agencies": [agency_row(f, no) for no, f in enumerate(shown, start=1)],
        "all_agencies": [agency_row(f, no) for no, f in enumerate(order, start=1)],
        "agencies_total": sum_row(order, "Tổng cộng" if few else f"Tổng cộng ({count(len(order))} cơ quan)"),
        "agencies_caption": "Kết quả theo cơ quan" if few else f"{count(MOST_AGENCIES)} cơ quan cần quan tâm nhất",
        "agencies_note": note
        if few
        else f"{note} Dòng tổng cộng tính cho tất cả cơ quan; đầy đủ tại {annex['agencies']}.",
    }


def _overdue(rows: Sequence[object], found: Sequence[TaskFigure], annex: Mapping[str, str]) -> dict[str, Any]:
    silent = sum("overdue_silent" in f.flags for f in found)
    unexplained = sum("no_explanation" in f.flags for f in found)
    notes = [f"{count(silent)} nhiệm vụ quá hạn mà không báo cáo"] if silent else []
    notes += [f"{count(unexplained)} nhiệm vụ chưa có giải trình đầy đủ"] if unexplained else []
    said = f", trong đó {', '.join(notes)}" if notes else ""
    return {
        "overdue": rows[:MOST],
        "all_overdue": rows,
        "overdue_intro": f"Có {count(len(rows))} nhiệm vụ quá hạn chưa hoàn thành{said}."
        + _rest(rows, annex["overdue"], MOST),
    }


def _due(rows: Mapping[str, Sequence[Any]], annex: Mapping[str, str], month: str) -> dict[str, Any]:
    soon, later = len(rows["due_soon"]), len(rows["due_next_month"])
    return {
        "due": rows["due"][:FEWER],
        "all_due": rows["due"],
        "due_intro": f"Có {count(soon)} nhiệm vụ sắp đến hạn và {count(later)} nhiệm vụ khác đến hạn trong {month}."
        + _rest(rows["due"], annex["due"]),
    }


def _not_aggregated(rows: Sequence[object], snapshot: Snapshot, annex: Mapping[str, str]) -> dict[str, Any]:
    left_out = [f for f in snapshot.tasks if not f.aggregated]
    silent = sum("no_update" in f.flags for f in left_out)
    by_agency = sorted(((f.not_aggregated, f.agency.name) for f in snapshot.agencies if f.not_aggregated), reverse=True)
    most = listed([f"{name} ({count(many)})" for many, name in by_agency[:3]])
    return {
        "not_aggregated": rows[:FEWER],
        "all_not_aggregated": rows,
        "not_aggregated_intro": f"Có {count(len(rows))} nhiệm vụ chưa tổng hợp nội dung, kết quả thực hiện (không cập "
        f"nhật trong kỳ: {count(silent)}; cập nhật chưa đầy đủ: {count(len(left_out) - silent)}); các nhiệm vụ này vẫn "
        "được tính trong mọi số liệu và trong danh sách quá hạn, sắp đến hạn."
        + (f" Nhiều nhất: {most}." if most else "")
        + _rest(rows, annex["not_aggregated"]),
    }


def _proposals(rows: Sequence[Any], annex: Mapping[str, str]) -> dict[str, Any]:
    levels: dict[str, int] = {}
    for row in rows:
        level = row.escalate_to or "chưa ghi cấp giải quyết"
        levels[level] = levels.get(level, 0) + 1
    by_level = "; ".join(f"{level}: {count(many)}" for level, many in levels.items())
    return {
        "proposals": rows[:FEWER],
        "all_proposals": rows,
        "proposals_intro": f"Có {count(len(rows))} kiến nghị, đề xuất ({by_level})."
        + _rest(rows, annex["proposals"], what="kiến nghị"),
    }


def _closing(snapshot: Snapshot, config: Config, asks: bool) -> str:
    for_what = f" phục vụ {conference(snapshot)}" if snapshot.conference else ""
    wish = "xem xét, cho ý kiến chỉ đạo" if asks else "xem xét, chỉ đạo"
    return f"Văn phòng kính báo cáo tình hình thực hiện nhiệm vụ được giao{for_what}; kính đề nghị {LEADERS} {wish}"
