"""What `status` tells, as values: each agency and each report, owed or sent, until when; also as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from nvbatch.model import Conference, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStanding:
    """One report of one agency: owed until ``cutoff``, or sent. ``tasks``: open tasks that it has to speak of."""

    agency: str
    name: str
    program: str
    period: str
    cutoff: datetime
    owes: bool
    submitted: bool
    received_at: datetime | None
    late: bool
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyStanding:
    code: str
    name: str
    owes: bool
    submitted: bool
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResult:
    """``reports``: missing ones first, those due soonest before others."""

    periods: Mapping[str, Period]
    agencies: tuple[AgencyStanding, ...]
    reports: tuple[ReportStanding, ...]
    conference: Conference | None
    lock_at: datetime | None
    waiting: int  # files that lie in inbox, not yet collected

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it; :func:`result_from` reads it back."""
        return {
            "periods": {program: _text(asdict(period)) for program, period in self.periods.items()},
            "agencies": [_text(asdict(agency)) for agency in self.agencies],
            "reports": [_text(asdict(report)) for report in self.reports],
            "conference": _text(asdict(self.conference)) if self.conference else None,
            "lock_at": self.lock_at.isoformat() if self.lock_at else None,
        }


def result_from(plain: Mapping[str, Any], *, waiting: int) -> StatusResult:
    """Raises KeyError, TypeError or ValueError for what :meth:`StatusResult.plain` never gave."""
    held = plain["conference"]
    return StatusResult(
        periods={
            program: Period(
                kind=p["kind"],
                key=p["key"],
                start=date.fromisoformat(p["start"]),
                end=date.fromisoformat(p["end"]),
                cutoff=datetime.fromisoformat(p["cutoff"]),
            )
            for program, p in plain["periods"].items()
        },
        agencies=tuple(AgencyStanding(**{**a, "received_at": _moment(a["received_at"])}) for a in plain["agencies"]),
        reports=tuple(
            ReportStanding(**{**r, "cutoff": _moment(r["cutoff"]), "received_at": _moment(r["received_at"])})
            for r in plain["reports"]
        ),
        conference=Conference(
            held_on=date.fromisoformat(held["held_on"]), title=held["title"], lock_at=_moment(held["lock_at"])
        )
        if held
        else None,
        lock_at=_moment(plain["lock_at"]),
        waiting=waiting,
    )


def with_waiting(result: StatusResult, waiting: int) -> StatusResult:
    """The same answer with the files that lie in inbox now."""
    return replace(result, waiting=waiting)


def _text(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
