"""docs/directives.md: every rule of the five directives is served by something that exists and proved by a test."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
import snapshot_factory
from office_world import figure, office, row, snapshot, task
from pydantic import BaseModel
from test_issue import assignment
from test_tabulate import rows as listed

from nvbatch.cli.commands import nvbatch
from nvbatch.config import Config
from nvbatch.demo import cases
from nvbatch.form import load_form, load_register_schema
from nvbatch.formbook.approval import APPROVAL_SHEET
from nvbatch.formbook.guide import GUIDE_SHEET
from nvbatch.formbook.mends import MENDS_SHEET
from nvbatch.model import Extension, Program, Snapshot, Status
from nvbatch.register_load import load_register
from nvbatch.rules.catalogue import RULES
from nvbatch.stages.issue import render
from nvbatch.stages.tabulate import tabulate
from nvbatch.startup import write_register

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/directives.md").read_text(encoding="utf-8")
HUMAN = "việc của con người: "
NAMED = re.compile(r"`([^`]+)`")


class Line(NamedTuple):
    """A line of the page's table."""

    number: str
    directives: str
    quote: str
    served: str
    proof: str


def lines() -> Iterator[Line]:
    for line in PAGE.splitlines():
        if re.match(r"\| R\d", line):
            yield Line(*(cell.strip() for cell in line.strip("|").split("|")))


LINES = tuple(lines())
SERVED = [line for line in LINES if not line.served.startswith(HUMAN)]
BY_PEOPLE = [line for line in LINES if line.served.startswith(HUMAN)]


# --- the list -----------------------------------------------------------------------------------


def test_every_rule_of_the_directives_stands_there_once_and_in_order() -> None:
    assert [line.number for line in LINES] == [f"R{number:02d}" for number in range(1, 96)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.number)
def test_a_line_quotes_a_directive(line: Line) -> None:
    assert set(line.directives.split(", ")) <= {"S0", "S1", "S2", "S3", "S4"}
    assert line.quote


@pytest.mark.parametrize("line", SERVED, ids=lambda line: line.number)
def test_what_serves_a_rule_is_one_thing_that_exists(line: Line) -> None:
    (thing,) = NAMED.findall(line.served)
    assert exists(thing), thing


@pytest.mark.parametrize("line", SERVED, ids=lambda line: line.number)
def test_the_proof_is_a_test_that_exists(line: Line) -> None:
    (proof,) = NAMED.findall(line.proof)
    path, _, name = proof.partition("::")
    if path.startswith("tests/rules/"):
        assert Path(path).stem in RULES and (ROOT / path).is_file()
        return
    name, _, case = name.partition("[")
    assert re.search(rf"^def {re.escape(name)}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), proof
    assert not case or case.rstrip("]") in cases(), proof


@pytest.mark.parametrize("line", BY_PEOPLE, ids=lambda line: line.number)
def test_what_people_do_is_said_in_one_sentence(line: Line) -> None:
    why = line.served.removeprefix(HUMAN)
    assert why.endswith(".") and ". " not in why and len(why) > 40
    assert line.proof == "–"


def test_few_rules_are_left_to_people() -> None:
    assert len(BY_PEOPLE) < 8


# --- what a name in the page means --------------------------------------------------------------


def exists(thing: str) -> bool:
    """A rule code, a command with its options, or a place: ``file › sheet › column``."""
    if thing in RULES:
        return True
    where, *parts = thing.split(" › ")
    if where.startswith("nvbatch "):
        return _command(where.split()[1:])
    if where == "nvbatch.toml":
        return _key(Config, parts[0].split("."))
    if where == "register.xlsx":
        return _sheet({s.name: {c.label for c in s.columns} for s in load_register_schema()}, parts)
    if where == "BM01":
        return _sheet(_form_sheets(), parts)
    if where == "Tong-hop-nhiem-vu.xlsx":
        return _sheet(_master_sheets(), parts)
    return _document(where, parts)


def _command(words: list[str]) -> bool:
    command = nvbatch.commands.get(words[0])
    options = {name for parameter in command.params for name in parameter.opts} if command else set()
    return command is not None and set(words[1:]) <= options


def _key(model: type[BaseModel], names: list[str]) -> bool:
    field = next((f for n, f in model.model_fields.items() if names[0] in (n, f.alias)), None)
    if field is None or len(names) == 1:
        return field is not None
    return isinstance(field.annotation, type) and _key(field.annotation, names[1:])


def _sheet(known: dict[str, set[str]], parts: list[str]) -> bool:
    sheet, *column = parts
    return sheet in known and set(column) <= known[sheet]


def _form_sheets() -> dict[str, set[str]]:
    form = load_form()
    drawn = {s.name: {c.label for c in s.columns} for s in (form.info, form.tasks, form.changes)}
    return drawn | {name: set() for name in (GUIDE_SHEET, APPROVAL_SHEET, MENDS_SHEET)}


def _master_sheets() -> dict[str, set[str]]:
    """The sheets and headers of the master as its golden text shows them."""
    text = (ROOT / "tests/golden/so-nho/2025-W12/Tong-hop-nhiem-vu.xlsx.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for part in text.split("== ")[1:]:
        name, *rest = part.splitlines()
        header = next((line for line in rest if line.startswith("4: A=STT")), "")
        found[name] = {cell.partition("=")[2] for cell in header.partition(": ")[2].split(" | ")}
    return found


def _document(name: str, parts: list[str]) -> bool:
    """A document by its template, a part of it by its heading there."""
    path = ROOT / "templates" / Path(name).name
    if not path.is_file():
        return False
    with zipfile.ZipFile(path) as package:
        text = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode("utf-8"))
    return all(part.casefold() in text.casefold() for part in parts)


@pytest.mark.parametrize(
    "thing",
    ["R999", "nvbatch fly", "nvbatch run --fly", "nvbatch.toml › rules.nothing", "register.xlsx › Nhiệm vụ › Màu",
     "BM01 › Không có", "Tong-hop-nhiem-vu.xlsx › Quá hạn › Màu", "Khong-co.docx", "Bao-cao-tong-hop.docx › Mục XX"],
)  # fmt: skip
def test_a_name_that_stands_for_nothing_is_seen(thing: str) -> None:
    assert not exists(thing)


# --- proofs that had no home --------------------------------------------------------------------


def registered(tmp_path: Path, **sheets: list[dict[str, Any]]) -> tuple[Any, tuple[Any, ...]]:
    """A register.xlsx with these rows, read back: the register and what stands wrong in it."""
    path = tmp_path / "register.xlsx"
    agencies = [{"agency_code": "SNV", "name": "Sở Nội vụ", "level": "Tỉnh"}]
    write_register(path, {"agencies": agencies, **sheets}, created=snapshot_factory.AS_OF)
    register, hits, _ = load_register(path, Config.model_validate({"office": {"name": "Văn phòng"}}))
    return register, hits


AGENCIES = {"SNV": "Sở Nội vụ", "STC": "Sở Tài chính"}
TASK = {"task_code": "NV-1", "task_class": "Trọng tâm", "content": "Lập kế hoạch", "lead_agency": "SNV"}


@pytest.mark.parametrize(
    ("written", "column"),
    [({"doc_date": date(2025, 1, 6)}, "doc_number"), ({"doc_number": "12/KH-UBND"}, "doc_date"), ({}, "doc_number")],
)
def test_a_task_without_its_assigning_document_is_told(tmp_path: Path, written: dict[str, Any], column: str) -> None:
    register, hits = registered(tmp_path, tasks=[{**TASK, **written}])
    assert [(hit.task, hit.column) for hit in hits] == [("NV-1", column)]
    assert "NV-1" in register.tasks, "it still counts as far as it can"


def test_a_party_symbol_is_a_document_like_any_other(tmp_path: Path) -> None:
    number = "1841-QĐ/TU"
    document = {"doc_number": number, "doc_date": date(2025, 5, 15), "expected_tasks": 1}
    register, hits = registered(tmp_path, documents=[document], tasks=[{**TASK, **document, "expected_tasks": None}])
    assert not hits
    shot = snapshot(register, [])
    assert not [f for f in shot.findings if f.rule == "G805"]
    assert register.codes_of("Quyết định số 1841 -QĐ/TU ngày 15/5/2025", "Lập kế hoạch.") == ("NV-1",)


def test_a_document_without_any_task_is_seen(tmp_path: Path) -> None:
    document = {"doc_number": "71/TB-UBND", "doc_date": date(2025, 2, 24), "expected_tasks": 9}
    register, _ = registered(
        tmp_path, documents=[document], tasks=[{**TASK, "doc_number": "12/KH-UBND", "doc_date": date(2025, 1, 6)}]
    )
    (found,) = [f for f in snapshot(register, []).findings if f.rule == "G805"]
    assert (found.value, found.expected) == ("0", "9")


@pytest.mark.parametrize("leads", ["SNV; STC", "Sở Nội vụ;Sở Tài chính", "Sở Nội vụ và Sở Tài chính"])
def test_a_task_given_to_several_agencies_becomes_one_for_each(tmp_path: Path, leads: str) -> None:
    known = [{"agency_code": code, "name": name, "level": "Tỉnh"} for code, name in AGENCIES.items()]
    given = {**TASK, "doc_number": "12/KH-UBND", "doc_date": date(2025, 1, 6), "lead_agency": leads}
    register, hits = registered(tmp_path, agencies=known, tasks=[given])
    assert not hits
    assert {code: task.lead_agency for code, task in register.tasks.items()} == {"NV-1-SNV": "SNV", "NV-1-STC": "STC"}


def test_a_deadline_on_a_sunday_stays_on_the_sunday() -> None:
    given = task("NV1", deadline_text="Hoàn thành trong ngày 18 tháng 5 năm 2025", doc_date=date(2025, 5, 16))
    for moment, status in (("2025-05-18 23:00", "due_soon"), ("2025-05-19 00:00", "overdue")):
        shot = snapshot(office([given]), [row("NV1", "2025-05-16 10:00")], as_of=moment)
        assert (figure(shot, "NV1").deadline, figure(shot, "NV1").status) == (date(2025, 5, 18), status)


def test_a_deadline_that_was_set_later_leaves_the_first_assignment_as_it_was() -> None:
    later = Extension(
        task_code="NV1", ordinal=1, new_deadline=date(2025, 6, 30), approval_doc="7/UBND", approved_on=date(2025, 3, 3)
    )
    shot = snapshot(office([task("NV1", deadline_text="theo quy định")], extensions=[later]), [])
    found = figure(shot, "NV1")
    assert (found.deadline, found.original_deadline) == (date(2025, 6, 30), None)
    assert found.task.deadline_text == "theo quy định"


def test_a_form_names_the_unit_that_follows_the_programme(tmp_path: Path) -> None:
    unit = "Phòng Kiểm soát thủ tục hành chính"
    program = Program(code="CHUNG", name="Nhiệm vụ chung", frequency="week", unit=unit)
    for given, seen in ((program, True), (replace(program, unit=None), False)):
        path = tmp_path / f"{seen}.xlsx"
        render(replace(assignment(), program=given), load_form(), path, office=snapshot_factory.config().office)
        said = [str(cell.value) for (cell,) in openpyxl.load_workbook(path)[GUIDE_SHEET]["A1:A8"] if cell.value]
        assert any(unit in text for text in said) is seen


@dataclass(frozen=True)
class Master:
    """The invented office's master, and the snapshot it was made from."""

    book: openpyxl.Workbook
    snapshot: Snapshot

    def note(self, sheet: str) -> str:
        return " ".join(str(c.value) for line in self.book[sheet]["A1:A3"] for c in line if c.value)


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Master:
    path, shot = tmp_path_factory.mktemp("directives") / "master.xlsx", snapshot_factory.snapshot()
    tabulate(shot, form=load_form(), register=None, config=snapshot_factory.config(), path=path)
    return Master(openpyxl.load_workbook(path), shot)


def test_overdue_tasks_are_counted_by_kind_of_cause(master: Master) -> None:
    said = [line["Loại nguyên nhân chậm"] for line in listed(master.book["Quá hạn"])]
    for kind in ("Khách quan", "Chủ quan"):
        many = said.count(kind)
        assert (f"{kind.lower()} {many}" in master.note("Quá hạn")) is (many > 0)
    assert set(said) & {"Khách quan", "Chủ quan"}


def test_tasks_without_deadline_are_counted_against_all_open_ones_and_say_who_assigned_them(master: Master) -> None:
    mine = [f for f in master.snapshot.tasks if f.status is Status.OPEN_NO_DEADLINE]
    still_open = sum(f.open for f in master.snapshot.tasks)
    assert f"{len(mine)} trong {still_open} nhiệm vụ đang thực hiện" in master.note("Không thời hạn")
    assigned = {line["Mã nhiệm vụ"]: line["Cấp giao"] for line in listed(master.book["Không thời hạn"])}
    assert assigned == {f.task.code: f.task.assigned_by for f in mine}
