"""What the rules of gates H and G (and R504, M602) see in, findings with their places and words out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nvbatch.model import DONE, AgencyFigure, Finding, Period, Row, Status, TaskFigure, Waiver
from nvbatch.register import GENERAL
from nvbatch.rules import history, office
from nvbatch.rules.rule import Hit, Rule, worn
from nvbatch.rules.task import Case
from nvbatch.task_flags import Seen

if TYPE_CHECKING:
    from nvbatch.assessment import Assessment

REGISTER = "register.xlsx"
CLOSED = DONE | {Status.STOPPED, Status.TRANSFERRED}


# --- tasks --------------------------------------------------------------------------------------


def of_task(a: Assessment, case: Case, seen: Seen) -> tuple[Finding, ...]:
    """What holds of a task, with the cell of its state row where there is one, as its programme's rules have it."""
    found = (_finding(rule, hit, **_PLACES.get(rule.code, _of_task)(a, case, hit)) for rule, hit in seen)
    return case.here.policy.judge_all(found)


def _finding(rule: Rule, hit: Hit, **where: Any) -> Finding:
    return rule.finding(**{"value": hit.value, "expected": hit.expected, "args": hit.args, **where})


def _of_task(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """Told of the task, on no file."""
    return {"agency": c.lead.code if c.lead else None, "task": c.task.code}


def _at_row(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """On the row that gives the state."""
    return _of_task(a, c, hit) if c.row is None else _on(c.row, a, c, hit)


def _at_present_row(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """On the present period's row, though a late form of an earlier period may give the state."""
    pair = c.last_two
    return _of_task(a, c, hit) if pair is None else _on(pair[0], a, c, hit)


def _on(row: Row, a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    return _of_task(a, c, hit) | {
        "file": row.file,
        "sha256": row.sha256,
        "submission": row.submission,
        "sheet": row.sheet,
        "row": row.row,
        "column": hit.column,
        "cell": row.cell(hit.column) if hit.column else None,
    }


def _at_register(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """On the task's row of the register."""
    place = {"file": REGISTER, "sheet": "Nhiệm vụ", "row": c.task.row, "column": hit.column}
    return _of_task(a, c, hit) | place


def _unexplained(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """It depends on the day as much as on the row (contract 8.8), so it is told of the task, not of a file;

    where the state row stands is the task's own source.
    """
    missing = ", ".join([f"«{a.labels[key]}»" for key in hit.args["lacking"]])
    return _of_task(a, c, hit) | {"column": hit.column, "args": {**hit.args, "missing": missing}}


def _in_report(a: Assessment, c: Case, hit: Hit) -> dict[str, Any]:
    """In the file of the present period, on no row of it."""
    program = c.task.program if c.task.program in a.periods else GENERAL
    counting = a.counting[(c.lead.code if c.lead else "", program)]
    return _of_task(a, c, hit) | {
        "file": counting.document.name,
        "sha256": counting.document.sha256,
        "submission": counting.id,
        "sheet": a.form.tasks.name,
    }


_PLACES: Mapping[str, Any] = {
    "H703": _at_present_row,
    "H704": _at_row,
    "H705": _at_row,
    "H706": _at_register,
    "G803": _at_register,
    "G804": _at_register,
    "G806": _at_register,
    "R504": _unexplained,
    "M602": _in_report,
}


# --- agencies and the register ------------------------------------------------------------------


def of_office(a: Assessment, agencies: Iterable[tuple[AgencyFigure, Sequence[TaskFigure]]]) -> Iterator[Finding]:
    """Gate G and H702, agency by agency (each with the tasks that it leads) and sheet by sheet."""
    for figure, tasks in agencies:
        yield from _of_agency(a, figure, tasks)
    yield from _of_register(a)


def _of_agency(a: Assessment, figure: AgencyFigure, tasks: Sequence[TaskFigure]) -> Iterator[Finding]:
    agency = figure.agency
    named = {"agency": agency.name}
    if agency.in_force(a.today):
        points = a.register.focal_points_on(a.today, agency.code)
        programs = {t.task.program for t in tasks}
        for demand, hits in (
            (office.one_focal_point_a_program, office.one_focal_point_a_program(points, programs)),
            (office.general_focal_point_leads_a_division, office.general_focal_point_leads_a_division(points)),
        ):
            for hit in hits:
                yield _in_register(worn(demand), hit, "Đầu mối", agency=agency.code, args={**hit.args, **named})
    yield from _late_dump(a, figure)
    for hit in office.agency_sends_what_it_owes(_unsent(a, figure, tasks)):
        yield _finding(worn(office.agency_sends_what_it_owes), hit, agency=agency.code, args={**hit.args, **named})


def _late_dump(a: Assessment, figure: AgencyFigure) -> Iterator[Finding]:
    for (code, program), (start, count) in a.dumps.items():
        if code == figure.agency.code:
            yield worn(history.reports_come_all_through_the_cycle).finding(
                agency=code,
                value=str(a.config_of(program).rules.late_dump_hours),
                args={"since": f"{start.astimezone(a.config.zone):%d/%m/%Y}", "count": count},
            )


def _unsent(a: Assessment, figure: AgencyFigure, tasks: Sequence[TaskFigure]) -> list[Period]:
    """Present periods in which it owes a report and has sent none that counts."""
    if "not_submitted" not in figure.flags:
        return []
    owed = {t.task.program if t.task.program in a.periods else GENERAL for t in tasks if t.status not in CLOSED}
    return [a.periods[program] for program in sorted(owed) if (figure.agency.code, program) not in a.counting]


def _in_register(rule: Rule, hit: Hit, sheet: str | None = None, **more: Any) -> Finding:
    """On a row of the register, as far as the hit knows it."""
    place: dict[str, Any] = {
        "agency": hit.agency,
        "task": hit.task,
        "file": REGISTER,
        "sheet": hit.sheet or sheet,
        "row": hit.row,
        "cell": hit.cell,
        "column": hit.column,
    }
    return _finding(rule, hit, **{**place, **more})


def _of_register(a: Assessment) -> Iterator[Finding]:
    for hit in office.control_totals_hold(a.register):
        yield _in_register(worn(office.control_totals_hold), hit)
    for hit in office.register_rows_fit(a.register, a.register_hits, a.today):
        yield _in_register(worn(office.register_rows_fit), hit, args={"sheet": hit.sheet, **hit.args})
    told: set[tuple[object, ...]] = set()
    for code, given in a.register.extensions.items():
        task = a.register.tasks.get(code)
        once = (task.parent if task and task.parent else code, *(e.row for e in given))
        if once in told:
            continue  # the same rows speak of every member of a collective task
        told.add(once)
        allowed = a.config_of(task.program if task else GENERAL).rules.max_extensions
        for hit in office.extensions_are_approved_and_few(given, a.today, allowed):
            yield _in_register(worn(office.extensions_are_approved_and_few), hit, "Gia hạn", task=code)
    for hit in office.known_codes_stay(a.vanished, a.register):
        yield _in_register(worn(office.known_codes_stay), hit, "Nhiệm vụ")
    for hit in office.changes_are_told(a.register_changes):
        yield _in_register(worn(office.changes_are_told), hit)


def of_waivers(a: Assessment, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """G809: a waiver that has expired, or that no finding of this run needed."""
    needed = (a.policy.waiver(f.rule, f.agency, f.task) for f in found if f.waived)
    used: set[Waiver] = {waiver for waiver in needed if waiver is not None}
    rule = worn(office.waivers_are_in_force_and_used)
    hits = office.waivers_are_in_force_and_used(a.register.waivers, used, a.today)
    return a.policy.judge_all(_in_register(rule, hit, "Miễn trừ") for hit in hits)
