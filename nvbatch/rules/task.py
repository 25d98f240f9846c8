"""A counting task with all that is known of it at as-of: what the rules that look at one task's life are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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

    @property
    def row(self) -> Row | None:
        """The state row: the newest good one."""
        return self.rows[-1] if self.rows else None

    @property
    def unfinished(self) -> bool:
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


CaseRule = Callable[[Case], Iterable[Hit]]
