"""Working days, reporting periods, their cut-offs and the lock before a conference."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import calendar
from nvbatch.calendar import KINDS, Calendar, read_clock
from nvbatch.config import Config, parse_config
from nvbatch.model import Conference

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KIND = st.sampled_from(KINDS)
DAY = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MOMENT = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(ZONE))


def config(**sections: Any) -> Config:
    return parse_config({"office": {"name": "Văn phòng"}, **sections})


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


CALENDAR = Calendar(config())
SHIFTING = Calendar(config(reporting={"holiday_shift": "previous_workday"}))


# --- working days -------------------------------------------------------------------------------


def test_weekends_and_public_holidays_are_free_and_swapped_saturdays_are_worked() -> None:
    assert CALENDAR.is_working_day(date(2025, 3, 14))
    assert not CALENDAR.is_working_day(date(2025, 3, 15))
    assert not CALENDAR.is_working_day(date(2025, 4, 30))
    assert not CALENDAR.is_working_day(date(2025, 5, 2)) and CALENDAR.is_working_day(date(2025, 4, 26))


def test_the_country_s_calendar_alone_is_the_one_that_the_library_gives() -> None:
    for year in range(2010, 2035):
        alone, usual = calendar._country()(years=year), holidays.country_holidays("VN", years=year)
        assert (dict(alone), alone.weekend_workdays) == (dict(usual), usual.weekend_workdays)


def test_the_offices_own_sheet_wins_over_the_public_holidays() -> None:
    own = Calendar(config(), {date(2025, 3, 14): "Nghỉ", date(2025, 3, 15): "Làm bù", date(2025, 4, 30): "làm bù"})
    assert not own.is_working_day(date(2025, 3, 14))
    assert own.is_working_day(date(2025, 3, 15)) and own.is_working_day(date(2025, 4, 30))


# --- periods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "day", "key", "start", "end"),
    [
        ("day", date(2025, 3, 13), "2025-03-13", date(2025, 3, 13), date(2025, 3, 13)),
        ("week", date(2025, 3, 13), "2025-W11", date(2025, 3, 10), date(2025, 3, 16)),
        ("week", date(2024, 12, 30), "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("week", date(2021, 1, 3), "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", date(2024, 2, 5), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2025, 12, 31), "2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("quarter", date(2025, 3, 13), "2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("quarter", date(2025, 12, 1), "2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("day", date(2025, 3, 15), "2025-03-15", date(2025, 3, 15), date(2025, 3, 15)),  # a Saturday: that calendar day
    ],
)
def test_the_period_of_a_day_is_the_one_whose_span_contains_it(
    kind: str, day: date, key: str, start: date, end: date
) -> None:
    period = CALENDAR.period_of(kind, day)
    assert (period.kind, period.key, period.start, period.end) == (kind, key, start, end)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("2025-W11", "2025-W11"), ("2025-w9", "2025-W09"),
        ("Tuần 11/2025", "2025-W11"), ("tuần 11 năm 2025", "2025-W11"),
        ("2025-03", "2025-03"), ("Tháng 3/2025", "2025-03"), ("tháng 03 năm 2025", "2025-03"), ("03/2025", "2025-03"),
        ("2025-Q1", "2025-Q1"), ("Quý I/2025", "2025-Q1"), ("QUÝ 4 NĂM 2025", "2025-Q4"), ("quy ii - 2025", "2025-Q2"),
        ("2025-03-13", "2025-03-13"), ("13/3/2025", "2025-03-13"), ("ngày 13 tháng 3 năm 2025", "2025-03-13"),
    ],
)  # fmt: skip
def test_a_key_is_understood_also_as_people_write_it(written: str, key: str) -> None:
    period = CALENDAR.period_from_key(written)
    assert period is not None and period.key == key


@pytest.mark.parametrize(
    "written",
    ["", "2025", "2021-W53", "2025-W00", "2025-13", "2025-Q5", "31/11/2025", "tuần này", "9999-W52", "31/12/9999"],
)
def test_what_names_no_period_gives_none(written: str) -> None:
    assert CALENDAR.period_from_key(written) is None


# --- cut-offs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "day", "cutoff"),
    [
        ("day", date(2025, 3, 13), at(2025, 3, 13, 16, 30)),
        ("week", date(2025, 3, 10), at(2025, 3, 14, 16, 30)),
        ("month", date(2025, 5, 2), at(2025, 5, 31, 16, 30)),  # a Saturday: the last calendar day all the same
        ("quarter", date(2025, 7, 1), at(2025, 9, 30, 16, 30)),
    ],
)
def test_a_cut_off_falls_on_friday_or_the_last_calendar_day_at_half_past_four(
    kind: str, day: date, cutoff: datetime
) -> None:
    assert CALENDAR.period_of(kind, day).cutoff == cutoff


def test_a_programme_may_have_its_own_clock_time() -> None:
    for written in ("11:00", "11h", "11h00", "11 giờ 00 phút"):
        assert CALENDAR.period_of("week", date(2025, 3, 10), written).cutoff == at(2025, 3, 14, 11)
    assert CALENDAR.period_of("week", date(2025, 3, 10), "").cutoff == at(2025, 3, 14, 16, 30)


@pytest.mark.parametrize("written", ["25:00", "16:75", "chiều", "", None])
def test_what_is_no_clock_time_gives_none(written: str | None) -> None:
    assert read_clock(written) is None


def test_a_shifted_cut_off_moves_back_to_a_working_day_of_its_own_period() -> None:
    assert SHIFTING.period_of("month", date(2025, 5, 2)).cutoff == at(2025, 5, 30, 16, 30)
    assert SHIFTING.period_of("week", date(2025, 5, 2)).cutoff == at(2025, 4, 29, 16, 30)  # 30/4, 1/5 and 2/5 are free
    assert CALENDAR.period_of("week", date(2025, 5, 2)).cutoff == at(2025, 5, 2, 16, 30)


def test_a_week_without_any_working_day_keeps_its_literal_cut_off() -> None:
    assert SHIFTING.period_of("week", date(2026, 2, 18)).cutoff == at(2026, 2, 20, 16, 30)  # Tết


def test_the_rules_in_force_on_the_last_day_of_a_period_give_its_cut_off() -> None:
    dated = Calendar(config(rules={"from": [{"date": date(2025, 3, 16), "cutoff": "17:00", "week_day": "thursday"}]}))
    assert dated.period_of("week", date(2025, 3, 5)).cutoff == at(2025, 3, 7, 16, 30)
    assert dated.period_of("week", date(2025, 3, 10)).cutoff == at(2025, 3, 13, 17)


def test_at_the_very_cut_off_the_period_has_passed() -> None:
    assert CALENDAR.last_passed("week", at(2025, 2, 21, 16, 30)).key == "2025-W08"
    assert CALENDAR.last_passed("week", at(2025, 2, 21, 16, 29)).key == "2025-W07"
    assert CALENDAR.last_passed("month", at(2025, 3, 31, 16, 29)).key == "2025-02"


def test_in_the_day_regime_the_last_period_passed_is_a_working_day() -> None:
    assert CALENDAR.last_passed("day", at(2025, 2, 23, 12)).key == "2025-02-21"  # a Sunday
    assert CALENDAR.last_passed("day", at(2025, 2, 24, 16)).key == "2025-02-21"
    assert CALENDAR.last_passed("day", at(2025, 2, 24, 16, 30)).key == "2025-02-24"


def test_the_moment_counts_where_the_office_is() -> None:
    utc = datetime(2025, 2, 21, 9, 30, tzinfo=ZoneInfo("UTC"))  # 16:30 at the Office
    assert CALENDAR.last_passed("week", utc).key == "2025-W08"


def test_cut_offs_between_two_moments_leave_out_the_first_and_keep_the_last() -> None:
    first, last = at(2025, 2, 7, 16, 30), at(2025, 2, 28, 16, 30)
    assert CALENDAR.cutoffs_between("week", first, last) == (at(2025, 2, 14, 16, 30), at(2025, 2, 21, 16, 30), last)
    assert CALENDAR.cutoffs_between("week", last, first) == ()


# --- the conference -----------------------------------------------------------------------------


def test_entry_closes_at_midnight_so_that_three_full_days_stay_free() -> None:
    assert CALENDAR.lock_at(Conference(held_on=date(2025, 2, 28))) == at(2025, 2, 25)


def test_the_register_may_say_when_entry_closes() -> None:
    given_lock = Conference(held_on=date(2025, 2, 28), lock_at=datetime(2025, 2, 26, 17))
    assert CALENDAR.lock_at(given_lock) == at(2025, 2, 26, 17)


def test_the_lock_follows_the_rule_in_force_on_the_day_of_the_conference() -> None:
    dated = Calendar(config(rules={"from": [{"date": date(2025, 3, 1), "lock_days": 5}]}))
    assert dated.lock_at(Conference(held_on=date(2025, 2, 28))) == at(2025, 2, 25)
    assert dated.lock_at(Conference(held_on=date(2025, 3, 31))) == at(2025, 3, 26)


# --- what always holds --------------------------------------------------------------------------


@given(KIND, DAY, st.sampled_from([CALENDAR, SHIFTING]))
def test_a_period_is_found_again_by_its_key_and_holds_its_cut_off(kind: str, day: date, calendar: Calendar) -> None:
    period = calendar.period_of(kind, day)
    assert period.start <= day <= period.end
    assert calendar.period_from_key(period.key) == period
    assert period.start <= calendar.day_of(period.cutoff) <= period.end


@given(KIND, DAY)
def test_periods_follow_each_other_without_gap_or_overlap(kind: str, day: date) -> None:
    period = CALENDAR.period_of(kind, day)
    following = CALENDAR.following(period)
    if kind != "day":
        assert following.start == period.end + timedelta(days=1)
        assert CALENDAR.preceding(following) == period
    else:
        assert CALENDAR.is_working_day(following.start) and following.start > period.end
    assert following.cutoff > period.cutoff


@given(KIND, MOMENT)
def test_the_last_period_passed_is_the_newest_one(kind: str, moment: datetime) -> None:
    period = CALENDAR.last_passed(kind, moment)
    assert period.cutoff <= moment < CALENDAR.following(period).cutoff


@given(KIND, MOMENT, st.integers(0, 400))
def test_every_cut_off_between_two_moments_is_counted_once(kind: str, start: datetime, days: int) -> None:
    end = start + timedelta(days=days)
    found = CALENDAR.cutoffs_between(kind, start, end)
    assert list(found) == sorted(set(found)) and all(start < moment <= end for moment in found)
    middle = start + timedelta(days=days // 2)
    assert found == CALENDAR.cutoffs_between(kind, start, middle) + CALENDAR.cutoffs_between(kind, middle, end)


@given(st.text())
def test_no_text_breaks_the_key_reader(text: str) -> None:
    CALENDAR.period_from_key(text)
    read_clock(text)
