"""What is to be mended in, sheet Nội dung cần chỉnh sửa out: one line a matter, every cell a click away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from nvbatch.celltext import row_height
from nvbatch.formbook import words
from nvbatch.formbook.cells import HARD_FILL, SOFT_FILL
from nvbatch.formbook.layout import Layout
from nvbatch.formbook.marks import Mend, Place
from nvbatch.looks import BODY, CENTER, HEADER, OWNER, REMARK, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import SEVERITY_WORDS, Assignment, Severity
from nvbatch.press.book import Book
from nvbatch.press.sheet import Sheet

MENDS_SHEET = "Nội dung cần chỉnh sửa"
COLUMNS: tuple[tuple[str, float], ...] = (
    ("TT", 5),
    ("Mức độ", 13),
    ("Nội dung", 48),
    ("Cách sửa", 44),
    ("Mã nhiệm vụ", 18),
    ("Cột", 20),
    ("Ô cần sửa (bấm để đến)", 16),
)
HEADER_AT = 6  # Excel row
NAMED = 8  # so many codes are written out, the rest is counted
FURTHER = 120  # links to further cells, to the right of the table
_FILLS = {Severity.FATAL: HARD_FILL, Severity.ERROR: HARD_FILL, Severity.INCOMPLETE: HARD_FILL}
_FILLS |= {Severity.WARNING: SOFT_FILL}
_LOOKS = {
    severity: (CENTER, replace(CENTER, bold=True, fill=_FILLS.get(severity, "")), BODY, BODY, BODY, BODY)
    for severity in Severity
}


def draw_mends(book: Book, assignment: Assignment, layout: Layout, *, zone: tzinfo, made_at: datetime) -> Sheet:
    """Worst first; equal findings are one line with a list of cells, and each cell has its link."""
    most = min(max((len(mend.places) for mend in layout.mends), default=1) - 1, FURTHER)
    ws = book.sheet(MENDS_SHEET, widths=[*(width for _, width in COLUMNS), *[9.0] * most])
    _head(book, ws, assignment, layout, zone)
    titles = [*(name for name, _ in COLUMNS), *["Ô khác"] * most]
    book.write_row(ws, HEADER_AT - 1, titles, HEADER, height=33)
    for number, mend in enumerate(layout.mends, 1):
        _line(book, ws, HEADER_AT - 1 + number, number, mend, layout)
    last = HEADER_AT - 1 + max(len(layout.mends), 1)
    ws.freeze(HEADER_AT, 0)
    ws.autofilter((HEADER_AT - 1, 0, last, len(COLUMNS) - 1))
    ws.page(made_at=made_at, repeat=(HEADER_AT - 1, HEADER_AT - 1), area=(0, 0, last, len(COLUMNS) - 1))
    ws.protect()
    return ws


def _head(book: Book, ws: Sheet, assignment: Assignment, layout: Layout, zone: tzinfo) -> None:
    counts = words.counted(layout.mends)
    book.put(ws, 0, 0, assignment.agency.name.upper(), OWNER)
    book.write_row(ws, 1, ["NỘI DUNG CẦN CHỈNH SỬA"], TITLE, height=TITLE_HEIGHT)
    book.put(ws, 2, 0, words.received_words(assignment, zone))
    if not counts:
        book.put(ws, 3, 0, "Qua kiểm tra, không có nội dung phải chỉnh sửa. Trân trọng cảm ơn Quý cơ quan.")
        return
    book.put(ws, 3, 0, f"Qua kiểm tra, báo cáo có: {counts}.", Look(bold=True))
    advice = "Đề nghị Quý cơ quan sửa trực tiếp trên tệp này và gửi lại bằng cách trả lời thư của Văn phòng."
    book.put(ws, 4, 0, advice, REMARK)


def _line(book: Book, ws: Sheet, at: int, number: int, mend: Mend, layout: Layout) -> None:
    level = f"{SEVERITY_WORDS[mend.severity]}\n({mend.rule}{', được miễn' if mend.waived else ''})"
    codes = _listed([place.task for place in mend.places])
    labels = _listed([place.label for place in mend.places])
    first = _shown(mend.places[0], layout, len(mend.places) - 1)
    shown = [number, level, mend.message, mend.fix, codes, labels]
    cells = [(text, width) for text, (_, width) in zip(shown, COLUMNS, strict=False)]
    book.write_row(ws, at, shown, _LOOKS[mend.severity])
    _jump(book, ws, at, len(shown), mend.places[0], first)
    for column, place in enumerate(mend.places[1 : FURTHER + 1], len(COLUMNS)):
        _jump(book, ws, at, column, place, _shown(place, layout))
    ws.set_row(at, row_height([*cells, (first, COLUMNS[-1][1])], least=2))


def _shown(place: Place, layout: Layout, others: int = 0) -> str:
    """«M11», «Biến động!G5», «M11 và 3 ô khác»."""
    cell = place.cell if place.sheet == layout.tasks.sheet else f"{place.sheet}!{place.cell}"
    address = cell if place.cell and cell else place.words
    return f"{address} và {others} ô khác" if others > 0 else address


def _jump(book: Book, ws: Sheet, at: int, column: int, place: Place, shown: str) -> None:
    if place.sheet and place.cell:
        book.link(ws, at, column, place.sheet, place.cell, CENTER, shown)
    else:
        book.put(ws, at, column, shown, CENTER)


def _listed(names: list[str | None]) -> str:
    unique = list(dict.fromkeys(name for name in names if name))
    more = (f"… và {len(unique) - NAMED} mục khác",) if len(unique) > NAMED else ()
    return "\n".join((*unique[:NAMED], *more))
