"""Task figures in, totals and ratios out (contract 8.7): each ratio with its numerator and denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from nvbatch.model import DONE, OPEN, Status, TaskFigure, Totals

NOT_SAID = "(không ghi)"


def totals_of(tasks: Sequence[TaskFigure]) -> Totals:
    """Every counting task stands in exactly one status, so the statuses add up to ``assigned``."""
    fractions = _fractions(tasks)
    return Totals(
        assigned=len(tasks),
        by_status=count_statuses(tasks),
        by_class=_split(tasks, lambda t: t.task.task_class or NOT_SAID),
        by_program=_split(tasks, lambda t: t.task.program),
        carried_over=sum("carried_over" in t.flags for t in tasks),
        recurring_met=sum(bool(t.recurring_met) for t in tasks),
        not_aggregated=sum(not t.aggregated for t in tasks),
        ratios={name: ratio(n, d) for name, (n, d) in fractions.items()},
        fractions=fractions,
    )


def breakdowns(tasks: Sequence[TaskFigure], levels: Mapping[str, str]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """How the figures split by level, assigning authority, quarter, directing leader and growth impact (R01–R04, R52).

    ``levels``: agency code → level. Each split adds up to ``assigned``.
    """
    return {
        "level": _split(tasks, lambda t: levels.get(t.lead_agency) or NOT_SAID),
        "assigned_by": _split(tasks, lambda t: t.task.assigned_by or NOT_SAID),
        "quarter": _split(tasks, quarter_of),
        "leader": _split(tasks, lambda t: t.task.leader or NOT_SAID),
        "growth_impact": _split(tasks, lambda t: "Có" if t.task.growth_impact else "Không"),
    }


def quarter_of(task: TaskFigure) -> str:
    """``2025-Q1`` of the deadline in force; recurring tasks and those without a deadline have none."""
    if task.deadline is None:
        return "Định kỳ" if task.status is Status.RECURRING else "Không có thời hạn"
    return f"{task.deadline.year}-Q{(task.deadline.month + 2) // 3}"


def ratio(numerator: int, denominator: int) -> float | None:
    """Half-up to four places; None when there is nothing to divide by."""
    if denominator == 0:
        return None
    return float((Decimal(numerator) / Decimal(denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def count_statuses(tasks: Iterable[TaskFigure]) -> dict[str, int]:
    """Status → number, in the contract's order, without empty ones."""
    counts = Counter(t.status for t in tasks)
    return {str(status): counts[status] for status in Status if counts[status]}


def _split(tasks: Sequence[TaskFigure], by: Any) -> dict[str, Mapping[str, Any]]:
    groups: dict[str, list[TaskFigure]] = {}
    for task in tasks:
        groups.setdefault(by(task), []).append(task)
    return {
        name: {"assigned": len(group), "by_status": count_statuses(group)} for name, group in sorted(groups.items())
    }


def _fractions(tasks: Sequence[TaskFigure]) -> dict[str, tuple[int, int]]:
    counts = Counter(t.status for t in tasks)
    done = sum(counts[s] for s in DONE)
    on_time, late = counts[Status.DONE_ON_TIME], counts[Status.DONE_LATE]
    left_out = counts[Status.STOPPED] + counts[Status.TRANSFERRED] + counts[Status.RECURRING]
    open_tasks = [t for t in tasks if t.status in OPEN]
    return {
        "done_of_assigned": (done, len(tasks) - left_out),
        "on_time_of_done": (on_time, on_time + late),
        "done_of_due": (on_time + late, on_time + late + counts[Status.OVERDUE]),
        "updated_of_open": (sum(t.updated for t in open_tasks), len(open_tasks)),
    }
