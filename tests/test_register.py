"""The Office's register: what is understood, what is told, what is refused; names of agencies; what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import viet
from nvbatch.agencies import assignees, collective_members, index_names
from nvbatch.codes import code_keys
from nvbatch.config import parse_config
from nvbatch.form import load_register_schema
from nvbatch.model import Agency, Handover, RegisterChange
from nvbatch.register import Register
from nvbatch.register_load import build_register, load_register
from nvbatch.register_memory import changes_between, vanished_codes, with_vanished
from nvbatch.register_sheets import RegisterError, Sheets, typed_sheets
from nvbatch.rules.rule import Hit

CONFIG = parse_config({"office": {"name": "VĂN PHÒNG"}})
SCHEMA = load_register_schema()
AGENCIES = (
    ("Mã cơ quan", "Tên cơ quan", "Cấp", "Tên gọi khác", "Hiệu lực đến"),
    ("SNV", "Sở Nội vụ", "Tỉnh", "", ""),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", "Tỉnh", "Sở VH", ""),
    ("CU", "Sở Kế hoạch và Đầu tư", "Tỉnh", "", date(2025, 2, 28)),
    ("BATO", "UBND xã Ba Tơ", "Xã", "", ""),
    ("BATOO", "UBND xã Ba Tô", "Xã", "", ""),
    ("CT", "Cục Thuế", "Trung ương", "", ""),
)
TASK_LABELS = (
    "Mã nhiệm vụ", "Loại nhiệm vụ", "Số, ký hiệu văn bản giao", "Ngày văn bản giao", "Nội dung nhiệm vụ",
    "Cơ quan chủ trì", "Chương trình", "Thời hạn",
)  # fmt: skip
Row = Sequence[Any]


def task(code: Any, lead: str = "SNV", program: str = "", deadline: Any = "", **more: Any) -> Row:
    given = {"doc": "12/QĐ-UBND", "day": date(2025, 3, 3), "content": f"Nội dung {code}", **more}
    return (code, "Trọng tâm", given["doc"], given["day"], given["content"], lead, program, deadline)


def sheets(tasks: Sequence[Row] = (), **others: Sequence[Row]) -> Sheets:
    """The register in memory; ``others`` by the sheet's key in code, each with its header row."""
    names = {sheet.key: sheet.name for sheet in SCHEMA}
    grids: Mapping[str, Any] = {"agencies": AGENCIES, "tasks": (TASK_LABELS, *tasks), **others}
    return typed_sheets({names[key]: grid for key, grid in grids.items()}, SCHEMA, "register.xlsx")


def build(tasks: Sequence[Row] = (), **others: Sequence[Row]) -> tuple[Register, tuple[Hit, ...]]:
    return build_register(sheets(tasks, **others), CONFIG)


def told(hits: Sequence[Hit]) -> list[tuple[str | None, str]]:
    return [(hit.cell, str(hit.args["what"])) for hit in hits]


# --- the workbook -------------------------------------------------------------------------------


def write(path: Path, grids: Mapping[str, Sequence[Row]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in grids.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_register_is_read_from_its_workbook_and_its_rows_remember_where_they_stand(tmp_path: Path) -> None:
    path = write(tmp_path / "register.xlsx", {"Cơ quan": AGENCIES, "Nhiệm vụ": (TASK_LABELS, task("NV-1"))})
    register, hits, typed = load_register(path, CONFIG)
    assert hits == () and typed.troubles == ()
    assert register.tasks["NV-1"].row == 2
    assert register.tasks["NV-1"].doc_date == date(2025, 3, 3)
    assert register.agencies["CU"].valid_to == date(2025, 2, 28)


def test_labels_are_recognised_whatever_their_case_spacing_breaks_and_composition(tmp_path: Path) -> None:
    import unicodedata

    odd = [unicodedata.normalize("NFD", label).upper().replace(" ", " \n") + " (*)" for label in TASK_LABELS]
    rows = (("DANH MỤC NHIỆM VỤ", *[""] * 7), odd, task("NV-1"))
    path = write(tmp_path / "register.xlsx", {"CƠ  QUAN": AGENCIES, "nhiệm vụ": rows})
    register, hits, _ = load_register(path, CONFIG)
    assert hits == ()
    assert register.tasks["NV-1"].row == 3  # under a title


@pytest.mark.parametrize(
    ("grids", "said"),
    [
        ({"Cơ quan": AGENCIES}, "thiếu trang «Nhiệm vụ»"),
        ({"Nhiệm vụ": (TASK_LABELS,)}, "thiếu trang «Cơ quan»"),
        ({"Cơ quan": AGENCIES, "Nhiệm vụ": (TASK_LABELS[:5],)}, "thiếu cột bắt buộc «Cơ quan chủ trì»"),
        ({"Cơ quan": AGENCIES, "Nhiệm vụ": (TASK_LABELS,), "Gia hạn": (("Mã nhiệm vụ", "Lần"),)}, "trang «Gia hạn»"),
    ],
)
def test_a_missing_sheet_or_required_column_is_named_in_vietnamese(tmp_path: Path, grids: Any, said: str) -> None:
    with pytest.raises(RegisterError, match=said):
        load_register(write(tmp_path / "register.xlsx", grids), CONFIG)


def test_no_register_and_a_broken_one_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="nvbatch init"):
        load_register(tmp_path / "register.xlsx", CONFIG)
    (tmp_path / "register.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(RegisterError, match="không mở được"):
        load_register(tmp_path / "register.xlsx", CONFIG)


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2025, 3, 31), date(2025, 3, 31)),
        ("31/03/2025", date(2025, 3, 31)),
        ("31.3.2025", date(2025, 3, 31)),
        ("ngày 31 tháng 3 năm 2025", date(2025, 3, 31)),
        ("", None),
    ],
)
def test_dates_may_be_text(cell: Any, day: date | None) -> None:
    register, hits = build([task("NV-1", deadline=cell)])
    assert (register.tasks["NV-1"].deadline, hits) == (day, ())


def test_a_day_that_does_not_exist_is_told_at_its_cell_and_the_row_still_counts() -> None:
    register, hits = build([task("NV-1", deadline="31/11/2025")])
    assert register.tasks["NV-1"].deadline is None
    assert told(hits) == [("H2", "cột «Thời hạn» ghi «31/11/2025», không phải là ngày")]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (datetime(2025, 3, 25, 17, 0), datetime(2025, 3, 25, 17, 0)),
        ("25/03/2025 17:00", datetime(2025, 3, 25, 17, 0)),
        ("17:00 25/3/2025", datetime(2025, 3, 25, 17, 0)),
        ("17h30 ngày 25/03/2025", datetime(2025, 3, 25, 17, 30)),
        ("17 giờ 30 phút, ngày 25/03/2025", datetime(2025, 3, 25, 17, 30)),
        ("Trước 17 giờ ngày 25/03/2025", datetime(2025, 3, 25, 17, 0)),
        ("2025-03-25T17:00", datetime(2025, 3, 25, 17, 0)),
        ("25/03/2025", datetime(2025, 3, 25)),
        (date(2025, 3, 25), datetime(2025, 3, 25)),
    ],
)
def test_the_lock_may_be_text_in_any_order(cell: Any, moment: datetime) -> None:
    rows = (("Ngày họp", "Khóa nhập liệu lúc"), (date(2025, 3, 28), cell))
    register, hits = build(conferences=rows)
    assert ([c.lock_at for c in register.conferences], hits) == ([moment], ())


@pytest.mark.parametrize("cell", ["chiều thứ Ba", "25h ngày 25/03/2025", "25/03/2025 lúc nào đó"])
def test_a_lock_that_cannot_be_read_is_told_and_the_computed_one_holds(cell: str) -> None:
    register, [hit] = build(conferences=(("Ngày họp", "Khóa nhập liệu lúc"), (date(2025, 3, 28), cell)))
    assert register.conferences[0].lock_at is None
    assert (hit.cell, hit.value) == ("B2", cell)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [("16:30", "16:30"), ("16h30", "16:30"), ("16 giờ 30 phút", "16:30"), (time(16, 30), "16:30"), (0.6875, "16:30")],
)
def test_the_cut_off_of_a_programme_may_be_written_in_many_ways(cell: Any, clock: str) -> None:
    labels = ("Mã chương trình", "Tên chương trình", "Chế độ báo cáo", "Giờ chốt", "Số nhiệm vụ")
    register, hits = build(programs=(labels, ("DA06", "Đề án 06", "Tháng", cell, "1.014")))
    program = register.programs["DA06"]
    assert (program.cutoff, program.frequency, program.expected_tasks, hits) == (clock, "month", 1014, ())


def test_a_word_outside_its_list_and_a_broken_number_are_told() -> None:
    labels = ("Mã chương trình", "Tên chương trình", "Chế độ báo cáo", "Giờ chốt", "Số nhiệm vụ")
    register, hits = build(programs=(labels, ("DA06", "Đề án 06", "Khi cần", "sớm", "nhiều")))
    assert [hit.column for hit in hits] == ["frequency", "cutoff", "expected_tasks"]
    assert "Ngày, Tuần, Tháng, Quý" in hits[0].args["advice"]
    assert register.programs["DA06"].frequency == CONFIG.reporting.frequency


# --- codes, assignees, programmes ---------------------------------------------------------------


def test_of_two_rows_with_one_code_the_first_counts_also_in_another_spelling() -> None:
    register, hits = build([task("NV-1"), task("nv-1", "SVHTTDL"), task("NV-1", "BATO")])
    assert [(t.code, t.lead_agency) for t in register.tasks.values()] == [("NV-1", "SNV")]
    assert told(hits) == [
        ("A3", "mã nhiệm vụ «nv-1» đã có ở dòng 2"),
        ("A4", "mã nhiệm vụ «NV-1» đã có ở dòng 2"),
    ]


def test_of_two_agencies_with_one_code_the_first_counts() -> None:
    register, hits = build(agencies=(*AGENCIES, ("snv", "Sở khác", "Tỉnh", "", "")))
    assert register.agencies["SNV"].name == "Sở Nội vụ" and "snv" not in register.agencies
    assert told(hits) == [("A8", "mã cơ quan «snv» đã có ở dòng 2")]


def test_an_unknown_lead_is_told_with_the_nearest_name_and_the_task_still_counts() -> None:
    register, [hit] = build([task("NV-1", "Sở Nội vự")])
    assert register.tasks["NV-1"].lead_agency == "Sở Nội vự"
    assert (hit.cell, hit.task) == ("F2", "NV-1")
    assert "Có phải là «Sở Nội vụ»?" in hit.args["advice"]


def test_a_blank_lead_is_told_in_plain_words() -> None:
    _, [hit] = build([task("NV-1", "")])
    assert hit.args["what"] == "chưa ghi cơ quan chủ trì"


def test_a_task_without_a_code_is_told_a_title_is_not() -> None:
    title = ("", "", "", "", "I. LĨNH VỰC KINH TẾ", "", "", "")
    register, hits = build([title, task("NV-1"), task("")])
    assert list(register.tasks) == ["NV-1"]
    assert told(hits) == [("A4", "dòng có nội dung nhưng chưa có mã nhiệm vụ nên chưa được tính")]


@pytest.mark.parametrize(
    ("lead", "members"),
    [
        ("Các sở, ban, ngành", ["SNV", "SVHTTDL"]),
        ("Thủ trưởng các sở, ban, ngành thuộc tỉnh", ["SNV", "SVHTTDL"]),
        ("UBND các xã, phường", ["BATO", "BATOO"]),
        ("Ủy ban nhân dân cấp xã", ["BATO", "BATOO"]),
        ("Các sở, ban, ngành; UBND các xã, phường", ["SNV", "SVHTTDL", "BATO", "BATOO"]),
        ("Các sở, ngành và Chủ tịch UBND các xã, phường", ["SNV", "SVHTTDL", "BATO", "BATOO"]),
        ("Các cơ quan, đơn vị, địa phương", ["SNV", "SVHTTDL", "BATO", "BATOO"]),
        ("SNV; SVHTTDL", ["SNV", "SVHTTDL"]),
        ("SNV, BATO", ["SNV", "BATO"]),
        ("Sở Nội vụ, Sở Văn hóa, Thể thao và Du lịch và UBND xã Ba Tô", ["SNV", "SVHTTDL", "BATOO"]),
        ("Sở Nội vụ; UBND các xã", ["SNV", "BATO", "BATOO"]),
    ],
)
def test_a_collective_assignee_becomes_one_task_an_agency_in_force(lead: str, members: list[str]) -> None:
    register, hits = build([task("NV-1", lead)])
    assert [t.lead_agency for t in register.tasks.values()] == members
    assert register.parents == {"NV-1": tuple(f"NV-1-{m}" for m in members)}
    assert {t.parent for t in register.tasks.values()} == {"NV-1"}
    assert hits == ()


def test_an_agency_that_ended_before_the_document_is_no_member_one_that_ended_later_is() -> None:
    register, _ = build([task("NV-1", "Các sở, ban, ngành", day=date(2025, 2, 28))])
    assert "NV-1-CU" in register.tasks


def test_an_assignee_cell_with_one_unknown_part_names_it() -> None:
    register, [hit] = build([task("NV-1", "Sở Nội vụ; Sở Lạ")])
    assert list(register.tasks) == ["NV-1"]
    assert "phần «sở lạ»" in hit.args["what"]


def test_a_name_that_holds_commas_is_one_agency() -> None:
    register, hits = build([task("NV-1", "Sở Văn hoá, Thể thao và Du lịch"), task("NV-2", "Sở Nội vụ;")])
    assert [t.lead_agency for t in register.tasks.values()] == ["SVHTTDL", "SNV"]
    assert hits == () and register.parents == {}


PROGRAMS = (("Mã chương trình", "Tên chương trình", "Chế độ báo cáo"), ("DA06", "Đề án 06", "Tháng"))


def test_a_programme_that_nobody_registered_is_told_and_follows_the_general_regime() -> None:
    register, [hit] = build([task("NV-1", program="DA07")], programs=PROGRAMS)
    assert (hit.cell, hit.column, hit.value) == ("G2", "program", "DA07")
    assert register.program_of(register.tasks["NV-1"].program).code == "CHUNG"


def test_a_programme_may_be_named_in_another_spelling_or_by_its_name() -> None:
    register, hits = build([task("NV-1", program="da06"), task("NV-2", program="ĐỀ ÁN 06")], programs=PROGRAMS)
    assert [t.program for t in register.tasks.values()] == ["DA06", "DA06"]
    assert hits == ()


def test_without_the_sheet_there_is_one_programme() -> None:
    register, hits = build([task("NV-1")])
    assert (list(register.programs), register.tasks["NV-1"].program, hits) == (["CHUNG"], "CHUNG", ())


def test_focal_points_are_tied_to_agencies_by_code_or_name_and_their_address_is_kept_exact() -> None:
    rows = (
        ("Mã cơ quan", "Chương trình", "Họ và tên", "Chức vụ", "Email"),
        ("Sở Nội vụ", "", "Lý Văn Một", "Trưởng phòng", "Mot.Ly@SNV.Gov.VN "),
        ("sở lạ", "DA99", "Lý Văn Hai", "Trưởng phòng", "hai@vi.du"),
    )
    register, hits = build(focal_points=rows)
    assert [(f.agency, f.email) for f in register.focal_points] == [
        ("SNV", "Mot.Ly@snv.gov.vn"),
        ("sở lạ", "hai@vi.du"),
    ]
    assert [hit.column for hit in hits] == ["agency_code", "program"]


# --- what befalls tasks -------------------------------------------------------------------------

EXTENSIONS = ("Mã nhiệm vụ", "Lần", "Thời hạn mới", "Văn bản chấp thuận", "Ngày chấp thuận")
HANDOVERS = ("Mã nhiệm vụ", "Cơ quan bàn giao", "Cơ quan nhận", "Ngày hiệu lực")


def test_extensions_of_a_collective_row_reach_every_member() -> None:
    rows = (EXTENSIONS, ("nv-1", 1, "30/06/2025", "5/UBND-TH", "10/03/2025"))
    register, hits = build([task("NV-1", "Các sở, ban, ngành", deadline="31/03/2025")], extensions=rows)
    assert hits == ()
    for code in ("NV-1-SNV", "NV-1-SVHTTDL"):
        due = register.deadline_on(code, date(2025, 3, 15))
        assert (due.deadline, due.original) == (date(2025, 6, 30), date(2025, 3, 31))


def test_a_hand_over_to_an_agency_that_has_ended_is_told_and_counts_all_the_same() -> None:
    rows = (HANDOVERS, ("NV-1", "SNV", "Sở Kế hoạch và Đầu tư", "01/03/2025"))
    register, [hit] = build([task("NV-1")], handovers=rows)
    assert (hit.cell, hit.agency) == ("C2", "CU")
    assert "đã kết thúc hoạt động từ ngày 01/03/2025" in hit.args["what"]
    assert register.lead_on("NV-1", date(2025, 3, 1)) == "CU"


def test_a_hand_over_on_the_last_day_of_an_agency_is_in_order() -> None:
    rows = (HANDOVERS, ("NV-1", "SNV", "CU", "28/02/2025"), ("*", "CU", "SVHTTDL", "01/03/2025"))
    register, hits = build([task("NV-1")], handovers=rows)
    assert hits == ()
    days = [date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1)]
    assert [register.lead_on("NV-1", day) for day in days] == ["SNV", "CU", "SVHTTDL"]


def test_a_hand_over_between_agencies_that_nobody_knows_is_told_and_moves_nothing() -> None:
    rows = (HANDOVERS, ("NV-1", "Sở Lạ", "SNV", "01/03/2025"))
    register, [hit] = build([task("NV-1", "SVHTTDL")], handovers=rows)
    assert hit.column == "from_agency"
    assert register.handovers == ()


CODES, LEADERS = ("NV-1", "NV-2", "NV-3"), ("SNV", "CU", "BATO")
DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 5))
MOVES = st.builds(
    Handover,
    task_code=st.sampled_from((*CODES, "*")),
    from_agency=st.sampled_from(LEADERS),
    to_agency=st.sampled_from(LEADERS),
    effective_on=DAYS,
)


@given(st.lists(MOVES, max_size=8), st.frozensets(st.tuples(st.integers(0, 7), st.sampled_from(CODES))), DAYS)
def test_hand_overs_follow_one_another_by_date_and_pass_by_what_is_done(
    moves: list[Handover], kept: frozenset[tuple[int, str]], day: date
) -> None:
    whole, _ = build([task(code, lead) for code, lead in zip(CODES, LEADERS, strict=True)])
    register = replace(whole, handovers=tuple(moves), kept=kept)
    leads = dict(zip(CODES, LEADERS, strict=True))
    for index, move in sorted(enumerate(moves), key=lambda pair: (pair[1].effective_on, pair[0])):
        for code in CODES if move.effective_on <= day else ():
            all_of_it = move.task_code == "*" and leads[code] == move.from_agency and (index, code) not in kept
            if all_of_it or move.task_code == code:
                leads[code] = move.to_agency
    assert {code: register.lead_on(code, day) for code in CODES} == register.leads_on(day) == leads


def test_tasks_without_extension_share_what_is_said_of_their_deadline() -> None:
    rows = [task("NV-1", deadline="31/03/2025"), task("NV-2", deadline="31/03/2025"), task("NV-3")]
    register, _ = build(rows)
    day = date(2025, 3, 1)
    assert register.deadline_on("NV-1", day) is register.deadline_on("NV-2", day)
    assert register.deadline_on("NV-3", day).deadline is None


WAIVERS = ("Mã quy tắc", "Mã cơ quan", "Mã nhiệm vụ", "Lý do", "Người duyệt", "Hết hiệu lực")
WAIVER = {"Mã quy tắc": "h701", "Lý do": "Bão số 3", "Người duyệt": "Chánh Văn phòng", "Hết hiệu lực": "31/03/2025"}


@pytest.mark.parametrize("blank", ["Lý do", "Người duyệt", "Hết hiệu lực"])
def test_a_waiver_without_reason_approver_or_end_is_none_and_told(blank: str) -> None:
    row = [{**WAIVER, blank: ""}.get(label, "") for label in WAIVERS]
    register, [hit] = build(waivers=(WAIVERS, row))
    assert register.waivers == ()
    assert hit.args["what"] == f"dòng còn trống «{blank}» nên chưa được tính"


def test_a_whole_waiver_counts_and_knows_its_row() -> None:
    register, hits = build(waivers=(WAIVERS, [WAIVER.get(label, "") for label in WAIVERS]))
    assert hits == ()
    [waiver] = register.waivers
    assert (waiver.rule, waiver.agency, waiver.expires_on, waiver.row) == ("H701", None, date(2025, 3, 31), 2)


def test_an_unreadable_cell_is_told_once() -> None:
    rows = (EXTENSIONS, ("NV-1", 1, "32/13/2025", "5/UBND-TH", "10/03/2025"))
    register, [hit] = build([task("NV-1")], extensions=rows)
    assert register.extensions == {}
    assert (hit.cell, hit.value) == ("C2", "32/13/2025")


def test_the_newest_verdict_of_a_day_is_the_later_row() -> None:
    labels = ("Mã nhiệm vụ", "Kết luận", "Người thẩm định", "Ngày")
    rows = (labels, ("NV-1", "Trả lại", "A", "10/03/2025"), ("NV-1", "đạt", "A", "10/03/2025"))
    register, hits = build([task("NV-1")], verdicts=rows)
    verdict = register.verdict_on("NV-1", date(2025, 3, 10))
    assert verdict is not None and (verdict.verdict, verdict.row, hits) == ("Đạt", 3, ())
    assert register.verdict_on("NV-1", date(2025, 3, 9)) is None


# --- names --------------------------------------------------------------------------------------


def agency(code: str, name: str, **more: Any) -> Agency:
    return Agency(code=code, name=name, **more)


NAMES = index_names(
    [
        agency("SNV", "Sở Nội vụ", aliases=("Sở NV", "Cơ quan nội vụ")),
        agency("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch"),
        agency("SGDDT", "Sở Giáo dục và Đào tạo"),
        agency("CA", "Công an tỉnh Bình Định"),
        agency("UB", "UBND tỉnh Bình Định"),
        agency("BATO", "UBND xã Ba Tơ", aliases=("xã Ba Tơ",)),
        agency("BATOO", "UBND xã Ba Tô", aliases=("xã Ba Tô",)),
        agency("X1", "Trung tâm Một", aliases=("Trung tâm",)),
        agency("X2", "Trung tâm Hai", aliases=("Trung tâm", "Sở Nội vụ")),
    ]
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SNV", "SNV"),
        (" snv ", "SNV"),
        ("SỞ NỘI VỤ", "SNV"),
        ("sở nv", "SNV"),
        ("Sở Nội vụ tỉnh Bình Định", "SNV"),
        ("Sở Văn hoá, Thể thao & Du lịch", "SVHTTDL"),
        ("Sở VHTTDL", "SVHTTDL"),
        ("Sở GDĐT", "SGDDT"),
        ("Công an tỉnh", "CA"),
        ("UBND tỉnh", "UB"),
        ("Uỷ ban nhân dân xã Ba Tơ", "BATO"),
        ("xã Ba Tô", "BATOO"),
        ("xã Ba To", None),  # without its mark it may be either
        ("Ba Tơ", None),  # a commune and a district may bear it
        ("Trung tâm", None),  # an alias of two
        ("Ủy ban nhân dân", None),
        ("Sở", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_means_one_agency_or_nobody(text: str | None, code: str | None) -> None:
    assert NAMES.resolve(text) == code


def test_an_official_name_beats_another_agencys_alias() -> None:
    assert NAMES.resolve("Sở Nội vụ") == "SNV"


def test_two_bearers_of_one_name_are_nobody_unless_one_has_ended() -> None:
    twins = [agency("A1", "UBND xã An Hòa"), agency("A2", "UBND xã An Hoà")]
    assert index_names(twins).resolve("UBND xã An Hòa") is None
    heir = [agency("OLD", "Sở Tài chính", valid_to=date(2025, 2, 28)), agency("NEW", "Sở Tài chính")]
    assert index_names(heir).resolve("Sở Tài chính") == "NEW"
    assert index_names(heir).resolve("OLD") == "OLD"


def test_what_is_near_is_only_suggested() -> None:
    assert NAMES.resolve("Sở Nội vự") is None
    assert NAMES.suggest("Sở Nội vự") == "SNV"
    assert NAMES.suggest("Đài Khí tượng thủy văn") is None


@pytest.mark.parametrize(
    ("text", "codes", "left"),
    [
        ("Sở Nội vụ, Sở Văn hóa, Thể thao và Du lịch", ("SNV", "SVHTTDL"), ()),
        ("SVHTTDL; SNV", ("SVHTTDL", "SNV"), ()),
        ("Sở Giáo dục và Đào tạo và Sở Nội vụ", ("SGDDT", "SNV"), ()),
        ("Sở Nội vụ - Công an tỉnh", ("SNV", "CA"), ()),
        ("UBND xã Ba Tơ, UBND xã Ba Tô", ("BATO", "BATOO"), ()),
        ("Sở Nội vụ; Hội Chữ thập đỏ", ("SNV",), ("hội chữ thập đỏ",)),
        ("UBND xã Lạ", (), ("uỷ ban nhân dân xã lạ",)),
    ],
)
def test_a_cell_with_several_names_is_taken_apart_at_names_not_at_commas(
    text: str, codes: tuple[str, ...], left: tuple[str, ...]
) -> None:
    assert NAMES.split(text) == (codes, left)


def test_a_group_of_the_register_is_a_collective_of_its_own() -> None:
    known = [agency("A", "Hội A", group="Các hội đặc thù"), agency("B", "Sở B")]
    assert collective_members("các hội đặc thù", known, None) == ("A",)
    assert collective_members("Các thành viên Ban Chỉ đạo", known, None) == ()
    assert assignees("Sở B; các hội đặc thù", {a.code: a for a in known}, index_names(known), None) == (("B", "A"), ())


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_names_only_registered_agencies(text: str) -> None:
    codes, left = assignees(text, {}, NAMES, None)
    assert set(codes) <= set(NAMES.by_code.values())
    assert all(part.strip() == part and part for part in left)
    one = NAMES.resolve(text)
    assert one is None or NAMES.resolve(f"  {viet.clean(text).upper()} ") == one


# --- what changed since the last run ------------------------------------------------------------


def changes(before: Sheets, after: Sheets) -> list[tuple[str, str, str, str, str, int]]:
    return [(c.sheet, c.key, c.column, c.old, c.new, c.row) for c in changes_between(before, after, SCHEMA)]


def test_the_same_register_has_not_changed_whatever_the_order_of_its_rows() -> None:
    one, two = task("NV-1"), task("NV-2", deadline="31/3/2025")
    assert changes(sheets([one, two]), sheets([task("NV-2", deadline=date(2025, 3, 31)), one])) == []


def test_a_changed_cell_shows_both_values_as_people_write_them() -> None:
    before, after = sheets([task("NV-1", deadline="31/03/2025")]), sheets([task("NV-1", "SVHTTDL", "CHUNG", "")])
    assert changes(before, after) == [
        ("Nhiệm vụ", "NV-1", "Chương trình", "(trống)", "CHUNG", 2),
        ("Nhiệm vụ", "NV-1", "Cơ quan chủ trì", "SNV", "SVHTTDL", 2),
        ("Nhiệm vụ", "NV-1", "Thời hạn", "31/03/2025", "(trống)", 2),
    ]


def test_rows_that_come_and_go_are_one_change_each() -> None:
    assert changes(sheets([task("NV-1")]), sheets([task("NV-2")])) == [
        ("Nhiệm vụ", "NV-2", "(cả dòng)", "(chưa có)", "(dòng mới)", 2),
        ("Nhiệm vụ", "NV-1", "(cả dòng)", "(đã có)", "(đã bỏ dòng)", 0),
    ]


def test_an_hour_and_a_person_are_changes_too_and_private_values_stay_hidden() -> None:
    points = ("Mã cơ quan", "Họ và tên", "Chức vụ", "Email", "Điện thoại")
    held = ("Ngày họp", "Khóa nhập liệu lúc")

    def office(hour: str, phone: str, position: str) -> Sheets:
        return sheets(
            focal_points=(points, ("SNV", "Lý Một", "Trưởng phòng", "a@vi.du", ""),
                          ("SNV", "Lý Hai", position, "b@vi.du", phone)),
            conferences=(held, (date(2025, 3, 28), f"{hour} 25/03/2025")),
        )  # fmt: skip

    found = changes_between(office("16:00", "0901", "Chuyên viên"), office("17:00", "0902", "Trưởng phòng"), SCHEMA)
    assert {(c.key, c.column): (c.old, c.new) for c in found} == {
        ("SNV · Lý Hai", "Chức vụ"): ("Chuyên viên", "Trưởng phòng"),
        ("SNV · Lý Hai", "Điện thoại"): ("(không hiển thị)", "(không hiển thị)"),
        ("28/03/2025", "Khóa nhập liệu lúc"): ("25/03/2025 16:00", "25/03/2025 17:00"),
    }


def test_rows_of_one_name_are_compared_one_by_one() -> None:
    before, after = sheets([task("NV-1"), task("NV-1")]), sheets([task("NV-1"), task("NV-1", "BATO")])
    assert changes(before, after) == [("Nhiệm vụ", "NV-1", "Cơ quan chủ trì", "SNV", "BATO", 3)]


def test_a_change_names_its_task_or_agency() -> None:
    [change] = changes_between(sheets([task("NV-1")]), sheets([task("NV-1", content="Khác")]), SCHEMA)
    assert change == RegisterChange(
        sheet="Nhiệm vụ", key="NV-1", column="Nội dung nhiệm vụ", old="Nội dung NV-1", new="Khác",
        field="content", row=2, task="NV-1",
    )  # fmt: skip


def test_a_vanished_code_still_counts_with_its_last_known_row() -> None:
    before, _ = build([task("NV-1"), task("NV-2", "Các sở, ban, ngành")])
    after, _ = build([task("NV-2", "Các sở, ban, ngành")])
    gone = vanished_codes(dict.fromkeys(before.tasks, ""), after)
    assert gone == ("NV-1",)
    whole = with_vanished(after, {"NV-1": before.tasks["NV-1"]}, {"NV-1": before.readings["NV-1"]})
    assert whole.tasks["NV-1"].content == "Nội dung NV-1"
    assert set(whole.tasks) == {"NV-1", "NV-2-SNV", "NV-2-SVHTTDL"}


def test_a_code_taken_in_another_spelling_has_not_vanished() -> None:
    after, _ = build([task("nv-1")])
    assert vanished_codes({"NV-1": ""}, after) == ()


# --- tasks that are named by their document and content -----------------------------------------


@pytest.mark.parametrize(
    ("document", "content", "codes"),
    [
        ("Kế hoạch số 12/KH-UBND ngày 03/03/2025", "rà  soát thủ tục.", ("NV-1", "NV-3")),
        ("12/kh-ubnd", "Rà soát thủ tục", ("NV-1", "NV-3")),
        ("112/KH-UBND", "Rà soát thủ tục", ("NV-1", "NV-3", "NV-4")),
        ("12/KH-UBND", "Rà soát", ()),
        ("", "Rà soát thủ tục", ()),
    ],
)
def test_tasks_are_known_by_their_content_and_the_number_of_their_document(
    document: str, content: str, codes: tuple[str, ...]
) -> None:
    register, _ = build(
        [
            task("NV-1", doc="12/KH-UBND", content="Rà soát thủ tục"),
            task("NV-2", doc="12/KH-UBND", content="Báo cáo"),
            task("NV-3", doc="12/KH - UBND", content="Rà soát thủ tục;"),
            task("NV-4", doc="112/KH-UBND", content="Rà soát thủ tục"),
            task("NV-5", doc="", content="Rà soát thủ tục"),
        ]
    )
    assert register.codes_of(document, content) == codes


@given(st.lists(st.text("nNvV đĐ-1\t\n\x1c", max_size=5), max_size=6))
def test_keys_of_many_codes_are_the_keys_of_each(codes: list[str]) -> None:
    assert code_keys(codes) == [viet.key(code) for code in codes]
