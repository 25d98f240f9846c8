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

from collections.abc import Iterable, Iterator
from pathlib import Path

from nvbatch.config import Intake
from nvbatch.model import Document, Note, Reading
from nvbatch.reader import Reader
from nvbatch.reading import digest
from nvbatch.rowcache import RowCache


def read(
    pairs: Iterable[tuple[Document, Path]], *, cache: Path, limits: Intake, schemas: Path | None
) -> Iterator[tuple[Document, Reading]]:
    """Each document with its reading, in the order given. A fault set at intake is the reading's only note.

    ``cache`` is a folder that may be deleted at any time. ``schemas`` is the workspace's own folder of forms, if any.
    """
    rows = RowCache(cache, limits, schemas)
    with Reader(limits, schemas) as reader:
        for document, path in pairs:
            yield document, _read_one(document, path, rows, reader)


def read_file(path: Path, *, limits: Intake, schemas: Path | None = None) -> Reading:
    """The reading of one file that lies anywhere (``check FILE``); nothing is kept."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="nvbatch-") as folder, Reader(limits, schemas) as reader:
        return reader.read(path, name=path.name, sha256=digest(path), out=Path(folder) / "reading.json")


def _read_one(document: Document, path: Path, rows: RowCache, reader: Reader) -> Reading:
    if document.fault is not None:
        note = Note(rule=document.fault, args=document.fault_args)
        return Reading(sha256=document.sha256, format="", notes=(note,))
    known = rows.load(document.sha256, document.name)
    if known is not None:
        return known
    out = rows.path(document.sha256, document.name)
    return reader.read(path, name=document.name, sha256=document.sha256, out=out)
