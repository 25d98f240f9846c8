"""Decree 30/2020/NĐ-CP, Annex I, as the profile `nd30_2020`: measures of a page, sizes of its parts, fixed wordings.

The templates are laid out from this profile, and what must follow from data (number, place and date, recipients,
length of a rule) is worked out here. A new decree is a new module beside this one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

NAME = "nd30_2020"
FONT = "Times New Roman"
LANGUAGE = "vi-VN"

# page, in millimetres (5.1: top and bottom 20-25, left 30-35, right 15-20)
PAPER = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 20.0, 20.0, 30.0, 15.0
INDENT = 12.7  # first line of a paragraph
PARAGRAPH_GAP = 6.0  # points between paragraphs
LETTERHEAD = (63.0, 107.0)  # widths of its two columns, or the motto wraps

SIZES = {  # points, by style of the templates (5.2)
    "QuocHieu": 12.0,
    "TieuNgu": 13.0,
    "CoQuanChuQuan": 12.0,
    "CoQuanBanHanh": 12.0,
    "SoKyHieu": 13.0,
    "DiaDanh": 13.0,
    "TenLoai": 14.0,
    "TrichYeu": 14.0,
    "TrichYeuCongVan": 12.0,
    "KinhGui": 14.0,
    "NoiDung": 14.0,
    "Muc": 14.0,
    "Khoan": 14.0,
    "ChucVu": 14.0,
    "HoTen": 14.0,
    "NoiNhan": 12.0,
    "DanhSachNoiNhan": 11.0,
    "PhuLuc": 14.0,
    "TenPhuLuc": 14.0,
    "KemTheo": 14.0,
    "SoTrang": 13.0,
}

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
END = "./."
SHORT_RULE = 0.4  # of the text above (the decree: one third to one half)
BLANK = " " * 8  # left for the records clerk

_BOLD_WIDTHS = {  # Times New Roman Bold, thousandths of the size
    **dict.fromkeys("il .,'|", 278),
    **dict.fromkeys("fjt-:;()/", 333),
    **dict.fromkeys("cerz", 444),
    **dict.fromkeys("agovxyJ0123456789", 500),
    **dict.fromkeys("bdhknpquSđ", 556),
    **dict.fromkeys("FP", 611),
    **dict.fromkeys("BELTZ", 667),
    **dict.fromkeys("ACDNRUVXYwĐ", 722),
    **dict.fromkeys("GHKOQ", 778),
    "s": 389,
    "I": 389,
    "m": 833,
    "M": 944,
    "W": 1000,
    "…": 1000,
}


def number_line(symbol: str, kind: str = "") -> str:
    """``Số:        /BC-VPUBND`` (a letter has no kind: ``Số:        /VPUBND-KSTT``); the number is the clerk's."""
    return f"Số:{BLANK}/" + "-".join(part for part in (kind, symbol) if part)


def place_and_date(place: str, day: date) -> str:
    """``Gia Lai, ngày      tháng 02 năm 2026``: the day is the clerk's; months 1 and 2 are padded."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place + ', ' if place else ''}ngày      tháng {month} năm {day.year}"


def in_words(day: date) -> str:
    """``ngày 05 tháng 3 năm 2026``."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def recipients(lines: Sequence[str], *, first: str = "") -> tuple[str, ...]:
    """Lines of "Nơi nhận": each ``- …;``, the last one ``- Lưu: VT, ….`` (added when nobody wrote it)."""
    plain = [re.sub(r"^[-–\s]+|[;.,\s]+$", "", line) for line in lines]
    plain = [line for line in plain if line]
    archive = [line for line in plain if line.lower().startswith("lưu")][-1:] or ["Lưu: VT"]
    others = [line for line in plain if line not in archive and line != first]
    return (*(f"- {line};" for line in ([first] if first else []) + others), f"- {archive[0]}.")


def drafting_unit(lines: Sequence[str]) -> str:
    """The unit of ``Lưu: VT, KSTT``: second part of a letter's symbol."""
    found = next((re.search(r"VT\s*[,;]\s*([^\W\d_][\w&]*)", line) for line in lines if "VT" in line), None)
    return found.group(1) if found else ""


def text_width(text: str, points: float) -> float:
    """About how wide a line of bold text is, in points."""
    bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(_BOLD_WIDTHS.get(c, 556) for c in bare) * points / 1000
