"""A case and its tale in; its folders out: register, configuration, mails as the agencies sent them, expected.md."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import paper
from tale import Office, Task, Truth, read
from xlsxwriter.utility import xl_col_to_name

from nvbatch.form import load_form
from nvbatch.startup import write_register

HERE = Path(__file__).resolve().parent
ZONE = timezone(timedelta(hours=7))
FORM = load_form()
LABELS = {column.key: column.label for column in FORM.tasks.columns}
Row = Mapping[str, Any]
Placed = dict[tuple[str, str], list[str]]  # (task code, field) → its cells in the file


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file that arrived. ``label``: which rows of the tale it holds; ``planted``: findings on the file as a whole."""

    act: int
    label: str
    agency: str
    program: str
    period: str
    at: str
    kind: str = "form"  # xls, ods, own: an agency's own making · again: the same bytes · cut: half of them
    state: str = "accepted"
    timeliness: str = "on_time"
    listed: bool = True  # a run lists what came in, or counts for, its present periods (contract 8.19)
    planted: tuple[str, ...] = ()
    sender: str = ""
    person: str = ""
    changes: tuple[Row, ...] = ()
    codeless: tuple[str, ...] = ()  # tasks whose code the agency left out


@dataclass(frozen=True, kw_only=True)
class Act:
    """A moment at which the Office runs, and the period that it asks for."""

    period: str
    as_of: str
    conference: date | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything of a case but its tale. The sheets that change from act to act are functions of the act."""

    name: str
    domain: str
    year: int
    config: str
    offices: Sequence[Office]
    acts: Sequence[Act]
    documents: Mapping[str, tuple[str, date, str, str, int | None]]
    sent: Sequence[Sent]
    programs: Sequence[Row] = ()
    focal_points: Mapping[int, Sequence[Row]] = field(default_factory=dict)  # by act, instead of one an office
    sheets: Mapping[int, Mapping[str, Sequence[Row]]] = field(default_factory=dict)  # by act, further sheets
    states: Mapping[str, Row] = field(default_factory=dict)
    agency_flags: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    office_findings: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def office(self, code: str) -> Office:
        return next(office for office in self.offices if office.code == code)

    def code(self, task: Task) -> str:
        parent = f"NV-{self.year}-{task.short}"
        return f"{parent}-{task.agency}" if task.collective else parent

    def address(self, agency: str) -> str:
        return f"daumoi.{agency.lower()}@{self.domain}"


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


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


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


def focal_point(case: Case, agency: str, **changed: Any) -> dict[str, Any]:
    """The office's own focal point, for every programme."""
    office = case.office(agency)
    number = [o.code for o in case.offices].index(agency) + 1
    return {"agency_code": agency, "full_name": office.focal, "position": office.position, "unit": "Văn phòng",
            "phone": f"0000 300 {number:03d}", "email": case.address(agency), **changed}  # fmt: skip


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


def workbook(case: Case, tasks: Sequence[Task], sent: Sent) -> tuple[str, bytes, tuple[str, ...]]:
    """Its name, its bytes, and every planted finding with the cell in which it stands."""
    own = sent.kind in ("xls", "ods", "own")
    mine = [t for t in tasks if t.agency == sent.agency and t.program == sent.program and sent.label not in t.absent]
    lines = [*_lines(case, mine, sent, own)]
    day = at(sent.at).date()
    if own:
        grid, keys, first = _own_grid(case, sent, [line for _task, line in lines])
        data = {"xls": paper.xls, "ods": paper.ods}.get(sent.kind, _own_xlsx)("Biểu tổng hợp", grid)
        ending = "xlsx" if sent.kind == "own" else sent.kind
        name = f"Báo cáo nhiệm vụ {case.office(sent.agency).name} {day:%d.%m}.{ending}"
    else:
        keys, first = tuple(FORM.tasks.keys), 6
        data = bm01(case, sent, [line for _task, line in lines])
        name = f"BM01_{sent.agency}_{sent.program}_{sent.period}.xlsx"
    found = [*sent.planted]
    said: Counter[str] = Counter()
    for row, (task, line) in enumerate(lines, start=first):
        rows = task.said.get(sent.label, [])
        if rows and line.get("narrative") is not None and sent.state in ("accepted", "superseded"):
            for plant in rows[said[task.short]].planted:
                rule, _, key = plant.partition(" ")
                cell = f" {xl_col_to_name(keys.index(key))}{row}" if key else ""
                found.append(f"{rule} {case.code(task)}{cell}")
            said[task.short] += 1
    return name, data, tuple(dict.fromkeys(found))


def _lines(case: Case, tasks: Iterable[Task], sent: Sent, own: bool) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Every row of the sheet; a form holds untouched rows too, an agency's own list only what it reports."""
    number = 0
    for task in tasks:
        rows = [said.values for said in task.said.get(sent.label, [])]
        for values in rows or ([] if own else [{}]):
            number += 1
            yield task, {"no": number, **_issued(case, task, sent), **_typed(case, values, sent)}


def _issued(case: Case, task: Task, sent: Sent) -> dict[str, Any]:
    document, day, *_rest = case.documents[task.document]
    return {"task_code": None if task.short in sent.codeless else case.code(task), "task_class": task.task_class,
            "assigning_doc": f"{document} ngày {day:%d/%m/%Y}", "content": task.content,
            "coordinating_agencies": task.coordinating, "deadline": task.fixed or task.phrase,
            "product": task.product}  # fmt: skip


_UNITS = ("Phòng Tổng hợp", "Phòng Kế hoạch - Tài chính", "Phòng Nghiệp vụ", "Văn phòng")


def _typed(case: Case, values: Row, sent: Sent) -> dict[str, Any]:
    """The people stand there from the last form; an untouched row has nothing else."""
    if not values:
        return {}
    office = case.office(sent.agency)
    unit = _UNITS[len(values["narrative"]) % len(_UNITS)]
    people = {"accountable_head": office.head, "supervisor": office.supervisor, "assignee": f"{unit}; {office.focal}"}
    return {**people, "updated_on": at(sent.at).date(), **values}


def bm01(case: Case, sent: Sent, lines: Sequence[Row]) -> bytes:
    """Our form BM01 as it comes back: hidden stamp, hidden key row, title block, data."""
    import xlsxwriter

    day, office = at(sent.at).date(), case.office(sent.agency)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(case.year, 1, 1), "title": FORM.title})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    info = {"agency_code": sent.agency, "agency_name": office.name, "period": sent.period, "prepared_on": day,
            "focal_point": sent.person or office.focal, "position": office.position,
            "email": case.address(sent.agency), "approved": "Có"}  # fmt: skip
    sheet = book.add_worksheet(FORM.info.name)
    for row, (key, value) in enumerate(info.items()):
        sheet.write_string(row, 0, FORM.info.column(key).label)
        _put(sheet, row, 1, value, dated)
    sheet.set_column(0, 1, 28)
    for form, rows, title in ((FORM.tasks, lines, FORM.title), (FORM.changes, sent.changes, "BIẾN ĐỘNG DANH MỤC")):
        sheet = book.add_worksheet(form.name)
        sheet.write_string(0, 0, title)
        sheet.write_string(1, 0, f"Cơ quan: {office.name} · Kỳ báo cáo: {sent.period}")
        for column, field_ in enumerate(form.columns):
            sheet.write_string(3, column, field_.key)
            sheet.write_string(4, column, field_.label, bold)
            sheet.set_column(column, column, field_.width)
            for row, line in enumerate(rows, start=5):
                _put(sheet, row, column, line.get(field_.key), dated)
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.freeze_panes(5, 2)
    stamp = book.add_worksheet(FORM.stamp_sheet)
    stamp.very_hidden()
    mark = {"form": FORM.form, "version": FORM.version, "agency": sent.agency, "program": sent.program,
            "period": sent.period, "issued_at": f"{day - timedelta(days=5)}T08:00:00+07:00"}  # fmt: skip
    for row, key in enumerate(FORM.stamp_fields):
        stamp.write_string(row, 0, key)
        stamp.write_string(row, 1, mark[key])
    book.close()
    return buffer.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any, dated: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), dated)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value)


# An agency's own layout: other order, other words, a number row, a total and signatures.
_OWN = ("no", "task_code", "content", "assigning_doc", "deadline", "product", "accountable_head", "supervisor",
        "assignee", "narrative", "progress", "reported_status", "completed_on", "result", "result_doc", "updated_on",
        "difficulty", "proposal", "escalate_to", "requested_deadline", "extension_reason", "delay_cause_kind",
        "delay_reason", "explanation_doc", "confirmation", "confirmation_note")  # fmt: skip
_WORDS = {"no": "TT", "narrative": "Tình hình thực hiện", "assigning_doc": "Số, ký hiệu văn bản giao"}


def _own_grid(case: Case, sent: Sent, lines: Sequence[Row]) -> tuple[list[list[Any]], tuple[str, ...], int]:
    """The grid, the fields in the order of its columns, and the Excel row of the first task."""
    head: list[list[Any]] = [
        [case.office(sent.agency).name.upper(), None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [None, None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        [f"BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ (đến ngày {at(sent.at):%d/%m/%Y})"],
        [_WORDS.get(key, LABELS[key]) for key in _OWN],
        [f"({number})" for number in range(1, len(_OWN) + 1)],
    ]
    foot: list[list[Any]] = [
        [None, None, f"Tổng cộng: {len(lines)} nhiệm vụ"],
        [],
        ["NGƯỜI LẬP BIỂU", None, None, None, "THỦ TRƯỞNG CƠ QUAN"],
    ]
    return [*head, *[[line.get(key) for key in _OWN] for line in lines], *foot], _OWN, len(head) + 1


def _own_xlsx(name: str, grid: Sequence[Sequence[Any]]) -> bytes:
    return paper.xlsx(name, grid, widths=[6, 16, 40, *[18] * (len(_OWN) - 3)], merged=("A4:J4",), notes=["Bảng nháp"])


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
