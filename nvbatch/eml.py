"""A message as a value in, the bytes of its .eml out; and such bytes in, dressed for sending, out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nvbatch import viet

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
NOWHERE = "nvbatch.invalid"  # the right side of a Message-ID while no sender is configured
EOL = b"\r\n"
Piece = bytes | memoryview
LINE = 76  # letters of base64 in a line (RFC 2045)
_LONG = 40_000  # letters from which on it pays to set all lines at once
_ROBOT = re.compile(r"(no|donot)reply|mailerdaemon|postmaster|bounces?")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_DRESS = ("date", "from", "message-id", "reply-to", "x-nvbatch")  # what sending writes anew or keeps to itself
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go along: the name that the reader sees, and where its bytes are when the message is written."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that the Office would like to send.

    ``kind``: answer, reminder, no_deadline, form, notice or urging. ``about``: what it says, once and for all, whatever
    run writes it: a submission, an agency's period, a task's third reminder. ``replied``: it answers a mail.
    ``reminders``: task code → number of the quarterly reminder that it is.
    """

    kind: str
    name: str
    about: tuple[str, ...]
    agency: str
    program: str
    period: str
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...] = ()
    subject: str
    text: str
    at: datetime
    in_reply_to: str | None = None
    replied: bool = False
    attachments: tuple[Attachment, ...] = ()
    reminders: Mapping[str, int] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return mark_of(self.kind, self.about)


def mark_of(kind: str, about: Sequence[str]) -> str:
    """The stable name of a message: the same meaning has the same one in every run."""
    return hashlib.sha256("\n".join((kind, *sorted(about))).encode("utf-8", "replace")).hexdigest()[:32]


def is_mailable(address: str) -> bool:
    """A plain address behind which a person may read: nothing that could break a header, no robot."""
    local = re.sub(r"[._-]", "", address.partition("@")[0].lower())
    return len(address) <= 254 and bool(ADDRESS.fullmatch(address)) and not _ROBOT.match(local)


def to_bytes(message: Message, sender: Mailbox | None = None) -> bytes:
    """The whole .eml, CRLF and ASCII throughout. The same message gives the same bytes. Raises OSError."""
    return b"".join(to_pieces(message, sender))


def to_pieces(message: Message, sender: Mailbox | None = None) -> list[Piece]:
    """The same as it is written: what is large is not copied once more."""
    mark = message.mark
    head = [
        *_sender_lines(sender, message.at, mark),
        _addresses("To", message.to),
        *([_addresses("Cc", message.cc)] if message.cc else []),
        _text_header("Subject", message.subject),
        *_references(message.in_reply_to),
        f"Auto-Submitted: {'auto-replied' if message.replied else 'auto-generated'}",
        "X-Auto-Response-Suppress: All",
        _facts(message),
        "MIME-Version: 1.0",
    ]
    text = _part("text/plain; charset=utf-8", message.text.replace("\n", "\r\n").encode("utf-8", "replace"))
    if not message.attachments:
        return [_lines(head), *text]
    boundary = f"=_nvbatch_{mark}"
    pieces: list[Piece] = [_lines([*head, f'Content-Type: multipart/mixed; boundary="{boundary}"', ""])]
    fence = f"--{boundary}\r\n".encode()
    for part in (text, *(_attached(each) for each in message.attachments)):
        pieces += (fence, *part)
    return [*pieces, f"--{boundary}--\r\n".encode()]


def dressed(data: bytes, sender: Mailbox, mark: str, now: datetime, reply_to: str = "") -> bytes:
    """The .eml as it goes out: From, Date and Message-ID of this moment, our own bookkeeping left out.

    ``reply_to``: where answers are read, when that is not where the mail comes from.
    """
    head, body = split(data)
    kept = [line for line in head if line.partition(":")[0].strip().lower() not in _DRESS]
    back = [_addresses("Reply-To", [Mailbox(reply_to)])] if reply_to else []
    return _lines([*_sender_lines(sender, now, mark), *back, *kept]) + EOL + body


def split(data: bytes) -> tuple[list[str], bytes]:
    """Headers, each with its continuation lines, and the body; whatever line ends an editor left."""
    if b"\r\n" not in data[:2000]:
        data = data.replace(b"\n", EOL)
    head, _, body = data.partition(EOL * 2)
    return re.split(r"\r\n(?![ \t])", head.decode("latin-1").lstrip("\r\n")), body


def facts_of(head: Sequence[str]) -> dict[str, Any]:
    """What we wrote down for ourselves. Raises ValueError when it is not there or no longer what it was."""
    line = next((h for h in head if h.lower().startswith("x-nvbatch:")), "")
    found = json.loads(re.sub(r"\r\n(?=[ \t])", "", line.partition(":")[2]))
    if not isinstance(found, dict) or not isinstance(found.get("about"), list) or not found["about"]:
        raise ValueError("no facts")
    return found


# --- headers ------------------------------------------------------------------------------------


def _sender_lines(sender: Mailbox | None, at: datetime, mark: str) -> list[str]:
    domain = sender.address.rpartition("@")[2] if sender else NOWHERE
    lines = [_addresses("From", (sender,))] if sender else []
    return [*lines, f"Date: {format_datetime(at)}", f"Message-ID: <nvbatch.{mark}@{domain}>"]


def _addresses(name: str, boxes: Sequence[Mailbox]) -> str:
    """One mailbox a line. Addresses are plain ones; a name never leaves its encoded word."""
    for box in boxes:
        if not ADDRESS.fullmatch(box.address):
            raise ValueError("not a plain address")
    return f"{name}: " + ",\r\n ".join(_mailbox(box) for box in boxes)


def _mailbox(box: Mailbox) -> str:
    name = _flat(box.name)
    return f"{_words(name)}\r\n <{box.address}>" if name else f"<{box.address}>"


def _text_header(name: str, text: str) -> str:
    return f"{name}: {_words(_flat(text))}"


def _flat(text: str) -> str:
    """One line without control characters: nothing of it can become a header of its own."""
    shown = viet.clean(viet.sanitize(text)[0])
    return shown if shown.isprintable() else "".join(c for c in shown if c.isprintable())


@lru_cache(maxsize=1024)  # names and subjects come again
def _words(text: str) -> str:
    """Encoded words of RFC 2047, whole characters in each; plain ASCII that looks like none stays as it is."""
    if text.isascii() and "=?" not in text and len(text) < 60 and re.fullmatch(r"[\w ./:+-]*", text):
        return text
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text, 42))


def _pieces(text: str, most: int) -> Iterator[bytes]:
    data, at = text.encode("utf-8", "replace"), 0
    while len(data) - at > most:
        end = at + most
        while data[end] & 0xC0 == 0x80:  # within a letter
            end -= 1
        yield data[at:end]
        at = end
    yield data[at:]


def _references(message_id: str | None) -> list[str]:
    """Only an id of the plain form is repeated; it came from outside."""
    if message_id is None or not _MESSAGE_ID.fullmatch(message_id):
        return []
    return [f"In-Reply-To: {message_id}", f"References: {message_id}"]


def _facts(message: Message) -> str:
    facts = {
        "kind": message.kind,
        "about": list(message.about),
        "agency": message.agency,
        "program": message.program,
        "period": message.period,
        "files": [each.name for each in message.attachments],
        **({"reminders": dict(message.reminders)} if message.reminders else {}),
    }
    return f"X-Nvbatch:\r\n {_in_short_lines(facts)}"


def _in_short_lines(value: Any) -> str:
    """JSON with a line an entry, as headers are folded."""
    if isinstance(value, Mapping) and value:
        entries = [f"{json.dumps(key)}: {_in_short_lines(each)}" for key, each in value.items()]
    elif isinstance(value, list) and value:
        entries = list(map(_in_short_lines, value))
    else:
        return json.dumps(value)
    first, last = "[]" if isinstance(value, list) else "{}"
    return "".join((first, "\r\n ", ",\r\n ".join(entries), "\r\n ", last))


def _lines(lines: Sequence[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("ascii", "replace")


# --- parts --------------------------------------------------------------------------------------


def _part(kind: str, data: bytes, *more: str) -> list[Piece]:
    head = _lines([f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *more, ""])
    return [head, *_in_lines(binascii.b2a_base64(data, newline=False))]


def _in_lines(encoded: bytes) -> tuple[Piece, ...]:
    """Letters of base64 with the end of each line; an attachment has thousands of lines."""
    if len(encoded) < _LONG:
        return (EOL.join([*(encoded[at : at + LINE] for at in range(0, len(encoded), LINE)), b""]),)
    import numpy as np

    rows = len(encoded) // LINE
    whole = np.empty((rows, LINE + len(EOL)), np.uint8)
    whole[:, :LINE] = np.frombuffer(encoded, np.uint8, rows * LINE).reshape(rows, LINE)
    whole[:, LINE:] = np.frombuffer(EOL, np.uint8)
    return whole.data, *((encoded[rows * LINE :], EOL) if len(encoded) % LINE else ())


def _attached(file: Attachment) -> list[Piece]:
    """The name in plain ASCII, and as it is by RFC 2231 where that differs."""
    name = viet.file_name(file.name)
    plain = re.sub(r"[^ !#-\[\]-~]", "_", "".join(viet.bare(letter) for letter in name))
    exact = [] if plain == name else [f"\r\n filename*=utf-8''{quote(name, safe='')}"]
    where = ";".join(["Content-Disposition: attachment", f'\r\n filename="{plain}"', *exact])
    kind = _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
    return _part(kind, file.path.read_bytes(), where)
