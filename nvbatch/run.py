"""The whole batch, top to bottom: from what arrived to what the Office hands out; also forms, check and status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch import handout, memory
from nvbatch.config import Config, ConfigError, Intake
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import (
    Checked,
    Conference,
    Document,
    Finding,
    Merged,
    Output,
    Period,
    Reading,
    Severity,
    Snapshot,
    Submission,
    SubmissionState,
)
from nvbatch.office import (
    Assembled,
    Office,
    conference_on,
    main_period,
    open_office,
    open_periods,
    policy_at,
    present_periods,
)
from nvbatch.register import Register
from nvbatch.returns import Material, assignments
from nvbatch.rules.policy import Policy
from nvbatch.workspace import Workspace

if TYPE_CHECKING:
    from nvbatch.stages.collect import Collected

MAX_ROUNDS = 3  # "*" hand-overs depend on what was done, which depends on who led: settled in one round, rarely two
MERGING = (SubmissionState.ACCEPTED, SubmissionState.SUPERSEDED)


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
            outputs, failures = handout.write_outputs(office, done, folder.folder, run_id=run_id, now=now)
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
    from nvbatch.refused import file_findings
    from nvbatch.stages.admit import admit
    from nvbatch.stages.assess import Assessment, assess
    from nvbatch.stages.merge import merge

    config = office.config.at(main_period(periods).end)
    recalled = memory.recall(office, as_of)
    register = recalled.register
    policy = policy_at(config, register, as_of)
    _, lock_at = office.asked(conference, as_of)
    admission = admit(
        _readings(office),
        register=register,
        calendar=office.calendar,
        config=office.config,
        policy=policy,
        as_of=as_of,
        lock_at=lock_at,
        released=memory.decided(office.ws),
    )
    read = {s.id: r for s, r in admission.pairs}
    today = as_of.astimezone(config.zone).date()
    for _round in range(MAX_ROUNDS):
        checked = _check(office, admission.pairs, register, policy, admission.periods, config)
        merged = merge(checked, register=register, policy=policy, today=today, zone=config.zone)
        if merged.kept == register.kept:
            break
        register = register.keeping(merged.kept)
    submissions = tuple(_counted(s, checked, merged) for s, _ in admission.pairs)
    others = [
        finding
        for s, r in admission.pairs
        if s.state not in (*MERGING, SubmissionState.DUPLICATE)
        for finding in file_findings(s, r, form=office.form, policy=policy)
    ]
    snapshot = assess(
        Assessment(
            register=register,
            calendar=office.calendar,
            config=config,
            policy=policy,
            form=office.form,
            as_of=as_of,
            periods=periods,
            conference=conference,
            lock_at=lock_at,
            submissions=submissions,
            checked=checked,
            merged=merged,
            file_findings=(*admission.findings, *others, *checked.findings, *merged.findings),
            register_hits=office.hits,
            register_changes=recalled.changes,
            vanished=tuple(sorted(recalled.vanished)),
            trends=memory.trends_before(office.ws, as_of, periods),
            published_before=memory.published_before(office.ws, periods),
            only_program=only,
        )
    )
    material = Material(
        register=register, form=office.form, merged=merged, changes=checked.changes, readings=read, today=today
    )
    reasons: dict[str, tuple[Finding, ...]] = {}
    for finding in admission.findings:
        if finding.submission and finding.severity is Severity.FATAL:
            reasons[finding.submission] = (*reasons.get(finding.submission, ()), finding)
    return Assembled(
        snapshot=snapshot,
        material=material,
        config=config,
        submissions=submissions,
        reasons=reasons,
        vanished=recalled.vanished,
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


def _check(
    office: Office,
    pairs: Iterable[tuple[Submission, Reading]],
    register: Register,
    policy: Policy,
    periods: Mapping[tuple[str, str], Period],
    present: Config,
) -> Checked:
    """Each period's files by the rules in force on its last day; how many extensions are allowed, by the run's."""
    from nvbatch.stages.check import check

    groups: dict[Config, list[tuple[Submission, Reading]]] = {}
    for submission, reading in pairs:
        if submission.state in MERGING and reading.tasks is not None:
            end = periods[(submission.program, submission.period or "")].end
            own = office.config.at(end)
            rules = own.rules.model_copy(update={"max_extensions": present.rules.max_extensions})
            groups.setdefault(own.model_copy(update={"rules": rules}), []).append((submission, reading))
    parts = []
    for config, batch in groups.items():
        own = replace(policy, off=frozenset(config.rules.off), as_warning=frozenset(config.rules.as_warning))
        parts.append(
            check(batch, register=register, form=office.form, policy=own, config=config, calendar=office.calendar)
        )
    return Checked(
        rows=tuple(row for part in parts for row in part.rows),
        held=tuple(row for part in parts for row in part.held),
        findings=tuple(finding for part in parts for finding in part.findings),
        changes=tuple(change for part in parts for change in part.changes),
        counts={key: counts for part in parts for key, counts in part.counts.items()},
        reported={key: codes for part in parts for key, codes in part.reported.items()},
    )


def _counted(submission: Submission, checked: Checked, merged: Merged) -> Submission:
    """Rows of a file that counts: read = merged + held + skipped."""
    if submission.id not in checked.counts:
        return submission
    read, held, skipped = checked.counts[submission.id]
    held += merged.held_counts.get(submission.id, 0)
    return replace(submission, rows_read=read, rows_held=held, rows_skipped=skipped, rows_merged=read - held - skipped)


def _run_id(ws: Workspace, periods: Mapping[str, Period], preview: bool) -> str:
    """``2025-W13-001``: the period and a running number; ``thu-…`` for a preview."""
    stem = ("thu-" if preview else "") + main_period(periods).key
    taken = [p.name.rpartition("-")[2] for p in ws.out.glob(f"{stem}-*")] if ws.out.is_dir() else []
    return f"{stem}-{max((int(n) for n in taken if n.isdigit()), default=0) + 1:03d}"
