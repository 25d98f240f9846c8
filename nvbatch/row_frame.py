"""Rows of many files as frames of at most 50,000: sorted files in, one frame of what they report out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from nvbatch.form import Form
from nvbatch.pieces import Piece
from nvbatch.register import Register
from nvbatch.rules.columns import shown
from nvbatch.task_facts import day_column, facts_frame, heads

if TYPE_CHECKING:
    import pandas as pd

FRAME_ROWS = 50_000


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

    Columns: every field of the form (text as str, dates as datetime64, percentages as float; blank and faulty cells
    are missing), ``_piece`` and ``_line`` (whence), ``_agency``, ``_received_on``, ``_meant``, ``_contradicts``, and
    the register's facts ``r_…`` of the task on the receipt day.
    """
    import numpy as np
    import pandas as pd

    counts = [len(piece.kept) for piece in chunk]
    columns: dict[str, Any] = {c.key: _framed(chunk, c.key, c.type) for c in form.tasks.columns}
    codes = [piece.codes[i] for piece in chunk for i in piece.kept]
    columns["task_code"] = pd.Series(codes, dtype="str")
    columns["_piece"] = np.repeat(np.arange(len(chunk)), counts)
    columns["_line"] = np.fromiter((i for piece in chunk for i in piece.kept), dtype=np.intp, count=sum(counts))
    agencies = [piece.submission.agency for piece in chunk]
    columns["_agency"] = pd.Series(np.repeat(np.array(agencies, dtype=object), counts), dtype="str")
    columns["_received_on"] = day_column([piece.received_on for piece in chunk]).repeat(counts).to_numpy()
    columns["_meant"] = np.array([i in piece.meant for piece in chunk for i in piece.kept], dtype=bool)
    columns["_contradicts"] = pd.Series([p.contradicts.get(i) for p in chunk for i in p.kept], dtype=object)
    known = heads(register.agencies)
    columns["r_head"] = pd.Series(
        np.repeat(np.array([known.get(a or "") for a in agencies], object), counts), dtype="str"
    )
    asked = [(piece.codes[i], piece.received_on) for piece in chunk for i in piece.kept]
    return pd.concat([pd.DataFrame(columns), facts_frame(register, asked, today)], axis=1)


def _framed(chunk: tuple[Piece, ...], key: str, kind: str) -> pd.Series:
    import pandas as pd

    cells: list[Any] = []
    for piece in chunk:
        values = piece.table.values.get(key)
        if values is None:
            cells += [None] * len(piece.kept)
        elif len(piece.kept) == len(values):
            cells += values
        else:
            cells += [values[i] for i in piece.kept]
    for place in _faulty_places(chunk, key):
        cells[place] = None
    if kind == "date":
        return day_column([v if isinstance(v, date) else None for v in cells])
    if kind == "percent":
        return pd.Series([v if isinstance(v, (int, float)) else None for v in cells], dtype="float64")
    if kind == "deadline":
        return pd.Series(cells, dtype=object)
    return pd.Series([v if v is None or isinstance(v, str) else shown(v) for v in cells], dtype="str")


def _faulty_places(chunk: tuple[Piece, ...], key: str) -> Iterator[int]:
    start = 0
    for piece in chunk:
        lines = [line for line, column in piece.faulty if column == key]
        if lines:
            place = {line: start + offset for offset, line in enumerate(piece.kept)}
            yield from (place[line] for line in lines if line in place)
        start += len(piece.kept)
