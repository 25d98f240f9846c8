"""The ledger's lines: in order of arrival, and what a held row says as JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nvbatch.model import Merged, Row, RowSource
from nvbatch.stages.index import as_written, ledger_lines

VALUES = st.none() | st.text(max_size=12) | st.floats(0, 100) | st.dates()


def source(name: str = "000001-0", *, hour: int = 8, sequence: int = 1, **more: Any) -> RowSource:
    facts: dict[str, Any] = {
        "submission": name,
        "agency": "SNV",
        "program": "CHUNG",
        "period": "2025-W11",
        "received_at": datetime(2025, 3, 13, hour, tzinfo=UTC),
        "sequence": sequence,
        "file": "bao-cao.xlsx",
        "sha256": "0" * 64,
        "sheet": "Nhiệm vụ",
        "letters": {"task_code": "B"},
        "rows": (12, 13),
        "columns": {"task_code": ("NV-1", "NV-2")},
    }
    return RowSource(**(facts | more))


def updates(merged: Merged) -> list[tuple[Any, ...]]:
    return list(ledger_lines((), merged, ())["updates"])


@given(st.dictionaries(st.text(max_size=8), st.tuples(VALUES, VALUES), min_size=1))
def test_each_line_is_the_json_of_its_cells_without_the_blank_ones(columns: dict[str, tuple[Any, Any]]) -> None:
    for line in (0, 1):
        cells = {key: values[line] for key, values in columns.items() if values[line] is not None}
        assert as_written(source(columns=columns), line) == json.dumps(
            cells, ensure_ascii=False, sort_keys=True, default=date.isoformat
        )


def test_what_lost_something_when_it_was_read_stands_as_it_was_displayed() -> None:
    columns = {"task_code": ("NV-1", "NV-2"), "progress": (None, 40.0), "note": (None, "cũ")}
    read = source(columns=columns, raw={0: {"progress": "trăm phần"}})
    assert [json.loads(as_written(read, line)) for line in (0, 1)] == [
        {"task_code": "NV-1", "progress": "trăm phần"},
        {"task_code": "NV-2", "progress": 40.0, "note": "cũ"},
    ]


def test_rows_stand_in_order_of_arrival_then_of_their_sheet_and_held_ones_among_them() -> None:
    late, early, beside = source("000002-0", hour=9, sequence=2), source(), source("000001-1")
    merged = Merged(
        rows={"NV-1": (Row(early, 0), Row(late, 0)), "NV-2": (Row(beside, 1), Row(late, 1))},
        held=(Row(early, 1), Row(beside, 0)),
        findings=(),
    )
    assert [(line[0], line[3], line[7]) for line in updates(merged)] == [
        ("000001-0", 12, "merged"),
        ("000001-0", 13, "held"),
        ("000001-1", 12, "held"),
        ("000001-1", 13, "merged"),
        ("000002-0", 12, "merged"),
        ("000002-0", 13, "merged"),
    ]


def test_only_held_rows_are_told_in_full() -> None:
    merged = Merged(rows={"NV-1": (Row(source(), 0),)}, held=(Row(source("000002-0"), 1),), findings=())
    assert [line[-1] for line in updates(merged)] == [None, '{"task_code": "NV-2"}']


def test_the_lines_can_be_asked_for_again() -> None:
    lines = ledger_lines((), Merged(rows={"NV-1": (Row(source(), 0),)}, held=(), findings=()), ())["updates"]
    assert list(lines) == list(lines) != []
