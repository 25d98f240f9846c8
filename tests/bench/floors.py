"""A workspace with its forms out, the floors under the stages out: milliseconds of CPU for the least that each needs.

``python -m tests.bench.floors INBOX`` prints one JSON line; a process of its own.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

MARKED = 20  # cells that get a comment


def main() -> None:
    paths = sorted(Path(sys.argv[1]).glob("*.xlsx"))
    some = paths[:: max(1, len(paths) // 5)][:5]
    print(
        json.dumps(
            {
                "expat": _each(scan, paths[:100]),
                "openpyxl": _each(mark, some),
                "docxtpl": _each(letter, [_template()] * 10),
            }
        )
    )


def _each(work: Callable[[Any], None], things: list[Any]) -> float:
    """The median of milliseconds of CPU a thing."""
    times = []
    for thing in things:
        start = time.process_time()
        work(thing)
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


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
    document.render({"name": "Sở Nội vụ", "period": "tuần 11", "count": 12}, autoescape=True)
    document.save(io.BytesIO())


if __name__ == "__main__":
    main()
