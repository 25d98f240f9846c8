"""Names of agencies in, registered agencies out: code, name, alias, abbreviation; near names are only suggested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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


_NOBODYS = frozenset({viet.key("ủy ban nhân dân"), viet.key("hội đồng nhân dân"), "tỉnh"})

# Collective assignees ("các sở, ban, ngành") and the level whose agencies each word means.
_COLLECTIVE = _pattern(
    r"^(?:thủ trưởng |giám đốc |chủ tịch |người đứng đầu |lãnh đạo )*(?:ủy ban nhân dân )?(?:các|cấp)\b"
)
_LEVELS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_pattern(r"\b(?:sở|ban ngành|ngành|cơ quan chuyên môn)\b"), ("Tỉnh",)),
    (_pattern(r"\b(?:huyện|thị xã|thành phố)\b"), ("Huyện",)),
    (_pattern(r"(?<!thị )\bxã\b|\b(?:phường|đặc khu|thị trấn)\b"), ("Xã",)),
    (_pattern(r"\bđịa phương\b"), ("Huyện", "Xã")),
)
_ANYBODY = _pattern(r"\b(?:cơ quan|đơn vị)\b(?! chuyên môn)")
_PROVINCE = _pattern(r"\b(?:cấp|thuộc|của) tỉnh\b")
# Where one assignee ends and a collective one begins: "Sở Nội vụ và các sở, ban, ngành; UBND các xã, phường".
_PARTS = re.compile(
    r"[;\n]|(?:,|\bvà\b)\s*(?=(?:các|ubnd|[uủ][yỷ] ban nhân dân|(?:thủ trưởng|chủ tịch)\s)\b)", re.IGNORECASE
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
        return code or next((self.by_key[key] for key in _spellings(name_key(text)) if key in self.by_key), None)

    def suggest(self, text: str) -> str | None:
        """The nearest registered name, only to ask «Có phải là «…»?»."""
        from rapidfuzz import fuzz, process

        best = process.extractOne(name_key(text), list(self.by_key), scorer=fuzz.token_sort_ratio, score_cutoff=70)
        return self.by_key[best[0]] if best else None

    def split(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes named in a cell and the parts that name none: longest names first, since names hold commas and "và"."""
        if (one := self.resolve(text)) is not None:
            return (one,), ()
        for mark in (r"[;\n]", r"[,;\n]"):  # codes and names between semicolons, as in register.xlsx
            parts = [self.resolve(part) for part in re.split(mark, text) if part.strip()]
            if parts and None not in parts:
                return tuple(dict.fromkeys(part for part in parts if part)), ()
        marked = name_key(re.sub(r"[;/\n]", " ; ", text))
        rest, found = f" {marked} ", []
        for known in sorted(self.by_key, key=len, reverse=True):
            place = rest.find(f" {known} ")
            if place >= 0:
                found.append((place, self.by_key[known]))
                rest = rest.replace(f" {known} ", " " + "·" * len(known) + " ", 1)
        codes = tuple(dict.fromkeys(code for _, code in sorted(found)))
        parts_left = (re.sub(r"[\s·;]+", " ", part).strip() for part in _SPLIT.split(rest))
        left = tuple(part for part in parts_left if part)
        return codes, left


def index_names(agencies: Iterable[Agency]) -> Names:
    """Names that two agencies share resolve to the one named so officially, else to nobody."""
    agencies = tuple(agencies)
    by_code = {agency.code.upper(): agency.code for agency in agencies}
    bearers: dict[str, list[Agency]] = {}
    others: dict[str, set[str]] = {}
    for agency in agencies:
        bearers.setdefault(name_key(agency.name), []).append(agency)
        for alias in agency.aliases:
            others.setdefault(name_key(alias), set()).add(agency.code)
        for key in _spellings(name_key(agency.name)):
            others.setdefault(key, set()).add(agency.code)
    official = {key: code for key, borne in bearers.items() if (code := _one_of(borne)) is not None}
    shared = {k: next(iter(codes)) for k, codes in others.items() if len(codes) == 1 and k not in bearers}
    return Names(by_code, {**shared, **official})


def _one_of(bearers: Sequence[Agency]) -> str | None:
    """The only bearer of a name; of one that ended and its heir of the same name the heir."""
    living = [agency for agency in bearers if agency.valid_to is None]
    pick = living if len(bearers) > 1 else bearers
    return pick[0].code if len(pick) == 1 else None


def collective_members(text: str, agencies: Iterable[Agency], day: date | None) -> tuple[str, ...]:
    """Codes that a collective assignee means on the day of assignment; empty when the text names no collective."""
    known = [a for a in agencies if day is None or a.in_force(day)]
    parts = _parts(text)
    meant = [_meant(name_key(part), known) for part in parts]
    return tuple(a.code for a in known if any(a.code in codes for codes in meant)) if parts and all(meant) else ()


def assignees(
    text: str, agencies: Mapping[str, Agency], names: Names, day: date | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of all that an assignee cell names, one by one or collectively, and the parts that name nobody."""
    if (one := names.resolve(text)) is not None:
        return (one,), ()
    codes: list[str] = []
    left: list[str] = []
    for part in _parts(text):
        members = collective_members(part, agencies.values(), day)
        found, rest = (members, ()) if members else names.split(part)
        codes += found
        left += rest
    return tuple(dict.fromkeys(codes)), tuple(left)


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, _PARTS.split(viet.clean(text, multiline=True))) if part]


def _meant(wanted: str, known: Iterable[Agency]) -> frozenset[str]:
    """By the group of that name, else by the levels that the words mean."""
    if group := frozenset(a.code for a in known if a.group and name_key(a.group) == wanted):
        return group
    levels = _levels(wanted) if _COLLECTIVE.search(wanted) else frozenset()
    return frozenset(a.code for a in known if a.level in levels)


def _levels(wanted: str) -> frozenset[str]:
    named = frozenset(level for pattern, levels in _LEVELS for level in levels if pattern.search(wanted))
    if not _ANYBODY.search(wanted):
        return named
    if _PROVINCE.search(wanted):
        return named | {"Tỉnh"}
    local = named == {"Huyện", "Xã"} and "phương" in wanted
    return named if named and not local else frozenset({"Tỉnh", "Huyện", "Xã"})


def _spellings(key: str) -> tuple[str, ...]:
    """ "sở nội vụ tỉnh bình định", "sở nội vụ tỉnh" and "sở nội vụ" are one; "ủy ban nhân dân" alone is anybody's."""
    short = re.sub(r"\btỉnh .+$", "tỉnh", key)
    bare = re.sub(r"\btỉnh$", "", short).strip()
    return tuple(dict.fromkeys(k for k in (key, short, bare) if k and k not in _NOBODYS))
