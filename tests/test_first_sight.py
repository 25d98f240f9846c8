"""What is seen of a task at first sight is what its rules would say, and most tasks need no more than that."""

from __future__ import annotations

from datetime import date
from itertools import product
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from office_world import agency, at, done, office, row, snapshot, task

from nvbatch.first_sight import FirstSight
from nvbatch.model import Extension, Finding, Handover, Program, Row, RowSource, Severity, Verdict
from nvbatch.stages import assess as stage
from nvbatch.standing import asks_for_time, lines_asking, lines_done, reported_done


def mostly(*usual):
    """What is usual, and at times something else."""
    return lambda *odd: st.sampled_from((*usual * (8 // len(usual)), *odd))


DAYS = tuple(map(date.fromisoformat, ("2024-12-30", "2025-03-10", "2025-03-14", "2025-03-15", "2025-03-18")))
UNDER_WAY = {"reported_status": "Đang thực hiện", "progress": 40.0, "confirmation": "Thống nhất"}
FINISHED = {"reported_status": "Đã hoàn thành", "progress": 100.0, "result": "Đã ban hành", "result_doc": "12/QĐ"}
ANYTHING = st.fixed_dictionaries(
    {
        "reported_status": st.sampled_from(("Chưa thực hiện", "Đã hoàn thành", "Đề nghị gia hạn", None)),
        "completed_on": st.sampled_from((None, *DAYS)),
        "result": st.sampled_from(("Đã ban hành", None)),
        "result_doc": st.sampled_from(("12/QĐ-UBND", None)),
        "requested_deadline": st.sampled_from((None, date(2025, 6, 30))),
    }
)
CELLS = st.one_of(
    st.just(UNDER_WAY),
    st.just(UNDER_WAY),
    st.builds(lambda day: {**FINISHED, "completed_on": day}, st.sampled_from(DAYS)),
    ANYTHING,
)
FIELDS = ("reported_status", "completed_on", "result", "result_doc", "requested_deadline", "progress", "confirmation")
SENT = mostly(("2025-03-13 09:00",))((), ("2025-03-06 09:00", "2025-03-14 09:00"), ("2025-03-06 09:00",))
AGENCIES = (agency("SNV"), agency("STC"), agency("CU", valid_to=date(2025, 2, 28)))
PHRASES = ("trước ngày 14/3/2025", "giữa tháng 3/2025", "hằng tuần")


def a_file(owner, program, received, codes, lines, odd):
    """All that an agency sent in one workbook; something was found on the lines of ``odd``."""
    moment = at(received)
    year, week, _ = moment.isocalendar()
    columns = {key: tuple(line.get(key) for line in lines) for key in FIELDS}
    source = RowSource(
        submission=f"{owner}-{program}-{received}",
        agency=owner,
        program=program,
        period=f"{year}-W{week:02d}",
        received_at=moment,
        sequence=int(moment.timestamp()),
        file=f"{owner}.xlsx",
        sha256=f"{owner}{program}{received}",
        sheet="Nhiệm vụ",
        letters={},
        rows=tuple(range(8, 8 + len(lines))),
        columns={"task_code": codes, "narrative": ("Đã trình dự thảo lần hai",) * len(lines), **columns},
        incomplete={line: ("C401",) for line in odd if line % 2},
        flags={line: ("disputed",) for line in odd if not line % 2},
    )
    return [Row(source, line) for line in range(len(lines))]


@st.composite
def offices(draw):
    """A register, the rows of its agencies' files, and what else is told of its tasks."""
    codes = [f"NV{n}" for n in range(1, draw(st.integers(4, 12)))]
    tasks = [
        task(
            code,
            draw(mostly("SNV", "STC")("CU")),
            program=draw(mostly("CHUNG")("CDS", "LẠ")),
            doc_date=draw(mostly(date(2025, 1, 6))(date(2024, 5, 6), None)),
            deadline=draw(mostly(date(2025, 6, 30), date(2025, 3, 14))(None, None, None, *DAYS)),
            deadline_text=draw(mostly(None)(*PHRASES)),
            state=draw(mostly("Đang theo dõi")("Dừng")),
        )
        for code in codes
    ]
    rows, reported = [], {}
    for owner, program in product(("SNV", "STC", "CU"), ("CHUNG", "CDS")):
        own = [t.code for t in tasks if t.lead_agency == owner and (t.program == "CDS") == (program == "CDS")]
        for received in draw(SENT):
            said = sorted({*own, *draw(mostly(())(*zip(codes)))})
            if said:
                lines = draw(st.lists(CELLS, min_size=len(said), max_size=len(said)))
                odd = draw(st.sets(st.integers(0, len(said) - 1), max_size=1))
                rows += a_file(owner, program, received, tuple(said), lines, odd)
                reported[rows[-1].submission] = said[draw(st.sampled_from((0, 0, 0, 1))) :]
    some = mostly(())(*zip(codes[:4]))
    register = office(
        tasks,
        agencies=AGENCIES,
        programs=[Program(code="CDS", name="Chuyển đổi số", frequency="week")],
        extensions=[extension(code) for code in draw(some)],
        verdicts=[verdict(code) for code in draw(some)],
        handovers=[handover(code) for code in draw(mostly(())(("NV1",), ("NV1",), ("*",)))],
    )
    told = [not_theirs(code) for code in draw(some)]
    conference = draw(mostly(None)(date(2025, 3, 20)))
    return register, rows, {"findings": told, "reported": reported, "conference": conference}


def extension(code):
    return Extension(
        task_code=code, ordinal=1, new_deadline=date(2025, 6, 30), approval_doc="5/UBND", approved_on=date(2025, 3, 1)
    )


def verdict(code):
    return Verdict(task_code=code, verdict="Trả lại", assessed_on=date(2025, 3, 14), row=9)


def handover(code):
    return Handover(task_code=code, from_agency="SNV", to_agency="STC", effective_on=date(2025, 3, 14))


def not_theirs(code):
    sent = "SNV-CHUNG-2025-03-13 09:00"
    return Finding(rule="M603", severity=Severity.ERROR, message="", task=code, submission=sent)


@given(offices())
def test_at_first_sight_the_same_is_seen_as_when_every_rule_is_asked(world):
    register, rows, more = world
    seen = snapshot(register, rows, **more)
    with patch.object(FirstSight, "figures", lambda self, tasks: [None] * len(tasks)):
        asked = snapshot(register, rows, **more)
    assert seen.tasks == asked.tasks
    assert seen == asked


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_of_a_file_the_same_lines_are_done_and_ask_for_time_as_of_its_rows(lines):
    rows = a_file("SNV", "CHUNG", "2025-03-13 09:00", ("NV1",) * len(lines), lines, ())
    columns = rows[0].source.columns
    assert lines_done(columns) == {row.line: row.get("completed_on") for row in rows if reported_done(row)}
    assert lines_asking(columns) == {row.line for row in rows if asks_for_time(row)}


def test_a_file_without_the_columns_has_no_such_lines():
    assert (lines_done({"task_code": ("NV1",)}), lines_asking({"task_code": ("NV1",)})) == ({}, set())


def test_no_rule_is_asked_of_tasks_that_go_as_they_should():
    tasks = [task("NV1", deadline=date(2025, 4, 30)), task("NV2", "STC", deadline=date(2025, 3, 17))]
    said = [row("NV1", "2025-03-13 09:00"), done("NV2", "2025-03-13 10:00", "2025-03-10", agency="STC")]
    with patch.object(stage, "_case", side_effect=AssertionError("asked")):
        shot = snapshot(office(tasks), said)
    assert [(t.status, t.flags, t.updated) for t in shot.tasks] == [("in_time", (), True), ("done_on_time", (), True)]
