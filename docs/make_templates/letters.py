# ruff: noqa: E501 (markup)
"""The bodies of slip, list to explain, proposal, notice and urging letter."""

from __future__ import annotations

from briefing import NOTHING, agency_columns, by_agency, total_row
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
    when,
)

from nvbatch import nd30_2020

TICKS = "□ Đồng ý\n□ Ý kiến khác"
TO = p("KinhGui", "Kính gửi: {{ addressee }}.")


def slip() -> str:
    what = (
        "**{{ row.agency }}:** {{ row.content }} ({{ row.deadline }})."
        "{% if row.cause %} //Nguyên nhân:// {{ row.cause }}{% endif %}"
    )
    columns = (
        ("TT", 0.8, "BangSo", "{{ row.no }}"),
        ("Nội dung", 7.3, "BangChu", what),
        ("Đề xuất", 6.3, "BangChu", "{{ row.proposal }}"),
        ("Ý kiến", 2.6, "BangChu", TICKS),
    )
    others = listing(
        (
            ("TT", 0.8, "BangSo", "{{ row.no }}"),
            ("Nội dung khác", 11.6, "BangChu", "{{ row.text }}"),
            ("Ý kiến", 4.6, "BangChu", TICKS.replace("\n", "   ")),
        ),
        "row in others",
        title="Nội dung khác xin ý kiến",
    )
    gap = p("NgatPhan", extra='<w:spacing w:line="120" w:lineRule="exact"/>')
    box = grid((17.0,), row(cell(17.0, p("BangChu", "//Ý kiến chỉ đạo khác://") + p("BangChu"))))
    return (
        letterhead()
        + heading("Phiếu trình", "{{ subject }}")
        + TO
        + p(
            "NoiDung",
            "Văn phòng đã tổng hợp [[so_duoc_giao|{{ figures.assigned }}]] nhiệm vụ: hoàn thành "
            "[[so_hoan_thanh|{{ figures.done }}]], quá hạn [[so_qua_han|{{ figures.overdue }}]], sắp đến hạn "
            "[[so_sap_den_han|{{ figures.due_soon }}]], chưa tổng hợp [[so_chua_tong_hop|{{ figures.not_aggregated }}]]; "
            "kính trình các nội dung sau{{ summary_rest }}" + nd30_2020.END,
        )
        + gap
        + when("decisions", listing(columns, "row in decisions", title="Việc cần xin ý kiến chỉ đạo") + gap)
        + when("others", others + gap)
        + when("not decisions and not others", p("NoiDung", "Không có nội dung cần xin ý kiến chỉ đạo.") + gap)
        + box
        + signature(gap=700)
        + section()
    )


def explanations() -> str:
    table = listing(
        (
            ("TT", 0.9, "BangSo", "{{ row.no }}"),
            ("Nhiệm vụ", 7.2, "BangChu", "{{ row.code }}: {{ row.content }}"),
            ("Thời hạn", 2.3, "BangSo", "{{ row.deadline }}"),
            ("Quá hạn\n(ngày)", 1.8, "BangSo", "{{ row.days_overdue }}"),
            ("Nội dung phải giải trình", 4.8, "BangChu", "{{ row.why }}"),
        ),
        "row in agency.tasks",
        title="Thủ trưởng báo cáo, giải trình",
        group="agency in agencies|**{{ agency.no }}. {{ agency.name }}** - {{ agency.head }}"
        "{% if agency.silent %}. //{{ agency.silent }}//{% endif %}",
    )
    return (
        letterhead(numbered=False)
        + p("TenLoai", "Danh sách")
        + p("TrichYeu", "{{ subject }}")
        + p("NetKeNgan")
        + p("GhiChuSoLieu", "({{ attached_to }})")
        + p("GhiChuSoLieu", "({{ data_note }})")
        + when("agencies", p("NoiDung", "{{ intro }}.") + p("ChuThich", "Danh sách theo cơ quan") + table, NOTHING)
        + p("NoiDung", "{{ closing }}" + nd30_2020.END)
        + signature()
        + section()
    )


def changes() -> str:
    opinion = "{% if row.remark %}{{ row.remark }}{% else %}□ Đồng ý{% endif %}\n□ Không đồng ý"
    proposed = listing(
        (
            ("TT", 0.9, "BangSo", "{{ row.no }}"),
            ("Cơ quan đề nghị", 2.9, "BangChu", "{{ row.agency }}"),
            ("Loại biến động", 2.2, "BangChu", "{{ row.kind }}"),
            ("Nhiệm vụ", 5.6, "BangChu", "{% if row.code %}{{ row.code }}: {% endif %}{{ row.content }}"),
            ("Giá trị cũ", 2.3, "BangChu", "{{ row.old_value }}"),
            ("Giá trị mới", 2.5, "BangChu", "{{ row.new_value }}"),
            ("Nguyên nhân", 4.0, "BangChu", "{{ row.reason }}"),
            ("Tờ trình", 2.4, "BangChu", "{{ row.proposal_doc }}"),
            ("Ý kiến", 2.9, "BangChu", opinion),
        ),
        "row in changes",
        title="Đề nghị biến động danh mục",
    )
    extended = listing(
        (
            ("TT", 0.9, "BangSo", "{{ row.no }}"),
            ("Cơ quan chủ trì", 3.2, "BangChu", "{{ row.agency }}"),
            ("Nhiệm vụ", 7.6, "BangChu", "{{ row.code }}: {{ row.content }}"),
            ("Thời hạn hiện nay", 2.4, "BangSo", "{{ row.deadline }}"),
            ("Đề nghị gia hạn đến", 2.4, "BangSo", "{{ row.requested }}"),
            ("Lý do", 4.6, "BangChu", "{{ row.reason }}"),
            ("Đã gia hạn (lần)", 1.5, "BangSo", "{{ row.times }}"),
            ("Ý kiến", 3.1, "BangChu", opinion),
        ),
        "row in extensions",
        title="Đề nghị gia hạn",
    )
    end = section_end(landscape=True, restart=True)
    first = when(
        "annex.changes", annex("changes", "Tổng hợp đề nghị biến động danh mục nhiệm vụ", proposed, long=True) + end
    )
    title = "Tổng hợp đề nghị gia hạn thời gian thực hiện nhiệm vụ"
    second = when("annex.extensions", annex("extensions", title, extended, long=True) + end)
    main = (
        letterhead()
        + heading("Tờ trình", "{{ subject }}")
        + TO
        + p("Muc", "I. Đề nghị biến động danh mục nhiệm vụ")
        + p("NoiDung", "{{ changes_intro }}")
        + p("Muc", "II. Đề nghị gia hạn thời gian thực hiện")
        + p("NoiDung", "{{ extensions_intro }}")
        + p("Muc", "III. Kiến nghị")
        + when(
            "annex.changes or annex.extensions",
            p(
                "NoiDung",
                "Văn phòng kính trình {{ addressee }} xem xét, quyết định. Nội dung được chấp thuận sẽ được cập nhật vào danh "
                "mục theo dõi kèm số, ngày văn bản chấp thuận; trong khi chờ quyết định, danh mục và thời hạn hiện hành vẫn "
                "được áp dụng" + nd30_2020.END,
            ),
            p("NoiDung", "Trong kỳ không có đề nghị cần xem xét, quyết định" + nd30_2020.END),
        )
        + signature()
    )
    return main + section_end() + first + second + section()


def notice() -> str:
    columns = agency_columns()
    table = listing(
        columns, "row in agencies", title="Kết quả theo cơ quan", after=total_row(columns, "agencies_total")
    )
    full = annex("agencies", "Kết quả thực hiện nhiệm vụ theo cơ quan", by_agency())
    return (
        letterhead()
        + heading("Thông báo", "{{ subject }}")
        + p("NoiDung", "{{ sender }} thông báo kết quả thực hiện nhiệm vụ được giao như sau:")
        + p("Muc", "I. Kết quả chung")
        + each("sentence in general", p("NoiDung", "{{ sentence }}"))
        + p("Muc", "II. Kết quả theo cơ quan")
        + when("agencies", p("ChuThich", "Kết quả theo cơ quan") + table)
        + when("agencies_intro", p("NoiDung", "{{ agencies_intro }}"))
        + when("not all_agencies", NOTHING)
        + p("Muc", "III. Chấp hành chế độ báo cáo")
        + each("sentence in discipline", p("NoiDung", "{{ sentence }}"))
        + p("Muc", "IV. Yêu cầu")
        + each("sentence in demands", p("NoiDung", "{{ sentence }}"))
        + p("NoiDung", "{{ sender }} thông báo để các cơ quan biết, thực hiện" + nd30_2020.END)
        + signature()
        + section_end()
        + when("annex.agencies", full + section_end(landscape=True, restart=True))
        + section()
    )


def reminder() -> str:
    table = listing(
        (
            ("TT", 1.0, "BangSo", "{{ row.no }}"),
            ("Mã nhiệm vụ", 2.9, "BangChu", "{{ row.code }}"),
            ("Nhiệm vụ", 7.4, "BangChu", "{{ row.content }}"),
            ("Văn bản giao", 3.6, "BangChu", "{{ row.doc }}"),
            ("Thời hạn\n(nguyên văn)", 2.6, "BangChu", "{{ row.deadline_text }}"),
            ("Đã giao\n(ngày)", 1.7, "BangSo", "{{ row.days_given }}"),
            ("Đôn đốc\nlần thứ", 1.7, "BangSo", "{{ row.ordinal }}"),
            ("Báo cáo gần nhất", 4.2, "BangChu", "{{ row.last_update }}"),
        ),
        "row in agency.tasks",
        title="Nhiệm vụ không quy định thời hạn theo cơ quan",
        group="agency in agencies|**{{ agency.no }}. {{ agency.name }}:** {{ agency.state }}.",
    )
    return _letter(table, "Nhiệm vụ không quy định thời hạn đến kỳ đôn đốc")


def urging() -> str:
    table = listing(
        (
            ("TT", 1.0, "BangSo", "{{ row.no }}"),
            ("Mã nhiệm vụ", 2.9, "BangChu", "{{ row.code }}"),
            ("Nhiệm vụ", 8.8, "BangChu", "{{ row.content }}"),
            ("Văn bản giao", 4.0, "BangChu", "{{ row.doc }}"),
            ("Thời hạn", 2.6, "BangSo", "{{ row.deadline }}"),
            ("Quá hạn\n(ngày)", 1.8, "BangSo", "{{ row.days_overdue }}"),
            ("Nội dung đôn đốc", 4.0, "BangChu", "{{ row.what }}"),
        ),
        "row in agency.tasks",
        title="Nội dung đôn đốc theo cơ quan",
        group="agency in agencies|**{{ agency.no }}. {{ agency.name }}:** {{ agency.state }}.",
    )
    return _letter(table, "Nội dung đôn đốc theo cơ quan")


def _letter(table: str, title: str) -> str:
    """A letter to one agency or to many, with the annex that speaks to each."""
    one = p("KinhGui", "Kính gửi: {{ addressees[0] }}")
    several = p("KinhGui", "Kính gửi:") + each("line in addressees", p("KinhGuiNhieu", "{{ line }}"))
    return (
        letterhead(letter_subject="V/v {{ subject }}")
        + when("addressees|length == 1", one, several)
        + p("NoiDung", "{{ opening }}")
        + each("line in demands", p("NoiDung", "{{ line }}"))
        + p("NoiDung", "{{ closing }}" + nd30_2020.END)
        + signature()
        + section_end()
        + annex("agencies", title, table)
        + section(landscape=True, restart=True)
    )
