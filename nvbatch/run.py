"""The whole batch, top to bottom: from what arrived to what the Office hands out; also forms, check and status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch import handout, memory
from nvbatch.config import ConfigError, Intake
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import (
    Conference,
    Document,
    Finding,
    Output,
    Period,
    Reading,
    Snapshot,
    SubmissionState,
)
from nvbatch.office import (
    Assembled,
    Office,
    conference_on,
    main_period,
    open_office,
    open_periods,
    present_periods,
)
from nvbatch.returns import assignments
from nvbatch.workspace import Workspace

if TYPE_CHECKING:
    from nvbatch.stages.collect import Collected


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """``failures``: outputs that could not be made, one Vietnamese sentence each."""

    run_id: str
    folder: Path
    snapshot: Snapshot
    outputs: tuple[Output, ...]
    failures: tuple[str, ...]
    collected: Collected | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsResult:
    folder: Path
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    path: Path
    findings: tuple[Finding, ...]
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyStanding:
    code: str
    name: str
    owes: bool
    submitted: bool
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResult:
    periods: Mapping[str, Period]
    agencies: tuple[AgencyStanding, ...]
    conference: Conference | None
    lock_at: datetime | None
    waiting: int  # files that lie in inbox, not yet collected


# --- the weekly job -----------------------------------------------------------------------------


def run_batch(
    ws: Workspace,
    *,
    now: datetime,
    as_of: datetime,
    period: str | None = None,
    program: str | None = None,
    conference: date | None = None,
    preview: bool = False,
    config: Path | None = None,
    jobs: int | None = None,
    letters_each: bool = False,
) -> RunResult:
    """From inbox to documents. ``now`` is the real moment (receipt of what tells none, ``generated_at``)."""
    from nvbatch.outputs import RunFolder
    from nvbatch.stages.collect import collect

    with hold(ws):
        office = open_office(ws, config)
        collected = None if preview else collect(ws, office.config, now)
        lost = () if collected is None or collected.complete else tuple(collected.problems)
        periods = present_periods(office, as_of, period, program)
        run_id = _run_id(ws, periods, preview)
        held = conference_on(office, conference)
        done = assemble(office, as_of=as_of, periods=periods, conference=held, only=program)
        if not preview:
            asked = {"period": period, "program": program, "conference": conference.isoformat() if conference else None}
            memory.remember(office, run_id, as_of, done, asked)
        with RunFolder(ws, run_id) as folder:
            outputs, failures = handout.write_outputs(
                office, done, folder.folder, run_id=run_id, now=now, letters_each=letters_each
            )
            folder.commit(outputs, latest=not preview)
    return RunResult(
        run_id=run_id,
        folder=ws.out / run_id,
        snapshot=done.snapshot,
        outputs=outputs,
        failures=(*lost, *failures),
        collected=collected,
    )


def assemble(
    office: Office,
    *,
    as_of: datetime,
    periods: Mapping[str, Period],
    conference: Conference | None,
    only: str | None = None,
) -> Assembled:
    """Everything that can be known at as-of, from archive, journal, register and configuration alone."""
    from nvbatch.assembly import compute

    return compute(
        office,
        _readings(office),
        memory.recall(office, as_of),
        as_of=as_of,
        periods=periods,
        conference=conference,
        only=only,
        decided=memory.decided(office.ws),
        trends=memory.trends_before(office.ws, as_of, periods),
        published_before=memory.published_before(office.ws, periods),
    )


def rebuild(ws: Workspace, *, now: datetime) -> RunResult:
    """Make the ledger and, where it is gone, the newest run's folder again from archive, journal and register."""
    from nvbatch.outputs import RunFolder

    with hold(ws):
        deeds = list(Journal(ws).deeds("run"))
        if not deeds:
            raise ConfigError("Chưa có lần chạy nào được ghi trong nhật ký; không có gì để dựng lại.")
        last, office = deeds[-1], open_office(ws)
        as_of = datetime.fromisoformat(last["as_of"])
        held = conference_on(office, date.fromisoformat(last["conference"]) if last.get("conference") else None)
        periods = present_periods(office, as_of, last.get("period"), last.get("program"))
        done = assemble(office, as_of=as_of, periods=periods, conference=held, only=last.get("program"))
        memory.index(office, done, anew=True)
        outputs: tuple[Output, ...] = ()
        failures: tuple[str, ...] = ()
        if not (ws.out / last["run"]).is_dir():
            with RunFolder(ws, last["run"]) as folder:
                outputs, failures = handout.write_outputs(office, done, folder.folder, run_id=last["run"], now=now)
                folder.commit(outputs)
    return RunResult(
        run_id=last["run"],
        folder=ws.out / last["run"],
        snapshot=done.snapshot,
        outputs=outputs,
        failures=failures,
        collected=None,
    )


# --- forms, check, status -----------------------------------------------------------------------


def make_forms(
    ws: Workspace, *, now: datetime, as_of: datetime, agencies: Sequence[str] = (), period: str | None = None
) -> FormsResult:
    """New workbooks of a period (default: the one that as-of lies in) for every agency that leads a task."""
    from nvbatch.stages.issue import form_name, render

    with hold(ws):
        office = open_office(ws)
        unknown = [code for code in agencies if code not in office.register.agencies]
        if unknown:
            raise ConfigError(f"Không có cơ quan «{unknown[0]}» trong sổ đăng ký.")
        periods = open_periods(office, as_of, period)
        done = assemble(office, as_of=as_of, periods=periods, conference=None)
        files = []
        for each in assignments(done.snapshot, done.material, agencies=agencies, blank=True, issued_at=as_of):
            folder = ws.forms / each.period.key
            folder.mkdir(parents=True, exist_ok=True)
            name = form_name(each.agency.code, each.program.code, each.period.key)
            handout.in_place(folder / name, lambda path, each=each: handout.render_into(render, each, office, path))
            files.append(f"{each.period.key}/{name}")
    only = {p.key for p in periods.values()}
    return FormsResult(folder=ws.forms / only.pop() if len(only) == 1 else ws.forms, files=tuple(files))


def check_files(ws: Workspace | None, paths: Sequence[Path], *, now: datetime) -> tuple[CheckedFile, ...]:
    """Structure and cells of each file; with a workspace everything that needs no other file. Nothing is kept."""
    from nvbatch.alone import check_one
    from nvbatch.stages.read import read_file

    office = open_office(ws) if ws is not None and ws.register.is_file() else None
    limits = office.config.intake if office else Intake()
    checked = []
    for path in paths:
        reading = read_file(path, limits=limits, schemas=ws.schemas if ws else None)
        found = check_one(path, reading, office, now)
        checked.append(CheckedFile(path=path, findings=found, reading=reading))
    return tuple(checked)


def status(ws: Workspace, *, as_of: datetime) -> StatusResult:
    """Who has sent a report of the period that as-of lies in, who has not, and when entry closes."""
    office = open_office(ws)
    periods = open_periods(office, as_of, None)
    done = assemble(office, as_of=as_of, periods=periods, conference=None)
    received = {
        s.agency: s.document.receipt.received_at
        for s in done.submissions
        if s.state is SubmissionState.ACCEPTED and periods.get(s.program) and s.period == periods[s.program].key
    }
    coming = next((c for c in office.register.conferences if c.held_on >= as_of.date()), None)
    return StatusResult(
        periods=periods,
        agencies=tuple(
            AgencyStanding(
                code=a.agency.code,
                name=a.agency.name,
                owes=a.owes,
                submitted=a.submitted,
                received_at=received.get(a.agency.code),
            )
            for a in done.snapshot.agencies
            if "ended" not in a.flags
        ),
        conference=coming,
        lock_at=office.calendar.lock_at(coming) if coming else None,
        waiting=sum(p.is_file() and p.name != "receipts.csv" for p in ws.inbox.glob("*")),
    )


# --- the steps ----------------------------------------------------------------------------------


def _readings(office: Office) -> list[tuple[Document, Reading]]:
    from nvbatch.stages.collect import documents, receipts, workbook_path
    from nvbatch.stages.read import read

    found = documents(office.ws, office.config, receipts(office.ws, office.config))
    pairs = ((d, workbook_path(office.ws, d) if d.fault is None else Path()) for d in found)
    return list(read(pairs, cache=office.ws.cache, limits=office.config.intake, schemas=office.ws.schemas))


def _run_id(ws: Workspace, periods: Mapping[str, Period], preview: bool) -> str:
    """``2025-W13-001``: the period and a running number; ``thu-…`` for a preview."""
    stem = ("thu-" if preview else "") + main_period(periods).key
    taken = [p.name.rpartition("-")[2] for p in ws.out.glob(f"{stem}-*")] if ws.out.is_dir() else []
    return f"{stem}-{max((int(n) for n in taken if n.isdigit()), default=0) + 1:03d}"
