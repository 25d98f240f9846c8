"""A reading in, one Vietnamese sentence out that says how the deadline was understood."""

from __future__ import annotations

from datetime import date, datetime

from nvbatch.deadline.span import Span

_NO_DAY = {
    "NONE": "Không có thời hạn.",
    "UNDEFINED": "Không có thời hạn cụ thể: nội dung không nêu ngày.",
    "RECURRING": "Nhiệm vụ định kỳ, đánh giá theo từng kỳ báo cáo.",
    "ONGOING": "Nhiệm vụ thường xuyên, đánh giá theo từng kỳ báo cáo.",
    "EVENT": "Gắn với một sự kiện chưa xác định ngày dương lịch, chưa tính được thời hạn.",
    "CONDITIONAL": "Phụ thuộc điều kiện hoặc nêu nhiều khả năng, chưa tính được thời hạn.",
    "INVALID": "Thời gian nêu trong nội dung không có thật hoặc ghi sai, chưa tính được thời hạn.",
    "NOT_A_DATE": "Nội dung không phải là thời hạn đọc được.",
}
_DAYS = {
    "DAY": "Thời hạn là hết ngày {on}",
    "MONTH": "Thời hạn là hết tháng, ngày {on}",
    "MONTH_PART": "Thời hạn trong tháng được tính đến hết ngày {on}",
    "BEFORE_MONTH": "«Trước» một khoảng thời gian được hiểu là xong trước khi khoảng đó bắt đầu: hết ngày {on}",
    "QUARTER": "Thời hạn là hết quý, ngày {on}",
    "RANGE": "Thời hạn là ngày cuối của khoảng thời gian: {on}",
    "HALF": "Thời hạn là hết 6 tháng, ngày {on}",
    "PERIOD": "Thời hạn là hết khoảng thời gian đã nêu, ngày {on}",
    "YEAR": "Thời hạn là hết năm, ngày {on}",
    "MULTI_YEAR": "Thời hạn là hết năm cuối của giai đoạn, ngày {on}",
    "MULTI": "Nêu nhiều mốc thời gian; lấy mốc cuối cùng: ngày {on}",
    "TWO_STEP": "Nêu nhiều bước; lấy mốc hoàn thành: ngày {on}",
}


def say(kind: str, on: date, *, named: date | None = None, at: datetime | None = None, guessed: bool = False) -> str:
    """How a phrase with a day was read; ``guessed``: the year was left out and is not the document's own."""
    if kind == "TIMESTAMP" and at is not None:
        text = f"Trước {at.hour:02d} giờ {at.minute:02d} ngày {_day(at)}; tính theo ngày {_day(on)}"
    elif kind == "BEFORE" and named is not None:
        text = f"«Trước ngày {_day(named)}» được tính đến hết ngày {_day(on)} theo quy định của Văn phòng"
    else:
        text = _DAYS.get(kind, "Thời hạn là ngày {on}").format(on=_day(on))
    return text + (f"; năm {on.year} được suy ra vì nội dung không ghi năm." if guessed else ".")


def say_no_day(kind: str) -> str:
    return _NO_DAY[kind]


def say_span(span: Span, base: date, on: date) -> str:
    """How a span was counted and from which day."""
    why = {
        "issued": "ngày ban hành văn bản",
        "dated": "ngày đã nêu",
        "received": "ngày văn bản vì chưa rõ ngày nhận",
        "none": "ngày văn bản vì không nêu mốc tính",
    }
    return f"{span.words} kể từ {why[span.origin]} ({_day(base)}): hết ngày {_day(on)}."


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
