"""Columns of the schema and findings in, cells of a form out: headers, drop-downs, fills, marks and comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from nvbatch import xlsx
from nvbatch.form import Column
from nvbatch.grid import letter
from nvbatch.model import Finding, Severity
from nvbatch.xlsx import BODY, HEADER, Book, Look

CLOSED_FILL = "EDEDED"
HARD_FILL, SOFT_FILL = "F8CBAD", "FCE4D6"  # a cell to be mended, a cell to look at; both carry a comment
REQUIRED_LABEL = '@" (*)"'  # shows the mark, while the cell holds the bare label
CENTERED = frozenset({"no", "deadline", "updated_on", "progress", "completed_on", "requested_deadline"})
DATE_RULE: Mapping[str, Any] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(2000, 1, 1),
    "maximum": date(2100, 12, 31),
}
DATE_STOP = "Ghi ngày/tháng/năm, ví dụ 30/11/2026."
_RANK = {severity: place for place, severity in enumerate(Severity)}


def draw_header(book: Book, ws: Any, columns: Sequence[Column], *, key_row: int, header_row: int) -> None:
    """The hidden row of machine keys and the header; a required column shows «(*)»."""
    book.write_row(ws, key_row - 1, [c.key for c in columns])
    ws.set_row(key_row - 1, None, None, {"hidden": True})
    looks = [replace(HEADER, number=REQUIRED_LABEL) if c.required else HEADER for c in columns]
    height = xlsx.row_height([(f"{c.label} (*)", c.width - 3) for c in columns])
    book.write_row(ws, header_row - 1, [c.label for c in columns], looks, height=height)


def draw_validations(book: Book, ws: Any, columns: Sequence[Column], first: int, last: int) -> None:
    """Drop-downs, date and number checks with a message on entering, from the schema alone."""
    for at, column in enumerate(columns):
        if not column.agency:
            continue
        area = (first - 1, at, last - 1, at)
        prompt = (column.label, ("Bắt buộc. " if column.required else "") + column.hint)
        if column.type == "choice":
            book.choose(ws, area, column.choices, prompt=prompt, strict=not column.open)
        elif column.type == "date":
            book.demand(ws, area, DATE_RULE, prompt=prompt, stop=DATE_STOP)
        elif column.type == "percent":
            cell = f"{letter(at)}{first}"
            rule = {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{cell}<=100,OR({cell}=0,{cell}>=1))"}
            stop = "Ghi số từ 0 đến 100, không ghi dấu %. Ví dụ: 85 (nếu đã xong: 100)."
            book.demand(ws, area, rule, prompt=prompt, stop=stop)
        else:
            book.demand(ws, area, {"validate": "any"}, prompt=prompt, stop=None)


def draw_cell(
    book: Book, ws: Any, at: tuple[int, int], value: Any, column: Column, found: Sequence[Finding], *, closed: bool
) -> None:
    """One cell of a table: grey when closed, yellow when the agency writes here, marked when something was found."""
    mark = mark_fill(found) if found else ""
    look = _look(column.key in CENTERED, column.type == "date", column.agency, closed, mark)
    book.put(ws, *at, value, look)
    if mark:
        book.comment(ws, *at, comment_words(found))


@lru_cache(maxsize=64)
def _look(centred: bool, dated: bool, agency: bool, closed: bool, mark: str) -> Look:
    look = replace(BODY, align="center" if centred else "", number=xlsx.DATE if dated else "")
    if closed:
        look = replace(look, fill=CLOSED_FILL)
    elif agency:
        look = replace(look, fill=xlsx.INPUT_FILL, locked=False)
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
