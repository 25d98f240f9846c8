"""Messages that the archive has in; moved to the folder that the Office asked for, or in Vietnamese why not."""

from __future__ import annotations

from collections.abc import Mapping

from nvbatch.archive import Archive
from nvbatch.config import Mailbox
from nvbatch.mailbox.connection import Client
from nvbatch.mailbox.folders import find, folders
from nvbatch.mailbox.trouble import MailTrouble, on_line

MOVED_AT_ONCE = 100


def move_done(
    client: Client, server: Mailbox, name: str, uidvalidity: int, done: Mapping[int, str | None], archive: Archive
) -> tuple[str, ...]:
    """Move what was received from folder ``name`` to ``mail.imap.move_to``. Raises MailTrouble when the line breaks.

    ``done``: UID → sha256. Nothing is moved that the archive does not hold.
    """
    kept = sorted(uid for uid, sha256 in done.items() if sha256 is not None and archive.has(sha256))
    if not kept:
        return ()
    try:
        target = _target(client, server)
        if target == name:
            return ("Khóa «mail.imap.move_to» trùng với thư mục đang đọc nên không chuyển thư; hãy chọn thư mục khác.",)
        with on_line(server):
            chosen = client.select_folder(name)
            if int(chosen.get(b"UIDVALIDITY", 0)) != uidvalidity:
                return ()  # numbered anew this very moment: the next collection looks at everything again
            for start in range(0, len(kept), MOVED_AT_ONCE):
                _move(client, kept[start : start + MOVED_AT_ONCE], target)
    except MailTrouble as trouble:
        if not trouble.refused:
            raise
        return (
            f"Thư đã lưu đủ nhưng máy chủ không cho chuyển sang thư mục «{server.move_to}»: "
            "kiểm tra quyền của tài khoản, hoặc bỏ khóa «mail.imap.move_to».",
        )
    return ()


def _target(client: Client, server: Mailbox) -> str:
    """The folder's name on this server; it is made where it is missing."""
    there = folders(client, server)
    found = find(server.move_to, there)
    if found is not None:
        return found
    made = server.move_to.replace("/", there[0].delimiter if there else "/")
    with on_line(server):
        client.create_folder(made)
        client.subscribe_folder(made)
    return made


def _move(client: Client, uids: list[int], target: str) -> None:
    """MOVE; where the server has none: copy, mark as deleted, and expunge these alone if it can."""
    if client.has_capability("MOVE"):
        client.move(uids, target)
        return
    marked = {uid for uid, flags in client.get_flags(uids).items() if b"\\Deleted" in flags}
    fresh = [uid for uid in uids if uid not in marked]
    if fresh:
        client.copy(fresh, target)
        client.delete_messages(fresh)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
