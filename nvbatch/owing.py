"""A workspace and a moment in, who owes which report until when out: agency by agency, programme by programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from nvbatch.intake.received import receipts
from nvbatch.model import DONE, AgencyFigure, Period, Status, Submission, SubmissionState
from nvbatch.office import Assembled, Office, open_office, open_periods
from nvbatch.register import GENERAL
from nvbatch.run import assemble
from nvbatch.turnout import AgencyStanding, ReportStanding, StatusResult
from nvbatch.workspace import Workspace

CLOSED = DONE | {Status.STOPPED, Status.TRANSFERRED}


def standing(ws: Workspace, *, as_of: datetime) -> tuple[StatusResult, datetime]:
    """Who has sent a report of the period that as-of lies in, who has not, when entry closes; and until when, nothing
    new arriving, this is the answer."""
    office = open_office(ws)
    periods = open_periods(office, as_of, None)
    done = assemble(office, as_of=as_of, periods=periods, conference=None)
    sent = _sent(done, periods)
    here = [figure for figure in done.snapshot.agencies if "ended" not in figure.flags]
    coming = next((c for c in office.register.conferences if c.held_on >= as_of.date()), None)
    answer = StatusResult(
        periods=periods,
        agencies=tuple(_agency(figure, sent) for figure in here),
        reports=_reports(done, here, periods, sent),
        conference=coming,
        lock_at=office.calendar.lock_at(coming) if coming else None,
        waiting=0,
    )
    return answer, _next_change(office, done, periods, as_of)


def _next_change(office: Office, done: Assembled, periods: Mapping[str, Period], as_of: datetime) -> datetime:
    """The next moment at which time alone changes the answer: a receipt, a cut-off, a lock, at the latest midnight."""
    local = as_of.astimezone(office.config.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), office.config.zone)
    moments = [midnight]
    moments += [s.document.receipt.received_at for s in done.submissions]
    moments += [r.received_at for r in receipts(office.ws, office.config)]
    moments += [period.cutoff for period in periods.values()]
    moments += [office.calendar.lock_at(conference) for conference in office.register.conferences]
    return min(moment for moment in moments if moment > as_of)


def _sent(done: Assembled, periods: Mapping[str, Period]) -> Mapping[tuple[str, str], Submission]:
    """(agency, programme) → the file that counts in the present period, the newest of several."""
    return {
        (s.agency, s.program): s
        for s in done.submissions
        if s.agency
        and s.state is SubmissionState.ACCEPTED
        and s.program in periods
        and s.period == periods[s.program].key
    }


def _agency(figure: AgencyFigure, sent: Mapping[tuple[str, str], Submission]) -> AgencyStanding:
    code = figure.agency.code
    received = [s.document.receipt.received_at for (agency, _), s in sent.items() if agency == code]
    return AgencyStanding(
        code=code,
        name=figure.agency.name,
        owes=figure.owes,
        submitted=figure.submitted,
        received_at=max(received, default=None),
    )


def _reports(
    done: Assembled,
    figures: list[AgencyFigure],
    periods: Mapping[str, Period],
    sent: Mapping[tuple[str, str], Submission],
) -> tuple[ReportStanding, ...]:
    owed = Counter(
        (task.lead_agency, task.task.program if task.task.program in periods else GENERAL)
        for task in done.snapshot.tasks
        if task.status not in CLOSED
    )
    rows = []
    for figure in figures:
        for program, period in periods.items():
            key = (figure.agency.code, program)
            if owed[key] or key in sent:
                rows.append(_report(figure, program, period, owed[key], sent.get(key)))
    return tuple(sorted(rows, key=lambda row: (row.submitted or not row.owes, row.cutoff, row.agency)))


def _report(
    figure: AgencyFigure, program: str, period: Period, tasks: int, counting: Submission | None
) -> ReportStanding:
    received = counting.document.receipt.received_at if counting else None
    return ReportStanding(
        agency=figure.agency.code,
        name=figure.agency.name,
        program=program,
        period=period.key,
        cutoff=period.cutoff,
        owes=tasks > 0,
        submitted=counting is not None,
        received_at=received,
        late=received is not None and received >= period.cutoff,
        tasks=tasks,
    )
