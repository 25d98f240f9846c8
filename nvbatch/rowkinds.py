"""Rows under a header in; those that report a task out, and the numbers of those that only look like rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nvbatch import viet
from nvbatch.form import Sheet
from nvbatch.grid import BLANK
from nvbatch.labels import label_key

_NUMBERED = re.compile(r"\(?\s*(?:\d{1,3}|[a-zA-Z])\s*\)?(?:\s*=.*)?")
_TOTAL = re.compile(r"(?:tổng|cộng|tổng cộng|tổng số|cộng dồn)(?: nhiệm vụ)?\s*(?:[:(].*|\d.*)?|tổng cộng\b.*")
_SECTION = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ])\s*[.)/]?")
_SIGNATURE = re.compile(
    r"(?:thủ trưởng (?:đơn vị|cơ quan)|người lập(?: biểu| bảng| báo cáo)?|người (?:tổng hợp|báo cáo)|nơi nhận\b.*"
    r"|(?:lãnh đạo|đại diện) (?:đơn vị|cơ quan|phòng)|(?:tm|kt|tl|tuq|q)\.\s.*|chủ tịch|phó chủ tịch|(?:phó )?giám đốc"
    r"|(?:phó )?chánh văn phòng|(?:phó )?trưởng phòng"
    r"|\(?\s*ký\b.*(?:họ tên|đóng dấu).*|.{0,60}\bngày\s*[\d.…_ ]*\s*tháng\s*[\d.…_ ]*\s*năm\s*[\d.…_ ]*)"
)
_NOTE = re.compile(r"(?:\(?\*+\)?\s*)?(?:ghi chú|lưu ý|chú thích|giải thích|nguồn)\s*:.*", re.DOTALL)
_CODE = re.compile(r"(?=.*\d)\S+")
_SURE_CODE = re.compile(r"[^\W\d_]{2}\S*?\d\S*")  # begins with letters: the number of no column, no section
_SPACED_CODE = re.compile(r"(?=.*\d)\S+\s\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """``data``: (Excel row, cells) of tasks; ``other``: rows with text that are no tasks."""

    data: tuple[tuple[int, list[Any]], ...]
    other: tuple[int, ...]


def sort_rows(
    rows: Sequence[tuple[int, list[Any]]], columns: Mapping[str, int], headers: Mapping[int, str], sheet: Sheet
) -> Rows:
    """Sort the rows under a header of sheet Nhiệm vụ. ``columns``: field → column; ``headers``: column → its text."""
    sorter = _Sorter(columns, headers, sheet)
    data, other = [], []
    for number, cells in rows:
        kind = sorter.is_task(cells)
        if kind is None:
            continue
        if kind:
            data.append((number, cells))
        else:
            other.append(number)
    return Rows(data=tuple(data), other=tuple(other))


def numbers_columns(cells: Sequence[Any]) -> bool:
    """(1) (2) (3) …, the row that numbers the columns."""
    return _numbers_columns(cells)


def signs_off(text: str) -> bool:
    """A line of the signature block or of the list of recipients."""
    return len(text) < 120 and bool(_SIGNATURE.fullmatch(_lower(text)))


def sums_up(text: str) -> bool:
    """A total («Tổng cộng: 93 nhiệm vụ»)."""
    return bool(_TOTAL.fullmatch(_lower(text[:400])))


def remarks(text: str) -> bool:
    """A note under the table («Ghi chú: …»)."""
    return bool(_NOTE.fullmatch(_lower(text[:400])))


class _Sorter:
    """Knows the columns; remembers whether the signature block has begun."""

    def __init__(self, columns: Mapping[str, int], headers: Mapping[int, str], sheet: Sheet) -> None:
        self._code = columns.get("task_code")
        self._content = columns.get("content")
        self._number = columns.get("no")
        self._agency = [columns[c.key] for c in sheet.columns if c.agency and c.key in columns]
        office = (c.key for c in sheet.columns if not c.agency and c.key not in ("task_code", "content", "no"))
        self._office = [columns[key] for key in office if key in columns]
        self._keys = frozenset(sheet.keys)
        self._headers = {column: label_key(text) for column, text in headers.items()}
        self._ended = False

    def is_task(self, cells: Sequence[Any]) -> bool | None:
        """True for a task, False for a row that only looks like one, None for a blank row."""
        code = _at(cells, self._code)
        if code.__class__ is str and _SURE_CODE.fullmatch(code):
            self._ended = False
            return True
        if self._has_code(cells):
            if _NUMBERED.fullmatch(_text(_at(cells, self._code))) and _numbers_columns(cells):
                return False
            self._ended = False
            return True
        texts = [text for cell in cells if (text := _text(cell))]
        if not texts:
            return None
        if self._ended or self._is_other(cells, texts):
            return False
        return self._reports(cells)

    def _has_code(self, cells: Sequence[Any]) -> bool:
        """A code has a digit and no spaces; a title that strayed into the column stands alone in its row."""
        text = _text(_at(cells, self._code))
        if not text or _CODE.fullmatch(text):
            return bool(text)
        if _SPACED_CODE.fullmatch(text) and _text(_at(cells, self._content)):
            return True
        return text not in self._keys and self._reports_much(cells) and not self._repeats_header(cells)

    def _is_other(self, cells: Sequence[Any], texts: Sequence[str]) -> bool:
        if _numbers_columns(cells) or self._repeats_header(cells) or sum(t in self._keys for t in texts) >= 3:
            return True
        if any(_SIGNATURE.fullmatch(_lower(text)) for text in texts if len(text) < 120):
            if self._reports_much(cells):
                return False
            self._ended = True
            return True
        first = _lower(texts[0][:400])
        return bool(_TOTAL.fullmatch(first) or _NOTE.fullmatch(first))

    def _reports(self, cells: Sequence[Any]) -> bool:
        """Content with something reported or assigned beside it, or several agency cells."""
        reported, assigned = self._filled(cells, self._agency), self._filled(cells, self._office)
        if _SECTION.fullmatch(_text(_at(cells, self._number))) and not self._says(cells):
            return False
        if _text(_at(cells, self._content)):
            return reported >= 1 or assigned >= 2 or (assigned >= 1 and self._counts(cells))
        return reported >= 3

    def _says(self, cells: Sequence[Any]) -> bool:
        """Does the agency say anything in words? A section may bear a sum or an average."""
        return any(isinstance(cell := _at(cells, column), str) and cell.strip() for column in self._agency)

    def _reports_much(self, cells: Sequence[Any]) -> bool:
        return self._filled(cells, self._agency) >= 3

    def _counts(self, cells: Sequence[Any]) -> bool:
        """Its first column holds an ordinary running number (a section bears Roman numbers or letters)."""
        return bool(re.fullmatch(r"\d{1,4}", _text(_at(cells, self._number))))

    def _filled(self, cells: Sequence[Any], columns: Sequence[int]) -> int:
        return sum(1 for column in columns if _text(_at(cells, column)))

    def _repeats_header(self, cells: Sequence[Any]) -> bool:
        """The header again, as it is printed on every page."""
        filled = [(c, cell) for c, cell in enumerate(cells) if isinstance(cell, str) and 0 < len(cell) < 100]
        same = sum(1 for c, cell in filled if self._headers.get(c) and label_key(cell) == self._headers[c])
        return same >= 3 and same * 2 >= len(filled)


def _numbers_columns(cells: Sequence[Any]) -> bool:
    """(1) (2) (3) …, 1 2 3 …, A B 1 2 …: every filled cell a number or letter, the numbers rising."""
    texts = [text for cell in cells if (text := _text(cell))]
    if len(texts) < 3 or not all(_NUMBERED.fullmatch(text) for text in texts):
        return False
    numbers = [int(found[0]) for text in texts if (found := re.search(r"\d+", text))]
    return len(numbers) >= 2 and all(a < b for a, b in pairwise(numbers))


def _lower(text: str) -> str:
    """For the patterns above: one line, small letters, no brackets' remark or colon at the end."""
    return re.sub(r"(?:\s*\([^()]*\))?[\s:.,]*$", "", viet.clean(text).casefold()) or viet.clean(text).casefold()


def _at(cells: Sequence[Any], column: int | None) -> Any:
    return cells[column] if column is not None and column < len(cells) else BLANK


def _text(cell: Any) -> str:
    """A cell's text, trimmed; whole numbers without their decimals."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
