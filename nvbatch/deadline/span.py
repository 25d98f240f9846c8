"""A phrase such as «trong vòng 15 ngày kể từ ngày ban hành» in, the span and what it counts from out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nvbatch.deadline.mention import Mention
from nvbatch.deadline.phrase import Phrase

WorkingDay = Callable[[date], bool]

_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi lam": 15, "hai muoi": 20, "ba muoi": 30,
}  # fmt: skip
_COUNT = rf"\d{{1,4}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))}"
_SPAN = re.compile(
    r"(?P<cue>\b(?:trong(?: (?:vong|khoang|thoi han|thoi gian|han))*|sau|khong qua|toi da|khong (?:cham|muon) hon"
    r"|(?:cham|muon) nhat(?: la)?|(?:thoi )?han(?: la)?|thoi gian)[\s:]*|^\W*)"
    rf"(?:(?P<low>\d{{1,4}})\s*(?:-|den)\s*)?(?P<count>{_COUNT})\s*(?:\([^)]*\)\s*)?"
    r"(?P<unit>ngay lam viec|ngay|tuan|thang|nam|gio|h)\b(?! dau\b| cuoi\b|\s*\d|\s*/| nay\b| toi\b| truoc\b)"
)
_FROM = re.compile(
    r"[\s,;(]*(?:tinh\s+)?(?:(?:ke\s+)?tu|sau|ke|khi)\b\s*(?P<when>(?:ngay|khi|thoi diem|luc)\b)?\s*(?P<what>.*)"
)
_ISSUED = re.compile(
    r"(?:(?:van ban|cong van|quyet dinh|ke hoach|chi thi|thong bao|ket luan)\s*)?(?:nay\s*)?(?:duoc\s*)?"
    r"(?:ky|ban hanh|phat hanh)\b"
)
_RECEIVED = re.compile(r"(?:duoc\s*)?(?:tiep\s*)?nhan\b|co (?:van ban|cong van)\b|(?:duoc )?giao\b|(?:hom )?nay\b")
_OTHER_MATTER = re.compile(
    r"\b(?:ho so|y kien|bao cao|de nghi|de xuat|ket qua|to trinh|kien nghi|don|du|nghi dinh|luat|thong tu)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``origin``: issued, received, none (all three: the document's date), dated (``base``) or event (unknown).

    ``exact``: the starting point is beyond doubt. ``cued``: a word such as «trong vòng» says that it is a term.
    """

    count: int
    unit: str
    start: int
    end: int
    cued: bool
    origin: str
    exact: bool
    base: Mention | None = None

    def end_from(self, base: date, is_working_day: WorkingDay) -> date | None:
        """The last day when day 1 is the day after ``base``; None beyond the calendar's end."""
        try:
            return _count(self.count, self.unit, base, is_working_day)
        except (OverflowError, ValueError):
            return None

    @property
    def words(self) -> str:
        unit = {"days": "ngày", "workdays": "ngày làm việc", "weeks": "tuần", "months": "tháng", "years": "năm"}
        return f"{self.count} {unit.get(self.unit, 'giờ')}"


def find_span(text: Phrase, named: Sequence[Mention]) -> Span | None:
    """The span of a phrase, found outside everything that it names, with the words that say what it runs from."""
    for mention in named:
        text = text.without(mention.start, mention.end)
    found = next((m for m in _SPAN.finditer(text.plain) if _number(m["count"]) > 0 and _is_term(m)), None)
    if found is None:
        return None
    origin, exact, end, base = _origin(text.plain, found.end(), [m for m in named if m.unit == "day"])
    return Span(
        count=_number(found["count"]), unit=_unit(found["unit"]), start=found.start(), end=end, base=base,
        cued=bool(found["cue"].strip()), origin=origin, exact=exact and found["low"] is None,
    )  # fmt: skip


def _is_term(found: re.Match[str]) -> bool:
    """«16h» alone is a clock time, «trong 24h» a term."""
    return bool(found["cue"].strip()) or found["unit"] not in ("h", "gio")


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _WORDS[word]


def _unit(word: str) -> str:
    names = {"ngay": "days", "ngay lam viec": "workdays", "tuan": "weeks", "thang": "months", "nam": "years"}
    return names.get(word, "hours")


def _origin(plain: str, at: int, days: Sequence[Mention]) -> tuple[str, bool, int, Mention | None]:
    """What the span runs from, whether that is beyond doubt, where its words end, and the day named there."""
    found = _FROM.match(plain, at)
    if found is None:
        return "none", False, at, None
    base = next(
        (day for day in days if found.start() <= day.start and not plain[found.start("what") : day.start].strip()), None
    )
    if base is not None:
        return "dated", True, base.end, base
    what = found["what"].strip(" .,;()")
    if not what:
        return "none", False, found.end(), None
    if _ISSUED.match(what):
        return "issued", found["when"] != "khi" and not _OTHER_MATTER.search(what), found.end(), None
    if _RECEIVED.match(what) and not _OTHER_MATTER.search(what):
        return "received", False, found.end(), None
    return "event", False, found.end(), None


def _count(count: int, unit: str, base: date, is_working_day: WorkingDay) -> date:
    if unit == "workdays":
        day = base
        while count:
            day += timedelta(days=1)
            count -= is_working_day(day)
        return day
    if unit in ("months", "years"):
        year, month = divmod(base.year * 12 + base.month - 1 + count * (12 if unit == "years" else 1), 12)
        return date(year, month + 1, min(base.day, monthrange(year, month + 1)[1]))
    days = {"days": count, "weeks": 7 * count}.get(unit, -(-count // 24))
    return base + timedelta(days=days)
