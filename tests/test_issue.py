"""The agency workbook: blank form, prefilled form and marked return are one document, and it can be read back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from figured import due_on, figured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lone_row import lone_row

from nvbatch.config import Intake, Office
from nvbatch.form import load_form
from nvbatch.formbook import words
from nvbatch.formbook.guide import told
from nvbatch.formbook.layout import lay_out
from nvbatch.grid import letter
from nvbatch.model import (
    Agency,
    Assignment,
    Change,
    Document,
    Finding,
    FocalPoint,
    Period,
    Program,
    Reading,
    Receipt,
    Row,
    Severity,
    Status,
    Submission,
    SubmissionState,
    Task,
    TaskFigure,
    Timeliness,
    Verdict,
)
from nvbatch.reading import read_in_process
from nvbatch.rules.catalogue import RULES
from nvbatch.stages.issue import Issuer, form_name, render, return_name

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORM = load_form()
OFFICE = Office(name="VĂN PHÒNG", parent="ỦY BAN NHÂN DÂN TỈNH MẪU")
WEEK = Period(
    kind="week",
    key="2026-W47",
    start=date(2026, 11, 16),
    end=date(2026, 11, 22),
    cutoff=datetime(2026, 11, 20, 16, 30, tzinfo=ZONE),
)
ISSUED = WEEK.cutoff - timedelta(days=3)
RECEIVED = WEEK.cutoff - timedelta(hours=2, minutes=28)
PEOPLE = {"accountable_head": "Đỗ Mẫu", "supervisor": "Trần Thử", "assignee": "Phòng Tổng hợp, Lê Ví Dụ"}
TITLES = ["Hướng dẫn", "Thông tin", "Nhiệm vụ", "Biến động", "Bản trình duyệt"]
HOSTILE = '=HYPERLINK("http://x.y","bấm")'


def figure(number: int, status: Status = Status.IN_TIME, **changed: Any) -> TaskFigure:
    task = Task(
        code=f"NV-2026-{number:04d}",
        task_class="Trọng tâm",
        program="CHUNG",
        doc_number="1313/UBND-KSTT",
        doc_date=date(2026, 2, 24),
        content=f"Tham mưu ban hành Kế hoạch số {number} về chuyển đổi số trên địa bàn tỉnh",
        lead_agency="SNV",
        coordinating_agencies="STC; SYT",
        deadline=changed.get("deadline", date(2026, 12, 31)),
        product="Kế hoạch",
        row=number + 1,
    )
    plain = TaskFigure(
        task=task, lead_agency="SNV", due=due_on(task.deadline), status=status, flags=(), row=None, updated=False
    )
    return figured(plain, **changed)


def assignment(*figures: TaskFigure, **changed: Any) -> Assignment:
    made = Assignment(
        agency=Agency(code="SNV", name="Sở Nội vụ", head_name="Đỗ Mẫu", head_title="Giám đốc"),
        program=Program(code="CHUNG", name="Nhiệm vụ được giao", frequency="week"),
        period=WEEK,
        tasks=figures or tuple(figure(n) for n in (1, 2, 3)),
        focal_point=FocalPoint(
            agency="SNV", full_name="Lê Văn Mẫu", position="Trưởng phòng", email="mau@vi.du", phone="0123 456 789"
        ),
        issued_at=ISSUED,
    )
    return replace(made, **changed)


def reported(number: int, row: int, raw: Mapping[str, str] | None = None, **written: Any) -> Row:
    values = dict.fromkeys(FORM.tasks.keys) | PEOPLE
    values |= {
        "task_code": f"NV-2026-{number:04d}",
        "updated_on": date(2026, 11, 19),
        "narrative": "Đã họp với các đơn vị liên quan, hoàn thành dự thảo lần 2",
        "progress": 62.5,
        "reported_status": "Đang thực hiện",
    }
    return lone_row(
        submission="000007-0",
        agency="SNV",
        program="CHUNG",
        period=WEEK.key,
        received_at=RECEIVED,
        sequence=7,
        file="bao-cao.xlsx",
        sha256="0" * 64,
        sheet="Sheet1",
        row=row,
        letters={"task_code": "C", "narrative": "M", "progress": "N"},
        values=values | written,
        raw=raw or {},
    )


def of_older_file(row: Row) -> Row:
    return replace(row, source=replace(row.source, submission="000003-0"))


def returned(*rows: Row, findings: tuple[Finding, ...] = (), **changed: Any) -> Assignment:
    receipt = Receipt(sequence=7, sha256="0" * 64, name="bao-cao.xlsx", received_at=RECEIVED)
    document = Document(receipt=receipt, part=0, sha256="0" * 64, container_sha256=None, name="bao-cao.xlsx")
    submission = Submission(
        document=document,
        agency="SNV",
        program="CHUNG",
        period=WEEK.key,
        state=SubmissionState.ACCEPTED,
        timeliness=Timeliness.ON_TIME,
        sender_known=True,
    )
    return assignment(submission=submission, rows=rows, findings=findings, **changed)


def finding(rule: str, severity: Severity, message: str, **where: Any) -> Finding:
    return Finding(
        rule=rule, severity=severity, message=message, fix="Sửa lại.", **({"sheet": "Sheet1", "agency": "SNV"} | where)
    )


def made(given_: Assignment, path: Path) -> Any:
    render(given_, FORM, path, office=OFFICE)
    return openpyxl.load_workbook(path)


def read(path: Path) -> Reading:
    return read_in_process(path, name=path.name, limits=Intake(), schemas=None)


def at(key: str) -> str:
    return letter(FORM.tasks.keys.index(key))


def line(reading: Reading, index: int) -> dict[str, Any]:
    assert reading.tasks is not None
    return {key: values[index] for key, values in reading.tasks.values.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bm01.xlsx"


# --- the document ---------------------------------------------------------------------------------


def test_a_form_has_the_sheets_of_the_contract_and_no_list_of_mistakes(path: Path) -> None:
    book = made(assignment(), path)
    assert [ws.title for ws in book if ws.sheet_state == "visible"] == TITLES
    assert (book["_nvbatch"].sheet_state, book["_danhmuc"].sheet_state) == ("veryHidden", "hidden")
    assert book.active.title == "Hướng dẫn"


def test_headers_are_the_labels_of_the_schema_with_the_hidden_keys_right_above(path: Path) -> None:
    book = made(assignment(), path)
    for sheet, row in ((FORM.tasks, 7), (FORM.changes, 4)):
        ws = book[sheet.name]
        assert [ws.cell(row, n).value for n in range(1, len(sheet.columns) + 1)] == [c.label for c in sheet.columns]
        assert [ws.cell(row - 1, n).value for n in range(1, len(sheet.columns) + 1)] == list(sheet.keys)
        assert ws.row_dimensions[row - 1].hidden and not ws.row_dimensions[row].hidden


def test_required_columns_show_a_star_that_is_not_in_their_label(path: Path) -> None:
    ws = made(assignment(), path)["Nhiệm vụ"]
    starred = {c.key for c in FORM.tasks.columns if ws[f"{at(c.key)}7"].number_format == '@" (*)"'}
    assert starred == set(FORM.required_keys)


def test_the_office_writes_locked_cells_and_the_agency_pale_yellow_ones(path: Path) -> None:
    ws = made(assignment(), path)["Nhiệm vụ"]
    assert ws.protection.sheet and ws.protection.password is None
    for column in FORM.tasks.columns:
        cell = ws[f"{at(column.key)}8"]
        assert cell.protection.locked is not column.agency
        assert (cell.fill.fgColor.rgb == "FFFFFDE7") is column.agency


def test_tasks_stand_in_the_order_of_the_register_with_real_dates(path: Path) -> None:
    ws = made(assignment(figure(3), figure(1), figure(2)), path)["Nhiệm vụ"]
    assert [ws[f"B{row}"].value for row in (8, 9, 10)] == ["NV-2026-0001", "NV-2026-0002", "NV-2026-0003"]
    assert [ws[f"A{row}"].value for row in (8, 9, 10)] == [1, 2, 3]
    assert ws[f"{at('assigning_doc')}8"].value == "1313/UBND-KSTT ngày 24/02/2026"
    deadline = ws[f"{at('deadline')}8"]
    assert (deadline.value, deadline.number_format) == (datetime(2026, 12, 31), "dd/mm/yyyy")


def test_a_deadline_that_is_no_day_stands_as_its_phrase(path: Path) -> None:
    plain = figure(1, deadline=None)
    phrase = replace(plain, task=replace(plain.task, deadline=None, deadline_text="Thường xuyên"))
    assert made(assignment(phrase), path)["Nhiệm vụ"][f"{at('deadline')}8"].value == "Thường xuyên"


def test_a_form_is_prefilled_with_people_only(path: Path) -> None:
    last = reported(1, 12)
    given_ = assignment(figure(1, row=last), people={"NV-2026-0001": PEOPLE})
    ws = made(given_, path)["Nhiệm vụ"]
    shown = {key: ws[f"{at(key)}8"].value for key in FORM.agency_keys}
    assert {key: value for key, value in shown.items() if value is not None} == PEOPLE


def test_seldom_used_columns_fold_with_one_click(path: Path) -> None:
    made(assignment(), path)
    with zipfile.ZipFile(path) as parts:
        columns = re.findall(rb"<col [^>]*>", parts.read("xl/worksheets/sheet3.xml"))
    spans = [re.search(rb'min="(\d+)" max="(\d+)"', column) for column in columns if b'outlineLevel="1"' in column]
    folded = {n for span in spans if span for n in range(int(span[1]), int(span[2]) + 1)}
    assert [FORM.tasks.keys[n - 1] for n in sorted(folded)] == [c.key for c in FORM.tasks.columns if c.fold]
    assert not any(b"hidden" in column for column in columns)


def test_drop_downs_dates_and_numbers_are_checked_with_words(path: Path) -> None:
    ws = made(assignment(), path)["Nhiệm vụ"]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in ws.data_validations.dataValidation}
    for column in FORM.tasks.columns:
        rule = rules.get(f"{at(column.key)}8")
        if not column.agency:
            assert rule is None
            continue
        assert column.hint[:40] in rule.prompt and rule.promptTitle == column.label[:32]
        if column.type == "choice":
            assert rule.formula1.startswith("_danhmuc!") and rule.showErrorMessage is not column.open
    assert "ví dụ 30/11/2026" in rules[f"{at('completed_on')}8"].error
    assert "từ 0 đến 100" in rules[f"{at('progress')}8"].error


def test_header_and_first_two_columns_stay_in_view_and_rows_can_be_filtered(path: Path) -> None:
    ws = made(assignment(), path)["Nhiệm vụ"]
    assert ws.freeze_panes == "C8"
    assert ws.auto_filter.ref == "A7:AE10"
    assert ws.print_title_rows == "$7:$7" and ws.print_area == "'Nhiệm vụ'!$A$1:$H$10"


# --- what the Office says of a task -----------------------------------------------------------------


def test_a_task_that_is_done_and_accepted_is_grey_locked_and_asks_for_nothing(path: Path) -> None:
    ws = made(assignment(figure(1, Status.DONE_ON_TIME), figure(2)), path)["Nhiệm vụ"]
    assert ws[f"{at('office_assessment')}8"].value.startswith("Đã hoàn thành. Hoàn thành đúng hạn")
    assert {ws[f"{at(key)}8"].fill.fgColor.rgb for key in FORM.tasks.keys} == {"FFEDEDED"}
    assert all(ws[f"{at(key)}8"].protection.locked for key in FORM.agency_keys)
    assert ws["AE8"].value == 0 and ws["AE9"].data_type == "f"


def test_a_task_that_is_done_but_not_accepted_stays_open_for_writing(path: Path) -> None:
    given_ = assignment(figure(1, Status.DONE_LATE, flags=("incomplete", "no_explanation")))
    ws = made(given_, path)["Nhiệm vụ"]
    assert not ws[f"{at('delay_reason')}8"].protection.locked


def test_the_assessment_says_status_flags_extension_and_verdict_in_words() -> None:
    told_of = figure(
        1,
        Status.OVERDUE,
        days_overdue=12,
        flags=("overdue_silent", "no_explanation", "carried_over"),
        original_deadline=date(2026, 9, 30),
        deadline=date(2026, 11, 8),
        verdict=Verdict(
            task_code="NV-2026-0001", verdict="Trả lại", assessed_on=date(2026, 11, 2), opinion="Thiếu phụ lục."
        ),
    )
    assert words.assessment(told_of, closed=False) == (
        "Quá hạn chưa hoàn thành (12 ngày). Đã gia hạn đến ngày 08/11/2026. Lưu ý: quá hạn, không báo cáo; "
        "thiếu giải trình chậm. Thẩm định ngày 02/11/2026: Trả lại – Thiếu phụ lục."
    )


def test_a_new_task_is_called_new() -> None:
    assert words.assessment(figure(1, new=True), closed=False).startswith("Mới giao. ")


@pytest.mark.parametrize(
    ("kind", "key", "start", "end", "said"),
    [
        ("day", "2026-11-20", "2026-11-20", "2026-11-20", "Ngày 20/11/2026"),
        ("week", "2026-W03", "2026-01-12", "2026-01-18", "Tuần 3 năm 2026 (từ ngày 12/01/2026 đến ngày 18/01/2026)"),
        ("month", "2026-02", "2026-02-01", "2026-02-28", "Tháng 2 năm 2026 (từ ngày 01/02/2026 đến ngày 28/02/2026)"),
        ("quarter", "2026-Q3", "2026-07-01", "2026-09-30", "Quý III năm 2026 (từ ngày 01/07/2026 đến ngày 30/09/2026)"),
    ],
)
def test_a_period_is_said_as_people_say_it(kind: str, key: str, start: str, end: str, said: str) -> None:
    span = {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
    assert words.period_words(Period(kind=kind, key=key, cutoff=WEEK.cutoff, **span)) == said


# --- what is still missing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "written", "missing"),
    [
        (Status.IN_TIME, {}, 0),
        (Status.IN_TIME, {"narrative": None, "assignee": None}, 2),
        (Status.IN_TIME, {"reported_status": "Đã hoàn thành"}, 3),
        (Status.RECURRING, {"reported_status": "Đã hoàn thành"}, 1),
        (Status.IN_TIME, {"reported_status": "Đề nghị gia hạn", "requested_deadline": date(2027, 1, 31)}, 1),
        (Status.OVERDUE, {}, 3),
        (Status.OVERDUE, {"delay_cause_kind": "Khách quan", "delay_reason": "Mưa bão", "explanation_doc": "12/BC"}, 0),
        (Status.OVERDUE, {"reported_status": "Đã hoàn thành", "completed_on": date(2026, 11, 10)}, 2),
    ],
)
def test_the_counter_counts_what_the_line_as_written_demands(
    status: Status, written: dict[str, Any], missing: int
) -> None:
    deadline = date(2026, 11, 10) if status is Status.OVERDUE else date(2026, 12, 31)
    given_ = returned(reported(1, 12, **written), tasks=(figure(1, status, deadline=deadline),))
    assert lay_out(given_, FORM).lines[0].missing == missing


def test_a_blank_day_of_update_is_not_missing_when_the_report_has_its_day() -> None:
    row, tasks = reported(1, 12, updated_on=None), (figure(1),)
    assert lay_out(returned(row, tasks=tasks), FORM).lines[0].missing == 1
    assert lay_out(returned(row, tasks=tasks, info={"prepared_on": "2026-11-19"}), FORM).lines[0].missing == 0


def test_the_counter_is_live_and_shows_its_value_at_once(path: Path) -> None:
    given_ = assignment(figure(1), people={"NV-2026-0001": PEOPLE})
    ws = made(given_, path)["Nhiệm vụ"]
    assert ws["AE7"].value == "Còn thiếu" and ws["AE8"].data_type == "f"
    assert set(re.findall(r"\(([A-Z]+)8=\"\"\)", ws["AE8"].value)) == {
        at(key)
        for key in (
            *FORM.required_keys, "completed_on", "result", "result_doc", "requested_deadline", "extension_reason",
            "delay_cause_kind", "delay_reason", "explanation_doc",
        )
    }  # fmt: skip
    shown = openpyxl.load_workbook(path, data_only=True)["Nhiệm vụ"]
    assert shown["AE8"].value == 4
    assert shown["A5"].value == "Còn thiếu 4 ô bắt buộc ở 1 nhiệm vụ."


# --- read back --------------------------------------------------------------------------------------


def test_a_form_just_issued_is_read_back_clean_and_says_nothing_new(path: Path) -> None:
    given_ = assignment(people={f"NV-2026-{n:04d}": PEOPLE for n in (1, 2)})
    render(given_, FORM, path, office=OFFICE)
    reading = read(path)
    assert reading.notes == ()
    assert reading.tasks is not None and reading.tasks.extras == {}
    assert reading.changes is None or reading.changes.rows == ()
    for index in range(3):
        own = {
            key: value for key, value in line(reading, index).items() if key in FORM.agency_keys and value is not None
        }
        assert reading.stamp is not None
        assert own == dict(reading.stamp.issued.get(line(reading, index)["task_code"], {}))


def test_the_hidden_mark_says_form_agency_programme_period_and_moment(path: Path) -> None:
    render(assignment(people={"NV-2026-0001": PEOPLE, "NV-2026-0999": PEOPLE}), FORM, path, office=OFFICE)
    stamp = read(path).stamp
    assert stamp is not None
    assert (stamp.form, stamp.version, stamp.agency, stamp.program, stamp.period, stamp.issued_at) == (
        "BM01", "1", "SNV", "CHUNG", "2026-W47", ISSUED.isoformat()
    )  # fmt: skip
    assert stamp.issued == {"NV-2026-0001": PEOPLE}


def test_what_an_agency_types_into_the_form_is_read_as_typed(path: Path) -> None:
    book = made(assignment(), path)
    typed = {
        "accountable_head": "Đỗ Mẫu",
        "updated_on": datetime(2026, 11, 19),
        "narrative": "Đã họp với các đơn vị liên quan\nvà gửi lấy ý kiến",
        "progress": 85,
        "reported_status": "Đang thực hiện",
        "escalate_to": "UBND tỉnh",
    }
    for key, value in typed.items():
        book["Nhiệm vụ"][f"{at(key)}9"] = value
    book["Thông tin"]["B6"] = datetime(2026, 11, 20)
    book["Biến động"]["A5"] = "Bỏ bớt"
    book.save(path)
    reading = read(path)
    got = line(reading, 1)
    assert {key: got[key] for key in typed} == typed | {"updated_on": date(2026, 11, 19), "progress": 85.0}
    assert reading.info["prepared_on"] == "2026-11-20" and reading.info["focal_point"] == "Lê Văn Mẫu"
    assert reading.changes is not None and reading.changes.values["change_kind"] == ("Bỏ bớt",)
    assert {note.rule for note in reading.notes} <= {"C401"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Co", "Cn")), min_size=1, max_size=60))
def test_whatever_an_agency_wrote_comes_back_in_its_return(path: Path, narrative: str) -> None:
    book = made(returned(reported(1, 12, narrative=narrative), tasks=(figure(1),)), path)
    cell = book["Nhiệm vụ"][f"{at('narrative')}8"]
    assert cell.data_type == "s" and cell.value == narrative


# --- the marked return ------------------------------------------------------------------------------

BAD_DATE = finding(
    "C402", Severity.ERROR, "«Ngày hoàn thành» ghi «31/11/2026», không có trong lịch.",
    task="NV-2026-0002", row=20, column="completed_on", cell="Q20",
)  # fmt: skip


def test_a_return_shows_the_agencys_own_words_also_where_they_could_not_be_understood(path: Path) -> None:
    held = reported(2, 20, raw={"completed_on": "31/11/2026"}, narrative=HOSTILE)
    given_ = returned(reported(3, 11), held=(held,), findings=(BAD_DATE,), info={"phone": "=1+1"})
    book = made(given_, path)
    ws = book["Nhiệm vụ"]
    assert ws[f"{at('completed_on')}9"].value == "31/11/2026"
    assert (ws[f"{at('narrative')}9"].value, ws[f"{at('narrative')}9"].data_type) == (HOSTILE, "s")
    assert ws[f"{at('narrative')}8"].value is None
    assert (book["Thông tin"]["B9"].value, book["Thông tin"]["B9"].data_type) == ("=1+1", "s")
    assert book.active.title == "Nội dung cần chỉnh sửa"


def test_a_bad_cell_has_its_own_fill_and_one_comment_with_code_matter_and_remedy(path: Path) -> None:
    twice = replace(BAD_DATE, rule="C409", severity=Severity.WARNING, message="Năm xa kỳ báo cáo. " * 20)
    book = made(returned(held=(reported(2, 20),), findings=(twice, BAD_DATE)), path)
    cell = book["Nhiệm vụ"][f"{at('completed_on')}9"]
    assert cell.fill.fgColor.rgb == "FFF8CBAD"
    assert cell.comment.text.startswith(
        "C402 · «Ngày hoàn thành» ghi «31/11/2026», không có trong lịch. · Sửa lại.\nC409"
    )
    assert len(cell.comment.text) <= 250


def test_the_list_links_to_the_cell_where_the_task_stands_in_this_workbook(path: Path) -> None:
    book = made(returned(held=(reported(2, 20),), findings=(BAD_DATE,)), path)
    ws = book["Nội dung cần chỉnh sửa"]
    assert [c.value for c in ws[7]][:7] == [
        1, "Phải sửa\n(C402)", BAD_DATE.message, "Sửa lại.", "NV-2026-0002", "Ngày hoàn thành", "P9"
    ]  # fmt: skip
    assert ws["G7"].hyperlink.location == "'Nhiệm vụ'!P9"


def test_equal_findings_are_one_line_with_a_link_to_every_cell(path: Path) -> None:
    blanks = tuple(
        finding(
            "C401", Severity.INCOMPLETE, "«Tiến độ (%)» còn trống.", task=f"NV-2026-{n:04d}", row=n, column="progress"
        )
        for n in (1, 2, 3)
    )
    ws = made(returned(reported(1, 1), reported(2, 2), reported(3, 3), findings=blanks), path)["Nội dung cần chỉnh sửa"]
    assert ws["G7"].value == "N8 và 2 ô khác" and ws["A8"].value is None
    links = [cell.hyperlink.location for cell in ws[7] if cell.hyperlink]
    assert links == ["'Nhiệm vụ'!N8", "'Nhiệm vụ'!N9", "'Nhiệm vụ'!N10"]


def test_the_list_begins_with_what_stops_the_whole_file(path: Path) -> None:
    found = (
        finding("F104", Severity.WARNING, "Tệp có macro.", sheet=None),
        BAD_DATE,
        finding("F102", Severity.FATAL, "Tệp có mật khẩu.", sheet=None),
    )
    ws = made(returned(findings=found), path)["Nội dung cần chỉnh sửa"]
    assert [ws[f"B{row}"].value for row in (7, 8, 9)] == [
        "Không tiếp nhận\n(F102)", "Phải sửa\n(C402)", "Lưu ý\n(F104)"
    ]  # fmt: skip
    assert ws["G7"].value == "Cả tệp"
    assert ws["A3"].value == (
        "Văn phòng đã nhận báo cáo của Quý cơ quan lúc 14 giờ 02 phút ngày 20/11/2026 (tệp «bao-cao.xlsx»)."
    )
    assert ws["A4"].value == (
        "Qua kiểm tra, báo cáo có: 01 nội dung làm cho tệp chưa thể tiếp nhận, 01 nội dung phải sửa, 01 nội dung lưu ý."
    )


def test_a_task_of_another_agency_stands_only_in_the_list(path: Path) -> None:
    foreign = finding(
        "M603", Severity.ERROR, "Không chủ trì.", task="NV-2026-0777", row=44, column="task_code", cell="C44"
    )
    book = made(returned(held=(reported(777, 44),), findings=(foreign,)), path)
    codes = [cell.value for cell in book["Nhiệm vụ"]["B"]]
    assert "NV-2026-0777" not in codes
    place = book["Nội dung cần chỉnh sửa"]["G7"]
    assert (place.value, place.hyperlink) == ("Ô C44 (tệp đã gửi)", None)


def test_a_finding_on_a_whole_row_sits_on_the_code_of_its_task(path: Path) -> None:
    whole = finding("H703", Severity.WARNING, "Giống hệt kỳ trước.", task="NV-2026-0001", row=12)
    cell = made(returned(reported(1, 12), findings=(whole,)), path)["Nhiệm vụ"]["B8"]
    assert cell.comment is not None and cell.fill.fgColor.rgb == "FFFCE4D6"


def test_of_an_older_and_the_answered_file_the_answered_one_is_shown(path: Path) -> None:
    older = of_older_file(reported(1, 9, narrative="Bản cũ"))
    book = made(returned(older, held=(reported(1, 30, narrative="Bản mới"),)), path)
    assert book["Nhiệm vụ"][f"{at('narrative')}8"].value == "Bản mới"


def test_a_row_number_of_an_older_file_moves_no_finding(path: Path) -> None:
    older = of_older_file(reported(1, 20))
    unknown = finding(
        "M601", Severity.ERROR, "Không có trong danh mục.", task="XX", row=20, column="task_code", cell="C20"
    )
    book = made(returned(older, findings=(unknown,)), path)
    assert book["Nhiệm vụ"]["B8"].comment is None


def test_what_the_agency_proposed_comes_back_with_its_marks(path: Path) -> None:
    change = Change(
        agency="SNV",
        submission="000007-0",
        file="bao-cao.xlsx",
        sheet="BIẾN ĐỘNG",
        row=9,
        values={"change_kind": "Thay đổi thời hạn", "task_code": "NV-2026-0002", "new_value": date(2027, 1, 31)},
        complete=False,
    )
    lacking = finding("M605", Severity.ERROR, "Chưa có Tờ trình.", sheet="BIẾN ĐỘNG", row=9, column="proposal_doc")
    book = made(returned(changes=(change,), findings=(lacking,)), path)
    ws = book["Biến động"]
    assert [cell.value for cell in ws[5]][:5] == [
        "Thay đổi thời hạn",
        "NV-2026-0002",
        None,
        None,
        datetime(2027, 1, 31),
    ]
    assert ws["G5"].comment is not None and not ws["G19"].protection.locked
    assert book["Nội dung cần chỉnh sửa"]["G7"].hyperlink.location == "'Biến động'!G5"


def test_a_return_without_findings_says_so_kindly(path: Path) -> None:
    ws = made(returned(reported(1, 12)), path)["Nội dung cần chỉnh sửa"]
    assert "không có nội dung phải chỉnh sửa" in ws["A4"].value


def test_a_form_for_an_agency_that_sent_nothing_bears_no_marks(path: Path) -> None:
    silent = finding("H701", Severity.WARNING, "Chưa cập nhật.", task="NV-2026-0001")
    book = made(assignment(findings=(silent,)), path)
    assert book["Nhiệm vụ"]["B8"].comment is None and "Nội dung cần chỉnh sửa" not in book.sheetnames


def test_nothing_that_an_agency_wrote_becomes_a_formula_anywhere(path: Path) -> None:
    hostile = dict.fromkeys(FORM.agency_keys, HOSTILE)
    row = reported(1, 12, **hostile)
    told_of = replace(BAD_DATE, task="NV-2026-0001", row=12, message=HOSTILE, value=HOSTILE)
    change = Change(
        agency="SNV", submission="000007-0", file=HOSTILE, sheet="Biến động", row=9,
        values=dict.fromkeys(FORM.changes.keys, HOSTILE), complete=False,
    )  # fmt: skip
    given_ = returned(row, findings=(told_of,), changes=(change,), info=dict.fromkeys(FORM.info.keys, HOSTILE))
    book = made(given_, path)
    formulas = [cell.value for ws in book for cells in ws.iter_rows() for cell in cells if cell.data_type == "f"]
    assert formulas and not any("HYPERLINK" in formula for formula in formulas)
    targets = {cell.hyperlink.target for ws in book for cells in ws.iter_rows() for cell in cells if cell.hyperlink}
    assert targets == {None}


# --- for the head, for the clerk --------------------------------------------------------------------


def test_the_sheet_for_the_head_has_eight_columns_and_follows_what_is_typed(path: Path) -> None:
    made(
        returned(reported(1, 12, difficulty="Thiếu vốn", requested_deadline=date(2027, 1, 5)), tasks=(figure(1),)), path
    )
    formulas = openpyxl.load_workbook(path)["Bản trình duyệt"]
    shown = openpyxl.load_workbook(path, data_only=True)["Bản trình duyệt"]
    assert formulas.max_column == 8 and formulas.print_area.startswith("'Bản trình duyệt'!$A$1:$H$")
    assert [cell.data_type for cell in formulas[6]] == ["n", "s", "d", "f", "f", "f", "f", "f"]
    assert shown["E6"].value.startswith("Đã họp với các đơn vị") and shown["F6"].value == "62,5%\nĐang thực hiện"
    assert shown["H6"].value == "Vướng mắc: Thiếu vốn\nXin gia hạn đến 5/1/2027"


def test_the_guide_names_every_column_that_the_agency_fills_and_every_check(path: Path) -> None:
    ws = made(assignment(), path)["Hướng dẫn"]
    texts = {str(cell.value) for cells in ws.iter_rows() for cell in cells if cell.value}
    for column in (*FORM.tasks.columns, *FORM.changes.columns):
        assert not column.agency or column.label in texts
    for rule in told(RULES.values()):
        assert rule.title in texts
    assert not any("{" in said for said in texts)


def test_the_guide_tells_only_of_the_rules_it_is_given(path: Path) -> None:
    render(assignment(), FORM, path, office=OFFICE, rules={"C402": RULES["C402"]})
    ws = openpyxl.load_workbook(path)["Hướng dẫn"]
    codes = {str(cell.value).split("\n")[0] for cell in ws["B"] if re.match(r"[A-Z]\d{3}\n", str(cell.value))}
    assert codes == {"C402"}


def test_an_agency_without_tasks_gets_a_workbook_that_says_so(path: Path) -> None:
    book = made(replace(assignment(), tasks=()), path)
    assert "không có nhiệm vụ nào" in book["Nhiệm vụ"]["A4"].value
    assert book["Nhiệm vụ"]["A8"].value is None


def test_the_same_assignment_gives_the_same_bytes(tmp_path: Path) -> None:
    given_ = returned(reported(1, 12), held=(reported(2, 20),), findings=(BAD_DATE,))
    for name in ("a.xlsx", "b.xlsx"):
        render(given_, FORM, tmp_path / name, office=OFFICE)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("tasks", [1, 5, 7, 8, 9, 12, 20, 28, 35])
@pytest.mark.parametrize("wide", [1.0, 1.05, 1.1])  # programs draw columns up to a tenth wider than others
def test_the_signatures_stand_whole_below_a_task_on_the_last_page(path: Path, tasks: int, wide: float) -> None:
    lines = [reported(n, 11 + n, narrative="Đã họp, lấy ý kiến các sở. " * (n % 9)) for n in range(1, tasks + 1)]
    ws = made(returned(*lines, tasks=tuple(figure(n) for n in range(1, tasks + 1))), path)["Bản trình duyệt"]
    printed = 6 + tasks + 5  # the last row with words
    heights = [ws.row_dimensions[row].height or 15 for row in range(1, printed + 1)]
    across = sum(ws.column_dimensions[letter(at)].width for at in range(8)) * 7 * 0.75 * wide
    room, breaks = (210 / 25.4 - 1.1) * 72 * across / ((297 / 25.4 - 0.9) * 72), {at.id for at in ws.row_breaks.brk}
    used, begins = 0.0, 1
    for row, high in enumerate(heights, 1):
        if used + high > room or row - 1 in breaks:
            used, begins = heights[4], row  # the header is repeated
        used += high
    assert begins <= 5 + tasks


def test_file_names_are_ascii_and_two_programmes_never_meet() -> None:
    assert form_name("SNV", "CHUNG", "2026-W47") == "BM01_SNV_CHUNG_2026-W47.xlsx"
    assert return_name("SNV", "2026-W47") == "SNV-2026-W47.xlsx"
    assert return_name("SNV", "2026-W47", "DA06") == "SNV-DA06-2026-W47.xlsx"
    assert form_name("SỞ/..\\Đ", "CHUNG", "2026-W47").isascii() and "/" not in form_name("a/b", "c", "d")


def test_what_a_workbook_holds_does_not_depend_on_those_made_before_it(tmp_path: Path) -> None:
    """One renderer makes hundreds and keeps what they have in common, as the live formulas of each row."""
    several = [figure(n, Status.DONE_ON_TIME if n == 2 else Status.IN_TIME) for n in range(1, 5)]
    late = finding("C402", Severity.ERROR, "Sai ngày.", row=12, column="completed_on")
    given_ = [
        assignment(*several),
        returned(reported(1, 12), findings=(late,)),
        assignment(*several[:1], issued_at=datetime(2026, 11, 30, 8, tzinfo=ZONE)),
        assignment(),
    ]
    issuer = Issuer(FORM, office=OFFICE)
    for number, one in enumerate([*given_, *reversed(given_)]):
        issuer.render(one, tmp_path / f"{number}.xlsx")
    for number, one in enumerate(given_):
        render(one, FORM, alone := tmp_path / "alone.xlsx", office=OFFICE)
        first, again = (tmp_path / f"{at}.xlsx" for at in (number, 2 * len(given_) - 1 - number))
        assert alone.read_bytes() == first.read_bytes() == again.read_bytes()
