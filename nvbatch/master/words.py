"""The sentences above the lists: which period, as of when, provisional or corrected."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from nvbatch.briefing import wording
from nvbatch.master.source import Source
from nvbatch.model import FLAG_WORDS, SEVERITY_WORDS, STATUS_WORDS, Period

_YES_NO = ("Có", "Không")
_LINE = 165  # characters that fit across a printed page


def listed(source: Source) -> tuple[str, ...]:
    """Words that the lists say again and again and that are known before any row is: from the register and the form.

    They depend on no report: whatever an agency sends, each keeps its place.
    """
    snapshot, form = source.snapshot, source.form
    said = chain(
        _YES_NO,
        STATUS_WORDS.values(),
        SEVERITY_WORDS.values(),
        FLAG_WORDS.values(),
        (form.tasks.name, form.changes.name),
        *(column.choices for column in (*form.tasks.columns, *form.changes.columns)),
        (period.key for period in snapshot.periods.values()),
        (program.name for program in snapshot.programs.values()),
        (figure.agency.name for figure in snapshot.agencies),
        source.links.values(),
    )
    return tuple(dict.fromkeys(said))


def as_of_line(source: Source) -> str:
    """One line that stands on every list: the periods by their short names, as of when."""
    told = standing(source)
    together = _together(source, wording.period)
    with_codes = "; ".join(f"{words} ({', '.join(codes)})" for words, codes in together.items())
    alone = "; ".join(together)
    ways = [f"Kỳ báo cáo: {named} · {told}" for named in ([alone] if len(together) < 2 else [with_codes, alone])]
    return _fitting([*ways, told])


def standing(source: Source) -> str:
    """``Số liệu tính đến … · Số liệu tạm tính · điều chỉnh so với số đã công bố``."""
    snapshot = source.snapshot
    parts = [f"Số liệu tính đến {wording.moment(source.as_of)}"]
    if snapshot.provisional:
        parts.append("Số liệu tạm tính")
    if snapshot.published_before:
        parts.append("điều chỉnh so với số đã công bố")
    return " · ".join(parts)


def conference_line(source: Source) -> str:
    """``Phục vụ Hội nghị … ngày 27/11/2026 · khóa nhập liệu lúc …``; empty without a conference and a lock."""
    snapshot, parts = source.snapshot, []
    if snapshot.conference:
        title = snapshot.conference.title or "Hội nghị"
        parts.append(f"Phục vụ {title}, ngày {wording.day(snapshot.conference.held_on)}")
    if snapshot.lock_at:
        parts.append(f"Khóa nhập liệu lúc {wording.moment(source.local(snapshot.lock_at))}")
    return " · ".join(parts)


def periods(source: Source) -> str:
    """``Kỳ báo cáo: tuần 47 năm 2026 (từ ngày … đến ngày …)``, programme by programme where they differ."""
    together = _together(source, period_words)
    if len(together) < 2:
        return f"Kỳ báo cáo: {'; '.join(together)}"
    named = "; ".join(f"{', '.join(map(source.program, codes))}: {words}" for words, codes in together.items())
    coded = "; ".join(f"{words}: {', '.join(codes)}" for words, codes in together.items())
    return _fitting([f"Kỳ báo cáo: {told}" for told in (named, coded, "; ".join(together))])


def period_words(period: Period) -> str:
    span = wording.span(period)
    return f"{wording.period(period)} ({span})" if span else wording.period(period)


def _together(source: Source, words: Callable[[Period], str]) -> dict[str, list[str]]:
    """Periods in words → the programmes that have them."""
    together: dict[str, list[str]] = {}
    for code, period in wording.used_periods(source.snapshot).items():
        together.setdefault(words(period), []).append(code)
    return together


def _fitting(ways: list[str]) -> str:
    """The first way of saying it that fits across a page; else the last, the shortest."""
    return next((said for said in ways if len(said) <= _LINE), ways[-1])
