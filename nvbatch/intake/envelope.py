"""The head of a mail in; who sent it, when the server took it, and what is odd about it, out."""

from __future__ import annotations

import email.policy
import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from zoneinfo import ZoneInfo

MAX_HEADERS = 500
MAX_HEAD_BYTES = 1 << 20
MAX_FROM = 2_000  # characters: no honest From is longer, and the parsers' time grows with its brackets
MAX_TEXT = 300
MAX_WORDS = 8_000  # characters of encoded words that are decoded: many times MAX_TEXT, and the decoder's time grows
YEARS = range(1990, 3000)  # in which a report can have come; others are nonsense, and no calendar reckons with them
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r|\A\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the head of a mail says.

    ``sender``: the exact address, domain in lower case; "" when it is not certain (then `defects` says why).
    ``received_at``: the topmost Received header, the only one that our own server wrote.
    ``authentication``: the topmost Authentication-Results header as it stands.
    ``automatic``: nobody waits for an answer.
    """

    sender: str
    received_at: datetime | None
    dated_at: datetime | None
    message_id: str | None
    subject: str | None
    authentication: str | None
    automatic: bool
    defects: tuple[str, ...] = ()


def read_envelope(data: bytes, zone: ZoneInfo) -> Envelope:
    """Read the head only: safe and quick on a mail of any size and shape."""
    head, _ = split_head(data)
    if head.count(b"\n") > 20 * MAX_HEADERS:
        head = b"\n".join(head.split(b"\n")[: 20 * MAX_HEADERS])
    message = parse_head(head)
    sender, wrong = read_sender(message.get_all("From", []))
    return Envelope(
        sender=sender,
        received_at=_received(message, zone),
        dated_at=_moment(_first(message, "Date"), zone),
        message_id=(_first(message, "Message-ID") or "").strip()[:MAX_TEXT] or None,
        subject=decode_words(_first(message, "Subject") or "")[:MAX_TEXT] or None,
        authentication=" ".join((_first(message, "Authentication-Results") or "").split())[:1000] or None,
        automatic=_is_automatic(message, sender),
        defects=wrong,
    )


def no_envelope(defect: str) -> Envelope:
    """Nothing certain: of a mail whose head cannot be read."""
    return Envelope(
        sender="",
        received_at=None,
        dated_at=None,
        message_id=None,
        subject=None,
        authentication=None,
        automatic=False,
        defects=(defect,),
    )


def split_head(data: bytes) -> tuple[bytes, int]:
    """The header block and where the body begins."""
    match = _BLANK.search(data, 0, MAX_HEAD_BYTES)
    if match:
        return data[: match.start()], match.end()
    return data[:MAX_HEAD_BYTES], min(len(data), MAX_HEAD_BYTES)


def parse_head(head: bytes) -> Message:
    """Headers of a mail or of a part. Raw UTF-8, as some mailers send it, stays readable."""
    return HeaderParser().parsestr(head.decode("utf-8", "replace").replace("\x00", "\ufffd"), headersonly=True)


def read_sender(headers: list[str]) -> tuple[str, tuple[str, ...]]:
    """(address, defects): exactly one From with one plain address on which two parsers and the plain eye agree."""
    if len(headers) != 1:
        return "", ("thư không có dòng From" if not headers else "thư có nhiều dòng From",)
    text = " ".join(str(headers[0]).split())
    if len(text) > MAX_FROM:
        return "", ("dòng From dài bất thường",)
    old, new, plain = _old_parser(text), _new_parser(text), _plain_eye(text)
    if old is None or old != new or old != plain:
        return "", ("dòng From không rõ một địa chỉ duy nhất",)
    local, _, domain = old.rpartition("@")
    return f"{local}@{domain.lower()}", ()


def decode_words(text: str) -> str:
    """Encoded words (RFC 2047) as text, wherever they stand; whatever is wrong with them costs only characters."""
    text = re.sub(r"\r?\n\s*", " ", text[:MAX_WORDS])
    if "=?" not in text:
        return text.strip()
    try:
        pieces = decode_header(text)
    except (ValueError, LookupError, HeaderParseError):
        return text.strip()
    return "".join(_decoded(piece, charset) for piece, charset in pieces).strip()


def authentication_failed(header: str | None, sender: str, trusted: tuple[str, ...]) -> bool:
    """Does a server that we trust say that the sender is not who the From line says?

    Believed is only the topmost header, and only of a configured authserv-id; silence is no failure.
    """
    if not header or not trusted:
        return False
    text = re.sub(r"\([^()]*\)", " ", header)
    server, *results = (part.strip() for part in text.split(";"))
    if (server.split() or [""])[0].lower() not in {name.lower() for name in trusted}:
        return False
    said: dict[str, set[str]] = {"dmarc": set(), "spf": set(), "dkim": set()}
    for result in results:
        match = re.match(r"(dmarc|spf|dkim)\s*=\s*(\w+)", result, re.IGNORECASE)
        if match:
            method = match[1].lower()
            said[method].add(_verdict(method, match[2].lower(), result, sender))
    if "pass" in said["dmarc"] or said["dmarc"] & {"fail", "permerror"}:
        return "pass" not in said["dmarc"]
    checks = said["spf"] | said["dkim"]
    return "pass" not in checks and bool(checks & {"fail", "softfail", "permerror"})


# Which domain a method speaks of: a sender may well prove that a mail is from somewhere else.
_NAMED = {"dmarc": r"header\.from", "dkim": r"header\.[di]", "spf": r"smtp\.mailfrom"}


def _verdict(method: str, verdict: str, result: str, sender: str) -> str:
    """What a result says of the From line's own domain: proof of another one proves nothing."""
    named = re.search(_NAMED[method] + r"\s*=\s*[\"']?([^\s;\"']+)", result, re.IGNORECASE)
    if named is None:
        return verdict
    if method == "dmarc":
        return verdict if _same_domain(named[1], sender) else "fail"
    return verdict if verdict != "pass" or _related(named[1], sender) else "none"


def _related(named: str, sender: str) -> bool:
    """The same domain, one within the other, or both within one (three labels at least: «tinh.gov.vn»)."""
    one, other = (text.rpartition("@")[2].lower().rstrip(".") for text in (named, sender))
    shared = one.split(".")[-3:] == other.split(".")[-3:] and len(one.split(".")) > 2
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}") or shared


def _same_domain(named: str, sender: str) -> bool:
    return named.rpartition("@")[2].lower().rstrip(".") == sender.rpartition("@")[2]


def _old_parser(text: str) -> str | None:
    try:
        found = [address for _, address in email.utils.getaddresses([text])]
    except RecursionError:  # comments in comments in comments
        return None
    return found[0] if len(found) == 1 and found[0] else None


def _new_parser(text: str) -> str | None:
    try:
        header = email.policy.default.header_factory("From", text)
        groups = header.groups
    except Exception:  # the library's parser dies in many ways on hostile headers; all mean the same here
        return None
    if len(groups) != 1 or groups[0].display_name is not None or len(groups[0].addresses) != 1:
        return None
    address = str(groups[0].addresses[0].addr_spec)
    return address or None


def _plain_eye(text: str) -> str | None:
    """The address as a clerk would read it: the whole line, or the one thing in angle brackets at its end."""
    bare = re.sub(r"\([^()<>@]*\)\s*$", "", re.sub(r'"(?:[^"\\]|\\.)*"', "", text))
    match = re.fullmatch(r"(?P<name>[^<>@,;:]*)<(?P<address>[^<>\s]+)>\s*", bare)
    address = match["address"] if match else bare.strip()
    return address if _ADDRESS.fullmatch(address) and "=?" not in address else None


def _received(message: Message, zone: ZoneInfo) -> datetime | None:
    topmost = _first(message, "Received")
    return _moment(topmost.rpartition(";")[2], zone) if topmost and ";" in topmost else None


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    text = " ".join(text.split())
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC if re.search(r"-0000\b", text) else zone)
    return believable(moment)


def believable(moment: datetime | None) -> datetime | None:
    """The moment, unless no report can have come or been dated then."""
    return moment if moment is not None and moment.year in YEARS else None


def _is_automatic(message: Message, sender: str) -> bool:
    said = (_first(message, "Auto-Submitted") or "no").strip().lower()
    bulk = (_first(message, "Precedence") or "").strip().lower() in ("bulk", "list", "junk", "auto_reply")
    marks = any(message.get(name) is not None for name in ("List-Id", "List-Unsubscribe", "X-Autoreply"))
    bounce = (_first(message, "Return-Path") or "-").strip() == "<>" or message.get_content_type() == "multipart/report"
    local = re.sub(r"[._-]", "", sender.partition("@")[0].lower())
    robot = local.startswith(("noreply", "donotreply", "mailerdaemon", "postmaster"))
    return said != "no" or bulk or marks or bounce or robot


def _first(message: Message, name: str) -> str | None:
    value = message.get(name)
    return None if value is None else str(value)


def _decoded(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):  # unknown, or one that is no character set of mails and gives up
        return piece.decode("utf-8", "replace")
