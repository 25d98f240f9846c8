"""The two native charts of *Tổng quan* and the cells they draw from, which stand to the right of the printed page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nvbatch.briefing import wording
from nvbatch.master.source import Source, worst_first
from nvbatch.model import DONE, AgencyFigure, Status, Trend
from nvbatch.xlsx import FONT, HEADER, PLAIN, Book

MOST_AGENCIES = 15  # bars that stay readable on one page
MOST_PERIODS = 8
_DATA = 14  # first column of the cells that the charts draw from
_PARTS: Sequence[tuple[str, frozenset[Status], str]] = (
    ("Hoàn thành", DONE, "2E75B6"),
    ("Trong hạn, không thời hạn", frozenset({Status.IN_TIME, Status.OPEN_NO_DEADLINE}), "BFBFBF"),
    ("Sắp đến hạn", frozenset({Status.DUE_SOON}), "FFC000"),
    ("Quá hạn", frozenset({Status.OVERDUE}), "C55A11"),
)
_TEXT = {"name": FONT, "size": 9}
_HEIGHT = 340  # pixels
_ROWS = 17  # of 20 pixels each, under the charts


def place(book: Book, ws: Any, row: int, source: Source, widths: Sequence[float]) -> int:
    """Both charts side by side from ``row`` on; returns the last row that they cover."""
    pixels = [round(width * 7 + 5) for width in widths]
    figures = sorted((f for f in source.snapshot.agencies if f.tasks), key=worst_first)
    points = _points(source)
    two = len(points) > 1
    split = 7 if two else len(widths)
    if figures:
        _bars(book, ws, row, source, figures, sum(pixels[:split]) - 6)
    if two:
        _lines(book, ws, row, split, points, sum(pixels[split:]) - 4)
    for line in range(row, row + _ROWS):
        ws.set_row(line, 15)
    return row + _ROWS if figures or two else row


def earlier(source: Source) -> list[Trend]:
    """Runs of earlier periods, oldest first; one of the present period is what this run corrects."""
    present = {period.key for period in source.snapshot.periods.values()}
    runs = sorted((t for t in source.snapshot.trends if t.period not in present), key=lambda t: t.as_of)
    return runs[1 - MOST_PERIODS :]


def _bars(book: Book, ws: Any, row: int, source: Source, figures: Sequence[AgencyFigure], width: int) -> None:
    shown = figures[:MOST_AGENCIES]
    labels = ["Cơ quan", *(name for name, _, _ in _PARTS)]
    book.write_row(ws, row, ["Số liệu của biểu đồ theo cơ quan"], replace(PLAIN, italic=True), column=_DATA)
    book.write_row(ws, row + 1, labels, replace(HEADER, wrap=False), column=_DATA)
    for offset, figure in enumerate(shown, 2):
        parts = [sum(figure.by_status.get(s, 0) for s in statuses) for _, statuses, _ in _PARTS]
        name = figure.agency.name.replace("Ủy ban nhân dân", "UBND")
        book.write_row(ws, row + offset, [name, *parts], column=_DATA)
    first, last = row + 2, row + 1 + len(shown)
    chart = book.raw.add_chart({"type": "bar", "subtype": "stacked"})
    for offset, (_, _, color) in enumerate(_PARTS, 1):
        chart.add_series(
            {
                "name": [ws.name, row + 1, _DATA + offset],
                "categories": [ws.name, first, _DATA, last, _DATA],
                "values": [ws.name, first, _DATA + offset, last, _DATA + offset],
                "fill": {"color": f"#{color}"},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 35,
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",  # no label on an empty part
                    "font": {**_TEXT, "size": 8, "color": "#FFFFFF" if color in ("2E75B6", "C55A11") else "#000000"},
                },
            }
        )
    rest = len(figures) - len(shown)
    title = "Nhiệm vụ theo cơ quan, chậm nhất xếp trước"
    if rest:
        title += f" ({len(shown)}/{len(figures)} cơ quan; còn lại xem trang «Theo cơ quan»)"
    _finish(chart, title, width)
    axis = {"num_font": {**_TEXT, "size": 8.5}, "line": {"color": "#7F7F7F"}, "interval_unit": 1}
    chart.set_y_axis({**axis, "reverse": True, "major_gridlines": {"visible": False}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})  # the bars bear their figures
    ws.insert_chart(row, 0, chart, {"description": _spoken(shown), "object_position": 2})


def _lines(
    book: Book, ws: Any, row: int, column: int, points: Sequence[tuple[str, Mapping[str, int]]], width: int
) -> None:
    at = _DATA + len(_PARTS) + 2
    series = (
        ("Hoàn thành", DONE, "2E75B6", "circle", "solid"),
        ("Quá hạn", frozenset({Status.OVERDUE}), "C55A11", "triangle", "solid"),
        ("Sắp đến hạn", frozenset({Status.DUE_SOON}), "7F6000", "square", "dash"),
    )
    book.write_row(ws, row, ["Số liệu của biểu đồ các kỳ"], replace(PLAIN, italic=True), column=at)
    book.write_row(ws, row + 1, ["Kỳ", *(name for name, *_ in series)], replace(HEADER, wrap=False), column=at)
    for offset, (name, counts) in enumerate(points, 2):
        values = [sum(counts.get(s, 0) for s in statuses) for _, statuses, *_ in series]
        book.write_row(ws, row + offset, [name, *values], column=at)
    first, last = row + 2, row + 1 + len(points)
    chart = book.raw.add_chart({"type": "line"})
    for offset, (_, _, color, marker, dash) in enumerate(series, 1):
        chart.add_series(
            {
                "name": [ws.name, row + 1, at + offset],
                "categories": [ws.name, first, at, last, at],
                "values": [ws.name, first, at + offset, last, at + offset],
                "line": {"color": f"#{color}", "width": 2.25, "dash_type": dash},
                "marker": {"type": marker, "size": 7, "fill": {"color": f"#{color}"}, "border": {"color": f"#{color}"}},
                "data_labels": {"value": True, "position": "above", "font": {**_TEXT, "size": 8}},
            }
        )
    _finish(chart, "Diễn biến qua các kỳ (số nhiệm vụ)", width)
    chart.set_x_axis({"num_font": _TEXT, "line": {"color": "#7F7F7F"}})
    chart.set_y_axis({"num_font": _TEXT, "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    spoken = "; ".join(f"{name}: quá hạn {counts.get(Status.OVERDUE, 0)}" for name, counts in points)
    ws.insert_chart(row, column, chart, {"description": f"Biểu đồ đường qua các kỳ. {spoken}.", "object_position": 2})


def _finish(chart: Any, title: str, width: int) -> None:
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _TEXT})
    chart.set_size({"width": width, "height": _HEIGHT})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})


def _points(source: Source) -> list[tuple[str, Mapping[str, int]]]:
    """(name of the period, its statuses), the present one last."""
    present = wording.main_period(source.snapshot)
    now = [(present.key, source.snapshot.totals.by_status)] if present else []
    return [*((t.period, t.totals["by_status"]) for t in earlier(source)), *now]


def _spoken(figures: Sequence[AgencyFigure]) -> str:
    """The chart in words, for those who cannot see it."""
    told = [f"{f.agency.name} quá hạn {f.by_status.get(Status.OVERDUE, 0)}" for f in figures[:5]]
    return "Biểu đồ thanh chồng: hoàn thành, trong hạn, sắp đến hạn, quá hạn của từng cơ quan. " + "; ".join(told) + "."
