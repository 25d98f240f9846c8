"""After a change the returns that it concerns are made anew and no others, and nobody can tell which those were."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nvbatch.run import run_batch
from nvbatch.stages.issue import Issuer
from nvbatch.workspace import Workspace
from tests.bench.province import AS_OF, PERIOD, build

NAMED = {"run.json", "nhat-ky.txt", "manifest.json"}  # the files that name the run


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = build(tmp_path_factory.mktemp("once"), agencies=4, rows=6)
    sent = tmp_path_factory.mktemp("sent")
    for path in ws.inbox.glob("*.xlsx"):
        shutil.copy(path, sent)
    once(ws)
    shutil.copytree(sent, ws.root / "sent")
    return ws


@pytest.fixture
def ws(played: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(played.root, tmp_path / "office")
    return Workspace(tmp_path / "office")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The returns that were drawn."""
    names: list[str] = []
    render = Issuer.render

    def noted(self: Issuer, assignment: Any, path: Path) -> None:
        names.append(assignment.agency.code)
        render(self, assignment, path)

    monkeypatch.setattr(Issuer, "render", noted)
    return names


def once(ws: Workspace) -> dict[str, bytes]:
    folder = run_batch(ws, now=AS_OF, as_of=AS_OF, period=PERIOD, jobs=1).folder
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: data for name, data in found.items() if name not in NAMED}


def in_workbook(path: Path, sheet: str, cell: str, value: Any) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def correct(ws: Workspace) -> None:
    """One agency sends its form again with one narrative mended."""
    sent = sorted((ws.root / "sent").glob("*.xlsx"))[1]
    in_workbook(sent, "Nhiệm vụ", "M6", "Đã bổ sung số liệu theo yêu cầu của Văn phòng")
    shutil.copy(sent, ws.inbox)
    line = f"file;received_at;sender\n{sent.name};2025-03-14T09:00:00+07:00;\n"
    (ws.inbox / "receipts.csv").write_text(line, encoding="utf-8")
    for path in ws.inbox.iterdir():
        os.utime(path, (AS_OF.timestamp(),) * 2)


def change_a_task(ws: Workspace) -> None:
    in_workbook(ws.register, "Nhiệm vụ", f"{column_of(ws, 'Nội dung nhiệm vụ')}2", "Nội dung mới của một nhiệm vụ")


def change_another_agencys_form_of_address(ws: Workspace) -> None:
    in_workbook(ws.register, "Cơ quan", "B4", "Sở mang tên mới")


def change_the_office(ws: Workspace) -> None:
    text = ws.config.read_text(encoding="utf-8")
    ws.config.write_text(text.replace("[office]", '[office]\nplace = "Nơi khác"', 1), encoding="utf-8")


def change_the_form(ws: Workspace) -> None:
    ws.schemas.mkdir(exist_ok=True)
    form = max((Path(__file__).parents[1] / "schemas").glob("bm01*.yaml"))
    (ws.schemas / form.name).write_bytes(form.read_bytes() + b"\n# the Office was here\n")


def column_of(ws: Workspace, label: str) -> str:
    import openpyxl

    header = openpyxl.load_workbook(ws.register)["Nhiệm vụ"][1]
    return str(next(cell.column_letter for cell in header if str(cell.value).startswith(label)))


CHANGES: dict[str, tuple[Callable[[Workspace], None], int]] = {
    "a correction": (correct, 1),
    "a task in the register": (change_a_task, 1),
    "the name of an agency": (change_another_agencys_form_of_address, 1),
    "the configuration": (change_the_office, 4),
    "the form": (change_the_form, 4),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_concerns_is_made_anew_and_nothing_else(ws: Workspace, made: list[str], name: str) -> None:
    change, concerned = CHANGES[name]
    change(ws)
    shutil.copytree(ws.root, ws.root.parent / "twin")
    twin = Workspace(ws.root.parent / "twin")
    shutil.rmtree(twin.cache)
    kept = once(ws)
    assert len(made) == len(set(made)) == concerned
    made.clear()
    assert once(twin) == kept and len(made) == 4


def test_what_a_first_run_kept_serves_a_run_that_reads_from_the_cache(ws: Workspace, made: list[str]) -> None:
    (ws.root / "out" / "latest").unlink()
    shutil.rmtree(ws.out)
    once(ws)
    assert made == []
