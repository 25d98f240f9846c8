"""A snapshot in, who must explain in person at the conference and what (`Danh-sach-giai-trinh.docx`) out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nvbatch.briefing.agency_rows import silence, unlisted
from nvbatch.briefing.frame import attached_to, conference, frame
from nvbatch.briefing.longest import EARLIEST, ordered, room_for_each
from nvbatch.briefing.rows import deadline, reported
from nvbatch.briefing.wording import capital, count, day, number, roman
from nvbatch.config import Config
from nvbatch.model import FLAG_WORDS, AgencyFigure, Snapshot, Status, TaskFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class ToExplain:
    """An agency with what its head must explain (contract 8.14)."""

    figure: AgencyFigure
    tasks: tuple[TaskFigure, ...]
    silent: bool


def to_explain(snapshot: Snapshot) -> tuple[ToExplain, ...]:
    """Agencies in the register's order: tasks not aggregated, overdue ones without explanation, or nothing sent."""
    tasks: dict[str, list[TaskFigure]] = {}
    for figure in snapshot.tasks:
        if not figure.aggregated or _unexplained(figure):
            tasks.setdefault(figure.lead_agency, []).append(figure)
    made = (
        ToExplain(figure=f, tasks=tuple(tasks.get(f.agency.code, ())), silent="not_submitted" in f.flags)
        for f in (*snapshot.agencies, *unlisted(snapshot))
    )
    return tuple(one for one in made if one.tasks or one.silent)


def explanations(snapshot: Snapshot, config: Config) -> dict[str, Any]:
    """Values of the list: agencies, each with its head and its tasks."""
    found = to_explain(snapshot)
    begin = frame(snapshot, config, kind="BC")
    room = room_for_each(len(one.tasks) for one in found)
    silent, tasks = sum(one.silent for one in found), sum(len(one.tasks) for one in found)
    return {
        **begin,
        "subject": f"Thủ trưởng các cơ quan báo cáo, giải trình\ntại {conference(snapshot)}",
        "attached_to": attached_to("Báo cáo", begin, config),
        "closing": f"Danh sách gồm {count(len(found))} cơ quan"
        if found
        else "Không có cơ quan nào phải báo cáo, giải trình tại Hội nghị",
        "agencies": [_group(one, place, room) for place, one in enumerate(found, start=1)],
        "intro": f"Có {count(len(found))} cơ quan phải báo cáo, giải trình với {count(tasks)} nhiệm vụ "
        f"chưa tổng hợp hoặc quá hạn chưa có giải trình; {count(silent)} cơ quan không nộp báo cáo trong kỳ. "
        "Người đứng đầu trực tiếp báo cáo, không cử cấp phó dự thay, trừ trường hợp bất khả kháng",
    }


def _group(one: ToExplain, place: int, room: int) -> dict[str, Any]:
    agency = one.figure.agency
    head = " ".join(part for part in (agency.head_title, agency.head_name) if part)
    said = f"Không nộp báo cáo trong kỳ{silence(one.figure)}." if one.silent else _ended(one.figure)
    many = len(one.tasks)
    cut = f"Nêu {count(room)}/{count(many)} nhiệm vụ có thời hạn sớm nhất." if many > room else ""
    return {
        "no": roman(place),
        "name": agency.name,
        "head": head if agency.head_name else f"{head or 'Người đứng đầu'} (chưa có họ tên trong sổ đăng ký)",
        "silent": " ".join(part for part in (said, cut) if part),
        "tasks": [
            {
                "no": str(number_),
                "code": f.task.code,
                "content": f.task.content,
                "deadline": day(f.deadline) or deadline(f),
                "days_overdue": number(f.days_overdue) if f.status is Status.OVERDUE and f.days_overdue else "",
                "why": why(f),
            }
            for number_, f in enumerate(ordered(one.tasks, EARLIEST)[:room] if cut else one.tasks, start=1)
        ],
    }


def _ended(figure: AgencyFigure) -> str:
    """Whose tasks nobody has taken over: the Office decides, a former head cannot (R13)."""
    if "ended" not in figure.flags or figure.agency.valid_to is None:
        return ""
    return f"Đã kết thúc hoạt động từ ngày {day(figure.agency.valid_to + timedelta(days=1))}."


def _unexplained(figure: TaskFigure) -> bool:
    return figure.status is Status.OVERDUE and "no_explanation" in figure.flags


def why(figure: TaskFigure) -> str:
    """What has to be explained: what is missing (no update among it), lateness without explanation."""
    orphan = ["no_receiving_agency"] if "no_receiving_agency" in figure.flags else []
    said = [FLAG_WORDS[f] for f in orphan] + list(figure.missing)
    said = said or [FLAG_WORDS[f] for f in ("no_update", "incomplete") if f in figure.flags]
    if _unexplained(figure) and not any("giải trình" in part for part in said):
        said.append(
            "quá hạn, giải trình chưa đầy đủ" if reported(figure, "delay_cause_kind") else "quá hạn, chưa giải trình"
        )
    said += [judged] if (judged := _verdict(figure)) else []
    return capital("; ".join(said))


_VERDICTS = {"Trả lại": "Văn phòng trả lại", "Cần làm rõ": "Văn phòng đề nghị làm rõ"}


def _verdict(figure: TaskFigure) -> str:
    """What the Office itself asked for: a task sent back or to be made clear, with its opinion."""
    verdict = figure.verdict
    words = _VERDICTS.get(verdict.verdict) if verdict else None
    if verdict is None or words is None or (verdict.verdict == "Trả lại" and "returned" not in figure.flags):
        return ""
    opinion = " ".join((verdict.opinion or "").split())
    return f"{words} ngày {day(verdict.assessed_on)}{f': {opinion}' if opinion else ''}"
