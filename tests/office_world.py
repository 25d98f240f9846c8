"""A small office in memory: register, reported rows and a moment in, the Snapshot out; no disk, no workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from lone_row import lone_row

from nvbatch.assessment import Assessment
from nvbatch.calendar import Calendar
from nvbatch.config import Config, parse_config
from nvbatch.deadline import read_deadline
from nvbatch.form import load_form
from nvbatch.model import (
    Agency,
    Checked,
    Conference,
    Document,
    Extension,
    Finding,
    FocalPoint,
    Handover,
    Program,
    Receipt,
    Row,
    Snapshot,
    Submission,
    SubmissionState,
    Task,
    TaskFigure,
    Timeliness,
    Verdict,
    Waiver,
)
from nvbatch.register import GENERAL, Register
from nvbatch.rules.policy import Policy
from nvbatch.stages.assess import assess
from nvbatch.stages.merge import merge

VN = timezone(timedelta(hours=7))
FULL: Mapping[str, Any] = {
    "accountable_head": "Trần Văn Mẫu",
    "supervisor": "Lê Thị Mẫu",
    "assignee": "Phòng Tổng hợp",
    "narrative": "Đã trình dự thảo lần hai, đang lấy ý kiến các đơn vị",
    "progress": 40.0,
    "reported_status": "Đang thực hiện",
}
FINISHED: Mapping[str, Any] = {
    **FULL,
    "progress": 100.0,
    "reported_status": "Đã hoàn thành",
    "result": "Đã ban hành",
    "result_doc": "12/QĐ-UBND",
}


def at(text: str) -> datetime:
    """ "2025-03-14 16:30" in the office's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=VN)


def agency(code: str, **more: Any) -> Agency:
    return Agency(code=code, name=more.pop("name", f"Cơ quan {code}"), **more)


def task(code: str, lead: str = "SNV", **more: Any) -> Task:
    given = {
        "task_class": "Trọng tâm",
        "program": GENERAL,
        "doc_number": "12/QĐ-UBND",
        "doc_date": date(2025, 1, 6),
        "content": f"Nội dung {code}",
        "product": "Báo cáo",
    }
    return Task(code=code, lead_agency=lead, **{**given, **more})


def focal(agency_code: str, **more: Any) -> FocalPoint:
    given = {"full_name": f"Người {agency_code}", "position": "Chánh Văn phòng", "email": f"{agency_code}@x.vn"}
    return FocalPoint(agency=agency_code, **{**given, **more})


def office(
    tasks: Iterable[Task],
    *,
    agencies: Iterable[Agency] = (),
    extensions: Iterable[Extension] = (),
    handovers: Sequence[Handover] = (),
    verdicts: Iterable[Verdict] = (),
    conferences: Sequence[Conference] = (),
    waivers: Sequence[Waiver] = (),
    programs: Iterable[Program] = (),
    focal_points: Iterable[FocalPoint] | None = None,
) -> Register:
    tasks = tuple(tasks)
    known = {a.code: a for a in agencies} or {c: agency(c) for c in dict.fromkeys(t.lead_agency for t in tasks)}
    general = Program(code=GENERAL, name="Nhiệm vụ chung", frequency="week")
    return Register(
        agencies=known,
        tasks={t.code: t for t in tasks},
        readings={t.code: read_deadline(t.deadline_text or "", t.doc_date) for t in tasks},
        focal_points=tuple(focal(code) for code in known) if focal_points is None else tuple(focal_points),
        programs={GENERAL: general, **{p.code: p for p in programs}},
        extensions=_by_task(extensions),
        handovers=tuple(handovers),
        verdicts=_by_task(verdicts),
        conferences=tuple(conferences),
        waivers=tuple(waivers),
    )


def _by_task(items: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
    groups: dict[str, tuple[Any, ...]] = {}
    for item in items:
        groups[item.task_code] = (*groups.get(item.task_code, ()), item)
    return groups


def row(code: str, received: str, *, agency: str = "SNV", period: str | None = None, **values: Any) -> Row:
    """A row merged from the agency's file received then; the period is the ISO week unless given."""
    moment = at(received)
    year, week, _ = moment.isocalendar()
    flags, incomplete = values.pop("flags", ()), values.pop("incomplete", ())
    key = period or f"{year}-W{week:02d}"
    return lone_row(
        submission=f"{agency}-{key}-{received}",
        agency=agency,
        program=values.pop("program", GENERAL),
        period=key,
        received_at=moment,
        sequence=int(moment.timestamp()),
        file=f"BM01_{agency}_{key}.xlsx",
        sha256=f"{agency}{received}",
        sheet="Nhiệm vụ",
        row=8,
        letters={"progress": "N", "narrative": "M", "reported_status": "O"},
        values={"task_code": code, **FULL, "updated_on": moment.date(), **values},
        incomplete=incomplete,
        flags=flags,
    )


def done(code: str, received: str, completed: str, **values: Any) -> Row:
    """A row that reports the task done with date, result and document."""
    return row(code, received, **{**FINISHED, "completed_on": date.fromisoformat(completed), **values})


def submissions_of(rows: Iterable[Row], calendar: Calendar) -> tuple[Submission, ...]:
    """One file an agency, programme, period and moment; the newest of a period is accepted, the others superseded."""
    files: dict[str, Row] = {r.submission: r for r in rows}
    newest: dict[tuple[str, str, str], Row] = {}
    for r in sorted(files.values(), key=lambda r: r.received_at):
        newest[(r.agency, r.program, r.period)] = r
    made = []
    for r in sorted(files.values(), key=lambda r: r.received_at):
        period = calendar.period_from_key(r.period)
        late = period is not None and r.received_at >= period.cutoff
        receipt = Receipt(sequence=r.sequence, sha256=r.sha256, name=r.file, received_at=r.received_at)
        made.append(
            Submission(
                document=_Named(
                    receipt=receipt, part=0, sha256=r.sha256, container_sha256=None, name=r.file, said=r.submission
                ),
                agency=r.agency,
                program=r.program,
                period=r.period,
                state=SubmissionState.ACCEPTED
                if newest[(r.agency, r.program, r.period)] is r
                else SubmissionState.SUPERSEDED,
                timeliness=Timeliness.LATE if late else Timeliness.ON_TIME,
                sender_known=True,
            )
        )
    return tuple(made)


class _Named(Document):
    """A document whose submission id is the one that the rows name."""

    __slots__ = ("said",)

    def __init__(self, *, said: str, **fields: Any) -> None:
        super().__init__(**fields)
        object.__setattr__(self, "said", said)

    @property
    def id(self) -> str:
        return str(self.said)


def snapshot(
    register: Register,
    rows: Sequence[Row] = (),
    as_of: str = "2025-03-15 08:00",
    *,
    conference: date | None = None,
    config: Mapping[str, Any] | None = None,
    findings: Sequence[Finding] = (),
    reported: Mapping[str, Iterable[str]] | None = None,
) -> Snapshot:
    """Merge and assess, as a run would; the present period is the one whose cut-off last passed."""
    settings: Config = parse_config({"office": {"name": "VĂN PHÒNG"}, **(config or {})})
    moment = at(as_of)
    calendar = Calendar(settings, register.days)
    periods = {code: calendar.last_passed(p.frequency, moment, p.cutoff) for code, p in register.programs.items()}
    configs = {code: settings.at(period.end) for code, period in periods.items()}
    settings = configs[GENERAL]
    policy = Policy(
        off=frozenset(settings.rules.off),
        as_warning=frozenset(settings.rules.as_warning),
        waivers=register.waivers,
        day=moment.date(),
    )
    held_on = None
    if conference is not None:
        held_on = next((c for c in register.conferences if c.held_on == conference), Conference(held_on=conference))
    rows = [r for r in rows if r.received_at < moment]
    codes: dict[str, set[str]] = {}
    for r in rows:
        codes.setdefault(r.submission, set()).add(str(r.get("task_code")))
    checked = Checked(
        rows=tuple(rows),
        held=(),
        findings=(),
        changes=(),
        counts={},
        reported={k: frozenset(v) for k, v in {**codes, **(reported or {})}.items()},
    )
    for _round in range(3):
        merged = merge(checked, register=register, policy=policy, today=moment.date(), zone=VN)
        if merged.kept == register.kept:
            break
        register = register.keeping(merged.kept)
    return assess(
        Assessment(
            register=register,
            calendar=calendar,
            config=settings,
            policy=policy,
            form=load_form(),
            as_of=moment,
            periods=periods,
            conference=held_on,
            lock_at=calendar.lock_at(held_on) if held_on else None,
            submissions=submissions_of(rows, calendar),
            checked=checked,
            merged=merged,
            file_findings=(*findings, *merged.findings),
            configs=configs,
        )
    )


def figure(shot: Snapshot, code: str) -> TaskFigure:
    return next(t for t in shot.tasks if t.task.code == code)
