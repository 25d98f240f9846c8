"""Reading that is begun beside other work: the same readings, its troubles said when asked for, no thread left."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from nvbatch import readings
from nvbatch.config import load_config
from nvbatch.readings import ReadingAhead, read_all
from nvbatch.register_sheets import RegisterError
from nvbatch.run import run_batch
from nvbatch.stages.collect import collect
from nvbatch.workspace import Workspace
from tests.bench.province import AS_OF, PERIOD, build


@pytest.fixture
def received(tmp_path: Path) -> Workspace:
    ws = build(tmp_path / "vp", agencies=4, rows=3)
    assert len(collect(ws, load_config(ws.config), AS_OF).receipts) == 4
    return ws


def test_what_is_read_ahead_is_what_is_read_in_turn(received):
    config, before = load_config(received.config), set(threading.enumerate())
    with ReadingAhead(received, config) as ahead:
        found = ahead.all()
        assert set(threading.enumerate()) <= before  # forks may be taken from here on
    assert len(found) == 4 and found == read_all(received, config)


def test_trouble_in_reading_is_raised_where_the_readings_are_asked_for(received, monkeypatch):
    def broken(*_: object) -> list[object]:
        raise OSError("đĩa hỏng")

    monkeypatch.setattr(readings, "read_all", broken)
    with ReadingAhead(received, load_config(received.config)) as ahead, pytest.raises(OSError, match="đĩa hỏng"):
        ahead.all()


def test_who_leaves_early_does_not_wait_for_every_file(received, monkeypatch):
    def read_for_ever(ws, config, going_on):
        while going_on():
            pass
        return []

    monkeypatch.setattr(readings, "read_all", read_for_ever)
    with pytest.raises(RegisterError), ReadingAhead(received, load_config(received.config)):
        raise RegisterError("sổ đăng ký hỏng")


def test_a_broken_register_costs_the_run_but_nothing_that_was_received(tmp_path):
    ws = build(tmp_path / "vp", agencies=2, rows=2)
    whole = ws.register.read_bytes()
    ws.register.write_bytes(b"no workbook")
    with pytest.raises(RegisterError):
        run_batch(ws, now=AS_OF, as_of=AS_OF, period=PERIOD)
    ws.register.write_bytes(whole)
    done = run_batch(ws, now=AS_OF, as_of=AS_OF, period=PERIOD)
    assert [s.state.value for s in done.snapshot.submissions] == ["accepted", "accepted"]


def test_a_missing_register_is_said_before_anything_leaves_the_inbox(tmp_path):
    ws = build(tmp_path / "vp", agencies=2, rows=2)
    lying = sorted(path.name for path in ws.inbox.iterdir())
    ws.register.unlink()
    with pytest.raises(RegisterError, match="nvbatch init"):
        run_batch(ws, now=AS_OF, as_of=AS_OF, period=PERIOD)
    assert sorted(path.name for path in ws.inbox.iterdir()) == lying
