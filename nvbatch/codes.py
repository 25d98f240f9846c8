"""Task codes that a register has in; the next free ones, made after the same pattern, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from nvbatch import viet

DEFAULT = ("NV-", "-", 5)  # NV-2025-00001
_DATED = re.compile(r"(.*?)(20\d\d)(\D{1,3})(\d{1,8})")
_PLAIN = re.compile(r"(.*?\D)(\d{1,8})")


def code_keys(codes: Sequence[str]) -> list[str]:
    """:func:`viet.key` of each code; of a hundred thousand plain ones all at once."""
    together = "\n".join(codes).casefold()
    keys = together.split("\n")
    if len(keys) == len(codes) and together.isascii() and keys == together.split():  # without any space
        return keys
    return [viet.key(code) for code in codes]


def next_codes(used: Iterable[str], day: date | None, count: int) -> tuple[str, ...]:
    """``count`` codes of the year of ``day`` that nobody has: the register's own pattern where most codes have one."""
    codes = tuple(dict.fromkeys(code.strip() for code in used))
    taken = {code.casefold() for code in codes}
    head, width = _pattern(codes, day)
    number = max((int(code[len(head) :]) for code in codes if _counts(code, head)), default=0)
    found: list[str] = []
    while len(found) < count:
        number += 1
        code = f"{head}{number:0{width}d}"
        if code.casefold() not in taken:
            found.append(code)
    return tuple(found)


def _pattern(codes: tuple[str, ...], day: date | None) -> tuple[str, int]:
    """What stands before the running number, and how many digits it has."""
    year = day.year if day else ""
    dated = [found for code in codes if (found := _DATED.fullmatch(code))]
    plain = [found for code in codes if not _DATED.fullmatch(code) and (found := _PLAIN.fullmatch(code))]
    if dated and len(dated) * 2 >= len(codes):
        (before, after), _ = Counter((f[1], f[3]) for f in dated).most_common(1)[0]
        widths = Counter(len(f[4]) for f in dated if (f[1], f[3]) == (before, after))
        return f"{before}{year}{after}", widths.most_common(1)[0][0]
    if plain and len(plain) * 2 > len(codes):
        before, _ = Counter(f[1] for f in plain).most_common(1)[0]
        widths = Counter(len(f[2]) for f in plain if f[1] == before)
        return before, widths.most_common(1)[0][0]
    before, after, width = DEFAULT
    return f"{before}{year}{after}", width


def _counts(code: str, head: str) -> bool:
    return code.casefold().startswith(head.casefold()) and code[len(head) :].isdecimal()
