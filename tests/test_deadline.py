"""How deadline phrases are read: the vectors of the specification, and what an office clerk expects beyond them."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import viet
from nvbatch.deadline import read_deadline
from nvbatch.model import DeadlineReading

VECTORS = Path(__file__).parent / "data" / "deadline_vectors.csv"
WRITTEN = date(2025, 2, 24)  # the date of the assigning document in these tests


def read(text: str, doc_date: date = WRITTEN) -> DeadlineReading:
    return read_deadline(text, doc_date)


def short(reading: DeadlineReading) -> tuple[str, str, bool]:
    return reading.kind, reading.on.isoformat() if reading.on else "", reading.ambiguous


def _vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("vector", _vectors(), ids=lambda v: v["phrase"])
def test_every_vector_of_the_specification_comes_out(vector: dict[str, str]) -> None:
    reading = read(vector["phrase"], date.fromisoformat(vector["doc_date"]))
    day = reading.at or reading.on
    assert (reading.kind, day.isoformat() if day else "") == (vector["kind"], vector["date_to"])
    assert reading.ambiguous is (vector["ambiguous"] == "1")


# phrase | kind | last day | ambiguous
PHRASES = """
05 / 3 / 2025                                             | DAY | 2025-03-05 |
2025-03-05 00:00:00                                       | DAY | 2025-03-05 |
15/3                                                      | DAY | 2025-03-15 |
15/1                                                      | DAY | 2026-01-15 | x
31.12                                                     | DAY | 2025-12-31 |
30\\6\\2025                                                 | DAY | 2025-06-30 |
15-3/2025                                                 | DAY | 2025-03-15 |
mùng 5/3/2025                                             | DAY | 2025-03-05 |
chiều 15/3/2025                                           | DAY | 2025-03-15 |
không muộn hơn 15/3/2025                                  | DAY | 2025-03-15 |
trước hoặc trong ngày 15/3/2025                           | DAY | 2025-03-15 |
ngày cuối cùng của tháng 3/2025                           | DAY | 2025-03-31 |
ngày 20 tháng sau                                         | DAY | 2025-03-20 |
ngày 28                                                   | DAY | 2025-02-28 | x
ngày 15                                                   | DAY | 2025-03-15 | x
thứ Sáu tuần sau                                          | DAY | 2025-03-07 | x
30/6/2031                                                 | DAY | 2031-06-30 |
30/6/31                                                   | DAY | 2031-06-30 | x
15/3/2025 (Quý I/2025)                                    | DAY | 2025-03-15 |
Từ nay đến 30/6/2025                                      | DAY | 2025-06-30 |
30/6/2025 (gia hạn đến 30/9/2025)                         | DAY | 2025-09-30 | x
báo cáo UBND tỉnh trước ngày 20/5/2025                    | BEFORE | 2025-05-20 | x
Trước ngày 30 tháng 9 năm 2025./.                         | BEFORE | 2025-09-30 | x
Báo cáo Quý I/2025 trước ngày 10/4/2025                   | BEFORE | 2025-04-10 | x
Năm 2026, trước ngày 30/11                                | BEFORE | 2026-11-30 | x
Tháng 6/2025 (trước ngày 20/6/2025)                       | BEFORE | 2025-06-20 | x
theo Công văn số 12/UBND-TH ngày 02/01/2025, trước ngày 15/3/2025 | BEFORE | 2025-03-15 | x
trước 16h30 thứ Sáu, ngày 14/3/2025                       | TIMESTAMP | 2025-03-14 |
16 giờ 30 phút ngày 15 tháng 3 năm 2025                   | TIMESTAMP | 2025-03-15 |
trước ngày 15/3/2025 lúc 16:30                            | TIMESTAMP | 2025-03-15 |
thánh 12/2026                                             | MONTH | 2026-12-31 |
T12/25                                                    | MONTH | 2025-12-31 |
tháng Sáu năm 2025                                        | MONTH | 2025-06-30 |
tháng 1                                                   | MONTH | 2026-01-31 | x
tháng này                                                 | MONTH | 2025-02-28 |
trong tháng                                               | MONTH | 2025-02-28 | x
08/26                                                     | MONTH | 2026-08-31 | x
trước Quý II/2025                                         | BEFORE_MONTH | 2025-03-31 | x
trước năm 2026                                            | BEFORE_MONTH | 2025-12-31 | x
đầu tháng 3/2025                                          | MONTH_PART | 2025-03-10 | x
giữa tháng 3/2025                                         | MONTH_PART | 2025-03-15 | x
cuối tháng 3/2025                                         | MONTH_PART | 2025-03-31 |
tuần 2 tháng 3/2025                                       | MONTH_PART | 2025-03-14 | x
QuýIII                                                    | QUARTER | 2025-09-30 |
Quý lll                                                   | QUARTER | 2025-09-30 |
Quý ІІ/2025                                               | QUARTER | 2025-06-30 |
QUÝ 2/25                                                  | QUARTER | 2025-06-30 |
Quý 2/năm 2026                                            | QUARTER | 2026-06-30 |
Q1/2025                                                   | QUARTER | 2025-03-31 |
quí IV năm 2025                                           | QUARTER | 2025-12-31 |
cuối quý III/2025                                         | QUARTER | 2025-09-30 |
đầu quý III/2025                                          | PERIOD | 2025-07-31 | x
Quý II - III/2025                                         | RANGE | 2025-09-30 |
Quý I, II/2025                                            | RANGE | 2025-06-30 |
từ Quý II đến Quý IV/2025                                 | RANGE | 2025-12-31 |
Quý IV/2025 - Quý I/2026                                  | RANGE | 2026-03-31 |
tháng 4 - 6/2025                                          | RANGE | 2025-06-30 |
tháng 11 - 2/2026                                         | RANGE | 2026-02-28 |
hoàn thành trong tháng 01, tháng 02/2025                  | RANGE | 2025-02-28 |
từ ngày 01/3/2025 đến ngày 30/4/2025                      | RANGE | 2025-04-30 |
01 - 15/3/2025                                            | RANGE | 2025-03-15 |
sáu tháng đầu năm                                         | HALF | 2025-06-30 |
06 tháng cuối năm                                         | HALF | 2025-12-31 |
9 tháng đầu năm 2025                                      | PERIOD | 2025-09-30 |
cả năm 2025                                               | YEAR | 2025-12-31 |
cuối năm                                                  | YEAR | 2025-12-31 |
2025                                                      | YEAR | 2025-12-31 |
giữa năm 2025                                             | PERIOD | 2025-06-30 | x
2025-2026                                                 | MULTI_YEAR | 2026-12-31 |
từ năm 2025 đến năm 2027                                  | MULTI_YEAR | 2027-12-31 |
đến năm 2030, tầm nhìn đến năm 2045                       | MULTI_YEAR | 2030-12-31 |
trước Tết Nguyên đán 2026                                 | EVENT | | x
dịp 30/4                                                  | EVENT | | x
trước kỳ họp HĐND tỉnh thường lệ                          | EVENT | | x
Kỳ họp tháng 7/2025                                       | EVENT | | x
năm học 2025-2026                                         | EVENT | | x
ngày 10/3 âm lịch                                         | EVENT | | x
trước hội nghị 3 ngày                                     | EVENT | | x
Quý II/2025 (trước kỳ họp HĐND tỉnh)                      | QUARTER | 2025-06-30 | x
trước ngày 15/6/2025 để trình kỳ họp HĐND                 | BEFORE | 2025-06-15 | x
sau khi Bộ Nội vụ có hướng dẫn                            | CONDITIONAL | | x
tuỳ tình hình                                             | CONDITIONAL | | x
15/3/2025 hoặc 30/3/2025                                  | CONDITIONAL | | x
15 ngày kể từ ngày Nghị định có hiệu lực                  | CONDITIONAL | | x
Sau khi có hướng dẫn, chậm nhất ngày 30/6/2025            | DAY | 2025-06-30 | x
trong vòng 15 ngày kể từ ngày ban hành                    | RELATIVE | 2025-03-11 |
trong 6 tháng kể từ ngày ký                               | RELATIVE | 2025-08-24 |
trong 02 tuần kể từ ngày ban hành Kế hoạch này            | RELATIVE | 2025-03-10 |
15 ngày kể từ ngày 01/3/2025                              | RELATIVE | 2025-03-16 |
trong 30 (ba mươi) ngày kể từ ngày ban hành               | RELATIVE | 2025-03-26 |
trong vòng 10 ngày, kể từ ngày nhận được văn bản          | RELATIVE | 2025-03-06 | x
trong vòng 15 ngày                                        | RELATIVE | 2025-03-11 | x
10 - 15 ngày kể từ ngày ban hành                          | RELATIVE | 2025-03-11 | x
hàng tháng                                                | RECURRING | |
ngày 15 hằng tháng                                        | RECURRING | |
trước 16h30 hằng ngày                                     | RECURRING | |
Trước ngày 15/12 hằng năm                                 | RECURRING | |
03 tháng/lần                                              | RECURRING | |
Tháng, quý, năm                                           | RECURRING | |
ngày 25 của tháng cuối quý                                | RECURRING | |
hằng năm                                                  | ONGOING | |
Thường xuyên trong năm 2025                               | ONGOING | |
trước 24/7                                                | BEFORE | 2025-07-24 | x
24/7/2025                                                 | DAY | 2025-07-24 |
trực 24/7                                                 | ONGOING | |
Thường xuyên, hoàn thành trước ngày 30/6/2025             | BEFORE | 2025-06-30 | x
31/12/2025, định kỳ báo cáo hằng quý                      | DAY | 2025-12-31 | x
ngay                                                      | UNDEFINED | |
Khẩn trương                                               | UNDEFINED | |
khi có yêu cầu                                            | UNDEFINED | |
trong thời gian sớm nhất                                  | UNDEFINED | |
Theo Kế hoạch số 45/KH-UBND ngày 10/01/2025 của UBND tỉnh | UNDEFINED | |
x                                                         | NONE | |
-                                                         | NONE | |
...                                                       | NONE | |
Chưa đề xuất                                              | NONE | |
không quy định thời hạn cụ thể                            | NONE | |
01/01/1970 00:00:00                                       | NONE | |
15/3 và 15/9/2025                                         | MULTI | 2025-09-15 | x
tháng 3 và tháng 9/2025                                   | MULTI | 2025-09-30 | x
hoàn thành trước 25/6/2025, báo cáo trước 28/12/2026      | TWO_STEP | 2025-06-25 | x
hoàn thành trước 30/11, báo cáo trước 15/01/2026          | TWO_STEP | 2025-11-30 | x
báo cáo trước 05/7/2025, hoàn thành trước 30/6/2025       | TWO_STEP | 2025-06-30 | x
00/3/2025                                                 | INVALID | | x
15/13/2025                                                | INVALID | | x
3/25/2025                                                 | INVALID | | x
15/3/20255                                                | INVALID | | x
tháng 13/2025                                             | INVALID | | x
Quý V/2025                                                | INVALID | | x
trước 25h ngày 15/3/2025                                  | INVALID | | x
từ ngày 01/3/2025                                         | NOT_A_DATE | | x
Đề nghị điều chỉnh thời hạn xử lý sang tháng 12/2026      | NOT_A_DATE | | x
Đã ban hành ngày 15/01/2025                               | NOT_A_DATE | | x
Quyết định số 1234/QĐ-UBND ngày 15/3/2025                 | NOT_A_DATE | | x
ngày    tháng    năm 2025                                 | NOT_A_DATE | | x
trước 16h30                                               | NOT_A_DATE | | x
"""


def _rows() -> list[tuple[str, str, str, bool]]:
    cells = [[cell.strip() for cell in line.split("|")] for line in PHRASES.strip().splitlines()]
    return [(phrase, kind, on, doubt == "x") for phrase, kind, on, doubt in ((*c, "")[:4] for c in cells)]


@pytest.mark.parametrize(("phrase", "kind", "on", "ambiguous"), _rows(), ids=lambda v: str(v))
def test_phrases_of_real_lists_are_read_as_a_clerk_would(phrase: str, kind: str, on: str, ambiguous: bool) -> None:
    reading = read(phrase)
    assert short(reading) == (kind, on, ambiguous)
    assert reading.text == phrase
    assert reading.explanation.endswith(".")


@pytest.mark.parametrize("phrase", [row[0] for row in _rows()])
def test_case_spacing_and_normal_form_change_nothing(phrase: str) -> None:
    expected = short(read(phrase))
    spaced = "\u200b " + phrase.replace(" ", " \u00a0\n") + "  "
    for variant in (phrase.upper(), unicodedata.normalize("NFD", phrase), spaced, phrase.replace("-", "–")):
        assert short(read(variant)) == expected, variant


def test_most_phrases_survive_without_any_accent() -> None:
    for phrase, kind, on, ambiguous in _rows():
        if "Sáu" not in phrase:  # «tháng Sáu» and «tháng sau» differ by the accent alone
            assert short(read("".join(viet.bare(c) for c in phrase))) == (kind, on, ambiguous), phrase


def test_before_a_day_is_inclusive_or_strict_as_the_office_decided() -> None:
    kind = read_deadline("trước ngày 05/3/2025", WRITTEN, before_is_inclusive=True)
    strict = read_deadline("trước ngày 05/3/2025", WRITTEN, before_is_inclusive=False)
    assert (kind.on, strict.on) == (date(2025, 3, 5), date(2025, 3, 4))
    assert kind.named == strict.named == date(2025, 3, 5)
    assert not kind.assumed and not strict.assumed


def test_a_year_that_was_guessed_stays_in_doubt_even_for_before_a_day() -> None:
    assert not read("trước ngày 17/7").assumed
    assert read("trước ngày 15/1").assumed


def test_a_left_out_year_is_the_first_period_that_ends_on_or_after_the_document() -> None:
    assert short(read("Quý III", date(2024, 12, 3))) == ("QUARTER", "2025-09-30", True)
    assert short(read("quý III, IV", date(2024, 10, 15))) == ("RANGE", "2024-12-31", False)
    assert short(read("trong tháng 12", date(2025, 12, 31))) == ("MONTH", "2025-12-31", False)


def test_working_days_are_counted_with_the_offices_own_calendar() -> None:
    phrase = "trong 05 ngày làm việc kể từ ngày ban hành"
    assert read(phrase).on == date(2025, 3, 3)
    tet = {date(2025, 2, 25), date(2025, 2, 26)}
    reading = read_deadline(phrase, WRITTEN, is_working_day=lambda day: day.weekday() < 5 and day not in tet)
    assert reading.on == date(2025, 3, 5)


def test_without_a_document_date_only_what_stands_by_itself_is_understood() -> None:
    assert read_deadline("05/3/2025", None).on == date(2025, 3, 5)
    assert read_deadline("thường xuyên", None).kind == "ONGOING"
    for phrase in ("05/3", "trong vòng 15 ngày", "Quý II"):
        assert short(read_deadline(phrase, None)) == ("NOT_A_DATE", "", True)


def test_a_phrase_with_an_hour_keeps_the_moment_and_counts_as_its_day() -> None:
    reading = read("trước 16h30 ngày 15/3/2025")
    assert reading.at is not None and reading.at.isoformat() == "2025-03-15T16:30:00+07:00"
    midnight = read("trước 24h ngày 15/3/2025")
    assert midnight.at is not None and midnight.at.isoformat() == "2025-03-16T00:00:00+07:00"
    assert midnight.on == date(2025, 3, 15)


def test_endless_cells_are_read_in_the_end() -> None:
    for text in ("15/3 " * 5000, "tháng 3, " * 3000, "(" * 9000, "trong vòng " * 2000, "1 " * 9000):
        assert read(text).kind


@pytest.mark.parametrize("doc_date", [date.min, date.max, date(2024, 2, 29)])
def test_no_document_date_whatever_makes_it_fail(doc_date: date) -> None:
    for phrase, *_ in _rows():
        assert read(phrase, doc_date).kind


@given(st.text(), st.dates())
def test_no_text_whatever_makes_it_fail(text: str, doc_date: date) -> None:
    reading = read_deadline(text, doc_date)
    assert reading.on is None or isinstance(reading.on, date)
    assert reading.explanation


WORDS = (
    *("trước", "ngày", "15", "tháng", "3", "năm", "2025", "/", "-", ".", ",", "quý", "II", "III", "hằng", "sau", "khi"),
    *("và", "hoặc", "đến", "từ", "6", "đầu", "cuối", "16h30", "trong", "vòng", "kể", "tuần", "này", "làm việc"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", " "]), st.dates())
def test_no_jumble_of_the_grammars_own_words_makes_it_fail(parts: list[str], glue: str, doc_date: date) -> None:
    reading = read_deadline(glue.join(parts), doc_date)
    assert (reading.on is not None) or reading.kind in (
        "NONE", "UNDEFINED", "RECURRING", "ONGOING", "EVENT", "CONDITIONAL", "INVALID", "NOT_A_DATE",
    )  # fmt: skip


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
BEFORE_WORDS = (
    "",
    "ngày ",
    "chậm nhất ngày ",
    "đến hết ngày ",
    "Hoàn thành trong ngày ",
    "báo cáo UBND tỉnh không quá ",
)


@given(DAYS, st.sampled_from(BEFORE_WORDS), st.sampled_from(["{d}/{m}/{y}", "{d:02}.{m:02}.{y}", "{d} - {m} - {y}"]))
def test_a_written_day_is_read_back(day: date, before: str, shape: str) -> None:
    text = before + shape.format(d=day.day, m=day.month, y=day.year)
    assert short(read(text)) == ("DAY", day.isoformat(), False)


@given(DAYS, DAYS)
def test_a_day_without_its_year_comes_back_within_a_year(day: date, doc_date: date) -> None:
    if (day.month, day.day) != (2, 29):
        reading = read(f"trước ngày {day.day}/{day.month}", doc_date)
        assert reading.on is not None and (reading.on.day, reading.on.month) == (day.day, day.month)
        assert doc_date <= reading.on < doc_date + timedelta(days=366)
        assert reading.assumed is (reading.on.year != doc_date.year)


ROMAN = ("", "I", "II", "III", "IV")


@given(st.integers(1, 4), st.integers(1, 4), st.integers(2021, 2035), st.sampled_from([" - ", "-", ", ", " đến Quý "]))
def test_quarters_and_their_ranges_end_with_the_last_quarter(a: int, b: int, year: int, glue: str) -> None:
    last = date(year, 3 * b, 30 if b in (2, 3) else 31)
    assert short(read(f"Quý {ROMAN[b]}/{year}")) == ("QUARTER", last.isoformat(), False)
    if a < b and (glue != ", " or b == a + 1):
        assert short(read(f"Quý {ROMAN[a]}{glue}{ROMAN[b]}/{year}")) == ("RANGE", last.isoformat(), False)


@given(st.integers(1, 400), DAYS)
def test_a_span_from_the_document_ends_so_many_days_later(count: int, doc_date: date) -> None:
    reading = read(f"trong vòng {count:02} ngày kể từ ngày ban hành", doc_date)
    assert short(reading) == ("RELATIVE", (doc_date + timedelta(days=count)).isoformat(), False)
