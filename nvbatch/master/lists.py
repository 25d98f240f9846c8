"""Sheets *Quá hạn*, *Sắp đến hạn*, *Chưa đầy đủ*, *Không thời hạn*: the tasks that somebody must look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from nvbatch.form import Form
from nvbatch.master.body import Columns, Field, Part
from nvbatch.master.listing import Listing
from nvbatch.master.looks import COUNT, DAY, MIDDLE, STATUS_LOOKS
from nvbatch.master.recipe import Recipe
from nvbatch.master.source import Source, assigning_doc, deadline_of, flag_words, reported
from nvbatch.model import FLAG_WORDS, OPEN, STATUS_WORDS, Status, TaskFigure
from nvbatch.xlsx import Look

STATUS, FLAGS, DAYS, HEAD = "Tình trạng", "Lưu ý", "Số ngày quá hạn", "Người đứng đầu"


def overdue(source: Source) -> Listing:
    """Longest overdue first, with what the agency says of it."""
    figures = sorted(source.of_status(Status.OVERDUE), key=lambda f: -(f.days_overdue or 0))
    long = sum("long_overdue" in f.flags for f in figures)
    unexplained = sum("no_explanation" in f.flags for f in figures)
    label = _labels(source.form)
    kinds = Counter(reported(f, "delay_cause_kind") for f in figures)
    causes = "; ".join(f"{kind.lower()} {kinds[kind]}" for kind in _causes(source.form) if kinds[kind])
    return Listing(
        name="Quá hạn",
        table="QuaHan",
        title="NHIỆM VỤ QUÁ HẠN CHƯA HOÀN THÀNH",
        note=(
            f"{len(figures)} nhiệm vụ, xếp theo số ngày quá hạn giảm dần; {long} nhiệm vụ quá hạn kéo dài; "
            f"{unexplained} nhiệm vụ thiếu giải trình." + (f" Nguyên nhân: {causes}." if causes else "")
        ),
        fields=[
            *_task_fields(content=30),
            Field(label="Thời hạn", width=11.5, look=DAY),
            Field(label=DAYS, width=8, look=COUNT),
            Field(label=label["delay_cause_kind"], width=11),
            Field(label=label["delay_reason"], width=24),
            Field(label=label["explanation_doc"], width=15),
            Field(label=FLAGS, width=19),
            Field(label=HEAD, width=30, printed=False),
            Field(label="Thời hạn ban đầu", width=12, look=DAY, printed=False),
            Field(label=label["progress"], width=9, look=MIDDLE, printed=False),
            Field(label=label["narrative"], width=48, printed=False),
            Field(label="Sản phẩm phải đạt", width=30, printed=False),
            Field(label="Văn bản giao", width=24, printed=False),
        ],
        parts=_parts(source, figures, _late),
        count=len(figures),
        empty="Không có nhiệm vụ quá hạn.",
    )


def due_soon(source: Source) -> Listing:
    """The nearest deadline first."""
    figures = sorted(source.of_status(Status.DUE_SOON), key=lambda f: f.deadline or date.max)
    label = _labels(source.form)
    days = source.snapshot.rules_in_force.get("due_soon_days", source.config.rules.due_soon_days)
    return Listing(
        name="Sắp đến hạn",
        table="SapDenHan",
        title="NHIỆM VỤ SẮP ĐẾN HẠN",
        note=f"{len(figures)} nhiệm vụ còn từ 0 đến {days} ngày tính đến ngày lập, xếp theo thời hạn.",
        fields=[
            *_task_fields(content=32),
            Field(label="Thời hạn", width=11.5, look=DAY),
            Field(label="Còn lại (ngày)", width=7.5, look=COUNT),
            Field(label=label["progress"], width=8, look=MIDDLE),
            Field(label=label["narrative"], width=28),
            Field(label=label["difficulty"], width=18),
            Field(label=FLAGS, width=14),
            Field(label=label["proposal"], width=40, printed=False),
            Field(label="Sản phẩm phải đạt", width=30, printed=False),
            Field(label="Văn bản giao", width=24, printed=False),
        ],
        parts=_parts(source, figures, _near, source.today),
        count=len(figures),
        empty="Không có nhiệm vụ sắp đến hạn.",
    )


def not_aggregated(source: Source) -> Listing:
    """Every task that is not aggregated: what is missing, and whose head must explain."""
    figures = [f for f in source.flagged if not f.aggregated]
    silent = sum("no_update" in f.flags for f in figures)
    return Listing(
        name="Chưa đầy đủ",
        table="ChuaDayDu",
        title="NHIỆM VỤ CHƯA TỔNG HỢP DO CHƯA CẬP NHẬT HOẶC CẬP NHẬT CHƯA ĐẦY ĐỦ",
        note=(
            f"{len(figures)} nhiệm vụ: {silent} chưa cập nhật trong kỳ, {len(figures) - silent} cập nhật chưa đầy đủ. "
            "Các nhiệm vụ này vẫn có trong mọi số đếm; người đứng đầu cơ quan giải trình."
        ),
        fields=[
            *_task_fields(content=34),
            Field(label="Người phải giải trình", width=20),
            Field(label="Lý do", width=14),
            Field(label="Còn thiếu", width=24),
            Field(label=STATUS, width=15),
            Field(label="Thời hạn", width=11.5, look=DAY),
            Field(label=DAYS, width=8, look=COUNT, printed=False),
            Field(label="Cập nhật gần nhất", width=12, look=DAY, printed=False),
            Field(label=FLAGS, width=40, printed=False),
            Field(label="Văn bản giao", width=24, printed=False),
        ],
        parts=_parts(source, figures, _lacking, key=lambda f: STATUS_WORDS[f.status]),
        count=len(figures),
        empty="Mọi nhiệm vụ đều đã được cập nhật đầy đủ.",
        dress=_status_dress,
    )


def no_deadline(source: Source) -> Listing:
    """Open tasks without a deadline; those due for a reminder first."""
    figures = sorted(
        source.of_status(Status.OPEN_NO_DEADLINE),
        key=lambda f: (-f.reminders_due, f.task.doc_date or date.max),
    )
    due = sum("no_deadline_reminder" in f.flags for f in figures)
    still_open = sum(len(source.of_status(status)) for status in OPEN)
    months = source.snapshot.rules_in_force.get(
        "no_deadline_reminder_months", source.config.rules.no_deadline_reminder_months
    )
    label = _labels(source.form)
    return Listing(
        name="Không thời hạn",
        table="KhongThoiHan",
        title="NHIỆM VỤ ĐANG THỰC HIỆN, KHÔNG CÓ THỜI HẠN",
        note=(
            f"{len(figures)} trong {still_open} nhiệm vụ đang thực hiện; {due} nhiệm vụ đến kỳ đôn đốc "
            f"({months} tháng một lần kể từ ngày văn bản giao)."
        ),
        fields=[
            *_task_fields(content=34),
            Field(label="Văn bản giao", width=18),
            Field(label="Thời hạn (nguyên văn)", width=11),
            Field(label="Số kỳ đôn đốc đã qua", width=9, look=COUNT),
            Field(label=label["progress"], width=8, look=MIDDLE),
            Field(label=label["narrative"], width=24),
            Field(label=FLAGS, width=15),
            Field(label="Sản phẩm phải đạt", width=30, printed=False),
            Field(label="Ngày văn bản giao", width=12, look=DAY, printed=False),
            Field(label="Cấp giao", width=18, printed=False),
        ],
        parts=_parts(source, figures, _unlimited),
        count=len(figures),
        empty="Không có nhiệm vụ đang thực hiện nào thiếu thời hạn.",
    )


def _task_fields(content: float) -> Sequence[Field]:
    return (
        Field(label="STT", width=5, look=MIDDLE),
        Field(label="Mã nhiệm vụ", width=14),
        Field(label="Nội dung nhiệm vụ", width=content),
        Field(label="Cơ quan chủ trì", width=17),
    )


def _parts(
    source: Source,
    figures: Sequence[TaskFigure],
    say: Callable[[Source, TaskFigure], Sequence[Any]],
    *more: Any,
    key: Callable[[TaskFigure], str] = lambda _: "",
) -> Iterator[Part]:
    """``say``: what stands beside the task; it may show what :class:`Recipe` tells, and ``more``."""

    def columns(first: int, some: Sequence[TaskFigure]) -> Columns:
        rows = (
            (number, f.task.code, f.task.content, source.agency(f.lead_agency), *say(source, f))
            for number, f in enumerate(some, first + 1)
        )
        return list(zip(*rows, strict=True))

    return Recipe(source, *more).parts(figures, columns, key)


def _late(source: Source, f: TaskFigure) -> Sequence[Any]:
    return (
        f.deadline,
        f.days_overdue,
        reported(f, "delay_cause_kind"),
        reported(f, "delay_reason"),
        reported(f, "explanation_doc"),
        flag_words(f.flags),
        source.head(f.lead_agency),
        f.original_deadline,
        reported(f, "progress"),
        reported(f, "narrative"),
        f.task.product,
        assigning_doc(f),
    )


def _near(source: Source, f: TaskFigure) -> Sequence[Any]:
    return (
        f.deadline,
        (f.deadline - source.today).days if f.deadline else None,
        reported(f, "progress"),
        reported(f, "narrative"),
        reported(f, "difficulty"),
        flag_words(f.flags),
        reported(f, "proposal"),
        f.task.product,
        assigning_doc(f),
    )


def _lacking(source: Source, f: TaskFigure) -> Sequence[Any]:
    return (
        source.head(f.lead_agency),
        FLAG_WORDS["no_update" if "no_update" in f.flags else "incomplete"],
        "; ".join(f.missing) or None,
        STATUS_WORDS[f.status],
        deadline_of(f),
        f.days_overdue,
        reported(f, "updated_on"),
        flag_words(f.flags),
        assigning_doc(f),
    )


def _unlimited(_: Source, f: TaskFigure) -> Sequence[Any]:
    return (
        assigning_doc(f),
        f.task.deadline_text,
        f.reminders_due,
        reported(f, "progress"),
        reported(f, "narrative"),
        flag_words(f.flags),
        f.task.product,
        f.task.doc_date,
        f.task.assigned_by,
    )


def _causes(form: Form) -> tuple[str, ...]:
    """The kinds of cause that the form offers (R79, R80)."""
    return next(column.choices for column in form.tasks.columns if column.key == "delay_cause_kind")


def _labels(form: Form) -> dict[str, str]:
    return {column.key: column.label for column in form.tasks.columns}


def _status_dress(word: str) -> dict[str, Look]:
    return {STATUS: STATUS_LOOKS[word]}
