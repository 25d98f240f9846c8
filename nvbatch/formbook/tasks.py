"""Layout in, sheet Nhiệm vụ out: title, hidden keys, header, one line a task, live counter of what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nvbatch.celltext import lines_high
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL, cell_look, draw_header, draw_marks, draw_validations
from nvbatch.formbook.demand import Counter
from nvbatch.formbook.layout import FIRST_ROW, HEADER_ROW, KEY_ROW, Layout, Line, day_of_judgement
from nvbatch.grid import letter
from nvbatch.looks import BODY, HEADER, OWNER, REMARK, STATUS_FILLS, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import Assignment, Status
from nvbatch.press.book import Book
from nvbatch.press.lines import raise_to
from nvbatch.press.sheet import Sheet, pixels_high
from nvbatch.press.stencil import OddStyles, Slot, Stencil, cell_slot, fill, points, restyle, stencil

PRINTED = "product"  # the last column that is printed; for the head there is sheet Bản trình duyệt

COUNTED = '[=0]"Đủ";"Thiếu "0" ô"'
_COUNTER = replace(BODY, align="center", number=COUNTED)
_CLOSED_COUNTER = replace(_COUNTER, fill=CLOSED_FILL)
_COUNTED_ALL = Look(bold=True, color="9C0006")
_SHADES = {status: replace(BODY, fill=STATUS_FILLS.get(status, "")) for status in Status}
_COUNT = (b"%d", b'"><v>%d</v></c>')  # what the counter's hole takes in an open line, and in a closed one
ROOM = 3  # lines: enough to write in at once


class TaskSheet:
    """Draws sheet Nhiệm vụ of one form; formulas are made once for all its workbooks."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._counters: dict[date, Counter] = {}

    def draw(self, book: Book, assignment: Assignment, layout: Layout, *, made_at: datetime) -> Sheet:
        """Title block, hidden key row, header, one line a task, live counter; locked but for what the agency fills."""
        form, columns = self._form, self._form.tasks.columns
        ws = book.sheet(form.tasks.name, widths=[*(c.width for c in columns), 13], zoom=90, growing=True)
        _title(book, ws, assignment, form, layout)
        draw_header(book, ws, columns, key_row=KEY_ROW, header_row=HEADER_ROW)
        book.put(ws, HEADER_ROW - 1, len(columns), form.tasks.beside[0], HEADER)
        _Pen(book, ws, form, self._counter(day_of_judgement(assignment))).draw(layout.lines)
        ws.fold(at for at, column in enumerate(columns) if column.fold)  # columns that most rows leave empty
        draw_validations(book, ws, columns, FIRST_ROW, layout.last_row)
        book.highlight(ws, (FIRST_ROW - 1, len(columns), layout.last_row - 1, len(columns)), above=0)
        ws.freeze(HEADER_ROW, 2)
        ws.autofilter((HEADER_ROW - 1, 0, layout.last_row - 1, len(columns)))
        area = (0, 0, layout.last_row - 1, form.tasks.keys.index(PRINTED))
        ws.page(made_at=made_at, repeat=(HEADER_ROW - 1, HEADER_ROW - 1), area=area)
        ws.protect()
        return ws

    def _counter(self, until: date) -> Counter:
        if until not in self._counters:
            self._counters[until] = Counter(self._form, until)
        return self._counters[until]


def _title(book: Book, ws: Sheet, assignment: Assignment, form: Form, layout: Layout) -> None:
    book.put(ws, 0, 0, assignment.agency.name.upper(), OWNER)
    book.write_row(ws, 1, [form.title], TITLE, height=TITLE_HEIGHT)
    book.put(ws, 2, 0, words.period_line(assignment))
    book.put(ws, 3, 0, _advice(assignment, layout), REMARK)
    last, counter = layout.last_row, letter(len(form.tasks.columns))
    span = f"{counter}{FIRST_ROW}:{counter}{last}"
    formula = (
        f'IF(SUM({span})=0,"{words.missing_words(0, 0)}",'
        f'"Còn thiếu "&SUM({span})&" ô bắt buộc ở "&COUNTIF({span},">0")&" nhiệm vụ.")'
    )
    if layout.lines:
        book.formula(ws, 4, 0, formula, words.still_missing(layout), _COUNTED_ALL)


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
        self._columns, keys = form.tasks.columns, form.tasks.keys
        self._places = {key: at for at, key in enumerate(keys)}
        self._assessed = self._places["office_assessment"]
        self._letters = [letter(at) for at in range(len(self._columns))]
        self._assessment = words.Assessments()

    def draw(self, lines: Sequence[Line]) -> None:
        """The task lines one below the other, from the first row on."""
        if not lines:
            return
        values, kinds = self._values(lines), [line.closed for line in lines]
        styles = [[self._book.style(cell_look(column, closed)) for column in self._columns] for closed in (False, True)]
        held = [self._book.held(column) for column in values]
        odd = self._book.odd(held, styles, kinds)
        self._mark(lines, odd)
        rows, pixels = [line.row for line in lines], self._pixels(values)
        counts = [_COUNT[line.closed] % line.missing for line in lines]
        columns = [list(map(points, pixels)), *(column.pieces for column in held), counts]
        made = fill(self._cuts(lines, styles), rows, columns)
        restyle(made, rows, self._letters, odd)
        self._ws.lines(rows, made, len(self._columns), pixels)

    def _values(self, lines: Sequence[Line]) -> list[Sequence[Any]]:
        """Column by column."""
        columns: list[Sequence[Any]] = list(zip(*(line.shown for line in lines), strict=True))
        columns[self._assessed] = [self._assessment.of(line.figure, line.closed) for line in lines]
        return columns

    def _pixels(self, values: Sequence[Sequence[Any]]) -> list[int]:
        """How high the rows must be."""
        most = [ROOM] * len(values[0])
        for column, texts in zip(self._columns, values, strict=True):
            raise_to(most, texts, column.width, BODY.size)
        return [pixels_high(lines_high(lines, BODY.size)) for lines in most]

    def _mark(self, lines: Sequence[Line], odd: OddStyles) -> None:
        """Where something was found: its comment, and its style among the ``odd`` ones."""
        for at, line in enumerate(lines):
            for key, found in line.marks.items():
                place = self._places[key]
                if mark := draw_marks(self._book, self._ws, (line.row - 1, place), found):
                    style = self._book.style(cell_look(self._columns[place], line.closed, mark))
                    odd.setdefault(at, {})[place] = self._book.worn(line.shown[place], style)

    def _cuts(self, lines: Sequence[Line], styles: Sequence[Sequence[int]]) -> Iterator[Stencil]:
        """The stencil of each line: open ones have a live counter, and the colour of their status before it."""
        opened, closed = ([cell_slot(*each) for each in zip(self._letters, ruled, strict=True)] for ruled in styles)
        done = stencil((*closed, cell_slot(letter(len(self._columns)), self._book.style(_CLOSED_COUNTER))))
        shades = {status: self._book.style(look) for status, look in _SHADES.items()}
        counters = self._counter.slots(lines, self._book.style(_COUNTER))
        known: dict[tuple[Status, Slot], Stencil] = {}
        for line, counter in zip(lines, counters, strict=True):
            key = (line.figure.status, counter)
            if not line.closed and key not in known:
                opened[self._assessed] = cell_slot(self._letters[self._assessed], shades[line.figure.status])
                known[key] = stencil((*opened, counter))
            yield done if line.closed else known[key]
