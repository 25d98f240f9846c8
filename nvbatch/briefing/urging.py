"""A snapshot in, the urging letter to late agencies with an annex by agency (`cong-van/don-doc.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nvbatch.briefing.frame import annexes, attached_to, frame, full_name
from nvbatch.briefing.rows import deadline, document, silence
from nvbatch.briefing.wording import count, day, main_period, moment, number, period, roman
from nvbatch.config import Config
from nvbatch.model import AgencyFigure, Snapshot, Status, TaskFigure

NAMED = 6  # addressees that are named one by one; more of them stand in the annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """A late agency: nothing sent, overdue tasks, or tasks without deadline whose reminder is due (R85)."""

    figure: AgencyFigure
    overdue: tuple[TaskFigure, ...]
    reminded: tuple[TaskFigure, ...]

    @property
    def silent(self) -> bool:
        return "not_submitted" in self.figure.flags


def urged(snapshot: Snapshot, reminders_sent: Mapping[str, int]) -> tuple[Urged, ...]:
    """The agencies to urge, in the register's order. ``reminders_sent``: task code → number of the last reminder."""
    overdue: dict[str, list[TaskFigure]] = {}
    reminded: dict[str, list[TaskFigure]] = {}
    for f in snapshot.tasks:
        if f.status is Status.OVERDUE:
            overdue.setdefault(f.lead_agency, []).append(f)
        elif f.reminders_due > reminders_sent.get(f.task.code, 0):
            reminded.setdefault(f.lead_agency, []).append(f)
    made = (
        Urged(
            figure=f,
            overdue=tuple(sorted(overdue.get(f.agency.code, ()), key=lambda t: (-(t.days_overdue or 0), t.task.code))),
            reminded=tuple(reminded.get(f.agency.code, ())),
        )
        for f in snapshot.agencies
        if "ended" not in f.flags
    )
    return tuple(one for one in made if one.silent or one.overdue or one.reminded)


def letter(snapshot: Snapshot, config: Config, late: Sequence[Urged], reply_by: str) -> dict[str, Any]:
    """Values of one letter to the given agencies; to a single one it speaks to «Quý cơ quan»."""
    begin = frame(snapshot, config, upward=True)
    shown = main_period(snapshot)
    return {
        **begin,
        "subject": f"đôn đốc thực hiện nhiệm vụ được giao và chế độ báo cáo {period(shown) if shown else ''}".strip(),
        "addressees": _addressees(late),
        "opening": _opening(snapshot, config, late),
        "demands": _demands(late, reply_by),
        "closing": "Quá thời hạn trên, Văn phòng sẽ tổng hợp, báo cáo Chủ tịch Ủy ban nhân dân tỉnh xem xét, chỉ đạo",
        "annex": annexes({"agencies": True}),
        "attached_to": attached_to("Công văn", begin, config),
        "agencies": [_group(one, place) for place, one in enumerate(late, start=1)],
    }


def _addressees(late: Sequence[Urged]) -> list[str]:
    if len(late) > NAMED:
        return ["Các cơ quan, đơn vị, địa phương có tên tại Phụ lục kèm theo."]
    last = len(late)
    if last == 1:
        return [f"{late[0].figure.agency.name}."]
    return [f"- {one.figure.agency.name}{'.' if place == last else ';'}" for place, one in enumerate(late, start=1)]


def _opening(snapshot: Snapshot, config: Config, late: Sequence[Urged]) -> str:
    at, sender = moment(snapshot.as_of.astimezone(config.zone)), full_name(config)
    overdue = sum(len(one.overdue) for one in late)
    reminded = sum(len(one.reminded) for one in late)
    what = [f"{count(overdue)} nhiệm vụ quá hạn chưa hoàn thành"] if overdue else []
    what += [f"{count(reminded)} nhiệm vụ không có thời hạn đã giao nhiều tháng chưa có kết quả"] if reminded else []
    if len(late) == 1:
        said = [f"{sender} chưa nhận được báo cáo của Quý cơ quan{silence(late[0].figure)}"] if late[0].silent else []
        said += [f"Quý cơ quan còn {' và '.join(what)}"] if what else []
    else:
        silent = sum(one.silent for one in late)
        said = [f"{sender} chưa nhận được báo cáo của {count(silent)} cơ quan"] if silent else []
        said += [f"các cơ quan còn {' và '.join(what)}"] if what else []
    return f"Đến {at}, {'; '.join(said)} (chi tiết tại Phụ lục kèm theo)."


def _demands(late: Sequence[Urged], reply_by: str) -> list[str]:
    before = f" trước {reply_by}" if reply_by else ""
    whom = "Quý cơ quan" if len(late) == 1 else "Thủ trưởng các cơ quan có tên tại Phụ lục"
    said = [
        (any(one.silent for one in late), f"Nộp báo cáo theo mẫu BM01 qua đầu mối đã đăng ký{before}."),
        (
            any(one.overdue for one in late),
            "Tập trung chỉ đạo hoàn thành dứt điểm các nhiệm vụ quá hạn; giải trình bằng văn bản, nêu rõ loại nguyên "
            f"nhân (khách quan, chủ quan), trách nhiệm và thời gian hoàn thành, gửi Văn phòng{before}.",
        ),
        (
            any(one.reminded for one in late),
            "Báo cáo kết quả thực hiện các nhiệm vụ không có thời hạn; trường hợp chưa hoàn thành, đề xuất thời hạn cụ "
            "thể.",
        ),
    ]
    kept = [text for needed, text in said if needed]
    return [f"Đề nghị {whom}:"] + [f"{place}. {text}" for place, text in enumerate(kept, start=1)]


def _group(one: Urged, place: int) -> dict[str, Any]:
    state = [f"chưa nộp báo cáo trong kỳ{silence(one.figure)}"] if one.silent else []
    state += [f"{count(len(one.overdue))} nhiệm vụ quá hạn"] if one.overdue else []
    state += [f"{count(len(one.reminded))} nhiệm vụ không có thời hạn cần báo cáo"] if one.reminded else []
    lines = [(f, "Quá hạn chưa hoàn thành") for f in one.overdue]
    lines += [(f, f"Không có thời hạn, đôn đốc lần thứ {count(f.reminders_due)}") for f in one.reminded]
    return {
        "no": roman(place),
        "name": one.figure.agency.name,
        "state": "; ".join(state),
        "tasks": [
            {
                "no": str(line),
                "code": f.task.code,
                "content": f.task.content,
                "doc": document(f),
                "deadline": day(f.deadline) or deadline(f),
                "days_overdue": number(f.days_overdue) if f.days_overdue else "",
                "what": what,
            }
            for line, (f, what) in enumerate(lines, start=1)
        ],
    }
