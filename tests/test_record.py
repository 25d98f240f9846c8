"""Entries of run.json are put together from pieces that many share; each says what its task or finding says."""

from __future__ import annotations

import json

from hypothesis import given
from office_world import snapshot
from test_first_sight import offices

from nvbatch.stages.record import sections, text_of


def plain(value):
    return value.isoformat() if value is not None else None


def task_entry(t):
    source = t.row and {"sha256": t.row.sha256, "sheet": t.row.sheet, "row": t.row.row}
    return {
        "code": t.task.code,
        "lead_agency": t.lead_agency,
        "task_class": t.task.task_class,
        "program": t.task.program,
        "deadline": plain(t.deadline),
        "original_deadline": plain(t.original_deadline),
        "status": str(t.status),
        "days_overdue": t.days_overdue,
        "recurring_met": t.recurring_met,
        "reminders_due": t.reminders_due,
        "flags": list(t.flags),
        "aggregated": t.aggregated,
        "source": source,
    }


def finding_entry(f):
    names = "rule severity agency task submission file sha256 sheet row cell column value expected message fix"
    return {name: getattr(f, name) for name in names.split()} | ({"waived": True} if f.waived else {})


@given(offices())
def test_each_line_is_the_json_of_its_task_or_finding(world):
    register, rows, more = world
    shot = snapshot(register, rows, **more)
    told = sections(shot, run_id="thử", version="1", generated_at="2025-03-15", published=False, outputs=())
    written = [json.dumps(task_entry(t), ensure_ascii=False) for t in shot.tasks]
    found = [json.dumps(finding_entry(f), ensure_ascii=False) for f in shot.findings]
    assert (list(told["tasks"]), list(told["findings"])) == (written, found)
    whole = json.loads("".join(text_of(told)))
    assert whole["tasks"] == [json.loads(line) for line in written]
    for split in (*whole["breakdowns"].values(), whole["totals"]["by_class"], whole["totals"]["by_program"]):
        assert sum(part["assigned"] for part in split.values()) == whole["totals"]["assigned"]
        assert sum(n for part in split.values() for n in part["by_status"].values()) == whole["totals"]["assigned"]
