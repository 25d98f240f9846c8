"""Reporting periods and their cut-offs by CONTRACT 8.13, from nothing but dates and settings."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from tests.oracle.world import GENERAL, ZONE, Office, Settings

WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Span:
    kind: str
    key: str
    start: date
    end: date


def span_of(kind: str, day: date) -> Span:
    if kind == "day":
        return Span(kind, day.isoformat(), day, day)
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Span(kind, f"{year}-W{week:02d}", start, start + timedelta(days=6))
    if kind == "month":
        return Span(kind, f"{day:%Y-%m}", day.replace(day=1), _month_end(day.year, day.month))
    quarter = (day.month - 1) // 3 + 1
    return Span(kind, f"{day.year}-Q{quarter}", date(day.year, 3 * quarter - 2, 1), _month_end(day.year, 3 * quarter))


def span_from_key(key: str) -> Span:
    if re.fullmatch(r"\d{4}-W\d\d", key):
        return span_of("week", date.fromisocalendar(int(key[:4]), int(key[6:]), 1))
    if re.fullmatch(r"\d{4}-\d\d", key):
        return span_of("month", date(int(key[:4]), int(key[5:]), 1))
    if re.fullmatch(r"\d{4}-Q\d", key):
        return span_of("quarter", date(int(key[:4]), 3 * int(key[6]) - 2, 1))
    return span_of("day", date.fromisoformat(key))


def settings_on(office: Office, day: date) -> Settings:
    """The rules in force on a day: the values of [[rules.from]] that hold from that day on."""
    settings = office.settings
    for since, values in sorted(office.dated, key=lambda pair: pair[0]):
        if since <= day:
            settings = replace(settings, **values)
    return settings


def is_working_day(office: Office, day: date) -> bool:
    kind = office.days.get(day)
    if kind:
        return kind == "Làm bù"
    return day.weekday() < 5 and day not in _vietnam(day.year)


def frequency(office: Office, program: str) -> str:
    for each in office.programs:
        if each.code == program:
            return each.frequency
    return office.settings.frequency


def cutoff(office: Office, program: str, span: Span) -> datetime:
    settings = settings_on(office, span.end)
    own = next((p.cutoff for p in office.programs if p.code == program), None)
    hour, minute = (own or settings.cutoff).split(":")
    day = span.end
    if span.kind == "week":
        day = span.start + timedelta(days=WEEK_DAYS.index(settings.week_day))
    if settings.holiday_shift == "previous_workday" and span.kind != "day":
        back = day  # within its period; a period without a working day keeps its literal cut-off
        while back >= span.start and not is_working_day(office, back):
            back -= timedelta(days=1)
        day = back if back >= span.start else day
    return datetime.combine(day, time(int(hour), int(minute)), ZONE)


def following(office: Office, span: Span) -> Span:
    after = span_of(span.kind, span.end + timedelta(days=1))
    while span.kind == "day" and not is_working_day(office, after.start):
        after = span_of("day", after.end + timedelta(days=1))
    return after


def last_passed(office: Office, program: str, at: datetime) -> Span:
    kind = frequency(office, program)
    span = span_of(kind, at.date() + timedelta(days=40))
    while cutoff(office, program, span) > at or (kind == "day" and not is_working_day(office, span.start)):
        span = span_of(kind, span.start - timedelta(days=1))
    return span


def cutoffs_between(office: Office, program: str, start: datetime, end: datetime) -> int:
    return sum(start <= at < end for at in _cutoffs(office, program, start, end))


def _cutoffs(office: Office, program: str, start: datetime, end: datetime) -> Iterator[datetime]:
    span = span_of(frequency(office, program), start.date() - timedelta(days=1))
    while datetime.combine(span.start, time(), ZONE) < end + timedelta(days=8):
        if span.kind != "day" or is_working_day(office, span.start):
            yield cutoff(office, program, span)
        span = span_of(span.kind, span.end + timedelta(days=1))


def programs_of(office: Office) -> tuple[str, ...]:
    listed = tuple(p.code for p in office.programs)
    used = {t.program or GENERAL for t in office.tasks}
    return listed + tuple(sorted(used - set(listed)))


@cache
def _vietnam(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
