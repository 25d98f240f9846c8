"""What a mail library raises in, one Vietnamese sentence out: what is wrong and how to mend it, naming no person."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from nvbatch.config import Mailbox

PORTS = {"tls": 993, "starttls": 143, "none": 143}


class MailTrouble(Exception):
    """The mailbox cannot be used now. The text is Vietnamese; the server's own words, which may quote, are left out.

    ``again``: the line broke or the server was busy, so another try may do. ``refused``: the server stands and says no
    to this one request.
    """

    def __init__(self, text: str, *, again: bool = False, refused: bool = False) -> None:
        super().__init__(text)
        self.again, self.refused = again, refused


def port_of(server: Mailbox) -> int:
    return server.port or PORTS[server.security]


@contextmanager
def on_line(server: Mailbox) -> Iterator[None]:
    """Every exchange with the server stands in this block, so that nothing else can be taken for the network."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        raise trouble_of(error, server) from None


def trouble_of(error: Exception, server: Mailbox) -> MailTrouble:
    """The plain words for an exception of socket, ssl or imaplib."""
    where = f"máy chủ thư «{server.host}» (cổng {port_of(server)})"
    if isinstance(error, socket.gaierror):
        return MailTrouble(
            f"Không tìm thấy {where}: kiểm tra tên máy chủ ở khóa «mail.imap.host» và kết nối mạng.", again=True
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailTrouble(
            f"Chứng thư số của {where} không được máy này tin cậy hoặc không đúng tên máy chủ. "
            "Kiểm tra «mail.imap.host»; "
            "nếu cơ quan dùng chứng thư nội bộ, ghi tệp chứng thư gốc vào khóa «mail.imap.ca_file»."
        )
    if isinstance(error, ssl.SSLError) and "WRONG_VERSION" in str(error.reason or error):
        return MailTrouble(
            f"{_capital(where)} không dùng TLS ngay từ đầu ở cổng này. Kiểm tra «mail.imap.port» "
            "(TLS thường là 993) hoặc đặt «mail.imap.security» là «starttls»."
        )
    if isinstance(error, ConnectionRefusedError):
        return MailTrouble(
            f"{_capital(where)} từ chối kết nối: kiểm tra «mail.imap.port», tường lửa, hoặc máy chủ đang dừng.",
            again=True,
        )
    if isinstance(error, TimeoutError):
        return MailTrouble(f"{_capital(where)} không trả lời: kiểm tra kết nối mạng, tường lửa.", again=True)
    if isinstance(error, (OSError, EOFError, imaplib.IMAP4.abort)):
        return MailTrouble(f"Kết nối với {where} bị ngắt giữa chừng: kiểm tra đường mạng.", again=True)
    return MailTrouble(f"{_capital(where)} không thực hiện yêu cầu. Báo người quản trị máy chủ thư.", refused=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
