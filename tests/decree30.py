"""A .docx in, its departures from Decree 30/2020 (Annex I) out. Knows nothing of how the documents are made.

Roles are recognised by their words; sizes, fonts and spacing are the effective ones: defaults, style chain, paragraph,
run. ``departures(path)`` is empty for a document in order; each departure is one English sentence.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NS = {"w": W[1:-1]}

NUMBER = re.compile(r"Số: (\d{2,}|\s*)/[A-ZĐa-z]+(-[A-ZĐ&]+)+")
DATE = re.compile(r".+, ngày (0[1-9]|[12]\d|3[01]|\s+) tháng (01|02|[3-9]|1[0-2]) năm \d{4}")
KINDS = ("BÁO CÁO", "PHIẾU TRÌNH", "THÔNG BÁO", "TỜ TRÌNH", "DANH SÁCH")


@dataclass(frozen=True)
class Look:
    """The effective look of a run in its paragraph."""

    fonts: frozenset[str]
    size: float
    bold: bool
    italic: bool
    caps: bool
    colour: str
    underlined: bool


@dataclass(frozen=True)
class Paragraph:
    text: str
    looks: tuple[Look, ...]
    align: str
    first_line: int
    before: int
    after: int
    line: int
    ruled: bool
    in_table: bool
    indents: tuple[int, int]

    @property
    def shown(self) -> str:
        """As printed: capitals where the look makes them."""
        return self.text.upper() if self.looks and all(look.caps for look in self.looks) else self.text


class Checked:
    """A document opened for judging."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {n: archive.read(n) for n in archive.namelist() if n.endswith((".xml", ".rels"))}
        self.body = etree.fromstring(self.parts["word/document.xml"]).find(f"{W}body")
        styles = etree.fromstring(self.parts["word/styles.xml"])
        self.defaults = styles.find("w:docDefaults", NS)
        self.styles = {s.get(f"{W}styleId"): s for s in styles.findall("w:style", NS)}
        default = next(
            s for s in self.styles.values() if s.get(f"{W}default") == "1" and s.get(f"{W}type") == "paragraph"
        )
        self.default_style = default.get(f"{W}styleId")
        self._seen: dict[etree._Element, Paragraph] = {}  # every chapter of the decree looks at them again

    def paragraphs(self, root: etree._Element | None = None) -> Iterator[Paragraph]:
        for node in (self.body if root is None else root).iter(f"{W}p"):
            if node not in self._seen:
                self._seen[node] = self._paragraph(node)
            yield self._seen[node]

    def chain(self, style: str | None) -> list[etree._Element]:
        """The style and those it is based on, most basic first."""
        found: list[etree._Element] = []
        while style and style in self.styles:
            found.insert(0, self.styles[style])
            based = self.styles[style].find("w:basedOn", NS)
            style = based.get(f"{W}val") if based is not None else None
        return found

    def _paragraph(self, node: etree._Element) -> Paragraph:
        style = node.find("w:pPr/w:pStyle", NS)
        chain = self.chain(style.get(f"{W}val") if style is not None else self.default_style)
        pprs = [
            self.defaults.find("w:pPrDefault/w:pPr", NS),
            *(s.find("w:pPr", NS) for s in chain),
            node.find("w:pPr", NS),
        ]
        pprs = [p for p in pprs if p is not None]

        def last(path: str, attribute: str, otherwise: str) -> str:
            values = [e.get(f"{W}{attribute}") for p in pprs for e in p.findall(path, NS)]
            return next((v for v in reversed(values) if v is not None), otherwise)

        runs = [
            r
            for r in node.iter(f"{W}r")
            if "".join(r.itertext(f"{W}t")).strip() or r.find("w:instrText", NS) is not None
        ]
        text = "".join("\n" if t.tag == f"{W}br" else (t.text or "") for t in node.iter(f"{W}t", f"{W}br"))
        return Paragraph(
            text=text,
            looks=tuple(self._look(r, chain) for r in runs),
            align=last("w:jc", "val", "left"),
            first_line=int(last("w:ind", "firstLine", "0")),
            before=int(last("w:spacing", "before", "0")),
            after=int(last("w:spacing", "after", "0")),
            line=int(last("w:spacing", "line", "240")) if last("w:spacing", "lineRule", "auto") == "auto" else 0,
            ruled=any(
                p.find("w:pBdr/w:top", NS) is not None or p.find("w:pBdr/w:bottom", NS) is not None for p in pprs
            ),
            in_table=any(True for _ in node.iterancestors(f"{W}tbl")),
            indents=(int(last("w:ind", "left", "0")), int(last("w:ind", "right", "0"))),
        )

    def _look(self, run: etree._Element, chain: list[etree._Element]) -> Look:
        rprs = [
            self.defaults.find("w:rPrDefault/w:rPr", NS),
            *(s.find("w:rPr", NS) for s in chain),
            run.find("w:rPr", NS),
        ]
        rprs = [r for r in rprs if r is not None]
        fonts = {}
        for rpr in rprs:
            for tag in rpr.findall("w:rFonts", NS):
                for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                    if tag.get(f"{W}{kind}Theme") or tag.get(f"{W}{kind}"):
                        fonts[kind] = tag.get(f"{W}{kind}Theme") or tag.get(f"{W}{kind}")

        def value(name: str, otherwise: str) -> str:
            found = [e for r in rprs for e in r.findall(f"w:{name}", NS)]
            return (found[-1].get(f"{W}val") or "on") if found else otherwise

        def on(name: str) -> bool:
            return value(name, "0") not in ("0", "false", "off", "none")

        return Look(
            fonts=frozenset(fonts.get(kind, "?") for kind in ("ascii", "hAnsi", "cs", "eastAsia")),
            size=int(value("sz", "20")) / 2,
            bold=on("b"),
            italic=on("i"),
            caps=on("caps"),
            colour=value("color", "auto"),
            underlined=on("u"),
        )


def departures(path: Path) -> list[str]:
    """Everything in which the document departs from section 5.3 of the domain notes."""
    doc = Checked(path)
    return [
        *_pages(doc),
        *_letters(doc),
        *_head(doc),
        *_running_text(doc),
        *_annexes(doc),
        *_end(doc),
        *_tables(doc),
    ]


def _pages(doc: Checked) -> Iterator[str]:
    limits = {"top": (1134, 1417), "bottom": (1134, 1417), "left": (1701, 1984), "right": (850, 1134)}
    header = False
    for place, section in enumerate(doc.body.iter(f"{W}sectPr"), start=1):
        size = section.find("w:pgSz", NS)
        sides = sorted((int(size.get(f"{W}w")), int(size.get(f"{W}h"))))
        if abs(sides[0] - 11906) > 20 or abs(sides[1] - 16838) > 20:
            yield f"section {place}: not A4"
        margins = section.find("w:pgMar", NS)
        for side, (least, most) in limits.items():
            if not least <= int(margins.get(f"{W}{side}")) <= most:
                yield f"section {place}: margin {side} is {margins.get(f'{W}{side}')}"
        if section.find("w:titlePg", NS) is None:
            yield f"section {place}: the first page would bear a number"
        header |= any(h.get(f"{W}type") == "default" for h in section.findall("w:headerReference", NS))
        if place > 1 and section.find("w:pgNumType", NS) is None:
            yield f"section {place}: an annex is numbered on its own"
    if not header:
        yield "no default header"
    for name, data in doc.parts.items():
        if re.fullmatch(r"word/footer\d*\.xml", name) and b"PAGE" in data:
            yield "page number in the footer"
        if re.fullmatch(r"word/header\d*\.xml", name):
            for paragraph in doc.paragraphs(etree.fromstring(data)):
                look = paragraph.looks[0]
                if b"PAGE" in data and (paragraph.align != "center" or not 13 <= look.size <= 14 or look.italic):
                    yield "page number is not 13-14 pt upright in the middle"


def _letters(doc: Checked) -> Iterator[str]:
    for paragraph in doc.paragraphs():
        for look in paragraph.looks:
            if look.fonts != {"Times New Roman"}:
                yield f"font {sorted(look.fonts)} in «{paragraph.text[:40]}»"
            if look.colour not in ("auto", "000000"):
                yield f"coloured text «{paragraph.text[:40]}»"
            if look.underlined:
                yield f"underlined text «{paragraph.text[:40]}»"
        if "___" in paragraph.text:
            yield f"a rule of underscores in «{paragraph.text[:40]}»"
        if unicodedata.normalize("NFC", paragraph.text) != paragraph.text:
            yield f"not NFC: «{paragraph.text[:40]}»"


def _head(doc: Checked) -> Iterator[str]:
    found = list(doc.paragraphs())
    country = _only(found, lambda p: p.shown == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = _only(found, lambda p: p.text == "Độc lập - Tự do - Hạnh phúc")
    yield from _role("country", country, 12, 13, bold=True)
    yield from _role("motto", motto, 13, 14, bold=True)
    if motto:
        rule = found[found.index(motto) + 1]
        if not rule.ruled:
            yield "no drawn line under the motto"
        if not 3000 <= 6066 - sum(rule.indents) <= 4000:  # about 6 cm of bold 13 pt, in a column of 10,7 cm
            yield f"line under the motto is {6066 - sum(rule.indents)} twips long"
    first = next(p for p in found if p.text.strip())
    yield from _role("parent agency", first, 12, 13, bold=False)
    agency = next((p for p in found if p.looks and p.looks[0].bold and p.in_table), None)
    yield from _role("agency", agency, 12, 13, bold=True)
    if agency and not found[found.index(agency) + 1].ruled:
        yield "no drawn line under the agency"
    number = _only(found, lambda p: p.text.startswith("Số:"))
    if number:
        yield from _role("number", number, 13, 13, bold=False)
        if not NUMBER.fullmatch(number.text):
            yield f"number «{number.text}»"
    date = _only(found, lambda p: p.in_table and DATE.fullmatch(p.text) is not None)
    yield from _role("place and date", date, 13, 14, bold=False, italic=True)
    kind = next((p for p in found if p.shown in KINDS and not p.in_table), None)
    about = _only(found, lambda p: p.text.startswith("V/v "))
    if kind:
        yield from _role("kind", kind, 13, 14, bold=True)
        subject = found[found.index(kind) + 1]
        yield from _role("subject", subject, 13, 14, bold=True)
        if not found[found.index(subject) + 1].ruled:
            yield "no drawn line under the subject"
    elif about:
        yield from _role("subject of a letter", about, 12, 13, bold=False)
    else:
        yield "neither a kind of document nor the subject of a letter"
    to = _only(found, lambda p: p.text.startswith("Kính gửi:"))
    if to:
        yield from _role("addressee", to, 13, 14, bold=False)


def _role(
    name: str, paragraph: Paragraph | None, least: float, most: float, *, bold: bool, italic: bool = False
) -> Iterator[str]:
    if paragraph is None:
        yield f"{name} is missing"
        return
    for look in paragraph.looks:
        if not least <= look.size <= most:
            yield f"{name} is {look.size} pt"
        if look.bold != bold or look.italic != italic:
            yield f"{name}: bold {look.bold}, italic {look.italic}"
    if name != "addressee" and paragraph.align != "center":
        yield f"{name} is not centred"


def _only(found: list[Paragraph], wanted) -> Paragraph | None:  # type: ignore[no-untyped-def]
    hits = [p for p in found if wanted(p)]
    return hits[0] if hits else None


def _running_text(doc: Checked) -> Iterator[str]:
    body = [p for p in doc.paragraphs() if not p.in_table and p.align == "both" and p.text.strip()]
    if not body:
        yield "no justified running text"
    for p in body:
        sizes = {look.size for look in p.looks}
        heading = re.match(r"[IVX]+\. ", p.text)
        if not sizes <= {13.0, 14.0}:
            yield f"running text of {sorted(sizes)} pt: «{p.text[:40]}»"
        if p.first_line not in (567, 720):
            yield f"first line indented {p.first_line}: «{p.text[:40]}»"
        if p.before + p.after < 120:
            yield f"less than 6 pt between paragraphs: «{p.text[:40]}»"
        if not 240 <= p.line <= 360:
            yield f"line spacing {p.line}: «{p.text[:40]}»"
        if heading and not (p.looks[0].bold and p.looks[0].caps):
            yield f"heading not in bold capitals: «{p.text[:40]}»"


def _annexes(doc: Checked) -> Iterator[str]:
    found = [p for p in doc.paragraphs() if not p.in_table]
    for place, p in enumerate(found):
        if re.fullmatch(r"Phụ lục( [IVX]+)?", p.text):
            yield from _role("annex number", p, 14, 14, bold=True)
            title, attached = found[place + 1], found[place + 2]
            yield from _role("annex title", title, 13, 14, bold=True)
            if title.shown != title.shown.upper():
                yield f"annex title not in capitals: «{title.text}»"
            yield from _role("«Kèm theo»", attached, 13, 14, bold=False, italic=True)
            if not attached.text.startswith("(Kèm theo "):
                yield "annex without «Kèm theo»"


def _end(doc: Checked) -> Iterator[str]:
    found = list(doc.paragraphs())
    if not any(p.text.rstrip().endswith("./.") for p in found if not p.in_table):
        yield "the content does not end with ./."
    heading = _only(found, lambda p: p.text == "Nơi nhận:")
    yield from _role_left("«Nơi nhận»", heading, 12, bold=True, italic=True)
    if heading is None:
        return
    lines = []
    for p in found[found.index(heading) + 1 :]:
        if not p.text.startswith("- "):
            break
        lines.append(p)
        yield from _role_left("recipient", p, 11, bold=False, italic=False)
    if not lines or not lines[-1].text.startswith("- Lưu: VT") or not lines[-1].text.endswith("."):
        yield "recipients do not end with «- Lưu: VT …»"
    if any(not p.text.endswith(";") for p in lines[:-1]):
        yield "a recipient does not end with a semicolon"
    block = next(t for t in doc.body.iter(f"{W}tbl") if "Nơi nhận:" in "".join(t.itertext()))
    signer = [p for p in doc.paragraphs(block) if p.looks and p.align == "center"]
    if not signer:
        yield "no signature block"
    for p in signer:
        look = p.looks[0]
        if not 13 <= look.size <= 14 or not look.bold or look.italic:
            yield f"signature block: {look.size} pt, bold {look.bold}: «{p.text}»"


def _role_left(name: str, paragraph: Paragraph | None, size: float, *, bold: bool, italic: bool) -> Iterator[str]:
    if paragraph is None:
        yield f"{name} is missing"
        return
    look = paragraph.looks[0]
    if (look.size, look.bold, look.italic) != (size, bold, italic):
        yield f"{name}: {look.size} pt, bold {look.bold}, italic {look.italic}"


def _tables(doc: Checked) -> Iterator[str]:
    for table in doc.body.iter(f"{W}tbl"):
        if table.find("w:tblPr/w:tblStyle", NS) is None:
            continue  # letterhead and signature block
        rows = table.findall("w:tr", NS)
        if len(rows) > 1 and rows[0].find("w:trPr/w:tblHeader", NS) is None:
            yield "a table's header row is not repeated"
        if any(row.find("w:trPr/w:cantSplit", NS) is None for row in rows):
            yield "a row of a table may split"
        for paragraph in doc.paragraphs(table):
            if any(not 11 <= look.size <= 13 and look.size != 20 for look in paragraph.looks):
                yield f"table text of {paragraph.looks[0].size} pt: «{paragraph.text[:40]}»"
