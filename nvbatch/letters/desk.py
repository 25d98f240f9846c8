"""What all letters of one moment share: the Office's name and zone, who is written to, by when to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from nvbatch import viet
from nvbatch.addressees import Addressees
from nvbatch.briefing import wording
from nvbatch.briefing.frame import full_name
from nvbatch.config import Config
from nvbatch.eml import Mailbox, is_mailable
from nvbatch.letters.texts import Texts
from nvbatch.model import Agency, Period, Program
from nvbatch.register import Register


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``templates``: the workspace's own texts, which win file by file."""

    config: Config
    register: Register
    addressees: Addressees
    as_of: datetime
    templates: Path | None = None

    def values(self, agency: Agency, program: str, period: Period) -> dict[str, Any]:
        """What every template may use."""
        return {
            "office": self.office,
            "contact": self._contact(program),
            "agency": plain(agency.name),
            "head": "",
            "period": wording.period(period),
            "period_full": self._period(period),
            "program": self._program(program),
            "cutoff": self.moment(period.cutoff),
            "as_of": self.moment(self.as_of),
        }

    def write(self, template: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text. Raises LetterError."""
        return self._texts.compose(template, values)

    def make_ready(self, template: str) -> None:
        """Read a template before it is wanted."""
        self._texts.make_ready(template)

    def copy_to_head(self, agency: Agency, to: tuple[Mailbox, ...]) -> tuple[Mailbox, ...]:
        """The agency's own mailbox, unless the letter goes there anyway."""
        there = {box.address for box in to}
        return tuple(box for box in self.addressees.head(agency.code) if box.address not in there)

    def moment(self, at: datetime) -> str:
        return wording.moment(at.astimezone(self.config.zone))

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.templates)

    @cached_property
    def office(self) -> str:
        return full_name(self.config)

    def _period(self, period: Period) -> str:
        span = wording.span(period)
        return wording.period(period) + (f" ({span})" if span else "")

    def _program(self, program: str) -> str:
        """« thuộc chương trình …»; an office with one programme need not name it."""
        known: Program | None = self.register.programs.get(program)
        if known is None or len(self.register.programs) < 2:
            return ""
        return f", chương trình {plain(known.name)}"

    def _contact(self, program: str) -> str:
        known = self.register.programs.get(program)
        whom = self.config.mail.contact or self.office
        named = known is not None and known.unit and known.unit.casefold() not in whom.casefold()
        unit = f"{plain(known.unit or '')}, " if known is not None and named else ""
        return f"Cần trao đổi, đề nghị liên hệ: {unit}{whom}, hoặc trả lời thư này."


def sender_of(config: Config) -> Mailbox | None:
    """Who the Office's mail is from; None while nothing usable is configured."""
    address = config.mail.smtp.sender
    return Mailbox(address, full_name(config)) if is_mailable(address) else None


@lru_cache(maxsize=4096)  # sheets, cells, remedies and the names of a period come in every letter
def plain(text: str) -> str:
    """One line, fit to show."""
    return viet.clean(viet.sanitize(text)[0])


def head_words(agency: Agency) -> str:
    """«Giám đốc Sở Nội vụ»: the office, not the person."""
    title, name = plain(agency.head_title or "Thủ trưởng").split(), plain(agency.name).split()
    shared = next((n for n in range(len(title), 0, -1) if _same(title[-n:], name[:n])), 0)  # «Chủ tịch UBND xã»
    return " ".join([*title, *name[shared:]])


def _same(one: list[str], two: list[str]) -> bool:
    return [word.casefold() for word in one] == [word.casefold() for word in two]
