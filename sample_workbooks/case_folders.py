"""A case and its tale in; its folders out: register, configuration, mails as the agencies sent them, expected.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import paper
from case_frame import Case, Sent, at, focal_point
from case_sheets import workbook
from tale import Task, Truth, read

from nvbatch.startup import write_register

HERE = Path(__file__).resolve().parent


def write(case: Case, text: Path) -> None:
    """Write sample_workbooks/<case>/<period>/ anew."""
    tasks = read(text)
    before: dict[str, bytes] = {}
    for number, act in enumerate(case.acts, start=1):
        folder = HERE / case.name / act.period
        inbox = folder / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        for old in inbox.iterdir():
            old.unlink()
        (folder / "nvbatch.toml").write_text(case.config, encoding="utf-8")
        held = f"conference = {act.conference}\n" if act.conference else ""
        (folder / "case.toml").write_text(f"as_of = {at(act.as_of).isoformat()}\n{held}", encoding="utf-8")
        write_register(folder / "register.xlsx", register(case, tasks, number), created=at(act.as_of))
        files = [*_mails(case, tasks, number, inbox, before)]
        (folder / "expected.md").write_text(expected(case, tasks, number, files), encoding="utf-8")


# --- what the Office knows ----------------------------------------------------------------------


def register(case: Case, tasks: Sequence[Task], act: int) -> dict[str, list[dict[str, Any]]]:
    more = {name: [dict(row) for row in rows] for name, rows in case.sheets.get(act, {}).items()}
    points = case.focal_points.get(act) or [focal_point(case, office.code) for office in case.offices]
    return {
        "agencies": [
            {"agency_code": o.code, "name": o.name, "aliases": o.aliases, "level": o.level, "group": o.group,
             "head_name": o.head, "head_title": o.title, "email": f"vanthu.{o.code.lower()}@{case.domain}"}
            for o in case.offices
        ],
        "focal_points": [dict(row) for row in points],
        "programs": [dict(row) for row in case.programs],
        "documents": [
            dict(zip(("doc_number", "doc_date", "issuer", "subject", "expected_tasks"), row, strict=True))
            for row in case.documents.values()
        ],
        "tasks": [*_task_rows(case, tasks)],
        **more,
    }  # fmt: skip


def _task_rows(case: Case, tasks: Sequence[Task]) -> Iterator[dict[str, Any]]:
    seen = set()
    for task in tasks:
        if task.short in seen:
            continue
        seen.add(task.short)
        leads = "; ".join(t.agency for t in tasks if t.short == task.short)
        number, day, issuer, *_rest = case.documents[task.document]
        yield {"task_code": f"NV-{case.year}-{task.short}", "task_class": task.task_class, "program": task.program,
               "assigned_by": issuer, "doc_number": number, "doc_date": day, "content": task.content,
               "lead_agency": leads, "coordinating_agencies": task.coordinating, "deadline": task.fixed,
               "deadline_text": None if task.fixed else task.phrase or None, "product": task.product or None,
               "growth_impact": "x" if task.growth else None, **case.states.get(task.short, {})}  # fmt: skip


# --- what the agencies sent ---------------------------------------------------------------------


def _mails(
    case: Case, tasks: Sequence[Task], act: int, inbox: Path, before: dict[str, bytes]
) -> Iterator[tuple[str, str, Sent, tuple[str, ...]]]:
    """Mail, file in it, the arrival, its planted findings with their cells."""
    arrived = [(number, sent) for number, sent in enumerate(case.sent, start=1) if sent.act == act]
    for number, sent in arrived:
        name, data, found = workbook(case, tasks, sent)
        data = before[f"{sent.agency} {sent.label}"] if sent.kind == "again" else data
        before[f"{sent.agency} {sent.label}"] = data
        mail = f"{number:02d}-{sent.agency.lower()}-{sent.label}{'' if sent.kind == 'form' else f'-{sent.kind}'}.eml"
        office = case.office(sent.agency)
        (inbox / mail).write_bytes(
            paper.mail(
                domain=case.domain,
                person=sent.person or office.focal,
                address=sent.sender or case.address(sent.agency),
                received=at(sent.at),
                said_on=None,
                office=office.name,
                name=name,
                data=data[: len(data) // 2] if sent.kind == "cut" else data,
                number=number,
            )
        )
        yield mail, name, sent, found


# --- what must come of it -----------------------------------------------------------------------


def expected(
    case: Case, tasks: Sequence[Task], act: int, files: Sequence[tuple[str, str, Sent, tuple[str, ...]]]
) -> str:
    truth: dict[str, Truth] = {case.code(task): task.truth[act] for task in tasks}
    statuses = Counter(t.status for t in truth.values())
    lines = [f"# {case.name}, {case.acts[act - 1].period}: what must come of it", ""]
    lines += [
        "Written by `make samples` from what is decided by hand, beside each task of the case, from the contract;"
    ]
    lines += ["a flag in brackets may be there or not.", ""]
    lines += ["## Totals", "", "| figure | value |", "|---|---|", f"| assigned | {len(truth)} |"]
    lines += [f"| {status} | {number} |" for status, number in sorted(statuses.items())]
    lines += [f"| not_aggregated | {sum(not t.aggregated for t in truth.values())} |"]
    lines += [f"| recurring_met | {sum(t.met for t in truth.values())} |", "", "## Files", ""]
    lines += ["| mail | file | agency | state | timeliness | findings |", "|---|---|---|---|---|---|"]
    for mail, name, sent, found in files:
        if sent.listed:
            said = " · ".join(found)
            lines.append(f"| {mail} | {name} | {sent.agency} | {sent.state} | {sent.timeliness} | {said} |")
    unlisted = [mail for mail, _name, sent, _found in files if not sent.listed]
    lines += [f"\nOf another period, not listed in this run: {', '.join(unlisted)}"] if unlisted else []
    office = [*case.office_findings.get(act, ())]
    office += [f"R504 {code}" for code, t in truth.items() if "no_explanation" in t.must]
    lines += ["", f"Judged at as-of: {' · '.join(office)}", ""]
    lines += ["## Agencies", "", "| agency | flags |", "|---|---|"]
    flags = case.agency_flags.get(act, {})
    lines += [f"| {office.code} | {flags.get(office.code, '')} |" for office in case.offices]
    lines += ["", "## Tasks", "", "| task | status | days | aggregated | flags |", "|---|---|---|---|---|"]
    for code, t in truth.items():
        worn = " ".join([*t.must, *(f"[{flag}]" for flag in t.may)])
        lines.append(f"| {code} | {t.status} | {t.days} | {'yes' if t.aggregated else 'no'} | {worn} |")
    return "\n".join(lines) + "\n"
