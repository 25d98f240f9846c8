"""Gate M: what is demanded against the register; a frame with the register's facts, or a proposal, in, hits out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from nvbatch.model import Change
from nvbatch.rules.columns import DISPUTED, said, same_text, shown
from nvbatch.rules.rule import Context, FrameRule, Hit, rule

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@rule(
    "M601",
    "error",
    title="Nhiệm vụ không có trong danh mục",
    message="{what}",
    fix="Kiểm tra lại mã nhiệm vụ do Văn phòng cấp; nhiệm vụ mới thì đề nghị bổ sung ở trang «Biến động».",
    source=("R10", "R11"),
)
def task_is_registered(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """A task enters the list only through the Office (R10, R11); which one may be meant is asked, never assumed."""
    for index in frame.index[~frame["r_known"]]:
        code, content, agency = (_word(frame.at[index, key]) for key in ("task_code", "content", "_agency"))
        what = f"Mã nhiệm vụ «{code}» không có trong danh mục của Văn phòng" if code else "Dòng chưa có mã nhiệm vụ"
        near = context.likely(code, content, agency)
        ask = f"; có phải là «{near}»?" if near else "."
        yield Hit(index=index, column="task_code", expected=near, args={"what": f"{what}{ask}"})


def _word(cell: Any) -> str | None:
    return cell if isinstance(cell, str) else None


@rule(
    "M603",
    "error",
    title="Cơ quan báo cáo không chủ trì",
    message="Nhiệm vụ {task} do {expected} chủ trì, không phải {value}.",
    fix="Bỏ dòng này; nếu đã nhận bàn giao thì gửi biên bản bàn giao để Văn phòng cập nhật.",
    source=("R13", "R31"),
    flag="not_lead_agency",
)
def reporter_leads_the_task(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """The lead agency on the day of receipt speaks for the task."""
    for index in frame.index[frame["r_known"] & (frame["r_lead"] != frame["_agency"])]:
        lead, agency = (context.name_of(frame.at[index, key]) for key in ("r_lead", "_agency"))
        yield Hit(index=index, column="task_code", value=agency, expected=lead)


@rule(
    "M604",
    "warning",
    title="Nội dung khóa bị sửa",
    message="«{label}» ghi «{value}», danh mục của Văn phòng ghi «{expected}»; lấy theo danh mục.",
    fix="Giữ nguyên nội dung do Văn phòng ghi; đề nghị thay đổi thì ghi ở trang «Biến động» kèm Tờ trình.",
    source=("R10", "R15"),
)
def locked_cells_are_as_in_the_register(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """The register wins, the difference is shown; a blank locked cell is no difference."""
    for column, (held_of, same) in _LOCKED.items():
        lines, written, held = held_of(frame, column, context)
        odd = {pair for pair in set(zip(written, held, strict=True)) if not same(*pair, context)}
        for index, value, truth in zip(lines, written, held, strict=True) if odd else ():
            if (value, truth) in odd:
                yield Hit(index=index, column=column, value=shown(value), expected=_truth(truth))


_Differing = tuple[Sequence[Any], Sequence[Any], Sequence[Any]]  # indices, what is written, what the register holds


def _texts(frame: pd.DataFrame, column: str, context: Context) -> _Differing:
    """Filled cells that are not letter for letter what the register says; most forms come back as issued."""
    written, held = frame[column].to_numpy(), frame[f"r_{column}"].to_numpy()
    places = _filled(written, (written != held) & frame["r_known"].to_numpy())
    return frame.index[places], written[places], held[places]


def _deadlines(frame: pd.DataFrame, column: str, context: Context) -> _Differing:
    """Filled cells that are neither the day in force nor this day as most people write it."""
    written = frame[column].to_numpy()
    places = _filled(written, frame["r_known"].to_numpy())
    for plain in _dates(frame["r_deadline"]):
        places = places[written[places] != plain[places]]
    lines = frame[["task_code", "_received_on"]].iloc[places]
    held = [context.dues(code, day.date()) for code, day in zip(lines["task_code"], lines["_received_on"], strict=True)]
    return lines.index, written[places], held


def _filled(written: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The places ``among`` which something stands."""
    import pandas as pd

    places = among.nonzero()[0]
    return cast("np.ndarray", places[pd.notna(written[places])])


def _dates(column: pd.Series) -> tuple[Any, ...]:
    """The days as dates, as 05/03/2025 and as 5/3/2025; many rows, few different days."""
    import numpy as np

    places, days = column.factorize()
    dates = [day.date() for day in days]
    ways = (dates, [shown(day) for day in dates], [f"{day.day}/{day.month}/{day.year}" for day in dates])
    return tuple(np.array([*way, None], dtype=object)[places] for way in ways)  # a missing day has the last place


def _truth(held: Any) -> str:
    return str(getattr(held, "words", None) or (held if isinstance(held, str) else "(trống)"))


def _same_words(value: Any, truth: Any, context: Context) -> bool:
    return same_text(shown(value), truth if isinstance(truth, str) else "")


def _same_document(value: Any, truth: Any, context: Context) -> bool:
    """The form adds the date: "74-NQ/TU ngày 06/06/2024" names document 74-NQ/TU."""
    if truth and isinstance(value, str) and value.startswith(f"{truth} "):
        return True
    number = said(truth if isinstance(truth, str) else "").replace(" ", "")
    return bool(number) and number in said(shown(value)).replace(" ", "")


def _same_agencies(value: Any, truth: Any, context: Context) -> bool:
    """Codes and names, in any order, of the same agencies."""
    held = truth if isinstance(truth, str) else ""
    return same_text(shown(value), held) or context.resolve(shown(value)) == context.resolve(held)


def _same_deadline(value: Any, truth: Any, context: Context) -> bool:
    """Any deadline that the task ever had (the form may be older than an extension), as a date or as the phrase."""
    return bool(truth.allows(value))


_LOCKED: dict[str, tuple[Callable[[pd.DataFrame, str, Context], _Differing], Callable[[Any, Any, Context], bool]]] = {
    "task_class": (_texts, _same_words),
    "assigning_doc": (_texts, _same_document),
    "content": (_texts, _same_words),
    "coordinating_agencies": (_texts, _same_agencies),
    "deadline": (_deadlines, _same_deadline),
    "product": (_texts, _same_words),
}


@rule(
    "M605",
    "error",
    title="Biến động thiếu nguyên nhân hoặc Tờ trình",
    message="Đề nghị «{kind}» còn trống {missing}.",
    fix="Ghi nguyên nhân cụ thể và số, ngày Tờ trình vào dòng này của trang «Biến động» rồi gửi lại.",
    source=("R10", "R12"),
    flag="changed_without_reason",
)
def change_has_reason_and_proposal(change: Change, context: Context) -> Iterable[Hit]:
    """R10: any change of the list is explained; R12: and submitted with a Tờ trình."""
    missing = tuple(key for key in ("reason", "proposal_doc") if not said(shown(change.values.get(key))))
    if missing:
        names = ", ".join(f"«{context.form.changes.column(key).label}»" for key in missing)
        yield Hit(row=change.row, column=missing[0], args={"kind": _kind(change), "missing": names})


@rule(
    "M606",
    "info",
    title="Đề nghị biến động chờ quyết định",
    message="Đề nghị «{kind}»{what}: từ «{value}» thành «{expected}»; chờ Văn phòng trình quyết định.",
    fix="Không phải sửa. Đến khi có văn bản chấp thuận, danh mục hiện tại vẫn có hiệu lực.",
    source=("R11", "R15"),
)
def change_waits_for_a_decision(change: Change, context: Context) -> Iterable[Hit]:
    """R15: effective only with an approval document; until then the register holds."""
    if change.complete:
        code = change.values.get("task_code")
        yield Hit(
            row=change.row,
            column="new_value",
            value=shown(change.values.get("old_value")) or "(trống)",
            expected=shown(change.values.get("new_value")) or shown(change.values.get("content")) or "(trống)",
            args={"kind": _kind(change), "what": f" nhiệm vụ {code}" if code else ""},
        )


def _kind(change: Change) -> str:
    return shown(change.values.get("change_kind")) or "biến động chưa ghi loại"


@rule(
    "M607",
    "warning",
    title="Nhận ra nhiệm vụ không qua mã",
    message="Dòng không có mã, được hiểu là nhiệm vụ {task} theo văn bản và nội dung.",
    fix="Xác nhận bằng cách ghi mã {task} vào dòng này; nếu hiểu chưa đúng, ghi mã đúng.",
    source=("R92",),
)
def code_stands_in_the_row(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """Documents live in other systems too; their number and the task's words are the key that all share (R92)."""
    for index in frame.index[frame["_meant"]]:
        yield Hit(index=index, column="task_code", expected=frame.at[index, "task_code"])


@rule(
    "M608",
    "warning",
    title="Cơ quan chưa thống nhất đánh giá",
    message="Cơ quan trả lời «Chưa thống nhất» với đánh giá của Văn phòng{what}.",
    fix="Văn phòng trao đổi lại với cơ quan trước khi tổng hợp; cơ quan nêu rõ nội dung ở cột «Ý kiến của cơ quan».",
    source=("R69",),
    flag="disputed",
)
def agency_agrees_with_the_assessment(frame: pd.DataFrame, context: Context) -> Iterable[Hit]:
    """R69: the status is confirmed with the agency before aggregating."""
    for index in frame.index[frame["confirmation"] == DISPUTED]:
        note = frame.at[index, "confirmation_note"]
        yield Hit(index=index, column="confirmation", args={"what": f": {note}" if isinstance(note, str) else ""})


ChangeRule = Callable[[Change, Context], Iterable[Hit]]

ON_FRAME: tuple[FrameRule, ...] = (
    task_is_registered,
    code_stands_in_the_row,
    reporter_leads_the_task,
    locked_cells_are_as_in_the_register,
    agency_agrees_with_the_assessment,
)
ON_CHANGE: tuple[ChangeRule, ...] = (change_has_reason_and_proposal, change_waits_for_a_decision)
