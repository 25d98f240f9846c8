"""Rows that change what becomes of a task in; extensions, hand-overs, verdicts and waivers, one a task, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from nvbatch.agencies import Names
from nvbatch.model import Agency, Extension, Handover, Verdict, Waiver
from nvbatch.register_demands import complete_rows, registered
from nvbatch.register_sheets import Sheets, hit_on
from nvbatch.register_tasks import TaskRows
from nvbatch.rules.rule import Hit


def extensions(sheets: Sheets, rows: TaskRows, hits: list[Hit]) -> Iterator[Extension]:
    for r in complete_rows(sheets, "extensions", hits):
        for code in rows.codes_of(r["task_code"]):
            yield Extension(
                task_code=code,
                ordinal=r["ordinal"],
                new_deadline=r["new_deadline"],
                approval_doc=r["approval_doc"],
                approved_on=r["approved_on"],
                row=r.row,
            )


def handovers(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, rows: TaskRows, hits: list[Hit]
) -> Iterator[Handover]:
    for r in complete_rows(sheets, "handovers", hits):
        giver = registered(sheets, "handovers", r, "from_agency", agencies, names, hits)
        taker = registered(sheets, "handovers", r, "to_agency", agencies, names, hits)
        if giver is None or taker is None:
            continue
        ended = agencies[taker].valid_to
        if ended is not None and ended < r["effective_on"]:
            since = f"{ended + timedelta(days=1):%d/%m/%Y}"
            what = f"bàn giao cho «{agencies[taker].name}», cơ quan đã kết thúc hoạt động từ ngày {since}"
            advice = "Ghi cơ quan kế thừa còn hoạt động"
            hits.append(hit_on(sheets, "handovers", r, "to_agency", what, advice, agency=taker))
        for code in rows.codes_of(r["task_code"]):
            yield Handover(
                task_code=code,
                from_agency=giver,
                to_agency=taker,
                effective_on=r["effective_on"],
                minutes=r["minutes"],
                row=r.row,
            )


def verdicts(sheets: Sheets, rows: TaskRows, hits: list[Hit]) -> Iterator[Verdict]:
    for r in complete_rows(sheets, "verdicts", hits):
        for code in rows.codes_of(r["task_code"]):
            yield Verdict(
                task_code=code,
                verdict=r["verdict"],
                assessed_on=r["assessed_on"],
                opinion=r["opinion"],
                assessor=r["assessor"],
                row=r.row,
            )


def waivers(
    sheets: Sheets, agencies: Mapping[str, Agency], names: Names, rows: TaskRows, hits: list[Hit]
) -> Iterator[Waiver]:
    for r in complete_rows(sheets, "waivers", hits):
        agency = r["agency_code"] and (
            registered(sheets, "waivers", r, "agency_code", agencies, names, hits) or r["agency_code"]
        )
        for code in rows.codes_of(r["task_code"]) if r["task_code"] else (None,):
            yield Waiver(
                rule=r["rule"].upper(),
                agency=agency,
                task_code=code,
                reason=r["reason"],
                approved_by=r["approved_by"],
                expires_on=r["expires_on"],
                row=r.row,
            )


def by_task(items: Iterable[Any], order: Any) -> dict[str, tuple[Any, ...]]:
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(item.task_code, []).append(item)
    return {code: tuple(sorted(group, key=order)) for code, group in groups.items()}
