"""A deadline phrase and its document's date in, the one deadline that it means out: kind, last day, doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from nvbatch.deadline import words
from nvbatch.deadline.mention import Mention
from nvbatch.deadline.phrase import Phrase, phrase
from nvbatch.deadline.points import Group, Point, clock_time, groups
from nvbatch.deadline.say import say, say_no_day, say_span
from nvbatch.deadline.scan import mentions
from nvbatch.deadline.span import Span, WorkingDay, find_span
from nvbatch.model import DeadlineReading

_KINDS = {
    "day": "DAY", "part": "MONTH_PART", "week": "PERIOD", "month": "MONTH", "quarter": "QUARTER", "half": "HALF",
    "period": "PERIOD", "year": "YEAR", "years": "MULTI_YEAR",
}  # fmt: skip
_DOUBTFUL = frozenset({"EVENT", "CONDITIONAL", "INVALID", "NOT_A_DATE"})
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIALS = range(32_874, 91_677)  # Excel's day numbers of 1990–2150
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "nhat": 6}
_WEEKDAY = re.compile(
    r"\W*(?:(?:(?P<before>truoc)|cham nhat|muon nhat|hoan thanh|trong|vao|den|het|la)\s+)*"
    r"(?:\d{1,2}\s*[hg:]\s*\d{0,2}\s*)?(?:ngay )?"
    r"(?:thu|chu) (?P<day>hai|ba|tu|nam|sau|bay|nhat|[2-7])(?: (?:cua )?tuan (?P<which>nay|sau|toi))?\W*"
)
_ANY_DATES = (date(2021, 1, 1), date(2022, 7, 15))  # what depends on the document's date differs between these
_DONE_BY = re.compile(r"\b(?:hoan thanh|xong|ket thuc)\b")
_DONE_STEP = re.compile(r"\b(?:hoan thanh|xong|ket thuc)\b[a-z\s]*$")
_FEAST = re.compile(r"\b(?:dip|le|tet|quoc khanh|ky niem|chao mung)\b[^,;()\d]{0,30}$")
_CAP = re.compile(r"\b(?:truoc|cham nhat|muon nhat|khong qua|khong (?:cham|muon) hon)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    doc_date: date
    before_is_inclusive: bool
    is_working_day: WorkingDay


def read_deadline(
    text: str,
    doc_date: date | None,
    *,
    before_is_inclusive: bool = True,
    is_working_day: Callable[[date], bool] | None = None,
) -> DeadlineReading:
    """Read a deadline phrase as it stands in a document of ``doc_date``; no text makes it fail.

    ``is_working_day`` counts spans of working days (default: Monday to Friday). Without a document date only what the
    phrase says by itself is understood.
    """
    working = is_working_day or (lambda day: day.weekday() < 5)
    known = doc_date is not None and 1900 <= doc_date.year <= 2200
    bases = (date(doc_date.year, doc_date.month, doc_date.day),) if doc_date and known else _ANY_DATES
    found = phrase(text)
    first, *others = (
        _read(found, _Rules(doc_date=base, before_is_inclusive=before_is_inclusive, is_working_day=working))
        for base in bases
    )
    if any(other.on != first.on for other in others):
        first = _no_day("NOT_A_DATE", "Thiếu năm hoặc mốc tính mà văn bản giao không có ngày: chưa tính được thời hạn.")
    return replace(first, text=text)


def _read(text: Phrase, rules: _Rules) -> DeadlineReading:
    if words.is_none(text):
        return _no_day("NONE")
    if (serial := _SERIAL.fullmatch(text.plain.strip(" .,;"))) and int(serial[1]) in _SERIALS:
        day = date(1899, 12, 30) + timedelta(days=int(serial[1]))
        return DeadlineReading(text="", kind="DAY", on=day, explanation=say("DAY", day))
    if words.is_no_phrase(text) or words.is_unfilled(text):
        return _no_day("NOT_A_DATE")
    if words.is_lunar(text):
        return _no_day("EVENT")
    if weekday := _WEEKDAY.fullmatch(text.plain):
        return _weekday(weekday, rules)
    named = mentions(text, rules.doc_date)
    rhythm = words.rhythm(text)
    if rhythm and not _ends_once(named, text, rhythm[1]):
        return _no_day(rhythm[0])
    span = find_span(text, named)
    if span and not [m for m in named if m is not span.base]:
        return _relative(span, text, rules)
    if any(m.broken for m in named):
        return _no_day("INVALID")
    if not named:
        return _no_day(_wordy(text))
    found = groups([m for m in named if not (span and m is span.base)], text, rules.doc_date)
    if found is None:
        return _no_day("INVALID")
    reading = _choose(found, text, rules)
    doubt = bool(rhythm) or bool(span and span.cued)
    return _assume(reading) if doubt and reading.on else reading


def _no_day(kind: str, explanation: str = "") -> DeadlineReading:
    return DeadlineReading(text="", kind=kind, ambiguous=kind in _DOUBTFUL, explanation=explanation or say_no_day(kind))


def _assume(reading: DeadlineReading) -> DeadlineReading:
    return replace(reading, ambiguous=True, assumed=True)


def _wordy(text: Phrase) -> str:
    """The kind of a phrase that names no day at all."""
    if words.condition(text):
        return "CONDITIONAL"
    if words.event(text):
        return "EVENT"
    return "UNDEFINED" if words.is_undefined(text) else "NOT_A_DATE"


def _ends_once(named: Sequence[Mention], text: Phrase, rhythm: int) -> bool:
    """A day by which all is done, though something recurs.

    «Rà soát thường xuyên, hoàn thành trước ngày 30/6/2025»; «31/12/2025, báo cáo định kỳ hằng quý».
    """
    days = [m for m in named if m.unit == "day" and m.year is not None and not m.broken]
    if any(_DONE_BY.search(text.plain[: day.start]) and _CAP.search(text.plain[: day.start]) for day in days):
        return True
    return any(day.end <= rhythm and re.search(r"[,;(]", text.plain[day.end : rhythm]) for day in days[:1])


# --- spans and weekdays -------------------------------------------------------------------------


def _relative(span: Span, text: Phrase, rules: _Rules) -> DeadlineReading:
    if span.origin == "event" or words.condition(text.without(span.start, span.end)):
        return _no_day("CONDITIONAL")
    base = rules.doc_date
    if span.base is not None:
        found = None if span.base.broken else groups([span.base], text, rules.doc_date)
        if not found:
            return _no_day("INVALID")
        base = found[0].last
    on = span.end_from(base, rules.is_working_day)
    if on is None:
        return _no_day("INVALID")
    doubt = not span.exact or span.unit == "hours"
    return DeadlineReading(
        text="", kind="RELATIVE", on=on, ambiguous=doubt, assumed=doubt, explanation=say_span(span, base, on)
    )


def _weekday(match: re.Match[str], rules: _Rules) -> DeadlineReading:
    """«thứ Sáu», «thứ Sáu tuần sau»: counted from the document's week, never beyond doubt."""
    word = match["day"]
    number = int(word) - 2 if word.isdecimal() else _WEEKDAYS[word]
    monday = rules.doc_date - timedelta(days=rules.doc_date.weekday())
    day = monday + timedelta(days=number + (7 if match["which"] in ("sau", "toi") else 0))
    if match["which"] is None and day < rules.doc_date:
        day += timedelta(days=7)
    return _assume(_day_reading("BEFORE" if match["before"] else "DAY", day, rules))


# --- named days and periods ---------------------------------------------------------------------


def _choose(found: Sequence[Group], text: Phrase, rules: _Rules) -> DeadlineReading:
    """Of everything that is named, what the deadline is: marked words first, then the more precise, then the first."""
    kept, doubt = _marked(found)
    inner = [g for g in kept if all(o.first <= g.first and g.last <= o.last for o in kept)]
    if len(kept) == 1 or inner:
        chosen = min(inner or kept, key=lambda g: (not g.names_day, g.last))
        reading = _group(chosen, rules)
    else:
        chosen = _step(kept, text)
        reading = _two_steps(chosen, rules)
    return _in_context(_assume(reading) if doubt else reading, chosen, text)


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
    if condition == "choice" or (condition and not (chosen.names_day and _CAP.search(before))):
        return _no_day("CONDITIONAL")
    if _FEAST.search(before):
        return _no_day("EVENT")
    event = words.event(text)
    if event is None or reading.on is None:
        return _assume(reading) if condition and reading.on else reading
    if event.start() < mention.start and not chosen.names_day and marker not in ("before", "until"):
        return _no_day("EVENT")
    sure = chosen.names_day and (marker in ("before", "until") or event.start() > mention.start)
    return reading if sure and not condition else _assume(reading)


def _group(group: Group, rules: _Rules) -> DeadlineReading:
    point = group.points[-1]
    if len(group.points) == 1:
        return _single(point, rules)
    if any(a.last > b.last for a, b in pairwise(group.points)):
        return _no_day("INVALID")
    if group.join == "range" or _consecutive(group.points):
        years = {p.mention.unit for p in group.points} == {"year"}
        reading = _plain("MULTI_YEAR" if years else "RANGE", point)
        return _assume(reading) if any(p.mention.doubtful for p in group.points) else reading
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


def _single(point: Point, rules: _Rules) -> DeadlineReading:
    unit = point.mention.unit
    if point.marker == "from" and unit != "years":
        return _no_day("NOT_A_DATE", "Chỉ nêu thời điểm bắt đầu, không nêu thời hạn hoàn thành.")
    if point.clock not in (None, (0, 0)) or (point.clock and point.marker == "before"):
        return _timestamp(point)
    if unit == "day":
        reading = _day_reading("BEFORE" if point.marker == "before" else "DAY", point.last, rules, point.guessed)
        return _assume(reading) if point.guessed or point.mention.doubtful else reading
    if point.marker == "before" and unit != "part":
        return _before_period(point)
    reading = _plain(_kind(point, rules), point)
    return _assume(reading) if point.marker == "before" else reading


def _kind(point: Point, rules: _Rules) -> str:
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


def _day_reading(kind: str, day: date, rules: _Rules, guessed: bool = False) -> DeadlineReading:
    if kind == "DAY":
        return DeadlineReading(text="", kind="DAY", on=day, explanation=say("DAY", day, guessed=guessed))
    on = day if rules.before_is_inclusive else day - timedelta(days=1)
    return DeadlineReading(
        text="", kind="BEFORE", on=on, named=day, ambiguous=True,
        explanation=say("BEFORE", on, named=day, guessed=guessed),
    )  # fmt: skip


def _by_policy(point: Point, rules: _Rules) -> date:
    return point.last if rules.before_is_inclusive else point.last - timedelta(days=1)


def _before_period(point: Point) -> DeadlineReading:
    """«trước tháng 3» ends with February; some mean the end of March: never beyond doubt."""
    on = point.first - timedelta(days=1)
    explanation = say("BEFORE_MONTH", on, guessed=point.guessed)
    return DeadlineReading(text="", kind="BEFORE_MONTH", on=on, ambiguous=True, assumed=True, explanation=explanation)


def _timestamp(point: Point) -> DeadlineReading:
    clock = clock_time(point.clock or (0, 0))
    if clock is None:
        return _no_day("INVALID")
    day = point.last + timedelta(days=1) if point.clock == (24, 0) else point.last
    at = datetime.combine(day, clock, tzinfo=_ZONE)
    doubt = point.guessed or point.mention.doubtful or point.clock == (0, 0)
    return DeadlineReading(
        text="", kind="TIMESTAMP", on=point.last, at=at, ambiguous=doubt, assumed=doubt,
        explanation=say("TIMESTAMP", point.last, at=at, guessed=point.guessed),
    )  # fmt: skip


def _two_steps(group: Group, rules: _Rules) -> DeadlineReading:
    reading = _group(group, rules)
    if reading.on is None:
        return reading
    return _assume(replace(reading, kind="TWO_STEP", at=None, explanation=say("TWO_STEP", reading.on)))
