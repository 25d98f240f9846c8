"""Layout in, sheet Bản trình duyệt out: eight columns on one page width, live from sheet Nhiệm vụ, for the head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nvbatch.celltext import Heights
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL
from nvbatch.formbook.demand import ROW
from nvbatch.formbook.layout import Layout, Line
from nvbatch.looks import BODY, HEADER, NOTE, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import STATUS_WORDS, Assignment, Table
from nvbatch.press.book import Book, formula_cell
from nvbatch.press.markup import escape
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
# what a column gathers: (field, words before it)
_GATHERED: Mapping[int, tuple[tuple[str, str], ...]] = {
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
    pen = _Pen(book, ws, layout.tasks)
    for at, line in enumerate(layout.lines):
        pen.draw(FIRST - 1 + at, line)
    last = _signatures(book, ws, FIRST + max(len(layout.lines), 1), assignment)
    ws.freeze(FIRST - 1, 2)
    ws.page(made_at=made_at, repeat=(FIRST - 2, FIRST - 2), area=(0, 0, last, len(COLUMNS) - 1))
    ws.protect()
    return ws


class _Pen:
    """Draws lines; formulas are prepared once and then differ only in the row they look at."""

    def __init__(self, book: Book, ws: Sheet, table: Table) -> None:
        self._book, self._ws = book, ws
        self._formulas = {at: escape(_gather_formula(parts, ROW, table)) for at, parts in _GATHERED.items()}
        self._state = escape(_state_formula(ROW, table))
        widths = [width for _, width in COLUMNS]
        self._heights = {False: Heights(widths, least=ROOM), True: Heights(widths)}
        self._styles = {
            closed: [book.style(look) for look in (replace(look, align="center"), look)]
            for closed, look in ((False, BODY), (True, replace(BODY, fill=CLOSED_FILL)))
        }

    def draw(self, at: int, line: Line) -> None:
        centred, plain = self._styles[line.closed]
        task, number, looks_at = line.figure.task, at + 1, str(line.row)
        shown: list[Any] = [line.values["no"], f"{task.code}\n{task.content}", line.values["deadline"]]
        cells = [self._book.cells(at, "ABC", shown, (centred, plain, centred))]
        shown += (gather(_GATHERED.get(column, ()), line.values) for column in range(3, len(COLUMNS)))
        shown[5] = STATUS_WORDS[line.figure.status] if line.closed else _state(line.values)
        for column, name in enumerate("DEFGH", 3):
            if column != 5:
                formula = self._formulas[column].replace(str(ROW), looks_at)
                cells.append(formula_cell(f"{name}{number}", formula, shown[column], plain))
            elif line.closed:
                cells.append(self._book.cells(at, name, shown[5:6], (centred,)))
            else:
                formula = self._state.replace(str(ROW), looks_at)
                cells.append(formula_cell(f"{name}{number}", formula, shown[5], centred))
        self._ws.line(at, len(COLUMNS) - 1, "".join(cells), self._heights[line.closed].of(shown))


def gather(parts: tuple[tuple[str, str], ...], values: Mapping[str, Any]) -> str:
    """The filled fields under each other, each after its words: what the formula will show."""
    filled = ((before, values.get(key)) for key, before in parts)
    return "\n".join(before + _plain(value) for before, value in filled if value not in (None, ""))


def _gather_formula(parts: tuple[tuple[str, str], ...], row: int, table: Table) -> str:
    """Every filled part begins a new line; MID drops the first line break."""
    joined = "&".join(
        f'IF({_cell(row, key, table)}="","",CHAR(10)&"{before}"&{_shown(row, key, table)})' for key, before in parts
    )
    return f"MID({joined},2,32000)"


def _state(values: Mapping[str, Any]) -> str:
    progress = values.get("progress")
    percent = f"{_plain(progress)}%" if isinstance(progress, int | float) else _plain(progress)
    return "\n".join(part for part in (percent, _plain(values.get("reported_status"))) if part)


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
