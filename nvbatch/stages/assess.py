"""State of every task, calendar, register and as-of in; status, flags and figures out: the Snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from nvbatch import office_findings, viet
from nvbatch.agency_figures import agency_figure, tasks_by_agency
from nvbatch.assessment import Assessment, dumped, receipt_day
from nvbatch.config import Config
from nvbatch.first_sight import FirstSight
from nvbatch.model import (
    CLOSED,
    NOTHING_BESIDES,
    Besides,
    Due,
    Finding,
    Row,
    Snapshot,
    Status,
    Submission,
    SubmissionState,
    Task,
    TaskFigure,
    Verdict,
)
from nvbatch.register import GENERAL
from nvbatch.rules.history import reminders_due
from nvbatch.rules.task import Case, Sign, Vantage
from nvbatch.standing import DONE_WORD, asks_for_time, days_overdue, is_done, status_of
from nvbatch.task_flags import Seen, flags_of, hits_of, missing_words
from nvbatch.totals import totals_of

NOTHING: frozenset[str] = frozenset()


def assess(a: Assessment) -> Snapshot:
    """The one value that all outputs are rendered from."""
    asked = [t for t in a.register.tasks.values() if a.only_program in (None, t.program)]
    labels = {key: a.labels[key] for key in a.form.required_keys}
    figures: list[TaskFigure] = []
    told: list[Finding] = []
    for task, figure in zip(asked, FirstSight(a).figures(asked), strict=True):
        if figure is not None:
            figures.append(figure)
        elif case := _case(a, task):
            seen = hits_of(case)
            figures.append(_figure(a, case, seen, labels))
            told += office_findings.of_task(a, case, seen) if seen else ()
    tasks = tuple(figures)
    led = tasks_by_agency(a, tasks)
    agencies = tuple(agency_figure(a, agency, own) for agency, own in led)
    listed = _listed(a)
    ids = {s.id for s in listed}
    found = [f for f in a.file_findings if f.submission is None or f.submission in ids]
    found += told
    counting = {s.id for s in a.counting.values()}
    found += a.policy.judge_all(office_findings.of_office(a, zip(agencies, [own for _, own in led], strict=True)))
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
    code, today = task.code, a.today
    program = task.program if task.program in a.periods else GENERAL
    here = a.vantages[program]
    due = a.register.deadline_on(code, today)
    rows = a.merged.rows.get(code, ())
    row = rows[-1] if rows else None
    verdict = a.register.verdict_on(code, today)
    done = row is not None and row.get("reported_status") == DONE_WORD and is_done(row, verdict, here.zone)
    status = status_of(task, due, row, done, today, here.rules.due_soon_days)
    if done and not due.recurring and row is not None and row.get("completed_on").year < today.year:
        return None  # whatever its state: stopped or transferred afterwards, it was done all the same
    lead = a.register.lead_on(code, today)
    reported = a.reported.get((lead, program))
    return Case(
        task=task,
        lead_agency=lead,
        lead=a.register.agencies.get(lead),
        due=due,
        status=status,
        rows=rows,
        row=row,
        verdict=verdict,
        here=here,
        signs=_signs(a, here, due, status, rows, verdict, lead, reported is not None and code not in reported),
        dumped=bool(a.dumps) and dumped(a, lead, program, rows),
        told=a.told.get(code, NOTHING),
    )


def _signs(
    a: Assessment,
    here: Vantage,
    due: Due,
    status: Status,
    rows: Sequence[Row],
    verdict: Verdict | None,
    lead: str,
    absent: bool,
) -> tuple[Sign, ...]:
    """What is seen of a task at first sight; of most there is nothing."""
    signs = []
    period = here.period.key
    if not rows or (rows[-1].source.period != period and all(row.period != period for row in rows)):
        signs.append(Sign.SILENT)
    if len(rows) > 1:
        signs.append(Sign.REPEATED)
    if absent:
        signs.append(Sign.ABSENT)
    if lead in a.ended:
        signs.append(Sign.ORPHANED)
    if due.reading is not None and due.ambiguous:
        signs.append(Sign.UNCLEAR)
    if status is Status.OVERDUE:
        signs.append(Sign.OVERDUE)
    if rows and asks_for_time(rows[-1]):
        signs.append(Sign.ASKING)
    if rows and (verdict is not None or rows[-1].remarked):
        signs.append(Sign.REMARKED)
    if here.conference:
        signs.append(Sign.CONFERENCE)
    return tuple(signs)


def _figure(a: Assessment, case: Case, seen: Seen, labels: Mapping[str, str]) -> TaskFigure:
    flags, status = flags_of(case, seen), case.status
    late = status is Status.OVERDUE or status is Status.DONE_LATE
    return TaskFigure(
        task=case.task,
        lead_agency=case.lead_agency,
        due=case.due,
        status=status,
        flags=flags,
        row=case.row,
        updated=case.updated,
        days_overdue=days_overdue(status, case.due, case.row, a.today) if late else None,
        besides=_besides(
            _met(case) if status is Status.RECURRING else None,
            missing_words(case, flags, labels) if flags else (),
            reminders_due(case) if status is Status.OPEN_NO_DEADLINE else 0,
            case.verdict,
            not case.rows and _is_new(a, case),
        ),
    )


@lru_cache(maxsize=4096)
def _besides(met: bool | None, missing: tuple[str, ...], reminders: int, verdict: Verdict | None, new: bool) -> Besides:
    made = Besides(recurring_met=met, missing=missing, reminders_due=reminders, verdict=verdict, new=new)
    return NOTHING_BESIDES if made == NOTHING_BESIDES else made


def _met(case: Case) -> bool:
    """The good row of the present period reports it done with a result (8.6); a replaced row does not serve."""
    row = next((r for r in reversed(case.rows) if r.period == case.here.period.key), None)
    return row is not None and row.get("reported_status") == DONE_WORD and bool(row.get("result"))


def _is_new(a: Assessment, case: Case) -> bool:
    """«Mới giao»: the agency has reported before, never on this task, and its document is younger than that report."""
    if case.rows or case.task.doc_date is None:
        return False
    last = a.last_reports.get(case.lead.code if case.lead else None)
    return last is not None and last < case.task.doc_date


# --- the rest -----------------------------------------------------------------------------------


def _listed(a: Assessment) -> tuple[Submission, ...]:
    """Every file received in, or counting for, the run's present periods (contract 8.19), and what its lock kept out.

    A lock in mid-week keeps out files of the week after the run's period: whoever sent one must see that it came.
    """
    listed = []
    for s in a.submissions:
        period = a.periods.get(s.program)
        day = receipt_day(s, a)
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
        and t.row.get("proposal")
        and t.status not in CLOSED
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
