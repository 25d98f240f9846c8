"""One stretch of time that a phrase names (a day, month, quarter, year …), built from what a pattern matched."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """``unit``: day, part, week, month, quarter, half, period, year, years.

    It ends on ``day`` of ``month`` (no day: the month's last) and begins in ``first_month`` of ``first_year``.
    ``year`` None was left out. ``doubtful``: people may mean different days; ``broken``: there is no such day.
    """

    unit: str
    start: int
    end: int
    month: int = 12
    day: int | None = None
    first_month: int = 1
    year: int | None = None
    first_year: int | None = None
    doubtful: bool = False
    broken: bool = False

    def last(self, year: int) -> date | None:
        """The last day in that year; None when there is no such day."""
        try:
            return date(year, self.month, self.day or monthrange(year, self.month)[1])
        except ValueError:
            return None

    def first(self, year: int) -> date | None:
        """The first day in that year."""
        if self.unit == "day":
            return self.last(year)
        try:
            return date(self.first_year or year, self.first_month, 1)
        except ValueError:
            return None


_SENSIBLE = range(1990, 2151)
_NEXT = ("sau", "toi", "tiep theo", "tiep")
WORDED = {
    "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười một": 11, "mười hai": 12, "mười": 10,
}  # fmt: skip
_BARE = {"tu": 4, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi mot": 11, "muoi hai": 12, "muoi": 10}
_NTH = {"nhat": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}


def _group(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").strip()


def _written_year(match: re.Match[str]) -> int | None:
    if _group(match, "year"):
        return int(_group(match, "year"))
    return 2000 + int(_group(match, "short")) if _group(match, "short") else None


def day(match: re.Match[str], doc_date: date) -> Mention:
    """«05/3/2025», «ngày 05 tháng 3 năm 2025», «15/3»: the day comes first; nothing is clamped."""
    year, month, number = _written_year(match), int(match["month"]), int(match["day"])
    mention = Mention(
        unit="day", start=match.start(), end=match.end(), month=month, first_month=month, day=number, year=year
    )
    if not (1 <= month <= 12 and 1 <= number <= 31) or mention.last(2024 if year is None else year) is None:
        return replace(mention, broken=True)
    if year is not None and year not in _SENSIBLE:
        return replace(mention, broken=True)
    reach = 5 if _group(match, "short") else 20
    return replace(mention, doubtful=year is not None and abs(year - doc_date.year) > reach)


def short_day(match: re.Match[str], doc_date: date) -> Mention:
    """d/m without a year; «08/26» can only be a month with a short year."""
    number, month = int(match["day"]), int(match["month"])
    if 1 <= number <= 12 and 20 <= month <= 49:
        return _whole_month(match, number, 2000 + month, doubtful=True)
    return day(match, doc_date)


def mixed_day(match: re.Match[str], doc_date: date) -> Mention:
    """«15-3/2025» is a day; «4-6/2025» may be days or months: the months, never beyond doubt."""
    if int(match["day"]) > 12 or match[0].startswith("ngay"):
        return day(match, doc_date)
    found = _whole_month(match, int(match["month"]), _written_year(match), doubtful=True)
    return replace(found, unit="period", first_month=int(match["day"]) or 1)


def day_near(match: re.Match[str], doc_date: date) -> Mention:
    """«ngày 15 tháng này», «ngày 20 tháng sau», or «ngày 15» alone: the first such day on or after the document's."""
    number, which = int(match["day"]), _group(match, "which")
    month = near_month(match, doc_date)
    if not which and number < doc_date.day:
        year, at = divmod(doc_date.year * 12 + doc_date.month, 12)
        month = replace(month, year=year, month=at + 1, first_month=at + 1)
    found = replace(month, unit="day", day=number)
    return replace(found, broken=number == 0 or found.last(found.year or doc_date.year) is None)


def last_day(match: re.Match[str], doc_date: date) -> Mention:
    """«ngày cuối cùng của tháng 3»: a day that is named by its month."""
    found = month(match, doc_date) if _group(match, "month") else near_month(match, doc_date)
    return replace(found, unit="day", doubtful=found.doubtful or "lam viec" in match[0])


def month(match: re.Match[str], _: date) -> Mention:
    word = _group(match, "month")
    return _whole_month(match, WORDED.get(word) or _BARE.get(word) or int(word), _written_year(match))


def _whole_month(match: re.Match[str], number: int, year: int | None, *, doubtful: bool = False) -> Mention:
    broken = not 1 <= number <= 12 or (year is not None and year not in _SENSIBLE)
    return Mention(
        unit="month", start=match.start(), end=match.end(), month=number, first_month=number, year=year,
        doubtful=doubtful, broken=broken,
    )  # fmt: skip


def near_month(match: re.Match[str], doc_date: date) -> Mention:
    """«tháng này», «trong tháng»: the document's month; «tháng sau»: the next one."""
    which = _group(match, "which")
    year, number = divmod(doc_date.year * 12 + doc_date.month - 1 + (which in _NEXT), 12)
    return _whole_month(match, number + 1, year, doubtful=not which)


def part(match: re.Match[str], doc_date: date) -> Mention:
    """đầu / giữa / cuối tháng = 10th / 15th / last day; weeks of a month end on the 7th, 14th, 21st, 28th."""
    found = month(match, doc_date) if _group(match, "month") else near_month(match, doc_date)
    word = re.sub(r"\s+", " ", match["part"]).strip()
    if word in ("cuoi", "nua cuoi", "ha tuan"):
        return replace(found, unit="part")
    number = {"dau": 10, "giua": 15, "nua dau": 15, "thuong tuan": 10, "trung tuan": 20}.get(word)
    return replace(found, unit="part", day=number or _days_into(word), doubtful=True)


def _days_into(word: str) -> int | None:
    """«10 ngày đầu» = 10, «tuần 2», «tuần thứ hai» = 14, «tuần đầu» = 7, «tuần cuối» = the month's end."""
    if found := re.match(r"\d+", word):
        return min(int(found[0]), 28)
    which = re.sub(r"tuan (?:le )?(?:thu )?", "", word)
    week = int(which) if which.isdecimal() else 1 if which.startswith("dau") else _NTH.get(which, 0)
    return 7 * week if 1 <= week <= 4 else None


def quarter(match: re.Match[str], _: date) -> Mention:
    """Roman or Arabic, with l, 1 and | typed for I; «11» for II is doubtful."""
    token = re.sub(r"\s", "", match["quarter"])
    number = int(token) if token in ("1", "2", "3", "4") else 4 if token.endswith("v") else len(token)
    return Mention(
        unit="quarter", start=match.start(), end=match.end(), month=number * 3, first_month=number * 3 - 2,
        year=_written_year(match), doubtful=len(token) > 1 and token.isdecimal(),
    )  # fmt: skip


def no_quarter(match: re.Match[str], _: date) -> Mention:
    return Mention(unit="quarter", start=match.start(), end=match.end(), broken=True)


def near_quarter(match: re.Match[str], doc_date: date) -> Mention:
    """«quý này», «trong quý»: the document's quarter; «quý sau»: the next one."""
    which = _group(match, "which")
    year, index = divmod(doc_date.year * 4 + (doc_date.month - 1) // 3 + (which in _NEXT), 4)
    return Mention(
        unit="quarter", start=match.start(), end=match.end(), month=index * 3 + 3, first_month=index * 3 + 1,
        year=year, doubtful=not which,
    )  # fmt: skip


def quarter_part(match: re.Match[str], doc_date: date) -> Mention:
    """đầu quý = end of its first month, giữa quý = 15th of the second, cuối quý = the quarter's end."""
    found = quarter(match, doc_date)
    if match["part"] == "cuoi":
        return found
    if match["part"] == "dau":
        return replace(found, unit="period", month=found.month - 2, doubtful=True)
    return replace(found, unit="period", month=found.month - 1, day=15, doubtful=True)


def half(match: re.Match[str], _: date) -> Mention:
    """«6 tháng đầu năm», «9 tháng đầu năm», «6 tháng cuối năm», «nửa đầu năm»."""
    word = _group(match, "count") or "6"
    count = {"sau": 6, "chin": 9, "ba": 3}.get(word) or int(word)
    early = match["part"] == "dau"
    return Mention(
        unit="half" if count == 6 else "period", start=match.start(), end=match.end(), year=_written_year(match),
        month=min(count, 12) if early and count else 12, first_month=1 if early else max(13 - count, 1),
        broken=not 1 <= count <= 12,
    )  # fmt: skip


def years(match: re.Match[str], _: date) -> Mention:
    """«giai đoạn 2021 - 2025»: the end of the last year."""
    first, second = int(match["first"]), match["second"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    broken = last < first or last not in _SENSIBLE
    return Mention(unit="years", start=match.start(), end=match.end(), year=last, first_year=first, broken=broken)


def year(match: re.Match[str], doc_date: date) -> Mention:
    """«năm 2025», «năm nay», «cuối năm»; «đầu năm» = end of March, «giữa năm» = end of June."""
    number = _written_year(match) or doc_date.year + (_group(match, "which") in _NEXT)
    word = _group(match, "part")
    early = word in ("dau", "giua")
    return Mention(
        unit="period" if early else "year", start=match.start(), end=match.end(), year=number, doubtful=early,
        month={"dau": 3, "giua": 6}.get(word, 12), broken=number not in _SENSIBLE,
    )  # fmt: skip


def week(match: re.Match[str], doc_date: date) -> Mention:
    """An ISO week by its number, or this or the next week; it ends on Sunday."""
    number, which = _group(match, "week"), _group(match, "which")
    try:
        if number:
            sunday = date.fromisocalendar(_written_year(match) or doc_date.year, int(number), 7)
        else:
            sunday = doc_date + timedelta(days=6 - doc_date.weekday() + 7 * (which in _NEXT))
        monday = sunday - timedelta(days=6)
    except (ValueError, OverflowError):
        return Mention(unit="week", start=match.start(), end=match.end(), broken=True)
    return Mention(
        unit="week", start=match.start(), end=match.end(), month=sunday.month, day=sunday.day, year=sunday.year,
        first_month=monday.month, first_year=monday.year, doubtful=not which,
    )  # fmt: skip
