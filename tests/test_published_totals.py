"""The totals that Bình Định published for 30.5.2022 come out of register and workbooks to the last figure (DOMAIN 2.2).

1.387 tasks of 41 agencies = 756 with a deadline + 631 without. 1.160 done = 1.014 not late (506 on time + 508 without
deadline) + 146 late. 227 open = 211 in time (123 of them without deadline, 21 assigned over three months ago) + 16
overdue, 7 of them for more than 30 days.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from nvbatch.form import load_form
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace

TODAY = date(2022, 5, 30)
AS_OF = datetime.fromisoformat("2022-05-30T08:00:00+07:00")
PERIOD = "2022-W21"
UPDATED = date(2022, 5, 26)
AGENCIES = 41
FORM = load_form()

ON_TIME, LATE, DONE_WITHOUT = 506, 146, 508
IN_TIME, SOON = 80, 8  # 211 in time = 88 with a deadline, some of them near, + 123 without
OVERDUE, LONG = 9, 7
WITHOUT, WITHOUT_LONG = 102, 21

Task = Mapping[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's folder: a register of 1.387 rows and 41 workbooks, read and judged as in any week."""
    root = tmp_path_factory.mktemp("cong-bo") / "vp"
    start_workspace(root, now=AS_OF)
    ws = Workspace(root)
    by_agency: dict[str, list[dict[str, Any]]] = {}
    for task in tasks():
        by_agency.setdefault(task["lead_agency"], []).append(task)
    ws.register.unlink()
    write_register(ws.register, register(by_agency), created=AS_OF)
    arrivals = ["file;received_at;sender"]
    for number, (agency, own) in enumerate(by_agency.items()):
        name = f"BM01_{agency}_CHUNG_{PERIOD}.xlsx"
        write_workbook(ws.inbox / name, agency, own)
        os.utime(ws.inbox / name, (AS_OF.timestamp(),) * 2)  # a file of this very second counts as half written
        arrivals.append(f"{name};2022-05-26T{8 + number % 8:02d}:{number:02d}:00+07:00;")
    (ws.inbox / "receipts.csv").write_text("\n".join(arrivals) + "\n", encoding="utf-8")
    result = run_batch(ws, now=AS_OF, as_of=AS_OF)
    assert result.failures == ()
    return result.folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Mapping[str, Any]:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_all_41_agencies_and_1387_tasks_are_read(run: Mapping[str, Any]) -> None:
    assert len(run["agencies"]) == AGENCIES and all(agency["submitted"] for agency in run["agencies"])
    assert {s["state"] for s in run["submissions"]} == {"accepted"}
    assert sum(s["rows_merged"] for s in run["submissions"]) == run["totals"]["assigned"] == 1387


def test_756_tasks_have_a_deadline_and_631_have_none(run: Mapping[str, Any]) -> None:
    with_deadline = sum(task["deadline"] is not None for task in run["tasks"])
    assert (with_deadline, len(run["tasks"]) - with_deadline) == (756, 631)


def test_1160_are_done_of_which_1014_not_late_and_146_late(run: Mapping[str, Any]) -> None:
    counts = run["totals"]["by_status"]
    assert (counts["done_on_time"], counts["done_no_deadline"], counts["done_late"]) == (506, 508, 146)
    assert counts["done_on_time"] + counts["done_no_deadline"] == 1014
    assert 1014 + counts["done_late"] == 1160


def test_227_are_open_of_which_211_in_time_and_16_overdue(run: Mapping[str, Any]) -> None:
    counts = run["totals"]["by_status"]
    assert counts["open_no_deadline"] == 123
    assert counts["in_time"] + counts["due_soon"] + counts["open_no_deadline"] == 211
    assert counts["overdue"] == 16 and 211 + 16 == 227 == 1387 - 1160
    assert sum("long_overdue" in task["flags"] for task in run["tasks"]) == 7
    assert sum((task["days_overdue"] or 0) > 30 for task in run["tasks"] if task["status"] == "overdue") == 7


def test_21_of_the_123_were_assigned_more_than_three_months_ago(run: Mapping[str, Any]) -> None:
    reminded = Counter(task["status"] for task in run["tasks"] if "no_deadline_reminder" in task["flags"])
    assert reminded == {"open_no_deadline": 21}


def test_each_ratio_has_its_own_denominator(run: Mapping[str, Any]) -> None:
    ratios = run["totals"]["ratios"]
    assert ratios["on_time_of_done"] == 0.7761  # 506/652: tasks without deadline are in neither figure
    assert ratios["done_of_assigned"] == 0.8363  # 1.160/1.387
    assert ratios["done_of_due"] == 0.9760  # 652/668
    assert ratios["updated_of_open"] == 1.0
    assert run["totals"]["not_aggregated"] == 0


def test_the_overview_shows_the_published_figures(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "Tong-hop-nhiem-vu.xlsx", read_only=True)["Tổng quan"]
    cells = [value for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
    assert {1387, 1160, 16, 0.7761, 0.8363, 0.976} <= set(cells)
    assert {"(506/652)", "(1.160/1.387)", "(652/668)", "(227/227)"} <= set(cells)
    told = next(str(cell) for cell in cells if "Hoàn thành không quá hạn" in str(cell))
    assert "1.014" in told


def test_the_overview_counts_each_status_once(folder: Path, run: Mapping[str, Any]) -> None:
    sheet = openpyxl.load_workbook(folder / "Tong-hop-nhiem-vu.xlsx", read_only=True)["Tổng quan"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] in ("Toàn bộ", "Trọng tâm", "Thường xuyên")]
    whole, *classes = ([value for value in row[1:] if isinstance(value, int)] for row in rows)
    assert whole == [1387, 506, 146, 508, 80, 8, 16, 123, 0, 0, 0]
    assert [sum(column) for column in zip(*classes, strict=True)] == whole


def tasks() -> Iterator[dict[str, Any]]:
    """1.387 tasks, dealt to the 41 agencies in turn, with what their agency says of each."""
    for number, (kind, days) in enumerate(kinds()):
        deadline = TODAY + timedelta(days=days) if days is not None else None
        yield {
            "task_code": f"NV-2022-{number + 1:04d}",
            "task_class": "Trọng tâm" if number % 3 else "Thường xuyên",
            "doc_number": f"{1 + number % 300}/UBND-TH",
            "doc_date": date(2022, 1, 17) if kind in ("without long", "done", "long") else date(2022, 3, 10),
            "content": f"Thực hiện nội dung số {number + 1} theo chỉ đạo của UBND tỉnh",
            "lead_agency": f"CQ{number % AGENCIES + 1:02d}",
            "deadline": deadline,
            "product": "Báo cáo" if deadline else None,
            "kind": kind,
        }


def kinds() -> Iterator[tuple[str, int | None]]:
    """What becomes of each task, and how many days after 30.5.2022 its deadline lies."""
    yield from (("on time", -5 - n % 40) for n in range(ON_TIME))
    yield from (("late", -20 - n % 20) for n in range(LATE))
    yield from (("done", None) for _ in range(DONE_WITHOUT))
    yield from (("open", 6 + n) for n in range(IN_TIME))
    yield from (("open", n % 6) for n in range(SOON))
    yield from (("open", -1 - n) for n in range(OVERDUE - 1))
    yield ("open", -30)  # thirty days are not yet "more than 30"
    yield from (("long", -31 - n) for n in range(LONG))
    yield from (("open", None) for _ in range(WITHOUT))
    yield from (("without long", None) for _ in range(WITHOUT_LONG))


def said_of(task: Task) -> dict[str, Any]:
    people = {"accountable_head": "Nguyễn Văn Mẫu", "supervisor": "Lê Thị Ví", "assignee": "Phòng Tổng hợp"}
    row: dict[str, Any] = {**people, "updated_on": UPDATED}
    if task["kind"] in ("on time", "late", "done"):
        on = {"on time": task["deadline"], "done": date(2022, 4, 15)}.get(task["kind"])
        on = on or task["deadline"] + timedelta(days=9)
        row |= {"progress": 100, "reported_status": "Đã hoàn thành", "completed_on": on,
                "narrative": "Đã trình và được ban hành, đã gửi các cơ quan thực hiện",
                "result": "Đã ban hành", "result_doc": f"{task['task_code'][-4:]}/BC-CQ"}  # fmt: skip
    else:
        row |= {"progress": 60, "reported_status": "Đang thực hiện",
                "narrative": "Đã lấy ý kiến các cơ quan liên quan, đang tiếp thu"}  # fmt: skip
    if task["deadline"] and (task["kind"] == "late" or task["deadline"] < TODAY):
        row |= {"delay_cause_kind": "Khách quan", "delay_reason": "Chờ ý kiến của bộ, ngành Trung ương",
                "explanation_doc": "45/BC-CQ ngày 20/5/2022"}  # fmt: skip
    return row


def register(by_agency: Mapping[str, Sequence[Task]]) -> dict[str, list[dict[str, Any]]]:
    rows = [{key: value for key, value in task.items() if key != "kind"} for own in by_agency.values() for task in own]
    return {
        "agencies": [
            {"agency_code": code, "name": f"Cơ quan số {code[2:]}", "level": "Tỉnh", "head_name": "Nguyễn Văn Mẫu"}
            for code in by_agency
        ],
        "focal_points": [
            {"agency_code": code, "full_name": "Trần Thị Thử", "position": "Chánh Văn phòng",
             "email": f"{code.lower()}@tinhmau.example"}
            for code in by_agency
        ],
        "tasks": rows,
    }  # fmt: skip


def write_workbook(path: Path, agency: str, own: Sequence[Task]) -> None:
    """The agency's BM01, written row by row as it stands on the sheet."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet(FORM.tasks.name)
    sheet.write_string(0, 0, FORM.title)
    sheet.write_row(4, 0, [column.label for column in FORM.tasks.columns])
    for row, task in enumerate(own, start=5):
        line = {**task, "no": row - 4, "assigning_doc": task["doc_number"], **said_of(task)}
        for at, key in enumerate(FORM.tasks.keys):
            value = line.get(key)
            if isinstance(value, date):
                sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), dated)
            elif value is not None:
                sheet.write(row, at, value)
    stamp = book.add_worksheet(FORM.stamp_sheet)
    stamp.very_hidden()
    mark = {"form": FORM.form, "version": FORM.version, "agency": agency, "program": "CHUNG", "period": PERIOD}
    for row, (field, value) in enumerate({**mark, "issued_at": "2022-05-23T08:00:00+07:00"}.items()):
        stamp.write_row(row, 0, (field, value))
    book.close()
