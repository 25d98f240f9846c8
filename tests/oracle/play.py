"""A world is played through the product, step by step; what it says is held against what the contract says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from nvbatch.run import RunResult, run_batch
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace
from tests.oracle.meaning import NATIVE, RULE_OF_FLAG, Fate, Judged, judge
from tests.oracle.world import File, Step, World
from tests.oracle.writing import Layout, mail, workbook, write_receipts, write_register, write_settings, zipped

TASK_FACTS = ("lead_agency", "task_class", "program", "deadline", "original_deadline", "status", "days_overdue",
              "recurring_met", "reminders_due", "aggregated")  # fmt: skip
SAID_ALOUD = {"warning", "info"}
MAY_BE_TOLD = {"R504", "R509"}  # R504 is judged at as-of; R509 also of rows that are held for something else


@dataclass(frozen=True)
class Played:
    step: Step
    expected: Judged
    got: Mapping[str, Any]
    differences: tuple[str, ...]


class Stage:
    """A workspace in which a world is played."""

    def __init__(self, world: World, root: Path, *, documents: bool = False, shuffled: int | None = None) -> None:
        self.world, self.documents = world, documents
        self.bytes: dict[int, tuple[bytes, str, Layout]] = {}
        self.shuffled = shuffled
        start_workspace(root, now=datetime(2025, 1, 1).astimezone())
        self.ws = Workspace(root)

    def content(self, file: File) -> tuple[bytes, str, Layout]:
        number = file.copy_of if file.copy_of is not None else file.number
        if number not in self.bytes:
            first = next(f for f in self.world.files if f.number == number)
            self.bytes[number] = workbook(first, self.world.office)
        return self.bytes[number]

    def prepare(self, step: Step) -> None:
        write_register(self.world.office, step.number, self.ws.register)
        write_settings(self.world.office, self.ws.config)

    def drop(self, step: Step) -> None:
        lines = []
        files = [f for f in self.world.files if f.since == step.number]
        if self.shuffled is not None:
            Random(self.shuffled).shuffle(files)
        for file in files:
            data, ending, _ = self.content(file)
            name = f"{file.name}.{ending}"
            if file.carried_by == "eml":
                target = self.ws.inbox / f"thu-{file.number:03d}.eml"
                target.write_bytes(mail(file, name, data))
            elif file.carried_by == "zip":
                target = self.ws.inbox / f"{file.name}.zip"
                target.write_bytes(zipped(name, data))
                lines.append((target.name, file.received_at, file.sender))
            else:
                target = self.ws.inbox / name
                target.write_bytes(data)
                lines.append((name, file.received_at, file.sender))
            os.utime(target, (1_000_000_000,) * 2)
        write_receipts(lines, self.ws.inbox / "receipts.csv")
        os.utime(self.ws.inbox / "receipts.csv", (1_000_000_000,) * 2)

    def run(self, step: Step, *, preview: bool = False) -> tuple[RunResult, Mapping[str, Any]]:
        run = run_batch(
            self.ws, now=step.as_of, as_of=step.as_of, period=step.period, conference=step.conference, preview=preview
        )
        assert run.failures == (), run.failures
        return run, json.loads((run.folder / "run.json").read_text(encoding="utf-8"))


def play(world: World, root: Path, *, documents: bool = False) -> Iterator[Played]:
    stage = Stage(world, root, documents=documents)
    for step in world.steps:
        stage.prepare(step)
        stage.drop(step)
        with nullcontext() if documents else without_documents():
            _, got = stage.run(step)
        expected = judge(world, step)
        yield Played(step, expected, got, tuple(differences(expected, got, stage)))


@contextmanager
def without_documents() -> Iterator[None]:
    """Long runs ask for figures only: the documents of a run, made from the same figures, are left out."""
    import nvbatch.stages.brief as brief
    import nvbatch.stages.tabulate as tabulate
    from nvbatch import reconcile, returned

    with (
        patch.object(brief, "brief", lambda *a, **k: ()),
        patch.object(tabulate, "tabulate", lambda *a, **k: None),
        patch.object(returned, "assignments", lambda *a, **k: ()),
        patch.object(reconcile, "of_file", lambda *a, **k: ()),
    ):
        yield


# --- what differs -------------------------------------------------------------------------------


def differences(expected: Judged, got: Mapping[str, Any], stage: Stage) -> Iterator[str]:
    yield from _periods(expected, got)
    yield from _tasks(expected, got)
    yield from _told_of_tasks(expected, got)
    yield from _totals(expected, got)
    yield from _agencies(expected, got)
    yield from _files(expected, got, stage)
    if got["decisions"] != expected.decisions:
        yield f"decisions: {got['decisions']} ≠ {expected.decisions}"


def _periods(expected: Judged, got: Mapping[str, Any]) -> Iterator[str]:
    for program, period in got["run"]["periods"].items():
        want = expected.periods.get(program)
        if want is None or want.key != period["key"]:
            yield f"period of {program}: {period['key']} ≠ {want.key if want else None}"


def _tasks(expected: Judged, got: Mapping[str, Any]) -> Iterator[str]:
    tasks = {t["code"]: t for t in got["tasks"]}
    for code in sorted(set(tasks) ^ set(expected.tasks)):
        yield f"task {code}: {'not expected' if code in tasks else 'missing'}"
    for code in sorted(set(tasks) & set(expected.tasks)):
        have, want = tasks[code], expected.tasks[code]
        for name in TASK_FACTS:
            if have[name] != want[name]:
                yield f"task {code} ({want['status']}) {name}: {have[name]!r} ≠ {want[name]!r}"
        undecided = {"product_without_deadline"} if want["status"].startswith("done") else set()
        for flag in sorted((set(have["flags"]) ^ want["flags"]) - undecided):
            word = "not expected" if flag in have["flags"] else "missing"
            yield f"task {code} ({want['status']}, {want['lead_agency']}) flag {flag}: {word}"
        if (have["source"] is None) != (want["source"] is None):
            yield f"task {code} source: {have['source']} ≠ {want['source']}"


def _told_of_tasks(expected: Judged, got: Mapping[str, Any]) -> Iterator[str]:
    """Findings that are judged at as-of: all that hold, no others, each as grave as the rules in force have it."""
    rules = {RULE_OF_FLAG[flag] for flag in NATIVE}
    told: dict[tuple[str, str], set[str]] = {}
    for f in got["findings"]:
        if f["rule"] in rules and f["task"] in expected.tasks:
            told.setdefault((f["task"], f["rule"]), set()).add(f["severity"])
            if f["waived"] != (f["severity"] == "info") if "waived" in f else f["severity"] == "info":
                yield f"task {f['task']} {f['rule']}: severity {f['severity']}, waived {f.get('waived')}"
    want = {(code, rule): {how} for code, task in expected.tasks.items() for rule, how in task["told"].items()}
    for key in sorted(set(want) | set(told)):
        if want.get(key) != told.get(key):
            yield f"task {key[0]} finding {key[1]}: {told.get(key)} ≠ {want.get(key)}"


def _totals(expected: Judged, got: Mapping[str, Any]) -> Iterator[str]:
    for name, want in expected.totals.items():
        if got["totals"][name] != want:
            yield f"totals.{name}: {got['totals'][name]} ≠ {want}"
    if sum(got["totals"]["by_status"].values()) != got["totals"]["assigned"]:
        yield "totals: by_status does not add up to assigned"


def _agencies(expected: Judged, got: Mapping[str, Any]) -> Iterator[str]:
    agencies = {a["code"]: a for a in got["agencies"]}
    for code, want in expected.agencies.items():
        have = agencies.get(code)
        if have is None:
            if want["tasks"]:
                yield f"agency {code}: missing"
            continue
        for name in ("tasks", "by_status", "mark"):
            if have[name] != want[name]:
                yield f"agency {code} {name}: {have[name]} ≠ {want[name]}"
        if have["submitted"] != want["submitted"]:
            yield f"agency {code} submitted: {have['submitted']} ≠ {want['submitted']}"
        if set(have["flags"]) != want["flags"]:
            yield f"agency {code} flags: {sorted(have['flags'])} ≠ {sorted(want['flags'])}"


def _files(expected: Judged, got: Mapping[str, Any], stage: Stage) -> Iterator[str]:
    listed = {(s["received_at"], s["file"]): s for s in got["submissions"]}
    for fate in expected.fates:
        name = f"{fate.file.name}.{stage.content(fate.file)[1]}"
        have = next((s for (at, file), s in listed.items() if datetime.fromisoformat(at) == fate.file.received_at
                     and file in (name, f"thu-{fate.file.number:03d}.eml", f"{fate.file.name}.zip")), None)  # fmt: skip
        if have is None:
            yield f"file {fate.file.number} {name} ({fate.state}): not listed"
            continue
        del listed[have["received_at"], have["file"]]
        yield from _file(fate, have, got, stage)
    for have in listed.values():
        if have["state"] != "after_lock":  # what the lock keeps out is shown to who sent it, whatever its period
            yield f"file {have['file']}: listed, not expected ({have['state']}, {have['period']})"


def _file(fate: Fate, have: Mapping[str, Any], got: Mapping[str, Any], stage: Stage) -> Iterator[str]:
    who = f"file {fate.file.number} {fate.file.agency} {fate.file.received_at:%d/%m %H:%M} stamp {fate.file.stamp}"
    if have["state"] != fate.state:
        yield f"{who} state: {have['state']} ≠ {fate.state}"
        return
    if fate.state == "duplicate":
        return
    if fate.file.fault is None and (have["period"], have["program"]) != (fate.span.key, fate.file.program):
        yield f"{who} period: {have['period'], have['program']} ≠ {fate.span.key, fate.file.program}"
    if fate.file.fault is None and have["timeliness"] != fate.timeliness:
        yield f"{who} timeliness: {have['timeliness']} ≠ {fate.timeliness}"
    if have["rows_read"] != have["rows_merged"] + have["rows_held"] + have["rows_skipped"]:
        yield f"{who}: rows do not reconcile"
    if fate.state not in ("accepted", "superseded"):
        return
    counts = [have[f"rows_{n}"] for n in ("read", "merged", "held", "skipped")]
    if counts != [fate.read, fate.merged, fate.held, fate.skipped]:
        yield f"{who} rows: {counts} ≠ {[fate.read, fate.merged, fate.held, fate.skipped]}"
    told = [f for f in got["findings"] if f["submission"] == have["id"]]
    yield from _findings(fate, told, who, stage)


def _findings(fate: Fate, told: list[Mapping[str, Any]], who: str, stage: Stage) -> Iterator[str]:
    layout = stage.content(fate.file)[2]
    rules = {f["rule"] for f in told}
    for rule in sorted(fate.rules - rules):
        yield f"{who}: {rule} not told"
    numbers = {row.code: number for number, row in enumerate(fate.file.rows)}
    for want in fate.findings:
        mine = [f for f in told if (f["rule"], f["task"]) == (want.rule, want.task)]
        if want.rule == "M606":
            mine = [f for f in told if f["rule"] == "M606"]
        if not mine:
            yield f"{who}: {want.rule} of {want.task} ({want.severity}) not told"
            continue
        if not any(f["severity"] == want.severity for f in mine):
            yield f"{who}: {want.rule} of {want.task}: {mine[0]['severity']} ≠ {want.severity}"
        if want.rule[0] == "C" and want.row and want.task in numbers:
            cell = layout.cell(numbers[want.task], want.row)
            copies = sum(r.code == want.task for r in fate.file.rows)
            if copies == 1 and not any(f["cell"] == cell for f in mine):
                yield f"{who}: {want.rule} of {want.task} at {[f['cell'] for f in mine]} ≠ {cell}"
    known = {(f.rule, f.task) for f in fate.findings}
    for f in told:
        if f["severity"] not in SAID_ALOUD and (f["rule"], f["task"]) not in known and f["rule"] not in MAY_BE_TOLD:
            yield f"{who}: {f['rule']} of {f['task']} ({f['severity']}) told, not expected: {f['message']}"


def cleared(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    return root
