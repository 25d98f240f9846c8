"""A world's values in, the Office's register and the agencies' own workbooks out: several styles, several writers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.oracle.world import File, Office, Settings, Task

DATE_FORMAT = "dd/mm/yyyy"
LABELS = {
    "no": "STT", "task_code": "Mã nhiệm vụ", "task_class": "Loại nhiệm vụ", "assigning_doc": "Văn bản giao",
    "content": "Nội dung nhiệm vụ",
    "product": "Sản phẩm, kết quả phải đạt", "accountable_head": "Thủ trưởng chịu trách nhiệm",
    "supervisor": "Lãnh đạo trực tiếp chỉ đạo", "assignee": "Phòng, người thực hiện", "updated_on": "Ngày cập nhật",
    "narrative": "Diễn biến, tình hình triển khai", "progress": "Tiến độ (%)", "reported_status": "Trạng thái",
    "completed_on": "Ngày hoàn thành", "result": "Kết quả thực hiện", "result_doc": "Văn bản, sản phẩm (số, ngày)",
    "difficulty": "Khó khăn, vướng mắc", "proposal": "Kiến nghị, đề xuất", "escalate_to": "Cấp giải quyết",
    "delay_cause_kind": "Loại nguyên nhân chậm", "delay_reason": "Nguyên nhân chậm, giải trình",
    "explanation_doc": "Văn bản giải trình (số, ngày)", "requested_deadline": "Đề nghị gia hạn đến",
    "extension_reason": "Lý do gia hạn", "note": "Ghi chú", "confirmation": "Xác nhận của cơ quan",
    "confirmation_note": "Ý kiến của cơ quan",
}  # fmt: skip
Sheet = list[list[Any]]


def column_letter(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)


# --- the Office ----------------------------------------------------------------------------------


def write_settings(office: Office, path: Path) -> None:
    s = office.settings
    lines = [
        "[office]", 'name = "VĂN PHÒNG"', "[reporting]", f'frequency = "{s.frequency}"', f'cutoff = "{s.cutoff}"',
        f'week_day = "{s.week_day}"', f'holiday_shift = "{s.holiday_shift}"', f"late_days = {s.late_days}",
        "[conference]", f"lock_days = {s.lock_days}", "[rules]",
    ]  # fmt: skip
    names = [n for n in Settings.__dataclass_fields__ if n not in
             ("frequency", "cutoff", "week_day", "holiday_shift", "late_days", "lock_days")]  # fmt: skip
    lines += [f"{name} = {_toml(getattr(s, name))}" for name in names]
    for since, values in office.dated:
        lines += ["[[rules.from]]", f"date = {since.isoformat()}"]
        lines += [f"{name} = {_toml(value)}" for name, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{v}"' for v in value) + "]"
    return str(value)


def write_register(office: Office, step: int, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in _register_sheets(office, step):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([datetime.combine(v, time()) if type(v) is date else v for v in row])
    book.save(path)


def _register_sheets(office: Office, step: int) -> list[tuple[str, Sheet]]:
    tasks = [t for t in office.tasks if t.since <= step < t.until]
    return [
        ("Cơ quan", [["Mã cơ quan", "Tên cơ quan", "Cấp", "Người đứng đầu", "Hiệu lực từ", "Hiệu lực đến",
                      "Cơ quan kế thừa"],
                     *([a.code, a.name, a.level, a.head, a.valid_from, a.valid_to, a.successors]
                       for a in office.agencies)]),
        ("Đầu mối", [["Mã cơ quan", "Chương trình", "Họ và tên", "Chức vụ", "Email", "Từ ngày", "Đến ngày"],
                     *([p.agency, p.program, "Đầu mối", p.position, p.email, p.valid_from, p.valid_to]
                       for p in office.focal_points)]),
        ("Chương trình", [["Mã chương trình", "Tên chương trình", "Chế độ báo cáo", "Giờ chốt"],
                          *([p.code, p.name, _REGIME[p.frequency], p.cutoff] for p in office.programs)]),
        ("Văn bản giao", [["Số, ký hiệu", "Ngày ban hành"], *sorted({(t.doc_number, t.doc_date) for t in tasks})]),
        ("Nhiệm vụ", [list(_TASK), *(_task_row(t) for t in tasks)]),
        ("Gia hạn", [["Mã nhiệm vụ", "Lần", "Thời hạn mới", "Văn bản chấp thuận", "Ngày chấp thuận"],
                     *([e.task, e.ordinal, e.new_deadline, "15/TB-UBND", e.approved_on]
                       for e in office.extensions if e.since <= step)]),
        ("Bàn giao", [["Mã nhiệm vụ", "Cơ quan bàn giao", "Cơ quan nhận", "Ngày hiệu lực", "Biên bản"],
                      *([m.task, m.from_agency, m.to_agency, m.effective_on, "BB"] for m in office.hand_overs)]),
        ("Thẩm định", [["Mã nhiệm vụ", "Kết luận", "Ý kiến", "Người thẩm định", "Ngày"],
                       *([v.task, v.verdict, "Xem lại", "Chuyên viên", v.on]
                         for v in office.verdicts if v.since <= step)]),
        ("Hội nghị", [["Ngày họp", "Tên hội nghị", "Khóa nhập liệu lúc"],
                      *([c.held_on, "Họp giao ban", c.lock_at.replace(tzinfo=None) if c.lock_at else None]
                        for c in office.conferences)]),
        ("Lịch", [["Ngày", "Loại", "Ghi chú"], *([d, k, None] for d, k in sorted(office.days.items()))]),
        ("Miễn trừ", [["Mã quy tắc", "Mã cơ quan", "Mã nhiệm vụ", "Lý do", "Người duyệt", "Hết hiệu lực"],
                      *([w.rule, w.agency, w.task, "Đã thống nhất", "Chánh Văn phòng", w.expires_on]
                        for w in office.waivers)]),
    ]  # fmt: skip


_REGIME = {"day": "Ngày", "week": "Tuần", "month": "Tháng", "quarter": "Quý"}
_TASK = ("Mã nhiệm vụ", "Loại nhiệm vụ", "Chương trình", "Số, ký hiệu văn bản giao", "Ngày văn bản giao",
         "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời hạn (nguyên văn)", "Thời hạn", "Sản phẩm, kết quả phải đạt",
         "Tác động tăng trưởng", "Tình trạng quản lý", "Văn bản chấp thuận", "Từ ngày")  # fmt: skip


def _task_row(t: Task) -> list[Any]:
    resting = t.state in ("Dừng", "Chuyển")
    return [t.code, t.task_class, t.program, t.doc_number, t.doc_date, t.content, t.lead, t.phrase.text, t.deadline,
            t.product, "x" if t.growth else None, t.state, "20/TB-UBND" if resting else None, t.state_from]  # fmt: skip


# --- an agency -----------------------------------------------------------------------------------


class Layout:
    """One agency's habit: where its table starts, which columns it has and in which order."""

    def __init__(self, file: File) -> None:
        self.rng = rng = Random(file.style)
        self.columns = list(LABELS)
        if rng.random() < 0.4:
            tail = self.columns[16:]
            rng.shuffle(tail)
            self.columns[16:] = tail
        self.left = rng.choice((0, 0, 1, 2))
        self.top = rng.choice((0, 3, 5))
        if file.form == "csv":
            self.top = 3  # one sheet alone names its agency in the title
        self.numbers = rng.random() < 0.4
        self.sections = rng.random() < 0.5
        self.total = rng.random() < 0.4
        self.row_of: dict[int, int] = {}

    def label(self, name: str) -> str:
        text = LABELS[name]
        return self.rng.choice((text, text, text, text.upper(), f"  {text} ", text.lower(), text.replace(" ", "\n", 1)))

    def cell(self, number: int, name: str) -> str:
        return f"{column_letter(self.left + self.columns.index(name))}{self.row_of[number]}"


def sheets_of(file: File, office: Office, layout: Layout) -> list[tuple[str, Sheet]]:
    pad: list[Any] = [None] * layout.left
    agency = next((a.name for a in office.agencies if a.code == file.agency), "Sở Không Có Tên Trong Sổ")
    title = [[*pad, agency.upper()], [*pad, "BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO"], [None], [None], [None]]
    rows: Sheet = title[: layout.top]
    columns = [c for c in layout.columns if not (file.fault == "S205" and c == "narrative")]
    rows.append([*pad, *(layout.label(c) for c in columns)])
    if layout.numbers:
        rows.append([*pad, *(f"({n + 1})" for n in range(len(columns)))])
    tasks = {t.code: t for t in office.tasks}
    for number, row in enumerate(file.rows if file.fault != "F106" else ()):
        if layout.sections and number in (0, 3):
            section: list[Any] = [None] * len(columns)
            section[columns.index("no")] = "I" if number == 0 else "II"
            section[columns.index("content")] = "NHIỆM VỤ TRỌNG TÂM" if number == 0 else "NHIỆM VỤ KHÁC"
            rows.append([*pad, *section])
        task = tasks.get(row.code)
        locked = {
            "no": number + 1, "task_code": None if row.codeless else row.code,
            "task_class": task.task_class if task else "Trọng tâm",
            "content": "Nội dung đã bị sửa lại" if row.altered_content else task.content if task else "Việc mới",
            "product": task.product if task else "Báo cáo",
            "assigning_doc": f"{task.doc_number} ngày {task.doc_date:%d/%m/%Y}" if task else None,
        }  # fmt: skip
        values = [locked[c] if c in locked else row.cells[c].written if c in row.cells else None for c in columns]
        rows.append([*pad, *values])
        layout.row_of[number] = len(rows)
    if layout.total:
        rows.append([*pad, "Tổng cộng"])
    return [("Nhiệm vụ" if file.fault != "S204" else "Trang 1", rows if file.fault != "S204" else [["Kính gửi"]]),
            *_other_sheets(file, agency)]  # fmt: skip


def _other_sheets(file: File, agency: str) -> list[tuple[str, Sheet]]:
    known: Sheet = [["Mã cơ quan", file.agency], ["Tên cơ quan", agency], ["Đầu mối", "Người lập biểu"]]
    if file.stamp:
        known.append(["Kỳ báo cáo", file.stamp])
    if file.drawn_up:
        known.append(["Ngày lập", datetime.combine(file.drawn_up, time())])
    sheets: list[tuple[str, Sheet]] = [("Thông tin", known)]
    if file.changes:
        head = ["Loại biến động", "Mã nhiệm vụ", "Nội dung", "Giá trị cũ", "Giá trị mới", "Nguyên nhân",
                "Tờ trình (số, ngày)"]  # fmt: skip
        lines = [[c.kind, c.task, "Nội dung", "31/12/2025", "30/6/2026", c.reason, c.proposal] for c in file.changes]
        sheets.append(("Biến động", [head, *lines]))
    return sheets


def workbook(file: File, office: Office) -> tuple[bytes, str, Layout]:
    """The bytes of the file, its ending, and where each of its cells stands."""
    layout = Layout(file)
    sheets = sheets_of(file, office, layout)
    if file.fault == "F101":
        return f"Đây không phải là bảng tính {file.number}".encode(), "xlsx", layout
    writer = {"xlsx": _openpyxl, "xlsxwriter": _xlsxwriter, "pandas": _pandas, "ods": _ods, "xls": _xls, "csv": _csv}[
        file.form
    ]
    return writer(sheets), file.form if file.form in ("ods", "xls", "csv") else "xlsx", layout


def _openpyxl(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    del book["Sheet"]
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def _xlsxwriter(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        dated = book.add_format({"num_format": DATE_FORMAT})
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(r, c, value, dated)
                    elif isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write_number(r, c, value)
    return out.getvalue()


def _pandas(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    import pandas as pd

    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        for title, rows in sheets:
            width = max(len(row) for row in rows)
            full = [[*row, *[None] * (width - len(row))] for row in rows]
            pd.DataFrame(full, dtype=object).to_excel(writer, sheet_name=title, header=False, index=False)
    return out.getvalue()


def _csv(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    """The first sheet alone: what «Save as» leaves of a workbook."""
    out = io.StringIO()
    for row in sheets[0][1]:
        csv.writer(out, delimiter=";").writerow([_said(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _said(value: Any) -> Any:
    return f"{value:%d/%m/%Y}" if isinstance(value, datetime) else value


def _xls(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    import xlwt

    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    dated = xlwt.easyxf(num_format_str=DATE_FORMAT)
    for title, rows in sheets:
        sheet = book.add_sheet(title)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write(r, c, value, dated)
                elif value is not None:
                    sheet.write(r, c, value)
    book.save(out)
    return out.getvalue()


def _ods(sheets: Sequence[tuple[str, Sheet]]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, out = OpenDocumentSpreadsheet(), io.BytesIO()
    for title, rows in sheets:
        table = Table(name=title)
        for row in rows:
            line = TableRow()
            for value in row:
                if isinstance(value, datetime):
                    cell = TableCell(valuetype="date", datevalue=value.date().isoformat())
                elif isinstance(value, int | float):
                    cell = TableCell(valuetype="float", value=value)
                elif value is None:
                    cell = TableCell()
                else:
                    cell = TableCell(valuetype="string")
                if value is not None:
                    for part in str(value).split("\n"):
                        cell.addElement(P(text=part))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(out)
    return out.getvalue()


# --- the inbox -----------------------------------------------------------------------------------


def mail(file: File, name: str, data: bytes) -> bytes:
    message = EmailMessage()
    at = format_datetime(file.received_at)
    message["Received"] = f"from mx.tinh.example.vn by mail.tinh.example.vn with LMTP id {file.number}; {at}"
    message["From"] = f"Đầu mối báo cáo <{file.sender}>"
    message["To"] = "tonghop@tinh.example.vn"
    message["Subject"] = f"Báo cáo nhiệm vụ {file.agency}"
    message["Date"] = at
    message["Message-ID"] = f"<{file.number}@tinh.example.vn>"
    message.set_content("Kính gửi Văn phòng, đơn vị gửi báo cáo kèm theo.")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary(f"=-=-={file.number}=-=-=")  # the same bytes whenever it is written
    return message.as_bytes()


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def write_receipts(lines: Sequence[tuple[str, datetime, str | None]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(("file", "received_at", "sender"))
        for name, at, sender in lines:
            writer.writerow((name, at.isoformat(), sender or ""))
