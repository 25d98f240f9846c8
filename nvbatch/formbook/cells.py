"""Columns of the schema and findings in, cells of a form out: headers, drop-downs, fills, marks and comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from nvbatch.celltext import row_height
from nvbatch.form import Column
from nvbatch.grid import letter
from nvbatch.looks import BODY, DATE, HEADER, INPUT_FILL, Look
from nvbatch.model import Finding, Severity
from nvbatch.press.book import Book
from nvbatch.press.checks import Check
from nvbatch.press.contents import serial
from nvbatch.press.sheet import Sheet

CLOSED_FILL = "EDEDED"
HARD_FILL, SOFT_FILL = "F8CBAD", "FCE4D6"  # a cell to be mended, a cell to look at; both carry a comment
REQUIRED_LABEL = '@" (*)"'  # shows the mark, while the cell holds the bare label
_REQUIRED = replace(HEADER, number=REQUIRED_LABEL)
CENTERED = frozenset({"no", "deadline", "updated_on", "progress", "completed_on", "requested_deadline"})
DATE_CHECK = Check("date", str(serial(date(2000, 1, 1))), str(serial(date(2100, 12, 31))))
DATE_STOP = "Ghi ngày/tháng/năm, ví dụ 30/11/2026."
_RANK = {severity: place for place, severity in enumerate(Severity)}


def draw_header(book: Book, ws: Sheet, columns: Sequence[Column], *, key_row: int, header_row: int) -> None:
    """The hidden row of machine keys and the header; a required column shows «(*)»."""
    book.write_row(ws, key_row - 1, [c.key for c in columns])
    ws.set_row(key_row - 1, hidden=True)
    looks = [_REQUIRED if c.required else HEADER for c in columns]
    height = row_height([(f"{c.label} (*)", c.width - 3) for c in columns])
    book.write_row(ws, header_row - 1, [c.label for c in columns], looks, height=height)


def draw_validations(book: Book, ws: Sheet, columns: Sequence[Column], first: int, last: int) -> None:
    """Drop-downs, date and number checks with a message on entering, from the schema alone."""
    for at, column in enumerate(columns):
        if not column.agency:
            continue
        area = (first - 1, at, last - 1, at)
        prompt = (column.label, ("Bắt buộc. " if column.required else "") + column.hint)
        if column.type == "choice":
            book.choose(ws, area, column.choices, prompt=prompt, strict=not column.open)
        elif column.type == "date":
            book.demand(ws, area, DATE_CHECK, prompt=prompt, stop=DATE_STOP)
        elif column.type == "percent":
            cell = f"{letter(at)}{first}"
            check = Check("custom", f"AND(ISNUMBER({cell}),{cell}<=100,OR({cell}=0,{cell}>=1))")
            stop = "Ghi số từ 0 đến 100, không ghi dấu %. Ví dụ: 85 (nếu đã xong: 100)."
            book.demand(ws, area, check, prompt=prompt, stop=stop)
        else:
            book.demand(ws, area, Check(), prompt=prompt, stop=None)


def draw_marks(book: Book, ws: Sheet, at: tuple[int, int], found: Sequence[Finding]) -> str:
    """The fill of a cell on which something was found, with its comment; "" when it needs no mark."""
    mark = mark_fill(found)
    if mark:
        book.comment(ws, *at, comment_words(found))
    return mark


def cell_look(column: Column, closed: bool, mark: str = "") -> Look:
    """Grey when closed, yellow when the agency writes here, marked when something was found."""
    return _look(column.key in CENTERED, column.type == "date", column.agency, closed, mark)


@cache
def _look(centred: bool, dated: bool, agency: bool, closed: bool, mark: str) -> Look:
    look = replace(BODY, align="center" if centred else "", number=DATE if dated else "")
    if closed:
        look = replace(look, fill=CLOSED_FILL)
    elif agency:
        look = replace(look, fill=INPUT_FILL, locked=False)
    return replace(look, fill=mark, border_color="C00000") if mark else look


def mark_fill(found: Sequence[Finding]) -> str:
    """Strong for what must be mended, light for what should be looked at, none for mere information."""
    worst = min((_RANK[f.severity] for f in found), default=len(_RANK))
    if worst <= _RANK[Severity.INCOMPLETE]:
        return HARD_FILL
    return SOFT_FILL if worst == _RANK[Severity.WARNING] else ""


def comment_words(found: Sequence[Finding]) -> str:
    """Code · what · how to mend, of every finding of the cell; the room cuts it at 250 characters."""
    return "\n".join(f"{f.rule} · {f.message}" + (f" · {f.fix}" if f.fix else "") for f in found)
