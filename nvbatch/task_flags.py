"""One task with all that is known of it in, its flags out: one small function a flag (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from nvbatch import viet
from nvbatch.config import Rules
from nvbatch.model import DONE, OPEN, Agency, Period, Row, Status, Task, Verdict
from nvbatch.register import Due
from nvbatch.rules.policy import Policy
from nvbatch.standing import LADDER, explained, is_returned, received_on, whole_months

CLOSED = frozenset({Status.STOPPED, Status.TRANSFERRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A counting task at as-of. ``rows``: its good rows, oldest first; ``told``: flags of present files."""

    task: Task
    lead: Agency | None
    due: Due
    status: Status
    rows: tuple[Row, ...]
    period: Period
    verdict: Verdict | None
    today: date
    zone: tzinfo
    rules: Rules
    policy: Policy
    conference: bool
    absent: bool = False  # the lead agency's counting file does not hold it
    dumped: bool = False
    told: frozenset[str] = frozenset()

    @property
    def row(self) -> Row | None:
        """The state row: the newest good one."""
        return self.rows[-1] if self.rows else None

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def done(self) -> bool:
        return self.status in DONE

    @property
    def recurring(self) -> bool:
        return self.status is Status.RECURRING

    @property
    def updated(self) -> bool:
        """A good row in the present period of its programme."""
        return any(r.period == self.period.key for r in self.rows)

    @property
    def present(self) -> bool:
        """Is the state row of the present period?"""
        return self.row is not None and self.row.period == self.period.key

    @property
    def before(self) -> Row | None:
        """The good row of the newest period before the state row's that has one."""
        if self.row is None or self.row.period is None:
            return None
        earlier = [r for r in self.rows if r.period < self.row.period]
        newest = max((r.period for r in earlier), default=None)
        return next((r for r in reversed(earlier) if r.period == newest), None)

    def acts(self, rule: str) -> bool:
        return self.policy.acts(rule, self.lead.code if self.lead else None, self.task.code)


def flags_of(case: Case) -> tuple[str, ...]:
    """All flags of a task, in alphabetical order."""
    if case.status in CLOSED:  # contract 8.18
        return ("carried_over",) if carried_over(case) else ()
    return tuple(sorted(flag for flag, holds in FLAGS.items() if holds(case)))


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


# --- one function a flag -------------------------------------------------------------------------


def no_update(c: Case) -> bool:
    return c.open and not c.updated and c.acts("H701")


def no_explanation(c: Case) -> bool:
    """R504 at as-of: overdue or finished late without kind of cause, cause and explanation document."""
    if c.status not in (Status.OVERDUE, Status.DONE_LATE) or not c.acts("R504"):
        return False
    return c.row is None or not explained(c.row)


def incomplete(c: Case) -> bool:
    """Contract 8.8: a finding of that severity on the state row of the present period, or R504 on any state row."""
    if c.row is None:
        return False
    return (c.present and bool(c.row.incomplete)) or no_explanation(c)


def returned(c: Case) -> bool:
    return c.row is not None and not c.recurring and is_returned(c.row, c.verdict, c.zone)


def awaiting_closure(c: Case) -> bool:
    return not c.recurring and (_wears(c, "awaiting_closure") or returned(c))


def five_clear_missing(c: Case) -> bool:
    return _wears(c, "five_clear_missing")


def deputy_accountable(c: Case) -> bool:
    return _wears(c, "deputy_accountable")


def disputed(c: Case) -> bool:
    return c.present and _wears(c, "disputed")


def unconfirmed(c: Case) -> bool:
    """Conference runs: a good row in the present period with a blank confirmation."""
    if not c.conference:
        return False
    newest = next((r for r in reversed(c.rows) if r.period == c.period.key), None)
    return newest is not None and not newest.get("confirmation")


def stale_narrative(c: Case) -> bool:
    if not c.open or not c.present or c.before is None or c.row is None or not c.acts("H703"):
        return False
    now, then = c.row.get("narrative"), c.before.get("narrative")
    return bool(now and then) and viet.fold(now) == viet.fold(then)


def status_regressed(c: Case) -> bool:
    if c.row is None or c.before is None or c.recurring or not c.acts("H704"):
        return False
    now, then = c.row.get("progress"), c.before.get("progress")
    if now is not None and then is not None and now < then:
        return True
    step, last = LADDER.get(c.row.get("reported_status")), LADDER.get(c.before.get("reported_status"))
    return step is not None and last is not None and step < last


def overdue_silent(c: Case) -> bool:
    deadline = c.due.deadline
    if c.status is not Status.OVERDUE or deadline is None or not c.acts("H705"):
        return False
    return not any(received_on(r, c.zone) > deadline for r in c.rows)


def long_overdue(c: Case) -> bool:
    deadline = c.due.deadline
    return c.status is Status.OVERDUE and deadline is not None and (c.today - deadline).days > c.rules.long_overdue_days


def no_deadline_reminder(c: Case) -> bool:
    return reminders_due(c) > 0 and c.acts("H706")


def reminders_due(c: Case) -> int:
    """How many reminder spans have passed since the assigning document (R85); 0 for tasks that owe none."""
    if c.status is not Status.OPEN_NO_DEADLINE or c.task.doc_date is None:
        return 0
    return whole_months(c.task.doc_date, c.today) // c.rules.no_deadline_reminder_months


def product_without_deadline(c: Case) -> bool:
    return (
        bool(c.task.product)
        and c.due.deadline is None
        and c.status in (Status.OPEN_NO_DEADLINE, Status.DONE_NO_DEADLINE)
        and c.acts("G804")
    )


def ambiguous_deadline(c: Case) -> bool:
    """Contract 8.2: "trước ngày D" is ambiguous only when completed exactly on D; an extension ends the ambiguity."""
    if not c.due.ambiguous or c.recurring or not c.acts("G806"):
        return False
    reading = c.due.reading
    if reading is not None and reading.kind == "BEFORE" and not reading.assumed:
        return c.done and c.row is not None and c.row.get("completed_on") == (reading.named or reading.on)
    return True


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


def no_receiving_agency(c: Case) -> bool:
    """Lead agency of an open task has ended and nobody took the task over (R13)."""
    if not (c.open or c.recurring) or c.lead is None or not c.acts("G803"):
        return False
    return c.lead.valid_to is not None and c.lead.valid_to < c.today


def missing_from_report(c: Case) -> bool:
    return c.absent and c.open and c.acts("M602")


def not_lead_agency(c: Case) -> bool:
    return "not_lead_agency" in c.told


def changed_without_reason(c: Case) -> bool:
    return "changed_without_reason" in c.told


def late_dump(c: Case) -> bool:
    return c.dumped and c.open and c.acts("H702")


def carried_over(c: Case) -> bool:
    return c.task.doc_date is not None and c.task.doc_date.year < c.today.year


def _wears(c: Case, flag: str) -> bool:
    return c.row is not None and flag in c.row.flags


FLAGS: Mapping[str, Callable[[Case], bool]] = {
    function.__name__: function
    for function in (
        no_update, incomplete, awaiting_closure, late_dump, stale_narrative, overdue_silent, long_overdue,
        no_explanation, extension_requested, extension_exceeded, five_clear_missing, deputy_accountable,
        product_without_deadline, no_deadline_reminder, changed_without_reason, missing_from_report,
        not_lead_agency, status_regressed, disputed, unconfirmed, no_receiving_agency, ambiguous_deadline,
        carried_over, returned,
    )
}  # fmt: skip
