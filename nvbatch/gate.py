"""A file of unknown origin in; what it really is, and whether a library may open it, out.

Streaming; nothing is unpacked to disk or run: magic bytes, zip directory, real size, checksums, DTD, active parts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nvbatch import ole
from nvbatch.passport import Passport, active_parts, locked, too_much, unreadable
from nvbatch.sniff import looks_like_a_table, says_what
from nvbatch.zipgate import inspect_zip

if TYPE_CHECKING:
    from nvbatch.config import Intake

_MB = 1024 * 1024


def inspect(path: Path, limits: Intake, name: str = "") -> Passport:
    """Judge a file by its bytes; ``name`` (a human's) only decides whether plain text was meant as .csv."""
    size = path.stat().st_size
    if size > limits.max_file_mb * _MB:
        return too_much(f"dung lượng {size / _MB:.1f} MB", f"tối đa {limits.max_file_mb:g} MB")
    with path.open("rb") as stream:
        head = stream.read(8192)
        stream.seek(0)
        if not head:
            return unreadable("tệp rỗng (0 byte)")
        if head.startswith(b"PK"):
            return inspect_zip(stream, size, limits)
        if head.startswith(ole.SIGNATURE):
            return _inspect_ole(stream.read())
        return _inspect_rest(head, stream, name)


# --- OLE: .xls, and everything that only looks like it --------------------------------------------


def _inspect_ole(data: bytes) -> Passport:
    try:
        container = ole.Ole(data)
        reason = _ole_locked(container)
        if reason:
            return locked(reason)
        if not {"Workbook", "Book"} & {name.title() for name in container.names}:
            return unreadable(_ole_kind(container.names))
        container.check("Workbook", "Book")
    except (ole.OleError, ValueError, IndexError) as error:
        return unreadable("tệp .xls bị hỏng hoặc bị cắt cụt", str(error))
    except Exception as error:  # struct.error and the like: a damaged container, not our bug
        return unreadable("tệp .xls bị hỏng hoặc bị cắt cụt", type(error).__name__)
    found = []
    if any(name.casefold() in ("_vba_project_cur", "_vba_project", "vba") for name in container.names):
        found.append("macro")
    if any(re.fullmatch(r"MBD[0-9A-F]{8}|LNK[0-9A-F]{8}", name) for name in container.names):
        found.append("đối tượng nhúng")
    return Passport(format="xls", notes=active_parts(found))


def _ole_locked(container: ole.Ole) -> str | None:
    names = {name.casefold() for name in container.names}
    if any("drmencrypted" in name or "drmcontent" in name for name in names):
        return "tệp được quản lý quyền (IRM/RMS)"
    if "encryptedpackage" in names or "encryptioninfo" in names:
        return "tệp đặt mật khẩu"
    book = container.stream("Workbook", "Book", most=4096)
    return "tệp .xls đặt mật khẩu" if book and _has_filepass(book) else None


def _has_filepass(book: bytes) -> bool:
    """BIFF record FILEPASS stands among the first records of the workbook stream."""
    at = 0
    while at + 4 <= len(book):
        record = int.from_bytes(book[at : at + 2], "little")
        if record == 0x2F:
            return True
        if record == 0x0A or (record == 0 and at):
            return False
        at += 4 + int.from_bytes(book[at + 2 : at + 4], "little")
    return False


def _ole_kind(names: frozenset[str]) -> str:
    if "WordDocument" in names:
        return "văn bản Word đời cũ (.doc)"
    if "PowerPoint Document" in names:
        return "bản trình chiếu PowerPoint đời cũ (.ppt)"
    if any(name.startswith(("__substg1.0", "__properties")) for name in names):
        return "thư Outlook (.msg)"
    return "tệp OLE không có bảng tính bên trong"


# --- the rest -----------------------------------------------------------------------------------


def _inspect_rest(head: bytes, stream: IO[bytes], name: str) -> Passport:
    what = says_what(head)
    if what:
        return unreadable(what)
    if name.casefold().endswith((".csv", ".tsv", ".txt")) or looks_like_a_table(stream.read(1 << 18)):
        return Passport(format="csv")
    return unreadable("văn bản thuần, không có bảng")
