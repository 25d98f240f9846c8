# ruff: noqa: E501 (markup)
"""Words and widths in, WordprocessingML out: paragraphs, tables, letterhead, signature block, sections."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from nvbatch import nd30_2020

_MARKED = re.compile(r"\[\[([^|\]]+)\|(.*?)\]\]")
HEADER_FILL = "D9E2F3"


def twips(cm: float) -> int:
    return round(cm / 2.54 * 1440)


def p(style: str, text: str = "", *, extra: str = "", tail: str = "") -> str:
    """A paragraph; ``[[name|words]]`` are a bookmark, ``**words**`` bold, ``//words//`` italic; ``tail`` ends a heading in plain small letters."""
    plain = '<w:rPr><w:b w:val="0"/><w:i/><w:caps w:val="0"/></w:rPr>'
    last = f'<w:r>{plain}<w:t xml:space="preserve"> {escape(tail)}</w:t></w:r>' if tail else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{_runs(text)}{last}</w:p>'


def tag(jinja: str) -> str:
    """A paragraph that holds only a tag such as ``{%p if x %}`` and vanishes."""
    return p("NoiDung", jinja)


def when(condition: str, then: str, otherwise: str = "") -> str:
    other = tag("{%p else %}") + otherwise if otherwise else ""
    return tag(f"{{%p if {condition} %}}") + then + other + tag("{%p endif %}")


def each(loop: str, body: str) -> str:
    return tag(f"{{%p for {loop} %}}") + body + tag("{%p endfor %}")


def _runs(text: str) -> str:
    """Runs; ``[[so_qua_han|{{ figures.overdue }}]]`` is a bookmark, by which the printed total is found again."""
    found = _MARKED.split(text)
    made = _plain_runs(found[0])
    for name, words, after in zip(found[1::3], found[2::3], found[3::3], strict=True):
        number, _, place = name.partition("@")
        ident = f"{place}{zlib.crc32(number.encode()) % 10**6}"
        start = f'<w:bookmarkStart w:id="{ident}" w:name="{number.replace("#", place)}"/>'
        made += f'{start}{_plain_runs(words)}<w:bookmarkEnd w:id="{ident}"/>{_plain_runs(after)}'
    return made


def _plain_runs(text: str) -> str:
    bold, italic, made = False, False, ""
    for part in text.replace("**", "\0b\0").replace("//", "\0i\0").split("\0"):
        if part == "b":
            bold = not bold
        elif part == "i":
            italic = not italic
        elif part:
            look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
            made += (
                f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
            )
    return made


def cell(width: float, content: str, *, fill: str = "", span: int = 1, middle: bool = False) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "")
        + ('<w:vAlign w:val="center"/>' if middle else "")
        + f"</w:tcPr>{content}</w:tc>"
    )


def row(cells: str, *, header: bool = False) -> str:
    """A row never splits; a header row is repeated on every page."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if header else ''}</w:trPr>{cells}</w:tr>"


def tag_row(jinja: str, width: float) -> str:
    return f"<w:tr>{cell(width, p('BangChu', jinja))}</w:tr>"


def grid(widths: Sequence[float], rows: str, *, bordered: bool = True, title: str = "") -> str:
    style = '<w:tblStyle w:val="BangKe"/>' if bordered else ""
    return (
        f'<w:tbl><w:tblPr>{style}<w:tblW w:w="{sum(twips(x) for x in widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/>{f"<w:tblCaption w:val={chr(34)}{escape(title)}{chr(34)}/>" if title else ""}</w:tblPr>'
        f"<w:tblGrid>{''.join(f'<w:gridCol w:w={chr(34)}{twips(x)}{chr(34)}/>' for x in widths)}</w:tblGrid>{rows}</w:tbl>"
    )


def listing(
    columns: Sequence[tuple[str, float, str, str]], loop: str, *, title: str, after: str = "", group: str = ""
) -> str:
    """A table over a loop. ``columns``: header, width in cm, style, content with tags. ``group``: an outer loop and
    the text of its row, as ``agency in agencies|{{ agency.name }}``; ``after``: rows that follow the loop."""
    widths = [width for _, width, _, _ in columns]
    titles = ("".join(p("BangTieuDe", part) for part in title.split("\n")) for title, _, _, _ in columns)
    head = row(
        "".join(cell(x, h, fill=HEADER_FILL, middle=True) for h, x in zip(titles, widths, strict=True)), header=True
    )
    line = row("".join(cell(x, "".join(p(style, part) for part in text.split("\n"))) for _, x, style, text in columns))
    inner = tag_row(f"{{%tr for {loop} %}}", widths[0]) + line + tag_row("{%tr endfor %}", widths[0])
    if group:
        over, _, text = group.partition("|")
        full = row(cell(sum(widths), p("BangChu", text, extra="<w:keepNext/>"), span=len(widths), fill="F2F2F2"))
        inner = tag_row(f"{{%tr for {over} %}}", widths[0]) + full + inner + tag_row("{%tr endfor %}", widths[0])
    return grid(widths, head + inner + after, title=title)


def letterhead(*, letter_subject: str = "", numbered: bool = True) -> str:
    left, right = (x / 10 for x in nd30_2020.LETTERHEAD)
    upper = row(
        cell(
            left,
            when("parent", p("CoQuanChuQuan", "{{ parent }}")) + p("CoQuanBanHanh", "{{ office }}") + p("NetKeNgan"),
        )
        + cell(right, p("QuocHieu", nd30_2020.COUNTRY) + p("TieuNgu", nd30_2020.MOTTO) + p("NetKeDai"))
    )
    subject = p("TrichYeuCongVan", letter_subject) if letter_subject else ""
    number = p("SoKyHieu", "{{ number }}" if numbered else "")
    lower = row(cell(left, number + subject) + cell(right, p("DiaDanh", "{{ place_date }}")))
    return grid((left, right), upper + lower, bordered=False)


def heading(kind: str, subject: str) -> str:
    return (
        p("TenLoai", kind) + p("TrichYeu", subject) + p("NetKeNgan", extra="") + p("GhiChuSoLieu", "({{ data_note }})")
    )


def signature(*, gap: int = 0) -> str:
    """Recipients left, office and name right; ``gap``: room for the signature in twips, when less than usual."""
    left = p("NoiNhan", "Nơi nhận:") + each("line in recipients", p("DanhSachNoiNhan", "{{ line }}"))
    right = (
        when("signer_authority", p("ChucVu", "{{ signer_authority }}"))
        + p("ChucVu", "{{ signer_title }}")
        + p("HoTen", "{{ signer_name }}", extra=f'<w:spacing w:before="{gap}"/>' if gap else "")
    )
    space = p("NgatPhan", extra='<w:spacing w:line="240" w:lineRule="exact"/>')
    return space + grid((8.0, 8.5), row(cell(8.0, left) + cell(8.5, right)), bordered=False)


def section(*, landscape: bool = False, restart: bool = False) -> str:
    """Page set-up of the decree; page numbers in the header but on the first page."""
    short, tall = (round(x / 25.4 * 1440) for x in nd30_2020.PAPER)
    size = f'w:w="{tall}" w:h="{short}" w:orient="landscape"' if landscape else f'w:w="{short}" w:h="{tall}"'
    margins = " ".join(
        f'w:{side}="{round(mm / 25.4 * 1440)}"'
        for side, mm in (
            ("top", nd30_2020.TOP),
            ("right", nd30_2020.RIGHT),
            ("bottom", nd30_2020.BOTTOM),
            ("left", nd30_2020.LEFT),
            ("header", 10.0),
            ("footer", 10.0),
        )
    )
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:type w:val="nextPage"/>'
        f'<w:pgSz {size}/><w:pgMar {margins} w:gutter="0"/>{"<w:pgNumType w:start=" + chr(34) + "1" + chr(34) + "/>" if restart else ""}'
        "<w:titlePg/></w:sectPr>"
    )


def section_end(*, landscape: bool = False, restart: bool = False) -> str:
    return p("NgatPhan", extra=section(landscape=landscape, restart=restart))


def annex(name: str, title: str, body: str, *, long: bool = False) -> str:
    """The head of an annex and its table, without its section; a ``long`` one may say that it holds not everything."""
    rest = when(f"annex_rest.{name}", p("NoiDung", f"{{{{ annex_rest.{name} }}}}")) if long else ""
    head = p("PhuLuc", f"{{{{ annex.{name} }}}}") + p("TenPhuLuc", title) + p("KemTheo", "({{ attached_to }})")
    return head + rest + body
