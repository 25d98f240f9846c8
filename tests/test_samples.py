"""The sample cases: every run.json figure and finding is what the case's own expected.md says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Plays

from nvbatch.demo import SAMPLES, DemoError, acts, cases, play

MENDABLE = {"fatal", "error", "incomplete"}
INVENTED = {"tinhmau.example", "binhdinh.example", "thuchung.example", "dongthap.example"}


@dataclass(frozen=True)
class Played:
    """A period of a case: what must come of it, and what came."""

    period: str
    expected: Mapping[str, list[dict[str, str]]]
    office: tuple[str, ...]
    run: Mapping[str, Any]

    def tasks(self) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
        came = {task["code"]: task for task in self.run["tasks"]}
        for row in self.expected["Tasks"]:
            yield row, came[row["task"]]

    def file(self, row: Mapping[str, str]) -> dict[str, Any]:
        """The submission that a line of the table speaks of: the one that lies at its place in order of arrival."""
        same = [s for s in self.run["submissions"] if s["file"] == row["file"] and s["state"] == row["state"]]
        assert len(same) == 1, f"{row['mail']}: {row['file']} as {row['state']}"
        return same[0]


@pytest.fixture(scope="module", params=cases())
def played(request: pytest.FixtureRequest, plays: Plays) -> list[Played]:
    """Each case once, all its periods in one workspace."""
    every = []
    for act, result in plays(request.param):
        assert result.failures == ()
        text = (act.folder / "expected.md").read_text(encoding="utf-8")
        said = re.search(r"^Judged at as-of: (.*)$", text, re.MULTILINE)
        run = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
        office = tuple(said.group(1).split(" · ")) if said else ()
        every.append(Played(act.period, tables(text), office, run))
    return every


def test_the_cases_are_there_and_their_periods_are_in_order() -> None:
    assert {"so-nho", "binh-dinh-2025-02"} <= set(cases())
    for case in cases():
        moments = [act.as_of for act in acts(case)]
        assert moments == sorted(moments) and len(moments) >= 2


def test_totals_are_the_expected_ones_and_add_up(played: list[Played]) -> None:
    for each in played:
        totals = each.run["totals"]
        came = {
            name: value
            for name, value in {
                **totals["by_status"],
                **{k: totals[k] for k in ("assigned", "not_aggregated", "recurring_met")},
            }.items()
            if value or name in ("assigned", "not_aggregated", "recurring_met")
        }
        assert came == {row["figure"]: int(row["value"]) for row in each.expected["Totals"]}, each.period
        assert sum(totals["by_status"].values()) == totals["assigned"]


def test_every_task_has_its_status_and_is_aggregated_or_not(played: list[Played]) -> None:
    for each in played:
        said = {r["task"]: (r["status"], r["days"], r["aggregated"]) for r in each.expected["Tasks"]}
        came = {
            t["code"]: (
                t["status"],
                "" if t["days_overdue"] is None else str(t["days_overdue"]),
                "yes" if t["aggregated"] else "no",
            )
            for t in each.run["tasks"]
        }
        assert came == said, each.period


def test_every_task_stands_with_the_agency_that_leads_it_now(played: list[Played]) -> None:
    for each in played:
        said = {row["task"]: row["lead"] for row in each.expected["Tasks"] if "lead" in row}
        came = {task["code"]: task["lead_agency"] for task in each.run["tasks"] if task["code"] in said}
        assert came == said, each.period


def test_every_task_wears_its_flags_and_no_others(played: list[Played]) -> None:
    for each in played:
        wrong = {}
        for row, task in each.tasks():
            must = {flag for flag in row["flags"].split() if not flag.startswith("[")}
            may = {flag.strip("[]") for flag in row["flags"].split()}
            came = set(task["flags"])
            if not must <= came <= may:
                wrong[row["task"]] = (sorted(must - came), sorted(came - may))
        assert wrong == {}, f"{each.period}: flags that are missing, flags that should not be"


def test_every_file_has_its_state(played: list[Played]) -> None:
    for each in played:
        for row in each.expected["Files"]:
            came = each.file(row)
            assert came["timeliness"] == row["timeliness"], row["mail"]
            if row["state"] != "rejected":  # an unreadable file names nobody
                assert came["agency"] == row["agency"], row["mail"]
            assert came["rows_read"] == came["rows_merged"] + came["rows_held"] + came["rows_skipped"]


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else_must_be_mended(played: list[Played]) -> None:
    for each in played:
        for row in each.expected["Files"]:
            sha = each.file(row)["sha256"]
            found = [f for f in each.run["findings"] if f["sha256"] == sha and (f["file"] == row["file"])]
            planted = [said.split() for said in row["findings"].split(" · ") if said]
            for rule, *where in planted:
                assert any(f["rule"] == rule and _fits(f, where) for f in found), f"{row['mail']}: {rule} {where}"
            unplanted = [
                (f["rule"], f["task"], f["cell"], f["message"])
                for f in found
                if f["severity"] in MENDABLE
                and not any(f["rule"] == rule and _fits(f, where) for rule, *where in planted)
            ]
            assert unplanted == [], row["mail"]


def test_register_and_task_states_are_judged_too(played: list[Played]) -> None:
    for each in played:
        found = [f for f in each.run["findings"] if f["submission"] is None]
        planted = [said.split() for said in each.office]
        for rule, *where in planted:
            assert any(f["rule"] == rule and _fits(f, where) for f in found), f"{each.period}: {rule} {where}"
        unplanted = [
            (f["rule"], f["task"], f["message"])
            for f in found
            if f["severity"] in MENDABLE and not any(f["rule"] == rule and _fits(f, where) for rule, *where in planted)
        ]
        assert unplanted == [], each.period


def test_agencies_wear_their_flags(played: list[Played]) -> None:
    for each in played:
        came = {a["code"]: set(a["flags"]) for a in each.run["agencies"]}
        assert came == {r["agency"]: set(r["flags"].split()) for r in each.expected["Agencies"]}, each.period


def test_each_named_output_lies_there(played: list[Played]) -> None:
    for each in played:
        kinds = {output["kind"] for output in each.run["outputs"]}
        assert {"master", "briefing", "return"} <= kinds


def test_the_committed_samples_hold_no_real_address() -> None:
    for mail in SAMPLES.glob("*/*/inbox/*.eml"):
        heads = mail.read_text(encoding="utf-8").split("\n\n", 1)[0]
        assert set(re.findall(r"@([\w.]+)", heads)) <= INVENTED, mail.name


def _fits(finding: Mapping[str, Any], where: list[str]) -> bool:
    return all(word in (finding["agency"], finding["task"], finding["cell"]) for word in where)


def tables(text: str) -> dict[str, list[dict[str, str]]]:
    """Markdown: the table under each ``## heading`` as rows by column name."""
    found: dict[str, list[dict[str, str]]] = {}
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")]
        header, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
        found[title.strip()] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


def test_a_case_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="so-nho"):
        acts("khong-co")
    with pytest.raises(DemoError, match="mã nguồn"):
        acts("so-nho", tmp_path)


def test_the_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thu-rieng.txt").write_text("của tôi", encoding="utf-8")
    with pytest.raises(DemoError, match="đã có nội dung"):
        next(iter(play("so-nho", tmp_path)))
    assert (tmp_path / "thu-rieng.txt").read_text(encoding="utf-8") == "của tôi"


def test_a_new_department_is_silent_only_since_it_exists(plays: Plays) -> None:
    _act, result = plays("binh-dinh-2025-02")[-1]
    silent = {figure.agency.code: figure.silent_periods for figure in result.snapshot.agencies if figure.silent_periods}
    assert silent == {"TTT": 1, "AL": 1, "SDTTG": 1}  # set up on 20.2., which is in the third of three weeks
