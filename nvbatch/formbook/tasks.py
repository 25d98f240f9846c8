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
from nvbatch.press.cells import number_cell
from nvbatch.press.ruled import Change
from nvbatch.press.sheet import Sheet

PRINTED = "product"  # the last column that is printed; for the head there is sheet Bản trình duyệt

COUNTED = '[=0]"Đủ";"Thiếu "0" ô"'
_COUNTER = replace(BODY, align="center", number=COUNTED)
_CLOSED_COUNTER = replace(_COUNTER, fill=CLOSED_FILL)
_COUNTED_ALL = Look(bold=True, color="9C0006")
_SHADES = {status: replace(BODY, fill=STATUS_FILLS.get(status, "")) for status in Status}
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
        self._last = letter(len(self._columns))
        self._assessment = words.Assessments()

    def draw(self, lines: Sequence[Line]) -> None:
        """The task lines one below the other, from the first row on."""
        drawn: dict[int, tuple[str, int, bytes]] = {}  # row → its cells, how many lines of text it needs, its counter
        for closed in (False, True):
            own = [line for line in lines if line.closed is closed]
            if own:
                drawn |= zip((line.row for line in own), self._alike(own, closed), strict=True)
        cells, high, counters = zip(*(drawn[line.row] for line in lines), strict=True) if lines else ((), (), ())
        heights = [lines_high(most, BODY.size) for most in high]
        self._ws.lines(FIRST_ROW - 1, cells, len(self._columns), heights, counters)

    def _alike(self, lines: Sequence[Line], closed: bool) -> Iterator[tuple[str, int, bytes]]:
        """Lines that are all closed, or all open."""
        styles = [self._book.style(cell_look(column, closed)) for column in self._columns]
        widths = [column.width for column in self._columns]
        ruled = self._book.ruled(self._letters, styles, widths=widths, least=ROOM)
        rows = [self._values(line) for line in lines]
        counters = self._counted(lines, closed)
        return zip(ruled.rows(rows, self._changes(lines, closed)), ruled.lines(rows), counters, strict=True)

    def _values(self, line: Line) -> list[Any]:
        values = list(line.shown)
        values[self._assessed] = self._assessment.of(line.figure, line.closed)
        return values

    def _counted(self, lines: Sequence[Line], closed: bool) -> list[bytes]:
        """The live counter at the end of each line; a closed line has nothing to count."""
        if not closed:
            return self._counter.cells(lines, self._book.style(_COUNTER))
        style = self._book.style(_CLOSED_COUNTER)
        return [number_cell(f"{self._last}{line.row}", 0, style).encode() for line in lines]

    def _changes(self, lines: Sequence[Line], closed: bool) -> Iterator[Change]:
        """Where something was found; and the Office's assessment has the colour of the status."""
        for at, line in enumerate(lines):
            for key, found in line.marks.items():
                place = self._places[key]
                if mark := draw_marks(self._book, self._ws, (line.row - 1, place), found):
                    yield at, place, self._book.style(cell_look(self._columns[place], closed, mark))
        if not closed:
            shades = {status: self._book.style(look) for status, look in _SHADES.items()}
            for at, line in enumerate(lines):
                yield at, self._assessed, shades[line.figure.status]
