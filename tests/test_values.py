"""One cell, one typed value: what agencies type as dates, percentages, choices and text."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import values
from nvbatch.form import Column
from nvbatch.values import BLANK, read_choice, read_date, read_percent, read_text

STATUS = Column(
    key="reported_status",
    label="Trạng thái",
    type="choice",
    choices=("Chưa thực hiện", "Đang thực hiện", "Đã hoàn thành", "Đề nghị gia hạn", "Đề nghị điều chỉnh", "Tạm dừng"),
)
LEVEL = Column(key="escalate_to", label="Cấp giải quyết", type="choice", choices=("UBND tỉnh", "Tỉnh ủy"), open=True)
CELL = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes(), st.times()
)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "\u200b"])
def test_a_blank_cell_is_no_finding_anywhere(cell: Any) -> None:
    assert read_date(cell) == read_percent(cell) == read_text(cell) == read_choice(cell, STATUS) == BLANK


# --- dates --------------------------------------------------------------------------------------


def test_a_real_date_is_plain_and_a_time_of_day_is_dropped() -> None:
    assert (
        read_date(date(2025, 4, 2)) == read_date(datetime(2025, 4, 2, 16, 30)) == values.Value(value=date(2025, 4, 2))
    )


@pytest.mark.parametrize(
    "cell",
    [
        45749.0, 45749, 45749.6875, "45749", "02/04/2025", "2/4/2025", "2.4.25", "2-4-2025", "2 / 4 / 2025",
        "2025-04-02", "2025-04-02 00:00:00", "2025-04-02T16:30:00+07:00", "ngày 02 tháng 4 năm 2025",
        "NGÀY 2 THÁNG 4 NĂM 2025", "Ngày 02/4/2025", "02/04/2025 16:30", "02/04/2025.",
        "02 tháng 4/2025", "２/４/２０２５",
    ],
)  # fmt: skip
def test_a_date_that_is_not_written_as_one_is_understood_and_told(cell: Any) -> None:
    read = read_date(cell)
    assert (read.value, read.rule, read.understood) == (date(2025, 4, 2), "C403", "02/04/2025")


@pytest.mark.parametrize(
    "cell",
    [
        "31/11/2025", "29/02/2025", "00/3/2025", "4/25/2025", "tháng 4/2025", "Quý I", "hôm qua", "-", "15/3", "16h30",
        "02/04/0205", True, 12.0, 2025, float("nan"), float("inf"), 1e300, time(8, 30), "=TODAY()", "#REF!",
    ],
)  # fmt: skip
def test_what_is_no_date_is_never_guessed_or_clamped(cell: Any) -> None:
    read = read_date(cell)
    assert (read.value, read.rule) == (None, "C402") and read.raw


@given(
    st.dates(date(1930, 1, 1), date(2149, 12, 31)), st.sampled_from(["{d}/{m}/{y}", "{y}-{m:02}-{d:02}", "{d}.{m}.{y}"])
)
def test_every_day_is_read_back_from_its_text(day: date, shape: str) -> None:
    assert read_date(shape.format(d=day.day, m=day.month, y=day.year)).value == day


# --- percentages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        (85, 85), (85.5, 85.5), (0, 0), (100.0, 100), ("85%", 85), ("85 %", 85), ("100%.", 100), ("85,5", 85.5),
        ("35,0%", 35), ("85.5 %", 85.5), ("1%", 1), ("0,5%", 0.5), ("đạt 50%", 50), ("100 phần trăm", 100), ("0", 0),
    ],
)  # fmt: skip
def test_progress_as_it_should_be_is_plain(cell: Any, points: float) -> None:
    assert read_percent(cell) == values.Value(value=float(points))


@pytest.mark.parametrize(
    ("cell", "points", "understood"),
    [
        (0.85, 85, "85%"), ("0,85", 85, "85%"), ("0.5", 50, "50%"), (1, 1, "1%"), ("1", 1, "1%"), (1.0, 1, "1%"),
        ("khoảng 50%", 50, "50%"), ("~50%", 50, "50%"), (">80%", 80, "80%"), ("trên 80%", 80, "80%"),
        ("≥ 80", 80, "80%"), ("ước đạt 62,5%", 62.5, "62,5%"), ("hoàn thành 100%", 100, "100%"),
        ("12.345", 12.345, "12,345%"),
    ],
)  # fmt: skip
def test_doubtful_progress_is_shown_as_understood(cell: Any, points: float, understood: str) -> None:
    read = read_percent(cell)
    assert (read.value, read.rule, read.understood) == (points, "C405", understood)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("120%", 120), ("-5", -5), (120, 120), (-0.5, -0.5), ("xong", None), ("50-60%", None), ("1.109.000", None),
        (float("nan"), None), (float("inf"), None), (True, None), (date(2025, 4, 2), None), ("#DIV/0!", None),
    ],
)  # fmt: skip
def test_what_is_no_progress_is_refused_and_never_clamped(cell: Any, value: float | None) -> None:
    read = read_percent(cell)
    assert (read.value, read.rule) == (value, "C404") and read.raw


@pytest.mark.parametrize(("cell", "points"), [(1, 100), (0.85, 85), (0.57, 57), (0, 0)])
def test_a_cell_formatted_as_a_percentage_is_beyond_doubt(cell: float, points: float) -> None:
    assert read_percent(cell, percent_format=True) == values.Value(value=float(points))


def test_a_formatted_cell_out_of_range_is_shown_as_displayed() -> None:
    assert read_percent(1.2, percent_format=True) == values.Value(value=120.0, rule="C404", raw="120%")


@given(st.one_of(st.integers(), st.floats(), st.text()), st.booleans())
def test_whatever_passes_as_progress_lies_between_0_and_100(cell: Any, formatted: bool) -> None:
    read = read_percent(cell, percent_format=formatted)
    if read.rule != "C404" and read.value is not None:
        assert 0 <= read.value <= 100


# --- choices ------------------------------------------------------------------------------------


def test_an_allowed_value_is_plain() -> None:
    assert read_choice("Đã hoàn thành", STATUS) == values.Value(value="Đã hoàn thành")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("đã hoàn thành", "Đã hoàn thành"), ("ĐÃ  HOÀN\nTHÀNH", "Đã hoàn thành"), ("Đã hoàn thành.", "Đã hoàn thành"),
        ("da hoan thanh", "Đã hoàn thành"), ("Đang thực hiên", "Đang thực hiện"),
        ("Ðề nghị gia hạn ", "Đề nghị gia hạn"),
    ],
)  # fmt: skip
def test_an_unmistakable_value_is_understood_and_told(cell: str, meant: str) -> None:
    read = read_choice(cell, STATUS)
    assert read.value == meant
    assert (read.rule, read.understood) in (("C407", meant), (None, None))


def test_any_other_value_is_kept_as_written_with_the_nearest_one() -> None:
    read = read_choice("Hoàn thành rồi", STATUS)
    assert (read.value, read.rule, read.understood) == ("Hoàn thành rồi", "C406", "Đã hoàn thành")


def test_an_open_list_only_proposes() -> None:
    assert read_choice("Bộ Nội vụ", LEVEL) == values.Value(value="Bộ Nội vụ")
    assert read_choice("tỉnh uỷ", LEVEL).value == "Tỉnh ủy"


def test_accents_that_decide_between_two_choices_are_never_guessed() -> None:
    column = Column(key="x", label="x", choices=("Ba Tơ", "Ba Tô"))
    assert read_choice("ba to", column).rule == "C406"
    assert read_choice("BA TƠ", column).value == "Ba Tơ"


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), (1.5, "1,5"), (0.1 + 0.2, "0,3"), (True, "Có"), (date(2025, 4, 2), "02/04/2025"), (7, "7"),
        (datetime(2025, 4, 2), "02/04/2025"), (datetime(2025, 4, 2, 16, 30), "02/04/2025 16:30"),
        (" Sở\u00a0Y tế ", "Sở Y tế"),
    ],
)  # fmt: skip
def test_a_cell_becomes_the_text_that_a_person_would_write(cell: Any, text: str) -> None:
    assert read_text(cell) == values.Value(value=text)


def test_control_characters_are_replaced_and_told() -> None:
    read = read_text("báo\x00cáo")
    assert (read.value, read.rule) == ("báo\ufffdcáo", "C410")


def test_lines_stay_in_long_text_only() -> None:
    assert read_text("một\r\nhai", multiline=True).value == "một\nhai"
    assert read_text("một\r\nhai").value == "một hai"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "=HYPERLINK(\"http://x\")", "@SUM(A1)", "+A1+B2", "+SUM(1)", "-2+3", "-(1+2)", "\t=1", "- SUM(A1)",
        "-cmd|' /C calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_text_that_starts_like_a_formula_is_told(text: str) -> None:
    assert values.is_formula_like(text)
    assert read_text(text).rule == "C411" and read_text(text).value == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "--", "-5", "+3%", "+84 912 345 678", "- Đã ban hành kế hoạch", "+ Công tác cán bộ", "-Sở Nội vụ",
        "- 15/3/2025: họp", "- 15/3/2025 - 20/3/2025: họp", "Đã = 5", "a@b.vn", "- 02 nhiệm vụ", "+ (1) Rà soát",
    ],
)  # fmt: skip
def test_bullets_numbers_and_telephones_are_no_formulas(text: str) -> None:
    assert not values.is_formula_like(text)


@given(CELL)
def test_no_cell_whatever_makes_a_reader_fail(cell: Any) -> None:
    for read in (
        read_date(cell),
        read_percent(cell),
        read_text(cell),
        read_choice(cell, STATUS),
        read_choice(cell, LEVEL),
    ):
        assert (read.rule is None) or read.raw


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Đang thực hiên rồi", "Đang thực hiện"),
        ("Đang triển khai", "Đang thực hiện"),
        ("Xin gia hạn", "Đề nghị gia hạn"),
        ("Tạm ngừng", "Tạm dừng"),
        ("Đang làm", None),  # «Tạm dừng» has letters like it and no word in common
        ("Chưa hoàn thành", "Chưa thực hiện"),
        ("Đã thực hiện", "Đã hoàn thành"),
    ],
)
def test_a_choice_of_the_opposite_meaning_is_never_asked_about(written: str, asked: str | None) -> None:
    assert read_choice(written, STATUS) == values.Value(value=written, rule="C406", raw=written, understood=asked)
