"""Layout in, sheet Bản trình duyệt out: eight columns on one page width, live from sheet Nhiệm vụ, for the head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nvbatch.celltext import lines_high
from nvbatch.form import Form
from nvbatch.formbook import words
from nvbatch.formbook.cells import CLOSED_FILL
from nvbatch.formbook.gathered import STATE_AT, Gathering, gatherings
from nvbatch.formbook.layout import FIRST_ROW, Layout, Line
from nvbatch.formbook.live import VALUE_END
from nvbatch.grid import letter
from nvbatch.looks import BODY, HEADER, OWNER, REMARK, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import STATUS_WORDS, Assignment
from nvbatch.press.book import Book
from nvbatch.press.cells import cached_value
from nvbatch.press.ruled import ANY_ROW, Limit
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
_OPEN = (BODY, replace(BODY, align="center"))
_CLOSED = (replace(BODY, fill=CLOSED_FILL), replace(BODY, fill=CLOSED_FILL, align="center"))
_SIGNER, _HINT = Look(bold=True, align="center"), Look(italic=True, align="center")
_WRITTEN: tuple[int, ...] = (0, 1, 2)  # columns in which the Office has written


class ApprovalSheet:
    """Draws what the head signs. The agency's own fields are formulas, so that it shows what was typed a moment ago;

    they are made once for all workbooks of the form.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._gatherings = gatherings(form, below=FIRST - FIRST_ROW)

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
        last = _signatures(book, ws, FIRST + max(len(layout.lines), 1), assignment)
        ws.freeze(FIRST - 1, 2)
        ws.page(made_at=made_at, repeat=(FIRST - 2, FIRST - 2), area=(0, 0, last, len(COLUMNS) - 1))
        ws.protect()
        return ws


class _Pen:
    """Draws lines, column by column."""

    def __init__(self, book: Book, ws: Sheet, form: Form, gathered: Sequence[Gathering]) -> None:
        self._book, self._ws, self._gatherings = book, ws, gathered
        self._no, self._deadline = form.tasks.keys.index("no"), form.tasks.keys.index("deadline")

    def draw(self, lines: Sequence[Line]) -> None:
        """One line a task, below the header."""
        drawn: dict[int, tuple[str, int, bytes]] = {}  # row → first cells, how many lines of text it needs, live cells
        for closed in (False, True):
            own = [line for line in lines if line.closed is closed]
            if own:
                drawn |= zip((line.row for line in own), self._alike(own, closed), strict=True)
        cells, high, live = zip(*(drawn[line.row] for line in lines), strict=True) if lines else ((), (), ())
        self._ws.lines(FIRST - 1, cells, len(COLUMNS) - 1, [lines_high(most, BODY.size) for most in high], live)

    def _alike(self, lines: Sequence[Line], closed: bool) -> Iterator[tuple[str, int, bytes]]:
        """Lines that are all closed, or all open."""
        plain, centred = map(self._book.style, _CLOSED if closed else _OPEN)
        first, state, most = self._written(lines, closed, plain, centred)
        live: list[Sequence[bytes]] = []
        for gathering in self._gatherings:
            if gathering.at == STATE_AT and closed:
                live.append(state)
            else:
                live += _gathered(gathering, lines, centred if gathering.at == STATE_AT else plain, most)
        return zip(first, most, map(b"".join, zip(*live, strict=True)), strict=True)

    def _written(
        self, lines: Sequence[Line], closed: bool, plain: int, centred: int
    ) -> tuple[list[str], list[bytes], list[int]]:
        """What the Office wrote, the state of closed lines, and how many lines of text the rows need."""
        rows: list[tuple[Any, ...]] = [
            (line.shown[self._no], f"{line.figure.task.code}\n{line.figure.task.content}", line.shown[self._deadline])
            for line in lines
        ]
        own, styles = _WRITTEN, [centred, plain, centred]
        if closed:
            own, styles = (*own, STATE_AT), [*styles, centred]
            rows = [(*row, STATUS_WORDS[line.figure.status]) for row, line in zip(rows, lines, strict=True)]
        widths, letters = [COLUMNS[at][1] for at in own], [letter(at) for at in own]
        ruled = self._book.ruled(letters, styles, widths=widths, least=1 if closed else ROOM)
        made = ruled.columns(rows)
        first = ["".join(cells) for cells in zip(*made[: len(_WRITTEN)], strict=True)]
        states = made[-1] if closed else []
        placed = zip(states, lines, strict=False)
        return first, [cell.replace(ANY_ROW, str(_row(line))).encode() for cell, line in placed], ruled.lines(rows)


def _gathered(
    gathering: Gathering, lines: Sequence[Line], style: int, most: list[int]
) -> tuple[list[bytes], list[bytes]]:
    """Cells of a live column, each begun and ended; ``most`` is raised to the lines that their texts need."""
    said = _Said(gathering)
    texts = [said[gathering.take(line.shown)] for line in lines]
    Limit(COLUMNS[gathering.at][1], BODY.size).raise_to(most, texts)
    begun, ended = gathering.live.rows(style), _Ended()
    return [begun[line.row] for line in lines], list(map(ended.__getitem__, texts))


class _Said(dict[tuple[Any, ...], str]):
    """What is gathered → its words; many lines say the same, or nothing."""

    def __init__(self, gathering: Gathering) -> None:
        super().__init__()
        self._say = gathering.say

    def __missing__(self, values: tuple[Any, ...]) -> str:
        made = self[values] = self._say(values)
        return made


class _Ended(dict[str, bytes]):
    """What a live cell shows → its end."""

    def __missing__(self, shown: str) -> bytes:
        made = self[shown] = cached_value(shown).encode() + VALUE_END
        return made


def _row(line: Line) -> int:
    return line.row - FIRST_ROW + FIRST


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
