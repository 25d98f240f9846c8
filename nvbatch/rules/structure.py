"""Gate S: what the reader noted on sheets, columns and header of a file; a reading in, hits out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nvbatch.model import Reading
from nvbatch.rules.file import noted
from nvbatch.rules.rule import Hit, ReadingRule, rule
from nvbatch.rules.wording import clip


@rule(
    "S201",
    "warning",
    title="Không phải biểu mẫu do Văn phòng cấp",
    message="Tệp không mang dấu biểu mẫu của Văn phòng; nội dung được đọc theo tên cột.",
    fix="Kỳ sau đề nghị dùng biểu mẫu BM01 do Văn phòng gửi kèm.",
    source=("R38",),
)
def file_is_a_form_of_ours(reading: Reading) -> Iterable[Hit]:
    """A workbook of the agency's own making is read by its labels."""
    return noted(reading, "S201")


@rule(
    "S202",
    "info",
    title="Biểu mẫu phiên bản cũ",
    message="Tệp dùng biểu mẫu phiên bản «{value}»; số liệu đã được chuyển sang phiên bản {expected}.",
    fix="Không phải sửa. Kỳ sau dùng biểu mẫu mới gửi kèm bản trả lại.",
    source=("R93",),
)
def form_is_current(reading: Reading) -> Iterable[Hit]:
    """Older versions are read and carried over."""
    return noted(reading, "S202")


@rule(
    "S203",
    "fatal",
    title="Phiên bản biểu mẫu chưa biết",
    message="Tệp ghi phiên bản biểu mẫu «{value}», phiên bản này chưa có tại Văn phòng.",
    fix="Chép nội dung sang biểu mẫu BM01 đang dùng (phiên bản {expected}) do Văn phòng cấp rồi gửi lại.",
    source=("R93",),
)
def form_version_is_known(reading: Reading) -> Iterable[Hit]:
    """A newer form may mean other things by the same label."""
    return noted(reading, "S203")


@rule(
    "S204",
    "fatal",
    title="Không thấy bảng nhiệm vụ",
    message="Không tìm thấy trang «Nhiệm vụ», cũng không có trang nào mang các cột của biểu mẫu BM01.",
    fix="Chép số liệu vào trang «Nhiệm vụ» của biểu mẫu BM01 do Văn phòng cấp rồi gửi lại.",
    source=("DOMAIN 3.3",),
)
def task_sheet_is_there(reading: Reading) -> Iterable[Hit]:
    """Tables are found by what they say; here none says it."""
    return noted(reading, "S204")


@rule(
    "S205",
    "fatal",
    title="Thiếu cột bắt buộc",
    message="Thiếu cột bắt buộc «{missing}»; tên cột gần giống nhất đã thấy là «{nearest}».",
    fix="Thêm cột «{missing}» (hoặc sửa lại đúng tên cột) và điền mã nhiệm vụ do Văn phòng cấp rồi gửi lại.",
    source=("DOMAIN 3.3",),
)
def required_columns_are_there(reading: Reading) -> Iterable[Hit]:
    """Without the task's code no row can be placed."""
    return noted(reading, "S205")


@rule(
    "S206",
    "warning",
    title="Tên cột đã bị đổi",
    message="Cột «{seen}» được hiểu là cột «{expected}» của biểu mẫu.",
    fix="Giữ nguyên tên cột «{expected}»; nếu hiểu chưa đúng, đề nghị báo lại Văn phòng.",
    source=("DOMAIN 3.3",),
)
def headers_are_as_issued(reading: Reading) -> Iterable[Hit]:
    """Changed beyond folding and recognised all the same."""
    return noted(reading, "S206")


@rule(
    "S207",
    "warning",
    title="Cột ngoài biểu mẫu",
    message="Biểu mẫu không có cột: {columns}. Nội dung các cột này được lưu kèm, không đưa vào tổng hợp.",
    fix="Nếu nội dung cần tổng hợp, đề nghị ghi vào cột tương ứng của biểu mẫu hoặc cột «Ghi chú».",
    source=("DOMAIN 3.3",),
)
def columns_are_those_of_the_form(reading: Reading) -> Iterable[Hit]:
    """Kept beside the row, never dropped silently."""
    return noted(reading, "S207")


@rule(
    "S208",
    "fatal",
    title="Hai cột cùng một nội dung",
    message="Hai cột cùng được hiểu là «{expected}» nhưng số liệu khác nhau: {columns}.",
    fix="Giữ lại một cột «{expected}» với số liệu đúng, xóa cột kia rồi gửi lại.",
    source=("DOMAIN 3.3",),
)
def one_column_a_field(reading: Reading) -> Iterable[Hit]:
    """The Office does not guess which of two columns holds."""
    return noted(reading, "S208")


@rule(
    "S209",
    "warning",
    title="Dữ liệu bị ẩn hoặc gạch ngang",
    message="Có dữ liệu {what}; {done}.",
    fix="Hiện lại các dòng, cột, trang đang ẩn để kiểm tra; nội dung không còn dùng thì xóa hẳn.",
    source=("DOMAIN 3.3",),
)
def nothing_is_hidden(reading: Reading) -> Iterable[Hit]:
    """Hidden rows, columns, sheets and struck-through text are read and shown; of several task sheets one is read."""
    return noted(reading, "S209")


@rule(
    "S210",
    "warning",
    title="Ô dữ liệu bị trộn",
    message="Có ô trộn trong bảng: {cells}. Chỉ cột mã, nội dung nhiệm vụ được hiểu chung cho các dòng bị trộn.",
    fix="Bỏ trộn ô (Merge Cells) và điền đủ từng dòng, mỗi nhiệm vụ một dòng.",
    source=("DOMAIN 3.3",),
)
def data_cells_are_not_merged(reading: Reading) -> Iterable[Hit]:
    """Filled down for key columns only: results and dates never."""
    return noted(reading, "S210")


@rule(
    "S211",
    "info",
    title="Dòng không phải nhiệm vụ",
    message="Các dòng {rows} là dòng đề mục, tổng cộng, số cột, ghi chú hoặc chữ ký nên không tính là nhiệm vụ.",
    fix="Không phải sửa. Nếu có dòng là nhiệm vụ, đề nghị ghi mã nhiệm vụ vào dòng đó.",
    source=("DOMAIN 3.3",),
)
def every_row_is_a_task(reading: Reading) -> Iterable[Hit]:
    """What was not taken as a task is said, with its row numbers."""
    return noted(reading, "S211")


@rule(
    "S212",
    "error",
    title="Ô công thức lỗi",
    message="«{label}» ghi «{value}»: công thức bị lỗi hoặc chưa tính ra kết quả nên không biết giá trị.",
    fix="Gõ trực tiếp giá trị vào ô, thay cho công thức.",
    source=("DOMAIN 3.3",),
)
def formulas_have_values(reading: Reading) -> Iterable[Hit]:
    """A formula without a stored value, or an error value such as #REF!, says nothing."""
    return noted(reading, "S212")


@rule(
    "S213",
    "warning",
    title="Phông chữ cũ",
    message="Chữ không theo bảng mã Unicode ({what}): «{value}» {done}.",
    fix="Kiểm tra lại nội dung đã chuyển; kỳ sau dùng bảng mã Unicode, phông Times New Roman.",
    source=("DOMAIN 4.3",),
)
def text_is_unicode(reading: Reading) -> Iterable[Hit]:
    """TCVN3 and VNI text is converted where that is sure, else left and reported."""
    for hit in noted(reading, "S213"):
        done = f"được hiểu là «{clip(hit.expected)}»" if hit.expected else "chưa chắc chắn nên giữ nguyên"
        yield replace(hit, args={"done": done, **hit.args})


ON_READING: tuple[ReadingRule, ...] = (
    file_is_a_form_of_ours,
    form_is_current,
    form_version_is_known,
    task_sheet_is_there,
    required_columns_are_there,
    headers_are_as_issued,
    columns_are_those_of_the_form,
    one_column_a_field,
    nothing_is_hidden,
    data_cells_are_not_merged,
    every_row_is_a_task,
    formulas_have_values,
    text_is_unicode,
)
