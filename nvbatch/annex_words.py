"""A text of an annex in; what it is (a number, a ditto mark, a part of the row above) or its parts out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nvbatch import viet

ROMAN = re.compile(r"\(?[IVXLC]+[.)]?|[A-ZĐ][.)]?|(?:Phần|Mục|Chương)\s.*")
ARABIC = re.compile(r"\(?(\d{1,4})[.)]?")
NESTED = re.compile(r"(?:\d{1,3}|[IVXLC]+|[A-ZĐ])(?:[.,]\d{1,3})+[.)]?")
HEADED = re.compile(r"(?:[IVXLC]+|[A-ZĐ])\s*[.)\-–:]\s*\S")
BULLET = re.compile(r"[-+*•–●○]\s*|[a-zđ][.)]\s*")
GOES_ON = re.compile(r"[-+*•–●○]|[a-zà-ỹđ]")  # how a text begins that belongs to the row above
_DITTO = re.compile(r"(?:[-\"'”“〃/.\s]*(?:nt|n\.t|như trên)?[-\"'”“〃/.\s]*)")
_SAYS_DITTO = re.compile(r"nt|như trên|[\"”“〃]|''|//", re.IGNORECASE)
EMPTY = re.compile(r"[-–_/.x\s]*", re.IGNORECASE)
_LEADS = re.compile(r"(?:cơ quan|đơn vị)?\s*chủ trì\s*:\s*", re.IGNORECASE)
_JOINS = re.compile(r"[\s;,.(]*(?:cơ quan|đơn vị)?\s*phối hợp\s*:\s*", re.IGNORECASE)
_SHOWN = 90  # so much of a row's text is shown in a remark


def headed(text: str) -> str:
    """The words of a heading without its number: perhaps an agency («II. Phòng Nội vụ»)."""
    return re.sub(r"^(?:[IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*)\s*[.)\-–:]?\s+", "", text)


def joined(one: str, other: str, by: str) -> str:
    """Two texts as one; what is said already is not said twice."""
    if not other or viet.key(other) == viet.key(one):
        return one
    if by != "\n" and viet.key(other) in [viet.key(part) for part in one.split(by)]:
        return one
    return f"{one}{by}{other}" if one else other


def parted(lead: str, coordinating: str) -> tuple[str, str]:
    """«Chủ trì: A; Phối hợp: B» in one cell → A and B."""
    found = _JOINS.search(lead)
    before, after = (lead[: found.start()], lead[found.end() :]) if found else (lead, "")
    if found is None and not _LEADS.match(lead):
        return lead, coordinating
    return _LEADS.sub("", before, count=1).strip(" ;,."), joined(coordinating, after.strip(" ;,.)"), "; ")


def is_ditto(text: str) -> bool:
    """«nt», «như trên», a ditto mark."""
    return bool(text and _SAYS_DITTO.search(text) and _DITTO.fullmatch(text.casefold()))


def short(texts: Sequence[str]) -> str:
    """The texts of a row, cut to be shown."""
    said = " | ".join(viet.clean(text) for text in texts)
    return said if len(said) <= _SHOWN else said[:_SHOWN].rstrip() + "…"
