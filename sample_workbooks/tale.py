"""A case's text in; its offices and tasks, what the agencies say of them, and what must come of each, out.

::

    @ code | name | aliases | level | group | title of the head | head | focal point | position | deputy head
    == SKHCN                                                     an agency; below it what it leads
    0101 NQ57 A T x | trước ngày 20/5/2025 | what is to be done | product | coord=STC;SNV
      w22 60 what was done | supervisor= | !C401 supervisor      a row in the file «w22», a fault planted in it
      w22 D28/05/2025 result | 12/QĐ-UBND ngày 28/5/2025 | late=K/why/7/BC-STC ngày 28/5/2025
      w22 absent                                                 the agency struck the row out
      =1 overdue 13 | no_explanation [five_clear_missing]        after act 1: status, days, flags (a choice)

``T`` Trọng tâm, ``X`` Thường xuyên, ``x`` acts on growth. ``0001+`` is the agency's part of a collective task; what it
is stands where it is named first. ``met`` after ``recurring``: done in the period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

CAUSES = {"K": "Khách quan", "C": "Chủ quan"}
EXPLANATION = ("delay_cause_kind", "delay_reason", "explanation_doc")
_DAYS = ("completed_on", "requested_deadline", "updated_on")
_TASK = re.compile(r"\d{4}\+?( |$)")
_FIELD = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)
_LATE = re.compile(r"late=(K|C)/(.*?)/(\d+/BC-\S+ ngày .*)?")


@dataclass(frozen=True)
class Office:
    """An agency of the case with its head and its focal point."""

    code: str
    name: str
    aliases: str
    level: str
    group: str
    title: str
    head: str
    focal: str
    position: str
    supervisor: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A row as the agency typed it, and the faults planted in it: «RULE» or «RULE field»."""

    values: Mapping[str, Any]
    planted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What must come of a task after an act; ``may``: flags on which the contract leaves a choice."""

    status: str
    days: str
    met: bool
    must: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def aggregated(self) -> bool:
        return not {"no_update", "incomplete"} & set(self.must)


@dataclass(kw_only=True)
class Task:
    """A line of the Office's list with its rows by file and its truth by act."""

    short: str
    agency: str
    program: str
    document: str
    task_class: str
    growth: bool
    phrase: str
    content: str
    product: str
    coordinating: str
    collective: bool
    said: dict[str, list[Said]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    truth: dict[int, Truth] = field(default_factory=dict)

    @property
    def fixed(self) -> date | None:
        return a_day(self.phrase)


def offices(path: Path) -> tuple[Office, ...]:
    """The agencies of the case, in the order of the list."""
    lines = (line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("@ "))
    return tuple(Office(*(part.strip() for part in line.split("|"))) for line in lines)


def read(path: Path) -> list[Task]:
    """Every task in the order of the list."""
    tasks: list[Task] = []
    agency = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            if line.startswith("== "):
                agency = line[3:].strip()
            elif _TASK.match(line):
                tasks.append(_task(line, agency, tasks))
            elif line.strip() and not line.startswith("@ "):
                _told(tasks[-1], line.strip())
        except (ValueError, IndexError) as error:
            raise ValueError(f"{path.name}:{number}: {line}") from error
    return tasks


def a_day(text: str) -> date | None:
    """A day as the list writes it; None for anything else, 30/02/2025 too."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def _task(line: str, agency: str, known: list[Task]) -> Task:
    short = line.split()[0]
    if short.endswith("+") and "|" not in line:
        first = next(task for task in known if task.short == short[:-1])
        same = {key: getattr(first, key) for key in (
            "short", "program", "document", "task_class", "growth", "phrase", "content", "product", "coordinating",
            "collective")}  # fmt: skip
        return Task(agency=agency, **same)
    head, phrase, content, product, *more = (part.strip() for part in line.split("|"))
    short, program, document, kind, *growth = head.split()
    options = dict(part.split("=", 1) for part in more)
    return Task(
        short=short.rstrip("+"),
        agency=agency,
        program=program,
        document=document,
        task_class={"T": "Trọng tâm", "X": "Thường xuyên"}[kind],
        growth=bool(growth),
        phrase=phrase,
        content=content,
        product=product,
        coordinating=options.get("coord", "").replace(";", "; "),
        collective=short.endswith("+"),
    )


def _told(task: Task, line: str) -> None:
    label, _, rest = line.partition(" ")
    if label.startswith("="):
        task.truth[int(label[1:])] = _truth(rest)
    elif rest == "absent":
        task.absent.add(label)
    else:
        task.said.setdefault(label, []).append(_said(rest))


def _truth(text: str) -> Truth:
    head, _, flags = (part.strip() for part in text.partition("|"))
    status, *more = head.split()
    words = flags.split()
    return Truth(
        status=status,
        days=more[0] if more and more[0].isdigit() else "",
        met="met" in more,
        must=tuple(word for word in words if not word.startswith("[")),
        may=tuple(word.strip("[]") for word in words if word.startswith("[")),
    )


def _said(text: str) -> Said:
    first, *rest = (part.strip() for part in text.split("|"))
    head, _, narrative = first.partition(" ")
    if head.startswith("D"):
        document, *rest = rest
        values = {"reported_status": "Đã hoàn thành", "progress": 100, "completed_on": head[1:], "result": narrative,
                  "narrative": f"{narrative}; đã gửi các cơ quan liên quan", "result_doc": document}  # fmt: skip
    else:
        status = "Chưa thực hiện" if head == "0" else "Đang thực hiện"
        values = {"reported_status": status, "progress": int(head), "narrative": narrative}
    for part in rest:
        values |= dict(_fields(part))
    for key in _DAYS:
        if values.get(key):
            values[key] = a_day(values[key]) or values[key]
    return Said(values=values, planted=tuple(part[1:] for part in rest if part.startswith("!")))


def _fields(part: str) -> Iterator[tuple[str, Any]]:
    if found := _LATE.fullmatch(part):
        yield from zip(EXPLANATION, (CAUSES[found[1]], found[2], found[3] or ""), strict=True)
    elif found := _FIELD.fullmatch(part):
        value = found[2].strip()
        yield found[1], int(value) if found[1] == "progress" and value.isdigit() else value
    elif not part.startswith("!"):
        raise ValueError(part)
