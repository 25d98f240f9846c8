"""What a phrase names in, days in the calendar out: left-out years settled, neighbours joined into groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from nvbatch.deadline.mention import Mention
from nvbatch.deadline.phrase import Phrase

_WEEKDAY = r"(?:(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\s*[,(]*\s*)?"
_CLOCK = r"(?P<hour>\d{1,2})\s*(?:h|g|gio|:)\s*(?P<minute>\d{1,2})?\s*(?:phut|ph|p|'|:\d{2})?"
_CLOCK_BEFORE = re.compile(rf"(?<!\d){_CLOCK}\s*(?:,|-|cua|trong|vao|cung)?\s*{_WEEKDAY}(?:ngay)?\s*$")
_CLOCK_BEHIND = re.compile(rf"\s*(?:t(?=\d)|,|luc|vao|vao luc|\()?\s*{_CLOCK}")
_BEFORE = re.compile(r"\btruoc(?: (?:thoi diem|thoi han|moc|ngay|thang|quy|nam))*[\s:,]*$")
_UNTIL = re.compile(
    r"\b(?:(?:cham|muon|tre) nhat"
    r"|khong (?:(?:cham|muon|tre) )?(?:qua|hon)|den|het|toi|trong|xong|hoan thanh|han(?: cuoi)?)"
    r"(?: (?:la|vao|den|trong|het|cuoi|ngay|thang|quy|nam|buoi|sang|chieu))*[\s:,]*$"
)
_FROM = re.compile(r"\b(?:tu|sau|bat dau)(?: (?:sau|het|ngay|thang|quy|nam|cuoi|dau))*[\s:]*$")
_RANGE = re.compile(r"\s*(?:-+>?|>|~|(?:cho )?(?:den|toi)(?: het| cuoi)?)\s*(?:ngay|thang|t|quy|qui|q|nam)?\s*")
_LIST = re.compile(
    r"[\s,;/+&()-]*(?:(?:va|truoc|cham nhat|trong|ngay|thang|t|qu[yi]|q|nam|(?:lan|dot|ky) (?:\d|[iv]+|mot|hai|ba))"
    r"[\s,;/+&():-]*)*"
)
_ORDER = re.compile(r"\b(?:lan|dot|ky)\s*(?:\d|[iv]+|thu|dau|mot|hai)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A mention with its year settled. ``marker``: before, until, from or nothing; ``guessed``: another year."""

    mention: Mention
    first: date
    last: date
    marker: str
    guessed: bool
    clock: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Points that belong together: one alone, a range ("Quý II - III") or a list ("15/3 và 15/9")."""

    points: tuple[Point, ...]
    join: str = ""  # "", range or list

    @property
    def first(self) -> date:
        return self.points[0].first

    @property
    def last(self) -> date:
        return self.points[-1].last

    @property
    def marked(self) -> bool:
        return any(point.marker in ("before", "until") for point in self.points)

    @property
    def names_day(self) -> bool:
        return all(point.mention.unit == "day" for point in self.points)


def groups(named: Sequence[Mention], text: Phrase, doc_date: date) -> tuple[Group, ...] | None:
    """The groups of a phrase in order; None when a day does not exist in the year that is meant."""
    parts = _parts(named, text.plain)
    settled: list[Group] = []
    for index, (join, members) in enumerate(parts):
        later = next((m for _, part in parts[index + 1 :] for m in part if m.year), None)
        before = settled[-1].last if settled and settled[-1].names_day else settled[-1].first if settled else None
        dates = _settle(members, before, later, doc_date)
        if dates is None:
            return None
        settled.append(
            Group(
                join=join,
                points=tuple(
                    _point(m, first, last, guessed, text.plain)
                    for m, (first, last, guessed) in zip(members, dates, strict=True)
                ),
            )
        )
    return tuple(settled)


def _parts(named: Sequence[Mention], plain: str) -> list[tuple[str, list[Mention]]]:
    """Neighbouring mentions with nothing but «-», «đến», «và», commas between them belong together."""
    parts: list[tuple[str, list[Mention]]] = []
    for mention in named:
        join = _join(parts[-1][1][-1], mention, plain) if parts else ""
        if join and parts[-1][0] in ("", join):
            parts[-1] = (join, [*parts[-1][1], mention])
        elif join and {join, parts[-1][0]} == {"list", "range"} and mention.unit == parts[-1][1][-1].unit:
            parts[-1] = ("list", [*parts[-1][1], mention])
        else:
            parts.append(("", [mention]))
    return parts


def _join(left: Mention, right: Mention, plain: str) -> str:
    """A range may lead from a day to a month; a list names things of one sort ("Năm 2026, trước 30/11" is no list)."""
    gap = plain[left.end : right.start]
    if _RANGE.fullmatch(gap):
        return "range"
    listed = _LIST.fullmatch(gap) and (re.search(r"[,;/+&]|\bva\b", gap) or _ORDER.search(gap))
    return "list" if listed and _sort(left) == _sort(right) else ""


def _sort(mention: Mention) -> str:
    return mention.unit if mention.unit in ("day", "year", "years") else "part of a year"


def _settle(
    members: Sequence[Mention], previous: date | None, later: Mention | None, doc_date: date
) -> list[tuple[date, date, bool]] | None:
    """Years of a group from its end backwards: written, else by what stands around it, else by the document's date."""
    found: list[tuple[date, date, bool]] = []
    following: date | None = None
    for mention in reversed(members):
        year, guessed = mention.year, False
        if year is None and following is not None:
            year = _not_after(mention, following)
        elif year is None and any(m.year for m in members):
            year = _not_before(mention, next(m for m in reversed(members) if m.year))
        elif year is None and later is not None and (end := later.last(later.year or 1)):
            year = _not_after(mention, end)
        elif year is None:
            base = previous or doc_date
            year = next((y for y in (base.year, base.year + 1) if (d := mention.last(y)) and d >= base), None)
            guessed = previous is None and year != doc_date.year
        last = mention.last(year) if year else None
        first = mention.first(year) if year else None
        if first is None or last is None:
            return None
        following = last
        found.append((first, last, guessed))
    return found[::-1]


def _not_after(mention: Mention, following: date) -> int:
    """The year in which the mention comes before what follows it ("tháng 11 - 2/2026" begins in 2025)."""
    day = mention.last(following.year)
    return following.year if day is None or day <= following else following.year - 1


def _not_before(mention: Mention, earlier: Mention) -> int:
    """The year in which the mention comes after what stands before it ("15/11/2025 và 15/3")."""
    year = earlier.year or 1
    day, before = mention.last(year), earlier.last(year)
    return year if day is None or before is None or day >= before else year + 1


def _point(mention: Mention, first: date, last: date, guessed: bool, plain: str) -> Point:
    before = plain[: mention.start]
    clock = None
    if mention.unit == "day":
        found = _CLOCK_BEFORE.search(before)
        if found:
            before = before[: found.start()]
        found = found or _CLOCK_BEHIND.match(plain, mention.end)
        clock = (int(found["hour"]), int(found["minute"] or 0)) if found else None
    before = re.sub(rf"{_WEEKDAY}(?:ngay )?(?:buoi )?$", "", before)
    return Point(mention=mention, first=first, last=last, marker=_marker(before), guessed=guessed, clock=clock)


def _marker(before: str) -> str:
    for name, pattern in (("before", _BEFORE), ("until", _UNTIL), ("from", _FROM)):
        if pattern.search(before):
            return name
    return ""


def clock_time(clock: tuple[int, int]) -> time | None:
    """24h is the end of the day (00:00 of the next); anything beyond is no time."""
    hour, minute = clock
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
