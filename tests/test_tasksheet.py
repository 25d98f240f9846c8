"""Of several sheets with tasks the one that people mean is read, and the others are named as not read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nvbatch.model import Reading
from nvbatch.rules.structure import nothing_is_hidden
from nvbatch.tasksheet import period_in
from tests.sheet_factory import header, notes, read_bytes, task, xlsx


def month(number: int, **cells: Any) -> list[list[Any]]:
    """A sheet of one task, last updated in that month."""
    return [[f"BÁO CÁO THÁNG {number}"], header(), task(updated_on=date(2025, number, 20), note=f"{number}", **cells)]


def taken(reading: Reading) -> str:
    assert reading.tasks is not None
    return reading.tasks.sheet


@pytest.mark.parametrize("names", [("Tháng 2", "Tháng 3", "Tháng 1"), ("T1", "T3", "T2"), ("a", "b", "c")])
def test_of_several_months_the_newest_is_read(names: tuple[str, ...], tmp_path: Path) -> None:
    months = {"Tháng 1": 1, "Tháng 2": 2, "Tháng 3": 3, "T1": 1, "T2": 2, "T3": 3, "a": 1, "b": 3, "c": 2}
    reading = read_bytes(xlsx({name: month(months[name]) for name in names}), tmp_path)
    assert reading.tasks is not None and reading.tasks.values["note"] == ("3",)
    assert {note.sheet for note in notes(reading, "S209")} == {name for name in names if months[name] != 3}


def test_the_sheet_of_the_period_that_the_file_names_is_read(tmp_path: Path) -> None:
    sheets = {"Thông tin": [["Mã cơ quan", "SNV"], ["Kỳ báo cáo", "2025-02"]], "Tháng 2": month(2), "Tháng 3": month(3)}
    assert taken(read_bytes(xlsx(sheets), tmp_path)) == "Tháng 2"


def test_the_sheet_named_like_the_form_is_read_before_others(tmp_path: Path) -> None:
    assert taken(read_bytes(xlsx({"Tháng 4": month(4), "Nhiệm vụ": month(3)}), tmp_path)) == "Nhiệm vụ"


def test_a_copy_is_not_read_in_place_of_its_original(tmp_path: Path) -> None:
    sheets = {"Sheet1 (2)": month(3, narrative="Bản sao cũ của báo cáo tháng 3"), "Sheet1": month(3)}
    assert taken(read_bytes(xlsx(sheets), tmp_path)) == "Sheet1"


def test_a_hidden_sheet_is_read_only_when_there_is_no_other(tmp_path: Path) -> None:
    def hide_first(book: Any, sheet: Any) -> None:
        sheet.hide()
        book.worksheets()[-1].activate()

    both = read_bytes(xlsx({"Nhiệm vụ": month(3), "Tháng 2": month(2)}, hide_first), tmp_path)
    assert taken(both) == "Tháng 2"
    alone = read_bytes(xlsx({"Nhiệm vụ": month(3), "Bìa": [["BÁO CÁO"]]}, hide_first), tmp_path)
    assert taken(alone) == "Nhiệm vụ"
    (note,) = notes(alone, "S209")
    assert note.args["done"] == "nội dung vẫn được đọc"


def test_one_typing_error_in_a_year_does_not_make_a_sheet_the_newest(tmp_path: Path) -> None:
    wrong = [*month(2), task(no=2, task_code="NV-2", updated_on=date(2052, 2, 1)), task(no=3, task_code="NV-3")]
    wrong[-1][header().index("Ngày cập nhật")] = date(2025, 2, 20)
    assert taken(read_bytes(xlsx({"x": wrong, "y": month(3)}), tmp_path)) == "y"


def test_a_sheet_that_was_not_read_is_not_said_to_be_read(tmp_path: Path) -> None:
    reading = read_bytes(xlsx({"Tháng 2": month(2), "Tháng 3": month(3)}), tmp_path)
    (hit,) = nothing_is_hidden(reading)
    assert hit.args == {"what": "ở trang «Tháng 2»", "done": "không đọc trang này, chỉ đọc «Tháng 3»"}
    assert reading.beside == {"Tháng 2": ("BÁO CÁO THÁNG 2",)}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Tuần 12", ("week", 12)),
        ("2025-W09", ("week", 9)),
        ("BÁO CÁO TUẦN THỨ 7 (từ 10/02 đến 14/02)", ("week", 7)),
        ("Tháng 03/2025", ("month", 3)),
        ("T3", ("month", 3)),
        ("2025-03", ("month", 3)),
        ("Quý IV/2025", ("quarter", 4)),
        ("2025-Q1", ("quarter", 1)),
        ("Sheet1", None),
        ("Nhiệm vụ", None),
        ("Sở Nội vụ", None),
    ],
)
def test_a_period_is_known_by_its_usual_names(text: str, period: tuple[str, int] | None) -> None:
    assert period_in(text) == period
