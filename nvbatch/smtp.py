"""Bytes of a message and its recipients in, what the mail server made of them out: taken, refused, later, in doubt."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from nvbatch.config import Config, ConfigError, Server
from nvbatch.eml import is_mailable
from nvbatch.secrets_of import password

PORTS = {"tls": 465, "starttls": 587, "none": 25}
TIMEOUT = 60.0  # seconds for any answer but the last
LAST_TIMEOUT = 600.0  # a server may take its time over a whole message (RFC 5321 4.5.3.2.6)
PAUSES = (2.0, 10.0, 30.0)  # seconds before each further try


class Verdict(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"  # for good
    LATER = "later"  # for now, however often we tried
    DOUBTFUL = "doubtful"  # the last dot went out, no answer came back: it may have been taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``refused``: recipient → the server's code. ``said``: the server's own words, for a terminal, never for a log."""

    verdict: Verdict
    code: int = 0
    said: str = ""
    refused: Mapping[str, int] = field(default_factory=dict)


class Unreachable(Exception):
    """The mail server cannot be spoken to at all; the text is Vietnamese."""


class _Broken(Exception):
    """The connection went while nothing was lost yet: the message may be tried again."""


class Post:
    """A connection to the mail server, opened when first needed and again when it breaks.

    ``with Post(server, folder) as post: post.deliver(...)``; ``folder`` is what relative file names are relative to.
    """

    def __init__(
        self, server: Server, folder: Path, *, pauses: Sequence[float] = PAUSES, timeout: float = TIMEOUT,
        patience: float = LAST_TIMEOUT, pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.server, self.folder = server, folder
        self._pauses, self._timeout, self._patience, self._pause = tuple(pauses), timeout, patience, pause
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._close()

    def open(self) -> None:
        """Connect and log in. Raises Unreachable after the last try, ConfigError when the password is not accepted."""
        for wait in (*self._pauses, None):
            try:
                self._smtp = self._connected()
            except _Broken as error:
                if wait is None:
                    raise Unreachable(str(error)) from None
                self._pause(wait)
            else:
                return

    def deliver(self, to: Sequence[str], cc: Sequence[str], data: bytes) -> Delivery:
        """One message to its recipients; tried again with growing pauses while nothing can have been taken yet.

        It goes out when at least one of ``to`` is accepted; who is refused is named.
        """
        last = Delivery(verdict=Verdict.LATER)
        for wait in (*self._pauses, None):
            if self._smtp is None:
                self.open()
            try:
                last = self._once(to, cc, data)
            except _Broken as error:
                last = Delivery(verdict=Verdict.LATER, said=str(error))
                self._close()
            if last.verdict is not Verdict.LATER or wait is None:
                break
            self._pause(wait)
        return last

    # --- one try ---

    def _once(self, to: Sequence[str], cc: Sequence[str], data: bytes) -> Delivery:
        smtp = self._smtp
        assert smtp is not None
        with _breaking():
            size = [f"size={len(data)}"] if smtp.has_extn("size") else []
            code, said = smtp.mail(self.server.sender, size)
            if code != 250:
                return self._given_up(code, said)
            refused: dict[str, int] = {}
            why = b""
            for recipient in (*to, *cc):
                code, said = smtp.rcpt(recipient)
                if code not in (250, 251):
                    if code // 100 != 5:
                        return self._given_up(code, said)
                    refused[recipient], why = code, said
            if all(recipient in refused for recipient in to):
                return self._given_up(max(refused.values()), why, refused)
            code, said = smtp.docmd("DATA")
            if code != 354:
                return self._given_up(code, said, refused)
            smtp.send(_stuffed(data))
        return self._final(smtp, refused)

    def _final(self, smtp: smtplib.SMTP, refused: Mapping[str, int]) -> Delivery:
        """The last dot: from here on silence is a doubt."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience)
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            return Delivery(verdict=Verdict.DOUBTFUL, said=type(error).__name__, refused=refused)
        if 200 <= code < 300:
            return Delivery(verdict=Verdict.TAKEN, code=code, refused=refused)
        if not 400 <= code < 600:
            self._close()
            return Delivery(verdict=Verdict.DOUBTFUL, code=max(code, 0), refused=refused)
        return self._given_up(code, said, refused)

    def _given_up(self, code: int, said: bytes, refused: Mapping[str, int] | None = None) -> Delivery:
        """Nothing was taken. A server that says goodbye (421) or nonsense is spoken to anew."""
        if code == 421 or not 200 <= code < 600:
            self._close()
        else:
            with _breaking():
                self._smtp_or_broken().rset()
        verdict = Verdict.REFUSED if code // 100 == 5 else Verdict.LATER
        return Delivery(verdict=verdict, code=code, said=said.decode("utf-8", "replace")[:300], refused=refused or {})

    def _smtp_or_broken(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise _Broken("SMTPServerDisconnected")
        return self._smtp

    # --- the connection ---

    def _connected(self) -> smtplib.SMTP:
        """Connected and logged in. Raises _Broken for what may pass, ConfigError for what will not."""
        secret = password(self.server, self.folder)
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._reached()
            if self.server.user:
                _log_in(smtp, self.server.user, secret)
        except (smtplib.SMTPException, OSError) as error:
            _drop(smtp)
            raise self._explained(error) from None
        return smtp

    def _reached(self) -> smtplib.SMTP:
        server = self.server
        where = (server.host, server.port or PORTS[server.security])
        name = server.sender.rpartition("@")[2] or "localhost"
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                *where, local_hostname=name, timeout=self._timeout, context=self._trust()
            )
        else:
            smtp = smtplib.SMTP(*where, local_hostname=name, timeout=self._timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=self._trust())
                smtp.ehlo()
        except BaseException:
            _drop(smtp)
            raise
        return smtp

    def _explained(self, error: Exception) -> Exception:
        server = self.server
        if isinstance(error, smtplib.SMTPAuthenticationError):
            if error.smtp_code // 100 != 5:
                return _Broken(f"Máy chủ thư {server.host} tạm thời chưa cho đăng nhập ({error.smtp_code}).")
            return ConfigError(
                f"Máy chủ thư {server.host} không chấp nhận tên đăng nhập hoặc mật khẩu ({error.smtp_code}). "
                "Kiểm tra [mail.smtp] trong nvbatch.toml."
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return ConfigError(
                f"Máy chủ thư {server.host} không hỗ trợ cách kết nối đã chọn (security = «{server.security}»)."
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return ConfigError(
                f"Chứng thư của máy chủ thư {server.host} không kiểm tra được nên không gửi qua đó. Nếu cơ quan dùng "
                "chứng thư nội bộ, ghi tệp chứng thư vào khóa «ca_file»."
            )
        port = server.port or PORTS[server.security]
        return _Broken(f"Không kết nối được máy chủ thư {server.host}:{port} ({_kind(error)}).")

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.server.ca_file:
            try:
                context.load_verify_locations(self.folder / self.server.ca_file)
            except (OSError, ssl.SSLError):
                raise ConfigError(
                    f"Không đọc được tệp chứng thư «{Path(self.server.ca_file).name}» (khóa «ca_file»)."
                ) from None
        return context

    def _close(self) -> None:
        _drop(self._smtp)
        self._smtp = None


def check(config: Config, folder: Path) -> tuple[str, ...]:
    """What keeps mail from being sent, one Vietnamese sentence each: settings, connection, login. Nothing is sent."""
    server = config.mail.smtp
    if not server.host:
        return ("Chưa khai báo máy chủ gửi thư ([mail.smtp] host trong nvbatch.toml).",)
    troubles = [] if is_mailable(server.sender) else [sender_trouble(server)]
    try:
        with Post(server, folder, pauses=(), timeout=15.0) as post:
            post.open()
    except (ConfigError, Unreachable) as error:
        troubles.append(str(error))
    return tuple(troubles)


def sender_trouble(server: Server) -> str:
    """What is wrong with the address that we send from."""
    if not server.sender:
        return "Chưa khai báo địa chỉ gửi đi ([mail.smtp] sender trong nvbatch.toml)."
    return f"Địa chỉ gửi đi «{server.sender}» ([mail.smtp] sender) không dùng được; ví dụ: tonghop@tinh.gov.vn."


@contextlib.contextmanager
def _breaking() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise _Broken(_kind(error)) from None


def _kind(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "không tìm thấy tên máy chủ"
    if isinstance(error, TimeoutError):
        return "máy chủ không trả lời"
    if isinstance(error, ConnectionRefusedError):
        return "máy chủ từ chối kết nối"
    return type(error).__name__


def _log_in(smtp: smtplib.SMTP, user: str, secret: str) -> None:
    """smtplib knows ASCII passwords only; others go as UTF-8 (RFC 4616)."""
    if user.isascii() and secret.isascii():
        smtp.login(user, secret)
        return
    both = base64.b64encode(f"\0{user}\0{secret}".encode()).decode()
    code, said = smtp.docmd("AUTH", f"PLAIN {both}")
    if code // 100 != 2:
        raise smtplib.SMTPAuthenticationError(code, said)


def _drop(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.close()


def _stuffed(data: bytes) -> bytes:
    """Lines that begin with a dot get a second one; the end of the text is the end of a line."""
    body = data if data.endswith(b"\r\n") else data + b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return b"." + body if body.startswith(b".") else body
