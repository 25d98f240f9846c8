"""What a case is: its offices, moments, documents and arrivals, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tale import Office, Task

ZONE = timezone(timedelta(hours=7))
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file that arrived. ``label``: which rows of the tale it holds; ``planted``: findings on the file as a whole."""

    act: int
    label: str
    agency: str
    program: str
    period: str
    at: str
    kind: str = "form"  # xls, ods, own: an agency's own making · again: the same bytes · cut: half of them
    state: str = "accepted"
    timeliness: str = "on_time"
    listed: bool = True  # a run lists what came in, or counts for, its present periods (contract 8.19)
    planted: tuple[str, ...] = ()
    sender: str = ""
    person: str = ""
    changes: tuple[Row, ...] = ()
    codeless: tuple[str, ...] = ()  # tasks whose code the agency left out


@dataclass(frozen=True, kw_only=True)
class Act:
    """A moment at which the Office runs, and the period that it asks for."""

    period: str
    as_of: str
    conference: date | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything of a case but its tale. The sheets that change from act to act are functions of the act."""

    name: str
    domain: str
    year: int
    config: str
    offices: Sequence[Office]
    acts: Sequence[Act]
    documents: Mapping[str, tuple[str, date, str, str, int | None]]
    sent: Sequence[Sent]
    programs: Sequence[Row] = ()
    focal_points: Mapping[int, Sequence[Row]] = field(default_factory=dict)  # by act, instead of one an office
    sheets: Mapping[int, Mapping[str, Sequence[Row]]] = field(default_factory=dict)  # by act, further sheets
    states: Mapping[str, Row] = field(default_factory=dict)
    agency_flags: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    office_findings: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def office(self, code: str) -> Office:
        return next(office for office in self.offices if office.code == code)

    def code(self, task: Task) -> str:
        parent = f"NV-{self.year}-{task.short}"
        return f"{parent}-{task.agency}" if task.collective else parent

    def address(self, agency: str) -> str:
        return f"daumoi.{agency.lower()}@{self.domain}"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def focal_point(case: Case, agency: str, **changed: Any) -> dict[str, Any]:
    """The office's own focal point, for every programme."""
    office = case.office(agency)
    number = [o.code for o in case.offices].index(agency) + 1
    return {"agency_code": agency, "full_name": office.focal, "position": office.position, "unit": "Văn phòng",
            "phone": f"0000 300 {number:03d}", "email": case.address(agency), **changed}  # fmt: skip
