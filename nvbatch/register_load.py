"""Rows of register.xlsx in, a Register and its own findings out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path

from nvbatch.agencies import Names, index_names
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.deadline import read_deadline
from nvbatch.form import Sheet, load_register_schema
from nvbatch.heap import unsearched
from nvbatch.model import (
    Agency,
    AssigningDocument,
    Conference,
    DeadlineReading,
    FocalPoint,
    Program,
    Task,
)
from nvbatch.register import GENERAL, Register
from nvbatch.register_cache import SheetCache
from nvbatch.register_demands import complete_rows, registered
from nvbatch.register_events import by_task, extensions, handovers, verdicts, waivers
from nvbatch.register_sheets import Sheets, hit_on, read_sheets, register_bytes, sheets_of, trouble_hits
from nvbatch.register_tasks import program_named, read_tasks
from nvbatch.rules.rule import Hit

REGISTERS = "registers"  # folder of the cache
_FREQUENCIES = {"Ngày": "day", "Tuần": "week", "Tháng": "month", "Quý": "quarter"}
_ONE_ROW = "Mỗi mã một dòng: đổi mã hoặc bỏ dòng lặp; chỉ dòng đầu được tính"


def load_register(
    path: Path, config: Config, schemas: Path | None = None, cache: Path | None = None, *, keep: bool = False
) -> tuple[Register, tuple[Hit, ...], Sheets]:
    """Read the register. Raises RegisterError when it cannot be used; lesser troubles come as hits of G807.

    The third value are the typed sheets, for the comparison with the last run's register (G811, G812). ``cache``: the
    folder in which they may be remembered; ``keep``: those that are not yet there come into it.
    """
    with unsearched():
        schema = load_register_schema(schemas)
        sheets = read_sheets(path, schema) if cache is None else _remembered(path, schema, cache, keep)
        register, hits = build_register(sheets, config)
    return register, hits, sheets


def _remembered(path: Path, schema: Sequence[Sheet], cache: Path, keep: bool) -> Sheets:
    """The sheets as they were read from the same bytes before, else read now. Nothing is written but to ``keep``."""
    data, kept = register_bytes(path), SheetCache(cache / REGISTERS, schema)
    known = kept.load(hashlib.sha256(data).hexdigest())
    if known is not None:
        if keep:
            kept.used(known.sha256)
        return known
    sheets = sheets_of(data, schema, path.name)
    return kept.keep(sheets) if keep else sheets


def build_register(sheets: Sheets, config: Config) -> tuple[Register, tuple[Hit, ...]]:
    """Typed sheets → Register and the hits of G807 (what stands wrong, where)."""
    hits: list[Hit] = [*trouble_hits(sheets)]
    agencies = _agencies(sheets, hits)
    names = index_names(agencies.values())
    programs = _programs(sheets, config, hits)
    rows = read_tasks(sheets, agencies, names, programs)
    hits += rows.hits
    days = {r["date"]: r["kind"] for r in complete_rows(sheets, "calendar", hits)}
    register = Register(
        agencies=agencies,
        tasks=rows.tasks,
        readings=_readings(rows.tasks, config, Calendar(config, days)),
        focal_points=tuple(_focal_points(sheets, agencies, names, programs, hits)),
        programs=programs,
        documents=tuple(_documents(sheets, hits)),
        extensions=by_task(
            extensions(sheets, rows, hits), lambda x: (x.approved_on or date.max, x.ordinal or 0, x.row)
        ),
        handovers=tuple(handovers(sheets, agencies, names, rows, hits)),
        verdicts=by_task(verdicts(sheets, rows, hits), lambda x: (x.assessed_on, x.row)),
        conferences=tuple(sorted(_conferences(sheets, hits), key=lambda c: c.held_on)),
        days=days,
        waivers=tuple(waivers(sheets, agencies, names, rows, hits)),
        parents=rows.parents,
    )
    return register, tuple(hits)


# --- agencies, programmes, documents ------------------------------------------------------------


def _agencies(sheets: Sheets, hits: list[Hit]) -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    rows: dict[str, int] = {}
    for entry in complete_rows(sheets, "agencies", hits):
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
    for r in complete_rows(sheets, "programs", hits):
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
    for r in complete_rows(sheets, "focal_points", hits):
        agency = registered(sheets, "focal_points", r, "agency_code", agencies, names, hits)
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


def _address(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _documents(sheets: Sheets, hits: list[Hit]) -> Iterator[AssigningDocument]:
    for r in complete_rows(sheets, "documents", hits):
        yield AssigningDocument(
            number=r["doc_number"],
            doc_date=r["doc_date"],
            issuer=r["issuer"],
            subject=r["subject"],
            expected_tasks=r["expected_tasks"],
            row=r.row,
        )


class _Readings(Mapping[str, DeadlineReading]):
    """Task code → its deadline as understood: tasks with one wording and one day of their document share a reading."""

    def __init__(self, tasks: Mapping[str, Task], read: Mapping[_Wording, DeadlineReading]) -> None:
        self._tasks, self._read = tasks, read

    def __getitem__(self, code: str) -> DeadlineReading:
        return self._read[_wording(self._tasks[code])]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)


_Wording = tuple[str | None, date | None]
_wording = attrgetter("deadline_text", "doc_date")


def _readings(tasks: Mapping[str, Task], config: Config, calendar: Calendar) -> _Readings:
    def read(text: str | None, day: date | None) -> DeadlineReading:
        inclusive = config.rules.before_is_inclusive
        return read_deadline(text or "", day, before_is_inclusive=inclusive, is_working_day=calendar.is_working_day)

    return _Readings(tasks, {asked: read(*asked) for asked in set(map(_wording, tasks.values()))})


def _conferences(sheets: Sheets, hits: list[Hit]) -> Iterator[Conference]:
    for r in complete_rows(sheets, "conferences", hits):
        yield Conference(held_on=r["held_on"], title=r["title"], lock_at=r["lock_at"])
