"""The sentences above the lists: which period, as of when, provisional or corrected."""

from __future__ import annotations

from nvbatch.briefing import wording
from nvbatch.master.source import Source
from nvbatch.model import Period


def as_of_line(source: Source) -> str:
    """One line that stands on every sheet."""
    return " · ".join([periods(source), standing(source)])


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
    together: dict[str, list[str]] = {}
    for code, period in source.snapshot.periods.items():
        together.setdefault(period_words(period), []).append(source.program(code))
    if len(together) == 1:
        return f"Kỳ báo cáo: {next(iter(together))}"
    return "Kỳ báo cáo: " + "; ".join(f"{', '.join(names)}: {words}" for words, names in together.items())


def period_words(period: Period) -> str:
    span = wording.span(period)
    return f"{wording.period(period)} ({span})" if span else wording.period(period)
