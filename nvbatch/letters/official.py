"""A file that stands ready in, the message that carries it out: forms of a period, result notice, signed letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nvbatch.briefing.wording import count, number
from nvbatch.eml import Attachment, Mailbox, Message
from nvbatch.letters.desk import Desk, head_words
from nvbatch.model import DONE, Agency, Period, Status
from nvbatch.register import GENERAL

FORM, NOTICE, URGING = "thu-bieu-mau.txt", "thu-thong-bao.txt", "thu-don-doc.txt"
SHOWN = (Status.IN_TIME, Status.DUE_SOON, Status.OVERDUE)


def form(agency: Agency, program: str, period: Period, path: Path, desk: Desk) -> Message | None:
    """The form of a period that has begun. None when nobody registered can be written to. Raises LetterError."""
    return _carried("form", FORM, agency, program, period, desk, path=path)


def notice(
    agency: Agency, period: Period, figures: Mapping[str, Any], desk: Desk, *, not_aggregated: int, signed: Path | None
) -> Message | None:
    """The published result of a period. ``figures``: the agency's entry in run.json; ``signed``: the notice's PDF."""
    by = {Status(k): int(v) for k, v in figures["by_status"].items()}
    done = sum(n for status, n in by.items() if status in DONE)
    counts = {str(status): number(by.get(status, 0)) for status in SHOWN}
    counts |= {"assigned": number(figures["tasks"]), "done": number(done), "not_aggregated": number(not_aggregated)}
    counts["other"] = number(figures["tasks"] - done - sum(by.get(status, 0) for status in SHOWN))
    more = {"figures": counts, "reporting": _reporting(figures), "signed": signed is not None}
    return _carried("notice", NOTICE, agency, GENERAL, period, desk, path=signed, more=more)


def urging(agency: Agency, period: Period, signed: Path, desk: Desk, *, which: str) -> Message | None:
    """An urging letter as it was signed, the head in copy. ``which``: don-doc or nhac-khong-thoi-han."""
    head = desk.copy_to_head(agency, desk.addressees.of(agency.code, GENERAL))
    more = {"head": head_words(agency) if head else ""}
    made = _carried("urging", URGING, agency, GENERAL, period, desk, path=signed, cc=head, more=more)
    return None if made is None else replace(made, about=(f"{made.about[0]}|{which}",))


def _carried(
    kind: str, template: str, agency: Agency, program: str, period: Period, desk: Desk, *, path: Path | None,
    cc: tuple[Mailbox, ...] = (), more: Mapping[str, Any] | None = None,
) -> Message | None:  # fmt: skip
    to = desk.addressees.of(agency.code, program)
    if not to:
        return None
    subject, text = desk.write(template, {**desk.values(agency, program, period), **(more or {})})
    return Message(
        kind=kind,
        name=f"{kind}-{agency.code}-{program}-{period.key}",
        about=(f"{agency.code}|{program}|{period.key}",),
        agency=agency.code,
        program=program,
        period=period.key,
        to=to,
        cc=cc,
        subject=subject,
        text=text,
        at=desk.as_of,
        attachments=(Attachment(path.name, path),) if path else (),
    )


def _reporting(figures: Mapping[str, Any]) -> str:
    flags = figures["flags"]
    if "not_submitted" in flags:
        silent = int(figures.get("silent_periods", 0))
        return "chưa nộp" + (f" (kỳ thứ {count(silent)} liên tiếp)" if silent > 1 else "")
    if not figures["submitted"]:
        return "không phải nộp"
    return "nộp trễ" if "late" in flags else "nộp đúng hạn"
