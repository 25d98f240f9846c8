"""A .csv's bytes in, its one grid out: encoding, delimiter and old Vietnamese encodings worked out."""

from __future__ import annotations

import csv
import io
from typing import Any

from nvbatch.grid import Grid, TooMuch, Unreadable
from nvbatch.legacy import Script, convert
from nvbatch.sheettext import converted_whole
from nvbatch.sniff import END

_ERRORS = frozenset(("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"))
_SURE = 5  # so many known labels make an encoding sure
_HEAD = 20_000  # so many characters tell the encoding


def read_csv(data: bytes, labels: frozenset[str], *, max_rows: int, limit: int) -> Grid:
    """The table in a text file; ``labels`` (folded) help to guess its encoding. Raises TooMuch or Unreadable."""
    text, script = decode(data, labels)
    csv.field_size_limit(1 << 20)
    rows: list[tuple[int, list[Any]]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), 1):
            if any(cell.strip() for cell in row):
                rows.append((number, row))
            if len(rows) > max_rows:
                raise TooMuch("số dòng có nội dung", f"tối đa {limit} dòng")
    except csv.Error as error:
        raise Unreadable("tệp .csv bị hỏng (dấu nháy hoặc dòng quá dài)") from error
    faults = {(n, c): cell for n, row in rows for c, cell in enumerate(row) if cell[:1] == "#" and cell in _ERRORS}
    grid = Grid(name="CSV", rows=tuple(rows), faults=faults)
    return grid if script is None else converted_whole(grid, script)


def decode(data: bytes, labels: frozenset[str]) -> tuple[str, Script | None]:
    """UTF-8, UTF-16, else whichever Windows code page (1258 Vietnamese, 1252) shows more of the known labels.

    A .csv has no fonts: an old encoding is sure only when it alone shows the labels, and then holds for the whole file.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        texts = [data.decode("utf-16", "replace")]
    elif data[:200].count(0) > len(data[:200]) // 3:
        texts = [data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", "replace")]
    else:
        data = data.rstrip(END)
        try:
            texts = [data.decode("utf-8-sig")]
        except UnicodeDecodeError:
            texts = [_in_code_page(data, page) for page in ("cp1258", "cp1252")]
    best = max(texts, key=lambda text: _known(text, labels))
    for script in Script:
        if _known(convert(texts[-1][:_HEAD], script), labels) >= _SURE > _known(best, labels):
            return texts[-1], script
    return best, None


def _in_code_page(data: bytes, page: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", data.decode(page, "replace"))


def _known(text: str, labels: frozenset[str]) -> int:
    head = text[:_HEAD].casefold()
    return sum(label in head for label in labels)


def _delimiter(text: str) -> str:
    """The delimiter that splits the widest line of the first fifty into most cells."""
    lines = [line for line in text[:50_000].splitlines()[:50] if line.strip()]
    return max((";", ",", "\t", "|"), key=lambda mark: max((line.count(mark) for line in lines), default=0))
