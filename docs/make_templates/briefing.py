# ruff: noqa: E501 (markup)
"""The body of the leaders' briefing (UX: three pages and annexes in landscape)."""

from __future__ import annotations

from pieces import (
    annex,
    cell,
    each,
    grid,
    heading,
    letterhead,
    listing,
    p,
    row,
    section,
    section_end,
    signature,
    tag,
    when,
)

from nvbatch import nd30_2020

NOTHING = p("NoiDung", "Không có.")


def briefing() -> str:
    return page_one() + page_two() + page_three() + section_end() + annexes()


def page_one() -> str:
    return (
        letterhead()
        + heading("Báo cáo", "{{ subject }}")
        + p("KinhGui", "Kính gửi: {{ addressee }}.")
        + strip()
        + p("Muc", "I. Việc cần xin ý kiến chỉ đạo", tail="{{ decisions_rest }}")
        + when("decisions", decisions(), NOTHING)
        + p("Muc", "II. Tình hình chung")
        + each("sentence in general", p("NoiDung", "{{ sentence }}"))
        + when("chart_alt", p("ChuThich", "{{ chart_caption }}") + chart())
    )


def strip() -> str:
    figures = (
        ("assigned", "so_duoc_giao", "Được giao", "F2F2F2"),
        ("done", "so_hoan_thanh", "Hoàn thành", "DDEBF7"),
        ("due_soon", "so_sap_den_han", "Sắp đến hạn", "FFF2CC"),
        ("overdue", "so_qua_han", "Quá hạn", "F8CBAD"),
        ("not_aggregated", "so_chua_tong_hop", "Chưa tổng hợp", "EDEDED"),
    )
    return grid(
        [3.4] * 5,
        row(
            "".join(
                cell(3.4, p("SoLieuLon", f"[[{mark}|{{{{ figures.{key} }}}}]]") + p("NhanSoLieu", label), fill=fill)
                for key, mark, label, fill in figures
            )
        ),
        title="Năm số liệu chính",
    )


def decisions() -> str:
    what = "**{{ row.agency }}:** {{ row.content }} ({{ row.deadline }}).{% if row.cause %} //Nguyên nhân:// {{ row.cause }}{% endif %}"
    return listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Việc, thời hạn, nguyên nhân", 7.3, "BangChu", what),
            ("Đề xuất", 6.3, "BangChu", "{{ row.proposal }}"),
            ("Ý kiến", 2.6, "BangChu", "□ Đồng ý\n□ Ý kiến khác"),
        ),
        "row in decisions",
        title="Việc cần xin ý kiến chỉ đạo",
    )


def chart() -> str:
    width, height = round(16.4 / 2.54 * 914400), round(3.3 / 2.54 * 914400)
    return (
        '<w:p><w:pPr><w:pStyle w:val="HinhVe"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="101" name="bieu_do_co_quan" descr="{{{{ chart_alt }}}}"/>'
        '<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart r:id="rId4"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def agency_columns() -> tuple[tuple[str, float, str, str], ...]:
    return (
        ("TT", 0.8, "BangSo", "{{ row.no }}"),
        ("Cơ quan", 4.65, "BangChu", "{{ row.name }}"),
        ("Được giao", 1.3, "BangSo", "{{ row.assigned }}"),
        ("Hoàn thành", 1.35, "BangSo", "{{ row.done }}"),
        ("Trong hạn", 1.35, "BangSo", "{{ row.in_time }}"),
        ("Sắp đến hạn", 1.15, "BangSo", "{{ row.due_soon }}"),
        ("Quá hạn", 1.15, "BangSo", "{{ row.overdue }}"),
        ("Khác", 1.2, "BangSo", "{{ row.other }}"),
        ("Chưa tổng hợp", 1.25, "BangSo", "{{ row.not_aggregated }}"),
        ("Đánh giá", 2.8, "BangChu", "{{ row.mark }}"),
    )


PLACES = {  # column of a table of agencies → the figure as bookmarks call it
    "assigned": "duoc_giao",
    "done": "hoan_thanh",
    "done_on_time": "hoan_thanh_dung_han",
    "done_late": "hoan_thanh_tre_han",
    "done_no_deadline": "hoan_thanh_khong_thoi_han",
    "in_time": "trong_han",
    "due_soon": "sap_den_han",
    "overdue": "qua_han",
    "open_no_deadline": "khong_thoi_han",
    "recurring": "dinh_ky",
    "aside": "dung_chuyen",
    "other": "khac",
    "not_aggregated": "chua_tong_hop",
}


def total_row(columns: tuple[tuple[str, float, str, str], ...], source: str, prefix: str = "tong") -> str:
    """The sum under a table of agencies: same columns, bold, from one value; each figure stands in a bookmark."""
    cells = []
    for place, (_, width, style, text) in enumerate(columns):
        words = "" if place == 0 else text.replace("row.", f"{source}.")
        figure = PLACES.get(text.removeprefix("{{ row.").removesuffix(" }}"))
        words = f"[[{prefix}_{figure}|**{words}**]]" if figure else f"**{words}**" if words else ""
        cells.append(cell(width, p(style, words), fill="F2F2F2"))
    return row("".join(cells))


def page_two() -> str:
    columns = agency_columns()
    return (
        p("Muc", "III. Kết quả theo cơ quan")
        + each("sentence in results", p("NoiDung", "{{ sentence }}"))
        + p("ChuThich", "{{ agencies_caption }}")
        + listing(columns, "row in agencies", title="Kết quả theo cơ quan", after=total_row(columns, "agencies_total"))
        + p("NhanSoLieu", "//{{ agencies_note }}//")
        + p("Muc", "IV. Nhiệm vụ quá hạn")
        + when(
            "overdue",
            p("NoiDung", "{{ overdue_intro }}") + p("ChuThich", "Nhiệm vụ quá hạn lâu nhất") + overdue(),
            NOTHING,
        )
        + when("done_late_intro", p("NoiDung", "{{ done_late_intro }}"))
        + p("Muc", "V. Nhiệm vụ sắp đến hạn")
        + when("due", p("NoiDung", "{{ due_intro }}") + p("ChuThich", "Nhiệm vụ sắp đến hạn") + due(), NOTHING)
    )


def overdue() -> str:
    return listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Nhiệm vụ", 6.6, "BangChu", "{{ row.code }}: {{ row.content_short }}"),
            ("Cơ quan chủ trì", 3.4, "BangChu", "{{ row.agency }}"),
            ("Thời hạn", 2.2, "BangSo", "{{ row.deadline_day }}"),
            ("Quá hạn\n(ngày)", 1.8, "BangSo", "{{ row.days_overdue }}"),
            ("Nguyên nhân", 2.2, "BangChu", "{{ row.cause_kind }}"),
        ),
        "row in overdue",
        title="Nhiệm vụ quá hạn lâu nhất",
    )


def due() -> str:
    return listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Nhiệm vụ", 7.3, "BangChu", "{{ row.code }}: {{ row.content_short }}"),
            ("Cơ quan chủ trì", 3.6, "BangChu", "{{ row.agency }}"),
            ("Thời hạn", 2.2, "BangSo", "{{ row.deadline_day }}"),
            ("Tiến độ báo cáo", 3.1, "BangChu", "{{ row.progress }}"),
        ),
        "row in due",
        title="Nhiệm vụ sắp đến hạn",
    )


def page_three() -> str:
    missing = listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Nhiệm vụ", 7.3, "BangChu", "{{ row.code }}: {{ row.content_short }}"),
            ("Cơ quan chủ trì", 3.6, "BangChu", "{{ row.agency }}"),
            ("Thời hạn", 2.2, "BangSo", "{{ row.deadline_day }}"),
            ("Nội dung còn thiếu", 3.1, "BangChu", "{{ row.missing_short }}"),
        ),
        "row in not_aggregated",
        title="Nhiệm vụ chưa tổng hợp",
    )
    asking = listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Cơ quan, nhiệm vụ", 5.2, "BangChu", "**{{ row.agency }}:** {{ row.code }}: {{ row.content_short }}"),
            ("Khó khăn, vướng mắc", 4.3, "BangChu", "{{ row.difficulty_short }}"),
            ("Kiến nghị, đề xuất", 4.8, "BangChu", "{{ row.proposal_short }}"),
            ("Cấp giải quyết", 1.9, "BangChu", "{{ row.escalate_to }}"),
        ),
        "row in proposals",
        title="Kiến nghị của các cơ quan",
    )
    return (
        p("Muc", "VI. Chưa tổng hợp do cập nhật chưa đầy đủ")
        + when(
            "not_aggregated",
            p("NoiDung", "{{ not_aggregated_intro }}") + p("ChuThich", "Nhiệm vụ chưa tổng hợp") + missing,
            NOTHING,
        )
        + p("Muc", "VII. Chấp hành chế độ báo cáo")
        + each("sentence in discipline", p("NoiDung", "{{ sentence }}"))
        + p("Muc", "VIII. Kiến nghị của các cơ quan")
        + when(
            "proposals", p("NoiDung", "{{ proposals_intro }}") + p("ChuThich", "Kiến nghị, đề xuất") + asking, NOTHING
        )
        + p("NoiDung", "{{ closing }}" + nd30_2020.END)
        + signature()
    )


def annexes() -> str:
    end = section_end(landscape=True, restart=True)
    made = "".join(
        when(f"annex.{name}", annex(name, title, table, long=True) + end)
        for name, title, table in (
            ("overdue", "Danh sách nhiệm vụ quá hạn chưa hoàn thành", full_overdue()),
            ("done_late", "Danh sách nhiệm vụ hoàn thành trễ hạn", full_done_late()),
            ("due", "Danh sách nhiệm vụ sắp đến hạn và đến hạn trong {{ next_month }}", full_due()),
            ("not_aggregated", "Danh sách nhiệm vụ chưa tổng hợp do cập nhật chưa đầy đủ", full_missing()),
            ("proposals", "Tổng hợp kiến nghị, đề xuất của các cơ quan", full_proposals()),
            ("results", "Kết quả thực hiện các nhiệm vụ được tổng hợp trong kỳ", full_results()),
        )
    )
    return (
        made
        + annex("agencies", "Kết quả thực hiện nhiệm vụ theo cơ quan", by_agency())
        + section(landscape=True, restart=True)
    )


TASK = ("Nhiệm vụ", 6.9, "BangChu", "{{ row.content }}")
CODE = ("Mã nhiệm vụ", 2.9, "BangChu", "{{ row.code }}")
NUMBER = ("TT", 1.0, "BangSo", "{{ row.no }}")
AGENCY = ("Cơ quan chủ trì", 3.4, "BangChu", "{{ row.agency }}")
DEADLINE = ("Thời hạn", 2.3, "BangSo", "{{ row.deadline }}")


def full_overdue() -> str:
    columns = (
        NUMBER,
        CODE,
        ("Nhiệm vụ", 5.5, "BangChu", "{{ row.content }}"),
        ("Cơ quan chủ trì", 3.0, "BangChu", "{{ row.agency }}"),
        DEADLINE,
        ("Quá hạn\n(ngày)", 1.8, "BangSo", "{{ row.days_overdue }}"),
        ("Nguyên nhân, giải trình", 5.0, "BangChu", "{{ row.cause }}"),
        ("Ghi chú", 3.7, "BangChu", "{{ row.flags }}"),
    )
    return listing(columns, "row in all_overdue", title="Nhiệm vụ quá hạn")


def full_done_late() -> str:
    columns = (
        NUMBER,
        CODE,
        ("Nhiệm vụ", 6.4, "BangChu", "{{ row.content }}"),
        AGENCY,
        DEADLINE,
        ("Ngày hoàn thành", 2.3, "BangSo", "{{ row.completed_on }}"),
        ("Trễ\n(ngày)", 1.6, "BangSo", "{{ row.days_overdue }}"),
        ("Nguyên nhân, giải trình", 5.3, "BangChu", "{{ row.cause }}"),
    )
    return listing(columns, "row in all_done_late", title="Nhiệm vụ hoàn thành trễ hạn")


def full_due() -> str:
    columns = (
        NUMBER,
        CODE,
        ("Nhiệm vụ", 8.3, "BangChu", "{{ row.content }}"),
        AGENCY,
        DEADLINE,
        ("Tiến độ báo cáo", 3.2, "BangChu", "{{ row.progress }}"),
        ("Ghi chú", 3.6, "BangChu", "{{ row.flags }}"),
    )
    return listing(columns, "row in all_due", title="Nhiệm vụ đến hạn")


def full_missing() -> str:
    columns = (
        NUMBER,
        CODE,
        TASK,
        AGENCY,
        DEADLINE,
        ("Tình trạng theo thời hạn", 3.0, "BangChu", "{{ row.status }}"),
        ("Nội dung còn thiếu", 5.7, "BangChu", "{{ row.missing }}"),
    )
    return listing(columns, "row in all_not_aggregated", title="Nhiệm vụ chưa tổng hợp")


def full_proposals() -> str:
    columns = (
        NUMBER,
        AGENCY,
        ("Nhiệm vụ", 6.3, "BangChu", "{{ row.code }}: {{ row.content }}"),
        ("Khó khăn, nguyên nhân", 5.6, "BangChu", "{{ row.difficulty_and_cause }}"),
        ("Kiến nghị, đề xuất", 6.4, "BangChu", "{{ row.proposal }}"),
        ("Cấp giải quyết", 2.4, "BangChu", "{{ row.escalate_to }}"),
    )
    return listing(columns, "row in all_proposals", title="Kiến nghị của các cơ quan")


def full_results() -> str:
    columns = (
        NUMBER,
        ("Nhiệm vụ", 7.0, "BangChu", "{{ row.code }}: {{ row.content }}"),
        ("Cơ quan chủ trì", 3.0, "BangChu", "{{ row.agency }}"),
        ("Thời hạn, tình trạng", 3.2, "BangChu", "{{ row.deadline }}\n{{ row.status }}"),
        ("Tình hình, kết quả thực hiện", 11.0, "BangChu", "{{ row.outcome }}"),
    )
    return listing(columns, "row in all_results", title="Kết quả các nhiệm vụ được tổng hợp")


def by_agency() -> str:
    columns = (
        ("TT", 0.9, "BangSo", "{{ row.no }}"),
        ("Cơ quan", 4.1, "BangChu", "{{ row.name }}"),
        ("Được giao", 1.3, "BangSo", "{{ row.assigned }}"),
        ("Hoàn thành đúng hạn", 1.6, "BangSo", "{{ row.done_on_time }}"),
        ("Hoàn thành trễ hạn", 1.6, "BangSo", "{{ row.done_late }}"),
        ("Hoàn thành, không thời hạn", 1.7, "BangSo", "{{ row.done_no_deadline }}"),
        ("Trong hạn", 1.3, "BangSo", "{{ row.in_time }}"),
        ("Sắp đến hạn", 1.2, "BangSo", "{{ row.due_soon }}"),
        ("Quá hạn", 1.2, "BangSo", "{{ row.overdue }}"),
        ("Không thời hạn", 1.4, "BangSo", "{{ row.open_no_deadline }}"),
        ("Định kỳ", 1.1, "BangSo", "{{ row.recurring }}"),
        ("Dừng, chuyển", 1.5, "BangSo", "{{ row.aside }}"),
        ("Chưa tổng hợp", 1.3, "BangSo", "{{ row.not_aggregated }}"),
        ("Đánh giá", 2.7, "BangChu", "{{ row.mark }}"),
        ("Chế độ báo cáo", 2.3, "BangChu", "{{ row.reporting }}"),
    )
    return listing(
        columns, "row in all_agencies", title="Kết quả theo cơ quan", after=total_row(columns, "agencies_total", "pl")
    )


__all__ = ["briefing", "tag"]
