"""The writing room: what goes into a workbook comes out of it the same, and nothing in it is alive."""

from __future__ import annotations

import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nvbatch import viet
from nvbatch.celltext import CELL_LIMIT, CUT, line_count, row_height, short, text
from nvbatch.model import Status
from nvbatch.xlsx import BODY, STATUS_FILLS, Book, Look, new_workbook, set_page

AT = datetime(2026, 11, 20, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
AWKWARD = (
    "=1+1",
    '=HYPERLINK("http://x.y","bấm")',
    "+84 912 345 678",
    "- Đã ban hành Kế hoạch",
    "@SUM(A1)",
    "{=1}",
    "http://vi.du/a",
    "internal:A1",
    "<r><t>đậm</t></r>",
    "<r>",
    "_x0041_",
    "_x0041_x0042_",
    "a_x0041_x0042_x0043_b",
    "<r>_x0041_x0042_</r>",
    "001",
    "1e5",
    "#N/A",
    "TRUE",
    " hai đầu có dấu cách ",
    "dòng một\ndòng hai",
    "A & B < C > D \"E\" 'F'",
    "{{ 7*7 }}",
    "😀 𝐓𝐨𝐚́𝐧",
)


def write(path: Path, rows: list[list[Any]], look: Look = BODY) -> None:
    with new_workbook(path, title="Thử", created=AT) as book:
        ws = book.sheet("Dữ liệu", widths=[30])
        for at, row in enumerate(rows):
            book.write_row(ws, at, row, look)


def read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Dữ liệu").to_python(skip_empty_area=False)


def as_kept(value: str) -> str:
    return viet.sanitize(value.replace("\r\n", "\n").replace("\r", "\n"))[0]


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_text_comes_out_the_same_and_is_no_formula(value: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, [[value]])
    cell = openpyxl.load_workbook(path)["Dữ liệu"]["A1"]
    assert read(path) == [[value]]
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec=None), max_size=40),
            st.text(st.sampled_from(list("_x0041BF<r>/t=+ \n\r\t\x00\x0b\ud800\uffff")), max_size=30),
        ).filter(bool),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_out_the_same_or_as_sanitized(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    write(path, [[value, "."] for value in values])
    assert [row[0] for row in read(path)] == [as_kept(value) for value in values]
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_text_that_starts_like_a_formula_stays_text_even_when_somebody_edits_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, [["- Đã họp", "Đã họp"]])
    ws = openpyxl.load_workbook(path)["Dữ liệu"]
    assert ws["A1"].quotePrefix and not ws["B1"].quotePrefix


def test_control_characters_and_surrogates_are_shown_as_replaced() -> None:
    assert text("a\x00b\ud800c\uffffd\x0b") == "a\ufffdb\ufffdc\ufffdd\ufffd"


def test_text_longer_than_a_cell_is_cut_where_everybody_sees_it() -> None:
    for long in ("x" * 40_000, "😀" * 20_000):
        kept = text(long)
        assert kept.endswith(CUT)
        assert len(kept.encode("utf-16-le")) // 2 <= CELL_LIMIT
        assert long.startswith(kept.removesuffix(CUT))
    assert text("x" * CELL_LIMIT) == "x" * CELL_LIMIT


def test_dates_are_real_dates_numbers_are_numbers_and_nothing_is_a_blank_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    values = [date(2025, 2, 28), AT, 12.5, float("nan"), float("inf"), None, True, date(1899, 12, 31)]
    write(path, [values])
    assert read(path)[0] == [date(2025, 2, 28), datetime(2026, 11, 20, 17), 12.5, "", "", "", "Có", "31/12/1899"]
    assert openpyxl.load_workbook(path)["Dữ liệu"]["A1"].number_format == "dd/mm/yyyy"


def test_the_same_moment_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [[value] for value in AWKWARD])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_is_left_on_disk_when_filling_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(ZeroDivisionError), new_workbook(path, title="", created=AT) as book:
        book.sheet("Dữ liệu")
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_a_drop_down_of_any_length_refers_to_the_hidden_list_sheet_and_warns_of_nothing(tmp_path: Path) -> None:
    path, choices = tmp_path / "a.xlsx", [f"Giá trị rất dài thứ {n}" for n in range(60)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with new_workbook(path, title="", created=AT) as book:
            ws = book.sheet("Dữ liệu")
            book.choose(ws, (0, 0, 9, 0), choices, prompt=("t" * 80, "m" * 400), strict=True)
            book.choose(ws, (0, 1, 9, 1), choices, prompt=("Tên", "Chọn"), strict=False)
    made = openpyxl.load_workbook(path)
    strict, free = made["Dữ liệu"].data_validations.dataValidation
    assert made["_danhmuc"].sheet_state == "hidden"
    assert [cell.value for cell in made["_danhmuc"]["A"]] == choices
    assert strict.formula1 == free.formula1 == "_danhmuc!$A$1:$A$60"
    assert len(strict.promptTitle) <= 32 and len(strict.prompt) <= 255 and len(strict.error) <= 255
    assert strict.error.endswith("…")
    assert strict.showErrorMessage and not free.showErrorMessage


def test_a_comment_holds_at_most_250_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with new_workbook(path, title="", created=AT) as book:
        book.comment(book.sheet("Dữ liệu"), 0, 0, "Sửa lại. " * 60)
    comment = openpyxl.load_workbook(path)["Dữ liệu"]["A1"].comment
    assert comment is not None and len(comment.text) == 250 and comment.text.endswith("…")
    assert short("ngắn", 250) == "ngắn"


def test_a_page_is_a4_one_page_wide_with_its_header_repeated_and_its_moment_below(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with new_workbook(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu")
        set_page(ws, made_at=AT, repeat=(2, 3), area=(0, 0, 9, 4))
    ws = openpyxl.load_workbook(path)["Dữ liệu"]
    assert (ws.page_setup.orientation, ws.page_setup.paperSize) == ("landscape", 9)
    assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert (ws.page_setup.fitToWidth or 1, ws.page_setup.fitToHeight) == (1, 0)  # 1 is what a missing width means
    assert ws.print_title_rows == "$3:$4" and ws.print_area == "'Dữ liệu'!$A$1:$E$10"
    assert "lập lúc 17:00 ngày 20/11/2026" in ws.oddFooter.center.text


def test_rows_are_as_high_as_their_wrapped_text() -> None:
    sentence = "Tham mưu Ủy ban nhân dân tỉnh ban hành Kế hoạch chuyển đổi số. "
    heights = [row_height([(sentence * n, 40)]) for n in (1, 2, 4, 8)]
    assert heights == sorted(set(heights))
    assert row_height([("một\nhai\nba", 40)]) > row_height([("một hai ba", 40)])
    assert row_height([(sentence, 20)]) > row_height([(sentence, 80)])
    assert row_height([(sentence * 1000, 10)]) <= 409.5
    assert line_count("Nội dung", 40, 11) == 1


@given(st.text(max_size=300), st.floats(3, 60))
def test_a_text_takes_at_least_one_line_a_paragraph(value: str, width: float) -> None:
    assert line_count(value, width, 11) >= value.count("\n") + 1


def test_every_status_that_is_shaded_can_be_told_apart_in_grey() -> None:
    def grey(fill: str) -> float:
        red, green, blue = (int(fill[at : at + 2], 16) for at in (0, 2, 4))
        return 0.3 * red + 0.59 * green + 0.11 * blue

    assert {STATUS_FILLS[s] for s in (Status.DONE_LATE, Status.IN_TIME, Status.DUE_SOON, Status.OVERDUE)} == {
        "DDEBF7", "EDEDED", "FFF2CC", "F8CBAD"
    }  # fmt: skip
    assert all(grey(fill) > 200 for fill in STATUS_FILLS.values())  # black text stays readable


def test_a_look_makes_one_format_however_often_it_is_worn(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "a.xlsx", title="", created=AT) as book:
        assert isinstance(book, Book)
        assert book.format(Look(bold=True)) is book.format(Look(bold=True))
