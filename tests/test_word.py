"""The Word room: what goes into a template comes out in the document as it is, or there is no document."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvbatch import chart, word
from nvbatch.form import packaged

PROPERTIES = word.Properties(title="Báo cáo", author="Văn phòng", created=datetime(2026, 11, 20, tzinfo=UTC))
PAYLOADS = (
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{# ghi chú #}",
    "{_{ bẫy }_}",
    "a <b & c> d </w:t></w:r>",
    "]]> <!-- & -->",
    "&amp; &lt;w:p/&gt;",
    "«ngoặc» “kép” 'đơn' \"kép\"",
    "=1+1",
    "[[x]] ${y} %s {0}",
    "Điều 1. Ủy ban nhân dân\nĐiều 2.\tThụt vào",
    "hai  dấu   cách, cuối dòng ",
    "nghìn chữ " * 300,
    "𠮷 😀 ● □",
)


def template(folder: Path, *paragraphs: str, table: tuple[str, ...] = ()) -> Path:
    """A Word file as staff would type it; ``table``: one row a text."""
    from docx import Document

    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(rows=0, cols=1)
        for text in table:
            grid.add_row().cells[0].text = text
    path = folder / "mau.docx"
    document.save(str(path))
    return path


def render(path: Path, context: dict[str, object], **more: object) -> Path:
    made = path.with_name("ra.docx")
    word.load(path).render(context, made, properties=PROPERTIES, **more)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("payload", PAYLOADS)
def test_agency_text_comes_out_as_it_was_written(tmp_path: Path, payload: str) -> None:
    made = render(template(tmp_path, "Trước {{ said }} sau"), {"said": payload})
    assert " ".join(f"Trước {payload} sau".split()) in " ".join(word.document_text(made).split())


def test_line_breaks_become_breaks_of_word(tmp_path: Path) -> None:
    made = render(template(tmp_path, "{{ said }}"), {"said": "một\r\nhai\rba\nbốn\tnăm"})
    with zipfile.ZipFile(made) as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("<w:br/>") == 3
    assert xml.count("<w:tab/>") == 1
    assert "một\nhai\nba\nbốn\tnăm" in word.document_text(made)


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ud800", "\udfff", "￾", "￿"])
def test_what_xml_cannot_hold_is_replaced_and_the_rest_survives(tmp_path: Path, bad: str) -> None:
    made = render(template(tmp_path, "{{ first }}", "{{ second }}"), {"first": f"a{bad}b", "second": "vẫn còn"})
    assert "a\ufffdb" in word.document_text(made)
    assert "vẫn còn" in word.document_text(made)


def test_decomposed_text_is_printed_composed(tmp_path: Path) -> None:
    made = render(template(tmp_path, "{{ said }}"), {"said": "U\u0309y ban nha\u0302n da\u0302n"})
    assert "Ủy ban nhân dân" in word.document_text(made)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_every_value_of_a_table_is_found_again(tmp_path: Path, values: list[str]) -> None:
    path = template(tmp_path, "{{ title }}", table=("{%tr for row in rows %}", "{{ row }}", "{%tr endfor %}"))
    made = render(path, {"title": values[0], "rows": values})
    clean = [word.clean(value) for value in (values[0], *values)]
    assert word.missing_values(word.document_text(made), clean) == ()


def test_a_tag_that_word_split_over_runs_still_works(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ na", "me ", "}", "}"):
        paragraph.add_run(piece).bold = len(piece) > 1
    document.save(str(tmp_path / "mau.docx"))
    assert "Sở Nội vụ" in word.document_text(render(tmp_path / "mau.docx", {"name": "Sở Nội vụ"}))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ row.missing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ row.update({'a': 1}) }}",
        "{% include 'x' %}",
        "{{ 1/0 }}",
    ],
)
def test_a_template_that_asks_for_too_much_makes_no_document(tmp_path: Path, source: str) -> None:
    path = template(tmp_path, source)
    with pytest.raises(word.WordError, match=r"mau\.docx"):
        render(path, {"row": {"a": "b"}})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mau.docx"]


@pytest.mark.parametrize("source", ["{{ open", "{% if x %}", "{% endfor %}"])
def test_a_badly_written_tag_is_named_with_its_template(tmp_path: Path, source: str) -> None:
    with pytest.raises(word.WordError, match=r"mau\.docx.*viết sai"):
        word.load(template(tmp_path, source))


def test_a_file_that_is_no_word_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_bytes(b"PK not a zip")
    with pytest.raises(word.WordError, match="không phải là tệp Word"):
        word.load(tmp_path / "mau.docx")
    with pytest.raises(word.WordError, match="Không thấy mẫu"):
        word.load(tmp_path / "khac.docx")


def test_a_lost_value_means_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = template(tmp_path, "{{ said }}")
    monkeypatch.setattr(word, "fit_rules", lambda tree: tree[0].clear())
    with pytest.raises(word.WordError, match="không thấy trong văn bản"):
        render(path, {"said": "mất rồi"})
    assert not (tmp_path / "ra.docx").exists()


def test_missing_values_are_looked_for_in_order() -> None:
    assert word.missing_values("a b c", ["a", "c"]) == ()
    assert word.missing_values("a b c", ["c", "a"]) == ("a",)
    assert word.missing_values("a  b\nc", ["a b c"]) == ()
    assert word.missing_values("a", ["a", "a"]) == ("a",)


def test_a_failed_write_leaves_the_old_document_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = template(tmp_path, "{{ said }}")
    made = render(path, {"said": "bản cũ"})
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        render(path, {"said": "bản mới"})
    assert "bản cũ" in word.document_text(made)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mau.docx", "ra.docx"]


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    path = packaged("templates", "don-doc.docx")
    context: dict[str, object] = dict.fromkeys(word.template_variables(path), "x") | {
        "addressees": ["Sở A."],
        "recipients": ["- Lưu: VT."],
        "demands": ["1. Nộp."],
        "agencies": [],
        "annex": {"agencies": "Phụ lục"},
    }
    made = []
    for name in ("1.docx", "2.docx"):
        word.load(path).render(context, tmp_path / name, properties=PROPERTIES)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_none_prints_nothing(tmp_path: Path) -> None:
    assert "[]" in word.document_text(render(template(tmp_path, "[{{ said }}]"), {"said": None}))


BARS = chart.Bars(
    categories=("Sở <A> & B", "Sở C"),
    series=(("Hoàn thành", (3, 4)), ("Chưa đến hạn", (0, 1)), ("Sắp đến hạn", (2, 0)), ("Quá hạn", (5, 6))),
)


def chart_template() -> dict[str, bytes]:
    with zipfile.ZipFile(packaged("templates", "Bao-cao-tong-hop.docx")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_chart_gets_new_figures_and_keeps_its_look() -> None:
    before = chart_template()["word/charts/chart1.xml"]
    after = chart.refill(before, BARS)
    assert set(chart.names(after)) == {"Sở <A> & B", "Sở C", "Hoàn thành", "Chưa đến hạn", "Sắp đến hạn", "Quá hạn"}
    for look in (b"2E75B6", b"C55A11", b'orientation val="maxMin"', b"externalData", b'formatCode="0;;;"'):
        assert look in after
    assert b"C\xc6\xa1 quan A" not in after  # the sample categories are gone


def test_the_sheet_behind_the_chart_holds_the_same_figures() -> None:
    sheet = openpyxl.load_workbook(BytesIO(chart.data_sheet(BARS))).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [None, "Hoàn thành", "Chưa đến hạn", "Sắp đến hạn", "Quá hạn"],
        ["Sở <A> & B", 3, 0, 2, 5],
        ["Sở C", 4, 1, 0, 6],
    ]
    assert b"Sheet1!$B$2:$B$3" in chart.refill(chart_template()["word/charts/chart1.xml"], BARS)


def test_a_category_that_looks_like_a_formula_stays_text() -> None:
    bars = chart.Bars(categories=("=1+1",), series=(("x", (1,)),))
    sheet = openpyxl.load_workbook(BytesIO(chart.data_sheet(bars))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
