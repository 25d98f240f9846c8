"""Numbers of agencies and rows in, a workspace with register and filled forms out: the same bytes every time."""

from __future__ import annotations

import os
import random
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from nvbatch.form import Form, load_form
from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace

SEED = 20250314
AS_OF = datetime.fromisoformat("2025-03-14T17:00:00+07:00")
PERIOD = "2025-W11"
DAY = date(2025, 3, 13)
MESSY = 7  # of ten workbooks the eighth is as an agency makes it that does not care how a form looks
PHRASES = (
    "rà soát tổng hợp báo cáo tham mưu trình ban hành kế hoạch đề án quy hoạch đầu tư công giải ngân chuyển đổi số",
    "cải cách hành chính môi trường đất đai y tế giáo dục nông thôn mới hạ tầng giao thông thủy lợi phối hợp kiểm tra",
    "đôn đốc hoàn thiện hồ sơ thẩm định phê duyệt nghiệm thu thực hiện địa bàn huyện xã phường nhân dân doanh nghiệp",
)
WORDS = [word for phrase in PHRASES for word in phrase.split()]


def build(folder: Path, *, agencies: int, rows: int) -> Workspace:
    """A workspace of ``agencies`` × ``rows`` tasks whose forms lie in the inbox, about one row in twenty faulty."""
    chance = random.Random(SEED)
    start_workspace(folder, now=AS_OF)
    ws = Workspace(folder)
    tasks = {code(n): [_task(code(n), k, chance) for k in range(rows)] for n in range(agencies)}
    ws.register.unlink()
    write_register(ws.register, _register(tasks), created=AS_OF)
    form = load_form()
    lines = ["file;received_at;sender"]
    for number, (agency, own) in enumerate(tasks.items()):
        name = f"BM01_{agency}_CHUNG_{PERIOD}.xlsx"
        write_form(ws.inbox / name, form, agency, own, chance, messy=number % 10 == MESSY)
        lines.append(f"{name};2025-03-13T{8 + number % 8:02d}:{number % 60:02d}:00+07:00;")
    (ws.inbox / "receipts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in ws.inbox.iterdir():
        os.utime(path, (AS_OF.timestamp(),) * 2)  # a file of this very second counts as half written and is left
    return ws


def code(number: int) -> str:
    return f"CQ{number:04d}"


def write_form(
    path: Path, form: Form, agency: str, tasks: list[dict[str, Any]], chance: random.Random, *, messy: bool = False
) -> None:
    """One filled BM01, written in one pass without holding it in memory.

    A messy one has its columns in another order, labels in capitals over two lines, dates as text, codes in small
    letters with spaces around, doubled spaces in its texts.
    """
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": datetime(2025, 3, 1)})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(form.tasks.name)
    sheet.write_string(0, 0, form.title)
    columns = form.tasks.columns[::-1] if messy else form.tasks.columns
    for at, column in enumerate(columns):
        sheet.write_string(4, at, column.label.upper().replace(" ", "\n", 1) if messy else column.label)
    for row, task in enumerate(tasks, start=5):
        filled = {**_issued(row - 4, task), **_typed(chance)}
        for at, value in enumerate(map(filled.get, (column.key for column in columns))):
            if messy:
                value = _carelessly(value)
            if isinstance(value, date):
                sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), dated)
            elif isinstance(value, (int, float)):
                sheet.write_number(row, at, value)
            elif value:
                sheet.write_string(row, at, value)
    _beside(book, form, agency)
    stamp = book.add_worksheet(form.stamp_sheet)
    stamp.very_hidden()
    mark = {"form": form.form, "version": form.version, "agency": agency, "program": "CHUNG", "period": PERIOD}
    for row, (field, value) in enumerate({**mark, "issued_at": "2025-03-10T08:00:00+07:00"}.items()):
        stamp.write_string(row, 0, field)
        stamp.write_string(row, 1, value)
    book.close()


def _beside(book: xlsxwriter.Workbook, form: Form, agency: str) -> None:
    """The sheets that every form has besides: who reports, and the head of the proposals, of which there are none."""
    info = book.add_worksheet(form.info.name)
    said = {"agency_code": agency, "agency_name": _name(agency), "period": PERIOD, "prepared_on": f"{DAY:%d/%m/%Y}"}
    for row, column in enumerate(form.info.columns):
        info.write_string(row, 0, column.label)
        info.write_string(row, 1, said.get(column.key, ""))
    changes = book.add_worksheet(form.changes.name)
    for at, column in enumerate(form.changes.columns):
        changes.write_string(0, at, column.label)


def _name(agency: str) -> str:
    return f"Cơ quan số {agency[2:]}"


def _carelessly(value: Any) -> Any:
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, str):
        return f" {value.lower()} " if value.startswith("NV-") else value.replace(" ", "  ", 2)
    return value


def _task(agency: str, number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "task_code": f"NV-{agency}-{number:04d}",
        "task_class": chance.choice(("Trọng tâm", "Thường xuyên")),
        "doc_number": f"{chance.randint(1, 400)}/UBND-TH",
        "doc_date": date(2025, 1, 2) + timedelta(days=chance.randrange(50)),
        "content": _sentence(chance, 14),
        "lead_agency": agency,
        "deadline": date(2025, 2, 20) + timedelta(days=chance.randrange(300)),
        "product": _sentence(chance, 3),
    }


def _register(tasks: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        "agencies": [
            {"agency_code": agency, "name": _name(agency), "level": "Tỉnh", "head_name": "Nguyễn Văn Mẫu"}
            for agency in tasks
        ],
        "focal_points": [
            {"agency_code": agency, "full_name": "Trần Thị Thử", "position": "Chánh Văn phòng",
             "email": f"{agency.lower()}@tinhmau.example"}
            for agency in tasks
        ],
        "tasks": [task for own in tasks.values() for task in own],
    }  # fmt: skip


def _issued(number: int, task: dict[str, Any]) -> dict[str, Any]:
    document = f"{task['doc_number']} ngày {task['doc_date']:%d/%m/%Y}"
    keep = ("task_code", "task_class", "content", "deadline", "product")
    return {"no": number, "assigning_doc": document, **{key: task[key] for key in keep}}


def _typed(chance: random.Random) -> dict[str, Any]:
    people = {"accountable_head": "Nguyễn Văn Mẫu", "supervisor": "Lê Thị Phụ Trách", "assignee": "Phòng Tổng hợp"}
    row: dict[str, Any] = {**people, "updated_on": DAY, "narrative": _sentence(chance, 18)}
    if chance.random() < 0.25:
        on = DAY - timedelta(days=chance.randrange(8))
        return {**row, "progress": 100, "reported_status": "Đã hoàn thành", "completed_on": on,
                "result": _sentence(chance, 8), "result_doc": f"{chance.randint(1, 900)}/BC"}  # fmt: skip
    row |= {"progress": chance.randrange(0, 96, 5), "reported_status": "Đang thực hiện"}
    fault = chance.random()
    if fault < 0.02:
        row["progress"] = "120%"
    elif fault < 0.04:
        row["narrative"] = "đang thực hiện"
    elif fault < 0.05:
        row["updated_on"] = "31/02/2025"
    return row


def _sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(WORDS, k=length)).capitalize()


if __name__ == "__main__":
    build(Path(sys.argv[1]), agencies=int(sys.argv[2]), rows=int(sys.argv[3]))
