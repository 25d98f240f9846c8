"""A snapshot in, the briefing's lists of tasks out: which tasks, in which order, and what their annexes show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from nvbatch.briefing.longest import Annexed, annexed, earliest, weightiest
from nvbatch.briefing.rows import asking
from nvbatch.config import Config
from nvbatch.model import OPEN, Snapshot, Status, TaskFigure

_TO_DO = OPEN | {Status.RECURRING}


def lists(snapshot: Snapshot, config: Config) -> Mapping[str, Annexed]:
    """The six lists that have an annex, by its name."""
    overdue, done_late = _of(snapshot, Status.OVERDUE), _of(snapshot, Status.DONE_LATE)
    soon, month = due(snapshot, config)
    left_out = [f for f in snapshot.tasks if not f.aggregated]
    told = [f for f in snapshot.tasks if f.aggregated and f.updated and f.row]
    nearest, heaviest = (
        "nhiệm vụ có thời hạn sớm nhất",
        ("nhiệm vụ theo thứ tự: tác động tăng trưởng, trọng tâm, thời hạn sớm nhất"),
    )
    return {
        "overdue": annexed(overdue, "Quá hạn", order="nhiệm vụ quá hạn lâu nhất", by=longest),
        "done_late": annexed(done_late, "Nhiệm vụ", order="nhiệm vụ hoàn thành trễ nhiều ngày nhất", by=longest),
        "due": annexed(soon + month, "Nhiệm vụ", order=nearest),
        "not_aggregated": annexed(left_out, "Chưa đầy đủ", order=nearest, by=_by_agency, first=earliest),
        "proposals": annexed(_proposals(snapshot), "Kiến nghị", order="nhiệm vụ có kiến nghị, việc xin ý kiến trước"),
        "results": annexed(told, "Nhiệm vụ", order=heaviest, by=_by_agency, first=weightiest),
    }


def due(snapshot: Snapshot, config: Config) -> tuple[list[TaskFigure], list[TaskFigure]]:
    """Tasks due soon, and the others that fall due until the end of next month; the nearest first."""
    _, last = coming(snapshot, config)
    later = (f for f in _of(snapshot, Status.IN_TIME) if (day := f.deadline) and day <= last)
    return sorted(_of(snapshot, Status.DUE_SOON), key=earliest), sorted(later, key=earliest)


def coming(snapshot: Snapshot, config: Config) -> tuple[str, date]:
    """As-of's month and the one after it (R54, R55): both names, ``tháng 4, tháng 5/2022``, and the last day."""
    today = snapshot.as_of.astimezone(config.zone).date()
    year, month = today.year + today.month // 12, today.month % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    this = f"tháng {today.month}" + ("" if year == today.year else f"/{today.year}")
    return f"{this}, tháng {month}/{year}", date.fromordinal(after.toordinal() - 1)


def longest(figure: TaskFigure) -> tuple[int, str]:
    """Most days late first."""
    return -(figure.days_overdue or 0), figure.task.code


def _of(snapshot: Snapshot, status: Status) -> list[TaskFigure]:
    return [f for f in snapshot.tasks if f.status is status]


def _proposals(snapshot: Snapshot) -> list[TaskFigure]:
    """What asks for a decision first, then every other proposal of an open task, by agency."""
    decisions = asking(snapshot)
    first_ones = {f.task.code for f in decisions}
    others = (f for f in snapshot.tasks if _asks(f) and f.task.code not in first_ones)
    return decisions + sorted(others, key=_by_agency)


def _asks(figure: TaskFigure) -> bool:
    return figure.status in _TO_DO and bool(figure.row and figure.row.get("proposal"))


def _by_agency(figure: TaskFigure) -> tuple[str, str]:
    return figure.lead_agency, figure.task.code
