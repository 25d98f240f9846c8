"""Rows of register.xlsx in, a Register and its own findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nvbatch.agencies import Names, index_names
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
from nvbatch.register_rows import Entry
from nvbatch.register_sheets import Sheets, hit_on, read_sheets, trouble_hits
from nvbatch.register_tasks import TaskRows, ask_for, program_named, read_tasks
from nvbatch.rules.rule import Hit

_FREQUENCIES = {"Ngày": "day", "Tuần": "week", "Tháng": "month", "Quý": "quarter"}
_ONE_ROW = "Mỗi mã một dòng: đổi mã hoặc bỏ dòng lặp; chỉ dòng đầu được tính"
# What a row must say to count; an exemption is never silent and never for ever.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "agencies": ("agency_code",),
    "focal_points": ("agency_code",),
    "programs": ("program",),
    "documents": ("doc_number",),
    "extensions": ("task_code", "new_deadline"),
    "handovers": ("task_code", "from_agency", "to_agency", "effective_on"),
    "verdicts": ("task_code", "verdict", "assessed_on"),
    "conferences": ("held_on",),
    "calendar": ("date", "kind"),
    "waivers": ("rule", "reason", "approved_by", "expires_on"),
}


def load_register(path: Path, config: Config, schemas: Path | None = None) -> tuple[Register, tuple[Hit, ...], Sheets]:
    """Read the register. Raises RegisterError when it cannot be used; lesser troubles come as hits of G807.

    The third value are the typed sheets, for the comparison with the last run's register (G811, G812).
    """
    sheets = read_sheets(path, load_register_schema(schemas))
    register, hits = build_register(sheets, config)
    return register, hits, sheets


def build_register(sheets: Sheets, config: Config) -> tuple[Register, tuple[Hit, ...]]:
    """Typed sheets → Register and the hits of G807 (what stands wrong, where)."""
    hits: list[Hit] = [*trouble_hits(sheets)]
    agencies = _agencies(sheets, hits)
    names = index_names(agencies.values())
    programs = _programs(sheets, config, hits)
    rows = read_tasks(sheets, agencies, names, programs)
    hits += rows.hits
    days = {r["date"]: r["kind"] for r in _complete(sheets, "calendar", hits)}
    register = Register(
        agencies=agencies,
        tasks=rows.tasks,
        readings=_readings(rows.tasks.values(), config, Calendar(config, days)),
        focal_points=tuple(_focal_points(sheets, agencies, names, programs, hits)),
        programs=programs,
        documents=tuple(_documents(sheets, hits)),
        extensions=_grouped(
            _extensions(sheets, rows, hits), lambda x: (x.approved_on or date.max, x.ordinal or 0, x.row)
        ),
        handovers=tuple(_handovers(sheets, agencies, names, rows, hits)),
        verdicts=_grouped(_verdicts(sheets, rows, hits), lambda x: (x.assessed_on, x.row)),
        conferences=tuple(sorted(_conferences(sheets, hits), key=lambda c: c.held_on)),
        days=days,
        waivers=tuple(_waivers(sheets, agencies, names, rows, hits)),
        parents=rows.parents,
    )
    return register, tuple(hits)


def _complete(sheets: Sheets, key: str, hits: list[Hit]) -> Iterator[Entry]:
    """The rows of a sheet that say enough to count; one that says something, but not enough, is told of."""
    sheet = next(s for s in sheets.schema if s.key == key)
    unread = {(t.row, t.column) for t in sheets.troubles if t.sheet == sheet.name}
    for entry in sheets.entries[key]:
        lacking = [k for k in _NEEDED[key] if entry[k] is None]
        if not lacking:
            yield entry
            continue
        means = any(entry[c.key] is not None for c in sheet.columns if c.required)
        blank = [k for k in lacking if (entry.row, k) not in unread]
        if means and blank:
            labels = ", ".join(f"«{sheet.column(k).label}»" for k in blank)
            hits.append(
                hit_on(sheets, key, entry, blank[0], f"dòng còn trống {labels} nên chưa được tính", f"Điền {labels}")
            )


# --- agencies, programmes, documents ------------------------------------------------------------


def _agencies(sheets: Sheets, hits: list[Hit]) -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    rows: dict[str, int] = {}
    for entry in _complete(sheets, "agencies", hits):
        code = entry["agency_code"]
        first = rows.setdefault(code.upper(), entry.row)
        if first != entry.row:
            what = f"mã cơ quan «{code}» đã có ở dòng {first}"
            hits.append(hit_on(sheets, "agencies", entry, "agency_code", what, _ONE_ROW, agency=code))
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


def _programs(sheets: Sheets, config: Config, hits: list[Hit]) -> dict[str, Program]:
    programs: dict[str, Program] = {}
    for r in _complete(sheets, "programs", hits):
        code = r["program"]
        if code in programs:
            what = f"mã chương trình «{code}» đã có ở dòng {programs[code].row}"
            hits.append(hit_on(sheets, "programs", r, "program", what, _ONE_ROW))
            continue
        programs[code] = Program(
            code=code,
            name=r["name"] or code,
            frequency=_FREQUENCIES.get(r["frequency"], config.reporting.frequency),
            cutoff=r["cutoff"],
            unit=r["unit"],
            expected_tasks=r["expected_tasks"],
            row=r.row,
        )
    programs.setdefault(GENERAL, Program(code=GENERAL, name="Nhiệm vụ chung", frequency=config.reporting.frequency))
    return programs


def _focal_points(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, programs: Mapping[str, Program], hits: list[Hit]
) -> Iterator[FocalPoint]:
    for r in _complete(sheets, "focal_points", hits):
        agency = _agency(sheets, "focal_points", r, "agency_code", agencies, names, hits)
        program = program_named(r["program"], programs) if r["program"] else None
        if r["program"] and program is None:
            what = f"chương trình «{r['program']}» không có ở trang «Chương trình»"
            advice = "Thêm chương trình vào trang «Chương trình» hoặc sửa lại mã cho đúng"
            hits.append(hit_on(sheets, "focal_points", r, "program", what, advice, agency=agency))
        yield FocalPoint(
            agency=agency or r["agency_code"],
            program=program or r["program"],
            full_name=r["full_name"] or "",
            position=r["position"] or "",
            email=_address(r["email"] or ""),
            row=r.row,
            **{k: r[k] for k in ("unit", "phone", "valid_from", "valid_to")},
        )


def _agency(
    sheets: Sheets, key: str, entry: Entry, column: str, agencies: Mapping[str, Agency], names: Names, hits: list[Hit]
) -> str | None:
    """The agency that a cell names; nobody is told of."""
    code = names.resolve(entry[column])
    if code is None:
        what, advice = f"cơ quan «{entry[column]}» không có ở trang «Cơ quan»", ask_for(entry[column], agencies, names)
        hits.append(hit_on(sheets, key, entry, column, what, advice))
    return code


def _address(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _documents(sheets: Sheets, hits: list[Hit]) -> Iterator[AssigningDocument]:
    for r in _complete(sheets, "documents", hits):
        yield AssigningDocument(
            number=r["doc_number"],
            doc_date=r["doc_date"],
            issuer=r["issuer"],
            subject=r["subject"],
            expected_tasks=r["expected_tasks"],
            row=r.row,
        )


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


# --- what befalls a task ------------------------------------------------------------------------


def _extensions(sheets: Sheets, rows: TaskRows, hits: list[Hit]) -> Iterator[Extension]:
    for r in _complete(sheets, "extensions", hits):
        for code in rows.codes_of(r["task_code"]):
            yield Extension(
                task_code=code,
                ordinal=r["ordinal"],
                new_deadline=r["new_deadline"],
                approval_doc=r["approval_doc"],
                approved_on=r["approved_on"],
                row=r.row,
            )


def _handovers(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, rows: TaskRows, hits: list[Hit]
) -> Iterator[Handover]:
    for r in _complete(sheets, "handovers", hits):
        giver = _agency(sheets, "handovers", r, "from_agency", agencies, names, hits)
        taker = _agency(sheets, "handovers", r, "to_agency", agencies, names, hits)
        if giver is None or taker is None:
            continue
        ended = agencies[taker].valid_to
        if ended is not None and ended < r["effective_on"]:
            since = f"{ended + timedelta(days=1):%d/%m/%Y}"
            what = f"bàn giao cho «{agencies[taker].name}», cơ quan đã kết thúc hoạt động từ ngày {since}"
            advice = "Ghi cơ quan kế thừa còn hoạt động"
            hits.append(hit_on(sheets, "handovers", r, "to_agency", what, advice, agency=taker))
        for code in rows.codes_of(r["task_code"]):
            yield Handover(
                task_code=code,
                from_agency=giver,
                to_agency=taker,
                effective_on=r["effective_on"],
                minutes=r["minutes"],
                row=r.row,
            )


def _verdicts(sheets: Sheets, rows: TaskRows, hits: list[Hit]) -> Iterator[Verdict]:
    for r in _complete(sheets, "verdicts", hits):
        for code in rows.codes_of(r["task_code"]):
            yield Verdict(
                task_code=code,
                verdict=r["verdict"],
                assessed_on=r["assessed_on"],
                opinion=r["opinion"],
                assessor=r["assessor"],
                row=r.row,
            )


def _conferences(sheets: Sheets, hits: list[Hit]) -> Iterator[Conference]:
    for r in _complete(sheets, "conferences", hits):
        yield Conference(held_on=r["held_on"], title=r["title"], lock_at=r["lock_at"])


def _waivers(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, rows: TaskRows, hits: list[Hit]
) -> Iterator[Waiver]:
    for r in _complete(sheets, "waivers", hits):
        agency = r["agency_code"] and (
            _agency(sheets, "waivers", r, "agency_code", agencies, names, hits) or r["agency_code"]
        )
        for code in rows.codes_of(r["task_code"]) if r["task_code"] else (None,):
            yield Waiver(
                rule=r["rule"].upper(),
                agency=agency,
                task_code=code,
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
