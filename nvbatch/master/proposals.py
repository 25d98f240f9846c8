"""Sheet *Kiến nghị*: difficulties and proposals, what the provincial committee must decide first."""

from __future__ import annotations

from collections.abc import Iterator

from nvbatch.master.body import Field, Line
from nvbatch.master.listing import Listing
from nvbatch.master.looks import COUNT, MIDDLE, STATUS_LOOKS
from nvbatch.master.source import Source, reported
from nvbatch.model import STATUS_WORDS, RowSource, Status, TaskFigure

STATUS, DECISION = "Tình trạng", "Cần quyết định"
_GONE = (Status.STOPPED, Status.TRANSFERRED)


def listing(source: Source) -> Listing:
    """In the order in which they are laid before the leaders (contract 8.15), then the others by days overdue."""
    rank = {code: place for place, code in enumerate(source.snapshot.decisions)}
    figures = [f for f in source.tasks if f.task.code in rank] if rank else []
    figures += [f for f in _saying(source) if f.status not in _GONE and f.task.code not in rank]
    figures.sort(key=lambda f: (rank.get(f.task.code, len(rank)), -(f.days_overdue or 0)))
    label = {column.key: column.label for column in source.form.tasks.columns}
    return Listing(
        name="Kiến nghị",
        table="KienNghi",
        title="KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ CỦA CÁC CƠ QUAN",
        note=(
            f"{len(figures)} nhiệm vụ có khó khăn hoặc kiến nghị; "
            f"{len(rank)} nội dung trình UBND tỉnh quyết định, xếp trước."
        ),
        fields=[
            Field(label="STT", width=5, look=MIDDLE),
            Field(label="Mã nhiệm vụ", width=14),
            Field(label="Nội dung nhiệm vụ", width=32),
            Field(label="Cơ quan chủ trì", width=16),
            Field(label=label["difficulty"], width=24),
            Field(label=label["proposal"], width=30),
            Field(label=label["escalate_to"], width=11),
            Field(label=DECISION, width=9, look=MIDDLE),
            Field(label=STATUS, width=13),
            Field(label="Tác động tăng trưởng", width=9, look=MIDDLE, printed=False),
            Field(label="Số ngày quá hạn", width=9, look=COUNT, printed=False),
        ],
        rows=(_line(source, number, f, f.task.code in rank) for number, f in enumerate(figures, 1)),
        count=len(figures),
        empty="Các cơ quan không nêu khó khăn, kiến nghị.",
        dress=lambda word: {STATUS: STATUS_LOOKS[word]},
    )


def _saying(source: Source) -> Iterator[TaskFigure]:
    """Tasks whose state row names a difficulty or a proposal. Each file is looked through once."""
    files: dict[int, frozenset[int]] = {}
    for figure in source.tasks:
        if (row := figure.row) is None:
            continue
        if (lines := files.get(id(row.source))) is None:
            lines = files[id(row.source)] = frozenset(_lines(row.source, "difficulty") | _lines(row.source, "proposal"))
        if row.line in lines:
            yield figure


def _lines(source: RowSource, key: str) -> set[int]:
    """The lines of a file in which a column says something."""
    column = source.columns.get(key, ())
    return {line for line, said in enumerate(column) if said} if any(column) else set()


def _line(source: Source, number: int, figure: TaskFigure, decision: bool) -> Line:
    word = STATUS_WORDS[figure.status]
    return (
        number,
        figure.task.code,
        figure.task.content,
        source.agency(figure.lead_agency),
        reported(figure, "difficulty"),
        reported(figure, "proposal"),
        reported(figure, "escalate_to"),
        "Có" if decision else None,
        word,
        "Có" if figure.task.growth_impact else None,
        figure.days_overdue,
    ), word
