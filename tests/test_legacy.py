"""Text of the 1990s: what its font says is converted, what nobody says is only suspected, Unicode is left alone."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import legacy
from nvbatch.grid import Grid
from nvbatch.legacy import Script, convert, converted, is_surely, script_of, unjumbled
from nvbatch.sheettext import _ORDINARY, encoding_notes, in_unicode, texts_of
from nvbatch.typed import _UNPLAIN
from tests.sheet_factory import LABELS, TASK, column, csv_text, header, notes, read_bytes, task, xlsx

VNI, TCVN3 = Script.VNI, Script.TCVN3
_TO_TCVN3 = {letter: chr(code) for code, letter in legacy._TCVN3.items()}
_TO_VNI = {letter: sequence for sequence, letter in reversed(legacy._VNI.items())}
LETTERS = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
NARRATIVE = "Đã trình Ủy ban nhân dân tỉnh dự thảo kế hoạch tại Tờ trình số 12"


def as_tcvn3(text: str) -> str:
    """As a typist of TCVN3 wrote it; capitals with a tone have no code there and come as small letters."""
    return "".join(_TO_TCVN3.get(c) or _TO_TCVN3.get(c.lower(), c) for c in text)


def as_vni(text: str) -> str:
    return "".join(_TO_VNI.get(c, c) for c in text)


# --- the tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "script", "meant"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", TCVN3, "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do - H¹nh phóc", TCVN3, "Độc lập - Tự do - Hạnh phúc"),
        ("nhiÖm vô ®\xadîc giao", TCVN3, "nhiệm vụ được giao"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", VNI, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", VNI, "Độc lập - Tự do - Hạnh phúc"),
        ("nhieäm vuï ñöôïc giao; khuyûu, uyeån", VNI, "nhiệm vụ được giao; khuỷu, uyển"),
        ("COÄNG HOØA XAÕ HOÄI", VNI, "CỘNG HÒA XÃ HỘI"),
        ("Aùn phí, Yù kieán", VNI, "Án phí, Ý kiến"),
    ],
)
def test_old_text_is_read_as_it_was_meant(written: str, script: Script, meant: str) -> None:
    assert convert(written, script) == meant


def test_every_letter_of_the_alphabet_has_its_code_in_both() -> None:
    assert convert(as_tcvn3(LETTERS), TCVN3) == LETTERS
    assert convert(as_vni(LETTERS + LETTERS.upper()), VNI) == LETTERS + LETTERS.upper()
    assert len(legacy._TCVN3) == 74


def test_the_tables_agree_with_those_of_viparse() -> None:
    tcvn3 = pytest.importorskip("viparse.normalize.tcvn3", reason="viparse is not installed")
    vni = pytest.importorskip("viparse.normalize.vni")
    assert {chr(code): letter for code, letter in legacy._TCVN3.items()} == dict(tcvn3._ENTRIES)
    assert dict(vni._ENTRIES).items() <= legacy._VNI.items()


WORDS = st.text(alphabet=LETTERS + "bcdghklmnpqrstvx .,0", max_size=60)


@given(WORDS)
def test_what_was_typed_in_an_old_encoding_comes_back_whole(text: str) -> None:
    assert convert(as_tcvn3(text), TCVN3) == text


# --- fonts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("font", [".VnTime", "VnTime", ".VnTimeH", ".vnarial narrow", "VnArial"])
def test_vn_fonts_draw_tcvn3(font: str) -> None:
    assert script_of(font) is TCVN3


@pytest.mark.parametrize("font", ["VNI-Times", "VNI-Helve-Condense", "vni times"])
def test_vni_fonts_draw_vni(font: str) -> None:
    assert script_of(font) is VNI


@pytest.mark.parametrize("font", ["", "Times New Roman", "Calibri Light", "Verdana", "UVnTime", "VNI", "Arial"])
def test_other_fonts_draw_unicode(font: str) -> None:
    assert script_of(font) is None


def test_h_fonts_draw_capitals() -> None:
    assert converted([(as_tcvn3("nhiệm vụ trọng tâm"), ".VnTimeH")]) == "NHIỆM VỤ TRỌNG TÂM"
    assert converted([("stt", ".VnArialH"), (" không", "Arial")]) == "STT không"


def test_only_the_runs_in_an_old_font_are_converted() -> None:
    assert converted([("không ", ""), (as_tcvn3("được giao"), ".VnTime"), (" HỌ TÊN", "Arial")]) == (
        "không được giao HỌ TÊN"
    )


def test_unicode_typed_under_an_old_font_stays() -> None:
    assert converted([("Ủy ban nhân dân tỉnh", ".VnTime")]) == "Ủy ban nhân dân tỉnh"


def test_a_letter_and_its_mark_may_stand_in_two_runs() -> None:
    assert converted([("Vie", "VNI-Times"), ("ät Nam", "VNI-Times")]) == "Việt Nam"


# --- suspicion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "không",
        "HỌ TÊN",
        "Tù do",
        "ViÖt Nam",
        "l'élève à côté de la fenêtre où ça naît",
        "größere Straße, naïve coöperation",
        "The café's résumé: £5 ± 1 µm © 2025 «abc» «def»",
        "có thể là mà; ông bà có thơ",
        "ca é, bò và cá",
        NARRATIVE,
        "",
    ],
)
def test_good_text_is_never_suspected(text: str) -> None:
    assert not any(is_surely(text, script) for script in Script)


@given(st.text(alphabet=LETTERS + LETTERS.upper() + "bcdghklmnpqrstvx ", max_size=80))
def test_no_unicode_text_is_changed_without_a_font(text: str) -> None:
    grid = Grid(name="T", rows=((1, [text, text]),))
    assert in_unicode(grid).rows == grid.rows


@given(st.text(max_size=60))
def test_no_text_whatever_changes_without_a_font_or_a_jumble(text: str) -> None:
    if unjumbled(text) is None:
        assert in_unicode(Grid(name="T", rows=((1, [text]),))).rows == ((1, [text]),)


@pytest.mark.parametrize(("write", "name"), [(as_tcvn3, "TCVN3"), (as_vni, "VNI")])
def test_several_strong_cells_of_a_column_are_told_and_left(write: Any, name: str) -> None:
    rows = tuple((n, ["x", write(f"{NARRATIVE} {n}")]) for n in range(4, 8))
    (note,) = encoding_notes(Grid(name="Trang 1", rows=rows))
    assert (note.rule, note.cell, note.expected) == ("S213", "B4", None)
    assert note.value == write(f"{NARRATIVE} 4") and name in note.args["what"]


def test_two_cells_are_no_suspicion() -> None:
    rows = tuple((n, [as_tcvn3(f"{NARRATIVE} {n}")]) for n in range(4, 6))
    assert encoding_notes(Grid(name="T", rows=rows)) == ()


# --- UTF-8 read by the wrong code page ----------------------------------------------------------------


def jumbled(text: str) -> str:
    """As Windows shows UTF-8 that it takes for Windows-1252; undefined bytes come through."""
    return "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in text.encode())


@given(st.text(alphabet=LETTERS + LETTERS.upper() + "bcd 12.,;–«»", min_size=1, max_size=60))
def test_a_jumbled_text_is_repaired_and_a_sound_one_left(text: str) -> None:
    assert unjumbled(text) is None
    if any(c in LETTERS for c in text.lower()) and legacy._JUMBLE.search(jumbled(text)):
        assert unjumbled(jumbled(text)) == text


@pytest.mark.parametrize("text", ["Sá»Ÿ Y táº¿", "Sá»Ÿ Y táº¿ và Sở Nội vụ", "giÃ¡", "Ã", "â€œabcâ€", "100 â‚¬"])
def test_a_repair_must_give_vietnamese_and_fit_the_whole_text(text: str) -> None:
    assert unjumbled(text) == {"Sá»Ÿ Y táº¿": "Sở Y tế", "giÃ¡": "giá"}.get(text)


def test_a_csv_written_twice_over_is_read_and_told(tmp_path: Path) -> None:
    data = csv_text([header(), task()]).encode()
    reading = read_bytes(jumbled(data.decode()).encode(), tmp_path, "bang.csv")
    assert reading.tasks is not None and reading.tasks.values["narrative"] == (TASK["narrative"],)
    assert reading.tasks.values["content"] == (TASK["content"],)
    told = {note.cell: note for note in notes(reading, "S213")}
    assert told[reading.tasks.cell(2, "narrative")].expected == TASK["narrative"]
    assert reading.tasks.raw[0, "narrative"] == jumbled(TASK["narrative"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("write", [as_tcvn3, as_vni])
def test_a_csv_whose_labels_an_old_encoding_alone_shows_is_converted_whole(
    write: Any, encoding: str, tmp_path: Path
) -> None:
    data = write(csv_text([header(), task()])).encode(encoding)
    reading = read_bytes(data, tmp_path, "bang.csv")
    assert reading.tasks is not None and reading.tasks.values["narrative"] == (TASK["narrative"],)
    assert reading.tasks.raw[0, "narrative"] == write(TASK["narrative"])
    assert "cả tệp" in notes(reading, "S213")[0].args["what"]


# --- workbooks ------------------------------------------------------------------------------------


def old(text: Any) -> Any:
    return as_tcvn3(text) if isinstance(text, str) else text


def in_font(name: str, write: Any, *fonts: Any) -> bytes:
    """A workbook whose every text is typed in an old font, by openpyxl; the code column is not."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Nhiệm vụ"
    for row in (header(), task()):
        sheet.append([write(cell) if isinstance(cell, str) else cell for cell in row])
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(name=name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("font", "write"), [(".VnTime", as_tcvn3), ("VnTime", as_tcvn3), ("VNI-Times", as_vni)])
def test_a_workbook_in_an_old_font_reads_as_one_in_unicode(font: str, write: Any, tmp_path: Path) -> None:
    reading = read_bytes(in_font(font, write), tmp_path)
    plain = read_bytes(xlsx({"Nhiệm vụ": [header(), task()]}), tmp_path)
    assert reading.tasks is not None and plain.tasks is not None
    assert reading.tasks.values == plain.tasks.values
    assert not notes(reading, "S206")
    told = {note.cell: note for note in notes(reading, "S213")}
    cell = told[reading.tasks.cell(2, "narrative")]
    assert (cell.value, cell.expected) == (write(TASK["narrative"]), TASK["narrative"])
    assert font in cell.args["what"]
    assert reading.tasks.raw[0, "narrative"] == write(TASK["narrative"])
    assert any(note.args["what"].endswith("ô khác của trang") for note in told.values())


def test_fonts_of_runs_decide_within_a_cell(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book = Workbook()
    sheet = book.active
    sheet.title = "Nhiệm vụ"
    sheet.append(header())
    sheet.append(task())
    mixed = CellRichText("Đã họp, không ", TextBlock(InlineFont(rFont=".VnTime"), as_tcvn3("vướng mắc gì thêm nữa")))
    sheet.cell(2, column("narrative") + 1).value = mixed
    stream = io.BytesIO()
    book.save(stream)
    reading = read_bytes(stream.getvalue(), tmp_path)
    assert reading.tasks is not None
    assert reading.tasks.values["narrative"] == ("Đã họp, không vướng mắc gì thêm nữa",)
    (note,) = notes(reading, "S213")
    assert note.cell == reading.tasks.cell(2, "narrative")


def test_unicode_in_a_sheet_that_only_bears_the_old_fonts_name_stays(tmp_path: Path) -> None:
    book = in_font(".VnTime", lambda text: text)
    reading = read_bytes(book, tmp_path)
    assert reading.tasks is not None and not notes(reading, "S213")
    assert reading.tasks.values["narrative"] == (TASK["narrative"],)
    assert reading.tasks.labels["no"] == LABELS["no"]


def test_an_xls_in_an_old_font_is_converted(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Nhiệm vụ")
    style = xlwt.easyxf("font: name .VnTime")
    days = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, row in enumerate((header(), task())):
        for at, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, at, old(cell), days if isinstance(cell, date) else style)
    stream = io.BytesIO()
    book.save(stream)
    reading = read_bytes(stream.getvalue(), tmp_path, "cu.xls")
    assert reading.tasks is not None
    assert reading.tasks.values["narrative"] == (TASK["narrative"],)
    assert reading.tasks.values["reported_status"] == ("Đang thực hiện",)
    assert notes(reading, "S213")


def test_an_ods_in_an_old_font_is_converted(tmp_path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TextProperties
    from odf.table import Table, TableCell, TableColumn, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    style = Style(name="ce1", family="table-cell")
    style.addElement(TextProperties(fontname=".VnTime"))
    document.automaticstyles.addElement(style)
    table = Table(name="Nhiệm vụ")
    table.addElement(TableColumn(numbercolumnsrepeated=40, defaultcellstylename="ce1"))
    for row in (header(), [None if isinstance(c, date) else c for c in task()]):
        line = TableRow()
        for value in row:
            number = isinstance(value, (int, float))
            cell = TableCell(valuetype="float", value=value) if number else TableCell(valuetype="string")
            if isinstance(value, str):
                cell.addElement(P(text=old(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.write(stream)
    reading = read_bytes(stream.getvalue(), tmp_path, "cu.ods")
    assert reading.tasks is not None and reading.tasks.values["narrative"] == (TASK["narrative"],)
    assert notes(reading, "S213")


def test_without_fonts_the_workbook_is_left_and_the_suspicion_told(tmp_path: Path) -> None:
    rows = [task(no=n, task_code=f"NV-{n}", narrative=as_tcvn3(f"{NARRATIVE} {n}")) for n in range(1, 5)]
    reading = read_bytes(xlsx({"Nhiệm vụ": [header(), *rows]}), tmp_path)
    assert reading.tasks is not None
    (note,) = notes(reading, "S213")
    assert note.cell == reading.tasks.cell(2, "narrative") and note.expected is None
    # the soft hyphen is the letter ư in TCVN3 and a hidden character in Unicode: the raw text is in the note
    assert note.value == as_tcvn3(f"{NARRATIVE} 1")


def test_nothing_can_be_said_of_a_text_of_ordinary_letters_but_of_its_spaces():
    letters = [char for char in map(chr, range(0x20, 0x2100)) if _ORDINARY.fullmatch(char)]
    assert len(letters) > 200
    for first in letters:
        assert _UNPLAIN.search(first) is None and is_normalized("NFC", first)
        for second in letters:
            pair = first + second
            assert unjumbled(pair) is None or not _ORDINARY.fullmatch(pair), pair
            assert is_normalized("NFC", pair), pair


def test_one_strange_text_makes_no_other_text_strange():
    texts = texts_of(Grid(name="T", rows=((1, ["Sở Y tế", "a\u00a0b", "hai  dấu", ""]), (2, [1.0, "=1"]))))
    assert texts.strange == {"a\u00a0b"}
    assert texts.odd == {"a\u00a0b", "hai  dấu", "=1"}
