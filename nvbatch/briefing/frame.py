"""Office and snapshot in, what every document of the decree begins and ends with out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nvbatch import nd30_2020
from nvbatch.briefing import wording
from nvbatch.config import Config
from nvbatch.model import Snapshot

NOTE_LINE = 84  # characters of the note on the data that one line holds
LEADERS = "Chủ tịch, các Phó Chủ tịch Ủy ban nhân dân tỉnh"


def frame(snapshot: Snapshot, config: Config, *, kind: str = "", upward: bool = False) -> dict[str, Any]:
    """Letterhead, number, date, notes on the data, recipients and signature block; ``kind`` is BC, TB, TTr or blank
    for a letter, ``upward`` puts "Như trên" first among the recipients. Number, day and signature stay blank."""
    office, today = config.office, snapshot.as_of.astimezone(config.zone).date()
    return {
        "parent": balanced(office.parent),
        "office": office.name,
        "number": nd30_2020.number_line(_symbol(config, kind), kind),
        "place_date": nd30_2020.place_and_date(office.place, today),
        "data_note": data_note(snapshot, config),
        "recipients": list(nd30_2020.recipients(office.recipients, first="Như trên" if upward else "")),
        "signer_authority": office.signer_authority,
        "signer_title": office.signer_title,
        "signer_name": office.signer_name,
    }


def balanced(name: str) -> str:
    """A name too wide for the left column breaks before its place, not before its last word."""
    if nd30_2020.text_width(name, nd30_2020.SIZES["CoQuanChuQuan"]) <= nd30_2020.LETTERHEAD[0] / 25.4 * 72:
        return name
    return _PLACE.sub(lambda found: "\n" + found.group(0), name, count=1).replace(" \n", "\n")


def _symbol(config: Config, kind: str) -> str:
    """``VPUBND``; a letter adds the drafting unit of the line "Lưu: VT, KSTT", by custom TH: ``VPUBND-KSTT``."""
    letter = not kind and "-" not in config.office.symbol
    unit = nd30_2020.drafting_unit(config.office.recipients) or "TH" if letter else ""
    return "-".join(part for part in (config.office.symbol, unit if unit != config.office.symbol else "") if part)


def data_note(snapshot: Snapshot, config: Config) -> str:
    """``Số liệu tính đến 17 giờ 00 phút ngày …``; provisional and corrected figures are called so (contract 5)."""
    at = wording.moment(snapshot.as_of.astimezone(config.zone))
    parts = [f"{'Số liệu tạm tính' if snapshot.provisional else 'Số liệu tính'} đến {at}"]
    if snapshot.lock_at:
        parts.append(f"khóa nhập liệu {wording.moment(snapshot.lock_at.astimezone(config.zone))}")
    if snapshot.published_before:
        parts.append("điều chỉnh so với số đã công bố")
    return "; ".join(parts)


def subject(snapshot: Snapshot, what: str = "Tình hình thực hiện nhiệm vụ được giao") -> str:
    """The subject line: with the period, or with the conference that the document serves."""
    period = wording.main_period(snapshot)
    if snapshot.conference:
        return f"{what}\nphục vụ {conference(snapshot)}"
    return f"{what} {wording.period(period)}" if period else what


def extra_lines(begin: Mapping[str, Any], subject_line: str) -> int:
    """How many lines the head of the document takes beyond the usual two of subject and note."""
    return subject_line.count("\n") + (len(str(begin["data_note"])) > NOTE_LINE)


def conference(snapshot: Snapshot) -> str:
    """``Hội nghị giao ban tháng 11/2026 (ngày 27/11/2026)``."""
    held = snapshot.conference
    if held is None:
        return ""
    title = held.title or "Hội nghị giao ban kinh tế - xã hội"
    return f"{title} (ngày {wording.day(held.held_on)})"


def periods(snapshot: Snapshot) -> str:
    """Every used programme's period in one sentence; programmes with the same period stand together."""
    together: dict[str, list[str]] = {}
    for code, period in wording.used_periods(snapshot).items():
        words = wording.period(period) + (f" ({wording.span(period)})" if wording.span(period) else "")
        program = snapshot.programs.get(code)
        together.setdefault(words, []).append(program.name if program else code)
    if len(together) == 1:
        return next(iter(together))
    return "; ".join(f"{', '.join(names)}: {words}" for words, names in together.items())


def attached_to(word: str, named: Mapping[str, Any], config: Config) -> str:
    """``Kèm theo Báo cáo số        /BC-VPUBND ngày      tháng 11 năm 2026 của Văn phòng``; ``named``: the frame."""
    number, day = str(named["number"]).replace("Số:", "số"), str(named["place_date"])
    return f"Kèm theo {word} {number} {day[day.index('ngày') :]} của {full_name(config)}"


_PLACE = re.compile(r"\b((?:tỉnh|huyện|thành phố|thị xã|thị trấn|xã|phường|đặc khu) )(.+)$", re.IGNORECASE)


_UNIT = re.compile(r"^((?:Phòng|Sở|Ban|Cục|Chi cục) )(\w)")


def sentence_case(name: str) -> str:
    """``ỦY BAN NHÂN DÂN TỈNH AN BÌNH`` → ``Ủy ban nhân dân tỉnh An Bình``, ``PHÒNG NỘI VỤ`` → ``Phòng Nội vụ``; other
    spellings are kept as written."""
    if name != name.upper():
        return name
    lower = name.lower()
    lower = (lower[:1].upper() + lower[1:]).replace("ủy ban", "Ủy ban").replace("hội đồng", "Hội đồng")
    lower = _UNIT.sub(lambda found: found.group(1) + found.group(2).upper(), lower)
    return _PLACE.sub(lambda found: found.group(1) + found.group(2).title(), lower)


def full_name(config: Config) -> str:
    """``Văn phòng Ủy ban nhân dân tỉnh An Bình``."""
    name, parent = sentence_case(config.office.name), sentence_case(config.office.parent)
    return name if not parent or parent.casefold() in name.casefold() else f"{name} {parent}"


def annexes(present: Mapping[str, bool]) -> dict[str, str]:
    """Name → ``Phụ lục I`` for the annexes that hold something, in order; blank for the others, no numeral for one."""
    shown = [name for name, filled in present.items() if filled]
    numbers = {n: f"Phụ lục {wording.roman(i)}" if len(shown) > 1 else "Phụ lục" for i, n in enumerate(shown, 1)}
    return {name: numbers.get(name, "") for name in present}
