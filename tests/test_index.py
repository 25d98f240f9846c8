"""The ledger's lines: in order of arrival, and what a held row says as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch.ledger import Part
from nvbatch.model import Finding, Merged, Row, RowSource, Severity
from nvbatch.stages.index import as_written, ledger_parts

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


def parts(merged: Merged, made_by: str = "1") -> list[Part]:
    return ledger_parts((), merged, (), made_by=made_by)["updates"]


def updates(merged: Merged) -> list[tuple[Any, ...]]:
    return [line for part in sorted(parts(merged), key=lambda part: str(part.owner)) for line in part.make()]


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


def test_days_are_told_as_iso_text() -> None:
    columns = {"task_code": ("NV-1", "NV-2"), "completed_on": (date(2025, 3, 1), "hôm qua"), "progress": (40.0, None)}
    told = [line[5:7] for line in updates(accepted(0, 1, columns=columns))]
    assert told == [(40.0, "2025-03-01"), (None, "hôm qua")]


def test_the_lines_can_be_asked_for_again() -> None:
    (part,) = parts(Merged(rows={"NV-1": (Row(source(), 0),)}, held=(), findings=()))
    assert list(part.make()) == list(part.make()) != []


# --- what the lines of a file follow from -----------------------------------------------------------


def accepted(*lines: int, held: tuple[int, ...] = (), **more: Any) -> Merged:
    file = source(**more)
    return Merged(
        rows={str(line): (Row(file, line),) for line in lines},
        held=tuple(Row(file, line) for line in held),
        findings=(),
    )


OTHERWISE: dict[str, tuple[Merged, str]] = {
    "another reading": (accepted(0, 1, digest="e"), "1"),
    "no digest of the reading": (accepted(0, 1), "1"),
    "a line less": (accepted(0, digest="d"), "1"),
    "a line held": (accepted(0, held=(1,), digest="d"), "1"),
    "another code in the register": (accepted(0, 1, digest="d", columns={"task_code": ("NV-1", "NV-3")}), "1"),
    "another program": (accepted(0, 1, digest="d"), "2"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_lines_that_may_be_others_are_made_from_something_else(name: str) -> None:
    (own,), (other,) = parts(accepted(0, 1, digest="d")), parts(*OTHERWISE[name])
    assert own.made_from != other.made_from


def test_in_which_order_rows_came_is_no_matter() -> None:
    (one,), (two,) = parts(accepted(0, 1, digest="d")), parts(accepted(1, 0, digest="d", hour=9))
    assert one == Part(one.owner, two.made_from, one.make) and list(one.make()) == list(two.make())


def test_without_a_digest_all_cells_are_told() -> None:
    (one,), (two,) = (
        parts(accepted(0)),
        parts(accepted(0, columns={"task_code": ("NV-1", "NV-2"), "progress": (1.0, 2.0)})),
    )
    assert (
        one.made_from
        != two.made_from
        == parts(accepted(0, columns={"task_code": ("NV-1", "NV-2"), "progress": (1.0, 2.0)}))[0].made_from
    )


def test_findings_are_parts_of_their_files_and_change_with_each_word() -> None:
    def told(*findings: Finding) -> dict[Any, Part]:
        made = ledger_parts((), Merged(rows={}, held=(), findings=()), findings, made_by="1")["findings"]
        return {part.owner: part for part in made}

    first = Finding(rule="C402", severity=Severity.ERROR, message="", submission="000001-0")
    nobodys = Finding(rule="M603", severity=Severity.WARNING, message="", agency="SNV")
    one, two = told(first, nobodys), told(nobodys, replace(first, waived=True))
    assert one.keys() == two.keys() == {None, "000001-0"}
    assert one[None].made_from == two[None].made_from
    assert one["000001-0"].made_from != two["000001-0"].made_from
