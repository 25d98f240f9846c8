"""Documents with their files in, each with its Reading out: from the row cache, or from a reader process.

The notes of a Reading use these words (``args``) beside sheet, row, column, cell, value and expected:

| rule | args |
|---|---|
| F101 | what (what the file really is), reference (for the log; not always) |
| F102 | what |
| F103 | what (with the limit), limit |
| F104 | what (macro, liên kết tới tệp khác, đối tượng nhúng, kết nối dữ liệu) |
| F105 | what (.xls, .xlsb, .ods, .csv) |
| F106, S201, S204 | – |
| S202, S203 | – (value: version seen, expected: current version) |
| S205 | missing, nearest (expected: label; column: field; row: header row) |
| S206 | seen, expected (column, cell of the header; value: seen) |
| S207 | columns |
| S208 | columns (expected: label; cell: header of the second one) |
| S209 | what («trong dòng ẩn 12», «trong cột ẩn K», «trong trang ẩn «…»», «bị gạch ngang ở dòng 9»), done (read?) |
| S210 | cells |
| S211 | rows |
| S213 | what (encoding and font; no expected: only suspected, left as it is) |
| S212, C402–C407, C410, C411 | – (value: as written, expected: as understood or what is allowed) |
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from nvbatch.backend import read_on_cluster
from nvbatch.child import Answer, Death
from nvbatch.config import Intake
from nvbatch.model import Document, Note, Reading
from nvbatch.reader import Reader
from nvbatch.reading import digest
from nvbatch.rowcache import RowCache

_MOST = 4  # readers at a time: beyond that the disk and this process are what is waited for
_WORTH_A_START = 16  # workbooks that a reader reads while another one starts

_Waiting = tuple[Document, Reading | Reader]  # a reading at hand, or who is reading it
_Told = tuple[Document, Reading | tuple[Reader, Answer | Death]]


def read(
    pairs: Iterable[tuple[Document, Path]],
    *,
    cache: Path,
    limits: Intake,
    schemas: Path | None,
    jobs: int | Literal["auto"] = "auto",
    scheduler: str | None = None,
) -> Iterator[tuple[Document, Reading]]:
    """Each document with its reading, in the order given. A fault set at intake is the reading's only note.

    ``cache`` is a folder that may be deleted at any time. ``schemas`` is the workspace's own folder of forms, if any.
    ``jobs``: reader processes at a time; ``scheduler``: address of a dask cluster that reads instead of them.
    """
    rows = RowCache(cache, limits, schemas)
    if scheduler is not None:
        yield from _on_cluster(pairs, rows, limits, schemas, scheduler)
        return
    with ExitStack() as stack:
        readers = [stack.enter_context(Reader(limits, schemas)) for _ in range(_count(jobs))]
        every = list(pairs)
        if not all(rows.path(document.sha256, document.name).is_file() for document, _ in every if not document.fault):
            readers[0].worker.start()  # the new ones mostly come last: it is ready when their turn comes
        for document, told in _answers(every, rows, readers):
            if isinstance(told, Reading):
                yield document, told
            else:
                reader, answer = told
                out = rows.path(document.sha256, document.name)
                yield document, reader.reading_of(answer, sha256=document.sha256, out=out)


def read_file(path: Path, *, limits: Intake, schemas: Path | None = None) -> Reading:
    """The reading of one file that lies anywhere (``check FILE``); nothing is kept."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="nvbatch-") as folder, Reader(limits, schemas) as reader:
        return reader.read(path, name=path.name, sha256=digest(path), out=Path(folder) / "reading.rows")


def _count(jobs: int | Literal["auto"]) -> int:
    """Readers at a time, at most: one a processor, for this process mostly waits for them."""
    return max(1, jobs) if jobs != "auto" else max(1, min(_MOST, os.cpu_count() or 1))


def _answers(pairs: Iterable[tuple[Document, Path]], rows: RowCache, readers: Sequence[Reader]) -> Iterator[_Told]:
    """What became of each document, in order. A reader gets its next file before its last answer is looked at.

    The second reader starts when the first has read as many as it reads during a start, and so on.
    """
    idle, spare = list(readers[:1]), list(readers[1:])
    waiting: deque[_Waiting] = deque()
    begun = 0
    for document, path in pairs:
        reading = _at_hand(document, rows)
        if reading is not None:
            waiting.append((document, reading))
            continue
        told: list[_Told] = []
        if spare and begun >= _WORTH_A_START * (len(readers) - len(spare)):
            spare[0].worker.start()
        if spare and spare[0].worker.ready:
            idle.append(spare.pop(0))
        while not idle:
            told.append(_next(waiting, idle))
        reader, begun = idle.pop(), begun + 1
        reader.begin(path, name=document.name, sha256=document.sha256, out=rows.path(document.sha256, document.name))
        waiting.append((document, reader))
        yield from told
    while waiting:
        yield _next(waiting, idle)


def _next(waiting: deque[_Waiting], idle: list[Reader]) -> _Told:
    document, told = waiting.popleft()
    if isinstance(told, Reading):
        return document, told
    answer = told.worker.receive()
    idle.append(told)
    return document, (told, answer)


def _at_hand(document: Document, rows: RowCache) -> Reading | None:
    """The reading that needs no reader: a fault of intake, or what was read before."""
    if document.fault is not None:
        note = Note(rule=document.fault, args=document.fault_args)
        return Reading(sha256=document.sha256, format="", notes=(note,))
    return rows.load(document.sha256, document.name)


def _on_cluster(
    pairs: Iterable[tuple[Document, Path]], rows: RowCache, limits: Intake, schemas: Path | None, scheduler: str
) -> Iterator[tuple[Document, Reading]]:
    """Nothing is asked of a cluster that lies in the cache; what it reads is kept there."""
    every = [(document, path, _at_hand(document, rows)) for document, path in pairs]
    wanted = [(path, document.name, document.sha256) for document, path, reading in every if reading is None]
    found = read_on_cluster(wanted, limits=limits, schemas=schemas, scheduler=scheduler) if wanted else iter(())
    for document, _, reading in every:
        if reading is None:
            reading = next(found)
            rows.keep(reading, document.name)
        yield document, reading
