"""One report of four tasks, arranged and written as offices write theirs: the same content in many kinds of mess."""

from __future__ import annotations

import csv
import io
import struct
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch.grid import letter

DAY = date(2026, 11, 13)
TASKS: tuple[Mapping[str, Any], ...] = tuple(
    {
        "task_code": f"NV-2026-{number:05d}",
        "content": content,
        "assigning_doc": "1313/UBND-KSTT",
        "product": "Kế hoạch của Ủy ban nhân dân tỉnh",
        "accountable_head": "Đỗ Văn Mẫu",
        "supervisor": "Trần Thị Thử",
        "assignee": "Phòng Tổng hợp; Lê Ví Dụ",
        **reported,
    }
    for number, content, reported in (
        (1, "Tham mưu Kế hoạch chuyển đổi số năm 2027", {
            "updated_on": DAY, "narrative": "Đã gửi dự thảo lấy ý kiến 12 sở, ngành; đang tổng hợp góp ý",
            "progress": 40.0, "reported_status": "Đang thực hiện"}),
        (2, "Rà soát thủ tục hành chính lĩnh vực đất đai", {
            "updated_on": date(2026, 11, 12), "narrative": "Đã rà soát xong 124 thủ tục, trình ban hành Quyết định",
            "progress": 100.0, "reported_status": "Đã hoàn thành", "completed_on": date(2026, 11, 3),
            "result": "Công bố 124 thủ tục", "result_doc": "2210/QĐ-UBND ngày 03/11/2026"}),
        (3, "Xây dựng cơ sở dữ liệu nhà ở", {
            "updated_on": DAY, "narrative": "Chưa lựa chọn được đơn vị tư vấn, đã mời thầu lần hai",
            "progress": 12.5, "reported_status": "Đề nghị gia hạn", "difficulty": "Thiếu kinh phí năm 2026",
            "proposal": "Bổ sung dự toán", "requested_deadline": date(2027, 3, 31), "extension_reason": "Chờ cấp vốn"}),
        (4, "Sắp xếp trụ sở dôi dư sau sáp nhập", {
            "updated_on": DAY, "narrative": "Đã kiểm kê xong 34 trụ sở, đang lập phương án xử lý", "progress": 0.0,
            "reported_status": "Chưa thực hiện"}),
    )
)  # fmt: skip
KEYS = tuple(dict.fromkeys(key for task in TASKS for key in task))
LABELS = {  # the form's own
    "task_code": "Mã nhiệm vụ", "content": "Nội dung nhiệm vụ", "assigning_doc": "Văn bản giao",
    "product": "Sản phẩm, kết quả phải đạt", "accountable_head": "Thủ trưởng chịu trách nhiệm",
    "supervisor": "Lãnh đạo trực tiếp chỉ đạo", "assignee": "Phòng, người thực hiện", "updated_on": "Ngày cập nhật",
    "narrative": "Diễn biến, tình hình triển khai", "progress": "Tiến độ (%)", "reported_status": "Trạng thái",
    "completed_on": "Ngày hoàn thành", "result": "Kết quả thực hiện", "result_doc": "Văn bản, sản phẩm (số, ngày)",
    "difficulty": "Khó khăn, vướng mắc", "proposal": "Kiến nghị, đề xuất",
    "requested_deadline": "Đề nghị gia hạn đến", "extension_reason": "Lý do gia hạn",
}  # fmt: skip
OTHER_LABELS = {  # as an office words them that has never seen the form
    "task_code": "MÃ SỐ\nNHIỆM VỤ", "content": "Nội dung công việc", "assigning_doc": "Số, ký hiệu văn bản giao",
    "product": "Sản phẩm phải đạt", "accountable_head": "Người đứng đầu chịu trách nhiệm",
    "supervisor": "Lãnh đạo phụ trách", "assignee": "Người thực hiện", "updated_on": "Ngày cập nhật số liệu",
    "narrative": "Tình hình thực hiện", "progress": "Tỷ lệ hoàn thành (%)", "reported_status": "Trạng thái thực hiện",
    "completed_on": "Ngày hoàn thành (dd/mm/yyyy)", "result": "Kết quả", "result_doc": "Văn bản, sản phẩm",
    "difficulty": "Tồn tại, vướng mắc", "proposal": "Đề xuất, kiến nghị",
    "requested_deadline": "Xin gia hạn đến", "extension_reason": "Lý do xin gia hạn",
}  # fmt: skip

Cells = list[list[Any]]


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Rows of cells from A1; ``where``: (task, field) → (row, column) from 0; ``merged`` likewise."""

    rows: Cells
    where: Mapping[tuple[int, str], tuple[int, int]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    percent_column: int | None = None
    others: Mapping[str, Cells] = field(default_factory=dict)
    sheet: str = "Nhiệm vụ"

    def address(self, task: int, key: str) -> str:
        row, column = self.where[task, key]
        return f"{letter(column)}{row + 1}"


# --- arrangements ---------------------------------------------------------------------------------


def as_issued(tasks: Sequence[Mapping[str, Any]] = TASKS) -> Arranged:
    """The form's labels in the form's order under one title line."""
    return _arranged([["BÁO CÁO TUẦN 46"], []], [list(LABELS.values())], KEYS, tasks)


def as_an_annex(tasks: Sequence[Mapping[str, Any]] = TASKS) -> Arranged:
    """Title block, other headers, column numbers, sections, total, header repeated, notes, signature; from column C."""
    labels = [OTHER_LABELS[key] for key in KEYS]
    title: Cells = [
        ["", "", "UBND TỈNH MẪU", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["", "", "SỞ NỘI VỤ", "", "", "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["", "", "PHỤ LỤC\nTÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO"],
        ["", "", "(Kèm theo Báo cáo số      /BC-SNV ngày    /11/2026)"],
    ]
    below: Cells = [
        ["", "", "Tổng cộng", "4 nhiệm vụ"],
        [],
        ["", "", "Ghi chú: số liệu tính đến ngày 13/11/2026"],
        ["", "", "", "", "", "", "Tỉnh Mẫu, ngày 13 tháng 11 năm 2026"],
        ["", "", "NGƯỜI LẬP BIỂU", "", "", "", "THỦ TRƯỞNG ĐƠN VỊ"],
        ["", "", "(Ký, ghi rõ họ tên)", "", "", "", "(Ký tên, đóng dấu)"],
        [],
        ["", "", "Lê Ví Dụ", "", "", "", "Đỗ Văn Mẫu"],
    ]
    numbers = ["", "TT", *labels], ["", "(1)", *[f"({n})" for n in range(2, len(KEYS) + 2)]]
    between = {
        0: [["", "I", "NHIỆM VỤ TRỌNG TÂM"]],
        2: [["", "II", "NHIỆM VỤ THƯỜNG XUYÊN"], ["", "TT", *labels]],
    }
    made = _arranged(title, [list(row) for row in numbers], KEYS, tasks, left=["", "{n}"], between=between, below=below)
    return Arranged(rows=made.rows, where=made.where, merged=((3, 2, 3, 9), (0, 5, 0, 9)), sheet="Sheet1")


GROUPS = {
    "Thông tin nhiệm vụ": ("task_code", "content", "assigning_doc", "product"),
    "Phân công": ("accountable_head", "supervisor", "assignee"),
    "Tình hình trong kỳ": ("updated_on", "narrative", "progress", "reported_status"),
    "Hoàn thành": ("completed_on", "result", "result_doc"),
    "Vướng mắc và kiến nghị": ("difficulty", "proposal"),
    "Gia hạn": ("requested_deadline", "extension_reason"),
}


def under_group_headers(tasks: Sequence[Mapping[str, Any]] = TASKS) -> Arranged:
    """Two header rows, the upper one merged over its group."""
    keys = [key for group in GROUPS.values() for key in group]
    upper = ["STT", *[name if n == 0 else "" for name, group in GROUPS.items() for n, _ in enumerate(group)]]
    made = _arranged([["SỞ NỘI VỤ"]], [upper, ["", *[LABELS[key] for key in keys]]], keys, tasks, left=["{n}"])
    merged, at = [(1, 0, 2, 0)], 1
    for group in GROUPS.values():
        merged.append((1, at, 1, at + len(group) - 1))
        at += len(group)
    return Arranged(rows=made.rows, where=made.where, merged=tuple(merged), sheet="BC tuần 46")


def in_another_order(tasks: Sequence[Mapping[str, Any]] = TASKS) -> Arranged:
    """Columns from the last to the first, strange ones between them."""
    keys = list(reversed(KEYS))
    labels: list[Any] = [LABELS[key] for key in keys]
    made = _arranged([], [["Kinh phí (triệu đồng)", "", *labels]], keys, tasks, left=["1.109.000", ""])
    return Arranged(rows=made.rows, where=made.where, sheet="Báo cáo")


ARRANGEMENTS = (as_issued, as_an_annex, under_group_headers, in_another_order)


def _arranged(
    above: Cells,
    header: Cells,
    keys: Sequence[str],
    tasks: Sequence[Mapping[str, Any]],
    *,
    left: Sequence[str] = (),
    between: Mapping[int, Cells] | None = None,
    below: Cells = [],  # noqa: B006
) -> Arranged:
    rows: Cells = [*map(list, above), *map(list, header)]
    where = {}
    for number, task in enumerate(tasks):
        rows += (between or {}).get(number, [])
        for column, key in enumerate(keys):
            where[number, key] = (len(rows), column + len(left))
        rows.append([*[text.format(n=number + 1) for text in left], *[task.get(key) for key in keys]])
    return Arranged(rows=[*rows, *map(list, below)], where=where)


# --- cells written as people write them -----------------------------------------------------------


def spelled(arranged: Arranged, change: Callable[[Any], Any]) -> Arranged:
    """Every cell changed by ``change``."""
    rows = [[change(cell) for cell in row] for row in arranged.rows]
    return Arranged(rows=rows, where=arranged.where, merged=arranged.merged, sheet=arranged.sheet)


def days_as_text(cell: Any) -> Any:
    return f"{cell.day:02d}/{cell.month:02d}/{cell.year}" if isinstance(cell, date) else cell


def percents_as_text(cell: Any) -> Any:
    return f"{cell:g}%".replace(".", ",") if isinstance(cell, float) else cell


def decomposed(cell: Any) -> Any:
    return unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell


def padded(cell: Any) -> Any:
    """Copied from a web page: hard spaces, zero-width spaces, doubled and trailing spaces."""
    if not isinstance(cell, str) or not cell:
        return cell
    return "\u00a0" + cell.replace(" ", "  ").replace(",", "\u200b,") + " "


# --- writers --------------------------------------------------------------------------------------


def by_openpyxl(made: Arranged) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = made.sheet
    for number, row in enumerate(made.rows, 1):
        for column, value in enumerate(row, 1):
            if value not in (None, ""):
                sheet.cell(number, column, value)
    for top, first, bottom, last in made.merged:
        sheet.merge_cells(start_row=top + 1, start_column=first + 1, end_row=bottom + 1, end_column=last + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(made: Arranged, **options: Any) -> bytes:
    """Percents as people see them: 0.4 shown as 40%."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy", **options})
    percent, sheet = book.add_format({"num_format": "0.0%"}), book.add_worksheet(made.sheet)
    shares = {place for (_, key), place in made.where.items() if key == "progress"}
    for number, row in enumerate(made.rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, datetime(value.year, value.month, value.day))
            elif isinstance(value, float) and (number, column) in shares:
                sheet.write_number(number, column, value / 100, percent)
            elif value is not None:
                sheet.write(number, column, value)
    book.close()
    return stream.getvalue()


def by_pandas(made: Arranged) -> bytes:
    import pandas as pd

    stream = io.BytesIO()
    width = max(map(len, made.rows))
    frame = pd.DataFrame([[*row, *[None] * (width - len(row))] for row in made.rows], dtype=object)
    frame.to_excel(stream, sheet_name=made.sheet, header=False, index=False)
    return stream.getvalue()


def by_odfpy(made: Arranged) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name=made.sheet)
    for row in made.rows:
        line = TableRow()
        for value in row:
            if isinstance(value, date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            elif isinstance(value, float):
                cell = TableCell(valuetype="float", value=value)
            else:
                cell = TableCell(valuetype="string") if value else TableCell()
                for text in str(value or "").split("\n") if value else ():
                    cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def by_xlwt(made: Arranged) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet(made.sheet)
    days = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, row in enumerate(made.rows):
        for column, value in enumerate(row):
            if value not in (None, ""):
                sheet.write(number, column, value, *((days,) if isinstance(value, date) else ()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_csv(made: Arranged, encoding: str, delimiter: str) -> bytes:
    """As Excel saves a sheet: days as shown, blank cells as nothing."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    for row in made.rows:
        writer.writerow(["" if cell is None else f"{cell:g}" if isinstance(cell, float) else days_as_text(cell)
                         for cell in row])  # fmt: skip
    text = stream.getvalue()
    return (_for_cp1258(text) if encoding == "cp1258" else text).encode(encoding)


def _for_cp1258(text: str) -> str:
    """Windows-1258 has letters with their hat, and tones as marks of their own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = []
    for char in text:
        marks = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in marks if mark in tones)
        written.append(unicodedata.normalize("NFC", "".join(m for m in marks if m not in tones)) + tone)
    return "".join(written)


# --- .xlsb, which no library writes ---------------------------------------------------------------

_EPOCH = date(1899, 12, 30)


def as_xlsb(made: Arranged) -> bytes:
    """The smallest .xlsb that Excel's format allows: records of kind, size and body (MS-XLSB)."""
    size = struct.pack("<IIII", 0, len(made.rows) - 1, 0, max(map(len, made.rows)) - 1)
    sheet = _record(129) + _record(148, size) + _record(145)
    for number, row in enumerate(made.rows):
        sheet += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet += _record(5, struct.pack("<IId", column, 1, (value - _EPOCH).days))
            elif isinstance(value, float):
                sheet += _record(5, struct.pack("<IId", column, 0, value))
            elif value:
                sheet += _record(6, struct.pack("<II", column, 0) + _wide(value))
    sheet += _record(146) + _record(130)
    xfs = b"".join(_record(47, struct.pack("<HHHHHBBHBB", 0, form, 0, 0, 0, 0, 0, 0, 0, 0)) for form in (0, 14))
    styles = _record(278) + _record(617, struct.pack("<I", 2)) + xfs + _record(618) + _record(279)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(made.sheet)
    book = _record(131) + _record(153, struct.pack("<III", 0, 0, 0)) + _record(143) + _record(156, bundle)
    book += _record(144) + _record(132)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": _relations(
            ("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")
        ),
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
        "xl/styles.bin": styles,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return head + size + body


def _wide(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


_CONTENT_TYPES = b"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/>
<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/></Types>"""


def _relations(*relations: tuple[str, str, str]) -> bytes:
    base = "http://schemas.openxmlformats.org"
    lines = "".join(
        f'<Relationship Id="{i}" Type="{base}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        for i, kind, target in relations
    )
    whole = f'<Relationships xmlns="{base}/package/2006/relationships">{lines}</Relationships>'
    return f'<?xml version="1.0"?>{whole}'.encode()


# --- LibreOffice ----------------------------------------------------------------------------------


def through_libreoffice(data: bytes, folder: Path, kind: str) -> bytes:
    """An .xlsx opened and saved again by LibreOffice as xlsx, xls, ods or csv (UTF-8)."""
    source = folder / "nguon.xlsx"
    source.write_bytes(data)
    filters = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76,1", "xls": "xls:MS Excel 97"}
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'lo').as_uri()}", "--headless", "--convert-to",
         filters.get(kind, kind), "--outdir", str(folder / "ra"), str(source)],
        check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "ra" / f"nguon.{kind}").read_bytes()
