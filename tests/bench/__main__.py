"""`make bench`: the weekly run beside the peer script, whole processes in turn; only ratios inside one bench count."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.province import AS_OF, PERIOD, build

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "performance.md"


@dataclass(frozen=True)
class Measured:
    """A process that ended well: seconds on the wall, seconds of CPU, MiB at its peak, what it printed."""

    wall: float
    cpu: float
    peak: float
    said: str


def main(words: list[str] | None = None) -> int:
    given = _arguments(words)
    with tempfile.TemporaryDirectory(prefix="nvbatch-bench-") as name:
        lines = bench(Path(name), files=given.files, rows=given.rows, pairs=given.pairs)
    print("\n".join(lines))
    if given.write:
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def bench(folder: Path, *, files: int, rows: int, pairs: int) -> list[str]:
    """Build the province, run both sides in turn, check the outputs, give the page."""
    model = folder / "province"
    build(model, agencies=files, rows=rows)
    first, peers, told = [], [], []
    for turn in range(pairs):
        workspace = folder / f"workspace-{turn}"
        shutil.copytree(model, workspace)
        peers.append(_peer(model / "inbox", folder / f"peer-{turn}.xlsx", files * rows))
        first.append(_staged(workspace))
        told.append(_checked(first[-1], workspace, files, rows))
    second = _staged(workspace)
    _one_correction(workspace, model)
    corrected = _staged(workspace)
    doors = _doors(workspace, starts=2 * pairs - 1)
    return _page(files, rows, peers, first, told, second, corrected, doors)


def _peer(inbox: Path, target: Path, expected: int) -> Measured:
    measured = measure([sys.executable, str(Path(__file__).with_name("peer.py")), str(inbox), str(target)])
    assert int(measured.said) == expected, "the peer lost rows: its time counts for nothing"
    return measured


def _staged(workspace: Path) -> Measured:
    return measure([sys.executable, "-m", "tests.bench.staged", str(workspace)])


def _checked(measured: Measured, workspace: Path, files: int, rows: int) -> dict[str, Any]:
    """A time counts only when the run did its whole work."""
    told: dict[str, Any] = json.loads(measured.said)
    assert told["failures"] == [], told["failures"]
    assert told["assigned"] == files * rows and told["merged"] > files * rows * 0.9 and told["findings"] > 0
    assert len(list((workspace / "out" / told["run"] / "phan-hoi").glob("*.xlsx"))) == files
    return told


def _one_correction(workspace: Path, model: Path) -> None:
    """One agency sends its form again with one more sheet of notes: other bytes, same rows."""
    import openpyxl

    source = sorted((model / "inbox").glob("*.xlsx"))[0]
    book = openpyxl.load_workbook(source)
    book.active["M6"] = "Đã bổ sung số liệu theo yêu cầu của Văn phòng trong ngày"
    target = workspace / "inbox" / source.name
    book.save(target)
    line = f"file;received_at;sender\n{source.name};2025-03-14T09:00:00+07:00;\n"
    (workspace / "inbox" / "receipts.csv").write_text(line, encoding="utf-8")
    for path in (target, target.with_name("receipts.csv")):
        os.utime(path, (AS_OF.timestamp(),) * 2)


def _doors(workspace: Path, *, starts: int) -> dict[str, float]:
    """How long a command takes before it does anything, in bare interpreter starts."""
    commands = {
        "bare": [sys.executable, "-c", "pass"],
        "help": [sys.executable, "-m", "nvbatch", "--help"],
        "status": [sys.executable, "-m", "nvbatch", "status", "-w", str(workspace), "--as-of", "2025-03-14T17:00"],
    }
    times = {
        name: statistics.median(measure(command).wall for _ in range(starts)) for name, command in commands.items()
    }
    return {name: times[name] / times["bare"] for name in ("help", "status")}


def measure(command: list[str]) -> Measured:
    """One whole process; raises when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read().strip())


def _page(
    files: int,
    rows: int,
    peers: list[Measured],
    first: list[Measured],
    told: list[dict[str, Any]],
    second: Measured,
    corrected: Measured,
    doors: dict[str, float],
) -> list[str]:
    whole = statistics.median(mine.wall / peer.wall for mine, peer in zip(first, peers, strict=True))
    cpu = statistics.median(mine.cpu / peer.cpu for mine, peer in zip(first, peers, strict=True))
    peak = statistics.median(mine.peak / peer.peak for mine, peer in zip(first, peers, strict=True))
    mine, goal = statistics.median(m.wall for m in first), "0.40" if files < 300 else "0.25"
    lines = [
        "# Performance",
        "",
        f"Written by `make bench FILES={files} WRITE=1`: {files} workbooks × {rows} rows, period {PERIOD}, fixed seed, "
        f"{len(first)} pairs of whole processes in turn, Python {sys.version.split()[0]}, {os.cpu_count()} cores. "
        "Wall times swing on small machines: only the ratios inside one bench count.",
        "",
        "| what | figure | goal |",
        "|---|---:|---:|",
        f"| peer script (no checks, no returns) | {statistics.median(p.wall for p in peers):.1f} s, "
        f"{statistics.median(p.peak for p in peers):.0f} MiB | |",
        f"| whole weekly run, first time | {mine:.1f} s, {statistics.median(m.peak for m in first):.0f} MiB | |",
        f"| run / peer, wall | {whole:.2f} | ≤ {goal} |",
        f"| run / peer, CPU | {cpu:.2f} | |",
        f"| run / peer, peak memory | {peak:.2f} | ≤ 0.80 |",
        f"| second run, nothing new / first | {second.wall / mine:.2f} | ≤ 0.15 |",
        f"| one corrected workbook / first | {corrected.wall / mine:.2f} | ≤ 0.25 |",
        f"| `nvbatch --help` / bare interpreter | {doors['help']:.1f} | ≤ 8 |",
        f"| `nvbatch status` / bare interpreter | {doors['status']:.1f} | ≤ 20 |",
        "",
        "| stage | first run, s | second run, s | one correction, s |",
        "|---|---:|---:|---:|",
    ]
    again, once = json.loads(second.said)["stages"], json.loads(corrected.said)["stages"]
    for stage in told[-1]["stages"]:
        spent = statistics.median(t["stages"][stage] for t in told)
        lines.append(f"| {stage} | {spent:.2f} | {again.get(stage, 0):.2f} | {once.get(stage, 0):.2f} |")
    return lines


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
