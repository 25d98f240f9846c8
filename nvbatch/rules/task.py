"""A counting task with all that is known of it at as-of: what the rules that look at one task's life are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, tzinfo

from nvbatch.config import Rules
from nvbatch.model import DONE, OPEN, Agency, Period, Row, Status, Task, Verdict
from nvbatch.register import Due
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit


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
    row: Row | None = field(init=False)  # the state row: the newest good one
    updated: bool = field(init=False)  # a good row in the present period of its programme
    present: bool = field(init=False)  # is the state row of the present period?
    before: Row | None = field(init=False)  # the good row of the newest period before the state row's that has one

    def __post_init__(self) -> None:
        rows, key = self.rows, self.period.key
        give = object.__setattr__  # asked for again and again, by every rule: worked out once
        give(self, "row", rows[-1] if rows else None)
        give(self, "updated", any(row.period == key for row in rows))
        give(self, "present", bool(rows) and rows[-1].period == key)
        give(self, "before", _before(rows) if len(rows) > 1 else None)

    @property
    def last_two(self) -> tuple[Row, Row] | None:
        """The newest good rows of the two newest periods, whichever came in later; the newer has to be the present."""
        if not self.updated or any(row.period > self.period.key for row in self.rows):
            return None
        now = next(row for row in reversed(self.rows) if row.period == self.period.key)
        then = self.before if self.present else _before((*self.rows, now))
        return (now, then) if then else None

    @property
    def unfinished(self) -> bool:
        return self.status in OPEN

    @property
    def done(self) -> bool:
        return self.status in DONE

    @property
    def recurring(self) -> bool:
        return self.status is Status.RECURRING

    def acts(self, rule: str) -> bool:
        return self.policy.acts(rule, self.lead.code if self.lead else None, self.task.code)


def _before(rows: tuple[Row, ...]) -> Row | None:
    state = rows[-1]
    if state.period is None:
        return None
    earlier = [row for row in rows if row.period < state.period]
    newest = max((row.period for row in earlier), default=None)
    return next((row for row in reversed(earlier) if row.period == newest), None)


CaseRule = Callable[[Case], Iterable[Hit]]
