"""A proxy that cuts the line to a mailbox after some bytes; and collections cut at position after position.

The long form: :func:`cut_reading` and :func:`cut_moving` with 200 positions, :func:`kill_collecting` with every call of
:data:`tests.torture.strike.CALLS` and ``sendto``. The ordinary tests take a few of each.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nvbatch.archive import Archive
from nvbatch.config import Config, parse_config
from nvbatch.journal import Journal
from nvbatch.stages.collect import Collected, collect
from nvbatch.workspace import Workspace
from tests.dovecot_server import PASSWORD, PostOffice
from tests.mail_factory import make_mail, make_workspace, make_xlsx
from tests.torture.strike import strike

NOW = datetime(2025, 3, 28, 2, 0, tzinfo=UTC)
AT = datetime(2025, 3, 27, 6, 40, tzinfo=UTC)
SECRET = "NVBATCH_TEST_MAILBOX"
FOLDER, DONE = "Báo cáo đến", "Đã nhận"
MAILS = tuple(make_mail([(f"BM01_{n}.xlsx", make_xlsx(f"tệp {n}"))], text=f"Thư số {n}.") for n in range(4))


@dataclass
class Proxy:
    """Stands before a server. ``cut_after``: bytes of the server's that the next connection passes on, None: all.

    ``poison``: a connection on which the server says these bytes is cut there, however often it is tried. ``reset``:
    cut with a reset instead of a quiet end.
    """

    target: int
    cut_after: int | None = None
    poison: bytes | None = None
    reset: bool = False
    passed: list[int] = field(default_factory=list)  # bytes passed on, a connection each
    _listener: socket.socket = field(default_factory=socket.socket)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            limit, self.cut_after = self.cut_after, None
            threading.Thread(target=self._connection, args=(client, limit), daemon=True).start()

    def _connection(self, client: socket.socket, limit: int | None) -> None:
        number = len(self.passed)
        self.passed.append(0)
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            back = threading.Thread(target=_pump, args=(client, server), daemon=True)
            back.start()
            tail = b""
            with contextlib.suppress(OSError):
                while data := server.recv(65536):
                    tail = (tail + data)[-200_000:]
                    left = len(data) if limit is None else limit - self.passed[number]
                    if self.poison and self.poison in tail:
                        left = 0
                    client.sendall(data[:left])
                    self.passed[number] += min(left, len(data))
                    if left < len(data) or (limit is not None and self.passed[number] >= limit):
                        break
            if self.reset:  # closing then says RST; shutting the reading side says nothing, and ends the other thread
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RD if self.reset else socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            back.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def proxy(office: PostOffice) -> Iterator[Proxy]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        between = Proxy(office.port, _listener=listener)
        thread = threading.Thread(target=between.serve, daemon=True)
        thread.start()
        yield between
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def mailbox_config(office: PostOffice, mailbox: str, /, **words: object) -> Config:
    """A configuration that reads a user's folder on the test server, plainly unless told otherwise."""
    os.environ[SECRET] = PASSWORD
    settings = {"host": office.host, "port": office.port, "user": mailbox, "folder": FOLDER, "security": "none",
                "password_env": SECRET, **words}  # fmt: skip
    intake = settings.pop("intake", {})
    return parse_config({"office": {"name": "Văn phòng"}, "intake": intake, "mail": {"imap": settings}})


def cut_reading(office: PostOffice, folder: Path, positions: int) -> int:
    """Collect a few mails over a line that is cut at ``positions`` places of the session, spread evenly over its bytes.

    After each cut the next collection must hold every mail exactly once; returns how many cuts left work to it.
    """
    user = f"cat-{os.urandom(4).hex()}"
    office.deliver(user, *MAILS, folder=FOLDER, at=AT)
    interrupted = 0
    with proxy(office) as between, _without_pauses():
        config = mailbox_config(office, user, port=between.port)
        whole = _length(between, config, folder)
        for number in range(positions):
            workspace = make_workspace(folder / f"vi-tri-{number}")
            between.cut_after, between.reset = 1 + number * (whole - 1) // positions, bool(number % 2)
            first = collect(workspace, config, NOW)
            _nothing_twice(workspace, first)
            second = collect(workspace, config, NOW)
            assert not second.failures, second.failures
            interrupted += bool(second.receipts)
            _everything_once(workspace)
    return interrupted


def cut_moving(office: PostOffice, folder: Path, positions: int) -> int:
    """The same with ``move_to``: no mail may be lost or doubled in the mailbox either; returns the interrupted ones."""
    interrupted = 0
    with proxy(office) as between, _without_pauses():
        users = [f"doi-{os.urandom(4).hex()}" for _ in range(positions + 1)]
        for user in users:
            office.deliver(user, *MAILS, folder=FOLDER, at=AT)
        whole = _length(between, mailbox_config(office, users[-1], port=between.port, move_to=DONE), folder)
        for number, user in enumerate(users[:-1]):
            config = mailbox_config(office, user, port=between.port, move_to=DONE)
            workspace = make_workspace(folder / f"doi-{number}")
            between.cut_after, between.reset = 1 + number * (whole - 1) // positions, bool(number % 2)
            first = collect(workspace, config, NOW)
            interrupted += bool(first.failures)
            second = collect(workspace, config, NOW)
            assert not second.failures, second.failures
            _everything_once(workspace)
            assert sorted(m.data for m in office.messages(user, DONE)) == sorted(MAILS)
            assert office.messages(user, FOLDER) == []
    return interrupted


def kill_collecting(office: PostOffice, folder: Path, calls: Sequence[str], most: int = 60_000) -> int:
    """Kill a collection that moves what it took before its 1st, 2nd, 3rd … such system call; returns the blows.

    ``sendto`` is what it says to the server. The next collection must hold every mail once, in the archive as in the
    mailbox. Needs strace (:func:`tests.torture.strike.can_strike`).
    """
    blows = 0
    for call in calls:
        for number in range(1, most + 1):
            user, workspace = f"chet-{os.urandom(4).hex()}", make_workspace(folder / f"{call}-{number}")
            office.deliver(user, *MAILS, folder=FOLDER, at=AT)
            config = mailbox_config(office, user, move_to=DONE)

            def job(workspace: Workspace = workspace, config: Config = config) -> int:
                return len(collect(workspace, config, NOW).failures)

            struck = strike(job, call, "kill", number)
            if not struck.hit:
                break
            blows += 1
            second = collect(workspace, config, NOW)
            assert not second.failures, (call, number, second.failures)
            _everything_once(workspace)
            assert sorted(m.data for m in office.messages(user, DONE)) == sorted(MAILS), (call, number)
            assert office.messages(user, FOLDER) == [], (call, number)
    return blows


@contextlib.contextmanager
def _without_pauses() -> Iterator[None]:
    """One try a collection, so that what a cut costs is seen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nvbatch.mailbox.fetching.PAUSES", ())
        yield


def _length(between: Proxy, config: Config, folder: Path) -> int:
    """Bytes that the server says in an undisturbed session."""
    collect(make_workspace(folder / "nguyen-ven"), config, NOW)
    return between.passed[-1]


def _nothing_twice(workspace: Workspace, collected: Collected) -> None:
    noted = [deed["sha256"] for deed in Journal(workspace).deeds("received")]
    assert len(noted) == len(set(noted)) == len(collected.receipts)
    assert all(Archive(workspace).has(sha256) for sha256 in noted)


def _everything_once(workspace: Workspace) -> None:
    archive = Archive(workspace)
    noted = [deed["sha256"] for deed in Journal(workspace).deeds("received")]
    assert sorted(archive.read(sha256) for sha256 in noted) == sorted(MAILS)
    assert sorted(archive.all()) == sorted(noted)  # no half message anywhere
