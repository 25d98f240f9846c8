"""A file of unknown origin in; what it really is, and whether a library may open it, out.

Streaming; nothing is unpacked to disk or run: magic bytes, zip directory, real size, checksums, DTD, active parts.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nvbatch import ole
from nvbatch.config import Intake
from nvbatch.model import Note
from nvbatch.sniff import looks_like_a_table, says_what

FATAL = frozenset({"F101", "F102", "F103"})
_MB = 1024 * 1024
_CHUNK = 1 << 16
_HARMLESS_MB = 20  # below this no ratio matters: honest sheets of repeated rows deflate a hundredfold
_MAX_PARTS = 10_000
_MAX_PART_NAME = 1024
_SHEET_PART = re.compile(r"xl/(work|chart|dialog|macro)sheets/[^/]+\.(xml|bin)", re.IGNORECASE)
_DTD = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_MAIN_PARTS = (
    ("sheet.binary.macroenabled", "xlsb"),
    ("ms-excel.sheet.macroenabled", "xlsm"),
    ("ms-excel.template.macroenabled", "xlsm"),
    ("ms-excel.addin.macroenabled", "xlsm"),
    ("spreadsheetml.sheet.main", "xlsx"),
    ("spreadsheetml.template.main", "xlsx"),
)
_ACTIVE = (
    (re.compile(r"vbaproject.*\.bin$|^basic/.*|^scripts/.*|^xl/macrosheets/", re.IGNORECASE), "macro"),
    (re.compile(r"^xl/externallinks/", re.IGNORECASE), "liên kết tới tệp khác"),
    (re.compile(r"^xl/(embeddings|activex)/|^object \d+/", re.IGNORECASE), "đối tượng nhúng"),
    (re.compile(r"^xl/(connections\.(xml|bin)|querytables/)", re.IGNORECASE), "kết nối dữ liệu"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What the gate says of a file. ``format``: xlsx, xlsm, xlsb, xls, ods or csv; empty when refused."""

    format: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def refused(self) -> bool:
        return any(note.rule in FATAL for note in self.notes)


def inspect(path: Path, limits: Intake, name: str = "") -> Passport:
    """Judge a file by its bytes; ``name`` (a human's) only decides whether plain text was meant as .csv."""
    size = path.stat().st_size
    if size > limits.max_file_mb * _MB:
        return _too_much(f"dung lượng {size / _MB:.1f} MB", f"tối đa {limits.max_file_mb:g} MB")
    with path.open("rb") as stream:
        head = stream.read(8192)
        stream.seek(0)
        if not head:
            return _unreadable("tệp rỗng (0 byte)")
        if head.startswith(b"PK"):
            return _inspect_zip(stream, size, limits)
        if head.startswith(ole.SIGNATURE):
            return _inspect_ole(stream.read())
        return _inspect_rest(head, stream, name)


# --- zip: Office Open XML and OpenDocument ------------------------------------------------------


def _inspect_zip(stream: IO[bytes], size: int, limits: Intake) -> Passport:
    try:
        if _parts_announced(stream, size) > _MAX_PARTS:
            return _too_much("số phần bên trong tệp", f"tối đa {_MAX_PARTS} phần")
        with zipfile.ZipFile(stream) as archive:
            return _inspect_parts(archive, limits)
    except Exception as error:  # zipfile raises many kinds for a damaged file, none of them ours
        return _unreadable("tệp bị hỏng hoặc bị cắt cụt (cấu trúc nén không đọc được)", type(error).__name__)


def _parts_announced(stream: IO[bytes], size: int) -> int:
    """Number of parts by the end record, so that a huge directory is never loaded."""
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    stream.seek(0)
    if at < 0 or at + 16 > len(tail):
        raise zipfile.BadZipFile("no end record")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    return max(count, directory // (46 + _MAX_PART_NAME) if directory != 0xFFFFFFFF else 0)


def _inspect_parts(archive: zipfile.ZipFile, limits: Intake) -> Passport:
    parts = archive.infolist()
    problem = _directory_problem(parts)
    if problem is not None:
        return problem
    kind = _kind_of_package(archive)
    if kind.refused:
        return kind
    sheets = sum(1 for part in parts if _SHEET_PART.fullmatch(part.filename))
    if sheets > limits.max_sheets:
        return _too_much(f"{sheets} trang tính", f"tối đa {limits.max_sheets} trang")
    return _inflate_all(archive, limits) or _with_active_parts(kind, (part.filename for part in parts))


def _directory_problem(parts: list[zipfile.ZipInfo]) -> Passport | None:
    names = [part.filename.replace("\\", "/").casefold() for part in parts]
    if len(names) != len(set(names)):
        return _unreadable("tệp bị hỏng hoặc bị can thiệp (có hai phần trùng tên bên trong)")
    if any(part.flag_bits & 1 for part in parts):
        return Passport(notes=(Note(rule="F102", args={"what": "tệp nén có mật khẩu"}),))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        return _unreadable("tệp dùng cách nén mà Excel không dùng")
    end = -1
    for part in sorted(parts, key=lambda p: p.header_offset):
        if part.header_offset < end:
            return _unreadable("tệp bị hỏng hoặc bị can thiệp (các phần bên trong chồng lên nhau)")
        end = part.header_offset + 30 + part.compress_size
    return None


def _kind_of_package(archive: zipfile.ZipFile) -> Passport:
    names = set(archive.namelist())
    if "mimetype" in names or "META-INF/manifest.xml" in names:
        return _kind_of_opendocument(archive, names)
    if "[Content_Types].xml" not in names:
        if any(name.casefold().endswith((".xlsx", ".xls", ".xlsm", ".ods", ".csv")) for name in names):
            return _unreadable("tệp nén .zip đổi đuôi, bên trong có bảng tính")
        return _unreadable("tệp nén .zip, không phải bảng tính")
    types = _text(_head_of(archive, "[Content_Types].xml", _MB)).casefold()
    for mark, kind in _MAIN_PARTS:
        if mark in types:
            return Passport(format=kind)
    if "wordprocessingml" in types:
        return _unreadable("văn bản Word")
    if "presentationml" in types:
        return _unreadable("bản trình chiếu PowerPoint")
    return _unreadable("tệp Office không có bảng tính bên trong")


def _kind_of_opendocument(archive: zipfile.ZipFile, names: set[str]) -> Passport:
    manifest = _text(_head_of(archive, "META-INF/manifest.xml", _MB)) if "META-INF/manifest.xml" in names else ""
    if "encryption-data" in manifest or "encrypted-package" in names:
        return Passport(notes=(Note(rule="F102", args={"what": "tệp .ods đặt mật khẩu"}),))
    mime = _text(_head_of(archive, "mimetype", 200)).strip() if "mimetype" in names else manifest
    if "opendocument.spreadsheet" not in mime:
        return _unreadable("văn bản OpenDocument, không phải bảng tính")
    if "content.xml" not in names:
        return _unreadable("tệp .ods thiếu phần nội dung")
    return Passport(format="ods")


def _inflate_all(archive: zipfile.ZipFile, limits: Intake) -> Passport | None:
    """Inflate every part once, keeping nothing: real size, checksum, DTD. None when all is well."""
    total, packed = 0, max(1, sum(part.compress_size for part in archive.infolist()))
    for part in archive.infolist():
        is_xml = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
        tail = b""
        for chunk in _chunks(archive, part):
            total += len(chunk)
            problem = _inflated_too_much(total, packed, limits)
            if problem is not None:
                return problem
            if is_xml:
                seen = tail + chunk
                if any(mark in seen for mark in _DTD):
                    return _unreadable("tệp có khai báo DTD trong XML, bảng tính thật không dùng")
                tail = chunk[-24:]
    return None


def _inflated_too_much(total: int, packed: int, limits: Intake) -> Passport | None:
    if total > limits.max_inflated_mb * _MB:
        return _too_much("dung lượng sau giải nén", f"tối đa {limits.max_inflated_mb:g} MB")
    if total > _HARMLESS_MB * _MB and total > limits.max_inflate_ratio * packed:
        return _too_much(f"tỷ lệ nén {total / packed:.0f} lần", f"tối đa {limits.max_inflate_ratio:g} lần")
    return None


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _head_of(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as stream:
        return stream.read(most)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def _with_active_parts(kind: Passport, names: Iterable[str]) -> Passport:
    seen = tuple(names)
    found = [what for pattern, what in _ACTIVE if any(pattern.search(name) for name in seen)]
    return Passport(format=kind.format, notes=_active(found))


def _active(found: list[str]) -> tuple[Note, ...]:
    return (Note(rule="F104", args={"what": ", ".join(found)}),) if found else ()


# --- OLE: .xls, and everything that only looks like it --------------------------------------------


def _inspect_ole(data: bytes) -> Passport:
    try:
        container = ole.Ole(data)
        locked = _ole_locked(container)
        if locked:
            return Passport(notes=(Note(rule="F102", args={"what": locked}),))
        if not {"Workbook", "Book"} & {name.title() for name in container.names}:
            return _unreadable(_ole_kind(container.names))
        container.check("Workbook", "Book")
    except (ole.OleError, ValueError, IndexError) as error:
        return _unreadable("tệp .xls bị hỏng hoặc bị cắt cụt", str(error))
    except Exception as error:  # struct.error and the like: a damaged container, not our bug
        return _unreadable("tệp .xls bị hỏng hoặc bị cắt cụt", type(error).__name__)
    found = []
    if any(name.casefold() in ("_vba_project_cur", "_vba_project", "vba") for name in container.names):
        found.append("macro")
    if any(re.fullmatch(r"MBD[0-9A-F]{8}|LNK[0-9A-F]{8}", name) for name in container.names):
        found.append("đối tượng nhúng")
    return Passport(format="xls", notes=_active(found))


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
        return _unreadable(what)
    if name.casefold().endswith((".csv", ".tsv", ".txt")) or looks_like_a_table(stream.read(1 << 18)):
        return Passport(format="csv")
    return _unreadable("văn bản thuần, không có bảng")


def _unreadable(what: str, detail: str = "") -> Passport:
    args = {"what": what, "reference": detail} if detail else {"what": what}
    return Passport(notes=(Note(rule="F101", args=args),))


def _too_much(what: str, limit: str) -> Passport:
    return Passport(
        notes=(Note(rule="F103", value=what, expected=limit, args={"what": f"{what} ({limit})", "limit": limit}),)
    )
