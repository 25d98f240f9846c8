"""Layout in, sheet Nhiệm vụ out: title, hidden keys, header, one line a task, live counter of what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nvbatch.celltext import Heights
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL, cell_look, draw_header, draw_marks, draw_validations
from nvbatch.formbook.demand import Counter
from nvbatch.formbook.layout import FIRST_ROW, HEADER_ROW, KEY_ROW, Layout, Line
from nvbatch.grid import letter
from nvbatch.looks import BODY, HEADER, NOTE, STATUS_FILLS, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import Assignment
from nvbatch.press.book import Book, Ruled, formula_cell
from nvbatch.press.sheet import Sheet

PRINTED = "product"  # the last column that is printed; for the head there is sheet Bản trình duyệt

COUNTED = '[=0]"Đủ";"Thiếu "0" ô"'
ROOM = 3  # lines: enough to write in at once


def draw_tasks(book: Book, assignment: Assignment, form: Form, layout: Layout, *, made_at: datetime) -> Sheet:
    """Title block, hidden key row, header, one line a task, live counter; locked but for what the agency fills."""
    columns = form.tasks.columns
    ws = book.sheet(form.tasks.name, widths=[*(c.width for c in columns), 13], zoom=90, growing=True)
    _title(book, ws, assignment, form, layout)
    draw_header(book, ws, columns, key_row=KEY_ROW, header_row=HEADER_ROW)
    book.put(ws, HEADER_ROW - 1, len(columns), form.tasks.beside[0], HEADER)
    pen = _Pen(book, ws, form, Counter(assignment, form, layout.tasks))
    for line in layout.lines:
        pen.draw(line)
    ws.fold(at for at, column in enumerate(columns) if column.fold)  # columns that most rows leave empty
    draw_validations(book, ws, columns, FIRST_ROW, layout.last_row)
    book.highlight(ws, (FIRST_ROW - 1, len(columns), layout.last_row - 1, len(columns)), above=0)
    ws.freeze(HEADER_ROW, 2)
    ws.autofilter((HEADER_ROW - 1, 0, layout.last_row - 1, len(columns)))
    area = (0, 0, layout.last_row - 1, form.tasks.keys.index(PRINTED))
    ws.page(made_at=made_at, repeat=(HEADER_ROW - 1, HEADER_ROW - 1), area=area)
    ws.protect()
    return ws


def _title(book: Book, ws: Sheet, assignment: Assignment, form: Form, layout: Layout) -> None:
    book.put(ws, 0, 0, assignment.agency.name.upper(), Look(bold=True, size=12))
    book.write_row(ws, 1, [form.title], TITLE, height=TITLE_HEIGHT)
    book.put(ws, 2, 0, words.period_line(assignment), Look())
    book.put(ws, 3, 0, _advice(assignment, layout), replace(NOTE, wrap=False))
    last, counter = layout.last_row, letter(len(form.tasks.columns))
    span = f"{counter}{FIRST_ROW}:{counter}{last}"
    formula = (
        f'IF(SUM({span})=0,"{words.missing_words(0, 0)}",'
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


class _Pen:
    """Draws lines; what is the same for all lines is prepared once."""

    def __init__(self, book: Book, ws: Sheet, form: Form, counter: Counter) -> None:
        self._book, self._ws, self._counter = book, ws, counter
        self._columns, self._keys = form.tasks.columns, form.tasks.keys
        self._places = {key: at for at, key in enumerate(self._keys)}
        self._assessed = self._places["office_assessment"]
        self._height = Heights([column.width for column in self._columns], least=ROOM)
        letters = [letter(at) for at in range(len(self._columns) + 1)]
        self._last = letters.pop()
        self._ruled = {
            closed: Ruled(letters, [book.style(cell_look(column, closed)) for column in self._columns])
            for closed in (False, True)
        }
        look = replace(BODY, align="center", number=COUNTED)
        self._counted = {False: book.style(look), True: book.style(replace(look, fill=CLOSED_FILL))}
        self._shades: dict[str, int] = {}

    def draw(self, line: Line) -> None:
        values = [line.values.get(key) for key in self._keys]
        values[self._assessed] = words.assessment(line.figure, line.closed)
        at, address, style = line.row - 1, f"{self._last}{line.row}", self._counted[line.closed]
        cells = self._book.fill(at, self._ruled[line.closed], values, self._changed(line))
        if line.closed:
            cells += self._book.cells(at, (self._last,), (0,), (style,))
        else:
            cells += formula_cell(address, self._counter.formula(line), line.missing, style)
        self._ws.line(at, len(values), cells, self._height.of(values))

    def _changed(self, line: Line) -> dict[int, int]:
        """Place in the row → style, where something was found and where the Office's assessment has its colour."""
        changed: dict[int, int] = {}
        for key, found in line.marks.items():
            at = self._places[key]
            if mark := draw_marks(self._book, self._ws, (line.row - 1, at), found):
                changed[at] = self._book.style(cell_look(self._columns[at], line.closed, mark))
        if not line.closed:
            fill = STATUS_FILLS.get(line.figure.status, "")
            if fill not in self._shades:
                self._shades[fill] = self._book.style(replace(BODY, fill=fill))
            changed[self._assessed] = self._shades[fill]
        return changed
