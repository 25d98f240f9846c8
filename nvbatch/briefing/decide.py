"""Tasks that need a leader's decision in, rows that fit the first page out: long texts share the lines there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from nvbatch.briefing.rows import deadline_and_delay, delay_cause, reported
from nvbatch.briefing.wording import clip
from nvbatch.model import TaskFigure

FIRST_PAGE = 5  # contract 8.15
LINES = 15  # of the table on page one, beside letterhead, figures, three sentences and the chart
LEAST = 2  # lines of the tick boxes
_WIDTHS = (35, 33)  # characters a line of: việc with deadline and cause; đề xuất
_LABELS = len(": (). Nguyên nhân: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row of «Việc cần xin ý kiến chỉ đạo»."""

    no: str
    code: str
    agency: str
    content: str
    cause: str
    proposal: str
    deadline: str


def first_page(figures: Sequence[TaskFigure], names: Mapping[str, str], lines: int = LINES) -> list[Decision]:
    """At most five rows, each cut so that the table takes ``lines`` lines."""
    made = [_decision(no, f, names) for no, f in enumerate(figures[:FIRST_PAGE], start=1)]
    rooms = share(lines, [_lines(decision) for decision in made])
    return [_fitted(decision, room) for decision, room in zip(made, rooms, strict=True)]


def share(lines: int, needs: Sequence[int]) -> list[int]:
    """Lines a row: the least for all, then one by one to the shortest row that lacks some, until all are served."""
    rooms = [min(LEAST, need) for need in needs]
    while sum(rooms) < lines and any(need > room for need, room in zip(needs, rooms, strict=True)):
        lacking = [room if need > room else lines for need, room in zip(needs, rooms, strict=True)]
        rooms[lacking.index(min(lacking))] += 1
    return rooms


def _lines(decision: Decision) -> int:
    what = len(decision.agency + decision.content + decision.deadline + decision.cause) + _LABELS
    return max(
        LEAST, *(ceil(length / width) for length, width in zip((what, len(decision.proposal)), _WIDTHS, strict=True))
    )


def _decision(no: int, figure: TaskFigure, names: Mapping[str, str]) -> Decision:
    return Decision(
        no=str(no),
        code=figure.task.code,
        agency=names.get(figure.lead_agency, figure.lead_agency),
        content=" ".join(figure.task.content.split()).rstrip(" .;,"),
        cause=_sentence(delay_cause(figure)),
        proposal=_sentence(reported(figure, "proposal")),
        deadline=deadline_and_delay(figure),
    )


def _sentence(text: str) -> str:
    flat = " ".join(text.split())
    return flat if not flat or flat[-1] in ".!?…;" else flat + "."


def _fitted(decision: Decision, room: int) -> Decision:
    """Cut to its lines: the cause yields first, then the task; both keep a readable beginning."""
    free = _WIDTHS[0] * room - len(decision.agency + decision.deadline) - _LABELS
    cause = min(len(decision.cause), max(free - len(decision.content), free // 3))
    return replace(
        decision,
        content=clip(decision.content, max(free - cause, _WIDTHS[0])),
        cause=clip(decision.cause, max(cause, _WIDTHS[0] // 2)),
        proposal=clip(decision.proposal, _WIDTHS[1] * room),
    )
