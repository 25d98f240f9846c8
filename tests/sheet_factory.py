"""Workbooks made of rows of cells for the tests of reading: .xlsx, .xls, .ods and .csv from the same lists."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nvbatch.config import Intake
from nvbatch.form import load_form
from nvbatch.model import Note, Reading
from nvbatch.reading import read_in_process

CSV_NAME = "bang.csv"
FORM = load_form()
LABELS = {column.key: column.label for column in FORM.tasks.columns}
TASK: Mapping[str, Any] = {
    "no": 1,
    "task_code": "NV-2025-00001",
    "task_class": "Trọng tâm",
    "assigning_doc": "12/QĐ-UBND",
    "content": "Rà soát quy hoạch khu dân cư phía Đông",
    "deadline": "30/6/2025",
    "accountable_head": "Nguyễn Văn Mẫu",
    "supervisor": "Trần Thị Ví Dụ",
    "assignee": "Phòng Tổng hợp, Lê Văn Làm",
    "updated_on": date(2025, 3, 20),
    "narrative": "Đã gửi dự thảo lấy ý kiến 12 sở, ngành",
    "progress": 40,
    "reported_status": "Đang thực hiện",
}
Rows = Sequence[Sequence[Any]]


def header(*skipped: str, **changed: str) -> list[str]:
    """The form's labels in order, without some and with others changed by key."""
    return [changed.get(key, label) for key, label in LABELS.items() if key not in skipped]


def task(*skipped: str, **cells: Any) -> list[Any]:
    """A good row under :func:`header`, with some cells changed."""
    values = {**TASK, **cells}
    return [values.get(key) for key in LABELS if key not in skipped]


def column(key: str) -> int:
    return list(LABELS).index(key)


def xlsx(sheets: Mapping[str, Rows], touch: Callable[[Any, Any], None] | None = None) -> bytes:
    """An .xlsx; ``touch(workbook, first sheet)`` may do to it what XlsxWriter can."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False})
    made = []
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        made.append(sheet)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, at, cell)
                elif cell is not None:
                    sheet.write(number, at, cell)
    if touch is not None:
        touch(book, made[0])
    book.close()
    return stream.getvalue()


def xls(sheets: Mapping[str, Rows], touch: Callable[[Any, Any], None] | None = None) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    made = []
    for name, rows in sheets.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        made.append(sheet)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell is not None:
                    days = (xlwt.easyxf(num_format_str="dd/mm/yyyy"),) if isinstance(cell, date) else ()
                    sheet.write(number, at, cell, *days)
    if touch is not None:
        touch(book, made[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(sheets: Mapping[str, Rows]) -> bytes:
    """An .ods; a cell may be an element of odfpy's own."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                if value is None:
                    cell = TableCell()
                elif isinstance(value, date):
                    cell = TableCell(valuetype="date", datevalue=value.isoformat())
                elif isinstance(value, (int, float)):
                    cell = TableCell(valuetype="float", value=value)
                elif isinstance(value, str):
                    cell = TableCell(valuetype="string")
                    for text in value.split("\n"):
                        cell.addElement(P(text=text))
                else:
                    cell = value
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def csv_text(rows: Rows, delimiter: str = ";") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    return stream.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes] = lambda name, part: part, **added: bytes) -> bytes:
    """The same zip with parts changed, and parts added under their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, content in added.items():
            new.writestr(name, content)
    return stream.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    """A change of the first sheet's XML, for :func:`repacked`."""

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        assert old in part, old
        return part.replace(old, new, 1)

    return change


def read_bytes(data: bytes, tmp_path: Path, name: str = "bao-cao.xlsx", **limits: Any) -> Reading:
    """Read here, in this process."""
    path = tmp_path / "tep"
    path.write_bytes(data)
    return read_in_process(path, name=name, limits=Intake(**limits), schemas=None)


def rules(reading: Reading) -> set[str]:
    return {note.rule for note in reading.notes}


def notes(reading: Reading, rule: str) -> list[Note]:
    return [note for note in reading.notes if note.rule == rule]
