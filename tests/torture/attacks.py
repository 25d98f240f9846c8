"""One function a kind of hostile or odd file: name, bytes and the codes that must be told, all made from nothing.

``codes``: rules of which one at least must be found. ``good``: the file is odd but honest, and its rows are merged.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mail_factory import make_zip
from tests.sheet_factory import csv_text, header, in_sheet, ods, repacked, task, xls, xlsx
from tests.torture.town import mail

CANARY = "CHIM-HOANG-YEN"  # what must never be seen in anything that we hand out
REFUSED = ("F101", "F103")
SHEETS = b"</sheetData>"


@dataclass(frozen=True, slots=True)
class Attack:
    """A file and what must become of it."""

    name: str
    data: bytes
    codes: tuple[str, ...]
    good: bool = False


Maker = Callable[[bytes], Attack]


def attacks(workbook: bytes) -> Iterator[tuple[str, Attack]]:
    """Every kind, made from a good workbook of an agency: (kind, attack)."""
    for kind, make in KINDS.items():
        yield kind, make(workbook)


# --- the zip directory ----------------------------------------------------------------------------


def twice_the_same_name(book: bytes) -> Attack:
    stream = io.BytesIO(book)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as again, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    return Attack("trung-ten.xlsx", stream.getvalue(), ("F101",))


def names_that_differ_in_case(book: bytes) -> Attack:
    return Attack("khac-hoa-thuong.xlsx", repacked(book, **{"xl/Worksheets/SHEET1.xml": b"<worksheet/>"}), ("F101",))


def overlapping_members(book: bytes) -> Attack:
    first = zipfile.ZipFile(io.BytesIO(book)).infolist()[1]
    at = book.rindex(b"PK\x01\x02")
    offset = struct.pack("<I", first.header_offset)
    return Attack("chong-lap.xlsx", book[: at + 42] + offset + book[at + 46 :], ("F101",))


def wrong_checksum(book: bytes) -> Attack:
    at = book.index(b"PK\x01\x02") + 16
    return Attack("sai-crc.xlsx", book[:at] + b"\x00\x00\x00\x00" + book[at + 4 :], ("F101",))


def lying_size(book: bytes) -> Attack:
    at = book.index(b"PK\x01\x02") + 24
    return Attack("sai-kich-thuoc.xlsx", book[:at] + struct.pack("<I", 7) + book[at + 4 :], ("F101", "F103"))


def bomb(book: bytes) -> Attack:
    return Attack("bom.xlsx", repacked(book, **{"xl/media/image1.bin": bytes(300 << 20)}), ("F103",))


def nested_bomb(_: bytes) -> Attack:
    inner = make_zip({"a.xlsx": bytes(150 << 20)})
    return Attack("bom-long.zip", make_zip({f"{n}.zip": inner for n in range(6)}), REFUSED)


def encrypted_member(book: bytes) -> Attack:
    data = bytearray(book)
    at = data.index(b"PK\x01\x02") + 8
    data[at] |= 1
    return Attack("mat-khau.xlsx", bytes(data), ("F102",))


def odd_method(book: bytes) -> Attack:
    data = bytearray(book)
    at = data.index(b"PK\x01\x02") + 10
    data[at : at + 2] = struct.pack("<H", 14)
    return Attack("nen-la.xlsx", bytes(data), ("F101",))


def ten_thousand_members(book: bytes) -> Attack:
    return Attack("nhieu-phan.xlsx", repacked(book, **{f"xl/x{n}.xml": b"" for n in range(12_000)}), ("F103",))


def cut_short(book: bytes) -> Attack:
    return Attack("cut.xlsx", book[: len(book) // 2], ("F101",))


# --- the sheet ------------------------------------------------------------------------------------


def two_far_cells(_: bytes) -> Attack:
    data = xls({"Nhiệm vụ": [["x"]]}, lambda book, sheet: sheet.write(65_535, 255, "y"))
    return Attack("hai-o-xa.xls", data, ("F103", "F101", "S204"))


def a1_and_xfd1048576(_: bytes) -> Attack:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    small = xlsx({"Trang": [["x"]]})
    return Attack("A1-XFD1048576.xlsx", repacked(small, in_sheet(SHEETS, far + SHEETS)), ("S204", "F103", "F106"))


def string_count(book: bytes) -> Attack:
    def lie(name: str, part: bytes) -> bytes:
        if not name.endswith("sharedStrings.xml"):
            return part
        part = part.replace(b' count="', b' count="4294967295" x="')
        return part.replace(b' uniqueCount="', b' uniqueCount="4294967295" y="')

    return Attack("dem-chuoi.xlsx", repacked(book, lie), (), good=True)


def negative_string_index(book: bytes) -> Attack:
    return Attack("chi-so-am.xlsx", repacked(book, _last_string(b"-5")), ("S212",))


def string_index_beyond_the_table(book: bytes) -> Attack:
    return Attack("chi-so-lon.xlsx", repacked(book, _last_string(b"99999999")), ("S212",))


def _last_string(index: bytes) -> Callable[[str, bytes], bytes]:
    """The narrative of the first task points nowhere."""

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        at = part.index(b'<c r="M2"')
        start = part.index(b"<v>", at) + 3
        return part[:start] + index + part[part.index(b"</v>", start) :]

    return change


def same_cell_twice(book: bytes) -> Attack:
    again = b'<c r="N2"><v>99</v></c><c r="N2"'
    return Attack("o-lap.xlsx", repacked(book, in_sheet(b'<c r="N2"', again)), ("S212",))


def rows_out_of_order(book: bytes) -> Attack:
    def swap(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        first, last = part.index(b'<row r="3"'), part.index(b'<row r="4"')
        end = part.index(SHEETS)
        return part[:first] + part[last:end] + part[first:last] + part[end:]

    return Attack("dong-lon-xon.xlsx", repacked(book, swap), (), good=True)


def too_small_dimension(book: bytes) -> Attack:
    def shrink(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        at = part.index(b"<dimension")
        return part[:at] + b'<dimension ref="A1:B2"/>' + part[part.index(b"/>", at) + 2 :]

    return Attack("dimension-nho.xlsx", repacked(book, shrink), (), good=True)


def row_1_to_xfd(book: bytes) -> Attack:
    def fill(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        cells = b"".join(b'<c r="%s1" t="inlineStr"><is><t>x</t></is></c>' % _letters(n) for n in range(60, 16_384))
        at = part.index(b"</row>")
        return part[:at] + cells + part[at:]

    return Attack("dong-1-den-XFD.xlsx", repacked(book, fill), (), good=True)


def stray_last_cell(book: bytes) -> Attack:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return Attack("o-lac.xlsx", repacked(book, in_sheet(SHEETS, far + SHEETS)), (), good=True)


def million_styled_rows(book: bytes) -> Attack:
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(10, 1_000_000))
    return Attack("trieu-dong.xlsx", repacked(book, in_sheet(SHEETS, rows + SHEETS)), (), good=True)


def too_many_rows(_: bytes) -> Attack:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(10, 60_000))
    book = xlsx({"Nhiệm vụ": [header(), task()]})
    return Attack("qua-nhieu-dong.xlsx", repacked(book, in_sheet(SHEETS, rows + SHEETS)), ("F103",))


def error_cells(book: bytes) -> Attack:
    return Attack("o-loi.xlsx", repacked(book, _cell(b"N2", b'<c r="N2" t="e"><v>#REF!</v></c>')), ("S212",))


def formula_without_value(book: bytes) -> Attack:
    return Attack("cong-thuc.xlsx", repacked(book, _cell(b"N2", b'<c r="N2"><f>1+1</f></c>')), ("S212",))


def impossible_date(book: bytes) -> Attack:
    return Attack("ngay-sai.xlsx", repacked(book, _cell(b"L2", b'<c r="L2"><v>-7e300</v></c>')), ("C402", "S212"))


def week_at_the_end_of_time(book: bytes) -> Attack:
    return Attack("tuan-cuoi-9999.xlsx", repacked(book, _strings(b"2025-W11", b"9999-W52")), (), good=True)


def not_finite(book: bytes) -> Attack:
    return Attack("vo-han.xlsx", repacked(book, _cell(b"N2", b'<c r="N2"><v>1e999</v></c>')), ("S212", "C404"))


def _cell(place: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        at = part.index(b'<c r="' + place + b'"')
        close, short = part.find(b"</c>", at), part.find(b"/>", at)
        end = short + 2 if 0 <= short < part.index(b">", at) + 1 else close + 4
        return part[:at] + new + part[end:]

    return change


def _letters(column: int) -> bytes:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text.encode()


# --- what would act -------------------------------------------------------------------------------


def macros(book: bytes) -> Attack:
    data = repacked(book, **{"xl/vbaProject.bin": f'Sub Auto_Open() Shell "{CANARY}"'.encode()})
    return Attack("macro.xlsm", data, ("F104",), good=True)


def links_objects_and_queries(book: bytes) -> Attack:
    target = f'<Relationships><Relationship Target="http://{CANARY.lower()}.example/x" TargetMode="External"/>'.encode()
    parts = {
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": target + b"</Relationships>",
        "xl/embeddings/oleObject1.bin": CANARY.encode(),
        "xl/activeX/activeX1.bin": CANARY.encode(),
        "xl/connections.xml": b"<connections/>",
        "xl/queryTables/queryTable1.xml": b"<queryTable/>",
    }
    return Attack("lien-ket.xlsx", repacked(book, **parts), ("F104",), good=True)


def entities(book: bytes) -> Attack:
    dtd = b'<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "' + b"x" * 500 + b'">]><sst'
    return Attack("thuc-the.xlsx", repacked(book, _strings(b"<sst", dtd)), ("F101",))


def entities_in_utf_16(book: bytes) -> Attack:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")
    return Attack("thuc-the-16.xlsx", repacked(book, **{"docProps/them.xml": text}), ("F101",))


def entities_in_ods(_: bytes) -> Attack:
    def hide(name: str, part: bytes) -> bytes:
        return part.replace(b"<office:document-content", b'<!DOCTYPE a [<!ENTITY b "c">]><office:document-content', 1)

    return Attack("thuc-the.ods", repacked(ods({"Nhiệm vụ": [header(), task()]}), hide), ("F101",))


def _strings(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, part: part.replace(old, new, 1) if name.endswith("sharedStrings.xml") else part


def dde_in_csv(_: bytes) -> Attack:
    evil = f"=cmd|'/C calc {CANARY}'!A0"
    return Attack("dde.csv", csv_text([header(), task(note=evil)]).encode(), ("C411", "A303", "S201"))


def ole_chain_that_loops(_: bytes) -> Attack:
    data = bytearray(xls({"Nhiệm vụ": [header(), *[task()] * 20]}))
    (fat,) = struct.unpack_from("<I", data, 76)
    at = (fat + 1) * 512
    for number in range(20):
        data[at + 4 * number : at + 4 * number + 4] = struct.pack("<I", number)  # every sector follows itself
    return Attack("vong.xls", bytes(data), REFUSED)


def page_that_says_xls(_: bytes) -> Attack:
    return Attack("trang-web.xls", f"<html><script>{CANARY}</script><table><tr><td>1".encode(), ("F101",))


def program_that_says_xlsx(_: bytes) -> Attack:
    return Attack("chuong-trinh.xlsx", b"MZ" + CANARY.encode() * 100, ("F101",))


# --- mails ----------------------------------------------------------------------------------------


def twenty_thousand_parts(_: bytes) -> Attack:
    body = b"".join(b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n" for _ in range(20_000)) + b"--x--\r\n"
    return Attack("nhieu-phan.eml", _HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + body, ("F103",))


def depth_of_three_thousand(_: bytes) -> Attack:
    heads = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    return Attack("sau.eml", _HEAD + heads, ("F103",))


def two_senders(book: bytes) -> Attack:
    data = b"From: ai-do@noi-khac.example\r\n" + mail("cq01@tinhmau.example", book)
    return Attack("hai-nguoi-gui.eml", data, ("A301", "A304"))


def sender_read_in_two_ways(book: bytes) -> Attack:
    data = mail("x@y.example", book)
    line = b"From: <cq01@tinhmau.example>ke-gian@noi-khac.example"
    return Attack("nguoi-gui-mo-ho.eml", data.replace(b"From: x@y.example", line), ("A301", "A304"))


def unknown_sender(book: bytes) -> Attack:
    return Attack("nguoi-la.eml", mail("ai-do@noi-khac.example", book), ("A301",))


def names_that_are_paths(book: bytes) -> Attack:
    names = ("../../../thoat.xlsx", "C:\\Windows\\x.xlsx", "CON.xlsx", "a\u202excod.xlsx", "a\r\nBcc: x.xlsx")
    more = [(name.replace("\r\n", " "), book) for name in names]
    return Attack("ten-doc.eml", mail("ai-do@noi-khac.example", book, more=more), ("A301",))


def name_with_a_nul(book: bytes) -> Attack:
    data = mail("ai-do@noi-khac.example", book, name="an-toan.xlsx")
    return Attack("ten-nul.eml", data.replace(b"an-toan", b"an\x00toan"), ("A301", "A304"))


def garbage_in_base64(book: bytes) -> Attack:
    data = mail("cq01@tinhmau.example", book)
    return Attack("base64.eml", data.replace(b"UEsDB", b"UE*!sDB", 1), ("A304", "F101"))


def subject_that_takes_hours(book: bytes) -> Attack:
    word = b"Subject: =?punycode?q?a-" + b"9" * 900_000 + b"?=\r\n"
    return Attack("tieu-de-punycode.eml", word + _without_subject(book), ("A301",))


def subject_of_a_hundred_thousand_words(book: bytes) -> Attack:
    words = b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\r\n"
    return Attack("tieu-de-nhieu-tu.eml", words + _without_subject(book), ("A301",))


def comments_in_comments(book: bytes) -> Attack:
    line = b"From: " + b"(" * 1_900
    return Attack("ngoac-long.eml", mail("x@y.example", book).replace(b"From: x@y.example", line), ("A301", "A304"))


def hundred_thousand_headers(book: bytes) -> Attack:
    more = b"".join(b"X-%d: y\r\n" % n for n in range(100_000))
    return Attack("nhieu-tieu-de.eml", more + mail("ai-do@noi-khac.example", book), ("F101", "F103"))


def parameters_without_end(book: bytes) -> Attack:
    data = mail("ai-do@noi-khac.example", book)
    return Attack("tham-so.eml", data.replace(b"multipart/mixed;", b"multipart/mixed" + b";" * 900_000, 1), ("F103",))


def taken_in_at_the_end_of_time(book: bytes) -> Attack:
    data = mail("ai-do@noi-khac.example", book)
    never = b"Fri, 31 Dec 9999 23:59:59 -2359"
    return Attack("nam-9999.eml", data.replace(b"Wed, 12 Mar 2025 10:00:00 +0700", never), ("A301",))


def _without_subject(book: bytes) -> bytes:
    lines = mail("ai-do@noi-khac.example", book).split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(b"Subject:"))


def bomb_in_a_zip_in_a_mail(_: bytes) -> Attack:
    inner = make_zip({"a.xlsx": bytes(250 << 20)})
    return Attack("bom-trong-thu.eml", mail("cq01@tinhmau.example", inner, name="goi.zip"), REFUSED)


def no_mail_at_all(_: bytes) -> Attack:
    return Attack("khong-phai-thu.eml", bytes(range(256)) * 40, ("F101", "F103"))


def broken_outlook(_: bytes) -> Attack:
    return Attack("hong.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8, ("F101",))


_HEAD = (
    b"Received: from a by b; Wed, 12 Mar 2025 10:00:00 +0700\r\nFrom: cq01@tinhmau.example\r\nTo: a@b.example\r\n"
    b"Date: Wed, 12 Mar 2025 10:00:00 +0700\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
)

KINDS: dict[str, Maker] = {
    make.__name__: make
    for make in (
        twice_the_same_name, names_that_differ_in_case, overlapping_members, wrong_checksum, lying_size, bomb,
        nested_bomb, encrypted_member, odd_method, ten_thousand_members, cut_short, two_far_cells, a1_and_xfd1048576,
        string_count, negative_string_index, string_index_beyond_the_table, same_cell_twice, rows_out_of_order,
        too_small_dimension, row_1_to_xfd, stray_last_cell, million_styled_rows, too_many_rows, error_cells,
        formula_without_value, impossible_date, not_finite, macros, links_objects_and_queries, entities,
        entities_in_utf_16, entities_in_ods, dde_in_csv, ole_chain_that_loops, page_that_says_xls,
        program_that_says_xlsx, twenty_thousand_parts, depth_of_three_thousand, two_senders, sender_read_in_two_ways,
        unknown_sender, names_that_are_paths, name_with_a_nul, garbage_in_base64, bomb_in_a_zip_in_a_mail,
        no_mail_at_all, broken_outlook, week_at_the_end_of_time, subject_that_takes_hours,
        subject_of_a_hundred_thousand_words, comments_in_comments, hundred_thousand_headers, parameters_without_end,
        taken_in_at_the_end_of_time,
    )
}  # fmt: skip
HEAVY = ("bomb", "nested_bomb", "ten_thousand_members", "two_far_cells", "row_1_to_xfd", "million_styled_rows",
         "too_many_rows", "bomb_in_a_zip_in_a_mail", "depth_of_three_thousand")  # fmt: skip
