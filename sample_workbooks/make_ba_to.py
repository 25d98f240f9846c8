"""Case ba-to-2024-05 in, its folders out: the annex, the register before it, and three quarters played one by one."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import annex_paper
import ba_to as case
import paper
from ba_to import Quarter

from nvbatch.blanks import make_forms
from nvbatch.demo import Act, lay_out
from nvbatch.form import load_form
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace

HERE = Path(__file__).resolve().parent
DOMAIN = "tinhmau.example"
FORM = load_form()

CONFIG = """# Cấu hình của bộ mẫu «ba-to-2024-05»; xã, thị trấn, người ký và địa chỉ là hư cấu
[office]
parent = "ỦY BAN NHÂN DÂN HUYỆN BA TƠ"
name = "PHÒNG NỘI VỤ"
place = "Ba Tơ"
symbol = "PNV"
signer_authority = "TRƯỞNG PHÒNG"
signer_title = ""
signer_name = "Nguyễn Thị Thử"
recipients = ["Chủ tịch, các PCT UBND huyện;", "Các cơ quan, đơn vị, UBND các xã, thị trấn;", "Lưu: VT, PNV."]

[reporting]
frequency = "quarter"
"""


def main() -> None:
    """Write sample_workbooks/ba-to-2024-05/ anew."""
    write_annex(HERE / case.CASE / "phu-luc")
    with tempfile.TemporaryDirectory() as scratch:
        ws = Workspace(Path(scratch) / "pnv")
        start_workspace(ws.root, now=case.QUARTERS[0].issued)
        for quarter in case.QUARTERS:
            act = write_frame(quarter)
            shutil.copyfile(act.folder / "nvbatch.toml", ws.config)
            shutil.copyfile(act.folder / "register.xlsx", ws.register)
            made = make_forms(ws, now=quarter.issued, as_of=quarter.issued, period=quarter.key)
            forms = {name.split("_")[1]: ws.forms / name for name in made.files}
            places = write_mails(quarter, forms, act.folder / "inbox")
            (act.folder / "expected.md").write_text(expected(quarter, places), encoding="utf-8")
            lay_out(act, ws)
            run_batch(ws, now=act.as_of, as_of=act.as_of, period=act.period)


def write_annex(folder: Path) -> None:
    """The annex in Word and in Excel, and the register as it was when the annex came."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Phu-luc-QD-3690.docx").write_bytes(annex_paper.word())
    (folder / "Phu-luc-QD-3690.xlsx").write_bytes(annex_paper.excel())
    before = {**register(case.QUARTERS[0]), "tasks": [], "documents": []}
    write_register(folder / "register.xlsx", before, created=case.QUARTERS[0].issued)
    (folder / "nvbatch.toml").write_text(CONFIG, encoding="utf-8")


def write_frame(quarter: Quarter) -> Act:
    """Register, configuration and moment of the quarter; an empty inbox."""
    folder = HERE / case.CASE / quarter.key
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for old in (folder / "inbox").iterdir():
        old.unlink()
    (folder / "nvbatch.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "case.toml").write_text(f"as_of = {quarter.as_of.isoformat()}\n", encoding="utf-8")
    write_register(folder / "register.xlsx", register(quarter), created=quarter.issued)
    return Act(period=folder.name, folder=folder, as_of=quarter.as_of, conference=None)


# --- what the Office knows ----------------------------------------------------------------------


def register(quarter: Quarter) -> dict[str, list[dict[str, Any]]]:
    agencies = [
        {"agency_code": code, "name": name, "aliases": aliases or None,
         "level": "Xã" if code in case.COMMUNE_CODES else "Huyện",
         "group": "Xã, thị trấn" if code in case.COMMUNE_CODES else case.GROUP,
         "head_name": head, "head_title": title, "email": f"{code.lower()}@{DOMAIN}"}
        for code, name, aliases, head, title, _person, _position in case.OFFICES
    ]  # fmt: skip
    focal = [
        {"agency_code": code, "full_name": person, "position": position, "phone": f"0000 100 {at:03d}",
         "email": address(code)}
        for at, (code, _n, _a, _h, _t, person, position) in enumerate(case.OFFICES, start=1)
    ]  # fmt: skip
    keys = ("doc_number", "doc_date", "issuer", "subject", "expected_tasks")
    columns = ("program", "name", "frequency", "cutoff", "unit", "expected_tasks")
    new, document, on = case.EXTENDED
    return {
        "agencies": agencies,
        "focal_points": focal,
        "programs": [dict(zip(columns, case.PROGRAM, strict=True))],
        "documents": [dict(zip(keys, case.DOCUMENT, strict=True))],
        "tasks": [task_row(task) for task in case.tasks()],
        "extensions": [
            {"task_code": task.code, "ordinal": 1, "new_deadline": new, "approval_doc": document, "approved_on": on}
            for task in case.tasks()
            if task.story == "G" and quarter.number == 3
        ],
    }


def task_row(task: case.Task) -> dict[str, Any]:
    number, day, issuer, *_rest = case.DOCUMENT
    plain = None if task.doubtful or task.recurring else task.meant
    return {"task_code": task.code, "task_class": "Trọng tâm", "program": case.PROGRAM[0], "assigned_by": issuer,
            "doc_number": number, "doc_date": day, "content": task.content, "lead_agency": task.lead_words,
            "coordinating_agencies": task.coordinating or None, "deadline_text": task.phrase, "deadline": plain,
            "product": task.product}  # fmt: skip


def address(agency: str) -> str:
    return f"daumoi.{agency.lower()}@{DOMAIN}"


# --- what the agencies sent ---------------------------------------------------------------------

Place = tuple[str, str, tuple[str, ...]]  # mail, file, findings


def write_mails(quarter: Quarter, forms: Mapping[str, Path], inbox: Path) -> dict[str, Place]:
    """A mail from every agency that sends; gives, by agency, its name and what must be found in its file."""
    placed = {}
    for number, (code, name, _aliases, head, _title, person, position) in enumerate(case.OFFICES, start=1):
        at = quarter.received(code)
        if at is None:
            continue
        rows, plants = typed(quarter, code, head)
        info = {"Ngày lập": quarter.due, "Đầu mối": person, "Chức vụ": position, "Thủ trưởng đã duyệt": "Có"}
        unsaid = [task_code for task, task_code, lead in case.parts()
                  if lead == code and (quarter.number, task_code) in left_out()]  # fmt: skip
        data, used, letters = paper.fill_form(forms[code], rows, info=info, drop=unsaid)
        places = [
            f"{rule} {task}{f' {letters[field]}{used[task][0]}' if field else ''}" for rule, task, field in plants
        ]
        late = ["A305"] if at >= quarter.cutoff else []
        mail = f"{quarter.number}{number:02d}-{code.lower()}.eml"
        message = paper.mail(domain=DOMAIN, person=person, address=address(code), received=at, said_on=None,
                             office=name, name=forms[code].name, data=data,
                             number=100 * quarter.number + number)  # fmt: skip
        (inbox / mail).write_bytes(message)
        placed[code] = (mail, forms[code].name, (*late, *places))
    return placed


def left_out() -> set[tuple[int, str]]:
    return {
        (number, code)
        for number, words in case.ABSENT
        for task, code, _ in case.parts()
        if task.content.startswith(words)
    }


def typed(quarter: Quarter, agency: str, head: str) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
    """The agency's rows of the quarter, and the findings planted in them: rule, task, field."""
    people = {"accountable_head": head, "supervisor": "Vũ Thị Phụ Trách", "assignee": "Bộ phận tổng hợp, Tô Văn Làm"}
    rows, plants = [], []
    for task, code, lead in case.parts():
        for row in case.rows(task, agency) if lead == agency else ():
            if row.quarter == quarter.number:
                rows.append({"task_code": code, **people, "updated_on": quarter.due, **row.values})
                plants += [(*plant.split()[:1], code, plant.split()[1]) for plant in row.planted]
    stranger = case.STRANGER.get(quarter.number)
    if stranger and stranger[0] == agency:
        going = {
            "reported_status": "Đang thực hiện",
            "progress": 10,
            "narrative": "Đã lập danh sách hộ gia đình tham gia mô hình",
        }
        rows.append({"task_code": stranger[1], **people, "updated_on": quarter.due, **going})
        plants.append(("M601", stranger[1], ""))
    return rows, plants


# --- what must come of it -----------------------------------------------------------------------


def expected(quarter: Quarter, placed: Mapping[str, Place]) -> str:
    figures = {code: case.figure(task, agency, quarter) for task, code, agency in case.parts()}
    counts = Counter(figure.status for figure in figures.values())
    done = sum(number for status, number in counts.items() if status.startswith("done"))
    lines = [f"# {case.CASE}, {quarter.key}: what must come of it", ""]
    lines += ["Written by `make samples` from the case's own decisions; a flag in brackets may be there or not.", ""]
    lines += [
        f"Done of assigned (stopped, transferred and recurring apart): {done} of {len(figures) - counts['recurring']}.",
        "",
    ]
    lines += ["## Totals", "", "| figure | value |", "|---|---|", f"| assigned | {len(figures)} |"]
    lines += [f"| {status} | {number} |" for status, number in sorted(counts.items())]
    lines += [f"| not_aggregated | {sum(not figure.aggregated for figure in figures.values())} |"]
    lines += [f"| recurring_met | {sum(figure.met for figure in figures.values())} |", "", "## Files", ""]
    lines += ["| mail | file | agency | state | timeliness | findings |", "|---|---|---|---|---|---|"]
    for agency, (mail, file, plants) in placed.items():
        timeliness = "late" if "A305" in plants else "on_time"
        lines.append(f"| {mail} | {file} | {agency} | accepted | {timeliness} | {' · '.join(plants)} |")
    office = [f"R504 {code}" for code, figure in figures.items() if figure.unexplained]
    lines += ["", f"Judged at as-of: {' · '.join(office)}", "", "## Agencies", "", "| agency | flags |", "|---|---|"]
    lines += [f"| {row[0]} | {agency_flags(quarter, row[0], placed)} |" for row in case.OFFICES]
    lines += ["", "## Tasks", "", "| task | status | days | aggregated | flags |", "|---|---|---|---|---|"]
    for code, figure in figures.items():
        shown = "" if figure.days is None else figure.days
        lines.append(
            f"| {code} | {figure.status} | {shown} | {'yes' if figure.aggregated else 'no'} | {' '.join(figure.must)} |"
        )
    return "\n".join(lines) + "\n"


def agency_flags(quarter: Quarter, agency: str, placed: Mapping[str, Place]) -> str:
    if agency not in placed:
        return "not_submitted"
    return "late" if "A305" in placed[agency][2] else ""
