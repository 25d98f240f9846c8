"""An agency that owes something in, the reminder to it out: a report not sent, tasks given without a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nvbatch.briefing.rows import document
from nvbatch.briefing.wording import clip, count
from nvbatch.eml import Message
from nvbatch.letters.desk import Desk, head_words, plain
from nvbatch.model import Agency, Period, Status, TaskFigure

NOT_SENT, NO_DEADLINE = "thu-nhac-nop.txt", "thu-khong-thoi-han.txt"


def not_sent(
    agency: Agency,
    program: str,
    period: Period,
    tasks: Sequence[TaskFigure],
    desk: Desk,
    *,
    silent: int,
    kept_out: int,
    reply_by: str,
) -> Message | None:
    """The report that is owed and has not come. ``silent``: consecutive periods; ``kept_out``: files that do not count.

    None when nobody registered can be written to. Raises LetterError.
    """
    overdue = sum(t.status is Status.OVERDUE for t in tasks)
    values = {
        "silent": count(silent) if silent > 1 else "",
        "kept_out": count(kept_out) if kept_out else "",
        "tasks": count(len(tasks)),
        "overdue": count(overdue) if overdue else "",
        "reply_by": reply_by,
    }
    about = (f"{agency.code}|{program}|{period.key}",)
    return _to_agency(NOT_SENT, "nhac-nop", agency, program, period, desk, kind="reminder", about=about, values=values)


def without_deadline(
    agency: Agency, program: str, period: Period, tasks: Sequence[TaskFigure], desk: Desk
) -> Message | None:
    """Tasks given without a deadline whose next three months have passed (R85)."""
    values = {
        "count": count(len(tasks)),
        "months": count(desk.config.rules.no_deadline_reminder_months),
        "tasks": [
            {
                "code": plain(t.task.code),
                "doc": plain(document(t)),
                "ordinal": count(t.reminders_due),
                "content": clip(plain(t.task.content), 140),
            }
            for t in tasks
        ],
    }
    about = tuple(f"{t.task.code}|{t.reminders_due}" for t in tasks)
    made = _to_agency(
        NO_DEADLINE, "khong-thoi-han", agency, program, period, desk, kind="no_deadline", about=about, values=values
    )
    return None if made is None else replace(made, reminders={t.task.code: t.reminders_due for t in tasks})


def _to_agency(
    template: str, name: str, agency: Agency, program: str, period: Period, desk: Desk, *, kind: str,
    about: tuple[str, ...], values: Mapping[str, Any],
) -> Message | None:  # fmt: skip
    to = desk.addressees.of(agency.code, program)
    if not to:
        return None
    head = desk.copy_to_head(agency, to)  # R28: reminders copy the head
    envelope = {**desk.values(agency, program, period), "head": head_words(agency) if head else ""}
    subject, text = desk.write(template, {**envelope, **values})
    return Message(
        kind=kind,
        name=f"{name}-{agency.code}-{program}-{period.key}",
        about=about,
        agency=agency.code,
        program=program,
        period=period.key,
        to=to,
        cc=head,
        subject=subject,
        text=text,
        at=desk.as_of,
    )
