"""One task code in, its whole life out: assigned, updates by cell, extensions, hand-overs, verdicts, documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from nvbatch.config import ConfigError
from nvbatch.journal import Journal
from nvbatch.model import FLAG_WORDS, STATUS_WORDS, Row
from nvbatch.nearest import ask_for
from nvbatch.office import Assembled, Office, open_office, present_periods
from nvbatch.register import Register
from nvbatch.run import assemble
from nvbatch.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``on``: the day; ``what``: a Vietnamese sentence; ``source``: where it stands (file › sheet!cell)."""

    on: date | None
    what: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    code: str
    content: str
    now: str  # status and flags in words
    events: tuple[Event, ...]


def history(ws: Workspace, code: str, *, as_of: datetime) -> Life:
    """Raises ConfigError when no register row bears the code, with the nearest one that is there."""
    office = open_office(ws)
    periods = present_periods(office, as_of, None, None)
    done = assemble(office, as_of=as_of, periods=periods, conference=None)
    register = done.material.register
    if code not in register.tasks:
        raise ConfigError(f"Không có nhiệm vụ «{code}» trong sổ đăng ký.{ask_for(code, register.tasks)}")
    events = sorted(_events(ws, office, done, code), key=lambda e: e.on or date.min)
    figure = next((t for t in done.snapshot.tasks if t.task.code == code), None)
    words = [] if figure is None else [STATUS_WORDS[figure.status], *(FLAG_WORDS[f] for f in figure.flags)]
    return Life(
        code=code,
        content=register.tasks[code].content,
        now="; ".join(words) or "Hoàn thành từ năm trước, không còn trong số liệu",
        events=tuple(events),
    )


def _events(ws: Workspace, office: Office, done: Assembled, code: str) -> Iterator[Event]:
    register, task = done.material.register, done.material.register.tasks[code]
    due = f", thời hạn: {task.deadline_text or (f'{task.deadline:%d/%m/%Y}' if task.deadline else 'không có')}"
    yield Event(
        on=task.doc_date,
        what=f"Được giao tại {task.doc_number} cho {_name(register, task.lead_agency)}{due}.",
        source=f"register.xlsx › Nhiệm vụ, dòng {task.row}",
    )
    yield from _register_events(register, code)
    for row in done.material.merged.rows.get(code, ()):
        yield _update(row, office, "Cập nhật")
    for row in done.material.merged.held:
        if row.get("task_code") == code:
            yield _update(row, office, "Dòng tạm giữ")
    for finding in done.snapshot.findings:
        if finding.task == code and finding.submission is None:
            yield Event(on=done.material.today, what=f"{finding.rule}: {finding.message}", source=finding.file or "")
    yield from _documents(ws)


def _register_events(register: Register, code: str) -> Iterator[Event]:
    for e in register.extensions_of(code):
        yield Event(
            on=e.approved_on,
            what=f"Gia hạn lần {e.ordinal or '?'} đến {e.new_deadline:%d/%m/%Y} "
            f"theo {e.approval_doc or '(thiếu văn bản)'}.",
            source=f"register.xlsx › Gia hạn, dòng {e.row}",
        )
    for index, move in enumerate(register.handovers):
        before = register.lead_on(code, date.fromordinal(move.effective_on.toordinal() - 1))
        covers = move.task_code == code or (
            move.task_code == "*" and before == move.from_agency and (index, code) not in register.kept
        )
        if covers:
            yield Event(
                on=move.effective_on,
                what=f"Bàn giao từ {_name(register, move.from_agency)} sang {_name(register, move.to_agency)}"
                + (f" ({move.minutes})." if move.minutes else "."),
                source=f"register.xlsx › Bàn giao, dòng {move.row}",
            )
    for v in register.verdicts.get(code, ()):
        opinion = f": {v.opinion}" if v.opinion else ""
        yield Event(
            on=v.assessed_on,
            what=f"Thẩm định «{v.verdict}»{opinion}.",
            source=f"register.xlsx › Thẩm định, dòng {v.row}",
        )
    task = register.tasks[code]
    if task.state in ("Dừng", "Chuyển"):
        yield Event(
            on=task.state_from,
            what=f"{task.state} theo {task.state_doc or '(thiếu văn bản)'}.",
            source=f"register.xlsx › Nhiệm vụ, dòng {task.row}",
        )


def _update(row: Row, office: Office, word: str) -> Event:
    progress = row.get("progress")
    said = ", ".join(
        part
        for part in (
            str(row.get("reported_status") or ""),
            f"{progress:g}%".replace(".", ",") if isinstance(progress, (int, float)) else "",
        )
        if part
    )
    narrative = str(row.get("narrative") or "").replace("\n", " ")
    return Event(
        on=row.received_at.astimezone(office.config.zone).date(),
        what=f"{word} kỳ {row.period} của {row.agency}: {said}. {narrative}".strip(),
        source=f"{row.file} › {row.sheet}!{row.cell('narrative') or row.row}",
    )


def _documents(ws: Workspace) -> Iterator[Event]:
    for deed in Journal(ws).deeds("published"):
        moment = datetime.fromisoformat(deed["as_of"])
        yield Event(
            on=datetime.combine(moment.date(), time(0)).date(),
            what=f"Có trong số liệu đã công bố của kỳ {deed['period']}.",
            source=f"out/{deed['run']}",
        )


def _name(register: Register, code: str) -> str:
    agency = register.agencies.get(code)
    return agency.name if agency else code
