"""The days that a phrase names in, the one reading that they amount to out: kind, last day, doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from nvbatch.deadline import words
from nvbatch.deadline.phrase import Phrase
from nvbatch.deadline.points import Group, Point, clock_time
from nvbatch.deadline.say import say, say_no_day
from nvbatch.deadline.span import WorkingDay
from nvbatch.model import DeadlineReading

_KINDS = {
    "day": "DAY", "part": "MONTH_PART", "week": "PERIOD", "month": "MONTH", "quarter": "QUARTER", "half": "HALF",
    "period": "PERIOD", "year": "YEAR", "years": "MULTI_YEAR",
}  # fmt: skip
_DOUBTFUL = frozenset({"EVENT", "CONDITIONAL", "INVALID", "NOT_A_DATE"})
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_DONE_STEP = re.compile(r"\b(?:hoan thanh|xong|ket thuc)\b[a-z\s]*$")
_FEAST = re.compile(r"\b(?:dip|le|tet|quoc khanh|ky niem|chao mung)\b[^,;()\d]{0,30}$")
_CAP = re.compile(r"\b(?:truoc|cham nhat|muon nhat|khong qua|khong (?:cham|muon) hon)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    doc_date: date
    before_is_inclusive: bool
    is_working_day: WorkingDay


def choose(found: Sequence[Group], text: Phrase, rules: Rules) -> DeadlineReading:
    """Of everything that is named, what the deadline is: marked words first, then the more precise, then the first."""
    kept, doubt = _marked(found)
    inner = [g for g in kept if all(o.first <= g.first and g.last <= o.last for o in kept)]
    if len(kept) == 1 or inner:
        chosen = min(inner or kept, key=lambda g: (not g.names_day, g.last))
        reading = _group(chosen, rules)
    else:
        chosen = _step(kept, text)
        reading = _two_steps(chosen, rules)
    return _in_context(assume(reading) if doubt else reading, chosen, text)


def is_capped(before: str) -> bool:
    """Does a word such as «trước», «chậm nhất» stand in the text before a day?"""
    return bool(_CAP.search(before))


def _marked(found: Sequence[Group]) -> tuple[list[Group], bool]:
    """Groups that a word such as «trước», «chậm nhất» leads to; says whether a day was passed over."""
    marked = [g for g in found if g.marked]
    if not marked or len(marked) == len(found):
        return list(found), False
    return marked, any(g.names_day for g in found if not g.marked)


def _step(kept: Sequence[Group], text: Phrase) -> Group:
    """Of several steps the one that is called «hoàn thành», else the first."""
    start = 0
    for group in kept:
        if _DONE_STEP.search(text.plain[start : group.points[0].mention.start]):
            return group
        start = group.points[-1].mention.end
    return kept[0]


def _in_context(reading: DeadlineReading, chosen: Group, text: Phrase) -> DeadlineReading:
    """What events and conditions around the chosen day do to it."""
    mention, marker = chosen.points[0].mention, chosen.points[0].marker
    before = text.plain[: mention.start]
    condition = words.condition(text)
    if condition == "choice" or (condition and not (chosen.names_day and is_capped(before))):
        return no_day("CONDITIONAL")
    if _FEAST.search(before):
        return no_day("EVENT")
    event = words.event(text)
    if event is None or reading.on is None:
        return assume(reading) if condition and reading.on else reading
    if event.start() < mention.start and not chosen.names_day and marker not in ("before", "until"):
        return no_day("EVENT")
    sure = chosen.names_day and (marker in ("before", "until") or event.start() > mention.start)
    return reading if sure and not condition else assume(reading)


def _group(group: Group, rules: Rules) -> DeadlineReading:
    point = group.points[-1]
    if len(group.points) == 1:
        return _single(point, rules)
    if any(a.last > b.last for a, b in pairwise(group.points)):
        return no_day("INVALID")
    if group.join == "range" or _consecutive(group.points):
        years = {p.mention.unit for p in group.points} == {"year"}
        reading = _plain("MULTI_YEAR" if years else "RANGE", point)
        return assume(reading) if any(p.mention.doubtful for p in group.points) else reading
    on = _by_policy(point, rules) if point.marker == "before" or group.points[0].marker == "before" else point.last
    return DeadlineReading(
        text="", kind="MULTI", on=on, named=point.last, ambiguous=True, assumed=True, explanation=say("MULTI", on)
    )


def _consecutive(points: Sequence[Point]) -> bool:
    """Months or quarters that follow each other without a gap are a range, however they are listed."""
    units = {p.mention.unit for p in points}
    return (
        len(units) == 1
        and units <= {"month", "quarter", "year"}
        and all((b.first - a.last).days == 1 for a, b in pairwise(points))
    )


def _single(point: Point, rules: Rules) -> DeadlineReading:
    unit = point.mention.unit
    if point.marker == "from" and unit != "years":
        return no_day("NOT_A_DATE", "Chỉ nêu thời điểm bắt đầu, không nêu thời hạn hoàn thành.")
    if point.clock not in (None, (0, 0)) or (point.clock and point.marker == "before"):
        return _timestamp(point)
    if unit == "day":
        reading = day_reading("BEFORE" if point.marker == "before" else "DAY", point.last, rules, point.guessed)
        return assume(reading) if point.guessed or point.mention.doubtful else reading
    if point.marker == "before" and unit != "part":
        return _before_period(point)
    reading = _plain(_kind(point, rules), point)
    return assume(reading) if point.marker == "before" else reading


def _kind(point: Point, rules: Rules) -> str:
    """«đến năm 2030» spans years; every other unit has its own kind."""
    if point.mention.unit == "year" and point.marker == "until" and point.last.year > rules.doc_date.year + 1:
        return "MULTI_YEAR"
    return _KINDS[point.mention.unit]


def _plain(kind: str, point: Point) -> DeadlineReading:
    doubt = point.guessed or point.mention.doubtful
    return DeadlineReading(
        text="", kind=kind, on=point.last, ambiguous=doubt, assumed=doubt,
        explanation=say(kind, point.last, guessed=point.guessed),
    )  # fmt: skip


def day_reading(kind: str, day: date, rules: Rules, guessed: bool = False) -> DeadlineReading:
    if kind == "DAY":
        return DeadlineReading(text="", kind="DAY", on=day, explanation=say("DAY", day, guessed=guessed))
    on = day if rules.before_is_inclusive else day - timedelta(days=1)
    return DeadlineReading(
        text="", kind="BEFORE", on=on, named=day, ambiguous=True,
        explanation=say("BEFORE", on, named=day, guessed=guessed),
    )  # fmt: skip


def _by_policy(point: Point, rules: Rules) -> date:
    return point.last if rules.before_is_inclusive else point.last - timedelta(days=1)


def _before_period(point: Point) -> DeadlineReading:
    """«trước tháng 3» ends with February; some mean the end of March: never beyond doubt."""
    on = point.first - timedelta(days=1)
    explanation = say("BEFORE_MONTH", on, guessed=point.guessed)
    return DeadlineReading(text="", kind="BEFORE_MONTH", on=on, ambiguous=True, assumed=True, explanation=explanation)


def _timestamp(point: Point) -> DeadlineReading:
    clock = clock_time(point.clock or (0, 0))
    if clock is None:
        return no_day("INVALID")
    day = point.last + timedelta(days=1) if point.clock == (24, 0) else point.last
    at = datetime.combine(day, clock, tzinfo=_ZONE)
    doubt = point.guessed or point.mention.doubtful or point.clock == (0, 0)
    return DeadlineReading(
        text="", kind="TIMESTAMP", on=point.last, at=at, ambiguous=doubt, assumed=doubt,
        explanation=say("TIMESTAMP", point.last, at=at, guessed=point.guessed),
    )  # fmt: skip


def _two_steps(group: Group, rules: Rules) -> DeadlineReading:
    reading = _group(group, rules)
    if reading.on is None:
        return reading
    return assume(replace(reading, kind="TWO_STEP", at=None, explanation=say("TWO_STEP", reading.on)))


def no_day(kind: str, explanation: str = "") -> DeadlineReading:
    return DeadlineReading(text="", kind=kind, ambiguous=kind in _DOUBTFUL, explanation=explanation or say_no_day(kind))


def assume(reading: DeadlineReading) -> DeadlineReading:
    return replace(reading, ambiguous=True, assumed=True)
