"""Everything that the figures depend on in, as one value; who counts, who sent what when, who dumps late out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.model import (
    Checked,
    Conference,
    Finding,
    Merged,
    Period,
    RegisterChange,
    Row,
    Submission,
    SubmissionState,
    Trend,
)
from nvbatch.register import Register
from nvbatch.rules.history import reports_come_all_through_the_cycle
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit
from nvbatch.rules.task import Vantage

COUNTING = (SubmissionState.ACCEPTED, SubmissionState.SUPERSEDED)
TOLD_OF_FILES = {"M603": "not_lead_agency", "M605": "changed_without_reason"}  # rule → the task's flag (8.18)


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Everything that the figures depend on. ``config`` and ``policy`` are those in force for the run's main period;

    ``configs`` those of each programme's own present period, where it ends on another day.
    """

    register: Register
    calendar: Calendar
    config: Config
    policy: Policy
    form: Form
    as_of: datetime
    periods: Mapping[str, Period]  # programme → present period
    conference: Conference | None  # given by --conference
    lock_at: datetime | None
    submissions: tuple[Submission, ...]  # all received before as-of, with their row counts
    checked: Checked
    merged: Merged
    file_findings: tuple[Finding, ...]  # gates F, S, A, C, R, M of all files
    register_hits: tuple[Hit, ...] = ()
    register_changes: tuple[RegisterChange, ...] = ()
    vanished: tuple[str, ...] = ()
    trends: tuple[Trend, ...] = ()
    published_before: str | None = None
    only_program: str | None = None  # --program: the figures speak of this programme alone
    configs: Mapping[str, Config] = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        return self.as_of.astimezone(self.config.zone).date()

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Field of the form → its label."""
        return {column.key: column.label for column in self.form.tasks.columns}

    def config_of(self, program: str) -> Config:
        """A period is judged by the rules in force on its last day, and each programme has its own present period."""
        return self.configs.get(program, self.config)

    @cached_property
    def ended(self) -> frozenset[str]:
        """Agencies that no longer stand."""
        known = self.register.agencies
        return frozenset(code for code, one in known.items() if one.valid_to is not None and one.valid_to < self.today)

    @cached_property
    def _policies(self) -> Mapping[str, Policy]:
        return {
            program: replace(self.policy, off=frozenset(c.rules.off), as_warning=frozenset(c.rules.as_warning))
            for program, c in self.configs.items()
        }

    def policy_of(self, program: str) -> Policy:
        return self._policies.get(program, self.policy)

    @cached_property
    def vantages(self) -> Mapping[str, Vantage]:
        """Programme → what its tasks have in common."""
        return {
            program: Vantage(
                period=period,
                today=self.today,
                zone=self.config.zone,
                rules=self.config_of(program).rules,
                policy=self.policy_of(program),
                conference=self.conference is not None,
            )
            for program, period in self.periods.items()
        }

    @cached_property
    def reported(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(agency, programme) → every task code in the file that counts in the programme's present period."""
        return {key: self.checked.reported.get(s.id, frozenset()) for key, s in self.counting.items()}

    @cached_property
    def counting(self) -> Mapping[tuple[str, str], Submission]:
        """(agency, programme) → the file that counts in the programme's present period."""
        return {
            (s.agency, s.program): s
            for s in self.submissions
            if s.state is SubmissionState.ACCEPTED
            and s.agency is not None
            and s.program in self.periods
            and s.period == self.periods[s.program].key
        }

    @cached_property
    def counting_of(self) -> Mapping[str, list[Submission]]:
        """Agency → its files that count."""
        files: dict[str, list[Submission]] = {}
        for (agency, _), submission in self.counting.items():
            files.setdefault(agency, []).append(submission)
        return files

    @cached_property
    def last_reports(self) -> Mapping[str | None, date]:
        """Agency → the day on which its newest report came, of whatever period."""
        days: dict[str | None, date] = {}
        for s in self.submissions:
            if s.state in COUNTING:
                day = receipt_day(s, self)
                days[s.agency] = max(day, days.get(s.agency, day))
        return days

    @cached_property
    def reported_periods(self) -> Mapping[tuple[str | None, str], set[str | None]]:
        """(agency, programme) → the periods for which it sent a report."""
        periods: dict[tuple[str | None, str], set[str | None]] = {}
        for s in self.submissions:
            if s.state in COUNTING:
                periods.setdefault((s.agency, s.program), set()).add(s.period)
        return periods

    @cached_property
    def first_receipt(self) -> datetime:
        return min((s.document.receipt.received_at for s in self.submissions), default=self.as_of)

    @cached_property
    def told(self) -> Mapping[str, frozenset[str]]:
        """Flags of the present only: task code → those that counting files of the present period raise (8.18)."""
        counting = {s.id for s in self.counting.values()}
        flags: dict[str, set[str]] = {}
        for finding in self.file_findings:
            flag = TOLD_OF_FILES.get(finding.rule)
            known = finding.submission in counting and finding.task in self.register.tasks
            if not (flag and known and finding.task):
                continue
            policy = self.policy_of(self.register.tasks[finding.task].program)
            if policy.acts(finding.rule, finding.agency, finding.task):
                flags.setdefault(finding.task, set()).add(flag)
        return {code: frozenset(found) for code, found in flags.items()}

    @cached_property
    def dumps(self) -> Mapping[tuple[str, str], tuple[datetime, int]]:
        """(agency, programme) that arrived only in the last hours → start of the cycle and number of files (8.9)."""
        return _late_dumps(self)


def receipt_day(submission: Submission, a: Assessment) -> date:
    """The calendar day on which a file came, where the Office is."""
    return submission.document.receipt.received_at.astimezone(a.config.zone).date()


def dumped(a: Assessment, lead: str, program: str, rows: Iterable[Row]) -> bool:
    """Is the task one that its agency updated within a cycle in which it only reported at the last (8.9)?"""
    if (lead, program) not in a.dumps:
        return False
    start, lock = _cycle(a) or (a.as_of, a.as_of)
    return any(start <= r.received_at < lock for r in rows)


def _cycle(a: Assessment) -> tuple[datetime, datetime] | None:
    """From the day after the previous conference, else the first receipt known, up to the lock."""
    if a.conference is None or a.lock_at is None:
        return None
    earlier = [c.held_on for c in a.register.conferences if c.held_on < a.conference.held_on]
    if earlier:
        start = datetime.combine(max(earlier) + timedelta(days=1), time(0), a.config.zone)
    else:
        start = min((s.document.receipt.received_at for s in a.submissions), default=a.lock_at)
    return start, a.lock_at


def _late_dumps(a: Assessment) -> dict[tuple[str, str], tuple[datetime, int]]:
    cycle = _cycle(a)
    if cycle is None:
        return {}
    start, lock = cycle
    files: dict[tuple[str, str], list[datetime]] = {}
    for s in a.submissions:
        received = s.document.receipt.received_at
        if s.agency is not None and s.state in COUNTING and start <= received < lock:
            files.setdefault((s.agency, s.program), []).append(received)
    dumps = {}
    for (agency, program), moments in files.items():
        known = a.register.program_of(program)
        cutoffs = a.calendar.cutoffs_between(known.frequency, start, lock, known.cutoff)
        final = lock - timedelta(hours=a.config_of(program).rules.late_dump_hours)
        if not reports_come_all_through_the_cycle(moments, cutoffs, final):
            dumps[(agency, program)] = (start, len(moments))
    return dumps
