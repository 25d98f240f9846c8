"""The vocabulary of phrases without a fixed day: recurring, ongoing, undefined, none, conditional, event."""

from __future__ import annotations

import re

from nvbatch.deadline.phrase import Phrase

_QUARTER = r"qu[yi](?! (?:dinh|che|trinh|hoach|mo|luat|tac|uoc|phong|dat|chuan))"
_UNIT = rf"(?:ngay|tuan|thang|{_QUARTER}|nam|ky(?! hop))"
_RHYTHM = re.compile(
    rf"\bhang\s+(?:\d+\s+)?{_UNIT}\b|\bmoi\s+(?:\d+\s+)?{_UNIT}\b(?!\s*\d{{4}})|\b(?:tung|theo)\s+{_UNIT}\b(?!\s*\d)"
    rf"|\bdinh k[yi]\b|\bthuong k[yi]\b|/\s*lan\b|\blan\s*/|\b{_UNIT}\s+(?:mot|0?1)\s+lan\b"
    rf"|\b(?:mot|\d+)\s+lan\s+(?:mot|0?1|moi|trong|tren)\s*{_UNIT}\b"
    r"|\bthang cuoi (?:cua )?(?:moi )?quy\b(?!\s*[\divl])|\bcac (?:quy|thang) trong nam\b"
)
_PERIOD = r"(?:ngay|tuan|thang|quy|6 thang|9 thang|nam)"
_LISTED_RHYTHM = re.compile(rf"(?:bao cao )?{_PERIOD}(?:\s*(?:[,;/+-]|va)\s*{_PERIOD})+")
_ONGOING = re.compile(
    r"\bthuong xuyen\b|\blien tuc\b|\bquanh nam\b|\bsuot nam\b|\bluon luon\b|\blau dai\b|\bduy tri\b|\btro di\b"
    r"|\b24/24\b(?!/)|\b(?:truc|phuc vu|hoat dong)\b[^,;]*\b24/7\b(?!/)"
)
_YEARLY = re.compile(r"hang nam")
_PLACEHOLDER = re.compile(r"[\W_]*(?:x+|0+|o|n/?a|nan|none|null|nil|trong|blank)?[\W_]*")
_NO_DEADLINE = re.compile(
    r"(?:chua|khong)(?:\s+(?:xac|dinh|co|ro|quy|giao|an|thoi|han|gian|cu|the|de|xuat|bo|tri|rang|hoan|thanh|biet|duoc|ghi|neu|"
    r"ap|dung|ky|thong|nhat|chot|ve|ngay|xd))*[\W_]*"
)
_EPOCH = re.compile(
    r"0?1[/.-]0?1[/.-]1970(?:\s+[\d:.]+)?|1970-01-01(?:[t ][\d:.]+z?)?|0?0[/.-]0?1[/.-]1900|0+[/.-]0+[/.-]0+"
)
_UNFILLED = re.compile(r"ngay[\s._/-]*thang[\s._/-]*nam|[._]{2,}\s*/\s*[._]{2,}|^\s*/\s*/|\bngay[\s._]*thang[\s._]*\d")
_NO_PHRASE = re.compile(
    r"^(?:\W*)(?:de nghi|xin|kien nghi|de xuat)\b.*\b(?:gia han|dieu chinh|lui|keo dai|chuyen|dung|rut)\b"
    r"|\bda (?:hoan thanh|xong|thuc hien|ban hanh|bao cao|trinh|ket thuc|gui)\b"
)
_UNDEFINED = re.compile(
    r"\btheo\b|\bkhan truong\b|\bkip thoi\b|\bsom\b|\bdot xuat\b|\bthuong khan\b|\bhoa toc\b|\blap tuc\b|\bsap toi\b"
    r"|\bthoi gian (?:toi|som nhat)\b|\b(?:dung|bao dam|dam bao) (?:tien do|han|thoi|yeu cau)\b|\bkhong cham tre\b"
    r"|\bkhi (?:can|phat sinh|(?:co |duoc )?yeu cau)\b|\bcan cu (?:vao )?tinh hinh\b|\b(?:dai|trung) han\b"
)
_ASKED = re.compile(r"\bkhi (?:can(?: thiet)?|phat sinh|(?:co |duoc )?yeu cau)\b")
_CONDITIONAL = re.compile(
    r"\bsau khi\b|\bngay sau\b(?! tet)|\bphu thuoc\b|\bneu\b|\bkhi\b|\bcho (?:den khi|y kien|huong dan|chi dao)\b"
    r"|\bcan cu (?:ket qua|y kien|huong dan)\b"
)
_WHETHER = re.compile(r"\bhoac\b|\btuy (?:theo|thuoc|tinh|thoi|vao|dieu|y|tung)\b")
_EVENT = re.compile(
    r"\btet\b|\bdip\b|\ble\b|\bquoc khanh\b|\b(?:k[yi]|phien|cuoc) hop\b|\bdai hoi\b|\bhoi nghi\b|\bbau cu\b"
    r"|\bkhai giang\b|\bnam hoc\b|\bmua (?:mua|bao|lu|kho|vu|he|dong|xuan|thu)\b|\bvu (?:dong|he|mua|xuan|thu)\b"
    r"|\bsu kien\b|\bky thi\b"
)
_LUNAR = re.compile(r"\bam lich\b|\(al\)|\bthang (?:gieng|chap)\b|\bnguyen tieu\b")


def is_none(text: Phrase) -> bool:
    """Blank, a placeholder, the null date of other systems, or «chưa xác định»."""
    plain = text.plain.strip()
    return any(pattern.fullmatch(plain) for pattern in (_PLACEHOLDER, _NO_DEADLINE, _EPOCH))


def is_unfilled(text: Phrase) -> bool:
    """A blank of a printed form: "ngày … tháng … năm 2025"."""
    return bool(_UNFILLED.search(text.plain))


def is_no_phrase(text: Phrase) -> bool:
    """A proposal ("đề nghị gia hạn đến …") or a report ("đã ban hành …") instead of a deadline."""
    return bool(_NO_PHRASE.search(text.plain))


def rhythm(text: Phrase) -> tuple[str, int] | None:
    """RECURRING or ONGOING and the place of the word that says so."""
    found = _RHYTHM.search(text.plain)
    whole = text.plain.strip(" .,;")
    if _LISTED_RHYTHM.fullmatch(whole) or (found and not _YEARLY.fullmatch(whole)):
        return "RECURRING", found.start() if found else 0
    found = found or _ONGOING.search(text.plain)
    return ("ONGOING", found.start()) if found else None


def event(text: Phrase) -> re.Match[str] | None:
    """The word that names an event instead of a day."""
    return next((m for m in _EVENT.finditer(text.plain) if _accented(text, m)), None)


def is_lunar(text: Phrase) -> bool:
    return bool(_LUNAR.search(text.plain))


def condition(text: Phrase) -> str | None:
    """«hoặc», «tuỳ» give "choice", «sau khi», «khi …» "after"; «trước hoặc trong», «khi có yêu cầu» nothing."""
    plain = _ASKED.sub(" ", re.sub(r"truoc (?:hoac|va) (?=trong|vao|dung)", "truoc ", text.plain))
    if _WHETHER.search(plain) or re.search(r"\bt(?:uỳ|ùy)\b", text.toned):
        return "choice"
    return "after" if _CONDITIONAL.search(plain) else None


def is_undefined(text: Phrase) -> bool:
    """«theo quy định», «khẩn trương», «ngay», «khi có yêu cầu»."""
    if _UNDEFINED.search(text.plain):
        return True
    return bool(re.search(r"\bngay\b", text.toned)) and not re.search(r"\bngay\s*\d|\d\s*ngay\b", text.plain)


_MISREAD = {"tet": ("tết", "tet"), "dip": ("dịp", "dip"), "le": ("lễ", "le")}


def _accented(text: Phrase, found: re.Match[str]) -> bool:
    """Short words count only with their own accents or with none: «lẻ», «lệ» are no «lễ»."""
    allowed = _MISREAD.get(found[0])
    return allowed is None or text.toned[found.start() : found.end()] in allowed
