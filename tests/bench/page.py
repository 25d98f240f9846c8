"""Measured processes in, the lines of docs/performance.md out; what was written by hand below them stays."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.measure import Measured

BY_HAND = "## What the figures say"  # from here on the page is written by people


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything that one bench measured. ``doors``: command → its starts.

    ``grown``: a run, and one of four times as many workbooks.
    """

    files: int
    rows: int
    peers: Sequence[Measured]
    first: Sequence[Measured]
    second: Measured
    corrected: Measured
    doors: Mapping[str, Sequence[Measured]]
    stages: Mapping[str, Mapping[str, float]]  # of a first run, a second, one after a correction: CPU seconds
    floors: Mapping[str, float]  # milliseconds
    lists: Mapping[str, float]  # the master's rows by XlsxWriter and by us: seconds
    grown: tuple[Measured, Measured] | None = None
    load: float = field(default_factory=lambda: os.getloadavg()[0])


def lines(b: Bench) -> list[str]:
    return [*_head(b), "", *_ratios(b), "", *_stages(b)]


def rewritten(page: Path, found: list[str]) -> str:
    """The page with these figures, and what stood by hand below the old ones."""
    old = page.read_text(encoding="utf-8") if page.is_file() else ""
    by_hand = old[old.index(BY_HAND) :] if BY_HAND in old else f"{BY_HAND}\n"
    return "\n".join(found) + "\n\n" + by_hand


def _head(b: Bench) -> list[str]:
    command = f"make bench FILES={b.files} PAIRS={len(b.first)}{' GROW=1' if b.grown else ''} WRITE=1"
    return [
        "# Performance",
        "",
        f"Written by `{command}` on {date.today():%d/%m/%Y}: {b.files} workbooks × {b.rows} rows, one in ten messy, "
        f"one row in twenty faulty, fixed seed; {len(b.first)} pair(s) of whole processes in turn; Python "
        f"{sys.version.split()[0]}, {os.cpu_count()} shared virtual cores, load {b.load:.1f}. Wall times swing on such "
        "machines: only ratios of one bench count, and CPU (children's included) says more than the clock when others "
        "work beside. Outputs are checked before a time counts.",
        "",
        f"Peer (the script that only stacks the files): {_median(b.peers, 'wall'):.1f} s wall, "
        f"{_median(b.peers, 'cpu'):.1f} s CPU, {_median(b.peers, 'peak'):.0f} MiB. "
        f"First run: {_median(b.first, 'wall'):.1f} s wall, {_median(b.first, 'cpu'):.1f} s CPU, "
        f"{_median(b.first, 'peak'):.0f} MiB.",
    ]


def _ratios(b: Bench) -> list[str]:
    whole = "0.40" if b.files < 300 else "0.25"
    spent = b.stages["first"]
    found = ["| what | wall | CPU | memory | goal |", "|---|---:|---:|---:|---:|"]
    found.append(_ratio("whole weekly run / peer", b.first, b.peers, f"≤ {whole}, memory ≤ 0.8 (at 500)"))
    found.append(_ratio("second run, nothing new / first", [b.second], b.first, "≤ 0.15"))
    found.append(_ratio("one corrected workbook / first", [b.corrected], b.first, "≤ 0.25"))
    bare = b.doors["bare"]
    found.append(_ratio("`nvbatch --help` / `python -c pass`", b.doors["help"], bare, "≤ 8"))
    found.append(_ratio("`nvbatch status` / `python -c pass`", b.doors["status"], bare, "≤ 20"))
    if b.grown is not None:
        small, large = b.grown
        found.append(_ratio(f"a workbook among {4 * b.files} / among {b.files}", [large], [small], "≤ 1.1", of=4))
    found.append(_share("check / one pandera call", spent["check"], spent["pandera"], "≤ 1.5"))
    found.append(_share("reading a workbook / expat over its XML", b.floors["reading"], b.floors["expat"], "≤ 1.5"))
    found.append(_share("a list of all rows × 20 / XlsxWriter", b.lists["master"], b.lists["xlsxwriter"], "≤ 0.5"))
    found.append(_share("a letter / docxtpl", b.floors["letter"], b.floors["docxtpl"], "≤ 0.25"))
    floor = b.floors["openpyxl"] * b.files / 1000
    found.append(_share("a return / openpyxl load, mark, save", spent.get("issue", 0), floor, "≤ 0.25"))
    return found


def _ratio(what: str, mine: Sequence[Measured], theirs: Sequence[Measured], goal: str, *, of: int = 1) -> str:
    cells = [f"{_median(mine, name) / of / _median(theirs, name):.2f}" for name in ("wall", "cpu", "peak")]
    if len(mine) == len(theirs):  # pair by pair: what slowed one down slowed the other too
        pairs = list(zip(mine, theirs, strict=True))
        cells = [
            f"{statistics.median(getattr(one, n) / of / getattr(other, n) for one, other in pairs):.2f}"
            for n in ("wall", "cpu", "peak")
        ]
    return f"| {what} | {' | '.join(cells)} | {goal} |"


def _share(what: str, mine: float, floor: float, goal: str) -> str:
    return f"| {what} | | {mine / floor if floor else 0:.2f} | | {goal} |"


def _stages(b: Bench) -> list[str]:
    found = ["| stage, CPU | first run, s | second run, s | one correction, s |", "|---|---:|---:|---:|"]
    for stage, spent in b.stages["first"].items():
        again = [f"{b.stages[name].get(stage, 0):.2f}" for name in ("second", "corrected")]
        found.append(f"| {stage} | {spent:.2f} | {' | '.join(again)} |")
    floors = ", ".join(f"{name} {ms:.1f} ms" for name, ms in b.floors.items())
    return [
        *found,
        "",
        f"CPU a piece: {floors}. Stages overlap where one works inside another (pandera in check).",
    ]


def _median(many: Sequence[Measured], name: str) -> Any:
    return statistics.median(getattr(one, name) for one in many)
