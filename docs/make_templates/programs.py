"""The body of the programme report: done of assigned by quarter, an annex by agency for each programme."""

from __future__ import annotations

from pieces import (
    cell,
    each,
    heading,
    letterhead,
    listing,
    p,
    row,
    section,
    section_end,
    signature,
)

from nvbatch import nd30_2020

Columns = tuple[tuple[str, float, str, str], ...]


def programs() -> str:
    summary = _columns(0.9, 3.4, 1.4, 1.5, "Chương trình")
    by_agency = _columns(1.0, 7.1, 2.0, 2.2, "Cơ quan")
    annex = (
        p("PhuLuc", "{{ program.annex }}")
        + p("TenPhuLuc", "{{ program.name }}: kết quả theo cơ quan, theo quý năm {{ year }}")
        + p("KemTheo", "({{ attached_to }})")
        + listing(
            by_agency,
            "row in program.rows",
            title="Kết quả theo cơ quan, theo quý",
            after=_total(by_agency, "program.total", "ct#", "@{{ program.no }}"),
        )
        + section_end(landscape=True, restart=True)
    )
    return (
        letterhead()
        + heading("Báo cáo", "{{ subject }}")
        + p("KinhGui", "Kính gửi: {{ addressee }}.")
        + p("Muc", "I. Kết quả theo chương trình")
        + p("NoiDung", "{{ intro }}")
        + p("ChuThich", "Đã hoàn thành/được giao theo quý của thời hạn, năm {{ year }}")
        + listing(
            summary, "row in rows", title="Kết quả theo chương trình, theo quý", after=_total(summary, "total", "ct")
        )
        + p("NhanSoLieu", "//Khác: thời hạn thuộc năm khác, không có thời hạn, định kỳ.//")
        + p("Muc", "II. Đánh giá")
        + each("sentence in sentences", p("NoiDung", "{{ sentence }}"))
        + p("NoiDung", "Kết quả của từng cơ quan nêu tại phụ lục kèm theo" + nd30_2020.END)
        + signature()
        + section_end()
        + each("program in programs", annex)
        + section()
    )


def _columns(no: float, name: float, quarter: float, total: float, what: str) -> Columns:
    quarters = tuple((f"Quý {n}", quarter, "BangSo", f"{{{{ row.{key} }}}}") for n, key in _QUARTERS)
    return (
        ("TT", no, "BangSo", "{{ row.no }}"),
        (what, name, "BangChu", "{{ row.name }}"),
        *quarters,
        ("Khác", quarter, "BangSo", "{{ row.other }}"),
        ("Tổng số", total + 0.9, "BangSo", "{{ row.done }}/{{ row.assigned }}"),
        ("Trễ hạn", total - 0.2, "BangSo", "{{ row.done_late }}"),
        ("Quá hạn", total - 0.2, "BangSo", "{{ row.overdue }}"),
    )


_QUARTERS = (("I", "q1"), ("II", "q2"), ("III", "q3"), ("IV", "q4"))


def _total(columns: Columns, source: str, prefix: str, number: str = "") -> str:
    """The sum: done and assigned stand in bookmarks."""
    cells = []
    for place, (_, width, style, text) in enumerate(columns):
        words = "" if place == 0 else f"**{text.replace('row.', f'{source}.')}**"
        if ".assigned" in text:
            done, assigned = (f"{{{{ {source}.{name} }}}}" for name in ("done", "assigned"))
            words = f"[[{prefix}_hoan_thanh{number}|**{done}**]]**/**[[{prefix}_duoc_giao{number}|**{assigned}**]]"
        cells.append(cell(width, p(style, words), fill="F2F2F2"))
    return row("".join(cells))
