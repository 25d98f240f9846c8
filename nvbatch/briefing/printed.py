"""A written document and a run's totals in, every figure that it prints otherwise out.

The totals of a document stand in bookmarks: ``so_qua_han`` (the strip, the slip's sentence), ``tong_qua_han`` (the sum
under the table of agencies), ``pl_qua_han`` (the same in the annex), ``ct_…`` and ``ct1_…`` (programme report: all, and
each programme in the order of run.json). What is compared is the text between a bookmark's two ends in the finished
file, whoever wrote it there: the program, or somebody who typed a number into a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nvbatch.briefing.wording import number
from nvbatch.model import DONE, Status

PLACE = re.compile(r"(so|tong|pl|ct\d*)_([a-z_]+)")
FIGURES: Mapping[str, str] = {
    "duoc_giao": "Được giao",
    "hoan_thanh": "Hoàn thành",
    "hoan_thanh_dung_han": "Hoàn thành đúng hạn",
    "hoan_thanh_tre_han": "Hoàn thành trễ hạn",
    "hoan_thanh_khong_thoi_han": "Hoàn thành, không có thời hạn",
    "trong_han": "Trong hạn",
    "sap_den_han": "Sắp đến hạn",
    "qua_han": "Quá hạn",
    "khong_thoi_han": "Không có thời hạn",
    "dinh_ky": "Định kỳ",
    "dung_chuyen": "Dừng, chuyển",
    "dung": "Dừng thực hiện",
    "da_chuyen": "Đã chuyển",
    "khac": "Khác",
    "chua_tong_hop": "Chưa tổng hợp",
}
STATUS_FIGURES: Mapping[Status, str] = {
    Status.DONE_ON_TIME: "hoan_thanh_dung_han",
    Status.DONE_LATE: "hoan_thanh_tre_han",
    Status.DONE_NO_DEADLINE: "hoan_thanh_khong_thoi_han",
    Status.IN_TIME: "trong_han",
    Status.DUE_SOON: "sap_den_han",
    Status.OVERDUE: "qua_han",
    Status.OPEN_NO_DEADLINE: "khong_thoi_han",
    Status.RECURRING: "dinh_ky",
    Status.STOPPED: "dung",
    Status.TRANSFERRED: "da_chuyen",
}
MASTER = "Tong-hop-nhiem-vu.xlsx"  # its places are named cells: «so_…» the tiles, «tong_…» the line «Toàn bộ»
PROGRAMS = "Bao-cao-chuong-trinh.docx"  # made when there is any task
_STRIP = frozenset({"duoc_giao", "hoan_thanh", "sap_den_han", "qua_han", "chua_tong_hop"})
_SUMS = frozenset({"duoc_giao", "hoan_thanh", "trong_han", "sap_den_han", "qua_han", "khac", "chua_tong_hop"})
_ANNEX = frozenset({"duoc_giao", "trong_han", "qua_han", "chua_tong_hop"})
_DONE = frozenset({"duoc_giao", "hoan_thanh"})
NEEDED: Mapping[str, Mapping[str, frozenset[str]]] = {  # template → group of bookmarks → figures; whole or not at all
    "Bao-cao-tong-hop.docx": {"so": _STRIP, "tong": _SUMS, "pl": _ANNEX},
    "Phieu-trinh.docx": {"so": _STRIP},
    "Thong-bao-ket-qua.docx": {"tong": _SUMS, "pl": _ANNEX},
    PROGRAMS: {"ct": _DONE},
}
_NEEDED_IN_MASTER = {
    "so": frozenset({"duoc_giao", "hoan_thanh", "trong_han", "sap_den_han", "qua_han"}),
    "tong": frozenset({"duoc_giao", *STATUS_FIGURES.values()}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A figure that a document states otherwise than the run: ``printed`` is blank when its place has gone."""

    figure: str
    printed: str
    expected: int | None

    def __str__(self) -> str:
        if self.expected is None:
            return f"dấu trang của số «{self.figure}» không thuộc số liệu nào của lần chạy"
        if not self.printed:
            return f"không còn chỗ ghi số «{self.figure}», số liệu của lần chạy là {number(self.expected)}"
        return f"số «{self.figure}» ghi «{self.printed}», số liệu của lần chạy là {number(self.expected)}"


def mismatches(template: str, places: Mapping[str, str], totals: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """``places``: bookmark (in the master: name of a cell) → printed text. ``totals``: those of run.json (assigned,
    by_status, not_aggregated, by_program)."""
    return tuple(_differing(places, totals)) + tuple(_gone(template, places, totals))


def figures_of(totals: Mapping[str, Any]) -> dict[str, int]:
    """The figures that bookmarks name, from the totals of a run (``not_aggregated`` only where it is known)."""
    of = {status: int(totals["by_status"].get(status, 0)) for status in Status}
    aside = of[Status.STOPPED] + of[Status.TRANSFERRED]
    made = {
        "duoc_giao": int(totals["assigned"]),
        "hoan_thanh": sum(of[s] for s in DONE),
        **{figure: of[status] for status, figure in STATUS_FIGURES.items()},
        "dung_chuyen": aside,
        "khac": of[Status.OPEN_NO_DEADLINE] + of[Status.RECURRING] + aside,
    }
    return made | ({"chua_tong_hop": int(totals["not_aggregated"])} if "not_aggregated" in totals else {})


def _differing(places: Mapping[str, str], totals: Mapping[str, Any]) -> Iterator[Mismatch]:
    for name, printed in places.items():
        found = PLACE.fullmatch(name)
        if found is None or found[2] not in FIGURES:
            continue
        expected = _expected(found[1], totals).get(found[2])
        if _as_number(printed) != expected:
            yield Mismatch(figure=_said(found[1], found[2], totals), printed=printed or "(để trống)", expected=expected)


def _gone(template: str, places: Mapping[str, str], totals: Mapping[str, Any]) -> Iterator[Mismatch]:
    """A group of places is there whole or not at all: one that lacks a figure had it typed over."""
    needed = _NEEDED_IN_MASTER if template == MASTER else NEEDED.get(template, {})
    for prefix, figures in needed.items():
        lacking = sorted(figure for figure in figures if f"{prefix}_{figure}" not in places)
        if len(lacking) < len(figures) or template == MASTER:
            for figure in lacking:
                expected = _expected(prefix, totals).get(figure)
                yield Mismatch(figure=_said(prefix, figure, totals), printed="", expected=expected)


def _expected(prefix: str, totals: Mapping[str, Any]) -> Mapping[str, int]:
    if not prefix.startswith("ct") or prefix == "ct":
        return figures_of(totals)
    programs = sorted(totals["by_program"])
    at = int(prefix[2:]) - 1
    return figures_of(totals["by_program"][programs[at]]) if 0 <= at < len(programs) else {}


def _said(prefix: str, figure: str, totals: Mapping[str, Any]) -> str:
    programs = sorted(totals["by_program"]) if "by_program" in totals else []
    if prefix[2:].isdigit() and prefix.startswith("ct") and 0 < int(prefix[2:]) <= len(programs):
        return f"{FIGURES[figure]} (chương trình {programs[int(prefix[2:]) - 1]})"
    return FIGURES[figure]


def _as_number(text: str) -> int | None:
    """``1.387`` and ``07`` as people write them; None when it is no whole number."""
    bare = "".join(text.split())
    return int(bare.replace(".", "")) if re.fullmatch(r"\d+|\d{1,3}(\.\d{3})+", bare) else None
