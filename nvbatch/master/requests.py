"""Sheets *Gia hạn* and *Biến động*: what the agencies ask to change, with rows ready to be pasted into the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nvbatch.form import Sheet, load_register_schema
from nvbatch.master.body import Field
from nvbatch.master.listing import Block, Listing
from nvbatch.master.looks import COUNT, DAY, MIDDLE, STATUS_LOOKS, TEXT
from nvbatch.master.source import Source, deadline_of, reported
from nvbatch.model import STATUS_WORDS, Change, TaskFigure
from nvbatch.xlsx import OVERDUE_FILL, Look

ASKS = frozenset({"extension_requested", "extension_exceeded"})
STATUS, OPINION, BASIS = "Tình trạng", "Nhận xét", "Căn cứ"
WITHIN, BEYOND = "○ Trong số lần cho phép", "▲ Vượt số lần cho phép, không xem xét"
COMPLETE, LACKING = "● Đủ nguyên nhân, tờ trình", "▲ Thiếu nguyên nhân hoặc tờ trình"
_OPINIONS = {WITHIN: TEXT, BEYOND: replace(TEXT, fill=OVERDUE_FILL)}
_BASES = {COMPLETE: TEXT, LACKING: replace(TEXT, fill=OVERDUE_FILL)}


def extensions(source: Source) -> Listing:
    """Requests for a new deadline; those within the allowed number also as rows of the register's sheet *Gia hạn*."""
    figures = [f for f in source.flagged if not ASKS.isdisjoint(f.flags)]
    allowed = source.snapshot.rules_in_force.get("max_extensions", source.config.rules.max_extensions)
    beyond = sum("extension_exceeded" in f.flags for f in figures)
    label = {column.key: column.label for column in source.form.tasks.columns}
    return Listing(
        name="Gia hạn",
        table="GiaHan",
        title="ĐỀ NGHỊ GIA HẠN",
        note=(
            f"{len(figures)} đề nghị, trong đó {beyond} vượt số lần cho phép (tối đa {allowed} lần). "
            "Thời hạn chỉ thay đổi khi có văn bản chấp thuận. Dòng để dán vào register.xlsx ở dưới bảng."
        ),
        fields=[
            Field(label="STT", width=5, look=MIDDLE),
            Field(label="Mã nhiệm vụ", width=14),
            Field(label="Nội dung nhiệm vụ", width=34),
            Field(label="Cơ quan chủ trì", width=17),
            Field(label="Thời hạn hiện tại", width=11.5, look=DAY),
            Field(label=label["requested_deadline"], width=11.5, look=DAY),
            Field(label=label["extension_reason"], width=26),
            Field(label="Số lần đã gia hạn", width=8, look=COUNT),
            Field(label=OPINION, width=14),
            Field(label=STATUS, width=14),
            Field(label="Thời hạn ban đầu", width=12, look=DAY, printed=False),
            Field(label="Văn bản đã chấp thuận", width=26, printed=False),
        ],
        rows=(_request(source, number, f) for number, f in enumerate(figures, 1)),
        count=len(figures),
        empty="Không có đề nghị gia hạn.",
        dress=_request_dress,
        blocks=_blocks(_granted(f) for f in figures if "extension_exceeded" not in f.flags),
    )


def changes(source: Source) -> Listing:
    """Proposed list changes; the complete ones also as rows of the register's sheets."""
    proposed = source.snapshot.changes
    complete = [c for c in proposed if c.complete]
    label = {column.key: column.label for column in source.form.changes.columns}
    return Listing(
        name="Biến động",
        table="BienDong",
        title="ĐỀ NGHỊ BIẾN ĐỘNG DANH MỤC NHIỆM VỤ",
        note=(
            f"{len(proposed)} đề nghị, {len(complete)} đề nghị đủ nguyên nhân và tờ trình. "
            "Danh mục chỉ thay đổi khi được chấp thuận. Dòng để dán vào register.xlsx ở dưới bảng."
        ),
        fields=[
            Field(label="STT", width=5, look=MIDDLE),
            Field(label=label["task_code"], width=14),
            Field(label="Cơ quan đề nghị", width=18),
            Field(label=label["change_kind"], width=13),
            Field(label=label["content"], width=30),
            Field(label=label["old_value"], width=11.5),
            Field(label=label["new_value"], width=11.5),
            Field(label=label["reason"], width=24),
            Field(label=label["proposal_doc"], width=15),
            Field(label=BASIS, width=13),
            Field(label=label["to_agency"], width=24, printed=False),
            Field(label="Tệp nguồn", width=34, printed=False),
            Field(label="Dòng nguồn", width=8, look=COUNT, printed=False),
        ],
        rows=(_change(source, number, change) for number, change in enumerate(proposed, 1)),
        count=len(proposed),
        empty="Không có đề nghị biến động.",
        dress=lambda basis: {BASIS: _BASES[basis]},
        blocks=_blocks(row for change in complete if (row := _registered(source, change)) is not None),
    )


def _request(source: Source, number: int, figure: TaskFigure) -> tuple[Sequence[Any], str]:
    opinion = BEYOND if "extension_exceeded" in figure.flags else WITHIN
    word = STATUS_WORDS[figure.status]
    return (
        number,
        figure.task.code,
        figure.task.content,
        source.agency(figure.lead_agency),
        deadline_of(figure),
        reported(figure, "requested_deadline"),
        reported(figure, "extension_reason"),
        len(figure.extensions),
        opinion,
        word,
        figure.original_deadline,
        "; ".join(e.approval_doc for e in figure.extensions if e.approval_doc) or None,
    ), f"{opinion}|{word}"


def _request_dress(key: str) -> Mapping[str, Look]:
    opinion, _, word = key.partition("|")
    return {OPINION: _OPINIONS[opinion], STATUS: STATUS_LOOKS[word]}


def _change(source: Source, number: int, change: Change) -> tuple[Sequence[Any], str]:
    said, basis = change.values, COMPLETE if change.complete else LACKING
    return (
        number,
        said.get("task_code"),
        source.agency(change.agency),
        said.get("change_kind"),
        said.get("content"),
        said.get("old_value"),
        said.get("new_value"),
        said.get("reason"),
        said.get("proposal_doc"),
        basis,
        said.get("to_agency"),
        change.file,
        change.row,
    ), basis


# A row for the register: key of its sheet, and the values by key of that sheet's columns.
_Row = tuple[str, Mapping[str, Any]]


def _granted(figure: TaskFigure) -> _Row:
    return "extensions", {
        "task_code": figure.task.code,
        "ordinal": len(figure.extensions) + 1,
        "new_deadline": reported(figure, "requested_deadline"),
    }


def _registered(source: Source, change: Change) -> _Row | None:
    """The register's row that would carry the change out; None where only a person can say (*Khác*)."""
    said = change.values
    kind, code = said.get("change_kind"), said.get("task_code")
    if kind == "Thay đổi thời hạn":
        figure = next((f for f in source.snapshot.tasks if f.task.code == code), None)
        ordinal = len(figure.extensions) + 1 if figure else 1
        return "extensions", {"task_code": code, "ordinal": ordinal, "new_deadline": _day(said.get("new_value"))}
    if kind == "Chuyển cơ quan":
        to = source.register.resolve_agency(said.get("to_agency")) if source.register else None
        return "handovers", {
            "task_code": code,
            "from_agency": change.agency,
            "to_agency": to or said.get("to_agency"),
        }
    if kind == "Bổ sung":
        return "tasks", {"task_code": code, "content": said.get("content"), "lead_agency": change.agency}
    if kind == "Bỏ bớt":
        figure = next((f for f in source.snapshot.tasks if f.task.code == code), None)
        return "tasks", {**_known(figure), "task_code": code, "state": "Dừng"}
    return None


def _known(figure: TaskFigure | None) -> Mapping[str, Any]:
    """The register's row of a task as it stands, so that a pasted row replaces it whole."""
    if figure is None:
        return {}
    task = figure.task
    kept = (
        "task_class program assigned_by doc_number doc_date content lead_agency coordinating_agencies leader "
        "deadline_text deadline product"
    )
    return {key: getattr(task, key) for key in kept.split()} | {"growth_impact": "x" if task.growth_impact else None}


def _blocks(rows: Iterable[_Row]) -> tuple[Block, ...]:
    """One block a sheet of the register, its columns in the register's own order."""
    sheets = {sheet.key: sheet for sheet in load_register_schema()}
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for key, values in rows:
        grouped.setdefault(key, []).append(values)
    return tuple(_block(sheets[key], values) for key, values in grouped.items())


def _block(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> Block:
    looks = {"date": DAY, "int": COUNT}
    return Block(
        title=f"Dòng dán vào trang «{sheet.name}» của register.xlsx khi có văn bản chấp thuận (điền tiếp các ô trống)",
        labels=[column.label for column in sheet.columns],
        rows=[[values.get(column.key) for column in sheet.columns] for values in rows],
        looks=[looks.get(column.type, TEXT) for column in sheet.columns],
    )


def _day(value: Any) -> Any:
    """``31/12/2026`` typed as text becomes the day it says; anything else stays as it was written."""
    if isinstance(value, date) or not isinstance(value, str):
        return value
    try:
        return datetime.strptime(value.strip(), "%d/%m/%Y").date()
    except ValueError:
        return value
