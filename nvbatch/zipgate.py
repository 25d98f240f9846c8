"""A zip package in, its passport out: directory, real inflated size, checksums, DTD, active parts, string table."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import IO, TYPE_CHECKING

from nvbatch.legacy import OLD_FONT
from nvbatch.passport import Passport, active_parts, locked, too_much, unreadable

if TYPE_CHECKING:
    from nvbatch.config import Intake

_MB = 1024 * 1024
_CHUNK = 1 << 20
_KEPT_MB = 16  # so much of what was inflated is kept for the readers; honest workbooks are smaller
_HARMLESS_MB = 20  # below this no ratio matters: honest sheets of repeated rows deflate a hundredfold
_MAX_PARTS = 10_000
_MAX_PART_NAME = 1024
_SHEET_PART = re.compile(r"xl/(work|chart|dialog|macro)sheets/[^/]+\.(xml|bin)", re.IGNORECASE)
_COUNT = re.compile(rb'\b(?:uniqueC|c)ount="(\d{1,20})"')
_ENTRY = re.compile(rb"<manifest:file-entry\b[^>]*>")
_FULL_PATH = re.compile(rb'full-path="([^"]*)"')
_DTD = (b"DOCTYPE", b"ENTITY")
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


def inspect_zip(stream: IO[bytes], size: int, limits: Intake) -> Passport:
    """Judge an Office Open XML or OpenDocument package; every part is inflated once, only the first few MB are kept."""
    try:
        if _parts_announced(stream, size) > _MAX_PARTS:
            return too_much("số phần bên trong tệp", f"tối đa {_MAX_PARTS} phần")
        with zipfile.ZipFile(stream) as archive:
            return _inspect_parts(archive, limits)
    except Exception as error:  # zipfile raises many kinds for a damaged file, none of them ours
        return unreadable("tệp bị hỏng hoặc bị cắt cụt (cấu trúc nén không đọc được)", type(error).__name__)


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
        return too_much(f"{sheets} trang tính", f"tối đa {limits.max_sheets} trang")
    seen = _inflate_all(archive, limits)
    if seen.refused:
        return seen
    names = tuple(archive.namelist())
    return _with_active_parts(replace(kind, careful=seen.careful, parts=seen.parts, names=names), names)


def _directory_problem(parts: list[zipfile.ZipInfo]) -> Passport | None:
    names = [part.filename.replace("\\", "/").casefold() for part in parts]
    if len(names) != len(set(names)):
        return unreadable("tệp bị hỏng hoặc bị can thiệp (có hai phần trùng tên bên trong)")
    if any(part.flag_bits & 1 for part in parts):
        return locked("tệp nén có mật khẩu")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        return unreadable("tệp dùng cách nén mà Excel không dùng")
    end = -1
    for part in sorted(parts, key=lambda p: p.header_offset):
        if part.header_offset < end:
            return unreadable("tệp bị hỏng hoặc bị can thiệp (các phần bên trong chồng lên nhau)")
        end = part.header_offset + 30 + part.compress_size
    return None


def _kind_of_package(archive: zipfile.ZipFile) -> Passport:
    names = set(archive.namelist())
    if "mimetype" in names or "META-INF/manifest.xml" in names:
        return _kind_of_opendocument(archive, names)
    if "[Content_Types].xml" not in names:
        if any(name.casefold().endswith((".xlsx", ".xls", ".xlsm", ".ods", ".csv")) for name in names):
            return unreadable("tệp nén .zip đổi đuôi, bên trong có bảng tính")
        return unreadable("tệp nén .zip, không phải bảng tính")
    types = _text(_head_of(archive, "[Content_Types].xml", _MB)).casefold()
    for mark, kind in _MAIN_PARTS:
        if mark in types:
            return Passport(format=kind)
    if "wordprocessingml" in types:
        return unreadable("văn bản Word")
    if "presentationml" in types:
        return unreadable("bản trình chiếu PowerPoint")
    return unreadable("tệp Office không có bảng tính bên trong")


def _kind_of_opendocument(archive: zipfile.ZipFile, names: set[str]) -> Passport:
    manifest = _text(_head_of(archive, "META-INF/manifest.xml", _MB)) if "META-INF/manifest.xml" in names else ""
    if "encryption-data" in manifest or "encrypted-package" in names:
        return locked("tệp .ods đặt mật khẩu")
    mime = _text(_head_of(archive, "mimetype", 200)).strip() if "mimetype" in names else manifest
    if "opendocument.spreadsheet" not in mime:
        return unreadable("văn bản OpenDocument, không phải bảng tính")
    if "content.xml" not in names:
        return unreadable("tệp .ods thiếu phần nội dung")
    return Passport(format="ods")


def _inflate_all(archive: zipfile.ZipFile, limits: Intake) -> Passport:
    """Inflate every part once, keeping little: real size, checksum, DTD, string table."""
    total, packed = 0, max(1, sum(part.compress_size for part in archive.infolist()))
    careful = False
    kept: dict[str, bytes] = {}
    for part in archive.infolist():
        name = part.filename.casefold()
        strings = StringTable() if name.endswith("sharedstrings.xml") else None
        tail = b"" if name.endswith((".xml", ".rels", ".vml")) else None
        pieces: list[bytes] = []
        for chunk in _chunks(archive, part):
            total += len(chunk)
            if tail is not None and total <= _KEPT_MB * _MB:
                pieces.append(chunk)
            problem = _inflated_too_much(total, packed, limits)
            if problem is not None:
                return problem
            if tail is not None:
                seen = tail + chunk if tail else chunk
                if b"!" in seen and _declares(seen):
                    return unreadable("tệp có khai báo DTD trong XML, bảng tính thật không dùng")
                tail = chunk[-24:]
            if strings is not None:
                strings.look(chunk)
        if tail is not None and total <= _KEPT_MB * _MB:
            kept[part.filename] = b"".join(pieces)
        careful = careful or (strings is not None and strings.doubtful)
    return Passport(careful=careful, parts=kept)


def _declares(xml: bytes) -> bool:
    """Does a DTD stand in it, in UTF-8 or UTF-16? Looked for at every «!», which XML has few of."""
    pieces = xml.split(b"!")
    return any(
        after[:16].replace(b"\0", b"").startswith(_DTD) and before[-3:].replace(b"\0", b"").endswith(b"<")
        for before, after in pairwise(pieces)
    )


class StringTable:
    """What must be known of a string table before anybody believes it; fed piece by piece."""

    def __init__(self) -> None:
        self._announced: list[int] | None = None
        self._strings = 0
        self._odd_runs = False
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        if self._announced is None:
            at = chunk.find(b"<sst")
            self._announced = [int(n) for n in _COUNT.findall(chunk[max(at, 0) : chunk.find(b">", max(at, 0))])]
        self._strings += chunk.count(b"<si") + chunk.count(b":si")
        seen = self._tail + chunk
        self._odd_runs = self._odd_runs or b"strike" in seen or _in_old_font(seen)
        self._tail = chunk[-32:]

    @property
    def doubtful(self) -> bool:
        """Struck runs, old fonts, or far more strings announced than are there: believed, they eat all memory."""
        most = max(1_000_000, (self._strings + 1) * 1000)
        return self._odd_runs or any(n > most for n in self._announced or ())


def _in_old_font(xml: bytes) -> bool:
    return b"rfont" in xml.lower() and OLD_FONT.search(xml) is not None


def _inflated_too_much(total: int, packed: int, limits: Intake) -> Passport | None:
    if total > limits.max_inflated_mb * _MB:
        return too_much("dung lượng sau giải nén", f"tối đa {limits.max_inflated_mb:g} MB")
    if total > _HARMLESS_MB * _MB and total > limits.max_inflate_ratio * packed:
        return too_much(f"tỷ lệ nén {total / packed:.0f} lần", f"tối đa {limits.max_inflate_ratio:g} lần")
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
    charts = _charts(kind.parts.get("META-INF/manifest.xml", b""))
    seen = tuple(name for name in names if not name.startswith(charts))
    found = [what for pattern, what in _ACTIVE if any(pattern.search(name) for name in seen)]
    return replace(kind, notes=active_parts(found))


def _charts(manifest: bytes) -> tuple[str, ...]:
    """Folders of an OpenDocument package in which a chart stands: kept like an embedded object, yet only a drawing."""
    entries = (entry for entry in _ENTRY.findall(manifest) if b"opendocument.chart" in entry)
    paths = (path[1].decode("utf-8", "replace") for entry in entries for path in [_FULL_PATH.search(entry)] if path)
    return tuple(path for path in paths if path.endswith("/"))
