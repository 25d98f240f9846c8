"""Layout in, sheet Nhiệm vụ out: title, hidden keys, header, one line a task, live counter of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nvbatch import xlsx
from nvbatch.form import Column, Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL, draw_cell, draw_header, draw_validations
from nvbatch.formbook.layout import (
    DONE_WORD,
    EXTEND_WORD,
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    Layout,
    Line,
    day_of_judgement,
    is_recurring,
    prepared_row,
)
from nvbatch.grid import letter
from nvbatch.model import Assignment, Table
from nvbatch.xlsx import BODY, HEADER, NOTE, TITLE, Book, Look

PRINTED = "product"  # the last column that is printed; for the head there is sheet Bản trình duyệt

COUNTED = '[=0]"Đủ";"Thiếu "0" ô"'
ROOM = 3  # lines: enough to write in at once


def draw_tasks(book: Book, assignment: Assignment, form: Form, layout: Layout, *, made_at: datetime) -> Any:
    """Title block, hidden key row, header, one line a task, live counter; locked but for what the agency fills."""
    columns = form.tasks.columns
    ws = book.sheet(form.tasks.name, widths=[*(c.width for c in columns), 13], zoom=90, growing=True)
    _title(book, ws, assignment, form, layout)
    draw_header(book, ws, columns, key_row=KEY_ROW, header_row=HEADER_ROW)
    book.put(ws, HEADER_ROW - 1, len(columns), form.tasks.beside[0], HEADER)
    for line in layout.lines:
        _line(book, ws, line, form, layout, assignment)
    _fold(book, ws, columns)
    draw_validations(book, ws, columns, FIRST_ROW, layout.last_row)
    book.highlight(ws, (FIRST_ROW - 1, len(columns), layout.last_row - 1, len(columns)), above=0)
    ws.freeze_panes(HEADER_ROW, 2)
    ws.autofilter(HEADER_ROW - 1, 0, layout.last_row - 1, len(columns))
    area = (0, 0, layout.last_row - 1, form.tasks.keys.index(PRINTED))
    xlsx.set_page(ws, made_at=made_at, repeat=(HEADER_ROW - 1, HEADER_ROW - 1), area=area)
    xlsx.protect(ws)
    return ws


def _title(book: Book, ws: Any, assignment: Assignment, form: Form, layout: Layout) -> None:
    book.put(ws, 0, 0, assignment.agency.name.upper(), Look(bold=True, size=12))
    book.write_row(ws, 1, [form.title], TITLE, height=xlsx.TITLE_HEIGHT)
    book.put(ws, 2, 0, words.period_line(assignment), Look())
    book.put(ws, 3, 0, _advice(assignment, layout), replace(NOTE, wrap=False))
    last, counter = layout.last_row, letter(len(form.tasks.columns))
    span = f"{counter}{FIRST_ROW}:{counter}{last}"
    formula = (
        f'=IF(SUM({span})=0,"{words.missing_words(0, 0)}",'
        f'"Còn thiếu "&SUM({span})&" ô bắt buộc ở "&COUNTIF({span},">0")&" nhiệm vụ.")'
    )
    if layout.lines:
        book.formula(ws, 4, 0, formula, words.still_missing(layout), Look(bold=True, color="9C0006"))


def _advice(assignment: Assignment, layout: Layout) -> str:
    if not layout.lines:
        return "Kỳ này cơ quan không có nhiệm vụ nào phải báo cáo trong danh mục theo dõi của Văn phòng."
    colours = "Ô nền vàng: cơ quan điền, cột có dấu (*) là bắt buộc. Ô trắng, ô xám: Văn phòng đã ghi, không phải sửa."
    if assignment.marked and layout.mends:
        return f"{colours} Ô nền cam: có nội dung cần chỉnh sửa, đưa chuột vào ô để xem."
    return colours


def _line(book: Book, ws: Any, line: Line, form: Form, layout: Layout, assignment: Assignment) -> None:
    columns = form.tasks.columns
    values = {**line.values, "office_assessment": words.assessment(line.figure, line.closed)}
    height = xlsx.row_height([(values.get(c.key), c.width) for c in columns], least=ROOM)
    ws.set_row(line.row - 1, height)
    for at, column in enumerate(columns):
        found = line.marks.get(column.key, ())
        draw_cell(book, ws, (line.row - 1, at), values.get(column.key), column, found, closed=line.closed)
    if not line.closed:
        assessed = replace(BODY, fill=xlsx.STATUS_FILLS.get(line.figure.status, ""))
        at = form.tasks.keys.index("office_assessment")
        book.put(ws, line.row - 1, at, values["office_assessment"], assessed)
    look = replace(BODY, align="center", number=COUNTED)
    place = (line.row - 1, len(columns))
    if line.closed:
        book.put(ws, *place, 0, replace(look, fill=CLOSED_FILL))
    else:
        book.formula(ws, *place, _count_formula(line, form, layout.tasks, assignment), line.missing, look)


def _count_formula(line: Line, form: Form, table: Table, assignment: Assignment) -> str:
    """Blank required cells of the line, counted live; the same demands as :func:`form_layout.demands`."""

    def blank(*keys: str) -> str:
        return "+".join(f'({table.cell(line.row, key)}="")' for key in keys)

    status, completed = table.cell(line.row, "reported_status"), table.cell(line.row, "completed_on")
    prepared = f"'{form.info.name}'!$B${prepared_row(form)}"
    plain = [key for key in form.required_keys if key != "updated_on"]
    parts = [blank(*plain), f'({table.cell(line.row, "updated_on")}="")*({prepared}="")']
    proof = ("result",) if is_recurring(line.figure) else ("completed_on", "result", "result_doc")
    parts.append(f'({status}="{DONE_WORD}")*({blank(*proof)})')
    parts.append(f'({status}="{EXTEND_WORD}")*({blank("requested_deadline", "extension_reason")})')
    if line.figure.deadline is not None:
        until = day_of_judgement(assignment)
        judged = f"DATE({until.year},{until.month},{until.day})"
        finished = f'IF(AND({status}="{DONE_WORD}",ISNUMBER({completed})),{completed},{judged})'
        late = f"({finished}>{table.cell(line.row, 'deadline')})"
        parts.append(f"{late}*({blank('delay_cause_kind', 'delay_reason', 'explanation_doc')})")
    return "=" + "+".join(parts)


def _fold(book: Book, ws: Any, columns: Sequence[Column]) -> None:
    """Columns that most rows leave empty: one click on the bar above folds them."""
    folded = [at for at, column in enumerate(columns) if column.fold]
    for at in folded:
        ws.set_column(at, at, columns[at].width, book.format(xlsx.PLAIN), {"level": 1})
