"""A real Dovecot on loopback for the tests of mail: started on free ports, unprivileged, everything in one folder.

Any user name is a mailbox of its own with the password :data:`PASSWORD`, so that tests share one server and no mail.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from imapclient import IMAPClient

if TYPE_CHECKING:
    import grp
    import pwd

PASSWORD = "mat-khau-thu"  # of every mailbox
WAIT = 30.0  # seconds until a server that has said nothing is given up
OTHER_PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


@dataclass(frozen=True)
class Message:
    """A message as the server keeps it."""

    uid: int
    flags: tuple[str, ...]
    received_at: datetime
    data: bytes


@dataclass(frozen=True)
class PostOffice:
    """A running server. ``port`` speaks plainly and STARTTLS, ``tls_port`` TLS from the first byte."""

    folder: Path
    port: int
    tls_port: int

    host = "127.0.0.1"

    @property
    def ca_file(self) -> Path:
        """The certificate that a client must trust; it is made out to localhost, not to its number."""
        return self.folder / "cert.pem"

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        client = IMAPClient(self.host, self.port, ssl=False, timeout=WAIT)
        client.normalise_times = False
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def deliver(self, user: str, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Lay mails into a mailbox, received ``at``; a folder that is not there is made."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail, msg_time=at or datetime.now(UTC))

    def messages(self, user: str, folder: str = "INBOX") -> list[Message]:
        """What lies in a folder, in order, without touching it."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            found = client.fetch(uids, ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"]) if uids else {}
        return [
            Message(
                uid=uid,
                flags=tuple(sorted(flag.decode() for flag in said[b"FLAGS"])),
                received_at=said[b"INTERNALDATE"],
                data=said[b"BODY[]"],
            )
            for uid, said in sorted(found.items())
        ]

    def folders(self, user: str) -> list[str]:
        with self.client(user) as client:
            return sorted(name for _, _, name in client.list_folders())

    def renew_uids(self, user: str, folder: str) -> None:
        """The folder made anew with the same messages: another UIDVALIDITY, other UIDs."""
        kept = self.messages(user, folder)
        with self.client(user) as client:
            client.delete_folder(folder)
            client.create_folder(folder)
            client.append(folder, b"From: x@y.vn\r\n\r\n.")  # moves the UIDs on, as other mail would
            client.select_folder(folder)
            client.delete_messages(client.search("ALL"))
            client.expunge()
        for message in kept:
            self.deliver(user, message.data, folder=folder, at=message.received_at)


def why_missing() -> str | None:
    """Why no Dovecot can be started here; None when it can."""
    if os.name == "nt":
        return "NO REAL MAILBOX TESTED: Dovecot does not run on Windows"
    if _binary() is None:
        return "NO REAL MAILBOX TESTED: Dovecot is not installed (apt-get install dovecot-imapd)"
    return None


@contextlib.contextmanager
def running() -> Iterator[PostOffice]:
    """A server for the block. Its folder lies in the system's temporary folder: socket paths must be short."""
    folder = Path(tempfile.mkdtemp(prefix="nvb-"))
    try:
        office, process = _started(folder)
        try:
            yield office
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> tuple[PostOffice, subprocess.Popen[bytes]]:
    """Start it; a port that somebody took in between is tried anew."""
    said = ""
    for _attempt in range(5):
        office = PostOffice(folder, *_free_ports())
        process = _start(office)
        try:
            _wait_for(office, process)
        except (OSError, RuntimeError):
            _stop(process)
            log = folder / "dovecot.log"
            said = log.read_text(errors="replace") if log.is_file() else ""
            continue
        return office, process
    raise RuntimeError(f"Dovecot did not start:\n{said[-3000:]}")


def _start(office: PostOffice) -> subprocess.Popen[bytes]:
    folder, (user, group) = office.folder, _unprivileged()
    for name in ("run", "state", "home"):
        (folder / name).mkdir(exist_ok=True)
    if not office.ca_file.is_file():
        _certificate(folder)
    config = folder / "dovecot.conf"
    config.write_text(_config(office, user.pw_name, group.gr_name, user.pw_uid, group.gr_gid))
    rights = {}
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, group.gr_gid)
        rights = {"user": user.pw_uid, "group": group.gr_gid, "extra_groups": []}
    binary = _binary()
    assert binary
    return subprocess.Popen(
        [binary, "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **rights,
    )  # fmt: skip


def _wait_for(office: PostOffice, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT
    while True:
        if process.poll() is not None:
            raise RuntimeError("Dovecot ended")
        try:
            with office.client("thu"):
                return
        except Exception:  # not listening yet, or its auth process not ready
            if time.monotonic() > end:
                raise RuntimeError("Dovecot does not answer") from None
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _binary() -> str | None:
    return shutil.which("dovecot") or shutil.which("dovecot", path=OTHER_PLACES)


def _unprivileged() -> tuple[pwd.struct_passwd, grp.struct_group]:
    """Whoever runs the tests; for root the system's nobody, since Dovecot serves no mailbox of root's."""
    import grp  # neither is there on Windows, where these tests are skipped
    import pwd

    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    return user, grp.getgrgid(user.pw_gid)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _certificate(folder: Path) -> None:
    """A certificate for localhost that signs itself (Dovecot's package brings openssl along)."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ssl.create_default_context(cafile=str(folder / "cert.pem"))


def _version() -> tuple[int, ...]:
    binary = _binary()
    assert binary
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.split()[0].split(".")[:2])


def _config(office: PostOffice, user: str, group: str, uid: int, gid: int) -> str:
    folder = office.folder
    return "\n".join(
        (
            *(_new_words(folder, uid, gid) if _version() >= (2, 4) else _old_words(folder, uid, gid)),
            f"base_dir = {folder}/run",
            f"state_dir = {folder}/state",
            f"log_path = {folder}/dovecot.log",
            f"default_login_user = {user}",
            f"default_internal_user = {user}",
            f"default_internal_group = {group}",
            "first_valid_uid = 0",
            "first_valid_gid = 0",
            "auth_failure_delay = 0",
            "ssl = yes",
            "mail_fsync = never",
            "mail_max_userip_connections = 200",
            "listen = 127.0.0.1",
            # only root may change its root folder
            "service stats {\n chroot =\n}",
            # nor is anybody kept waiting after a wrong password
            "service anvil {\n chroot =\n unix_listener anvil-auth-penalty {\n  mode = 0\n }\n}",
            "namespace inbox {\n inbox = yes\n separator = .\n}",
            "service imap-login {",
            " chroot =",
            f" inet_listener imap {{\n  port = {office.port}\n }}",
            f" inet_listener imaps {{\n  port = {office.tls_port}\n  ssl = yes\n }}",
            "}",
            "",
        )
    )


def _old_words(folder: Path, uid: int, gid: int) -> tuple[str, ...]:
    """Dovecot 2.3."""
    return (
        "protocols = imap",
        f"ssl_cert = <{folder}/cert.pem",
        f"ssl_key = <{folder}/key.pem",
        "disable_plaintext_auth = no",
        "mail_location = maildir:~/mail",
        "service imap {\n service_count = 1000\n}",  # one process for many sessions: quicker
        "service imap-login {\n service_count = 0\n}",
        f"passdb {{\n driver = static\n args = password={PASSWORD}\n}}",
        f"userdb {{\n driver = static\n args = uid={uid} gid={gid} home={folder}/home/%n\n}}",
    )


def _new_words(folder: Path, uid: int, gid: int) -> tuple[str, ...]:
    """Dovecot 2.4 and later."""
    return (
        "dovecot_config_version = 2.4.0",
        "dovecot_storage_version = 2.4.0",
        "protocols {\n imap = yes\n}",
        f"ssl_server_cert_file = {folder}/cert.pem",
        f"ssl_server_key_file = {folder}/key.pem",
        "auth_allow_cleartext = yes",
        "mail_driver = maildir",
        "mail_path = ~/mail",
        f"passdb static {{\n password = {PASSWORD}\n}}",
        f"userdb static {{\n fields {{\n  uid = {uid}\n  gid = {gid}\n"
        f"  home = {folder}/home/%{{user | username}}\n }}\n}}",
    )
