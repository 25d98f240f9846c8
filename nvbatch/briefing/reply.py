"""A snapshot and the Office's calendar in, by when a missing report must come in out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from nvbatch.briefing.wording import main_period, moment
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.model import Period, Snapshot


def reply_by(snapshot: Snapshot, config: Config, days: Mapping[date, str]) -> str:
    """``16 giờ 30 phút ngày 23/11/2026``: until when a report still counts for this period (contract 8.3).

    Before a conference it is the lock. When all of that has passed, a missing report is asked for within the days of
    grace from now on, on a working day, and never later than the next cut-off. Blank without any period.
    """
    period = main_period(snapshot)
    if period is None:
        return ""
    calendar = Calendar(config, days)
    following = calendar.following(period)
    allowed = timedelta(days=config.at(period.end).reporting.late_days)
    moments: list[datetime] = [period.cutoff, min(period.cutoff + allowed, following.cutoff)]
    if snapshot.lock_at:
        moments.insert(0, snapshot.lock_at)
    still = next((at for at in moments if at > snapshot.as_of), None)
    return moment((still or _asked(snapshot, config, calendar, following)).astimezone(config.zone))


def _asked(snapshot: Snapshot, config: Config, calendar: Calendar, following: Period) -> datetime:
    while following.cutoff <= snapshot.as_of:  # a run of an old period: the first cut-off still to come
        following = calendar.following(following)
    now = snapshot.as_of.astimezone(config.zone)
    day = now.date() + timedelta(days=max(1, config.at(now.date()).reporting.late_days))
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return min(datetime.combine(day, following.cutoff.astimezone(config.zone).timetz()), following.cutoff)
