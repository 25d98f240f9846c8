"""An arrival of a case in; the workbook that the agency sent, with the cells of the faults planted in it, out."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import paper
from case_frame import Case, Row, Sent, at
from tale import Task
from xlsxwriter.utility import xl_col_to_name

from nvbatch.form import load_form

FORM = load_form()
LABELS = {column.key: column.label for column in FORM.tasks.columns}


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
