"""Layout in, sheet Bản trình duyệt out: eight columns on one page width, live from sheet Nhiệm vụ, for the head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any

from nvbatch.celltext import line_count, lines_high
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL
from nvbatch.formbook.demand import ROW
from nvbatch.formbook.layout import Layout, Line
from nvbatch.grid import letter
from nvbatch.looks import BODY, HEADER, NOTE, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import STATUS_WORDS, Assignment, Table
from nvbatch.press.book import Book
from nvbatch.press.cells import formula_cell
from nvbatch.press.markup import escape
from nvbatch.press.ruled import ANY_ROW
from nvbatch.press.sheet import Sheet

APPROVAL_SHEET = "Bản trình duyệt"
COLUMNS: tuple[tuple[str, float], ...] = (
    ("TT", 5),
    ("Mã, nội dung nhiệm vụ", 34),
    ("Hạn hoàn thành", 12),
    ("Chỉ đạo, thực hiện", 19),
    ("Diễn biến trong kỳ", 38),
    ("Tiến độ, tình trạng", 14),
    ("Kết quả, văn bản", 21),
    ("Vướng mắc, đề xuất, giải trình", 24),
)
ROOM = 4  # lines kept free for what the agency will write
FIRST = 6  # Excel row of the first task
Parts = tuple[tuple[str, str], ...]  # what a column gathers: (field, words before it)
_STATE_AT, _STATE = 5, ("progress", "reported_status")
_LOOKS_AT = "\2"  # stands for the row of sheet Nhiệm vụ that a line looks at
_GATHERED: Mapping[int, Parts] = {
    3: (("supervisor", "Chỉ đạo: "), ("assignee", "Thực hiện: ")),
    4: (("narrative", ""),),
    6: (("result", ""), ("result_doc", "Văn bản: "), ("completed_on", "Hoàn thành ngày ")),
    7: (
        ("difficulty", "Vướng mắc: "),
        ("proposal", "Đề xuất: "),
        ("delay_reason", "Nguyên nhân chậm: "),
        ("requested_deadline", "Xin gia hạn đến "),
        ("note", "Ghi chú: "),
    ),
}
_DATES = frozenset({"completed_on", "requested_deadline"})


def draw_approval(book: Book, assignment: Assignment, form: Form, layout: Layout, *, made_at: datetime) -> Sheet:
    """What the head signs. The agency's own fields are formulas, so that it shows what was typed a moment ago."""
    ws = book.sheet(APPROVAL_SHEET, widths=[width for _, width in COLUMNS])
    book.put(ws, 0, 0, assignment.agency.name.upper(), Look(bold=True, size=12))
    book.write_row(ws, 1, [form.title], TITLE, height=TITLE_HEIGHT)
    book.put(ws, 2, 0, words.period_line(assignment))
    advice = "Tự lấy nội dung từ trang «{}». Nếu chữ bị khuất: bấm Ctrl+A rồi nhấp đúp vào mép dưới của một hàng."
    book.put(ws, 3, 0, advice.format(form.tasks.name), replace(NOTE, wrap=False))
    book.write_row(ws, FIRST - 2, [name for name, _ in COLUMNS], HEADER, height=33)
    pen = _Pen(book, ws, layout.tasks, form.tasks.keys)
    pen.draw(layout.lines)
    last = _signatures(book, ws, FIRST + max(len(layout.lines), 1), assignment)
    ws.freeze(FIRST - 1, 2)
    ws.page(made_at=made_at, repeat=(FIRST - 2, FIRST - 2), area=(0, 0, last, len(COLUMNS) - 1))
    ws.protect()
    return ws


class _Pen:
    """Draws lines; formulas are prepared once and then differ only in the row they look at."""

    def __init__(self, book: Book, ws: Sheet, table: Table, keys: Sequence[str]) -> None:
        self._book, self._ws, self._table = book, ws, table
        self._places = {key: at for at, key in enumerate(keys)}

    def draw(self, lines: Sequence[Line]) -> None:
        """One line a task, below the header."""
        cells: dict[int, tuple[str, float]] = {}
        for closed in (False, True):
            own = [line for line in lines if line.closed is closed]
            if own:
                cells |= zip((line.row for line in own), self._alike(own, closed), strict=True)
        finished = [cells[line.row] for line in lines]
        self._ws.lines(FIRST - 1, [xml for xml, _ in finished], len(COLUMNS) - 1, [high for _, high in finished])

    def _alike(self, lines: Sequence[Line], closed: bool) -> Iterator[tuple[str, float]]:
        """Cells and height of lines that are all closed, or all open."""
        look = replace(BODY, fill=CLOSED_FILL) if closed else BODY
        plain, centred = self._book.style(look), self._book.style(replace(look, align="center"))
        made, least = self._written(lines, closed, plain, centred)
        for at, parts in _GATHERED.items():
            made[at], least = _drawn(self._gathered(at, parts, plain), lines, least)
        if not closed:
            take = itemgetter(*(self._places[key] for key in _STATE))
            state = _Gathered(_STATE_AT, take, _state, _state_formula(ROW, self._table), centred)
            made[_STATE_AT], least = _drawn(state, lines, least)
        columns = (made[at] for at in range(len(COLUMNS)))
        for line, cells, high in zip(lines, zip(*columns, strict=True), least, strict=True):
            yield "".join(cells).replace(_LOOKS_AT, str(line.row)), lines_high(high, BODY.size)

    def _written(
        self, lines: Sequence[Line], closed: bool, plain: int, centred: int
    ) -> tuple[dict[int, list[str]], list[int]]:
        """What the Office wrote, and the state of a closed line: column → cells, and the lines that rows need."""
        no, deadline = self._places["no"], self._places["deadline"]
        rows: list[tuple[Any, ...]] = [
            (line.shown[no], f"{line.figure.task.code}\n{line.figure.task.content}", line.shown[deadline])
            for line in lines
        ]
        own, styles = [0, 1, 2], [centred, plain, centred]
        if closed:
            own, styles = [*own, _STATE_AT], [*styles, centred]
            rows = [(*row, STATUS_WORDS[line.figure.status]) for row, line in zip(rows, lines, strict=True)]
        widths, letters = [COLUMNS[at][1] for at in own], [letter(at) for at in own]
        ruled = self._book.ruled(letters, styles, widths=widths, least=1 if closed else ROOM)
        return dict(zip(own, ruled.columns(rows), strict=True)), ruled.lines(rows)

    def _gathered(self, at: int, parts: Parts, style: int) -> _Gathered:
        places = [self._places[key] for key, _ in parts]
        take = itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
        return _Gathered(at, take, partial(gather, parts), _gather_formula(parts, ROW, self._table), style)


class _Gathered(dict[tuple[Any, ...], tuple[str, int]]):
    """The fields that a column gathers → its cell, a live formula with the value to show at once, and its lines."""

    def __init__(
        self, at: int, take: Callable[[Sequence[Any]], tuple[Any, ...]], say: Callable[[Sequence[Any]], str],
        formula: str, style: int,
    ) -> None:  # fmt: skip
        super().__init__()
        self.take, self._say, self._style = take, say, style
        self._address, self._width = f"{letter(at)}{ANY_ROW}", COLUMNS[at][1]
        self._formula = escape(formula).replace(str(ROW), _LOOKS_AT)

    def __missing__(self, values: tuple[Any, ...]) -> tuple[str, int]:
        shown = self._say(values)
        lines = line_count(shown, self._width, BODY.size)
        made = self[values] = formula_cell(self._address, self._formula, shown, self._style), lines
        return made


def _drawn(column: _Gathered, lines: Sequence[Line], least: Sequence[int]) -> tuple[list[str], list[int]]:
    """The cells of a gathered column, and the lines that the rows need with it."""
    found = [column[column.take(line.shown)] for line in lines]
    return [xml for xml, _ in found], [max(high, lines) for lines, (_, high) in zip(least, found, strict=True)]


def gather(parts: Parts, values: Sequence[Any]) -> str:
    """The filled fields under each other, each after its words: what the formula will show."""
    filled = zip(parts, values, strict=True)
    return "\n".join([before + _plain(value) for (_, before), value in filled if value not in (None, "")])


def _gather_formula(parts: Parts, row: int, table: Table) -> str:
    """Every filled part begins a new line; MID drops the first line break."""
    joined = "&".join(
        f'IF({_cell(row, key, table)}="","",CHAR(10)&"{before}"&{_shown(row, key, table)})' for key, before in parts
    )
    return f"MID({joined},2,32000)"


def _state(values: Sequence[Any]) -> str:
    progress, status = values
    percent = f"{_plain(progress)}%" if isinstance(progress, int | float) else _plain(progress)
    return "\n".join(part for part in (percent, _plain(status)) if part)


def _state_formula(row: int, table: Table) -> str:
    progress, status = _cell(row, "progress", table), _cell(row, "reported_status", table)
    return f'IF({progress}="","",{progress}&IF(ISNUMBER({progress}),"%","")&CHAR(10))&{status}'


def _cell(row: int, key: str, table: Table) -> str:
    return f"'{table.sheet}'!{table.cell(row, key)}"


def _shown(row: int, key: str, table: Table) -> str:
    """A date written out without TEXT(), whose pattern depends on the language of Excel."""
    cell = _cell(row, key, table)
    if key not in _DATES:
        return cell
    return f'IF(ISNUMBER({cell}),DAY({cell})&"/"&MONTH({cell})&"/"&YEAR({cell}),{cell})'


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    return f"{value:g}".replace(".", ",") if isinstance(value, int | float) else str(value)


def _signatures(book: Book, ws: Sheet, at: int, assignment: Assignment) -> int:
    """Who made it and who approves it, with room for both signatures; the last row that is printed."""
    bold = Look(bold=True, align="center")
    head = (assignment.agency.head_title or "Thủ trưởng cơ quan").upper()
    for row, maker, approver, look in (
        (at, "NGƯỜI LẬP BIỂU", head, bold),
        (at + 1, "(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên, đóng dấu)", Look(italic=True, align="center")),
        (
            at + 5,
            assignment.focal_point.full_name if assignment.focal_point else "",
            assignment.agency.head_name or "",
            bold,
        ),
    ):
        book.put(ws, row, 1, maker, look)
        book.put(ws, row, 6, approver, look)
    return at + 5
