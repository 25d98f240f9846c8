"""Sheet *Nộp báo cáo*: who owes a report and has not sent it, and every file that came and what became of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nvbatch.briefing import wording
from nvbatch.master.body import Field
from nvbatch.master.listing import Listing
from nvbatch.master.looks import COUNT, MIDDLE, MOMENT, TEXT, TOTAL, TOTAL_TEXT
from nvbatch.master.source import Source
from nvbatch.model import DONE, SUBMISSION_WORDS, TIMELINESS_WORDS, Status, SubmissionState, Timeliness
from nvbatch.xlsx import DONE_FILL, DUE_SOON_FILL, OVERDUE_FILL, Look

STATE, TIME, SILENT = "Trạng thái", "Thời điểm nộp", "▲ Chưa nộp báo cáo"
_NOT_OWING = frozenset({*DONE, Status.STOPPED, Status.TRANSFERRED})
_STATE_FILLS = {
    SubmissionState.ACCEPTED: DONE_FILL,
    SubmissionState.QUARANTINED: OVERDUE_FILL,
    SubmissionState.REJECTED: OVERDUE_FILL,
}
_FIELDS = (
    Field(label="STT", width=5, look=MIDDLE),
    Field(label="Cơ quan", width=28),
    Field(label="Chương trình", width=16),
    Field(label="Kỳ báo cáo", width=11, look=MIDDLE),
    Field(label="Tệp", width=29),
    Field(label="Nhận lúc", width=16, look=MOMENT),
    Field(label=STATE, width=14),
    Field(label=TIME, width=10),
    Field(label="Dòng đọc được", width=7, look=COUNT),
    Field(label="Đã gộp", width=6.5, look=COUNT),
    Field(label="Giữ lại", width=6.5, look=COUNT),
    Field(label="Bỏ qua", width=6.5, look=COUNT),
    Field(label="Mã cơ quan", width=12, printed=False),
    Field(label="Tính vào kỳ này", width=9, look=MIDDLE, printed=False),
    Field(label="Người gửi đã đăng ký", width=10, look=MIDDLE, printed=False),
    Field(label="Mã tiếp nhận", width=12, printed=False),
    Field(label="SHA-256", width=66, printed=False),
)


def listing(source: Source) -> Listing:
    """One line for every file, and one for every agency and programme that owes a report and has none counting."""
    lines = sorted([*_sent(source), *_silent(source)], key=lambda pair: pair[0])
    sent = source.snapshot.submissions
    read, merged, held, skipped = (
        sum(getattr(s, f"rows_{what}") for s in sent) for what in ("read", "merged", "held", "skipped")
    )
    missing = len(lines) - len(sent)
    values: list[Any] = [
        None,
        "Tổng cộng",
        None,
        None,
        f"{len(sent)} tệp",
        None,
        None,
        None,
        read,
        merged,
        held,
        skipped,
    ]
    return Listing(
        name="Nộp báo cáo",
        table="NopBaoCao",
        title="CHẤP HÀNH CHẾ ĐỘ BÁO CÁO",
        note=(
            f"{len(sent)} tệp đã nhận; {missing} lượt cơ quan, chương trình chưa nộp. "
            "Ở mỗi tệp: số dòng đọc được = đã gộp + giữ lại (có lỗi phải sửa) + bỏ qua (chưa cập nhật)."
        ),
        fields=_FIELDS,
        rows=(((number, *cells), key) for number, (_, cells, key) in enumerate(lines, 1)),
        count=len(lines),
        empty="Chưa nhận được tệp nào trong kỳ.",
        dress=_dress,
        total=(
            [*values, *[None] * (len(_FIELDS) - len(values))],
            [TOTAL if f.look == COUNT else TOTAL_TEXT for f in _FIELDS],
        ),
    )


_Sorted = tuple[tuple[Any, ...], list[Any], str]


def _sent(source: Source) -> Iterator[_Sorted]:
    counting = _counting(source)
    for sent in source.snapshot.submissions:
        receipt = sent.document.receipt
        cells = [
            source.agency(sent.agency) or "(chưa xác định)",
            source.program(sent.program),
            sent.period,
            sent.document.name,
            source.local(receipt.received_at),
            SUBMISSION_WORDS[sent.state],
            TIMELINESS_WORDS[sent.timeliness],
            sent.rows_read,
            sent.rows_merged,
            sent.rows_held,
            sent.rows_skipped,
            sent.agency,
            "Có" if sent.id in counting else None,
            "Có" if sent.sender_known else "Không",
            sent.id,
            sent.document.sha256,
        ]
        yield _place(source, sent.agency, sent.program, 1, sent.id), cells, f"{sent.state}|{sent.timeliness}"


def _silent(source: Source) -> Iterator[_Sorted]:
    counting = _counting(source)
    received = {(sent.agency, sent.program) for sent in source.snapshot.submissions if sent.id in counting}
    owing = {(f.lead_agency, f.task.program) for f in source.snapshot.tasks if f.status not in _NOT_OWING}
    for code, program in owing:
        figure, period = source.figures.get(code), source.snapshot.periods.get(program)
        if figure is None or period is None or "ended" in figure.flags or (code, program) in received:
            continue
        again = f" (kỳ thứ {wording.count(figure.silent_periods)} liên tiếp)" if figure.silent_periods > 1 else ""
        cells: list[Any] = [figure.agency.name, source.program(program), period.key, None, None, f"{SILENT}{again}"]
        yield _place(source, code, program, 0, ""), [*cells, *[None] * 5, code, *[None] * 4], SILENT


def _counting(source: Source) -> frozenset[str]:
    """Ids of the files that count in a present period."""
    return frozenset(id_ for figure in source.snapshot.agencies for id_ in figure.submissions)


def _place(source: Source, agency: str | None, program: str, kind: int, id_: str) -> tuple[Any, ...]:
    return source.order.get(agency or "", len(source.order)), agency or "", program, kind, id_


def _dress(key: str) -> dict[str, Look]:
    if key == SILENT:
        return {STATE: replace(TEXT, fill=OVERDUE_FILL, bold=True)}
    state, _, time = key.partition("|")
    looks = {STATE: replace(TEXT, fill=_STATE_FILLS.get(SubmissionState(state), ""))}
    if time != Timeliness.ON_TIME:
        looks[TIME] = replace(TEXT, fill=DUE_SOON_FILL)
    return looks
