"""How our workbooks look: fonts, fills that can be told apart in grey, and the named looks of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvbatch.model import Status

FONT = "Times New Roman"
DATE = "dd/mm/yyyy"

INPUT_FILL = "FFFDE7"  # what the agency fills in
LOCKED_FILL = "F2F2F2"  # what it cannot change
BAD_FILL = "FCE4D6"  # a cell that must be mended (always with a comment and a border)
HEADER_FILL = "D9E2F3"
DONE_FILL, IN_TIME_FILL, DUE_SOON_FILL, OVERDUE_FILL = "DDEBF7", "EDEDED", "FFF2CC", "F8CBAD"
STATUS_FILLS: Mapping[Status, str] = {
    Status.DONE_ON_TIME: DONE_FILL,
    Status.DONE_LATE: DONE_FILL,
    Status.DONE_NO_DEADLINE: DONE_FILL,
    Status.IN_TIME: IN_TIME_FILL,
    Status.OPEN_NO_DEADLINE: IN_TIME_FILL,
    Status.DUE_SOON: DUE_SOON_FILL,
    Status.OVERDUE: OVERDUE_FILL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell looks. ``quoted`` keeps text that starts like a formula as text even after F2 and Enter in Excel."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 11
    color: str = "000000"
    fill: str = ""
    align: str = ""  # left, center, right; "" lets Excel choose
    valign: str = "top"  # top, vcenter, bottom
    wrap: bool = False
    border: bool = False
    border_color: str = "808080"
    locked: bool = True
    number: str = ""
    indent: int = 0
    quoted: bool = False


PLAIN = Look()
TITLE = Look(bold=True, size=14, valign="vcenter")
TITLE_HEIGHT = 21.0
HEADER = Look(bold=True, fill=HEADER_FILL, align="center", valign="vcenter", wrap=True, border=True)
BODY = Look(wrap=True, border=True)
CENTER = Look(wrap=True, border=True, align="center")
NUMBER = Look(border=True, align="right", number="#,##0")
PERCENT = Look(border=True, align="right", number="0.0%")
NOTE = Look(italic=True, color="404040", wrap=True)
REMARK = Look(italic=True, color="404040")  # a note in one line
OWNER = Look(bold=True, size=12)  # whose workbook it is
