"""A workbook of an older version of the form is read by the labels of its day and goes on in the present fields."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nvbatch import form
from nvbatch.form import load_form
from nvbatch.model import Reading
from tests.sheet_factory import notes, read_bytes, rules, xlsx

NOW, THEN = load_form(), load_form(version="0")
TASK = {
    "no": 1,
    "task_code": "NV-2026-0001",
    "assigning_doc": "1313/UBND-KSTT ngày 24/02/2026",
    "deadline": "Quý IV/2026",
}
PEOPLE = {"accountable_head": "Đỗ Mẫu", "supervisor": "Trần Thử", "assignee": "Lê Ví Dụ"}
FILLED = {  # as the agency filled it in, by the keys of version 0
    **TASK,
    **PEOPLE,
    "content": "Tham mưu ban hành Kế hoạch về chuyển đổi số",
    "updated_on": date(2026, 11, 18),
    "situation": "Đã ban hành Kế hoạch, đang phổ biến tới các xã",
    "progress": 100,
    "status": "Hoàn thành",
    "done_on": date(2026, 11, 17),
    "result": "Kế hoạch đã ban hành",
    "evidence": "15/KH-SNV ngày 17/11/2026",
}


def workbook_of_those_days(version: str | None = "0", **changed: Any) -> bytes:
    """Title, hidden keys, labels and one filled row, drawn from the schema of version 0; ``None``: without the mark."""
    columns, filled = THEN.tasks.columns, {**FILLED, **changed}
    mark = {"form": "BM01", "version": version, "agency": "SNV", "program": "CHUNG", "period": "2026-W47"}
    issued = [["issued", TASK["task_code"], key, name] for key, name in (*PEOPLE.items(), ("situation", "Mới giao"))]
    sheets = {
        THEN.info.name: [["Mã đơn vị", "SNV"], ["Ngày báo cáo", date(2026, 11, 18)], ["Người lập biểu", "Lê Ví Dụ"]],
        THEN.tasks.name: [
            [THEN.title],
            [],
            [column.key for column in columns],
            [column.label for column in columns],
            [filled.get(column.key) for column in columns],
        ],
        THEN.stamp_sheet: [*map(list, mark.items()), *issued],
    }
    return xlsx({name: rows for name, rows in sheets.items() if version or name != THEN.stamp_sheet})


def first(reading: Reading, key: str) -> Any:
    assert reading.tasks is not None
    return reading.tasks.values[key][0]


def test_a_workbook_of_version_0_goes_on_in_the_fields_of_today(tmp_path: Path) -> None:
    reading = read_bytes(workbook_of_those_days(), tmp_path)
    assert rules(reading) == {"S202"}
    (note,) = notes(reading, "S202")
    assert (note.value, note.expected) == ("0", NOW.version)
    assert reading.info == {"agency_code": "SNV", "prepared_on": "2026-11-18", "focal_point": "Lê Ví Dụ"}
    assert reading.tasks is not None and set(reading.tasks.values) <= set(NOW.tasks.keys)
    assert first(reading, "narrative") == FILLED["situation"]
    assert first(reading, "reported_status") == "Đã hoàn thành"
    assert first(reading, "completed_on") == FILLED["done_on"]
    assert first(reading, "result_doc") == FILLED["evidence"]
    assert first(reading, "assigning_doc") == "1313/UBND-KSTT ngày 24/02/2026"
    assert first(reading, "progress") == 100.0
    assert reading.tasks.raw[0, "reported_status"] == "Hoàn thành"


def test_its_cells_keep_their_addresses_under_the_new_names(tmp_path: Path) -> None:
    reading = read_bytes(workbook_of_those_days(done_on="31/11/2026", status="hoàn THÀNH"), tmp_path)
    assert reading.tasks is not None
    (bad,) = notes(reading, "C402")
    (spelled,) = notes(reading, "C407")
    row = reading.tasks.rows[0]
    assert (bad.column, bad.cell) == ("completed_on", reading.tasks.cell(row, "completed_on"))
    assert (spelled.column, spelled.expected) == ("reported_status", "Đã hoàn thành")
    assert first(reading, "reported_status") == "Đã hoàn thành"


def test_what_was_written_in_when_issued_is_known_by_the_new_names(tmp_path: Path) -> None:
    reading = read_bytes(workbook_of_those_days(), tmp_path)
    assert reading.stamp is not None
    assert reading.stamp.issued["NV-2026-0001"] == {**PEOPLE, "narrative": "Mới giao"}


def test_without_its_mark_nobody_knows_what_its_labels_meant_then(tmp_path: Path) -> None:
    """«Ngày báo cáo» is no label of today: the column that it stood for is missed, not guessed."""
    reading = read_bytes(workbook_of_those_days(None), tmp_path)
    assert reading.tasks is None and "updated_on" in {note.column for note in notes(reading, "S205")}


def test_every_field_of_an_older_version_goes_on_somewhere() -> None:
    for old, new in ((THEN.tasks, NOW.tasks), (THEN.changes, NOW.changes), (THEN.info, NOW.info)):
        assert {THEN.carried.get(key, key) for key in old.keys} <= set(new.keys)
    for key, words in THEN.words.items():
        assert set(words) == set(THEN.tasks.column(key).choices)
        assert set(words.values()) <= set(NOW.tasks.column(THEN.carried.get(key, key)).choices)


@pytest.mark.parametrize("version", ["2", "1.1", "khác"])
def test_versions_that_nobody_knows_are_refused_by_name(version: str, tmp_path: Path) -> None:
    reading = read_bytes(workbook_of_those_days(version), tmp_path)
    (note,) = notes(reading, "S203")
    assert (note.value, note.expected) == (version, NOW.version) and reading.tasks is None


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[1] / "schemas").glob("*.yaml")), ids=lambda p: p.name)
def test_a_schema_says_the_same_where_libyaml_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = form._said(path.read_text(encoding="utf-8"))
    monkeypatch.delattr("yaml.CSafeLoader", raising=False)
    assert form._said(path.read_text(encoding="utf-8")) == said
