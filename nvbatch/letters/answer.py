"""One submission and what was found in it in, the answer to its agency out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nvbatch.briefing.wording import clip, count, day
from nvbatch.eml import Attachment, Mailbox, Message
from nvbatch.letters.desk import Desk, head_words, plain
from nvbatch.model import (
    SEVERITY_WORDS,
    Agency,
    Finding,
    Severity,
    Status,
    Submission,
    SubmissionState,
    TaskFigure,
    Timeliness,
)

TEMPLATE = "thu-tra-loi.txt"
MOST = 10  # matters that a mail names; the attached return names them all
OF_ONE_RULE = 3
MUST = (Severity.FATAL, Severity.ERROR, Severity.INCOMPLETE)
TOLD = (*MUST, Severity.WARNING)
TWO_VERSIONS = "A312"
OF_ARRIVAL = "A"  # gate of who and when: nothing in the return is marked by it
COUNTED = {Severity.FATAL: "phải sửa", Severity.ERROR: "phải sửa", Severity.INCOMPLETE: "chưa đầy đủ"}
COUNTED |= {Severity.WARNING: "lưu ý"}
UNEXPLAINED = ("no_explanation", "overdue_silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A submission with all that its answer rests on. ``tasks``: those that its agency leads in the programme."""

    submission: Submission
    agency: Agency
    to: tuple[Mailbox, ...]
    to_sender: bool  # the reader is the one who wrote to us
    findings: tuple[Finding, ...] = ()
    tasks: tuple[TaskFigure, ...] = ()
    attachment: Attachment | None = None
    reply_by: Callable[[str], str] = field(default=lambda program: "")
    values: Mapping[str, Any] = field(default_factory=dict)  # of the desk, for this agency and period
    lock: str = ""
    replaced: bool = False  # another file of the agency counts for this programme and period


def answer(case: Case, desk: Desk) -> Message:
    """Acknowledgement with timeliness, what became of the file, what is to be mended by when. Raises LetterError."""
    s, seen = case.submission, _seen(case)
    head = desk.copy_to_head(case.agency, case.to) if seen.answerable else ()
    enclosed = case.attachment if seen.enclosing else None
    envelope = {"head": head_words(case.agency) if head else "", "attached": enclosed is not None}
    subject, text = desk.write(TEMPLATE, {**case.values, **_arrival(case, desk), **_found(seen), **envelope})
    return Message(
        kind="answer",
        name=f"tra-loi-{case.agency.code}-{s.id}",
        about=(f"{s.id}|{s.document.receipt.sha256[:16]}",),
        agency=case.agency.code,
        program=s.program,
        period=s.period or "",
        to=case.to,
        cc=head,
        subject=subject,
        text=text,
        at=desk.as_of,
        in_reply_to=s.document.receipt.message_id if case.to_sender else None,
        replied=True,
        attachments=(enclosed,) if enclosed else (),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What of a case is told: reasons of a file that does not count, or matters of one that does."""

    reasons: tuple[Finding, ...]
    matters: tuple[Finding, ...]
    unexplained: tuple[TaskFigure, ...]
    answerable: bool  # the head is asked, or answers for it
    enclosing: bool


def _seen(case: Case) -> _Seen:
    s = case.submission
    counts = s.state is SubmissionState.ACCEPTED
    told = tuple(f for f in case.findings if f.severity in TOLD and not f.waived)
    late_tasks = tuple(t for t in case.tasks if t.status is Status.OVERDUE and set(UNEXPLAINED) & set(t.flags))
    unexplained = late_tasks if counts else ()
    marked = counts and any(f.rule[0] != OF_ARRIVAL for f in told)
    asked = any(f.rule == TWO_VERSIONS for f in told)  # only the head can say which of two versions counts
    return _Seen(
        reasons=tuple(f for f in told if f.severity is Severity.FATAL),
        matters=told if counts else (),
        unexplained=unexplained,
        answerable=asked or bool(unexplained) or (counts and s.timeliness is Timeliness.LATE),
        enclosing=marked or bool(unexplained) or (s.state is SubmissionState.REJECTED and not _no_workbook(s)),
    )


def _arrival(case: Case, desk: Desk) -> dict[str, Any]:
    """When it came and how it stands."""
    s = case.submission
    return {
        "state": "no_workbook" if _no_workbook(s) else str(s.state),
        "received": desk.moment(s.document.receipt.received_at),
        "file": clip(plain(s.document.name), 120),
        "late": s.timeliness is Timeliness.LATE,
        "lock": case.lock,
        "replaced": case.replaced,
        "rows": _rows(s),
        "reply_by": case.reply_by(s.program),
    }


def _found(seen: _Seen) -> dict[str, Any]:
    """What is to be mended and explained."""
    matters, tasks = _matters(seen.matters), seen.unexplained
    return {
        "matters": [_line(found) for found in matters[:MOST]],
        "more": _more(len(matters)),
        "counted": _counted(COUNTED[found[0].severity] for found in matters),
        "cells": any(f.cell for f in seen.matters),
        "must_mend": any(f.severity in MUST for f in seen.matters),
        "reasons": [{"text": plain(f.message), "fix": plain(f.fix)} for f in seen.reasons],
        "unexplained": [_task(t) for t in tasks[:MOST]],
        "unexplained_count": count(len(tasks)),
        "unexplained_more": _more(len(tasks)),
    }


def _more(found: int) -> str:
    """How many are not shown; blank when all are."""
    return count(found - MOST) if found > MOST else ""


def _no_workbook(s: Submission) -> bool:
    """The mail itself is what could not be read as a workbook: nothing was attached."""
    document = s.document
    return document.fault == "F101" and document.container_sha256 is None and document.receipt.channel == "mail"


def _rows(s: Submission) -> dict[str, str]:
    """Blank where there is none."""
    numbers = {"read": s.rows_read, "merged": s.rows_merged, "held": s.rows_held, "skipped": s.rows_skipped}
    return {key: count(n) if n or key == "merged" else "" for key, n in numbers.items()}


def _matters(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Worst first; what is said of several cells in the same words is one matter, and no rule fills the mail alone."""
    order = {severity: place for place, severity in enumerate(Severity)}
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for f in sorted(findings, key=lambda f: (order[f.severity], f.row or 0, f.rule)):
        groups.setdefault((f.severity, f.rule, f.message, f.fix), []).append(f)
    said: Counter[str] = Counter()
    first: list[list[Finding]] = []
    rest: list[list[Finding]] = []
    for (_, rule, _, _), found in groups.items():
        said[rule] += 1
        (first if said[rule] <= OF_ONE_RULE else rest).append(found)
    return first + rest


def _line(found: Sequence[Finding]) -> dict[str, str]:
    """A matter, as the mail tells of it."""
    f = found[0]
    return {
        "kind": COUNTED[f.severity],
        "level": SEVERITY_WORDS[f.severity],
        "text": f"{_where(found)}{plain(f.message)}",
        "fix": plain(f.fix),
    }


def _where(found: Sequence[Finding]) -> str:
    """«Nhiệm vụ NV-2025-0201, ô N6: »."""
    tasks = list(dict.fromkeys(f.task for f in found if f.task and f.task not in f.message))
    cells = list(dict.fromkeys(f"{f.sheet}!{f.cell}" if _elsewhere(f) else f.cell or "" for f in found if f.cell))
    parts = [f"nhiệm vụ {_listed(tasks)}"] if tasks else []
    parts += [f"ô {_listed(cells)}"] if cells else []
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}: " if words else ""


def _elsewhere(f: Finding) -> bool:
    return bool(f.sheet) and f.sheet != "Nhiệm vụ"


def _listed(words: Sequence[str]) -> str:
    clean = [plain(word) for word in words[:3]]
    return ", ".join(clean) + (f" và {count(len(words) - 3)} mục khác" if len(words) > 3 else "")


def _counted(kinds: Iterable[str]) -> str:
    """«02 nội dung phải sửa, 01 nội dung lưu ý», as the return counts them."""
    numbers = Counter(kinds)
    return ", ".join(f"{count(numbers[word])} nội dung {word}" for word in ("phải sửa", "chưa đầy đủ", "lưu ý")
                     if numbers[word])  # fmt: skip


def _task(t: TaskFigure) -> dict[str, str]:
    return {
        "code": plain(t.task.code),
        "deadline": day(t.deadline),
        "days": count(t.days_overdue or 0),
        "content": clip(plain(t.task.content), 140),
    }
