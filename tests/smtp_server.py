"""A real SMTP server on loopback that keeps what it takes, refuses on demand; and a line to it that can be cut."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "tonghop", "mật-khẩu của tests"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as the server took it."""

    recipients: tuple[str, ...]
    data: bytes

    @property
    def mail(self) -> EmailMessage:
        found = message_from_bytes(self.data, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def id(self) -> str:
        return str(self.mail["Message-ID"])


@dataclass
class PostOffice:
    """``refuse``: recipient → reply; ``busy``: so many messages get 451 after their text, then they are taken.

    ``busy_at_rcpt``: so many recipients get 450 first.
    """

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    busy: int = 0
    busy_at_rcpt: int = 0
    logins: list[str] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [each.id for each in self.taken]

    def to(self, address: str) -> list[Taken]:
        return [each for each in self.taken if address in each.recipients]

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        if self.busy_at_rcpt:
            self.busy_at_rcpt -= 1
            return "450 4.2.0 hop thu dang ban"
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.busy:
            self.busy -= 1
            return "451 4.3.0 thu lai sau"
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(Taken(tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 da nhan"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD), handled=False)


@contextlib.contextmanager
def post_office(
    security: str = "none", cert: tuple[Path, Path] | None = None, login: bool = False
) -> Iterator[PostOffice]:
    """A server of its own for the block; ``security`` as in nvbatch.toml."""
    office = PostOffice()
    context = None
    if cert is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*cert)
    words: dict[str, Any] = {"hostname": "127.0.0.1", "port": free_port(), "ready_timeout": 30}
    if login:
        words |= {"authenticator": office.authenticate, "auth_required": True, "auth_require_tls": security != "none"}
    if security == "tls":
        words["ssl_context"] = context
        words["auth_require_tls"] = False
    elif security == "starttls":
        words |= {"tls_context": context, "require_starttls": True}
    controller = Controller(office, **words)
    controller.start()
    office.port = words["port"]
    try:
        yield office
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def why_no_certificate() -> str:
    """Why TLS cannot be tested here; empty when it can."""
    return "" if shutil.which("openssl") else "openssl is not installed: TLS to a mail server is NOT tested"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody has signed but itself."""
    cert, key = folder / "may-chu.pem", folder / "may-chu.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


# --- a line that can be cut ---------------------------------------------------------------------


@dataclass
class Line:
    """Stands before a server. The first connection is cut after ``up`` bytes to the server or ``down`` bytes from it.

    What the server says after its cut is lost; what the client says after its own never arrives.
    """

    target: int
    up: int | None = None
    down: int | None = None
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
            limits, self.up, self.down = (self.up, self.down), None, None
            threading.Thread(target=self._carry, args=(client, *limits), daemon=True).start()

    def _carry(self, client: socket.socket, up: int | None, down: int | None) -> None:
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            ends = (client, server)
            one = threading.Thread(target=_pump, args=(client, server, up, ends), daemon=True)
            two = threading.Thread(target=_pump, args=(server, client, down, ends), daemon=True)
            one.start()
            two.start()
            one.join()
            two.join()


@contextlib.contextmanager
def line_to(target: int, *, up: int | None = None, down: int | None = None) -> Iterator[Line]:
    """A proxy in front of a server on loopback."""
    line = Line(target, up=up, down=down)
    line._listener.bind(("127.0.0.1", 0))
    line._listener.listen()
    threading.Thread(target=line.serve, daemon=True).start()
    try:
        yield line
    finally:
        line._listener.close()


def _pump(
    source: socket.socket, sink: socket.socket, limit: int | None, ends: tuple[socket.socket, socket.socket]
) -> None:
    passed = 0
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            take = data if limit is None else data[: limit - passed]
            sink.sendall(take)
            passed += len(take)
            if limit is not None and passed >= limit:
                break
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
