"""Figures, moments and periods in, courteous administrative Vietnamese out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from nvbatch.model import Period, Snapshot, Totals
from nvbatch.nd30_2020 import in_words

NOTHING = "Không có."
_ROMAN = {100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}
_KINDS: Mapping[str, str] = {"day": "ngày", "week": "tuần", "month": "tháng", "quarter": "quý"}


@lru_cache(maxsize=4096)  # tables are long, and say few different figures
def number(value: int) -> str:
    """For tables: ``1.387``."""
    return f"{value:,}".replace(",", ".")


def count(value: int) -> str:
    """For sentences: a figure below ten is padded, ``07``, ``12``, ``1.387``."""
    return f"{value:02d}" if 0 < value < 10 else number(value)


@lru_cache(maxsize=4096)
def percent(ratio: float) -> str:
    """``0.8743`` → ``87,43%``: half up, comma, no needless zeros."""
    points = (Decimal(str(ratio)) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{points:f}".rstrip("0").rstrip(".").replace(".", ",") + "%"


def ratio(totals: Totals, name: str) -> str:
    """A percentage never stands alone: its two figures and the number not aggregated are beside it (contract 8.7)."""
    done, of = totals.fractions[name]
    value = totals.ratios[name]
    left_out = f"chưa tổng hợp {count(totals.not_aggregated)}"
    if value is None:
        return f"chưa có cơ sở tính ({number(done)}/{number(of)}; {left_out})"
    return f"{percent(value)} ({number(done)}/{number(of)}; {left_out})"


def change(now: int, before: object) -> str:
    """``tăng 05 so với kỳ trước``; empty when the last period is not known."""
    if not isinstance(before, int) or isinstance(before, bool):
        return ""
    if now == before:
        return "không thay đổi so với kỳ trước"
    return f"{'tăng' if now > before else 'giảm'} {count(abs(now - before))} so với kỳ trước"


def day(value: object) -> str:
    """``05/3/2026`` in tables is written ``05/03/2026``; empty when there is none."""
    return _day(value) if isinstance(value, date) else ""


@lru_cache(maxsize=4096)  # many tasks, few days
def _day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


@lru_cache(maxsize=4096)  # cut-offs and as-of come in every letter
def moment(value: datetime) -> str:
    """``16 giờ 30 phút ngày 20/11/2026``, ``17 giờ ngày …``; the moment is already in the Office's zone."""
    minutes = f" {value:%M} phút" if value.minute else ""
    return f"{value:%H} giờ{minutes} ngày {value:%d/%m/%Y}"


def period(value: Period) -> str:
    """``tuần 47 năm 2026``, ``tháng 10 năm 2026``, ``quý I năm 2026``, ``ngày 05 tháng 3 năm 2026``."""
    if value.kind == "day":
        return in_words(value.start)
    year, _, part = value.key.partition("-")
    place = part.lstrip("WQ").lstrip("0")
    return f"{_KINDS[value.kind]} {roman(int(place)) if value.kind == 'quarter' else place} năm {year}"


def span(value: Period) -> str:
    """``(từ ngày 16/11/2026 đến ngày 22/11/2026)``; a single day needs none."""
    return "" if value.start == value.end else f"từ ngày {day(value.start)} đến ngày {day(value.end)}"


def roman(value: int) -> str:
    """14 → ``XIV``, however many agencies there are."""
    for step, letters in _ROMAN.items():
        if value >= step:
            return letters + roman(value - step)
    return ""


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(words: Iterable[str], *, most: int | None = None, unit: str = "cơ quan") -> str:
    """``A; B; C``; past ``most`` the rest is counted."""
    words = list(words)
    if most is None or len(words) <= most:
        return "; ".join(words)
    return "; ".join(words[:most]) + f" và {count(len(words) - most)} {unit} khác"


def clip(text: str, length: int) -> str:
    """One paragraph of at most ``length`` characters, cut between words; what is cut is seen."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    cut, after = flat[: length - 1], flat[length - 1]
    if after != " " and " " in cut[length // 2 :]:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.-–") + "…"


def main_period(snapshot: Snapshot) -> Period | None:
    """The period that a document is named after: that of the general programme, else of the one with most tasks."""
    used, tasks = used_periods(snapshot), snapshot.totals.by_program
    largest = max(used, key=lambda code: tasks.get(code, {}).get("assigned", 0), default="CHUNG")
    return used.get("CHUNG") or used.get(largest)


def used_periods(snapshot: Snapshot) -> Mapping[str, Period]:
    """The periods of the programmes that have tasks; all of them while there is no task at all."""
    used = {code: period for code, period in snapshot.periods.items() if code in snapshot.totals.by_program}
    return used or snapshot.periods
