"""A winmail.dat (TNEF) in, the files that Outlook hid in it out."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from nvbatch.intake.mime import MAX_PARTS, Attachment, MailLimit

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTACHMENT = 2  # level of attributes that belong to an attachment
_BEGIN, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_LONG_NAME = 0x3707
# Bytes of the property types of fixed size; the others carry their length.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_COUNTED = frozenset({0x0D, 0x1E, 0x1F, 0x102})


def hidden_attachments(data: bytes) -> tuple[Attachment, ...]:
    """Files in order; what is cut short is read as far as it goes. Raises MailLimit beyond the cap on parts."""
    found: list[Attachment] = []
    name, long_name, content = "", "", None
    for kind, value in _attributes(data):
        if kind == _BEGIN:
            found += _made(long_name or name, content)
            name, long_name, content = "", "", None
        elif kind == _TITLE:
            name = value.rstrip(b"\x00").decode("utf-8", "replace")
        elif kind == _DATA:
            content = value
        elif kind == _PROPERTIES:
            long_name = _long_name(value)
        if len(found) > MAX_PARTS:
            raise MailLimit(f"thư có quá {MAX_PARTS} phần")
    return tuple(found + _made(long_name or name, content))


def _made(name: str, content: bytes | None) -> list[Attachment]:
    return [] if content is None else [Attachment(name=name, content_type="application/octet-stream", data=content)]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        level, kind, _, size = struct.unpack_from("<BHHI", data, at)
        if level == _ATTACHMENT:
            yield kind, data[at + 9 : at + 9 + size]
        at += 9 + size + 2


def _long_name(data: bytes) -> str:
    """The long file name among the MAPI properties; "" when there is none or they cannot be followed."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, 500)):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= 0x8000:
                at = _after_name(data, at)
            if kind in _FIXED:
                at += _FIXED[kind]
                continue
            if kind not in _COUNTED:
                return ""
            _, size = struct.unpack_from("<II", data, at)
            value = data[at + 8 : at + 8 + size]
            at += 8 + size + (-size % 4)
            if number == _LONG_NAME:
                return value.decode("utf-16-le" if kind == 0x1F else "cp1258", "replace").rstrip("\x00")
    except struct.error:
        pass
    return ""


def _after_name(data: bytes, at: int) -> int:
    """A named property: GUID, then a number or a counted name."""
    (is_text,) = struct.unpack_from("<I", data, at + 16)
    if not is_text:
        return at + 24
    (size,) = struct.unpack_from("<I", data, at + 20)
    return int(at + 24 + size + (-size % 4))
