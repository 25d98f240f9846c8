"""Gate C: what is demanded of one cell; a reading or a frame's column in, hits or a mask of good cells out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from nvbatch.model import Reading
from nvbatch.rules.columns import filled, shown
from nvbatch.rules.file import noted
from nvbatch.rules.rule import Context, FrameRule, Hit, ReadingRule, rule

if TYPE_CHECKING:
    import pandas as pd

# A report speaks of now: a year more than two away from the receipt is a slip of the finger (2052, 0205).
FAR_YEARS = 2
# A request may reach further ahead than a report looks back.
FAR_REQUEST_YEARS = 6
# A completion is reported within some months; only there may a swapped day and month be suspected.
LOOK_BACK = timedelta(days=92)


@rule(
    "C401",
    "incomplete",
    title="Thiếu nội dung bắt buộc",
    message="«{label}» còn trống{clear}.",
    fix="Điền ô này rồi gửi lại. {hint}",
    source=("R33", "R41", "8.8"),
)
def required_field_is_filled(column: pd.Series) -> pd.Series:
    """Which columns are required is said by the form schema (contract 8.8)."""
    return column.notna()


@rule(
    "C402",
    "error",
    title="Ngày không có thật",
    message="«{label}» ghi «{value}», không phải là ngày hoặc ngày này không có trong lịch.",
    fix="Nhập lại theo thứ tự ngày/tháng/năm, ví dụ 30/11/2025.",
    source=("DOMAIN 3.3",),
)
def date_exists(reading: Reading) -> Iterable[Hit]:
    """Never clamped, never guessed: 31/11 is no date."""
    return noted(reading, "C402")


@rule(
    "C403",
    "warning",
    title="Ngày viết không theo mẫu",
    message="«{label}» ghi «{value}», được hiểu là ngày {expected}.",
    fix="Nếu hiểu chưa đúng, nhập lại theo ngày/tháng/năm, ví dụ 05/03/2025.",
    source=("DOMAIN 3.3",),
)
def date_is_written_as_one(reading: Reading) -> Iterable[Hit]:
    """Readable, shown as understood."""
    return noted(reading, "C403")


@rule(
    "C404",
    "error",
    title="Tiến độ không phải số từ 0 đến 100",
    message="«{label}» ghi «{value}», không phải là số từ 0 đến 100.",
    fix="Ghi một số từ 0 đến 100, ví dụ 85.",
    source=("DOMAIN 3.2",),
)
def progress_is_from_0_to_100(column: pd.Series, low: float, high: float) -> pd.Series:
    """What the reader could not read as a number it has noted already; here the numbers themselves."""
    return column.isna() | column.between(low, high)


@rule(
    "C405",
    "warning",
    title="Tiến độ viết chưa rõ",
    message="«{label}» ghi «{value}», được hiểu là {expected}.",
    fix="Nếu hiểu chưa đúng, ghi lại bằng một số từ 0 đến 100, ví dụ 85.",
    source=("DOMAIN 3.3",),
)
def progress_is_plain(reading: Reading) -> Iterable[Hit]:
    """1 without %, 0,85, "khoảng 50%": shown as understood."""
    return noted(reading, "C405")


@rule(
    "C406",
    "error",
    title="Giá trị ngoài danh sách",
    message="«{label}» ghi «{value}», không có trong danh sách.{near}",
    fix="Chọn một trong các giá trị: {choices}.",
    source=("DOMAIN 3.2",),
)
def choice_is_in_the_list(column: pd.Series, choices: tuple[str, ...]) -> pd.Series:
    """A word that is not in the list is not guessed; the nearest is suggested."""
    return column.isna() | column.isin(choices)


@rule(
    "C407",
    "warning",
    title="Giá trị viết lệch so với danh sách",
    message="«{label}» ghi «{value}», được hiểu là «{expected}».",
    fix="Nên chọn giá trị từ danh sách của ô.",
    source=("DOMAIN 4.2",),
)
def choice_is_written_as_listed(reading: Reading) -> Iterable[Hit]:
    """Case, spacing and tone placement change no meaning."""
    return noted(reading, "C407")


@rule(
    "C408",
    "incomplete",
    title="Diễn biến ghi chung chung",
    message="«{label}» ghi «{value}», chưa nêu việc cụ thể.",
    fix="Nêu việc đã làm, đang làm trong kỳ (ít nhất {expected} ký tự), ví dụ: "
    "«Đã gửi dự thảo kế hoạch lấy ý kiến 12 sở, ngành».",
    source=("R41", "R42"),
)
def narrative_says_what_was_done(column: pd.Series, min_chars: int, placeholders: frozenset[str]) -> pd.Series:
    """R42: specific and complete; a blank one is C401's and passes here."""
    long_enough = column.map(len, na_action="ignore") >= min_chars
    return column.isna() | (filled(column, placeholders) & long_enough)


@rule(
    "C409",
    "warning",
    title="Ngày có vẻ nhầm",
    message="«{label}» ghi «{value}», {what}.",
    fix="Kiểm tra lại ngày, tháng, năm{advice}; nếu đúng thì không phải sửa.",
    source=("DOMAIN 3.3",),
)
def date_is_near_its_period(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """A year far from the receipt, or a day and month that look swapped (05/03 saved as 3 May by an English Excel)."""
    received = frame["_received_on"].dt.year
    for key in ("updated_on", "completed_on", "requested_deadline"):
        if key not in frame:
            continue
        years = frame[key].dt.year - received
        ahead = FAR_REQUEST_YEARS if key == "requested_deadline" else FAR_YEARS
        far = (years < -FAR_YEARS) | (years > ahead)
        for index in frame.index[far]:
            yield Hit(index=index, column=key, args={"what": "năm cách xa kỳ báo cáo", "advice": ""})
        if key != "requested_deadline":
            yield from _swapped(frame.loc[~far, [key, "_received_on"]], key)


def _swapped(frame: pd.DataFrame, key: str) -> Iterable[Hit]:
    """A date after the receipt that falls in the months before it once day and month change places."""
    late = frame[frame[key] > frame["_received_on"] + timedelta(days=1)]
    for index, written, received in zip(late.index, late[key].dt.date, late["_received_on"].dt.date, strict=True):
        if written.day > 12:
            continue
        turned = date(written.year, written.day, written.month)
        if turned != written and received - LOOK_BACK <= turned <= received:
            likely = shown(turned)
            yield Hit(
                index=index,
                column=key,
                expected=likely,
                args={"what": "ngày và tháng có vẻ bị đảo", "advice": f" (có phải là {likely}?)"},
            )


@rule(
    "C410",
    "error",
    title="Nội dung ô không giữ được",
    message="«{label}» dài quá giới hạn của một ô hoặc có ký tự điều khiển không giữ được: «{value}».",
    fix="Rút gọn nội dung, gõ lại đoạn có ký tự lạ; phần chi tiết gửi kèm bằng văn bản.",
    source=("RELIABILITY 2.4",),
)
def text_fits_its_cell(reading: Reading) -> Iterable[Hit]:
    """What cannot be kept whole is not merged in part."""
    return noted(reading, "C410")


@rule(
    "C411",
    "warning",
    title="Nội dung bắt đầu như công thức",
    message="«{label}» bắt đầu như một công thức: «{value}»; được lưu như chữ.",
    fix="Nếu là chữ thì không phải sửa; nên viết bắt đầu bằng chữ thay cho dấu =, +, - hoặc @.",
    source=("RELIABILITY 2.4",),
)
def text_is_no_formula(reading: Reading) -> Iterable[Hit]:
    """Agency text is data: stored as text wherever it goes."""
    return noted(reading, "C411")


ON_READING: tuple[ReadingRule, ...] = (
    date_exists,
    date_is_written_as_one,
    progress_is_plain,
    choice_is_written_as_listed,
    text_fits_its_cell,
    text_is_no_formula,
)
ON_FRAME: tuple[FrameRule, ...] = (date_is_near_its_period,)
