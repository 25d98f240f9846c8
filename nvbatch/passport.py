"""What the gate says of a file: the format it really has, or the reason why no library may open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nvbatch.model import Note

FATAL = frozenset({"F101", "F102", "F103"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What the gate says of a file. ``format``: xlsx, xlsm, xlsb, xls, ods or csv; empty when refused.

    ``careful``: a fast reader would hide or believe something in the string table (struck runs, an old font, a false
    count).
    """

    format: str = ""
    notes: tuple[Note, ...] = ()
    careful: bool = False
    parts: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)  # already inflated, by name
    names: tuple[str, ...] = field(default=(), repr=False, compare=False)  # of all the parts of a package

    @property
    def refused(self) -> bool:
        return any(note.rule in FATAL for note in self.notes)


def unreadable(what: str, detail: str = "") -> Passport:
    """F101: ``what`` it really is, in Vietnamese; ``detail`` for the log."""
    args = {"what": what, "reference": detail} if detail else {"what": what}
    return Passport(notes=(Note(rule="F101", args=args),))


def locked(what: str) -> Passport:
    """F102."""
    return Passport(notes=(Note(rule="F102", args={"what": what}),))


def too_much(what: str, limit: str) -> Passport:
    """F103: what exceeds which limit."""
    words = {"what": f"{what} ({limit})", "limit": limit}
    return Passport(notes=(Note(rule="F103", value=what, expected=limit, args=words),))


def active_parts(found: Sequence[str]) -> tuple[Note, ...]:
    """F104: macros, links, objects, connections, if there are any."""
    return (Note(rule="F104", args={"what": ", ".join(found)}),) if found else ()
