"""A workbook becomes a Reading: typed values with their cells, form mark, information, and a note for every oddity."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from nvbatch import packed, rowcache
from nvbatch.config import Intake
from nvbatch.model import Document, Note, Reading, Receipt
from nvbatch.reading import digest, read_in_process
from nvbatch.stages.read import read
from tests.sheet_factory import (
    CSV_NAME,
    FORM,
    LABELS,
    column,
    csv_text,
    header,
    in_sheet,
    notes,
    ods,
    read_bytes,
    repacked,
    rules,
    task,
    xls,
    xlsx,
)

WORLDS = Path(__file__).parent / "conformance"
OF_THE_READER = {"F101", "F102", "F103", "F104", "F105", "F106", "C402", "C403", "C404", "C405", "C406", "C407"}
OF_THE_READER |= {"C410", "C411"} | {f"S{n}" for n in range(201, 213)}


# --- the conformance worlds -----------------------------------------------------------------------


def workbooks(name: str, data: bytes) -> Iterator[bytes]:
    """The workbooks in a file of an inbox: itself, or those in a mail or a zip."""
    if name.endswith(".eml"):
        for part in email.message_from_bytes(data, policy=email.policy.default).iter_attachments():
            yield from workbooks(part.get_filename() or "", part.get_payload(decode=True))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from workbooks(member, archive.read(member))
    else:
        yield data


@pytest.mark.parametrize(
    "period", sorted(WORLDS.iterdir(), key=str) and sorted(WORLDS.glob("*/*")), ids=lambda p: p.name
)
def test_every_expected_finding_of_the_reader_is_noted_at_its_cell(period, tmp_path):
    found = {}
    for path in (period / "inbox").iterdir():
        for data in workbooks(path.name, path.read_bytes()):
            reading = read_bytes(data, tmp_path, path.name)
            found[reading.sha256] = reading
    judged = 0
    for file in json.loads((period / "expected.json").read_text(encoding="utf-8"))["files"]:
        for want in (file["findings"] or ()) if file["sha256"] in found else ():
            if want["rule"] in OF_THE_READER:
                judged += 1
                assert any(_is(want, note) for note in found[file["sha256"]].notes), (file["names"], want)
    assert judged > 10


def _is(want: dict[str, Any], note: Note) -> bool:
    return note.rule == want["rule"] and all(
        getattr(note, k) == want[k] for k in ("row", "column", "cell") if k in want
    )


# --- one workbook in four formats ------------------------------------------------------------------

SHEETS = {
    "Thông tin": [["Mã cơ quan", "SNV"], ["Ngày lập:", date(2025, 3, 21)], ["Kỳ báo cáo", "2025-W12"]],
    "Nhiệm vụ": [["SỞ NỘI VỤ"], header(), task(), [], task(no=2, task_code="NV-2025-00002", progress=85.5)],
}


@pytest.mark.parametrize(("make", "kind"), [(xlsx, "xlsx"), (xls, "xls"), (ods, "ods")])
def test_the_same_workbook_reads_the_same_in_every_format(make, kind, tmp_path):
    reading = read_bytes(make(SHEETS), tmp_path)
    assert reading.format == kind
    assert reading.info == {"agency_code": "SNV", "prepared_on": "2025-03-21", "period": "2025-W12"}
    assert reading.title == ("SỞ NỘI VỤ",)
    table = reading.tasks
    assert (table.sheet, table.header_row, table.rows) == ("Nhiệm vụ", 2, (3, 5))
    assert table.values["task_code"] == ("NV-2025-00001", "NV-2025-00002")
    assert table.values["updated_on"] == (date(2025, 3, 20),) * 2
    assert table.values["progress"] == (40.0, 85.5)
    assert table.values["no"] == ("1", "2")
    assert table.values["deadline"] == ("30/6/2025",) * 2
    assert table.values["note"] == (None, None)
    assert table.cell(5, "progress") == "N5"
    assert rules(reading) == {"S201"} | ({"F105"} if kind != "xlsx" else set())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_whatever_its_encoding_and_delimiter(encoding, delimiter, tmp_path):
    text = csv_text([header(), task(updated_on="20/03/2025", progress="85%")], delimiter)
    reading = read_bytes(_encoded(text, encoding), tmp_path, CSV_NAME)
    assert reading.format == "csv"
    assert reading.tasks.values["narrative"] == ("Đã gửi dự thảo lấy ý kiến 12 sở, ngành",)
    assert reading.tasks.values["progress"] == (85.0,)
    assert reading.tasks.values["updated_on"] == (date(2025, 3, 20),)
    assert {"F105", "C403"} <= rules(reading)


def _encoded(text: str, encoding: str) -> bytes:
    """Vietnamese in cp1258 is written with the tone after its letter."""
    if encoding != "cp1258":
        return text.encode(encoding)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for char in text:
        marks = unicodedata.normalize("NFD", char)
        letter = unicodedata.normalize("NFC", "".join(c for c in marks if c not in tones))
        parts.append(letter + "".join(c for c in marks if c in tones))
    return "".join(parts).encode(encoding)


# --- cells ----------------------------------------------------------------------------------------


def one_cell(tmp_path: Path, **cells: Any) -> tuple[Any, list[Note], str | None]:
    """(value, cell notes, raw text) of the one field given, in a workbook of one task."""
    (key,) = cells
    reading = read_bytes(xlsx({"Nhiệm vụ": [header(), task(**cells)]}), tmp_path)
    found = [note for note in reading.notes if note.row == 2]
    assert all(note.sheet == "Nhiệm vụ" and note.column == key for note in found)
    return reading.tasks.values[key][0], found, reading.tasks.raw.get((0, key))


@pytest.mark.parametrize(
    ("key", "cell", "value", "rule", "expected"),
    [
        ("updated_on", "27.3.2025", date(2025, 3, 27), "C403", "27/03/2025"),
        ("updated_on", 45743, date(2025, 3, 27), "C403", "27/03/2025"),
        ("updated_on", "31/11/2025", None, "C402", "ngày/tháng/năm"),
        ("updated_on", "hôm qua", None, "C402", "ngày/tháng/năm"),
        ("progress", "120%", 120.0, "C404", "0–100"),
        ("progress", "gần xong", None, "C404", "0–100"),
        ("progress", 0.85, 85.0, "C405", "85%"),
        ("progress", "khoảng 50%", 50.0, "C405", "50%"),
        ("reported_status", "ĐANG THỰC HIỆN", "Đang thực hiện", "C407", "Đang thực hiện"),
        ("note", "=1+1 theo kế hoạch", "=1+1 theo kế hoạch", "C411", None),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_is_noted_with_what_was_understood(
    key, cell, value, rule, expected, tmp_path
):
    got, (note,), raw = one_cell(tmp_path, **{key: cell})
    assert got == value
    assert (note.rule, note.expected) == (rule, expected)
    assert raw == note.value is not None


def test_a_word_that_is_not_in_the_list_suggests_the_nearest(tmp_path):
    value, (note,), _ = one_cell(tmp_path, reported_status="Sắp xong rồi")
    assert (value, note.rule, note.value) == ("Sắp xong rồi", "C406", "Sắp xong rồi")
    assert note.expected


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("progress", 0, 0.0),
        ("progress", "100,0%", 100.0),
        ("escalate_to", "Thủ tướng Chính phủ", "Thủ tướng Chính phủ"),
        ("narrative", "Dòng một\nDòng hai", "Dòng một\nDòng hai"),
        ("content", "Dòng một\nDòng hai", "Dòng một Dòng hai"),
        ("note", "  thừa   cách  ", "thừa cách"),
        ("note", unicodedata.normalize("NFD", "Đã hoàn thành"), "Đã hoàn thành"),
        ("deadline", date(2025, 6, 30), "30/06/2025"),
        ("deadline", "trước ngày 30/6/2025", "trước ngày 30/6/2025"),
        ("task_code", 12.0, "12"),
        ("completed_on", None, None),
    ],
)
def test_good_cells_are_taken_without_a_word(key, cell, value, tmp_path):
    assert one_cell(tmp_path, **{key: cell}) == (value, [], None)


def test_the_offices_own_columns_are_not_judged_by_their_words(tmp_path):
    reading = read_bytes(xlsx({"Nhiệm vụ": [header(), task(task_class="Khác", content="=A1")]}), tmp_path)
    assert rules(reading) == {"S201"}


def test_text_longer_than_a_cell_is_C410(tmp_path):
    text = csv_text([header(), task(updated_on="20/03/2025", note="x" * 40_000)])
    (note,) = notes(read_bytes(text.encode(), tmp_path, CSV_NAME), "C410")
    assert note.cell == "AA2" and len(note.value) < 300


# --- what a fast reader hides -----------------------------------------------------------------------

GOOD = xlsx({"Nhiệm vụ": [header(), task(), task(task_code="NV-2", no=2)]})
PROGRESS = b'<c r="N2"><v>40</v></c>'


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (b'<c r="N2" t="e"><v>#REF!</v></c>', "#REF!"),
        (b'<c r="N2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c r="N2"><f>SUM(A1:A2)</f></c>', "=SUM(A1:A2)"),
        (b'<c r="N2"><f>A1</f><v></v></c>', "=A1"),
        (b'<c r="N2"><f>A1</f><v/></c>', "=A1"),
        (b'<c r="N2" t="str"><v>#N/A</v></c>', "#N/A"),
        (b'<c r="N2"><v>NaN</v></c>', "NaN"),
        (b'<c r="N2"><v>-INF</v></c>', "-INF"),
        (b'<c r="N2" t="s"><v>-3</v></c>', "chuỗi không có trong tệp"),
        (b'<c r="N2" t="s"><v>99999</v></c>', "chuỗi không có trong tệp"),
        (PROGRESS + b'<c r="N2"><v>90</v></c>', "ô bị ghi hai lần"),
    ],
)
def test_a_cell_without_a_sure_value_is_S212_and_nothing_else(cell, shown, tmp_path):
    reading = read_bytes(repacked(GOOD, in_sheet(PROGRESS, cell)), tmp_path)
    assert [(n.rule, n.cell, n.value) for n in reading.notes if n.row] == [("S212", "N2", shown)]
    assert reading.tasks.values["progress"] == (None, 40.0)
    assert reading.tasks.raw == {(0, "progress"): shown}


def test_a_formula_with_its_value_is_as_good_as_the_value(tmp_path):
    for cell in (b'<c r="N2"><f>20*2</f><v>40</v></c>', b'<c r="N2" t="str"><f>"40"</f><v>40</v></c>'):
        reading = read_bytes(repacked(GOOD, in_sheet(PROGRESS, cell)), tmp_path)
        assert reading.tasks.values["progress"][0] == 40.0 and rules(reading) == {"S201"}


def test_a_formula_that_gives_nothing_is_a_blank_cell(tmp_path):
    cell = b'<c r="N2" t="str"><f>IF(1=2,1,"")</f><v></v></c>'
    reading = read_bytes(repacked(GOOD, in_sheet(PROGRESS, cell)), tmp_path)
    assert reading.tasks.values["progress"][0] is None and rules(reading) == {"S201"}


def test_a_broken_formula_in_the_running_number_means_nothing(tmp_path):
    data = repacked(GOOD, in_sheet(b'<c r="A3"><v>2</v></c>', b'<c r="A3"><f>A2+1</f></c>'))
    assert rules(read_bytes(data, tmp_path)) == {"S201"}


def _percent(book, sheet):
    sheet.write(1, column("progress"), 0.85, book.add_format({"num_format": "0%"}))


def test_a_percent_format_means_what_it_shows(tmp_path):
    reading = read_bytes(xlsx({"Nhiệm vụ": [header(), task()]}, _percent), tmp_path)
    assert reading.tasks.values["progress"] == (85.0,) and rules(reading) == {"S201"}


def _xls_signs(book, sheet):
    import xlwt

    at = column("progress")
    sheet.write(1, at, 0.85, xlwt.easyxf(num_format_str="0%"))
    sheet.row(2).set_cell_error(at, "#REF!")
    sheet.row(3).hidden = True


def test_an_xls_shows_percents_errors_and_hidden_rows_too(tmp_path):
    rows = [header(), *(task(task_code=f"NV-{n}") for n in range(3))]
    reading = read_bytes(xls({"Nhiệm vụ": rows}, _xls_signs), tmp_path)
    assert reading.tasks.values["progress"] == (85.0, None, 40.0)
    assert [(n.cell, n.value) for n in notes(reading, "S212")] == [("N3", "#REF!")]
    assert [n.args["what"] for n in notes(reading, "S209")] == ["trong dòng ẩn 4"]


def test_an_ods_shows_percents_and_errors_too(tmp_path):
    from odf.table import TableCell
    from odf.text import P

    error = TableCell(valuetype="float", value=0, formula="of:=1/0")
    error.addElement(P(text="#DIV/0!"))
    percent = TableCell(valuetype="percentage", value=0.85)
    rows = [header(), task(progress=percent), task(progress=error)]
    reading = read_bytes(ods({"Nhiệm vụ": rows}), tmp_path)
    assert reading.tasks.values["progress"] == (85.0, None)
    assert [(n.cell, n.value) for n in notes(reading, "S212")] == [("N3", "#DIV/0!")]


def _hide(book, sheet):
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(12, 12, 20, None, {"hidden": True})
    sheet.set_column(18, 20, 20, None, {"hidden": True, "level": 1})


def test_hidden_rows_and_columns_are_read_and_said_but_not_a_folded_outline(tmp_path):
    rows = [header(), task(difficulty="Thiếu kinh phí")]
    reading = read_bytes(xlsx({"Nhiệm vụ": rows}, _hide), tmp_path)
    assert reading.tasks.values["difficulty"] == ("Thiếu kinh phí",)
    assert [n.args["what"] for n in notes(reading, "S209")] == ["trong dòng ẩn 2", "trong cột ẩn M"]


def _strike(book, sheet):
    struck = book.add_format({"font_strikeout": True})
    sheet.write(1, column("content"), "Việc đã bỏ", struck)
    sheet.write_rich_string(2, column("content"), "Việc ", struck, "bỏ một nửa")


def test_struck_text_in_a_cell_or_in_a_part_of_it_is_read_and_said(tmp_path):
    rows = [header(), task(), task(), task()]
    reading = read_bytes(xlsx({"Nhiệm vụ": rows}, _strike), tmp_path)
    assert reading.tasks.values["content"][:2] == ("Việc đã bỏ", "Việc bỏ một nửa")
    assert [n.args["what"] for n in notes(reading, "S209")] == ["bị gạch ngang ở dòng 2–3"]


def test_the_1904_date_system_is_honoured_by_both_ways_of_reading(tmp_path):
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"date_1904": True})
    sheet = book.add_worksheet("Nhiệm vụ")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, line in enumerate([header(), task(updated_on=None)]):
        for at, cell in enumerate(line):
            sheet.write(number, at, cell)
    sheet.write_datetime(1, column("updated_on"), datetime(2025, 3, 20), day)
    book.close()
    data = stream.getvalue()
    for version in (data, repacked(data, in_sheet(PROGRESS, b'<c r="N2" t="e"><v>#N/A</v></c>'))):
        assert read_bytes(version, tmp_path).tasks.values["updated_on"] == (date(2025, 3, 20),)


@pytest.mark.parametrize("text", ["_x0041_ và _x000B_", "a\x0bb", "_x005F_x000B_", "<x> & \"y\" 'z'", "  hai  đầu  "])
@pytest.mark.parametrize("inline", [False, True])
def test_both_ways_of_reading_take_a_text_the_same(text, inline, tmp_path):
    def write(book, sheet):
        sheet.write_string(1, column("note"), text)

    data = xlsx({"Nhiệm vụ": [header(), task()]}, write)
    if inline:
        data = _inlined(data, text)
    careful = repacked(data, in_sheet(PROGRESS, b'<c r="N2" t="e"><v>#N/A</v></c>'))
    fast, slow = read_bytes(data, tmp_path), read_bytes(careful, tmp_path)
    assert fast.tasks.values["note"] == slow.tasks.values["note"] != (None,)
    assert notes(fast, "C410") == notes(slow, "C410")


def _inlined(data: bytes, text: str) -> bytes:
    """The note as an inline string, as other programs write it."""
    from xml.sax.saxutils import escape

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    found = re.search(rb'<c r="AA2" t="s"><v>\d+</v></c>', sheet)
    written = escape(text.replace("\x0b", "_x000B_")).encode()
    cell = b'<c r="AA2" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % written
    return repacked(data, in_sheet(found[0], cell))


def test_stray_cells_far_away_cost_nothing(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    reading = read_bytes(repacked(GOOD, in_sheet(b"</sheetData>", far)), tmp_path)
    assert reading.tasks.rows == (2, 3)
    assert notes(reading, "S211")[0].args["rows"] == "1048576"


def test_a_string_table_that_lies_about_its_size_is_read_all_the_same(tmp_path):
    data = repacked(
        GOOD,
        lambda name, part: (
            part.replace(b'uniqueCount="', b'uniqueCount="4294967295" was="')
            if name.endswith("sharedStrings.xml")
            else part
        ),
    )
    assert read_bytes(data, tmp_path).tasks.values["task_code"] == ("NV-2025-00001", "NV-2")


# --- the form mark ----------------------------------------------------------------------------------


def stamped(**changed: str) -> dict[str, list[list[Any]]]:
    mark = {"form": "BM01", "version": "1", "agency": "SNV", "program": "CHUNG", "period": "2025-W12"} | changed
    rows = [[key, value] for key, value in mark.items()]
    rows += [["issued", "NV-2025-00001", "supervisor", "Trần Thị Ví Dụ"]]
    return {"Nhiệm vụ": [header(), task()], "_nvbatch": rows}


def test_our_own_form_is_known_by_its_mark(tmp_path):
    reading = read_bytes(xlsx(stamped()), tmp_path)
    assert (reading.stamp.agency, reading.stamp.program, reading.stamp.period) == ("SNV", "CHUNG", "2025-W12")
    assert reading.stamp.issued == {"NV-2025-00001": {"supervisor": "Trần Thị Ví Dụ"}}
    assert reading.notes == ()


@pytest.mark.parametrize("changed", [{"version": "99"}, {"form": "BM77"}, {"version": ""}])
def test_a_newer_or_unknown_form_is_S203_and_not_read(changed, tmp_path):
    reading = read_bytes(xlsx(stamped(**changed)), tmp_path)
    assert rules(reading) == {"S203"} and reading.tasks is None
    assert notes(reading, "S203")[0].expected == FORM.version


def test_an_older_version_of_the_form_is_read_by_its_own_schema(tmp_path):
    import nvbatch

    packaged = Path(nvbatch.__file__).parent.parent / "schemas" / "bm01.v1.yaml"
    older = packaged.read_text(encoding="utf-8").replace("version: 1\n", "version: 0\n")
    schemas = tmp_path / "schemas"
    schemas.mkdir()
    (schemas / "bm01.v0.yaml").write_text(older.replace("label: Ghi chú,", "label: Lời ghi,"), encoding="utf-8")
    sheets = stamped(version="0") | {"Nhiệm vụ": [header(note="Lời ghi"), task(note="cũ")]}
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(sheets))
    reading = read_in_process(path, name="a.xlsx", limits=Intake(), schemas=schemas)
    assert rules(reading) == {"S202"}
    assert reading.tasks.values["note"] == ("cũ",)


# --- the stage: cache, faults, order -----------------------------------------------------------------


def document(data: bytes, folder: Path, part: int = 0, **more: Any) -> tuple[Document, Path]:
    path = folder / f"{part}.bin"
    path.write_bytes(data)
    when = datetime.fromisoformat("2025-03-20T08:00:00+07:00")
    receipt = Receipt(sequence=1, sha256="0" * 64, name="thu.eml", received_at=when)
    made = Document(receipt=receipt, part=part, sha256=digest(path), container_sha256=None, name=f"{part}.xlsx", **more)
    return made, path


def all_read(pairs: list[tuple[Document, Path]], cache: Path) -> list[Reading]:
    return [reading for _, reading in read(pairs, cache=cache, limits=Intake(), schemas=None)]


def test_readings_come_in_the_order_given_and_a_fault_of_intake_is_the_only_note(tmp_path):
    bad = document(b"", tmp_path, 1, fault="F102", fault_args={"what": "gói .zip đặt mật khẩu"})
    good = document(GOOD, tmp_path, 2)
    first, second = all_read([bad, good], tmp_path / "cache")
    assert first.notes == (Note(rule="F102", args={"what": "gói .zip đặt mật khẩu"}),)
    assert second.tasks.rows == (2, 3)


def test_several_readers_keep_the_order_and_read_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("nvbatch.stages.read._WORTH_A_START", 1)
    rows = [[header(), *(task(task_code=f"NV-{n}") for n in range(size))] for size in (40, 1, 2, 30, 3, 1, 1, 2)]
    pairs = [document(xlsx({"Nhiệm vụ": book}), tmp_path, at) for at, book in enumerate(rows, 1)]
    told = {"limits": Intake(), "schemas": None}
    seen = [reading for _, reading in read(pairs, cache=tmp_path / "cache", jobs=2, **told)]
    assert [len(reading.tasks.rows) for reading in seen] == [40, 1, 2, 30, 3, 1, 1, 2]
    assert seen == [reading for _, reading in read(pairs, cache=tmp_path / "other", jobs=1, **told)]


def test_a_cached_reading_is_the_reading(tmp_path):
    rows = [[*header(), "Mã riêng"], [*task(completed_on="hôm qua", updated_on=date(2025, 3, 1)), "HS-1"]]
    changes = [[c.label for c in FORM.changes.columns], ["Khác", "NV-1", "x", "", "", "y", "", ""]]
    pair = document(xlsx({"Nhiệm vụ": rows, "Biến động": changes} | {"_nvbatch": stamped()["_nvbatch"]}), tmp_path)
    (fresh,) = all_read([pair], tmp_path / "cache")
    here = read_in_process(pair[1], name="0.xlsx", limits=Intake(), schemas=None)
    assert fresh == here == all_read([pair], tmp_path / "cache")[0]
    assert packed.decode(json.loads(json.dumps(packed.encode(here)))) == here


def test_a_spoiled_or_strange_cache_file_is_read_anew(tmp_path):
    cache = tmp_path / "cache"
    pair = document(GOOD, tmp_path)
    (fresh,) = all_read([pair], cache)
    (kept,) = [path for path in cache.rglob("*") if path.is_file()]
    other = packed.encode(Reading(sha256="f" * 64, format="xlsx"))
    for spoiled in (b"", b"{", b"[]", b'{"sha256": 1}', kept.read_bytes()[:-300], json.dumps(other).encode()):
        kept.write_bytes(spoiled)
        assert all_read([pair], cache) == [fresh]
        assert rowcache.load(kept, pair[0].sha256) == fresh


def test_nothing_half_written_stays_in_the_cache(tmp_path):
    all_read([document(GOOD, tmp_path)], tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.tmp"))


def test_every_label_of_the_form_has_a_place_in_the_reading(tmp_path):
    assert set(read_bytes(GOOD, tmp_path).tasks.letters) == set(LABELS)
