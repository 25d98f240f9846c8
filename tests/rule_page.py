"""A page of tests/rules/ in, its cases out.

Two kinds of cases: rows of one file, judged by the check stage (here), and whole offices (``office_page.py``): a case
with ``###`` headings. A page ``<CODE>.md`` shows one rule firing and staying silent. Free text explains; what counts:

``## a case``            begins a case; everything below it until the next heading belongs to it.

``- key: value``         a setting of the case:
  ``received: 2025-03-14 10:00`` · ``agency: SNV`` · ``prepared_on: 2025-03-13`` · ``rules: max_extensions=2`` ·
  ``off: R508`` · ``as_warning: R501`` · ``waiver: C404 SNV NV-1 2025-03-31`` (``*`` = any) ·
  ``issued: NV-1 accountable_head=Trần Văn Đứng`` (form mark) ·
  ``task: NV-1 deadline_text=hằng tháng; product=-`` (a task of the register; NV-1 … NV-6 exist, led by SNV,
  document of 24/02/2025, deadline 30/06/2025; ``-`` = none) ·
  ``extension: NV-1 2025-07-31 approved 2025-03-01`` · ``handover: NV-1 SNV STC 2025-03-10`` ·
  ``note: F101 what="một trang web"`` (what a reader would note on the file) ·
  ``bad: S212 9 progress #REF!`` (what a reader would note on a cell: rule, Excel row, field, text) ·
  ``file: F101`` (the findings that the file as a whole must get; once, all of them).

a table                  rows of sheet *Nhiệm vụ*, the first in Excel row 8; with a column ``change_kind``: *Biến động*.
  First column ``!``: the findings that must appear on the row, no fewer, no more: ``C404@progress R510@progress``
  (``R511`` alone: on no cell). The last word may be the row's fate: ``held``, ``skipped``, ``incomplete``; without it
  the row is merged and complete. Flags that its rules raise stand in a column ``flags``.
  Columns that are left out hold what a good row holds, row after row of NV-1, NV-2 … Cells: ``2025-03-13`` a date
  cell, ``40`` a number, ``"40"`` text, blank = blank.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from office_page import Lines, OfficeCase, OfficeOutcome, play_office
from small_world import (
    RECEIVED,
    ZONE,
    good_row,
    small_check,
    small_config,
    small_reading,
    small_register,
    small_submission,
)

from nvbatch.model import Checked, Extension, Finding, Handover, Note, Stamp, Waiver
from nvbatch.rules.policy import Policy

FATES = ("held", "skipped", "incomplete")


@dataclass(frozen=True, kw_only=True)
class Case:
    page: str
    title: str
    settings: tuple[tuple[str, str], ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    changes: tuple[Mapping[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.settings if name == key]

    @property
    def expected(self) -> frozenset[str]:
        """Every mark of the case as ``row CODE@column`` (sheet Biến động: ``B`` before the row)."""
        marks = {f"file {code}" for words in self.all("file") for code in words.split()}
        marks |= {f"{8 + i} {mark}" for i, row in enumerate(self.rows) for mark in _marks(row["!"])}
        return frozenset(
            marks | {f"B{2 + i} {mark}" for i, row in enumerate(self.changes) for mark in _marks(row["!"])}
        )

    @property
    def fates(self) -> Mapping[Any, str]:
        return {
            8 + i: next((w for w in row["!"].split() if w in FATES), "merged") + _flags(row.get("flags", ""))
            for i, row in enumerate(self.rows)
        }

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(mark.split()[1].split("@")[0] for mark in self.expected)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    found: frozenset[str]
    findings: tuple[Finding, ...]
    fates: Mapping[Any, str] = field(default_factory=dict)


def read_page(path: Path) -> tuple[Case | OfficeCase, ...]:
    sections = re.split(r"^## +", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(_case(path.stem, *section.split("\n", 1)) for section in sections)


def play(case: Case | OfficeCase) -> Outcome | OfficeOutcome:
    """Run a case; what it found, in the words of the marks."""
    if isinstance(case, OfficeCase):
        return play_office(case)
    checked = _check(case)
    found = frozenset(_mark(finding) for finding in checked.findings)
    if len(found) != len(checked.findings):
        raise AssertionError(f"{case}: a finding came twice: {sorted(map(_mark, checked.findings))}")
    merged = {
        row.row: ("incomplete" if row.incomplete else "merged") + _flags(" ".join(row.flags)) for row in checked.rows
    }
    held = {row.row: "held" + _flags(" ".join(row.flags)) for row in checked.held}
    rows = range(8, 8 + len(case.rows))
    return Outcome(
        found=found, findings=checked.findings, fates={row: (merged | held).get(row, "skipped") for row in rows}
    )


def _check(case: Case) -> Checked:
    received = [datetime.fromisoformat(v).replace(tzinfo=ZONE) for v in case.all("received")]
    agency = (case.all("agency") or ["SNV"])[0]
    prepared = case.all("prepared_on")
    reading = small_reading(
        [good_row(f"NV-{i}", **_cells(row)) for i, row in enumerate(case.rows, 1)],
        [_cells(row) for row in case.changes],
        notes=[
            *(Note(rule=words[0], args=_pairs(words[1:])) for words in map(shlex.split, case.all("note"))),
            *(_cell_note(*text.split(" ", 3)) for text in case.all("bad")),
        ],
        stamp=_stamp(case.all("issued")),
        info={"prepared_on": prepared[0]} if prepared else {},
    )
    return small_check(
        [reading],
        register=small_register(
            {code: _fields(text) for code, text in (v.split(" ", 1) for v in case.all("task"))},
            [_extension(v.split()) for v in case.all("extension")],
            [_handover(v.split()) for v in case.all("handover")],
        ),
        submissions=[small_submission(agency, received[0] if received else RECEIVED)],
        policy=Policy(
            off=frozenset(case.all("off")),
            as_warning=frozenset(case.all("as_warning")),
            waivers=tuple(_waiver(v.split()) for v in case.all("waiver")),
            day=date(2025, 3, 15),
        ),
        config=small_config(**{k: int(v) for text in case.all("rules") for k, v in _pairs(text.split()).items()}),
    )


def _case(page: str, title: str, body: str) -> Case | OfficeCase:
    settings = re.findall(r"^- (\w+): (.*?)\s*$", body, flags=re.MULTILINE)
    if parts := re.split(r"^### +", body, flags=re.MULTILINE)[1:]:
        return _office_case(page, title.strip(), tuple(settings), [part.split("\n", 1) for part in parts])
    tables = list(_tables(body))
    return Case(
        page=page,
        title=title.strip(),
        settings=tuple(settings),
        rows=tuple(row for table in tables for row in table if "change_kind" not in row),
        changes=tuple(row for table in tables for row in table if "change_kind" in row),
    )


def _office_case(page: str, title: str, settings: tuple[tuple[str, str], ...], parts: list[list[str]]) -> OfficeCase:
    tables = {name.strip(): tuple(row for table in _tables(rest) for row in table) for name, rest in parts}
    sheets: dict[str, dict[str, Lines]] = {"register": {}, "register before": {}}
    for name in [name for name in tables if ": " in name]:
        which, sheet = name.split(": ")
        sheets[which][sheet] = tables.pop(name)
    files, rows = tables.pop("files", ()), tables.pop("rows", ())
    assert not tables, f"{page}, {title}: what is {sorted(tables)}?"
    return OfficeCase(
        page=page,
        title=title,
        settings=settings,
        register=sheets["register"],
        before=sheets["register before"],
        files=files,
        rows=rows,
    )


def _tables(body: str) -> Iterator[list[dict[str, str]]]:
    for block in re.findall(r"(?:^\|.*\n?)+", body, flags=re.MULTILINE):
        head, _, *lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        yield [dict(zip(head, line, strict=True)) for line in lines]


def _cells(row: Mapping[str, str]) -> dict[str, Any]:
    return {key: _cell(text) for key, text in row.items() if key not in ("!", "flags")}


def _cell(text: str) -> Any:
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _marks(text: str) -> list[str]:
    return [word for word in text.split() if word not in FATES]


def _flags(text: str) -> str:
    return "".join(f" +{flag}" for flag in sorted(text.split()))


def _mark(finding: Finding) -> str:
    place = "file" if finding.row is None else f"{'B' if finding.sheet == 'Biến động' else ''}{finding.row}"
    return f"{place} {finding.rule}" + (f"@{finding.column}" if finding.column else "")


def _pairs(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words)


def _fields(text: str) -> dict[str, Any]:
    fields = dict(part.strip().split("=", 1) for part in text.split(";"))
    return {key: None if value == "-" else _cell(value) for key, value in fields.items()}


def _cell_note(rule: str, row: str, column: str, value: str) -> Note:
    return Note(rule=rule, sheet="Nhiệm vụ", row=int(row), column=column, value=value)


def _stamp(issued: list[str]) -> Stamp | None:
    if not issued:
        return None
    people: dict[str, dict[str, str]] = {}
    for text in issued:
        code, words = text.split(" ", 1)
        people.setdefault(code, {}).update({k: v.strip() for k, v in [words.split("=", 1)]})
    return Stamp(form="BM01", version="1", issued=people)


def _extension(words: list[str]) -> Extension:
    return Extension(
        task_code=words[0],
        ordinal=1,
        new_deadline=date.fromisoformat(words[1]),
        approval_doc="15/TB-UBND",
        approved_on=date.fromisoformat(words[3]),
    )


def _handover(words: list[str]) -> Handover:
    return Handover(
        task_code=words[0], from_agency=words[1], to_agency=words[2], effective_on=date.fromisoformat(words[3])
    )


def _waiver(words: list[str]) -> Waiver:
    rule, agency, task, until = words
    return Waiver(
        rule=rule,
        agency=None if agency == "*" else agency,
        task_code=None if task == "*" else task,
        reason="theo đề nghị",
        approved_by="Chánh Văn phòng",
        expires_on=date.fromisoformat(until),
    )
