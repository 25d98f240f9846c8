"""binh_dinh_tasks.txt in; tasks, what each agency says of them week by week, and the faults planted in it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

DAYS = ("completed_on", "requested_deadline")
CAUSES = {"K": "Khách quan", "C": "Chủ quan"}
_LATE = re.compile(r"(K|C)/(.*)/(\d+/BC-\S+ ngày .*)?")
_FIELD = re.compile(r"([a-z_]+)=(.*)")
_DONE = re.compile(r"D(\d\d/\d\d/\d{4})")


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line of the assigning document. ``meant``: the day that a person reads out of the phrase."""

    short: str
    agency: str
    document: str
    growth: bool
    phrase: str
    meant: date | None
    kind: str  # "" a plain day · "<" before · "~" ambiguous · "R" recurring
    content: str
    product: str
    coordinating: str

    @property
    def code(self) -> str:
        return f"NV-2025-{self.short}"

    @property
    def fixed(self) -> date | None:
        """The deadline where the document names a plain day; else its phrase counts."""
        return day(self.phrase)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A row as the agency typed it, and the findings planted in it: «RULE» or «RULE field»."""

    values: Mapping[str, Any]
    planted: tuple[str, ...]

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(plant.split()[0] for plant in self.planted)


@dataclass(frozen=True, kw_only=True)
class Story:
    """``said``: (task, week) → its rows, two where the agency wrote it twice. ``absent``: rows that are left out."""

    tasks: Mapping[str, Task]
    said: Mapping[tuple[str, int], tuple[Said, ...]]
    absent: frozenset[tuple[str, int]]


def read(path: Path) -> Story:
    tasks: dict[str, Task] = {}
    said: dict[tuple[str, int], tuple[Said, ...]] = {}
    absent = set()
    agency = short = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            agency = line[3:].strip()
        elif re.match(r"\d{4} ", line):
            task = _task(line, agency)
            short, tasks[task.short] = task.short, task
        elif found := re.match(r"  (\d) (.*)", line):
            where = (short, int(found[1]))
            if found[2] == "-":
                absent.add(where)
            else:
                said[where] = (*said.get(where, ()), _said(found[2]))
    return Story(tasks=tasks, said=said, absent=frozenset(absent))


def day(text: str) -> date | None:
    """A day as the list writes it; None for what is none (30/02/2025 too)."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def _task(line: str, agency: str) -> Task:
    head, phrase, meaning, content, product, coordinating = (part.strip() for part in line.split("|"))
    short, document, *growth = head.split()
    kind = meaning[0] if meaning[0] in "<~R" else ""
    return Task(
        short=short,
        agency=agency,
        document=document,
        growth=bool(growth),
        phrase=phrase,
        meant=day(meaning.lstrip("<~")),
        kind=kind,
        content=content,
        product=product,
        coordinating=coordinating,
    )


def _said(text: str) -> Said:
    first, *rest = (part.strip() for part in text.split("|"))
    head, _, narrative = first.partition(" ")
    values: dict[str, Any] = {"reported_status": "Đang thực hiện", "narrative": narrative}
    if finished := _DONE.match(head):
        result, document, *rest = rest
        values = {"reported_status": "Đã hoàn thành", "narrative": f"{result}; đã gửi các cơ quan liên quan",
                  "progress": 100, "completed_on": finished[1], "result": result, "result_doc": document}  # fmt: skip
    else:
        values["progress"] = int(head)
    for part in rest:
        values |= dict(_fields(part))
    for key in DAYS:
        values[key] = day(values[key]) or values[key] if values.get(key) else None
    return Said(values=values, planted=tuple(p[1:] for p in rest if p.startswith("!")))


def _fields(part: str) -> Iterator[tuple[str, Any]]:
    if part.startswith("late="):
        found = _LATE.fullmatch(part[5:])
        if found is None:
            raise ValueError(part)
        yield from zip(
            ("delay_cause_kind", "delay_reason", "explanation_doc"),
            (CAUSES[found[1]], found[2], found[3] or ""),
            strict=True,
        )
    elif found := _FIELD.fullmatch(part):
        value = found[2].strip()
        yield found[1], int(value) if found[1] == "progress" and value.isdigit() else value
