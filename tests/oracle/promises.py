"""What holds of every world whatever its figures: the same inputs twice, trial runs, earlier days, rebuilding."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nvbatch.recovery import rebuild
from tests.oracle.play import Stage, cleared, without_documents
from tests.oracle.world import Step, World

FIGURES = ("totals", "tasks", "agencies", "submissions", "decisions")
PASSING = ("/run/id", "/run/generated_at")
MEMORY = ("archive", "journal", "inbox", "quarantine", "ledger.sqlite", "register.xlsx")


def broken_promises(world: World, root: Path) -> Iterator[str]:
    with without_documents():
        yield from _played_twice(world, root)


def _played_twice(world: World, root: Path) -> Iterator[str]:
    stage, other = Stage(world, cleared(root / "a")), Stage(world, cleared(root / "b"), shuffled=world.seed)
    other.bytes = stage.bytes  # a workbook written twice bears two times of day
    said: dict[int, Mapping[str, Any]] = {}
    for step in world.steps:
        for each in (stage, other):
            each.prepare(step)
            each.drop(step)
        yield from _trial(stage, step)
        _, said[step.number] = stage.run(step)
        _, shuffled = other.run(step)
        if _nameless(said[step.number]) != _nameless(shuffled):
            where = _first_difference(_nameless(said[step.number]), _nameless(shuffled))
            yield f"step {step.number}: the order of files in the inbox matters: {where}"
        for how in ("a second run", "a second run worked out anew"):
            _, again = stage.run(step)
            if _lasting(again) != _lasting(said[step.number]):
                yield f"step {step.number}: {how} differs: {_first_difference(again, said[step.number])}"
            shutil.rmtree(
                stage.ws.cache / "runs", ignore_errors=True
            )  # the first was handed out again, the next is not
    yield from _rebuilt(stage)
    first = world.steps[1]
    stage.prepare(first)
    _, earlier = stage.run(first)
    for part in FIGURES:
        if earlier[part] != said[first.number][part]:
            yield f"a rerun of the earlier as-of differs in {part}: {_first_difference(earlier, said[first.number])}"


def _trial(stage: Stage, step: Step) -> Iterator[str]:
    before = _memory(stage.ws.root)
    stage.run(step, preview=True)
    after = _memory(stage.ws.root)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if changed:
        yield f"step {step.number}: --preview changed {sorted(changed)}"


def _rebuilt(stage: Stage) -> Iterator[str]:
    out = stage.ws.out
    latest = (out / "latest").read_text(encoding="utf-8").strip()
    before = json.loads((out / latest / "run.json").read_text(encoding="utf-8"))
    for gone in ("ledger.sqlite", "cache", "out"):
        path = stage.ws.root / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    rebuilt = rebuild(stage.ws, now=stage.world.steps[-1].as_of)
    after = json.loads((rebuilt.folder / "run.json").read_text(encoding="utf-8"))
    if _lasting(before) != _lasting(after):
        yield f"rebuilt run.json differs: {_first_difference(after, before)}"


def _memory(root: Path) -> dict[str, str]:
    files = (p for name in MEMORY for p in (root / name, *(root / name).rglob("*")) if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _lasting(said: Mapping[str, Any]) -> Mapping[str, Any]:
    run = {k: v for k, v in said["run"].items() if k not in ("id", "generated_at")}
    return {**said, "run": run}


def _nameless(said: Mapping[str, Any]) -> Any:
    """Without the numbers that the order of arrival gave the submissions."""
    files = [{k: v for k, v in s.items() if k != "id"} for s in said["submissions"]]
    found = [{k: v for k, v in f.items() if k != "submission"} for f in said["findings"]]
    key = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
    kept = {part: said[part] for part in ("totals", "tasks", "agencies", "decisions")}
    return {**kept, "submissions": files, "findings": sorted(found, key=key)}


def _first_difference(a: Any, b: Any, where: str = "") -> str:
    """Where two records part, and how."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        pairs = [(f"{where}/{k}", a.get(k), b.get(k)) for k in {**a, **b} if f"{where}/{k}" not in PASSING]
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        pairs = [(f"{where}[{n}]", x, y) for n, (x, y) in enumerate(zip(a, b, strict=True))]
    else:
        return f"{where}: {str(a)[:150]} ≠ {str(b)[:150]}" if a != b else ""
    return next((found for name, x, y in pairs if (found := _first_difference(x, y, name))), "")
