"""inbox/receipts.csv in, the operator's lines out: which file arrived when, from whom."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from nvbatch.intake.envelope import believable

RECEIPTS = "receipts.csv"
COLUMNS = ("file", "received_at", "sender")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# How people of this country write a moment, after ISO 8601.
_CLOCK = r"(?P<hour>\d{1,2})\s*[:hg]\s*(?P<minute>\d{1,2})?(?:\s*[:ph]+\s*(?P<second>\d{1,2}))?"
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}})[\s,]+{_CLOCK}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One usable line. ``order`` is its position; ``received_at`` is aware; ``sender`` as written, None when blank."""

    order: int
    file: str
    received_at: datetime
    sender: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiptList:
    """The usable lines, and in Vietnamese what could not be used."""

    lines: tuple[Line, ...] = ()
    problems: tuple[str, ...] = ()

    def of(self, name: str) -> tuple[Line, ...]:
        """Lines of a file in the order written. Names are equal after NFC; else, as on Windows, in any case."""
        exact = _name(name)
        return self._named.get(exact) or self._in_any_case.get(exact.casefold(), ())

    @cached_property
    def _named(self) -> dict[str, tuple[Line, ...]]:
        """Sorted once: nobody looks through the whole list for every file."""
        return _grouped((_name(line.file), line) for line in self.lines)

    @cached_property
    def _in_any_case(self) -> dict[str, tuple[Line, ...]]:
        return _grouped((_name(line.file).casefold(), line) for line in self.lines)


def read_receipts(data: bytes, zone: ZoneInfo) -> ReceiptList:
    """Parse the list: UTF-8 with or without BOM, any line end, `;` (or tab, comma). A bad line spoils only itself."""
    text = _decode(data)
    if text is None:
        return ReceiptList(problems=(f"{RECEIPTS}: tệp không phải UTF-8; hãy lưu lại với bảng mã UTF-8.",))
    lines: list[Line] = []
    problems: list[str] = []
    for number, cells in _rows(text):
        read = _line(number, cells, zone)
        if isinstance(read, Line):
            lines.append(read)
        elif read:
            problems.append(f"{RECEIPTS}, dòng {number}: {read}")
    return ReceiptList(lines=tuple(lines), problems=tuple(problems))


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """An aware moment from ISO 8601 or «28/03/2025 16:31»; a naive one is office time, a day alone is no moment."""
    text = text.strip()
    match = _DAY_FIRST.fullmatch(text)
    try:
        if match:
            parts = {name: int(value or 0) for name, value in match.groupdict().items()}
            return believable(datetime(**parts, tzinfo=zone))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    if not re.search(r"\d[T ]\s*\d", text):
        return None
    return believable(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _decode(data: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column name), the columns in whatever order the header has them."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in (";", "\t", ",") if mark in head), ";")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: tuple[str, ...] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns, is_header = _header(cells)
                if is_header:
                    continue
            yield reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    except csv.Error:
        yield reader.line_num, {"file": "", "received_at": "?"}


def _header(cells: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    names = tuple(cell.strip().lower() for cell in cells)
    return (names, True) if "file" in names and "received_at" in names else (COLUMNS, False)


def _line(number: int, cells: dict[str, str], zone: ZoneInfo) -> Line | str:
    """The line, or in Vietnamese why it cannot be used."""
    file, written = cells.get("file", ""), cells.get("received_at", "")
    if not file:
        return "thiếu tên tệp (cột «file»)."
    moment = read_moment(written, zone)
    if moment is None:
        return (
            f"thời điểm nhận «{written}» của tệp «{file}» không đọc được nên lấy thời điểm thu nhận; "
            "hãy ghi dạng 2025-03-28T16:31:00+07:00."
        )
    return Line(order=number, file=file, received_at=moment, sender=cells.get("sender") or None)


def _grouped(named: Iterable[tuple[str, Line]]) -> dict[str, tuple[Line, ...]]:
    groups: dict[str, list[Line]] = {}
    for name, line in named:
        groups.setdefault(name, []).append(line)
    return {name: tuple(lines) for name, lines in groups.items()}


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", re.split(r"[\\/]", text.strip())[-1])
