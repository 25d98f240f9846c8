"""Loops over plain rows are done at once, and what is written is what Jinja would have written."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from nvbatch import word
from nvbatch.word_filled import LONG
from nvbatch.word_rows import rows_of, with_quick_rows

PROPERTIES = word.Properties(title="Thử", author="", created=datetime(2026, 1, 1, tzinfo=UTC))
ROW = "<w:tr><w:tc><w:p><w:r><w:t>{{ row.a }} và {{ row.b }}</w:t></w:r></w:p></w:tc></w:tr>"
OTHER = ROW.replace("row.", "x.")


def quick(body: str, head: str = "for row in rows", end: str = "endfor") -> bool:
    """Is this loop done at once?"""
    tree = with_quick_rows(Environment().parse(f"<w:tbl>{{% {head} %}}{body}{{% {end} %}}</w:tbl>"))
    return not list(tree.find_all(nodes.For))


def test_rows_that_only_print_their_fields_are_done_at_once() -> None:
    assert quick(ROW)
    assert quick(ROW + ROW, head="for row in agency.tasks")
    assert quick(f"{ROW}{{% for x in row.list %}}{OTHER}{{% endfor %}}{ROW}")


@pytest.mark.parametrize(
    "body",
    [
        ROW.replace("{{ row.a }}", "{% if row.a %}{{ row.a }}{% endif %}"),
        ROW.replace("{{ row.a }}", "{{ row.a|upper }}"),
        ROW.replace("{{ row.a }}", "{{ loop.index }}"),
        ROW.replace("{{ row.a }}", "{{ other.a }}"),
        ROW.replace("<w:tc>", "<w:tc>{{ row.a }}"),  # where no text is seen
        ROW.replace("<w:tr>", '<w:tr w:x="{{ row.a }}">'),
        ROW.removesuffix("</w:tr>"),
        f"<w:tr>{ROW}",
        f"</w:tbl><w:tbl>{ROW}",
        ROW.replace("{{ row.a }} và {{ row.b }}", "chữ"),
        f"{ROW}{{% for x in row.list %}}{OTHER}{{{{ row.a }}}}{{% endfor %}}",
        ROW.replace("</w:tc>", f"</w:tc>{{% for x in row.list %}}{OTHER}{{% endfor %}}"),
    ],
)
def test_any_other_loop_is_left_to_jinja(body: str) -> None:
    assert not quick(body)


@pytest.mark.parametrize("head", ["for row, x in rows", "for row in rows if row.a", "for row in rows recursive"])
def test_a_loop_that_chooses_or_takes_apart_is_left_to_jinja(head: str) -> None:
    assert not quick(ROW, head=head)


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))), st.tuples(*[st.text(max_size=3)] * 3))
def test_pieces_and_values_take_turns(rows: list[tuple[str, str]], pieces: tuple[str, ...]) -> None:
    columns = [[row[at] for row in rows] for at in (0, 1)]
    assert list(rows_of(pieces, columns)) == [f"{pieces[0]}{a}{pieces[1]}{b}{pieces[2]}" for a, b in rows]


def filled(tmp_path: Path, rows: Any) -> list[str]:
    document = Document()
    table = document.add_table(rows=3, cols=1)
    texts = ("{%tr for row in rows %}", "{{ row.a }}|{{ row.b }}", "{%tr endfor %}")
    for row, text in zip(table.rows, texts, strict=True):
        row.cells[0].text = text
    document.save(str(tmp_path / "mau.docx"))
    template = word.load(tmp_path / "mau.docx")
    template.render({"rows": rows}, tmp_path / "ra.docx", properties=PROPERTIES)
    with zipfile.ZipFile(tmp_path / "ra.docx") as archive:
        assert b"aside" not in archive.read("word/document.xml")
    return word.document_text(tmp_path / "ra.docx").split()


@pytest.mark.parametrize("many", [0, 1, LONG, LONG + 1, 3 * LONG])
def test_a_table_of_any_length_holds_every_row_in_order(tmp_path: Path, many: int) -> None:
    rows = [{"a": f"<{n}>&", "b": None if n % 2 else n} for n in range(many)]
    assert filled(tmp_path, rows) == [f"<{n}>&|{'' if n % 2 else n}" for n in range(many)]


def test_a_field_that_is_not_there_makes_no_document(tmp_path: Path) -> None:
    with pytest.raises(word.WordError, match="một tên không có trong dữ liệu"):
        filled(tmp_path, [{"a": "có"}])
