"""An annex becomes rows of the register: every task once, nothing lost silently, nothing overwritten."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from annex_factory import HEADER, TITLE, Paper, excel, word
from hypothesis import given
from hypothesis import strategies as st

from nvbatch.annex import Plan
from nvbatch.annex_import import Imported, import_annex
from nvbatch.annex_place import Wish
from nvbatch.annex_rows import read_annex
from nvbatch.annex_tables import AnnexError, Part, read_parts
from nvbatch.annex_task import Annex
from nvbatch.cli import main
from nvbatch.codes import next_codes
from nvbatch.config import Intake
from nvbatch.demo import SAMPLES
from nvbatch.form import load_annex_schema, load_register_schema
from nvbatch.grid import Grid
from nvbatch.journal import Journal
from nvbatch.model import AssigningDocument
from nvbatch.register_sheets import RegisterError, read_sheets
from nvbatch.rules.catalogue import RULES
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

NOW = datetime.fromisoformat("2025-01-06T08:00:00+07:00")
DOCUMENT = AssigningDocument(number="7/KH-UBND", doc_date=date(2025, 1, 5), issuer="UBND tỉnh", subject="Kế hoạch")
WISH = Wish(document=DOCUMENT)
SCHEMA = load_annex_schema()
Maker = Callable[..., Path]


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    start_workspace(tmp_path / "van-phong", now=NOW, sample=True)
    return Workspace(tmp_path / "van-phong")


@pytest.fixture(params=[(word, "docx"), (excel, "xlsx")], ids=["word", "excel"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Paper], Path]:
    """The same paper in either kind of file."""
    maker, kind = request.param
    return lambda paper: maker(tmp_path / f"phu-luc.{kind}", paper)


def read(path: Path) -> Annex:
    return read_annex(read_parts(path, Intake(), SCHEMA), SCHEMA)


def bring(ws: Workspace, path: Path, wish: Wish = WISH, **more: Any) -> Imported:
    return import_annex(ws, path, wish, now=NOW, **more)


def told(plan: Plan) -> str:
    return " ".join(f"{remark.text}: {remark.why}" for remark in plan.doubts)


def tasks_of(path: Path) -> list[dict[str, Any]]:
    return [dict(entry.values) for entry in read_sheets(path, load_register_schema()).entries["tasks"]]


def parts_of(data: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- the 93 tasks of a district -----------------------------------------------------------------

CASE = SAMPLES / "ba-to-2024-05"
BA_TO = Wish(
    document=AssigningDocument(
        number="3690/QĐ-UBND", doc_date=date(2023, 12, 20), issuer="UBND huyện Ba Tơ",
        subject="Kế hoạch cải cách hành chính năm 2024", expected_tasks=93,
    ),
    program="CCHC",
)  # fmt: skip


@pytest.fixture
def district(tmp_path: Path) -> Workspace:
    """The district's office on the day on which the annex came."""
    start_workspace(tmp_path / "pnv", now=NOW)
    ws = Workspace(tmp_path / "pnv")
    for name in ("register.xlsx", "nvbatch.toml"):
        shutil.copyfile(CASE / "phu-luc" / name, ws.root / name)
    return ws


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_all_93_tasks_of_the_district_come_in_as_the_case_says(district: Workspace, kind: str) -> None:
    done = bring(district, CASE / "phu-luc" / f"Phu-luc-QD-3690.{kind}", BA_TO)
    assert (len(done.plan.new), done.plan.total, done.written) == (93, "", True)
    assert tasks_of(district.register) == tasks_of(CASE / "2024-Q1" / "register.xlsx")
    documents = read_sheets(district.register, load_register_schema()).entries["documents"]
    assert [dict(entry.values) for entry in documents] == [
        {"doc_number": "3690/QĐ-UBND", "doc_date": date(2023, 12, 20), "issuer": "UBND huyện Ba Tơ",
         "subject": "Kế hoạch cải cách hành chính năm 2024", "expected_tasks": 93}
    ]  # fmt: skip
    assert {p.reading.text for p in done.plan.deadlines} == {"Quý II", "trước ngày 15/3/2024"}
    assert done.plan.doubts == ()


def test_running_twice_adds_nothing_and_touches_nothing(district: Workspace) -> None:
    bring(district, CASE / "phu-luc" / "Phu-luc-QD-3690.docx", BA_TO)
    before = district.register.read_bytes()
    again = bring(district, CASE / "phu-luc" / "Phu-luc-QD-3690.xlsx", BA_TO)
    assert (len(again.plan.new), again.written, again.plan.document) == (0, False, None)
    assert all(planned.already and planned.code for planned in again.plan.tasks)
    assert district.register.read_bytes() == before


def test_the_year_of_the_plan_may_be_said_for_deadlines_without_one(district: Workspace) -> None:
    wish = Wish(document=BA_TO.document, program="CCHC", year=2024)
    done = bring(district, CASE / "phu-luc" / "Phu-luc-QD-3690.docx", wish, dry_run=True)
    bare = [p.values.get("deadline") for p in done.plan.new if p.reading.text == "Quý II"]
    assert set(bare) == {date(2024, 6, 30)}


# --- tables as people make them -----------------------------------------------------------------


def test_headings_numbers_totals_notes_and_signatures_are_no_tasks(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        ("I", "CẢI CÁCH THỂ CHẾ"),
        ("1", "Rà soát văn bản", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo", ""),
        HEADER,
        ("B", "NHIỆM VỤ KHÁC", "", "", "", "", ""),
        ("2", "Kiểm tra ngân sách", "Sở Tài chính", "-", "30/6/2025", "Kết luận", ""),
        ("", "Tổng cộng: 2 nhiệm vụ", "", "", "", "", ""),
        ("Ghi chú: báo cáo trước ngày 25 hằng tháng", "", "", "", "", "", ""),
        ("", "", "", "", "CHỦ TỊCH", "", ""),
        ("", "", "", "", "Nguyễn Văn Ký", "", ""),
    ]
    annex = read(made(Paper(rows=rows, merged=[(2, 1, 2, 6)])))
    assert [(t.content, t.lead, t.deadline, t.product, t.coordinating) for t in annex.tasks] == [
        ("Rà soát văn bản", "Sở Nội vụ", "Quý I/2025", "Báo cáo", ""),
        ("Kiểm tra ngân sách", "Sở Tài chính", "30/6/2025", "Kết luận", ""),
    ]
    assert annex.stated == 2 and annex.remarks == ()
    assert [heading.text for heading in annex.headings] == ["I CẢI CÁCH THỂ CHẾ", "B NHIỆM VỤ KHÁC"]
    assert annex.title == TITLE


def test_a_header_in_two_rows_names_the_agencies(made: Callable[[Paper], Path]) -> None:
    rows = [
        ("TT", "Nội dung công việc", "Cơ quan thực hiện", "", "Thời hạn", "Kết quả"),
        ("", "", "Chủ trì", "Phối hợp", "", ""),
        ("1", "Việc A", "Sở Nội vụ", "Sở Tài chính", "Tháng 3/2025", "Báo cáo"),
    ]
    merged = [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1), (0, 4, 1, 4), (0, 5, 1, 5)]
    (task,) = read(made(Paper(rows=rows, merged=merged))).tasks
    assert (task.content, task.lead, task.coordinating, task.deadline, task.product) == (
        "Việc A", "Sở Nội vụ", "Sở Tài chính", "Tháng 3/2025", "Báo cáo"
    )  # fmt: skip


def test_a_second_product_on_a_row_of_its_own_belongs_to_the_task_above(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("1", "Việc A", "Sở Nội vụ", "", "Quý I/2025", "Kế hoạch", ""),
        ("", "", "", "", "", "Báo cáo", ""),
        ("2", "Việc B", "Sở Tài chính", "", "Quý II/2025", "Tờ trình", ""),
        ("", "- chi tiết của việc B", "", "", "", "", ""),
    ]
    first, second = read(made(Paper(rows=rows))).tasks
    assert (first.product, len(first.rows)) == ("Kế hoạch; Báo cáo", 2)
    assert second.content == "Việc B\n- chi tiết của việc B"


def test_merged_agencies_speak_for_all_their_rows_but_merged_deadlines_are_told(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("1", "Việc A", "Sở Nội vụ", "", "Quý I/2025", "Kế hoạch", ""),
        ("2", "Việc B", "", "", "", "Báo cáo", ""),
    ]
    annex = read(made(Paper(rows=rows, merged=[(1, 2, 2, 2), (1, 4, 2, 4)])))
    assert [(t.lead, t.deadline) for t in annex.tasks] == [("Sở Nội vụ", "Quý I/2025"), ("Sở Nội vụ", "")]
    assert any("gộp nhiều dòng" in remark.why for remark in annex.remarks)


def test_rows_of_one_merged_task_are_one_task(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("1", "Việc A", "Sở Nội vụ", "", "Quý I/2025", "Kế hoạch", ""),
        ("", "", "Sở Tài chính", "", "", "Báo cáo", ""),
        ("", "", "Sở Xây dựng", "", "Quý III/2025", "Đề án", ""),
    ]
    annex = read(made(Paper(rows=rows, merged=[(1, 0, 3, 0), (1, 1, 3, 1)])))
    assert [(t.content, t.lead, t.product, t.deadline) for t in annex.tasks] == [
        ("Việc A", "Sở Nội vụ; Sở Tài chính", "Kế hoạch; Báo cáo", "Quý I/2025"),
        ("Việc A", "Sở Xây dựng", "Đề án", "Quý III/2025"),  # an agency with a deadline of its own
    ]


def test_ditto_marks_stand_for_the_cell_above(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("1", "Việc A", "Sở Nội vụ", "Sở Tài chính", "Quý I/2025", "Kế hoạch", ""),
        ("2", "Việc B", "nt", "-nt-", "như trên", "Báo cáo", ""),
        ("3", "Việc C", '"', "", "Quý III/2025", "Báo cáo", ""),
    ]
    tasks = read(made(Paper(rows=rows))).tasks
    assert [task.lead for task in tasks] == ["Sở Nội vụ"] * 3
    assert (tasks[1].coordinating, tasks[1].deadline, tasks[2].coordinating) == ("Sở Tài chính", "Quý I/2025", "")


def test_lead_and_coordination_in_one_cell_are_parted(made: Callable[[Paper], Path]) -> None:
    rows = [
        ("STT", "Nhiệm vụ", "Cơ quan thực hiện", "Thời gian"),
        ("1", "Việc A", "Chủ trì: Sở Nội vụ; phối hợp: Sở Tài chính, UBND các xã", "Quý I/2025"),
    ]
    (task,) = read(made(Paper(rows=rows))).tasks
    assert (task.lead, task.coordinating) == ("Sở Nội vụ", "Sở Tài chính, UBND các xã")


def test_nested_numbers_make_a_heading_of_the_row_above_them(made: Callable[[Paper], Path]) -> None:
    rows = [
        HEADER,
        ("1", "Nhóm việc", "", "", "", "", ""),
        ("1.1", "Việc A", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo", ""),
        ("1.2", "Việc B", "Sở Tài chính", "", "Quý I/2025", "Báo cáo", ""),
        ("2", "Việc C", "Sở Tài chính", "", "Quý I/2025", "Báo cáo", ""),
    ]
    assert [task.content for task in read(made(Paper(rows=rows))).tasks] == ["Việc A", "Việc B", "Việc C"]


def test_a_heading_that_names_an_agency_leads_the_rows_without_one(
    office: Workspace, made: Callable[[Paper], Path]
) -> None:
    rows = [
        ("STT", "Nhiệm vụ", "Thời gian hoàn thành", "Sản phẩm"),
        ("I", "Sở Nội vụ", "", ""),
        ("1", "Việc A", "Quý I/2025", "Báo cáo"),
        ("II", "Sở Tài chính", "", ""),
        ("1", "Việc B", "Quý I/2025", "Báo cáo"),
    ]
    done = bring(office, made(Paper(rows=rows)), dry_run=True)
    assert [p.values["lead_agency"] for p in done.plan.new] == ["Sở Nội vụ", "Sở Tài chính"]


def test_ticked_quarters_are_the_deadline(made: Callable[[Paper], Path]) -> None:
    rows = [
        ("STT", "Nhiệm vụ", "Chủ trì", "Thời gian hoàn thành", "", "", "", "Sản phẩm"),
        ("", "", "", "Quý I", "Quý II", "Quý III", "Quý IV", ""),
        ("1", "Việc A", "Sở Nội vụ", "", "x", "", "", "Báo cáo"),
        ("2", "Việc B", "Sở Nội vụ", "x", "", "x", "", "Báo cáo"),
    ]
    merged = [(0, 3, 0, 6), (0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 7, 1, 7)]
    tasks = read(made(Paper(rows=rows, merged=merged))).tasks
    assert [(t.deadline, t.product) for t in tasks] == [("Quý II", "Báo cáo"), ("Quý I, Quý III", "Báo cáo")]


def test_a_row_without_content_is_shown_and_never_guessed(made: Callable[[Paper], Path]) -> None:
    rows = [HEADER, ("1", "", "Sở Nội vụ", "", "Quý I/2025", "", ""), ("2", "Việc B", "Sở Nội vụ", "", "", "", "")]
    annex = read(made(Paper(rows=rows)))
    assert [task.content for task in annex.tasks] == ["Việc B"]
    assert [remark.why for remark in annex.remarks] == ["dòng không có nội dung nhiệm vụ"]


def cells(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *choices))


LINES = st.lists(
    st.tuples(
        cells("1", "2.", "1.1", "I", "A", "-", "a)", "(3)"), cells("Việc", "- việc", "việc", "II. Việc"),
        cells("Sở Nội vụ", "nt", "Sở A, Sở B", "Chủ trì: Sở A"), cells("nt", "-", "Sở B"),
        cells("Quý I/2025", "x", "như trên", "31/11/2025"), cells("Báo cáo", "Kế hoạch"), cells("ghi chú"),
    ),
    max_size=8,
)  # fmt: skip


@given(
    LINES, st.lists(st.tuples(st.integers(2, 8), st.integers(0, 6), st.integers(0, 2), st.integers(0, 6)), max_size=3)
)
def test_whatever_stands_in_the_table_each_content_is_a_task_a_heading_or_shown(
    lines: list[tuple[str, ...]], areas: list[tuple[int, int, int, int]]
) -> None:
    rows = [
        (n, list(line[:1]) + ([f"{line[1]} số {n}"] if line[1] else [""]) + list(line[2:]))
        for n, line in enumerate(lines, 2)
    ]
    merged = tuple((top, left, top + down, min(6, left + right)) for top, left, down, right in areas)
    grid = Grid(name="Bảng 1", rows=((1, list(HEADER)), *rows), merged=merged)
    annex = read_annex([Part(place="Bảng 1", grid=grid)], SCHEMA)
    said = " ".join([*(t.content for t in annex.tasks), *(r.text for r in (*annex.remarks, *annex.headings))])
    assert [row[1] for _, row in rows if row[1] and row[1] not in said] == []


# --- Word's own ways ----------------------------------------------------------------------------


def test_several_tables_are_one_list_also_where_a_page_repeats_no_header(tmp_path: Path) -> None:
    row = ("Việc", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo", "")
    papers = [
        Paper(rows=[HEADER, ("1", *row)]),
        Paper(rows=[HEADER, ("2", *row)], title=()),
        Paper(rows=[("3", *row), ("", "", "", "", "", "Tờ trình", "")], title=("",)),
    ]
    annex = read(word(tmp_path / "a.docx", *papers))
    assert [task.number for task in annex.tasks] == ["1", "2", "3"]
    assert annex.tasks[2].product == "Báo cáo; Tờ trình"


def test_automatic_numbers_are_seen_as_on_the_page(tmp_path: Path) -> None:
    def number(document: Any) -> None:
        for row in document.tables[0].rows[1:3]:
            row.cells[0].paragraphs[0].style = document.styles["List Number"]

    rows = [
        HEADER,
        ("", "Việc A", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo", ""),
        ("", "Việc B", "", "", "Quý II/2025", "Báo cáo", ""),
        ("", "", "", "", "", "Tờ trình", ""),
    ]
    tasks = read(word(tmp_path / "a.docx", Paper(rows=rows), change=number)).tasks
    assert [(task.number, task.product) for task in tasks] == [("1.", "Báo cáo"), ("2.", "Báo cáo; Tờ trình")]


def test_what_was_deleted_under_tracked_changes_is_gone(tmp_path: Path) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def change(document: Any) -> None:
        table = document.tables[0]
        gone = parse_xml(f'<w:trPr {nsdecls("w")}><w:del w:id="1" w:author="a"/></w:trPr>')
        table.rows[2]._tr.insert(0, gone)
        cell = table.rows[1].cells[1].paragraphs[0]._p
        cell.append(
            parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText> cũ</w:delText></w:r></w:del>')
        )
        cell.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="3" w:author="a"><w:r><w:t> mới</w:t></w:r></w:ins>'))

    row = ("Việc", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo", "")
    annex = read(word(tmp_path / "a.docx", Paper(rows=[HEADER, ("1", *row), ("2", *row)]), change=change))
    assert [task.content for task in annex.tasks] == ["Việc mới"]


# --- what the Office must look at ---------------------------------------------------------------


def one(*cells: str) -> Paper:
    return Paper(rows=[HEADER, ("1", *cells, *[""] * (6 - len(cells)))])


def test_an_unknown_agency_is_added_as_written_and_a_near_name_asked(office: Workspace, tmp_path: Path) -> None:
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vu", "", "Quý I/2025")))
    assert done.plan.new[0].values["lead_agency"] == "Sở Nội vu"
    assert "«Sở Nội vu» Có phải là «Sở Nội vụ»?" in told(done.plan)


@pytest.mark.parametrize(
    ("cell", "lead"),
    [
        ("Sở Nội vụ, Sở Tài chính", "Sở Nội vụ, Sở Tài chính"),
        ("Sở Nội vụ\nSở Tài chính", "Sở Nội vụ; Sở Tài chính"),
        ("Ủy ban nhân dân các xã, phường", "Ủy ban nhân dân các xã, phường"),
        ("Sở Nội vụ, Sở Tài chính và UBND các xã", "SNV;STC;XA01"),
    ],
)
def test_several_agencies_in_a_cell_become_what_the_register_can_read(
    office: Workspace, tmp_path: Path, cell: str, lead: str
) -> None:
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", cell, "", "Quý I/2025")))
    assert done.plan.new[0].values["lead_agency"] == lead
    assert "không có trong trang Cơ quan" not in told(done.plan)


@pytest.mark.parametrize(
    ("phrase", "on", "doubtful"),
    [
        ("Quý II/2025", date(2025, 6, 30), False),
        ("31/3/2025", date(2025, 3, 31), False),
        ("trước ngày 15/3/2025", None, True),
        ("Quý 2", date(2025, 6, 30), False),
        ("hằng tháng", None, False),
        ("khi có hướng dẫn của Bộ", None, True),
        ("31/11/2025", None, True),
    ],
)
def test_only_a_deadline_beyond_doubt_becomes_a_date(
    office: Workspace, tmp_path: Path, phrase: str, on: date | None, doubtful: bool
) -> None:
    (planned,) = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ", "", phrase))).plan.new
    assert (planned.values.get("deadline"), planned.values["deadline_text"]) == (on, phrase)
    assert (
        bool(bring(office, word(tmp_path / "b.docx", one("Việc B", "Sở Nội vụ", "", phrase))).plan.deadlines)
        == doubtful
    )


def test_another_number_of_tasks_than_expected_is_told_as_g805(office: Workspace, tmp_path: Path) -> None:
    wish = Wish(document=AssigningDocument(number="7/KH-UBND", doc_date=date(2025, 1, 5), expected_tasks=3))
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ")), wish)
    assert done.plan.total == RULES["G805"].message.format(what="Văn bản 7/KH-UBND", value=1, expected=3)


def test_a_document_that_the_register_has_keeps_its_row_and_its_spelling(office: Workspace, tmp_path: Path) -> None:
    wish = Wish(document=AssigningDocument(number="12 /kh-ubnd", doc_date=date(2025, 1, 10), expected_tasks=9))
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ")), wish)
    assert done.plan.document is None and done.plan.new[0].values["doc_number"] == "12/KH-UBND"
    assert "không ghi đè" in told(done.plan)
    assert done.plan.total == RULES["G805"].message.format(what="Văn bản 12/KH-UBND", value=5, expected=9)


def test_equal_words_for_two_agencies_are_two_tasks_and_stay_two(office: Workspace, tmp_path: Path) -> None:
    rows = [HEADER, ("1", "Báo cáo", "Sở Nội vụ"), ("2", "Báo cáo", "Sở Tài chính"), ("3", "Báo cáo", "Sở Nội vụ")]
    path = word(tmp_path / "a.docx", Paper(rows=rows))
    assert len(bring(office, path).plan.new) == 3
    assert len(bring(office, path).plan.new) == 0


def test_the_number_that_the_annex_bears_is_compared(office: Workspace, tmp_path: Path) -> None:
    title = ("PHỤ LỤC", "(Kèm theo Quyết định số 99/QĐ-UBND ngày 05/01/2025)")
    paper = Paper(rows=one("Việc A", "Sở Nội vụ").rows, title=title)
    assert "99/QĐ-UBND: phụ lục ghi kèm theo văn bản số khác" in told(
        bring(office, word(tmp_path / "a.docx", paper)).plan
    )


# --- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "first"),
    [
        ([], "NV-2025-00001"),
        (["NV-2025-00007", "NV-2024-00099"], "NV-2025-00008"),
        (["NV-2024-0012"], "NV-2025-0001"),
        (["CCHC.2025/014", "CCHC.2025/015"], "CCHC.2025/016"),
        (["NV001", "NV002"], "NV003"),
        (["NV-2025-99999"], "NV-2025-100000"),
    ],
)
def test_codes_follow_the_register_s_own_pattern(used: list[str], first: str) -> None:
    assert next_codes(used, date(2025, 1, 5), 1) == (first,)


@given(st.lists(st.from_regex(r"[A-Z]{1,3}-?(20\d\d-)?\d{1,5}", fullmatch=True), max_size=20), st.integers(0, 20))
def test_no_code_is_ever_given_twice(used: list[str], count: int) -> None:
    given = next_codes(used, date(2025, 1, 5), count)
    assert len(set(given)) == count and not set(given) & set(used)


def test_a_code_that_vanished_from_the_register_is_not_given_again(office: Workspace, tmp_path: Path) -> None:
    Journal(office).append(
        "run", run="x", as_of=NOW.isoformat(), register="0" * 64, vanished={"NV-2025-0005": "0" * 64}
    )
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ")))
    assert done.plan.new[0].code == "NV-2025-0006"


# --- the register is not harmed -----------------------------------------------------------------


def test_only_the_sheets_that_grow_are_written_and_old_rows_stay(office: Workspace, tmp_path: Path) -> None:
    before, tasks = parts_of(office.register), tasks_of(office.register)
    done = bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo")))
    after = parts_of(office.register)
    changed = {name for name in before if before[name] != after.get(name)}
    assert after.keys() == before.keys()
    sheets = {"xl/worksheets/sheet4.xml", "xl/worksheets/sheet5.xml"}
    assert sheets <= changed <= {*sheets, "xl/workbook.xml", "xl/styles.xml"}
    assert tasks_of(office.register)[:-1] == tasks
    assert (office.archive / (done.before or "")[:2] / (done.before or "")).is_file()
    assert [deed["codes"] for deed in Journal(office).deeds("annex")] == [["NV-2025-0005"]]


def test_new_rows_wear_the_format_of_the_last_one_and_filters_reach_them(office: Workspace, tmp_path: Path) -> None:
    offered = len(openpyxl.load_workbook(office.register)["Nhiệm vụ"].data_validations.dataValidation)
    bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ", "", "Quý I/2025", "Báo cáo")))
    sheet = openpyxl.load_workbook(office.register)["Nhiệm vụ"]
    assert sheet.auto_filter.ref == "A1:Q6" and sheet["A1"].comment is not None
    assert (sheet["L6"].value, sheet["L6"].number_format) == (datetime(2025, 3, 31), "dd/mm/yyyy")
    assert sheet["Q6"].border.left.style == sheet["Q5"].border.left.style == "thin"
    assert len(sheet.data_validations.dataValidation) == offered > 0


def plain_register(path: Path, change: Callable[[Any], None] = lambda book: None) -> None:
    """A register as an office made it by hand: no formats, one agency, a formula with a stored value."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        for sheet in load_register_schema():
            page = book.add_worksheet(sheet.name)
            page.write_row(0, 0, [column.label for column in sheet.columns])
            if sheet.key == "agencies":
                page.write_row(1, 0, ["SNV", "Sở Nội vụ", "", "Tỉnh"])
            if sheet.key == "tasks":
                page.write_row(1, 0, ["NV-2025-00001", "Trọng tâm"])
                page.write_formula(1, 6, '="Việc"&" cũ"', None, "Việc cũ")
                page.write_string(1, 7, "SNV")
                page.add_table(0, 0, 1, 16, {"columns": [{"header": c.label} for c in sheet.columns]})
                page.conditional_format("B2:B2", {"type": "no_blanks", "format": book.add_format({"bold": True})})
                page.write_formula(1, 6, '="Việc"&" cũ"', None, "Việc cũ")


def test_formulas_keep_their_values_and_tables_and_dates_their_shape(office: Workspace, tmp_path: Path) -> None:
    plain_register(office.register)
    bring(office, word(tmp_path / "a.docx", one("=Việc mới", "Sở Nội vụ", "", "Quý I/2025")))
    old, new = tasks_of(office.register)
    assert old["content"] == "Việc cũ" and new["content"] == "=Việc mới"
    assert new["task_code"] == "NV-2025-00002" and new["deadline"] == date(2025, 3, 31)
    sheet = openpyxl.load_workbook(office.register)["Nhiệm vụ"]
    assert [table.ref for table in sheet.tables.values()] == ["A1:Q3"]
    assert (sheet["G2"].value, sheet["G3"].data_type) == ('="Việc"&" cũ"', "s")
    assert sheet["L3"].number_format.lower() == "dd/mm/yyyy"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["B2:B3"]


def test_a_workbook_of_an_odd_make_is_refused_and_stays(office: Workspace, tmp_path: Path) -> None:
    parts = parts_of(office.register)
    sheet = parts["xl/worksheets/sheet5.xml"]
    parts["xl/worksheets/sheet5.xml"] = sheet.replace(b'<c r="A2"', b"<c")
    with zipfile.ZipFile(office.register, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    before = office.register.read_bytes()
    with pytest.raises(RegisterError, match="Save As"):
        bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ")))
    assert office.register.read_bytes() == before
    assert [path.name for path in office.root.glob(".nvbatch-*")] == []


def test_a_register_open_in_excel_is_left_alone_and_the_rows_stand_beside_it(office: Workspace, tmp_path: Path) -> None:
    before = office.register.read_bytes()
    name = "Nguyễn Văn Mẫu".encode()
    (office.root / "~$register.xlsx").write_bytes(bytes([len(name)]) + name)
    path = word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ"))
    done = bring(office, path)
    assert office.register.read_bytes() == before
    assert done.beside is not None and (done.beside.name, done.busy) == ("register-moi.xlsx", "Nguyễn Văn Mẫu")
    assert tasks_of(done.beside)[-1]["content"] == "Việc A"
    assert list(Journal(office).deeds("annex")) == []


def test_a_dry_run_writes_nothing(office: Workspace, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in office.root.rglob("*") if path.is_file()}
    assert len(bring(office, word(tmp_path / "a.docx", one("Việc A", "Sở Nội vụ")), dry_run=True).plan.new) == 1
    assert {path: path.read_bytes() for path in office.root.rglob("*") if path.is_file()} == before


# --- the command --------------------------------------------------------------------------------


def typed(ws: Workspace, path: Path, *more: str) -> int:
    words = ["import-annex", str(path), "-w", str(ws.root), "--doc-number", "7/KH-UBND", "--doc-date", "2025-01-05"]
    return main([*words, *more])


def test_the_command_shows_what_it_did_and_says_it_as_json(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = word(tmp_path / "a.docx", one("Việc A", "Sở Lạ", "", "trước ngày 15/3/2025"))
    assert typed(office, path, "--expected", "2", "--class", "Thường xuyên", "--json") == 0
    said = capsys.readouterr()
    data = json.loads(said.out)
    assert data["added"][0]["task_class"] == "Thường xuyên" and data["control_total"]["rule"] == "G805"
    assert data["deadlines"][0]["kind"] == "BEFORE"
    assert "G805" in said.err and "Sở Lạ" in said.err and "thêm 1, đã có từ trước 0" in said.err


def test_mistakes_end_with_2_and_say_what_to_do(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "anh.docx").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "hong.docx").write_bytes(word(tmp_path / "a.docx", one("Việc")).read_bytes()[:3000])
    word(tmp_path / "trong.docx", Paper(rows=[("Họ tên", "Chức vụ", "Đơn vị"), ("a", "b", "c")]))
    for name, words in (
        ("anh.docx", "tệp PDF"),
        ("hong.docx", "không đọc được"),
        ("trong.docx", "không thấy bảng nhiệm vụ"),
    ):
        assert typed(office, tmp_path / name) == 2
        assert words in capsys.readouterr().err
    assert typed(office, word(tmp_path / "b.docx", one("Việc", "Sở Nội vụ")), "--program", "KHONGCO") == 2


def test_an_unreadable_annex_leaves_the_register_alone(office: Workspace, tmp_path: Path) -> None:
    before = office.register.read_bytes()
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 hong")
    with pytest.raises(AnnexError):
        bring(office, tmp_path / "a.docx")
    assert office.register.read_bytes() == before
