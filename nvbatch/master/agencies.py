"""Sheet *Theo cơ quan*: one line an agency, worst first, and a total that reconciles with the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nvbatch.briefing import wording
from nvbatch.master.body import Field, Line
from nvbatch.master.listing import Block, Listing
from nvbatch.master.looks import (
    COUNT,
    MARK_LOOKS,
    MIDDLE,
    SHARE,
    TEXT,
    TOTAL,
    TOTAL_SHARE,
    TOTAL_TEXT,
    mark_word,
)
from nvbatch.master.source import Source, flag_words, worst_first
from nvbatch.model import DONE, STATUS_WORDS, AgencyFigure, Status
from nvbatch.totals import breakdowns, count_statuses, ratio
from nvbatch.xlsx import Look

MARK, ASIDE = "Đánh giá", (Status.STOPPED, Status.TRANSFERRED, Status.RECURRING)
_OTHER = (Status.OPEN_NO_DEADLINE, *ASIDE)
_APART = (Status.DONE_ON_TIME, Status.DONE_LATE, Status.DONE_NO_DEADLINE, *_OTHER)  # printed only in sums
_NOT_KNOWN = "(Cơ quan chưa có trong danh mục)"


def listing(source: Source) -> Listing:
    figures = sorted(filter(_has_figures, source.snapshot.agencies), key=lambda f: (not f.tasks, worst_first(f)))
    strangers = [f for f in source.snapshot.tasks if f.lead_agency not in source.figures]
    silent = sum("not_submitted" in f.flags for f in figures)
    return Listing(
        name="Theo cơ quan",
        table="TheoCoQuan",
        title="KẾT QUẢ THỰC HIỆN NHIỆM VỤ THEO CƠ QUAN",
        note=(
            f"Xếp theo số nhiệm vụ quá hạn, rồi số ngày quá hạn lâu nhất. {silent} cơ quan chưa nộp báo cáo. "
            "(*) Không có thời hạn, định kỳ, dừng, chuyển."
        ),
        fields=_FIELDS,
        rows=_rows(source, figures, count_statuses(strangers), sum(not f.aggregated for f in strangers)),
        count=len(figures) + bool(strangers),
        empty="Không có cơ quan nào trong danh mục.",
        dress=lambda mark: {MARK: MARK_LOOKS[mark]},
        total=_total(source, figures),
        blocks=_splits(source),
    )


_SPLITS = {
    "level": "Theo cấp của cơ quan chủ trì",
    "assigned_by": "Theo cấp giao",
    "quarter": "Theo quý đến hạn",
    "leader": "Theo lãnh đạo chỉ đạo",
    "growth_impact": "Theo tác động đến mục tiêu tăng trưởng",
}


def _splits(source: Source) -> tuple[Block, ...]:
    """The same tasks split otherwise; every block adds up to the total above."""
    levels = {figure.agency.code: figure.agency.level for figure in source.snapshot.agencies}
    found = breakdowns(source.snapshot.tasks, levels)
    heads = [field.label for field in _FIELDS[3:9]]
    return tuple(
        Block(
            title=title,
            labels=["Nhóm", "", *heads],
            rows=[(name, None, *_counts(g["assigned"], g["by_status"])) for name, g in found[key].items()],
            looks=[TEXT, TEXT, *[COUNT] * len(heads)],
        )
        for key, title in _SPLITS.items()
    )


def _has_figures(figure: AgencyFigure) -> bool:
    """An agency that has ended and left nothing behind is no line any more."""
    return bool(figure.tasks or figure.submitted or "ended" not in figure.flags)


_FIELDS: Sequence[Field] = (
    Field(label="STT", width=5, look=MIDDLE),
    Field(label="Cơ quan", width=32),
    Field(label=MARK, width=14),
    Field(label="Tổng số", width=7.5, look=COUNT),
    Field(label="Hoàn thành", width=8.5, look=COUNT),
    Field(label="Trong hạn", width=7.5, look=COUNT),
    Field(label="Sắp đến hạn", width=7.5, look=COUNT),
    Field(label="Quá hạn", width=7.5, look=COUNT),
    Field(label="Khác (*)", width=7.5, look=COUNT),
    Field(label="Quá hạn lâu nhất (ngày)", width=9.5, look=COUNT),
    Field(label="Tỷ lệ hoàn thành", width=9.5, look=SHARE),
    Field(label="Chưa tổng hợp", width=8, look=COUNT),
    Field(label="Nộp báo cáo", width=13),
    Field(label="Lưu ý", width=18),
    Field(label="Mã cơ quan", width=12, printed=False),
    *(Field(label=STATUS_WORDS[status], width=13, look=COUNT, printed=False) for status in _APART),
    Field(label="Chưa cập nhật trong kỳ", width=14, look=COUNT, printed=False),
    Field(label="Số kỳ liên tiếp chưa nộp", width=14, look=COUNT, printed=False),
    Field(label="Cấp", width=11, printed=False),
    Field(label="Nhóm", width=24, printed=False),
    Field(label="Người đứng đầu", width=42, printed=False),
    Field(label="Tệp phản hồi", width=34, printed=False, link=True),
)


def _rows(
    source: Source, figures: Sequence[AgencyFigure], strange: Mapping[str, int], strange_open: int
) -> Iterator[Line]:
    for number, figure in enumerate(figures, 1):
        agency = figure.agency
        counts = {str(status): many for status, many in figure.by_status.items()}
        yield (
            (
                number,
                agency.name,
                mark_word(figure.mark),
                *_counts(figure.tasks, counts),
                figure.longest_overdue or None,
                _share(counts, figure.tasks),
                figure.not_aggregated,
                sent_word(figure),
                flag_words(tuple(flag for flag in figure.flags if flag not in ("not_submitted", "late"))),
                agency.code,
                *(counts.get(status, 0) for status in _APART),
                figure.not_updated,
                figure.silent_periods or None,
                agency.level,
                agency.group,
                source.head(agency.code),
                source.links.get(agency.code),
            ),
            figure.mark,
        )
    if strange:
        many = sum(strange.values())
        tail: list[Any] = [None, *(strange.get(status, 0) for status in _APART), *[None] * 6]
        yield (
            (len(figures) + 1, _NOT_KNOWN, None, *_counts(many, strange), None, None, strange_open, None, None, *tail),
            "",
        )


def _total(source: Source, figures: Sequence[AgencyFigure]) -> tuple[Sequence[Any], Sequence[Look]]:
    totals = source.snapshot.totals
    counts = {str(status): many for status, many in totals.by_status.items()}
    values = (
        None,
        "Tổng cộng",
        None,
        *_counts(totals.assigned, counts),
        max((f.longest_overdue for f in figures), default=0) or None,
        totals.ratios.get("done_of_assigned"),
        totals.not_aggregated,
        f"{sum(f.submitted for f in figures)}/{sum(f.owes or f.submitted for f in figures)} cơ quan",
        None,
        None,
        *(counts.get(status, 0) for status in _APART),
        *[None] * 6,
    )
    looks = {COUNT: TOTAL, SHARE: TOTAL_SHARE}
    return values, [looks.get(f.look, TOTAL_TEXT) for f in _FIELDS]


def _counts(tasks: int, counts: Mapping[str, int]) -> tuple[int, ...]:
    """All, done, in time, due soon, overdue, others: the first is the sum of the rest."""
    return (
        tasks,
        sum(counts.get(status, 0) for status in DONE),
        counts.get(Status.IN_TIME, 0),
        counts.get(Status.DUE_SOON, 0),
        counts.get(Status.OVERDUE, 0),
        sum(counts.get(status, 0) for status in _OTHER),
    )


def _share(counts: Mapping[str, int], tasks: int) -> float | None:
    """done_of_assigned of contract 8.7, for one agency."""
    return ratio(sum(counts.get(s, 0) for s in DONE), tasks - sum(counts.get(s, 0) for s in ASIDE))


def sent_word(figure: AgencyFigure) -> str:
    """``Chưa nộp (kỳ thứ 02 liên tiếp)``, ``Nộp trễ``, ``Đã nộp``, ``Không phải nộp``."""
    if "not_submitted" in figure.flags:
        again = figure.silent_periods > 1
        return f"▲ Chưa nộp (kỳ thứ {wording.count(figure.silent_periods)} liên tiếp)" if again else "▲ Chưa nộp"
    if "late" in figure.flags:
        return "○ Nộp trễ"
    return "● Đã nộp" if figure.submitted else "Không phải nộp"
