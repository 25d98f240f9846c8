"""register.xlsx in, plain typed rows by sheet out, each row remembering its Excel row."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nvbatch import values, viet
from nvbatch.form import Column, Sheet
from nvbatch.grid import BLANK, SheetColumns, Unreadable, letter
from nvbatch.register_cells import ADVICE, typed_column
from nvbatch.register_rows import Entry, Rows
from nvbatch.rules.rule import Hit

HEADER_ROWS = 20  # the header is looked for under a title block of at most this many rows


class RegisterError(Exception):
    """The register cannot be used at all; the text is Vietnamese and says how to mend it."""


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

    entries: Mapping[str, Rows]
    letters: Mapping[str, Mapping[str, str]]
    schema: tuple[Sheet, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    header_rows: Mapping[str, int] = field(default_factory=dict)  # sheet key → Excel row of its header
    sha256: str = ""  # of the workbook that they were read from

    @property
    def names(self) -> Mapping[str, str]:
        """Sheet key → its name."""
        return {sheet.key: sheet.name for sheet in self.schema}


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
    return sheets_of(register_bytes(path), schema, path.name)


def register_bytes(path: Path) -> bytes:
    """The register as it stands. Raises RegisterError when there is none, or nobody may read it."""
    if not path.is_file():
        raise RegisterError(f"Không thấy sổ đăng ký «{path.name}». Chạy «nvbatch init» để tạo mẫu.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise _cannot_be_opened(path.name, type(error).__name__) from None


def sheets_of(data: bytes, schema: Sequence[Sheet], name: str) -> Sheets:
    """The sheets of a workbook's bytes. ``name``: the file, for what is said of it."""
    from nvbatch.officebook import OfficeBook

    try:
        sheets = typed_columns(OfficeBook(data), schema, name)
    except Unreadable as error:
        raise _cannot_be_opened(name, error.what) from None
    return replace(sheets, sha256=hashlib.sha256(data).hexdigest())


def _cannot_be_opened(name: str, why: str) -> RegisterError:
    return RegisterError(f"{name}: không mở được ({why}). Kiểm tra tệp có mở được trong Excel không.")


def typed_sheets(grids: Mapping[str, Sequence[Sequence[Any]]], schema: Sequence[Sheet], name: str) -> Sheets:
    """Rows of cells by sheet ("" when blank, from A1) → typed rows."""
    return typed_columns({title: SheetColumns.of_rows(rows) for title, rows in grids.items()}, schema, name)


def typed_columns(book: Mapping[str, SheetColumns], schema: Sequence[Sheet], name: str) -> Sheets:
    """The same of columns of cells; ``book`` gives each sheet when it is its turn."""
    titles = {viet.label_key(title): title for title in book}
    entries: dict[str, Rows] = {}
    letters: dict[str, Mapping[str, str]] = {}
    headers: dict[str, int] = {}
    troubles: list[Trouble] = []
    for sheet in schema:
        title = titles.get(viet.label_key(sheet.name))
        if title is None:
            if sheet.required:
                raise RegisterError(f"{name}: thiếu trang «{sheet.name}». Thêm trang này theo mẫu của «nvbatch init».")
            entries[sheet.key], letters[sheet.key] = Rows(), {}
            continue
        cells = book[title]
        found, columns = _header(cells, sheet)
        _demand_columns(name, sheet, columns)
        entries[sheet.key] = _rows(cells, found, columns, sheet, troubles)
        letters[sheet.key] = {key: letter(index) for key, index in columns.items()}
        headers[sheet.key] = found
    return Sheets(entries, letters, tuple(schema), tuple(troubles), headers)


def _header(cells: SheetColumns, sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The Excel row that bears most of the labels, and which column (from 0) is which."""
    wanted = {viet.label_key(c.label): c.key for c in sheet.columns}
    best: tuple[int, dict[str, int]] = (1, {})
    for at, number in enumerate(cells.numbers[:HEADER_ROWS]):
        columns: dict[str, int] = {}
        for index, column in enumerate(cells.columns if number <= HEADER_ROWS else ()):
            key = wanted.get(viet.label_key(str(column[at]))) if column[at] != BLANK else None
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


def _rows(cells: SheetColumns, header: int, columns: Mapping[str, int], sheet: Sheet, troubles: list[Trouble]) -> Rows:
    """The rows under the header in which something stands, and what cannot be read in them."""
    first = bisect_right(cells.numbers, header)
    numbers = cells.numbers[first:]
    typed: dict[str, Sequence[Any]] = {}
    found: list[Trouble] = []
    for key, index in columns.items():
        below = cells.columns[index][first:]
        typed[key], wrong = typed_column(below, column := sheet.column(key))
        found += (_trouble(sheet, numbers[at], column, index, below[at], what) for at, what in wrong.items())
    troubles += sorted(found, key=lambda trouble: trouble.row)
    return _filled(numbers, typed)


def _filled(numbers: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> Rows:
    """Without the rows in which nothing stands."""
    blank: Iterable[int] = range(len(numbers))
    for column in columns.values():
        blank = [at for at in blank if column[at] is None]
    if blank:
        stands = sorted(set(range(len(numbers))) - set(blank))
        numbers = [numbers[at] for at in stands]
        columns = {key: [column[at] for at in stands] for key, column in columns.items()}
    whole = range(numbers[0], numbers[-1] + 1) if numbers else ()
    return Rows(whole if len(whole) == len(numbers) else tuple(numbers), columns)


def _trouble(sheet: Sheet, number: int, column: Column, index: int, cell: Any, what: str) -> Trouble:
    advice = ADVICE.get(column.type, "") or f"Chọn một trong: {', '.join(column.choices)}"
    shown = values.display(cell)
    said = f"cột «{column.label}» ghi «{shown}», {what}"
    return Trouble(sheet.name, number, column.key, letter(index), shown, said, advice)
