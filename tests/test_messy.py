"""The same report in many kinds of mess gives the same rows; the same faults the same findings at their cells."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvbatch.model import Reading
from tests.messy_factory import (
    ARRANGEMENTS,
    KEYS,
    LABELS,
    TASKS,
    Arranged,
    as_an_annex,
    as_csv,
    as_issued,
    as_xlsb,
    by_odfpy,
    by_openpyxl,
    by_pandas,
    by_xlsxwriter,
    by_xlwt,
    days_as_text,
    decomposed,
    padded,
    percents_as_text,
    spelled,
    through_libreoffice,
    under_group_headers,
)
from tests.sheet_factory import notes, read_bytes, rules

WRITERS: dict[str, Callable[[Arranged], bytes]] = {
    "openpyxl.xlsx": by_openpyxl,
    "xlsxwriter.xlsx": by_xlsxwriter,
    "pandas.xlsx": by_pandas,
    "odfpy.ods": by_odfpy,
    "xlwt.xls": by_xlwt,
    "tay.xlsb": as_xlsb,
    "utf-8-sig.csv": lambda made: as_csv(made, "utf-8-sig", ";"),
    "utf-8.csv": lambda made: as_csv(made, "utf-8", ","),
    "utf-16.csv": lambda made: as_csv(made, "utf-16", "\t"),
    "cp1258.csv": lambda made: as_csv(made, "cp1258", ";"),
}
SPELLINGS: tuple[Callable[[Any], Any], ...] = (days_as_text, percents_as_text, decomposed, padded)


def said(reading: Reading) -> list[dict[str, Any]]:
    """The rows read, without blank cells."""
    assert reading.tasks is not None, [(note.rule, dict(note.args)) for note in reading.notes]
    table = reading.tasks
    lines = [{key: table.values[key][n] for key in KEYS if key in table.values} for n in range(len(table.rows))]
    return [{key: value for key, value in line.items() if value is not None} for line in lines]


def meant(tasks: Any = TASKS) -> list[dict[str, Any]]:
    return [dict(task) for task in tasks]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda a: a.__name__)
def test_every_arrangement_by_every_writer_says_the_same(arrange: Any, name: str, tmp_path: Path) -> None:
    made = arrange()
    reading = read_bytes(WRITERS[name](made), tmp_path, name)
    assert said(reading) == meant()
    assert reading.tasks is not None
    for task, key in made.where:
        assert reading.tasks.cell(reading.tasks.rows[task], key) == made.address(task, key)


@pytest.mark.parametrize("spell", SPELLINGS, ids=lambda s: s.__name__)
@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda a: a.__name__)
def test_spelling_changes_nothing_but_what_is_told(arrange: Any, spell: Any, tmp_path: Path) -> None:
    assert said(read_bytes(by_openpyxl(spelled(arrange(), spell)), tmp_path)) == meant()


@pytest.mark.parametrize("name", ["1904.xlsx", "1904-openpyxl.xlsx"])
def test_the_date_system_of_1904_changes_no_day(name: str, tmp_path: Path) -> None:
    data = by_xlsxwriter(as_issued(), date_1904=True)
    if name == "1904-openpyxl.xlsx":
        data = resaved(data, lambda sheet: None)
    assert said(read_bytes(data, tmp_path)) == meant()


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LIBREOFFICE IS NOT INSTALLED: its round trips are not tried"
)
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_what_libreoffice_opened_and_saved_again_says_the_same(kind: str, tmp_path: Path) -> None:
    """Merged cells, percents shown as such and real days, through another program's hands."""
    for arrange in (under_group_headers, as_an_annex):
        made = arrange()
        data = through_libreoffice(resaved(by_xlsxwriter(made), merging(made)), tmp_path, kind)
        assert said(read_bytes(data, tmp_path, f"bao-cao.{kind}")) == meant(), arrange


def test_our_own_form_filled_in_says_the_same(tmp_path: Path) -> None:
    reading = read_bytes(our_form(tmp_path), tmp_path)
    issued = "1313/UBND-KSTT ngày 24/02/2026"
    assert said(reading) == [{**task, "assigning_doc": issued} for task in meant()]
    assert rules(reading) == set() and reading.stamp is not None


def test_a_column_in_parts_of_one_is_a_column_of_percents(tmp_path: Path) -> None:
    """0,4 0,125 1 without any format: the 1 among them is the whole."""
    shares = spelled(as_issued(), lambda cell: cell / 100 if isinstance(cell, float) else cell)
    reading = read_bytes(by_openpyxl(shares), tmp_path)
    assert said(reading) == meant()
    assert {note.value: note.expected for note in notes(reading, "C405")}["1"] == "100%"


# --- what people do to a sheet --------------------------------------------------------------------


def resaved(data: bytes, touch: Callable[[Any], None]) -> bytes:
    """Opened and saved again with openpyxl, something done to its first sheet."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    touch(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def merging(made: Arranged) -> Callable[[Any], None]:
    def touch(sheet: Any) -> None:
        for top, first, bottom, last in made.merged:
            sheet.merge_cells(start_row=top + 1, start_column=first + 1, end_row=bottom + 1, end_column=last + 1)

    return touch


@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda a: a.__name__)
def test_hidden_rows_and_columns_are_read_and_told(arrange: Any, tmp_path: Path) -> None:
    made = arrange()
    row, _ = made.where[1, "narrative"]
    letters = made.address(1, "narrative").rstrip("0123456789")

    def hide(sheet: Any) -> None:
        sheet.row_dimensions[row + 1].hidden = True
        sheet.column_dimensions[letters].hidden = True

    reading = read_bytes(resaved(by_openpyxl(made), hide), tmp_path)
    assert said(reading) == meant()
    assert {note.args["what"] for note in notes(reading, "S209")} == {
        f"trong dòng ẩn {row + 1}",
        f"trong cột ẩn {letters}",
    }


def test_struck_rows_are_read_and_told(tmp_path: Path) -> None:
    from openpyxl.styles import Font

    made = as_an_annex()
    row, _ = made.where[2, "content"]

    def strike(sheet: Any) -> None:
        for cell in sheet[row + 1]:
            cell.font = Font(strike=True)

    reading = read_bytes(resaved(by_openpyxl(made), strike), tmp_path)
    assert said(reading) == meant()
    assert [note.args["what"] for note in notes(reading, "S209")] == [f"bị gạch ngang ở dòng {row + 1}"]


def test_coloured_frozen_filtered_and_zoomed_sheets_say_the_same(tmp_path: Path) -> None:
    from openpyxl.styles import PatternFill

    made = under_group_headers()

    def paint(sheet: Any) -> None:
        for cell in sheet[made.where[0, "content"][0] + 1]:
            cell.fill = PatternFill("solid", fgColor="FF0000")
        sheet.auto_filter.ref = f"A3:S{len(made.rows)}"
        sheet.freeze_panes = "C4"
        sheet.column_dimensions["A"].width = 3
        sheet["XFD1048576"].number_format = "0%"

    assert said(read_bytes(resaved(by_openpyxl(made), paint), tmp_path)) == meant()


def test_a_continued_row_is_no_task_and_disturbs_none(tmp_path: Path) -> None:
    """A second product of the first task on a row of its own, without number and code."""
    made = as_issued()
    first, column = made.where[0, "product"]
    rows = [list(row) for row in made.rows]
    rows.insert(first + 1, ["" if at != column else "Báo cáo tổng kết" for at in range(len(KEYS))])
    reading = read_bytes(by_openpyxl(Arranged(rows=rows, where={})), tmp_path)
    assert said(reading) == meant()
    assert [note.args["rows"] for note in notes(reading, "S211")] == [str(first + 2)]


def test_a_code_and_content_merged_over_two_rows_speak_for_both(tmp_path: Path) -> None:
    made = as_issued()
    first, column = made.where[0, "product"]
    rows = [list(row) for row in made.rows]
    rows.insert(first + 1, ["" if at != column else "Báo cáo tổng kết" for at in range(len(KEYS))])
    code, content = made.where[0, "task_code"][1], made.where[0, "content"][1]
    over = tuple((first, at, first + 1, at) for at in (code, content))
    reading = read_bytes(by_openpyxl(Arranged(rows=rows, where={}, merged=over)), tmp_path)
    read = said(reading)
    same = {key: TASKS[0][key] for key in ("task_code", "content")}
    assert read == [meant()[0], {**same, "product": "Báo cáo tổng kết"}, *meant()[1:]]
    assert "S210" in rules(reading)


def test_sections_with_an_average_and_totals_are_no_tasks(tmp_path: Path) -> None:
    made = under_group_headers()
    width, number, content, progress = 19, 0, made.where[0, "content"][1], made.where[0, "progress"][1]

    def line(no: str, text: str, share: float) -> list[Any]:
        return [{number: no, content: text, progress: share}.get(at) for at in range(width)]

    rows = [*made.rows[:3], line("I", "Nhiệm vụ trọng tâm (02 nhiệm vụ)", 70.0), *made.rows[3:5]]
    rows += [line("II.", "Nhiệm vụ thường xuyên", 6.25), *made.rows[5:], line("", "Tổng số nhiệm vụ: 4", 38.1)]
    reading = read_bytes(by_openpyxl(Arranged(rows=rows, where={}, merged=made.merged)), tmp_path)
    assert said(reading) == meant()
    assert [note.args["rows"] for note in notes(reading, "S211")] == ["4, 7, 10"]


def test_a_dash_where_a_day_or_a_choice_may_be_left_out_is_nothing(tmp_path: Path) -> None:
    keys = ("completed_on", "requested_deadline")
    tasks = [{**task, **{key: "-" for key in keys if key not in task}} for task in TASKS]
    reading = read_bytes(by_openpyxl(as_issued(tasks)), tmp_path)
    assert said(reading) == meant() and not notes(reading, "C402")


GROUP_TRAPS = ("Nhiệm vụ được giao", "Tình hình thực hiện", "Kết quả thực hiện", "Thời hạn hoàn thành", "Tiến độ")


@pytest.mark.parametrize("trap", GROUP_TRAPS)
def test_a_group_header_that_is_itself_a_label_takes_no_column(trap: str, tmp_path: Path) -> None:
    made = under_group_headers()
    rows = [[trap if cell in ("Tình hình trong kỳ", "Thông tin nhiệm vụ") else cell for cell in r] for r in made.rows]
    reading = read_bytes(by_openpyxl(Arranged(rows=rows, where=made.where, merged=made.merged)), tmp_path)
    assert said(reading) == meant()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(KEYS), gaps=st.sets(st.integers(0, 17), max_size=4), hidden=st.sets(st.integers(0, 20)))
def test_moving_parting_and_hiding_columns_changes_only_letters(
    order: list[str], gaps: set[int], hidden: set[int], tmp_path: Path
) -> None:
    places = [key for at, key in enumerate(order) for key in ([None, key] if at in gaps else [key])]
    rows: list[list[Any]] = [["SỞ NỘI VỤ"], [LABELS[key] if key else None for key in places]]
    rows += [[task.get(key) if key else None for key in places] for task in TASKS]

    def hide(sheet: Any) -> None:
        for column in hidden:
            sheet.column_dimensions[chr(65 + column)].hidden = True

    reading = read_bytes(resaved(by_openpyxl(Arranged(rows=rows, where={})), hide), tmp_path)
    assert said(reading) == meant()
    assert reading.tasks is not None
    assert reading.tasks.letters == {key: chr(65 + at) for at, key in enumerate(places) if key}


# --- planted faults -------------------------------------------------------------------------------

FAULTS: tuple[tuple[int, str, Any, str], ...] = (
    (0, "updated_on", "31/11/2026", "C402"),
    (0, "progress", "120%", "C404"),
    (1, "completed_on", "3 tháng 11 năm 2026", "C403"),
    (1, "reported_status", "Xong rồi nhé", "C406"),
    (2, "progress", "khoảng 50%", "C405"),
    (2, "requested_deadline", "sau Tết", "C402"),
    (3, "reported_status", "chưa  THỰC HIỆN", "C407"),
)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda a: a.__name__)
def test_the_same_faults_give_the_same_findings_at_their_cells(arrange: Any, name: str, tmp_path: Path) -> None:
    tasks = [dict(task) for task in TASKS]
    for number, key, value, _ in FAULTS:
        tasks[number][key] = value
    made = arrange(tasks)
    reading = read_bytes(WRITERS[name](made), tmp_path, name)
    wanted = {(rule, made.address(number, key)) for number, key, _, rule in FAULTS}
    found = {(note.rule, note.cell) for note in reading.notes if note.rule in {rule for *_, rule in FAULTS}}
    if name.endswith(".csv"):  # every day of a .csv is text
        found = {pair for pair in found if pair[0] != "C403" or pair in wanted}
    assert found == wanted


@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda a: a.__name__)
def test_formulas_without_a_value_and_error_cells_are_told_at_their_cells(arrange: Any, tmp_path: Path) -> None:
    made = arrange()

    def spoil(sheet: Any) -> None:
        sheet[made.address(0, "narrative")] = "=VLOOKUP(A1,[1]Sheet2!A:B,2,0)"
        sheet[made.address(1, "result")] = "#REF!"
        sheet[made.address(1, "result")].data_type = "e"

    reading = read_bytes(resaved(by_openpyxl(made), spoil), tmp_path)
    assert {note.cell for note in notes(reading, "S212")} == {made.address(0, "narrative"), made.address(1, "result")}
    kept = meant()
    del kept[0]["narrative"], kept[1]["result"]
    assert said(reading) == kept


# --- our own form ---------------------------------------------------------------------------------


def our_form(folder: Path) -> bytes:
    """The form as issued for these four tasks, filled in by hand where the agency fills in."""
    from openpyxl import load_workbook

    from nvbatch.stages.issue import render
    from tests.test_issue import FORM, OFFICE, assignment, figure

    figures = []
    for number, task in enumerate(TASKS, 1):
        made = figure(number)
        fields = {"code": task["task_code"], "content": task["content"], "product": task["product"]}
        figures.append(type(made)(**{**_fields(made), "task": type(made.task)(**{**_fields(made.task), **fields})}))
    render(assignment(*figures), FORM, folder / "cap.xlsx", office=OFFICE)
    book = load_workbook(folder / "cap.xlsx")
    sheet = book[FORM.tasks.name]
    keys = next(row for row in sheet.iter_rows() if sum(cell.value in FORM.tasks.keys for cell in row) > 5)
    at = {cell.value: cell.column for cell in keys}
    for row in sheet.iter_rows(min_row=keys[0].row + 1):
        task = next((t for t in TASKS if row[at["task_code"] - 1].value == t["task_code"]), None)
        for key in FORM.agency_keys if task else ():
            sheet.cell(row[0].row, at[key]).value = task.get(key) if task else None
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
