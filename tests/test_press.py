"""The press: what goes into a workbook comes out of it the same, nothing in it is alive, and other programs read it."""

from __future__ import annotations

import gc
import shutil
import subprocess
import weakref
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nvbatch.celltext import line_count, lines_high, row_height
from nvbatch.looks import BODY, CENTER, HEADER, PLAIN, Look
from nvbatch.press.book import Book
from nvbatch.press.cells import formula_begun
from nvbatch.press.checks import Check
from nvbatch.press.lines import raise_to
from nvbatch.press.measure import lines_of_each
from nvbatch.press.stencil import ANY_ROW, SEEN_ROW, cell_slot, fill, live_slot, points, restyle, stencil
from nvbatch.press.strings import fitted
from tests.test_xlsx import AT, AWKWARD, as_kept

OFFICE_PROGRAM = shutil.which("soffice")


def write(path: Path, rows: list[list[Any]], look: Look = BODY) -> None:
    with Book(path, title="Thử <&>", created=AT, author="VĂN PHÒNG") as book:
        ws = book.sheet("Dữ liệu", widths=[30])
        for at, row in enumerate(rows):
            book.write_row(ws, at, row, look)


def read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Dữ liệu").to_python(skip_empty_area=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.xlsx"


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_text_comes_out_the_same_and_is_no_formula(value: str, path: Path) -> None:
    write(path, [[value]])
    cell = openpyxl.load_workbook(path)["Dữ liệu"]["A1"]
    assert read(path) == [[value]]
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec=None), max_size=40),
            st.text(st.sampled_from(list('_x0041BF<r>/t=+&" \n\r\t\x00\x0b\ud800\uffff')), max_size=30),
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


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_every_part_is_sound_xml_whatever_is_written_where(
    tmp_path_factory: pytest.TempPathFactory, foreign: str
) -> None:
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    with Book(path, title=foreign, created=AT, author=foreign) as book:
        ws = book.sheet("Dữ liệu", widths=[30])
        book.put(ws, 0, 0, foreign)
        book.link(ws, 1, 0, "Dữ liệu", "A1", BODY, foreign)
        book.formula(ws, 2, 0, 'IF(A1="<",1,2)', foreign)
        book.comment(ws, 0, 0, foreign)
        book.choose(ws, (0, 0, 9, 0), (foreign or "x",), prompt=(foreign, foreign), strict=True)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
    shown = openpyxl.load_workbook(path, data_only=True)["Dữ liệu"]
    assert (shown["A1"].value or "") == (shown["A3"].value or "") == as_kept(foreign)


def test_text_that_starts_like_a_formula_stays_text_even_when_somebody_edits_it(path: Path) -> None:
    write(path, [["- Đã họp", "Đã họp"]])
    ws = openpyxl.load_workbook(path)["Dữ liệu"]
    assert ws["A1"].quotePrefix and not ws["B1"].quotePrefix


def test_dates_are_real_dates_numbers_are_numbers_and_nothing_is_a_blank_cell(path: Path) -> None:
    values = [date(2025, 2, 28), AT, 12.5, 7, float("nan"), float("inf"), None, True, date(1899, 12, 31)]
    write(path, [values])
    assert read(path)[0] == [date(2025, 2, 28), datetime(2026, 11, 20, 17), 12.5, 7, "", "", "", "Có", "31/12/1899"]
    assert openpyxl.load_workbook(path)["Dữ liệu"]["A1"].number_format == "dd/mm/yyyy"


def test_a_ruled_row_holds_its_values_and_shows_the_changed_style(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu", widths=[10, 10, 10, 10])
        marked, ruled = book.style(Look(fill="F8CBAD")), [book.style(CENTER)] * 4
        rows = [["=1+1", None, 5, None], ["=1+1", True, 1, "a"], [None, 0, date(2025, 2, 28), "a"]]
        held = [book.held(column) for column in zip(*rows, strict=True)]
        cut = stencil(tuple(map(cell_slot, "ABCD", ruled)), fixed=True)
        at = range(12, 15)
        made = fill([cut] * 3, at, [list(map(points, (40, 20, 20))), *(column.pieces for column in held)])
        restyle(made, at, "ABCD", book.odd(held, [ruled], [0] * 3))
        restyle(made, at, "ABCD", {0: {3: marked, 2: marked}})
        ws.lines(at, made, 3, (40, 20, 20))
    ws = openpyxl.load_workbook(path)["Dữ liệu"]
    assert [cell.value for cell in ws[12]] == ["=1+1", None, 5, None]
    assert [cell.value for cell in ws[13]] == ["=1+1", "Có", 1, "a"]
    assert [cell.value for cell in ws[14]] == [None, 0, datetime(2025, 2, 28), "a"]
    assert [cell.fill.fgColor.rgb for cell in ws[12]][1:] == ["00000000", "FFF8CBAD", "FFF8CBAD"]
    assert ws["A12"].data_type == "s" and ws["B12"].alignment.horizontal == "center"
    assert ws.row_dimensions[12].height == 30


def test_a_look_comes_out_as_it_was_given(path: Path) -> None:
    look = Look(
        bold=True, italic=True, underline=True, size=14, color="9C0006", fill="FFF2CC", align="right", valign="vcenter",
        wrap=True, border=True, border_color="C00000", locked=False, number="#,##0", indent=2,
    )  # fmt: skip
    write(path, [[1]], look)
    cell = openpyxl.load_workbook(path)["Dữ liệu"]["A1"]
    assert (cell.font.name, cell.font.sz, cell.font.color.rgb) == ("Times New Roman", 14, "FF9C0006")
    assert cell.font.b and cell.font.i and cell.font.u == "single"
    assert (cell.fill.fgColor.rgb, cell.border.top.style, cell.border.top.color.rgb) == ("FFFFF2CC", "thin", "FFC00000")
    assert (cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.indent) == ("right", "center", 2)
    assert cell.alignment.wrap_text and not cell.protection.locked and cell.number_format == "#,##0"


def test_the_same_moment_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [[value] for value in AWKWARD])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_is_left_on_disk_when_filling_fails(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Book(path, title="", created=AT) as book:
        book.sheet("Dữ liệu")
        _ = 1 / 0
    assert list(path.parent.iterdir()) == []


def test_drop_downs_refer_to_the_hidden_list_sheet_and_their_words_fit_excel(path: Path) -> None:
    choices = [f"Giá trị rất dài thứ {n}" for n in range(60)]
    with Book(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu")
        book.choose(ws, (0, 0, 9, 0), choices, prompt=("t" * 80, "m" * 400), strict=True)
        book.choose(ws, (0, 1, 9, 1), choices, prompt=("Tên", "Chọn"), strict=False)
        book.choose(ws, (0, 2, 9, 2), ["Có", "Không"], prompt=("Tên", "Chọn"), strict=True)
        book.demand(ws, (0, 3, 0, 3), Check("date", "36526", "73415"), prompt=("Ngày", "Ghi ngày"), stop="Sai")
    made = openpyxl.load_workbook(path)
    strict, free, other, dated = made["Dữ liệu"].data_validations.dataValidation
    assert made["_danhmuc"].sheet_state == "hidden"
    assert [cell.value for cell in made["_danhmuc"]["A"]] == choices
    assert [cell.value for cell in made["_danhmuc"]["B"]][:3] == ["Có", "Không", None]
    assert strict.formula1 == free.formula1 == "_danhmuc!$A$1:$A$60" and other.formula1 == "_danhmuc!$B$1:$B$2"
    assert len(strict.promptTitle) <= 32 and len(strict.prompt) <= 255 and len(strict.error) <= 255
    assert strict.showErrorMessage and not free.showErrorMessage
    assert (dated.type, dated.formula1, dated.formula2, str(dated.sqref)) == ("date", "36526", "73415", "D1")


def test_notes_keep_their_words_and_stand_beside_their_cells(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu", widths=[20, 20])
        book.comment(ws, 5, 1, "Sửa lại. " * 60)
        book.comment(ws, 0, 0, "Ngắn\nhai dòng")
    ws = openpyxl.load_workbook(path)["Dữ liệu"]
    assert ws["A1"].comment.text == "Ngắn\nhai dòng"
    assert len(ws["B6"].comment.text) == 250 and ws["B6"].comment.text.endswith("…")
    with zipfile.ZipFile(path) as parts:
        drawing = parts.read("xl/drawings/vmlDrawing1.vml").decode()
    assert (
        "<x:Anchor>1, 15, 0, 2, 5, 18, 2, 6</x:Anchor>" in drawing
    )  # 340 × 44 pixels, from 15 pixels into column B on


def test_a_link_leads_to_a_cell_of_the_workbook(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        book.link(book.sheet("Dữ liệu"), 0, 0, "Dữ liệu", "N12", BODY, "N12")
    cell = openpyxl.load_workbook(path)["Dữ liệu"]["A1"]
    assert (cell.value, cell.hyperlink.location, cell.hyperlink.target) == ("N12", "'Dữ liệu'!N12", None)


def test_a_sheet_is_frozen_filtered_folded_locked_and_printed_as_said(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu", widths=[6, 16.5, 42], zoom=90)
        hidden = book.sheet("_an")
        book.write_row(ws, 3, ["a", "b", "c"], HEADER, height=30)
        ws.fold([2])
        ws.set_row(2, hidden=True)
        ws.freeze(4, 1)
        ws.autofilter((3, 0, 9, 2))
        ws.merge((5, 0, 5, 1))
        book.highlight(ws, (4, 2, 9, 2), above=0)
        ws.page(made_at=AT, repeat=(2, 3), area=(0, 0, 9, 2))
        ws.protect()
        hidden.state = "veryHidden"
        book.open_on(ws)
    made = openpyxl.load_workbook(path)
    ws = made["Dữ liệu"]
    assert (made.active.title, made["_an"].sheet_state) == ("Dữ liệu", "veryHidden")
    assert (ws.freeze_panes, ws.auto_filter.ref, ws.sheet_view.zoomScale) == ("B5", "A4:C10", 90)
    assert (ws.page_setup.orientation, ws.page_setup.paperSize, ws.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert ws.print_title_rows == "$3:$4" and ws.print_area == "'Dữ liệu'!$A$1:$C$10"
    assert "lập lúc 17:00 ngày 20/11/2026" in ws.oddFooter.center.text
    assert ws.protection.sheet and ws.protection.password is None and not ws.protection.autoFilter
    assert ws.row_dimensions[3].hidden and ws.column_dimensions["C"].outlineLevel == 1
    assert round(ws.column_dimensions["B"].width, 2) == 17.29
    assert [str(area) for area in ws.merged_cells.ranges] == ["A6:B6"]


def test_growing_rows_have_a_height_that_excel_may_change(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        for name in ("Cố định", "Lớn dần"):
            book.write_row(book.sheet(name, growing=name == "Lớn dần"), 0, ["a"], PLAIN, height=45)
    with zipfile.ZipFile(path) as parts:
        fixed, growing = (parts.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2))
    assert b'ht="45"' in fixed and b"customHeight" in fixed
    assert b'ht="45"' in growing and b"customHeight" not in growing


@given(st.lists(st.text(st.sampled_from("ab iữ\nộ "), max_size=200), min_size=1, max_size=6), st.integers(1, 5))
def test_rows_of_a_list_are_as_high_as_single_rows(texts: list[str], least: int) -> None:
    widths = [11.0 * (at + 1) for at in range(len(texts))]
    most = [least]
    for text, width in zip(texts, widths, strict=True):
        raise_to(most, [text], width, 11)
    high = lines_high(most[0], 11)
    assert high >= row_height(zip(texts, widths, strict=True), least=least)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["aW", "ộ", " ", "\n", "—", "từ ngày ", "W" * 9, "😀"]), max_size=30).map("".join)
    ),
    st.sampled_from([5.0, 14.0, 34.0]),
)
def test_many_texts_measured_at_once_take_the_lines_that_each_takes_alone(texts: list[str], width: float) -> None:
    many = [*texts, *"abcdefghijklmnop"]
    assert lines_of_each(many, width, 11) == [line_count(text, width, 11) for text in many]


def test_a_workbook_that_begins_like_another_holds_its_sheets_with_its_own_name(path: Path) -> None:
    for name in ("Sở Nội vụ", "<b>&", "Chung"):
        model = Book(Path(), title="", created=AT)
        book_sheet = model.sheet("Chung", widths=[20])
        model.write_row(book_sheet, 0, ["Chung", "\ue000", "Chung"], BODY)
        for _ in range(2):
            with model.begin(path, title="a", hole="\ue000", filling=name) as book:
                book.write_row(book.sheet("Riêng"), 0, [name, "Chung", "khác"], CENTER)
            made = openpyxl.load_workbook(path)
            assert [cell.value for cell in made["Chung"][1]] == ["Chung", name, "Chung"]
            assert [cell.value for cell in made["Riêng"][1]] == [name, "Chung", "khác"]
            assert (made["Chung"]["A1"].border.top.style, made["Riêng"]["A1"].alignment.horizontal) == (
                "thin",
                "center",
            )


@pytest.mark.skipif(OFFICE_PROGRAM is None, reason="LibreOffice is not here")
def test_libreoffice_opens_it_and_understands_its_formulas(path: Path) -> None:
    with Book(path, title="Thử", created=AT) as book:
        ws = book.sheet("Dữ liệu", widths=[20, 20])
        book.write_row(ws, 0, ["=1+1 là chữ", 20], BODY)
        book.formula(ws, 1, 0, 'B1*2&" & "&IF(B1>3,"<lớn>","")', "chưa tính")
        book.comment(ws, 0, 0, "Ghi chú")
        book.choose(ws, (4, 0, 9, 0), ["Có", "Không"], prompt=("Tên", "Chọn"), strict=True)
        ws.page(made_at=AT, area=(0, 0, 1, 1))
    home = (path.parent / "home").as_uri()
    command = [str(OFFICE_PROGRAM), f"-env:UserInstallation={home}", "--headless", "--convert-to", "ods", path.name]
    subprocess.run(command, cwd=path.parent, check=True, capture_output=True)
    sheet = CalamineWorkbook.from_path(str(path.with_suffix(".ods"))).get_sheet_by_name("Dữ liệu").to_python()
    assert sheet[0] == ["=1+1 là chữ", 20]
    assert sheet[1][0] == "chưa tính"  # the stored value is trusted until somebody types
    with zipfile.ZipFile(path.with_suffix(".ods")) as parts:
        content = parts.read("content.xml").decode()
    assert "of:=[.B1]*2&amp;&quot; &amp; &quot;&amp;IF([.B1]&gt;3;&quot;&lt;lớn&gt;&quot;;&quot;&quot;)" in content
    assert "Ghi chú" in content and "cell-content-is-in-list" in content


def test_a_finished_workbook_leaves_the_memory_at_once_and_waits_for_no_collector(path: Path) -> None:
    """Processes that make hundreds of workbooks run without the collector of circles."""
    gc.disable()
    try:
        with Book(path, title="", created=AT) as book:
            book.write_row(book.sheet("Dữ liệu"), 0, ["=1", AT.date(), 1.5], BODY)
        gone = weakref.ref(book)
        del book
        assert gone() is None
    finally:
        gc.enable()


def test_rows_are_filled_each_with_its_number_and_that_of_the_row_that_its_formulas_look_at(path: Path) -> None:
    with Book(path, title="", created=AT) as book:
        ws = book.sheet("Dữ liệu")
        live = live_slot(formula_begun(f"B{ANY_ROW}", f'IF(C{SEEN_ROW}="","50%",1)', 0, text=True))
        cut, rows = stencil((cell_slot("A", 0), live), below=2, high=False), (3, 4)
        ws.lines(rows, fill([cut] * 2, rows, [book.held(["một", 7]).pieces, fitted(["a & b", "c"])]), 1)
    shown, formulas = (openpyxl.load_workbook(path, data_only=only)["Dữ liệu"] for only in (True, False))
    assert [[cell.value for cell in row] for row in shown["A3:B4"]] == [["một", "a & b"], [7, "c"]]
    assert [formulas[cell].value for cell in ("B3", "B4")] == ['=IF(C1="","50%",1)', '=IF(C2="","50%",1)']
