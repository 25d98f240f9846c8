"""The first bytes of a file that is neither zip nor OLE in, what a clerk would call it out."""

from __future__ import annotations

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"II*\x00", "ảnh TIFF"),
    (b"MM\x00*", "ảnh TIFF"),
    (b"RIFF", "tệp ảnh hoặc âm thanh"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf\x27\x1c", "tệp nén 7-Zip"),
    (b"\x1f\x8b", "tệp nén gzip"),
    (b"BZh", "tệp nén bzip2"),
    (b"\xfd7zXZ", "tệp nén xz"),
    (b"{\\rtf", "văn bản RTF"),
    (b"MZ", "tệp chương trình, không phải bảng tính"),
    (b"\x7fELF", "tệp chương trình, không phải bảng tính"),
    (b"ID;P", "bảng tính SYLK (.slk)"),
    (b"SQLite format 3", "tệp cơ sở dữ liệu"),
    (b"ITSF", "tệp trợ giúp CHM"),
    (b"\x09\x00\x04\x00", "tệp Excel đời quá cũ (trước Excel 95)"),
    (b"\x09\x02\x06\x00", "tệp Excel đời quá cũ (trước Excel 95)"),
    (b"\x09\x04\x06\x00", "tệp Excel đời quá cũ (trước Excel 95)"),
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style|div|script)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MIME = re.compile(r"(?:mime-version|received|return-path|content-type|x-[\w-]+)\s*:", re.IGNORECASE)
END = b"\x1a\x00"  # old programs end a text with the first, and fill it up with the second
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def says_what(head: bytes) -> str | None:
    """What the bytes are when they are no text that could be a table; None for plain text."""
    for mark, what in _MAGIC:
        if head.startswith(mark):
            return what
    if head[4:8] == b"ftyp":
        return "ảnh hoặc phim (HEIC, MP4)"
    if not head.strip(b"\x00"):
        return "tệp chỉ toàn byte trống"
    text = as_text(head)
    if text is None:
        return "dữ liệu nhị phân không rõ loại"
    return _markup(text.lstrip("\ufeff \t\r\n"))


def as_text(head: bytes) -> str | None:
    """The bytes as text, good enough to recognise marks; None when they are binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if len(head) > 3 and (head[1] == 0 or head[0] == 0) and head.count(0) > len(head) // 3:
        return head.decode("utf-16-le" if head[1] == 0 else "utf-16-be", "replace")
    head = head.rstrip(END)
    return None if _CONTROL.search(head) else head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def looks_like_a_table(data: bytes) -> bool:
    """Several lines that the same delimiter splits: a .csv under whatever name."""
    text = as_text(data)
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return any(sum(line.count(mark) >= 3 for line in lines) >= 2 for mark in (";", "\t", ","))


def _markup(text: str) -> str | None:
    if text.startswith("<"):
        page = _PAGE.search(text[:4096])  # a web page saved by Excel names its spaces too
        if not page and ("Excel.Sheet" in text or "urn:schemas-microsoft-com:office:spreadsheet" in text):
            return "bảng tính XML 2003"
        if not page and "opendocument" in text:
            return "tệp OpenDocument dạng XML phẳng"
        if page or _HTML.search(text[:4096]):
            return "trang web (HTML) đổi đuôi"
        return "tệp XML, không phải bảng tính"
    if _MIME.match(text):
        return "thư điện tử hoặc trang web lưu một tệp (MIME)"
    return None
