"""Rows of sheet Nhiệm vụ in, tasks out, collective ones one an agency; and what stands wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from nvbatch import viet
from nvbatch.agencies import Names, assignees
from nvbatch.model import Agency, Program, Task
from nvbatch.register import GENERAL
from nvbatch.register_sheets import Entry, Sheets, hit_on
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
    _spelling: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)
    _leads: dict[tuple[str, date | None], Assigned] = field(default_factory=dict)

    def codes_of(self, text: str) -> tuple[str, ...]:
        """The task codes that a cell of another sheet means: a collective row's members, else the code as it stands."""
        known = self._spelling.get(viet.key(text), text)
        return self.parents.get(known, (known,))

    def take(self, code: str, entry: Entry) -> int | None:
        """Remember a code; the row that has it already, if there is one."""
        key = viet.key(code)
        first = self._rows.setdefault(key, entry.row)
        self._spelling.setdefault(key, code)
        return first if first != entry.row else None

    def assigned(self, text: str, day: date | None, agencies: Mapping[str, Agency], names: Names) -> Assigned:
        """Whom an assignee cell names; many tasks, few assignees: each wording is read once."""
        if (text, day) not in self._leads:
            one = names.resolve(text)  # whoever is named by one name is the same on every day
            self._leads[text, day] = assignees(text, agencies, names, day) if one is None else ((one,), ())
        return self._leads[text, day]


def read_tasks(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, programs: Mapping[str, Program]
) -> TaskRows:
    """Every row with a code; of two with the same code the first (contract 8.1)."""
    found = TaskRows()
    for entry in sheets.entries["tasks"]:
        code = entry["task_code"]
        if not code:
            found.hits += _without_code(sheets, entry)
        elif (first := found.take(code, entry)) is not None:
            what = f"mã nhiệm vụ «{code}» đã có ở dòng {first}"
            found.hits.append(hit_on(sheets, "tasks", entry, "task_code", what, _ONE_ROW, task=code))
        else:
            task = _in_program(sheets, entry, programs, found)
            _document(sheets, entry, found)
            _assign(sheets, entry, task, agencies, names, found)
    return found


def _without_code(sheets: Sheets, entry: Entry) -> list[Hit]:
    """A title or a note is no task; content with an assignee is one, and nobody would miss it (R21)."""
    if not (entry["content"] and entry["lead_agency"]):
        return []
    return [
        hit_on(sheets, "tasks", entry, "task_code", "dòng có nội dung nhưng chưa có mã nhiệm vụ nên chưa được tính",
               "Ghi mã nhiệm vụ vào dòng này")
    ]  # fmt: skip


def _in_program(sheets: Sheets, entry: Entry, programs: Mapping[str, Program], found: TaskRows) -> Task:
    task = _task(entry)
    known = program_named(task.program, programs)
    if known is None:
        what = (
            f"chương trình «{task.program}» không có ở trang «Chương trình»; báo cáo theo chế độ của chương trình CHUNG"
        )
        advice = "Thêm chương trình vào trang «Chương trình» hoặc sửa lại mã cho đúng"
        found.hits.append(hit_on(sheets, "tasks", entry, "program", what, advice, task=task.code))
    return task if known in (None, task.program) else replace(task, program=known)


def program_named(text: str, programs: Mapping[str, Program]) -> str | None:
    """The programme's code in the register's spelling; None when there is none of that code or name."""
    if text in programs:
        return text
    keys = {viet.key(word): p.code for p in programs.values() for word in (p.name, p.code)}
    return keys.get(viet.key(text))


def _document(sheets: Sheets, entry: Entry, found: TaskRows) -> None:
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
    codes, left = found.assigned(task.lead_agency, task.doc_date, agencies, names)
    if len(codes) == 1 and not left:
        found.tasks[task.code] = task if codes[0] == task.lead_agency else replace(task, lead_agency=codes[0])
    elif codes and not left:
        members = {code: f"{task.code}-{code}" for code in codes}
        found.parents[task.code] = tuple(members.values())
        for agency, code in members.items():
            found.tasks.setdefault(code, replace(task, code=code, lead_agency=agency, parent=task.code))
    else:
        found.tasks[task.code] = task
        what, advice = _unknown_lead(task.lead_agency, left if codes else (), agencies, names)
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


def _task(r: Entry) -> Task:
    return Task(
        code=r["task_code"],
        task_class=r["task_class"] or "",
        program=r["program"] or GENERAL,
        doc_number=r["doc_number"] or "",
        content=r["content"] or "",
        lead_agency=r["lead_agency"] or "",
        growth_impact=bool(r["growth_impact"]),
        state=r["state"] or "Đang theo dõi",
        row=r.row,
        **{
            k: r[k]
            for k in (
                "doc_date", "assigned_by", "coordinating_agencies", "leader", "deadline_text", "deadline",
                "product", "state_doc", "state_from",
            )
        },
    )  # fmt: skip
