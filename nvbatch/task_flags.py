"""One task with all that is known of it in, its flags out (contract 8): those of its rules and, here, the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from nvbatch.model import CLOSED, OPEN, Status
from nvbatch.rules import history, office
from nvbatch.rules.rule import Hit, Rule, worn
from nvbatch.rules.task import Case, CaseRule, Sign, speaks_of
from nvbatch.standing import is_returned, received_on

Seen = tuple[tuple[Rule, Hit], ...]
ON_CASE: tuple[CaseRule, ...] = (*history.ON_CASE, *office.ON_CASE)


def hits_of(case: Case) -> Seen:
    """What its rules see, also those that raise no flag here: waived or demoted ones are listed (contract 8.18)."""
    demands = asked(case.status, case.signs)
    return tuple([(rule, hit) for rule, demand in demands for hit in demand(case)]) if demands else ()


@cache
def asked(status: Status, signs: tuple[Sign, ...]) -> tuple[tuple[Rule, CaseRule], ...]:
    """The rules that have something to demand of tasks in this status that bear these signs."""
    return tuple((worn(demand), demand) for demand in ON_CASE if speaks_of(demand, status, signs))


def flags_of(case: Case, seen: Seen) -> tuple[str, ...]:
    """All flags of a task, in alphabetical order. ``seen``: its :func:`hits_of`."""
    if case.status in CLOSED:  # contract 8.18
        return CARRIED_OVER if carried_over(case) else ()
    borne = _borne(case.signs)
    if not (seen or borne or case.told):
        return CARRIED_OVER if carried_over(case) else ()
    raised = {rule.flag or "" for rule, _ in seen if case.acts(rule.code)} | case.told
    if "no_explanation" in raised and case.row is not None:
        raised.add("incomplete")  # contract 8.8: R504 counts on any state row
    raised.update([flag.__name__ for flag in borne if flag(case)])
    if carried_over(case):
        raised.add("carried_over")
    return _in_order(frozenset(raised)) if raised else ()


@cache
def _borne(signs: tuple[Sign, ...]) -> tuple[Callable[[Case], bool], ...]:
    """The flags that such tasks can bear, besides those of rules."""
    return tuple(flag for sign in signs for flag in FLAGS.get(sign, ()))


@lru_cache(maxsize=4096)
def _in_order(flags: frozenset[str]) -> tuple[str, ...]:
    """A province's tasks wear few different sets of flags: each is put in order, and kept, once."""
    return tuple(sorted(flags))


def missing_words(case: Case, flags: tuple[str, ...], labels: Mapping[str, str]) -> tuple[str, ...]:
    """What keeps the task from being aggregated, in Vietnamese."""
    words: list[str] = []
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


# --- one function a flag that is no rule's of these; only tasks with its sign are looked at (FLAGS) -------------------


def incomplete(c: Case) -> bool:
    """Contract 8.8: a finding of that severity on the state row of the present period."""
    return c.row is not None and c.present and bool(c.row.incomplete)


def returned(c: Case) -> bool:
    return c.row is not None and not c.recurring and is_returned(c.row, c.verdict, c.here.zone)


def awaiting_closure(c: Case) -> bool:
    return not c.recurring and (_wears(c, "awaiting_closure") or returned(c))


def five_clear_missing(c: Case) -> bool:
    return _wears(c, "five_clear_missing") and c.acts("R511")


def deputy_accountable(c: Case) -> bool:
    return _wears(c, "deputy_accountable") and c.acts("R507")


def disputed(c: Case) -> bool:
    return c.present and _wears(c, "disputed")


def _wears(c: Case, flag: str) -> bool:
    return c.row is not None and flag in c.row.flags


def extension_requested(c: Case) -> bool:
    return _waits_for_time(c) and len(c.due.extensions) < c.here.rules.max_extensions


def extension_exceeded(c: Case) -> bool:
    return _waits_for_time(c) and len(c.due.extensions) >= c.here.rules.max_extensions and c.acts("R506")


def _waits_for_time(c: Case) -> bool:
    """The state row asks for a new date and none has been approved on or after its receipt day."""
    if c.row is None:
        return False
    day = received_on(c.row, c.here.zone)
    return not any(e.approved_on is not None and e.approved_on >= day for e in c.due.extensions)


def long_overdue(c: Case) -> bool:
    deadline = c.due.deadline
    return deadline is not None and (c.here.today - deadline).days > c.here.rules.long_overdue_days


def unconfirmed(c: Case) -> bool:
    """Conference runs: a good row in the present period with a blank confirmation."""
    newest = next((r for r in reversed(c.rows) if r.period == c.here.period.key), None)
    return newest is not None and not newest.get("confirmation")


def late_dump(c: Case) -> bool:
    """H702 speaks of the agency; its open tasks that were updated in the cycle bear the flag too (contract 8.9)."""
    return c.dumped and c.status in OPEN and c.acts("H702")


def carried_over(c: Case) -> bool:
    return c.task.doc_date is not None and c.task.doc_date.year < c.here.today.year


CARRIED_OVER = ("carried_over",)
FLAGS: Mapping[Sign, tuple[Callable[[Case], bool], ...]] = {  # a sign → the flags that need it
    Sign.OVERDUE: (long_overdue,),
    Sign.ASKING: (extension_requested, extension_exceeded),
    Sign.REMARKED: (incomplete, returned, awaiting_closure, five_clear_missing, deputy_accountable, disputed),
    Sign.CONFERENCE: (unconfirmed, late_dump),
}
