"""Sheet *Tổng quan*: the whole on one page, for a leader who looks for one minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nvbatch.briefing import wording
from nvbatch.briefing.printed import STATUS_FIGURES
from nvbatch.master import charts
from nvbatch.master.looks import SIZE
from nvbatch.master.source import Source
from nvbatch.master.words import conference_line, periods, standing
from nvbatch.model import DONE, STATUS_WORDS, Status
from nvbatch.xlsx import (
    DONE_FILL,
    DUE_SOON_FILL,
    HEADER,
    IN_TIME_FILL,
    OVERDUE_FILL,
    PLAIN,
    Book,
    Look,
    row_height,
    set_page,
)

NAME = "Tổng quan"
COLUMNS = 12  # a grid: six figures of two columns, four ratios of three, a table of twelve
_WIDTHS = (22.0, *[12.0] * (COLUMNS - 1))
_ACROSS = "center_across"  # spreads over the blank cells to its right: looks merged, is not
_BIG = Look(bold=True, size=20, align=_ACROSS, valign="vcenter", border=False)
_LABEL = Look(size=SIZE, align=_ACROSS, valign="vcenter")
_SMALL = Look(size=9.5, italic=True, color="404040", align=_ACROSS, valign="vcenter")
_CELL = Look(size=SIZE, align="center", valign="vcenter", border=True, number="#,##0")
_HEAD = replace(HEADER, size=9.5)


def sheet(book: Book, source: Source) -> Any:
    """Title, six figures, four ratios, the statuses by class and programme, two charts."""
    ws = book.sheet(NAME, widths=_WIDTHS)
    row = _title(book, ws, source)
    row = _figures(book, ws, row + 1, source)
    row = _ratios(book, ws, row + 1, source)
    row = _statuses(book, ws, row + 1, source)
    row = charts.place(book, ws, row + 1, source, _WIDTHS)
    set_page(ws, made_at=source.as_of, area=(0, 0, row, COLUMNS - 1))
    ws.fit_to_pages(1, 1)
    ws.set_first_sheet()
    ws.activate()
    return ws


def _title(book: Book, ws: Any, source: Source) -> int:
    office = source.config.office
    across = replace(PLAIN, align=_ACROSS, valign="vcenter")
    lines = [
        (office.parent, replace(PLAIN, size=11), 15.0),
        (office.name, replace(PLAIN, size=11, bold=True), 15.0),
        ("TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO", replace(across, bold=True, size=16), 26.0),
        (periods(source), replace(across, size=12), 17.0),
        (standing(source), replace(across, size=11, italic=True), 16.0),
        (conference_line(source), replace(across, size=11, italic=True), 16.0),
    ]
    shown = [line for line in lines if line[0]]
    for row, (text, look, height) in enumerate(shown):
        _across(book, ws, row, 0, COLUMNS if look.align == _ACROSS else 1, text, look)
        ws.set_row(row, height)
    return len(shown)


_TILES = ("duoc_giao", "hoan_thanh", "trong_han", "sap_den_han", "qua_han")


def _name(book: Book, name: str, row: int, column: int) -> None:
    """A name for the cell of a total, by which the written figure is found again and compared."""
    book.raw.define_name(name, f"='{NAME}'!${chr(ord('A') + column)}${row + 1}")


def _figures(book: Book, ws: Any, row: int, source: Source) -> int:
    """Assigned, done, in time, due soon, overdue, agencies that sent nothing; below each, the last period's."""
    snapshot = source.snapshot
    now, before = _headline(snapshot.totals.assigned, snapshot.totals.by_status), _before(source)
    owing = sum(f.owes for f in snapshot.agencies)
    silent = sum("not_submitted" in f.flags for f in snapshot.agencies)
    tiles = [
        ("Nhiệm vụ được giao", now["assigned"], _change(now, before, "assigned"), ""),
        ("● Đã hoàn thành", now["done"], _change(now, before, "done"), DONE_FILL),
        ("○ Đang thực hiện, trong hạn", now["in_time"], _change(now, before, "in_time"), IN_TIME_FILL),
        ("■ Sắp đến hạn", now["due_soon"], _change(now, before, "due_soon"), DUE_SOON_FILL),
        ("▲ Quá hạn chưa hoàn thành", now["overdue"], _change(now, before, "overdue"), OVERDUE_FILL),
        ("Cơ quan chưa nộp báo cáo", silent, f"trong {wording.number(owing)} cơ quan phải nộp", ""),
    ]
    for place, (label, figure, small, fill) in enumerate(tiles):
        column = 2 * place
        _across(book, ws, row, column, 2, figure, replace(_BIG, fill=fill, number="#,##0"))
        if place < len(_TILES):
            _name(book, f"so_{_TILES[place]}", row, column)
        _across(book, ws, row + 1, column, 2, label, replace(_LABEL, fill=fill, bold=True))
        _across(book, ws, row + 2, column, 2, small, replace(_SMALL, fill=fill))
    for offset, height in enumerate((30, 16, 15)):
        ws.set_row(row + offset, height)
    return row + 3


_RATIOS = {
    "done_of_assigned": "Hoàn thành / được giao",
    "on_time_of_done": "Đúng hạn / đã hoàn thành",
    "done_of_due": "Hoàn thành / đến hạn",
    "updated_of_open": "Cập nhật / đang thực hiện",
}


def _ratios(book: Book, ws: Any, row: int, source: Source) -> int:
    """Each percentage with its two figures and the number not aggregated beside it (contract 7, 8.7)."""
    totals = source.snapshot.totals
    label, value = replace(_LABEL, bold=True, fill="F2F2F2"), Look(bold=True, size=14, align="right", valign="vcenter")
    side = Look(size=12, valign="vcenter", align="center")
    small = Look(size=9.5, italic=True, valign="vcenter", wrap=True)
    for place, (name, words) in enumerate(_RATIOS.items()):
        column, (done, of) = 3 * place, totals.fractions[name]
        ratio = totals.ratios[name]
        _across(book, ws, row, column, 3, words, label)
        shown = "–" if ratio is None else ratio
        book.put(ws, row + 1, column, shown, replace(value, number="0.0%"))
        book.put(ws, row + 1, column + 1, f"({wording.number(done)}/{wording.number(of)})", side)
        book.put(ws, row + 1, column + 2, f"chưa tổng hợp: {wording.number(totals.not_aggregated)}", small)
    ws.set_row(row, 16)
    ws.set_row(row + 1, 28)
    count = {status: totals.by_status.get(status, 0) for status in Status}
    met = f"{totals.recurring_met}/{count[Status.RECURRING]}"
    facts = (
        "Hoàn thành không quá hạn (đúng hạn và không có thời hạn): "
        f"{wording.number(count[Status.DONE_ON_TIME] + count[Status.DONE_NO_DEADLINE])} · "
        f"Nhiệm vụ định kỳ đạt trong kỳ: {met} · Chuyển tiếp từ năm trước: {wording.number(totals.carried_over)}"
    )
    _across(book, ws, row + 2, 0, COLUMNS, facts, replace(_SMALL, size=10))
    ws.set_row(row + 2, 16)
    return row + 3


def _statuses(book: Book, ws: Any, row: int, source: Source) -> int:
    """Everything, each class, each programme where there are several: the ten statuses add up to the first figure."""
    totals = source.snapshot.totals
    labels = ["Nhiệm vụ", "Tổng số", *(STATUS_WORDS[status] for status in Status)]
    widths = [_WIDTHS[0], *[_WIDTHS[1] * 0.9] * 11]
    book.write_row(ws, row, labels, _HEAD, height=row_height(zip(labels, widths, strict=True), size=9.5))
    lines: list[tuple[str, int, Mapping[str, int]]] = [("Toàn bộ", totals.assigned, totals.by_status)]
    lines += [(name, group["assigned"], group["by_status"]) for name, group in totals.by_class.items()]
    if len(totals.by_program) > 1:
        lines += [(_program(source, c), g["assigned"], g["by_status"]) for c, g in totals.by_program.items()]
    for offset, (name, assigned, counts) in enumerate(lines, 1):
        bold = offset == 1
        looks = [replace(_CELL, align="left", wrap=True, bold=bold), *[replace(_CELL, bold=bold)] * 11]
        values = [name, assigned, *(counts.get(status, 0) for status in Status)]
        book.write_row(ws, row + offset, values, looks, height=row_height([(name, _WIDTHS[0])], size=SIZE) + 2)
    for column, figure in enumerate(("duoc_giao", *STATUS_FIGURES.values()), start=1):
        _name(book, f"tong_{figure}", row + 1, column)
    return row + len(lines) + 1


def _program(source: Source, code: str) -> str:
    """``Chương trình: Đề án 06``; a long name is cut, for many of them share one page."""
    name = wording.clip(source.program(code), 44)
    return name if name.casefold().startswith("chương trình") else f"Chương trình: {name}"


def _across(book: Book, ws: Any, row: int, column: int, width: int, value: Any, look: Look) -> None:
    """A value over ``width`` columns without a merge."""
    looks = [look] * width
    book.write_row(ws, row, [value, *[None] * (width - 1)], looks, column=column)


def _headline(assigned: int, by_status: Mapping[str, int]) -> dict[str, int]:
    return {
        "assigned": assigned,
        "done": sum(by_status.get(status, 0) for status in DONE),
        **{s.value: by_status.get(s, 0) for s in (Status.IN_TIME, Status.DUE_SOON, Status.OVERDUE)},
    }


def _before(source: Source) -> Mapping[str, int]:
    earlier = charts.earlier(source)
    if not earlier:
        return {}
    totals = earlier[-1].totals
    return _headline(totals["assigned"], totals["by_status"])


def _change(now: Mapping[str, int], before: Mapping[str, int], name: str) -> str:
    """``tăng 02 so với kỳ trước``; blank where there is none."""
    return wording.change(now[name], before.get(name))
