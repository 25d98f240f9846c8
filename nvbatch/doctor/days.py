"""Calendar and register in, the coming weeks out: next cut-offs, public holidays, conferences and their locks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from gettext import gettext as _

from nvbatch.doctor.check import Check, Remark, note, ok
from nvbatch.model import Period, Program
from nvbatch.office import Office

AHEAD = timedelta(days=35)  # a conference is called about a month before
CUTOFFS = 3  # so many of a programme are named


def coming_weeks(office: Office, now: datetime) -> Check:
    """What the calendar will ask for; it warns where a cut-off or a lock falls on a day off."""
    remarks = (*_cutoffs(office, now), *_conferences(office, now), *_holidays(office, now))
    return Check(key="calendar", title=_("Lịch các tuần tới"), remarks=remarks)


def _cutoffs(office: Office, now: datetime) -> Iterator[Remark]:
    for program in office.register.programs.values():
        periods = _next(office, program, now)
        said = " · ".join(_moment(period.cutoff) for period in periods)
        yield ok(_("{program}: chốt {moments}").format(program=program.code, moments=said))
        for period in periods:
            if not office.calendar.is_working_day(period.cutoff.date()):
                text = _("{program}: giờ chốt {at} của kỳ {period} rơi vào ngày nghỉ")
                words = {"program": program.code, "at": _moment(period.cutoff), "period": period.key}
                yield note(text.format(**words), _when_off(office))


def _next(office: Office, program: Program, now: datetime) -> list[Period]:
    """The next periods whose cut-off is still to come."""
    calendar, period = office.calendar, office.calendar.last_passed(program.frequency, now, program.cutoff)
    periods: list[Period] = []
    while len(periods) < CUTOFFS:
        period = calendar.following(period, program.cutoff)
        if period.cutoff > now:
            periods.append(period)
    return periods


def _when_off(office: Office) -> str:
    if office.config.reporting.holiday_shift == "previous_workday":
        return _("Báo trước cho các cơ quan; trong kỳ đó không có ngày làm việc nào để lùi giờ chốt.")
    return _('Muốn lùi về ngày làm việc trước: ghi holiday_shift = "previous_workday" trong nvbatch.toml.')


def _conferences(office: Office, now: datetime) -> Iterator[Remark]:
    today = office.calendar.day_of(now)
    for conference in office.register.conferences:
        if not today <= conference.held_on <= today + AHEAD:
            continue
        lock = office.calendar.lock_at(conference)
        state = _("đã khóa") if lock <= now else _("khóa nhập liệu lúc {at}").format(at=_moment(lock))
        yield ok(_("Hội nghị {day}: {state}").format(day=_day(conference.held_on), state=state))
        if lock.date() > conference.held_on:
            fix = _("Sửa cột «Khóa nhập liệu lúc» ở trang «Hội nghị».")
            yield note(_("Hội nghị {day}: giờ khóa sau ngày họp").format(day=_day(conference.held_on)), fix)
        if not office.calendar.is_working_day(conference.held_on):
            fix = _("Xem lại ngày họp ở trang «Hội nghị», hoặc ghi ngày làm bù ở trang «Lịch».")
            yield note(_("Hội nghị {day} rơi vào ngày nghỉ").format(day=_day(conference.held_on)), fix)


def _holidays(office: Office, now: datetime) -> Iterator[Remark]:
    """Days off that are no plain weekend, and Saturdays that are made up."""
    today = office.calendar.day_of(now)
    days = [today + timedelta(days=n) for n in range(AHEAD.days)]
    off = [day for day in days if day.weekday() < 5 and not office.calendar.is_working_day(day)]
    made_up = [day for day in days if day.weekday() >= 5 and office.calendar.is_working_day(day)]
    for text, found in ((_("Ngày nghỉ: {days}"), off), (_("Ngày làm bù: {days}"), made_up)):
        if found:
            yield ok(text.format(days=", ".join(_day(day) for day in found)))


def _moment(at: datetime) -> str:
    return f"{at:%H:%M %d/%m/%Y}"


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
