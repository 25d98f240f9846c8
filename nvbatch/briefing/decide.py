"""Tasks that need a leader's decision in, rows that fit the first page out: long texts share the lines there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nvbatch.briefing.rows import deadline_and_delay, delay_cause, reported
from nvbatch.briefing.wording import clip
from nvbatch.model import TaskFigure
from nvbatch.nd30_2020 import text_width

FIRST_PAGE = 5  # contract 8.15
LINES = 18  # of the table on page one, beside letterhead, figures, three sentences and the chart
LEAST = 2  # lines of the tick boxes
_SIZE = 11.0
_WIDTHS = (190.0, 164.0)  # points, of the two columns of text in the templates, a hair less than they are
_FLOOR = 24  # characters that always stay of task and proposal
_TELLING = 24  # characters that a cut cause must say beyond its kind to be worth its place


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
    cut: bool = False  # something was left out for want of room


def first_page(figures: Sequence[TaskFigure], names: Mapping[str, str], lines: int = LINES) -> list[Decision]:
    """At most five rows, each cut so that the table takes ``lines`` lines."""
    made = [_decision(no, f, names) for no, f in enumerate(figures[:FIRST_PAGE], start=1)]
    rooms = share(lines, [max(LEAST, _what_lines(d), wrapped(d.proposal, _WIDTHS[1])) for d in made])
    kinds = [reported(f, "delay_cause_kind") for f in figures]
    return [_fitted(decision, room, kind) for decision, room, kind in zip(made, rooms, kinds, strict=False)]


def share(lines: int, needs: Sequence[int]) -> list[int]:
    """Lines a row: the least for all, then one by one to the shortest row that lacks some, until all are served."""
    rooms = [min(LEAST, need) for need in needs]
    while sum(rooms) < lines and any(need > room for need, room in zip(needs, rooms, strict=True)):
        lacking = [room if need > room else lines for need, room in zip(needs, rooms, strict=True)]
        rooms[lacking.index(min(lacking))] += 1
    return rooms


def wrapped(text: str, width: float, bold: int = 0) -> int:
    """How many lines a text takes in a column; its first ``bold`` characters are bold."""
    lines, left, place = 1, width, 0
    for word in text.split():
        narrow = 1.0 if place < bold else 0.96  # upright letters are narrower than the bold ones that are measured
        need = text_width(word, _SIZE) * narrow
        if need > left and left < width:
            lines, left = lines + 1, width
        left -= need + text_width(" ", _SIZE)
        place += len(word) + 1
    return lines


def _what_lines(decision: Decision) -> int:
    cause = f" Nguyên nhân: {decision.cause}" if decision.cause else ""
    text = f"{decision.agency}: {decision.content} ({decision.deadline}).{cause}"
    return wrapped(text, _WIDTHS[0], len(decision.agency) + 1)


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


def _fitted(decision: Decision, room: int, kind: str) -> Decision:
    """Cut to its lines: word by word, always the longer of task and cause; a cause without room is its kind alone."""
    content, cause, proposal = len(decision.content), len(decision.cause), len(decision.proposal)
    fitted = decision
    while _what_lines(fitted) > room and (content > _FLOOR or cause > _FLOOR):
        if content >= cause:
            content = max(content - 4, _FLOOR)
        else:
            cause = max(cause - 4, _FLOOR)
        fitted = replace(decision, content=clip(decision.content, content), cause=clip(decision.cause, cause))
    if fitted.cause != decision.cause and len(fitted.cause) < _TELLING + len(kind):
        fitted, content = replace(decision, cause=_sentence(kind)), len(decision.content)
        while _what_lines(fitted) > room and content > _FLOOR:
            content = max(content - 4, _FLOOR)
            fitted = replace(fitted, content=clip(decision.content, content))
    while wrapped(clip(decision.proposal, proposal), _WIDTHS[1]) > room and proposal > _FLOOR:
        proposal -= 4
    fitted = replace(fitted, proposal=clip(decision.proposal, max(proposal, _FLOOR)))
    return replace(fitted, cut=fitted != decision)
