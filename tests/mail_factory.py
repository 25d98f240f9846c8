"""Small workspaces, mails, workbooks and zips for the tests of intake: made here, never copied from anywhere."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from nvbatch.config import Config, parse_config
from nvbatch.workspace import Workspace

XLSX_TYPE = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
SERVER = "from mx.tinh.example.vn by mail.tinh.example.vn with LMTP id 7; Thu, 27 Mar 2025 13:40:00 +0700"
FORGED = "from may-la by mx.tinh.example.vn; Mon, 01 Jan 2024 00:00:00 +0700"


def make_workspace(folder: Path) -> Workspace:
    workspace = Workspace(folder / "vp")
    for path in (workspace.inbox, workspace.archive, workspace.journal, workspace.out, workspace.cache):
        path.mkdir(parents=True)
    return workspace


def make_config(**intake: object) -> Config:
    return parse_config({"office": {"name": "Văn phòng"}, "intake": intake})


def drop(workspace: Workspace, name: str, data: bytes, *, age: float = 60.0) -> Path:
    """A file in inbox that was last written ``age`` seconds ago."""
    path = workspace.inbox / name
    path.write_bytes(data)
    os.utime(path, (time.time() - age,) * 2)
    return path


def make_xlsx(text: str = "A") -> bytes:
    """The least that is recognisable as a workbook; nobody in intake reads more."""
    return make_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": f"<workbook>{text}</workbook>".encode()})


def make_zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (2025, 3, 27, 8, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def make_mail(
    files: Iterable[tuple[str, bytes]] = (),
    *,
    sender: str = "Đầu mối Sở Nội vụ <daumoi.snv@tinh.example.vn>",
    received: Iterable[str] = (SERVER, FORGED),
    text: str = "Kính gửi Văn phòng UBND tỉnh.",
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A mail as a decent mailer writes it, the receiving server's Received line on top."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "tonghop@tinh.example.vn"
    message["Subject"] = "Báo cáo nhiệm vụ tuần"
    message["Date"] = "Thu, 27 Mar 2025 13:39:00 +0700"
    message["Message-ID"] = "<bao-cao-1@tinh.example.vn>"
    for name, value in headers:
        message[name] = value
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype=XLSX_TYPE[0], subtype=XLSX_TYPE[1], filename=name)
    if message.is_multipart():
        message.set_boundary("=-ranh-gioi-=")  # a random one would make other bytes every time
    top = "".join(f"Received: {line}\r\n" for line in received)
    return top.encode() + message.as_bytes(policy=SMTP)
