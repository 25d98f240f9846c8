"""The tree of a Word part in, its text out, or its line breaks and rules put in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import unescape

from lxml import etree

from nvbatch import nd30_2020

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_BOOKMARK = re.compile(rb"<w:bookmarkStart\b[^>]*>")
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")

# styles of the empty paragraphs whose upper border is the rule under a heading
FULL_RULE, SHORT_RULE = "NetKeDai", "NetKeNgan"
_RULE = f"w:pPr/w:pStyle[@w:val='{FULL_RULE}' or @w:val='{SHORT_RULE}']"
_RULES = etree.XPath(  # they stand in the letterhead or between the paragraphs, never in the long tables
    f"w:body/w:p/{_RULE} | w:body/w:tbl[count(w:tr) < 10]/w:tr/w:tc/w:p/{_RULE}", namespaces={"w": W}
)


def w(name: str) -> str:
    """The qualified name of a WordprocessingML tag or attribute."""
    return f"{{{W}}}{name}"


def bookmarks(xml: bytes) -> dict[str, str]:
    """Name of each bookmark → the text between its two ends. Read from the markup: long tables are passed over."""
    found = {}
    for start in _BOOKMARK.finditer(xml):
        ident, name = (_attribute(start[0], key) for key in (b"id", b"name"))
        end = xml.find(b'<w:bookmarkEnd w:id="' + ident + b'"', start.end())
        texts = _TEXT.findall(xml, start.end(), end if end >= 0 else start.end())
        found[name.decode("utf-8")] = unescape(b"".join(texts).decode("utf-8"))
    return found


def _attribute(tag: bytes, name: bytes) -> bytes:
    value = re.search(rb'\bw:%s="([^"]*)"' % name, tag)
    return value[1] if value else b""


def flow_text(tree: etree._Element) -> str:
    """Text in reading order, a line a paragraph; alternative texts of drawings stand where the drawing stands."""
    return "".join(_pieces(tree))


def _pieces(tree: etree._Element) -> Iterator[str]:
    for node in tree.iter(w("p"), w("t"), w("br"), w("cr"), w("tab"), f"{{{WP}}}docPr"):
        if node.tag == w("t"):
            yield node.text or ""
        elif node.tag == f"{{{WP}}}docPr":
            yield f" {node.get('title') or ''} {node.get('descr') or ''} "
        else:
            yield "\t" if node.tag == w("tab") else "\n"


def drop_empty_last_section(tree: etree._Element) -> None:
    """When nothing follows the last section break (an annex was left out), its page set-up becomes the document's."""
    body = tree.find(w("body"))
    if body is None or len(body) < 2 or body[-1].tag != w("sectPr"):
        return
    properties = body[-2].find(w("pPr"))
    broken = None if properties is None else properties.find(w("sectPr"))
    if broken is not None and body[-2].tag == w("p"):
        properties.remove(broken)
        body.replace(body[-1], broken)


def fit_rules(tree: etree._Element) -> None:
    """Draw each rule as long as the decree wants: all of the text above it, or a part."""
    for named in _RULES(tree):
        kind = named.get(w("val"))
        rule = named.getparent().getparent()
        above = rule.getprevious()
        if above is None or above.tag != w("p"):
            continue
        size = nd30_2020.SIZES.get(_style(above), nd30_2020.SIZES["TrichYeu"])
        lines = "".join(_pieces(above)).strip().split("\n")
        room = _room(rule)
        text = min(max(nd30_2020.text_width(line, size) for line in lines), room)
        _indent(rule, (room - text * (1.0 if kind == FULL_RULE else nd30_2020.SHORT_RULE)) / 2)


def _style(paragraph: etree._Element) -> str:
    found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if found is None else str(found.get(w("val")))


def _room(paragraph: etree._Element) -> float:
    """Width of the column that a paragraph stands in, in points."""
    cell = next(paragraph.iterancestors(w("tc")), None)
    width = None if cell is None else cell.find(f"{w('tcPr')}/{w('tcW')}")
    if width is not None and width.get(w("type")) == "dxa":
        return int(width.get(w("w"))) / 20
    return (nd30_2020.PAPER[0] - nd30_2020.LEFT - nd30_2020.RIGHT) / 25.4 * 72


def _indent(paragraph: etree._Element, points: float) -> None:
    properties = paragraph.find(w("pPr"))
    for old in properties.findall(w("ind")):
        properties.remove(old)
    indent = etree.Element(w("ind"))
    for side in ("left", "right"):
        indent.set(w(side), str(round(points * 20)))
    indent.set(w("firstLine"), "0")
    later = [w(name) for name in ("contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr")]
    place = next((i for i, child in enumerate(properties) if child.tag in later), len(properties))
    properties.insert(place, indent)
