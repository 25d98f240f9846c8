"""The sheets of a workbook in, those that may hold the task table out, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from nvbatch import values, viet
from nvbatch.form import Form, Sheet
from nvbatch.grid import Grid
from nvbatch.headers import Columns, Header, find_header, settle
from nvbatch.labels import label_key
from nvbatch.rowkinds import Rows, sort_rows
from nvbatch.tables import at, fill_down
from nvbatch.typed import as_text

# Fewer recognised labels than this make no task table of a sheet that does not bear its name.
_ENOUGH_LABELS = 4
_TITLE_LINES, _TITLE_WIDTH = 30, 100
_OUR_LISTS = ("_danhmuc",)
_OUR_OTHER_SHEETS = ("Hướng dẫn", "Bản trình duyệt", "Nội dung cần chỉnh sửa")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A sheet that may hold the task table; ``named``: it bears the form's own name."""

    grid: Grid
    header: Header
    columns: Columns
    rows: Rows
    named: bool
    title: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Does it hold tasks that can be placed?"""
        return bool(self.rows.data) and "task_code" in self.header.fields

    def rank(self, period: tuple[str, int] | None) -> tuple[bool | int | float, ...]:
        """What people mean of several: seen by them, named like the form, of the period, the newest, no copy."""
        says = period is not None and period in (period_in(text) for text in (self.grid.name, *self.title))
        said = period_in(self.grid.name)
        return (
            self.complete,
            self.grid.visible,
            self.named,
            says,
            self.newest,
            said[1] if said else 0,
            not re.search(r"\(\d+\)\s*$", self.grid.name),
            "task_code" in self.header.fields,
            self.header.score,
        )

    @cached_property
    def newest(self) -> int:
        """The day on which half of its rows had been updated, one typing error apart; 0 when no row says."""
        claim = self.columns.taken.get("updated_on")
        cells = [at(row, claim.column) for _, row in self.rows.data] if claim else []
        days = sorted(day.toordinal() for cell in cells if isinstance(day := values.read_date(cell).value, date))
        return days[len(days) // 2] if days else 0


def candidates(grids: Sequence[Grid], form: Form, period: str | None = None) -> list[Candidate]:
    """Every sheet with a header of sheet Nhiệm vụ, the likeliest first. ``period`` is the one that the file names."""
    others = {label_key(name) for name in (form.info.name, form.changes.name, form.stamp_sheet, *_OUR_OTHER_SHEETS)}
    found = []
    for grid in grids:
        named = label_key(grid.name) == label_key(form.tasks.name)
        header = find_header(grid, form.tasks) if named or label_key(grid.name) not in others else None
        if header is not None and (named or len(header.fields) >= _ENOUGH_LABELS):
            found.append(_candidate(grid, header, form.tasks, named))
    if len(found) < 2:
        return found
    wanted = period_in(period or "")
    return sorted(found, key=lambda candidate: candidate.rank(wanted), reverse=True)


def unread_sheets(names: Sequence[str], form: Form) -> frozenset[str]:
    """Sheets of a workbook of ours that say nothing of the agency's: the guide, the print for approval, the lists."""
    ours = {form.tasks.name, form.info.name, form.changes.name, form.stamp_sheet}
    return frozenset(_OUR_OTHER_SHEETS + _OUR_LISTS) if ours.issubset(names) else frozenset()


def _candidate(grid: Grid, header: Header, sheet: Sheet, named: bool) -> Candidate:
    places = {claim.key: claim.column for claim in reversed(header.claims)}
    rows = sort_rows(fill_down(grid, header.row, places), places, header.headers, sheet)
    title = _title(grid, header, sheet)
    columns = settle(header, rows.data)
    return Candidate(grid=grid, header=header, columns=columns, rows=rows, named=named, title=title)


def _title(grid: Grid, header: Header, sheet: Sheet) -> tuple[str, ...]:
    """Texts above the header, without the hidden row of field keys that our own form bears there."""
    keys = frozenset(sheet.keys)
    above = [cells for number, cells in grid.rows if number < header.first_row and sum(c in keys for c in cells) < 3]
    lines = (as_text(cell) for cells in above for cell in cells[:_TITLE_WIDTH])
    return tuple(viet.clean(line) for line in lines if line)[:_TITLE_LINES]


# --- the period that a sheet's name or title says ---------------------------------------------------

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PERIODS = (
    ("week", re.compile(r"(?:tuần(?: thứ)?\s*|\d{4}-?w|\bw)0?(\d{1,2})(?!\d)")),
    ("quarter", re.compile(r"(?:quý\s*|\d{4}-?q|\bq)(iv|i{1,3}|[1-4])(?![\w])")),
    ("month", re.compile(r"(?:tháng\s*|\bt\.?\s?|\d{4}-)0?(\d{1,2})(?![\d\w])")),
)


def period_in(text: str) -> tuple[str, int] | None:
    """("week", 12) for «Tuần 12», «2025-W12» …, whatever the year; None where no period is named."""
    key = viet.clean(text).casefold()
    for kind, pattern in _PERIODS:
        if found := pattern.search(key):
            return kind, _ROMAN.get(found[1]) or int(found[1])
    return None
