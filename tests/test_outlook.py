"""Outlook's own ways: a .msg dropped into inbox, a winmail.dat in a mail; and broken or wicked ones."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import drop, make_config, make_mail, make_workspace, make_xlsx, make_zip
from outlook_factory import attachment, compound, embedded, message, text, winmail

from nvbatch.intake.documents import documents
from nvbatch.intake.kinds import Kind, kind_of
from nvbatch.intake.outlook import outlook_envelope
from nvbatch.intake.unpack import Unpacked, unpack
from nvbatch.stages.collect import collect, receipts

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIMITS = make_config().intake
XLSX = make_xlsx()
LARGE = make_xlsx("x" * 3) + bytes(9000)
NAME = "Báo cáo Sở Nội vụ.xlsx"


def opened(data: bytes, name: str = "thu.msg") -> Unpacked:
    return unpack(data, name, LIMITS)


def test_a_msg_tells_sender_delivery_time_and_subject() -> None:
    found = outlook_envelope(compound(message(attachment(NAME, XLSX))), ZONE)
    assert found.sender == "lan@snv.example.vn"
    assert found.received_at == datetime(2025, 3, 27, 6, 40, tzinfo=UTC)
    assert found.subject == "Báo cáo tuần" and not found.defects and not found.automatic


def test_the_files_in_a_msg_come_in_order_small_and_large() -> None:
    found = opened(compound(message(attachment(NAME, XLSX), attachment("b.xlsx", LARGE), attachment("c.pdf", b"%PDF"))))
    assert [(m.name, m.data) for m in found.members] == [(NAME, XLSX), ("b.xlsx", LARGE)]
    assert found.ignored == ("c.pdf",)


def test_a_message_within_the_message_and_a_zip_are_opened() -> None:
    inner = message(attachment("trong.xlsx", XLSX), header=24)
    found = opened(compound(message(embedded(inner), attachment("goi.zip", make_zip({"d.xlsx": LARGE})))))
    assert [m.name for m in found.members] == ["trong.xlsx", "d.xlsx"]


def test_a_msg_attached_to_a_mail_is_opened() -> None:
    mail = make_mail([("thu cu.msg", compound(message(attachment(NAME, XLSX))))])
    assert [m.name for m in opened(mail, "thu.eml").members] == [NAME]


def test_a_message_that_never_left_exchange_names_its_sender_by_address() -> None:
    plain = compound(message(headers="", t5D02001F=text("Lan@SNV.example.vn")))
    assert outlook_envelope(plain, ZONE).sender == "Lan@snv.example.vn"
    smtp = compound(message(headers="", t0065001F=text("lan@x.vn"), t0064001F=text("SMTP")))
    assert outlook_envelope(smtp, ZONE).sender == "lan@x.vn"
    exchange = compound(message(headers="", t0065001F=text("/O=TINH/CN=LAN"), t0064001F=text("EX")))
    assert outlook_envelope(exchange, ZONE).sender == ""


def test_two_from_lines_in_a_msg_give_nobody() -> None:
    assert outlook_envelope(compound(message(headers="From: a@x.vn\r\nFrom: b@x.vn\r\n")), ZONE).sender == ""


def test_a_msg_without_a_workbook_says_so() -> None:
    found = opened(compound(message(attachment("anh.png", b"\x89PNG", "image/png"))))
    assert (found.fault, found.what) == ("F101", "thư không kèm tệp Excel (chỉ có: anh.png)")


def test_a_dropped_msg_is_received_at_its_delivery_time(tmp_path: Path) -> None:
    workspace, config = make_workspace(tmp_path), make_config()
    drop(workspace, "thu.msg", compound(message(attachment(NAME, XLSX))))
    collect(workspace, config, datetime(2025, 3, 28, tzinfo=UTC))
    (receipt,) = receipts(workspace, config)
    assert receipt.received_at.isoformat() == "2025-03-27T13:40:00+07:00" and receipt.time_known
    (document,) = documents(workspace, config, [receipt])
    assert (document.name, document.container_sha256) == (NAME, receipt.sha256)


def test_a_draft_without_delivery_time_counts_from_its_collection(tmp_path: Path) -> None:
    workspace, config = make_workspace(tmp_path), make_config()
    drop(workspace, "thu.msg", compound(message(delivered=None)))
    collect(workspace, config, datetime(2025, 3, 28, tzinfo=UTC))
    assert not receipts(workspace, config)[0].time_known


@pytest.mark.parametrize(
    "data", [b"", b"khong phai thu", compound({"Workbook": b"x"}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_only_called_msg_is_refused_in_words(data: bytes) -> None:
    assert opened(data).fault == "F101" or kind_of(data, "thu.msg") is Kind.WORKBOOK
    assert outlook_envelope(data, ZONE).sender == ""


def test_a_tree_that_goes_round_in_a_circle_ends() -> None:
    data = bytearray(compound(message(attachment(NAME, XLSX))))
    (start,) = struct.unpack_from("<I", data, 48)
    root = (start + 1) * 512
    for entry in range(root, root + 512, 128):
        struct.pack_into("<III", data, entry + 68, 1, 1, 1)
    assert opened(bytes(data)).fault in ("F101", "F103")


def test_attachments_that_share_their_bytes_do_not_multiply_them() -> None:
    data = bytearray(compound(message(*[attachment(f"{n}.xlsx", bytes(5000)) for n in range(40)])))
    (directory,) = struct.unpack_from("<I", data, 48)
    at = (directory + 1) * 512
    while at + 128 <= len(data):
        size, kind = struct.unpack_from("<I", data, at + 120)[0], data[at + 66]
        if kind == 2 and size == 5000:
            struct.pack_into("<II", data, at + 116, 0, len(data) - 1024)
        at += 128
    assert opened(bytes(data)).fault == "F101"


@given(place=st.integers(0, 12_000), byte=st.integers(0, 255), cut=st.integers(0, 12_000))
def test_a_damaged_msg_never_fails(place: int, byte: int, cut: int) -> None:
    data = bytearray(compound(message(attachment(NAME, LARGE), embedded(message(header=24)))))
    data[place % len(data)] = byte
    for each in (bytes(data), bytes(data[:cut])):
        opened(each)
        outlook_envelope(each, ZONE)


# --- winmail.dat --------------------------------------------------------------------------------


@pytest.mark.parametrize("long_names", [True, False])
def test_what_outlook_hides_in_winmail_dat_is_found(long_names: bool) -> None:
    name = NAME if long_names else "BAOCAO.xlsx"
    hidden = winmail((name, XLSX), ("b.xlsx", LARGE), long_names=long_names)
    found = opened(make_mail([("winmail.dat", hidden)]), "thu.eml")
    assert [(m.name, m.data) for m in found.members] == [(name, XLSX), ("b.xlsx", LARGE)]


def test_a_winmail_dat_in_a_winmail_dat_ends_somewhere() -> None:
    hidden = winmail((NAME, XLSX))
    for _ in range(30):
        hidden = winmail(("winmail.dat", hidden))
    assert opened(make_mail([("winmail.dat", hidden)]), "thu.eml").fault == "F101"


@given(place=st.integers(0, 400), byte=st.integers(0, 255), cut=st.integers(0, 500))
def test_a_damaged_winmail_dat_never_fails(place: int, byte: int, cut: int) -> None:
    data = bytearray(winmail((NAME, XLSX)))
    data[place % len(data)] = byte
    for each in (bytes(data), bytes(data[:cut])):
        opened(make_mail([("winmail.dat", each)]), "thu.eml")
