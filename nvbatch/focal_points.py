"""Focal points of an agency in, what is wrong with them out (R22, R26)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nvbatch import viet
from nvbatch.model import FocalPoint
from nvbatch.register import GENERAL

# "Trưởng phòng, Phó Trưởng phòng, Chánh/Phó Chánh Văn phòng or alike" (G802)
_DIVISION_LEADER = re.compile(
    r"\b((phó )?(trưởng|chánh) (phòng|văn phòng|ban|bộ phận|thanh tra)|phó (phòng|văn phòng)"
    r"|(quyền|q\.?|phụ trách) ?(trưởng |chánh )?(phòng|văn phòng))\b"
)


def is_division_leader(position: str) -> bool:
    return bool(_DIVISION_LEADER.search(viet.key(position)))


def general(points: Iterable[FocalPoint]) -> tuple[FocalPoint, ...]:
    """Those whose programme is blank or CHUNG."""
    return tuple(p for p in points if p.program in (None, GENERAL))


def crowded(points: Iterable[FocalPoint]) -> tuple[str, ...]:
    """Programmes that have more than one focal point at a time."""
    counts: dict[str, set[str]] = {}
    for point in points:
        counts.setdefault(point.program or GENERAL, set()).add(f"{viet.key(point.full_name)}|{point.email}")
    return tuple(sorted(program for program, who in counts.items() if len(who) > 1))


def uncovered(points: tuple[FocalPoint, ...], programs: Iterable[str]) -> tuple[str, ...]:
    """Programmes in which the agency leads tasks and that nobody speaks for; CHUNG when there is nobody at all."""
    if not points:
        return (GENERAL,)
    spoken = {point.program or GENERAL for point in points}
    return tuple(sorted(p for p in programs if p not in spoken and GENERAL not in spoken))
