"""A mailbox's configuration in, a connection to it out: encrypted unless told otherwise, every wait limited."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nvbatch.config import Mailbox
from nvbatch.mailbox.trouble import MailTrouble, on_line, port_of
from nvbatch.secrets_of import password

CONNECT_SECONDS, ANSWER_SECONDS = 15.0, 60.0
Client = Any  # imapclient.IMAPClient, imported only where a mailbox is configured


@contextlib.contextmanager
def connected(server: Mailbox, root: Path) -> Iterator[Client]:
    """A client that is logged in, and is gone after the block. Raises MailTrouble, and ConfigError for a password.

    ``root``: the workspace, to which files named in the configuration are relative.
    """
    secret = password(server, root)
    client = _open(server, root)
    try:
        _log_in(client, server, secret)
        yield client
    except BaseException:  # a farewell might wait for a server that has fallen silent
        _hang_up(client)
        raise
    _take_leave(client)


def _open(server: Mailbox, root: Path) -> Client:
    from imapclient import IMAPClient, SocketTimeout

    context = _context(server, root) if server.security != "none" else None
    with on_line(server):
        client = IMAPClient(
            server.host,
            port_of(server),
            ssl=server.security == "tls",
            ssl_context=context if server.security == "tls" else None,
            timeout=SocketTimeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
        )
    client.normalise_times = False  # INTERNALDATE with its own offset
    if server.security == "starttls":
        try:
            _encrypt(client, server, context)
        except BaseException:
            _hang_up(client)
            raise
    return client


def _context(server: Mailbox, root: Path) -> ssl.SSLContext:
    """The machine's authorities, and the one that the configuration names; certificate and name are always checked."""
    context = ssl.create_default_context()
    if server.ca_file:
        try:
            context.load_verify_locations(cafile=root / server.ca_file)
        except (OSError, ssl.SSLError):
            raise MailTrouble(
                f"Không đọc được tệp chứng thư «{Path(server.ca_file).name}» (khóa «mail.imap.ca_file»); "
                "cần một tệp dạng PEM."
            ) from None
    return context


def _encrypt(client: Client, server: Mailbox, context: ssl.SSLContext | None) -> None:
    with on_line(server):
        able = client.has_capability("STARTTLS")
    if not able:
        raise MailTrouble(
            f"Máy chủ thư «{server.host}» không hỗ trợ STARTTLS ở cổng {port_of(server)}. "
            "Đặt «mail.imap.security» là «tls» (cổng 993)."
        )
    with on_line(server):
        client.starttls(context)


def _log_in(client: Client, server: Mailbox, secret: str) -> None:
    if not server.user:
        raise MailTrouble("Chưa khai báo tài khoản hộp thư (khóa «mail.imap.user»).")
    with on_line(server):
        try:
            if server.user.isascii() and secret.isascii():
                client.login(server.user, secret)
            else:  # LOGIN knows ASCII only
                client.plain_login(server.user, secret)
        except imaplib.IMAP4.error as error:
            if isinstance(error.__context__, (imaplib.IMAP4.abort, OSError)):
                raise error.__context__ from None
            raise _refused(server, str(error)) from None


def _refused(server: Mailbox, said: str) -> MailTrouble:
    """The server does not let us in; of its words only the standard codes are looked at."""
    if "[UNAVAILABLE]" in said or "[INUSE]" in said or "[LIMIT]" in said:
        return MailTrouble(
            f"Máy chủ thư «{server.host}» đang bận, chưa cho đăng nhập. Chạy lại sau ít phút.", again=True
        )
    if server.security == "none" and ("PRIVACYREQUIRED" in said or "disabled" in said.lower()):
        return MailTrouble(
            f"Máy chủ thư «{server.host}» chỉ cho đăng nhập qua kết nối mã hóa: "
            "đặt «mail.imap.security» là «tls» hoặc «starttls»."
        )
    return MailTrouble(
        f"Máy chủ thư «{server.host}» không chấp nhận tài khoản hoặc mật khẩu. Kiểm tra «mail.imap.user» và mật khẩu "
        "(password_env, password_file hoặc kho khóa); nhiều máy chủ cần «mật khẩu ứng dụng» riêng cho IMAP."
    )


def _take_leave(client: Client) -> None:
    """Log out; everything is done, so nothing that goes wrong here matters."""
    with contextlib.suppress(Exception):
        client.logout()
        return
    _hang_up(client)


def _hang_up(client: Client) -> None:
    with contextlib.suppress(Exception):
        client.shutdown()
