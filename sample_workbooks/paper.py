"""Values in; files as people send them out: filled forms, workbooks of their own making, mails."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

Row = Mapping[str, Any]
Grid = Sequence[Sequence[Any]]


def fill_form(
    form: Path, rows: Iterable[Row], *, info: Row, changes: Sequence[Row] = (), drop: Iterable[str] = ()
) -> tuple[bytes, dict[str, list[int]], dict[str, str]]:
    """A form BM01 as issued → the bytes as sent back, with the Excel rows of each task and the letter of each field."""
    import openpyxl

    book = openpyxl.load_workbook(form)
    for line in book["Thông tin"].iter_rows(max_col=2):
        if line[0].value in info:
            line[1].value = info[line[0].value]
    sheet = book["Nhiệm vụ"]
    letters = {cell.value: cell.column_letter for cell in sheet[6] if cell.value}
    places = {sheet[f"{letters['task_code']}{n}"].value: n for n in range(8, sheet.max_row + 1)}
    places.pop(None, None)
    last = max(places.values(), default=7)
    used: dict[str, list[int]] = {}
    for row in rows:
        at = places.get(row["task_code"])
        if at is None or at in used.get(row["task_code"], []):
            last += 1
            at = last
            _copy_issued(sheet, letters, places.get(row["task_code"]), at)
        used.setdefault(row["task_code"], []).append(at)
        _type(sheet, letters, at, row)
    for code in drop:
        for cell in sheet[places[code]]:
            cell.value = None
    keys = [cell.value for cell in book["Biến động"][3]]
    for at, change in enumerate(changes, start=5):
        for column, key in enumerate(keys, start=1):
            if change.get(key):
                book["Biến động"].cell(at, column).value = change[key]
    buffer = io.BytesIO()
    book.save(buffer)
    return dateless(buffer.getvalue()), used, letters


def _copy_issued(sheet: Any, letters: Mapping[str, str], source: int | None, target: int) -> None:
    """A twin line, made by copying: the Office's own columns are in it."""
    if source is not None:
        for letter in letters.values():
            sheet[f"{letter}{target}"].value = sheet[f"{letter}{source}"].value


def _type(sheet: Any, letters: Mapping[str, str], at: int, row: Row) -> None:
    for key, value in row.items():
        cell = sheet[f"{letters[key]}{at}"]
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"


def xls(name: str, grid: Grid) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    dated = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for at, line in enumerate(grid):
        for column, value in enumerate(line):
            if isinstance(value, date):
                sheet.write(at, column, value, dated)
            elif value not in (None, ""):
                sheet.write(at, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(name: str, grid: Grid) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableRow

    book = OpenDocumentSpreadsheet()
    sheet = Table(name=name)
    for line in grid:
        row = TableRow()
        for value in line or [None]:
            row.addElement(_ods_cell(value))
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return dateless(buffer.getvalue())


def _ods_cell(value: Any) -> Any:
    from odf.table import TableCell
    from odf.text import P

    if value in (None, ""):
        return TableCell()
    if isinstance(value, date):
        made = TableCell(valuetype="date", datevalue=value.isoformat())
    elif isinstance(value, (int, float)):
        made = TableCell(valuetype="float", value=str(value))
    else:
        made = TableCell(valuetype="string")
    made.addElement(P(text=f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)))
    return made


def xlsx(name: str, grid: Grid, *, widths: Sequence[float], merged: Iterable[str], notes: Sequence[str]) -> bytes:
    """Someone's own workbook: merged titles, line breaks in the header, a second sheet with notes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2025, 1, 1)})
    plain = book.add_format({"font_name": "Times New Roman", "text_wrap": True, "border": 1, "valign": "top"})
    dated = book.add_format({"font_name": "Times New Roman", "num_format": "dd/mm/yyyy", "border": 1})
    sheet = book.add_worksheet(name)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    for area in merged:
        sheet.merge_range(area, "", plain)
    for at, line in enumerate(grid):
        for column, value in enumerate(line):
            if isinstance(value, date):
                sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), dated)
            elif value not in (None, ""):
                sheet.write(at, column, value, plain)
    second = book.add_worksheet("Sheet2")
    for at, note in enumerate(notes):
        second.write(at, 0, note)
    book.close()
    return buffer.getvalue()


def locked(data: bytes, password: str) -> bytes:
    """The workbook under a password, as Excel keeps it; chance is seeded and no clock is asked, so the bytes stay."""
    from msoffcrypto.format.ooxml import OOXMLFile

    chance, buffer = random.Random(20250207), io.BytesIO()
    container = "msoffcrypto.method.container.ecma376_encrypted.datetime2filetime"
    with patch("secrets.token_bytes", chance.randbytes), patch(container, lambda moment: 0):
        OOXMLFile(io.BytesIO(data)).encrypt(password, buffer)
    return buffer.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def dateless(data: bytes) -> bytes:
    """The same package without the moment at which it was made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename)
            info.compress_type = member.compress_type
            content = old.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-02-04T01:00:00Z", content)
            new.writestr(info, content)
    return buffer.getvalue()


def mail(
    *, domain: str, person: str, address: str, received: datetime, said_on: datetime | None, office: str, name: str,
    data: bytes, number: int,
) -> bytes:  # fmt: skip
    """A mail as the Office's server filed it: its own Received line on top, the attachment as sent."""
    message = EmailMessage(policy=SMTP)
    message["Received"] = f"from mx.{domain} by mail.{domain} with LMTP; {format_datetime(received)}"
    message["From"] = f"{person} <{address}>".strip()
    message["To"] = f"tonghop@{domain}"
    message["Subject"] = f"Báo cáo tình hình thực hiện nhiệm vụ - {office}"
    message["Date"] = format_datetime(said_on or received - timedelta(seconds=40))
    message["Message-ID"] = f"<{number:03d}.{received:%Y%m%d%H%M%S}@{domain}>"
    message.set_content(
        "Kính gửi Văn phòng UBND tỉnh,\n\nCơ quan gửi báo cáo trong tệp kèm theo. "
        "Đề nghị Văn phòng tổng hợp.\n\nTrân trọng./.\n"
    )
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary(f"=_nvbatch_{number:03d}_{received:%Y%m%d%H%M%S}")
    return message.as_bytes()
