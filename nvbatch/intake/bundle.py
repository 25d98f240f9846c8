"""A .zip in, the files it holds out; sizes are watched while inflating, names are only data."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nvbatch.config import Intake


MEGABYTE = 1 << 20
PIECE = 1 << 18
MAX_BUNDLE_MB = 200  # all members together: they are in memory at once, a province's week is a quarter of it
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field with the name in UTF-8


class BundleFault(Exception):
    """The zip cannot be used; ``rule`` is F101, F102 or F103 and the text, in Vietnamese, says why."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(what)
        self.rule = rule


@dataclass(slots=True)
class Room:
    """What may still be taken out of one thing that arrived, however many zips lie in it."""

    size: int
    files: int

    @classmethod
    def of(cls, limits: Intake) -> Room:
        return cls(int(min(limits.max_inflated_mb, MAX_BUNDLE_MB) * MEGABYTE), limits.max_zip_members)


def members(data: bytes, limits: Intake, room: Room) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file in order of the directory. Raises :class:`BundleFault`, perhaps midway."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            infos = [info for info in bundle.infolist() if not info.is_dir() and not _is_litter(_name(info))]
            room.files -= len(bundle.infolist())
            if room.files < 0:
                raise BundleFault("F103", f"tệp nén có quá {limits.max_zip_members} tệp")
            for info in infos:
                content = _inflate(bundle, info, room.size, limits)
                room.size -= len(content)
                yield _name(info), content
    except zipfile.BadZipFile as error:
        raise BundleFault("F101", "tệp nén bị hỏng hoặc không đầy đủ") from error
    except (NotImplementedError, zlib.error, EOFError, ValueError, struct.error, OSError, OverflowError) as error:
        raise BundleFault("F101", "tệp nén bị hỏng hoặc dùng kiểu nén không hỗ trợ") from error


def _inflate(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, limits: Intake) -> bytes:
    """A member's bytes; what the directory claims about its size is not believed."""
    if info.flag_bits & _ENCRYPTED:
        raise BundleFault("F102", "tệp nén đặt mật khẩu")
    alone = int(limits.max_file_mb * MEGABYTE)
    ratio = int(max(info.compress_size, 1) * limits.max_inflate_ratio) + MEGABYTE
    ceiling = min(left, alone, ratio)
    pieces: list[bytes] = []
    size = 0
    with bundle.open(info) as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > ceiling:
                words = {
                    left: f"các tệp trong tệp nén lớn hơn {min(limits.max_inflated_mb, MAX_BUNDLE_MB):g} MB",
                    alone: f"tệp trong tệp nén lớn hơn {limits.max_file_mb:g} MB",
                    ratio: "tỷ lệ nén cao bất thường",
                }
                raise BundleFault("F103", words[ceiling])
            pieces.append(piece)
    return b"".join(pieces)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: flagged UTF-8, the Unicode extra field, unflagged UTF-8, else the old page."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    unicode_path = _unicode_path(info.extra, raw)
    if unicode_path is not None:
        return unicode_path
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return info.filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(content) > 5 and content[1:5] == struct.pack("<I", zlib.crc32(raw)):
            return content[5:].decode("utf-8", "replace")
    return None


def _is_litter(name: str) -> bool:
    """What Macs and open workbooks leave in a zip."""
    parts = name.replace("\\", "/").split("/")
    return (
        "__MACOSX" in parts
        or parts[-1].startswith(("~$", "._"))
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
    )
