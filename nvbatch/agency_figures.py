"""An assessment and the state of all tasks in, what they say of every agency out (contract 8.12, 8.15, 8.16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from nvbatch import focal_points
from nvbatch.assessment import Assessment
from nvbatch.model import CLOSED, DONE, Agency, AgencyFigure, Program, Status, TaskFigure, Timeliness

NOT_OWED = DONE | CLOSED
_LEAD, _KIND = attrgetter("lead_agency"), attrgetter("status", "task.program")


def tasks_by_agency(a: Assessment, tasks: Sequence[TaskFigure]) -> list[tuple[Agency, list[TaskFigure]]]:
    groups: dict[str, list[TaskFigure]] = {}
    for lead, some in groupby(tasks, key=_LEAD):  # in a register most stand together already
        groups.setdefault(lead, []).extend(some)
    return [(agency, groups.get(code, [])) for code, agency in a.register.agencies.items()]


def agency_figure(a: Assessment, agency: Agency, tasks: list[TaskFigure]) -> AgencyFigure:
    kinds = Counter(map(_KIND, tasks))  # (status, programme) → number of tasks
    owed = _owed(a, kinds)
    mine = a.counting_of.get(agency.code, [])
    ended = agency.valid_to is not None and agency.valid_to < a.today
    submitted = all((agency.code, p) in a.counting for p in owed) if owed else bool(mine)
    flags = {
        "ended": ended,
        "not_submitted": bool(owed) and not submitted and not ended,
        "late": any(s.timeliness is Timeliness.LATE for s in mine),
        "late_dump": any(code == agency.code and a.policy_of(p).acts("H702", code) for code, p in a.dumps),
        **_focal_flags(a, agency, {program for _, program in kinds}),
    }
    counts: Counter[Status] = Counter()
    for (status, _), number in kinds.items():
        counts[status] += number
    overdue = [t.days_overdue or 0 for t in tasks if t.status is Status.OVERDUE] if counts[Status.OVERDUE] else []
    left_out = [t for t in tasks if t.flags and not t.aggregated]
    not_updated = sum("no_update" in t.flags for t in left_out)  # a task that was not updated is not aggregated
    return AgencyFigure(
        agency=agency,
        owes=bool(owed) and not ended,
        submitted=submitted,
        tasks=len(tasks),
        by_status={status: counts[status] for status in Status if counts[status]},
        flags=tuple(sorted(flag for flag, holds in flags.items() if holds)),
        mark="▲" if overdue else "○" if counts[Status.DUE_SOON] or left_out else "●",
        not_aggregated=len(left_out),
        not_updated=not_updated,
        longest_overdue=max(overdue, default=0),
        silent_periods=_silent_periods(a, agency.code, owed) if owed and not submitted and not ended else 0,
        submissions=tuple(s.id for s in mine),
        unsent=() if ended else _unsent(a, agency.code, owed),
    )


def _unsent(a: Assessment, agency: str, owed: Iterable[str]) -> tuple[str, ...]:
    """Names of the programmes without a counting file; an office with one programme need not name it."""
    if len(a.register.programs) < 2:
        return ()
    return tuple(
        a.register.programs[p].name for p in owed if p in a.register.programs and (agency, p) not in a.counting
    )


def _owed(a: Assessment, kinds: Iterable[tuple[Status, str]]) -> tuple[str, ...]:
    """Programmes in which the agency owes a report: it leads a task that is not done, stopped or transferred."""
    met = {program if program in a.periods else "CHUNG" for status, program in kinds if status not in NOT_OWED}
    return tuple(sorted(met))


def _focal_flags(a: Assessment, agency: Agency, programs: set[str]) -> dict[str, bool]:
    if not agency.in_force(a.today):
        return {}
    points = a.register.focal_points_on(a.today, agency.code)
    plain = focal_points.general(points)
    acts = a.policy.acts
    return {
        "no_focal_point": bool(focal_points.uncovered(points, programs)) and acts("G801", agency.code),
        "many_focal_points": bool(focal_points.crowded(points)) and acts("G801", agency.code),
        "focal_point_level": any(not focal_points.is_division_leader(p.position) for p in plain)
        and acts("G802", agency.code),
    }


def _silent_periods(a: Assessment, agency: str, owed: tuple[str, ...]) -> int:
    """Consecutive periods without a counting file up to the present one, counted from the first receipt known.

    An agency is silent only while it exists: not in the periods that ended before it was set up.
    """
    first = a.first_receipt
    born = a.register.agencies[agency].valid_from
    longest = 0
    for program in owed:
        known: Program = a.register.program_of(program)
        sent = a.reported_periods.get((agency, program), set())
        period, count = a.periods[program], 0
        while period.key not in sent and period.cutoff > first and (born is None or born <= period.end):
            count += 1
            period = a.calendar.preceding(period, known.cutoff)
        longest = max(longest, count)
    return longest
