"""status answers at once where nothing has happened since it was last asked, and never with an old answer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nvbatch import owing
from nvbatch.glance import status
from nvbatch.journal import Journal
from nvbatch.run import run_batch
from nvbatch.workspace import Workspace
from tests.bench.province import AS_OF, PERIOD, build

LATER = AS_OF + timedelta(hours=1)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = build(tmp_path_factory.mktemp("office"), agencies=2, rows=3)
    run_batch(ws, now=AS_OF, as_of=AS_OF, period=PERIOD)
    status(ws, as_of=AS_OF)
    return ws


@pytest.fixture
def ws(asked: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(asked.root, tmp_path / "office")
    return Workspace(tmp_path / "office")


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moments: list[datetime] = []
    standing = owing.standing

    def counted(ws: Workspace, *, as_of: datetime) -> Any:
        moments.append(as_of)
        return standing(ws, as_of=as_of)

    monkeypatch.setattr(owing, "standing", counted)
    return moments


def test_the_same_question_has_the_same_answer_at_once(ws: Workspace, computed: list[datetime]) -> None:
    known = status(ws, as_of=AS_OF)
    assert computed == [] and known == owing.standing(ws, as_of=AS_OF)[0]
    assert {a.code for a in known.agencies if a.submitted} == {"CQ0000", "CQ0001"}
    assert status(ws, as_of=LATER) == known and len(computed) == 1  # only that of the line above


def test_what_lies_in_inbox_is_counted_anew(ws: Workspace, computed: list[datetime]) -> None:
    (ws.inbox / "moi.xlsx").write_bytes(b"...")
    assert status(ws, as_of=AS_OF).waiting == 1 and computed == []


@pytest.mark.parametrize("moment", [AS_OF - timedelta(minutes=1), AS_OF + timedelta(days=1), AS_OF + timedelta(days=9)])
def test_an_earlier_moment_and_another_day_are_worked_out(
    ws: Workspace, computed: list[datetime], moment: datetime
) -> None:
    status(ws, as_of=moment)
    assert computed == [moment]


def test_no_answer_outlives_a_cutoff_or_a_receipt(ws: Workspace) -> None:
    before = datetime.fromisoformat("2025-03-14T08:00:00+07:00")  # the cut-off is at 16:30
    assert owing.standing(ws, as_of=before)[1] == datetime.fromisoformat("2025-03-14T16:30:00+07:00")
    early = datetime.fromisoformat("2025-03-13T07:59:00+07:00")  # the first form came at 08:00
    assert owing.standing(ws, as_of=early)[1] == datetime.fromisoformat("2025-03-13T08:00:00+07:00")
    assert owing.standing(ws, as_of=AS_OF)[1] == datetime.fromisoformat("2025-03-15T00:00:00+07:00")


def _decided(ws: Workspace) -> None:
    Journal(ws).append("released", submission="999-1")


def _configured(ws: Workspace) -> None:
    ws.config.write_text(ws.config.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _garbled(ws: Workspace) -> None:
    (ws.cache / "status.json").write_text(json.dumps({"format": 1}), encoding="utf-8")


def _gone(ws: Workspace) -> None:
    shutil.rmtree(ws.cache)


@pytest.mark.parametrize("change", [_decided, _configured, _garbled, _gone])
def test_whatever_happens_the_question_is_asked_anew(
    ws: Workspace, computed: list[datetime], change: Callable[[Workspace], None]
) -> None:
    change(ws)
    status(ws, as_of=AS_OF)
    assert computed == [AS_OF]
