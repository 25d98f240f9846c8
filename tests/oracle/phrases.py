"""Deadline phrases whose meaning is known because they are made from it (DOMAIN 3.4, CONTRACT 8.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.oracle.world import Phrase

ROMAN = ("", "I", "II", "III", "IV")


def last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def near(rng: Random, doc: date, day: date) -> Phrase:
    """A phrase that ends on or about ``day``."""
    return rng.choice((_day, _day, _before, _month, _quarter, _part, _range, _count, _hour, _half, _step, _bare))(
        rng, doc, day
    )


def open_ended(rng: Random) -> Phrase:
    kinds: tuple[tuple[str, tuple[str | None, ...], bool], ...] = (
        ("NONE", (None, "Chưa xác định", "-", "01/01/1970"), False),
        ("UNDEFINED", ("theo quy định", "khi có yêu cầu", "kịp thời", "khẩn trương"), False),
        ("CONDITIONAL", ("trong 6 tháng sau khi Chính phủ ban hành Nghị định",), True),
        ("EVENT", ("Kỳ họp cuối năm 2026", "trước kỳ họp HĐND"), True),
        ("INVALID", ("31/11/2025", "29/02/2025", "00/3/2025"), True),
        ("NOT_A_DATE", ("Đề nghị giao Sở Nông nghiệp và Môi trường tham mưu xử lý",), True),
    )
    kind, texts, ambiguous = rng.choice(kinds)
    return Phrase(text=rng.choice(texts), day=None, kind=kind, ambiguous=ambiguous)


def recurring(rng: Random) -> Phrase:
    texts = ("định kỳ hằng tháng", "thứ Sáu hằng tuần", "hàng quý", "ngày 15 hằng tháng", "Định kỳ hằng tuần")
    if rng.random() < 0.4:
        return Phrase(text=rng.choice(("thường xuyên", "Thường xuyên trong năm", "liên tục")), day=None, kind="ONGOING")
    return Phrase(text=rng.choice(texts), day=None, kind="RECURRING")


def _day(rng: Random, doc: date, day: date) -> Phrase:
    d, m, y = day.day, day.month, day.year
    forms: tuple[str, ...] = (
        f"{d:02d}/{m:02d}/{y}", f"{d}/{m}/{y}", f"{d}.{m}.{y}", f"{d}-{m}-{y % 100:02d}", day.isoformat(),
        f"ngày {d:02d} tháng {m} năm {y}", f"chậm nhất ngày {d}/{m}/{y}", f"đến hết ngày {d}/{m}/{y}",
        f"Hoàn thành trong ngày {d} tháng {m} năm {y}", f"không quá ngày {d:02d}/{m:02d}/{y}",
        str((day - date(1899, 12, 30)).days), f"muộn nhất {d}/{m}/{y}",
    )  # fmt: skip
    return Phrase(text=rng.choice(forms), day=day)


def _before(rng: Random, doc: date, day: date) -> Phrase:
    d, m, y = day.day, day.month, day.year
    forms = (f"trước ngày {d:02d} tháng {m} năm {y}", f"trước {d:02d}/{m}/{y}", f"Trước ngày {d}.{m}.{y}")
    return Phrase(text=rng.choice(forms), day=day, kind="BEFORE", ambiguous=True)


def _month(rng: Random, doc: date, day: date) -> Phrase:
    m, y = day.month, day.year
    forms = (f"tháng {m}/{y}", f"trong tháng {m:02d} năm {y}", f"{m:02d}/{y}", f"T{m}/{y}", f"Thang {m}/{y}")
    return Phrase(text=rng.choice(forms), day=last_of(y, m), kind="MONTH")


def _quarter(rng: Random, doc: date, day: date) -> Phrase:
    q, y = (day.month - 1) // 3 + 1, day.year
    forms = (f"Quý {ROMAN[q]}/{y}", f"trong quý {ROMAN[q]} năm {y}", f"Q{q}/{y}", f"Quý{ROMAN[q]}/{y}", f"quý {q}/{y}")
    return Phrase(text=rng.choice(forms), day=last_of(y, 3 * q), kind="QUARTER")


def _part(rng: Random, doc: date, day: date) -> Phrase:
    m, y = day.month, day.year
    word, end = rng.choice((("đầu", date(y, m, 10)), ("giữa", date(y, m, 15)), ("cuối", last_of(y, m))))
    return Phrase(text=f"{word} tháng {m}/{y}", day=end, kind="MONTH_PART", ambiguous=word != "cuối")


def _range(rng: Random, doc: date, day: date) -> Phrase:
    m, y = day.month, day.year
    if m > 2 and rng.random() < 0.5:
        return Phrase(text=f"tháng {m - 2} - {m}/{y}", day=last_of(y, m), kind="RANGE")
    q = max(2, (m - 1) // 3 + 1)
    text = f"Quý {ROMAN[q - 1]}{rng.choice((', ', ' - '))}{ROMAN[q]}/{y}"
    return Phrase(text=text, day=last_of(y, 3 * q), kind="RANGE")


def _count(rng: Random, doc: date, day: date) -> Phrase:
    days = max(5, (day - doc).days)
    text, ambiguous = rng.choice(
        (
            (f"trong {days} ngày kể từ ngày ban hành", False),
            (f"trong vòng {days} ngày kể từ ngày nhận được văn bản", True),
            (f"trong vòng {days} ngày", True),
        )
    )
    return Phrase(text=text, day=doc + timedelta(days=days), kind="RELATIVE", ambiguous=ambiguous)


def _hour(rng: Random, doc: date, day: date) -> Phrase:
    hour = rng.choice(("16h30", "16 giờ 30", "16:30"))
    return Phrase(text=f"trước {hour} ngày {day.day}/{day.month}/{day.year}", day=day, kind="TIMESTAMP")


def _half(rng: Random, doc: date, day: date) -> Phrase:
    y = day.year
    forms = (
        (f"6 tháng đầu năm {y}", date(y, 6, 30)), (f"6 tháng cuối năm {y}", date(y, 12, 31)),
        (f"Trong năm {y}", date(y, 12, 31)), (f"giai đoạn {y - 2} - {y}", date(y, 12, 31)),
        (f"9 tháng đầu năm {y}", date(y, 9, 30)), (f"đến năm {y}", date(y, 12, 31)),
    )  # fmt: skip
    text, end = rng.choice(forms)
    return Phrase(text=text, day=end, kind="HALF")


def _step(rng: Random, doc: date, day: date) -> Phrase:
    later = day + timedelta(days=5)
    text = (
        f"Hoàn thành trước {day.day}/{day.month}/{day.year}, báo cáo trước {later.day:02d}/{later.month}/{later.year}"
    )
    return Phrase(text=text, day=day, kind="TWO_STEP", ambiguous=True)


def _bare(rng: Random, doc: date, day: date) -> Phrase:
    """The year is left out: the first such period that ends on or after the document's date."""
    ends: Callable[[int], date]
    if rng.random() < 0.5:
        m = day.month
        text, ends = f"trong tháng {m:02d}", lambda y: last_of(y, m)
    else:
        q = (day.month - 1) // 3 + 1
        text, ends = f"quý {ROMAN[q]}", lambda y: last_of(y, 3 * q)
    year = doc.year if ends(doc.year) >= doc else doc.year + 1
    return Phrase(text=text, day=ends(year), kind="MONTH", ambiguous=year != doc.year)
