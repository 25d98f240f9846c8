"""The check stage: rows of all files together, each finding at its cell, each row with its fate."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import (
    FORM,
    RECEIVED,
    ZONE,
    good_row,
    small_check,
    small_config,
    small_reading,
    small_register,
    small_submission,
)

from nvbatch.calendar import Calendar
from nvbatch.model import Note, Reading, Severity, Stamp, Waiver
from nvbatch.pieces import Piece, Spelling, pieces
from nvbatch.refused import file_findings
from nvbatch.row_frame import chunks, frame_of
from nvbatch.rules.columns import shown
from nvbatch.rules.policy import Policy
from nvbatch.schema_frame import failures

DAY = date(2025, 3, 15)


def codes(checked: Any) -> list[str]:
    return [finding.rule for finding in checked.findings]


# --- a finding knows its place ------------------------------------------------------------------


def test_a_finding_carries_file_sheet_row_cell_value_and_what_was_expected() -> None:
    checked = small_check([small_reading([good_row("NV-1"), good_row("NV-2", progress="120%")])])
    (finding,) = checked.findings
    assert (finding.rule, finding.severity) == ("C404", Severity.ERROR)
    assert (finding.sheet, finding.row, finding.cell, finding.column) == ("Nhiệm vụ", 9, "N9", "progress")
    assert (finding.value, finding.expected) == ("120%", "0–100")
    assert (finding.agency, finding.task) == ("SNV", "NV-2")
    assert (finding.file, finding.submission) == ("tep-1.xlsx", "000001-0")
    assert finding.message == "«Tiến độ (%)» ghi «120%», không phải là số từ 0 đến 100."


def test_moved_columns_change_only_the_letters() -> None:
    plain = small_reading([good_row("NV-1", progress="120%")])
    assert plain.tasks is not None
    moved = replace(plain, tasks=replace(plain.tasks, letters={**plain.tasks.letters, "progress": "AZ"}))
    (before,), (after,) = small_check([plain]).findings, small_check([moved]).findings
    assert after == replace(before, cell="AZ8")


def test_a_misspelt_choice_is_asked_about_and_the_list_is_shown() -> None:
    (finding,) = small_check([small_reading([good_row("NV-1", reported_status="Đang thực hiên rồi")])]).findings
    assert finding.rule == "C406"
    assert "Có phải là «Đang thực hiện»?" in finding.message
    assert "«Chưa thực hiện», «Đang thực hiện», «Đã hoàn thành»" in finding.fix


def test_a_long_value_is_quoted_short_and_kept_whole() -> None:
    text = "=" + "A1+" * 100 + "1"
    (finding,) = small_check([small_reading([good_row("NV-1", note=text)])]).findings
    assert finding.rule == "C411" and finding.value == text
    assert len(finding.message) < 250 and "…" in finding.message


def test_agency_text_is_data_never_a_template() -> None:
    (finding,) = small_check([small_reading([good_row("NV-1", reported_status="{expected} {0} %s")])]).findings
    assert "«{expected} {0} %s»" in finding.message


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567.0, "1234567"), (99.5, "99,5"), (date(2025, 3, 5), "05/03/2025"), (None, ""), ("Sở Y tế", "Sở Y tế")],
)
def test_values_are_shown_as_people_write_them(value: Any, words: str) -> None:
    assert shown(value) == words


# --- rows come out typed ------------------------------------------------------------------------


def test_a_merged_row_has_its_typed_values_and_its_source() -> None:
    (row,) = small_check([small_reading([good_row("nv-1", updated_on="13/03/2025", progress="85%")])]).rows
    assert (row.get("task_code"), row.get("updated_on"), row.get("progress")) == ("NV-1", date(2025, 3, 13), 85.0)
    assert (row.sheet, row.row, row.cell("progress")) == ("Nhiệm vụ", 8, "N8")
    assert (row.agency, row.program, row.period, row.received_at) == ("SNV", "CHUNG", "2025-W11", RECEIVED)
    assert row.raw == {"updated_on": "13/03/2025"}


def test_a_held_row_keeps_what_was_written() -> None:
    (row,) = small_check([small_reading([good_row("NV-1", updated_on="31/11/2025")])]).held
    assert row.get("updated_on") == "31/11/2025"


def test_a_blank_date_of_update_takes_the_date_of_the_form() -> None:
    (row,) = small_check([small_reading([good_row("NV-1", updated_on=None)], info={"prepared_on": "2025-03-12"})]).rows
    assert row.get("updated_on") == date(2025, 3, 12)


def test_columns_that_the_form_does_not_have_stay_beside_the_row() -> None:
    reading = small_reading([good_row("NV-1"), good_row("NV-2")])
    assert reading.tasks is not None
    table = replace(reading.tasks, extras={"AE": "Mã hồ sơ"}, extra_values={"AE": ("HS-01", None)})
    first, second = small_check([replace(reading, tasks=table)]).rows
    assert (first.extras, second.extras) == ({"Mã hồ sơ": "HS-01"}, {})


def test_a_collective_code_means_the_agencys_own_member() -> None:
    register = replace(small_register({"NV-9-SNV": {}, "NV-9-STC": {"lead_agency": "STC"}}), parents={
        "NV-9": ("NV-9-SNV", "NV-9-STC")
    })  # fmt: skip
    (row,) = small_check([small_reading([good_row("NV-9")])], register=register).rows
    assert row.get("task_code") == "NV-9-SNV"
    assert Spelling((), register).of("NV-9", "SYT") == "NV-9"


# --- what counts --------------------------------------------------------------------------------


def test_read_is_merged_and_held_and_skipped() -> None:
    blank = dict.fromkeys(FORM.agency_keys)
    reading = small_reading(
        [
            good_row("NV-1"),
            good_row("NV-2", progress="gần xong"),
            good_row("NV-3", **blank),
            good_row("NV-4"),
            good_row("NV-4"),
            good_row("NV-x"),
        ]
    )
    checked = small_check([reading])
    assert checked.counts == {"000001-0": (6, 2, 2)}
    assert (len(checked.rows), len(checked.held)) == (2, 2)
    assert checked.reported == {"000001-0": frozenset({"NV-1", "NV-2", "NV-3", "NV-4", "NV-x"})}


def test_a_file_without_any_update_is_no_trouble() -> None:
    blank = dict.fromkeys(FORM.agency_keys)
    checked = small_check([small_reading([good_row("NV-1", **blank)]), small_reading([])])
    assert checked.counts == {"000001-0": (1, 0, 1), "000002-0": (0, 0, 0)}
    assert not checked.findings and not checked.rows


def test_of_a_row_that_is_no_update_only_the_structure_is_told() -> None:
    blank = dict.fromkeys(FORM.agency_keys)
    notes = [
        Note(rule="S209", sheet="Nhiệm vụ", row=8, args={"what": "trong dòng ẩn 8"}),
        Note(rule="C411", sheet="Nhiệm vụ", row=8, column="no", value="=1"),
    ]
    assert codes(small_check([small_reading([good_row("NV-1", **blank)], notes=notes)])) == ["S209"]


def test_people_as_issued_are_no_update_also_when_one_was_cleared() -> None:
    blank = dict.fromkeys(FORM.agency_keys)
    people = {"accountable_head": "Trần Văn Đứng", "assignee": "Phòng Một"}
    stamp = Stamp(form="BM01", version="1", issued={"NV-1": people})
    rows = [good_row("NV-1", **{**blank, **people})], [good_row("NV-1", **{**blank, "assignee": "PHÒNG MỘT"})]
    for given_rows in rows:
        assert small_check([small_reading(given_rows, stamp=stamp)]).counts == {"000001-0": (1, 0, 1)}


def test_every_file_keeps_its_own_findings_in_order() -> None:
    readings = [
        small_reading([good_row("NV-1", progress=120.0)]),
        small_reading([good_row("NV-1", difficulty="Thiếu nhân lực"), good_row("NV-2", progress=120.0)]),
    ]
    found = [(f.submission, f.row, f.rule) for f in small_check(readings).findings]
    assert found == [("000001-0", 8, "C404"), ("000002-0", 9, "C404"), ("000002-0", 8, "R508")]


def test_blank_cells_of_a_row_are_told_in_the_order_of_the_form_however_many_files_there_are() -> None:
    blank = good_row("NV-1", accountable_head=None, supervisor=None, updated_on=None, narrative=None, progress=None)
    for files in (1, 2, 3, 30):
        found = [f.column for f in small_check([small_reading([blank])] * files).findings if f.rule == "C401"]
        assert found == ["accountable_head", "supervisor", "updated_on", "narrative", "progress"] * files


def test_the_agency_that_leads_is_the_one_of_the_day_of_receipt() -> None:
    from nvbatch.model import Handover

    moved = Handover(task_code="NV-1", from_agency="SNV", to_agency="STC", effective_on=date(2025, 3, 14))
    register = small_register(handovers=[moved])
    readings = [small_reading([good_row("NV-1")])] * 3
    submissions = [
        small_submission("SNV", RECEIVED - timedelta(days=1), 1),
        small_submission("SNV", RECEIVED, 2),
        small_submission("STC", RECEIVED, 3),
    ]
    checked = small_check(readings, register=register, submissions=submissions)
    assert [(f.submission, f.rule) for f in checked.findings] == [("000002-0", "M603")]
    assert "Sở Tài chính chủ trì, không phải Sở Nội vụ" in checked.findings[0].message


def test_the_receipt_day_is_the_calendar_day_at_the_office() -> None:
    """Half past five in the afternoon in UTC is the next day in Việt Nam: done on that day is not in the future."""
    at = datetime.fromisoformat("2025-03-13T17:30:00+00:00")
    done = good_row(
        "NV-1",
        reported_status="Đã hoàn thành",
        progress=100.0,
        completed_on=date(2025, 3, 14),
        result="Đã ban hành kế hoạch",
        result_doc="12/KH-UBND",
    )
    assert at.astimezone(ZONE).date() == date(2025, 3, 14)
    assert codes(small_check([small_reading([done])], submissions=[small_submission(received_at=at)])) == []


def test_an_approval_after_as_of_is_not_known_yet() -> None:
    from nvbatch.model import Extension

    asks = good_row(
        "NV-1", reported_status="Đề nghị gia hạn", requested_deadline=date(2025, 9, 30), extension_reason="Chờ Bộ"
    )
    extensions = [
        Extension(task_code="NV-1", ordinal=i, new_deadline=date(2025, 8, 31), approval_doc="1/TB", approved_on=on)
        for i, on in enumerate([date(2025, 3, 1), date(2025, 3, 20)], 1)
    ]
    register = small_register(extensions=extensions)
    before = small_check([small_reading([asks])], register=register, policy=Policy(day=date(2025, 3, 15)))
    after = small_check([small_reading([asks])], register=register, policy=Policy(day=date(2025, 3, 20)))
    assert (codes(before), codes(after)) == (["R506"], [])


# --- policy -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "severity", "held"),
    [
        (Policy(day=DAY), Severity.ERROR, 1),
        (Policy(day=DAY, as_warning=frozenset({"C404"})), Severity.WARNING, 0),
        (Policy(day=DAY, off=frozenset({"C404"})), None, 0),
        (
            Policy(
                day=DAY,
                waivers=(
                    Waiver(rule="C404", agency="SNV", task_code=None, reason="x", approved_by="y", expires_on=DAY),
                ),
            ),
            Severity.INFO,
            0,
        ),
    ],
    ids=["in force", "demoted", "switched off", "waived on its last day"],
)
def test_the_severity_after_the_policy_decides(policy: Policy, severity: Severity | None, held: int) -> None:
    checked = small_check([small_reading([good_row("NV-1", progress=120.0)])], policy=policy)
    assert [f.severity for f in checked.findings] == ([severity] if severity else [])
    assert [f.waived for f in checked.findings] == ([severity is Severity.INFO] if severity else [])
    assert len(checked.held) == held


def test_a_waived_rule_raises_no_flag() -> None:
    waiver = Waiver(rule="R507", agency="SNV", task_code="NV-1", reason="x", approved_by="y", expires_on=DAY)
    rows = [good_row(code, accountable_head="Phó Giám đốc Ba") for code in ("NV-1", "NV-2")]
    first, second = small_check([small_reading(rows)], policy=Policy(day=DAY, waivers=(waiver,))).rows
    assert (first.flags, second.flags) == ((), ("deputy_accountable",))


def test_a_row_keeps_every_incomplete_rule_that_counts() -> None:
    row = good_row("NV-1", supervisor=None, narrative="nt", reported_status="Đã hoàn thành", progress=100.0)
    (merged,) = small_check([small_reading([row])]).rows
    assert merged.incomplete == ("C401", "C408", "R501")


# --- proposals ----------------------------------------------------------------------------------


def test_a_proposal_is_a_value_that_waits() -> None:
    change = {
        "change_kind": "Thay đổi thời hạn",
        "task_code": "nv-1",
        "old_value": "30/6",
        "new_value": "30/9",
        "reason": "Chờ hướng dẫn của Bộ",
        "proposal_doc": "12/TTr-SNV",
    }
    checked = small_check([small_reading([good_row("NV-1")], [change, {**change, "reason": "-", "task_code": "NV-x"}])])
    good, bad = checked.changes
    assert (good.agency, good.sheet, good.row, good.complete) == ("SNV", "Biến động", 2, True)
    assert (good.values["task_code"], bad.complete) == ("NV-1", False)
    waiting, lacking = checked.findings
    assert (waiting.rule, waiting.task, waiting.cell) == ("M606", "NV-1", "E2")
    assert (lacking.rule, lacking.task, lacking.cell) == ("M605", None, "F3")


def test_a_note_on_the_sheet_of_proposals_lies_there() -> None:
    change = {"change_kind": "Xin thôi", "task_code": "NV-1", "reason": "Chờ Bộ", "proposal_doc": "12/TTr-SNV"}
    checked = small_check([small_reading([good_row("NV-1")], [change])])
    assert [(f.rule, f.sheet, f.cell) for f in checked.findings] == [
        ("C406", "Biến động", "A2"),
        ("M606", "Biến động", "E2"),
    ]
    assert "«Bỏ bớt»" in checked.findings[0].fix


# --- frames -------------------------------------------------------------------------------------


def framed(readings: list[Any], register: Any = None) -> Any:
    register = register or small_register()
    return frame_of(sorted_lines(readings, register), form=FORM, register=register, today=DAY)


def sorted_lines(readings: list[Any], register: Any) -> tuple[Piece, ...]:
    batch = [(small_submission(sequence=i), reading) for i, reading in enumerate(readings, 1)]
    spelling = Spelling(batch, register)
    return pieces(batch, form=FORM, register=register, calendar=Calendar(small_config()), spelling=spelling)


def test_a_frame_has_dates_as_dates_and_numbers_as_numbers() -> None:
    frame = framed([small_reading([good_row("NV-1", updated_on="13/03/2025"), good_row("NV-x")])])
    assert str(frame["updated_on"].dtype).startswith("datetime64") and str(frame["progress"].dtype) == "float64"
    assert list(frame["r_known"]) == [True, False]
    assert frame["r_deadline"].dt.date.tolist()[0] == date(2025, 6, 30)


def test_an_office_may_demand_what_no_rule_asks_for() -> None:
    """A form of the office's own: the note is required, the number has a list."""
    demands = {"note": {"required": True}, "explanation_doc": {"choices": ("Có", "Không")}}
    columns = tuple(replace(column, **demands.get(column.key, {})) for column in FORM.tasks.columns)
    form = replace(FORM, tasks=replace(FORM.tasks, columns=columns))
    frame = frame_of(
        sorted_lines([small_reading([good_row("NV-1", explanation_doc="nháp")])], small_register()),
        form=form,
        register=small_register(),
        today=DAY,
    )
    found = [(rule.code, hit.column) for rule, hit in failures(frame, form, small_config().rules)]
    assert found == [("C406", "explanation_doc"), ("C401", "note")]


def test_frames_take_whole_files_up_to_their_size() -> None:
    readings = [small_reading([good_row(f"NV-{i}") for i in (1, 2, 3)]) for _ in range(5)]
    sorted_ = sorted_lines(readings, small_register())
    assert [len(chunk) for chunk in chunks(sorted_, rows=7)] == [2, 2, 1]
    assert [len(chunk) for chunk in chunks(sorted_, rows=2)] == [1, 1, 1, 1, 1]


def test_frames_cut_anywhere_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [small_reading([good_row("NV-1", progress=120.0), good_row("NV-2", note="x")]) for _ in range(4)]
    whole = small_check(readings)
    monkeypatch.setattr("nvbatch.stages.check.chunks", lambda given: chunks(given, rows=3))
    assert small_check(readings) == whole


def test_a_schema_check_that_breaks_is_our_own_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """pandera reports a check that raised without a row: silence would be a dead rule."""
    from nvbatch import schema_frame
    from nvbatch.rules import cell

    def broken(column: Any) -> Any:
        raise RuntimeError("broken")

    broken.rule = cell.required_field_is_filled.rule  # type: ignore[attr-defined]
    monkeypatch.setattr(cell, "required_field_is_filled", broken)
    schema_frame._schema.cache_clear()
    with pytest.raises(AssertionError, match="C401"):
        list(failures(framed([small_reading([good_row("NV-1")])]), FORM, small_config().rules))
    schema_frame._schema.cache_clear()


# --- properties ---------------------------------------------------------------------------------

CELLS: dict[str, st.SearchStrategy[Any]] = {
    "task_code": st.sampled_from(["NV-1", "NV-2", "nv-2", "NV-x", None]),
    "accountable_head": st.sampled_from(["Trần Văn Đứng", "Phó Giám đốc Ba", None]),
    "narrative": st.one_of(
        st.none(), st.sampled_from(["nt", "Đã hoàn thành việc rà soát hồ sơ"]), st.text(max_size=40)
    ),
    "progress": st.one_of(st.none(), st.floats(-5, 130), st.sampled_from(["85%", "gần xong", "1"])),
    "reported_status": st.sampled_from(["Đang thực hiện", "ĐÃ HOÀN THÀNH", "Đề nghị gia hạn", "Hoãn", None]),
    "updated_on": st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.sampled_from(["31/11/2025"])),
    "completed_on": st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2025, 12, 31))),
    "requested_deadline": st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2026, 12, 31))),
    "difficulty": st.one_of(st.none(), st.text(max_size=10)),
    "deadline": st.one_of(st.none(), st.just(date(2025, 6, 30)), st.text(max_size=12)),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_whatever_is_written_every_row_has_one_fate_and_every_finding_a_cell_of_the_form(rows: list[Any]) -> None:
    checked = small_check([small_reading([good_row(None, **row) for row in rows])])
    read, held, skipped = checked.counts["000001-0"]
    assert (read, held) == (len(rows), len(checked.held))
    assert read == len(checked.rows) + held + skipped
    assert {row.row for row in checked.rows} & {row.row for row in checked.held} == set()
    stopped = {f.row for f in checked.findings if f.severity is Severity.ERROR}
    assert stopped <= {row.row for row in checked.held}
    places = [(f.rule, f.row, f.column) for f in checked.findings]
    assert len(places) == len(set(places))
    assert all("{" not in f.fix and f.message for f in checked.findings)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_the_same_rows_give_the_same_findings(rows: list[Any]) -> None:
    reading = small_reading([good_row(None, **row) for row in rows])
    assert small_check([reading]) == small_check([reading])


# --- a file that is none ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("thư không kèm tệp Excel", "Không có bảng tính nào để đọc: thư không kèm tệp Excel."),
        ("tệp nén không chứa tệp Excel", "Không có bảng tính nào để đọc: tệp nén không chứa tệp Excel."),
        ("ảnh PNG", "Tệp không đọc được như một bảng tính: ảnh PNG."),
    ],
)
def test_a_mail_without_a_workbook_is_not_called_an_unreadable_file(what: str, message: str) -> None:
    empty = Reading(sha256="0" * 64, format="", notes=(Note(rule="F101", args={"what": what}),))
    (finding,) = file_findings(small_submission(), empty, form=FORM, policy=Policy())
    assert finding.message == message
