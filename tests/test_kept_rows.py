"""Rows of the master that were drawn before: taken where nothing of them has changed, and nobody can tell which."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import snapshot_factory as factory
from hypothesis import given
from hypothesis import strategies as st
from lone_row import rewritten
from python_calamine import CalamineWorkbook

from nvbatch.config import Config
from nvbatch.form import Form, load_form
from nvbatch.longrows import LongRows
from nvbatch.master import body, findings, lists, recipe, tasks
from nvbatch.master.kept import told, written
from nvbatch.master.source import Source
from nvbatch.model import Snapshot, Status, TaskFigure, Verdict
from nvbatch.partcache import GENERATIONS, PartCache
from nvbatch.press.finished import Finished, unpacked
from nvbatch.press.flow import stretch
from nvbatch.stages.tabulate import FILE_NAME, tabulate
from nvbatch.totals import totals_of
from tests.test_partcache import each_otherwise

FORM, CONFIG, TASKS, AT_ONCE = load_form(), factory.config(), 120, 10
OF_TASKS = (tasks.listing, lists.overdue, lists.due_soon, lists.not_aggregated, lists.no_deadline)


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a list of some dozen rows has several of them."""
    for room in (body, recipe, findings):
        monkeypatch.setattr(room, "ROWS_AT_ONCE", AT_ONCE)


@pytest.fixture(scope="module")
def office() -> Snapshot:
    return factory.snapshot(TASKS)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first row number of all that was drawn."""
    found: list[int] = []
    draw = LongRows.xml

    def noted(self: LongRows, first: int, *more: Any) -> bytes:
        found.append(first)
        return draw(self, first, *more)

    monkeypatch.setattr(LongRows, "xml", noted)
    return found


class Desk:
    """Makes masters, with what it keeps and without."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept = folder, PartCache(folder / "kept", made_by="1")

    def made(self, snapshot: Snapshot, *, form: Form = FORM, config: Config = CONFIG, kept: bool = True,
             links: dict[str, str] | None = None) -> bytes:  # fmt: skip
        path = self.folder / FILE_NAME
        told = {figure.agency.code: f"phan-hoi/{figure.agency.code}.xlsx" for figure in snapshot.agencies}
        tabulate(snapshot, form=form, register=None, config=config, path=path,
                 return_links=told if links is None else links, kept=self.kept if kept else None)  # fmt: skip
        return path.read_bytes()

    def files(self) -> list[Path]:
        return sorted(path for path in (self.folder / "kept").glob("*/*") if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def with_task(office: Snapshot, at: int, change: Callable[[TaskFigure], TaskFigure]) -> Snapshot:
    figures = (*office.tasks[:at], change(office.tasks[at]), *office.tasks[at + 1 :])
    return replace(office, tasks=figures, totals=totals_of(figures))


def narrating(text: str | None) -> Callable[[TaskFigure], TaskFigure]:
    return lambda figure: replace(figure, row=rewritten(figure.row, narrative=text)) if figure.row else figure


def reported_at(office: Snapshot) -> int:
    """A task whose row shows on few lists, not among the last of its sheet."""
    return next(at for at, f in enumerate(office.tasks) if f.row and f.status is Status.IN_TIME and not f.flags)


def of_agency(office: Snapshot, **changed: Any) -> Snapshot:
    first, *others = office.agencies
    return replace(office, agencies=(replace(first, agency=replace(first.agency, **changed)), *others))


CHANGES: dict[str, Callable[[Snapshot], Snapshot]] = {
    "a narrative": lambda o: with_task(o, reported_at(o), narrating("Đã trình ký trong ngày")),
    "a narrative that says nothing any more": lambda o: with_task(o, reported_at(o), narrating(None)),
    "a narrative that looks like a formula": lambda o: with_task(o, reported_at(o), narrating("=1+1")),
    "a narrative that other cells say, too": lambda o: with_task(o, reported_at(o), narrating("Sở Nội vụ")),
    "a status": lambda o: with_task(o, reported_at(o), lambda f: replace(f, status=Status.OVERDUE, days_overdue=9)),
    "a task of the register": lambda o: with_task(o, 3, lambda f: replace(f, task=replace(f.task, content="Khác"))),
    "a task less": lambda o: replace(o, tasks=o.tasks[1:], totals=totals_of(o.tasks[1:])),
    "the name of an agency": lambda o: of_agency(o, name="Sở mang tên mới"),
    "the head of an agency": lambda o: of_agency(o, head_name="Trần Thử"),
    "a finding less": lambda o: replace(o, findings=o.findings[1:]),
    "a file less": lambda o: replace(o, submissions=o.submissions[1:]),
    "the moment": lambda o: replace(o, as_of=o.as_of + timedelta(days=1)),
    "a programme's name": lambda o: replace(
        o, programs={**o.programs, "DA06": replace(o.programs["DA06"], name="Đề án số 06")}
    ),
}

LISTED_WORDS = ("the name of an agency", "a programme's name")  # they lie in the table before anything else
ALL_MOVE = (*LISTED_WORDS, "a task less")


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_the_master_is_that_of_an_office_that_keeps_nothing(
    office: Snapshot, desk: Desk, drawn: list[int], name: str
) -> None:
    changed = CHANGES[name](office)
    before = desk.made(office)
    everything = len(drawn)
    drawn.clear()
    with_kept = desk.made(changed)
    assert len(drawn) < everything or name in ALL_MOVE
    assert with_kept == desk.made(changed, kept=False)
    assert desk.made(office) == before == desk.made(office, kept=False)


def test_other_words_of_the_form_another_zone_and_other_links_are_seen(office: Snapshot, desk: Desk) -> None:
    columns = tuple(replace(c, width=c.width + 7, label=f"{c.label} (mới)") for c in FORM.tasks.columns)
    wider = replace(FORM, tasks=replace(FORM.tasks, columns=columns))
    elsewhere = CONFIG.model_copy(update={"office": CONFIG.office.model_copy(update={"timezone": "Asia/Tokyo"})})
    plain = desk.made(office)
    others: list[dict[str, Any]] = [{"form": wider}, {"config": elsewhere}, {"links": {}}]
    for circumstances in others:
        seen = desk.made(office, **circumstances)
        assert seen == desk.made(office, kept=False, **circumstances) != plain


def test_when_nothing_has_changed_nothing_is_drawn(office: Snapshot, desk: Desk, drawn: list[int]) -> None:
    first = desk.made(office)
    assert len(drawn) == len(desk.files()) > TASKS // AT_ONCE
    drawn.clear()
    assert desk.made(office) == first
    assert drawn == []


@pytest.mark.parametrize("text", ["Đã trình ký trong ngày", None, "- một", "Có"])
def test_after_another_narrative_one_part_of_the_list_is_drawn_and_nothing_behind_it_moves(
    office: Snapshot, desk: Desk, drawn: list[int], text: str | None
) -> None:
    desk.made(office)
    drawn.clear()
    desk.made(with_task(office, reported_at(office), narrating(text)))
    assert len(drawn) == 1


def test_a_workbook_of_kept_rows_is_whole_and_reads_like_any_other(office: Snapshot, desk: Desk) -> None:
    desk.made(office)
    desk.made(with_task(office, reported_at(office), narrating("Đã trình ký")))
    path = desk.folder / FILE_NAME
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    shown = [cell.value for line in openpyxl.load_workbook(path)["Nhiệm vụ"].iter_rows() for cell in line]
    read = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Nhiệm vụ").to_python(skip_empty_area=False)
    assert "Đã trình ký" in shown
    texts = [value for value in shown if isinstance(value, str)]
    assert texts == [value for line in read for value in line if isinstance(value, str) and value]


# --- what is kept is never trusted -----------------------------------------------------------------


@pytest.mark.parametrize("harm", ["empty", "cut", "other bytes", "another's"])
def test_damaged_rows_are_drawn_anew(office: Snapshot, desk: Desk, harm: str) -> None:
    whole = desk.made(office)
    files = desk.files()
    last = files[-1].read_bytes()
    for path in files[:-1]:
        data = path.read_bytes()
        harmed = {"empty": b"", "cut": data[:-1], "other bytes": data[:-9] + bytes(9), "another's": data}[harm]
        path.write_bytes(harmed)
    if harm == "another's":
        files[0].write_bytes(last[:40] + files[0].read_bytes()[40:])
    assert desk.made(office) == whole
    assert desk.made(office) == whole


def test_half_written_files_of_another_run_are_nobodys_rows(office: Snapshot, desk: Desk, drawn: list[int]) -> None:
    whole = desk.made(office)
    for path in desk.files():
        path.with_name(".nvbatch-0123456789abcdef").write_bytes(path.read_bytes()[:50])
    drawn.clear()
    assert desk.made(office) == whole
    assert drawn == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(office: Snapshot, desk: Desk) -> None:
    (desk.folder / "kept").write_text("a file where the folder should be")
    assert desk.made(office) == desk.made(office, kept=False)


def test_another_program_draws_everything_itself(office: Snapshot, desk: Desk, drawn: list[int]) -> None:
    whole = desk.made(office)
    everything = len(drawn)
    desk.kept = PartCache(desk.folder / "kept", made_by="2")
    assert desk.made(office) == whole
    assert len(drawn) == 2 * everything


def test_what_no_run_uses_any_more_goes(office: Snapshot, desk: Desk) -> None:
    desk.made(office)
    used = desk.files()
    for at in range(GENERATIONS * len(used)):
        old = desk.folder / "kept" / "00" / f"{at:064d}"
        old.parent.mkdir(exist_ok=True)
        old.write_bytes(b"of a run long ago")
        os.utime(old, (1, 1))
    desk.made(office)
    assert len(desk.files()) == GENERATIONS * len(used) and set(used) <= set(desk.files())


def test_finished_rows_come_back_as_they_were_kept() -> None:
    made = Finished(stretch(b"<row/>" * 9), stretch(b"<si/>" * 3), 3)
    assert unpacked(made.packed()) == made


# --- what the rows follow from ---------------------------------------------------------------------


def shown_by(figure: TaskFigure, office: Snapshot) -> dict[tuple[str, bytes], list[list[str]]]:
    """What is told of a task on each list that has it → the row that is shown."""
    alone, links = replace(office, tasks=(figure,), decisions=()), {"SNV": "phan-hoi/SNV.xlsx"}
    listings = [of(Source(snapshot=alone, form=FORM, register=None, config=CONFIG, links=links)) for of in OF_TASKS]
    parts = [(listing.name, part) for listing in listings for part in listing.parts]
    return {(name, part.told()): [list(map(repr, column)) for column in part.columns()] for name, part in parts}


@pytest.mark.parametrize("status", [Status.OVERDUE, Status.DUE_SOON, Status.IN_TIME, Status.OPEN_NO_DEADLINE])
def test_nothing_of_a_task_changes_its_rows_without_changing_what_is_told_of_it(
    office: Snapshot, status: Status
) -> None:
    figure = next(f for f in office.tasks if f.status is status and f.row)
    verdict = Verdict(task_code=figure.task.code, verdict="Đạt", assessed_on=date(2026, 11, 2), opinion="Tốt")
    figure = replace(figure, flags=("incomplete",), besides=replace(figure.besides, verdict=verdict, missing=("a",)))
    seen, tried, silent = shown_by(figure, office), 0, []
    for name, changed in each_otherwise(figure):
        tried += 1
        silent += [name for told_, rows in shown_by(changed, office).items() if seen.get(told_, rows) != rows]
    assert tried > 60 and silent == []


def test_tasks_in_another_order_and_other_lines_of_a_file_are_told_apart(office: Snapshot) -> None:
    source = Source(snapshot=office, form=FORM, register=None, config=CONFIG)
    one, two = (f for f in source.tasks[:2])
    made = recipe.Recipe(source)
    assert len({made.told([one, two]), made.told([two, one]), made.told([one]), made.told([one, one])}) == 4


def test_of_a_known_reading_its_digest_is_told_instead_of_its_cells(office: Snapshot) -> None:
    source = Source(snapshot=office, form=FORM, register=None, config=CONFIG)
    figure = office.tasks[reported_at(office)]
    assert figure.row is not None

    def of(digest: str | None, text: str) -> bytes:
        row = rewritten(figure.row, narrative=text)  # type: ignore[arg-type]
        known = replace(row, source=replace(row.source, digest=digest))
        return recipe.Recipe(source).told([replace(figure, row=known)])

    assert of("d", "một") == of("d", "hai") != of("e", "hai")
    assert of(None, "một") != of(None, "hai")


VALUES = st.one_of(st.none(), st.text(max_size=5), st.integers(-9, 9), st.booleans(), st.floats(allow_nan=False),
                   st.dates(), st.datetimes(), st.sampled_from(Status))  # fmt: skip


@given(st.lists(VALUES, max_size=4), st.lists(VALUES, max_size=4))
def test_columns_are_told_alike_only_when_they_are_alike(one: list[Any], two: list[Any]) -> None:
    alike = [(type(value), repr(value)) for value in one] == [(type(value), repr(value)) for value in two]
    assert (told([one]) == told([two])) == alike


def test_equal_values_are_written_alike_whichever_objects_they_are() -> None:
    text = "".join(["Sở ", "Nội vụ"])
    assert written((text, text, 1)) == written(("Sở Nội vụ", "".join(["Sở", " Nội vụ"]), 1))
    assert written((date(2026, 1, 2), 1)) != written((date(2026, 1, 3), 1))
