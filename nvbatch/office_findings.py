"""Task and agency figures in, findings of gates H and G (and R504, M602, judged at as-of) out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from nvbatch import focal_points, task_flags, viet
from nvbatch.model import AgencyFigure, Finding, Row, Status, TaskFigure
from nvbatch.register_load import count_by_document
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.policy import Policy
from nvbatch.standing import EXPLANATION, whole_months
from nvbatch.task_flags import Case

if TYPE_CHECKING:
    from nvbatch.stages.assess import Assessment

REGISTER = "register.xlsx"
_EVERYTHING = Policy()  # no rule off, demoted or waived


# --- tasks --------------------------------------------------------------------------------------


def of_tasks(a: Assessment, cases: Sequence[Case]) -> Iterator[Finding]:
    """What holds of each task, with the cell of its state row where there is one, as its programme's rules have it.

    A waived or demoted rule raises no flag, but what it found is listed all the same (contract 8.18).
    """
    for case in cases:
        for flag in task_flags.flags_of(replace(case, policy=_EVERYTHING)):
            if flag in _TASK_FINDINGS:
                yield from case.policy.judge_all([_TASK_FINDINGS[flag](a, case)])


def _at_row(case: Case, rule: str, column: str | None, **words: Any) -> Finding:
    row = case.row
    where: dict[str, Any] = {"agency": case.lead.code if case.lead else None, "task": case.task.code}
    if row is not None:
        where |= _place(row, column)
    return RULES[rule].finding(**where, **words)


def _place(row: Row, column: str | None) -> dict[str, Any]:
    return {
        "file": row.file,
        "sha256": row.sha256,
        "submission": row.submission,
        "sheet": row.sheet,
        "row": row.row,
        "column": column,
        "cell": row.cell(column) if column else None,
    }


def _at_register(case: Case, rule: str, column: str, **words: Any) -> Finding:
    return RULES[rule].finding(
        agency=case.lead.code if case.lead else None,
        task=case.task.code,
        file=REGISTER,
        sheet="Nhiệm vụ",
        row=case.task.row,
        column=column,
        **words,
    )


def _no_update(a: Assessment, c: Case) -> Finding:
    return RULES["H701"].finding(agency=c.lead.code if c.lead else None, task=c.task.code, expected=c.period.key)


def _no_explanation(a: Assessment, c: Case) -> Finding:
    lacking = [k for k in EXPLANATION if c.row is None or not c.row.get(k)]
    labels = ", ".join(f"«{a.form.tasks.column(k).label}»" for k in lacking)
    late = c.status is Status.OVERDUE
    words = {"missing": labels, "what": "quá hạn" if late else "hoàn thành trễ hạn"}
    # It depends on the day as much as on the row (contract 8.8), so it is told of the task, not of a file;
    # where the state row stands is the task's own source.
    return RULES["R504"].finding(
        agency=c.lead.code if c.lead else None,
        task=c.task.code,
        column=lacking[0] if lacking else None,
        expected=f"{c.due.deadline:%d/%m/%Y}",
        args=words,
    )


def _stale(a: Assessment, c: Case) -> Finding:
    before = c.before.period if c.before else ""
    return _at_row(c, "H703", "narrative", value=_short(c.row, "narrative"), expected=before)


def _regressed(a: Assessment, c: Case) -> Finding:
    now, then = _step(c.row), _step(c.before)
    return _at_row(c, "H704", "progress", value=now, expected=then)


def _step(row: Row | None) -> str:
    if row is None:
        return ""
    progress = row.get("progress")
    said = f"{progress:g}%".replace(".", ",") if progress is not None else ""
    return ", ".join(part for part in (said, row.get("reported_status")) if part)


def _short(row: Row | None, key: str, length: int = 120) -> str:
    text = str(row.get(key) or "") if row else ""
    return text if len(text) <= length else text[: length - 1] + "…"


def _silent(a: Assessment, c: Case) -> Finding:
    days = (c.today - c.due.deadline).days if c.due.deadline else 0
    return _at_row(c, "H705", None, value=str(days), expected=f"{c.due.deadline:%d/%m/%Y}")


def _reminder(a: Assessment, c: Case) -> Finding:
    months = whole_months(c.task.doc_date, c.today) if c.task.doc_date else 0
    return _at_register(c, "H706", "deadline_text", value=str(months), args={"count": task_flags.reminders_due(c)})


def _no_receiver(a: Assessment, c: Case) -> Finding:
    ended = c.lead.valid_to if c.lead else None
    since = f"{ended + timedelta(days=1):%d/%m/%Y}" if ended else ""
    return _at_register(c, "G803", "lead_agency", value=c.lead.name if c.lead else "", expected=since)


def _product(a: Assessment, c: Case) -> Finding:
    return _at_register(c, "G804", "product", value=c.task.product)


def _ambiguous(a: Assessment, c: Case) -> Finding:
    reading = c.due.reading
    return _at_register(
        c, "G806", "deadline_text", value=c.task.deadline_text, expected=reading.explanation if reading else ""
    )


def _absent(a: Assessment, c: Case) -> Finding:
    code = c.lead.code if c.lead else ""
    program = c.task.program if c.task.program in a.periods else "CHUNG"
    counting = a.counting[(code, program)]
    return RULES["M602"].finding(
        agency=code,
        task=c.task.code,
        file=counting.document.name,
        sha256=counting.document.sha256,
        submission=counting.id,
        sheet=a.form.tasks.name,
        value=c.task.content,
        args={"content": c.task.content},
    )


_TASK_FINDINGS: Mapping[str, Any] = {
    "no_update": _no_update,
    "no_explanation": _no_explanation,
    "stale_narrative": _stale,
    "status_regressed": _regressed,
    "overdue_silent": _silent,
    "no_deadline_reminder": _reminder,
    "no_receiving_agency": _no_receiver,
    "product_without_deadline": _product,
    "ambiguous_deadline": _ambiguous,
    "missing_from_report": _absent,
}


# --- agencies and the register ------------------------------------------------------------------


def of_office(a: Assessment, tasks: Sequence[TaskFigure], agencies: Sequence[AgencyFigure]) -> Iterator[Finding]:
    """Gate G and H702, agency by agency and sheet by sheet."""
    for figure in agencies:
        yield from _focal(a, figure, {t.task.program for t in tasks if t.lead_agency == figure.agency.code})
        yield from _late_dump(a, figure)
        if "not_submitted" in figure.flags:
            expected = ", ".join(sorted({p.key for p in a.periods.values()}))
            yield RULES["G810"].finding(agency=figure.agency.code, expected=expected)
    yield from _control_totals(a)
    yield from _register_rows(a)
    yield from _extensions(a)
    yield from _vanished(a)


def _focal(a: Assessment, figure: AgencyFigure, programs: set[str]) -> Iterator[Finding]:
    agency = figure.agency
    if not agency.in_force(a.today):
        return
    points = a.register.focal_points_on(a.today, agency.code)
    where: dict[str, Any] = {"agency": agency.code, "file": REGISTER, "sheet": "Đầu mối"}
    lacking = focal_points.uncovered(points, programs)
    if lacking:
        what = "chưa cử đầu mối" + ("" if not points else f" cho chương trình {', '.join(lacking)}")
        yield RULES["G801"].finding(**where, value="0", expected="1", args={"what": what})
    for program in focal_points.crowded(points):
        same = [p for p in points if (p.program or "CHUNG") == program]
        what = f"có {len(same)} đầu mối cùng lúc cho chương trình {program}"
        yield RULES["G801"].finding(**where, row=same[-1].row, value=str(len(same)), expected="1", args={"what": what})
    for point in focal_points.general(points):
        if not focal_points.is_division_leader(point.position):
            yield RULES["G802"].finding(**where, row=point.row, column="position", value=point.position)


def _late_dump(a: Assessment, figure: AgencyFigure) -> Iterator[Finding]:
    for (code, program), (start, count) in a.dumps.items():
        if code == figure.agency.code:
            yield RULES["H702"].finding(
                agency=code,
                value=str(a.config.rules.late_dump_hours),
                args={"since": f"{start:%d/%m/%Y}", "count": count, "program": program},
            )


def _control_totals(a: Assessment) -> Iterator[Finding]:
    counts = count_by_document(t for t in a.register.tasks.values())
    for document in a.register.documents:
        if document.expected_tasks is None:
            continue
        wanted = _number_key(document.number)
        found = sum(
            n
            for (number, day), n in counts.items()
            if _number_key(number) == wanted and (day is None or document.doc_date in (None, day))
        )
        if found != document.expected_tasks:
            yield RULES["G805"].finding(
                file=REGISTER,
                sheet="Văn bản giao",
                row=document.row,
                column="expected_tasks",
                value=str(found),
                expected=str(document.expected_tasks),
                args={"what": f"Văn bản {document.number}"},
            )
    for program in a.register.programs.values():
        if program.expected_tasks is None:
            continue
        mine = sum(n for n in count_by_document(
            t for t in a.register.tasks.values() if t.program == program.code).values())  # fmt: skip
        if mine != program.expected_tasks:
            yield RULES["G805"].finding(
                file=REGISTER,
                sheet="Chương trình",
                column="expected_tasks",
                value=str(mine),
                expected=str(program.expected_tasks),
                args={"what": f"Chương trình {program.code}"},
            )


def _number_key(number: str) -> str:
    return viet.key(number).replace(" ", "")


def _register_rows(a: Assessment) -> Iterator[Finding]:
    for hit in a.register_hits:
        what = str(hit.args.get("what", ""))
        yield RULES["G807"].finding(
            agency=hit.agency,
            task=hit.task,
            file=REGISTER,
            sheet=hit.sheet,
            row=hit.row,
            cell=hit.cell,
            column=hit.column,
            value=hit.value,
            args={
                "what": f"{what[:1].upper()}{what[1:]} (trang «{hit.sheet}», dòng {hit.row}).",
                "advice": f"Sửa lại ô {hit.cell or ''} ở trang «{hit.sheet}» của sổ đăng ký.",
            },
        )
    handed = {m.task_code for m in a.register.handovers if m.effective_on <= a.today}
    for task in a.register.tasks.values():
        if task.state == "Chuyển" and task.code in handed:
            yield RULES["G807"].finding(
                task=task.code,
                agency=task.lead_agency,
                file=REGISTER,
                sheet="Nhiệm vụ",
                row=task.row,
                column="state",
                value=task.state,
                args={
                    "what": f"Nhiệm vụ {task.code} vừa ghi «Chuyển» vừa có dòng bàn giao.",
                    "advice": "Chỉ giữ một: «Chuyển» khi nhiệm vụ rời khỏi Văn phòng này, "
                    "trang «Bàn giao» khi chuyển giữa các cơ quan.",
                },
            )


def _extensions(a: Assessment) -> Iterator[Finding]:
    allowed = a.config.rules.max_extensions
    for code, given in a.register.extensions.items():
        counted = [e for e in given if e.approved_on is None or e.approved_on <= a.today]
        bare = [e for e in counted if not e.approval_doc or e.approved_on is None]
        where: dict[str, Any] = {"task": code, "file": REGISTER, "sheet": "Gia hạn", "expected": str(allowed)}
        for extension in bare:
            what = f"Lần gia hạn của nhiệm vụ {code} không có văn bản hoặc ngày chấp thuận nên chưa được tính."
            yield RULES["G808"].finding(**where, row=extension.row, column="approval_doc", args={"what": what})
        if len(counted) - len(bare) > allowed:
            what = f"Nhiệm vụ {code} được gia hạn {len(counted) - len(bare)} lần, quá số lần cho phép."
            yield RULES["G808"].finding(
                **where, row=counted[-1].row, value=str(len(counted) - len(bare)), args={"what": what}
            )


def _vanished(a: Assessment) -> Iterator[Finding]:
    for code in a.vanished:
        task = a.register.tasks.get(code)
        yield RULES["G811"].finding(
            task=code, agency=task.lead_agency if task else None, file=REGISTER, sheet="Nhiệm vụ"
        )
    for change in a.register_changes:
        yield RULES["G812"].finding(
            file=REGISTER,
            sheet=change.sheet,
            column=change.column,
            value=change.old,
            expected=change.new,
            args={"what": f"Trang «{change.sheet}», {change.key}, cột «{change.column}»"},
        )


def of_waivers(a: Assessment, found: Iterable[Finding]) -> list[Finding]:
    """G809: a waiver that has expired, or that no finding of this run needed."""
    used = {
        id(w)
        for f in found
        if f.waived and (w := a.policy.waiver(f.rule, f.agency, f.task)) is not None
    }  # fmt: skip
    told = []
    for waiver in a.register.waivers:
        expired = waiver.expires_on < a.today
        if not expired and id(waiver) in used:
            continue
        what = f"đã hết hiệu lực từ {waiver.expires_on:%d/%m/%Y}" if expired else "không dùng đến trong lần chạy này"
        finding = RULES["G809"].finding(
            file=REGISTER,
            sheet="Miễn trừ",
            row=waiver.row,
            value=waiver.rule,
            args={"what": what},
        )
        told += [judged] if (judged := a.policy.judge(finding)) is not None else []
    return told
