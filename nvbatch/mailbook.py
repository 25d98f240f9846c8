"""The journal in, what has become of every message out: sent, in doubt, or free to go; and how much an address got."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from nvbatch.journal import Deed, Journal
from nvbatch.workspace import Workspace

# The deeds of sending. An intent without any other deed after it is a doubt: something died in between.
INTENT, SENT, FAILED, DOUBTFUL = "send-intent", "sent", "send-failed", "send-doubtful"
DEEDS = (INTENT, SENT, FAILED, DOUBTFUL)


class Standing(StrEnum):
    FREE = "free"
    SENT = "sent"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbook:
    """``standings``: «kind|about» → how it stands. ``today``: hash of an address → messages it got on the day."""

    standings: Mapping[str, Standing]
    today: Mapping[str, int]

    def standing(self, kind: str, about: Iterable[str]) -> Standing:
        """Sent, as soon as any of what a message says has been sent; in doubt before that."""
        found = {self.standings.get(key, Standing.FREE) for key in _keys(kind, about)}
        return next((s for s in (Standing.SENT, Standing.DOUBTFUL) if s in found), Standing.FREE)


def read_mailbook(ws: Workspace, day: date, zone: tzinfo) -> Mailbook:
    """How every message stands after the journal's last line."""
    standings: dict[str, Standing] = {}
    tries: dict[str, list[Deed]] = {}
    for deed in (d for d in Journal(ws).deeds() if d["deed"] in DEEDS):
        keys, mark = _keys(deed["kind"], deed["about"]), deed["message"]
        if deed["deed"] == INTENT:
            tries.setdefault(mark, []).append(deed)
        elif deed["deed"] == FAILED and tries.get(mark):
            tries[mark].pop()
        standings.update(dict.fromkeys(keys, _after(deed["deed"], tries.get(mark, ()))))
    got: Counter[str] = Counter()
    for deed in (d for every in tries.values() for d in every):
        if datetime.fromisoformat(deed["at"]).astimezone(zone).date() == day:
            got.update(deed["to"])
    return Mailbook(standings=standings, today=got)


def reminders_sent(ws: Workspace, before: datetime) -> dict[str, int]:
    """Task code → number of the last quarterly reminder that a run of an earlier as-of sent.

    What later runs sent does not count: repeating a run changes nothing.
    """
    numbers: dict[str, int] = {}
    for deed in Journal(ws).deeds(SENT):
        if deed.get("reminders") and deed.get("as_of") and datetime.fromisoformat(deed["as_of"]) < before:
            for code, number in deed["reminders"].items():
                numbers[code] = max(number, numbers.get(code, 0))
    return numbers


def hashed(address: str) -> str:
    """What the journal keeps of an address."""
    return hashlib.sha256(address.lower().encode("utf-8", "replace")).hexdigest()[:16]


def _keys(kind: str, about: Iterable[str]) -> list[str]:
    return [f"{kind}|{each}" for each in about]


def _after(deed: str, tries: Sequence[Deed]) -> Standing:
    if deed == SENT:
        return Standing.SENT
    return Standing.FREE if deed == FAILED and not tries else Standing.DOUBTFUL
