"""Running twice changes nothing, and the second time costs only a look: as long as nothing at all has changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nvbatch import run
from nvbatch.closing import publish
from nvbatch.inputs import digest_of
from nvbatch.journal import Journal
from nvbatch.ledger import TABLES, Ledger
from nvbatch.proof import verify
from nvbatch.run import RunResult, run_batch
from nvbatch.workspace import Workspace
from tests.bench.province import AS_OF, PERIOD, build

LATER = AS_OF + timedelta(hours=1)
EARLIER = AS_OF - timedelta(days=4)  # before any form had arrived
TOLD = {"run.json", "nhat-ky.txt", "manifest.json"}  # the only files that name the run


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = build(tmp_path_factory.mktemp("once"), agencies=2, rows=3)
    once(ws)
    return ws


@pytest.fixture
def ws(played: Workspace, tmp_path: Path) -> Workspace:
    """A workspace in which the run has been made once."""
    shutil.copytree(played.root, tmp_path / "office")
    return Workspace(tmp_path / "office")


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments for which everything was worked out anew."""
    moments: list[datetime] = []
    assemble = run.assemble

    def counted(*given: Any, **named: Any) -> Any:
        moments.append(named["as_of"])
        return assemble(*given, **named)

    monkeypatch.setattr(run, "assemble", counted)
    return moments


def once(ws: Workspace, **more: Any) -> RunResult:
    return run_batch(ws, **{"now": AS_OF, "as_of": AS_OF, "period": PERIOD, **more})


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def record(ws: Workspace, run_id: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((ws.out / run_id / "run.json").read_text(encoding="utf-8"))
    return data


def test_the_same_again_gives_every_file_again_under_a_new_name(ws: Workspace, computed: list[datetime]) -> None:
    again = once(ws, now=LATER)
    assert computed == [] and again.run_id == f"{PERIOD}-002" and ws.latest.read_text().strip() == again.run_id
    first, second = files(ws.out / f"{PERIOD}-001"), files(again.folder)
    assert first.keys() == second.keys() and len(first) >= 6
    assert {name for name in first if first[name] != second[name]} == TOLD
    one, two = record(ws, f"{PERIOD}-001"), record(ws, again.run_id)
    assert two["run"].pop("id") == again.run_id and two["run"].pop("generated_at") == LATER.isoformat()
    one["run"].pop("id"), one["run"].pop("generated_at")
    assert one == two
    assert verify(ws) == ()


def test_it_is_told_and_written_down_as_any_other_run(ws: Workspace) -> None:
    before = {table: Ledger(ws).rows(table) for table in TABLES}
    again = once(ws, now=LATER)
    assert {table: Ledger(ws).rows(table) for table in TABLES} == before
    one, two = ({k: v for k, v in deed.items() if k not in ("at", "run")} for deed in Journal(ws).deeds("run"))
    assert one == two and [d["run"] for d in Journal(ws).deeds("run")][-1] == again.run_id
    assert [o.path for o in again.outputs] == [o["path"] for o in record(ws, again.run_id)["outputs"]]
    assert again.summary == run.summary_of(again.snapshot)  # asked for, all of it is computed


def test_a_third_time_is_the_same_again(ws: Workspace, computed: list[datetime]) -> None:
    once(ws)
    assert once(ws).run_id == f"{PERIOD}-003" and computed == []


def test_a_run_of_another_moment_does_not_spoil_it(ws: Workspace, computed: list[datetime]) -> None:
    once(ws, as_of=EARLIER)
    once(ws)  # the ledger now speaks of the other moment: worked out anew, the ledger follows
    assert computed == [EARLIER, AS_OF]
    once(ws)
    assert computed == [EARLIER, AS_OF]


def _template(ws: Workspace) -> None:
    ws.templates.mkdir(exist_ok=True)
    (ws.templates / "ghi-chu.txt").write_text("một mẫu khác", encoding="utf-8")


def _configuration(ws: Workspace) -> None:
    ws.config.write_text(ws.config.read_text(encoding="utf-8") + "\n# đổi\n", encoding="utf-8")


def _register(ws: Workspace) -> None:
    import openpyxl

    book = openpyxl.load_workbook(ws.register)
    book["Cơ quan"]["B2"] = "Tên mới"
    book.save(ws.register)


def _decision(ws: Workspace) -> None:
    Journal(ws).append("released", submission="999-1", reason="thử")


def _signed(ws: Workspace) -> None:
    (ws.signed / "cv.pdf").write_bytes(b"%PDF-1.4")


def _ledger(ws: Workspace) -> None:
    ws.ledger.unlink()


def _output(ws: Workspace) -> None:
    (ws.out / f"{PERIOD}-001" / "Tong-hop-nhiem-vu.xlsx").write_bytes(b"edited by hand")


def _lost_output(ws: Workspace) -> None:
    next((ws.out / f"{PERIOD}-001" / "phan-hoi").glob("*.xlsx")).unlink()


def _archived(ws: Workspace) -> None:
    deed = next(Journal(ws).deeds("received"))
    path = ws.archive / deed["sha256"][:2] / deed["sha256"]
    path.chmod(0o644)
    path.write_bytes(b"damaged")


def _published(ws: Workspace) -> None:
    publish(ws, f"{PERIOD}-001", now=LATER)


def _cache(ws: Workspace) -> None:
    shutil.rmtree(ws.cache)


@pytest.mark.parametrize(
    "change",
    [
        _template, _configuration, _register, _decision, _signed, _ledger, _output, _lost_output, _archived, _published,
        _cache,
    ],
)  # fmt: skip
def test_whatever_has_changed_everything_is_worked_out_anew(
    ws: Workspace, computed: list[datetime], change: Callable[[Workspace], None]
) -> None:
    change(ws)
    again = once(ws)
    assert computed == [AS_OF]
    assert not record(ws, again.run_id)["run"]["published"]


def test_another_wish_is_another_run(ws: Workspace, computed: list[datetime]) -> None:
    once(ws, letters_each=True)
    once(ws, program="CHUNG")
    once(ws, period=None)
    assert len(computed) == 3


def test_a_preview_is_always_worked_out(ws: Workspace, computed: list[datetime]) -> None:
    assert once(ws, preview=True).run_id.startswith("thu-") and len(computed) == 1


def test_what_arrives_is_taken_in_before_it_is_asked_whether_anything_is_new(
    ws: Workspace, computed: list[datetime]
) -> None:
    import os

    target = ws.inbox / "la.txt"
    target.write_text("không phải biểu mẫu", encoding="utf-8")
    os.utime(target, (AS_OF.timestamp(),) * 2)
    assert once(ws, now=LATER).collected is not None and not target.exists()
    assert computed == [AS_OF]


def test_another_version_of_the_program_is_another_run(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest() -> str:
        return digest_of(ws, ws.config, {}, AS_OF)

    before = digest()
    assert digest() == before
    monkeypatch.setattr("nvbatch.inputs.program", lambda: "another")
    assert digest() != before
