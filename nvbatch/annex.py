"""Tasks of an annex and the Office's register in; the rows to add and what the Office must look at, out.

Nothing is written here, and nothing that stands in the register is ever changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from nvbatch import viet
from nvbatch.agencies import name_key
from nvbatch.annex_place import YEAR, Placer, Wish, about
from nvbatch.annex_task import Annex, AnnexTask, Remark
from nvbatch.calendar import Calendar
from nvbatch.codes import next_codes
from nvbatch.config import Config
from nvbatch.model import AssigningDocument, DeadlineReading
from nvbatch.register import Register
from nvbatch.register_rows import Entry
from nvbatch.register_sheets import Sheets
from nvbatch.rules.office import control_totals_hold
from nvbatch.rules.rule import worn

_PLAN_YEAR = re.compile(r"\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_ATTACHED = re.compile(r"(?:kèm theo|ban hành theo).{0,60}?\bsố\s*:?\s*(\S*\d\S*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task of the annex and the row that it becomes, or the code under which it stands in the register already."""

    task: AnnexTask
    code: str
    values: Mapping[str, Any]
    reading: DeadlineReading
    already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``document`` is None when the register has it. ``doubts``: what could not be placed or must be looked at."""

    tasks: tuple[Planned, ...]
    document: Mapping[str, Any] | None
    doubts: tuple[Remark, ...] = ()
    deadlines: tuple[Planned, ...] = ()  # those whose deadline was read with some doubt
    expected: int | None = None
    total: str = ""  # the message of G805 when the number of tasks is not the expected one
    headings: tuple[Remark, ...] = field(default=())

    @property
    def new(self) -> tuple[Planned, ...]:
        return tuple(planned for planned in self.tasks if not planned.already)


def plan(
    annex: Annex,
    wish: Wish,
    *,
    register: Register,
    sheets: Sheets,
    config: Config,
    calendar: Calendar,
    used: Iterable[str] = (),
) -> Plan:
    """Place every task of the annex. ``used``: codes that earlier runs knew and that must not be given again."""
    known = _document(register, wish.document)
    number = known.number if known else wish.document.number
    present = [entry for entry in sheets.entries["tasks"] if _same_document(entry, number, wish.document.doc_date)]
    standing = _standing(annex.tasks, present)
    codes = iter(next_codes([*_codes(sheets), *used], wish.document.doc_date, len(annex.tasks)))
    issuer = wish.document.issuer or (known.issuer if known else None)
    place = Placer(
        register, config, calendar, replace(wish, document=replace(wish.document, number=number, issuer=issuer))
    )
    planned, doubts = [], [*annex.remarks, *_about_title(annex, wish)]
    for task, entry in zip(annex.tasks, standing, strict=True):
        values, reading, said = place(task)
        if entry is not None:
            doubts += _differences(task, entry, values)
            planned.append(
                Planned(task=task, code=entry["task_code"] or "", values=values, reading=reading, already=True)
            )
            continue
        code = next(codes)
        doubts += said
        planned.append(Planned(task=task, code=code, values={"task_code": code, **values}, reading=reading))
    expected = next((n for n in (wish.document.expected_tasks, known.expected_tasks if known else None, annex.stated)
                     if n is not None), None)  # fmt: skip
    new = [each for each in planned if not each.already]
    return Plan(
        tasks=tuple(planned),
        document=None if known else _document_row(wish.document, expected),
        doubts=(*doubts, *_about_document(known, wish.document)),
        deadlines=tuple(each for each in new if _doubtful(each, annex, wish)),
        expected=expected,
        total=_total(number, len(present) + len(new), expected),
        headings=annex.headings,
    )


# --- the document -------------------------------------------------------------------------------


def document_key(number: str) -> str:
    """«1313 /UBND-KSTT» and «1313/ubnd-kstt» are one number."""
    return re.sub(r"\s+", "", viet.key(number))


def _document(register: Register, asked: AssigningDocument) -> AssigningDocument | None:
    same = [d for d in register.documents if document_key(d.number) == document_key(asked.number)]
    return next((d for d in same if d.doc_date in (asked.doc_date, None)), None)


def _same_document(entry: Entry, number: str, day: date | None) -> bool:
    return document_key(entry["doc_number"] or "") == document_key(number) and entry["doc_date"] in (day, None)


def _document_row(document: AssigningDocument, expected: int | None) -> dict[str, Any]:
    row = {"doc_number": document.number, "doc_date": document.doc_date, "issuer": document.issuer,
           "subject": document.subject, "expected_tasks": expected}  # fmt: skip
    return {key: value for key, value in row.items() if value is not None}


def _about_document(known: AssigningDocument | None, asked: AssigningDocument) -> Iterator[Remark]:
    """What the command says of a document that the register has already otherwise: shown, never written over."""
    if known is None:
        return
    for label, was, now in (
        ("Số nhiệm vụ", known.expected_tasks, asked.expected_tasks),
        ("Cơ quan ban hành", known.issuer, asked.issuer),
        ("Trích yếu", known.subject, asked.subject),
    ):
        if now is not None and now != was:
            why = f"danh mục ghi «{'' if was is None else was}», không ghi đè; nếu đúng là «{now}» thì sửa trong Excel"
            yield Remark(place="Văn bản giao", row=known.row, text=label, why=why)


def _about_title(annex: Annex, wish: Wish) -> Iterator[Remark]:
    """The annex names the document that it belongs to: another number than the one given is a likely slip."""
    text = " ".join(annex.title)
    found = _ATTACHED.search(text)
    if (
        found
        and re.match(r"\d", found[1])
        and document_key(found[1].strip(".,;)")) != document_key(wish.document.number)
    ):
        why = f"phụ lục ghi kèm theo văn bản số khác với --doc-number «{wish.document.number}»"
        yield Remark(place="tiêu đề", row=None, text=found[1].strip(".,;)"), why=why)


def _total(number: str, count: int, expected: int | None) -> str:
    if expected is None or expected == count:
        return ""
    return worn(control_totals_hold).message.format(what=f"Văn bản {number}", value=count, expected=expected)


# --- tasks that stand in the register already ---------------------------------------------------


def _standing(tasks: Sequence[AnnexTask], present: Sequence[Entry]) -> list[Entry | None]:
    """For each task its row in the register: same content and agency first, then same content."""
    free: dict[str, list[Entry]] = defaultdict(list)
    for entry in present:
        free[_content_key(entry["content"] or "")].append(entry)
    found: list[Entry | None] = [None] * len(tasks)
    for strict in (True, False):
        for at, task in enumerate(tasks):
            rows = free[_content_key(task.content)]
            same = [e for e in rows if not strict or name_key(e["lead_agency"] or "") == name_key(task.lead)]
            if found[at] is None and same:
                found[at] = same[0]
                rows.remove(same[0])
    return found


def _content_key(text: str) -> str:
    return viet.key(text).strip(" .;,:")


def _differences(task: AnnexTask, entry: Entry, values: Mapping[str, Any]) -> Iterator[Remark]:
    for key, label in (("lead_agency", "cơ quan chủ trì"), ("deadline_text", "thời hạn")):
        was, now = entry[key], values.get(key)
        if now and was and viet.key(was) != viet.key(now) and name_key(was) != name_key(now):
            why = f"đã có trong danh mục (mã {entry['task_code']}), {label} ghi «{was}», phụ lục ghi «{now}»"
            yield about(task, f"{why}: giữ như danh mục")


def _codes(sheets: Sheets) -> Iterator[str]:
    """Every task code that the register speaks of, in whatever sheet."""
    for key in ("tasks", "extensions", "handovers", "verdicts", "waivers"):
        yield from (entry["task_code"] for entry in sheets.entries.get(key, ()) if entry["task_code"])


def _doubtful(each: Planned, annex: Annex, wish: Wish) -> bool:
    """An ambiguous phrase, or one without a year that falls outside the years that the annex is of."""
    reading = each.reading
    if reading.ambiguous:
        return True
    years = {int(year) for year in _PLAN_YEAR.findall(" ".join(annex.title))}
    if wish.year:
        years = {wish.year}
    bare = reading.on is not None and not YEAR.search(reading.text) and not re.search(r"\d/\d+/\d\d\b", reading.text)
    return bare and reading.on is not None and bool(years) and reading.on.year < min(years)
