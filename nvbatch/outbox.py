"""Messages in, the `.eml` files of a run's folder `thu-di/` out; and what lies in such a folder, ready to be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from pathlib import Path

from nvbatch import durable, eml, viet
from nvbatch.eml import ADDRESS, Mailbox, Message

FOLDER = "thu-di"
HEAD = 1 << 16  # no head of ours is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as it waits: what it is and whom it would go to. ``fault``: Vietnamese, why it cannot be sent."""

    path: Path | None  # where its .eml stands; None for one that is made when it is sent
    name: str
    kind: str = ""
    about: tuple[str, ...] = ()
    agency: str = ""
    program: str = ""
    period: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    files: tuple[str, ...] = ()
    reminders: Mapping[str, int] = field(default_factory=dict)
    message: Message | None = None
    fault: str = ""

    @property
    def mark(self) -> str:
        return eml.mark_of(self.kind, self.about)

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.to, *self.cc)))

    def data(self) -> bytes:
        """The .eml as it stands. Raises OSError."""
        if self.path is not None:
            return self.path.read_bytes()
        return eml.to_bytes(self.message) if self.message is not None else b""


def write_outbox(messages: Iterable[Message], folder: Path, sender: Mailbox | None) -> tuple[str, ...]:
    """Write each message below ``folder``/thu-di; gives their paths relative to ``folder``. Raises OSError."""
    names: list[str] = []
    for message in messages:
        if not names:
            (folder / FOLDER).mkdir(exist_ok=True)
        name = f"{FOLDER}/{file_stem(message.name)}.eml"
        with (folder / name).open("wb") as stream:
            stream.writelines(eml.to_pieces(message, sender))
            stream.flush()
            durable.begin_file(stream.fileno())
        names.append(name)
    return tuple(sorted(names))


def file_stem(name: str) -> str:
    """ASCII only; the codes that it is made of are the register's."""
    plain = "".join(viet.bare(letter) for letter in name)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.") or "thu"


def read_outbox(folder: Path) -> tuple[Outgoing, ...]:
    """What lies in a run's thu-di, in order of name. A file that is no message of ours is named with its fault."""
    return tuple(_read(path) for path in sorted((folder / FOLDER).glob("*.eml")))


def waiting(message: Message) -> Outgoing:
    """A message that is made when it is sent."""
    return Outgoing(
        path=None,
        name=message.name,
        kind=message.kind,
        about=message.about,
        agency=message.agency,
        program=message.program,
        period=message.period,
        to=tuple(box.address for box in message.to),
        cc=tuple(box.address for box in message.cc),
        subject=message.subject,
        files=tuple(each.name for each in message.attachments),
        reminders=message.reminders,
        message=message,
    )


def _read(path: Path) -> Outgoing:
    from nvbatch.intake.envelope import decode_words

    try:
        with path.open("rb") as stream:
            head, _ = eml.split(stream.read(HEAD))
        facts = eml.facts_of(head)
        to, cc = _addresses(head, "to"), _addresses(head, "cc")
        if not to or not all(ADDRESS.fullmatch(address) for address in (*to, *cc)):
            raise ValueError("no plain recipients")
        return Outgoing(
            path=path,
            name=path.stem,
            kind=str(facts["kind"]),
            about=tuple(map(str, facts["about"])),
            agency=str(facts["agency"]),
            program=str(facts["program"]),
            period=str(facts["period"]),
            to=to,
            cc=cc,
            subject=decode_words(_header(head, "subject")),
            files=tuple(map(str, facts.get("files", ()))),
            reminders={str(code): int(n) for code, n in facts.get("reminders", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Outgoing(path=path, name=path.stem, fault="tệp thư không còn như chương trình đã lập")


def _header(head: list[str], name: str) -> str:
    line = next((h for h in head if h.lower().startswith(f"{name}:")), "")
    return re.sub(r"\r\n(?=[ \t])", "", line.partition(":")[2]).strip()


def _addresses(head: list[str], name: str) -> tuple[str, ...]:
    return tuple(address for _, address in getaddresses([_header(head, name)]) if address)
