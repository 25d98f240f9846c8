"""Contract section 8: what every status, flag, count and ratio means."""

from __future__ import annotations

from datetime import date

import pytest
from office_world import agency, at, done, figure, focal, office, row, snapshot, task

from nvbatch.model import Conference, Extension, Handover, Program, Verdict, Waiver
from nvbatch.totals import breakdowns

SATURDAY = "2025-03-15 08:00"  # after the cut-off of 2025-W11 (Friday 14/03, 16:30)


def one(**fields):
    """The only task of a small office, seen on Saturday 15/03/2025."""
    rows, as_of, more = fields.pop("rows", ()), fields.pop("as_of", SATURDAY), fields.pop("more", {})
    settings = {k: fields.pop(k) for k in ("config", "conference") if k in fields}
    return figure(snapshot(office([task("NV1", **fields)], **more), rows, as_of, **settings), "NV1")


# --- status (8.6) -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deadline", "status", "days"),
    [
        (date(2025, 3, 14), "overdue", 1),
        (date(2025, 3, 15), "due_soon", None),  # on the deadline day itself it is not overdue
        (date(2025, 3, 20), "due_soon", None),
        (date(2025, 3, 21), "in_time", None),
        (None, "open_no_deadline", None),
    ],
)
def test_an_open_task_is_judged_by_its_deadline_day(deadline, status, days):
    t = one(deadline=deadline)
    assert (t.status, t.days_overdue) == (status, days)


@pytest.mark.parametrize(
    ("completed", "status", "days"),
    [("2025-03-10", "done_on_time", None), ("2025-03-09", "done_on_time", None), ("2025-03-11", "done_late", 1)],
)
def test_a_done_task_is_judged_by_its_completion_day(completed, status, days):
    t = one(deadline=date(2025, 3, 10), rows=[done("NV1", "2025-03-13 09:00", completed)])
    assert (t.status, t.days_overdue) == (status, days)


def test_done_without_a_deadline_has_its_own_status():
    assert one(rows=[done("NV1", "2025-03-13 09:00", "2025-03-10")]).status == "done_no_deadline"


@pytest.mark.parametrize("blank", ["completed_on", "result", "result_doc"])
def test_reported_done_without_date_result_or_document_stays_open(blank):
    t = one(deadline=date(2025, 4, 30), rows=[done("NV1", "2025-03-13 09:00", "2025-03-10", **{blank: None})])
    assert t.status == "in_time"


def test_stopped_and_transferred_count_from_their_day_and_bear_no_flag():
    stopped = one(state="Dừng", state_from=date(2025, 3, 15), deadline=date(2025, 1, 31))
    assert (stopped.status, stopped.flags, stopped.aggregated) == ("stopped", (), True)
    not_yet = one(state="Chuyển", state_from=date(2025, 3, 16), deadline=date(2025, 1, 31))
    assert not_yet.status == "overdue"
    assert one(state="Chuyển", doc_date=date(2024, 5, 6)).flags == ("carried_over",)


def test_recurring_tasks_are_met_by_a_row_of_the_present_period():
    said = {"deadline_text": "định kỳ hằng tuần"}
    assert one(**said).recurring_met is False
    met = one(**said, rows=[row("NV1", "2025-03-13 09:00", reported_status="Đã hoàn thành", result="Đã nộp")])
    assert (met.status, met.recurring_met, met.deadline) == ("recurring", True, None)
    old = one(**said, rows=[row("NV1", "2025-03-06 09:00", reported_status="Đã hoàn thành", result="Đã nộp")])
    assert old.recurring_met is False


def test_a_filled_deadline_wins_over_a_recurring_phrase():
    assert one(deadline_text="hằng tuần", deadline=date(2025, 3, 31)).status == "in_time"


# --- deadline and extensions (8.2) --------------------------------------------------------------


def extension(day: str, new: str, **more):
    given = {"ordinal": 1, "approval_doc": "5/UBND-TH"}
    return Extension(
        task_code="NV1", new_deadline=date.fromisoformat(new), approved_on=date.fromisoformat(day), **{**given, **more}
    )


def test_the_newest_extension_approved_up_to_the_day_counts_and_the_original_is_kept():
    granted = [extension("2025-02-01", "2025-03-31"), extension("2025-03-16", "2025-06-30", ordinal=2)]
    t = one(deadline=date(2025, 2, 28), more={"extensions": granted})
    assert (t.deadline, t.original_deadline) == (date(2025, 3, 31), date(2025, 2, 28))


def test_an_extension_without_a_document_does_not_count():
    t = one(deadline=date(2025, 2, 28), more={"extensions": [extension("2025-02-01", "2025-03-31", approval_doc=None)]})
    assert (t.deadline, t.original_deadline, t.status) == (date(2025, 2, 28), None, "overdue")


def test_before_a_day_is_ambiguous_only_when_completed_exactly_on_it():
    phrase = {"deadline_text": "trước ngày 10/3/2025"}
    on_it = one(**phrase, rows=[done("NV1", "2025-03-13 09:00", "2025-03-10")])
    assert "ambiguous_deadline" in on_it.flags
    assert "ambiguous_deadline" not in one(**phrase, rows=[done("NV1", "2025-03-13 09:00", "2025-03-09")]).flags
    assert "ambiguous_deadline" not in one(**phrase).flags


def test_an_approved_extension_ends_the_ambiguity():
    vague = {"deadline_text": "giữa tháng 3/2025"}
    assert "ambiguous_deadline" in one(**vague).flags
    granted = [extension("2025-03-01", "2025-04-30")]
    assert "ambiguous_deadline" not in one(**vague, more={"extensions": granted}).flags


def request(day="2025-03-13 09:00", **values):
    return row("NV1", day, requested_deadline=date(2025, 6, 30), extension_reason="Chờ vốn", **values)


def test_a_request_stands_until_something_is_approved_on_or_after_its_receipt_day():
    assert "extension_requested" in one(deadline=date(2025, 3, 31), rows=[request()]).flags
    granted = [extension("2025-03-13", "2025-06-30")]
    t = one(deadline=date(2025, 3, 31), rows=[request()], more={"extensions": granted})
    assert not {"extension_requested", "extension_exceeded"} & set(t.flags)


def test_a_request_beyond_the_allowed_number_is_exceeded():
    granted = [extension("2025-02-01", "2025-03-31")]
    t = one(deadline=date(2025, 2, 28), rows=[request()], more={"extensions": granted})
    assert "extension_exceeded" in t.flags
    assert "extension_requested" not in t.flags
    more = {"rules": {"from": [{"date": date(2025, 3, 1), "max_extensions": 2}]}}
    t = one(deadline=date(2025, 2, 28), rows=[request()], more={"extensions": granted}, config=more)
    assert "extension_requested" in t.flags


# --- state of a task (8.4, 8.5) -----------------------------------------------------------------


def test_the_newest_good_row_is_the_state_whatever_its_period():
    rows = [row("NV1", "2025-03-06 09:00", progress=70.0), row("NV1", "2025-02-20 09:00", progress=10.0)]
    t = one(rows=rows)
    assert t.row.get("progress") == 70.0
    assert "no_update" in t.flags
    assert not t.aggregated


def test_rows_of_an_agency_that_did_not_lead_at_receipt_do_not_count():
    moved = Handover(task_code="NV1", from_agency="SNV", to_agency="STC", effective_on=date(2025, 3, 12))
    world = office([task("NV1")], agencies=[agency("SNV"), agency("STC")], handovers=[moved])
    shot = snapshot(world, [row("NV1", "2025-03-13 09:00"), row("NV1", "2025-03-11 09:00", progress=5.0)])
    t = figure(shot, "NV1")
    assert (t.lead_agency, t.row.get("progress")) == ("STC", 5.0)


def test_a_hand_over_of_everything_passes_done_tasks_by():
    everything = Handover(task_code="*", from_agency="SNV", to_agency="STC", effective_on=date(2025, 3, 12))
    world = office([task("NV1"), task("NV2")], agencies=[agency("SNV"), agency("STC")], handovers=[everything])
    shot = snapshot(world, [done("NV1", "2025-03-06 09:00", "2025-03-05"), row("NV2", "2025-03-06 09:00")])
    assert figure(shot, "NV1").lead_agency == "SNV"
    assert figure(shot, "NV2").lead_agency == "STC"


def verdict(word: str, day: str, number: int = 1):
    return Verdict(task_code="NV1", verdict=word, assessed_on=date.fromisoformat(day), row=number)


@pytest.mark.parametrize(
    ("verdicts", "status", "returned"),
    [
        ([verdict("Trả lại", "2025-03-13")], "open_no_deadline", True),
        ([verdict("Trả lại", "2025-03-12")], "done_no_deadline", False),  # older than the report
        ([verdict("Trả lại", "2025-03-16")], "done_no_deadline", False),  # not yet given
        ([verdict("Trả lại", "2025-03-13"), verdict("Đạt", "2025-03-14")], "done_no_deadline", False),
        ([verdict("Cần làm rõ", "2025-03-14")], "done_no_deadline", False),
        ([verdict("Trả lại", "2025-03-13"), verdict("Cần làm rõ", "2025-03-14")], "done_no_deadline", False),
        ([verdict("Đạt", "2025-03-14", 2), verdict("Trả lại", "2025-03-14", 3)], "open_no_deadline", True),
    ],
)
def test_the_newest_verdict_alone_can_send_a_done_task_back(verdicts, status, returned):
    t = one(rows=[done("NV1", "2025-03-13 09:00", "2025-03-10")], more={"verdicts": verdicts})
    assert t.status == status
    assert ("returned" in t.flags) is returned
    assert ("awaiting_closure" in t.flags) is returned


def test_a_done_task_reported_as_unfinished_in_a_later_period_is_held_until_the_office_decides():
    rows = [done("NV1", "2025-03-06 09:00", "2025-03-05"), row("NV1", "2025-03-13 09:00")]
    shot = snapshot(office([task("NV1")]), rows)
    assert figure(shot, "NV1").status == "done_no_deadline"
    assert [f.rule for f in shot.findings if f.rule == "H707"] == ["H707"]
    decided = office([task("NV1")], verdicts=[verdict("Trả lại", "2025-03-14")])
    assert figure(snapshot(decided, rows), "NV1").status == "open_no_deadline"


def test_a_correction_within_the_same_period_may_take_a_completion_back():
    rows = [done("NV1", "2025-03-12 09:00", "2025-03-05"), row("NV1", "2025-03-13 09:00")]
    shot = snapshot(office([task("NV1")]), rows)
    assert figure(shot, "NV1").status == "open_no_deadline"
    assert not [f for f in shot.findings if f.rule == "H707"]


# --- which tasks count (8.1) --------------------------------------------------------------------


def test_a_task_done_in_an_earlier_year_leaves_the_figures():
    rows = [done("NV1", "2024-12-19 09:00", "2024-12-18", period="2024-W51")]
    shot = snapshot(office([task("NV1", doc_date=date(2024, 2, 1)), task("NV2", doc_date=date(2024, 2, 1))]), rows)
    assert [t.task.code for t in shot.tasks] == ["NV2"]
    assert shot.totals.carried_over == 1


@pytest.mark.parametrize("state", ["Đang theo dõi", "Dừng", "Chuyển"])
def test_a_task_done_in_an_earlier_year_leaves_the_figures_whatever_its_state(state):
    rows = [done("NV1", "2024-12-19 09:00", "2024-12-18", period="2024-W51")]
    moved = task("NV1", doc_date=date(2024, 2, 1), state=state, state_from=date(2025, 1, 10))
    assert snapshot(office([moved]), rows).tasks == ()


def test_a_recurring_task_reported_done_last_year_goes_on():
    rows = [done("NV1", "2024-12-19 09:00", "2024-12-18", period="2024-W51")]
    shot = snapshot(office([task("NV1", deadline_text="định kỳ hằng tuần")]), rows)
    assert [t.status for t in shot.tasks] == ["recurring"]


# --- rules in force, waived and demoted rules (RULES, 8.18) --------------------------------------


def test_each_programme_is_judged_by_the_rules_of_its_own_present_period():
    programs = [
        Program(code="CHUNG", name="Chung", frequency="week"),
        Program(code="DA06", name="Đề án 06", frequency="month"),
    ]
    tasks = [task("NV1", deadline=date(2025, 3, 24)), task("NV2", deadline=date(2025, 3, 24), program="DA06")]
    config = {"rules": {"due_soon_days": 5, "from": [{"date": date(2025, 3, 10), "due_soon_days": 10}]}}
    shot = snapshot(office(tasks, programs=programs), (), SATURDAY, config=config)
    assert figure(shot, "NV1").status == "due_soon"  # 2025-W11 ends after the change
    assert figure(shot, "NV2").status == "in_time"  # 2025-02 ended before it


@pytest.mark.parametrize(("waived", "severity"), [(True, "info"), (False, "warning")])
def test_what_a_waived_or_demoted_rule_found_is_listed_though_it_raises_no_flag(waived, severity):
    waiver = Waiver(
        rule="R504", agency=None, task_code="NV1", reason="Bão", approved_by="CVP", expires_on=date(2025, 3, 31)
    )
    config = {} if waived else {"rules": {"as_warning": ["R504"]}}
    register = office([task("NV1", deadline=date(2025, 3, 10))], waivers=[waiver] if waived else [])
    shot = snapshot(register, [row("NV1", "2025-03-13 09:00")], SATURDAY, config=config)
    assert not {"no_explanation", "incomplete"} & set(figure(shot, "NV1").flags)
    assert [(f.severity, f.waived) for f in shot.findings if f.rule == "R504"] == [(severity, waived)]
    assert not [f for f in shot.findings if f.rule == "G809"]  # the waiver was used


# --- completeness (8.8) -------------------------------------------------------------------------


def test_an_overdue_task_without_explanation_is_incomplete_whatever_the_period_of_its_row():
    t = one(deadline=date(2025, 3, 10), rows=[row("NV1", "2025-03-06 09:00")])
    assert {"no_explanation", "incomplete"} <= set(t.flags)
    explained = {"delay_cause_kind": "Khách quan", "delay_reason": "Mưa lũ", "explanation_doc": "3/BC-SNV"}
    t = one(deadline=date(2025, 3, 10), rows=[row("NV1", "2025-03-13 09:00", **explained)])
    assert not {"no_explanation", "incomplete"} & set(t.flags)


def test_without_any_row_an_overdue_task_lacks_explanation_but_is_not_incomplete():
    flags = set(one(deadline=date(2025, 3, 10)).flags)
    assert "no_explanation" in flags
    assert "incomplete" not in flags


def test_findings_of_an_older_period_do_not_make_a_task_incomplete():
    assert "incomplete" in one(rows=[row("NV1", "2025-03-13 09:00", incomplete=("C401",))]).flags
    assert "incomplete" not in one(rows=[row("NV1", "2025-03-06 09:00", incomplete=("C401",))]).flags


def test_a_waived_rule_raises_no_flag_up_to_its_last_day():
    def waived(until: date):
        rule = Waiver(
            rule="R504", agency="SNV", task_code=None, reason="Bão", approved_by="Chánh Văn phòng", expires_on=until
        )
        return one(deadline=date(2025, 3, 10), more={"waivers": [rule]}).flags

    assert "no_explanation" not in waived(date(2025, 3, 15))
    assert "no_explanation" in waived(date(2025, 3, 14))


# --- history (8.10, 8.11) -----------------------------------------------------------------------


def test_the_same_narrative_in_the_two_newest_periods_is_stale():
    same = [
        row("NV1", "2025-03-06 09:00", narrative="Đang  HOÀN thiện hồ sơ"),
        row("NV1", "2025-03-13 09:00", narrative="đang hoàn thiện hồ sơ"),
    ]
    assert "stale_narrative" in one(rows=same).flags
    assert "stale_narrative" not in one(rows=same[1:]).flags
    assert "stale_narrative" not in one(rows=same[:1]).flags


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ({"progress": 39.0}, True),
        ({"progress": 40.0}, False),
        ({"reported_status": "Chưa thực hiện"}, True),
        ({"reported_status": "Đề nghị gia hạn"}, False),
    ],
)
def test_progress_or_status_that_goes_back_is_regressed(now, back):
    rows = [row("NV1", "2025-03-06 09:00"), row("NV1", "2025-03-13 09:00", **now)]
    assert ("status_regressed" in one(rows=rows).flags) is back
    recurring = one(deadline_text="hằng tuần", rows=rows)
    assert "status_regressed" not in recurring.flags


def test_overdue_and_no_report_since_the_deadline_is_silent():
    assert "overdue_silent" in one(deadline=date(2025, 3, 10), rows=[row("NV1", "2025-03-10 09:00")]).flags
    assert "overdue_silent" not in one(deadline=date(2025, 3, 10), rows=[row("NV1", "2025-03-11 09:00")]).flags


def test_long_overdue_begins_after_the_thirtieth_day():
    assert "long_overdue" not in one(deadline=date(2025, 2, 13)).flags
    assert "long_overdue" in one(deadline=date(2025, 2, 12)).flags


@pytest.mark.parametrize(
    ("doc_date", "due"),
    [(date(2024, 12, 16), 0), (date(2024, 12, 15), 1), (date(2024, 9, 15), 2), (date(2025, 3, 1), 0)],
)
def test_a_task_without_deadline_is_reminded_every_three_whole_months(doc_date, due):
    t = one(doc_date=doc_date)
    assert t.reminders_due == due
    assert ("no_deadline_reminder" in t.flags) is (due > 0)


# --- reports (8.12, 8.19) -----------------------------------------------------------------------


def test_an_open_task_absent_from_the_counting_file_is_missing_from_the_report():
    shot = snapshot(
        office([task("NV1"), task("NV2"), task("NV3", deadline_text="hằng tuần")]), [row("NV1", "2025-03-13 09:00")]
    )
    assert "missing_from_report" in figure(shot, "NV2").flags
    assert "missing_from_report" not in figure(shot, "NV3").flags
    assert "missing_from_report" not in figure(snapshot(office([task("NV2")])), "NV2").flags


def agency_of(shot, code):
    return next(a for a in shot.agencies if a.agency.code == code)


def test_an_agency_that_owes_a_report_and_sent_none_has_not_submitted():
    shot = snapshot(office([task("NV1"), task("NV2", lead="STC", state="Dừng")]))
    assert agency_of(shot, "SNV").flags == ("not_submitted",)
    assert agency_of(shot, "STC").flags == ()
    assert not agency_of(shot, "STC").submitted


def test_an_agency_must_report_in_every_programme_in_which_it_owes():
    pilot = Program(code="DA06", name="Đề án 06", frequency="day")
    world = office([task("NV1"), task("NV2", program="DA06")], programs=[pilot])
    only_one = snapshot(world, [row("NV1", "2025-03-13 09:00")])
    assert agency_of(only_one, "SNV").flags == ("not_submitted",)
    both = snapshot(
        world,
        [row("NV1", "2025-03-13 09:00"), row("NV2", "2025-03-14 09:00", program="DA06", period="2025-03-14")],
    )
    assert agency_of(both, "SNV").submitted
    assert "no_update" not in figure(both, "NV2").flags


def test_a_file_received_at_the_very_cut_off_is_late():
    assert agency_of(snapshot(office([task("NV1")]), [row("NV1", "2025-03-14 16:30")]), "SNV").flags == ("late",)
    assert agency_of(snapshot(office([task("NV1")]), [row("NV1", "2025-03-14 16:29")]), "SNV").flags == ()


def test_an_ended_agency_owes_nothing_but_its_open_tasks_lack_a_receiver():
    gone = agency("SNV", valid_to=date(2025, 3, 14))
    shot = snapshot(office([task("NV1"), task("NV2", deadline_text="hằng tuần")], agencies=[gone]))
    assert agency_of(shot, "SNV").flags == ("ended",)
    assert all("no_receiving_agency" in t.flags for t in shot.tasks)
    last_day = agency("SNV", valid_to=date(2025, 3, 15))
    assert "no_receiving_agency" not in figure(snapshot(office([task("NV1")], agencies=[last_day])), "NV1").flags


@pytest.mark.parametrize(
    ("points", "flags"),
    [
        ([], ("no_focal_point", "not_submitted")),
        ([focal("SNV"), focal("SNV", full_name="Người khác", email="k@x.vn")], ("many_focal_points", "not_submitted")),
        ([focal("SNV", position="Chuyên viên")], ("focal_point_level", "not_submitted")),
        ([focal("SNV", position="Phó Trưởng phòng Tổng hợp")], ("not_submitted",)),
        ([focal("SNV"), focal("SNV", program="DA06", email="k@x.vn", position="Chuyên viên")], ("not_submitted",)),
        ([focal("SNV", valid_to=date(2025, 3, 14))], ("no_focal_point", "not_submitted")),
    ],
)
def test_one_focal_point_of_division_level(points, flags):
    shot = snapshot(office([task("NV1")], focal_points=points))
    assert agency_of(shot, "SNV").flags == flags


# --- conference (8.9, 8.14) ---------------------------------------------------------------------

MARCH = [Conference(held_on=date(2025, 2, 25)), Conference(held_on=date(2025, 3, 18))]  # lock: 15/03 at 00:00


def test_everything_in_the_last_day_before_the_lock_is_a_late_dump():
    world = office([task("NV1")], conferences=MARCH)
    meeting = date(2025, 3, 18)
    dumped = snapshot(world, [row("NV1", "2025-03-14 09:00")], conference=meeting)
    assert "late_dump" in figure(dumped, "NV1").flags
    assert "late_dump" in agency_of(dumped, "SNV").flags
    steady = snapshot(world, [row("NV1", "2025-03-06 09:00"), row("NV1", "2025-03-14 09:00")], conference=meeting)
    assert "late_dump" not in figure(steady, "NV1").flags
    assert "late_dump" not in figure(snapshot(world, [row("NV1", "2025-03-14 09:00")]), "NV1").flags


def test_one_cut_off_in_the_cycle_is_too_few_for_a_late_dump():
    soon = [Conference(held_on=date(2025, 3, 9)), Conference(held_on=date(2025, 3, 18))]
    shot = snapshot(
        office([task("NV1")], conferences=soon), [row("NV1", "2025-03-14 09:00")], conference=date(2025, 3, 18)
    )
    assert "late_dump" not in figure(shot, "NV1").flags


def test_a_conference_asks_for_the_agencys_confirmation():
    world = office([task("NV1")], conferences=MARCH)
    meeting = {"conference": date(2025, 3, 18)}
    assert "unconfirmed" in figure(snapshot(world, [row("NV1", "2025-03-13 09:00")], **meeting), "NV1").flags
    agreed = [row("NV1", "2025-03-13 09:00", confirmation="Thống nhất")]
    assert "unconfirmed" not in figure(snapshot(world, agreed, **meeting), "NV1").flags
    assert "unconfirmed" not in figure(snapshot(world, [row("NV1", "2025-03-06 09:00")], **meeting), "NV1").flags
    assert "unconfirmed" not in figure(snapshot(world, [row("NV1", "2025-03-13 09:00")]), "NV1").flags


# --- totals (8.7) -------------------------------------------------------------------------------


def test_statuses_add_up_and_every_ratio_names_its_parts():
    due = date(2025, 3, 10)
    world = office(
        [
            task("A", deadline=due), task("B", deadline=due), task("C", deadline=due), task("D"),
            task("E", deadline=date(2025, 12, 31)), task("F", deadline_text="hằng tuần"), task("G", state="Dừng"),
            task("H"),
        ]
    )  # fmt: skip
    late = {"delay_cause_kind": "Khách quan", "delay_reason": "Mưa lũ", "explanation_doc": "3/BC-SNV"}
    shot = snapshot(
        world,
        [
            done("A", "2025-03-13 09:00", "2025-03-10"),
            done("B", "2025-03-13 09:00", "2025-03-12", **late),
            done("D", "2025-03-13 09:00", "2025-03-12"),
            row("E", "2025-03-13 09:00"),
        ],
    )
    t = shot.totals
    assert sum(t.by_status.values()) == t.assigned == 8
    assert t.by_status == {
        "done_on_time": 1, "done_late": 1, "done_no_deadline": 1, "in_time": 1, "overdue": 1, "open_no_deadline": 1,
        "recurring": 1, "stopped": 1,
    }  # fmt: skip
    assert t.fractions == {
        "done_of_assigned": (3, 6),
        "on_time_of_done": (1, 2),
        "done_of_due": (2, 3),
        "updated_of_open": (1, 3),
    }
    assert t.ratios["done_of_due"] == 0.6667
    assert t.not_aggregated == 2


def test_a_ratio_without_a_denominator_is_unknown():
    assert snapshot(office([task("A", state="Dừng")])).totals.ratios == {
        "done_of_assigned": None,
        "on_time_of_done": None,
        "done_of_due": None,
        "updated_of_open": None,
    }


# --- what needs a decision (8.15) ---------------------------------------------------------------


def test_growth_tasks_come_first_then_the_longest_overdue():
    asks = {"proposal": "Đề nghị bổ sung vốn", "escalate_to": "UBND tỉnh"}
    old, older = date(2025, 3, 1), date(2025, 2, 1)
    world = office([task("A", deadline=old), task("B", deadline=older), task("C", growth_impact=True), task("D")])
    rows = [row(code, "2025-03-13 09:00", **asks) for code in "ABC"]
    rows.append(row("D", "2025-03-13 09:00", proposal="Tự xử lý", escalate_to="Cơ quan"))
    assert snapshot(world, rows).decisions == ("C", "B", "A")


@pytest.mark.parametrize(
    ("fields", "mark"), [({"deadline": date(2025, 3, 1)}, "▲"), ({"deadline": date(2025, 3, 17)}, "○"), ({}, "○")]
)
def test_the_mark_of_an_agency_tells_its_worst_task(fields, mark):
    assert agency_of(snapshot(office([task("NV1", **fields)])), "SNV").mark == mark
    clean = snapshot(office([task("NV1", deadline=date(2025, 12, 31))]), [row("NV1", "2025-03-13 09:00")])
    assert agency_of(clean, "SNV").mark == "●"


def test_a_period_still_open_is_provisional():
    assert not snapshot(office([task("NV1")])).provisional
    assert at(SATURDAY).tzinfo is not None


# --- the same tasks, split otherwise ------------------------------------------------------------


def test_every_split_adds_up_to_the_tasks_assigned():
    world = office(
        [
            task("A", deadline=date(2025, 3, 31), leader="PCT A", growth_impact=True),
            task("B", deadline=date(2025, 4, 1), assigned_by="Tỉnh ủy"),
            task("C", deadline_text="hằng tuần"),
            task("D"),
        ]
    )
    tasks = snapshot(world).tasks
    found = breakdowns(tasks, {"SNV": "Tỉnh"})
    assert {name: sum(g["assigned"] for g in groups.values()) for name, groups in found.items()} == dict.fromkeys(
        found, 4
    )
    assert {name: g["assigned"] for name, g in found["quarter"].items()} == {
        "2025-Q1": 1,
        "2025-Q2": 1,
        "Không có thời hạn": 1,
        "Định kỳ": 1,
    }
    assert found["growth_impact"]["Có"]["by_status"] == {"in_time": 1}
    assert set(found["leader"]) == {"(không ghi)", "PCT A"}
