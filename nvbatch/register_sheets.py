"""register.xlsx in, plain typed rows by sheet out, each row remembering its Excel row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from nvbatch import values, viet
from nvbatch.form import Column, Sheet

HEADER_ROWS = 20  # the header is looked for under a title block of at most this many rows


class RegisterError(Exception):
    """The register cannot be used at all; the text is Vietnamese and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled row of a register sheet: typed values by key (None when blank)."""

    row: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something unreadable on a register row: shown to the Office, the row counts as far as it can."""

    sheet: str
    row: int
    column: str
    letter: str
    value: str
    what: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """All sheets by their key (``agencies``, ``tasks`` …); ``letters``: sheet key → field → column letter."""

    entries: Mapping[str, tuple[Entry, ...]]
    letters: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    troubles: tuple[Trouble, ...] = ()
    missing: tuple[str, ...] = field(default_factory=tuple)
    header_rows: Mapping[str, int] = field(default_factory=dict)  # sheet key → Excel row of its header


def read_sheets(path: Path, schema: Sequence[Sheet]) -> Sheets:
    """Every sheet of the schema that stands in the workbook. Raises RegisterError when it cannot be used."""
    return typed_sheets(_grids(path), schema, path.name)


def typed_sheets(grids: Mapping[str, Sequence[Sequence[Any]]], schema: Sequence[Sheet], name: str) -> Sheets:
    """Rows of cells by sheet ("" when blank, from A1) → typed rows. ``name``: the file, for what is said of it."""
    by_label = {viet.label_key(title): grid for title, grid in grids.items()}
    entries: dict[str, tuple[Entry, ...]] = {}
    letters: dict[str, Mapping[str, str]] = {}
    troubles: list[Trouble] = []
    for sheet in schema:
        grid = by_label.get(viet.label_key(sheet.name))
        if grid is None:
            if sheet.required:
                raise RegisterError(f"{name}: thiếu trang «{sheet.name}». Thêm trang này theo mẫu của «nvbatch init».")
            entries[sheet.key], letters[sheet.key] = (), {}
            continue
        found, columns = _header(grid, sheet)
        _demand_columns(name, sheet, columns)
        entries[sheet.key] = tuple(_entries(grid, found, columns, sheet, troubles))
        letters[sheet.key] = {key: _letter(index) for key, index in columns.items()}
    return Sheets(entries, letters, {s.key: s.name for s in schema}, tuple(troubles))


def _grids(path: Path) -> dict[str, list[list[Any]]]:
    from nvbatch.sheets import plain_grids

    try:
        return plain_grids(path)
    except FileNotFoundError:
        raise RegisterError(f"Không thấy sổ đăng ký «{path.name}». Chạy «nvbatch init» để tạo mẫu.") from None
    except Exception as error:  # the library's errors share no base class
        raise RegisterError(
            f"{path.name}: không mở được ({type(error).__name__}). Kiểm tra tệp có mở được trong Excel không."
        ) from None


def _header(grid: Sequence[Sequence[Any]], sheet: Sheet) -> tuple[int, dict[str, int]]:
    wanted = {viet.label_key(c.label): c.key for c in sheet.columns}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(grid[:HEADER_ROWS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(cells):
            key = wanted.get(viet.label_key(str(cell))) if cell != "" else None
            if key is not None and key not in columns:
                columns[key] = index
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _demand_columns(name: str, sheet: Sheet, columns: Mapping[str, int]) -> None:
    lacking = [c.label for c in sheet.columns if c.required and c.key not in columns]
    if lacking and (columns or sheet.required):
        names = ", ".join(f"«{label}»" for label in lacking)
        raise RegisterError(f"{name}, trang «{sheet.name}»: thiếu cột bắt buộc {names}. Thêm lại tiêu đề cột đúng tên.")


def _entries(
    grid: Sequence[Sequence[Any]], header: int, columns: Mapping[str, int], sheet: Sheet, troubles: list[Trouble]
) -> list[Entry]:
    by_key = {c.key: c for c in sheet.columns}
    picked = [(key, index, by_key[key]) for key, index in columns.items()]
    rows = []
    for number, cells in enumerate(grid[header + 1 :], start=header + 2):
        typed: dict[str, Any] = {}
        for key, index, column in picked:
            cell = cells[index] if index < len(cells) else ""
            if cell is None or cell == "":
                continue
            value, what = _typed(cell, column)
            if what:
                troubles.append(Trouble(sheet.name, number, key, _letter(index), str(cell), what))
            if value is not None:
                typed[key] = value
        if typed:
            rows.append(Entry(number, typed))
    return rows


def _typed(cell: Any, column: Column) -> tuple[Any, str]:
    """The cell as its column wants it, and what is wrong with it (empty: nothing)."""
    if column.type == "date":
        read = values.read_date(cell)
        return read.value, "" if read.value is not None else "không đọc được ngày"
    if column.type == "datetime":
        return _moment(cell)
    if column.type == "int":
        return _whole(cell)
    if column.type == "time":
        return (cell.strftime("%H:%M") if isinstance(cell, (time, datetime)) else str(cell).strip()), ""
    text = values.read_text(cell).value
    if column.type == "mark":
        return (True if text and viet.key(text) not in ("không", "khong", "0", "false") else None), ""
    if column.type == "list" and text:
        return tuple(part for part in (p.strip() for p in text.split(";")) if part), ""
    if column.type == "choice" and text:
        read = values.read_choice(text, column)
        return read.value, "" if read.rule != "C406" else f"không có trong danh sách: {', '.join(column.choices)}"
    return text, ""


def _moment(cell: Any) -> tuple[datetime | None, str]:
    if isinstance(cell, datetime):
        return cell, ""
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day), ""
    text = str(cell).strip()
    for pattern in ("%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y %Hh%M", "%Hh%M %d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern), ""
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text), ""
    except ValueError:
        pass
    day = values.read_date(cell).value
    return (datetime(day.year, day.month, day.day), "") if day else (None, "không đọc được thời điểm")


def _whole(cell: Any) -> tuple[int | None, str]:
    try:
        number = float(str(cell).strip().replace(",", ".")) if isinstance(cell, str) else float(cell)
    except (TypeError, ValueError):
        return None, "không phải là số"
    return (int(number), "") if number == int(number) else (None, "không phải là số nguyên")


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
