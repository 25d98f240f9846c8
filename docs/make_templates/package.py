# ruff: noqa: E501 (markup)
"""Body XML in, a lean .docx out: styles, settings, page-number header and, when asked, one native chart."""

from __future__ import annotations

import zipfile
from pathlib import Path

from chart_part import CHART, SAMPLE

from nvbatch import chart, nd30_2020

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FONTS = " ".join(f'w:{kind}="{nd30_2020.FONT}"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))


def save(path: Path, body: str, *, body_size: float = 14.0, with_chart: bool = False) -> None:
    """Write the package. ``body`` is the inside of w:body with the last section's sectPr."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(with_chart),
        "_rels/.rels": _relations(
            ("rId1", f"{RELATION}/officeDocument", "word/document.xml"),
            (
                "rId2",
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ),
        "docProps/core.xml": HEAD
        + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
        "word/document.xml": f"{HEAD}<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": styles(body_size),
        "word/settings.xml": SETTINGS,
        "word/header1.xml": HEADER,
        "word/_rels/document.xml.rels": _relations(
            ("rId1", f"{RELATION}/styles", "styles.xml"),
            ("rId2", f"{RELATION}/settings", "settings.xml"),
            ("rId3", f"{RELATION}/header", "header1.xml"),
            *([("rId4", f"{RELATION}/chart", "charts/chart1.xml")] if with_chart else []),
        ),
    }
    if with_chart:
        parts["word/charts/chart1.xml"] = CHART
        parts["word/charts/_rels/chart1.xml.rels"] = _relations(
            ("rId1", f"{RELATION}/package", "../embeddings/Microsoft_Excel_Sheet1.xlsx")
        )
        parts["word/embeddings/Microsoft_Excel_Sheet1.xlsx"] = chart.data_sheet(SAMPLE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def _content_types(with_chart: bool) -> str:
    overrides = {
        "/word/document.xml": f"{WORD_TYPE}.document.main+xml",
        "/word/styles.xml": f"{WORD_TYPE}.styles+xml",
        "/word/settings.xml": f"{WORD_TYPE}.settings+xml",
        "/word/header1.xml": f"{WORD_TYPE}.header+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    if with_chart:
        overrides["/word/charts/chart1.xml"] = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + (f'<Default Extension="xlsx" ContentType="{sheet}"/>' if with_chart else "")
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
        + "</Types>"
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    return (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in relations)
        + "</Relationships>"
    )


SETTINGS = (
    f'{HEAD}<w:settings xmlns:w="{W}"><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
    "<w:compat><w:doNotExpandShiftReturn/>"  # a line break must not stretch the words of a justified line
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{nd30_2020.LANGUAGE}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)
HEADER = (
    f'{HEAD}<w:hdr {SPACES}><w:p><w:pPr><w:pStyle w:val="SoTrang"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>'
)


def styles(body_size: float) -> str:
    """The named styles of the profile; ``body_size`` (13 or 14) is that of running text and headings in it."""
    sizes = nd30_2020.SIZES | dict.fromkeys(("NoiDung", "Muc", "Khoan", "KinhGui"), body_size)
    indent = round(nd30_2020.INDENT / 25.4 * 1440)
    gap = round(nd30_2020.PARAGRAPH_GAP * 20)
    line = 240 if body_size < 14 else 252
    body = f'<w:spacing w:before="{gap}" w:after="0" w:line="{line}" w:lineRule="auto"/><w:ind w:firstLine="{indent}"/><w:jc w:val="both"/>'
    keep = "<w:keepNext/>"
    centre = '<w:jc w:val="center"/>'
    rule = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr><w:spacing w:before="{}" w:after="0" w:line="80" w:lineRule="exact"/><w:ind w:left="{}" w:right="{}"/>'
    head = f'{keep}<w:spacing w:before="{gap}" w:after="60"/><w:ind w:firstLine="{indent}"/><w:jc w:val="both"/><w:outlineLvl w:val="{{}}"/>'
    made = [
        _style("QuocHieu", "ND30 Quốc hiệu", centre, "<w:b/>", sizes),
        _style("TieuNgu", "ND30 Tiêu ngữ", centre, "<w:b/>", sizes),
        _style("CoQuanChuQuan", "ND30 Cơ quan chủ quản", centre, "", sizes),
        _style("CoQuanBanHanh", "ND30 Cơ quan ban hành", centre, "<w:b/>", sizes),
        _style("SoKyHieu", "ND30 Số, ký hiệu", '<w:spacing w:before="60"/>' + centre, "", sizes),
        _style("DiaDanh", "ND30 Địa danh, thời gian", '<w:spacing w:before="60"/>' + centre, "<w:i/>", sizes),
        _style("TenLoai", "Title", f'{keep}<w:spacing w:before="140"/>' + centre, "<w:b/><w:caps/>", sizes),
        _style("TrichYeu", "ND30 Trích yếu", keep + centre, "<w:b/>", sizes),
        _style("TrichYeuCongVan", "ND30 Trích yếu công văn", '<w:spacing w:before="120"/>' + centre, "", sizes),
        _style("NetKeNgan", "ND30 Nét kẻ ngắn", rule.format(30, 1200, 1200), "", {"NetKeNgan": 4}),
        _style("NetKeDai", "ND30 Nét kẻ dài", rule.format(30, 1300, 1300), "", {"NetKeDai": 4}),
        _style(
            "GhiChuSoLieu",
            "ND30 Ghi chú số liệu",
            '<w:spacing w:before="20" w:after="20"/>' + centre,
            "<w:i/>",
            {"GhiChuSoLieu": 13},
        ),
        _style("KinhGui", "ND30 Kính gửi", '<w:spacing w:before="60" w:after="60"/>' + centre, "", sizes),
        _style(
            "KinhGuiNhieu",
            "ND30 Kính gửi (nhiều nơi)",
            '<w:spacing w:before="0"/><w:ind w:left="3402" w:hanging="170"/>',
            "",
            {"KinhGuiNhieu": sizes["KinhGui"]},
        ),
        _style("NoiDung", "ND30 Nội dung", body, "", sizes),
        _style("Muc", "heading 1", head.format(0), "<w:b/><w:caps/>", sizes),
        _style("Khoan", "heading 2", head.format(1), "<w:b/>", sizes),
        _style("ChucVu", "ND30 Quyền hạn, chức vụ", keep + centre, "<w:b/><w:caps/>", sizes),
        _style("HoTen", "ND30 Họ tên", '<w:spacing w:before="1300"/>' + centre, "<w:b/>", sizes),
        _style("NoiNhan", "ND30 Nơi nhận", keep, "<w:b/><w:i/>", sizes),
        _style("DanhSachNoiNhan", "ND30 Danh sách nơi nhận", "", "", sizes),
        _style("PhuLuc", "ND30 Phụ lục", keep + centre + '<w:outlineLvl w:val="0"/>', "<w:b/>", sizes),
        _style("TenPhuLuc", "ND30 Tên phụ lục", keep + centre, "<w:b/><w:caps/>", sizes),
        _style("KemTheo", "ND30 Kèm theo", f'{keep}<w:spacing w:after="160"/>' + centre, "<w:i/>", sizes),
        _style("SoTrang", "header", centre, "", sizes),
        _style(
            "ChuThich", "caption", f'{keep}<w:spacing w:before="80" w:after="40"/>' + centre, "<w:i/>", {"ChuThich": 12}
        ),
        _style("HinhVe", "Hình vẽ", centre, "", {"HinhVe": 12}),
        _style("SoLieuLon", "Số liệu lớn", '<w:spacing w:before="0"/>' + centre, "<w:b/>", {"SoLieuLon": 20}),
        _style("NhanSoLieu", "Nhãn số liệu", '<w:spacing w:after="20"/>' + centre, "", {"NhanSoLieu": 11}),
        _style("BangTieuDe", "Bảng - tiêu đề", centre, "<w:b/>", {"BangTieuDe": 11}),
        _style("BangChu", "Bảng - chữ", "", "", {"BangChu": 11}),
        _style("BangSo", "Bảng - số", centre, "", {"BangSo": 11}),
        _style("NgatPhan", "Ngắt phần", '<w:spacing w:line="20" w:lineRule="exact"/>', "", {"NgatPhan": 1}),
    ]
    return (
        f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {FONTS}/>'
        f'<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="{nd30_2020.LANGUAGE}" w:eastAsia="{nd30_2020.LANGUAGE}"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        + "".join(made)
        + BORDERED
        + "</w:styles>"
    )


BORDERED = (
    '<w:style w:type="table" w:styleId="BangKe"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="70" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/>'
    '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)


def _style(style: str, name: str, paragraph: str, run: str, sizes: dict[str, float]) -> str:
    size = round(sizes[style] * 2)
    return (
        f'<w:style w:type="paragraph" w:customStyle="{int(not name[:1].islower() and name != "Title")}" w:styleId="{style}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f'<w:rPr>{run}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )
