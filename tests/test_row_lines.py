"""What a file says line by line is what its rows say one by one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lone_row import lone_row
from snapshot_factory import snapshot

from nvbatch.model import Row

KEYS = ("accountable_head", "supervisor", "assignee")
SHARED = ("submission", "agency", "program", "period", "received_at", "sequence", "file", "sha256", "sheet", "letters")


@given(st.lists(st.tuples(*[st.none() | st.text(max_size=3)] * 2), max_size=5))
def test_the_lines_of_a_file_are_its_rows_and_a_column_that_is_not_there_is_blank(said: list[tuple[str, str]]) -> None:
    model = next(figure.row for figure in snapshot().tasks if figure.row)
    heads, assignees = zip(*said, strict=True) if said else ((), ())
    columns = {"accountable_head": heads, "assignee": assignees}
    file = replace(model.source, rows=tuple(range(len(said))), columns=columns)
    assert file.lines(KEYS) == [tuple(map(Row(file, line).get, KEYS)) for line in range(len(said))]


def test_a_file_without_any_of_the_columns_still_has_its_lines() -> None:
    row = next(figure.row for figure in snapshot().tasks if figure.row)
    alone = lone_row(row=7, values={}, **{key: getattr(row.source, key) for key in SHARED})
    assert alone.source.lines(KEYS) == [(None, None, None)]
