"""Builds that are broken on purpose: each must be caught by the torture, or the torture is worth nothing."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from nvbatch import durable, mailbook, outputs, sending
from nvbatch.archive import Archive
from nvbatch.journal import Journal
from nvbatch.stages import collect


@dataclass(frozen=True, slots=True)
class Build:
    """What is broken, and at which calls a death shows it."""

    breaking: Callable[[], None]
    calls: tuple[str, ...]
    each: int = 60
    mails: bool = False  # broken is what sends: struck is «send», not the week


def write_in_place() -> None:
    """Files are written under their final names."""

    @contextlib.contextmanager
    def in_place(path: Path, *, mode: int | None = None, **_: Any) -> Iterator[BinaryIO]:
        with path.open("wb") as stream:
            yield stream
        if mode is not None:
            path.chmod(mode)

    durable.new_file = in_place


def journal_before_archive() -> None:
    """The journal says «received» of what is not in the archive yet."""
    later = _archive_later()
    append = Journal.append_all

    def appended(self: Journal, deed: str, *args: Any, **more: Any) -> Any:
        done = append(self, deed, *args, **more)
        later()
        return done

    Journal.append_all = appended  # type: ignore[method-assign]


def removal_before_archive() -> None:
    """The file leaves the inbox before it is kept."""
    later = _archive_later()
    run = collect._Collection.run

    def ran(self: Any) -> Any:
        done = run(self)
        later()
        return done

    collect._Collection.run = ran  # type: ignore[method-assign]


def _archive_later() -> Callable[[], None]:
    put, waiting = Archive.put, []
    known = Archive.path

    def postponed(self: Archive, data: bytes) -> str:
        import hashlib

        waiting.append((self, data))
        return hashlib.sha256(data).hexdigest()

    def later() -> None:
        while waiting:
            put(*waiting.pop(0))

    Archive.put = postponed  # type: ignore[method-assign]
    Archive.path = known  # type: ignore[method-assign]
    collect._Collection._envelope = lambda self, name, sha256: None  # type: ignore[method-assign, assignment]
    return later


def outputs_in_place() -> None:
    """A run's files are made where they are to stand."""
    enter = outputs.RunFolder.__enter__

    def entered(self: Any) -> Any:
        self.folder = self.final
        return enter(self)

    def commit(self: Any, made: Any = (), *, latest: bool = True, **facts: Any) -> Path:
        durable.write_text(self.folder / outputs.MANIFEST, outputs._manifest(self.folder, self.run_id, made, facts))
        if latest:
            outputs.name_latest(self.workspace, self.run_id)
        return Path(self.final)

    outputs.RunFolder.__enter__ = entered  # type: ignore[method-assign]
    outputs.RunFolder.commit = commit  # type: ignore[method-assign]
    outputs.RunFolder.__exit__ = lambda *_: None  # type: ignore[method-assign]


def latest_first() -> None:
    """out/latest names a run before it is there."""
    commit = outputs.RunFolder.commit

    def early(self: Any, made: Any = (), *, latest: bool = True, **facts: Any) -> Path:
        outputs.name_latest(self.workspace, self.run_id)
        return commit(self, made, latest=latest, **facts)

    outputs.RunFolder.commit = early  # type: ignore[method-assign]


def nobody_knows_what_was_taken() -> None:
    """What is already in the journal is not recognised: the next collection counts it twice."""
    collect.Memory.knows = lambda self, *_, **__: False  # type: ignore[method-assign]


def send_without_record() -> None:
    """What was sent is written down afterwards, if we live that long."""
    append = Journal.append

    def appended(self: Journal, deed: str, *args: Any, **more: Any) -> Any:
        return {} if deed == mailbook.INTENT else append(self, deed, *args, **more)

    Journal.append = appended  # type: ignore[method-assign]


def record_before_send() -> None:
    """«Sent» stands in the journal before the server hears of the message; so nobody doubts anything."""
    append = Journal.append

    def appended(self: Journal, deed: str, *args: Any, **more: Any) -> Any:
        return append(self, mailbook.SENT if deed == mailbook.INTENT else deed, *args, **more)

    Journal.append = appended  # type: ignore[method-assign]


def doubts_go_out_again() -> None:
    """A message of which nobody knows whether it arrived is sent once more."""
    read = mailbook.read_mailbook

    def hopeful(*args: Any) -> mailbook.Mailbook:
        book = read(*args)
        free = {key: s for key, s in book.standings.items() if s is not mailbook.Standing.DOUBTFUL}
        return mailbook.Mailbook(standings=free, today=book.today)

    sending.read_mailbook = hopeful


def outbox_rewritten() -> None:
    """Every command writes the outbox anew: what a message is about is news each time."""
    read = sending.read_outbox
    sending.read_outbox = lambda folder: tuple(
        replace(mail, about=tuple(f"{each} {secrets.token_hex(4)}" for each in mail.about)) for mail in read(folder)
    )


BUILDS: dict[str, Build] = {
    "write in place": Build(write_in_place, ("write",)),
    "journal before archive": Build(journal_before_archive, ("rename",)),
    "removal before archive": Build(removal_before_archive, ("rename",)),
    "outputs in place": Build(outputs_in_place, ("rename",)),
    "latest before the run": Build(latest_first, ("rename",)),
    "send without record": Build(send_without_record, ("write", "sendto"), mails=True),
    "record before send": Build(record_before_send, ("sendto",), mails=True),
    "doubts go out again": Build(doubts_go_out_again, ("write", "sendto"), mails=True),
    "outbox rewritten": Build(outbox_rewritten, ("write", "sendto"), mails=True),
}
