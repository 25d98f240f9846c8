"""A folder in, a workspace ready for its first week out; what stands there already is never overwritten."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from nvbatch import durable, xlsx
from nvbatch.form import Column, Sheet, load_register_schema, packaged
from nvbatch.workspace import Workspace

RECEIPTS_HEADER = "file;received_at;sender\n"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What ``init`` made and what it found and left as it was (paths relative to the workspace)."""

    root: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]


def start_workspace(root: Path, *, now: datetime, sample: bool = False) -> Started:
    """Make what a workspace lacks. ``sample`` fills the register with three invented agencies and a few tasks."""
    ws = Workspace(root)
    folders = (ws.inbox, ws.archive, ws.journal, ws.quarantine, ws.templates, ws.schemas, ws.cache, ws.signed, ws.out)
    for folder in folders:
        durable.make_folder(folder)
    files: tuple[tuple[Path, Callable[[Path], object]], ...] = (
        (ws.config, lambda path: shutil.copyfile(packaged("templates", "nvbatch.toml"), path)),
        (ws.register, lambda path: write_register(path, _sample() if sample else {}, created=now)),
        (ws.inbox / "receipts.csv", lambda path: path.write_text(RECEIPTS_HEADER, encoding="utf-8", newline="\n")),
    )
    written = [(path.relative_to(root).as_posix(), _new(path, write)) for path, write in files]
    return Started(
        root=root,
        made=tuple(name for name, new in written if new),
        kept=tuple(name for name, new in written if not new),
    )


def write_register(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    created: datetime,
    schema: Sequence[Sheet] | None = None,
) -> None:
    """register.xlsx with a sheet for each of the schema; ``rows`` maps sheet key → rows by column key."""
    sheets = schema or load_register_schema()
    with xlsx.new_workbook(path, title="Danh mục theo dõi nhiệm vụ", created=created) as book:
        for sheet in sheets:
            _sheet(book, sheet, rows.get(sheet.key, ()), created)
        _guide(book, sheets, created)


def _sample() -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(packaged("templates", SAMPLE).read_text(encoding="utf-8"))
    return rows


def _new(path: Path, write: Callable[[Path], object]) -> bool:
    """Write beside the final name and rename: an interrupted ``init`` leaves no half file that the next would keep."""
    if path.exists():
        return False
    part = path.with_name(durable.TEMPORARY + path.name)
    write(part)
    durable.sync_file(part)
    part.rename(path)
    durable.sync_folder(path.parent)
    return True


def _sheet(book: xlsx.Book, sheet: Sheet, rows: Sequence[Mapping[str, Any]], created: datetime) -> None:
    widths = [_width(column) for column in sheet.columns]
    ws = book.sheet(sheet.name, widths=widths)
    labels = [column.label + (" (*)" if column.required else "") for column in sheet.columns]
    book.write_row(ws, 0, labels, xlsx.HEADER, height=xlsx.row_height(zip(labels, widths, strict=True), least=2))
    for at, column in enumerate(sheet.columns):
        if _hint(column):
            book.comment(ws, 0, at, _hint(column))
        _demand(book, ws, at, column)
    looks = [_look(column) for column in sheet.columns]
    for line, row in enumerate(rows, start=1):
        values = [row.get(column.key) for column in sheet.columns]
        book.write_row(ws, line, values, looks, height=xlsx.row_height(zip(values, widths, strict=True)))
    ws.freeze_panes(1, min(2, len(sheet.columns) - 1))
    ws.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
    xlsx.set_page(ws, made_at=created, repeat=(0, 0))


def _demand(book: xlsx.Book, ws: Any, at: int, column: Column) -> None:
    area, prompt = (1, at, ROOM, at), (column.label, _hint(column))
    if column.choices:
        book.choose(ws, area, column.choices, prompt=prompt, strict=not column.open)
    elif column.type == "mark":
        book.choose(ws, area, ("x",), prompt=prompt, strict=False)
    elif column.type == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(1990, 1, 1)}
        book.demand(
            ws,
            area,
            rule,
            prompt=prompt,
            stop="Hãy nhập một ngày có trong lịch, dạng ngày/tháng/năm, ví dụ 28/02/2025.",
        )


def _guide(book: xlsx.Book, sheets: Sequence[Sheet], created: datetime) -> None:
    widths = [18, 70, 60]
    ws = book.sheet(GUIDE, widths=widths)
    book.write_row(ws, 0, ["Trang", "Dùng để", "Cột bắt buộc (*)"], xlsx.HEADER)
    for line, sheet in enumerate(sheets, start=1):
        needed = ", ".join(column.label for column in sheet.columns if column.required)
        values = [sheet.name, sheet.purpose, needed]
        book.write_row(ws, line, values, xlsx.BODY, height=xlsx.row_height(zip(values, widths, strict=True)))
    ws.freeze_panes(1, 0)
    xlsx.set_page(ws, made_at=created, repeat=(0, 0))


def _hint(column: Column) -> str:
    if column.hint:
        return column.hint
    if column.choices:
        return "Chọn một trong: " + " · ".join(column.choices) + "."
    return HINTS.get(column.type, "")


def _width(column: Column) -> float:
    return WIDE.get(column.key) or WIDTHS.get(column.type) or 20


def _look(column: Column) -> xlsx.Look:
    return xlsx.Look(wrap=True, border=True, number="dd/mm/yyyy hh:mm" if column.type == "datetime" else "")
