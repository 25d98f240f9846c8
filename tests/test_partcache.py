"""Finished returns by what they show: used again only when they are whole and show the same, never needed."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nvbatch.form import load_form
from nvbatch.model import Assignment, Severity
from nvbatch.partcache import GENERATIONS, PartCache
from nvbatch.rules.catalogue import RULES
from nvbatch.stages.issue import made_from, render
from tests.test_issue import ISSUED, OFFICE, PEOPLE, finding, reported, returned

FORM = load_form()
GIVEN = returned(reported(1, 12), held=(reported(2, 20),), people={"NV-2026-0001": PEOPLE})


def key(given: Assignment = GIVEN, **changed: Any) -> str:
    facts: dict[str, Any] = {"form": FORM, "office": OFFICE, "rules": RULES} | changed
    return made_from(given, facts["form"], office=facts["office"], rules=facts["rules"])


@pytest.fixture
def cache(tmp_path: Path) -> PartCache:
    return PartCache(tmp_path / "cache")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.xlsx"
    path.write_bytes(b"a finished workbook")
    return path


def test_a_finished_file_comes_back_byte_for_byte(cache: PartCache, made: Path, tmp_path: Path) -> None:
    cache.keep("ab12", made)
    assert cache.fetch("ab12", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == made.read_bytes()


def test_what_was_never_made_is_not_there(cache: PartCache, tmp_path: Path) -> None:
    assert not cache.fetch("ab12", tmp_path / "again.xlsx")
    assert not (tmp_path / "again.xlsx").exists()


@pytest.mark.parametrize("harm", [b"", b"short", b"\0" * 60])
def test_a_file_that_is_not_whole_counts_as_not_there(
    cache: PartCache, made: Path, tmp_path: Path, harm: bytes
) -> None:
    cache.keep("ab12", made)
    place = next((tmp_path / "cache").glob("*/*"))
    place.write_bytes(place.read_bytes()[:-1] + b"?" if harm == b"short" else harm)
    assert not cache.fetch("ab12", tmp_path / "again.xlsx")


def test_the_copy_is_one_of_its_own(cache: PartCache, made: Path, tmp_path: Path) -> None:
    cache.keep("ab12", made)
    cache.fetch("ab12", tmp_path / "one.xlsx")
    (tmp_path / "one.xlsx").write_bytes(b"somebody wrote here")
    assert cache.fetch("ab12", tmp_path / "two.xlsx")
    assert (tmp_path / "two.xlsx").read_bytes() == made.read_bytes()


def test_deleting_the_cache_costs_nothing_but_time(cache: PartCache, made: Path, tmp_path: Path) -> None:
    cache.keep("ab12", made)
    shutil.rmtree(tmp_path / "cache")
    assert not cache.fetch("ab12", tmp_path / "again.xlsx")
    cache.sweep(1)
    cache.keep("ab12", made)
    assert cache.fetch("ab12", tmp_path / "again.xlsx")


def test_a_cache_that_cannot_be_written_stops_nothing(made: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = PartCache(tmp_path / "cache")
    cache.keep("ab12", made)
    assert not cache.fetch("ab12", tmp_path / "again.xlsx")
    cache.sweep(1)


def test_what_is_not_used_any_more_goes_the_oldest_first(made: Path, tmp_path: Path) -> None:
    for number in range(2 * GENERATIONS):
        PartCache(tmp_path / "cache").keep(f"{number:04d}", made)
        place = next((tmp_path / "cache").glob(f"*/{number:04d}"))
        os.utime(place, (1000 + number, 1000 + number))
    present = PartCache(tmp_path / "cache")
    assert present.fetch("0000", tmp_path / "again.xlsx")
    present.sweep(1)
    left = {place.name for place in (tmp_path / "cache").glob("*/*")}
    assert len(left) == GENERATIONS and "0000" in left and f"{2 * GENERATIONS - 1:04d}" in left


# --- what a return is made from -------------------------------------------------------------------


def test_the_same_return_has_the_same_digest() -> None:
    again = returned(reported(1, 12), held=(reported(2, 20),), people={"NV-2026-0001": dict(PEOPLE)})
    assert key(again) == key()


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": (reported(1, 12, narrative="Đã trình ký"),)},
        {"held": ()},
        {"findings": (finding("C402", Severity.ERROR, "Sai ngày.", row=20, column="completed_on"),)},
        {"issued_at": ISSUED + timedelta(minutes=1)},
        {"info": {"phone": "1"}},
        {"people": {}},
        {"agency": replace(GIVEN.agency, name="Sở Tài chính")},
        {"agency": replace(GIVEN.agency, head_name="Trần Thử")},
        {"tasks": GIVEN.tasks[:2]},
        {"tasks": (replace(GIVEN.tasks[0], days_overdue=3), *GIVEN.tasks[1:])},
        {"tasks": (replace(GIVEN.tasks[0], task=replace(GIVEN.tasks[0].task, product="Đề án")), *GIVEN.tasks[1:])},
    ],
)  # fmt: skip
def test_whatever_is_shown_changes_the_digest(changed: dict[str, Any]) -> None:
    assert key(replace(GIVEN, **changed)) != key()


def test_form_office_and_rules_change_the_digest() -> None:
    told = {**RULES, "C402": replace(RULES["C402"], fix="Ghi lại ngày.")}
    assert len({key(), key(form=replace(FORM, source="x")), key(rules=told),
                key(office=OFFICE.model_copy(update={"name": "UBND"}))}) == 4  # fmt: skip


def test_people_of_other_agencies_tasks_are_no_matter() -> None:
    others = {**GIVEN.people, "NV-2026-0999": PEOPLE}
    assert key(replace(GIVEN, people=others)) == key()


def test_equal_digests_mean_equal_bytes(tmp_path: Path) -> None:
    again = replace(
        GIVEN, rows=tuple(replace(row, source=replace(row.source, letters={"narrative": "ZZ"})) for row in GIVEN.rows)
    )
    assert key(again) == key()
    for name, given in (("a", GIVEN), ("b", again)):
        render(given, FORM, tmp_path / name, office=OFFICE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
