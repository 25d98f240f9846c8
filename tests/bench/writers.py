"""A number of rows in, seconds of CPU out: a styled list of 20 columns by XlsxWriter as usual, and by our long sheets.

``python -m tests.bench.writers ROWS`` prints one JSON line; a process of its own.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from nvbatch.longsheet import LongSheet, Stream
from nvbatch.master.looks import COUNT, DAY, HEAD, SIZE, TEXT
from nvbatch.xlsx import FONT, new_workbook
from tests.bench.province import AS_OF, SEED, WORDS

COLUMNS = 20
WIDTH = 24.0
HEIGHT = 30.0
AT_ONCE = 500  # rows, as the master takes them
FIRST = date(2025, 1, 2)
NUMBERS, DAYS = (0, 5), (4, 11)  # the other columns are text, every third of them all different


def main() -> None:
    rows = _rows(int(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="nvbatch-writers-") as name:
        usual, ours = (_spent(write, rows, Path(name) / f"{write.__name__}.xlsx") for write in (by_xlsxwriter, by_us))
    print(json.dumps({"xlsxwriter": usual, "master": ours}))


def _rows(many: int) -> list[tuple[Any, ...]]:
    """As tasks are: numbers, days, words that come again, sentences that do not, and blanks."""
    chance = random.Random(SEED)
    return [tuple(_value(row, column, chance) for column in range(COLUMNS)) for row in range(many)]


def _value(row: int, column: int, chance: random.Random) -> Any:
    if column in NUMBERS:
        return row
    if column in DAYS:
        return FIRST + timedelta(days=chance.randrange(300))
    if column % 3 == 1:
        return " ".join(chance.choices(WORDS, k=12))
    return chance.choice((None, WORDS[column], WORDS[column + 1]))


def _spent(write: Callable[[Sequence[tuple[Any, ...]], Path], None], rows: list[tuple[Any, ...]], path: Path) -> float:
    start = time.process_time()
    write(rows, path)
    spent = time.process_time() - start
    assert path.stat().st_size > len(rows) * COLUMNS
    return spent


def by_xlsxwriter(rows: Sequence[tuple[Any, ...]], path: Path) -> None:
    """What a script does that wants the same look."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False})
    look = {"font_name": FONT, "font_size": SIZE, "border": 1, "text_wrap": True, "valign": "top"}
    text, number = book.add_format(look), book.add_format({**look, "num_format": "#,##0"})
    day, head = book.add_format({**look, "num_format": "dd/mm/yyyy"}), book.add_format({**look, "bold": True})
    looks = [number if at in NUMBERS else day if at in DAYS else text for at in range(COLUMNS)]
    sheet = book.add_worksheet("Danh sách")
    sheet.set_column(0, COLUMNS - 1, WIDTH)
    sheet.write_row(0, 0, [f"Cột {at}" for at in range(COLUMNS)], head)
    for at, row in enumerate(rows, 1):
        sheet.set_row(at, HEIGHT)
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(at, column, value, looks[column])
            else:
                sheet.write(at, column, value, looks[column])
    sheet.autofilter(0, 0, len(rows), COLUMNS - 1)
    sheet.freeze_panes(1, 2)
    book.close()


def by_us(rows: Sequence[tuple[Any, ...]], path: Path) -> None:
    """As the master writes its lists."""
    looks = [COUNT if at in NUMBERS else DAY if at in DAYS else TEXT for at in range(COLUMNS)]
    with new_workbook(path, title="Danh sách", created=AS_OF, scratch=path.parent) as book:
        sheet = book.sheet("Danh sách", widths=[WIDTH] * COLUMNS, kind=LongSheet)
        book.write_row(sheet, 0, [f"Cột {at}" for at in range(COLUMNS)], HEAD)
        with Stream(book, sheet, 1, COLUMNS) as stream:
            ruled = stream.ruled(looks)
            for first in range(0, len(rows), AT_ONCE):
                some = rows[first : first + AT_ONCE]
                stream.rows(ruled, list(zip(*some, strict=True)), [HEIGHT] * len(some))
        sheet.autofilter(0, 0, len(rows), COLUMNS - 1)
        sheet.freeze_panes(1, 2)


if __name__ == "__main__":
    main()
