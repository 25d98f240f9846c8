"""One task with all that is known of it in, its flags out (contract 8): those of its rules and, here, the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nvbatch.model import Status
from nvbatch.rules import history, office
from nvbatch.rules.history import lateness_is_explained
from nvbatch.rules.rule import Hit, Rule, worn
from nvbatch.rules.task import Case, CaseRule
from nvbatch.standing import is_returned, received_on

CLOSED = frozenset({Status.STOPPED, Status.TRANSFERRED})
Seen = tuple[tuple[Rule, Hit], ...]
ON_CASE: tuple[tuple[Rule, CaseRule], ...] = tuple(
    (worn(demand), demand) for demand in (*history.ON_CASE, *office.ON_CASE)
)


def hits_of(case: Case) -> Seen:
    """What its rules see, also those that raise no flag here: waived or demoted ones are listed (contract 8.18)."""
    if case.status in CLOSED:
        return ()
    return tuple((rule, hit) for rule, demand in ON_CASE for hit in demand(case))


def flags_of(case: Case, seen: Seen) -> tuple[str, ...]:
    """All flags of a task, in alphabetical order. ``seen``: its :func:`hits_of`."""
    if case.status in CLOSED:  # contract 8.18
        return ("carried_over",) if carried_over(case) else ()
    raised = {rule.flag or "" for rule, _ in seen if case.acts(rule.code)}
    return tuple(sorted(raised | {flag for flag, holds in FLAGS.items() if holds(case)}))


def _raises(demand: CaseRule, case: Case) -> bool:
    """Does the rule fire, and does the policy let it have its consequences?"""
    return any(True for _ in demand(case)) and case.acts(worn(demand).code)


def missing_words(case: Case, flags: tuple[str, ...], labels: Mapping[str, str]) -> tuple[str, ...]:
    """What keeps the task from being aggregated, in Vietnamese."""
    words = []
    if "no_update" in flags:
        words.append("chưa cập nhật trong kỳ")
    if "incomplete" in flags and case.row is not None:
        row = case.row
        blank = [labels[k] for k in labels if not row.get(k)] if "C401" in row.incomplete else []
        words += [f"thiếu {label}" for label in blank]
        if "C408" in row.incomplete:
            words.append("diễn biến chưa cụ thể")
        if "R501" in row.incomplete:
            words.append("báo hoàn thành nhưng thiếu ngày hoàn thành, kết quả hoặc văn bản")
    if "no_explanation" in flags:
        words.append("thiếu giải trình chậm")
    return tuple(words)


# --- one function a flag that is no rule's -------------------------------------------------------


def incomplete(c: Case) -> bool:
    """Contract 8.8: a finding of that severity on the state row of the present period, or R504 on any state row."""
    if c.row is None:
        return False
    return (c.present and bool(c.row.incomplete)) or _raises(lateness_is_explained, c)


def returned(c: Case) -> bool:
    return c.row is not None and not c.recurring and is_returned(c.row, c.verdict, c.zone)


def awaiting_closure(c: Case) -> bool:
    return not c.recurring and (_wears(c, "awaiting_closure") or returned(c))


def five_clear_missing(c: Case) -> bool:
    return _wears(c, "five_clear_missing") and c.acts("R511")


def deputy_accountable(c: Case) -> bool:
    return _wears(c, "deputy_accountable") and c.acts("R507")


def disputed(c: Case) -> bool:
    return c.present and _wears(c, "disputed")


def unconfirmed(c: Case) -> bool:
    """Conference runs: a good row in the present period with a blank confirmation."""
    if not c.conference:
        return False
    newest = next((r for r in reversed(c.rows) if r.period == c.period.key), None)
    return newest is not None and not newest.get("confirmation")


def long_overdue(c: Case) -> bool:
    deadline = c.due.deadline
    return c.status is Status.OVERDUE and deadline is not None and (c.today - deadline).days > c.rules.long_overdue_days


def extension_requested(c: Case) -> bool:
    return _asks(c) and len(c.due.extensions) < c.rules.max_extensions


def extension_exceeded(c: Case) -> bool:
    return _asks(c) and len(c.due.extensions) >= c.rules.max_extensions and c.acts("R506")


def _asks(c: Case) -> bool:
    """The state row asks for a new date and none has been approved on or after its receipt day."""
    if c.row is None:
        return False
    if not c.row.get("requested_deadline") and c.row.get("reported_status") != "Đề nghị gia hạn":
        return False
    day = received_on(c.row, c.zone)
    return not any(e.approved_on is not None and e.approved_on >= day for e in c.due.extensions)


def not_lead_agency(c: Case) -> bool:
    return "not_lead_agency" in c.told


def changed_without_reason(c: Case) -> bool:
    return "changed_without_reason" in c.told


def late_dump(c: Case) -> bool:
    """H702 speaks of the agency; its open tasks that were updated in the cycle bear the flag too (contract 8.9)."""
    return c.dumped and c.unfinished and c.acts("H702")


def carried_over(c: Case) -> bool:
    return c.task.doc_date is not None and c.task.doc_date.year < c.today.year


def _wears(c: Case, flag: str) -> bool:
    return c.row is not None and flag in c.row.flags


FLAGS: Mapping[str, Callable[[Case], bool]] = {
    function.__name__: function
    for function in (
        incomplete, awaiting_closure, late_dump, long_overdue, extension_requested, extension_exceeded,
        five_clear_missing, deputy_accountable, changed_without_reason, not_lead_agency, disputed, unconfirmed,
        carried_over, returned,
    )
}  # fmt: skip
