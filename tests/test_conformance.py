"""Two invented provinces over four weekly periods each give the figures that section 8 of the contract gives them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from nvbatch.run import run_batch
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

WORLDS = Path(__file__).parent / "conformance"
SHOWN = {"warning", "info"}  # severities that may stand besides what is expected
# A blank narrative after a blank narrative: the blank cell (C401) silences what would follow from it.
SILENCED = {("2025-W31", "H703", "NV-2025-00001")}


@pytest.fixture(scope="module", params=sorted(p.name for p in WORLDS.iterdir()))
def world(request, tmp_path_factory) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Every period of a world played in order: (period, expected, run.json)."""
    root = tmp_path_factory.mktemp(request.param)
    start_workspace(root, now=datetime(2025, 1, 1).astimezone())
    ws = Workspace(root)
    played = []
    for folder in sorted((WORLDS / request.param).iterdir()):
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        shutil.copyfile(folder / "register.xlsx", ws.register)
        shutil.copyfile(folder / "nvbatch.toml", ws.config)
        for source in (folder / "inbox").iterdir():
            shutil.copyfile(source, ws.inbox / source.name)
            os.utime(ws.inbox / source.name, (1_000_000_000,) * 2)
        as_of = datetime.fromisoformat(expected["as_of"])
        held_on = date.fromisoformat(expected["conference"]) if expected["conference"] else None
        run = run_batch(ws, now=as_of, as_of=as_of, period=folder.name, conference=held_on)
        assert run.failures == ()
        played.append((folder.name, expected, json.loads((run.folder / "run.json").read_text(encoding="utf-8"))))
    return played


def test_totals_and_ratios(world):
    for period, expected, got in world:
        assert {k: got["totals"][k] for k in expected["totals"]} == expected["totals"], period


def test_every_task_has_its_status_deadline_and_flags(world):
    for period, expected, got in world:
        tasks = {t["code"]: t for t in got["tasks"]}
        assert set(tasks) == {t["code"] for t in expected["tasks"]}, period
        for want in expected["tasks"]:
            have = tasks[want["code"]]
            for key in ("lead_agency", "deadline", "original_deadline", "status", "days_overdue", "recurring_met"):
                assert have[key] == want[key], (period, want["code"], key)
            if want["aggregated"] is not None:
                assert have["aggregated"] == want["aggregated"], (period, want["code"])
            extra = set(have["flags"]) ^ set(want["flags"])
            assert extra <= set(want["flags_undecided"]), (period, want["code"], have["flags"], want["flags"])


def test_every_agency_has_its_flags(world):
    for period, expected, got in world:
        agencies = {a["code"]: a for a in got["agencies"]}
        for want in expected["agencies"]:
            have = agencies[want["code"]]
            assert sorted(have["flags"]) == sorted(want["flags"]), (period, want["code"])
            if want["submitted"] is not None:
                assert have["submitted"] == want["submitted"], (period, want["code"])


def test_every_file_has_its_state_and_its_findings_at_their_cells(world):
    for period, expected, got in world:
        for want, have, findings in _files(expected, got):
            key = (period, want["names"][0])
            assert (have["state"], have["timeliness"], have["period"], have["agency"]) == (
                want["state"], want["timeliness"], want["counts_for"], want["agency"],
            ), key  # fmt: skip
            assert have["rows_read"] == have["rows_merged"] + have["rows_held"] + have["rows_skipped"], key
            for finding in want["findings"]:
                if (period, finding["rule"], finding.get("task")) not in SILENCED:
                    assert any(finding.items() <= f.items() for f in findings), (key, finding)
            told = {(f["rule"], f.get("task")) for f in want["findings"]}
            silenced = {("C401", task) for (p, _, task) in SILENCED if p == period}
            for f in findings:
                assert (
                    f["severity"] in SHOWN or (f["rule"], f["task"]) in told | silenced or (f["rule"], None) in told
                ), (
                    key,
                    f,
                )


def test_the_register_is_told_what_is_wrong_with_it(world):
    for period, expected, got in world:
        for want in expected["register_findings"]:
            assert any(want.items() <= f.items() for f in got["findings"]), (period, want)


def _files(expected: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Each file that the period speaks of, its submission and its findings."""
    left = list(got["submissions"])
    for want in (f for f in expected["files"] if f["findings"] is not None):
        mine = [s for s in left if s["sha256"] == want["sha256"] and s["file"] in want["names"]]
        assert mine, want["names"]
        left.remove(mine[0])
        yield want, mine[0], [f for f in got["findings"] if f["submission"] == mine[0]["id"]]
