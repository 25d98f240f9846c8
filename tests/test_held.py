"""A file that was kept back waits for the Office's word; who gave it and why stands in the journal."""

from __future__ import annotations

from datetime import datetime

import pytest
from test_closing import NOW, W11, drop_report, run, ws  # noqa: F401  (the workspace fixture)

from nvbatch.config import ConfigError
from nvbatch.held import REFUSED, RELEASED, decide, held_files
from nvbatch.journal import Journal
from nvbatch.model import SubmissionState

AS_OF = datetime.fromisoformat(W11)


@pytest.fixture
def stranger(ws):  # noqa: F811
    """A report of STC handed in under the name of somebody unknown."""
    drop_report(ws, "NV2", 55, "2025-03-13T08:00:00+07:00;la@khac.vn", owner="STC")
    run(ws, W11)
    return ws


def states(shot):
    return {s.agency: s.state for s in shot.submissions}


def test_a_held_file_is_listed_with_sender_and_reason(stranger):
    [held] = held_files(stranger, as_of=AS_OF)
    assert held.sender == "la@khac.vn"
    assert [f.rule for f in held.reasons] == ["A301"]
    assert held.copy is not None
    assert held.copy.is_file()
    assert "la@khac.vn" not in (held.copy.parent / "ly-do.txt").read_text(encoding="utf-8-sig")


def test_a_released_file_counts_from_the_next_run(stranger):
    [held] = held_files(stranger, as_of=AS_OF)
    decide(stranger, held.submission.id, RELEASED, why="Đã gọi điện xác nhận", now=NOW, who="Cán bộ trực")
    assert states(run(stranger, W11).snapshot)["STC"] is SubmissionState.ACCEPTED
    deed = next(iter(Journal(stranger).deeds("released")))
    assert (deed["who"], deed["why"]) == ("Cán bộ trực", "Đã gọi điện xác nhận")
    assert not (stranger.quarantine / held.submission.id).exists()


def test_a_refused_file_is_returned(stranger):
    [held] = held_files(stranger, as_of=AS_OF)
    decide(stranger, held.submission.id, REFUSED, why="Không phải của cơ quan", now=NOW)
    assert states(run(stranger, W11).snapshot)["STC"] is SubmissionState.REJECTED


def test_only_a_held_file_can_be_decided_and_only_with_a_reason(stranger):
    [held] = held_files(stranger, as_of=AS_OF)
    with pytest.raises(ConfigError, match="lý do"):
        decide(stranger, held.submission.id, RELEASED, why=" ", now=NOW)
    with pytest.raises(ConfigError, match=held.submission.id):
        decide(stranger, "000099-0", RELEASED, why="x", now=NOW)
