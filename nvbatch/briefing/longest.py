"""A list of any length in, what an annex has room for and the sentence that says where the others stand out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any

from nvbatch.briefing.wording import count
from nvbatch.model import TaskFigure

LONGEST = 1_000  # rows of one annex: over a hundred pages in landscape; the master workbook holds everything
LONGEST_BY_AGENCY = 3_000  # rows of an annex in which every agency must find its own tasks
FEWEST = 5  # rows that each agency has there at least
_NEVER = date.max
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
    by: Callable[[TaskFigure], Any] | None = None,
    first: Callable[[TaskFigure], Any] | None = None,
    most: int = LONGEST,
) -> Annexed:
    """At most ``most`` tasks, those that ``first`` sorts to the front (default: as they are printed), printed in the
    order of ``by`` (default: as they stand). ``order`` says in Vietnamese which ones these are; ``sheet`` of the master
    holds all. Both keys tell every two tasks apart."""
    kept = found
    if len(found) > most:
        key = first or by
        places = range(most) if key is None else nsmallest(most, range(len(found)), key=lambda at: key(found[at]))
        kept = [found[at] for at in sorted(places)]
    shown = kept if by is None else sorted(kept, key=by)
    return Annexed(shown=tuple(shown), many=len(found), rest=rest(len(found), sheet, order, most))


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


def earliest(figure: TaskFigure) -> tuple[date, str]:
    """The earliest deadline first: the longest overdue, then what falls due next; without deadline last."""
    return figure.due.deadline or _NEVER, figure.task.code


def weightiest(figure: TaskFigure) -> tuple[bool, bool, date, str]:
    """Tasks that growth hangs on, then key tasks, then the earliest deadline."""
    task = figure.task
    return not task.growth_impact, task.task_class != "Trọng tâm", figure.due.deadline or _NEVER, task.code
