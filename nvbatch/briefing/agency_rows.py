"""Agency figures in, rows of text for the tables of agencies out; all rows together add up to all tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nvbatch.briefing.wording import count, number
from nvbatch.model import DONE, FLAG_WORDS, MARK_WORDS, Agency, AgencyFigure, Snapshot, Status, TaskFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """An agency as the tables print it. ``other`` = without deadline, recurring, stopped, transferred."""

    no: str
    name: str
    assigned: str
    done: str
    done_on_time: str
    done_late: str
    done_no_deadline: str
    in_time: str
    due_soon: str
    overdue: str
    open_no_deadline: str
    recurring: str
    aside: str
    other: str
    not_aggregated: str
    mark: str
    reporting: str


def agency_row(figure: AgencyFigure, no: int) -> AgencyRow:
    words = [FLAG_WORDS[f] for f in figure.flags if f in ("not_submitted", "late", "late_dump")]
    return _agency_row(
        str(no),
        figure.agency.name,
        figure.tasks,
        figure.by_status,
        figure.not_aggregated,
        _mark(figure),
        "; ".join(words) or ("Đã nộp" if figure.submitted else ""),
    )


def _mark(figure: AgencyFigure) -> str:
    if "ended" in figure.flags:
        return "Đã kết thúc hoạt động"
    return f"{figure.mark} {MARK_WORDS.get(figure.mark, '')}".strip()


def sum_row(figures: Sequence[AgencyFigure], name: str) -> AgencyRow:
    """The last line of a table of agencies."""
    by_status = {s: sum(f.by_status.get(s, 0) for f in figures) for s in Status}
    tasks, left_out = sum(f.tasks for f in figures), sum(f.not_aggregated for f in figures)
    return _agency_row("", name, tasks, by_status, left_out, "", "")


def _agency_row(
    no: str, name: str, tasks: int, by_status: Mapping[Status, int], left_out: int, mark: str, reporting: str
) -> AgencyRow:
    of = {status: by_status.get(status, 0) for status in Status}
    aside = of[Status.STOPPED] + of[Status.TRANSFERRED]
    return AgencyRow(
        no=no,
        name=name,
        assigned=number(tasks),
        done=number(sum(of[s] for s in DONE)),
        other=number(of[Status.OPEN_NO_DEADLINE] + of[Status.RECURRING] + aside),
        aside=number(aside),
        not_aggregated=number(left_out),
        mark=mark,
        reporting=reporting,
        **{s.value: number(of[s]) for s in Status if s not in (Status.STOPPED, Status.TRANSFERRED)},
    )


def with_tasks(snapshot: Snapshot) -> list[AgencyFigure]:
    """Every agency that leads a task, in the register's order; those that the register does not know come last, so
    that the rows add up to all tasks."""
    return [f for f in snapshot.agencies if f.tasks] + unlisted(snapshot)


def unlisted(snapshot: Snapshot) -> list[AgencyFigure]:
    """Lead agencies that no row of the register speaks of (G807), with their tasks."""
    known = {f.agency.code for f in snapshot.agencies}
    groups: dict[str, list[TaskFigure]] = {}
    for task in snapshot.tasks:
        if task.lead_agency not in known:
            groups.setdefault(task.lead_agency, []).append(task)
    return [_unlisted(code, tasks) for code, tasks in groups.items()]


def _unlisted(code: str, tasks: Sequence[TaskFigure]) -> AgencyFigure:
    counts = Counter(t.status for t in tasks)
    return AgencyFigure(
        agency=Agency(code=code, name=f"{code or '(chưa ghi)'} (chưa có trong danh mục cơ quan)"),
        owes=False,
        submitted=False,
        tasks=len(tasks),
        by_status=dict(counts),
        flags=(),
        mark="▲" if counts[Status.OVERDUE] else "○",
        not_aggregated=sum(not t.aggregated for t in tasks),
        longest_overdue=max((t.days_overdue or 0 for t in tasks if t.status is Status.OVERDUE), default=0),
    )


def agency_names(snapshot: Snapshot, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Agency code → name, for those of the snapshot and any others that the register knows."""
    return {**(known or {}), **{figure.agency.code: figure.agency.name for figure in snapshot.agencies}}


def worst_first(agencies: Iterable[AgencyFigure]) -> list[AgencyFigure]:
    """Contract 8.15: most overdue tasks, then longest overdue, then code."""
    return sorted(agencies, key=lambda f: (-f.by_status.get(Status.OVERDUE, 0), -f.longest_overdue, f.agency.code))


def silence(figure: AgencyFigure) -> str:
    """`` (chương trình Đề án 06; kỳ thứ 02 liên tiếp)``: which report an agency did not send, and how often now."""
    said = [f"chương trình {', '.join(figure.unsent)}"] if figure.unsent else []
    said += [f"kỳ thứ {count(figure.silent_periods)} liên tiếp"] if figure.silent_periods > 1 else []
    return f" ({'; '.join(said)})" if said else ""
