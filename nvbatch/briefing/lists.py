"""A snapshot in, the briefing's lists of tasks out: which tasks, in which order, and what their annexes show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from nvbatch.briefing.longest import BY_AGENCY, EARLIEST, LATEST, WEIGHTIEST, Annexed, annexed
from nvbatch.briefing.rows import asking
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.config import Config
from nvbatch.model import OPEN, Snapshot, Status, TaskFigure

_TO_DO = OPEN | {Status.RECURRING}


def lists(tasks: SortedTasks, config: Config) -> Mapping[str, Annexed]:
    """The six lists that have an annex, by its name."""
    told = [f for f in tasks.picked(lambda one: one.aggregated) if f.updated and f.row]
    asked = {f.task.code: place for place, f in enumerate(asking(tasks))}
    nearest, heaviest = (
        "nhiệm vụ có thời hạn sớm nhất",
        ("nhiệm vụ theo thứ tự: tác động tăng trưởng, trọng tâm, thời hạn sớm nhất"),
    )
    return {
        "overdue": annexed(tasks.of(Status.OVERDUE), "Quá hạn", order="nhiệm vụ quá hạn lâu nhất", by=LATEST),
        "done_late": annexed(
            tasks.of(Status.DONE_LATE), "Nhiệm vụ", order="nhiệm vụ hoàn thành trễ nhiều ngày nhất", by=LATEST
        ),
        "due": annexed(_due(tasks, config), "Nhiệm vụ", order=nearest, by=(_is_later, *EARLIEST)),
        "not_aggregated": annexed(tasks.not_aggregated, "Chưa đầy đủ", order=nearest, by=BY_AGENCY, first=EARLIEST),
        "proposals": annexed(
            _proposals(tasks, asked),
            "Kiến nghị",
            order="nhiệm vụ có kiến nghị, việc xin ý kiến trước",
            by=(lambda figure: asked.get(figure.task.code, len(asked)), *BY_AGENCY),
        ),
        "results": annexed(told, "Nhiệm vụ", order=heaviest, by=BY_AGENCY, first=WEIGHTIEST),
    }


def _due(tasks: SortedTasks, config: Config) -> list[TaskFigure]:
    """Tasks due soon, and the others that fall due until the end of next month."""
    _, last = coming(tasks.snapshot, config)
    later = [f for f in tasks.of(Status.IN_TIME) if (day := f.due.deadline) and day <= last]
    return tasks.of(Status.DUE_SOON) + later


def _is_later(figure: TaskFigure) -> bool:
    """Of a task that falls due: not so soon."""
    return figure.status is not Status.DUE_SOON


def coming(snapshot: Snapshot, config: Config) -> tuple[str, date]:
    """As-of's month and the one after it (R54, R55): both names, ``tháng 4, tháng 5/2022``, and the last day."""
    today = snapshot.as_of.astimezone(config.zone).date()
    year, month = today.year + today.month // 12, today.month % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    this = f"tháng {today.month}" + ("" if year == today.year else f"/{today.year}")
    return f"{this}, tháng {month}/{year}", date.fromordinal(after.toordinal() - 1)


def _proposals(tasks: SortedTasks, asked: Mapping[str, int]) -> list[TaskFigure]:
    """What asks for a decision, and every other proposal of an open task."""
    to_do = tasks.picked(lambda one: one.status in _TO_DO)
    others = [f for f in to_do if f.row and f.row.get("proposal") and f.task.code not in asked]
    return [*asking(tasks), *others]
