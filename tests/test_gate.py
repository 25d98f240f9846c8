"""The gate says what a file really is before any library opens it, and lets odd but honest workbooks pass."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path

import pytest

from nvbatch.config import Intake
from nvbatch.gate import inspect
from nvbatch.ole import SIGNATURE, Ole, OleError
from nvbatch.passport import Passport
from tests.sheet_factory import CSV_NAME, csv_text, header, in_sheet, ods, read_bytes, repacked, task, xls, xlsx

GOOD = xlsx({"Nhiệm vụ": [header(), task()]})


def judged(data: bytes, tmp_path: Path, name: str = "tep.xlsx", **limits: object) -> Passport:
    path = tmp_path / "tep"
    path.write_bytes(data)
    return inspect(path, Intake(**limits), name)


def ole_file(*streams: str, content: bytes = b"\x00" * 64) -> bytes:
    """A small OLE container with these (empty or tiny) streams."""
    names = ["Root Entry", *streams]
    directory = b""
    for order, name in enumerate(names):
        text = name.encode("utf-16-le") + b"\x00\x00"
        kind = 5 if order == 0 else 2
        child = 1 if order == 0 and streams else 0xFFFFFFFF
        right = order + 1 if 0 < order < len(streams) else 0xFFFFFFFF
        entry = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
        start, size = (2, len(content)) if order == 0 else (0, len(content))
        directory += entry + b"\x00" * 36 + struct.pack("<IQ", start, size)
    sectors = max(1, -(-len(directory) // 512))
    directory = directory.ljust(sectors * 512, b"\x00")
    # sector 0: FAT; 1: mini FAT; 2: mini stream; 3…: directory
    chain = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *range(4, 3 + sectors), 0xFFFFFFFE]
    fat = b"".join(struct.pack("<I", n) for n in chain).ljust(512, b"\xff")
    mini = struct.pack("<I", 0xFFFFFFFE).ljust(512, b"\xff")
    head = SIGNATURE + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 3, 0, 4096, 1, 1, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return head + fat + mini + content.ljust(512, b"\x00") + directory


def told(passport: Passport) -> list[str]:
    return [note.rule for note in passport.notes]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (GOOD, "xlsx"),
        (xls({"Nhiệm vụ": [header(), task()]}), "xls"),
        (ods({"Nhiệm vụ": [header(), task()]}), "ods"),
        (csv_text([header(), task()]).encode(), "csv"),
        (csv_text([header(), task()]).encode("utf-16"), "csv"),
    ],
)
def test_the_bytes_say_what_a_workbook_is_not_its_name(data, kind, tmp_path):
    passport = judged(data, tmp_path, "ten-gi-cung-duoc.xlsx")
    assert (passport.format, passport.notes) == (kind, ())


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "rỗng"),
        (b"%PDF-1.7\n" + b"x" * 100, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "JPEG"),
        (b"<html><body><table><tr><td>x</td></tr></table></body></html>", "HTML"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "HTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML 2003"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/>', "XML 2003"),
        (
            b'<?xml version="1.0"?><office:document xmlns:table="urn:oasis:names:tc:opendocument:x"><table:table/>',
            "phẳng",
        ),
        (b'<html xmlns:x="urn:schemas-microsoft-com:office:spreadsheet"><table><tr><td>1', "HTML"),
        (b'ID;PSCALC3\nC;X1;Y1;K"STT"\n', "SYLK"),
        (b"Rar!\x1a\x07\x00" + b"\x01" * 50, "RAR"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"\x00" * 4096, "byte trống"),
        (bytes(range(256)) * 4, "nhị phân"),
        ("Kính gửi Văn phòng, gửi sau ạ.\n".encode(), "văn bản thuần"),
        (ole_file("WordDocument"), "Word"),
        (ole_file("__properties_version1.0"), "Outlook"),
        (GOOD[: len(GOOD) // 2], "cắt cụt"),
        (GOOD[:-40], "cắt cụt"),
        (xls({"Nhiệm vụ": [header(), *[task()] * 80]})[:6000], "cắt cụt"),
    ],
)
def test_what_is_no_workbook_is_named_for_what_it_is(data, word, tmp_path):
    passport = judged(data, tmp_path)
    assert told(passport) == ["F101"]
    assert word in passport.notes[0].args["what"]


def test_a_plain_text_that_says_csv_is_taken_as_csv(tmp_path):
    assert judged("Mã nhiệm vụ\nNV-1\n".encode(), tmp_path, "bang.CSV").format == "csv"


def test_word_powerpoint_and_plain_zip_packages_are_no_workbooks(tmp_path):
    types = b'<Types><Override PartName="/a" ContentType="application/vnd.%s.main+xml"/></Types>'
    for kind, word in (("wordprocessingml.document", "Word"), ("presentationml.presentation", "PowerPoint")):
        other = types % f"openxmlformats-officedocument.{kind}".encode()
        data = repacked(GOOD, lambda name, part, other=other: other if name == "[Content_Types].xml" else part)
        assert word in judged(data, tmp_path).notes[0].args["what"]
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bao cao.xlsx", GOOD)
    assert "zip" in inspect(path, Intake()).notes[0].args["what"]


def test_passwords_are_F102_in_every_format(tmp_path):
    assert told(judged(ole_file("EncryptionInfo", "EncryptedPackage"), tmp_path)) == ["F102"]
    book = ole_file("Workbook", content=struct.pack("<HH", 0x0809, 16) + b"\x00" * 16 + struct.pack("<HH", 0x2F, 6))
    assert told(judged(book, tmp_path)) == ["F102"]
    manifest = b'<manifest:manifest><manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'
    locked = repacked(ods({"a": [["x"]]}), lambda name, part: manifest if name == "META-INF/manifest.xml" else part)
    assert told(judged(locked, tmp_path)) == ["F102"]


def test_limits_are_F103_and_say_the_limit(tmp_path):
    for limits in ({"max_file_mb": 0.001}, {"max_inflated_mb": 0.001}):
        passport = judged(GOOD, tmp_path, **limits)
        assert told(passport) == ["F103"]
        assert "0.001" in passport.notes[0].args["what"]
    many = xlsx({f"Trang {n}": [["x"]] for n in range(12)})
    assert told(judged(many, tmp_path, max_sheets=10)) == ["F103"]


def test_a_zip_bomb_is_stopped_while_it_inflates(tmp_path):
    bomb = repacked(GOOD, **{"xl/media/image1.bin": b"\x00" * (60 * 1024 * 1024)})
    assert len(bomb) < 200_000
    assert told(judged(bomb, tmp_path)) == ["F103"]


def test_a_directory_that_contradicts_itself_is_refused(tmp_path):
    collide = repacked(GOOD, **{"xl/Worksheets/SHEET1.xml": b"<worksheet/>"})
    assert "trùng tên" in judged(collide, tmp_path).notes[0].args["what"]
    at = GOOD.index(b"PK\x03\x04", 30) + 60
    spoiled = GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :]
    assert told(judged(spoiled, tmp_path)) == ["F101"]


def test_two_parts_that_share_their_bytes_are_refused(tmp_path):
    first = zipfile.ZipFile(io.BytesIO(GOOD)).infolist()[1]
    offset = struct.pack("<I", first.header_offset)
    at = GOOD.rindex(b"PK\x01\x02")
    overlapping = GOOD[: at + 42] + offset + GOOD[at + 46 :]
    assert told(judged(overlapping, tmp_path)) == ["F101"]


def test_a_DTD_in_a_part_is_refused_wherever_it_stands(tmp_path):
    pad = b"<!--" + b"x" * 100_000 + b"-->"
    data = repacked(
        GOOD,
        lambda name, part: (
            part.replace(b"<sst", pad + b"<!DOCTYPE sst [<!ENTITY a 'b'>]><sst", 1)
            if name.endswith("sharedStrings.xml")
            else part
        ),
    )
    assert "DTD" in judged(data, tmp_path).notes[0].args["what"]


def test_macros_links_objects_and_connections_are_a_warning_and_the_file_is_read(tmp_path):
    data = repacked(
        GOOD,
        **{
            "xl/vbaProject.bin": b"x",
            "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
            "xl/embeddings/oleObject1.bin": b"x",
            "xl/connections.xml": b"<connections/>",
        },
    )
    passport = judged(data, tmp_path)
    assert passport.format == "xlsx"
    assert told(passport) == ["F104"]
    for word in ("macro", "liên kết", "nhúng", "kết nối"):
        assert word in passport.notes[0].args["what"]


def test_a_chart_of_an_opendocument_is_no_embedded_object(tmp_path):
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="application/vnd.oasis.opendocument.{}"/>'
    entries = entry.format("Object 1/", "chart") + entry.format("Object 2/", "text")

    def manifest(name, part):
        more = f"{entries}</manifest:manifest>".encode()
        return part.replace(b"</manifest:manifest>", more) if name == "META-INF/manifest.xml" else part

    book = ods({"Nhiệm vụ": [header(), task()]})
    chart = repacked(book, manifest, **{"Object 1/content.xml": b"<x/>", "ObjectReplacements/Object 1": b"x"})
    assert told(judged(chart, tmp_path)) == []
    assert told(judged(repacked(chart, **{"Object 2/content.xml": b"<x/>"}), tmp_path)) == ["F104"]


@pytest.mark.parametrize("end", [b"\x1a", b"\x00" * 9, b"\r\n\x1a\x00\x00"])
def test_a_csv_may_end_as_old_programs_end_a_text(tmp_path, end):
    reading = read_bytes(csv_text([header(), task()]).encode() + end, tmp_path, CSV_NAME)
    assert reading.tasks is not None and len(reading.tasks.rows) == 1


def test_row_1_filled_to_XFD_a_far_stray_cell_and_many_styled_empty_rows_pass(tmp_path):
    wide = xlsx({"Nhiệm vụ": [["x"] * 16_384, header(), task()]})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    styled = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(10, 200_000)) + b"</sheetData>"
    stray = repacked(GOOD, in_sheet(b"</sheetData>", far))
    empty = repacked(GOOD, in_sheet(b"</sheetData>", styled))
    for data in (wide, stray, empty):
        assert judged(data, tmp_path).format == "xlsx"


def test_an_ole_chain_that_loops_is_found_not_followed():
    data = bytearray(ole_file("Workbook"))
    data[512 + 12 : 512 + 16] = struct.pack("<I", 3)  # the directory's sector follows itself
    with pytest.raises(OleError):
        Ole(bytes(data))


def strict(name: str, part: bytes) -> bytes:
    """The same package in the stricter of the two standards."""
    for transitional, other in (
        (b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"schemas.openxmlformats.org/officeDocument/2006/", b"purl.oclc.org/ooxml/officeDocument/"),
    ):  # fmt: skip
        part = part.replace(b"http://" + transitional, b"http://" + other)
    return part


def as_google_writes(name: str, part: bytes) -> bytes:
    """No extent, no counts, parts named from the root."""
    if name.endswith(".rels"):
        return part.replace(b'Target="worksheets', b'Target="/xl/worksheets').replace(b'Target="s', b'Target="/xl/s')
    return re.sub(rb'<dimension[^>]*/>| spans="[^"]*"| (?:uniqueC|c)ount="\d+"', b"", part) if "/s" in name else part


def only_reserved_for_writing(name: str, part: bytes) -> bytes:
    told = b'<fileSharing readOnlyRecommended="1" userName="x" reservationPassword="CC1A"/><workbookPr'
    return part.replace(b"<workbookPr", told) if name == "xl/workbook.xml" else part


HONEST = {
    "strict": repacked(GOOD, strict),
    "Google": repacked(GOOD, as_google_writes),
    "UTF-16 inside": repacked(
        GOOD, lambda name, part: part.decode().replace("UTF-8", "UTF-16").encode("utf-16") if "sheet1" in name else part
    ),
    "reserved for writing": repacked(GOOD, only_reserved_for_writing),
    "protected sheet": xlsx({"Nhiệm vụ": [header(), task()]}, lambda book, sheet: sheet.protect("abc")),
    "protected .xls": xls({"Nhiệm vụ": [header(), task()]}, lambda book, sheet: setattr(sheet, "protect", True)),
    "bytes behind": GOOD + b"\r\n",
    "UTF-16 text under .xls": csv_text([header(), task()], "\t").encode("utf-16"),
    "tabs under .xls": csv_text([header(), task()], "\t").encode(),
}


@pytest.mark.parametrize("kind", HONEST)
def test_odd_but_honest_files_are_read(kind, tmp_path):
    reading = read_bytes(HONEST[kind], tmp_path, "bao-cao.xls")
    assert reading.tasks is not None and len(reading.tasks.rows) == 1
    assert reading.tasks.values["task_code"] == ("NV-2025-00001",)
