"""The raw XML of an ordinary .xlsx sheet in, its grid or its columns out, by patterns; None where anything is odd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from xml.parsers import expat

from nvbatch.grid import BLANK, Grid, SheetColumns, TooMuch
from nvbatch.sharedstrings import Strings
from nvbatch.sheetcells import read_carefully
from nvbatch.sheetpatterns import Odd, Reader, Signs, Taken, TooWide, readers, split
from nvbatch.workbookxml import Styles

Line = tuple[int, list[Any]]  # Excel row, its cells from column A on


def read_plainly(
    xml: bytes, *, name: str, visible: bool, strings: Strings, styles: Styles, epoch: date, max_rows: int
) -> Grid | None:
    """Every cell of a sheet, sparse, like :func:`nvbatch.sheetcells.read_carefully`. Raises TooMuch."""
    if strings.struck or strings.runs or styles.old_fonts:
        return None
    try:
        rows, signs = _rows(readers(xml, strings, styles, epoch), max_rows)
        begin, end = split(xml)
        frame = read_carefully(
            xml[:begin] + xml[end:],
            name=name, visible=visible, strings=strings, styles=styles, epoch=epoch, max_rows=max_rows,
        )  # fmt: skip
    except (Odd, expat.ExpatError, ValueError, IndexError):
        return None
    return replace(
        frame,
        rows=tuple(rows),
        hidden_rows=frozenset(signs.hidden_rows),
        faults=signs.faults,
        percents=frozenset(signs.percents),
        struck=frozenset(signs.struck),
    )


def _rows(given: Iterable[Reader], max_rows: int) -> tuple[list[Line], Signs]:
    for reader in given:
        rows: list[Line] = []
        with suppress(TooWide):
            for taken in reader:
                rows += _lines(taken)
                if len(rows) > max_rows:
                    raise TooMuch("số dòng có nội dung", f"tối đa {max_rows} dòng")
            return rows, reader.signs
    raise Odd


def _lines(taken: Taken) -> Iterator[Line]:
    """The rows in which something stands, up to their last cell."""
    width = len(taken.columns)
    every = zip(taken.numbers, taken.lengths, zip(*taken.columns, strict=True), strict=bool(width))
    return ((number, list(line[:length])) for number, length, line in every if line.count(BLANK) != width)


def read_columns(xml: bytes, strings: Strings, styles: Styles, epoch: date) -> SheetColumns | None:
    """Every cell of a sheet of the Office's own, column by column: a hundred thousand rows never become objects."""
    try:
        for reader in readers(xml, strings, styles, epoch):
            with suppress(TooWide):
                return _together([*reader])
    except (Odd, expat.ExpatError, ValueError, IndexError):
        pass
    return None


def _together(pieces: Sequence[Taken]) -> SheetColumns:
    numbers = [number for taken in pieces for number in taken.numbers]
    columns: list[list[Any]] = [[] for _ in range(max((len(taken.columns) for taken in pieces), default=0))]
    for taken in pieces:
        blank = (BLANK,) * len(taken.numbers)
        for at, column in enumerate(columns):
            column += taken.columns[at] if at < len(taken.columns) else blank
    return SheetColumns(numbers, columns)
