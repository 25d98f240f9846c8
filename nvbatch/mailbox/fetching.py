"""A mailbox in, its new messages in archive and journal: each taken once, however often the line breaks."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nvbatch import progress
from nvbatch.archive import Archive
from nvbatch.config import Config, ConfigError
from nvbatch.intake.envelope import believable
from nvbatch.intake.opener import Opener
from nvbatch.intake.received import KNOWN, OVERSIZE, RECEIVED, Memory, deed_fields, receipt_of
from nvbatch.journal import Journal
from nvbatch.mailbox.connection import Client, connected
from nvbatch.mailbox.folders import resolve
from nvbatch.mailbox.moving import move_done
from nvbatch.mailbox.trouble import MailTrouble, on_line
from nvbatch.model import Receipt
from nvbatch.workspace import Workspace

PAUSES = (1.0, 3.0, 9.0)  # seconds before the line is tried again; what arrived in between starts the count anew
LOOKED_AT_ONCE = 200  # messages whose sizes are asked for in one request
BREAKS = 2  # times that the line may break on one message before it is left for the next collection
MEGABYTE = 1 << 20
FETCH_SIZE, FETCH_TIME, FETCH_BODY = "RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[]"  # PEEK: \Seen stays as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """``problems``: for the operator. ``failures``: what could not be done now and will be tried the next time."""

    receipts: tuple[Receipt, ...] = ()
    problems: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def fetch(workspace: Workspace, config: Config, now: datetime, memory: Memory) -> Fetched:
    """Take every message of the configured folder that was not taken before. Call it while holding the workspace.

    Archive before journal before moving: whoever dies in between finds the message in the mailbox again, and its bytes
    archived. The server's INTERNALDATE is the receipt time. ``memory`` learns what was taken. Raises OSError only when
    the disk refuses.
    """
    if not config.mail.imap.host:
        return Fetched()
    with Opener(config.intake) as opener:
        fetching = _Fetching(workspace, config, now, memory, opener)
        fetching.run()
    return Fetched(receipts=tuple(fetching.taken), problems=tuple(fetching.problems), failures=tuple(fetching.failures))


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder as the server numbers it now."""

    name: str
    key: tuple[str, str, int]  # account, folder, UIDVALIDITY

    def of(self, uid: int) -> dict[str, Any]:
        account, folder, uidvalidity = self.key
        return {"account": account, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}


@dataclass(slots=True)
class _Fetching:
    """One collection from the mailbox, over as many connections as it takes."""

    workspace: Workspace
    config: Config
    now: datetime
    memory: Memory
    opener: Opener  # the heads of mails, too, are read where a hostile one can stop nothing
    taken: list[Receipt] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    steps: int = 0  # messages dealt with, by which progress is known
    at_hand: int | None = None  # the message whose body is being fetched
    breaks: dict[int, int] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)  # messages that this collection gives up

    def run(self) -> None:
        tries, steps = 0, 0
        while True:
            try:
                self._session()
                break
            except ConfigError as problem:
                self.failures.append(f"Chưa tải thư: {problem}")
                return
            except MailTrouble as trouble:
                gave_up = self._given_up()
                tries = 0 if gave_up or self.steps > steps else tries
                steps = self.steps
                if not trouble.again or tries >= len(PAUSES):
                    self.failures.append(self._unfinished(trouble))
                    break
                time.sleep(PAUSES[tries])
                tries += 1
        if self.left:
            self.failures.append(
                f"{len(self.left)} thư chưa tải được về từ hộp thư (các thư khác đã nhận đủ); "
                "lần thu nhận sau sẽ tải lại. Nếu lặp lại, hãy mở thư đó và lưu tệp đính kèm vào inbox."
            )

    def _unfinished(self, trouble: MailTrouble) -> str:
        got = f"đã nhận {len(self.taken)} thư, các thư còn lại" if self.taken else "thư trong hộp"
        return f"Chưa tải hết thư ({got} sẽ được tải ở lần thu nhận sau). {trouble}"

    def _given_up(self) -> bool:
        """Has the line broken on the message at hand once too often?"""
        uid, self.at_hand = self.at_hand, None
        if uid is None:
            return False
        self.breaks[uid] = self.breaks.get(uid, 0) + 1
        if self.breaks[uid] < BREAKS:
            return False
        self.left.add(uid)
        return True

    def _session(self) -> None:
        """Everything that one connection can give. Raises MailTrouble when it ends early."""
        server = self.config.mail.imap
        with connected(server, self.workspace.root) as client:
            name = resolve(client, server)
            with on_line(server):
                chosen = client.select_folder(name, readonly=True)  # EXAMINE: the mailbox stays as it is
                there = sorted(client.search(["SINCE", server.since] if server.since else ["ALL"]))
            place = _Place(name, (self._account(), name, int(chosen.get(b"UIDVALIDITY", 0))))
            for uid, size, at in self._new(client, place, there):
                self._look(client, place, uid, size, at)
                self.steps += 1
            if server.move_to:
                seen = self.memory.seen.get(place.key, {})
                done = {uid: seen[uid] for uid in there if uid in seen}
                self.problems += move_done(client, server, name, place.key[2], done, Archive(self.workspace))

    def _account(self) -> str:
        """Whose mailbox, without naming the address in the journal once more."""
        server = self.config.mail.imap
        return hashlib.sha256(f"{server.user}@{server.host.lower()}".encode()).hexdigest()[:16]

    def _new(self, client: Client, place: _Place, there: Sequence[int]) -> Iterator[tuple[int, int, datetime | None]]:
        """(UID, size in bytes, INTERNALDATE) of every message that no earlier collection dealt with."""
        seen = self.memory.seen.get(place.key, {})
        new = [uid for uid in there if uid not in seen and uid not in self.left]
        for start in range(0, len(new), LOOKED_AT_ONCE):
            batch = new[start : start + LOOKED_AT_ONCE]
            with on_line(self.config.mail.imap):
                said = client.fetch(batch, [FETCH_SIZE, FETCH_TIME])
            for number, uid in enumerate(batch, start=start):
                progress.tell("collect", number, len(new))
                if uid in said:  # else somebody has just taken it out of the folder
                    yield uid, int(said[uid].get(b"RFC822.SIZE", 0)), _aware(said[uid].get(b"INTERNALDATE"))

    def _look(self, client: Client, place: _Place, uid: int, size: int, at: datetime | None) -> None:
        """One message: too large, or its bytes."""
        largest = self.config.intake.max_mail_mb * MEGABYTE
        if size > largest:
            self._oversize(place, uid, size, at)
            return
        data = self._body(client, uid)
        if data is None:
            return
        if len(data) > largest:
            self._oversize(place, uid, len(data), at)
        elif data:
            self._take(place, uid, data, at)
        else:
            self.left.add(uid)

    def _body(self, client: Client, uid: int) -> bytes | None:
        """The raw message; None when it is gone, or when the server will not give this one."""
        self.at_hand = uid
        try:
            with on_line(self.config.mail.imap):
                said = client.fetch([uid], [FETCH_BODY])
        except MailTrouble as trouble:
            if not trouble.refused:
                raise
            self.left.add(uid)
            said = {}
        self.at_hand = None
        return said[uid].get(b"BODY[]", b"") or b"" if uid in said else None

    def _take(self, place: _Place, uid: int, data: bytes, at: datetime | None) -> None:
        """Into the archive, then into the journal."""
        archive, journal = Archive(self.workspace), Journal(self.workspace)
        sha256 = archive.put(data)
        if sha256 in self.memory.mails:
            self.memory.met(journal.append(KNOWN, at=self.now, sha256=sha256, imap=place.of(uid)))
            return
        name = f"thu-{uid}.eml"
        envelope = self.opener.envelope(archive.path(sha256), name, self.config.zone)
        received_at = at or envelope.received_at
        fields = deed_fields(
            sequence=self.memory.last + 1,
            sha256=sha256,
            name=name,
            received_at=(received_at or self.now).astimezone(self.config.zone),
            time_known=received_at is not None,
            sender=envelope.sender,
            envelope=envelope,
            imap=place.of(uid),
        )
        deed = journal.append(RECEIVED, at=self.now, **fields)
        self.memory.add(deed)
        self.taken.append(receipt_of(deed, self.config))

    def _oversize(self, place: _Place, uid: int, size: int, at: datetime | None) -> None:
        """Noted, so that it is told once and counted; the message itself stays where it is."""
        received_at = (at or self.now).astimezone(self.config.zone)
        journal, moment = Journal(self.workspace), received_at.isoformat()
        if self.memory.oversize.get((size, moment), set()) - {place.key}:  # told of before the folder was numbered anew
            self.memory.met(journal.append(KNOWN, at=self.now, imap=place.of(uid)))
            return
        deed = journal.append(OVERSIZE, at=self.now, size=size, received_at=moment, imap=place.of(uid))
        self.memory.met(deed)
        self.problems.append(
            f"Thư nhận lúc {received_at:%H giờ %M phút ngày %d/%m/%Y} trong thư mục «{place.name}» nặng "
            f"{size / MEGABYTE:.0f} MB, quá giới hạn {self.config.intake.max_mail_mb:g} MB nên không tải về. "
            "Mở thư trong hộp thư, lưu tệp báo cáo vào inbox (ghi lúc nhận vào receipts.csv) "
            "hoặc đề nghị cơ quan gửi lại tệp nhẹ hơn."
        )


def _aware(moment: datetime | None) -> datetime | None:
    return believable(moment) if moment is not None and moment.tzinfo is not None else None
