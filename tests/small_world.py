"""A small invented province for tests of the check stage: one register, one good row, one way to write cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nvbatch.calendar import Calendar
from nvbatch.config import Config, parse_config
from nvbatch.deadline import read_deadline
from nvbatch.form import Column, Form, Sheet, load_form
from nvbatch.model import (
    Agency,
    Checked,
    Document,
    Extension,
    FocalPoint,
    Handover,
    Note,
    Program,
    Reading,
    Receipt,
    Stamp,
    Submission,
    SubmissionState,
    Table,
    Task,
    Timeliness,
)
from nvbatch.register import Register
from nvbatch.rules.policy import Policy
from nvbatch.stages.check import check
from nvbatch.values import Value, read_choice, read_date, read_percent, read_text

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RECEIVED = datetime(2025, 3, 14, 10, 0, tzinfo=ZONE)
FORM: Form = load_form()

AGENCIES = (
    Agency(code="SNV", name="Sở Nội vụ", head_name="Trần Văn Đứng", head_title="Giám đốc Sở"),
    Agency(code="STC", name="Sở Tài chính", head_name="Lê Thị Thúy", head_title="Giám đốc Sở"),
    Agency(code="SYT", name="Sở Y tế", head_name="Phó Đức Nam", head_title="Giám đốc Sở"),
)
FOCAL_POINTS = (
    FocalPoint(agency="SNV", full_name="Hoàng Minh Phụ", position="Phó Chánh Văn phòng", email="phu@vi.du"),
    FocalPoint(agency="STC", full_name="Vũ Thu Trưởng", position="Trưởng phòng", email="truong@vi.du"),
)
TASK: Mapping[str, Any] = {
    "task_class": "Trọng tâm",
    "program": "CHUNG",
    "doc_number": "1313/UBND-KSTT",
    "doc_date": date(2025, 2, 24),
    "content": "Xây dựng kế hoạch chuyển đổi số năm 2025",
    "lead_agency": "SNV",
    "coordinating_agencies": "STC; SYT",
    "deadline_text": "Quý II/2025",
    "product": "Kế hoạch",
}
TASK_CODES = ("NV-1", "NV-2", "NV-3", "NV-4", "NV-5", "NV-6")

# A row to which no rule objects; a page names only the cells that matter.
GOOD_ROW: Mapping[str, Any] = {
    "accountable_head": "Trần Văn Đứng",
    "supervisor": "Nguyễn Thị Chỉ",
    "assignee": "Phòng Tổng hợp, Lý Văn Làm",
    "updated_on": date(2025, 3, 13),
    "narrative": "Đã gửi dự thảo kế hoạch lấy ý kiến 12 sở, ngành; đang tổng hợp góp ý.",
    "progress": 40.0,
    "reported_status": "Đang thực hiện",
}


def small_config(**rules: Any) -> Config:
    return parse_config({"office": {"name": "Văn phòng UBND tỉnh"}, "rules": rules})


def small_register(
    tasks: Mapping[str, Mapping[str, Any]] | None = None,
    extensions: Sequence[Extension] = (),
    handovers: Sequence[Handover] = (),
) -> Register:
    """NV-1 … NV-6 led by SNV with deadline 30/6/2025; ``tasks`` changes fields or adds tasks."""
    wanted = {code: {} for code in TASK_CODES} | dict(tasks or {})
    made = {code: Task(code=code, **{**TASK, **changed}) for code, changed in wanted.items()}
    given: dict[str, tuple[Extension, ...]] = {}
    for extension in extensions:
        given[extension.task_code] = (*given.get(extension.task_code, ()), extension)
    return Register(
        agencies={agency.code: agency for agency in AGENCIES},
        tasks=made,
        readings={
            code: read_deadline(task.deadline_text or "", task.doc_date)
            for code, task in made.items()
            if task.deadline is None
        },
        focal_points=FOCAL_POINTS,
        programs={"CHUNG": Program(code="CHUNG", name="Chương trình chung", frequency="week")},
        extensions=given,
        handovers=tuple(handovers),
    )


def small_submission(agency: str = "SNV", received_at: datetime = RECEIVED, sequence: int = 1) -> Submission:
    receipt = Receipt(
        sequence=sequence, sha256=f"{sequence:064x}", name=f"tep-{sequence}.xlsx", received_at=received_at
    )
    document = Document(
        receipt=receipt, part=0, sha256=f"{sequence:064x}", container_sha256=None, name=f"tep-{sequence}.xlsx"
    )
    return Submission(
        document=document,
        agency=agency,
        program="CHUNG",
        period="2025-W11",
        state=SubmissionState.ACCEPTED,
        timeliness=Timeliness.ON_TIME,
        sender_known=True,
    )


def good_row(code: str | None, **changed: Any) -> dict[str, Any]:
    """A row as an agency would send it: the Office's cells as in the register, the agency's as in GOOD_ROW."""
    locked = {
        "task_code": code,
        "task_class": TASK["task_class"],
        "assigning_doc": TASK["doc_number"],
        "content": TASK["content"],
        "coordinating_agencies": "Sở Tài chính, Sở Y tế",
        "deadline": date(2025, 6, 30),
        "product": TASK["product"],
    }
    return {**locked, **GOOD_ROW, **changed}


def small_reading(
    rows: Sequence[Mapping[str, Any]],
    changes: Sequence[Mapping[str, Any]] = (),
    *,
    notes: Sequence[Note] = (),
    stamp: Stamp | None = None,
    info: Mapping[str, str] | None = None,
    first_row: int = 8,
) -> Reading:
    """Rows of plain cells, read with the real value readers; the first one stands in Excel row 8."""
    tasks, seen = _table(FORM.tasks, rows, first_row)
    proposed, more = _table(FORM.changes, changes, 2)
    return Reading(
        sha256="0" * 64,
        format="xlsx",
        stamp=stamp,
        info=dict(info or {}),
        tasks=tasks,
        changes=proposed if changes else None,
        notes=(*notes, *seen, *more),
    )


def small_check(
    readings: Sequence[Reading],
    *,
    register: Register | None = None,
    submissions: Sequence[Submission] | None = None,
    policy: Policy | None = None,
    config: Config | None = None,
) -> Checked:
    config = config or small_config()
    given = submissions or [small_submission(sequence=i) for i in range(1, len(readings) + 1)]
    return check(
        list(zip(given, readings, strict=True)),
        register=register or small_register(),
        form=FORM,
        policy=policy or Policy(day=date(2025, 3, 15)),
        config=config,
        calendar=Calendar(config),
    )


def _table(sheet: Sheet, rows: Sequence[Mapping[str, Any]], first_row: int) -> tuple[Table, tuple[Note, ...]]:
    values: dict[str, list[Any]] = {key: [] for key in sheet.keys}
    raw: dict[tuple[int, str], str] = {}
    notes: list[Note] = []
    for line, row in enumerate(rows):
        for column in sheet.columns:
            found = _read(row.get(column.key), column)
            values[column.key].append(found.value)
            if found.rule:
                raw[line, column.key] = found.raw or ""
                notes.append(
                    Note(
                        rule=found.rule,
                        sheet=sheet.name,
                        row=first_row + line,
                        column=column.key,
                        value=found.raw,
                        expected=found.understood,
                    )
                )
    table = Table(
        sheet=sheet.name,
        header_row=first_row - 1,
        letters={key: _letter(i) for i, key in enumerate(sheet.keys)},
        labels={column.key: column.label for column in sheet.columns},
        rows=tuple(range(first_row, first_row + len(rows))),
        values={key: tuple(cells) for key, cells in values.items()},
        raw=raw,
    )
    return table, tuple(notes)


def _read(cell: Any, column: Column) -> Value:
    if column.type == "date":
        return read_date(cell)
    if column.type == "percent":
        return read_percent(cell)
    if column.type == "choice" and column.agency:
        return read_choice(cell, column)
    if column.type == "deadline" and isinstance(cell, date):
        return Value(value=cell)
    return read_text(cell, multiline=column.type == "long")


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else "A" + chr(ord("A") + index - 26)
