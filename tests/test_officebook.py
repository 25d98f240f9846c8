"""A workbook of the Office's own is read column by column; what the patterns do not cover, calamine reads alike."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from nvbatch.grid import SheetColumns, Unreadable
from nvbatch.officebook import OfficeBook
from nvbatch.sheets import plain_grids

ROWS = [
    ["Mã", "Nội dung", "Ngày", "Số", "Đúng"],
    ["NV-1", "Rà soát,  tổng hợp <&> «trích»", date(2025, 3, 1), 12.5, True],
    [],
    ["NV-2", "", None, None, None],
    ["NV-3", " khoảng trắng ", datetime(2025, 3, 1, 16, 30), 0, False],
]


def book(rows: list[list[Any]], **options: bool) -> bytes:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, **options})
    sheet, other = made.add_worksheet("Nhiệm vụ"), made.add_worksheet("Khác")
    day = made.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    styled = made.add_format({"bold": True})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            else:
                sheet.write(row, column, cell, *(() if cell is not None else (styled,)))
    other.write(0, 0, "một mình")
    made.close()
    return stream.getvalue()


def rows_of(columns: SheetColumns) -> dict[int, list[Any]]:
    """Excel row → its cells, as far as something stands in it."""
    lines = zip(columns.numbers, zip(*columns.columns, strict=True), strict=True)
    return {number: list(cells) for number, cells in lines if any(cell != "" for cell in cells)}


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(stream, "w") as made:
        for name in given.namelist():
            content = given.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("in_cells", [False, True])
def test_its_columns_hold_what_calamine_sees(in_cells):
    data = book(ROWS, constant_memory=in_cells)
    seen = OfficeBook(data)
    assert list(seen) == ["Nhiệm vụ", "Khác"]
    for name, rows in plain_grids(data).items():
        assert rows_of(seen[name]) == rows_of(SheetColumns.of_rows(rows))


def test_many_rows_come_in_pieces_of_different_width():
    rows = [[f"NV-{n}", "x" * 90, *(["thêm"] * (n % 7))] for n in range(30_000)]
    data = book(rows)
    found = OfficeBook(data)["Nhiệm vụ"]
    assert rows_of(found) == rows_of(SheetColumns.of_rows(plain_grids(data)["Nhiệm vụ"]))
    assert len(found.numbers) == 30_000


def test_wide_rows_far_down_are_read_whole():
    rows: list[list[Any]] = [["NV", "ngắn"]] * 2_000 + [[f"cột {n}" for n in range(60)]]
    assert rows_of(OfficeBook(book(rows))["Nhiệm vụ"])[2_001] == rows[-1]


def test_a_sheet_out_of_the_ordinary_is_left_to_calamine():
    part, data = "xl/worksheets/sheet1.xml", book(ROWS)
    odd = changed(data, part, b"</row>", b"<!-- x --></row>")
    plain = rows_of(OfficeBook(data)["Nhiệm vụ"])
    assert rows_of(OfficeBook(odd)["Nhiệm vụ"]) == plain


def test_what_is_no_workbook_cannot_be_read():
    for data in (b"", b"PK\x03\x04 gone", Path(__file__).read_bytes()):
        with pytest.raises(Unreadable):
            OfficeBook(data)
