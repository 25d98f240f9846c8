"""A list of any length in, what an annex has room for and the sentence that says where the others stand out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter, itemgetter
from typing import Any

from nvbatch.briefing.wording import count
from nvbatch.model import TaskFigure

LONGEST = 1_000  # rows of one annex: over a hundred pages in landscape; the master workbook holds everything
LONGEST_BY_AGENCY = 3_000  # rows of an annex in which every agency must find its own tasks
FEWEST = 5  # rows that each agency has there at least
_NEVER = date.max
Ranks = Sequence[Callable[[TaskFigure], Any]]  # each parts those whom the ones before it left equal
MASTER = "Bảng tổng hợp (tệp Tong-hop-nhiem-vu.xlsx)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annexed:
    """What one annex prints, of how many, and the sentence about the rest (blank when there is none)."""

    shown: tuple[TaskFigure, ...]
    many: int
    rest: str


def annexed(
    found: Sequence[TaskFigure],
    sheet: str,
    *,
    order: str,
    by: Ranks,
    first: Ranks = (),
    most: int = LONGEST,
) -> Annexed:
    """At most ``most`` tasks, those that ``first`` ranks to the front (default: as they are printed), printed in the
    order of ``by``. ``order`` says in Vietnamese which ones these are; ``sheet`` of the master holds all. Both tell
    every two tasks apart."""
    shown = ordered(foremost(found, first or by, most), by)
    return Annexed(shown=tuple(shown), many=len(found), rest=rest(len(found), sheet, order, most))


def ordered(found: Iterable[TaskFigure], ranks: Ranks) -> list[TaskFigure]:
    return sorted(found, key=lambda figure: [rank(figure) for rank in ranks])


def foremost(found: Sequence[TaskFigure], ranks: Ranks, most: int = LONGEST) -> list[TaskFigure]:
    """The first ``most`` by rank, in no order. A rank is asked only of those whom the ones before it left undecided."""
    if len(found) <= most or not ranks:
        return list(found[:most])
    ranked = defaultdict(list)
    for figure in found:
        ranked[ranks[0](figure)].append(figure)
    first: list[TaskFigure] = []
    for _, equals in sorted(ranked.items(), key=itemgetter(0)):
        room = most - len(first)
        first += foremost(equals, ranks[1:], room)
        if len(equals) >= room:
            break
    return first


def rest(many: int, sheet: str, order: str, most: int = LONGEST, *, what: str = "nhiệm vụ") -> str:
    """``Phụ lục này nêu 1.000 nhiệm vụ quá hạn lâu nhất; 500 nhiệm vụ còn lại xem trang «Quá hạn» của …``."""
    if many <= most:
        return ""
    left = count(many - most)
    return f"Phụ lục này nêu {count(most)} {order}; {left} {what} còn lại xem trang «{sheet}» của {MASTER}."


def room_for_each(sizes: Iterable[int], most: int = LONGEST_BY_AGENCY) -> int:
    """How many rows every agency may have, so that all together stay about within ``most``; the short ones leave
    their room to the long ones."""
    left, waiting = most, sorted(sizes)
    while waiting and waiting[0] * len(waiting) <= left:
        left -= waiting.pop(0)
    return max(FEWEST, left // len(waiting)) if waiting else most


def due_day(figure: TaskFigure) -> date:
    """The deadline; a task without one comes last."""
    return figure.due.deadline or _NEVER


def _is_no_growth(figure: TaskFigure) -> bool:
    return not figure.task.growth_impact


def _is_no_key_task(figure: TaskFigure) -> bool:
    return figure.task.task_class != "Trọng tâm"


def _days_late(figure: TaskFigure) -> int:
    return -(figure.days_overdue or 0)


_CODE = attrgetter("task.code")
EARLIEST: Ranks = (due_day, _CODE)  # the longest overdue, then what falls due next
LATEST: Ranks = (_days_late, _CODE)  # most days late first
BY_AGENCY: Ranks = (attrgetter("lead_agency"), _CODE)
WEIGHTIEST: Ranks = (_is_no_growth, _is_no_key_task, due_day, _CODE)  # tasks that growth hangs on, then key tasks
