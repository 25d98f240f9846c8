"""Earlier runs in: what changed, vanished, was published or decided; and this run written down for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nvbatch.archive import Archive
from nvbatch.checkcache import CheckCache, Known, origin_of
from nvbatch.form import load_register_schema
from nvbatch.inputs import program
from nvbatch.intake.received import OVERSIZE
from nvbatch.journal import Journal
from nvbatch.ledger import Ledger
from nvbatch.model import Period, RegisterChange, SubmissionState, Trend
from nvbatch.office import Assembled, Office, main_period
from nvbatch.quarantine import keep_in_quarantine, tidy_quarantine
from nvbatch.register import Register
from nvbatch.register_load import load_register
from nvbatch.register_memory import changes_between, vanished_codes, with_vanished
from nvbatch.register_sheets import RegisterError, Sheets
from nvbatch.stages.collect import workbook_path
from nvbatch.stages.index import ledger_parts
from nvbatch.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What earlier runs know. ``vanished``: task code → sha256 of the archived register that still held it (G811)."""

    register: Register  # the present one, vanished tasks put back with their last known rows
    changes: tuple[RegisterChange, ...] = ()
    vanished: Mapping[str, str] = field(default_factory=dict)
    oversize: tuple[datetime, ...] = ()  # when the mails came that were too large to be fetched


def recall(office: Office, as_of: datetime) -> Recall:
    """Compare with the register of the newest run of an earlier as-of, so that repeating a run changes nothing."""
    deeds = [d for d in Journal(office.ws).deeds() if d["deed"] in ("run", OVERSIZE)]
    oversize = tuple(datetime.fromisoformat(d["received_at"]) for d in deeds if d["deed"] == OVERSIZE)
    earlier = [d for d in deeds if d["deed"] == "run" and datetime.fromisoformat(d["as_of"]) < as_of]
    if not earlier:
        return Recall(register=office.register, oversize=oversize)
    last = max(earlier, key=lambda d: datetime.fromisoformat(d["as_of"]))
    try:
        known, sheets = _known_at(office, last)
    except RegisterError:
        return Recall(register=office.register, oversize=oversize)
    gone = {code: known[code] for code in vanished_codes(known, office.register)}
    tasks, readings = {}, {}
    for sha in sorted(set(gone.values())):
        old, _ = _archived(office, sha)
        for code in (c for c, held in gone.items() if held == sha and c in old.tasks):
            tasks[code], readings[code] = old.tasks[code], old.readings[code]
    return Recall(
        register=with_vanished(office.register, tasks, readings) if tasks else office.register,
        changes=changes_between(sheets, office.sheets, load_register_schema(office.ws.schemas)),
        vanished=gone,
        oversize=oversize,
    )


def checked_before(cache: CheckCache, office: Office, recalled: Recall) -> Known:
    """What check found in earlier runs, as far as it still holds."""
    return Known(cache=cache, origin=origin_of(program(), office.config, office.sheets, recalled.vanished))


def _known_at(office: Office, run: Mapping[str, Any]) -> tuple[dict[str, str], Sheets]:
    """Task codes that a run knew → the archived register that holds them; and its register's sheets."""
    sha, vanished = run["register"], run.get("vanished", {})
    if sha == office.sheets.sha256:
        return vanished, office.sheets  # the register is still the same: none of its codes can have gone
    before, sheets = _archived(office, sha)
    return {**vanished, **dict.fromkeys(before.tasks, sha)}, sheets


def _archived(office: Office, sha: str) -> tuple[Register, Sheets]:
    register, _, sheets = load_register(Archive(office.ws).path(sha), office.config, office.ws.schemas, office.ws.cache)
    return register, sheets


def remember(office: Office, run_id: str, as_of: datetime, done: Assembled, asked: Mapping[str, str | None]) -> None:
    """Archive the register, index submissions and findings, note the run: before any output appears."""
    sha = Archive(office.ws).put(office.ws.register.read_bytes())
    words = {"run": run_id, "as_of": as_of.isoformat(), "register": sha, "vanished": dict(done.vanished), **asked}
    Journal(office.ws).append_all("run", [{**words, "ledger": index(office, done)}])


def index(office: Office, done: Assembled, *, anew: bool = False) -> str | None:
    """Ledger and quarantine copies follow what was assembled; gives the ledger's hash."""
    merged, findings = done.material.merged, done.snapshot.findings
    ledger = Ledger(office.ws)
    ledger.replace(**ledger_parts(done.submissions, merged, findings, made_by=program()), anew=anew)
    _quarantine(office.ws, done)
    return ledger.digest()


def _quarantine(ws: Workspace, done: Assembled) -> None:
    """A readable copy and the reason of what no rule may merge; those decided since are tidied away."""

    held = [s for s in done.submissions if s.state is SubmissionState.QUARANTINED]
    for submission in held:
        said = [f.message for f in done.reasons.get(submission.id, ())]
        odd = [what for what in submission.document.receipt.defects if not any(what in word for word in said)]
        said += [f"Dấu hiệu của thư: {'; '.join(odd)}."] if odd else []
        keep_in_quarantine(ws, submission, " ".join(said), workbook_path(ws, submission.document))
    tidy_quarantine(ws, (s.id for s in held))


def published_before(ws: Workspace, periods: Mapping[str, Period]) -> str | None:
    """The published run of the same period, which later runs only correct."""
    key = main_period(periods).key
    found = [d["run"] for d in Journal(ws).deeds("published") if d.get("period") == key]
    return found[-1] if found else None


def trends_before(ws: Workspace, as_of: datetime, periods: Mapping[str, Period]) -> tuple[Trend, ...]:
    """Published runs of earlier periods of the same regime, oldest first."""
    main = main_period(periods)
    trends: dict[str, Trend] = {}
    for deed in Journal(ws).deeds("published"):
        if deed.get("kind") == main.kind and deed["period"] < main.key:
            moment = datetime.fromisoformat(deed["as_of"])
            trends[deed["period"]] = Trend(
                run_id=deed["run"], period=deed["period"], as_of=moment, published=True, totals=deed["totals"]
            )
    return tuple(trends[key] for key in sorted(trends))


def decided(ws: Workspace) -> dict[str, str]:
    """The Office's word on quarantined files, the last one counts."""
    decided = {}
    for deed in Journal(ws).deeds():
        if deed["deed"] in ("released", "refused"):
            decided[deed["submission"]] = "release" if deed["deed"] == "released" else "reject"
    return decided
