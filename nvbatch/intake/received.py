"""The journal in, receipts out; and what the next collection must remember of the earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nvbatch.config import Config
from nvbatch.intake.envelope import Envelope, authentication_failed
from nvbatch.journal import Deed, Journal
from nvbatch.model import Receipt
from nvbatch.workspace import Workspace

# The deeds of intake. LIFTED: files without a receipt time of their own are gone from inbox, so that the same bytes,
# dropped again, are news. LISTED: a version of receipts.csv was archived.
RECEIVED, LIFTED, LISTED = "received", "lifted", "receipts"
# The deeds of the mailbox besides RECEIVED. KNOWN: a message whose bytes were received before (the server has numbered
# its folder anew, or somebody copied it). OVERSIZE: a message that was too large to be fetched.
KNOWN, OVERSIZE = "mail_known", "mail_oversize"


def receipts(workspace: Workspace, config: Config) -> tuple[Receipt, ...]:
    """Every receipt in the journal, in order of arrival."""
    found = (receipt_of(deed, config) for deed in Journal(workspace).deeds(RECEIVED))
    return tuple(sorted(found, key=lambda receipt: receipt.sequence))


def receipt_of(deed: Deed, config: Config) -> Receipt:
    """A line of the journal as a receipt; whom we trust today decides whether its sender is doubted."""
    dated = deed.get("dated_at")
    return Receipt(
        sequence=int(deed["sequence"]),
        sha256=deed["sha256"],
        name=deed["name"],
        received_at=datetime.fromisoformat(deed["received_at"]).astimezone(config.zone),
        time_known=bool(deed["time_known"]),
        sender=deed["sender"],
        channel=deed["channel"],
        dated_at=datetime.fromisoformat(dated) if dated else None,
        message_id=deed.get("message_id"),
        subject=deed.get("subject"),
        defects=tuple(deed.get("defects") or ()),
        auth_failed=authentication_failed(
            deed.get("authentication"), deed["sender"] or "", config.intake.trusted_authserv
        ),
        automatic=bool(deed.get("automatic")),
    )


def deed_fields(
    *,
    sequence: int,
    sha256: str,
    name: str,
    received_at: datetime,
    time_known: bool,
    sender: str | None,
    envelope: Envelope | None = None,
    imap: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A receipt as the journal keeps it; with an envelope it came by mail. ``imap``: where it lies in the mailbox."""
    fields: dict[str, Any] = {
        "sequence": sequence,
        "sha256": sha256,
        "name": name,
        "received_at": received_at.isoformat(),
        "time_known": time_known,
        "sender": sender,
        "channel": "mail" if envelope else "drop",
    }
    if envelope:
        fields |= {
            "dated_at": envelope.dated_at.isoformat() if envelope.dated_at else None,
            "message_id": envelope.message_id,
            "subject": envelope.subject,
            "authentication": envelope.authentication,
            "automatic": envelope.automatic,
            "defects": list(envelope.defects),
        }
    if imap:
        fields["imap"] = dict(imap)
    return fields


@dataclass(slots=True)
class Memory:
    """What earlier collections did.

    ``known``: (sha256, name, received_at) of every receipt. ``pending``: (sha256, name) → number of receipts without a
    time of their own whose removal from inbox is not confirmed. ``used``: name → received_at → sha256, the lines of
    receipts.csv that have served. ``lists``: the versions of receipts.csv that are archived. ``mails``: sha256 of every
    message that came by mail. ``seen``: (account, folder, UIDVALIDITY) → UID → sha256, None for what was not fetched.
    ``oversize``: (size, received_at) → the numberings under which such a message was left in the mailbox.
    """

    last: int = 0
    known: set[tuple[str, str, str]] = field(default_factory=set)
    pending: dict[tuple[str, str], int] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    seen: dict[tuple[str, str, int], dict[int, str | None]] = field(default_factory=dict)
    oversize: dict[tuple[int, str], set[tuple[str, str, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, deeds: Iterable[Deed]) -> Memory:
        memory = cls()
        for deed in deeds:
            if deed["deed"] == RECEIVED:
                memory.add(deed)
            elif deed["deed"] == LIFTED:
                memory.lifted(deed["sequences"])
            elif deed["deed"] == LISTED:
                memory.lists.add(deed["sha256"])
            elif deed["deed"] in (KNOWN, OVERSIZE):
                memory.met(deed)
        return memory

    def add(self, deed: Deed) -> None:
        self.last = max(self.last, int(deed["sequence"]))
        self.known.add((deed["sha256"], deed["name"], deed["received_at"]))
        if deed["channel"] == "mail":
            self.mails.add(deed["sha256"])
        if deed.get("imap"):
            self.met(deed)
            return
        if deed["time_known"]:
            self.used.setdefault(deed["name"], {})[deed["received_at"]] = deed["sha256"]
        else:
            self.pending[(deed["sha256"], deed["name"])] = int(deed["sequence"])

    def met(self, deed: Deed) -> None:
        """A message of the mailbox need not be looked at again."""
        place = deed["imap"]
        folder = (place["account"], place["folder"], int(place["uidvalidity"]))
        self.seen.setdefault(folder, {})[int(place["uid"])] = deed.get("sha256")
        if deed["deed"] == OVERSIZE:
            self.oversize.setdefault((int(deed["size"]), deed["received_at"]), set()).add(folder)

    def lifted(self, sequences: Iterable[int]) -> None:
        gone = set(sequences)
        self.pending = {key: number for key, number in self.pending.items() if number not in gone}

    def knows(self, sha256: str, name: str, received_at: datetime, *, time_known: bool) -> bool:
        """Was this very file received before, by a collection that died before it could remove it?"""
        if (sha256, name) in self.pending:
            return True
        return time_known and (sha256, name, received_at.isoformat()) in self.known
