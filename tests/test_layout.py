"""Tables are found by what they say: sheet, header and rows of messy workbooks, never by position."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch.grid import Grid
from nvbatch.labels import labels_of
from nvbatch.layout import lay_out_changes, lay_out_tasks, spans
from tests.sheet_factory import FORM, LABELS, column, header, task

WIDTH = len(LABELS)


def grid(*rows, name="Nhiệm vụ", first=1, **more) -> Grid:
    """Rows of cells one under the other from Excel row ``first``; None is blank."""
    lines = [(n, ["" if cell is None else cell for cell in row]) for n, row in enumerate(rows, first)]
    return Grid(name=name, rows=tuple(line for line in lines if any(c != "" for c in line[1])), **more)


def laid(*grids: Grid):
    return lay_out_tasks(grids, FORM, max_rows=1000, max_columns=200)


def told(layout, rule):
    return [note for note in layout.notes if note.rule == rule]


# --- labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda t: f"  {t}  ",
        lambda t: t.replace(" ", "\n", 1),
        lambda t: t + " (*)",
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: t.replace("hoàn", "hòan"),
    ],
)
def test_case_spaces_breaks_star_composition_and_tone_placement_are_no_change(change):
    labels = labels_of(FORM.tasks)
    for key, label in LABELS.items():
        match = labels.recognise(change(label))
        assert match is not None and (match.key, match.score) == (key, 1.0), label


@pytest.mark.parametrize(
    ("seen", "key"),
    [
        ("Kết quả thực hiện (nếu có)", "result"),
        ("Tiến độ thực hiện (%)", "progress"),
        ("% tiến độ", "progress"),
        ("Tiến độ", "progress"),
        ("Diễn biến triển khai", "narrative"),
        ("Tình hình thực hiện", "narrative"),
        ("Phòng/người thực hiện", "assignee"),
        ("Thủ trưởng cơ quan chịu trách nhiệm", "accountable_head"),
        ("Ngày hoàn thành (dd/mm/yyyy)", "completed_on"),
        ("Số, ngày văn bản giải trình", "explanation_doc"),
        ("Nguyên nhân chậm", "delay_reason"),
        ("Giải trình nguyên nhân chậm", "delay_reason"),
        ("Loại nguyên nhân", "delay_cause_kind"),
        ("Trạng thái\nChọn trong danh sách", "reported_status"),
        ("Mã NV", "task_code"),
        ("Mã nhiêm vụ", "task_code"),
        ("Trạng thái nhiệm vụ", "reported_status"),
        ("Tiến độ thực hiện (% hoàn thành)", "progress"),
        ("Kết quả thực hiện nhiệm vụ", "result"),
    ],
)
def test_changed_labels_are_recognised_all_the_same(seen, key):
    match = labels_of(FORM.tasks).recognise(seen)
    assert match is not None and match.key == key and match.score < 1


@pytest.mark.parametrize(
    "seen",
    [
        "Mã hồ sơ nội bộ",
        "Cơ quan chủ trì",
        "Kết quả thực hiện kỳ trước",
        "Thời hạn mới",
        "Ngày ban hành",
        "Văn bản (số, ngày)",
        "Người lập biểu",
        "Ghi chú của Văn phòng",
        "Kinh phí",
        "Tiến độ kỳ trước",
        "x",
        "",
    ],
)
def test_labels_of_other_things_are_not_recognised(seen):
    assert labels_of(FORM.tasks).recognise(seen) is None


# --- the header ---------------------------------------------------------------------------------


def test_the_header_is_found_under_title_lines_wherever_the_table_begins():
    rows = [["", "", "SỞ NỘI VỤ"], ["", "", "BÁO CÁO\nTUẦN 12"], [], *[["", "", *r] for r in (header(), task())]]
    layout = laid(grid(*rows, first=3))
    assert layout.table.header_row == 6
    assert layout.table.letters["no"] == "C" and layout.table.cell(7, "task_code") == "D7"
    assert layout.title == ("SỞ NỘI VỤ", "BÁO CÁO TUẦN 12")
    assert layout.table.values["task_code"] == ("NV-2025-00001",)
    assert layout.notes == ()


@given(order=st.permutations(range(WIDTH)))
def test_moved_columns_change_only_letters(order):
    one = laid(grid(header(), task())).table
    moved = laid(grid(*([row[i] for i in order] for row in (header(), task())))).table
    assert moved.values == one.values
    assert set(moved.letters) == set(one.letters)


def test_a_group_header_above_is_no_part_of_the_labels():
    groups = ["Nhiệm vụ được giao", *[None] * 7, "Kết quả của cơ quan"]
    layout = laid(grid(groups, header(), task(), merged=((1, 0, 1, 7), (1, 8, 1, WIDTH - 1))))
    assert layout.table.header_row == 2 and layout.notes == ()


def test_labels_may_stand_in_either_of_two_header_rows():
    upper, lower = list(header()), [None] * WIDTH
    for key, sub in (("delay_cause_kind", "Loại"), ("delay_reason", "Giải trình")):
        upper[column(key)], lower[column(key)] = None, sub
    upper[column("delay_cause_kind")] = "Nguyên nhân chậm"
    first = column("delay_cause_kind")
    merged = ((1, first, 1, first + 1), *((1, c, 2, c) for c in range(WIDTH) if c not in (first, first + 1)))
    layout = laid(grid(upper, lower, task(delay_cause_kind="Khách quan", delay_reason="Mưa lũ"), merged=merged))
    assert layout.table.header_row == 2
    assert layout.table.values["delay_cause_kind"] == ("Khách quan",)
    assert layout.table.values["delay_reason"] == ("Mưa lũ",)
    assert layout.table.values["task_code"] == ("NV-2025-00001",)


def test_a_group_header_may_stand_at_the_left_with_nothing_merged():
    upper, lower = [None] * WIDTH, header()
    upper[0], upper[column("delay_cause_kind")] = "Nhiệm vụ được giao", "Nguyên nhân chậm"
    upper[column("explanation_doc")] = "Giải trình"
    lower[column("delay_cause_kind")], lower[column("delay_reason")] = "Loại", "Lý do"
    layout = laid(grid(upper, lower, task(delay_cause_kind="Chủ quan", delay_reason="Chờ hướng dẫn")))
    assert layout.table.values["delay_cause_kind"] == ("Chủ quan",)
    assert layout.table.values["delay_reason"] == ("Chờ hướng dẫn",)
    assert layout.table.letters["explanation_doc"] == "X"


def test_text_like_a_formula_is_said_in_a_foreign_column_too():
    layout = laid(grid([*header(), "Mã riêng"], [*task(), "=HYPERLINK(1)"]))
    (note,) = told(layout, "C411")
    assert (note.cell, note.column, note.value) == ("AE2", None, "=HYPERLINK(1)")


def test_a_changed_label_is_S206_with_seen_and_expected():
    layout = laid(grid(header(result="Kết quả thực hiện (nếu có)"), task()))
    (note,) = told(layout, "S206")
    assert (note.column, note.cell, note.value, note.expected) == (
        "result",
        "Q1",
        "Kết quả thực hiện (nếu có)",
        "Kết quả thực hiện",
    )
    assert note.args == {"seen": note.value, "expected": note.expected}


def test_the_forms_own_label_beats_a_likeness():
    rows = [[*header(), "Kết quả", "Nguyên nhân chậm"], [*task(result="Đã ban hành"), "khác", "khác nữa"]]
    layout = laid(grid(*rows))
    assert layout.table.values["result"] == ("Đã ban hành",)
    assert layout.table.extras == {"AE": "Kết quả", "AF": "Nguyên nhân chậm"}
    assert not told(layout, "S206") and not told(layout, "S208")


def test_a_column_that_the_form_does_not_have_is_kept_beside_the_row():
    layout = laid(grid([*header(), "Mã hồ sơ nội bộ"], [*task(), "HS-07"]))
    assert layout.table.extras == {"AE": "Mã hồ sơ nội bộ"}
    assert layout.table.extra_values == {"AE": ("HS-07",)}
    (note,) = told(layout, "S207")
    assert "Mã hồ sơ nội bộ" in note.args["columns"]


def test_data_without_any_header_is_kept_beside_the_row_too():
    layout = laid(grid(header(), [*task(), "", "lạc"]))
    assert layout.table.extra_values == {"AF": ("lạc",)}
    assert "cột AF" in told(layout, "S207")[0].args["columns"]


def test_no_task_code_column_is_S205_naming_it_and_the_nearest_header():
    skipped = ("task_code",)
    layout = laid(grid([*header(*skipped), "Mã hồ sơ nội bộ"], [*task(*skipped), "HS-1"]))
    (note,) = told(layout, "S205")
    assert layout.table is None
    assert note.args == {"missing": "Mã nhiệm vụ", "nearest": "Mã hồ sơ nội bộ"}


def test_a_missing_required_agency_column_is_S205_another_one_is_not():
    assert told(laid(grid(header("narrative"), task("narrative"))), "S205")[0].args["missing"] == LABELS["narrative"]
    layout = laid(grid(header("note", "deadline"), task("note", "deadline")))
    assert layout.notes == () and "note" not in layout.table.letters


def test_two_columns_of_one_field_that_differ_are_S208():
    layout = laid(grid([*header(), "Tiến độ (%)"], [*task(), 7]))
    (note,) = told(layout, "S208")
    assert layout.table is None
    assert note.column == "progress" and "N «Tiến độ (%)»" in note.args["columns"] and note.cell == "AE1"


def test_two_columns_of_one_field_that_agree_are_one():
    for copy in (40, None):
        layout = laid(grid([*header(), "TIẾN ĐỘ (%)"], [*task(), copy]))
        assert layout.table.values["progress"] == (40,)
        assert layout.table.letters["progress"] == "N"
        assert layout.notes == ()


# --- the sheet ----------------------------------------------------------------------------------


def test_a_sheet_of_any_name_with_the_header_will_do():
    layout = laid(grid(["Kính gửi"], name="Thư"), grid(header(), task(), name="Tuần 12"))
    assert layout.table.sheet == "Tuần 12"


def test_of_several_sheets_the_one_so_named_is_read_and_the_other_is_not_passed_over_in_silence():
    other = grid(header(), task(task_code="NV-KHAC-1"), name="Nhiệm vụ (2)")
    layout = laid(other, grid(header(), task()))
    assert layout.table.sheet == "Nhiệm vụ"
    (note,) = told(layout, "S209")
    assert "Nhiệm vụ (2)" in note.args["what"]


def test_a_sheet_with_rows_beats_an_empty_one_of_the_right_name():
    layout = laid(grid(header()), grid(header(), task(), name="Sheet1"))
    assert layout.table.sheet == "Sheet1"


def test_our_other_sheets_are_never_taken_for_the_task_sheet():
    guide = grid(*([label] for label in LABELS.values()), name="Hướng dẫn")
    assert told(laid(guide), "S204")


def test_no_header_anywhere_is_S204_and_no_content_at_all_is_F106():
    assert [n.rule for n in laid(grid(["Kính gửi Văn phòng"])).notes] == ["S204"]
    assert [n.rule for n in laid(grid()).notes] == ["F106"]
    assert [n.rule for n in laid(grid(header())).notes] == ["F106"]


def test_a_hidden_sheet_hidden_rows_hidden_columns_and_struck_rows_are_read_and_S209():
    more = {"visible": False, "hidden_rows": frozenset({2}), "hidden_columns": frozenset({16, 18})}
    layout = laid(grid(header(), task(result="Có"), task(task_code="NV-2"), struck=frozenset({(3, 4)}), **more))
    assert len(layout.table.rows) == 2
    whats = [note.args["what"] for note in told(layout, "S209")]
    assert whats == ["trong trang ẩn «Nhiệm vụ»", "trong dòng ẩn 2", "trong cột ẩn Q", "bị gạch ngang ở dòng 3"]


# --- the rows -----------------------------------------------------------------------------------


def row(**cells):
    """A row with nothing but these cells, by field key."""
    line = [None] * WIDTH
    for key, cell in cells.items():
        line[column(key)] = cell
    return line


def test_what_only_looks_like_a_task_is_left_out_and_listed_once():
    rows = [
        header(),
        [f"({n})" for n in range(1, WIDTH + 1)],
        row(no="I", content="NHIỆM VỤ TRỌNG TÂM"),
        task(),
        row(no="II"),
        row(task_code="NHIỆM VỤ THƯỜNG XUYÊN"),
        header(),
        task(no=2, task_code="NV-2025-00002"),
        [],
        row(no="Tổng cộng", progress=80),
        row(content="Ghi chú: số liệu đến 20/3"),
        row(narrative="Hà Nội, ngày 20 tháng 3 năm 2025"),
        row(content="NGƯỜI LẬP BIỂU", narrative="THỦ TRƯỞNG ĐƠN VỊ\n(Ký, ghi rõ họ tên)"),
        row(content="Lê Văn Làm", narrative="Nguyễn Văn Mẫu"),
        row(no="Nơi nhận:\n- Như trên;\n- Lưu: VT."),
    ]
    layout = laid(grid(*rows))
    assert layout.table.rows == (4, 8)
    (note,) = told(layout, "S211")
    assert note.args["rows"] == "2–3, 5–7, 10–15"


def test_a_row_without_a_code_stays_a_task_when_it_says_anything():
    layout = laid(grid(header(), task(task_code=None), row(no=2, content="Việc mới", assigning_doc="12/QĐ")))
    assert layout.table.rows == (2, 3)
    assert layout.table.values["task_code"] == (None, None)


def test_content_that_begins_like_a_total_or_names_a_director_is_still_a_task():
    rows = [task(content="Tổng hợp báo cáo quý"), task(task_code=None, content="Tổng hợp", assignee="Giám đốc")]
    assert laid(grid(header(), *rows)).table.rows == (2, 3)


def test_a_task_after_the_signatures_is_still_a_task():
    layout = laid(grid(header(), task(), row(narrative="THỦ TRƯỞNG ĐƠN VỊ"), task(task_code="NV-9"), row(note="x")))
    assert layout.table.rows == (2, 4)


def test_the_hidden_key_row_above_or_below_the_header_is_no_task():
    keys = list(LABELS)
    for rows in ([keys, header(), task()], [header(), keys, task()]):
        layout = laid(grid(*rows))
        assert layout.table.rows == (3,) and "task_code" not in layout.title


def test_merged_cells_are_filled_down_in_key_fields_only():
    second = row(narrative="Sản phẩm thứ hai", reported_status="Đang thực hiện")
    code, note = column("task_code"), column("note")
    merged = ((2, code, 3, code), (2, note, 3, note))
    layout = laid(grid(header(), task(note="chung"), second, merged=merged))
    assert layout.table.values["task_code"] == ("NV-2025-00001", "NV-2025-00001")
    assert layout.table.values["note"] == ("chung", None)
    (found,) = told(layout, "S210")
    assert found.args["cells"] == "B2:B3, AA2:AA3"


def test_too_many_rows_or_columns_are_F103():
    many = grid(header(), *(task(task_code=f"NV-{n}") for n in range(12)))
    wide = grid(header() + [f"Cột {n}" for n in range(60)], task() + ["x"] * 60)
    assert told(lay_out_tasks((many,), FORM, max_rows=10, max_columns=99), "F103")
    assert told(lay_out_tasks((wide,), FORM, max_rows=10, max_columns=50), "F103")


def test_row_numbers_are_said_as_a_person_says_them():
    assert spans([7, 9, 10, 11, 20]) == "7, 9–11, 20"


# --- sheet Biến động ----------------------------------------------------------------------------

CHANGES = [c.label for c in FORM.changes.columns]
CHANGE = ["thay đổi thời hạn", "NV-2025-00001", "Lùi", "30/6", "30/9", "", "12/TTr-CQ", ""]


def test_changes_are_read_by_their_labels_and_blank_rows_ignored():
    layout = lay_out_changes((grid(["TIÊU ĐỀ"], CHANGES, CHANGE, [], CHANGE, name="Biến động"),), FORM)
    assert layout.table.rows == (3, 5)
    assert layout.table.values["change_kind"][0] == "Thay đổi thời hạn"
    assert layout.table.values["reason"] == (None, None)
    assert [note.cell for note in told(layout, "C407")] == ["A3", "A5"]


def test_without_sheet_bien_dong_there_are_no_changes():
    assert lay_out_changes((grid(header(), task()),), FORM).table is None
