"""The register read once and remembered: what comes out of the cache is what stands in the workbook, or nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nvbatch import register_load
from nvbatch.config import parse_config
from nvbatch.form import Column, load_register_schema
from nvbatch.model import Task
from nvbatch.register import Register
from nvbatch.register_cache import SheetCache, pack, unpack
from nvbatch.register_cells import typed_cell, typed_column
from nvbatch.register_load import build_register, load_register
from nvbatch.register_memory import vanished_codes
from nvbatch.register_sheets import Sheets, typed_sheets
from nvbatch.rules.rule import Hit

CONFIG = parse_config({"office": {"name": "VĂN PHÒNG"}})
SCHEMA = load_register_schema()
ROOM = {sheet.key: sheet for sheet in SCHEMA}

TEXTS = st.one_of(
    st.sampled_from(("NV-1", "nv-1", "NV-2", "NV 2", "SNV", "Sở Nội vụ", "các sở", "CHUNG", "x", "Trọng tâm")),
    st.sampled_from(("31/3/2025", "2025-03-31", "45000", "16h30 ngày 25/03/2025", "1.014", "quý I", "", "  ", "*")),
    st.text("aăÂđ\u0110\u00d0 \t\n\x1f\x1e\x85\u200b\u00a0;-=\u0301", max_size=12),
)
CELLS = st.one_of(
    TEXTS,
    st.dates(date(1899, 1, 1), date(2199, 12, 31)),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)),
    st.times(),
    st.booleans(),
    st.floats(-1, 60_000).map(lambda number: round(number, 2) + 0.0),
    st.none(),
)


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[list[Any]]]:
    """Grids of a register as it should not be: any cell anywhere, rows of any length."""
    grids = {}
    for key, sheet in ROOM.items():
        if sheet.required or draw(st.booleans()):
            labels = [column.label for column in sheet.columns]
            lines = draw(st.lists(st.lists(CELLS, max_size=len(labels)), max_size=6))
            grids[ROOM[key].name] = [labels, *lines]
    return grids


def same(one: Sheets, other: Sheets) -> bool:
    rows = all(one.entries[key] == other.entries[key] for key in ROOM)
    return rows and replace(one, entries={}) == replace(other, entries={})


# --- cells and tasks ------------------------------------------------------------------------------


@given(st.sampled_from([column for sheet in SCHEMA for column in sheet.columns]), st.lists(CELLS, max_size=8))
def test_a_column_means_what_each_of_its_cells_means(column: Column, cells: list[Any]) -> None:
    found, wrong = typed_column(cells, column)
    alone = [(None, "") if cell in (None, "") else typed_cell(cell, column) for cell in cells]
    assert [(value, wrong.get(line, "")) for line, value in enumerate(found)] == alone
    assert [type(value) for value in found] == [type(value) for value, _ in alone]


def test_truth_and_one_are_two_things_in_one_column() -> None:
    code = ROOM["tasks"].column("task_code")
    assert typed_column([True, 1.0, "1", 0.0, False], code)[0] == ["Có", "1", "1", "0", "Không"]


@settings(max_examples=40)
@given(registers())
def test_tasks_are_the_values_that_their_constructor_makes(grids: dict[str, list[list[Any]]]) -> None:
    register, _ = build_register(typed_sheets(grids, SCHEMA, "register.xlsx"), CONFIG)
    for code, task in register.tasks.items():
        assert task == Task(**{f.name: getattr(task, f.name) for f in fields(Task)})
        assert task.code == code


# --- in and out -----------------------------------------------------------------------------------


@settings(max_examples=80)
@given(registers())
def test_a_remembered_register_is_the_one_that_was_read(grids: dict[str, list[list[Any]]]) -> None:
    sheets = replace(typed_sheets(grids, SCHEMA, "register.xlsx"), sha256="ab" * 32)
    again = unpack(pack(sheets), SCHEMA)
    assert same(again, sheets)
    assert build_register(again, CONFIG) == build_register(sheets, CONFIG)


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    packed = pack(typed_sheets(grids_of([("NV-1", "SNV")]), SCHEMA, "register.xlsx"))
    at = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(ValueError):
        unpack(packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :], SCHEMA)


# --- files ----------------------------------------------------------------------------------------


def grids_of(tasks: Sequence[tuple[str, str]]) -> dict[str, list[list[Any]]]:
    labels = [column.label for column in ROOM["tasks"].columns]
    at = {column.key: place for place, column in enumerate(ROOM["tasks"].columns)}
    lines = []
    for code, lead in tasks:
        line: list[Any] = [""] * len(labels)
        line[at["task_code"]], line[at["lead_agency"]], line[at["content"]] = code, lead, f"Việc {code}"
        line[at["doc_date"]], line[at["deadline_text"]] = date(2025, 1, 5), "trong Quý I"
        lines.append(line)
    agencies = [[c.label for c in ROOM["agencies"].columns[:4]], ["SNV", "Sở Nội vụ", "Sở NV; NV", "Tỉnh"]]
    return {"Cơ quan": agencies, "Nhiệm vụ": [labels, *lines]}


def write(path: Path, tasks: Sequence[tuple[str, str]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in grids_of(tasks).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path


def remembered(folder: Path) -> list[Path]:
    return sorted((folder / register_load.REGISTERS).glob("*"))


def load(path: Path, cache: Path | None, *, keep: bool = True) -> tuple[Register, tuple[Hit, ...]]:
    register, hits, sheets = load_register(path, CONFIG, cache=cache, keep=keep)
    assert sheets.header_rows["tasks"] == 1
    return register, hits


def test_the_same_bytes_are_read_once_and_mean_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV"), ("NV-1", "?"), ("NV-2", "Sở lạ")]), tmp_path / "c"
    plain = load(path, None)
    assert load(path, cache) == plain
    monkeypatch.setattr(register_load, "sheets_of", lambda *_: pytest.fail("read again"))
    assert load(path, cache) == plain
    assert len(plain[1]) == 4  # a doubled code, an unknown agency, two documents without number


def test_a_changed_register_is_read_anew(tmp_path: Path) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV")]), tmp_path / "c"
    load(path, cache)
    assert set(load(write(path, [("NV-2", "SNV")]), cache)[0].tasks) == {"NV-2"}


def test_only_who_may_write_leaves_something_behind(tmp_path: Path) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV")]), tmp_path / "c"
    load(path, cache, keep=False)
    assert not cache.exists()


@pytest.mark.parametrize("harm", [b"", b"nothing", b"x" * 40])
def test_a_damaged_file_is_as_good_as_not_there(tmp_path: Path, harm: bytes) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV")]), tmp_path / "c"
    plain = load(path, cache)
    [kept] = remembered(cache)
    kept.write_bytes(harm)
    assert load(path, cache) == plain
    assert len(kept.read_bytes()) > len(harm)


def test_the_file_of_another_register_is_not_believed(tmp_path: Path) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV")]), tmp_path / "c"
    load(path, cache)
    [kept] = remembered(cache)
    load(write(tmp_path / "other.xlsx", [("NV-9", "SNV")]), cache)
    [other] = [place for place in remembered(cache) if place != kept]
    kept.write_bytes(other.read_bytes())
    assert set(load(path, cache)[0].tasks) == {"NV-1"}


def test_a_schema_of_its_own_has_its_own_memory(tmp_path: Path) -> None:
    path, cache = write(tmp_path / "register.xlsx", [("NV-1", "SNV")]), tmp_path / "c"
    load(path, cache)
    schema = tuple(replace(sheet, purpose="khác") for sheet in SCHEMA)
    [sha] = [place.name.partition("-")[0] for place in remembered(cache)]
    assert SheetCache(cache / register_load.REGISTERS, SCHEMA).load(sha) is not None
    assert SheetCache(cache / register_load.REGISTERS, schema).load(sha) is None


def test_registers_that_nobody_asks_for_any_more_go(tmp_path: Path) -> None:
    path, cache = tmp_path / "register.xlsx", tmp_path / "c"
    for number in range(12):
        load(write(path, [(f"NV-{number}", "SNV")]), cache)
        for age, place in enumerate(sorted(remembered(cache), key=lambda place: place.stat().st_mtime_ns)):
            os.utime(place, (1_000_000_000 + number * 100 + age,) * 2)
    assert len(remembered(cache)) == 8
    load(path, cache)
    assert set(load(path, cache)[0].tasks) == {"NV-11"}


def test_a_disk_that_refuses_costs_nothing_but_time(tmp_path: Path) -> None:
    path = write(tmp_path / "register.xlsx", [("NV-1", "SNV")])
    blocked = tmp_path / "c"
    blocked.write_text("no folder")
    assert load(path, blocked) == load(path, None)


def test_a_code_with_a_space_has_not_vanished() -> None:
    register, _ = build_register(typed_sheets(grids_of([("NV 01", "SNV")]), SCHEMA, "register.xlsx"), CONFIG)
    assert vanished_codes({"NV 01": "", "nv  01": "", "NV 02": ""}, register) == ("NV 02",)


def test_times_and_lists_come_back_as_they_were() -> None:
    programs: list[list[Any]] = [["Mã chương trình", "Tên chương trình", "Chế độ báo cáo", "Giờ chốt"]]
    programs += [["A", "B", "Tuần", time(16, 30)], ["C", "D", "Quý", "16h"]]
    sheets = typed_sheets({**grids_of([]), "Chương trình": programs}, SCHEMA, "register.xlsx")
    again = unpack(pack(sheets), SCHEMA)
    assert [row["cutoff"] for row in again.entries["programs"]] == ["16:30", "16:00"]
    assert again.entries["agencies"][0]["aliases"] == ("Sở NV", "NV")
