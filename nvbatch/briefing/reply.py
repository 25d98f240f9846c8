"""A snapshot and the Office's calendar in, by when a missing report must come in out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from nvbatch.briefing.wording import main_period, moment
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.model import Snapshot


def reply_by(snapshot: Snapshot, config: Config, days: Mapping[date, str]) -> str:
    """``16 giờ 30 phút ngày 23/11/2026``: until when a report still counts for this period (contract 8.3).

    Before a conference it is the lock; when all of that has passed, the next cut-off. Blank without any period.
    """
    period = main_period(snapshot)
    if period is None:
        return ""
    calendar = Calendar(config, days)
    following = calendar.following(period)
    allowed = timedelta(days=config.at(period.end).reporting.late_days)
    moments: list[datetime] = [period.cutoff, min(period.cutoff + allowed, following.cutoff), following.cutoff]
    if snapshot.lock_at:
        moments.insert(0, snapshot.lock_at)
    while all(at <= snapshot.as_of for at in moments):  # a run of an old period: the first cut-off still to come
        following = calendar.following(following)
        moments.append(following.cutoff)
    return moment(next(at for at in moments if at > snapshot.as_of).astimezone(config.zone))
