"""An agency that owes something in, the reminder to it out: a report not sent, tasks given without a deadline."""

from __future__ import annotations

from collections.abc import Sequence

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
    to = desk.addressees.of(agency.code, program)
    if not to:
        return None
    head = desk.copy_to_head(agency, to)  # R28: reminders copy the head
    overdue = sum(t.status is Status.OVERDUE for t in tasks)
    values = {
        **desk.values(agency, program, period),
        "head": head_words(agency) if head else "",
        "silent": count(silent) if silent > 1 else "",
        "kept_out": count(kept_out) if kept_out else "",
        "tasks": count(len(tasks)),
        "overdue": count(overdue) if overdue else "",
        "reply_by": reply_by,
    }
    subject, text = desk.write(NOT_SENT, values)
    return Message(
        kind="reminder",
        name=f"nhac-nop-{agency.code}-{program}-{period.key}",
        about=(f"{agency.code}|{program}|{period.key}",),
        agency=agency.code,
        program=program,
        period=period.key,
        to=to,
        cc=head,
        subject=subject,
        text=text,
        at=desk.as_of,
    )


def without_deadline(
    agency: Agency, program: str, period: Period, tasks: Sequence[TaskFigure], desk: Desk
) -> Message | None:
    """Tasks given without a deadline whose next three months have passed (R85)."""
    to = desk.addressees.of(agency.code, program)
    if not to:
        return None
    head = desk.copy_to_head(agency, to)
    values = {
        **desk.values(agency, program, period),
        "head": head_words(agency) if head else "",
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
    subject, text = desk.write(NO_DEADLINE, values)
    return Message(
        kind="no_deadline",
        name=f"khong-thoi-han-{agency.code}-{program}-{period.key}",
        about=tuple(f"{t.task.code}|{t.reminders_due}" for t in tasks),
        agency=agency.code,
        program=program,
        period=period.key,
        to=to,
        cc=head,
        subject=subject,
        text=text,
        at=desk.as_of,
        reminders={t.task.code: t.reminders_due for t in tasks},
    )
