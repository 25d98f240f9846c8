"""The hidden mark and the key/value sheet of a workbook in, Stamp and information by key out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch import values, viet
from nvbatch.form import Column, Form, known_versions, load_form
from nvbatch.grid import BLANK, Grid, letter
from nvbatch.labels import Labels, label_key, labels_of
from nvbatch.model import Note, Stamp
from nvbatch.typed import as_text

_SEARCHED_ROWS, _SEARCHED_COLUMNS = 60, 50
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The form mark as far as there is one, the form to read by, and what is to be said (S201, S202, S203)."""

    stamp: Stamp | None
    form: Form
    notes: tuple[Note, ...] = ()


def read_mark(grids: Sequence[Grid], current: Form, schemas: Path | None) -> Mark:
    """Which form, which version. An unknown or newer version gives the fatal S203."""
    pairs = _pairs(grids, current.stamp_sheet)
    fields = {key: value for key, _, _, value in pairs if key != "issued" and value}
    if not fields.get("form"):
        return Mark(stamp=None, form=current, notes=(Note(rule="S201"),))
    issued: dict[str, dict[str, str]] = {}
    for key, codes, field_key, value in pairs:
        if key == "issued" and field_key and value:
            for code in filter(None, codes.split("\n")):
                issued.setdefault(code, {})[field_key] = value
    keys = ("agency", "program", "period", "issued_at")
    known = {key: fields.get(key) for key in keys if key in current.stamp_fields}
    stamp = Stamp(form=fields["form"], version=fields.get("version", ""), issued=issued, **known)
    return _judge(stamp, current, schemas)


def _judge(stamp: Stamp, current: Form, schemas: Path | None) -> Mark:
    same_form = viet.key(stamp.form) == viet.key(current.form)
    if same_form and stamp.version == current.version:
        return Mark(stamp=stamp, form=current)
    seen = stamp.version if same_form else f"{stamp.form} {stamp.version}".strip()
    versions = known_versions(schemas)
    older = versions[: versions.index(current.version)] if current.version in versions else ()
    if same_form and stamp.version in older:
        note = Note(rule="S202", value=seen, expected=current.version)
        return Mark(stamp=stamp, form=load_form(schemas, stamp.version), notes=(note,))
    return Mark(stamp=stamp, form=current, notes=(Note(rule="S203", value=seen, expected=current.version),))


def _pairs(grids: Sequence[Grid], name: str) -> list[tuple[str, str, str, str]]:
    """Rows of the mark: (key, "", "", value), or ("issued", task codes one below the other, field, value)."""
    found = []
    for grid in grids:
        if grid.name.strip().casefold() != name.casefold():
            continue
        for _, cells in grid.rows:
            words = [as_text(cell) or "" for cell in (*cells[:4], *[BLANK] * 4)[:4]]
            key = words[0].casefold()
            found.append((key, words[1], words[2], words[3]) if key == "issued" else (key, "", "", words[1]))
    return found


# --- sheet Thông tin ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """Sheet Thông tin by key, clean text; days as ISO text."""

    values: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def read_information(grids: Sequence[Grid], form: Form) -> Information:
    """The first sheet that bears the labels of Thông tin: the one so named before any other."""
    named = label_key(form.info.name)
    for grid in sorted(grids, key=lambda g: label_key(g.name) != named):
        found = list(_labelled(grid, form))
        if len({column.key for column, *_ in found}) >= 2 or (found and label_key(grid.name) == named):
            return _typed(grid, found)
    return Information()


def _labelled(grid: Grid, form: Form) -> Iterator[tuple[Column, Any, int, int]]:
    """(field, cell, row, column) for every label, with or without a colon, with what stands right of it."""
    rows = [(number, cells[:_SEARCHED_COLUMNS]) for number, cells in grid.rows[:_SEARCHED_ROWS]]
    fields = _fields(set().union(*(cells for _, cells in rows)), labels_of(form.info))
    for number, cells in rows if fields else ():
        filled = [(at, cell) for at, cell in enumerate(cells) if cell != BLANK]
        keys = [fields.get(cell) if isinstance(cell, str) else None for _, cell in filled]
        for order, key in enumerate(keys):
            if key is None:
                continue
            right = order + 1 < len(filled) and keys[order + 1] is None
            value_at, value = filled[order + 1] if right else (filled[order][0] + 1, BLANK)
            yield form.info.column(key), value, number, value_at


def _fields(cells: Iterable[Any], labels: Labels) -> Mapping[str, str]:
    """Those of many cells that are labels, with or without a colon → their fields."""
    short = (cell for cell in cells if isinstance(cell, str) and 0 < len(cell) < _LONGEST_LABEL)
    return {cell: match.key for cell in short if (match := labels.known(cell.rstrip(" :\n")))}


def _typed(grid: Grid, found: Sequence[tuple[Column, Any, int, int]]) -> Information:
    known: dict[str, str] = {}
    notes: list[Note] = []
    for column, cell, row, at in found:
        if column.key in known or cell == BLANK:
            continue
        if column.type == "date":
            day = values.read_date(cell)
            if day.rule is not None:
                address = f"{letter(at)}{row}"
                expected = day.understood or "ngày/tháng/năm"
                notes.append(
                    Note(rule=day.rule, sheet=grid.name, row=row, column=column.key, cell=address, value=day.raw,
                         expected=expected)
                )  # fmt: skip
            text = day.value.isoformat() if isinstance(day.value, date) else day.raw
        else:
            text = _text(cell)
        if text:
            known[column.key] = text
    return Information(values=known, notes=tuple(notes))


def _text(cell: Any) -> str | None:
    """Text of a value; a day (a period of the daily regime that Excel made a date of) as ISO text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = values.read_text(cell).value
    return None if text is None else str(text)
