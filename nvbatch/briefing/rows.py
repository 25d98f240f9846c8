"""Task and agency figures in, rows of text for the tables of the documents out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nvbatch.briefing.wording import capital, clip, count, day, number, percent
from nvbatch.model import (
    DONE,
    FLAG_WORDS,
    MARK_WORDS,
    STATUS_WORDS,
    AgencyFigure,
    Snapshot,
    Status,
    TaskFigure,
)

SHORT, SHORTER = (
    120,
    66,
)  # characters of a cell in the main text, where a row takes two or three lines; annexes carry all
_NOT_NOTED = frozenset({"no_update", "incomplete", "carried_over", "late_dump", "unconfirmed"})  # said elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task as the tables print it; every field is text, blank when there is nothing to say."""

    no: str
    code: str
    content: str
    content_short: str
    agency: str
    doc: str
    deadline: str
    deadline_day: str
    days_overdue: str
    status: str
    progress: str
    cause: str
    cause_short: str
    cause_kind: str
    difficulty: str
    difficulty_short: str
    proposal: str
    proposal_short: str
    escalate_to: str
    missing: str
    missing_short: str
    outcome: str
    flags: str


def task_rows(figures: Iterable[TaskFigure], names: Mapping[str, str]) -> list[TaskRow]:
    return [task_row(figure, names, number) for number, figure in enumerate(figures, start=1)]


def task_row(figure: TaskFigure, names: Mapping[str, str], no: int) -> TaskRow:
    task = figure.task
    cause = delay_cause(figure)
    missing = capital("; ".join(figure.missing)) or _flag_words(figure, only={"no_update", "incomplete"})
    difficulty, proposal = reported(figure, "difficulty"), reported(figure, "proposal")
    return TaskRow(
        no=str(no),
        code=task.code,
        content=task.content,
        content_short=clip(task.content, SHORTER),
        agency=names.get(figure.lead_agency, figure.lead_agency),
        doc=document(figure),
        deadline=deadline(figure),
        deadline_day=day(figure.deadline) or deadline(figure),
        days_overdue=number(figure.days_overdue) if figure.days_overdue is not None else "",
        status=STATUS_WORDS[figure.status],
        progress=_progress(figure),
        cause=cause,
        cause_short=clip(cause, SHORTER),
        cause_kind=_cause_kind(figure),
        difficulty=difficulty,
        difficulty_short=clip(difficulty, SHORT),
        proposal=proposal,
        proposal_short=clip(proposal, SHORT),
        escalate_to=reported(figure, "escalate_to"),
        missing=missing,
        missing_short=clip(missing, SHORT),
        outcome=_outcome(figure),
        flags="; ".join(FLAG_WORDS[f] for f in figure.flags if f not in _NOT_NOTED and f in FLAG_WORDS),
    )


def asking(snapshot: Snapshot) -> list[TaskFigure]:
    """All tasks that need a leader's decision, in the order of contract 8.15."""
    of = {f.task.code: f for f in snapshot.tasks}
    return [of[code] for code in snapshot.decisions if code in of]


def reported(figure: TaskFigure, key: str) -> str:
    """What the agency wrote in a field of the state row, as text."""
    value = figure.row.get(key) if figure.row else None
    return "" if value is None else str(value).strip()


def silence(figure: AgencyFigure) -> str:
    """`` (chương trình Đề án 06; kỳ thứ 02 liên tiếp)``: which report an agency did not send, and how often now."""
    said = [f"chương trình {', '.join(figure.unsent)}"] if figure.unsent else []
    said += [f"kỳ thứ {count(figure.silent_periods)} liên tiếp"] if figure.silent_periods > 1 else []
    return f" ({'; '.join(said)})" if said else ""


def document(figure: TaskFigure) -> str:
    """``1313/UBND-KSTT ngày 24/02/2025``."""
    task = figure.task
    return " ".join(part for part in (task.doc_number, f"ngày {day(task.doc_date)}" if task.doc_date else "") if part)


def deadline(figure: TaskFigure) -> str:
    """The deadline day, an extension said beside it; else the document's own words."""
    if figure.deadline is None:
        return (figure.task.deadline_text or "").strip() or "Không quy định"
    extended = f" (gia hạn từ {day(figure.original_deadline)})" if figure.original_deadline else ""
    return day(figure.deadline) + extended


def deadline_and_delay(figure: TaskFigure) -> str:
    """``hạn 26/10/2026, quá 25 ngày``; a task without a day says the document's own words."""
    if figure.deadline is None:
        said = (figure.task.deadline_text or "").strip()
        return f"hạn: {said}" if said else "không quy định thời hạn"
    late = figure.status is Status.OVERDUE and figure.days_overdue is not None
    return f"hạn {day(figure.deadline)}" + (f", quá {number(figure.days_overdue or 0)} ngày" if late else "")


def _progress(figure: TaskFigure) -> str:
    """``65%, cập nhật 18/11/2026``; a task without a good row in the period says so."""
    value = figure.row.get("progress") if figure.row and figure.aggregated else None
    if not isinstance(value, int | float):
        return "Chưa cập nhật đầy đủ" if not figure.aggregated else ""
    on = day(figure.row.get("updated_on")) if figure.row else ""
    return percent(value / 100) + (f", cập nhật {on}" if on else "")


def delay_cause(figure: TaskFigure) -> str:
    """Kind of cause, cause and document; an overdue task without explanation is called so."""
    kind, reason, doc = (reported(figure, k) for k in ("delay_cause_kind", "delay_reason", "explanation_doc"))
    said = ": ".join(part for part in (kind, reason) if part) + (f" ({doc})" if doc else "")
    if said.strip():
        return said.strip() + ("; chưa đủ giải trình" if "no_explanation" in figure.flags else "")
    if "no_explanation" in figure.flags:
        return "Chưa có giải trình"
    return reported(figure, "difficulty")


def _cause_kind(figure: TaskFigure) -> str:
    """One word for the short list: the kind of cause, or that no explanation was given."""
    kind = reported(figure, "delay_cause_kind")
    if "no_explanation" not in figure.flags:
        return kind
    return f"{kind}, chưa đủ giải trình" if kind else "Chưa giải trình"


def _outcome(figure: TaskFigure) -> str:
    """Narrative and result of an aggregated task; those of others are left out (contract 7, R65)."""
    if not figure.aggregated:
        return ""
    narrative, result, doc = (reported(figure, k) for k in ("narrative", "result", "result_doc"))
    said = [narrative, f"Kết quả: {result}" if result else "", f"Văn bản, sản phẩm: {doc}" if doc else ""]
    return "\n".join(part for part in said if part)


def _flag_words(figure: TaskFigure, only: set[str]) -> str:
    return "; ".join(FLAG_WORDS[f] for f in figure.flags if f in only)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """An agency as the tables print it. ``other`` = without deadline, recurring, stopped, transferred."""

    no: str
    name: str
    assigned: str
    done: str
    done_on_time: str
    done_late: str
    done_no_deadline: str
    in_time: str
    due_soon: str
    overdue: str
    open_no_deadline: str
    recurring: str
    aside: str
    other: str
    not_aggregated: str
    mark: str
    reporting: str


def agency_row(figure: AgencyFigure, no: int) -> AgencyRow:
    words = [FLAG_WORDS[f] for f in figure.flags if f in ("not_submitted", "late", "late_dump")]
    return _agency_row(
        str(no),
        figure.agency.name,
        figure.tasks,
        figure.by_status,
        figure.not_aggregated,
        f"{figure.mark} {MARK_WORDS.get(figure.mark, '')}".strip(),
        "; ".join(words) or ("Đã nộp" if figure.submitted else ""),
    )


def sum_row(figures: Sequence[AgencyFigure], name: str) -> AgencyRow:
    """The last line of a table of agencies."""
    by_status = {s: sum(f.by_status.get(s, 0) for f in figures) for s in Status}
    tasks, left_out = sum(f.tasks for f in figures), sum(f.not_aggregated for f in figures)
    return _agency_row("", name, tasks, by_status, left_out, "", "")


def _agency_row(
    no: str, name: str, tasks: int, by_status: Mapping[Status, int], left_out: int, mark: str, reporting: str
) -> AgencyRow:
    of = {status: by_status.get(status, 0) for status in Status}
    aside = of[Status.STOPPED] + of[Status.TRANSFERRED]
    return AgencyRow(
        no=no,
        name=name,
        assigned=number(tasks),
        done=number(sum(of[s] for s in DONE)),
        other=number(of[Status.OPEN_NO_DEADLINE] + of[Status.RECURRING] + aside),
        aside=number(aside),
        not_aggregated=number(left_out),
        mark=mark,
        reporting=reporting,
        **{s.value: number(of[s]) for s in Status if s not in (Status.STOPPED, Status.TRANSFERRED)},
    )


def agency_names(snapshot: Snapshot, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Agency code → name, for those of the snapshot and any others that the register knows."""
    return {**(known or {}), **{figure.agency.code: figure.agency.name for figure in snapshot.agencies}}


def worst_first(agencies: Iterable[AgencyFigure]) -> list[AgencyFigure]:
    """Contract 8.15: most overdue tasks, then longest overdue, then code."""
    return sorted(agencies, key=lambda f: (-f.by_status.get(Status.OVERDUE, 0), -f.longest_overdue, f.agency.code))
