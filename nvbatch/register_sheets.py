"""register.xlsx in, plain typed rows by sheet out, each row remembering its Excel row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from nvbatch import values, viet
from nvbatch.calendar import read_clock
from nvbatch.form import Column, Sheet
from nvbatch.rules.rule import Hit

_PLAIN = frozenset({"text", "long", "code", "deadline"})  # types whose cells are texts and nothing else
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
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Sheets:
    """All sheets by their key (``agencies``, ``tasks`` …); ``letters``: sheet key → field → column letter."""

    entries: Mapping[str, tuple[Entry, ...]]
    letters: Mapping[str, Mapping[str, str]]
    schema: tuple[Sheet, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    missing: tuple[str, ...] = field(default_factory=tuple)

    @property
    def names(self) -> Mapping[str, str]:
        """Sheet key → its name."""
        return {sheet.key: sheet.name for sheet in self.schema}

    header_rows: Mapping[str, int] = field(default_factory=dict)  # sheet key → Excel row of its header


def hit_on(sheets: Sheets, key: str, entry: Entry, column: str, what: str, advice: str, **more: Any) -> Hit:
    """What stands wrong (G807) in a cell of the register, and how to mend it."""
    letter = sheets.letters[key].get(column)
    value = entry[column]
    return Hit(
        sheet=sheets.names[key],
        row=entry.row,
        cell=f"{letter}{entry.row}" if letter else None,
        column=column,
        value=None if value is None else values.display(value),
        args={"what": what, "advice": advice},
        **more,
    )


def trouble_hits(sheets: Sheets) -> tuple[Hit, ...]:
    """Cells of the register that could not be read."""
    return tuple(
        Hit(
            sheet=t.sheet,
            row=t.row,
            cell=f"{t.letter}{t.row}",
            column=t.column,
            value=t.value,
            args={"what": t.what, "advice": t.advice},
        )
        for t in sheets.troubles
    )


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
    return Sheets(entries, letters, tuple(schema), tuple(troubles))


def _grids(path: Path) -> dict[str, list[list[Any]]]:
    from nvbatch.sheets import plain_grids

    if not path.is_file():
        raise RegisterError(f"Không thấy sổ đăng ký «{path.name}». Chạy «nvbatch init» để tạo mẫu.")
    try:
        return plain_grids(path)
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
    rows = grid[header + 1 :]
    typed: list[dict[str, Any]] = [{} for _ in rows]
    found: list[Trouble] = []
    for key, index in columns.items():
        _column(rows, header + 2, index, by_key[key], sheet, typed, found)
    troubles += sorted(found, key=lambda trouble: trouble.row)
    return [Entry(number, values) for number, values in enumerate(typed, start=header + 2) if values]


def _column(
    rows: Sequence[Sequence[Any]],
    first: int,
    index: int,
    column: Column,
    sheet: Sheet,
    typed: list[dict[str, Any]],
    troubles: list[Trouble],
) -> None:
    """One column's cells, typed into their rows. Many cells, few different ones: each is read once."""
    cells = [row[index] if index < len(row) else "" for row in rows]
    key = column.key
    plain = column.type in _PLAIN and viet.is_plain("\n".join(cell for cell in cells if type(cell) is str))
    seen: dict[str, tuple[Any, str]] = {}
    value: Any
    for line, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if type(cell) is date and column.type == "date":
            value, what = cell, ""
        elif type(cell) is not str:
            value, what = _typed(cell, column)
        elif plain:
            value, what = " ".join(cell.split()) or None, ""
        elif (read := seen.get(cell)) is not None:
            value, what = read
        else:
            value, what = seen[cell] = _typed(cell, column)
        if what:
            troubles.append(_trouble(sheet, first + line, column, index, values.display(cell), what))
        if value is not None:
            typed[line][key] = value


def _trouble(sheet: Sheet, number: int, column: Column, index: int, shown: str, what: str) -> Trouble:
    advice = _ADVICE.get(column.type, "") or f"Chọn một trong: {', '.join(column.choices)}"
    said = f"cột «{column.label}» ghi «{shown}», {what}"
    return Trouble(sheet.name, number, column.key, _letter(index), shown, said, advice)


_ADVICE: Mapping[str, str] = {
    "date": "Ghi ngày/tháng/năm, ví dụ 31/03/2025",
    "datetime": "Ghi giờ và ngày, ví dụ 16:30 25/03/2025",
    "time": "Ghi giờ và phút, ví dụ 16:30",
    "int": "Ghi một số nguyên",
}


def _typed(cell: Any, column: Column) -> tuple[Any, str]:
    """The cell as its column wants it, and what is wrong with it (empty: nothing)."""
    if column.type == "date":
        read = values.read_date(cell)
        return read.value, "" if read.value is not None else "không phải là ngày"
    if column.type == "datetime":
        return _moment(cell)
    if column.type == "int":
        return _whole(cell)
    if column.type == "time":
        return _clock(cell)
    text = values.read_text(cell).value
    if column.type == "mark":
        return (True if text and viet.key(text) not in ("không", "khong", "0", "false") else None), ""
    if column.type == "list" and text:
        return tuple(part for part in (p.strip() for p in text.split(";")) if part), ""
    if column.type == "choice" and text:
        read = values.read_choice(text, column)
        return read.value, "" if read.rule != "C406" else "không có trong danh sách"
    return text, ""


def _clock(cell: Any) -> tuple[str | None, str]:
    """ "16:30" out of a clock cell, a fraction of a day or text ("16h30")."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < 1:
        cell = f"{round(cell * 1440) // 60}:{round(cell * 1440) % 60:02d}"
    read = cell if isinstance(cell, (time, datetime)) else read_clock(str(cell))
    return (f"{read:%H:%M}", "") if read is not None else (None, "không phải là giờ")


_DAY_AND_HOUR = re.compile(r"(?P<day>\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d)")


def _moment(cell: Any) -> tuple[datetime | None, str]:
    """Day and hour in either order, the hour written as people do ("16h30 ngày 25/03/2025"); midnight without one."""
    if isinstance(cell, datetime):
        return cell, ""
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day), ""
    text = viet.clean(str(cell))
    try:
        return datetime.fromisoformat(text), ""
    except ValueError:
        pass
    found = _DAY_AND_HOUR.search(text)
    day = values.read_date(found["day"] if found else text).value
    hour = _left_over(text, found["day"]) if found else ""
    clock = read_clock(hour) if hour else time(0)
    if day is None or clock is None:
        return None, "không phải là giờ và ngày"
    return datetime.combine(day, clock), ""


def _left_over(text: str, day: str) -> str:
    """What stands beside the day: the hour."""
    rest = viet.key(text.replace(day, " ", 1))
    return re.sub(r"\b(?:ngày|lúc|trước|hồi)\b|[,;]|\bt\b", " ", rest).strip()


def _whole(cell: Any) -> tuple[int | None, str]:
    """A count; "1.014" is written with the dot of thousands."""
    text = str(cell).strip()
    if isinstance(cell, str) and re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        return int(text.replace(".", "")), ""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None, "không phải là số"
    return (int(number), "") if number.is_integer() else (None, "không phải là số nguyên")


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
