"""A folder's name as the configuration writes it in, the server's own name out; the nearest where there is none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from nvbatch.config import Mailbox
from nvbatch.mailbox.connection import Client
from nvbatch.mailbox.trouble import MailTrouble, on_line

NEAR_ENOUGH = 60  # of 100
INBOX = "INBOX"  # there is always one, in whatever case it is written


@dataclass(frozen=True, slots=True)
class Folder:
    """``delimiter`` stands between the names of nested folders on this server."""

    name: str
    delimiter: str


def folders(client: Client, server: Mailbox) -> tuple[Folder, ...]:
    """The folders that can hold messages. Names travel as modified UTF-7 and are text here."""
    with on_line(server):
        listed = client.list_folders()
    return tuple(
        Folder(_text(name), _text(delimiter or b"/"))
        for flags, delimiter, name in listed
        if not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}
    )


def resolve(client: Client, server: Mailbox) -> str:
    """The server's name of ``mail.imap.folder``. Raises MailTrouble naming the nearest folder."""
    if server.folder.upper() == INBOX:
        return INBOX
    there = folders(client, server)
    found = find(server.folder, there)
    if found is None:
        near = nearest(server.folder, [folder.name for folder in there])
        ask = f" Có phải là «{near}»?" if near else ""
        raise MailTrouble(f"Hộp thư không có thư mục «{server.folder}» (khóa «mail.imap.folder»).{ask}")
    return found


def find(wanted: str, there: Iterable[Folder]) -> str | None:
    """Equal after NFC, with «/» for whatever the server nests with; INBOX in any case; else in any case if only one."""
    known = tuple(there)
    if wanted.upper() == INBOX:
        return INBOX
    exact = [f.name for f in known if _plain(f.name, f.delimiter) == _plain(wanted, f.delimiter)]
    loose = [f.name for f in known if _plain(f.name, f.delimiter).casefold() == _plain(wanted, f.delimiter).casefold()]
    return exact[0] if exact else loose[0] if len(loose) == 1 else None


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """The likeliest name that was meant, compared without accents and case."""
    from rapidfuzz import fuzz, process

    from nvbatch.viet import fold

    best = process.extractOne(wanted, list(names), scorer=fuzz.ratio, processor=fold, score_cutoff=NEAR_ENOUGH)
    return best[0] if best else None


def _plain(name: str, delimiter: str) -> str:
    return unicodedata.normalize("NFC", name).replace(delimiter, "/")


def _text(name: bytes | str) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name
