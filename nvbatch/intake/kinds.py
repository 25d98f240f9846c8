"""Bytes and a name in, what they really are out; names lie, first bytes seldom do."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

from nvbatch.sniff import says_what

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})
SUPPORTED_SUFFIXES = WORKBOOK_SUFFIXES | {".eml", ".msg", ".zip"}
WORKBOOK_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/msexcel",
        "application/x-msexcel",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/csv",
    }
)
# Suffixes that say plainly «no workbook»: then a careless content type of the sender's mailer says nothing.
_OTHERS = (
    "zip eml msg rar 7z gz pdf doc docx rtf ppt pptx txt htm html xml jpg jpeg png gif bmp tif tiff heic webp "
    "ics vcf p7s p7m asc sig mp3 mp4 avi"
)
OTHER_SUFFIXES = frozenset(f".{name}" for name in _OTHERS.split())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"

# What a clerk calls a file that we cannot use, where its first bytes do not say.
_WORDS = {
    ".doc": "tệp Word",
    ".docx": "tệp Word",
    ".ppt": "tệp trình chiếu",
    ".pptx": "tệp trình chiếu",
    ".txt": "tệp văn bản thuần",
    ".msg": "tệp .msg hỏng hoặc không phải thư Outlook",
}
_HEAD = 1 << 16


class Kind(StrEnum):
    WORKBOOK = "workbook"
    MAIL = "mail"
    OUTLOOK = "outlook"
    ZIP = "zip"
    OTHER = "other"


def suffix_of(name: str) -> str:
    """The suffix in lower case, as Windows sees it (trailing spaces and dots do not count)."""
    return PurePosixPath(name.strip().rstrip(". ").replace("\\", "/")).suffix.lower()


def kind_of(data: bytes, name: str) -> Kind:
    """Bytes first, name second. What bears a workbook's name is a workbook: its reader says what is wrong with it."""
    suffix = suffix_of(name)
    if suffix == ".zip" and data.startswith(ZIP):
        return Kind.WORKBOOK if _is_zipped_workbook(data) else Kind.ZIP
    if suffix in WORKBOOK_SUFFIXES:
        return Kind.WORKBOOK
    if suffix == ".eml":
        return Kind.MAIL
    if data.startswith(OLE):
        return Kind.OUTLOOK if _is_outlook(data) else Kind.WORKBOOK if _is_ole_workbook(data) else Kind.OTHER
    if data.startswith(ZIP):
        return Kind.WORKBOOK if _is_zipped_workbook(data) else Kind.OTHER
    return Kind.ZIP if suffix == ".zip" else Kind.OUTLOOK if suffix == ".msg" else Kind.OTHER


def describe(data: bytes, name: str) -> str:
    """What a clerk calls this file: «tệp Word», «ảnh JPEG»."""
    suffix = suffix_of(name)
    return _WORDS.get(suffix) or says_what(data[:_HEAD]) or f"tệp không phải bảng tính ({suffix or 'không có đuôi'})"


def _is_zipped_workbook(data: bytes) -> bool:
    if data.startswith(_ODS, 30):  # where the first member's name begins; further on it is an .ods in a bundle
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = {name.lower() for name in bundle.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if {"mimetype", "content.xml"} <= names:
        return True
    return "[content_types].xml" in names and any(name.startswith("xl/") for name in names)


def _is_outlook(data: bytes) -> bool:
    return "__properties_version1.0".encode("utf-16-le") in data


def _is_ole_workbook(data: bytes) -> bool:
    return any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "EncryptedPackage"))
