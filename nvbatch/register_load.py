"""Rows of register.xlsx in, a Register and its own findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from nvbatch.agencies import collective_members, index_names
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.deadline import read_deadline
from nvbatch.form import load_register_schema
from nvbatch.model import (
    Agency,
    AssigningDocument,
    Conference,
    DeadlineReading,
    Extension,
    FocalPoint,
    Handover,
    Program,
    Task,
    Verdict,
    Waiver,
)
from nvbatch.register import GENERAL, Register
from nvbatch.register_sheets import Entry, Sheets, read_sheets
from nvbatch.rules.rule import Hit

_GAPS = {"doc_number": "số, ký hiệu", "doc_date": "ngày"}  # of a task's assigning document (R05)
_FREQUENCIES = {"Ngày": "day", "Tuần": "week", "Tháng": "month", "Quý": "quarter"}


def load_register(path: Path, config: Config, schemas: Path | None = None) -> tuple[Register, tuple[Hit, ...], Sheets]:
    """Read the register. Raises RegisterError when it cannot be used; lesser troubles come as hits of G807.

    The third value are the typed sheets, for the comparison with the last run's register (G811, G812).
    """
    sheets = read_sheets(path, load_register_schema(schemas))
    register, hits = build_register(sheets, config)
    return register, hits, sheets


def build_register(sheets: Sheets, config: Config) -> tuple[Register, tuple[Hit, ...]]:
    """Typed sheets → Register and the hits of G807 (what stands wrong, where)."""
    e = sheets.entries
    hits: list[Hit] = [_trouble(t) for t in sheets.troubles]
    agencies = _agencies(e["agencies"], sheets, hits)
    programs = _programs(e["programs"], config)
    tasks, parents = _tasks(e["tasks"], sheets, agencies, hits)
    days = {r["date"]: r["kind"] for r in e["calendar"] if r["date"] and r["kind"]}
    register = Register(
        agencies=agencies,
        tasks=tasks,
        readings=_readings(tasks.values(), config, Calendar(config, days)),
        focal_points=tuple(_focal_points(e["focal_points"])),
        programs=programs,
        documents=tuple(_documents(e["documents"])),
        extensions=_grouped(_extensions(e["extensions"]), lambda x: (x.approved_on or date.max, x.ordinal or 0, x.row)),
        handovers=tuple(_handovers(e["handovers"], sheets, agencies, hits)),
        verdicts=_grouped(_verdicts(e["verdicts"]), lambda x: (x.assessed_on, x.row)),
        conferences=tuple(
            Conference(held_on=r["held_on"], title=r["title"], lock_at=r["lock_at"])
            for r in sorted((r for r in e["conferences"] if r["held_on"]), key=lambda r: r["held_on"])
        ),
        days=days,
        waivers=tuple(_waivers(e["waivers"])),
        parents=parents,
    )
    return register, tuple(hits)


def _trouble(t: Any) -> Hit:
    return Hit(
        sheet=t.sheet,
        row=t.row,
        cell=f"{t.letter}{t.row}",
        column=t.column,
        value=t.value,
        args={"what": f"«{t.value}» {t.what}"},
    )


def _hit(sheets: Sheets, key: str, entry: Entry, column: str, what: str, **more: Any) -> Hit:
    letter = sheets.letters[key].get(column)
    return Hit(
        sheet=sheets.names[key],
        row=entry.row,
        cell=f"{letter}{entry.row}" if letter else None,
        column=column,
        value=None if entry[column] is None else str(entry[column]),
        args={"what": what},
        **more,
    )


def _agencies(entries: Iterable[Entry], sheets: Sheets, hits: list[Hit]) -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    for entry in entries:
        code = entry["agency_code"]
        if not code:
            continue
        if code in agencies:
            hits.append(_hit(sheets, "agencies", entry, "agency_code", f"mã cơ quan «{code}» trùng", agency=code))
            continue
        agencies[code] = Agency(
            code=code,
            name=entry["name"] or code,
            aliases=entry["aliases"] or (),
            level=entry["level"] or "Tỉnh",
            successors=entry["successors"] or (),
            row=entry.row,
            **{k: entry[k] for k in ("group", "head_name", "head_title", "email", "valid_from", "valid_to")},
        )
    return agencies


def _programs(entries: Iterable[Entry], config: Config) -> dict[str, Program]:
    programs = {
        r["program"]: Program(
            code=r["program"],
            name=r["name"] or r["program"],
            frequency=_FREQUENCIES.get(r["frequency"], config.reporting.frequency),
            cutoff=r["cutoff"],
            unit=r["unit"],
            expected_tasks=r["expected_tasks"],
        )
        for r in entries
        if r["program"]
    }
    programs.setdefault(GENERAL, Program(code=GENERAL, name="Nhiệm vụ chung", frequency=config.reporting.frequency))
    return programs


def _focal_points(entries: Iterable[Entry]) -> Iterable[FocalPoint]:
    for r in entries:
        if r["agency_code"]:
            yield FocalPoint(
                agency=r["agency_code"],
                full_name=r["full_name"] or "",
                position=r["position"] or "",
                email=_address(r["email"] or ""),
                row=r.row,
                **{k: r[k] for k in ("program", "unit", "phone", "valid_from", "valid_to")},
            )


def _address(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _documents(entries: Iterable[Entry]) -> Iterable[AssigningDocument]:
    for r in entries:
        if r["doc_number"]:
            yield AssigningDocument(
                number=r["doc_number"],
                doc_date=r["doc_date"],
                issuer=r["issuer"],
                subject=r["subject"],
                expected_tasks=r["expected_tasks"],
                row=r.row,
            )


def _tasks(
    entries: Iterable[Entry], sheets: Sheets, agencies: Mapping[str, Agency], hits: list[Hit]
) -> tuple[dict[str, Task], dict[str, tuple[str, ...]]]:
    names = index_names(agencies.values())
    tasks: dict[str, Task] = {}
    parents: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        code = entry["task_code"]
        if not code:
            continue
        if code in tasks or code in parents:
            hits.append(_hit(sheets, "tasks", entry, "task_code", f"mã nhiệm vụ «{code}» trùng", task=code))
            continue
        task = _task(entry)
        if not task.doc_number or task.doc_date is None:
            gap = "doc_date" if task.doc_number else "doc_number"
            what = f"nhiệm vụ «{code}» chưa ghi {_GAPS[gap]} của văn bản giao"
            hits.append(_hit(sheets, "tasks", entry, gap, what, task=code))
        lead = names.resolve(task.lead_agency)
        if lead is not None:
            tasks[code] = _led(task, lead)
            continue
        members = _members(task, agencies, names)
        if members:
            parents[code] = tuple(f"{code}-{member}" for member in members)
            for member in members:
                tasks.setdefault(f"{code}-{member}", _led(task, member, parent=code))
            continue
        near = names.suggest(task.lead_agency) if task.lead_agency else None
        ask = f" Có phải là «{agencies[near].name}»?" if near else ""
        what = f"cơ quan chủ trì «{task.lead_agency}» không có trong trang Cơ quan.{ask}"
        hits.append(_hit(sheets, "tasks", entry, "lead_agency", what, task=code))
        tasks[code] = task
    return tasks, parents


def _members(task: Task, agencies: Mapping[str, Agency], names: Any) -> tuple[str, ...]:
    if not task.lead_agency:
        return ()
    members = collective_members(task.lead_agency, agencies.values(), task.doc_date)
    if members:
        return members
    codes, left = names.split(task.lead_agency)
    return codes if codes and not left and len(codes) > 1 else ()


def _led(task: Task, lead: str, parent: str | None = None) -> Task:
    from dataclasses import replace

    code = f"{parent}-{lead}" if parent else task.code
    return replace(task, code=code, lead_agency=lead, parent=parent)


def _task(r: Entry) -> Task:
    return Task(
        code=r["task_code"],
        task_class=r["task_class"] or "",
        program=r["program"] or GENERAL,
        doc_number=r["doc_number"] or "",
        content=r["content"] or "",
        lead_agency=r["lead_agency"] or "",
        growth_impact=bool(r["growth_impact"]),
        state=r["state"] or "Đang theo dõi",
        row=r.row,
        **{
            k: r[k]
            for k in (
                "doc_date", "assigned_by", "coordinating_agencies", "leader", "deadline_text", "deadline",
                "product", "state_doc", "state_from",
            )
        },
    )  # fmt: skip


def _readings(tasks: Iterable[Task], config: Config, calendar: Calendar) -> dict[str, DeadlineReading]:
    inclusive = config.rules.before_is_inclusive
    seen: dict[tuple[str | None, date | None], DeadlineReading] = {}
    found = {}
    for task in tasks:
        ask = (task.deadline_text, task.doc_date)
        if ask not in seen:
            seen[ask] = read_deadline(
                task.deadline_text or "",
                task.doc_date,
                before_is_inclusive=inclusive,
                is_working_day=calendar.is_working_day,
            )
        found[task.code] = seen[ask]
    return found


def _extensions(entries: Iterable[Entry]) -> Iterable[Extension]:
    for r in entries:
        if r["task_code"] and r["new_deadline"]:
            yield Extension(
                task_code=r["task_code"],
                ordinal=r["ordinal"],
                new_deadline=r["new_deadline"],
                approval_doc=r["approval_doc"],
                approved_on=r["approved_on"],
                row=r.row,
            )


def _handovers(
    entries: Iterable[Entry], sheets: Sheets, agencies: Mapping[str, Agency], hits: list[Hit]
) -> Iterable[Handover]:
    names = index_names(agencies.values())
    for r in entries:
        if not (r["task_code"] and r["from_agency"] and r["to_agency"] and r["effective_on"]):
            continue
        giver, taker = names.resolve(r["from_agency"]), names.resolve(r["to_agency"])
        for column, code in (("from_agency", giver), ("to_agency", taker)):
            if code is None:
                what = f"cơ quan «{r[column]}» không có trong trang Cơ quan"
                hits.append(_hit(sheets, "handovers", r, column, what))
        if giver is None or taker is None:
            continue
        ended = agencies[taker].valid_to
        if ended is not None and ended < r["effective_on"]:
            what = f"bàn giao cho cơ quan đã kết thúc hoạt động «{agencies[taker].name}»"
            hits.append(_hit(sheets, "handovers", r, "to_agency", what, agency=taker))
        yield Handover(
            task_code=r["task_code"],
            from_agency=giver,
            to_agency=taker,
            effective_on=r["effective_on"],
            minutes=r["minutes"],
            row=r.row,
        )


def _verdicts(entries: Iterable[Entry]) -> Iterable[Verdict]:
    for r in entries:
        if r["task_code"] and r["verdict"] and r["assessed_on"]:
            yield Verdict(
                task_code=r["task_code"],
                verdict=r["verdict"],
                assessed_on=r["assessed_on"],
                opinion=r["opinion"],
                assessor=r["assessor"],
                row=r.row,
            )


def _waivers(entries: Iterable[Entry]) -> Iterable[Waiver]:
    for r in entries:
        # A waiver without reason, approver or end date is none: an exemption is never silent and never for ever.
        if r["rule"] and r["reason"] and r["approved_by"] and r["expires_on"]:
            yield Waiver(
                rule=r["rule"].upper(),
                agency=r["agency_code"],
                task_code=r["task_code"],
                reason=r["reason"],
                approved_by=r["approved_by"],
                expires_on=r["expires_on"],
                row=r.row,
            )


def _grouped(items: Iterable[Any], order: Any) -> dict[str, tuple[Any, ...]]:
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(item.task_code, []).append(item)
    return {code: tuple(sorted(group, key=order)) for code, group in groups.items()}
