"""What check found before: taken for what it would find now only when nothing that it was found from has changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import FORM, RECEIVED, good_row, small_config, small_reading, small_register, small_submission

from nvbatch import run
from nvbatch.calendar import Calendar
from nvbatch.checkcache import FILE, GENERATIONS, CheckCache, Known, origin_of
from nvbatch.config import Config
from nvbatch.form import load_register_schema
from nvbatch.model import (
    Checked,
    Extension,
    Finding,
    Handover,
    Reading,
    Severity,
    Submission,
    SubmissionState,
    Timeliness,
    Waiver,
)
from nvbatch.packed import pack, unpack
from nvbatch.register_cache import pack as packed_sheets
from nvbatch.register_cache import unpack as unpacked_sheets
from nvbatch.register_sheets import read_sheets
from nvbatch.rules.policy import Policy
from nvbatch.ruling_lines import line_of, ruling_of
from nvbatch.rulings import Ruling
from nvbatch.stages import check as stage
from nvbatch.stages.check import check
from nvbatch.workspace import Workspace
from tests.bench.province import build
from tests.oracle.play import Stage, without_documents
from tests.oracle.province import make_world
from tests.test_check import ROWS

DAY = date(2025, 3, 15)
Pairs = Sequence[tuple[Submission, Reading]]


def sent(*files: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]] = ()) -> Pairs:
    """Workbooks as they come out of the row cache, each the next receipt."""
    readings = (small_reading([good_row(None, **row) for row in rows], changes) for rows in files)
    return [(small_submission(sequence=at), unpack(pack(reading))) for at, reading in enumerate(readings, 1)]


def laws(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"register": small_register(), "form": FORM, "policy": Policy(day=DAY)}
    return {**given, "config": small_config(), **changed}


def found(batch: Pairs, cache: CheckCache | None, origin: str = "", **changed: Any) -> Checked:
    given = laws(**changed)
    known = Known(cache=cache, origin=origin).under(**given) if cache else None
    return check(batch, **given, calendar=Calendar(given["config"]), known=known)


def same(one: Checked, other: Checked) -> bool:
    """Equal, and of the same kinds: 1 is not True, and no text is a severity."""
    return one == other and repr((one.findings, one.changes)) == repr((other.findings, other.changes))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The submissions that were judged, not known."""
    names: list[str] = []
    rulings = stage._rulings

    def counted(batch: Pairs, *given: Any) -> Iterator[Ruling]:
        names.extend(submission.id for submission, _ in batch)
        return rulings(batch, *given)

    monkeypatch.setattr(stage, "_rulings", counted)
    return names


FAULTY = [
    {"task_code": "nv-1", "progress": 120.0},
    {"task_code": "NV-2", "difficulty": "Thiếu người", "supervisor": None},
    {"task_code": "NV-x"},
]
GOOD = [{"task_code": "NV-3"}, {"task_code": "NV-4"}]
CHANGE = {
    "change_kind": "Thay đổi thời hạn",
    "task_code": "nv-1",
    "new_value": "30/9",
    "reason": "Chờ",
    "proposal_doc": "1",
}


# --- what is known is what would be found ---------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4), ROWS)
def test_what_is_known_gives_what_is_found(
    tmp_path_factory: pytest.TempPathFactory, files: list[Any], corrected: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    batch = sent(*files, changes=[CHANGE, {"new_value": "x"}])
    first = CheckCache(folder)
    plain = found(batch, None)
    assert same(found(batch, first), plain)
    first.store()
    assert same(found(batch, CheckCache(folder)), plain)
    again = [*sent(corrected)[:1], *batch[1:]]
    assert same(found(again, CheckCache(folder)), found(again, None))


def test_only_the_corrected_workbook_is_judged(tmp_path: Path, judged: list[str]) -> None:
    batch = sent(FAULTY, GOOD, GOOD)
    cache = CheckCache(tmp_path)
    found(batch, cache)
    cache.store()
    judged.clear()
    later = (small_submission(sequence=4), sent(FAULTY[:1])[0][1])
    old = [(replace(s, state=SubmissionState.SUPERSEDED), r) for s, r in batch[:1]]
    assert same(found([*old, *batch[1:], later], CheckCache(tmp_path)), found([*old, *batch[1:], later], None))
    assert judged == ["000004-0", "000001-0", "000002-0", "000003-0", "000004-0"]


def test_the_frames_beside_which_a_file_is_judged_change_nothing(tmp_path: Path) -> None:
    batch = sent(FAULTY, GOOD, FAULTY[::-1])
    for at in range(len(batch)):
        cache = CheckCache(tmp_path / str(at))
        found(batch[: at + 1], cache)
        assert same(found(batch, cache), found(batch, None))


# --- what has changed -----------------------------------------------------------------------------

EXTENDED = Extension(
    task_code="NV-1", ordinal=1, new_deadline=date(2025, 9, 1), approval_doc="1/TB", approved_on=date(2025, 3, 20)
)
WAIVER = Waiver(rule="C404", agency="SNV", task_code=None, reason="", approved_by="", expires_on=date(2025, 3, 16))
MOVED = Handover(task_code="*", from_agency="SNV", to_agency="STC", effective_on=date(2025, 3, 1))

CIRCUMSTANCES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another program or register": ({"origin": "1"}, {"origin": "2", "register": small_register({"NV-x": {}})}),
    "a task that stays after a hand-over": (
        {"register": small_register(handovers=[MOVED])},
        {"register": small_register(handovers=[MOVED]).keeping(frozenset({(0, "NV-3")}))},
    ),
    "an approval that is known by now": (
        {"register": small_register(extensions=[EXTENDED])},
        {"register": small_register(extensions=[EXTENDED]), "policy": Policy(day=date(2025, 3, 20))},
    ),
    "a waiver": ({}, {"policy": Policy(day=DAY, waivers=(WAIVER,))}),
    "a waiver that has run out": (
        {"policy": Policy(day=DAY, waivers=(WAIVER,))},
        {"policy": Policy(day=date(2025, 3, 17), waivers=(WAIVER,))},
    ),
    "a rule switched off": ({}, {"policy": Policy(day=DAY, off=frozenset({"R508"}))}),
    "a rule demoted": ({}, {"policy": Policy(day=DAY, as_warning=frozenset({"C404"}))}),
    "a value of a rule": ({}, {"config": small_config(min_narrative_chars=200)}),
    "another form": ({}, {"form": replace(FORM, source="another")}),
}


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_what_was_found_under_other_circumstances_is_not_known(tmp_path: Path, judged: list[str], name: str) -> None:
    before, after = CIRCUMSTANCES[name]
    batch, cache = sent(FAULTY, GOOD), CheckCache(tmp_path)
    found(batch, cache, **before)
    judged.clear()
    now = found(batch, cache, **after)
    assert judged == ["000001-0", "000002-0"]
    assert same(now, found(batch, None, **after))


def test_a_day_on_which_nothing_hangs_is_no_other_circumstance(tmp_path: Path, judged: list[str]) -> None:
    batch, cache, far = sent(FAULTY), CheckCache(tmp_path), replace(WAIVER, expires_on=date(2026, 1, 1))
    policies = [Policy(day=day, waivers=(far,)) for day in (DAY, date(2025, 3, 22))]
    assert same(*(found(batch, cache, policy=policy) for policy in policies))
    assert judged == ["000001-0"]


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": "STC"},
        {"period": "2025-W12"},
        {"program": "CĐS"},
        {"document": small_submission(received_at=RECEIVED.replace(day=16)).document},
    ],
    ids=["agency", "period", "programme", "receipt"],
)
def test_the_same_bytes_of_another_sender_or_day_are_another_file(
    tmp_path: Path, judged: list[str], changed: dict[str, Any]
) -> None:
    ((submission, reading),) = sent(FAULTY)
    cache = CheckCache(tmp_path)
    found([(submission, reading)], cache)
    other = [(replace(submission, **changed), reading)]
    assert same(found(other, cache), found(other, None))
    assert len(judged) == 3


def test_what_becomes_of_a_submission_is_nothing_to_check(tmp_path: Path, judged: list[str]) -> None:
    ((submission, reading),) = sent(FAULTY)
    cache = CheckCache(tmp_path)
    found([(submission, reading)], cache)
    state = {"state": SubmissionState.SUPERSEDED, "timeliness": Timeliness.LATE, "sender_known": False}
    found([(replace(submission, **state), reading)], cache)
    assert judged == ["000001-0"]


def test_another_reading_of_the_same_bytes_is_another_file(tmp_path: Path, judged: list[str]) -> None:
    ((submission, reading),) = sent(FAULTY)
    other = unpack(pack(replace(reading, notes=(), digest=None)))
    cache = CheckCache(tmp_path)
    found([(submission, reading)], cache)
    assert same(found([(submission, other)], cache), found([(submission, other)], None))
    assert len(judged) == 3


def test_a_reading_that_came_from_no_bytes_is_judged_each_time(tmp_path: Path, judged: list[str]) -> None:
    batch, cache = [(small_submission(), small_reading([good_row("NV-1")]))], CheckCache(tmp_path)
    found(batch, cache)
    found(batch, cache)
    assert len(judged) == 2


class _Unasked(tuple[Any, ...]):
    """Whoever looks at it is told off."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("looked at")

    __len__ = __getitem__ = __contains__ = __bool__ = __iter__  # type: ignore[assignment]


def test_verdicts_conferences_and_the_registers_own_waivers_are_never_looked_at(tmp_path: Path) -> None:
    """A register that differs in nothing else is the same one to check."""
    unasked: Any = _Unasked()
    register = replace(small_register(), verdicts=unasked, conferences=unasked, waivers=unasked)
    batch = sent(FAULTY, GOOD, changes=[CHANGE])
    assert same(found(batch, CheckCache(tmp_path), register=register), found(batch, None))


# --- what a register is made from -----------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("office"), agencies=1, rows=2)


def origin(ws: Workspace, *, squeezed: bool = True, config: Config | None = None, **more: Any) -> str:
    sheets = read_sheets(ws.register, load_register_schema())
    if squeezed:
        sheets = unpacked_sheets(packed_sheets(sheets), sheets.schema)
    return origin_of("program", config or small_config(), sheets, more.get("vanished", {}))


def rewritten(ws: Workspace, folder: Path, sheet: str, cell: str, value: Any) -> Workspace:
    import openpyxl

    shutil.copytree(ws.root, folder)
    other = Workspace(folder)
    book = openpyxl.load_workbook(other.register)
    book[sheet][cell] = value
    book.save(other.register)
    return other


def test_a_register_has_one_origin_however_its_sheets_are_kept(office: Workspace) -> None:
    assert origin(office) == origin(office, squeezed=False)


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [("Cơ quan", "B2", "Tên mới"), ("Nhiệm vụ", "F2", "Nội dung mới"), ("Đầu mối", "D2", "Phó Giám đốc")],
)
def test_what_check_looks_at_is_part_of_the_origin(
    office: Workspace, tmp_path: Path, sheet: str, cell: str, value: Any
) -> None:
    assert origin(rewritten(office, tmp_path / "other", sheet, cell, value)) != origin(office)


def test_vanished_tasks_and_the_configuration_are_part_of_the_origin(office: Workspace) -> None:
    different = [
        origin(office),
        origin(office, vanished={"NV-0": "ab"}),
        origin(office, vanished={"NV-0": "cd"}),
        origin(office, config=small_config(before_is_inclusive=False)),
    ]
    assert len(set(different)) == 4


# --- the file -------------------------------------------------------------------------------------


def kept(folder: Path) -> CheckCache:
    cache = CheckCache(folder)
    found(sent(FAULTY, GOOD), cache)
    cache.store()
    return cache


@pytest.mark.parametrize("harm", [b"", b"short", b"\0" * 60, b"another"])
def test_a_file_that_is_not_whole_is_made_anew(tmp_path: Path, judged: list[str], harm: bytes) -> None:
    kept(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:-7] + harm if harm else harm)
    judged.clear()
    assert same(found(sent(FAULTY, GOOD), kept(tmp_path)), found(sent(FAULTY, GOOD), None))
    assert judged[:2] == ["000001-0", "000002-0"]
    assert (tmp_path / FILE).read_bytes() == whole


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b'{"codes":0}', b"\xff"])
def test_a_line_that_says_nothing_is_not_known(tmp_path: Path, judged: list[str], line: bytes) -> None:
    cache = kept(tmp_path)
    for key in list(cache._lines):
        cache.keep(key, line)
    judged.clear()
    assert same(found(sent(FAULTY, GOOD), cache), found(sent(FAULTY, GOOD), None))
    assert judged[:2] == ["000001-0", "000002-0"]


def test_what_no_run_asks_for_any_more_is_let_go(tmp_path: Path) -> None:
    kept(tmp_path)
    for at in range(GENERATIONS):
        assert len(CheckCache(tmp_path)._lines) == 2 + at
        cache = CheckCache(tmp_path)
        cache.keep(f"{at:064x}", b"{}")
        cache.store()
    assert sorted(CheckCache(tmp_path)._lines) == [f"{at:064x}" for at in range(GENERATIONS)]


def test_where_nothing_is_new_nothing_is_written(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / FILE).touch()
    before = (tmp_path / FILE).stat().st_mtime_ns
    kept(tmp_path)
    assert (tmp_path / FILE).stat().st_mtime_ns == before


def test_a_disk_that_refuses_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept(tmp_path / "file")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40), unique=True).map(sorted),
    st.lists(
        st.builds(
            Finding,
            rule=st.sampled_from(["C401", "M606"]),
            severity=st.sampled_from(Severity),
            message=st.text(),
            fix=st.text(max_size=3),
            agency=st.sampled_from([None, "SNV"]),
            row=st.one_of(st.none(), st.integers(1, 9)),
            value=st.one_of(st.none(), st.text(st.characters())),
            waived=st.booleans(),
        ),
        max_size=6,
    ),
)
def test_a_ruling_comes_back_from_its_line(lines: list[int], findings: list[Finding]) -> None:
    submission = small_submission()
    whose = {"file": submission.document.name, "sha256": submission.document.sha256, "submission": submission.id}
    ruling = Ruling(
        codes={3: "NV-1", 4: None},
        good=lines,
        held=[line + 50 for line in lines],
        counts=(9, 1, 0),
        incomplete={2: ("C401", "R501")},
        flags={2: ("disputed",)},
        findings=tuple(replace(finding, **whose) for finding in findings),
        proposed={0: "NV-1", 1: None},
    )
    line = line_of(ruling)
    again = ruling_of(line, submission)
    assert b"\n" not in line
    assert repr(replace(again, good=list(again.good), held=list(again.held))) == repr(ruling)


# --- whole runs -----------------------------------------------------------------------------------


def test_every_run_of_a_changing_province_finds_what_it_finds_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registers that change, hand-overs, vanished tasks, corrections: with what was known from the periods before."""
    assemble, asked, differing = run.assemble, [], []

    def twice(*given: Any, checked: CheckCache | None = None, **named: Any) -> Any:
        assert checked is not None
        done, plain = assemble(*given, checked=checked, **named), assemble(*given, **named)
        asked.append(len(checked._asked))
        parts = ("snapshot", "material", "submissions", "reasons", "vanished")
        differing.extend(part for part in parts if getattr(done, part) != getattr(plain, part))
        return done

    monkeypatch.setattr(run, "assemble", twice)
    world = make_world(4)
    played = Stage(world, tmp_path)
    for step in world.steps[:2]:
        played.prepare(step)
        played.drop(step)
        with without_documents():
            played.run(step)
            shutil.rmtree(played.ws.cache / "runs")
            played.run(step)
    assert differing == [] and all(asked)
