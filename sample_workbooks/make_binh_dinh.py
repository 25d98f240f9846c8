"""Case binh-dinh-2025-02 in, its folders out: the weeks are played, so that each form is the one really issued."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import binh_dinh as case
import paper
from story import Said, Story, Task, read
from truth import Week, lead_on, moment, rows_of

from nvbatch.blanks import make_forms
from nvbatch.demo import Act, lay_out
from nvbatch.form import load_form
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace

HERE = Path(__file__).resolve().parent
ZONE = timezone(timedelta(hours=7))
DOMAIN = "binhdinh.example"
FORM = load_form()
LABELS = {column.key: column.label for column in FORM.tasks.columns}
OFFICES = case.OFFICES

CONFIG = """# Cấu hình của bộ mẫu «binh-dinh-2025-02»; người ký là nhân vật hư cấu
[office]
parent = "ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH"
name = "VĂN PHÒNG"
place = "Bình Định"
symbol = "VPUBND"
signer_authority = "CHÁNH VĂN PHÒNG"
signer_title = ""
signer_name = "Đặng Khải Nguyên"
recipients = ["Chủ tịch, các PCT UBND tỉnh;", "CVP, các PCVP UBND tỉnh;", "Lưu: VT, KSTT."]

[reporting]
frequency = "week"
cutoff = "16:30"
week_day = "friday"
"""


def main() -> None:
    """Write sample_workbooks/binh-dinh-2025-02/<period>/ anew."""
    story = read(HERE / "binh_dinh_tasks.txt")
    with tempfile.TemporaryDirectory() as scratch:
        ws = Workspace(Path(scratch) / "vp")
        start_workspace(ws.root, now=at(case.ISSUED[6]))
        (ws.root / "nvbatch.toml").write_text(CONFIG, encoding="utf-8")
        forms: dict[tuple[int, str], Path] = {}
        for week in (6, 7, 8):
            act = write_frame(story, week)
            shutil.copyfile(act.folder / "register.xlsx", ws.register)
            for issued in (case.ISSUED[week], *([case.LAST_CALL] if week == 8 else [])):
                forms |= issue(ws, week, issued, Path(scratch))
            placed = write_mails(story, week, forms, act.folder / "inbox")
            (act.folder / "expected.md").write_text(expected(story, week, placed), encoding="utf-8")
            lay_out(act, ws)
            run_batch(ws, now=act.as_of, as_of=act.as_of, period=act.period, conference=act.conference)


def at(text: str) -> datetime:
    return moment(text).replace(tzinfo=ZONE)


def write_frame(story: Story, week: int) -> Act:
    """Register, configuration and moment of the week; an empty inbox."""
    conference = case.CONFERENCE if week == 8 else None
    folder = HERE / case.CASE / case.period(week)
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for old in (folder / "inbox").iterdir():
        old.unlink()
    (folder / "nvbatch.toml").write_text(CONFIG, encoding="utf-8")
    held = f"conference = {conference}\n" if conference else ""
    (folder / "case.toml").write_text(f"as_of = {at(case.AS_OF[week]).isoformat()}\n{held}", encoding="utf-8")
    write_register(folder / "register.xlsx", register(story, week), created=at(case.ISSUED[week]))
    return Act(period=folder.name, folder=folder, as_of=at(case.AS_OF[week]), conference=conference)


def issue(ws: Workspace, week: int, issued: str, scratch: Path) -> dict[tuple[int, str], Path]:
    """The forms as they went out at that moment: (week, agency) → a copy."""
    made = make_forms(ws, now=at(issued), as_of=at(issued), period=case.period(week))
    copies = {}
    for name in made.files:
        source = ws.forms / name
        copy = scratch / f"{issued[:10]}-{source.name}"
        shutil.copyfile(source, copy)
        copies[week, source.name.split("_")[1]] = copy
    return copies


# --- what the Office knows ----------------------------------------------------------------------


def register(story: Story, week: int) -> dict[str, list[dict[str, Any]]]:
    merged = week == 8
    offices = {code: row for code, row in OFFICES.items() if merged or code not in case.NEW}
    return {
        "agencies": [agency(code, row, merged) for code, row in offices.items()],
        "focal_points": [*focal_points(offices, week)],
        "documents": [
            dict(zip(("doc_number", "doc_date", "issuer", "subject", "expected_tasks"), row, strict=True))
            for row in case.DOCUMENTS.values()
        ],
        "tasks": [task_row(task, week) for task in story.tasks.values()],
        "extensions": [
            {"task_code": code(short), "ordinal": number, "new_deadline": new, "approval_doc": doc, "approved_on": on}
            for since, short, number, new, doc, on in case.EXTENSIONS
            if since <= week
        ],
        "handovers": [*handovers()] if merged else [],
        "verdicts": [
            {"task_code": code(short), "verdict": verdict, "opinion": opinion, "assessor": "Sái Công Minh",
             "assessed_on": day}
            for since, short, verdict, opinion, day in case.VERDICTS if since <= week
        ],
        "conferences": [
            {"held_on": date(2025, 1, 24), "title": "Hội nghị giao ban tháng 01/2025"},
            {"held_on": case.CONFERENCE, "title": "Hội nghị giao ban kinh tế - xã hội tháng 02/2025"},
        ],
        "calendar": [
            {"date": date(2025, 1, day), "kind": "Nghỉ", "note": "Tết Nguyên đán"} for day in range(27, 32)
        ],
    }  # fmt: skip


def agency(short: str, row: list[str], merged: bool) -> dict[str, Any]:
    _code, name, aliases, title, head, *_focal = row
    known = {"agency_code": short, "name": name, "aliases": aliases, "head_name": head, "head_title": title,
             "level": "Huyện" if short in case.CITIES else "Tỉnh", "email": f"vanthu.{short.lower()}@{DOMAIN}",
             "group": "Huyện, thị xã, thành phố" if short in case.CITIES else "Sở, ban, ngành"}  # fmt: skip
    if merged and short in case.SUCCESSORS:
        known |= {"valid_to": case.LAST_DAY, "successors": "; ".join(case.SUCCESSORS[short])}
    if short in case.NEW:
        known["valid_from"] = case.MERGED_ON
    return known


def focal_points(offices: Mapping[str, list[str]], week: int) -> Iterable[dict[str, Any]]:
    for number, (short, row) in enumerate(offices.items(), start=1):
        if (short, week < case.NAMED_LATER[1]) == (case.NAMED_LATER[0], True):
            continue
        yield {"agency_code": short, "full_name": row[5], "position": row[6], "unit": "Văn phòng",
               "phone": f"0000 100 {number:03d}", "email": address(short)}  # fmt: skip
    short, name, position, mailbox = case.SECOND_FOCAL
    yield {"agency_code": short, "full_name": name, "position": position, "unit": "Phòng Kế hoạch - Tài chính",
           "phone": "0000 200 001", "email": f"{mailbox}@{DOMAIN}"}  # fmt: skip


def task_row(task: Task, week: int) -> dict[str, Any]:
    number, day, issuer, *_rest = case.DOCUMENTS[task.document]
    since, state, doc, start = case.STATES.get(task.short, (99, None, None, None))
    row = {"task_code": task.code, "task_class": "Trọng tâm" if task.document in case.KEY_TASKS else "Thường xuyên",
           "assigned_by": issuer, "doc_number": number, "doc_date": day, "content": task.content,
           "lead_agency": task.agency, "coordinating_agencies": "; ".join(task.coordinating.split(";")),
           "deadline": task.fixed, "deadline_text": None if task.fixed else task.phrase or None,
           "product": task.product, "growth_impact": "x" if task.growth else None}  # fmt: skip
    return {**row, "state": state, "state_doc": doc, "state_from": start} if since <= week else row


def handovers() -> Iterable[dict[str, Any]]:
    day = f"ngày {case.MERGED_ON:%d/%m/%Y}"
    for number, (old, heirs) in enumerate(case.SUCCESSORS.items(), start=1):
        if len(heirs) == 1:
            yield {"task_code": "*", "from_agency": old, "to_agency": heirs[0], "effective_on": case.MERGED_ON,
                   "minutes": f"{number:02d}/BB-BG {day}"}  # fmt: skip
    for number, (short, heir) in enumerate(case.SPLIT.items(), start=21):
        yield {"task_code": code(short), "from_agency": "SLDTBXH", "to_agency": heir, "effective_on": case.MERGED_ON,
               "minutes": f"{number}/BB-BG {day}"}  # fmt: skip


def code(short: str) -> str:
    return f"NV-2025-{short}"


def address(agency: str) -> str:
    return f"daumoi.{agency.lower()}@{DOMAIN}"


# --- what the agencies sent ---------------------------------------------------------------------

Placed = dict[int, tuple[str, str, tuple[str, ...]]]  # arrival → mail, file in it, findings with their cells


def write_mails(story: Story, week: int, forms: Mapping[tuple[int, str], Path], inbox: Path) -> Placed:
    """One mail an arrival, numbered in order of arrival; what an operator took over by hand in receipts.csv."""
    placed: Placed = {}
    listed = ["file;received_at;sender"]
    sent_before: dict[str, bytes] = {}
    for number, sent in enumerate(case.SENT, start=1):
        if sent.week != week:
            continue
        data, name, found = workbook(story, sent, forms)
        data = sent_before[sent.agency] if sent.kind == "again" else data
        sent_before[sent.agency] = data
        if sent.kind == "bare":
            mail = name
            listed.append(f"{name};{at(sent.at).isoformat()};")
            (inbox / name).write_bytes(data)
        else:
            mail = f"{number:02d}-{sent.agency.lower()}{'' if sent.kind == 'form' else '-' + sent.kind}.eml"
            (inbox / mail).write_bytes(posted(sent, number, name, data))
        placed[number] = (mail, name, found)
    if len(listed) > 1:
        (inbox / "receipts.csv").write_text("\n".join(listed) + "\n", encoding="utf-8")
    return placed


def posted(sent: case.Sent, number: int, name: str, data: bytes) -> bytes:
    row = OFFICES[sent.agency]
    packed = (f"Bao cao {sent.agency}.zip", paper.zipped(name, data)) if sent.kind == "zip" else (name, data)
    return paper.mail(
        domain=DOMAIN,
        person=row[5] if not sent.sender else "",
        address=sent.sender or address(sent.agency),
        received=at(sent.at),
        said_on=at(sent.said_on) if sent.said_on else None,
        office=row[1],
        name=packed[0],
        data=packed[1],
        number=number,
    )


def workbook(
    story: Story, sent: case.Sent, forms: Mapping[tuple[int, str], Path]
) -> tuple[bytes, str, tuple[str, ...]]:
    """The workbook of an arrival, its name, and every planted finding with the cell in which it stands."""
    rows = [(task, said, line(task, said, sent)) for task, said in rows_of(story, sent)]
    if sent.kind in ("xls", "ods", "own"):
        data, places, letters = own_workbook(story, sent, rows)
    else:
        data, places, letters = form_workbook(story, sent, rows, forms)
    found = [placing(plant, places, letters) for plant in sent.planted]
    seen: Counter[str] = Counter()
    for task, said, _values in rows if sent.state in ("accepted", "superseded", "after_lock") else []:
        at_row = places[task.code][min(seen[task.code], len(places[task.code]) - 1)]
        seen[task.code] += 1
        for plant in said.planted:
            rule, _, key = plant.partition(" ")
            found.append(f"{rule} {task.code}" + (f" {letters[key]}{at_row}" if key else ""))
    name = sent.name or f"BM01_{sent.agency}_CHUNG_{case.period(sent.form_of or sent.week)}.xlsx"
    data = data[: len(data) // 2] if sent.kind == "cut" else data
    return paper.locked(data, "Matkhau@2025") if sent.kind == "locked" else data, name, tuple(dict.fromkeys(found))


def placing(plant: str, places: Mapping[str, list[int]], letters: Mapping[str, str]) -> str:
    rule, *short = plant.split()
    return f"{rule} {code(short[0])}" if short else rule


def line(task: Task, said: Said, sent: case.Sent) -> dict[str, Any]:
    """What the agency typed in a row: the people, the day, and what it says."""
    head = OFFICES[sent.agency][4]
    people = {"accountable_head": head, "supervisor": case.SUPERVISORS.get(sent.agency, case.SUPERVISOR),
              "assignee": f"{UNITS[int(task.short) % len(UNITS)]}; {OFFICES[sent.agency][5]}"}  # fmt: skip
    agreed = {"confirmation": "Thống nhất"} if sent.week > 6 else {}
    values = {**people, "updated_on": at(sent.at).date(), **agreed, **said.values}
    return {"task_code": task.code, **{key: None if value == "" else value for key, value in values.items()}}


UNITS = ("Phòng Tổng hợp", "Phòng Kế hoạch - Tài chính", "Phòng Quản lý chuyên ngành", "Thanh tra sở", "Văn phòng")


def form_workbook(
    story: Story, sent: case.Sent, rows: list[tuple[Task, Said, dict[str, Any]]], forms: Mapping[Any, Path]
) -> tuple[bytes, dict[str, list[int]], dict[str, str]]:
    lines = [values for _task, _said, values in rows]
    for short in sent.foreign:
        task = story.tasks.get(short)
        blank = Said(values={"progress": 60, "reported_status": "Đang thực hiện", **case.FOREIGN[short]}, planted=())
        known = task or next(iter(story.tasks.values()))
        lines.append({**line(known, blank, sent), "task_code": code(short)}
                     | ({"content": task.content} if task else {}))  # fmt: skip
    day = at(sent.at).date()
    row = OFFICES[sent.agency]
    info = {"Ngày lập": day, "Đầu mối": row[5], "Chức vụ": row[6], "Thủ trưởng đã duyệt": "Có"}
    gone = [code(short) for short, week in story.absent if week == sent.week
            and lead_on(story, story.tasks[short], day) == sent.agency]  # fmt: skip
    return paper.fill_form(
        forms[sent.form_of or sent.week, sent.agency],
        lines,
        info=info,
        changes=case.CHANGES.get((sent.agency, sent.week), ()),
        drop=gone,
    )


# A department's own layout: other order, other words, sections, a number row, a total and signatures.
OWN = ("no", "task_code", "content", "assigning_doc", "deadline", "product", "accountable_head", "supervisor",
       "assignee", "narrative", "progress", "reported_status", "completed_on", "result", "result_doc", "updated_on",
       "difficulty", "proposal", "escalate_to", "requested_deadline", "extension_reason", "delay_cause_kind",
       "delay_reason", "explanation_doc", "confirmation")  # fmt: skip
WORDS = {
    "no": "TT",
    "narrative": "Tình hình thực hiện",
    "deadline": "Thời hạn hoàn thành",
    "result_doc": "Văn bản, sản phẩm",
    "assigning_doc": "Số, ký hiệu văn bản giao",
}
CITY_WORDS = {**WORDS, "narrative": "Diễn biến", "content": "Nội dung\ncông việc", "progress": "Tiến độ"}


def own_workbook(
    story: Story, sent: case.Sent, rows: list[tuple[Task, Said, dict[str, Any]]]
) -> tuple[bytes, dict[str, list[int]], dict[str, str]]:
    lines = [[value_of(key, task, values) for key in OWN] for task, _said, values in rows]
    for number, one in enumerate(lines, start=1):
        one[0] = number
    half, day = (len(lines) + 1) // 2, at(sent.at).date()
    city = sent.kind == "own"
    words = CITY_WORDS if city else WORDS
    extra = ["Số hộ còn vướng"] if city else []
    grid: list[list[Any]] = [
        ["UBND TỈNH BÌNH ĐỊNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [OFFICES[sent.agency][1].upper(), None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        [f"TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO (đến ngày {day:%d/%m/%Y})"],
        [words.get(key, LABELS[key]) for key in OWN] + extra,
        [f"({number})" for number in range(1, len(OWN) + 1 + len(extra))],
        ["I", None, "Nhiệm vụ trọng tâm"],
        *lines[:half],
        ["II", None, "Nhiệm vụ thường xuyên"],
        *lines[half:],
        [None, None, f"Tổng cộng: {len(lines)} nhiệm vụ"],
        [],
        ["NGƯỜI LẬP BIỂU", None, None, None, "THỦ TRƯỞNG CƠ QUAN"],
    ]
    if city:
        for number, one in enumerate(lines):
            one.append((11, 0, 3, 0, 0, 0)[number % 6])
    places: dict[str, list[int]] = {}
    for number, one in enumerate(grid, start=1):
        if len(one) > 1 and isinstance(one[1], str) and one[1].startswith("NV-"):
            places.setdefault(one[1], []).append(number)
    letters = {key: chr(ord("A") + place) for place, key in enumerate(OWN)}
    return written(sent.kind, grid), places, letters


def written(kind: str, grid: list[list[Any]]) -> bytes:
    name = "Biểu tổng hợp"
    if kind == "xls":
        return paper.xls(name, grid)
    if kind == "ods":
        return paper.ods(name, grid)
    widths = [6, 16, 40, 20, 14, 24, *[18] * (len(OWN) - 5)]
    notes = ["Bảng nháp, không gửi", "Phòng Quản lý đô thị cập nhật hằng ngày"]
    return paper.xlsx("Tổng hợp nhiệm vụ", grid, widths=widths, merged=("A4:J4",), notes=notes)


def value_of(key: str, task: Task, values: Mapping[str, Any]) -> Any:
    if key == "assigning_doc":
        number, day, *_rest = case.DOCUMENTS[task.document]
        return f"{number} ngày {day:%d/%m/%Y}"
    if key == "deadline":
        return task.fixed or task.phrase
    if key in ("content", "product"):
        return getattr(task, key)
    return values.get(key)


# --- what must come of it -----------------------------------------------------------------------


def expected(story: Story, week: int, placed: Placed) -> str:
    truth = Week(story, week)
    figures = truth.figures
    statuses = Counter(f.status for f in figures.values())
    lines = [f"# {case.CASE}, {case.period(week)}: what must come of it", ""]
    lines += ["Written by `make samples` from what is planted in `binh_dinh_tasks.txt` and `binh_dinh.py`, judged by"]
    lines += ["`truth.py` from the contract alone; a flag in brackets may be there or not.", ""]
    lines += ["## Totals", "", "| figure | value |", "|---|---|", f"| assigned | {len(figures)} |"]
    lines += [f"| {status} | {number} |" for status, number in sorted(statuses.items())]
    lines += [f"| not_aggregated | {sum(not f.aggregated for f in figures.values())} |"]
    lines += [f"| recurring_met | {sum(f.met for f in figures.values())} |", "", "## Files", ""]
    lines += ["| mail | file | agency | state | timeliness | findings |", "|---|---|---|---|---|---|"]
    unlisted = []
    for number, (mail, name, found) in placed.items():
        sent = case.SENT[number - 1]
        said = " · ".join(found)
        if sent.state == "after_lock":  # received in the next week and counting for it: not in this run (contract 8.19)
            unlisted.append(mail)
            continue
        lines.append(f"| {mail} | {name} | {sent.agency} | {sent.state} | {sent.timeliness} | {said} |")
    lines += [f"\nReceived after the lock, counts from the next period: {', '.join(unlisted)}"] if unlisted else []
    lines += ["", f"Judged at as-of: {' · '.join(truth.office_findings())}", ""]
    lines += ["## Agencies", "", "| agency | flags |", "|---|---|"]
    known = [short for short in OFFICES if week == 8 or short not in case.NEW]
    lines += [f"| {short} | {' '.join(truth.agency_flags(short))} |" for short in known]
    lines += ["", "## Tasks", "", "| task | lead | status | days | aggregated | flags |", "|---|---|---|---|---|---|"]
    for short, f in figures.items():
        worn = " ".join([*f.must, *(f"[{flag}]" for flag in f.may)])
        days = "" if f.days is None else f.days
        lines.append(f"| {code(short)} | {f.lead} | {f.status} | {days} | {'yes' if f.aggregated else 'no'} | {worn} |")
    return "\n".join(lines) + "\n"
