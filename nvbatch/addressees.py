"""Register and day in, who is written to out: only registered addresses, never ourselves, never a robot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from nvbatch.config import Config
from nvbatch.eml import Mailbox, is_mailable
from nvbatch.model import FocalPoint
from nvbatch.register import GENERAL, Register


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """``ours``: the Office's own mailboxes, in lower case."""

    register: Register
    day: date
    ours: frozenset[str] = frozenset()

    def of(self, agency: str, program: str) -> tuple[Mailbox, ...]:
        """Who answers for the programme on that day: its focal points, else the general ones, else the agency."""
        points = self._points.get(agency, ())
        for wanted in ((program,), (None, GENERAL)):
            found = self._boxes((p.email, p.full_name) for p in points if p.program in wanted)
            if found:
                return found
        return self.head(agency)

    def head(self, agency: str) -> tuple[Mailbox, ...]:
        """The agency's own mailbox, at which its head is reached."""
        known = self.register.agencies.get(agency)
        if known is None or not known.email or not known.in_force(self.day):
            return ()
        return self._boxes([(_plain(known.email), known.name)])

    def sender(self, address: str) -> tuple[frozenset[str], tuple[Mailbox, ...]]:
        """The agencies that an exact address speaks for on that day, and its mailbox; nothing for everybody else."""
        found = [p for points in self._points.values() for p in points if p.email == address]
        boxes = self._boxes((p.email, p.full_name) for p in found[:1])
        return (frozenset(p.agency for p in found) if boxes else frozenset()), boxes

    @cached_property
    def registered(self) -> frozenset[str]:
        """Every address that may be written to on that day."""
        points = (p.email for points in self._points.values() for p in points)
        heads = (box.address for code in self.register.agencies for box in self.head(code))
        return frozenset(address for address in (*points, *heads) if self._fit(address))

    @cached_property
    def _points(self) -> Mapping[str, tuple[FocalPoint, ...]]:
        groups: dict[str, tuple[FocalPoint, ...]] = {}
        for point in self.register.focal_points_on(self.day):
            groups[point.agency] = (*groups.get(point.agency, ()), point)
        return groups

    def _fit(self, address: str) -> bool:
        return is_mailable(address) and address.lower() not in self.ours

    def _boxes(self, who: Iterable[tuple[str, str]]) -> tuple[Mailbox, ...]:
        """Each address once, in order."""
        names: dict[str, str] = {}
        for address, name in who:
            if self._fit(address):
                names.setdefault(address, name)
        return tuple(Mailbox(address, name) for address, name in names.items())


def addressees(register: Register, config: Config, day: date) -> Addressees:
    """Who may be written to on a day; the mailboxes of the configuration are our own."""
    own = (config.mail.smtp.sender, config.mail.smtp.user, config.mail.imap.user)
    return Addressees(register=register, day=day, ours=frozenset(a.lower() for a in own if "@" in a))


def _plain(address: str) -> str:
    local, at, domain = address.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"
