"""A configuration in, for `doctor`: in Vietnamese what keeps the mailbox from being read, each with its remedy."""

from __future__ import annotations

from pathlib import Path

from nvbatch.config import Config, ConfigError
from nvbatch.mailbox.connection import connected
from nvbatch.mailbox.folders import resolve
from nvbatch.mailbox.trouble import MailTrouble, on_line

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check(config: Config, root: Path | None = None) -> tuple[str, ...]:
    """Connect, log in and look at the folder, changing nothing. Empty when all is well or no mailbox is configured.

    ``root``: the workspace, to which ``password_file`` and ``ca_file`` are relative.
    """
    server = config.mail.imap
    if not server.host:
        return ()
    problems: list[str] = []
    if server.security == "none" and server.host not in LOOPBACK:
        problems.append(
            "Mật khẩu và thư đi qua mạng không mã hóa («mail.imap.security» là «none»): đặt «tls» hoặc «starttls»."
        )
    try:
        with connected(server, root or Path()) as client:
            name = resolve(client, server)
            with on_line(server):
                client.select_folder(name, readonly=True)
    except (MailTrouble, ConfigError) as problem:
        problems.append(str(problem))
    return tuple(problems)
