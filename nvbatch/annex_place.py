"""A task of an annex in; the row of sheet Nhiệm vụ that it becomes, its deadline as read, and what is doubtful, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nvbatch import viet
from nvbatch.agencies import collective_members
from nvbatch.annex_task import AnnexTask, Remark
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.deadline import read_deadline
from nvbatch.model import AssigningDocument, DeadlineReading
from nvbatch.register import GENERAL, Register

YEAR = re.compile(r"\b(20\d\d)\b")
_SAME_LEVEL = re.compile(r"(?:xã|phường|thị trấn|đặc khu|ban|ngành|đơn vị|địa phương)\b")
_SHOWN = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the Office says of the annex. ``year``: the year that deadlines without a year mean."""

    document: AssigningDocument
    task_class: str = "Trọng tâm"
    program: str | None = None
    year: int | None = None


class Placer:
    """Turns a task of the annex into a register row."""

    def __init__(self, register: Register, config: Config, calendar: Calendar, wish: Wish) -> None:
        self._register = register
        self._config = config
        self._calendar = calendar
        self._wish = wish

    def __call__(self, task: AnnexTask) -> tuple[dict[str, Any], DeadlineReading, list[Remark]]:
        lead, doubts = self._lead(task)
        reading = self._read(task.deadline)
        document = self._wish.document
        row = {
            "task_class": self._wish.task_class,
            "program": self._wish.program if self._wish.program != GENERAL else None,
            "assigned_by": document.issuer,
            "doc_number": document.number,
            "doc_date": document.doc_date,
            "content": task.content,
            "lead_agency": lead,
            "coordinating_agencies": self._listed(task.coordinating),
            "leader": _line(task.leader),
            "deadline_text": _line(task.deadline),
            "deadline": reading.on if not reading.ambiguous else None,
            "product": _line(task.product),
        }
        if task.note:
            doubts.append(about(task, f"ghi chú của phụ lục không có cột trong danh mục: «{_line(task.note)}»"))
        return {key: value for key, value in row.items() if value}, reading, doubts

    def _read(self, text: str) -> DeadlineReading:
        document, year = self._wish.document, self._wish.year
        reading = self._phrase(text, document.doc_date)
        if year and not YEAR.search(text) and reading.on is not None and reading.kind != "RELATIVE":
            again = self._phrase(text, date(year, 1, 1))
            if again.on is not None and again.on.year == year:
                return again
        return reading

    def _phrase(self, text: str, base: date | None) -> DeadlineReading:
        return read_deadline(
            text,
            base,
            before_is_inclusive=self._config.rules.before_is_inclusive,
            is_working_day=self._calendar.is_working_day,
        )

    def _lead(self, task: AnnexTask) -> tuple[str, list[Remark]]:
        """The cell as written where the register can read it (one agency, a collective, a list); else with a doubt."""
        text = self._whole_name(task.lead)
        if not text:
            return "", [about(task, "chưa có cơ quan chủ trì: đã thêm vào danh mục, cần bổ sung")]
        if self._is_known(text):
            return text, []
        codes, left = self._split(text)
        if codes and not left:
            said = ";".join(codes)
            return said, [about(task, f"cơ quan chủ trì «{text}» được tách thành: {said}")]
        parts = left if codes else (text,)
        unknown = "; ".join(f"«{part}»{self._ask(part)}" for part in parts)
        return text, [about(task, f"cơ quan chủ trì không có trong trang Cơ quan: {unknown}")]

    def _whole_name(self, text: str) -> str:
        """Lines of a cell: one name that was broken, or several names, which are then parted by ``;``."""
        lines = [line.strip(" ;,-+") for line in text.split("\n")]
        one = viet.clean(" ".join(lines)).strip(" ;,.")
        if len(lines) == 1 or self._register.names.resolve(one) is not None or self._members(one):
            return one
        return "; ".join(viet.clean(line) for line in lines if line)

    def _is_known(self, text: str) -> bool:
        names = self._register.names
        if names.resolve(text) is not None or self._members(text):
            return True
        codes, left = names.split(text)
        return len(codes) > 1 and not left

    def _members(self, text: str) -> tuple[str, ...]:
        return collective_members(text, self._register.agencies.values(), self._wish.document.doc_date)

    def _split(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes of every agency in the cell, collectives as their members, and the words that name nobody."""
        named, left = self._register.names.split(text)
        codes, unknown = list(named), []
        for part in _rejoined(left, self._members):
            members = self._members(part)
            codes += members
            unknown += [] if members else [part]
        return tuple(dict.fromkeys(codes)), tuple(unknown)

    def _listed(self, text: str) -> str:
        """Coordinating agencies parted by ``;`` where every one is known; else the words of the annex."""
        shown = self._whole_name(text)
        if not shown or ";" in shown or self._register.names.resolve(shown) is not None or self._members(shown):
            return shown
        codes, left = self._register.names.split(shown)
        return "; ".join(self._register.agencies[code].name for code in codes) if codes and not left else shown

    def _ask(self, part: str) -> str:
        near = self._register.names.suggest(part)
        return f" Có phải là «{self._register.agencies[near].name}»?" if near else ""


def _rejoined(parts: Sequence[str], members: Callable[[str], tuple[str, ...]]) -> list[str]:
    """«ủy ban nhân dân các xã» and «thị trấn» were one collective before the comma parted them."""
    found: list[str] = []
    for part in parts:
        if found and members(found[-1]) and _SAME_LEVEL.match(part):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _line(text: str) -> str:
    """A short text on one line: lines parted by ``;`` where they do not end in a mark."""
    lines = [viet.clean(line) for line in text.split("\n") if line.strip()]
    return " ".join(line if line[-1] in ";,.:" or at == len(lines) - 1 else f"{line};" for at, line in enumerate(lines))


def about(task: AnnexTask, why: str) -> Remark:
    """A remark on a task, at its first row."""
    text = viet.clean(task.content)
    return Remark(
        place=task.place, row=task.rows[0], text=text if len(text) <= _SHOWN else text[:_SHOWN] + "…", why=why
    )
