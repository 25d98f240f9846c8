"""What every sheet of the master looks at: snapshot, form, register, configuration, and the words made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from nvbatch.briefing import wording
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.model import FLAG_WORDS, AgencyFigure, Snapshot, Status, TaskFigure
from nvbatch.register import Register


@dataclass(frozen=True, kw_only=True)
class Source:
    """``links``: agency code → path of its marked return, relative to the master's own folder."""

    snapshot: Snapshot
    form: Form
    register: Register | None
    config: Config
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return self.config.zone

    @cached_property
    def as_of(self) -> datetime:
        return self.snapshot.as_of.astimezone(self.zone)

    @cached_property
    def today(self) -> date:
        return self.as_of.date()

    @cached_property
    def figures(self) -> Mapping[str, AgencyFigure]:
        return {figure.agency.code: figure for figure in self.snapshot.agencies}

    def agency(self, code: str | None) -> str:
        """The agency's name; its code where the register has no such agency."""
        known = self.figures.get(code or "")
        return known.agency.name if known else code or ""

    def head(self, code: str) -> str:
        """Who answers for the agency: ``Giám đốc Nguyễn Văn A``."""
        known = self.figures.get(code)
        if known is None:
            return "(cơ quan chưa có trong danh mục)"
        title, name = known.agency.head_title or "Thủ trưởng cơ quan", known.agency.head_name
        return f"{title} {name}" if name else f"{title} (danh mục chưa ghi họ tên)"

    def program(self, code: str) -> str:
        known = self.snapshot.programs.get(code)
        return known.name if known else code

    def local(self, moment: datetime) -> datetime:
        """A moment as the Office's clocks show it."""
        return moment.astimezone(self.zone)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Place of each agency in the register."""
        return {code: place for place, code in enumerate(self.figures)}

    @cached_property
    def tasks(self) -> Sequence[TaskFigure]:
        """All of them, agencies in the register's order, then task codes."""
        of_agency: dict[str, list[TaskFigure]] = {}
        for figure in sorted(self.snapshot.tasks, key=attrgetter("task.code")):
            of_agency.setdefault(figure.lead_agency, []).append(figure)
        agencies = sorted(of_agency, key=lambda code: (self.order.get(code, len(self.order)), code))
        return [figure for code in agencies for figure in of_agency[code]]

    @cached_property
    def flagged(self) -> Sequence[TaskFigure]:
        """Those of which there is something to note, in the order of all."""
        return [figure for figure in self.tasks if figure.flags]

    def of_status(self, status: Status) -> Sequence[TaskFigure]:
        """In the order of all."""
        return self._by_status.get(status, ())

    @cached_property
    def _by_status(self) -> Mapping[Status, Sequence[TaskFigure]]:
        found: dict[Status, list[TaskFigure]] = {}
        for figure in self.tasks:
            found.setdefault(figure.status, []).append(figure)
        return found


def worst_first(figure: AgencyFigure) -> tuple[int, int, str]:
    """Contract 8.15: most overdue tasks, then longest overdue, then code."""
    return -figure.by_status.get(Status.OVERDUE, 0), -figure.longest_overdue, figure.agency.code


def flag_words(flags: tuple[str, ...]) -> str | None:
    return "; ".join([FLAG_WORDS.get(flag, flag) for flag in flags]) or None


def deadline_of(figure: TaskFigure) -> date | str | None:
    """The day, or the register's own words where they name none."""
    return figure.deadline or figure.task.deadline_text


def reported(figure: TaskFigure, key: str) -> Any:
    """A field of the state row, None without one."""
    return figure.row.get(key) if figure.row else None


def assigning_doc(figure: TaskFigure) -> str:
    task = figure.task
    return f"{task.doc_number} ngày {wording.day(task.doc_date)}" if task.doc_date else task.doc_number
