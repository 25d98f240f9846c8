"""Gate R: what is demanded of one reported row; a frame of rows with the register's facts in, hits out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nvbatch.rules.columns import DONE, EXTENSION, NOT_STARTED, as_date, filled, keys, labels, shown
from nvbatch.rules.rule import Context, FrameRule, Hit, rule

if TYPE_CHECKING:
    import pandas as pd

# "đã hoàn thành", "đã (được) ban hành" said of the task itself …
_TOLD = r"đã (?:được )?(?:hoàn thành|hòan thành|hoàn tất|ban hành)"
_SAID = re.compile(re.sub(r"[^\W\d_]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", _TOLD))  # quickly looked for
# … not "khi/nếu/chưa đã …", not "đã hoàn thành 60 %".
_FINISHED = re.compile(
    rf"(?<!khi )(?<!nếu )(?<!chưa )\b{_TOLD}(?! (?:khoảng |trên |gần |được )*(?!100)\d{{1,2}}(?:[.,]\d+)? ?%)"
)
_HONORIFICS = re.compile(r"^(?:đồng chí|đ/c|ông|bà)\s+")


@rule(
    "R501",
    "incomplete",
    title="Báo hoàn thành nhưng thiếu ngày, kết quả hoặc văn bản",
    message="Trạng thái «Đã hoàn thành» nhưng còn trống {missing}; nhiệm vụ chưa được tính là hoàn thành.",
    fix="Điền {missing}; nếu chưa có văn bản, sản phẩm thì chọn lại trạng thái «Đang thực hiện».",
    source=("R76", "R78"),
    flag="awaiting_closure",
)
def done_needs_date_result_and_document(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R76, R78: the task closes only with its product; recurring tasks are judged a period (contract 8.20)."""
    proof = ("completed_on", "result", "result_doc")
    blank = frame.loc[(frame["reported_status"] == DONE) & ~frame["r_recurring"], list(proof)].isna()
    names = _names(context)
    for index in blank.index[blank.any(axis=1)]:
        missing = tuple(key for key in proof if blank.at[index, key])
        yield Hit(index=index, column=missing[0], args={"missing": labels(names, missing)})


@rule(
    "R502",
    "warning",
    title="Đã làm xong nhưng chưa báo cáo kết thúc",
    message="Trạng thái «{status}» nhưng {what}.",
    fix="Nếu đã xong, chọn «Đã hoàn thành» và ghi ngày hoàn thành, kết quả, văn bản; "
    "nếu chưa, ghi lại tiến độ, diễn biến.",
    source=("R76",),
    flag="awaiting_closure",
)
def finished_work_is_reported_as_done(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R76: finished and not closed is a defect of its own."""
    status = frame["reported_status"]
    candidates = status.notna() & (status != DONE) & ~frame["r_recurring"]
    full = frame["progress"] >= 100
    for index in frame.index[candidates & full]:
        yield Hit(index=index, column="progress", args={"status": status[index], "what": "tiến độ ghi 100%"})
    said = frame.loc[candidates & ~full, "narrative"]
    for index, narrative in zip(said.index, said, strict=True):
        if found := _finished(narrative):
            what = f"diễn biến ghi «{found}»"
            yield Hit(index=index, column="narrative", args={"status": status[index], "what": what})


def _finished(narrative: Any) -> str | None:
    """The words that say of the task itself that it is finished."""
    if not isinstance(narrative, str):
        return None
    begun = "đã" in narrative or "Đã" in narrative or "ĐÃ" in narrative or "đÃ" in narrative  # quicker than any pattern
    if not begun or not _SAID.search(narrative):
        return None
    found = _FINISHED.search(narrative.casefold())
    return found[0].strip() if found else None


@rule(
    "R503",
    "error",
    title="Ngày hoàn thành không hợp lý",
    message="Ngày hoàn thành {value} {what} {expected}.",
    fix="Kiểm tra lại ngày hoàn thành; ghi ngày của văn bản, sản phẩm theo thứ tự ngày/tháng/năm.",
    source=("R76", "8.8"),
)
def completion_lies_between_document_and_receipt(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """Neither after the day on which the file was received nor before the assigning document."""
    done = frame["completed_on"]
    for index in frame.index[done > frame["_received_on"]]:
        expected = shown(as_date(frame.at[index, "_received_on"]))
        yield Hit(index=index, column="completed_on", expected=expected, args={"what": "sau ngày nhận báo cáo"})
    for index in frame.index[done < frame["r_doc_date"]]:
        expected = shown(as_date(frame.at[index, "r_doc_date"]))
        yield Hit(index=index, column="completed_on", expected=expected, args={"what": "trước ngày văn bản giao"})


def asks_for_extension(frame: pd.DataFrame, context: Context) -> pd.Series:
    """A new date, the status «Đề nghị gia hạn», or a reason given for one in a task that is not done."""
    reason = filled(frame["extension_reason"], context.form.placeholders) & (frame["reported_status"] != DONE)
    return (frame["reported_status"] == EXTENSION) | frame["requested_deadline"].notna() | reason


@rule(
    "R505",
    "error",
    title="Đề nghị gia hạn chưa hợp lệ",
    message="Đề nghị gia hạn {what}.",
    fix="Ghi «Đề nghị gia hạn đến» là một ngày sau thời hạn hiện tại và ghi «Lý do gia hạn»; "
    "nếu không xin gia hạn thì xóa các ô này và chọn lại trạng thái.",
    source=("R74",),
)
def extension_names_a_later_date_and_a_reason(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """A request that names no later day, or no reason, cannot be decided."""
    asked = asks_for_extension(frame, context)
    date_missing = asked & frame["requested_deadline"].isna()
    reason_missing = asked & ~filled(frame["extension_reason"], context.form.placeholders)
    not_later = asked & (frame["requested_deadline"] <= frame["r_deadline"])
    for index in frame.index[date_missing]:
        yield Hit(index=index, column="requested_deadline", args={"what": "chưa ghi ngày đề nghị gia hạn đến"})
    for index in frame.index[not_later]:
        new, old = (shown(as_date(frame.at[index, key])) for key in ("requested_deadline", "r_deadline"))
        what = f"đến {new}, không sau thời hạn hiện tại {old}"
        yield Hit(index=index, column="requested_deadline", expected=f"sau {old}", args={"what": what})
    for index in frame.index[reason_missing]:
        yield Hit(index=index, column="extension_reason", args={"what": "chưa ghi lý do"})


@rule(
    "R506",
    "warning",
    title="Đề nghị gia hạn quá số lần cho phép",
    message="Nhiệm vụ đã được gia hạn {count} lần, số lần cho phép là {expected}; "
    "đề nghị gia hạn lần này không được xem xét.",
    fix="Tập trung hoàn thành theo thời hạn hiện tại và giải trình nguyên nhân chậm.",
    source=("R73", "R74", "8.11"),
    flag="extension_exceeded",
)
def extensions_stay_within_the_allowed_number(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R74: the request is refused, the rest of the row is merged; one approved since has answered it."""
    asked = (frame["reported_status"] == EXTENSION) | frame["requested_deadline"].notna()
    allowed = context.rules.max_extensions
    for index in frame.index[asked & (frame["r_extensions"] >= allowed) & ~frame["r_approved_since"]]:
        count = str(int(frame.at[index, "r_extensions"]))
        yield Hit(index=index, column="requested_deadline", expected=str(allowed), args={"count": count})


@rule(
    "R507",
    "warning",
    title="Giao khoán cho cấp phó",
    message="«{value}» là cấp phó; người chịu trách nhiệm phải là người đứng đầu cơ quan.",
    fix="Ghi họ tên người đứng đầu cơ quan; cấp phó ghi ở cột «Lãnh đạo trực tiếp chỉ đạo».",
    source=("R30", "R31"),
    flag="deputy_accountable",
)
def accountable_person_is_the_head(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R31: "không được giao khoán cho cấp phó"; a different spelling of the head's name is no finding."""
    other = frame.loc[frame["accountable_head"] != frame["r_head"], ["accountable_head", "r_head"]]
    heads, own = keys(other["accountable_head"]), keys(other["r_head"])
    deputies = {key for key in heads.dropna().unique() if _is_deputy(key, context.deputies)}
    for index in other.index[heads.isin(deputies) & (heads != own)]:
        yield Hit(index=index, column="accountable_head")


def _is_deputy(key: str, deputies: frozenset[str]) -> bool:
    words = re.findall(r"\w+", key)
    if "phó" in words:
        return "phụ trách" not in key and "quyền" not in words
    return _HONORIFICS.sub("", re.split(r"\s*[,(]|\s[-–]\s", key)[0]) in deputies


@rule(
    "R508",
    "warning",
    title="Có khó khăn nhưng chưa có kiến nghị",
    message="Có nêu khó khăn, vướng mắc nhưng cột «Kiến nghị, đề xuất» còn trống.",
    fix="Ghi giải pháp, kiến nghị cụ thể và cấp giải quyết.",
    source=("R82",),
)
def difficulty_comes_with_a_proposal(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R82: difficulties are raised with a way out; "không" is no difficulty."""
    empty = context.form.placeholders
    for index in frame.index[filled(frame["difficulty"], empty) & ~filled(frame["proposal"], empty)]:
        yield Hit(index=index, column="proposal")


@rule(
    "R509",
    "error",
    title="Một nhiệm vụ ghi hai lần, nội dung khác nhau",
    message="Nhiệm vụ {task} đã có ở dòng {first} với nội dung khác ({what}); các dòng này đều tạm giữ.",
    fix="Giữ lại một dòng với nội dung đúng cho nhiệm vụ, xóa dòng kia rồi gửi lại.",
    source=("DOMAIN 3.3",),
)
def task_is_reported_once(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """The Office does not guess which of two holds: the check stage has compared them cell by cell (`_contradicts`)."""
    names = _names(context)
    for index in frame.index[frame["_contradicts"].notna()]:
        first, columns = frame.at[index, "_contradicts"]
        yield Hit(index=index, column=columns[0], args={"first": str(first), "what": labels(names, columns)})


@rule(
    "R510",
    "warning",
    title="Trạng thái và tiến độ mâu thuẫn",
    message="Trạng thái «{status}» nhưng tiến độ ghi {value}%.",
    fix="Ghi lại trạng thái hoặc tiến độ cho khớp nhau.",
    source=("DOMAIN 3.2",),
)
def status_and_progress_agree(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """Not started with 40 %, done with 80 %."""
    status, progress = frame["reported_status"], frame["progress"]
    wrong = ((status == NOT_STARTED) & (progress > 0)) | ((status == DONE) & (progress < 100))
    for index in frame.index[wrong]:
        value = shown(float(progress[index]))
        yield Hit(index=index, column="progress", value=value, args={"status": status[index]})


@rule(
    "R511",
    "warning",
    title="Chưa đủ 5 rõ",
    message="Nhiệm vụ chưa đủ 5 rõ, mới đạt {value}/5: {missing}.",
    fix="Làm rõ phần còn thiếu. {advice}",
    source=("R33",),
    flag="five_clear_missing",
)
def five_things_are_clear(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R33: rõ người, rõ việc, rõ trách nhiệm, rõ thời gian, rõ kết quả; who owes what is missing."""
    clear = {
        "người": frame["assignee"].notna(),
        "việc": frame["r_content"].notna(),
        "trách nhiệm": frame["accountable_head"].notna() & frame["supervisor"].notna(),
        "thời gian": frame["r_deadline"].notna() | frame["r_recurring"],
        "kết quả": frame["r_product"].notna(),
    }
    short = frame["r_known"] & ~(
        clear["người"] & clear["việc"] & clear["trách nhiệm"] & clear["thời gian"] & clear["kết quả"]
    )
    for index in frame.index[short]:
        missing = [name for name, mask in clear.items() if not mask[index]]
        owed = {True: [n for n in missing if n in _OF_AGENCY], False: [n for n in missing if n not in _OF_AGENCY]}
        parts = [f"cơ quan chưa rõ {_and(owed[True])}"] if owed[True] else []
        parts += [f"Văn phòng chưa rõ {_and(owed[False])}"] if owed[False] else []
        advice = ["Cơ quan điền đủ người đứng đầu, lãnh đạo chỉ đạo, người thực hiện."] if owed[True] else []
        advice += ["Văn phòng bổ sung trong danh mục nhiệm vụ, cơ quan không phải sửa phần này."] if owed[False] else []
        args = {"missing": "; ".join(parts), "advice": " ".join(advice)}
        yield Hit(index=index, value=str(5 - len(missing)), expected="5", args=args)


_OF_AGENCY = ("người", "trách nhiệm")


def _and(names: list[str]) -> str:
    return ", ".join(names)


def _names(context: Context) -> dict[str, str]:
    return {column.key: column.label for column in context.form.tasks.columns}


ON_FRAME: tuple[FrameRule, ...] = (
    done_needs_date_result_and_document,
    finished_work_is_reported_as_done,
    completion_lies_between_document_and_receipt,
    extension_names_a_later_date_and_a_reason,
    extensions_stay_within_the_allowed_number,
    accountable_person_is_the_head,
    difficulty_comes_with_a_proposal,
    status_and_progress_agree,
    five_things_are_clear,
)
# Judged over the whole workbook, held rows too: the other of two contradicting rows may be one of them.
ON_WHOLE: tuple[FrameRule, ...] = (task_is_reported_once,)
