"""A snapshot in, the quarterly reminder of tasks without deadline (`cong-van/nhac-khong-thoi-han.docx`) out (R85)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nvbatch.briefing.frame import annexes, attached_to, frame, full_name
from nvbatch.briefing.longest import room_for_each
from nvbatch.briefing.rows import document, reported
from nvbatch.briefing.urging import addressees
from nvbatch.briefing.wording import count, day, moment, number, roman
from nvbatch.config import Config
from nvbatch.model import AgencyFigure, Snapshot, TaskFigure

REPLY_DAYS = 10  # a matter of months is not asked for by tonight's cut-off


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """An agency with its tasks without deadline whose next reminder is due, the longest waiting first."""

    figure: AgencyFigure
    tasks: tuple[TaskFigure, ...]


def to_remind(snapshot: Snapshot, sent: Mapping[str, int]) -> tuple[Reminded, ...]:
    """The agencies to remind, in the register's order. ``sent``: task code → number of the last reminder sent; a task
    comes again only when another three months have passed since."""
    due: dict[str, list[TaskFigure]] = {}
    for f in snapshot.tasks:
        if (spans := f.besides.reminders_due) and spans > sent.get(f.task.code, 0):
            due.setdefault(f.lead_agency, []).append(f)
    in_force = (f for f in snapshot.agencies if "ended" not in f.flags and f.agency.code in due)
    return tuple(Reminded(figure=f, tasks=tuple(sorted(due[f.agency.code], key=_waiting))) for f in in_force)


def reminder(snapshot: Snapshot, config: Config, due: Sequence[Reminded]) -> dict[str, Any]:
    """Values of one letter to the given agencies; to a single one it speaks to «Quý cơ quan»."""
    begin = frame(snapshot, config, upward=True)
    room = room_for_each(len(one.tasks) for one in due)
    return {
        **begin,
        "subject": "đôn đốc thực hiện các nhiệm vụ không quy định thời hạn",
        "addressees": addressees([one.figure.agency.name for one in due]),
        "opening": _opening(snapshot, config, due),
        "demands": _demands(due),
        "closing": f"{full_name(config)} đề nghị các cơ quan quan tâm, thực hiện"
        if len(due) > 1
        else f"{full_name(config)} đề nghị Quý cơ quan quan tâm, thực hiện",
        "annex": annexes({"agencies": True}),
        "attached_to": attached_to("Công văn", begin, config),
        "agencies": [_group(one, place, room, snapshot, config) for place, one in enumerate(due, start=1)],
    }


def _waiting(figure: TaskFigure) -> tuple[date, str]:
    return figure.task.doc_date or date.max, figure.task.code


def _opening(snapshot: Snapshot, config: Config, due: Sequence[Reminded]) -> str:
    months = config.at(snapshot.as_of.astimezone(config.zone).date()).rules.no_deadline_reminder_months
    whose = "Quý cơ quan" if len(due) == 1 else f"{count(len(due))} cơ quan"
    return (
        f"Đến {moment(snapshot.as_of.astimezone(config.zone))}, {whose} còn {count(sum(len(o.tasks) for o in due))} "
        "nhiệm vụ mà văn bản giao không quy định thời hạn, chưa có kết quả và đã đến kỳ đôn đốc định kỳ "
        f"{count(months)} tháng một lần kể từ ngày giao (chi tiết tại Phụ lục kèm theo)."
    )


def _demands(due: Sequence[Reminded]) -> list[str]:
    whom = "Quý cơ quan" if len(due) == 1 else "Thủ trưởng các cơ quan có tên tại Phụ lục"
    return [
        f"Đề nghị {whom}:",
        "1. Rà soát, khẩn trương hoàn thành; báo cáo kết quả thực hiện kèm văn bản, sản phẩm theo mẫu BM01 qua đầu mối "
        f"đã đăng ký, trong {REPLY_DAYS} ngày kể từ ngày nhận được Công văn này.",
        "2. Nhiệm vụ chưa thể hoàn thành: nêu rõ tình hình, khó khăn, vướng mắc và đề xuất thời hạn hoàn thành cụ thể.",
    ]


def _group(one: Reminded, place: int, room: int, snapshot: Snapshot, config: Config) -> dict[str, Any]:
    today, many = snapshot.as_of.astimezone(config.zone).date(), len(one.tasks)
    cut = f" (nêu {count(room)} nhiệm vụ giao sớm nhất; đầy đủ tại tệp phản hồi gửi cơ quan)" if many > room else ""
    return {
        "no": roman(place),
        "name": one.figure.agency.name,
        "state": f"{count(many)} nhiệm vụ không quy định thời hạn{cut}",
        "tasks": [_line(f, no, today) for no, f in enumerate(one.tasks[:room], start=1)],
    }


def _line(figure: TaskFigure, no: int, today: date) -> dict[str, str]:
    given = figure.task.doc_date
    return {
        "no": str(no),
        "code": figure.task.code,
        "content": figure.task.content,
        "doc": document(figure),
        "deadline_text": (figure.task.deadline_text or "").strip() or "Không quy định",
        "days_given": number((today - given).days) if given else "",
        "ordinal": count(figure.reminders_due),
        "last_update": _last_update(figure),
    }


def _last_update(figure: TaskFigure) -> str:
    """The agency's last word, when there is one that counts."""
    if figure.row is None:
        return "Chưa có báo cáo"
    on = day(figure.row.get("updated_on")) or day(figure.row.received_at)
    told = reported(figure, "narrative") if figure.aggregated else ""
    return ": ".join(part for part in (on, told) if part)
