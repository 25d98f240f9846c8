"""A counting task with all that is known of it at as-of: what the rules that look at one task's life are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from typing import TypeVar

from nvbatch.config import Rules
from nvbatch.model import DONE, Agency, Due, Period, Row, Status, Task, Verdict
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """From where the tasks of a programme are looked at: its present period, the day, the rules in force."""

    period: Period
    today: date
    zone: tzinfo
    rules: Rules
    policy: Policy
    conference: bool


class Sign(StrEnum):
    """What is seen of a task at first sight. Few bear any: rules and flags that need one are asked of no others."""

    SILENT = "no good row in the present period of its programme"
    REPEATED = "several good rows"
    ABSENT = "the lead agency's counting file does not hold it"
    ORPHANED = "the lead agency has ended"
    UNCLEAR = "its deadline can be read in several ways"
    OVERDUE = "its deadline has passed"
    ASKING = "the state row asks for another deadline"
    REMARKED = "something was found on the state row, or said of it by the Office"
    CONFERENCE = "its reports are read for a conference"


@dataclass(slots=True, kw_only=True)
class Case:
    """A counting task at as-of. ``rows``: its good rows, oldest first; ``told``: flags of present files.

    It is gone when its figure is made and nothing ever writes to it; not frozen, which would double the time it takes.
    """

    task: Task
    lead_agency: str  # the code, also of an agency that the register does not know
    lead: Agency | None
    due: Due
    status: Status
    rows: tuple[Row, ...]
    row: Row | None  # the state row: the newest good one
    verdict: Verdict | None
    here: Vantage
    signs: tuple[Sign, ...]
    dumped: bool = False
    told: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Is the state row of the present period?"""
        return self.row is not None and self.row.period == self.here.period.key

    @property
    def updated(self) -> bool:
        """A good row in the present period of its programme."""
        return Sign.SILENT not in self.signs

    @property
    def before(self) -> Row | None:
        """The good row of the newest period before the state row's that has one."""
        return _before(self.rows) if len(self.rows) > 1 else None

    @property
    def last_two(self) -> tuple[Row, Row] | None:
        """The newest good rows of the two newest periods, whichever came in later; the newer has to be the present."""
        key = self.here.period.key
        if len(self.rows) < 2 or not self.updated or any(row.period > key for row in self.rows):
            return None
        now = next(row for row in reversed(self.rows) if row.period == key)
        then = self.before if self.present else _before((*self.rows, now))
        return (now, then) if then else None

    @property
    def done(self) -> bool:
        return self.status in DONE

    @property
    def recurring(self) -> bool:
        return self.status is Status.RECURRING

    def acts(self, rule: str) -> bool:
        return self.here.policy.acts(rule, self.lead.code if self.lead else None, self.task.code)


def _before(rows: tuple[Row, ...]) -> Row | None:
    state = rows[-1]
    if state.period is None:
        return None
    earlier = [row for row in rows if row.period < state.period]
    newest = max((row.period for row in earlier), default=None)
    return next((row for row in reversed(earlier) if row.period == newest), None)


CaseRule = Callable[[Case], Iterable[Hit]]
R = TypeVar("R", bound=CaseRule)


def asked_of(statuses: Set[Status], sign: Sign | None = None) -> Callable[[R], R]:
    """Let a rule say of tasks in which statuses it speaks, and of those only that bear a sign: it is asked of no others

    and need not look for either itself.
    """

    def wear(demand: R) -> R:
        demand.statuses, demand.sign = frozenset(statuses), sign  # type: ignore[attr-defined]
        return demand

    return wear


def speaks_of(demand: CaseRule, status: Status, signs: tuple[Sign, ...]) -> bool:
    """Is the rule to be asked of such tasks?"""
    sign: Sign | None = demand.sign  # type: ignore[attr-defined]
    return status in demand.statuses and (sign is None or sign in signs)  # type: ignore[attr-defined]
