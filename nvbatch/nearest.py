"""A word that nobody knows and the words that are known in, «Có phải là «…»?» or nothing out: only ever to ask."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _

LIKE = 60  # of 100: below this a proposal would mislead


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the given one, case aside; None when none is near."""
    from rapidfuzz import fuzz, process

    wanted = str(given).strip().casefold()
    spelled = {word: word.casefold() for word in known}
    best = process.extractOne(wanted, spelled, scorer=fuzz.ratio, score_cutoff=LIKE)
    return str(best[2]) if best else None


def ask_for(given: str, known: Iterable[str]) -> str:
    """« Có phải là «…»?» to stand behind a complaint; blank when nothing is near."""
    near = nearest(given, known)
    return _(" Có phải là «{near}»?").format(near=near) if near else ""
