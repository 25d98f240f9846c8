"""Mails: who sent them, when the server took them, what is attached, and how the hostile ones are held off."""

from __future__ import annotations

import base64
import unicodedata
from datetime import UTC, datetime
from email.header import Header
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import make_config, make_mail, make_xlsx, make_zip

from nvbatch.intake.envelope import Envelope, authentication_failed, decode_words, read_envelope, read_sender
from nvbatch.intake.mime import attachments
from nvbatch.intake.unpack import Unpacked, unpack

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIMITS = make_config().intake
XLSX = make_xlsx()
NAME = "Báo cáo Sở Nội vụ kỳ 2025-W13 (013).xlsx"


def envelope(data: bytes) -> Envelope:
    return read_envelope(data, ZONE)


def opened(data: bytes) -> Unpacked:
    return unpack(data, "thu.eml", LIMITS)


def with_disposition(disposition: str, *, raw: bytes | None = None, kind: str = "application/octet-stream") -> bytes:
    """A mail whose one attachment has exactly this Content-Disposition."""
    lines = [
        b"Received: from a by b; Thu, 27 Mar 2025 13:40:00 +0700",
        b"From: a@x.vn",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="=-r-="',
        b"",
        b"--=-r-=",
        b"Content-Type: text/plain",
        b"",
        b"xin chao",
        b"--=-r-=",
        f"Content-Type: {kind}".encode(),
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: " + (raw or disposition.encode("ascii")),
        b"",
        base64.encodebytes(XLSX).replace(b"\n", b"\r\n"),
        b"--=-r-=--",
        b"",
    ]
    return b"\r\n".join(lines)


# --- the names of attachments -------------------------------------------------------------------


def encoded_word(text: str, how: str) -> str:
    header = Header(text, "utf-8", maxlinelen=60).encode()
    return header if how == "b" else "=?utf-8?q?" + "".join(f"={b:02X}" for b in text.encode()) + "?="


NAME_SPELLINGS = {
    "RFC 2231 in pieces": "attachment;\r\n filename*0*=utf-8''B%C3%A1o%20c%C3%A1o%20S%E1%BB%9F%20N%E1%BB%99i%20;\r\n"
    " filename*1*=v%E1%BB%A5%20k%E1%BB%B3%202025-W13%20%28013%29.xlsx",
    "RFC 2231 decomposed": "attachment; filename*=utf-8''"
    + "".join(f"%{b:02X}" for b in unicodedata.normalize("NFD", NAME).encode()),
    "encoded words inside quotes": f'attachment;\r\n filename="{encoded_word(NAME, "b")}"',
    "encoded words without quotes": f"attachment; filename={encoded_word(NAME, 'q')}",
    "quoted-printable words inside quotes": f'attachment; filename="{encoded_word(NAME, "q")}"',
}


@pytest.mark.parametrize("spelling", NAME_SPELLINGS)
def test_a_vietnamese_name_is_read_in_every_spelling(spelling: str) -> None:
    (member,) = opened(with_disposition(NAME_SPELLINGS[spelling])).members
    assert member.name == NAME and member.data == XLSX


def test_a_name_in_raw_utf8_is_read_too() -> None:
    (member,) = opened(with_disposition("", raw=f'attachment; filename="{NAME}"'.encode())).members
    assert member.name == NAME


def test_the_old_name_parameter_of_the_content_type_serves() -> None:
    (member,) = opened(with_disposition("attachment", kind='application/octet-stream; name="BM01_SNV.xlsx"')).members
    assert member.name == "BM01_SNV.xlsx"


@pytest.mark.parametrize("name", ["../../etc/x.xlsx", "C:\\\\temp\\\\x.xlsx", "/x.xlsx", "..\\\\x.xlsx"])
def test_a_name_is_never_a_path(name: str) -> None:
    (member,) = opened(with_disposition(f'attachment; filename="{name}"')).members
    assert member.name == "x.xlsx"


@pytest.mark.parametrize("name", ["x.xlsx%0D%0ABcc: y", "a%00b.xlsx", "a%E2%80%AExslx.exe.xlsx", "CON.xlsx"])
def test_a_wicked_name_comes_out_plain(name: str) -> None:
    (member,) = opened(with_disposition(f"attachment; filename*=utf-8''{name.replace(' ', '%20')}")).members
    assert not set(member.name) & set("\r\n\x00\u202e/\\:") and member.name.partition(".")[0] != "CON"


@given(text=st.text(max_size=200))
def test_decoding_words_never_fails(text: str) -> None:
    assert isinstance(decode_words(text), str)


@given(text=st.text(alphabet="=?utf-8bqBQ_.àếộ ", max_size=60))
def test_decoding_broken_words_never_fails(text: str) -> None:
    assert isinstance(decode_words(text), str)


# --- what is taken out of a mail ----------------------------------------------------------------


def test_all_workbooks_of_a_mail_come_in_order() -> None:
    found = opened(make_mail([("a.xlsx", XLSX), ("b.ods", make_xlsx("B")), ("c.csv", b"a;b\n1;2\n")]))
    assert [m.name for m in found.members] == ["a.xlsx", "b.ods", "c.csv"]
    assert found.contained and not found.fault and not found.defects


def test_a_workbook_under_an_odd_name_is_known_by_its_bytes() -> None:
    (member,) = opened(make_mail([("bao cao.dat", XLSX)])).members
    assert member.name == "bao cao.dat.xlsx" and member.data == XLSX


def test_a_damaged_workbook_under_an_odd_name_is_known_by_the_type_its_mailer_gave() -> None:
    (member,) = opened(make_mail([("bao cao", b"damaged")])).members
    assert member.name == "bao cao.xlsx"


def test_a_workbook_without_a_name_is_known_by_its_type() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    (member,) = opened(with_disposition("attachment", kind=kind)).members
    assert member.name.endswith(".xlsx") and member.data == XLSX


def test_pictures_signatures_and_invitations_are_no_reports() -> None:
    mail = make_mail(
        [("a.xlsx", XLSX), ("logo.png", b"\x89PNG"), ("smime.p7s", b"0\x80"), ("hop.ics", b"BEGIN:VCALENDAR")]
    )
    found = opened(mail)
    assert [m.name for m in found.members] == ["a.xlsx"]
    assert set(found.ignored) == {"logo.png", "smime.p7s", "hop.ics"}


def test_a_mail_with_nothing_usable_says_what_it_brought() -> None:
    found = opened(make_mail([("quyet dinh.pdf", b"%PDF-1.7")]))
    assert (found.fault, found.what) == ("F101", "thư không kèm tệp Excel (chỉ có: quyet dinh.pdf)")


def test_a_forwarded_mail_is_opened() -> None:
    inner = make_mail([("a.xlsx", XLSX)])
    outer = b"\r\n".join(
        (
            b"Received: x; Thu, 27 Mar 2025 13:40:00 +0700",
            b"From: b@x.vn",
            b'Content-Type: multipart/mixed; boundary="=-ngoai-="',
            b"",
            b"--=-ngoai-=",
            b"Content-Type: message/rfc822",
            b"",
            inner,
            b"--=-ngoai-=--",
        )
    )
    (member,) = opened(outer).members
    assert (member.name, member.data) == ("a.xlsx", XLSX)


def test_a_zip_in_a_mail_is_opened_and_a_mail_attached_as_a_file_too() -> None:
    bundle = make_zip({"con/b.xlsx": make_xlsx("B")})
    found = opened(make_mail([("goi.zip", bundle), ("cu.eml", make_mail([("c.xlsx", make_xlsx("C"))]))]))
    assert [m.name for m in found.members] == ["b.xlsx", "c.xlsx"]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "uuencode", "8bit"])
def test_bytes_survive_every_transfer_encoding(encoding: str) -> None:
    import binascii
    import quopri

    text = "cơ quan;số nhiệm vụ\nSNV;12\n".encode()
    uu = b"begin 644 a.csv\n" + b"".join(binascii.b2a_uu(text[i : i + 45]) for i in range(0, len(text), 45)) + b"`\nend"
    body = {
        "base64": base64.b64encode(text),
        "quoted-printable": quopri.encodestring(text),
        "uuencode": uu,
        "8bit": text,
    }
    mail = (
        f'From: a@x.vn\nContent-Type: text/csv; name="a.csv"\nContent-Transfer-Encoding: {encoding}\n\n'.encode()
        + body[encoding]
    )
    (member,) = opened(mail).members
    assert member.data.rstrip(b"\n") == text.rstrip(b"\n")


def test_a_mail_cut_short_is_read_as_far_as_it_goes_and_told() -> None:
    mail = make_mail([("a.csv", b"a;b\n" * 400)])
    found = opened(mail[: len(mail) // 2])
    assert [m.name for m in found.members] == ["a.csv"]
    assert "thư bị cắt cụt (thiếu ranh giới kết thúc)" in found.defects


def test_broken_base64_is_told() -> None:
    mail = with_disposition('attachment; filename="a.xlsx"').replace(b"UEsDB", b"UE\xff!sDB", 1)
    found = opened(mail)
    assert found.members[0].data == XLSX and found.defects == ("tệp đính kèm có mã base64 hỏng",)


def test_a_plain_text_file_called_eml_is_no_mail() -> None:
    assert opened(b"xin chao").fault == "F101"
    assert opened(XLSX).fault == "F101"


# --- hostile shapes: each refused in a moment, with its code -------------------------------------


def many_parts(count: int) -> bytes:
    part = b"--r\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return b'From: a@x.vn\r\nContent-Type: multipart/mixed; boundary="r"\r\n\r\n' + part * count + b"--r--\r\n"


def deep(levels: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="r{n}"\r\n\r\n--r{n}\r\n'.encode() for n in range(levels))
    return b"From: a@x.vn\r\n" + b"".join(heads)


def deep_forwards(levels: int) -> bytes:
    return b"From: a@x.vn\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * levels


@pytest.mark.parametrize(
    "mail",
    [many_parts(20_000), many_parts(201), deep(3_000), deep(12), deep_forwards(3_000)],
    ids=["20,000 parts", "201 parts", "3,000 deep", "12 deep", "3,000 forwards"],
)
def test_a_mail_beyond_the_caps_is_refused(mail: bytes) -> None:
    assert opened(mail).fault == "F103"


def test_too_many_headers_are_refused() -> None:
    mail = make_mail([("a.xlsx", XLSX)], headers=[(f"X-{n}", "y") for n in range(501)])
    assert opened(mail).fault == "F103"


def test_the_caps_leave_honest_mails_alone() -> None:
    assert len(opened(make_mail([(f"{n}.xlsx", make_xlsx(str(n))) for n in range(150)])).members) == 150


def test_a_mail_of_many_lines_and_deep_boundaries_takes_no_time_to_cut() -> None:
    body = b"\r\n".join(b"--r%d" % (n % 9) for n in range(200_000))
    assert opened(deep(9) + body).fault in ("F103", "F101")


@given(data=st.binary(max_size=300))
def test_no_bytes_make_the_parser_fail(data: bytes) -> None:
    attachments(data)
    opened(b"From: a@x.vn\r\nContent-Type: multipart/mixed; boundary=r\r\n\r\n--r\r\n" + data)
    envelope(data)


# --- who sent it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("daumoi.snv@tinh.example.vn", "daumoi.snv@tinh.example.vn"),
        ("Lan <Lan.Nguyen@TINH.Example.VN>", "Lan.Nguyen@tinh.example.vn"),
        ('"Nguyễn Thị Lan, Sở Nội vụ" <lan@x.vn>', "lan@x.vn"),
        ('"lan@x.vn" <lan@x.vn>', "lan@x.vn"),
        ("=?utf-8?b?xJDhuqd1IG3hu5FpIGLDoW8gY8Ohbw==?=\r\n <daumoi@x.vn>", "daumoi@x.vn"),
        ("Đầu mối Sở Nội vụ <daumoi@x.vn>", "daumoi@x.vn"),
    ],
)
def test_an_honest_from_line_gives_its_address(written: str, address: str) -> None:
    assert read_sender([written]) == (address, ())
    assert envelope(f"From: {written}\r\nSubject: x\r\n\r\n".encode()).sender == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Sở Nội vụ",
        "a@x.vn, b@x.vn",
        "nhóm: a@x.vn;",
        "a@x.vn>b@y.vn",
        "<a@x.vn><b@y.vn>",
        "a@x.vn <b@y.vn>",
        '"a@x.vn>" <b@y.vn> <c@z.vn>',
        "=?utf-8?q?a=40x.vn?= <=?utf-8?q?a=40y.vn?=>",
        "a@sở-nội-vụ.vn",
        "a@b@x.vn",
        "a@localhost",
        "(" * 3_000 + "a@x.vn",
        "a@x.vn" + " " * 5_000,
        "đầu.mối@x.vn",
    ],
)
def test_a_doubtful_from_line_gives_nobody(written: str) -> None:
    address, defects = read_sender([written])
    if written.strip() == "a@x.vn":
        assert address == "a@x.vn"
    else:
        assert address == "" and defects


def test_no_from_line_or_two_give_nobody() -> None:
    assert read_sender([])[0] == "" and read_sender(["a@x.vn", "a@x.vn"])[0] == ""
    twice = envelope(b"From: a@x.vn\r\nFrom: b@x.vn\r\n\r\n")
    assert twice.sender == "" and twice.defects


@given(text=st.text(alphabet='ab@.<>"(),;: \\ế', max_size=30))
def test_whoever_is_named_is_written_in_the_line_itself(text: str) -> None:
    address, _ = read_sender([text])
    assert address.lower() in text.lower()
    assert address == "" or address.count("@") == 1


# --- when, and what else the head says ----------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "moment"),
    [
        ("from a by b; Thu, 27 Mar 2025 13:40:00 +0700", datetime(2025, 3, 27, 6, 40, tzinfo=UTC)),
        ("from a by b;\r\n\tThu, 27 Mar 2025 13:40:00 +0700 (ICT)", datetime(2025, 3, 27, 6, 40, tzinfo=UTC)),
        ("from a by b; 27 Mar 2025 06:40:00 -0000", datetime(2025, 3, 27, 6, 40, tzinfo=UTC)),
        ("from a by b; Thu, 27 Mar 2025 06:40:00 GMT", datetime(2025, 3, 27, 6, 40, tzinfo=UTC)),
        ("from a by b; Thu, 27 Mar 2025 13:40:00", datetime(2025, 3, 27, 6, 40, tzinfo=UTC)),
        ("from a by b; hôm qua", None),
        ("from a by b", None),
        ("", None),
        ("from a by b; Fri, 31 Dec 9999 23:59:59 -2359", None),  # no calendar of ours reckons so far
        ("from a by b; Wed, 12 Mar 0101 10:00:00 +0700", None),
    ],
)
def test_the_topmost_received_line_gives_the_moment(received: str, moment: datetime | None) -> None:
    lower = "Received: from x by y; Mon, 01 Jan 2024 00:00:00 +0700\r\n"
    head = f"Received: {received}\r\n{lower}From: a@x.vn\r\nDate: Fri, 28 Mar 2025 09:00:00 +0700\r\n\r\n"
    assert envelope(head.encode()).received_at == moment


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <ban-tin.x.vn>", "Return-Path: <>"],
)
def test_automatic_mails_are_marked(header: str) -> None:
    assert envelope(f"{header}\r\nFrom: a@x.vn\r\n\r\n".encode()).automatic


def test_a_person_is_not_automatic_and_a_robot_is() -> None:
    assert not envelope(make_mail()).automatic
    assert envelope(b"From: no-reply@x.vn\r\n\r\n").automatic


SERVER = ("mail.tinh.vn",)


@pytest.mark.parametrize(
    ("header", "failed"),
    [
        (None, False),
        ("mail.tinh.vn; dmarc=pass header.from=x.vn", False),
        ("mail.tinh.vn; dmarc=fail header.from=x.vn", True),
        ("mail.tinh.vn 1; spf=pass smtp.mailfrom=x.vn; dkim=pass; dmarc=fail (p=reject) header.from=x.vn", True),
        ("mail.tinh.vn; dmarc=pass header.from=other.vn", True),
        ("mail.tinh.vn; spf=fail; dkim=none", True),
        ("mail.tinh.vn; spf=softfail; dkim=pass", False),
        ("mail.tinh.vn; dkim=fail; dkim=pass", False),
        # a signature of somebody else's domain proves nothing about this one
        ("mail.tinh.vn; spf=fail smtp.mailfrom=x.vn; dkim=pass header.d=evil.vn", True),
        ("mail.tinh.vn; dkim=fail header.d=x.vn; dkim=pass header.d=evil.vn", True),
        ("mail.tinh.vn; spf=softfail smtp.mailfrom=y.vn; dkim=pass header.i=@mail.x.vn", False),
        ("mail.tinh.vn; spf=pass smtp.mailfrom=a@bounce.gui-ho.vn", False),
        ("mail.tinh.vn; spf=none; dkim=none; dmarc=none", False),
        ("mail.tinh.vn; none", False),
        ("evil.vn; dmarc=fail", False),
    ],
)
def test_only_what_a_trusted_server_reports_counts(header: str | None, failed: bool) -> None:
    assert authentication_failed(header, "a@x.vn", SERVER) is failed
    assert authentication_failed(header, "a@x.vn", ()) is False


def test_only_the_topmost_authentication_results_line_is_read() -> None:
    head = (
        b"Authentication-Results: mail.tinh.vn; dmarc=fail\r\nAuthentication-Results: mail.tinh.vn; dmarc=pass\r\n\r\n"
    )
    assert authentication_failed(envelope(head).authentication, "a@x.vn", SERVER)


def test_an_encoded_word_that_is_broken_costs_its_characters_only() -> None:
    from zoneinfo import ZoneInfo

    from nvbatch.intake.envelope import decode_words, read_envelope

    broken = "=?utf-8?b?Q?= tuan"
    assert decode_words(broken) == broken
    head = f"From: a@b.example\r\nSubject: {broken}\r\n\r\n".encode()
    assert read_envelope(head, ZoneInfo("Asia/Ho_Chi_Minh")).sender == "a@b.example"


HOSTILE = {
    "a character set that decodes for hours": b"Subject: =?punycode?q?a-" + b"9" * 900_000 + b"?=",
    "a character set that gives up": b"Subject: =?idna?q?xn--9999?=",
    "encoded words without end": b"Subject: " + b"=?utf-8?q?a?= " * 70_000,
    "encoded words that never close": b"Subject: " + b"=?utf-8?b?" * 90_000,
    "a hundred thousand headers": b"\r\n".join(b"X-%d: y" % n for n in range(100_000)),
    "fifty thousand addresses": b"To: " + b", ".join(b"a%d@b.example" % n for n in range(50_000)),
    "a megabyte of digits for a date": b"Date: " + b"9" * 1_000_000,
    "null bytes": b"Subject: a\x00b\r\nX\x00Y: 1",
}


@pytest.mark.parametrize("head", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_head_is_read_like_any_other(head: bytes) -> None:
    assert envelope(b"From: a@b.example\r\n" + head + b"\r\n\r\n").sender == "a@b.example"


@pytest.mark.parametrize(
    "line", ["(" * 1_900, "<" * 1_900, "a:" * 900, '"\\' * 900, "[" * 1_900, "@a," * 600 + ":a@b.c"]
)
def test_brackets_in_brackets_name_nobody(line: str) -> None:
    assert read_sender([line])[0] == ""


@pytest.mark.parametrize(
    "kind", [";" * 900_000, "; ".join(f"a{n}=b" for n in range(60_000)), f'; boundary="{"a" * 99_999}"']
)
def test_a_part_whose_header_has_no_end_is_refused(kind: str) -> None:
    found = opened(f"From: a@b.example\r\nContent-Type: multipart/mixed{kind}\r\n\r\n".encode())
    assert found.fault == "F103" and "tiêu đề dài" in found.what
