"""Zips: names in every old spelling, sizes watched while inflating, each fault under its code."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import drop, make_config, make_mail, make_workspace, make_xlsx, make_zip

from nvbatch.intake.documents import documents
from nvbatch.intake.kinds import Kind, kind_of
from nvbatch.intake.unpack import Unpacked, shown_name, unpack
from nvbatch.stages.collect import collect, receipts

LIMITS = make_config().intake
XLSX = make_xlsx()
NAME = "Báo cáo Sở Nội vụ.xlsx"


def opened(data: bytes, name: str = "goi.zip", **limits: object) -> Unpacked:
    return unpack(data, name, make_config(**limits).intake if limits else LIMITS)


def raw_named(raw: bytes, *, flag: int = 0, extra: bytes = b"") -> bytes:
    """A stored zip of one member whose name is exactly these bytes."""
    crc, size = zlib.crc32(XLSX), len(XLSX)
    common = struct.pack("<HHHHHIIIHH", 20, flag, 0, 0, 0x5A7B, crc, size, size, len(raw), len(extra))
    local = b"PK\x03\x04" + common + raw + extra + XLSX
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw + extra
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def locked() -> bytes:
    """A zip whose member bears the mark of a password."""
    data = bytearray(raw_named(b"a.xlsx"))
    for start in (data.find(b"PK\x03\x04") + 6, data.rfind(b"PK\x01\x02") + 8):
        data[start] |= 1
    return bytes(data)


def test_the_workbooks_come_in_order_and_folders_do_not_count() -> None:
    found = opened(make_zip({"Sở Nội vụ/": b"", f"Sở Nội vụ/{NAME}": XLSX, "b.ods": make_xlsx("B")}))
    assert [m.name for m in found.members] == [NAME, "b.ods"]
    assert found.members[0].data == XLSX


def test_what_macs_windows_and_open_workbooks_leave_is_passed_by() -> None:
    litter = {"__MACOSX/._a.xlsx": b"x", "~$a.xlsx": b"x", "._a.xlsx": b"x", ".DS_Store": b"x", "ghi chu.txt": b"x"}
    assert [m.name for m in opened(make_zip({**litter, "a.xlsx": XLSX})).members] == ["a.xlsx"]


@pytest.mark.parametrize(
    "data",
    [
        raw_named(NAME.encode(), flag=0x800),
        raw_named(NAME.encode()),
        raw_named(
            b"Bao cao.xlsx",
            extra=struct.pack("<HHBI", 0x7075, 5 + len(NAME.encode()), 1, zlib.crc32(b"Bao cao.xlsx")) + NAME.encode(),
        ),
    ],
    ids=["flagged UTF-8", "unflagged UTF-8", "Unicode path field"],
)
def test_a_vietnamese_name_is_read_as_its_writer_meant_it(data: bytes) -> None:
    assert [m.name for m in opened(data).members] == [NAME]


def test_a_name_in_an_old_code_page_is_still_a_name() -> None:
    (member,) = opened(raw_named(b"B\x81o c\x81o.xlsx")).members
    assert member.name.endswith(".xlsx") and member.data == XLSX


@pytest.mark.parametrize("name", ["../../x.xlsx", "/etc/x.xlsx", "C:\\x\\x.xlsx", "a/../../x.xlsx"])
def test_a_members_name_is_never_a_path(name: str) -> None:
    assert [m.name for m in opened(make_zip({name: XLSX})).members] == ["x.xlsx"]


def test_a_zip_in_a_zip_is_opened_and_a_third_one_is_refused() -> None:
    second = make_zip({"b.xlsx": make_xlsx("B")})
    assert [m.name for m in opened(make_zip({"a.xlsx": XLSX, "hai.zip": second})).members] == ["a.xlsx", "b.xlsx"]
    third = opened(make_zip({"a.xlsx": XLSX, "hai.zip": make_zip({"ba.zip": second})}))
    assert [(m.name, m.fault) for m in third.members] == [("a.xlsx", None), ("ba.zip", "F103")]


def test_a_workbook_that_is_called_zip_is_a_workbook() -> None:
    assert kind_of(XLSX, "a.zip") is Kind.WORKBOOK
    found = opened(XLSX, "a.zip")
    assert not found.contained and found.members[0].data == XLSX


def test_a_zip_that_holds_an_ods_is_no_ods_itself() -> None:
    ods = make_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})
    assert kind_of(ods, "a.zip") is Kind.WORKBOOK
    bundle = make_zip({"a.ods": ods})
    assert kind_of(bundle, "goi.zip") is Kind.ZIP
    assert [m.name for m in opened(bundle).members] == ["a.ods"]


def test_a_zip_without_a_workbook_says_so() -> None:
    found = opened(make_zip({"anh.png": b"\x89PNG"}))
    assert (found.fault, found.what) == ("F101", "tệp nén không chứa tệp Excel")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"khong phai zip", make_zip({"a.xlsx": XLSX})[:-30]])
def test_a_broken_zip_is_unreadable(data: bytes) -> None:
    assert opened(data).fault == "F101"


def test_a_member_whose_bytes_are_damaged_makes_the_zip_unreadable() -> None:
    data = bytearray(raw_named(b"a.xlsx"))
    data[60] ^= 0xFF
    assert opened(bytes(data)).fault == "F101"


def test_a_zip_with_a_password_is_named_as_such() -> None:
    assert opened(locked()).fault == "F102"


def test_too_many_members_are_refused() -> None:
    assert opened(make_zip({f"{n}.txt": b"" for n in range(201)})).fault == "F103"


def test_what_inflates_beyond_the_limit_is_refused_whatever_it_claims() -> None:
    bomb = make_zip({"a.xlsx": bytes(5 << 20)})
    assert opened(bomb, max_inflated_mb=1).fault == "F103"
    assert opened(bomb, max_inflate_ratio=2).what == "tỷ lệ nén cao bất thường"
    assert opened(bomb, max_file_mb=4, max_inflate_ratio=9e9).what == "tệp trong tệp nén lớn hơn 4 MB"


def test_the_limit_holds_for_all_members_together() -> None:
    many = make_zip({f"{n}.csv": bytes(range(256)) * 2048 for n in range(4)})  # half a megabyte each
    assert opened(many, max_inflated_mb=1.2).fault is None
    members = opened(many, max_inflated_mb=1.2).members
    assert [m.fault for m in members] == [None, None, "F103"]


@given(data=st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    opened(data)
    opened(b"PK\x03\x04" + data)
    whole = make_zip({"a.csv": b"a;b"})
    opened(whole[:40] + data + whole[40 + len(data) :])


@given(names=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
def test_every_shown_name_is_safe(names: list[str]) -> None:
    for name in names:
        shown = shown_name(name)
        assert len(shown) <= 100 and not set(shown) & set('/\\:*?"<>|\r\n\x00')


def test_a_zip_and_its_members_keep_their_hashes_apart(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    workspace, config = make_workspace(tmp_path), make_config()
    drop(workspace, "goi.zip", make_zip({"a.xlsx": XLSX, "hong.zip": b"PK\x03\x04 broken"}))
    drop(workspace, "khoa.zip", b"PK\x03\x04 broken too")
    collect(workspace, config, datetime(2025, 3, 28, tzinfo=UTC))
    found = documents(workspace, config, receipts(workspace, config))
    assert [(d.name, d.part, d.fault) for d in found] == [
        ("a.xlsx", 0, None),
        ("hong.zip", 1, "F101"),
        ("khoa.zip", 0, "F101"),
    ]
    assert found[0].container_sha256 == found[0].receipt.sha256 != found[0].sha256
    assert found[2].container_sha256 is None


def test_a_mail_with_a_locked_zip_is_told_as_locked() -> None:
    found = unpack(make_mail([("khoa.zip", locked())]), "thu.eml", LIMITS)
    assert [(m.name, m.fault) for m in found.members] == [("khoa.zip", "F102")]


def test_the_factory_makes_zips_that_the_library_accepts() -> None:
    for data in (make_zip({"a.xlsx": XLSX}), raw_named(b"a.xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            assert bundle.testzip() is None
