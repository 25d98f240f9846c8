"""How the cells of the master look: the colours and marks of the statuses, always with the word beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nvbatch.model import DONE, MARK_WORDS, STATUS_WORDS, Severity, Status
from nvbatch.xlsx import (
    BODY,
    DATE,
    DUE_SOON_FILL,
    HEADER,
    OVERDUE_FILL,
    STATUS_FILLS,
    Look,
)

SIZE = 10.5  # points, of every list
TEXT = replace(BODY, size=SIZE)
MIDDLE = replace(TEXT, align="center")
COUNT = replace(TEXT, align="center", number="#,##0")
DAY = replace(TEXT, align="center", number=DATE)
MOMENT = replace(TEXT, align="center", number="hh:mm dd/mm/yyyy")
SHARE = replace(TEXT, align="center", number="0.0%")
LINK = replace(TEXT, underline=True, color="1F4E9E")
HEAD = replace(HEADER, size=SIZE)
TOTAL = replace(COUNT, bold=True, fill="F2F2F2")
TOTAL_TEXT = replace(TEXT, bold=True, fill="F2F2F2")
TOTAL_SHARE = replace(SHARE, bold=True, fill="F2F2F2")

MARKS: Mapping[Status, str] = {
    **dict.fromkeys(DONE, "●"),
    Status.IN_TIME: "○",
    Status.OPEN_NO_DEADLINE: "○",
    Status.DUE_SOON: "■",
    Status.OVERDUE: "▲",
}


def status_look(status: Status) -> Look:
    """Shading and, before the word, the status's mark: the cell itself holds the plain word, so filters stay clean."""
    mark = MARKS.get(status)
    return replace(TEXT, fill=STATUS_FILLS.get(status, ""), number=f'"{mark} "@' if mark else "")


STATUS_LOOKS: Mapping[str, Look] = {STATUS_WORDS[status]: status_look(status) for status in Status}
MARK_LOOKS: Mapping[str, Look] = {
    mark: replace(TEXT, fill={"▲": OVERDUE_FILL, "○": DUE_SOON_FILL}.get(mark, "")) for mark in MARK_WORDS
}
SEVERITY_LOOKS: Mapping[Severity, Look] = {
    Severity.FATAL: replace(TEXT, fill=OVERDUE_FILL, bold=True),
    Severity.ERROR: replace(TEXT, fill=OVERDUE_FILL),
    Severity.INCOMPLETE: replace(TEXT, fill=DUE_SOON_FILL),
    Severity.WARNING: TEXT,
    Severity.INFO: replace(TEXT, color="404040"),
}
# worn by the rows of the lists
EVERY = (TEXT, MIDDLE, COUNT, DAY, MOMENT, SHARE, LINK, *STATUS_LOOKS.values(), *SEVERITY_LOOKS.values())


def mark_word(mark: str) -> str:
    """``▲ Chậm``."""
    return f"{mark} {MARK_WORDS[mark]}"
