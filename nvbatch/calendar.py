"""Configuration and sheet Lịch in; working days, reporting periods, their cut-offs and the conference lock out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nvbatch import viet
from nvbatch.config import WEEKDAYS, Config
from nvbatch.model import Conference, Period

KINDS = ("day", "week", "month", "quarter")
_DAY = timedelta(days=1)
_YEARS = range(1990, 3000)  # of which a period's key may speak: whatever a file says, nobody reckons beyond
_CLOCK = re.compile(r"(\d{1,2})(?:\s*(?:h|gio|g|:)\s*(\d{1,2})?\s*(?:phut|p|')?)?(?::\d{1,2})?")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Calendar:
    """The office's calendar. ``days`` is sheet *Lịch* (date → "Nghỉ" / "Làm bù") and wins over the public holidays.

    ``cutoff`` of every method is a programme's own clock time ("16:30", "16h30"); blank means the configured one.
    A cut-off always lies inside its period: with ``holiday_shift = previous_workday`` it moves back to the last working
    day of the period, and stays literal in a period without any.
    """

    def __init__(self, config: Config, days: Mapping[date, str] = MappingProxyType({})) -> None:
        self._config = config
        self._days = {day: viet.key(kind) for day, kind in days.items()}
        self._in_force: dict[date, Config] = {}
        self._holidays: dict[int, Any] = {}

    # --- days -----------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Sheet *Lịch* first, else Monday to Friday without public holidays and with swapped days made up."""
        marked = self._days.get(day)
        if marked is not None:
            return marked != viet.key("Nghỉ")
        return bool(self._public(day.year).is_working_day(day))

    def day_of(self, moment: datetime) -> date:
        """D(T): the calendar day of an aware moment at the Office."""
        return moment.astimezone(self._config.zone).date()

    # --- periods --------------------------------------------------------------------------------

    def period_of(self, kind: str, day: date, cutoff: str | None = None) -> Period:
        """The period of that kind whose span contains the day (in the day regime: that calendar day)."""
        start, end = _SPANS[kind](day)
        return Period(kind=kind, key=_KEYS[kind](start), start=start, end=end, cutoff=self._cutoff(kind, end, cutoff))

    def period_from_key(self, key: str, cutoff: str | None = None) -> Period | None:
        """The period that a key names (``2025-W11``), also as people write it ("Tuần 11/2025"); None when none does."""
        for kind, pattern, first_day in _READERS:
            found = pattern.fullmatch(viet.fold(key))
            day = first_day(*found.groups()) if found else None
            if day is not None and day.year in _YEARS:
                return self.period_of(kind, day, cutoff)
        return None

    def following(self, period: Period, cutoff: str | None = None) -> Period:
        """The next period of the same regime; in the day regime the next working day."""
        day = period.end + _DAY
        while period.kind == "day" and not self.is_working_day(day):
            day += _DAY
        return self.period_of(period.kind, day, cutoff)

    def preceding(self, period: Period, cutoff: str | None = None) -> Period:
        """The period before; in the day regime the working day before."""
        day = period.start - _DAY
        while period.kind == "day" and not self.is_working_day(day):
            day -= _DAY
        return self.period_of(period.kind, day, cutoff)

    def last_passed(self, kind: str, at: datetime, cutoff: str | None = None) -> Period:
        """The newest period whose cut-off is not after the moment (in the day regime: of a working day)."""
        period = self.period_of(kind, self.day_of(at), cutoff)
        if period.cutoff <= at and (kind != "day" or self.is_working_day(period.start)):
            return period
        return self.preceding(period, cutoff)

    def periods_between(self, first: Period, last: Period, cutoff: str | None = None) -> Iterator[Period]:
        """Every period from ``first`` to ``last``, both included; nothing when ``last`` lies before."""
        period = first
        while period.start <= last.start:
            yield period
            period = self.following(period, cutoff)

    def cutoffs_between(
        self, kind: str, start: datetime, end: datetime, cutoff: str | None = None
    ) -> tuple[datetime, ...]:
        """The cut-offs after ``start`` and not after ``end``, oldest first."""
        found: list[datetime] = []
        period = self.last_passed(kind, end, cutoff)
        while period.cutoff > start:
            found.append(period.cutoff)
            period = self.preceding(period, cutoff)
        return tuple(reversed(found))

    # --- the conference -------------------------------------------------------------------------

    def lock_at(self, conference: Conference) -> datetime:
        """When entry closes: as the register says, else 00:00 so many calendar days before the conference."""
        if conference.lock_at is not None:
            given = conference.lock_at
            return given if given.tzinfo is not None else given.replace(tzinfo=self._config.zone)
        days = self._at(conference.held_on).conference.lock_days
        return self._moment(conference.held_on - timedelta(days=days), time(0))

    # --- inside ---------------------------------------------------------------------------------

    def _cutoff(self, kind: str, end: date, override: str | None) -> datetime:
        rules = self._at(end).reporting
        start = _SPANS[kind](end)[0]
        day = start + timedelta(days=WEEKDAYS.index(rules.week_day)) if kind == "week" else end
        if rules.holiday_shift == "previous_workday":
            day = self._last_workday(start, day) or day
        return self._moment(day, read_clock(override) or rules.cutoff)

    def _last_workday(self, start: date, day: date) -> date | None:
        while day >= start:
            if self.is_working_day(day):
                return day
            day -= _DAY
        return None

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self._config.zone)

    def _at(self, day: date) -> Config:
        if day not in self._in_force:
            self._in_force[day] = self._config.at(day)
        return self._in_force[day]

    def _public(self, year: int) -> Any:
        if year not in self._holidays:
            self._holidays[year] = _country()(years=year)
        return self._holidays[year]


@cache
def _country() -> Any:
    """What the library says of this country; the usual way to it reads the calendars of all the world with it."""
    import holidays

    path = Path(holidays.__file__).with_name("countries") / "vietnam.py"
    found = spec_from_file_location("holidays.countries.vietnam", path)
    if found is None or found.loader is None or not path.is_file():  # kept otherwise than we know
        return partial(holidays.country_holidays, "VN")
    found.loader.exec_module(alone := module_from_spec(found))
    return alone.Vietnam


def period_name(key: str) -> str:
    """A period's key as people say it: ``ngày 13/03/2025``, ``tuần 11 năm 2025``, ``tháng 3 năm 2025``, ``quý I …``."""
    year, _, part = key.partition("-")
    if "-" in part:
        return f"ngày {date.fromisoformat(key):%d/%m/%Y}"
    number = int(part.lstrip("WQ"))
    if part.startswith("Q"):
        return f"quý {('I', 'II', 'III', 'IV')[number - 1]} năm {year}"
    return f"{'tuần' if part.startswith('W') else 'tháng'} {number} năm {year}"


def read_clock(text: str | None) -> time | None:
    """A clock time as people write it ("16:30", "16h30", "16 giờ 30"); None when blank or not one."""
    found = _CLOCK.fullmatch(viet.fold(text or ""))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _month_end(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - _DAY


def _day_span(day: date) -> tuple[date, date]:
    return day, day


def _week_span(day: date) -> tuple[date, date]:
    start = day - timedelta(days=day.weekday())
    return start, start + timedelta(days=6)


def _month_span(day: date) -> tuple[date, date]:
    return day.replace(day=1), _month_end(day.year, day.month)


def _quarter_span(day: date) -> tuple[date, date]:
    first = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first, 1), _month_end(day.year, first + 2)


def _week_key(start: date) -> str:
    year, week, _ = start.isocalendar()
    return f"{year:04d}-W{week:02d}"


_SPANS: Mapping[str, Callable[[date], tuple[date, date]]] = {
    "day": _day_span,
    "week": _week_span,
    "month": _month_span,
    "quarter": _quarter_span,
}
_KEYS: Mapping[str, Callable[[date], str]] = {
    "day": lambda start: start.isoformat(),
    "week": _week_key,
    "month": lambda start: f"{start.year:04d}-{start.month:02d}",
    "quarter": lambda start: f"{start.year:04d}-Q{(start.month + 2) // 3}",
}


def _valid(year: str, month: str | int, day: str | int = 1) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _in_week(year: str, week: str) -> date | None:
    try:
        return date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None


def _in_quarter(year: str, quarter: str) -> date | None:
    number = _ROMAN.get(quarter) or int(quarter)
    return _valid(year, number * 3 - 2) if 1 <= number <= 4 else None


_YEAR = r"(?:\s*[/,.-]\s*|\s+)(?:nam\s*)?(\d{4})"
_READERS: tuple[tuple[str, re.Pattern[str], Callable[..., date | None]], ...] = (
    ("day", re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), _valid),
    ("day", re.compile(r"(?:ngay\s*)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"), lambda d, m, y: _valid(y, m, d)),
    ("day", re.compile(r"ngay\s*(\d{1,2}) thang (\d{1,2}) nam (\d{4})"), lambda d, m, y: _valid(y, m, d)),
    ("week", re.compile(r"(\d{4})-?w(\d{1,2})"), _in_week),
    ("week", re.compile(r"(?:tuan(?: thu| so)?|w)\s*(\d{1,2})" + _YEAR), lambda w, y: _in_week(y, w)),
    ("quarter", re.compile(r"(\d{4})-?q([1-4])"), _in_quarter),
    ("quarter", re.compile(r"(?:qu[yi]|q)\s*([1-4]|i{1,3}|iv)" + _YEAR), lambda q, y: _in_quarter(y, q)),
    ("month", re.compile(r"(\d{4})-(\d{1,2})"), _valid),
    ("month", re.compile(r"(?:thang|t)?\s*(\d{1,2})" + _YEAR), lambda m, y: _valid(y, m)),
)
