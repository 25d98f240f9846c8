"""A workspace in, what every command works with out: configuration, register, calendar, form and present periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch.calendar import Calendar
from nvbatch.config import Config, ConfigError, load_config
from nvbatch.form import Form, load_form
from nvbatch.model import Conference, Finding, Period, Snapshot, Submission
from nvbatch.nearest import ask_for
from nvbatch.register import GENERAL, Register
from nvbatch.register_load import load_register
from nvbatch.register_sheets import Sheets
from nvbatch.returns import Material
from nvbatch.rules.policy import Policy
from nvbatch.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Office:
    """What a command works with: the workspace, its configuration, register and calendar as they stand."""

    ws: Workspace
    config: Config
    register: Register
    hits: tuple[Any, ...]
    sheets: Sheets
    form: Form
    calendar: Calendar

    def asked(self, given: Conference | None, as_of: datetime) -> tuple[Conference | None, datetime | None]:
        """The conference whose lock is in force, and the lock (contract 8.3)."""
        conference = given or self.register.conference_at(as_of, self.calendar.lock_at)
        return conference, self.calendar.lock_at(conference) if conference else None


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """A computation as a whole: the Snapshot and what the renderers need besides."""

    snapshot: Snapshot
    material: Material
    config: Config
    submissions: tuple[Submission, ...]
    reasons: Mapping[str, tuple[Finding, ...]]  # submission id → fatal findings of gate A
    vanished: Mapping[str, str]  # task code → the archived register that still held it


def open_office(ws: Workspace, config: Config | Path | None = None, *, keep: bool = False) -> Office:
    """Read configuration (unless it has been read), register and schemas. ``keep``: the register is remembered as read.

    Raises ConfigError or RegisterError in Vietnamese.
    """
    config = config if isinstance(config, Config) else load_config(config or ws.config)
    register, hits, sheets = load_register(ws.register, config, ws.schemas, ws.cache, keep=keep)
    return Office(
        ws=ws,
        config=config,
        register=register,
        hits=hits,
        sheets=sheets,
        form=load_form(ws.schemas),
        calendar=Calendar(config, register.days),
    )


def present_periods(office: Office, as_of: datetime, key: str | None, program: str | None) -> dict[str, Period]:
    """The present period of each programme: the one asked for, where its regime fits, else the one that last passed."""
    known = office.register.programs
    if program is not None and program not in known:
        near = ask_for(program, known)
        raise ConfigError(f"Không có chương trình «{program}».{near} Các chương trình: {', '.join(sorted(known))}.")
    asked = office.calendar.period_from_key(key) if key else None
    if key and asked is None:
        raise ConfigError(f"Kỳ báo cáo «{key}» không đọc được; ví dụ: 2025-03-13, 2025-W11, 2025-03, 2025-Q1.")
    periods = {}
    for code, each in known.items():
        if program not in (None, code):
            continue
        if asked is not None and key is not None and asked.kind == each.frequency:
            periods[code] = office.calendar.period_from_key(key, each.cutoff) or asked
        else:
            periods[code] = office.calendar.last_passed(each.frequency, as_of, each.cutoff)
    if asked is not None and all(p.key != asked.key for p in periods.values()):
        raise ConfigError(
            f"Không chương trình nào báo cáo theo kỳ «{key}». Kiểm tra trang «Chương trình» của sổ đăng ký."
        )
    return periods


def open_periods(office: Office, as_of: datetime, key: str | None) -> dict[str, Period]:
    """The period that as-of lies in, for each programme (for forms and status), unless one is asked for."""
    day = as_of.astimezone(office.config.zone).date()
    if key is not None:
        return present_periods(office, as_of, key, None)
    return {code: office.calendar.period_of(p.frequency, day, p.cutoff) for code, p in office.register.programs.items()}


def main_period(periods: Mapping[str, Period]) -> Period:
    """The period that a run is named after: that of CHUNG."""
    return periods.get(GENERAL) or next(iter(periods.values()))


def conference_on(office: Office, held_on: date | None) -> Conference | None:
    """``--conference DATE``: the register's entry of that day, else one with the computed lock."""
    if held_on is None:
        return None
    return next((c for c in office.register.conferences if c.held_on == held_on), Conference(held_on=held_on))


def policy_at(config: Config, register: Register, as_of: datetime) -> Policy:
    """What is off, demoted or waived at as-of."""
    return Policy(
        off=frozenset(config.rules.off),
        as_warning=frozenset(config.rules.as_warning),
        waivers=register.waivers,
        day=as_of.astimezone(config.zone).date(),
    )
