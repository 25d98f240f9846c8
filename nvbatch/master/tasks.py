"""Sheet *Nhiệm vụ*: every counting task, the form's columns as the state row gives them, and what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nvbatch.briefing import wording
from nvbatch.form import Column
from nvbatch.master.listing import Field, Line, Listing
from nvbatch.master.looks import COUNT, DAY, MIDDLE, MOMENT, STATUS_LOOKS, TEXT
from nvbatch.master.source import Source, assigning_doc, deadline_of, flag_words
from nvbatch.model import STATUS_WORDS, TaskFigure
from nvbatch.xlsx import Look

STATUS, DAYS, LEAD, FLAGS, AGGREGATED = (
    "Tình trạng",
    "Số ngày quá hạn",
    "Cơ quan chủ trì",
    "Lưu ý",
    "Được tổng hợp",
)
_FIRST = ("no", "task_code", "content", "deadline", "narrative")  # form columns that stand among the printed ones
_LOOKS: Mapping[str, Look] = {"date": DAY, "deadline": DAY, "percent": MIDDLE, "choice": TEXT}
_WIDE = 48  # a column that is not printed need not be narrow

# What the Office fills in on the form, from the register rather than from the agency's file.
_OFFICE: Mapping[str, Callable[[TaskFigure], Any]] = {
    "task_class": lambda f: f.task.task_class,
    "assigning_doc": assigning_doc,
    "coordinating_agencies": lambda f: f.task.coordinating_agencies,
    "product": lambda f: f.task.product,
    "office_assessment": lambda f: _assessment(f),
}


def listing(source: Source) -> Listing:
    figures = sorted(source.snapshot.tasks, key=source.by_agency)
    rest = tuple(c for c in source.form.tasks.columns if c.key not in _FIRST)
    totals = source.snapshot.totals
    return Listing(
        name="Nhiệm vụ",
        table="NhiemVu",
        title="DANH MỤC NHIỆM VỤ ĐƯỢC GIAO VÀ TÌNH HÌNH THỰC HIỆN",
        note=(
            f"{wording.number(totals.assigned)} nhiệm vụ; {wording.number(totals.not_aggregated)} nhiệm vụ "
            "chưa tổng hợp do chưa cập nhật hoặc cập nhật chưa đầy đủ. Các cột khác của biểu mẫu ở bên phải vùng in."
        ),
        fields=[*_printed(source), *_outer(rest)],
        rows=_rows(source, figures, rest),
        count=len(figures),
        empty="Không có nhiệm vụ nào trong danh mục.",
        dress=lambda word: {STATUS: STATUS_LOOKS[word]},
    )


def _printed(source: Source) -> list[Field]:
    label = {c.key: c.label for c in source.form.tasks.columns}
    return [
        Field(label=label["no"], width=5, look=MIDDLE),
        Field(label=label["task_code"], width=14),
        Field(label=label["content"], width=34),
        Field(label=LEAD, width=16),
        Field(label=label["deadline"], width=11.5, look=DAY),
        Field(label=STATUS, width=15),
        Field(label=DAYS, width=7.5, look=COUNT),
        Field(label=label["narrative"], width=29),
        Field(label=AGGREGATED, width=8, look=MIDDLE),
        Field(label=FLAGS, width=15),
    ]


def _outer(rest: Sequence[Column]) -> list[Field]:
    form = [
        Field(
            label=c.label,
            width=_WIDE if c.type == "long" else c.width,
            look=_LOOKS.get(c.type, TEXT),
            printed=False,
        )
        for c in rest
    ]
    return [
        Field(label="Còn thiếu", width=30, printed=False),
        *form,
        Field(label="Chương trình", width=20, printed=False),
        Field(label="Cấp giao", width=14, printed=False),
        Field(label="Lãnh đạo chỉ đạo", width=20, printed=False),
        Field(label="Thời hạn ban đầu", width=12, look=DAY, printed=False),
        Field(label="Số lần gia hạn", width=9, look=COUNT, printed=False),
        Field(label="Tác động tăng trưởng", width=11, look=MIDDLE, printed=False),
        Field(label="Kỳ của số liệu", width=11, look=MIDDLE, printed=False),
        Field(label="Nhận lúc", width=16, look=MOMENT, printed=False),
        Field(label="Tệp nguồn", width=34, printed=False),
        Field(label="Trang nguồn", width=13, printed=False),
        Field(label="Dòng nguồn", width=8, look=COUNT, printed=False),
        Field(label="Tệp phản hồi", width=34, printed=False, link=True),
    ]


def _rows(source: Source, figures: Sequence[TaskFigure], rest: Sequence[Column]) -> Iterator[Line]:
    names = {code: figure.agency.name for code, figure in source.figures.items()}
    links, local = source.links, source.local
    office = [(index, _OFFICE[c.key]) for index, c in enumerate(rest) if c.key in _OFFICE]
    keys = [c.key for c in rest]
    nothing: Mapping[str, Any] = {}
    for number, figure in enumerate(figures, 1):
        task, row = figure.task, figure.row
        get = (row.values if row else nothing).get
        word = STATUS_WORDS[figure.status]
        form = list(map(get, keys))
        for index, made in office:
            form[index] = made(figure)
        yield (
            (
                number,
                task.code,
                task.content,
                names.get(figure.lead_agency, figure.lead_agency),
                deadline_of(figure),
                word,
                figure.days_overdue,
                get("narrative"),
                "Có" if figure.aggregated else "Không",
                flag_words(figure.flags),
                "; ".join(figure.missing) or None,
                *form,
                source.program(task.program),
                task.assigned_by,
                task.leader,
                figure.original_deadline,
                len(figure.extensions) or None,
                "Có" if task.growth_impact else None,
                row.period if row else None,
                local(row.received_at) if row else None,
                row.file if row else None,
                row.sheet if row else None,
                row.row if row else None,
                links.get(figure.lead_agency),
            ),
            word,
        )


def _assessment(figure: TaskFigure) -> str | None:
    """What the Office has said of the task: new, or its newest verdict."""
    verdict = figure.verdict
    if verdict is not None:
        said = f"{verdict.verdict} ({wording.day(verdict.assessed_on)})"
        return f"{said}: {verdict.opinion}" if verdict.opinion else said
    return "Mới giao" if figure.new else None
