"""A state row, a deadline and a day in; done or not, which status, how many days, out (contract 8.5, 8.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import Any

from nvbatch.model import Due, Row, Status, Task, Verdict

DONE_WORD = "Đã hoàn thành"
EXTENSION_WORD = "Đề nghị gia hạn"
RETURNED_WORD = "Trả lại"
LADDER: Mapping[str, int] = {"Chưa thực hiện": 0, "Đang thực hiện": 1, DONE_WORD: 2}
CLOSING: Mapping[str, Status] = {"Dừng": Status.STOPPED, "Chuyển": Status.TRANSFERRED}
EXPLANATION = ("delay_cause_kind", "delay_reason", "explanation_doc")


def received_on(row: Row, zone: tzinfo) -> date:
    """The receipt day of the row's file."""
    return row.received_at.astimezone(zone).date()


def reported_done(row: Row) -> bool:
    """The agency reports it done, with date, result and result document."""
    return bool(
        row.get("reported_status") == DONE_WORD
        and row.get("completed_on")
        and row.get("result")
        and row.get("result_doc")
    )


def is_returned(row: Row, verdict: Verdict | None, zone: tzinfo) -> bool:
    """Reported done, and the newest verdict, given since its receipt day, sends it back (contract 8.5)."""
    return (
        verdict is not None
        and verdict.verdict == RETURNED_WORD
        and reported_done(row)
        and verdict.assessed_on >= received_on(row, zone)
    )


def asks_for_time(row: Row) -> bool:
    """The row asks for another deadline, with its date or with its status alone."""
    return bool(row.get("requested_deadline")) or row.get("reported_status") == EXTENSION_WORD


def lines_done(columns: Mapping[str, Sequence[Any]]) -> dict[int, Any]:
    """Of all lines of a file at once: those with :func:`reported_done` → when completed (a day, unless it is held)."""
    needed = (columns.get(key, ()) for key in ("reported_status", "completed_on", "result", "result_doc"))
    lines = enumerate(zip(*needed, strict=False))  # a column that is not there has no line
    return {line: day for line, (word, day, result, doc) in lines if word == DONE_WORD and day and result and doc}


def lines_asking(columns: Mapping[str, Sequence[Any]]) -> set[int]:
    """Of all lines of a file at once: those with :func:`asks_for_time`."""
    days, words = columns.get("requested_deadline", ()), columns.get("reported_status", ())
    asking = {line for line, day in enumerate(days) if day}
    return asking.union(line for line, word in enumerate(words) if word == EXTENSION_WORD)


def is_done(row: Row, verdict: Verdict | None, zone: tzinfo) -> bool:
    return reported_done(row) and not is_returned(row, verdict, zone)


def closed_by_office(task: Task, today: date) -> Status | None:
    """ "Dừng" and "Chuyển" count from their day on (contract 8.1)."""
    closed = CLOSING.get(task.state)
    return None if closed is None or (task.state_from is not None and task.state_from > today) else closed


def status_of(task: Task, due: Due, row: Row | None, done: bool, today: date, due_soon_days: int) -> Status:
    """The one status of a task, first that fits (contract 8.6). On the deadline day itself it is not overdue."""
    if task.state in CLOSING and (closed := closed_by_office(task, today)) is not None:
        return closed
    if due.recurring:
        return Status.RECURRING
    if done and row is not None:
        if due.deadline is None:
            return Status.DONE_NO_DEADLINE
        return Status.DONE_ON_TIME if row.get("completed_on") <= due.deadline else Status.DONE_LATE
    if due.deadline is None:
        return Status.OPEN_NO_DEADLINE
    if today > due.deadline:
        return Status.OVERDUE
    return Status.DUE_SOON if (due.deadline - today).days <= due_soon_days else Status.IN_TIME


def days_overdue(status: Status, due: Due, row: Row | None, today: date) -> int | None:
    if status is Status.OVERDUE and due.deadline is not None:
        return (today - due.deadline).days
    if status is Status.DONE_LATE and due.deadline is not None and row is not None:
        return int((row.get("completed_on") - due.deadline).days)
    return None


def explained(row: Row) -> bool:
    """Kind of cause, cause and explanation document are there (R75, R79)."""
    return all(row.get(k) for k in EXPLANATION)


def whole_months(start: date, end: date) -> int:
    """Whole months from one day to another; a month's last day completes it: 30/11 → 28/2 are three."""
    from calendar import monthrange

    months = (end.year - start.year) * 12 + end.month - start.month
    reached = end.day >= min(start.day, monthrange(end.year, end.month)[1])
    return max(months if reached else months - 1, 0)
