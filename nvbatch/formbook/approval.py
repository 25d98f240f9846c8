"""Layout in, sheet Bản trình duyệt out: eight columns on one page width, live from sheet Nhiệm vụ, for the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nvbatch.celltext import lines_high
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL
from nvbatch.formbook.gathered import STATE_AT, Gathering, gatherings
from nvbatch.formbook.layout import FIRST_ROW, Layout, Line
from nvbatch.formbook.pages import last_page
from nvbatch.grid import letter
from nvbatch.looks import BODY, DATE, HEADER, OWNER, REMARK, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import STATUS_WORDS, Assignment
from nvbatch.press.book import Book
from nvbatch.press.lines import raise_to
from nvbatch.press.sheet import Sheet, pixels_high
from nvbatch.press.stencil import Stencil, cell_slot, fill, points, restyle, stencil
from nvbatch.press.strings import fitted

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
_CENTRED, _DATED = replace(BODY, align="center"), replace(BODY, align="center", number=DATE)
_OPEN = (_CENTRED, BODY, _DATED, BODY, BODY, _CENTRED, BODY, BODY)
_LOOKS = (_OPEN, tuple(replace(look, fill=CLOSED_FILL) for look in _OPEN))  # of open and of closed lines
_SIGNER, _HINT = Look(bold=True, align="center"), Look(italic=True, align="center")
_BELOW = FIRST - FIRST_ROW  # where a line stands here and on sheet Nhiệm vụ


class ApprovalSheet:
    """Draws what the head signs. The agency's own fields are formulas, so that it shows what was typed a moment ago;

    they are made once for all workbooks of the form.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._gatherings = gatherings(form)

    def draw(self, book: Book, assignment: Assignment, layout: Layout, *, made_at: datetime) -> Sheet:
        form = self._form
        ws = book.sheet(APPROVAL_SHEET, widths=[width for _, width in COLUMNS])
        book.put(ws, 0, 0, assignment.agency.name.upper(), OWNER)
        book.write_row(ws, 1, [form.title], TITLE, height=TITLE_HEIGHT)
        book.put(ws, 2, 0, words.period_line(assignment))
        advice = "Tự lấy nội dung từ trang «{}». Nếu chữ bị khuất: bấm Ctrl+A rồi nhấp đúp vào mép dưới của một hàng."
        book.put(ws, 3, 0, advice.format(form.tasks.name), REMARK)
        book.write_row(ws, FIRST - 2, [name for name, _ in COLUMNS], HEADER, height=33)
        _Pen(book, ws, form, self._gatherings).draw(layout.lines)
        below = FIRST + max(len(layout.lines), 1)
        last = _signatures(book, ws, below, assignment)
        table, signed = range(FIRST - 1, FIRST - 1 + len(layout.lines)), range(below, last + 1)
        broken = last_page(ws, len(COLUMNS), table, signed, repeated=FIRST - 2) if table else None
        if broken is not None:
            ws.break_page(broken)
        ws.freeze(FIRST - 1, 2)
        ws.page(made_at=made_at, repeat=(FIRST - 2, FIRST - 2), area=(0, 0, last, len(COLUMNS) - 1))
        ws.protect()
        return ws


class _Pen:
    """Draws lines, column by column."""

    def __init__(self, book: Book, ws: Sheet, form: Form, gathered: Sequence[Gathering]) -> None:
        self._book, self._ws, self._gatherings = book, ws, gathered
        self._no, self._deadline = form.tasks.keys.index("no"), form.tasks.keys.index("deadline")
        self._letters = [letter(at) for at in range(len(COLUMNS))]

    def draw(self, lines: Sequence[Line]) -> None:
        """One line a task, below the header."""
        if not lines:
            return
        shown = list(zip(*(line.shown for line in lines), strict=True))
        written, texts = self._written(lines, shown), {each.at: each.words(shown) for each in self._gatherings}
        told = {at: STATUS_WORDS[line.figure.status] for at, line in enumerate(lines) if line.closed}
        for at, word in told.items():
            texts[STATE_AT][at] = word
        rows, pixels = [line.row + _BELOW for line in lines], self._pixels(lines, [*written, *texts.values()])
        held = [self._book.held(column) for column in written]
        styles, kinds = [list(map(self._book.style, looks)) for looks in _LOOKS], [line.closed for line in lines]
        cuts, high = self._cuts(styles), list(map(points, pixels))
        holes = [high, *(column.pieces for column in held), *self._shown(texts, told).values()]
        made = fill([cuts[closed] for closed in kinds], rows, holes)
        restyle(made, rows, self._letters, self._book.odd(held, styles, kinds))
        self._ws.lines(rows, made, len(COLUMNS) - 1, pixels)

    def _written(self, lines: Sequence[Line], shown: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """The first columns, in which the Office has written."""
        named = [f"{line.figure.task.code}\n{line.figure.task.content}" for line in lines]
        return [shown[self._no], named, shown[self._deadline]]

    def _shown(self, texts: Mapping[int, Sequence[str]], told: Mapping[int, str]) -> dict[int, list[bytes]]:
        """What the live columns show for now. ``told``: lines (from 0) whose state is written by the Office."""
        shown = {at: fitted(said) for at, said in texts.items()}
        for at, piece in zip(told, self._book.held(list(told.values())).pieces, strict=True):
            shown[STATE_AT][at] = piece
        return shown

    def _pixels(self, lines: Sequence[Line], columns: Sequence[Sequence[Any]]) -> list[int]:
        """How high the rows must be."""
        most = [1 if line.closed else ROOM for line in lines]
        for (_, width), values in zip(COLUMNS, columns, strict=True):
            raise_to(most, values, width, BODY.size)
        return [pixels_high(lines_high(high, BODY.size)) for high in most]

    def _cuts(self, styles: Sequence[Sequence[int]]) -> list[Stencil]:
        """The stencils of open and of closed lines; the state of a closed one is told by the Office."""
        cuts = []
        for closed, ruled in enumerate(styles):
            slots = list(map(cell_slot, self._letters, ruled))
            for each in self._gatherings:
                if not (closed and each.at == STATE_AT):
                    slots[each.at] = each.live.slot(ruled[each.at])
            cuts.append(stencil(tuple(slots), below=_BELOW, fixed=True))
        return cuts


def _signatures(book: Book, ws: Sheet, at: int, assignment: Assignment) -> int:
    """Who made it and who approves it, with room for both signatures; the last row that is printed."""
    head = (assignment.agency.head_title or "Thủ trưởng cơ quan").upper()
    for row, maker, approver, look in (
        (at, "NGƯỜI LẬP BIỂU", head, _SIGNER),
        (at + 1, "(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên, đóng dấu)", _HINT),
        (
            at + 5,
            assignment.focal_point.full_name if assignment.focal_point else "",
            assignment.agency.head_name or "",
            _SIGNER,
        ),
    ):
        book.put(ws, row, 1, maker, look)
        book.put(ws, row, 6, approver, look)
    return at + 5
