"""The pieces of a filled template in, its tree out, with long tables set aside as finished XML: a tree takes ten times
the room of its text, and an annex of a thousand rows need not stand in it whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from lxml import etree

from nvbatch.word_xml import WP, w

LONG = 60  # rows; the tables in which a rule is drawn have far fewer
_MARK = "nvbatch-aside"  # attribute of a table that was set aside: its number
_ASIDE = re.compile(rb'<[\w:]+ nvbatch-aside="(\d+)"/>')


@dataclass(frozen=True, slots=True)
class _Aside:
    """A long table: as it is written, and what stands in it."""

    xml: bytes
    text: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A part: ``tree`` may be changed as long as no table comes or goes."""

    tree: etree._Element
    asides: tuple[_Aside, ...]

    def text(self) -> str:
        """All running text of the part, without any separator: quick, for looking values up."""
        nodes = self.tree.iter(w("t"), w("tbl"))
        return "".join([self._aside(node) if node.tag == w("tbl") else node.text or "" for node in nodes])

    def attributes(self) -> list[str]:
        """The values of all attributes that hold words: those of drawings, tables and bookmarks."""
        return [*_attributes(self.tree), *chain.from_iterable(aside.attributes for aside in self.asides)]

    def xml(self) -> bytes:
        whole = etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return _ASIDE.sub(lambda found: self.asides[int(found[1])].xml, whole)

    def _aside(self, table: etree._Element) -> str:
        number = table.get(_MARK)
        return "" if number is None else self.asides[int(number)].text


def filled(pieces: Iterable[str]) -> Filled:
    """Nothing outside the part is fetched. Raises etree.XMLSyntaxError."""
    parser = etree.XMLPullParser(
        events=("end",), tag=w("tbl"), resolve_entities=False, no_network=True, collect_ids=False
    )
    asides: list[_Aside] = []
    for piece in pieces:
        parser.feed(piece.encode("utf-8"))
        for _, table in parser.read_events():
            if _may_go(table):
                asides.append(_set_aside(table, len(asides)))
    return Filled(parser.close(), tuple(asides))


def _may_go(table: etree._Element) -> bool:
    """A long table of the text itself, that says nothing of its own in its first tag."""
    body = table.getparent()
    alone = body is not None and body.tag == w("body") and not table.attrib and table.nsmap == body.nsmap
    return alone and len(table) > LONG


def _set_aside(table: etree._Element, number: int) -> _Aside:
    text = "".join(table.itertext(w("t"), with_tail=False))
    made = _Aside(_without_namespaces(table), text, tuple(_attributes(table)))
    table.clear(keep_tail=True)
    table.set(_MARK, str(number))
    return made


def _without_namespaces(table: etree._Element) -> bytes:
    """As it is written in its place, where all namespaces are known."""
    opening, _, rest = etree.tostring(table, encoding="UTF-8", with_tail=False).partition(b">")
    return bytes(opening.split(b" ", 1)[0] + b">" + rest)


def _attributes(tree: etree._Element) -> list[str]:
    named = tree.iter(f"{{{WP}}}docPr", w("tblCaption"), w("tblDescription"), w("bookmarkStart"))
    return [str(value) for node in named for value in node.attrib.values()]
