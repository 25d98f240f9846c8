"""A row by itself, as if it were the only line of its file: for tests that need rows and no workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nvbatch.model import Row, RowSource


def lone_row(
    *,
    row: int,
    values: Mapping[str, Any],
    raw: Mapping[str, str] | None = None,
    incomplete: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    **source: Any,
) -> Row:
    """``source``: the fields of RowSource that every row of its file shares (submission, agency, letters …)."""
    file = RowSource(
        rows=(row,),
        columns={key: (value,) for key, value in values.items()},
        raw={0: raw} if raw else {},
        incomplete={0: incomplete} if incomplete else {},
        flags={0: flags} if flags else {},
        **source,
    )
    return Row(file, 0)


def rewritten(row: Row, **cells: Any) -> Row:
    """The same row, of a file in which every line has these words in these fields."""
    lines = len(row.source.rows)
    columns = {**row.source.columns, **{key: (value,) * lines for key, value in cells.items()}}
    return replace(row, source=replace(row.source, columns=columns, digest=None))
