"""A searchable phrase in, every stretch of time that it names out, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from nvbatch.deadline import mention as build
from nvbatch.deadline.mention import WORDED, Mention
from nvbatch.deadline.phrase import Phrase

Builder = Callable[[re.Match[str], date], Mention]

_PIECES = {
    "Y4": r"(?P<year>(?:19|20|21)\d{2})(?!\d)",
    "SHORT": r"(?P<short>\d{2})(?![\d/]|\.\d)",
    "DAY": r"(?<![\d/])(?P<day>\d{1,2})",
    "MONTH": r"(?P<month>\d{1,2})(?!\d)",
    "NGAY": r"(?:\b(?:ngay|mung|mong)\s*)?",
    "THANG": r"(?:\bthang|\bthag|\bt(?=\.?\d+(?!\d*[:h]))|(?<!hoan\ )\bthanh(?=\s*\d))",
    "QUY": r"(?:\bqu[yi]|\bq)[.:]?\s*",
    "ROMAN": r"(?P<quarter>[il1|!]\s?v|[il|!1]{1,3}|[1-4])(?![\w|])",
    "WHICH": r"(?P<which>nay|sau|toi|tiep\ theo)\b(?!\ khi)",
    "CUA": r"\s*(?:cua\s*)?",
    "NTH": r"\d|dau(?:\ tien)?|cuoi(?:\ cung)?|nhat|mot|hai|ba|tu|bon|i{1,3}|iv",
}
# a year behind a month or quarter: "/2025", " năm 2025", " - 2025", "/năm 2025", "/25"
_PIECES["YEAR"] = r"(?:[\s,.(]*[/.-]?\s*(?:nam)?\s*/?\s*{Y4}|\s*(?:/|\bnam\s)\s*{SHORT})?".format(**_PIECES)
_PIECES["PART"] = (
    r"(?P<part>nua\ dau|nua\ cuoi|dau|giua|cuoi|thuong\ tuan|trung\ tuan|ha\ tuan"
    r"|\d{{1,2}}\ ngay\ dau|tuan\ (?:le\ )?(?:thu\ )?(?:{NTH}))"
).format(**_PIECES)

# The most precise reading of a stretch of text comes first; what it matched is out of reach for those below.
_GRAMMAR: tuple[tuple[Builder, str], ...] = (
    # days: ISO; d/m/yyyy, d.m.yy; d tháng m năm yyyy; of this or the next month; the last one of a month
    (build.day, r"{NGAY}(?<![\d/.])(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)"),
    (
        build.day,
        r"{NGAY}{DAY}\s*(?:(?P<dash>-)|[/.])\s*(?P<month>\d{{1,2}})\s*(?(dash)-|(?:[/.]|[/.,-]?\s*nam))\s*"
        r"(?:(?P<year>\d{{4}})|(?P<short>\d{{2}}))(?!\d)(?!\s*/\s*\d)",
    ),
    (
        build.day,
        r"(?<!tuan\ )(?<!tuan\ thu\ ){NGAY}{DAY}\s*thang\s*{MONTH}"
        r"(?:\s*[/.,-]?\s*(?:nam)?\s*(?P<year>\d{{4}})(?!\d)|\s*(?:/|nam\s)\s*{SHORT})?",
    ),
    (build.day_near, r"\bngay\s+{DAY}{CUA}thang\s*{WHICH}"),
    (build.last_day, r"\bngay\s*(?:lam\ viec\s*)?cuoi(?:\s*cung)?{CUA}thang\s*{MONTH}{YEAR}"),
    (build.last_day, r"\bngay\s*(?:lam\ viec\s*)?cuoi(?:\s*cung)?{CUA}thang\b(?:\s*{WHICH})?"),
    # several years
    (
        build.years,
        r"(?:\b(?:giai\ doan|nhiem\ ky|cac\ nam|nam)\s*)?(?<![\d/.-])(?P<first>(?:19|20|21)\d{{2}})\s*"
        r"(?:-|/|den(?:\s*het)?|toi|va|,|&)\s*(?:nam\s*)?(?P<second>(?:19|20|21)\d{{2}}|1[3-9]|[2-9]\d)(?![\d/])",
    ),
    # halves of a year, parts of a month or quarter
    (build.half, r"\b(?P<count>\d{{1,2}}|sau|chin|ba)\s*thang\s*(?P<part>dau|cuoi){CUA}(?:nam\b)?{YEAR}"),
    (build.half, r"\bnua\s*(?P<part>dau|cuoi){CUA}nam\b{YEAR}"),
    (build.part, r"\b{PART}{CUA}{THANG}[\s.]*{MONTH}{YEAR}"),
    (build.part, r"\b{PART}{CUA}thang\b(?!\s*\d)(?:\s*{WHICH})?"),
    (build.quarter_part, r"\b(?P<part>dau|giua|cuoi)\s*{QUY}{ROMAN}{YEAR}"),
    # quarters, months
    (build.quarter, r"{QUY}{ROMAN}{YEAR}"),
    (build.no_quarter, r"{QUY}(?:\d+|[ivxl]+)(?!\w){YEAR}"),
    (build.near_quarter, r"\bqu[yi]\s*{WHICH}"),
    (build.near_quarter, r"(?:(?<=trong\ )|(?<=het\ )|(?<=cuoi\ ))qu[yi]\b(?!\s*[\d(])"),
    (build.month, r"{THANG}[\s./]*{MONTH}{YEAR}"),
    (build.mixed_day, r"{NGAY}{DAY}\s*-\s*(?P<month>\d{{1,2}})\s*/\s*{Y4}"),
    (build.month, r"(?<![\d/])(?<!\d[.-])(?P<month>\d{{1,2}})\s*(?:[/.-]|[/.,-]?\s*nam)\s*{Y4}"),
    (build.month, r"(?<![\d/.-]){Y4}[-/](?P<month>0[1-9]|1[0-2])(?![\d/-])"),
    (build.near_month, r"\bthang\s*{WHICH}"),
    (build.near_month, r"(?:(?<=trong\ )|(?<=het\ ))thang\b(?!\s*\d)"),
    # years, weeks
    (build.year, r"\b(?P<part>dau|giua|cuoi){CUA}nam\s*{Y4}"),
    (build.year, r"(?<!viet\ )(?<!mien\ )\b(?:ca\s*)?nam\s*{Y4}"),
    (build.year, r"(?<!cac\ )\bnam\s*{WHICH}"),
    (build.year, r"\b(?P<part>dau|giua|cuoi){CUA}nam\b(?!\s*\d)(?!\ hoc)"),
    (build.year, r"(?:(?<=trong\ )|(?<=het\ )|(?<=\bca\ )|(?<=toan\ ))nam\b(?!\s*\d)(?!\ hoc)"),
    (build.week, r"\btuan\s*(?:thu\s*|so\s*)?(?P<week>\d{{1,2}})\s*[/,-]?\s*(?:nam\s*)?{Y4}"),
    (build.week, r"\btuan\s*{WHICH}"),
    (build.week, r"(?<=trong\ )tuan\b(?!\s*\d)"),
    (
        build.year,
        r"(?:(?<=trong\ )|(?<=het\ )|(?<=den\ )|(?<=truoc\ )|(?<=cuoi\ )|(?<=toi\ )|(?<=vao\ )|^\W*)"
        r"{Y4}(?!\s*[-/.]\s*\d)",
    ),
    # days without a year, without a month
    (build.short_day, r"{NGAY}{DAY}\s*/\s*(?P<month>\d{{1,2}})(?!\d)"),
    (build.day, r"(?:\b(?:ngay|mung|mong)\s*|(?<=truoc\ )){DAY}\s*[.-]\s*(?P<month>0?[1-9]|1[0-2])(?![\d/.-])"),
    (build.short_day, r"^\W*{DAY}\s*[.-]\s*(?P<month>0?[1-9]|1[0-2])\W*$"),
)
_PATTERNS = tuple((build_one, re.compile(pattern.format(**_PIECES), re.VERBOSE)) for build_one, pattern in _GRAMMAR)

_AND = re.compile(
    r"\s*(?:,|;|-|/|\+|&|\bva\b|\bden\b|\btoi\b|>|~)\s*(?:het\s+)?(?:thang\s*|t(?=\d)|qu[yi]\s*|q(?=\d))?"
)
_ENDS = r"(?=\s*(?:$|[,;.)(&+>~-]|va\b|den\b|toi\b|nam\b|trong\b))"
_MORE: dict[str, tuple[Builder, re.Pattern[str]]] = {
    "quarter": (build.quarter, re.compile("{ROMAN}{YEAR}".format(**_PIECES) + _ENDS)),
    "month": (build.month, re.compile("(?P<month>0?[1-9]|1[0-2])(?!\\d){YEAR}".format(**_PIECES) + _ENDS)),
}
_WORDED_MONTH = re.compile(rf"\btháng (?P<month>{'|'.join(WORDED)})\b(?! lần)")
_BARE_WORDED_MONTH = re.compile(
    r"\bthang (?P<month>tu|bay|tam|chin|muoi(?: mot| hai)?|sau(?= nam\s*\d))\b(?! lan)"  # typed without accents
)
_YEAR_BEHIND = re.compile("{YEAR}".format(**_PIECES))
_BORROWED = re.compile(r"(?:(?:\bngay|\btu|\btu ngay)\s*|^\W*)(\d{1,2})\s*(?:-|den|toi|va|,|&|\+)\s*$")
_LONE_DAY = re.compile(r"\bngay\s*(?P<day>\d{1,2})(?!\d|\s*[/.-]\s*\d|\s*(?:ngay|thang|lam viec)\b)")


def mentions(text: Phrase, doc_date: date) -> tuple[Mention, ...]:
    """Everything that the phrase names, each stretch of text read once."""
    found: list[Mention] = []
    months = _BARE_WORDED_MONTH if text.toned == text.plain else _WORDED_MONTH
    for worded in months.finditer(text.toned):
        found.append(_worded_month(worded, text, doc_date))
        text = text.without(found[-1].start, found[-1].end)
    for builder, pattern in _PATTERNS:
        for match in pattern.finditer(text.plain):
            if text.plain[match.start() : match.end()] != match[0]:
                continue  # the second half of a range, read with the first
            for mention in _chain(builder(match, doc_date), text.plain, doc_date):
                found.append(_checked(mention, text.plain))
                text = text.without(mention.start, mention.end)
    found += [_borrowed(m, text.plain) for m in found if m.unit == "day" and _BORROWED.search(text.plain[: m.start])]
    if not found and (lone := _LONE_DAY.search(text.plain)):
        found.append(build.day_near(lone, doc_date))
    return tuple(sorted(found, key=lambda m: m.start))


def _chain(mention: Mention, plain: str, doc_date: date) -> Iterator[Mention]:
    """«Quý II - III/2025», «tháng 4, 5 và 6/2025»: what follows the first without its own word."""
    yield mention
    builder, item = _MORE.get(mention.unit, (None, None))
    while builder is not None and item is not None:
        link = _AND.match(plain, mention.end)
        following = item.match(plain, link.end()) if link else None
        if following is None:
            return
        mention = builder(following, doc_date)
        yield mention


def _checked(mention: Mention, plain: str) -> Mention:
    """What runs on into more digits ("15/3/202", "tháng 4/15") was misread: it is broken."""
    before, after = plain[: mention.start], plain[mention.end :]
    if re.search(r"\d\s*/\s*$|\d$", before) or re.match(r"\d|\s*/\s*\d", after):
        return replace(mention, broken=True)
    return mention


def _worded_month(match: re.Match[str], text: Phrase, doc_date: date) -> Mention:
    """«tháng tư năm 2025»: the number is a word, told from «từ» and «sau» by its accents."""
    year = _YEAR_BEHIND.match(text.plain, match.end())
    end = year.end() if year else match.end()
    written = year and (year["year"] or (year["short"] and f"20{year['short']}"))
    return replace(build.month(match, doc_date), end=end, year=int(written) if written else None)


def _borrowed(mention: Mention, plain: str) -> Mention:
    """A number that borrows month and year from the day behind it: "01 - 15/3/2025", "ngày 15 và 20/3"."""
    match = _BORROWED.search(plain[: mention.start])
    assert match is not None
    number = int(match[1])
    broken = mention.broken or not 1 <= number <= 31
    return replace(mention, start=match.start(1), end=match.end(1), day=number, broken=broken)
