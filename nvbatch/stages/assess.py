"""State of every task, calendar, register and as-of in; status, flags and figures out: the Snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from nvbatch import focal_points, office_findings, viet
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.model import (
    DONE,
    Agency,
    AgencyFigure,
    Checked,
    Conference,
    Finding,
    Merged,
    Period,
    Program,
    RegisterChange,
    Row,
    Snapshot,
    Status,
    Submission,
    SubmissionState,
    Task,
    TaskFigure,
    Timeliness,
    Trend,
)
from nvbatch.register import Register
from nvbatch.rules.history import reminders_due, reports_come_all_through_the_cycle
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit
from nvbatch.rules.task import Case
from nvbatch.standing import days_overdue, is_done, status_of
from nvbatch.task_flags import Seen, flags_of, hits_of, missing_words
from nvbatch.totals import totals_of

COUNTING = (SubmissionState.ACCEPTED, SubmissionState.SUPERSEDED)


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

    def config_of(self, program: str) -> Config:
        """A period is judged by the rules in force on its last day, and each programme has its own present period."""
        return self.configs.get(program, self.config)

    @cached_property
    def _policies(self) -> Mapping[str, Policy]:
        return {
            program: replace(self.policy, off=frozenset(c.rules.off), as_warning=frozenset(c.rules.as_warning))
            for program, c in self.configs.items()
        }

    def policy_of(self, program: str) -> Policy:
        return self._policies.get(program, self.policy)

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
                day = _receipt_day(s, self)
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
    def leads(self) -> Mapping[str, str]:
        """Task code → who leads it at as-of."""
        return {code: self.register.lead_on(code, self.today) for code in self.register.tasks}

    @cached_property
    def told(self) -> Mapping[str, frozenset[str]]:
        """Flags of the present only: task code → those that counting files of the present period raise (8.18)."""
        counting = {s.id for s in self.counting.values()}
        flags: dict[str, set[str]] = {}
        for finding in self.file_findings:
            flag = {"M603": "not_lead_agency", "M605": "changed_without_reason"}.get(finding.rule)
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


def assess(a: Assessment) -> Snapshot:
    """The one value that all outputs are rendered from."""
    asked = (t for t in a.register.tasks.values() if a.only_program in (None, t.program))
    cases = [(case, hits_of(case)) for task in asked if (case := _case(a, task)) is not None]
    labels = {k: a.form.tasks.column(k).label for k in a.form.required_keys}
    tasks = tuple(_figure(a, case, seen, labels) for case, seen in cases)
    agencies = tuple(_agency(a, agency, tasks_of) for agency, tasks_of in _by_agency(a, tasks))
    listed = _listed(a)
    ids = {s.id for s in listed}
    found = [f for f in a.file_findings if f.submission is None or f.submission in ids]
    found += office_findings.of_tasks(a, cases)
    counting = {s.id for s in a.counting.values()}
    found += a.policy.judge_all(office_findings.of_office(a, tasks, agencies))
    found += office_findings.of_waivers(a, found)
    return Snapshot(
        as_of=a.as_of,
        periods=a.periods,
        conference=a.conference,
        lock_at=a.lock_at,
        provisional=any(p.cutoff > a.as_of for p in a.periods.values()),
        totals=totals_of(tasks),
        tasks=tasks,
        agencies=agencies,
        submissions=listed,
        findings=tuple(sorted(found, key=_finding_order(listed))),
        changes=tuple(c for c in a.checked.changes if c.submission in counting),
        register_changes=a.register_changes,
        decisions=_decisions(tasks),
        trends=a.trends,
        published_before=a.published_before,
        programs=a.register.programs,
        rules_in_force=_rules_in_force(a.config),
    )


# --- tasks --------------------------------------------------------------------------------------


def _case(a: Assessment, task: Task) -> Case | None:
    """The task as it stands, or None when it left the figures: done in an earlier calendar year (contract 8.1)."""
    due = a.register.deadline_on(task.code, a.today)
    rows = a.merged.rows.get(task.code, ())
    row = rows[-1] if rows else None
    verdict = a.register.verdict_on(task.code, a.today)
    done = row is not None and is_done(row, verdict, a.config.zone)
    program = task.program if task.program in a.periods else "CHUNG"
    rules = a.config_of(program).rules
    status = status_of(task, due, row, done, a.today, rules.due_soon_days)
    if done and not due.recurring and row is not None and row.get("completed_on").year < a.today.year:
        return None  # whatever its state: stopped or transferred afterwards, it was done all the same
    lead = a.leads[task.code]
    counting = a.counting.get((lead, program))
    return Case(
        task=task,
        lead=a.register.agencies.get(lead),
        due=due,
        status=status,
        rows=rows,
        period=a.periods[program],
        verdict=verdict,
        today=a.today,
        zone=a.config.zone,
        rules=rules,
        policy=a.policy_of(program),
        conference=a.conference is not None,
        absent=counting is not None and task.code not in a.checked.reported.get(counting.id, frozenset()),
        dumped=_dumped(a, lead, program, rows),
        told=a.told.get(task.code, frozenset()),
    )


def _figure(a: Assessment, case: Case, seen: Seen, labels: Mapping[str, str]) -> TaskFigure:
    flags = flags_of(case, seen)
    closed = case.status in (Status.STOPPED, Status.TRANSFERRED)
    return TaskFigure(
        task=case.task,
        lead_agency=case.lead.code if case.lead else a.leads[case.task.code],
        deadline=case.due.deadline,
        original_deadline=case.due.original if case.due.extensions else None,
        reading=case.due.reading,
        status=case.status,
        days_overdue=days_overdue(case.status, case.due, case.row, a.today),
        recurring_met=_met(case) if case.status is Status.RECURRING else None,
        flags=flags,
        aggregated=closed or not ("incomplete" in flags or "no_update" in flags),
        row=case.row,
        updated=case.updated,
        extensions=case.due.extensions,
        missing=missing_words(case, flags, labels),
        reminders_due=reminders_due(case),
        verdict=case.verdict,
        new=_is_new(a, case),
    )


def _met(case: Case) -> bool:
    """The good row of the present period reports it done with a result (8.6); a replaced row does not serve."""
    row = next((r for r in reversed(case.rows) if r.period == case.period.key), None)
    return row is not None and row.get("reported_status") == "Đã hoàn thành" and bool(row.get("result"))


def _is_new(a: Assessment, case: Case) -> bool:
    """«Mới giao»: the agency has reported before, never on this task, and its document is younger than that report."""
    if case.rows or case.task.doc_date is None:
        return False
    last = a.last_reports.get(case.lead.code if case.lead else None)
    return last is not None and last < case.task.doc_date


def _receipt_day(submission: Submission, a: Assessment) -> date:
    return submission.document.receipt.received_at.astimezone(a.config.zone).date()


# --- late dump (contract 8.9) -------------------------------------------------------------------


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


def _dumped(a: Assessment, lead: str, program: str, rows: Iterable[Row]) -> bool:
    if (lead, program) not in a.dumps:
        return False
    start, lock = _cycle(a) or (a.as_of, a.as_of)
    return any(start <= r.received_at < lock for r in rows)


# --- agencies -----------------------------------------------------------------------------------


def _by_agency(a: Assessment, tasks: Sequence[TaskFigure]) -> list[tuple[Agency, list[TaskFigure]]]:
    groups: dict[str, list[TaskFigure]] = {}
    for task in tasks:
        groups.setdefault(task.lead_agency, []).append(task)
    return [(agency, groups.get(code, [])) for code, agency in a.register.agencies.items()]


def _agency(a: Assessment, agency: Agency, tasks: list[TaskFigure]) -> AgencyFigure:
    owed = _owed(a, tasks)
    mine = a.counting_of.get(agency.code, [])
    ended = agency.valid_to is not None and agency.valid_to < a.today
    submitted = all((agency.code, p) in a.counting for p in owed) if owed else bool(mine)
    flags = {
        "ended": ended,
        "not_submitted": bool(owed) and not submitted and not ended,
        "late": any(s.timeliness is Timeliness.LATE for s in mine),
        "late_dump": any(code == agency.code and a.policy_of(p).acts("H702", code) for code, p in a.dumps),
        **_focal_flags(a, agency, {t.task.program for t in tasks}),
    }
    counts = Counter(t.status for t in tasks)
    overdue = [t.days_overdue or 0 for t in tasks if t.status is Status.OVERDUE]
    left_out = sum(not t.aggregated for t in tasks)
    watched = counts[Status.DUE_SOON] or left_out or any("no_update" in t.flags for t in tasks)
    return AgencyFigure(
        agency=agency,
        owes=bool(owed) and not ended,
        submitted=submitted,
        tasks=len(tasks),
        by_status={status: counts[status] for status in Status if counts[status]},
        flags=tuple(sorted(flag for flag, holds in flags.items() if holds)),
        mark="▲" if overdue else "○" if watched else "●",
        not_aggregated=left_out,
        not_updated=sum("no_update" in t.flags for t in tasks),
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


def _owed(a: Assessment, tasks: Iterable[TaskFigure]) -> tuple[str, ...]:
    """Programmes in which the agency owes a report: it leads a task that is not done, stopped or transferred."""
    closed = DONE | {Status.STOPPED, Status.TRANSFERRED}
    met = {t.task.program if t.task.program in a.periods else "CHUNG" for t in tasks if t.status not in closed}
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


# --- the rest -----------------------------------------------------------------------------------


def _listed(a: Assessment) -> tuple[Submission, ...]:
    """Every file received in, or counting for, the run's present periods (contract 8.19), and what its lock kept out.

    A lock in mid-week keeps out files of the week after the run's period: whoever sent one must see that it came.
    """
    listed = []
    for s in a.submissions:
        period = a.periods.get(s.program)
        day = _receipt_day(s, a)
        locked = s.state is SubmissionState.AFTER_LOCK
        if period is not None and (locked or s.period == period.key or period.start <= day <= period.end):
            listed.append(s)
    return tuple(listed)


def _decisions(tasks: Iterable[TaskFigure]) -> tuple[str, ...]:
    """Tasks whose state row asks the provincial committee: growth impact first, then days overdue (contract 8.15)."""
    wanted = viet.key("UBND tỉnh")
    asking = [
        t
        for t in tasks
        if t.row is not None
        and t.status not in (Status.STOPPED, Status.TRANSFERRED)
        and t.row.get("proposal")
        and viet.key(t.row.get("escalate_to") or "") == wanted
    ]
    asking.sort(key=lambda t: (not t.task.growth_impact, -(t.days_overdue or 0), t.task.code))
    return tuple(t.task.code for t in asking)


def _finding_order(listed: Iterable[Submission]):  # type: ignore[no-untyped-def]
    place = {s.id: number for number, s in enumerate(listed)}

    def order(f: Finding) -> tuple[object, ...]:
        return (place.get(f.submission or "", 10**9), f.sheet or "", f.row or 0, f.rule, f.column or "", f.agency or "",
                f.task or "", f.message)  # fmt: skip

    return order


def _rules_in_force(config: Config) -> dict[str, object]:
    return {
        **config.rules.model_dump(exclude={"from_"}),
        **config.reporting.model_dump(),
        "lock_days": config.conference.lock_days,
    }
