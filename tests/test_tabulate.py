"""The master workbook: thirteen sheets from one snapshot, whose figures are the snapshot's own."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import snapshot_factory as factory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lone_row import rewritten
from openpyxl.worksheet.worksheet import Worksheet

from nvbatch.briefing import wording
from nvbatch.form import load_form, load_register_schema
from nvbatch.master import listing as lists
from nvbatch.model import (
    FLAG_WORDS,
    SEVERITY_WORDS,
    STATUS_WORDS,
    Snapshot,
    Status,
    SubmissionState,
)
from nvbatch.stages.tabulate import FILE_NAME, tabulate
from nvbatch.totals import totals_of
from nvbatch.xlsx import text

pytestmark = pytest.mark.filterwarnings("error")

SHEETS = [
    "Tổng quan",
    "Nhiệm vụ",
    "Theo cơ quan",
    "Quá hạn",
    "Sắp đến hạn",
    "Chưa đầy đủ",
    "Không thời hạn",
    "Gia hạn",
    "Biến động",
    "Kiến nghị",
    "Nộp báo cáo",
    "Lỗi dữ liệu",
    "Ghi chú",
]
LISTS = SHEETS[1:-1]
HEADER = lists.HEADER_ROW + 1


def made(snapshot: Snapshot, folder: Path, **more: Any) -> Path:
    path = folder / FILE_NAME
    tabulate(snapshot, form=load_form(), register=None, config=factory.config(), path=path, **more)
    return path


@pytest.fixture(scope="module")
def office() -> Snapshot:
    return factory.snapshot()


@pytest.fixture(scope="module")
def path(office: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    links = {figure.agency.code: f"phan-hoi/{figure.agency.code}-2026-W47.xlsx" for figure in office.agencies}
    return made(office, tmp_path_factory.mktemp("master"), return_links=links)


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def rows(ws: Worksheet) -> list[dict[str, Any]]:
    """The lines of a list's table, by label."""
    (table,) = ws.tables.values()
    first, *others = ws[table.ref]
    labels = [cell.value for cell in first]
    return [dict(zip(labels, (cell.value for cell in line), strict=True)) for line in others]


def shown(ws: Worksheet) -> list[str]:
    return [str(cell.value) for line in ws.iter_rows() for cell in line if cell.value is not None]


# --- the figures ---------------------------------------------------------------------------------


def test_the_sheets_stand_in_the_order_of_the_contract(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_every_counting_task_has_one_line_and_the_statuses_add_up(book: openpyxl.Workbook, office: Snapshot) -> None:
    lines = rows(book["Nhiệm vụ"])
    assert sorted(line["Mã nhiệm vụ"] for line in lines) == sorted(f.task.code for f in office.tasks)
    counted = Counter(line["Tình trạng"] for line in lines)
    assert counted == {STATUS_WORDS[s]: office.totals.by_status[s] for s in Status}
    assert counted.total() == office.totals.assigned
    assert sum(line["Được tổng hợp"] == "Không" for line in lines) == office.totals.not_aggregated


def test_the_agencies_add_up_to_the_totals(book: openpyxl.Workbook, office: Snapshot) -> None:
    lines, totals = rows(book["Theo cơ quan"]), office.totals
    by_status = totals.by_status
    done = by_status["done_on_time"] + by_status["done_late"] + by_status["done_no_deadline"]
    other = sum(by_status[s] for s in ("open_no_deadline", "recurring", "stopped", "transferred"))
    expected = {
        "Tổng số": totals.assigned,
        "Hoàn thành": done,
        "Trong hạn": by_status["in_time"],
        "Sắp đến hạn": by_status["due_soon"],
        "Quá hạn": by_status["overdue"],
        "Khác (*)": other,
        "Chưa tổng hợp": totals.not_aggregated,
    }
    assert {label: sum(line[label] for line in lines) for label in expected} == expected
    ws = book["Theo cơ quan"]
    printed = {ws.cell(HEADER, c).value: ws.cell(HEADER + len(lines) + 1, c).value for c in range(1, ws.max_column + 1)}
    assert {label: printed[label] for label in expected} == expected
    assert printed["Tỷ lệ hoàn thành"] == totals.ratios["done_of_assigned"]
    for line in lines:
        parts = ("Hoàn thành", "Trong hạn", "Sắp đến hạn", "Quá hạn", "Khác (*)")
        assert line["Tổng số"] == sum(line[part] for part in parts)


def test_the_worst_agency_stands_first(book: openpyxl.Workbook) -> None:
    lines = rows(book["Theo cơ quan"])
    assert [(line["Quá hạn"], line["Quá hạn lâu nhất (ngày)"] or 0) for line in lines] == sorted(
        ((line["Quá hạn"], line["Quá hạn lâu nhất (ngày)"] or 0) for line in lines), reverse=True
    )
    assert lines[0]["Đánh giá"] == "▲ Chậm"
    assert {line["Đánh giá"] for line in lines} == {"▲ Chậm", "○ Cần theo dõi", "● Tốt"}


def test_tasks_of_an_agency_outside_the_register_still_reconcile(office: Snapshot, tmp_path: Path) -> None:
    stray = tuple(replace(f, lead_agency="XYZ") if f.task.code == "NV-2026-0001" else f for f in office.tasks)
    left = tuple(
        replace(
            a,
            tasks=sum(f.lead_agency == a.agency.code for f in stray),
            by_status=Counter(f.status for f in stray if f.lead_agency == a.agency.code),
        )
        for a in office.agencies
    )
    changed = replace(office, tasks=stray, agencies=left)
    lines = rows(openpyxl.load_workbook(made(changed, tmp_path))["Theo cơ quan"])
    assert lines[-1]["Cơ quan"] == "(Cơ quan chưa có trong danh mục)"
    assert sum(line["Tổng số"] for line in lines) == office.totals.assigned


def test_an_ended_agency_without_tasks_is_no_line(office: Snapshot, tmp_path: Path) -> None:
    old = replace(
        office.agencies[0],
        agency=replace(office.agencies[0].agency, code="CU", name="Sở Cũ"),
        tasks=0,
        by_status={},
        owes=False,
        submitted=False,
        flags=("ended",),
    )
    book = openpyxl.load_workbook(made(replace(office, agencies=(*office.agencies, old)), tmp_path))
    assert "Sở Cũ" not in [line["Cơ quan"] for line in rows(book["Theo cơ quan"])]


def test_statuses_that_nobody_has_may_be_left_out_of_the_totals(office: Snapshot, tmp_path: Path) -> None:
    few = tuple(f for f in office.tasks if f.status is Status.OVERDUE)
    agencies = tuple(replace(a, by_status={}, tasks=0) for a in office.agencies)
    changed = replace(office, tasks=few, totals=totals_of(few), agencies=agencies)
    assert len(rows(openpyxl.load_workbook(made(changed, tmp_path))["Quá hạn"])) == len(few)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Quá hạn", lambda f: f.status is Status.OVERDUE),
        ("Sắp đến hạn", lambda f: f.status is Status.DUE_SOON),
        ("Chưa đầy đủ", lambda f: not f.aggregated),
        ("Không thời hạn", lambda f: f.status is Status.OPEN_NO_DEADLINE),
        ("Gia hạn", lambda f: {"extension_requested", "extension_exceeded"} & set(f.flags)),
    ],
)
def test_a_list_holds_exactly_its_tasks(book: openpyxl.Workbook, office: Snapshot, name: str, wanted: Any) -> None:
    assert sorted(line["Mã nhiệm vụ"] for line in rows(book[name])) == sorted(
        f.task.code for f in office.tasks if wanted(f)
    )


def test_the_longest_overdue_stands_first(book: openpyxl.Workbook) -> None:
    days = [line["Số ngày quá hạn"] for line in rows(book["Quá hạn"])]
    assert days == sorted(days, reverse=True)


def test_who_must_explain_is_named_with_what_is_missing(book: openpyxl.Workbook, office: Snapshot) -> None:
    heads = {a.agency.name: a.agency.head_name for a in office.agencies}
    for line in rows(book["Chưa đầy đủ"]):
        assert (heads[line["Cơ quan chủ trì"]] or "chưa ghi họ tên") in line["Người phải giải trình"]
        assert line["Còn thiếu"]
        assert line["Lý do"] in (FLAG_WORDS["no_update"], FLAG_WORDS["incomplete"])


def test_proposals_for_decision_come_first_in_their_order(book: openpyxl.Workbook, office: Snapshot) -> None:
    lines = rows(book["Kiến nghị"])
    assert tuple(line["Mã nhiệm vụ"] for line in lines if line["Cần quyết định"] == "Có") == office.decisions
    assert [line["Cần quyết định"] for line in lines[: len(office.decisions)]] == ["Có"] * len(office.decisions)
    assert len(lines) > len(office.decisions)


def test_the_overview_says_the_six_figures_and_the_four_ratios(book: openpyxl.Workbook, office: Snapshot) -> None:
    ws, totals = book["Tổng quan"], office.totals
    said = [cell.value for line in ws.iter_rows(max_col=12) for cell in line if cell.value is not None]
    labels = [
        ("Nhiệm vụ được giao", totals.assigned),
        ("● Đã hoàn thành", 56),
        ("○ Đang thực hiện, trong hạn", totals.by_status["in_time"]),
        ("■ Sắp đến hạn", totals.by_status["due_soon"]),
        ("▲ Quá hạn chưa hoàn thành", totals.by_status["overdue"]),
        ("Cơ quan chưa nộp báo cáo", 1),
    ]
    tiles = {
        ws.cell(row + 1, column).value: ws.cell(row, column).value for row in range(1, 12) for column in range(1, 12, 2)
    }
    assert {label: tiles[label] for label, _ in labels} == dict(labels)
    for name, (n, d) in totals.fractions.items():
        place = said.index(totals.ratios[name])
        assert said[place + 1 : place + 3] == [f"({n}/{d})", f"chưa tổng hợp: {totals.not_aggregated}"]
    assert any("Hoàn thành không quá hạn (đúng hạn và không có thời hạn): 47" in str(value) for value in said)


def test_a_ratio_without_denominator_is_a_dash(office: Snapshot, tmp_path: Path) -> None:
    few = tuple(f for f in office.tasks if f.status is Status.RECURRING)
    changed = replace(office, tasks=few, totals=totals_of(few))
    ws = openpyxl.load_workbook(made(changed, tmp_path))["Tổng quan"]
    assert shown(ws).count("–") == 4


def test_the_overview_draws_both_charts_from_its_own_cells(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert sum("<c:barChart>" in chart and '<c:grouping val="stacked"/>' in chart for chart in charts) == 1
    assert sum("<c:lineChart>" in chart for chart in charts) == 1
    assert all("'Tổng quan'!" in chart for chart in charts)


def test_a_trend_of_the_same_period_is_what_this_run_corrects(office: Snapshot, tmp_path: Path) -> None:
    same = replace(office.trends[-1], period="2026-W47")
    ws = openpyxl.load_workbook(made(replace(office, trends=(same,)), tmp_path))["Tổng quan"]
    assert "Diễn biến" not in " ".join(shown(ws))
    assert "so với kỳ trước" not in " ".join(shown(ws))


# --- as of when ----------------------------------------------------------------------------------


def test_every_sheet_says_as_of_when(book: openpyxl.Workbook) -> None:
    for ws in book:
        assert any(f"Số liệu tính đến {wording.moment(factory.AS_OF)}" in words for words in shown(ws)), ws.title


def test_provisional_and_corrected_figures_are_called_so_on_every_sheet(tmp_path: Path) -> None:
    snapshot = factory.snapshot(provisional=True, published_before="2026-W47-01", conference=True)
    book = openpyxl.load_workbook(made(snapshot, tmp_path))
    for ws in book:
        words = " ".join(shown(ws))
        assert "Số liệu tạm tính" in words, ws.title
        assert "điều chỉnh so với số đã công bố" in words, ws.title
    first = " ".join(shown(book["Tổng quan"]))
    assert "Hội nghị giao ban tháng 11/2026" in first
    assert snapshot.lock_at and f"Khóa nhập liệu lúc {wording.moment(snapshot.lock_at)}" in first


def test_the_notes_hold_rules_definitions_register_changes_and_warnings(
    book: openpyxl.Workbook, office: Snapshot
) -> None:
    said = shown(book["Ghi chú"])
    for words in ("Hoàn thành không quá hạn", "Chưa tổng hợp", "1 lần", "còn không quá 5 ngày", *office.warnings):
        assert words in said
    assert "«31/10/2026» → «30/11/2026»" in said


# --- submissions and findings --------------------------------------------------------------------


def test_every_file_and_every_silent_agency_has_a_line_whose_rows_add_up(
    book: openpyxl.Workbook, office: Snapshot
) -> None:
    lines = rows(book["Nộp báo cáo"])
    sent = [line for line in lines if line["Tệp"]]
    assert sorted(line["Mã tiếp nhận"] for line in sent) == sorted(s.id for s in office.submissions)
    assert all(line["Dòng đọc được"] == line["Đã gộp"] + line["Giữ lại"] + line["Bỏ qua"] for line in sent)
    silent = [line for line in lines if not line["Tệp"]]
    assert {line["Cơ quan"] for line in silent} == {"Sở Y tế"}
    assert silent[0]["Trạng thái"] == "▲ Chưa nộp báo cáo (kỳ thứ 02 liên tiếp)"


def test_a_superseded_file_alone_does_not_make_an_agency_silent_or_counted(office: Snapshot, tmp_path: Path) -> None:
    gone = tuple(
        replace(s, state=SubmissionState.QUARANTINED) if s.agency == "SNV" and s.program == "CHUNG" else s
        for s in office.submissions
    )
    without = tuple(replace(a, submissions=()) if a.agency.code == "SNV" else a for a in office.agencies)
    book = openpyxl.load_workbook(made(replace(office, submissions=gone, agencies=without), tmp_path))
    silent = [line for line in rows(book["Nộp báo cáo"]) if not line["Tệp"]]
    assert ("Sở Nội vụ", "2026-W47") in {(line["Cơ quan"], line["Kỳ báo cáo"]) for line in silent}


def test_every_finding_is_listed_the_gravest_first_and_waived_ones_marked(
    book: openpyxl.Workbook, office: Snapshot
) -> None:
    lines = rows(book["Lỗi dữ liệu"])
    assert sum(line["Số chỗ"] for line in lines) == len(office.findings)
    words = [line["Mức độ"].removesuffix(" (được miễn trừ)") for line in lines]
    rank = list(SEVERITY_WORDS.values())
    assert words == sorted(words, key=rank.index)
    assert sum(line["Được miễn trừ"] == "Có" for line in lines) == sum(f.waived for f in office.findings) == 1
    assert any(line["Mức độ"] == "Thông tin (được miễn trừ)" for line in lines)


def test_equal_findings_of_a_file_share_a_line_with_all_their_cells(office: Snapshot, tmp_path: Path) -> None:
    one = next(f for f in office.findings if f.rule == "C404")
    same = tuple(replace(one, cell=f"N{row}", row=row, task=f"NV-{row}") for row in range(8, 28))
    other = replace(one, submission="000099-0", file="khac.xlsx")
    book = openpyxl.load_workbook(made(replace(office, findings=(*same, other)), tmp_path))
    lines = rows(book["Lỗi dữ liệu"])
    assert sorted(line["Số chỗ"] for line in lines) == [1, 20]
    many = next(line for line in lines if line["Số chỗ"] == 20)
    assert many["Ô"].startswith("N8; N9; ") and many["Ô"].endswith(" và 12 ô khác")
    assert many["Mọi ô"].split("; ") == [f.cell for f in same]


# --- rows for the register -----------------------------------------------------------------------


def pasted(ws: Worksheet, sheet: str) -> list[dict[str, Any]]:
    """The rows below the heading «… trang «sheet» …», by the register's labels."""
    top = next(c.row for c in ws["B"] if c.value and str(c.value).startswith(f"Dòng dán vào trang «{sheet}»"))
    labels = []
    while ws.cell(top + 1, 2 + len(labels)).value:
        labels.append(ws.cell(top + 1, 2 + len(labels)).value)
    found, row = [], top + 2
    while any(ws.cell(row, 2 + c).value for c in range(len(labels))):
        found.append({label: ws.cell(row, 2 + c).value for c, label in enumerate(labels)})
        row += 1
    return found


def test_granted_requests_are_rows_of_the_register(book: openpyxl.Workbook, office: Snapshot) -> None:
    schema = next(s for s in load_register_schema() if s.key == "extensions")
    lines = pasted(book["Gia hạn"], "Gia hạn")
    assert [list(line) for line in lines] == [[c.label for c in schema.columns]] * len(lines)
    asking = {f.task.code for f in office.tasks if "extension_requested" in f.flags}
    assert {line["Mã nhiệm vụ"] for line in lines} == asking
    assert all(line["Lần"] == 1 and isinstance(line["Thời hạn mới"], datetime) for line in lines)
    assert all(line["Văn bản chấp thuận"] is None for line in lines)


def test_requests_beyond_the_allowed_number_are_refused_in_words(book: openpyxl.Workbook) -> None:
    beyond = [line for line in rows(book["Gia hạn"]) if line["Số lần đã gia hạn"] >= 1]
    assert beyond
    assert {line["Nhận xét"] for line in beyond} == {"▲ Vượt số lần cho phép, không xem xét"}


def test_complete_changes_are_rows_of_the_sheets_that_they_change(book: openpyxl.Workbook) -> None:
    ws = book["Biến động"]
    assert [line["Thời hạn mới"].date() for line in pasted(ws, "Gia hạn")] == [date(2026, 12, 31)] * 2
    (moved,) = pasted(ws, "Bàn giao")
    assert (moved["Cơ quan bàn giao"], moved["Cơ quan nhận"]) == ("XBATO", "Sở Xây dựng")
    dropped, added = pasted(ws, "Nhiệm vụ")
    schema = next(s for s in load_register_schema() if s.key == "tasks")
    assert list(dropped) == [c.label for c in schema.columns]
    assert dropped["Tình trạng quản lý"] == "Dừng"
    assert added["Mã nhiệm vụ"] is None and added["Nội dung nhiệm vụ"].startswith("Bổ sung")
    assert [line["Căn cứ"] for line in rows(ws)].count("▲ Thiếu nguyên nhân hoặc tờ trình") == 1


# --- the look ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_list_prints_on_one_page_width_with_its_header_repeated(book: openpyxl.Workbook, name: str) -> None:
    ws = book[name]
    assert ws.page_setup.paperSize == 9 and ws.page_setup.orientation == "landscape"
    assert ws.sheet_properties.pageSetUpPr.fitToPage and (ws.page_setup.fitToHeight or 0) == 0
    assert ws.print_title_rows == f"${HEADER}:${HEADER}"
    assert ws.freeze_panes == f"C{HEADER + 1}"
    assert "Trang &P/&N · lập lúc 17:00 ngày 20/11/2026" in ws.oddFooter.center.text
    area = ws[ws.print_area.split("!")[-1].replace("$", "")]
    widths = {c: d.width - 5 / 7 for d in ws.column_dimensions.values() for c in range(d.min, d.max + 1)}
    assert sum(widths[cell.column] for cell in area[0]) <= 156
    assert len(area[0]) <= 14


def test_nothing_is_merged_and_everything_is_times_new_roman(book: openpyxl.Workbook) -> None:
    for ws in book:
        assert not ws.merged_cells.ranges, ws.title
        assert {cell.font.name for line in ws.iter_rows() for cell in line if cell.value is not None} == {
            "Times New Roman"
        }


def test_dates_are_dates_and_shown_day_first(book: openpyxl.Workbook, office: Snapshot) -> None:
    ws = book["Nhiệm vụ"]
    place = next(c.column for c in ws[HEADER] if c.value == "Thời hạn")
    cells = [ws.cell(row, place) for row in range(HEADER + 1, HEADER + 1 + len(office.tasks))]
    assert sum(isinstance(c.value, datetime) for c in cells) == sum(f.deadline is not None for f in office.tasks)
    assert {c.number_format for c in cells if isinstance(c.value, datetime)} == {"dd/mm/yyyy"}


def test_a_status_is_told_by_word_mark_and_shade(book: openpyxl.Workbook) -> None:
    ws = book["Nhiệm vụ"]
    place = next(c.column for c in ws[HEADER] if c.value == "Tình trạng")
    seen = {c.value: (c.number_format, c.fill.fgColor.rgb) for c in (ws.cell(r, place) for r in range(HEADER + 1, 124))}
    assert seen[STATUS_WORDS[Status.OVERDUE]] == ('"▲ "@', "FFF8CBAD")
    assert seen[STATUS_WORDS[Status.DUE_SOON]] == ('"■ "@', "FFFFF2CC")
    assert seen[STATUS_WORDS[Status.DONE_ON_TIME]] == ('"● "@', "FFDDEBF7")


def test_a_row_grows_with_its_text(book: openpyxl.Workbook) -> None:
    ws = book["Nhiệm vụ"]
    lengths = {row: max(len(str(c.value or "")) for c in ws[row][:10]) for row in range(HEADER + 1, HEADER + 121)}
    longest, shortest = max(lengths, key=lengths.__getitem__), min(lengths, key=lengths.__getitem__)
    assert ws.row_dimensions[longest].height > 2 * ws.row_dimensions[shortest].height


# --- links, size, safety -------------------------------------------------------------------------


def test_each_line_leads_to_the_return_of_its_agency_and_to_nothing_else(path: Path, office: Snapshot) -> None:
    with zipfile.ZipFile(path) as archive:
        told = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels"))
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n)
    assert sheets.count("<hyperlink ") == len(office.tasks) + len(office.agencies)
    assert told.count('TargetMode="External"') == 2 * len(
        office.agencies
    )  # once a sheet, however many lines lead there
    assert 'Target="phan-hoi/SNV-2026-W47.xlsx"' in told
    assert "<f>" not in sheets and "<f " not in sheets  # no formula anywhere


def test_very_long_lists_show_the_path_without_a_link(
    office: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LINKS_UP_TO", 50)
    monkeypatch.setattr(lists, "EXACT_UP_TO", 50)
    links = {figure.agency.code: f"phan-hoi/{figure.agency.code}.xlsx" for figure in office.agencies}
    ws = openpyxl.load_workbook(made(office, tmp_path, return_links=links))["Nhiệm vụ"]
    assert rows(ws)[0]["Tệp phản hồi"] == "phan-hoi/VPUBND.xlsx"
    assert not any(cell.hyperlink for line in ws.iter_rows() for cell in line)
    assert all(ws.row_dimensions[row].height >= 14 for row in range(HEADER + 1, HEADER + 121))


def test_more_lines_than_excel_holds_are_cut_and_said(
    office: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "ROW_LIMIT", lists.HEADER_ROW + 100 + 70)
    ws = openpyxl.load_workbook(made(office, tmp_path))["Nhiệm vụ"]
    assert len(rows(ws)) == 70
    assert any("còn 50 dòng chỉ có trong run.json" in words for words in shown(ws))


def test_an_office_without_tasks_gets_every_sheet_with_a_sentence(office: Snapshot, tmp_path: Path) -> None:
    bare = replace(
        office,
        tasks=(),
        agencies=(),
        submissions=(),
        findings=(),
        changes=(),
        decisions=(),
        trends=(),
        register_changes=(),
        warnings=(),
        totals=totals_of(()),
    )
    book = openpyxl.load_workbook(made(bare, tmp_path))
    assert book.sheetnames == SHEETS
    assert "Không có nhiệm vụ quá hạn." in shown(book["Quá hạn"])
    assert "Không phát hiện lỗi dữ liệu." in shown(book["Lỗi dữ liệu"])


def test_the_same_snapshot_gives_the_same_bytes_and_leaves_nothing_beside(office: Snapshot, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert made(office, first).read_bytes() == made(office, second).read_bytes()
    assert [p.name for p in first.iterdir()] == [FILE_NAME]


def test_a_failure_leaves_no_file(office: Snapshot, tmp_path: Path) -> None:
    broken = replace(office, decisions=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        made(broken, tmp_path)
    assert list(tmp_path.iterdir()) == []


HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x.example","bấm")',
    "+84 912 345 678",
    "-",
    "@SUM(A1)",
    "http://x.example/a?b=1",
    "#N/A",
    "<r><t>x</t></r>",
    "a<b & c>d \"e\" 'f'",
    "_x000D_",
    "_x0041_x0042_",
    "dòng 1\r\ndòng 2\tcột",
    "\x00\x07\x1b[31m",
    "\ud800 lẻ",
    "{{ task.code }} {% raw %}",
    "'giữ nguyên",
    "00123",
    "1e5",
    "TRUE",
    "  hai đầu  ",
    "dài " * 20_000,
    "\u202egnas iahp\u202c",
]


def test_agency_text_comes_out_as_text_and_nothing_else(office: Snapshot, tmp_path: Path) -> None:
    assert came_out(office, tmp_path, HOSTILE) == [text(value) for value in HOSTILE]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=20))
def test_any_text_comes_out_as_text(office: Snapshot, tmp_path: Path, values: list[str]) -> None:
    assert came_out(office, tmp_path, values) == [text(value) for value in values]


def came_out(office: Snapshot, folder: Path, values: list[str]) -> list[Any]:
    """Narratives written to the master and read back; no formula and no link may come of them."""
    with_row = [f for f in office.tasks if f.row][: len(values)]
    changed = tuple(
        replace(f, row=rewritten(f.row, narrative=value, difficulty=value))
        for f, value in zip(with_row, values, strict=True)
        if f.row
    )
    ordered = tuple(sorted(changed, key=lambda f: f.task.code))
    path = made(replace(office, tasks=ordered, totals=totals_of(ordered), decisions=()), folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert not any("<f>" in part or "<f " in part for name, part in parts.items() if "worksheets/" in name)
    assert not any('TargetMode="External"' in part for part in parts.values())
    told = {line["Mã nhiệm vụ"]: line["Diễn biến, tình hình triển khai"] for line in rows(_open(path)["Nhiệm vụ"])}
    return [told[f.task.code] for f in changed]


def _open(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)
