"""Sheet *Ghi chú*: as of when, which periods and rules, what every figure means, what changed in the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from nvbatch.briefing import wording
from nvbatch.master.definitions import DEFINITIONS
from nvbatch.master.looks import SIZE
from nvbatch.master.source import Source
from nvbatch.master.words import conference_line, period_words, standing
from nvbatch.model import RegisterChange
from nvbatch.xlsx import BODY, HEADER_FILL, PLAIN, TITLE, Book, row_height, set_page

NAME = "Ghi chú"
_WIDTHS = (46.0, 106.0)
_LABEL, _TEXT = replace(BODY, size=SIZE, bold=True), replace(BODY, size=SIZE)
_SECTION = replace(PLAIN, bold=True, size=11.5, fill=HEADER_FILL, valign="vcenter")
_FREQUENCIES = {"day": "Hằng ngày", "week": "Hằng tuần", "month": "Hằng tháng", "quarter": "Hằng quý"}
_WEEKDAYS = {
    "monday": "thứ Hai",
    "tuesday": "thứ Ba",
    "wednesday": "thứ Tư",
    "thursday": "thứ Năm",
    "friday": "thứ Sáu",
    "saturday": "thứ Bảy",
    "sunday": "Chủ nhật",
}
# name in the configuration → what it says, and how its value reads
_RULES: Mapping[str, tuple[str, str]] = {
    "max_extensions": ("Số lần gia hạn tối đa", "{} lần"),
    "before_is_inclusive": ("«Trước ngày D»: hoàn thành đúng ngày D là đúng hạn", "{}"),
    "due_soon_days": ("Sắp đến hạn", "còn không quá {} ngày"),
    "long_overdue_days": ("Quá hạn kéo dài", "trên {} ngày"),
    "no_deadline_reminder_months": ("Đôn đốc nhiệm vụ không có thời hạn", "{} tháng một lần"),
    "late_dump_hours": ("Dồn ứ", "mọi tệp chỉ đến trong {} giờ cuối trước khi khóa"),
    "min_narrative_chars": ("Diễn biến, tình hình triển khai", "ít nhất {} ký tự"),
    "off": ("Quy tắc tạm tắt", "{}"),
    "as_warning": ("Quy tắc chỉ cảnh báo", "{}"),
    "frequency": ("Chế độ báo cáo chung", "{}"),
    "cutoff": ("Giờ chốt", "trước {}; đúng giờ này là trễ"),
    "week_day": ("Ngày chốt hằng tuần", "{}"),
    "holiday_shift": ("Ngày chốt trùng ngày nghỉ", "{}"),
    "late_days": ("Báo cáo nộp trễ vẫn tính cho kỳ của mình", "trong {} ngày sau giờ chốt"),
    "lock_days": ("Khóa nhập liệu", "trước ngày họp {} ngày, tính cả ngày nghỉ"),
}


def sheet(book: Book, source: Source) -> Any:
    """Two columns, section by section."""
    ws = book.sheet(NAME, widths=_WIDTHS)
    book.write_row(ws, 0, ["GHI CHÚ, QUY TẮC VÀ ĐỊNH NGHĨA SỐ LIỆU"], TITLE, height=24)
    row = 1
    for title, lines in _sections(source):
        row = _section(book, ws, row + 1, title, list(lines))
    ws.freeze_panes(1, 1)
    set_page(ws, made_at=source.as_of, repeat=(0, 0), area=(0, 0, row, 1))
    return ws


def _section(book: Book, ws: Any, row: int, title: str, lines: list[tuple[str, str]]) -> int:
    book.write_row(ws, row, [title, None], _SECTION, height=18)
    for label, said in lines:
        row += 1
        height = row_height([(label, _WIDTHS[0] * 0.94), (said, _WIDTHS[1])], size=SIZE)
        book.write_row(ws, row, [label, said], [_LABEL, _TEXT], height=height)
    return row + 1


def _sections(source: Source) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    snapshot = source.snapshot
    yield "1. Số liệu", _figures(source)
    yield "2. Quy tắc đang áp dụng", (_rule(name, value) for name, value in snapshot.rules_in_force.items())
    yield "3. Định nghĩa", iter(DEFINITIONS)
    changed = snapshot.register_changes
    yield (
        f"4. Thay đổi trong danh mục kể từ lần chạy trước ({len(changed)})",
        (_changed(c) for c in changed) if changed else iter([("Không có", "Danh mục không thay đổi.")]),
    )
    if snapshot.warnings:
        yield "5. Cảnh báo", ((f"Cảnh báo {n}", warning) for n, warning in enumerate(snapshot.warnings, 1))


def _figures(source: Source) -> Iterator[tuple[str, str]]:
    snapshot = source.snapshot
    yield "Thời điểm lấy số liệu", standing(source)
    if line := conference_line(source):
        yield "Hội nghị", line
    if snapshot.published_before:
        yield "Số đã công bố", f"Lần chạy {snapshot.published_before}; số liệu ở đây đã điều chỉnh so với lần đó."
    for code, period in snapshot.periods.items():
        cutoff = wording.moment(source.local(period.cutoff))
        unit = snapshot.programs[code].unit if code in snapshot.programs else None
        watched = f"; đơn vị theo dõi: {unit}" if unit else ""
        yield f"{source.program(code)} ({code})", f"{period_words(period)}; chốt lúc {cutoff}{watched}"
    yield "Múi giờ", source.config.office.timezone


def _rule(name: str, value: Any) -> tuple[str, str]:
    label, said = _RULES.get(name, (name, "{}"))
    return label, said.format(_value(name, value))


def _value(name: str, value: Any) -> str:
    if name == "holiday_shift":
        return "giữ nguyên" if value == "literal" else "chuyển về ngày làm việc liền trước"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, time):
        return f"{value:%H} giờ {value:%M} phút"
    if isinstance(value, (tuple, list, frozenset)):
        return ", ".join(str(item) for item in value) or "Không có"
    return _FREQUENCIES.get(str(value), _WEEKDAYS.get(str(value), str(value)))


def _changed(change: RegisterChange) -> tuple[str, str]:
    return f"{change.sheet} · {change.key} · {change.column}", f"«{change.old}» → «{change.new}»"
