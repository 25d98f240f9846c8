"""Task figures in, totals and ratios out (contract 8.7): each ratio with its numerator and denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import Any

from nvbatch.model import DONE, OPEN, Status, TaskFigure, Totals

NOT_SAID = "(không ghi)"
_STATUS = attrgetter("status")


def totals_of(tasks: Sequence[TaskFigure]) -> Totals:
    """Every counting task stands in exactly one status, so the statuses add up to ``assigned``."""
    classes, programs, updated = _counted(tasks, "task.task_class", "task.program", "updated")
    counts = Counter(map(_STATUS, tasks))
    fractions = _fractions(counts, updated)
    flagged = [t for t in tasks if t.flags]
    return Totals(
        assigned=len(tasks),
        by_status=_by_status(counts),
        by_class=_split(classes),
        by_program=_split(programs),
        carried_over=sum("carried_over" in t.flags for t in flagged),
        recurring_met=sum(bool(t.recurring_met) for t in tasks if t.status is Status.RECURRING),
        not_aggregated=sum(not t.aggregated for t in flagged),
        ratios={name: ratio(n, d) for name, (n, d) in fractions.items()},
        fractions=fractions,
    )


def breakdowns(tasks: Sequence[TaskFigure], levels: Mapping[str, str]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """How the figures split by level, assigning authority, quarter, directing leader and growth impact (R01–R04, R52).

    ``levels``: agency code → level. Each split adds up to ``assigned``.
    """
    assigning, leaders, growth = _counted(tasks, "task.assigned_by", "task.leader", "task.growth_impact")
    (leads,) = _counted(tasks, "lead_agency")
    (deadlines,) = _counted(tasks, "due.deadline")
    return {
        "level": _split(leads, lambda code, _: levels.get(code)),
        "assigned_by": _split(assigning),
        "quarter": _split(deadlines, _quarter),
        "leader": _split(leaders),
        "growth_impact": _split(growth, lambda impact, _: "Có" if impact else "Không"),
    }


def _quarter(deadline: date | None, status: Status) -> str:
    """``2025-Q1`` of the deadline in force; recurring tasks and those without a deadline have none."""
    if deadline is None:
        return "Định kỳ" if status is Status.RECURRING else "Không có thời hạn"
    return f"{deadline.year}-Q{(deadline.month + 2) // 3}"


def ratio(numerator: int, denominator: int) -> float | None:
    """Half-up to four places; None when there is nothing to divide by."""
    if denominator == 0:
        return None
    return float((Decimal(numerator) / Decimal(denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def count_statuses(tasks: Iterable[TaskFigure]) -> dict[str, int]:
    """Status → number, in the contract's order, without empty ones."""
    return _by_status(Counter(map(_STATUS, tasks)))


def _by_status(counts: Counter[Status]) -> dict[str, int]:
    return {str(status): counts[status] for status in Status if counts[status]}


_Counted = Counter[tuple[Any, Status]]  # what a field says and the status → number of tasks


def _counted(tasks: Iterable[TaskFigure], *fields: str) -> list[_Counted]:
    """Tasks by each of the fields and their status. Many tasks, few different ones: counted as a whole, then parted."""
    parted: list[_Counted] = [Counter() for _ in fields]
    for (*said, status), number in Counter(map(attrgetter(*fields, "status"), tasks)).items():
        for counts, one in zip(parted, said, strict=True):
            counts[one, status] += number
    return parted


def _split(
    counted: _Counted, name_of: Callable[[Any, Status], str | None] = lambda said, _: said
) -> dict[str, Mapping[str, Any]]:
    """Tasks by what ``name_of`` makes of what is said and of the status, each different pair named once."""
    groups: dict[str, Counter[Status]] = {}
    for (said, status), number in counted.items():
        groups.setdefault(name_of(said, status) or NOT_SAID, Counter())[status] += number
    return {
        name: {"assigned": counts.total(), "by_status": _by_status(counts)} for name, counts in sorted(groups.items())
    }


def _fractions(counts: Counter[Status], updated: _Counted) -> dict[str, tuple[int, int]]:
    """``updated``: tasks by whether they were, and by status."""
    done = sum(counts[s] for s in DONE)
    on_time, late = counts[Status.DONE_ON_TIME], counts[Status.DONE_LATE]
    left_out = counts[Status.STOPPED] + counts[Status.TRANSFERRED] + counts[Status.RECURRING]
    return {
        "done_of_assigned": (done, counts.total() - left_out),
        "on_time_of_done": (on_time, on_time + late),
        "done_of_due": (on_time + late, on_time + late + counts[Status.OVERDUE]),
        "updated_of_open": (sum(updated[True, s] for s in OPEN), sum(counts[s] for s in OPEN)),
    }
