"""Long lists and whole programmes: what an annex leaves out is said, and every line adds up to its total."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import snapshot_factory as office
from decree30 import departures
from figured import figured
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import word
from nvbatch.briefing import agency_rows, explain, figures, lists, longest, programs, urging
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.model import Snapshot, Status, Verdict
from nvbatch.stages.brief import brief

OVERDUE = tuple(f for f in office.snapshot().tasks if f.status is Status.OVERDUE)


def with_overdue(many: int) -> Snapshot:
    """An office with so many overdue tasks, each a day later than the one before."""
    snapshot, model = office.snapshot(conference=True), OVERDUE[0]
    last = office.TODAY - timedelta(days=1)
    extra = tuple(
        figured(
            model,
            task=replace(model.task, code=f"QH-{n:04d}"),
            deadline=last - timedelta(days=n),
            days_overdue=n + 1,
            lead_agency=("SNV", "STC")[n % 2],
        )
        for n in range(many)
    )
    tasks = tuple(f for f in snapshot.tasks if f.status is not Status.OVERDUE) + extra
    agencies = tuple(_counted(f, tasks) for f in snapshot.agencies)
    return replace(snapshot, tasks=tasks, agencies=agencies, totals=office.totals_of(tasks))


def _counted(figure, tasks):  # type: ignore[no-untyped-def]
    mine = [f for f in tasks if f.lead_agency == figure.agency.code]
    statuses = {f.status for f in mine}
    by_status = {s: sum(f.status is s for f in mine) for s in statuses}
    left_out = sum(not f.aggregated for f in mine)
    return replace(figure, tasks=len(mine), by_status=by_status, not_aggregated=left_out)


def text_of(folder: Path, name: str) -> str:
    return " ".join(word.document_text(folder / name).split())


# --- long annexes -------------------------------------------------------------------------------


def test_an_annex_that_is_too_long_prints_the_most_important_and_says_where_the_rest_is(tmp_path: Path) -> None:
    many = longest.LONGEST + 200
    snapshot = with_overdue(many)
    brief(snapshot, register=None, config=office.config(), templates=None, folder=tmp_path)
    text = text_of(tmp_path, "Bao-cao-tong-hop.docx")
    assert f"Có {many:,} nhiệm vụ quá hạn chưa hoàn thành".replace(",", ".") in text
    said = (
        "Phụ lục này nêu 1.000 nhiệm vụ quá hạn lâu nhất; 200 nhiệm vụ còn lại xem trang «Quá hạn» của Bảng tổng hợp "
        "(tệp Tong-hop-nhiem-vu.xlsx)."
    )
    annex = text[text.index(said) : text.index("Phụ lục II ")]
    assert re.findall(r"QH-\d{4}", annex) == [f"QH-{n:04d}" for n in range(many - 1, many - 1001, -1)]
    assert departures(tmp_path / "Bao-cao-tong-hop.docx") == []


def test_a_list_that_fits_says_nothing_about_a_rest() -> None:
    assert all(found.rest == "" for found in lists.lists(SortedTasks(office.snapshot()), office.config()).values())


def test_what_is_kept_of_a_list_stands_in_the_list_s_own_order() -> None:
    found = longest.annexed(OVERDUE, "Quá hạn", order="x", by=longest.LATEST, first=longest.EARLIEST, most=3)
    kept = sorted(OVERDUE, key=lambda f: (f.deadline, f.task.code))[:3]
    assert list(found.shown) == sorted(kept, key=lambda f: (-f.days_overdue, f.task.code))
    assert found.many == len(OVERDUE)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12), st.integers(1, 14))
def test_the_first_by_rank_are_those_that_sorting_all_would_bring_first(
    said: list[tuple[bool, int]], most: int
) -> None:
    found = [replace(OVERDUE[0], updated=one, days_overdue=days) for one, days in said]
    places = {id(figure): at for at, figure in enumerate(found)}
    ranks = (lambda f: f.updated, lambda f: f.days_overdue, lambda f: places[id(f)])
    first = longest.foremost(found, ranks, most)
    assert longest.ordered(first, ranks) == longest.ordered(found, ranks)[:most]


@pytest.mark.parametrize(
    ("sizes", "most", "each"),
    [
        ([3, 4, 5], 100, 100),
        ([10, 100, 100], 110, 50),
        ([1000] * 4, 40, 10),
        ([1000] * 100, 100, longest.FEWEST),
        ([], 9, 9),
    ],
)
def test_short_lists_leave_their_room_to_long_ones(sizes: list[int], most: int, each: int) -> None:
    assert longest.room_for_each(sizes, most) == each


def test_every_agency_finds_its_own_tasks_however_long_the_letter(tmp_path: Path) -> None:
    snapshot = with_overdue(longest.LONGEST_BY_AGENCY + 1000)
    late = urging.urged(SortedTasks(snapshot))
    groups = urging.letter(snapshot, office.config(), late, "")["agencies"]
    rows = {group["name"]: len(group["tasks"]) for group in groups if group["tasks"]}
    assert set(rows.values()) == {longest.LONGEST_BY_AGENCY // 2}
    said = "(nêu 1.500 nhiệm vụ quá hạn lâu nhất; đầy đủ tại tệp phản hồi gửi cơ quan)"
    assert sum(said in group["state"] for group in groups) == 2
    listed = explain.explanations(snapshot, office.config())["agencies"]
    assert any("nhiệm vụ có thời hạn sớm nhất." in group["silent"] for group in listed)


# --- who and what is counted --------------------------------------------------------------------


def test_ended_agencies_are_not_judged_but_their_tasks_are_counted(tmp_path: Path) -> None:
    snapshot = office.snapshot()
    first = next(f for f in snapshot.agencies if f.tasks)
    ended = replace(first, flags=(*first.flags, "ended"))
    changed = replace(snapshot, agencies=tuple(ended if f is first else f for f in snapshot.agencies))
    judged = sum(bool(f.tasks) for f in snapshot.agencies) - 1
    assert figures.results(changed)[0].startswith(f"Trong {judged} cơ quan có nhiệm vụ: ")
    assert "(không tính 01 cơ quan đã kết thúc hoạt động)" in figures.results(changed)[0]
    assert agency_rows.agency_row(ended, 1).mark == "Đã kết thúc hoạt động"
    brief(changed, register=None, config=office.config(), templates=None, folder=tmp_path)
    assert "Tổng cộng 120 56" in text_of(tmp_path, "Bao-cao-tong-hop.docx")


def test_a_lead_agency_that_the_register_does_not_know_stands_in_the_table_all_the_same(tmp_path: Path) -> None:
    snapshot = office.snapshot()
    stray = replace(OVERDUE[0], lead_agency="LẠ", task=replace(OVERDUE[0].task, code="LẠC-1"))
    tasks = (*snapshot.tasks, stray)
    changed = replace(snapshot, tasks=tasks, totals=office.totals_of(tasks))
    brief(changed, register=None, config=office.config(), templates=None, folder=tmp_path)
    for name in ("Bao-cao-tong-hop.docx", "Thong-bao-ket-qua.docx"):
        text = text_of(tmp_path, name)
        assert "LẠ (chưa có trong danh mục cơ quan) 1 0 0 0 1 0" in text
        assert "Tổng cộng 121 56" in text


def test_the_target_of_100_percent_stands_beside_what_keeps_the_office_from_it() -> None:
    said = " ".join(figures.results(office.snapshot()))
    late = sum(f.status is Status.DONE_LATE for f in office.snapshot().tasks)
    assert f"Mục tiêu 100% nhiệm vụ đúng tiến độ: chưa đạt, còn 17 nhiệm vụ quá hạn và {late:02d} nhiệm vụ đã" in said
    well = tuple(f for f in office.snapshot().tasks if f.status is Status.DONE_ON_TIME)
    done = replace(office.snapshot(), tasks=well, totals=office.totals_of(well))
    assert "đạt đến thời điểm báo cáo" in " ".join(figures.results(done))


def test_tasks_finished_late_have_a_list_of_their_own(tmp_path: Path) -> None:
    snapshot = office.snapshot()
    brief(snapshot, register=None, config=office.config(), templates=None, folder=tmp_path)
    text = text_of(tmp_path, "Bao-cao-tong-hop.docx")
    late = sorted(
        (f for f in snapshot.tasks if f.status is Status.DONE_LATE), key=lambda f: (-f.days_overdue, f.task.code)
    )
    assert late
    said = f"Ngoài ra có {len(late):02d} nhiệm vụ đã hoàn thành nhưng trễ hạn; danh sách tại Phụ lục II."
    assert said in text[: text.index("V. Nhiệm vụ sắp đến hạn")]
    annex = text[text.index("Danh sách nhiệm vụ hoàn thành trễ hạn") : text.index("Phụ lục III ")]
    assert re.findall(r"NV-\d+-\d+", annex) == [f.task.code for f in late]
    first = late[0]
    assert first.row is not None and first.deadline is not None
    done: date = first.row.get("completed_on")
    assert f"{first.deadline:%d/%m/%Y} {done:%d/%m/%Y} {first.days_overdue}" in annex


def test_newly_assigned_tasks_that_nobody_has_taken_up_are_told(tmp_path: Path) -> None:
    snapshot = office.snapshot()
    given = snapshot.tasks[0]
    told = replace(snapshot, tasks=tuple(figured(f, new=f is given) for f in snapshot.tasks))
    brief(told, register=None, config=office.config(), templates=None, folder=tmp_path)
    name = next(f.agency.name for f in snapshot.agencies if f.agency.code == given.lead_agency)
    said = f"Nhiệm vụ mới giao, cơ quan chưa báo cáo tiếp nhận (01): {name} (01)."
    assert said in text_of(tmp_path, "Bao-cao-tong-hop.docx")


def test_a_task_that_was_sent_back_is_listed_with_the_office_s_opinion() -> None:
    verdict = Verdict(task_code="x", verdict="Trả lại", assessed_on=date(2026, 11, 19), opinion="Thiếu\n biên bản")
    sent_back = figured(OVERDUE[0], verdict=verdict, flags=(*OVERDUE[0].flags, "returned"))
    assert explain.why(sent_back).endswith("Văn phòng trả lại ngày 19/11/2026: Thiếu biên bản")
    asked = figured(OVERDUE[0], verdict=replace(verdict, verdict="Cần làm rõ", opinion=None))
    assert explain.why(asked).endswith("Văn phòng đề nghị làm rõ ngày 19/11/2026")
    assert "Văn phòng" not in explain.why(figured(OVERDUE[0], verdict=replace(verdict, verdict="Đạt")))


# --- the programme report -----------------------------------------------------------------------


def test_each_programme_says_done_of_assigned_by_quarter_and_agency() -> None:
    snapshot = office.snapshot()
    report = programs.programs_report(snapshot, office.config(), agency_rows.agency_names(snapshot))
    assert [one["annex"] for one in report["programs"]] == ["Phụ lục I", "Phụ lục II"]
    for one, (code, group) in zip(report["programs"], programs.by_program(snapshot).items(), strict=True):
        total = one["total"]
        assert (total.done, total.assigned) == (str(sum(f.done for f in group)), str(len(group)))
        assert int(total.assigned) == snapshot.totals.by_program[code]["assigned"]
        for line in (*one["rows"], total):
            cells = [cell.split("/") for cell in (line.q1, line.q2, line.q3, line.q4, line.other) if cell != "–"]
            assert sum(int(done) for done, _ in cells) == int(line.done)
            assert sum(int(of) for _, of in cells) == int(line.assigned)
        assert sum(int(line.assigned) for line in one["rows"]) == int(total.assigned)


def test_a_task_counts_in_the_quarter_of_its_deadline_in_the_year_of_as_of() -> None:
    model = next(f for f in office.snapshot().tasks if f.status is Status.IN_TIME)
    written = ("2026-01-01", "2026-03-31", "2026-04-01", "2026-12-31", "2025-12-31", "2027-01-01")
    days = [date.fromisoformat(day) for day in written]
    tasks = (*(figured(model, deadline=day) for day in days), figured(model, deadline=None))
    snapshot = replace(office.snapshot(), tasks=tasks, totals=office.totals_of(tasks))
    total = programs.programs_report(snapshot, office.config(), {})["total"]
    assert (total.q1, total.q2, total.q3, total.q4, total.other) == ("0/2", "0/1", "–", "0/1", "0/3")


def test_a_percentage_of_a_programme_stands_beside_its_figures() -> None:
    for sentence in programs.programs_report(office.snapshot(), office.config(), {})["sentences"]:
        for after in re.split(r"\d+(?:,\d+)?%", sentence)[1:]:
            assert re.match(r" \([\d.]+/[\d.]+; chưa tổng hợp \d+\)", after)
