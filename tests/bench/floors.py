"""A workspace with its forms out, the floors under the stages out: milliseconds of CPU for the least that each needs.

``python -m tests.bench.floors INBOX`` prints one JSON line; a process of its own. Beside three floors stands what we
take for the same thing: a workbook read, a letter made, a long list written.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from nvbatch import rowcache
from nvbatch.config import Intake
from nvbatch.form import load_form
from nvbatch.reading import digest, read_in_process
from nvbatch.word import Properties, load
from tests.bench.province import AS_OF

MARKED = 20  # cells that get a comment
LETTERS = 20
VALUES = {"name": "Sở Nội vụ", "period": "tuần 11", "count": 12}


def main() -> None:
    paths = sorted(Path(sys.argv[1]).glob("*.xlsx"))
    some = paths[:: max(1, len(paths) // 5)][:5]
    with tempfile.TemporaryDirectory(prefix="nvbatch-floors-") as name:
        ours = Ours(Path(name))
        found = {"openpyxl": _each(mark, some), "docxtpl": _each(letter, [ours.template.read_bytes()] * LETTERS)}
        ours.read(paths[0])  # what is loaded once is no part of a piece
        found |= _in_turn({"expat": scan, "reading": ours.read}, paths[:100])
        ours.letter(0)
        found["letter"] = _each(ours.letter, list(range(LETTERS)))
    print(json.dumps(found))


def _each(work: Callable[[Any], None], things: list[Any]) -> float:
    """The median of milliseconds of CPU a thing."""
    times = []
    for thing in things:
        start = time.process_time()
        work(thing)
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def _in_turn(works: dict[str, Callable[[Any], None]], things: list[Any]) -> dict[str, float]:
    """The same for several works beside each other: what slows one down slows the others too."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for thing in things:
        for name, work in works.items():
            start = time.process_time()
            work(thing)
            times[name].append(time.process_time() - start)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


class Ours:
    """What the product does of the same: one workbook read into the row cache, one letter of the same template."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._form, self._limits = folder, load_form(), Intake()
        self.template = folder / "mau.docx"
        self.template.write_bytes(_template())
        self._properties = Properties(title="Thư", author="Văn phòng", created=AS_OF)

    def read(self, path: Path) -> None:
        reading = read_in_process(
            path, name=path.name, limits=self._limits, schemas=None, sha256=digest(path), form=self._form
        )
        assert reading.tasks is not None
        rowcache.store(self._folder / "rows", reading)

    def letter(self, number: int) -> None:
        load(self.template).render(VALUES, self._folder / f"thu-{number}.docx", properties=self._properties)


def scan(path: Path) -> None:
    """Inflate the sheets and the shared strings, and have expat look at every element."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if "worksheets/sheet" in name or name.endswith("sharedStrings.xml"):
                parser = expat.ParserCreate()
                parser.StartElementHandler = _seen
                parser.CharacterDataHandler = _seen
                parser.Parse(book.read(name), True)


def _seen(*_what: Any) -> None:
    pass


def mark(path: Path) -> None:
    """What a script does to send a workbook back with remarks: load, comment, save."""
    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(6, 6 + MARKED):
        sheet.cell(row, 13).comment = Comment("Cần bổ sung", "Văn phòng")
    book.save(io.BytesIO())


def _template() -> bytes:
    import docx

    document = docx.Document()
    for number in range(15):
        document.add_paragraph(
            f"Đoạn {number}: {{{{ name }}}} đã nộp báo cáo kỳ {{{{ period }}}}, {{{{ count }}}} việc."
        )
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def letter(template: bytes) -> None:
    """One letter of a page and a half, as docxtpl is commonly used."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(template))
    document.render(VALUES, autoescape=True)
    document.save(io.BytesIO())


if __name__ == "__main__":
    main()
