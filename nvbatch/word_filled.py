"""The pieces of a filled template in, its tree out, with long tables set aside as finished XML: a tree takes ten times
the room of its text, and an annex of a thousand rows need not stand in it whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableSequence, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml import etree

from nvbatch.word_xml import WP, w

LONG = 60  # rows; the tables in which a rule is drawn have far fewer
_MARK = "nvbatch-aside"  # attribute of what stands for something that was set aside: its number
_ASIDE = re.compile(rb'<[\w:]+ nvbatch-aside="(\d+)"/>')


@dataclass(frozen=True, slots=True)
class Aside:
    """A long table, or most rows of one: as it is written, and what stands in it that is still to be looked for."""

    xml: bytes
    text: str = ""
    attributes: tuple[str, ...] = ()


def rows_aside(xml: bytes, asides: MutableSequence[Aside]) -> str:
    """Finished rows of a table are put with the ``asides``; gives the row that stands for them until the end."""
    asides.append(Aside(xml))
    return f'<w:tr {_MARK}="{len(asides) - 1}"/>'


@dataclass(frozen=True, slots=True)
class Filled:
    """A part: ``tree`` may be changed as long as no table comes or goes."""

    tree: etree._Element
    asides: Sequence[Aside]

    def text(self) -> str:
        """All running text of the part, without any separator: quick, for looking values up."""
        nodes = self.tree.iter(w("t"), w("tbl"))
        return "".join([self._aside(node) if node.tag == w("tbl") else node.text or "" for node in nodes])

    def attributes(self) -> list[str]:
        """The values of all attributes that hold words: those of drawings, tables and bookmarks."""
        return [*_attributes(self.tree), *chain.from_iterable(aside.attributes for aside in self.asides)]

    def xml(self) -> bytes:
        whole = etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return _put_back(whole, self.asides)

    def _aside(self, table: etree._Element) -> str:
        number = table.get(_MARK)
        return "" if number is None else self.asides[int(number)].text


def filled(pieces: Iterable[str], asides: MutableSequence[Aside] | None = None) -> Filled:
    """Nothing outside the part is fetched. ``asides``: what the pieces have set aside, perhaps only while they are

    made. Raises etree.XMLSyntaxError.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=w("tbl"), resolve_entities=False, no_network=True, collect_ids=False
    )
    asides = [] if asides is None else asides
    for piece in pieces:
        parser.feed(piece.encode("utf-8"))
        for _, table in parser.read_events():
            if _may_go(table):
                asides.append(_set_aside(table, asides))
    return Filled(parser.close(), tuple(asides))


def _may_go(table: etree._Element) -> bool:
    """A long table of the text itself, that says nothing of its own in its first tag."""
    body = table.getparent()
    alone = body is not None and body.tag == w("body") and not table.attrib and table.nsmap == body.nsmap
    return alone and len(table) > LONG


def _set_aside(table: etree._Element, asides: Sequence[Aside]) -> Aside:
    text = "".join(table.itertext(w("t"), with_tail=False))
    made = Aside(_put_back(_without_namespaces(table), asides), text, tuple(_attributes(table)))
    table.clear(keep_tail=True)
    table.set(_MARK, str(len(asides)))
    return made


def _put_back(xml: bytes, asides: Sequence[Aside]) -> bytes:
    return _ASIDE.sub(lambda found: asides[int(found[1])].xml, xml)


def _without_namespaces(table: etree._Element) -> bytes:
    """As it is written in its place, where all namespaces are known."""
    opening, _, rest = etree.tostring(table, encoding="UTF-8", with_tail=False).partition(b">")
    return bytes(opening.split(b" ", 1)[0] + b">" + rest)


def _attributes(tree: etree._Element) -> list[str]:
    named = tree.iter(f"{{{WP}}}docPr", w("tblCaption"), w("tblDescription"), w("bookmarkStart"))
    return [str(value) for node in named for value in node.attrib.values()]
