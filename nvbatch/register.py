"""The Office's register as a value: who leads what on which day, until when, judged how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from nvbatch import viet
from nvbatch.agencies import Names, index_names
from nvbatch.codes import code_keys
from nvbatch.model import (
    Agency,
    AssigningDocument,
    Conference,
    DeadlineReading,
    Due,
    Extension,
    FocalPoint,
    Handover,
    Program,
    Task,
    Verdict,
    Waiver,
)

GENERAL = "CHUNG"
Moves = list[tuple[int, Handover]]  # hand-overs, each with its place in the register


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything of register.xlsx that counts. ``kept`` names the tasks that a "*" hand-over passed by, being done."""

    agencies: Mapping[str, Agency]
    tasks: Mapping[str, Task]
    readings: Mapping[str, DeadlineReading]
    focal_points: tuple[FocalPoint, ...] = ()
    programs: Mapping[str, Program] = field(default_factory=dict)
    documents: tuple[AssigningDocument, ...] = ()
    extensions: Mapping[str, tuple[Extension, ...]] = field(default_factory=dict)
    handovers: tuple[Handover, ...] = ()
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    conferences: tuple[Conference, ...] = ()
    days: Mapping[date, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    kept: frozenset[tuple[int, str]] = frozenset()
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # collective row → its member codes

    @cached_property
    def names(self) -> Names:
        return index_names(self.agencies.values())

    @cached_property
    def deputies(self) -> frozenset[str]:
        """Name keys of persons that stand as a deputy somewhere in the register (R31)."""
        found = set()
        for name, title in [(a.head_name, a.head_title) for a in self.agencies.values()] + [
            (f.full_name, f.position) for f in self.focal_points
        ]:
            words = viet.key(title or "").split()
            if name and "phó" in words and "phụ trách" not in viet.key(title or "") and "quyền" not in words:
                found.add(viet.key(name))
        return frozenset(found)

    def spelled(self, written: Iterable[str]) -> dict[str, str]:
        """Those of the codes that stand here in another case or spacing, each with the register's own spelling."""
        texts = tuple(written)
        wanted = dict(zip(texts, _without_spaces(code_keys([text.strip() for text in texts])), strict=True))
        codes = (*self.parents, *self.tasks) if any(wanted.values()) else ()
        known = dict(zip(_without_spaces(code_keys(codes)), codes, strict=True))
        return {text: known[key] for text, key in wanted.items() if key and key in known}

    def codes_of(self, document: str, content: str) -> tuple[str, ...]:
        """Tasks with this content whose document's number stands in ``document`` (which may add its date)."""
        where, wanted = _words(document).replace(" ", ""), _words(content)
        named = [tasks for number, tasks in self._by_document.items() if number and number in where]
        return tuple(task.code for tasks in named for task in tasks.saying(wanted))

    @cached_property
    def _by_document(self) -> Mapping[str, _Contents]:
        """Key of a document's number → the tasks that it gave."""
        written: dict[str, list[Task]] = {}
        for task in self.tasks.values():
            written.setdefault(task.doc_number, []).append(task)
        found: dict[str, list[Task]] = {}
        for number, tasks in written.items():
            found.setdefault(_words(number).replace(" ", ""), []).extend(tasks)
        return {number: _Contents(tasks) for number, tasks in found.items()}

    def resolve_agency(self, text: str | None) -> str | None:
        return self.names.resolve(text)

    def program_of(self, code: str) -> Program:
        """The programme, or the general one under an unknown code."""
        return self.programs.get(code) or self.programs[GENERAL]

    def extensions_of(self, code: str) -> tuple[Extension, ...]:
        return self.extensions.get(code, ())

    def lead_on(self, code: str, day: date) -> str:
        """Who leads the task on that day, hand-overs applied in order of date."""
        lead = self.tasks[code].lead_agency
        for index, move in self._moves_of.get(code, self._moves_of_all):
            if move.effective_on > day:
                break
            if move.task_code != "*" or (move.from_agency == lead and (index, code) not in self.kept):
                lead = move.to_agency
        return lead

    def leads_on(self, day: date) -> Mapping[str, str]:
        """Who leads each task on that day, all at once."""
        moved = {move.from_agency for _, move in self._moves_of_all} if self._moves_of_all else frozenset()
        return {
            code: self.lead_on(code, day) if code in self._moves_of or task.lead_agency in moved else task.lead_agency
            for code, task in self.tasks.items()
        }

    @cached_property
    def _moves_of_all(self) -> Moves:
        """Those that hand over whatever is unfinished, in order of date."""
        return sorted((pair for pair in enumerate(self.handovers) if pair[1].task_code == "*"), key=_by_date)

    @cached_property
    def _moves_of(self) -> Mapping[str, Moves]:
        """Task code → its own hand-overs and those of all, in order of date."""
        own: dict[str, Moves] = {}
        for index, move in enumerate(self.handovers):
            if move.task_code != "*":
                own.setdefault(move.task_code, []).append((index, move))
        return {code: sorted((*moves, *self._moves_of_all), key=_by_date) for code, moves in own.items()}

    def deadline_on(self, code: str, day: date) -> Due:
        """Deadline as it stood on that day (contract 8.2)."""
        task = self.tasks[code]
        due = self._dues.get(task.deadline) or self._given(task)
        given = self.extensions.get(code)
        if not given or due.recurring:
            return due
        granted = tuple(e for e in given if e.approval_doc and e.approved_on and e.approved_on <= day)
        return Due(granted[-1].new_deadline, due.deadline, due.reading, False, granted) if granted else due

    def _given(self, task: Task) -> Due:
        """The deadline as the document gave it; tasks of one day, or of one reading, share it."""
        reading = None if task.deadline else self.readings.get(task.code)
        key = task.deadline or id(reading)
        known = self._dues.get(key)
        if known is None:
            recurring = bool(reading and reading.recurring)
            day = task.deadline or (reading.on if reading and not recurring else None)
            known = self._dues[key] = Due(day, None, reading, recurring, ())
        return known

    @cached_property
    def _dues(self) -> dict[date | int | None, Due]:
        return {}

    def verdict_on(self, code: str, day: date) -> Verdict | None:
        """The newest verdict dated up to that day; of two on one day the later row."""
        given = self.verdicts.get(code)
        if not given:
            return None
        known = [v for v in given if v.assessed_on <= day]
        return max(known, key=lambda v: (v.assessed_on, v.row), default=None)

    def focal_points_on(self, day: date, agency: str | None = None) -> tuple[FocalPoint, ...]:
        among = self.focal_points if agency is None else self._points.get(agency, ())
        return tuple(f for f in among if f.in_force(day))

    @cached_property
    def _points(self) -> Mapping[str, list[FocalPoint]]:
        points: dict[str, list[FocalPoint]] = {}
        for point in self.focal_points:
            points.setdefault(point.agency, []).append(point)
        return points

    def conference_at(self, moment: datetime, lock_at: Any) -> Conference | None:
        """The conference whose lock is in force at a moment without ``--conference`` (contract 8.3)."""
        for conference in self.conferences:
            if lock_at(conference) <= moment and moment.date() <= conference.held_on:
                return conference
        return None

    def keeping(self, kept: frozenset[tuple[int, str]]) -> Register:
        """The same register in which "*" hand-overs pass these (hand-over index, task) by."""
        return replace(self, kept=kept)


@dataclass(frozen=True)
class _Contents:
    """The tasks of one document, known by what they say once somebody asks."""

    tasks: Sequence[Task]

    def saying(self, content: str) -> Sequence[Task]:
        """The tasks whose content has this key."""
        return self._said.get(content, ())

    @cached_property
    def _said(self) -> Mapping[str, list[Task]]:
        found: dict[str, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(_words(task.content), []).append(task)
        return found


def _by_date(move: tuple[int, Handover]) -> tuple[date, int]:
    return move[1].effective_on, move[0]


def _without_spaces(keys: Sequence[str]) -> Sequence[str]:
    return "\n".join(keys).replace(" ", "").split("\n") if keys else ()  # no key has a line end


def _words(text: str) -> str:
    """Comparison key of a text without the punctuation around it."""
    return viet.key(text).strip(" .,;:-–")
