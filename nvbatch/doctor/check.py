"""The words of an examination: a remark has a state and a remedy, a check gathers the remarks on one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """From well to not well."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing seen. ``fix`` says how to mend it; blank where nothing needs mending."""

    state: State
    text: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``key`` is for machines, ``title`` for people."""

    key: str
    title: str
    remarks: tuple[Remark, ...]

    @property
    def state(self) -> State:
        """The worst of its remarks."""
        states = [remark.state for remark in self.remarks]
        return max(states, key=list(State).index, default=State.OK)


def ok(text: str) -> Remark:
    return Remark(state=State.OK, text=text)


def note(text: str, fix: str = "") -> Remark:
    return Remark(state=State.NOTE, text=text, fix=fix)


def broken(text: str, fix: str = "") -> Remark:
    return Remark(state=State.BROKEN, text=text, fix=fix)


def found(key: str, title: str, remarks: Iterable[Remark], *, well: str) -> Check:
    """A check of what was found; ``well`` is said where nothing was."""
    seen = tuple(remarks)
    return Check(key=key, title=title, remarks=seen or (ok(well),))
