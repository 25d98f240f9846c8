"""Rows that may be merged in, the state of every task out: its newest good row, and the good rows before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from itertools import chain, groupby
from operator import attrgetter
from types import MappingProxyType

from nvbatch.model import Checked, Finding, Merged, Row
from nvbatch.register import Register
from nvbatch.rules.history import done_task_stays_done
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import worn
from nvbatch.standing import is_done


def merge(
    checked: Checked,
    *,
    register: Register,
    policy: Policy,
    today: date,
    zone: tzinfo,
    policies: Mapping[tuple[str, str], Policy] = MappingProxyType({}),
) -> Merged:
    """Walk the rows of every task in order of receipt. ``today`` = D(as-of).

    ``policies``: (programme, period) → the policy of that period, where it is not ``policy``: a row is judged by the
    rules of its own period.
    """
    good = _by_task(checked.rows, register, zone)
    held: list[Row] = []
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    for code, rows in [(code, rows) for code, rows in good.items() if len(rows) > 1]:
        kept_rows: list[Row] = []
        for row in rows:
            there = policies.get((row.program, row.period), policy)
            finding = _reopened(code, row, kept_rows, register, there, today, zone)
            if finding is None:
                kept_rows.append(row)
                continue
            findings.append(finding)
            if there.acts("H707", row.agency, code):
                held.append(row)
                counts[row.submission] = counts.get(row.submission, 0) + 1
            else:
                kept_rows.append(row)
        good[code] = tuple(kept_rows)  # never empty: nothing was reported before the first
    return Merged(
        rows=good,
        held=(*checked.held, *held),
        findings=tuple(findings),
        held_counts=counts,
        kept=_passed_by(register, good, zone),
    )


def _by_task(rows: Iterable[Row], register: Register, zone: tzinfo) -> dict[str, tuple[Row, ...]]:
    """Task code → what the agency that led it on the day of receipt has said of it, in order of receipt."""
    found: dict[str, tuple[Row, ...]] = {}
    tasks, moved = register.tasks, bool(register.handovers)
    for source, lines in groupby(_in_order(rows), key=_SOURCE):
        agency, day = source.agency, source.received_at.astimezone(zone).date()
        codes = source.columns["task_code"]
        for row in lines:
            code = codes[row.line]
            task = tasks.get(code)
            if task is None or (register.lead_on(code, day) if moved else task.lead_agency) != agency:
                continue
            said = (row,)
            before = found.setdefault(code, said)
            if before is not said:
                found[code] = before + said
    return found


def _in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """Receipt by receipt; a mail may bring several workbooks, whose rows stand in order of their place."""
    receipts: dict[tuple[datetime, int], list[list[Row]]] = {}
    for source, lines in groupby(rows, key=_SOURCE):
        places = source.rows
        in_order = sorted(lines, key=lambda row: places[row.line])
        receipts.setdefault((source.received_at, source.sequence), []).append(in_order)
    for moment in sorted(receipts):
        files = receipts[moment]
        yield from files[0] if len(files) == 1 else sorted(chain.from_iterable(files), key=_PLACE)


_SOURCE, _PLACE = attrgetter("source"), attrgetter("row")


def _reopened(
    code: str, row: Row, before: Iterable[Row], register: Register, policy: Policy, today: date, zone: tzinfo
) -> Finding | None:
    """H707: compares with the newest good row of an earlier report, not with a version that this file replaces."""
    mine = (row.agency, row.program, row.period)
    earlier = [r for r in before if (r.agency, r.program, r.period) != mine]
    if not earlier or register.deadline_on(code, today).recurring:
        return None
    verdict = register.verdict_on(code, today)
    for hit in done_task_stays_done(row, earlier[-1], verdict, zone):
        finding = worn(done_task_stays_done).finding(
            agency=row.agency,
            task=code,
            file=row.file,
            sha256=row.sha256,
            submission=row.submission,
            sheet=row.sheet,
            row=row.row,
            cell=row.cell(hit.column or ""),
            column=hit.column,
            value=hit.value,
            expected=hit.expected,
            args=hit.args,
        )
        return policy.judge(finding)
    return None


def _passed_by(register: Register, good: Mapping[str, tuple[Row, ...]], zone: tzinfo) -> frozenset[tuple[int, str]]:
    """Tasks that were done on the day of a "*" hand-over: they stay with the agency that did them (contract 8.1)."""
    kept = set()
    for index, move in enumerate(register.handovers):
        if move.task_code != "*":
            continue
        for code, rows in good.items():
            before = [r for r in rows if r.received_at.astimezone(zone).date() < move.effective_on]
            if not before or before[-1].agency != move.from_agency:
                continue
            if register.deadline_on(code, move.effective_on).recurring:
                continue  # done for a period is not done: it goes on at the agency that takes over
            if is_done(before[-1], register.verdict_on(code, move.effective_on), zone):
                kept.add((index, code))
    return frozenset(kept)
