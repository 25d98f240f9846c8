"""What each agency is answered on is sorted once for the whole province, and is what one finds looking for its own."""

from __future__ import annotations

from hypothesis import given
from office_world import VN, at, snapshot
from test_first_sight import offices

from nvbatch.form import load_form
from nvbatch.model import CLOSED, Checked
from nvbatch.register import GENERAL
from nvbatch.returns import Material, assignments
from nvbatch.rules.policy import Policy
from nvbatch.stages.merge import merge

TODAY = at("2025-03-15 08:00")


@given(offices())
def test_an_assignment_holds_the_agencys_own_tasks_rows_and_people(world):
    register, rows, more = world
    shot = snapshot(register, rows, **more)
    checked = Checked(rows=tuple(rows), held=(), findings=(), changes=(), counts={}, reported={})
    merged = merge(checked, register=register, policy=Policy(), today=TODAY.date(), zone=VN)
    form = load_form()
    material = Material(register=register, form=form, merged=merged, changes=(), readings=_Unread(), today=TODAY.date())
    told = {code: _people(own, form.people_keys) for code, own in merged.rows.items()}
    for given_out in assignments(shot, material, issued_at=TODAY):
        code, program = given_out.agency.code, given_out.program.code
        assert [t.task.code for t in given_out.tasks] == [
            t.task.code
            for t in shot.tasks
            if t.lead_agency == code
            and t.status not in CLOSED
            and (t.task.program if t.task.program in shot.periods else GENERAL) == program
        ]
        if given_out.submission is not None:
            assert list(given_out.rows) == _newest(merged, code, given_out.period.key)
        assert given_out.people == told


@given(offices())
def test_rows_are_merged_in_order_of_receipt_from_whoever_led_the_task_that_day(world):
    register, rows, _ = world
    checked = Checked(rows=tuple(rows), held=(), findings=(), changes=(), counts={}, reported={})
    merged = merge(checked, register=register, policy=Policy(), today=TODAY.date(), zone=VN)
    held = {(row.submission, row.line) for row in merged.held}
    expected = {}
    for row in sorted(rows, key=lambda row: (row.received_at, row.sequence, row.row)):
        code = row.get("task_code")
        led = code in register.tasks and register.lead_on(code, row.received_at.astimezone(VN).date()) == row.agency
        if led and (row.submission, row.line) not in held:
            expected.setdefault(code, []).append(row)
    assert {code: list(own) for code, own in merged.rows.items()} == expected


def _people(rows, keys):
    """Of each what the newest row says that says anything."""
    return {key: str(row.get(key)) for key in keys for row in rows if row.get(key)}


def _newest(merged, agency, period):
    found = []
    for own in merged.rows.values():
        found += [row for row in own if (row.agency, row.period) == (agency, period)][-1:]
    return found


class _Unread(dict):
    """Of no file anything but its rows is known."""

    def __missing__(self, submission):
        return type("Reading", (), {"info": {}})
