"""One workbook by itself in, what its agency would be told out: structure, cells and, if there is one, the register."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch.calendar import Calendar
from nvbatch.config import Config, Intake, parse_config
from nvbatch.form import Form, load_form
from nvbatch.model import (
    Agency,
    Document,
    Finding,
    Program,
    Reading,
    Receipt,
    Submission,
    SubmissionState,
    Timeliness,
)
from nvbatch.refused import file_findings
from nvbatch.register import GENERAL, Register
from nvbatch.rules.policy import Policy
from nvbatch.workspace import Workspace

if TYPE_CHECKING:
    from nvbatch.office import Office

# Without a register nothing can be said about who leads what; R511 asks for the register's content and product.
NEEDS_REGISTER = frozenset({"R511"})
NOBODY = Agency(code="", name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    path: Path
    findings: tuple[Finding, ...]
    reading: Reading


def check_files(ws: Workspace | None, paths: Sequence[Path], *, now: datetime) -> tuple[CheckedFile, ...]:
    """Structure and cells of each file; with a workspace everything that needs no other file. Nothing is kept."""
    from nvbatch.office import open_office
    from nvbatch.stages.read import read_file

    office = open_office(ws) if ws is not None and ws.register.is_file() else None
    limits = office.config.intake if office else Intake()
    checked = []
    for path in paths:
        reading = read_file(path, limits=limits, schemas=ws.schemas if ws else None)
        found = check_one(path, reading, office, now)
        checked.append(CheckedFile(path=path, findings=found, reading=reading))
    return tuple(checked)


def check_one(path: Path, reading: Reading, office: Office | None, now: datetime) -> tuple[Finding, ...]:
    """Findings of a file that nobody has sent yet; nothing is kept."""
    document = _document(path, now)
    if office is None:
        return _without_register(document, reading, now)
    return _with_register(document, reading, office, now)


def _document(path: Path, now: datetime) -> Document:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    receipt = Receipt(sequence=0, sha256=sha256, name=path.name, received_at=now)
    return Document(receipt=receipt, part=0, sha256=sha256, container_sha256=None, name=path.name)


def _with_register(document: Document, reading: Reading, office: Office, now: datetime) -> tuple[Finding, ...]:
    from nvbatch.stages.admit import admit
    from nvbatch.stages.check import check

    config = office.config.at(now.date())
    policy = Policy(
        off=frozenset(config.rules.off),
        as_warning=frozenset(config.rules.as_warning),
        waivers=office.register.waivers,
        day=now.date(),
    )
    admission = admit(
        [(document, reading)],
        register=office.register,
        calendar=office.calendar,
        config=office.config,
        policy=policy,
        as_of=now + timedelta(seconds=1),
        lock_at=None,
    )
    submission, _ = admission.pairs[0]
    if submission.state is not SubmissionState.ACCEPTED or reading.tasks is None:
        return (*admission.findings, *file_findings(submission, reading, form=office.form, policy=policy))
    checked = check(
        [(submission, reading)],
        register=office.register,
        form=office.form,
        policy=policy,
        config=config,
        calendar=office.calendar,
    )
    return (*admission.findings, *checked.findings)


def _without_register(document: Document, reading: Reading, now: datetime) -> tuple[Finding, ...]:
    from nvbatch.stages.check import check

    config: Config = parse_config({"office": {"name": "–"}})
    form: Form = load_form()
    submission = Submission(
        document=document,
        agency=NOBODY.code,
        program=GENERAL,
        period=None,
        state=SubmissionState.ACCEPTED,
        timeliness=Timeliness.ON_TIME,
        sender_known=True,
    )
    if reading.tasks is None:
        return file_findings(replace(submission, state=SubmissionState.REJECTED), reading, form=form, policy=Policy())
    empty: Mapping[str, Program] = {
        GENERAL: Program(code=GENERAL, name="Nhiệm vụ chung", frequency=config.reporting.frequency)
    }
    checked = check(
        [(submission, reading)],
        register=Register(agencies={}, tasks={}, readings={}, programs=empty),
        form=form,
        policy=Policy(day=date.min),
        config=config,
        calendar=Calendar(config),
    )
    return tuple(f for f in checked.findings if f.rule[0] != "M" and f.rule not in NEEDS_REGISTER)
