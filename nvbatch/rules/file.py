"""Gate F: what the reader noted on the file as a whole, one demand a function; a reading in, hits out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from nvbatch.model import Reading
from nvbatch.rules.rule import Hit, ReadingRule, rule


def noted(reading: Reading, code: str) -> Iterator[Hit]:
    """The reader's notes of one code as hits: the reader has seen the cell, the rule gives it its words."""
    for note in reading.notes:
        if note.rule == code:
            yield Hit(
                row=note.row,
                sheet=note.sheet,
                column=note.column,
                cell=note.cell,
                value=note.value,
                expected=note.expected,
                args=note.args,
            )


# --- F: the file --------------------------------------------------------------------------------


@rule(
    "F101",
    "fatal",
    title="Tệp không đọc được",
    message="{how}: {what}.",
    fix="Mở tệp bằng Excel hoặc LibreOffice, chọn «Lưu thành» với định dạng .xlsx rồi gửi lại; "
    "nếu tệp không mở được, đề nghị điền lại trên biểu mẫu đã cấp.",
    source=("R24",),
)
def file_is_a_spreadsheet(reading: Reading) -> Iterable[Hit]:
    """The bytes must open as a supported spreadsheet; the message says what they really are."""
    for hit in noted(reading, "F101"):
        empty = str(hit.args.get("what", "")).startswith(_NOTHING_INSIDE)
        how = "Không có bảng tính nào để đọc" if empty else "Tệp không đọc được như một bảng tính"
        yield replace(hit, args={"how": how, **hit.args})


# What is said of a mail or an archive in which no workbook is.
_NOTHING_INSIDE = ("thư không kèm ", "tệp nén không chứa ")


@rule(
    "F102",
    "fatal",
    title="Tệp đặt mật khẩu",
    message="Tệp được đặt mật khẩu hoặc hạn chế quyền mở nên không đọc được nội dung.",
    fix="Bỏ mật khẩu (Tệp › Thông tin › Bảo vệ sổ làm việc), lưu và gửi lại.",
    source=("R24",),
)
def file_opens_without_password(reading: Reading) -> Iterable[Hit]:
    """Nobody types passwords in a batch; the agency takes it off."""
    return noted(reading, "F102")


@rule(
    "F103",
    "fatal",
    title="Tệp vượt giới hạn",
    message="Tệp vượt giới hạn tiếp nhận: {what}.",
    fix="Chỉ giữ các trang của biểu mẫu BM01 và các dòng nhiệm vụ của cơ quan, bỏ hình ảnh, dữ liệu khác rồi gửi lại.",
    source=("RELIABILITY 2.1",),
)
def file_stays_within_limits(reading: Reading) -> Iterable[Hit]:
    """Size, inflated size, rows, columns, sheets, time: each limit has a clear refusal."""
    return noted(reading, "F103")


@rule(
    "F104",
    "warning",
    title="Tệp có thành phần không được dùng",
    message="Tệp có {what}; phần này không được chạy, không được mở và không chuyển tiếp.",
    fix="Kỳ sau dùng biểu mẫu BM01 (.xlsx) do Văn phòng cấp, không kèm macro, liên kết ngoài hoặc đối tượng nhúng.",
    source=("RELIABILITY 2.3",),
)
def file_holds_only_values(reading: Reading) -> Iterable[Hit]:
    """Macros, external links, embedded objects and data connections are never run or followed."""
    return noted(reading, "F104")


@rule(
    "F105",
    "info",
    title="Tệp không phải .xlsx",
    message="Tệp có định dạng {what}; đã đọc được, bản trả lại sẽ là .xlsx.",
    fix="Không phải sửa. Kỳ sau đề nghị dùng biểu mẫu .xlsx do Văn phòng cấp.",
    source=("DOMAIN 3.3",),
)
def file_is_xlsx(reading: Reading) -> Iterable[Hit]:
    """Other readable formats are accepted and answered in the house format."""
    return noted(reading, "F105")


@rule(
    "F106",
    "fatal",
    title="Tệp không có dòng nào",
    message="Tệp không có dòng nhiệm vụ nào có nội dung.",
    fix="Điền tình hình thực hiện vào trang «Nhiệm vụ» của biểu mẫu đã cấp rồi gửi lại.",
    source=("R41",),
)
def file_has_rows(reading: Reading) -> Iterable[Hit]:
    """An empty workbook is no report."""
    return noted(reading, "F106")


@rule(
    "F107",
    "info",
    title="Gửi lặp lại",
    message="Tệp giống hệt tệp đã nhận trước đó; không có thông tin mới.",
    fix="Không phải sửa. Nếu cơ quan muốn thay số liệu, đề nghị kiểm tra lại xem đã đính kèm đúng bản mới chưa.",
    source=("DOMAIN 3.3",),
)
def file_is_new(reading: Reading) -> Iterable[Hit]:
    """Only the order of arrival knows this: the admit stage makes the finding."""
    return noted(reading, "F107")


ON_READING: tuple[ReadingRule, ...] = (
    file_is_a_spreadsheet,
    file_opens_without_password,
    file_stays_within_limits,
    file_holds_only_values,
    file_is_xlsx,
    file_has_rows,
    file_is_new,
)
