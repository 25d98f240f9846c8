"""Finished returns by what they show: used again only when they are whole and show the same, never needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from nvbatch.form import load_form
from nvbatch.model import Assignment, Note, Reading, Row, Severity, Stamp, Status, Table
from nvbatch.packed import pack, unpack
from nvbatch.partcache import GENERATIONS, PartCache
from nvbatch.rules.catalogue import RULES
from nvbatch.stages.issue import Issuer, made_from, render
from tests.test_issue import ISSUED, OFFICE, PEOPLE, figure, finding, reported, returned

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
    people = [replace(figure.task, leader="Người khác", growth_impact=True) for figure in GIVEN.tasks]
    again = replace(GIVEN, tasks=tuple(map(lambda f, task: replace(f, task=task), GIVEN.tasks, people)))
    assert again != GIVEN and key(again) == key()
    for name, given in (("a", GIVEN), ("b", again)):
        render(given, FORM, tmp_path / name, office=OFFICE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_order_of_the_register_is_told_and_not_the_row() -> None:
    further = [replace(f, task=replace(f.task, row=f.task.row + 3)) for f in GIVEN.tasks]
    turned = [replace(f, task=replace(f.task, row=-f.task.row)) for f in GIVEN.tasks]
    assert key(replace(GIVEN, tasks=tuple(further))) == key() != key(replace(GIVEN, tasks=tuple(turned)))


# --- rows by the digest of their reading -----------------------------------------------------------


def known(row: Row, **told: Any) -> Row:
    """The row of a file whose reading has a digest."""
    return replace(row, source=replace(row.source, **{"digest": "d" * 64, **told}))


def by_digest(**told: Any) -> Assignment:
    return replace(GIVEN, rows=tuple(known(row, **told) for row in GIVEN.rows))


@pytest.mark.parametrize(
    "told",
    [
        {"digest": "e" * 64},
        {"digest": None},
        {"submission": "000009-0"},
        {"received_at": ISSUED},
        {"sheet": "Nhiệm vụ 2"},
        {"flags": {0: ("disputed",)}},
        {"incomplete": {0: ("C401",)}},
        {"columns": {**GIVEN.rows[0].source.columns, "task_code": ("NV-2026-0003",)}},
    ],
)  # fmt: skip
def test_of_a_known_reading_its_digest_is_told_and_what_does_not_follow_from_it(told: dict[str, Any]) -> None:
    assert key(by_digest()) == key(by_digest(letters={"narrative": "ZZ"})) != key(by_digest(**told))


def test_rows_that_are_held_are_no_rows_that_count() -> None:
    rows = by_digest().rows
    assert (
        len({key(replace(GIVEN, rows=rows, held=())), key(replace(GIVEN, rows=(), held=rows)), key(by_digest())}) == 3
    )


def test_readings_that_differ_anywhere_have_different_digests() -> None:
    table = Table(
        sheet="Nhiệm vụ", header_row=4, letters={"task_code": "B", "progress": "N"}, labels={"progress": "Tiến độ"},
        rows=(5, 6), values={"task_code": ("NV-1", "NV-2"), "progress": (40.0, None)}, raw={(1, "progress"): "nửa"},
        extras={"Z": "Mã riêng"}, extra_values={"Z": ("HS-1", None)},
    )  # fmt: skip
    reading = Reading(
        sha256="a" * 64, format="xlsx", stamp=Stamp(form="BM01", version="1", issued={"NV-1": {"assignee": "Lê"}}),
        info={"phone": "1"}, title=("Báo cáo",), tasks=table, changes=replace(table, sheet="Biến động"),
        notes=(Note(rule="C404", row=6, args={"what": "nửa"}),), beside={"Cũ": ("Báo cáo",)},
    )  # fmt: skip
    own, seen = unpack(pack(reading)), set()
    changes = [changed for name, changed in each_otherwise(reading) if name != "digest."]
    for changed in changes:
        with suppress(ValueError):  # columns that do not fit each other are no reading
            again = unpack(pack(changed))
            assert again == changed and again.digest != own.digest
            seen.add(again.digest)
    assert own == reading == unpack(pack(own)) and own.digest == unpack(pack(own)).digest
    assert len(seen) > 40


# --- whatever is shown -----------------------------------------------------------------------------


def other(value: Any, kind: str) -> Any:
    """Another value that may stand in the same place; the very same one when nothing else can."""
    if isinstance(value, Enum):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, bool) or (value is None and "bool" in kind):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=400)
    if isinstance(value, str):
        return value + " (mới)"
    if value is None:
        return next((made for name, made in OTHERS.items() if name in kind), None)
    if value == () and "tuple[str" in kind:
        return ("overdue_silent",)
    return value


OTHERS: dict[str, Any] = {"datetime": ISSUED, "date": date(2026, 3, 3), "str": "Nội dung mới", "int": 7}


def each_otherwise(given: Any) -> Iterator[tuple[str, Any]]:
    """The same dataclass with one field otherwise, also deep inside; what its lists hold, each otherwise in turn."""
    for field in fields(given):
        value = getattr(given, field.name)
        if field.name == "line":  # a row is nothing but its place in a file
            continue
        if is_dataclass(value):
            changed: Iterable[tuple[str, Any]] = each_otherwise(value)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed = ((at, (one, *value[1:])) for at, one in each_otherwise(value[0]))
        elif isinstance(value, Mapping):
            changed = mapping_otherwise(value)
        else:
            changed = [("", other(value, str(field.type)))]
        for inside, made in changed:
            if made != value:
                yield f"{field.name}.{inside}", replace(given, **{field.name: made})


def mapping_otherwise(value: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, held in value.items():
        if isinstance(held, Mapping):
            yield from ((f"{key}.{inside}", {**value, key: made}) for inside, made in mapping_otherwise(held))
        elif isinstance(held, list | tuple):
            yield str(key), {**value, key: type(held)([other(held[0], "str"), *held[1:]])}
        else:
            yield str(key), {**value, key: other(held, "str")}
    yield "nothing", {}


def test_no_field_of_a_return_changes_its_bytes_without_changing_its_digest(tmp_path: Path) -> None:
    found = finding("C402", Severity.ERROR, "Sai ngày.", row=12, column="completed_on", task="NV-2026-0001", cell="P12")
    late = figure(1, Status.OVERDUE, deadline=date(2026, 1, 31), days_overdue=3)
    given = replace(
        GIVEN, tasks=(late, *GIVEN.tasks[1:]), findings=(found,), info={"phone": "1", "prepared_on": "2026-11-19"},
        rows=(reported(1, 12, raw={"completed_on": "31/11"}),),
    )  # fmt: skip
    issuer = Issuer(FORM, office=OFFICE)
    issuer.render(given, tmp_path / "given")
    shown, own = (tmp_path / "given").read_bytes(), issuer.made_from(given)
    tried, silent = 0, []
    for name, changed in each_otherwise(given):
        tried += 1
        if issuer.made_from(changed) == own:
            issuer.render(changed, tmp_path / "changed")
            silent += [name] if (tmp_path / "changed").read_bytes() != shown else []
    assert tried > 100 and silent == []
