"""A long sheet reads like one of XlsxWriter's own, whatever stands in its rows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nvbatch.celltext import text
from nvbatch.longsheet import LongSheet, Stream
from nvbatch.xlsx import BODY, Look, new_workbook

pytestmark = pytest.mark.filterwarnings("error")
AT = datetime(2026, 11, 20, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DAY = Look(number="dd/mm/yyyy hh:mm")


class Word(StrEnum):
    YES = "có"


def streamed(path: Path, rows: list[list[Any]], look: Look = BODY) -> Path:
    with new_workbook(path, title="Thử", created=AT, scratch=path.parent) as book:
        ws = book.sheet("Dài", kind=LongSheet)
        book.write_row(ws, 0, ["đầu", "cột"])
        with Stream(book, ws, 1, 4) as stream:
            for row in rows:
                stream.append(row, [stream.style(look)] * len(row), 30.0)
    return path


def ordinary(path: Path, rows: list[list[Any]], look: Look = BODY) -> Path:
    with new_workbook(path, title="Thử", created=AT) as book:
        ws = book.sheet("Dài")
        book.write_row(ws, 0, ["đầu", "cột"])
        for at, row in enumerate(rows, 1):
            book.write_row(ws, at, row, look, height=30.0)
    return path


def read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Dài").to_python(skip_empty_area=False)


def _seen(cell: Any) -> tuple[Any, ...]:
    return cell.coordinate, cell.value, cell.number_format, cell.font.name, cell.quotePrefix, cell.border.left.style


CELLS = st.one_of(
    st.none(),
    st.text(min_size=1, max_size=30),
    st.sampled_from(["=1+1", "<r>x</r>", "_x0041_x0042_", "_x000D_", "- gạch đầu dòng", "hai\ndòng"]),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**8), 10**8).map(lambda n: n / 1000),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6))
def test_rows_read_as_if_xlsxwriter_had_written_them(tmp_path: Path, rows: list[list[Any]]) -> None:
    assert read(streamed(tmp_path / "a.xlsx", rows)) == read(ordinary(tmp_path / "b.xlsx", rows))


def test_looks_heights_and_addresses_are_those_of_an_ordinary_sheet(tmp_path: Path) -> None:
    rows = [["=1", 3, None, "chữ"], [date(2026, 3, 5), 1.5, "chữ", None]]
    sheets = [openpyxl.load_workbook(make(tmp_path / "a.xlsx", rows))["Dài"] for make in (streamed, ordinary)]
    one, two = ([_seen(cell) for line in ws.iter_rows() for cell in line] for ws in sheets)
    assert one == two
    assert [sheets[0].row_dimensions[row].height for row in (2, 3)] == [30.0, 30.0]


def test_moments_lose_their_zone_and_words_stay_words(tmp_path: Path) -> None:
    ws = openpyxl.load_workbook(streamed(tmp_path / "a.xlsx", [[AT, Word.YES, True, False]], DAY))["Dài"]
    assert [c.value for c in ws[2]] == [datetime(2026, 11, 20, 17, 0), "có", "Có", "Không"]


def test_days_before_excels_calendar_and_numbers_that_are_none_are_written_as_such(tmp_path: Path) -> None:
    row = [date(1899, 1, 31), date(1900, 2, 28), float("nan"), float("inf")]
    ws = openpyxl.load_workbook(streamed(tmp_path / "a.xlsx", [row]))["Dài"]
    assert [c.value for c in ws[2]] == ["31/01/1899", "28/02/1900", None, None]


def test_text_too_long_for_a_cell_is_cut_where_it_can_be_seen(tmp_path: Path) -> None:
    assert read(streamed(tmp_path / "a.xlsx", [["a" * 40_000]]))[1][0] == text("a" * 40_000)


def test_rows_may_end_early_and_nothing_but_the_workbook_remains(tmp_path: Path) -> None:
    assert read(streamed(tmp_path / "a.xlsx", [["một"], ["một", "hai", 3, 4]])) == [
        ["đầu", "cột", "", ""],
        ["một", "", "", ""],
        ["một", "hai", 3.0, 4.0],
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_table_spans_its_rows_without_a_note_for_every_cell(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "a.xlsx", title="Thử", created=AT) as book:
        ws = book.sheet("Dài", kind=LongSheet)
        book.write_row(ws, 0, ["A", "B"])
        with Stream(book, ws, 1, 2) as stream:
            for number in range(500):
                stream.append([number, "x"], [stream.style(BODY)] * 2, 15.0)
        ws.add_long_table(0, 500, 1, {"name": "Bang", "columns": [{"header": "A"}, {"header": "B"}]})
        assert len(ws.table_cells) < 10
    (table,) = openpyxl.load_workbook(tmp_path / "a.xlsx")["Dài"].tables.values()
    assert (table.ref, table.autoFilter.ref) == ("A1:B501", "A1:B501")
