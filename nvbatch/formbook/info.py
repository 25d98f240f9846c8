"""Assignment in, sheets Thông tin, Biến động and the hidden form mark out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nvbatch.celltext import lines_high, row_height
from nvbatch.form import Column, Form
from nvbatch.formbook.cells import DATE_CHECK, DATE_STOP, cell_look, draw_header, draw_marks, draw_validations
from nvbatch.formbook.layout import (
    CHANGES_FIRST_ROW,
    CHANGES_FREE,
    CHANGES_HEADER_ROW,
    CHANGES_KEY_ROW,
    Layout,
)
from nvbatch.grid import letter
from nvbatch.looks import BODY, HEADER, PLAIN, REMARK, TITLE, TITLE_HEIGHT
from nvbatch.model import Assignment
from nvbatch.press.book import Book
from nvbatch.press.sheet import Sheet, pixels_high
from nvbatch.press.stencil import cell_slot, fill, points, restyle, stencil

STAMPED_TOGETHER = 100  # codes in a cell: far from what a cell can hold, however long they are
_LABEL = replace(HEADER, align="left", valign="top")
_INFO_HINTS: Mapping[str, str] = {
    "prepared_on": "ngày lập báo cáo; dùng cho mọi nhiệm vụ để trống Ngày cập nhật.",
    "focal_point": "họ và tên người lập báo cáo (đầu mối đã đăng ký với Văn phòng).",
    "approved": "chọn «Có» sau khi Thủ trưởng đã duyệt Bản trình duyệt.",
}


def draw_info(book: Book, assignment: Assignment, form: Form, layout: Layout, *, made_at: datetime) -> Sheet:
    """Key and value, one a line; what the Office knows is written in, what only the agency knows is yellow."""
    ws = book.sheet(form.info.name, widths=[30, 90], growing=True)
    book.write_row(ws, 0, ["THÔNG TIN BÁO CÁO"], TITLE, height=TITLE_HEIGHT)
    values = _info_values(assignment)
    for column in form.info.columns:
        at = layout.info_rows[column.key] - 1
        height = row_height([(values.get(column.key), 90)])
        book.write_row(ws, at, [column.label], _LABEL, height=max(height, 21))
        found = layout.info_marks.get(column.key, ())
        look = cell_look(column, False, draw_marks(book, ws, (at, 1), found))
        book.put(ws, at, 1, values.get(column.key), look)
        if column.agency:
            _info_rule(book, ws, at, column)
    below = max(layout.info_rows.values()) + 1
    for at, key in enumerate(_INFO_HINTS, below):  # below, never beside: what stands right of a label is its value
        book.put(ws, at, 0, f"{form.info.column(key).label}: {_INFO_HINTS[key]}", REMARK)
    ws.page(made_at=made_at, area=(0, 0, below + len(_INFO_HINTS) - 1, 1))
    ws.protect()
    return ws


def draw_changes(book: Book, assignment: Assignment, form: Form, layout: Layout, *, made_at: datetime) -> Sheet:
    """What the agency asks to change, with lines ready to be filled in."""
    columns = form.changes.columns
    ws = book.sheet(form.changes.name, widths=[c.width for c in columns], growing=True)
    book.write_row(ws, 0, ["BIẾN ĐỘNG: ĐỀ NGHỊ THAY ĐỔI NHIỆM VỤ"], TITLE, height=TITLE_HEIGHT)
    advice = (
        "Chỉ ghi khi đề nghị thay đổi thời hạn, bỏ bớt, bổ sung, chuyển cơ quan; phải có nguyên nhân và Tờ trình. "
        "Đề nghị có hiệu lực khi được cấp có thẩm quyền chấp thuận."
    )
    book.put(ws, 1, 0, advice, REMARK)
    draw_header(book, ws, columns, key_row=CHANGES_KEY_ROW, header_row=CHANGES_HEADER_ROW)
    written = [change.values for change in assignment.changes]
    _change_lines(book, ws, columns, layout, written)
    last = CHANGES_FIRST_ROW + len(written) + CHANGES_FREE - 1
    draw_validations(book, ws, _with_codes(columns, assignment), CHANGES_FIRST_ROW, last)
    ws.freeze(CHANGES_HEADER_ROW, 2)
    header = CHANGES_HEADER_ROW - 1
    ws.page(made_at=made_at, repeat=(header, header), area=(0, 0, last - 1, len(columns) - 1))
    ws.protect()
    return ws


def _change_lines(
    book: Book, ws: Sheet, columns: Sequence[Column], layout: Layout, written: Sequence[Mapping[str, Any]]
) -> None:
    """What was written, and lines that are free."""
    for row, values in enumerate(written, CHANGES_FIRST_ROW):
        marks = [layout.change_marks.get((row, column.key), ()) for column in columns]
        fills = [draw_marks(book, ws, (row - 1, at), found) for at, found in enumerate(marks)]
        looks = [cell_look(column, False, fill) for column, fill in zip(columns, fills, strict=True)]
        height = row_height([(values.get(c.key), c.width) for c in columns], least=2)
        book.write_row(ws, row - 1, [values.get(c.key) for c in columns], looks, height=height)
    slots = tuple(cell_slot(letter(at), book.style(cell_look(column, False))) for at, column in enumerate(columns))
    first, pixels = CHANGES_FIRST_ROW + len(written), [pixels_high(lines_high(2, BODY.size))] * CHANGES_FREE
    free, blank = range(first, first + CHANGES_FREE), book.held([None] * CHANGES_FREE).pieces
    held = [list(map(points, pixels)), *[blank] * len(columns)]
    ws.lines(free, fill([stencil(slots)] * CHANGES_FREE, free, held), len(columns) - 1, pixels)


def draw_stamp(book: Book, assignment: Assignment, form: Form) -> Sheet:
    """Very hidden: which form, for whom, when, and the people written in (so that an untouched row is no update)."""
    ws = book.sheet(form.stamp_sheet, widths=[14, 24, 24, 40])
    facts = {
        "form": form.form,
        "version": form.version,
        "agency": assignment.agency.code,
        "program": assignment.program.code,
        "period": assignment.period.key,
        "issued_at": assignment.issued_at.isoformat() if assignment.issued_at else None,
    }
    for row, key in enumerate(form.stamp_fields):
        book.write_row(ws, row, [key, facts.get(key)])
    agency_keys = frozenset(form.agency_keys)
    issued: dict[tuple[str, str], list[str]] = {}  # field and value → the tasks on whose lines it was written
    for figure in assignment.tasks:
        for named in assignment.people.get(figure.task.code, {}).items():
            issued.setdefault(named, []).append(figure.task.code)
    lines = [
        ("issued", "\n".join(codes[at : at + STAMPED_TOGETHER]), key, value)
        for (key, value), codes in issued.items()
        if value and key in agency_keys
        for at in range(0, len(codes), STAMPED_TOGETHER)
    ]
    _stamped(book, ws, len(form.stamp_fields) + 1, lines)
    ws.protect(free=False)
    ws.state = "veryHidden"
    return ws


def _stamped(book: Book, ws: Sheet, first: int, issued: Sequence[tuple[str, ...]]) -> None:
    """What was written in for whom, a line each."""
    letters, styles, rows = "ABCD", [book.style(PLAIN)] * 4, range(first, first + len(issued))
    held = [book.held(column) for column in zip(*issued, strict=True)]
    cut = stencil(tuple(map(cell_slot, letters, styles)), high=False)
    made = fill([cut] * len(rows), rows, [column.pieces for column in held])
    restyle(made, rows, letters, book.odd(held, [styles], [0] * len(rows)))
    ws.lines(rows, made, len(letters) - 1)


def _info_values(assignment: Assignment) -> dict[str, Any]:
    """What the agency wrote (a return), else its focal point as registered; identity is always the Office's."""
    known = assignment.focal_point
    values: dict[str, Any] = {}
    if known is not None:
        values = {"focal_point": known.full_name, "position": known.position}
        values |= {"phone": known.phone, "email": known.email}
    values |= {key: value for key, value in assignment.info.items() if value}
    if prepared := values.get("prepared_on"):
        values["prepared_on"] = _iso_date(str(prepared))
    agency = assignment.agency
    return values | {"agency_code": agency.code, "agency_name": agency.name, "period": assignment.period.key}


def _iso_date(text: str) -> date | str:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text


def _info_rule(book: Book, ws: Sheet, at: int, column: Column) -> None:
    hint = _INFO_HINTS.get(column.key, column.label)
    area, prompt = (at, 1, at, 1), (column.label, hint[:1].upper() + hint[1:])
    if column.choices:
        book.choose(ws, area, column.choices, prompt=prompt, strict=True)
    elif column.type == "date":
        book.demand(ws, area, DATE_CHECK, prompt=prompt, stop=DATE_STOP)


def _with_codes(columns: tuple[Column, ...], assignment: Assignment) -> tuple[Column, ...]:
    """The agency's own task codes as proposals of the code column."""
    codes = tuple(figure.task.code for figure in assignment.tasks)
    if not codes:
        return columns
    return tuple(replace(c, type="choice", choices=codes, open=True) if c.key == "task_code" else c for c in columns)
