"""Rows by sheet in, register.xlsx out: drop-downs, a note on each column, a guide with examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from nvbatch import xlsx
from nvbatch.form import Column, Sheet, load_register_schema, packaged

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

ROOM = 3000  # rows that the drop-downs of a register sheet reach
GUIDE = "Hướng dẫn"
SAMPLE = "register-sample.yaml"
HINTS: Mapping[str, str] = {
    "date": "Ngày/tháng/năm, ví dụ 28/02/2025.",
    "datetime": "Ngày/tháng/năm giờ:phút, ví dụ 25/02/2025 00:00.",
    "time": "Giờ:phút, ví dụ 16:30.",
    "int": "Số nguyên.",
    "list": "Nhiều giá trị thì cách nhau bằng dấu chấm phẩy (;).",
    "mark": "Ghi x nếu có; để trống nếu không.",
    "code": "Mã ngắn, không dấu, không trùng, ví dụ SNV.",
}
WIDTHS: Mapping[str, float] = {
    "date": 13,
    "datetime": 17,
    "time": 9,
    "int": 9,
    "mark": 11,
    "code": 15,
    "choice": 15,
    "list": 26,
}
WIDE: Mapping[str, float] = {"content": 48, "subject": 40, "reason": 40, "opinion": 36, "name": 30, "product": 30}
NUMBERS: Mapping[str, str] = {"date": xlsx.DATE, "datetime": "dd/mm/yyyy hh:mm", "code": "@", "phone": "@", "time": "@"}
# A column that names a row of another sheet offers that sheet's first column: key here → key of the other sheet.
OFFERED: Mapping[str, str] = {
    "agency_code": "agencies",
    "lead_agency": "agencies",
    "from_agency": "agencies",
    "to_agency": "agencies",
    "program": "programs",
    "doc_number": "documents",
    "task_code": "tasks",
}


def write_register(path: Path, rows: Rows, *, created: datetime, schema: Sequence[Sheet] | None = None) -> None:
    """register.xlsx with a sheet for each of the schema; ``rows`` maps sheet key → rows by column key."""
    sheets = schema or load_register_schema()
    with xlsx.new_workbook(path, title="Danh mục theo dõi nhiệm vụ", created=created) as book:
        for sheet in sheets:
            _sheet(book, sheet, sheets, rows.get(sheet.key, ()), created)
        _guide(book, sheets, created)


def sample_rows() -> dict[str, list[dict[str, Any]]]:
    """Three invented agencies with a few tasks, by sheet key: for `init --sample` and for the guide's examples."""
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(packaged("templates", SAMPLE).read_text(encoding="utf-8"))
    return rows


# --- a sheet to type into -----------------------------------------------------------------------


def _sheet(
    book: xlsx.Book, sheet: Sheet, sheets: Sequence[Sheet], rows: Sequence[Mapping[str, Any]], created: datetime
) -> None:
    widths = [_width(column) for column in sheet.columns]
    ws = book.sheet(sheet.name, widths=widths)
    labels = [column.label + (" (*)" if column.required else "") for column in sheet.columns]
    book.write_row(ws, 0, labels, xlsx.HEADER, height=xlsx.row_height(zip(labels, widths, strict=True), least=2))
    for at, column in enumerate(sheet.columns):
        ws.set_column(at, at, widths[at], book.format(xlsx.Look(number=_number(column))))
        if _hint(column):
            book.comment(ws, 0, at, ("Bắt buộc. " if column.required else "") + _hint(column))
        _demand(book, ws, at, column, _source(sheet, column, sheets))
    looks = [xlsx.Look(wrap=True, border=True, number=_number(column)) for column in sheet.columns]
    for line, row in enumerate(rows, start=1):
        values = [row.get(column.key) for column in sheet.columns]
        book.write_row(ws, line, values, looks, height=xlsx.row_height(zip(values, widths, strict=True)))
    ws.freeze_panes(1, min(2, len(sheet.columns) - 1))
    ws.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
    xlsx.set_page(ws, made_at=created, repeat=(0, 0))


def _demand(book: xlsx.Book, ws: Any, at: int, column: Column, source: str) -> None:
    area, prompt = (1, at, ROOM, at), (column.label, _hint(column))
    if column.choices:
        book.choose(ws, area, column.choices, prompt=prompt, strict=not column.open)
    elif column.type == "mark":
        book.choose(ws, area, ("x",), prompt=prompt, strict=False)
    elif source:
        book.demand(ws, area, {"validate": "list", "source": source}, prompt=prompt, stop=None)
    elif column.type == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(1990, 1, 1)}
        stop = "Hãy nhập một ngày có trong lịch, dạng ngày/tháng/năm, ví dụ 28/02/2025."
        book.demand(ws, area, rule, prompt=prompt, stop=stop)
    elif _hint(column):
        book.demand(ws, area, {"validate": "any"}, prompt=prompt, stop=None)


def _source(sheet: Sheet, column: Column, sheets: Sequence[Sheet]) -> str:
    """The first column of the sheet whose rows a column names: it proposes, other words may be typed."""
    other = next((s for s in sheets if s.key == OFFERED.get(column.key)), None)
    return f"='{other.name}'!$A$2:$A${ROOM + 1}" if other is not None and other is not sheet else ""


# --- the guide ----------------------------------------------------------------------------------


def _guide(book: xlsx.Book, sheets: Sequence[Sheet], created: datetime) -> None:
    widths = [18, 30, 10, 66, 36]
    ws = book.sheet(GUIDE, widths=widths)
    sample, line = sample_rows(), 0
    book.write_row(ws, line, ["Trang", "Cột", "Bắt buộc", "Dùng để, cách ghi", "Ví dụ"], xlsx.HEADER)
    for sheet in sheets:
        example = next(iter(sample.get(sheet.key, ())), {})
        line += 1
        _line(book, ws, line, widths, [sheet.name, "", "", sheet.purpose, ""], bold=True)
        for column in sheet.columns:
            line += 1
            shown = ["", column.label, "x" if column.required else "", _hint(column), _shown(example.get(column.key))]
            _line(book, ws, line, widths, shown)
    ws.freeze_panes(1, 0)
    xlsx.set_page(ws, made_at=created, repeat=(0, 0))


def _line(
    book: xlsx.Book, ws: Any, line: int, widths: Sequence[float], values: Sequence[str], *, bold: bool = False
) -> None:
    fill = xlsx.HEADER_FILL if bold else ""
    looks = [
        xlsx.Look(wrap=True, border=True, bold=bold, fill=fill, align="center" if at == 2 else "") for at in range(5)
    ]
    book.write_row(ws, line, values, looks, height=xlsx.row_height(zip(values, widths, strict=True)))


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


# --- columns ------------------------------------------------------------------------------------


def _hint(column: Column) -> str:
    if column.hint:
        return column.hint
    if column.choices:
        return "Chọn một trong: " + " · ".join(column.choices) + "."
    return HINTS.get(column.type, "")


def _width(column: Column) -> float:
    return WIDE.get(column.key) or WIDTHS.get(column.type) or 20


def _number(column: Column) -> str:
    """Dates show as here on every machine; what looks like a number but is none keeps its zeros."""
    return NUMBERS.get(column.key) or NUMBERS.get(column.type, "")
