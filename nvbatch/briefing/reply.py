"""A snapshot and the Office's calendar in, by when a missing report must come in out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from nvbatch.briefing.wording import main_period, moment
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.model import Period, Snapshot


def reply_by(snapshot: Snapshot, config: Config, days: Mapping[date, str], *, by_letter: bool = False) -> str:
    """``16 giờ 30 phút ngày 23/11/2026``: until when a report still counts for this period (contract 8.3).

    Before a conference it is the lock. When all of that has passed, a missing report is asked for within the days of
    grace from now on, on a working day, and never later than the next cut-off. ``by_letter``: a letter is signed and
    sent first, so a working day is left beyond its own. Blank without any period.
    """
    period = main_period(snapshot)
    if period is None:
        return ""
    calendar, zone = Calendar(config, days), config.zone
    if snapshot.lock_at and snapshot.lock_at > snapshot.as_of:
        return moment(snapshot.lock_at.astimezone(zone))
    today = snapshot.as_of.astimezone(zone).date()
    after = datetime.combine(_working_day(calendar, today, 1), time(), zone) if by_letter else snapshot.as_of
    following = calendar.following(period)
    allowed = timedelta(days=config.at(period.end).reporting.late_days)
    moments = (period.cutoff, min(period.cutoff + allowed, following.cutoff))
    still = next((at for at in moments if at > after), None)
    return moment((still or _asked(config, calendar, following, today, after)).astimezone(zone))


def _asked(config: Config, calendar: Calendar, following: Period, today: date, after: datetime) -> datetime:
    while following.cutoff <= after:  # a run of an old period: the first cut-off still to come
        following = calendar.following(following)
    day = _working_day(calendar, today, max(1, config.at(today).reporting.late_days))
    return min(datetime.combine(day, following.cutoff.astimezone(config.zone).timetz()), following.cutoff)


def _working_day(calendar: Calendar, today: date, later: int) -> date:
    """So many days later, or the first working day after that."""
    day = today + timedelta(days=later)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
