"""Rows of many files as frames of at most 50,000: sorted files in, one frame of what they report out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from nvbatch.form import Column, Form
from nvbatch.pieces import Piece
from nvbatch.register import Register
from nvbatch.rules.columns import shown
from nvbatch.task_facts import day_column, facts, heads, text_column

if TYPE_CHECKING:
    import pandas as pd

FRAME_ROWS = 50_000
_FOR_PEOPLE = frozenset({"no", "delay_reason", "explanation_doc", "note", "office_assessment"})  # no rule's business


def chunks(given: Iterable[Piece], rows: int = FRAME_ROWS) -> Iterator[tuple[Piece, ...]]:
    """Pieces together up to ``rows`` lines; a file is never torn apart, rules look at whole files."""
    chunk: list[Piece] = []
    size = 0
    for piece in given:
        if chunk and size + len(piece.kept) > rows:
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(piece)
        size += len(piece.kept)
    if chunk:
        yield tuple(chunk)


def frame_of(chunk: tuple[Piece, ...], *, form: Form, register: Register, today: date) -> pd.DataFrame:
    """One frame of the lines that report something.

    Columns: the fields of the form that a rule asks for (text as objects: the strings of the readings themselves;
    dates as datetime64, percentages as float; blank and faulty cells are missing), ``_piece`` and ``_line`` (whence),
    ``_agency``, ``_received_on``, ``_meant``, ``_contradicts``, and the register's facts ``r_…`` of the task on the
    receipt day.
    """
    import numpy as np
    import pandas as pd

    counts = [len(piece.kept) for piece in chunk]
    codes = _gathered(chunk, lambda piece: piece.codes)
    days = [piece.received_on for piece, count in zip(chunk, counts, strict=True) for _ in range(count)]
    agencies = [piece.submission.agency for piece in chunk]
    known = heads(register.agencies)
    columns: dict[str, Any] = {c.key: _framed(chunk, c.key, c.type) for c in form.tasks.columns if _asked_for(c)}
    columns["task_code"] = text_column(codes)
    columns["_piece"] = np.repeat(np.arange(len(chunk)), counts)
    columns["_line"] = np.concatenate([np.asarray(piece.kept, dtype=np.intp) for piece in chunk])
    columns["_agency"] = text_column(agencies).repeat(counts).array
    columns["_received_on"] = day_column([piece.received_on for piece in chunk]).repeat(counts).array
    columns["_meant"] = np.concatenate([np.isin(np.asarray(p.kept), list(p.meant)) for p in chunk])
    columns["_contradicts"] = text_column(_gathered(chunk, _contradicting))
    columns["r_head"] = text_column([known.get(a or "") for a in agencies]).repeat(counts).array
    return pd.DataFrame({**columns, **facts(register, codes, days, today)})


def _asked_for(column: Column) -> bool:
    """Does a rule look at it by its name, or the form demand something of it?"""
    demands = column.required, column.choices, column.min_chars, column.min is not None, column.max is not None
    return column.key not in _FOR_PEOPLE or any(demands)


def _contradicting(piece: Piece) -> Sequence[Any] | None:
    lines = range(len(piece.table.rows)) if piece.contradicts else ()
    return [piece.contradicts.get(line) for line in lines] or None


def _gathered(chunk: Iterable[Piece], column_of: Callable[[Piece], Sequence[Any] | None]) -> list[Any]:
    """One column of the lines that report something, file after file; most files report on every line."""
    cells: list[Any] = []
    for piece in chunk:
        column = column_of(piece)
        if column is None:
            cells += [None] * len(piece.kept)
        elif len(piece.kept) == len(column):
            cells += column
        else:
            cells += [column[i] for i in piece.kept]
    return cells


def _framed(chunk: tuple[Piece, ...], key: str, kind: str) -> pd.Series:
    import pandas as pd

    cells = _gathered(chunk, lambda piece: piece.table.values.get(key))
    for place in _faulty_places(chunk, key):
        cells[place] = None
    blank = cells[:1] == [None] and cells.count(None) == len(cells)  # as most columns are in most weeks
    kinds = set() if blank else set(map(type, cells)) - {type(None)}
    if kind == "date":
        return day_column(cells if kinds <= {date} else [v if isinstance(v, date) else None for v in cells])
    if kind == "percent":
        numbers = cells if kinds <= {float} else [v if isinstance(v, (int, float)) else None for v in cells]
        return pd.Series(numbers, dtype="float64")
    if kind != "deadline" and not kinds <= {str}:
        cells = [v if v is None or isinstance(v, str) else shown(v) for v in cells]
    return text_column(cells)


def _faulty_places(chunk: tuple[Piece, ...], key: str) -> Iterator[int]:
    start = 0
    for piece in chunk:
        for line, column in piece.faulty:
            if column == key and (place := piece.place_of(line)) is not None:
                yield start + place
        start += len(piece.kept)
