"""The short form of `make torture`: a few blows, attacks, canaries, histories, texts; a broken build is caught."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from nvbatch.workspace import Workspace
from tests.torture import broken
from tests.torture.__main__ import caught
from tests.torture.answering import Arrived, Mood, runs_and_sends, with_a_mail_server, wrong_answers
from tests.torture.attacks import HEAVY, KINDS
from tests.torture.canaries import canaries
from tests.torture.disaster import blows
from tests.torture.kept import kept
from tests.torture.resubmission import resubmissions
from tests.torture.siege import siege
from tests.torture.strike import can_strike, undisturbed
from tests.torture.texts import texts
from tests.torture.town import MONDAY, lay, mail, report, town
from tests.torture.warm import forked_children

NO = can_strike()
struck = pytest.mark.skipif(NO is not None, reason=f"SKIPPED LOUDLY: {NO}; deaths and full disks were not tried")


@struck
@pytest.mark.parametrize(("how", "call"), [("kill", "rename"), ("enospc", "fsync")])
def test_a_blow_at_a_system_call_loses_nothing_and_the_next_run_heals(tmp_path: Path, how: str, call: str) -> None:
    report = blows(how, tmp_path, most=2, calls=(call,))
    assert report.points == 2 and report.wrong == []


@struck
def test_a_death_among_hands_that_share_the_work_loses_nothing(tmp_path: Path) -> None:
    report = blows("kill", tmp_path, most=2, calls=("rename",), hands=2)
    assert report.points == 2 and report.wrong == []


@struck
def test_the_torture_catches_a_build_that_is_broken_on_purpose(tmp_path: Path) -> None:
    names = ("journal before archive",)
    assert set(names) <= set(broken.BUILDS)
    assert caught(tmp_path, names).wrong == []


@pytest.mark.skipif(sys.platform == "win32", reason="SKIPPED LOUDLY: no forks here; broken senders were not tried")
@pytest.mark.parametrize(
    ("build", "mood"),
    [
        (None, Mood.WE_DIE_AFTER),
        (None, Mood.WE_DIE_BEFORE),
        ("send without record", Mood.WE_DIE_AFTER),
        ("record before send", Mood.WE_DIE_BEFORE),
        ("doubts go out again", Mood.SILENT),
        ("outbox rewritten", Mood.TAKES),
    ],
)
def test_an_answer_is_sent_once_and_a_build_that_sends_twice_or_never_is_noticed(
    one_mail: Path, tmp_path: Path, build: str | None, mood: Mood
) -> None:
    def history() -> int:
        if build is not None:
            broken.BUILDS[build].breaking()
        return _wrongs(Path(shutil.copytree(one_mail, tmp_path / "vp")), mood)

    with forked_children():
        found = undisturbed(history)
    assert (found.status > 0) == (build is not None) and found.status < 60, found.said


@pytest.fixture(scope="module")
def one_mail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town that waits for its first run; what a run imports is imported after a rehearsal, so that forks have it."""
    ws = town(tmp_path_factory.mktemp("torture") / "vp", agencies={"SNV": "Sở Nội vụ"})
    with_a_mail_server(ws)
    lay(ws, "thu.eml", mail("snv@tinhmau.example", report("SNV", 40)))
    with forked_children():
        assert _wrongs(Path(shutil.copytree(ws.root, ws.root.parent / "rehearsal")), Mood.TAKES) == 0
    return ws.root


def _wrongs(root: Path, mood: Mood) -> int:
    ws, arrived = Workspace(root), list[Arrived]()
    runs_and_sends(ws, MONDAY, mood, arrived, spared=0)
    return len(list(wrong_answers(ws, MONDAY + timedelta(hours=1), arrived, ["snv@tinhmau.example"])))


def test_every_attack_is_named_and_every_good_workbook_merged(tmp_path: Path) -> None:
    quick = tuple(kind for kind in KINDS if kind not in HEAVY)
    report = siege(tmp_path, good=5, kinds=quick, traced=False, slow=False)
    assert report.points == len(quick) and report.wrong == []


def test_telephones_and_addresses_stay_where_they_belong(tmp_path: Path) -> None:
    assert canaries(tmp_path, many=3).wrong == []


def test_treacherous_texts_come_out_as_they_went_in(tmp_path: Path) -> None:
    assert texts(tmp_path).wrong == []


def test_whatever_is_sent_again_the_right_file_wins(tmp_path: Path) -> None:
    assert resubmissions(tmp_path, examples=2).wrong == []


def test_what_is_kept_from_run_to_run_changes_nothing_that_is_said(tmp_path: Path) -> None:
    report = kept(tmp_path, runs=5, seed=1)
    assert report.points == 5 and report.wrong == []
