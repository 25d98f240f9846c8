"""Long tables set aside while a part is filled: what is written is what the whole tree would have written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from nvbatch.word_filled import LONG, filled
from nvbatch.word_xml import WP, W, w

HEAD = f'<w:document xmlns:w="{W}" xmlns:wp="{WP}"><w:body>'
ROW = '<w:tr><w:tc><w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r><w:r><w:tab/></w:r></w:p></w:tc></w:tr>'
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


def table(rows: int, text: str = "&lt;việc&gt; &amp; «khác»", more: str = "") -> str:
    return f"<w:tbl>{more}{''.join(ROW.format(f'{text} {n}') for n in range(rows))}</w:tbl>"


def part(*bodies: str) -> str:
    return HEAD + "<w:p><w:r><w:t>trước</w:t></w:r></w:p>".join(bodies) + "<w:sectPr/></w:body></w:document>"


def pieces(xml: str, length: int) -> Iterator[str]:
    return (xml[at : at + length] for at in range(0, len(xml), length))


def whole(xml: str) -> bytes:
    tree = etree.fromstring(xml.encode())
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


@given(st.lists(st.sampled_from([0, 3, LONG - 1, LONG + 5, 3 * LONG]), max_size=4), st.integers(7, 5_000), TEXT)
def test_the_same_bytes_are_written_however_the_part_comes(rows: list[int], length: int, said: str) -> None:
    escaped = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    xml = part(*(table(many, escaped) for many in rows))
    made = filled(pieces(xml, length))
    assert made.xml() == whole(xml)
    assert made.text() == "".join(etree.fromstring(xml.encode()).itertext(w("t"), with_tail=False))
    assert len(made.asides) == sum(many > LONG for many in rows)


def test_the_words_of_attributes_are_found_in_a_table_that_is_set_aside() -> None:
    caption = '<w:tblPr><w:tblCaption w:val="Bảng 1"/></w:tblPr>'
    made = filled([part(table(2 * LONG, more=caption))])
    assert made.asides and "Bảng 1" in made.attributes()


def test_a_table_within_another_stays_in_it() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{table(2 * LONG)}<w:p/></w:tc></w:tr></w:tbl>"
    made = filled([part(inner)])
    assert made.asides == () and made.xml() == whole(part(inner))


def test_an_agency_s_text_is_no_mark_of_ours() -> None:
    mark = '&lt;w:tbl nvbatch-aside="0"/&gt;'
    xml = part(table(2 * LONG), table(1, mark))
    assert filled([xml]).xml() == whole(xml)


@pytest.mark.parametrize("xml", ["", HEAD, part(table(2 * LONG))[:-20], part("</w:tbl>")])
def test_a_broken_part_is_refused(xml: str) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        filled([xml])
