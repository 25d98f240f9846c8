"""Rows of sheet Nhiệm vụ in, tasks out, collective ones one an agency; and what stands wrong with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import repeat
from typing import Any

from nvbatch import viet
from nvbatch.agencies import Names, assignees
from nvbatch.codes import code_keys
from nvbatch.model import Agency, Program, Task
from nvbatch.register import GENERAL
from nvbatch.register_rows import Entry, Rows
from nvbatch.register_sheets import Sheets, hit_on
from nvbatch.rules.rule import Hit

_GAPS = {"doc_number": "số, ký hiệu", "doc_date": "ngày"}  # of a task's assigning document (R05)
Assigned = tuple[tuple[str, ...], tuple[str, ...]]  # codes named, and the parts that name nobody
_ONE_ROW = "Mỗi mã một dòng: đổi mã hoặc bỏ dòng lặp; chỉ dòng đầu được tính"


@dataclass(slots=True)
class TaskRows:
    """The tasks read so far; ``parents``: collective row → its member codes. Only :func:`read_tasks` writes here."""

    tasks: dict[str, Task] = field(default_factory=dict)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)  # key of a code → the line that has it first
    codes: Sequence[str | None] = ()  # of every line
    _assigned: dict[tuple[str, date | None], Assigned] = field(default_factory=dict)

    def codes_of(self, text: str) -> tuple[str, ...]:
        """The task codes that a cell of another sheet means: a collective row's members, else the code as it stands."""
        line = self.first.get(viet.key(text))
        known = text if line is None else self.codes[line] or text
        return self.parents.get(known, (known,))

    def assigned(self, text: str, day: date | None, agencies: Mapping[str, Agency], names: Names) -> Assigned:
        """Whom an assignee cell names; many tasks, few assignees: each wording is read once."""
        if (text, day) not in self._assigned:
            self._assigned[text, day] = assignees(text, agencies, names, day)
        return self._assigned[text, day]


def read_tasks(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, programs: Mapping[str, Program]
) -> TaskRows:
    """Every row with a code; of two with the same code the first (contract 8.1)."""
    rows = sheets.entries["tasks"]
    codes = rows.column("task_code")
    found = TaskRows(first=_first_lines(codes), codes=codes)
    known = {text: program_named(text or GENERAL, programs) for text in set(rows.column("program"))}
    leads = {text: names.resolve(text) for text in set(rows.column("lead_agency"))}
    tasks = _tasks(rows, known, leads)
    odd = set(_odd_lines(rows, found, known, leads))
    if not odd:
        found.tasks = dict(zip((task.code for task in tasks), tasks, strict=True))
        return found
    for line, task in enumerate(tasks):
        if line not in odd:
            found.tasks[task.code] = task
        elif _counts(sheets, rows[line], line, found):
            _about_program(sheets, rows[line], known, found)
            _about_document(sheets, rows[line], found)
            _assign(sheets, rows[line], task, agencies, names, found)
    return found


def _first_lines(codes: Sequence[str | None]) -> dict[str, int]:
    """Key of each code → the line in which it stands first."""
    lines = [line for line, code in enumerate(codes) if code]
    keys = code_keys([code for code in codes if code])
    return dict(zip(reversed(keys), reversed(lines), strict=True))


def _odd_lines(
    rows: Rows, found: TaskRows, programs: Mapping[str | None, str | None], leads: Mapping[str | None, str | None]
) -> Iterator[int]:
    """The lines of which something is to be said, or that name more or less than one agency."""
    if len(found.first) < len(rows):
        first = set(found.first.values())
        yield from (line for line in range(len(rows)) if line not in first)
    for key in _GAPS:
        column = rows.column(key)
        yield from (line for line, value in enumerate(column) if value is None) if None in column else ()
    yield from _lines_with({text for text, code in programs.items() if code is None}, rows.column("program"))
    yield from _lines_with({text for text, code in leads.items() if code is None}, rows.column("lead_agency"))


def _lines_with(wanted: Set[str | None], column: Sequence[Any]) -> Iterator[int]:
    return (line for line, value in enumerate(column) if value in wanted) if wanted else iter(())


def _counts(sheets: Sheets, entry: Entry, line: int, found: TaskRows) -> bool:
    """Has the row a code of its own?"""
    code = entry["task_code"]
    if not code:
        found.hits += _without_code(sheets, entry)
        return False
    first = found.first[viet.key(code)]
    if first != line:
        what = f"mã nhiệm vụ «{code}» đã có ở dòng {sheets.entries['tasks'].numbers[first]}"
        found.hits.append(hit_on(sheets, "tasks", entry, "task_code", what, _ONE_ROW, task=code))
    return first == line


def _without_code(sheets: Sheets, entry: Entry) -> list[Hit]:
    """A title or a note is no task; content with an assignee is one, and nobody would miss it (R21)."""
    if not (entry["content"] and entry["lead_agency"]):
        return []
    return [
        hit_on(sheets, "tasks", entry, "task_code", "dòng có nội dung nhưng chưa có mã nhiệm vụ nên chưa được tính",
               "Ghi mã nhiệm vụ vào dòng này")
    ]  # fmt: skip


def _about_program(sheets: Sheets, entry: Entry, programs: Mapping[str | None, str | None], found: TaskRows) -> None:
    if programs[entry["program"]] is None:
        what = (
            f"chương trình «{entry['program']}» không có ở trang «Chương trình»; "
            "báo cáo theo chế độ của chương trình CHUNG"
        )
        advice = "Thêm chương trình vào trang «Chương trình» hoặc sửa lại mã cho đúng"
        found.hits.append(hit_on(sheets, "tasks", entry, "program", what, advice, task=entry["task_code"]))


def program_named(text: str, programs: Mapping[str, Program]) -> str | None:
    """The programme's code in the register's spelling; None when there is none of that code or name."""
    if text in programs:
        return text
    keys = {viet.key(word): p.code for p in programs.values() for word in (p.name, p.code)}
    return keys.get(viet.key(text))


def _about_document(sheets: Sheets, entry: Entry, found: TaskRows) -> None:
    gap = next((key for key in _GAPS if not entry[key]), None)
    if gap is not None:
        code = entry["task_code"]
        what = f"nhiệm vụ «{code}» chưa ghi {_GAPS[gap]} của văn bản giao"
        advice = f"Bổ sung {_GAPS[gap]} của văn bản giao nhiệm vụ"
        found.hits.append(hit_on(sheets, "tasks", entry, gap, what, advice, task=code))


def _assign(
    sheets: Sheets, entry: Entry, task: Task, agencies: Mapping[str, Agency], names: Names, found: TaskRows
) -> None:
    """One agency, or one task an agency where several or all of a kind are named."""
    said = entry["lead_agency"] or ""
    codes, left = found.assigned(said, task.doc_date, agencies, names)
    if len(codes) == 1 and not left:
        found.tasks[task.code] = replace(task, lead_agency=codes[0])
    elif codes and not left:
        members = {code: f"{task.code}-{code}" for code in codes}
        found.parents[task.code] = tuple(members.values())
        for agency, code in members.items():
            found.tasks.setdefault(code, replace(task, code=code, lead_agency=agency, parent=task.code))
    else:
        found.tasks[task.code] = task
        what, advice = _unknown_lead(said, left if codes else (), agencies, names)
        found.hits.append(hit_on(sheets, "tasks", entry, "lead_agency", what, advice, task=task.code))


def _unknown_lead(text: str, left: tuple[str, ...], agencies: Mapping[str, Agency], names: Names) -> tuple[str, str]:
    if not text:
        return "chưa ghi cơ quan chủ trì", "Ghi mã hoặc tên cơ quan có ở trang «Cơ quan»"
    part = f", phần «{left[0]}»," if left else ""
    return f"cơ quan chủ trì «{text}»{part} không có ở trang «Cơ quan»", ask_for(
        left[0] if left else text, agencies, names
    )


def ask_for(text: str, agencies: Mapping[str, Agency], names: Names) -> str:
    """How to mend an agency that nobody knows: with the nearest one, if any is near."""
    near = names.suggest(text)
    question = f"Có phải là «{agencies[near].name}»? " if near else ""
    return f"{question}Ghi đúng mã hoặc tên cơ quan như ở trang «Cơ quan»"


def _tasks(rows: Rows, programs: Mapping[str | None, str | None], leads: Mapping[str | None, str | None]) -> list[Task]:
    """A task of every line, as far as it can be told: agencies and programmes that nobody knows as they are written."""
    of = rows.column
    columns: dict[str, Sequence[Any]] = {
        "code": _filled(of("task_code"), ""),
        "task_class": _filled(of("task_class"), ""),
        "program": [programs[text] or text or GENERAL for text in of("program")],
        "doc_number": _filled(of("doc_number"), ""),
        "content": _filled(of("content"), ""),
        "lead_agency": [leads[text] or text or "" for text in of("lead_agency")],
        "growth_impact": [bool(mark) for mark in of("growth_impact")],
        "state": _filled(of("state"), "Đang theo dõi"),
        "parent": (None,) * len(rows),
        "row": rows.numbers,
    }
    return _made(len(rows), {f.name: columns[f.name] if f.name in columns else of(f.name) for f in fields(Task)})


def _filled(column: Sequence[Any], blank: str) -> Sequence[Any]:
    return [blank if value is None else value for value in column] if None in column else column


def _made(count: int, columns: Mapping[str, Sequence[Any]]) -> list[Task]:
    """Tasks out of all their columns: a third of the time that the constructor of a frozen value takes a task."""
    tasks = list(map(object.__new__, repeat(Task, count)))
    for name, column in columns.items():
        deque(map(getattr(Task, name).__set__, tasks, column), maxlen=0)  # for what it does, not for what it gives
    return tasks
