"""Sheet *Nhiệm vụ*: every counting task, the form's columns as the state row gives them, and what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, repeat
from typing import Any

from nvbatch.briefing import wording
from nvbatch.form import Column
from nvbatch.master.body import Columns, Field
from nvbatch.master.listing import Listing
from nvbatch.master.looks import COUNT, DAY, MIDDLE, MOMENT, STATUS_LOOKS, TEXT
from nvbatch.master.recipe import Recipe
from nvbatch.master.source import Source, assigning_doc, flag_words
from nvbatch.model import STATUS_WORDS, Row, TaskFigure
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

_Columns = list[list[Any]]

# What the Office fills in on the form, from the register rather than from the agency's file.
_OFFICE: Mapping[str, Callable[[TaskFigure], Any]] = {
    "task_class": lambda f: f.task.task_class,
    "assigning_doc": assigning_doc,
    "coordinating_agencies": lambda f: f.task.coordinating_agencies,
    "product": lambda f: f.task.product,
    "office_assessment": lambda f: _assessment(f),
}


def listing(source: Source) -> Listing:
    figures = source.tasks
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
        parts=Recipe(source).parts(
            figures, _Rows(source, figures, rest).columns, lambda f: STATUS_WORDS[f.status], linked=True
        ),
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


class _Rows:
    """Tasks → their rows, column by column. They show nothing but what :class:`Recipe` tells."""

    def __init__(self, source: Source, figures: Iterable[TaskFigure], rest: Sequence[Column]) -> None:
        self._source, self._rest = source, rest
        self._names = {code: figure.agency.name for code, figure in source.figures.items()}
        self._programs = {code: source.program(code) for code in {f.task.program for f in figures}}

    def columns(self, first: int, some: Sequence[TaskFigure]) -> Columns:
        """``first``: how many tasks stand above."""
        tasks, agencies, dues = [f.task for f in some], [f.lead_agency for f in some], [f.due for f in some]
        (narrative, *form), origin = _state(
            [f.row for f in some], ("narrative", *(c.key for c in self._rest)), self._source
        )
        for index, column in enumerate(self._rest):
            if made := _OFFICE.get(column.key):
                form[index] = list(map(made, some))
        flagged = {flags: flag_words(flags) for flags in {f.flags for f in some}}
        return [
            range(first + 1, first + len(some) + 1),
            [task.code for task in tasks],
            [task.content for task in tasks],
            [self._names.get(agency, agency) for agency in agencies],
            [due.deadline or task.deadline_text for due, task in zip(dues, tasks, strict=True)],
            [STATUS_WORDS[f.status] for f in some],
            [f.days_overdue for f in some],
            narrative,
            ["Có" if f.aggregated else "Không" for f in some],
            [flagged[f.flags] for f in some],
            ["; ".join(f.besides.missing) or None for f in some],
            *form,
            [self._programs[task.program] for task in tasks],
            [task.assigned_by for task in tasks],
            [task.leader for task in tasks],
            [due.original for due in dues],
            [len(due.extensions) or None for due in dues],
            ["Có" if task.growth_impact else None for task in tasks],
            *origin,
            [self._source.links.get(agency) for agency in agencies],
        ]


def _state(rows: Sequence[Row | None], keys: Sequence[str], source: Source) -> tuple[_Columns, _Columns]:
    """The fields of the state rows, and period, moment, file, sheet and line that they came from: read file by file,
    where they lie column by column."""
    fields: _Columns = [[] for _ in keys]
    origin: _Columns = [[] for _ in range(5)]
    for file, run in groupby(rows, lambda row: row.source if row else None):
        lines = [row.line if row else 0 for row in run]
        many, first = len(lines), lines[0]
        together = lines == list(range(first, first + many))
        for key, column in zip(keys, fields, strict=True):
            cells = file.columns.get(key) if file else None
            if cells is None:
                column += repeat(None, many)
            else:
                column += cells[first : first + many] if together else map(cells.__getitem__, lines)
        said = (file.period, source.local(file.received_at), file.file, file.sheet) if file else [None] * 4
        for value, column in zip(said, origin[:4], strict=True):
            column += repeat(value, many)
        origin[4] += map(file.rows.__getitem__, lines) if file else repeat(None, many)
    return fields, origin


def _assessment(figure: TaskFigure) -> str | None:
    """What the Office has said of the task: new, or its newest verdict."""
    verdict = figure.verdict
    if verdict is not None:
        said = f"{verdict.verdict} ({wording.day(verdict.assessed_on)})"
        return f"{said}: {verdict.opinion}" if verdict.opinion else said
    return "Mới giao" if figure.new else None
