"""The short form of `make torture`: a few blows, attacks, canaries, histories, texts; a broken build is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import broken
from tests.torture.__main__ import caught
from tests.torture.attacks import HEAVY, KINDS
from tests.torture.canaries import canaries
from tests.torture.disaster import blows
from tests.torture.resubmission import resubmissions
from tests.torture.siege import siege
from tests.torture.strike import can_strike
from tests.torture.texts import texts

NO = can_strike()
struck = pytest.mark.skipif(NO is not None, reason=f"SKIPPED LOUDLY: {NO}; deaths and full disks were not tried")


@struck
@pytest.mark.parametrize(("how", "call"), [("kill", "rename"), ("enospc", "fsync")])
def test_a_blow_at_a_system_call_loses_nothing_and_the_next_run_heals(tmp_path: Path, how: str, call: str) -> None:
    report = blows(how, tmp_path, most=2, calls=(call,))
    assert report.points == 2 and report.wrong == []


@struck
def test_the_torture_catches_a_build_that_is_broken_on_purpose(tmp_path: Path) -> None:
    names = ("journal before archive",)
    assert set(names) <= set(broken.BUILDS)
    assert caught(tmp_path, names).wrong == []


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
