"""The cells of one register column in, what the column means by them out, and what could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime, time
from typing import Any

from nvbatch import values, viet
from nvbatch.calendar import read_clock
from nvbatch.form import Column

ADVICE: Mapping[str, str] = {
    "date": "Ghi ngày/tháng/năm, ví dụ 31/03/2025",
    "datetime": "Ghi giờ và ngày, ví dụ 16:30 25/03/2025",
    "time": "Ghi giờ và phút, ví dụ 16:30",
    "int": "Ghi một số nguyên",
}
_PLAIN = frozenset({"text", "long", "code", "deadline"})  # types whose cells are texts and nothing else
_OTHER_SPACES = tuple(space for space in map(chr, range(0x3001)) if space.isspace() and space not in " \n")
_BLANKS: frozenset[Any] = frozenset(("", None))
_ALIKE = frozenset({str, date, datetime, time, type(None)})  # equal ones mean the same (1, 1.0 and True do not)


def typed_column(cells: Sequence[Any], column: Column) -> tuple[list[Any], dict[int, str]]:
    """The value of each cell (None: blank), and what is wrong with those that could not be read, by their line.

    A hundred thousand rows hold few different cells: each is read once, and equal values are one object.
    """
    kinds = set(map(type, cells))
    alike = kinds <= _ALIKE
    different = set(cells) if alike else {cell for cell in cells if type(cell) in _ALIKE}
    if different <= _BLANKS and alike:
        return [None] * len(cells), {}
    if kinds == {str} and len(different) * 2 > len(cells) and column.type in _PLAIN and _are_clean(different):
        return [cell or None for cell in cells], {}
    meant, amiss = _meanings(different, column)
    if alike:
        wrong = {line: amiss[cell] for line, cell in enumerate(cells) if cell in amiss} if amiss else {}
        return [meant[cell] for cell in cells], wrong
    read = [(meant[c], amiss.get(c, "")) if type(c) in _ALIKE else typed_cell(c, column) for c in cells]
    return [value for value, _ in read], {line: what for line, (_, what) in enumerate(read) if what}


def typed_cell(cell: Any, column: Column) -> tuple[Any, str]:
    """The cell as its column wants it, and what is wrong with it (empty: nothing)."""
    if column.type == "date":
        read = values.read_date(cell)
        return read.value, "" if read.value is not None else "không phải là ngày"
    if column.type == "datetime":
        return _moment(cell)
    if column.type == "int":
        return _whole(cell)
    if column.type == "time":
        return _clock(cell)
    text = values.read_text(cell).value
    if column.type == "mark":
        return (True if text and viet.key(text) not in ("không", "khong", "0", "false") else None), ""
    if column.type == "list" and text:
        return tuple(part for part in (p.strip() for p in text.split(";")) if part), ""
    if column.type == "choice" and text:
        read = values.read_choice(text, column)
        return read.value, "" if read.rule != "C406" else "không có trong danh sách"
    return text, ""


def _are_clean(texts: Set[str]) -> bool:
    """Would cleaning leave all of them as they are?"""
    filled = texts - _BLANKS
    return viet.is_plain(together := "\n".join(filled)) and _evenly_spaced(together, len(filled))


def _meanings(different: Iterable[Any], column: Column) -> tuple[dict[Any, Any], dict[Any, str]]:
    """Cell → its value, and what is wrong with it where something is."""
    meant: dict[Any, Any] = {None: None, "": None}
    amiss: dict[Any, str] = {}
    filled = [cell for cell in different if cell not in meant]
    texts = [cell for cell in filled if type(cell) is str]
    if column.type in _PLAIN and viet.is_plain(together := "\n".join(texts)):
        even = _evenly_spaced(together, len(texts))
        meant |= {text: text for text in texts} if even else {text: " ".join(text.split()) or None for text in texts}
    for cell in filled:
        if cell not in meant:
            meant[cell], what = (cell, "") if column.type == "date" and type(cell) is date else typed_cell(cell, column)
            if what:
                amiss[cell] = what
    return meant, amiss


def _evenly_spaced(lines: str, count: int) -> bool:
    """Is each of so many lines of text without any space but single ones between its words?"""
    if lines.count("\n") != count - 1 or lines != lines.strip():
        return False
    return not ("  " in lines or " \n" in lines or "\n " in lines or any(space in lines for space in _OTHER_SPACES))


def _clock(cell: Any) -> tuple[str | None, str]:
    """ "16:30" out of a clock cell, a fraction of a day or text ("16h30")."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < 1:
        cell = f"{round(cell * 1440) // 60}:{round(cell * 1440) % 60:02d}"
    read = cell if isinstance(cell, (time, datetime)) else read_clock(str(cell))
    return (f"{read:%H:%M}", "") if read is not None else (None, "không phải là giờ")


_DAY_AND_HOUR = re.compile(r"(?P<day>\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d)")


def _moment(cell: Any) -> tuple[datetime | None, str]:
    """Day and hour in either order, the hour written as people do ("16h30 ngày 25/03/2025"); midnight without one."""
    if isinstance(cell, datetime):
        return cell, ""
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day), ""
    text = viet.clean(str(cell))
    try:
        return datetime.fromisoformat(text), ""
    except ValueError:
        pass
    found = _DAY_AND_HOUR.search(text)
    day = values.read_date(found["day"] if found else text).value
    hour = _left_over(text, found["day"]) if found else ""
    clock = read_clock(hour) if hour else time(0)
    if day is None or clock is None:
        return None, "không phải là giờ và ngày"
    return datetime.combine(day, clock), ""


def _left_over(text: str, day: str) -> str:
    """What stands beside the day: the hour."""
    rest = viet.key(text.replace(day, " ", 1))
    return re.sub(r"\b(?:ngày|lúc|trước|hồi)\b|[,;]|\bt\b", " ", rest).strip()


def _whole(cell: Any) -> tuple[int | None, str]:
    """A count; "1.014" is written with the dot of thousands."""
    text = str(cell).strip()
    if isinstance(cell, str) and re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        return int(text.replace(".", "")), ""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None, "không phải là số"
    return (int(number), "") if number.is_integer() else (None, "không phải là số nguyên")
