"""The whole batch, top to bottom: from what arrived to what the Office hands out; also forms, check and status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch import __version__
from nvbatch.archive import Archive
from nvbatch.calendar import Calendar
from nvbatch.config import Config, ConfigError, Intake, load_config
from nvbatch.form import Form, load_form, load_register_schema
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import (
    Assignment,
    Checked,
    Conference,
    Document,
    Finding,
    Merged,
    Output,
    Period,
    Reading,
    RegisterChange,
    Severity,
    Snapshot,
    Submission,
    SubmissionState,
    Trend,
)
from nvbatch.register import GENERAL, Register
from nvbatch.register_load import load_register
from nvbatch.register_memory import changes_between, vanished_codes, with_vanished
from nvbatch.register_sheets import RegisterError, Sheets
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


@dataclass(frozen=True, kw_only=True)
class Office:
    """What a command works with: the workspace, its configuration, register and calendar as they stand."""

    ws: Workspace
    config: Config
    register: Register
    hits: tuple[Any, ...]
    sheets: Sheets
    form: Form
    calendar: Calendar

    def asked(self, given: Conference | None, as_of: datetime) -> tuple[Conference | None, datetime | None]:
        """The conference whose lock is in force, and the lock (contract 8.3)."""
        conference = given or self.register.conference_at(as_of, self.calendar.lock_at)
        return conference, self.calendar.lock_at(conference) if conference else None


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """A computation as a whole: the Snapshot and what the renderers need besides."""

    snapshot: Snapshot
    material: Material
    config: Config
    submissions: tuple[Submission, ...]
    reasons: Mapping[str, tuple[Finding, ...]]  # submission id → fatal findings of gate A


def open_office(ws: Workspace, config_path: Path | None = None) -> Office:
    """Read configuration, register and schemas. Raises ConfigError or RegisterError in Vietnamese."""
    config = load_config(config_path or ws.config)
    register, hits, sheets = load_register(ws.register, config, ws.schemas)
    return Office(
        ws=ws,
        config=config,
        register=register,
        hits=hits,
        sheets=sheets,
        form=load_form(ws.schemas),
        calendar=Calendar(config, register.days),
    )


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
        periods = present_periods(office, as_of, period, program)
        run_id = _run_id(ws, periods, preview)
        held = _conference(office, conference)
        done = assemble(office, as_of=as_of, periods=periods, conference=held, only=program)
        if not preview:
            asked = {"period": period, "program": program, "conference": conference.isoformat() if conference else None}
            _remember(office, run_id, as_of, done, asked)
        with RunFolder(ws, run_id) as folder:
            outputs, failures = _write(office, done, folder.folder, run_id=run_id, now=now)
            folder.commit(outputs, latest=not preview)
    return RunResult(
        run_id=run_id,
        folder=ws.out / run_id,
        snapshot=done.snapshot,
        outputs=outputs,
        failures=failures,
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
    from nvbatch.stages.admit import admit
    from nvbatch.stages.assess import Assessment, assess
    from nvbatch.refused import file_findings
    from nvbatch.stages.merge import merge

    config = office.config.at(_main_period(periods).end)
    register, changes, vanished = _with_memory(office, as_of)
    policy = _policy(config, register, as_of)
    _, lock_at = office.asked(conference, as_of)
    admission = admit(
        _readings(office),
        register=register,
        calendar=office.calendar,
        config=office.config,
        policy=policy,
        as_of=as_of,
        lock_at=lock_at,
        released=_decided(office.ws),
    )
    read = {s.id: r for s, r in admission.pairs}
    today = as_of.astimezone(config.zone).date()
    for _round in range(MAX_ROUNDS):
        checked = _check(office, admission.pairs, register, policy, admission.periods)
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
            register_changes=changes,
            vanished=vanished,
            trends=_trends(office.ws, as_of, periods),
            published_before=_published_before(office.ws, periods),
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
    return Assembled(snapshot=snapshot, material=material, config=config, submissions=submissions, reasons=reasons)


def present_periods(office: Office, as_of: datetime, key: str | None, program: str | None) -> dict[str, Period]:
    """The present period of each programme: the one asked for, where its regime fits, else the one that last passed."""
    known = office.register.programs
    if program is not None and program not in known:
        raise ConfigError(f"Không có chương trình «{program}». Các chương trình: {', '.join(sorted(known))}.")
    asked = office.calendar.period_from_key(key) if key else None
    if key and asked is None:
        raise ConfigError(f"Kỳ báo cáo «{key}» không đọc được; ví dụ: 2025-03-13, 2025-W11, 2025-03, 2025-Q1.")
    periods = {}
    for code, each in known.items():
        if program not in (None, code):
            continue
        if asked is not None and key is not None and asked.kind == each.frequency:
            periods[code] = office.calendar.period_from_key(key, each.cutoff) or asked
        else:
            periods[code] = office.calendar.last_passed(each.frequency, as_of, each.cutoff)
    if asked is not None and all(p.key != asked.key for p in periods.values()):
        raise ConfigError(
            f"Không chương trình nào báo cáo theo kỳ «{key}». Kiểm tra trang «Chương trình» của sổ đăng ký."
        )
    return periods


def rebuild(ws: Workspace, *, now: datetime) -> RunResult:
    """Make the ledger and, where it is gone, the newest run's folder again from archive, journal and register."""
    from nvbatch.outputs import RunFolder

    with hold(ws):
        deeds = list(Journal(ws).deeds("run"))
        if not deeds:
            raise ConfigError("Chưa có lần chạy nào được ghi trong nhật ký; không có gì để dựng lại.")
        last, office = deeds[-1], open_office(ws)
        as_of = datetime.fromisoformat(last["as_of"])
        held = _conference(office, date.fromisoformat(last["conference"]) if last.get("conference") else None)
        periods = present_periods(office, as_of, last.get("period"), last.get("program"))
        done = assemble(office, as_of=as_of, periods=periods, conference=held, only=last.get("program"))
        _index(office, done, anew=True)
        outputs: tuple[Output, ...] = ()
        failures: tuple[str, ...] = ()
        if not (ws.out / last["run"]).is_dir():
            with RunFolder(ws, last["run"]) as folder:
                outputs, failures = _write(office, done, folder.folder, run_id=last["run"], now=now)
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
        periods = _open_periods(office, as_of, period)
        done = assemble(office, as_of=as_of, periods=periods, conference=None)
        files = []
        for each in assignments(done.snapshot, done.material, agencies=agencies, blank=True, issued_at=as_of):
            folder = ws.forms / each.period.key
            folder.mkdir(parents=True, exist_ok=True)
            name = form_name(each.agency.code, each.program.code, each.period.key)
            _in_place(folder / name, lambda path, each=each: _render(render, each, office, path))
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
    periods = _open_periods(office, as_of, None)
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


def _open_periods(office: Office, as_of: datetime, key: str | None) -> dict[str, Period]:
    day = as_of.astimezone(office.config.zone).date()
    if key is not None:
        return present_periods(office, as_of, key, None)
    return {code: office.calendar.period_of(p.frequency, day, p.cutoff) for code, p in office.register.programs.items()}


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
) -> Checked:
    """Each period's files by the rules in force on its last day."""
    from nvbatch.stages.check import check

    groups: dict[Config, list[tuple[Submission, Reading]]] = {}
    for submission, reading in pairs:
        if submission.state in MERGING and reading.tasks is not None:
            end = periods[(submission.program, submission.period or "")].end
            groups.setdefault(office.config.at(end), []).append((submission, reading))
    parts = []
    for config, batch in groups.items():
        own = replace(policy, off=frozenset(config.rules.off), as_warning=frozenset(config.rules.as_warning))
        parts.append(
            check(batch, register=register, form=office.form, policy=own, config=config, calendar=office.calendar)
        )
    return _joined(parts)


def _joined(parts: Sequence[Checked]) -> Checked:
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


def _policy(config: Config, register: Register, as_of: datetime) -> Policy:
    return Policy(
        off=frozenset(config.rules.off),
        as_warning=frozenset(config.rules.as_warning),
        waivers=register.waivers,
        day=as_of.astimezone(config.zone).date(),
    )


def _main_period(periods: Mapping[str, Period]) -> Period:
    return periods.get(GENERAL) or next(iter(periods.values()))


def _conference(office: Office, held_on: date | None) -> Conference | None:
    """``--conference DATE``: the register's entry of that day, else one with the computed lock."""
    if held_on is None:
        return None
    return next((c for c in office.register.conferences if c.held_on == held_on), Conference(held_on=held_on))


def _run_id(ws: Workspace, periods: Mapping[str, Period], preview: bool) -> str:
    """``2025-W13-001``: the period and a running number; ``thu-…`` for a preview."""
    stem = ("thu-" if preview else "") + _main_period(periods).key
    taken = [p.name.rpartition("-")[2] for p in ws.out.glob(f"{stem}-*")] if ws.out.is_dir() else []
    return f"{stem}-{max((int(n) for n in taken if n.isdigit()), default=0) + 1:03d}"


def _decided(ws: Workspace) -> dict[str, str]:
    """The Office's word on quarantined files, the last one counts."""
    decided = {}
    for deed in Journal(ws).deeds():
        if deed["deed"] in ("released", "refused"):
            decided[deed["submission"]] = "release" if deed["deed"] == "released" else "reject"
    return decided


# --- memory of earlier runs ---------------------------------------------------------------------


def _with_memory(office: Office, as_of: datetime) -> tuple[Register, tuple[RegisterChange, ...], tuple[str, ...]]:
    """The register with vanished tasks put back, what changed since the last run before as-of, what vanished."""
    earlier = [d for d in Journal(office.ws).deeds("run") if datetime.fromisoformat(d["as_of"]) < as_of]
    if not earlier:
        return office.register, (), ()
    last = max(earlier, key=lambda d: datetime.fromisoformat(d["as_of"]))
    archive = Archive(office.ws)
    try:
        before, _, sheets = load_register(archive.path(last["register"]), office.config, office.ws.schemas)
    except RegisterError:
        return office.register, (), ()
    changes = changes_between(sheets, office.sheets, load_register_schema(office.ws.schemas))
    known = {**last.get("vanished", {}), **dict.fromkeys(before.tasks, last["register"])}
    gone = vanished_codes(known, office.register)
    if not gone:
        return office.register, changes, ()
    tasks, readings = {}, {}
    for sha in sorted({known[code] for code in gone}):
        old, _, _ = load_register(archive.path(sha), office.config, office.ws.schemas)
        for code in gone:
            if known[code] == sha and code in old.tasks:
                tasks[code], readings[code] = old.tasks[code], old.readings[code]
    return with_vanished(office.register, tasks, readings), changes, gone


def _remember(office: Office, run_id: str, as_of: datetime, done: Assembled, asked: Mapping[str, str | None]) -> None:
    """Archive the register, note the run, index submissions and findings: before any output appears."""
    sha = Archive(office.ws).put(office.ws.register.read_bytes())
    journal = Journal(office.ws)
    gone = {f.task: sha for f in done.snapshot.findings if f.rule == "G811" and f.task}
    earlier: dict[str, str] = {}
    for deed in journal.deeds("run"):
        earlier |= deed.get("vanished", {})
        if datetime.fromisoformat(deed["as_of"]) < as_of:
            last = deed["register"]
            gone = {code: earlier.get(code, last) for code in gone}
    journal.append("run", run=run_id, as_of=as_of.isoformat(), register=sha, vanished=gone, **asked)
    _index(office, done)


def _index(office: Office, done: Assembled, *, anew: bool = False) -> None:
    from nvbatch.ledger import Ledger
    from nvbatch.stages.index import ledger_lines

    lines = ledger_lines(done.submissions, done.material.merged, done.snapshot.findings)
    Ledger(office.ws).replace(**lines, anew=anew)
    _quarantine(office.ws, done)


def _quarantine(ws: Workspace, done: Assembled) -> None:
    """A readable copy and the reason of what no rule may merge; those decided since are tidied away."""
    from nvbatch.quarantine import keep_in_quarantine, tidy_quarantine
    from nvbatch.stages.collect import workbook_path

    held = [s for s in done.submissions if s.state is SubmissionState.QUARANTINED]
    for submission in held:
        said = [f.message for f in done.reasons.get(submission.id, ())]
        keep_in_quarantine(ws, submission, " ".join(said), workbook_path(ws, submission.document))
    tidy_quarantine(ws, (s.id for s in held))


def _published(ws: Workspace) -> dict[str, datetime]:
    return {d["run"]: datetime.fromisoformat(d["at"]) for d in Journal(ws).deeds("published")}


def _published_before(ws: Workspace, periods: Mapping[str, Period]) -> str | None:
    """The published run of the same period, which later runs only correct."""
    key = _main_period(periods).key
    found = [d["run"] for d in Journal(ws).deeds("published") if d.get("period") == key]
    return found[-1] if found else None


def _trends(ws: Workspace, as_of: datetime, periods: Mapping[str, Period]) -> tuple[Trend, ...]:
    """Published runs of earlier periods of the same regime, oldest first."""
    main = _main_period(periods)
    trends: dict[str, Trend] = {}
    for deed in Journal(ws).deeds("published"):
        if deed.get("kind") == main.kind and deed["period"] < main.key:
            moment = datetime.fromisoformat(deed["as_of"])
            trends[deed["period"]] = Trend(
                run_id=deed["run"], period=deed["period"], as_of=moment, published=True, totals=deed["totals"]
            )
    return tuple(trends[key] for key in sorted(trends))


# --- outputs ------------------------------------------------------------------------------------


def _write(
    office: Office, done: Assembled, folder: Path, *, run_id: str, now: datetime
) -> tuple[tuple[Output, ...], tuple[str, ...]]:
    """Every output from the one Snapshot; what cannot be made is named, the rest is made all the same."""
    from nvbatch.stages.brief import brief
    from nvbatch.stages.tabulate import tabulate

    outputs: list[Output] = []
    failures: list[str] = []
    returned = _returns(office, done, folder, outputs, failures)
    master = "Tong-hop-nhiem-vu.xlsx"
    register = done.material.register
    if _attempt(
        master,
        failures,
        lambda: tabulate(
            done.snapshot, form=office.form, register=register, config=done.config, path=folder / master,
            return_links=returned,
        ),
    ):  # fmt: skip
        outputs.insert(0, Output(path=master, kind="master"))
    made = _attempt(
        "các văn bản Word",
        failures,
        lambda: brief(
            done.snapshot, register=register, config=done.config, templates=office.ws.templates, folder=folder
        ),
    )
    outputs[1:1] = made or ()
    outputs += (Output(path="run.json", kind="record"), Output(path="nhat-ky.txt", kind="log"))
    _write_record(done.snapshot, folder, run_id, now, outputs)
    _write_log(done.snapshot, folder, run_id, outputs, failures)
    return tuple(outputs), tuple(failures)


def _returns(
    office: Office, done: Assembled, folder: Path, outputs: list[Output], failures: list[str]
) -> dict[str, str]:
    from nvbatch.stages.issue import render, return_name

    target = folder / "phan-hoi"
    target.mkdir(parents=True, exist_ok=True)
    links: dict[str, str] = {}
    for each in assignments(done.snapshot, done.material, issued_at=done.snapshot.as_of):
        owner = each.agency.code if each.program.code == GENERAL else f"{each.agency.code}-{each.program.code}"
        path = f"phan-hoi/{return_name(owner, each.period.key)}"
        if _attempt(path, failures, lambda each=each, path=path: _render(render, each, office, folder / path)):
            outputs.append(Output(path=path, kind="return"))
            links.setdefault(each.agency.code, path)
    return links


def _render(render: Any, each: Assignment, office: Office, path: Path) -> bool:
    render(each, office.form, path, office=office.config.office)
    return True


def _attempt(what: str, failures: list[str], make: Any) -> Any:
    """The one trap for our own crash on one output: named, and the batch goes on."""
    try:
        return make() or True
    except OSError as error:
        failures.append(f"{what}: máy báo lỗi khi ghi ({type(error).__name__}).")
    except Exception as error:  # a bug of ours must not cost the other outputs
        failures.append(f"{what}: lỗi của chương trình ({type(error).__name__}{_line(error)}).")
    return None


def _line(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f", {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _write_record(snapshot: Snapshot, folder: Path, run_id: str, now: datetime, outputs: Sequence[Output]) -> None:
    import json

    from nvbatch.stages.record import record

    data = record(
        snapshot, run_id=run_id, version=__version__, generated_at=now.isoformat(), published=False, outputs=outputs
    )
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _write_log(
    snapshot: Snapshot, folder: Path, run_id: str, outputs: Sequence[Output], failures: Sequence[str]
) -> None:
    from nvbatch.stages.log import log_lines

    lines = log_lines(snapshot, run_id=run_id, outputs=outputs, failures=failures)
    (folder / "nhat-ky.txt").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def _in_place(path: Path, make: Any) -> None:
    """Write beside the name and rename: nobody ever finds half a workbook."""
    part = path.with_name(f".{path.name}.part")
    make(part)
    part.replace(path)
