"""An Outlook .msg in, its envelope and attached files out; every chain, count and byte read is bounded."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from nvbatch.intake.envelope import (
    MAX_TEXT,
    Envelope,
    believable,
    no_envelope,
    parse_head,
    read_envelope,
    read_sender,
)
from nvbatch.intake.mime import MAX_DEPTH, MAX_PARTS, Attachment, MailLimit
from nvbatch.ole import Ole, OleError

_NONE = 0xFFFFFFFF
_TEXT, _BYTES, _OLD_TEXT = "001F", "0102", "001E"
_PROPERTIES, _ATTACHMENT, _EMBEDDED = "__properties_version1.0", "__attach_version1.0_#", "__substg1.0_3701000D"
# Tags of [MS-OXPROPS], as they stand in stream names.
SUBJECT, HEADERS, MESSAGE_ID = "0037", "007D", "1035"
SMTP_ADDRESSES = ("5D02", "5D01")  # of whom it was sent for, of who sent it: always an internet address
PLAIN_ADDRESSES = (("0065", "0064"), ("0C1F", "0C1E"))  # an address, and the kind of address it is
DATA, LONG_NAME, SHORT_NAME, SHOWN_NAME, MIME_TYPE = "3701", "3707", "3704", "3001", "370E"
DELIVERED, SUBMITTED, CODE_PAGE = 0x0E06, 0x0039, 0x3FFD


@dataclass(frozen=True, slots=True)
class _Node:
    """A stream or storage with its place in the tree."""

    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    left: int
    right: int
    child: int
    start: int
    size: int


class _File(Ole):
    """The container as a tree: the same stream name stands in many storages."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        (directory,) = struct.unpack_from("<I", data, 48)
        self.nodes = tuple(_nodes(self._chain(directory)))
        self.left_to_read = 2 * len(data)  # overlapping chains would multiply the bytes

    def children(self, node: _Node) -> dict[str, _Node]:
        found: dict[str, _Node] = {}
        todo, seen = [node.child], set()
        while todo:
            number = todo.pop()
            if number == _NONE or number in seen:
                continue
            if number >= len(self.nodes):
                raise OleError("an entry lies outside the directory")
            seen.add(number)
            entry = self.nodes[number]
            found.setdefault(entry.name, entry)
            todo += (entry.left, entry.right)
        return found

    def read(self, node: _Node) -> bytes:
        self.left_to_read -= node.size
        if self.left_to_read < 0:
            raise OleError("streams overlap")
        return self._mini_chain(node.start, node.size) if node.size < 4096 else self._chain(node.start, node.size)


@dataclass(frozen=True)
class _Storage:
    """A message or an attachment: properties by tag."""

    file: _File
    node: _Node
    header: int  # bytes before the first property: 32 in the message itself, 24 in an embedded one, 8 in an attachment
    page: str = "cp1258"
    nodes: Mapping[str, _Node] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", self.file.children(self.node))

    @cached_property
    def fixed(self) -> dict[int, bytes]:
        """Property id → its eight bytes of value."""
        node = self.nodes.get(_PROPERTIES)
        data = self.file.read(node)[self.header :] if node else b""
        lines = (data[at : at + 16] for at in range(0, len(data) - 15, 16))
        return {struct.unpack_from("<H", line, 2)[0]: line[8:] for line in lines}

    def text(self, tag: str) -> str:
        for kind, encoding in ((_TEXT, "utf-16-le"), (_OLD_TEXT, self._page)):
            node = self.nodes.get(f"__substg1.0_{tag}{kind}")
            if node is not None:
                return self.file.read(node).decode(encoding, "replace").rstrip("\x00")
        return ""

    def data(self, tag: str) -> bytes | None:
        node = self.nodes.get(f"__substg1.0_{tag}{_BYTES}")
        return self.file.read(node) if node is not None else None

    def moment(self, number: int) -> datetime | None:
        """A FILETIME: tenths of microseconds since 1601."""
        raw = self.fixed.get(number)
        ticks = struct.unpack("<Q", raw)[0] if raw and len(raw) == 8 else 0
        try:
            return believable(datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10))
        except OverflowError:
            return None

    @cached_property
    def _page(self) -> str:
        raw = self.fixed.get(CODE_PAGE, b"")
        number = struct.unpack_from("<I", raw)[0] if len(raw) >= 4 else 0
        name = {65001: "utf-8", 20127: "ascii"}.get(number, f"cp{number}")
        try:
            "".encode(name)
        except LookupError:
            return self.page
        return name


def outlook_envelope(data: bytes, zone: ZoneInfo) -> Envelope:
    """What the message says of itself; its delivery time is the server's. Nothing certain from what is no message."""
    try:
        message = _message(data)
        head = message.text(HEADERS)
        moved = read_envelope(head.encode("utf-8", "replace") + b"\r\n\r\n", zone)
        sender, defects = _sender(message, head)
        return Envelope(
            sender=sender,
            received_at=message.moment(DELIVERED),
            dated_at=message.moment(SUBMITTED),
            message_id=message.text(MESSAGE_ID)[:MAX_TEXT] or moved.message_id,
            subject=" ".join(message.text(SUBJECT).split())[:MAX_TEXT] or None,
            authentication=moved.authentication,
            automatic=moved.automatic,
            defects=defects,
        )
    except (OleError, struct.error):
        return no_envelope("tệp .msg hỏng hoặc không phải thư Outlook")


def outlook_attachments(data: bytes) -> tuple[Attachment, ...]:
    """Attached files in order, those of attached messages too. Raises OleError, or MailLimit when a cap is passed."""
    try:
        found = []
        for attachment in _attachments(_message(data), 0):
            found.append(attachment)
            if len(found) > MAX_PARTS:
                raise MailLimit(f"thư có quá {MAX_PARTS} phần")
        return tuple(found)
    except struct.error as error:
        raise OleError("cut short") from error


def _message(data: bytes) -> _Storage:
    file = _File(data)
    root = next((node for node in file.nodes if node.kind == 5), None)
    if root is None:
        raise OleError("no root")
    message = _Storage(file, root, 32)
    if _PROPERTIES not in message.nodes:
        raise OleError("no message")
    return message


def _sender(message: _Storage, head: str) -> tuple[str, tuple[str, ...]]:
    """From of the transport headers; a message that never left its Exchange has none, but the address itself."""
    written = parse_head(head.encode("utf-8", "replace")).get_all("From", []) if head else []
    if written:
        return read_sender(written)
    plain = [message.text(tag) for tag, kind in PLAIN_ADDRESSES if message.text(kind).upper() == "SMTP"]
    known = [address for address in (*(message.text(tag) for tag in SMTP_ADDRESSES), *plain) if address]
    return read_sender(known[:1])


def _attachments(message: _Storage, depth: int) -> Iterator[Attachment]:
    if depth > MAX_DEPTH:
        raise MailLimit(f"thư lồng nhau quá {MAX_DEPTH} lớp")
    for name in sorted(name for name in message.nodes if name.startswith(_ATTACHMENT)):
        part = _Storage(message.file, message.nodes[name], 8, message._page)
        data = part.data(DATA)
        if data is not None:
            shown = part.text(LONG_NAME) or part.text(SHORT_NAME) or part.text(SHOWN_NAME)
            kind = part.text(MIME_TYPE).strip().lower() or "application/octet-stream"
            yield Attachment(name=shown, content_type=kind, data=data)
        elif _EMBEDDED in part.nodes:
            yield from _attachments(_Storage(message.file, part.nodes[_EMBEDDED], 24, message._page), depth + 1)


def _nodes(directory: bytes) -> Iterator[_Node]:
    for at in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        left, right, child = struct.unpack_from("<III", directory, at + 68)
        start, size = struct.unpack_from("<II", directory, at + 116)
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        yield _Node(name, kind, left, right, child, start, size)
