"""A deadline phrase and its document's date in, the one deadline that it means out: kind, last day, doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from nvbatch.deadline import words
from nvbatch.deadline.mention import Mention
from nvbatch.deadline.named import Rules, assume, choose, day_reading, is_capped, no_day
from nvbatch.deadline.phrase import Phrase, phrase
from nvbatch.deadline.points import groups
from nvbatch.deadline.say import say, say_span
from nvbatch.deadline.scan import mentions
from nvbatch.deadline.span import Span, find_span
from nvbatch.model import DeadlineReading

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
        _read(found, Rules(doc_date=base, before_is_inclusive=before_is_inclusive, is_working_day=working))
        for base in bases
    )
    if any(other.on != first.on for other in others):
        first = no_day("NOT_A_DATE", "Thiếu năm hoặc mốc tính mà văn bản giao không có ngày: chưa tính được thời hạn.")
    return replace(first, text=text)


def _read(text: Phrase, rules: Rules) -> DeadlineReading:
    if words.is_none(text):
        return no_day("NONE")
    if (serial := _SERIAL.fullmatch(text.plain.strip(" .,;"))) and int(serial[1]) in _SERIALS:
        day = date(1899, 12, 30) + timedelta(days=int(serial[1]))
        return DeadlineReading(text="", kind="DAY", on=day, explanation=say("DAY", day))
    if words.is_no_phrase(text) or words.is_unfilled(text):
        return no_day("NOT_A_DATE")
    if words.is_lunar(text):
        return no_day("EVENT")
    if weekday := _WEEKDAY.fullmatch(text.plain):
        return _weekday(weekday, rules)
    named = mentions(text, rules.doc_date)
    rhythm = words.rhythm(text)
    if rhythm and not _ends_once(named, text, rhythm[1]):
        return no_day(rhythm[0])
    span = find_span(text, named)
    if span and not [m for m in named if m is not span.base]:
        return _relative(span, text, rules)
    if any(m.broken for m in named):
        return no_day("INVALID")
    if not named:
        return no_day(_wordy(text))
    found = groups([m for m in named if not (span and m is span.base)], text, rules.doc_date)
    if found is None:
        return no_day("INVALID")
    reading = choose(found, text, rules)
    doubt = bool(rhythm) or bool(span and span.cued)
    return assume(reading) if doubt and reading.on else reading


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
    if any(_DONE_BY.search(text.plain[: day.start]) and is_capped(text.plain[: day.start]) for day in days):
        return True
    return any(day.end <= rhythm and re.search(r"[,;(]", text.plain[day.end : rhythm]) for day in days[:1])


# --- spans and weekdays -------------------------------------------------------------------------


def _relative(span: Span, text: Phrase, rules: Rules) -> DeadlineReading:
    if span.origin == "event" or words.condition(text.without(span.start, span.end)):
        return no_day("CONDITIONAL")
    base = rules.doc_date
    if span.base is not None:
        found = None if span.base.broken else groups([span.base], text, rules.doc_date)
        if not found:
            return no_day("INVALID")
        base = found[0].last
    on = span.end_from(base, rules.is_working_day)
    if on is None:
        return no_day("INVALID")
    doubt = not span.exact or span.unit == "hours"
    return DeadlineReading(
        text="", kind="RELATIVE", on=on, ambiguous=doubt, assumed=doubt, explanation=say_span(span, base, on)
    )


def _weekday(match: re.Match[str], rules: Rules) -> DeadlineReading:
    """«thứ Sáu», «thứ Sáu tuần sau»: counted from the document's week, never beyond doubt."""
    word = match["day"]
    number = int(word) - 2 if word.isdecimal() else _WEEKDAYS[word]
    monday = rules.doc_date - timedelta(days=rules.doc_date.weekday())
    day = monday + timedelta(days=number + (7 if match["which"] in ("sau", "toi") else 0))
    if match["which"] is None and day < rules.doc_date:
        day += timedelta(days=7)
    return assume(day_reading("BEFORE" if match["before"] else "DAY", day, rules))
