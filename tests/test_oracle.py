"""Seeded provinces over some periods: the product says of them what an independent reading of the contract says.

``python -m tests.oracle --seeds 200`` plays many more; ``--promises`` plays the rest of this file on them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle.meaning import judge
from tests.oracle.play import play
from tests.oracle.promises import broken_promises
from tests.oracle.province import make_world
from tests.oracle.world import World


def beginning(seed: int, steps: int) -> World:
    """The first periods of a world."""
    world = make_world(seed)
    return replace(world, steps=world.steps[:steps])


@pytest.mark.parametrize("seed", [4, 25])  # the turn of the year with several programmes; weeks and a conference
def test_a_province_has_the_figures_that_the_contract_gives_it(seed, tmp_path):
    differing = [(p.step.number, line) for p in play(beginning(seed, 4), tmp_path) for line in p.differences]
    assert differing == []


def test_what_holds_of_every_world_holds_of_this_one(tmp_path):
    assert list(broken_promises(beginning(0, 2), tmp_path)) == []


def test_the_same_seed_makes_the_same_world():
    assert make_world(5) == make_world(5)


@pytest.mark.parametrize("seed", range(40))
def test_the_parts_of_a_whole_add_up_in_the_oracle_too(seed):
    world = make_world(seed)
    for step in world.steps:
        judged = judge(world, step)
        assert sum(judged.totals["by_status"].values()) == judged.totals["assigned"] == len(judged.tasks)
        for fate in judged.fates:
            assert fate.read == fate.merged + fate.held + fate.skipped
