"""Names of agencies in, registered agencies out: code, name, alias, abbreviation; near names are only suggested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nvbatch import viet
from nvbatch.model import Agency

_MEANT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "vp": "văn phòng",
    "vpubnd": "văn phòng ủy ban nhân dân",
    "bql": "ban quản lý",
    "kkt": "khu kinh tế",
    "bch": "ban chỉ huy",
    "qs": "quân sự",
    "p": "phường",
    "x": "xã",
    "tx": "thị xã",
    "tp": "thành phố",
    "gdđt": "giáo dục và đào tạo",
    "khcn": "khoa học và công nghệ",
    "nnmt": "nông nghiệp và môi trường",
    "vhttdl": "văn hóa thể thao và du lịch",
}
_WORDS = {word: viet.key(meaning) for word, meaning in _MEANT.items()}  # «ủy» and «uỷ» are one word
_SPLIT = re.compile(r"[;\n]|,|/|\bvà\b|(?<=\s)-(?=\s)")


def _pattern(words: str) -> re.Pattern[str]:
    """A pattern for name keys, whose words are spelled as keys spell them."""
    return re.compile(viet.key(words))


# Collective assignees and the level whose agencies they mean ("các sở, ban, ngành").
_COLLECTIVES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_pattern(r"^(ủy ban nhân dân )?(các|cấp) ?(xã|phường)"), ("Xã",)),
    (_pattern(r"^ủy ban nhân dân các (xã|phường|đặc khu)"), ("Xã",)),
    (_pattern(r"^(ủy ban nhân dân )?(các|cấp) ?(huyện|thị xã|thành phố)"), ("Huyện",)),
    (_pattern(r"^các (sở|cơ quan chuyên môn)"), ("Tỉnh",)),
    (_pattern(r"^các (cơ quan|đơn vị|địa phương|cơ quan đơn vị)"), ("Tỉnh", "Huyện", "Xã")),
)


def name_key(text: str) -> str:
    """Comparison key of an agency name; level words ("xã", "huyện") are never stripped."""
    words = re.sub(r"[,.\-–]", " ", viet.key(text).replace("&", " và "))
    return " ".join(_WORDS.get(word, word) for word in words.split())


@dataclass(frozen=True, slots=True)
class Names:
    """An index of the registered names."""

    by_code: Mapping[str, str]
    by_key: Mapping[str, str]

    def resolve(self, text: str | None) -> str | None:
        """The code that a cell names, by exact code, name, alias or abbreviation; None when unsure."""
        if not text or not text.strip():
            return None
        code = self.by_code.get(viet.clean(text).upper())
        return code or self.by_key.get(name_key(text)) or self.by_key.get(_without_province(name_key(text)))

    def suggest(self, text: str) -> str | None:
        """The nearest registered name, only to ask «Có phải là «…»?»."""
        from rapidfuzz import fuzz, process

        best = process.extractOne(name_key(text), list(self.by_key), scorer=fuzz.token_sort_ratio, score_cutoff=70)
        return self.by_key[best[0]] if best else None

    def split(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes named in a cell and the parts that name none: longest names first, since names hold commas and "và"."""
        if (one := self.resolve(text)) is not None:
            return (one,), ()
        parts = [self.resolve(part) for part in re.split(r"[;\n]", text) if part.strip()]
        if len(parts) > 1 and None not in parts:  # codes and names between semicolons, as in register.xlsx
            return tuple(dict.fromkeys(part for part in parts if part)), ()
        marked = name_key(re.sub(r"[;/\n]", " ; ", text))
        rest, found = f" {marked} ", []
        for known in sorted(self.by_key, key=len, reverse=True):
            place = rest.find(f" {known} ")
            if place >= 0:
                found.append((place, self.by_key[known]))
                rest = rest.replace(f" {known} ", " " + "·" * len(known) + " ", 1)
        codes = tuple(dict.fromkeys(code for _, code in sorted(found)))
        left = tuple(p for p in (part.strip(" ·;") for part in _SPLIT.split(rest)) if p)
        return codes, left


def index_names(agencies: Iterable[Agency]) -> Names:
    """Names that two agencies share resolve to the one named so officially, else to nobody."""
    by_code: dict[str, str] = {}
    official: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    for agency in agencies:
        by_code[agency.code.upper()] = agency.code
        official.setdefault(name_key(agency.name), agency.code)
        for alias in agency.aliases:
            others.setdefault(name_key(alias), set()).add(agency.code)
        others.setdefault(_without_province(name_key(agency.name)), set()).add(agency.code)
    shared = {k: next(iter(codes)) for k, codes in others.items() if len(codes) == 1 and k not in official}
    return Names(by_code, {**shared, **official})


def collective_members(text: str, agencies: Iterable[Agency], day: date | None) -> tuple[str, ...]:
    """Codes that a collective assignee means on the day of assignment; empty when the text names no collective."""
    wanted = name_key(text)
    known = [a for a in agencies if day is None or a.in_force(day)]
    groups = tuple(a.code for a in known if a.group and name_key(a.group) == wanted)
    if groups:
        return groups
    for pattern, levels in _COLLECTIVES:
        if pattern.search(wanted):
            return tuple(a.code for a in known if a.level in levels)
    return ()


def _without_province(key: str) -> str:
    """ "sở nội vụ tỉnh bình định" and "sở nội vụ tỉnh" both mean the province's department."""
    return re.sub(r"\btỉnh( .*)?$", "", key).strip() or key
