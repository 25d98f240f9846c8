"""Sheet *Ghi chú*: as of when, which periods and rules, what every figure means, what changed in the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from nvbatch.briefing import wording
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
_RULES: Mapping[str, str] = {
    "max_extensions": "Số lần gia hạn tối đa",
    "before_is_inclusive": "«Trước ngày D»: hoàn thành đúng ngày D vẫn là đúng hạn",
    "due_soon_days": "Sắp đến hạn: còn không quá (ngày)",
    "long_overdue_days": "Quá hạn kéo dài: trên (ngày)",
    "no_deadline_reminder_months": "Đôn đốc nhiệm vụ không thời hạn: mỗi (tháng)",
    "late_dump_hours": "Dồn ứ: mọi tệp chỉ đến trong số giờ cuối trước khi khóa",
    "min_narrative_chars": "Diễn biến phải có ít nhất (ký tự)",
    "off": "Quy tắc tạm tắt",
    "as_warning": "Quy tắc chỉ cảnh báo",
    "frequency": "Chế độ báo cáo chung",
    "cutoff": "Giờ chốt (từ giờ này trở đi là trễ)",
    "week_day": "Ngày chốt hằng tuần",
    "holiday_shift": "Ngày chốt trùng ngày nghỉ",
    "late_days": "Báo cáo nộp trễ vẫn tính cho kỳ của mình trong (ngày)",
    "lock_days": "Khóa nhập liệu trước ngày họp (ngày, tính cả ngày nghỉ)",
}
_DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Nhiệm vụ được giao",
        "Mọi nhiệm vụ có mã trong danh mục, trừ nhiệm vụ đã hoàn thành trong năm trước. Mỗi nhiệm vụ có đúng một tình trạng, "
        "nên tổng các tình trạng bằng số được giao.",
    ),
    (
        "Hoàn thành",
        "Cơ quan báo cáo «Đã hoàn thành», có ngày hoàn thành, kết quả và văn bản, sản phẩm; chưa bị Văn phòng trả lại khi thẩm định.",
    ),
    ("Hoàn thành đúng hạn", "Ngày hoàn thành không sau thời hạn (thời hạn đã gia hạn, nếu có văn bản chấp thuận)."),
    ("Hoàn thành trễ hạn", "Ngày hoàn thành sau thời hạn; số ngày trễ ghi ở cột «Số ngày quá hạn»."),
    (
        "Hoàn thành (không có thời hạn)",
        "Hoàn thành mà văn bản giao không định thời hạn; không tính vào tỷ lệ đúng hạn.",
    ),
    (
        "Hoàn thành không quá hạn",
        "Hoàn thành đúng hạn cộng hoàn thành không có thời hạn; là số cộng riêng, không dùng để tính tỷ lệ.",
    ),
    (
        "Đang thực hiện, trong hạn; sắp đến hạn; quá hạn",
        "So thời hạn với ngày lập: còn nhiều hơn số ngày quy định; còn trong số ngày quy định; đã qua. Đúng ngày đến hạn thì chưa "
        "quá hạn. Thời hạn không dời theo ngày nghỉ.",
    ),
    (
        "Nhiệm vụ định kỳ",
        "Nhiệm vụ thường xuyên, lặp lại: xét theo từng kỳ, không có quá hạn, không vào mẫu số các tỷ lệ.",
    ),
    ("Dừng thực hiện; đã chuyển", "Theo văn bản ghi trong danh mục; không vào mẫu số các tỷ lệ."),
    (
        "Chưa tổng hợp",
        "Nhiệm vụ đang thực hiện chưa cập nhật trong kỳ, hoặc cập nhật chưa đầy đủ. Vẫn có trong mọi số đếm và danh sách quá hạn; "
        "phần kết quả không đưa vào báo cáo, người đứng đầu phải giải trình.",
    ),
    ("Tỷ lệ hoàn thành / được giao", "Hoàn thành ÷ (được giao − dừng − chuyển − định kỳ)."),
    ("Tỷ lệ đúng hạn / đã hoàn thành", "Hoàn thành đúng hạn ÷ (hoàn thành đúng hạn + hoàn thành trễ hạn)."),
    ("Tỷ lệ hoàn thành / đến hạn", "(Hoàn thành đúng hạn + trễ hạn) ÷ (hoàn thành đúng hạn + trễ hạn + quá hạn)."),
    (
        "Tỷ lệ cập nhật / đang thực hiện",
        "Nhiệm vụ đang thực hiện có báo cáo hợp lệ trong kỳ ÷ mọi nhiệm vụ đang thực hiện. Mẫu số bằng 0 thì không tính tỷ lệ. "
        "Tỷ lệ làm tròn đến bốn chữ số thập phân.",
    ),
    (
        "Đánh giá cơ quan",
        "▲ Chậm: có nhiệm vụ quá hạn. ○ Cần theo dõi: có nhiệm vụ sắp đến hạn, chưa cập nhật hoặc chưa tổng hợp. ● Tốt: còn lại.",
    ),
    (
        "Nộp trễ",
        "Máy chủ thư (hoặc thư mục nhận) nhận tệp vào đúng giờ chốt hoặc sau đó; giờ do người gửi ghi không được dùng.",
    ),
    (
        "Số liệu của một nhiệm vụ",
        "Lấy từ dòng báo cáo hợp lệ mới nhất của cơ quan chủ trì. Dòng có lỗi phải sửa được giữ lại: giá trị tốt gần nhất vẫn dùng.",
    ),
    ("Dấu hiệu", "● hoàn thành · ○ trong hạn hoặc không có thời hạn · ■ sắp đến hạn · ▲ quá hạn. Màu luôn đi kèm chữ."),
    (
        "Sử dụng sổ này",
        "Lập lại tự động ở mỗi lần chạy, không sửa trực tiếp. Ý kiến của Văn phòng ghi vào trang «Thẩm định» của register.xlsx.",
    ),
)


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
    yield "3. Định nghĩa", iter(_DEFINITIONS)
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
        yield f"{source.program(code)} ({code})", f"{period_words(period)}; chốt lúc {cutoff}"
    yield "Múi giờ", source.config.office.timezone


def _rule(name: str, value: Any) -> tuple[str, str]:
    return _RULES.get(name, name), _value(name, value)


def _value(name: str, value: Any) -> str:
    if name == "holiday_shift":
        return "Giữ nguyên" if value == "literal" else "Chuyển về ngày làm việc liền trước"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, time):
        return f"{value:%H} giờ {value:%M} phút"
    if isinstance(value, (tuple, list, frozenset)):
        return ", ".join(str(item) for item in value) or "Không có"
    return _FREQUENCIES.get(str(value), _WEEKDAYS.get(str(value), str(value)))


def _changed(change: RegisterChange) -> tuple[str, str]:
    return f"{change.sheet} · {change.key} · {change.column}", f"«{change.old}» → «{change.new}»"
