"""A snapshot in, the urging letter to late agencies with an annex by agency (`cong-van/don-doc.docx`) out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nvbatch.briefing.agency_rows import silence
from nvbatch.briefing.frame import annexes, attached_to, frame, full_name
from nvbatch.briefing.longest import LATEST, ordered, room_for_each
from nvbatch.briefing.rows import deadline, document
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import count, day, main_period, moment, number, period, roman
from nvbatch.config import Config
from nvbatch.model import AgencyFigure, Snapshot, Status, TaskFigure

NAMED = 6  # addressees that are named one by one; more of them stand in the annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """A late agency: nothing sent, or overdue tasks."""

    figure: AgencyFigure
    overdue: tuple[TaskFigure, ...]

    @property
    def silent(self) -> bool:
        return "not_submitted" in self.figure.flags


def urged(tasks: SortedTasks) -> tuple[Urged, ...]:
    """The agencies to urge, in the register's order; tasks without deadline have a letter of their own (R85)."""
    overdue: dict[str, list[TaskFigure]] = {}
    for f in tasks.of(Status.OVERDUE):
        overdue.setdefault(f.lead_agency, []).append(f)
    made = (
        Urged(figure=f, overdue=tuple(ordered(overdue.get(f.agency.code, ()), LATEST)))
        for f in tasks.snapshot.agencies
        if "ended" not in f.flags
    )
    return tuple(one for one in made if one.silent or one.overdue)


def letter(snapshot: Snapshot, config: Config, late: Sequence[Urged], reply_by: str) -> dict[str, Any]:
    """Values of one letter to the given agencies; to a single one it speaks to «Quý cơ quan»."""
    begin = frame(snapshot, config, upward=True)
    shown = main_period(snapshot)
    return {
        **begin,
        "subject": f"đôn đốc thực hiện nhiệm vụ được giao và chế độ báo cáo {period(shown) if shown else ''}".strip(),
        "addressees": addressees([one.figure.agency.name for one in late]),
        "opening": _opening(snapshot, config, late),
        "demands": _demands(late, reply_by),
        "closing": "Quá thời hạn trên, Văn phòng sẽ tổng hợp, báo cáo Chủ tịch Ủy ban nhân dân tỉnh xem xét, chỉ đạo",
        "annex": annexes({"agencies": True}),
        "attached_to": attached_to("Công văn", begin, config),
        "agencies": _groups(late),
    }


def addressees(names: Sequence[str]) -> list[str]:
    """The lines of «Kính gửi»: one by one while they are few."""
    if len(names) > NAMED:
        return ["Các cơ quan, đơn vị, địa phương có tên tại Phụ lục kèm theo."]
    last = len(names)
    return [f"{names[0]}."] if last == 1 else [f"- {n}{'.' if at == last else ';'}" for at, n in enumerate(names, 1)]


def _opening(snapshot: Snapshot, config: Config, late: Sequence[Urged]) -> str:
    at, sender = moment(snapshot.as_of.astimezone(config.zone)), full_name(config)
    overdue = sum(len(one.overdue) for one in late)
    what = f"{count(overdue)} nhiệm vụ quá hạn chưa hoàn thành"
    if len(late) == 1:
        said = [f"{sender} chưa nhận được báo cáo của Quý cơ quan{silence(late[0].figure)}"] if late[0].silent else []
        said += [f"Quý cơ quan còn {what}"] if overdue else []
    else:
        silent = sum(one.silent for one in late)
        said = [f"{sender} chưa nhận được báo cáo của {count(silent)} cơ quan"] if silent else []
        said += [f"các cơ quan còn {what}"] if overdue else []
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
    ]
    kept = [text for needed, text in said if needed]
    return [f"Đề nghị {whom}:"] + [f"{place}. {text}" for place, text in enumerate(kept, start=1)]


def _groups(late: Sequence[Urged]) -> list[dict[str, Any]]:
    """Every agency finds its own tasks; when the annex would be too long, the longest overdue ones of each."""
    room = room_for_each(len(one.overdue) for one in late)
    return [_group(one, place, room) for place, one in enumerate(late, start=1)]


def _group(one: Urged, place: int, room: int) -> dict[str, Any]:
    state = [f"chưa nộp báo cáo trong kỳ{silence(one.figure)}"] if one.silent else []
    state += [f"{count(len(one.overdue))} nhiệm vụ quá hạn"] if one.overdue else []
    long = len(one.overdue) > room
    cut = f" (nêu {count(room)} nhiệm vụ quá hạn lâu nhất; đầy đủ tại tệp phản hồi gửi cơ quan)" if long else ""
    return {
        "no": roman(place),
        "name": one.figure.agency.name,
        "state": "; ".join(state) + cut,
        "tasks": [_line(f, no) for no, f in enumerate(one.overdue[:room], start=1)],
    }


def _line(figure: TaskFigure, no: int) -> dict[str, str]:
    return {
        "no": str(no),
        "code": figure.task.code,
        "content": figure.task.content,
        "doc": document(figure),
        "deadline": day(figure.deadline) or deadline(figure),
        "days_overdue": number(figure.days_overdue) if figure.days_overdue else "",
        "what": "Quá hạn chưa hoàn thành",
    }
