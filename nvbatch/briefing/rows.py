"""Task and agency figures in, rows of text for the tables of the documents out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import capital, clip, day, number, percent
from nvbatch.model import FLAG_WORDS, STATUS_WORDS, Status, TaskFigure

SHORT, SHORTER = (
    120,
    66,
)  # characters of a cell in the main text, where a row takes two or three lines; annexes carry all
_NOT_NOTED = frozenset({"no_update", "incomplete", "carried_over", "late_dump", "unconfirmed"})  # said elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task as the tables print it; every field is text, blank when there is nothing to say. Worked out when a
    template asks for it: annexes are long, and no table shows everything."""

    no: str
    agency: str
    _figure: TaskFigure

    @property
    def code(self) -> str:
        return self._figure.task.code

    @property
    def content(self) -> str:
        return self._figure.task.content

    @property
    def content_short(self) -> str:
        return clip(self.content, SHORTER)

    @property
    def doc(self) -> str:
        return document(self._figure)

    @property
    def deadline(self) -> str:
        return deadline(self._figure)

    @property
    def deadline_day(self) -> str:
        return day(self._figure.deadline) or self.deadline

    @property
    def days_overdue(self) -> str:
        days = self._figure.days_overdue
        return "" if days is None else number(days)

    @property
    def completed_on(self) -> str:
        return day(self._figure.row.get("completed_on")) if self._figure.done and self._figure.row else ""

    @property
    def status(self) -> str:
        return STATUS_WORDS[self._figure.status]

    @property
    def progress(self) -> str:
        return _progress(self._figure)

    @property
    def cause(self) -> str:
        return delay_cause(self._figure)

    @property
    def cause_short(self) -> str:
        return clip(self.cause, SHORTER)

    @property
    def cause_kind(self) -> str:
        return _cause_kind(self._figure)

    @property
    def difficulty(self) -> str:
        return reported(self._figure, "difficulty")

    @property
    def difficulty_and_cause(self) -> str:
        """The difficulty and, where it is another matter, why the task is late."""
        cause = self.cause if self.cause != self.difficulty else ""
        return "\n".join(part for part in (self.difficulty, f"Nguyên nhân chậm: {cause}" if cause else "") if part)

    @property
    def difficulty_short(self) -> str:
        return clip(self.difficulty, SHORT)

    @property
    def proposal(self) -> str:
        return reported(self._figure, "proposal")

    @property
    def proposal_short(self) -> str:
        return clip(self.proposal, SHORT)

    @property
    def escalate_to(self) -> str:
        return reported(self._figure, "escalate_to")

    @property
    def missing(self) -> str:
        said = capital("; ".join(self._figure.missing))
        return said or _flag_words(self._figure, only={"no_update", "incomplete"})

    @property
    def missing_short(self) -> str:
        return clip(self.missing, SHORT)

    @property
    def outcome(self) -> str:
        return _outcome(self._figure)

    @property
    def flags(self) -> str:
        return "; ".join(FLAG_WORDS[f] for f in self._figure.flags if f not in _NOT_NOTED and f in FLAG_WORDS)


def task_rows(figures: Iterable[TaskFigure], names: Mapping[str, str]) -> list[TaskRow]:
    return [
        TaskRow(no=str(no), agency=names.get(figure.lead_agency, figure.lead_agency), _figure=figure)
        for no, figure in enumerate(figures, start=1)
    ]


def asking(tasks: SortedTasks) -> list[TaskFigure]:
    """All tasks that need a leader's decision, in the order of contract 8.15."""
    of = tasks.named(tasks.snapshot.decisions)
    return [of[code] for code in tasks.snapshot.decisions if code in of]


def reported(figure: TaskFigure, key: str) -> str:
    """What the agency wrote in a field of the state row, as text."""
    value = figure.row.get(key) if figure.row else None
    return "" if value is None else str(value).strip()


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
