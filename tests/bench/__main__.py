"""`make bench`: the weekly run beside the peer script, whole processes in turn; only ratios inside one bench count."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import page
from tests.bench.measure import ROOT, Measured, python
from tests.bench.province import AS_OF, PERIOD

PAGE = ROOT / "docs" / "performance.md"
MOMENT = ("--as-of", AS_OF.isoformat())


def main(words: list[str] | None = None) -> int:
    given = _arguments(words)
    with tempfile.TemporaryDirectory(prefix="nvbatch-bench-") as name:
        found = bench(Path(name), files=given.files, rows=given.rows, pairs=given.pairs, grow=given.grow)
    print("\n".join(found))
    if given.write:
        PAGE.write_text(page.rewritten(PAGE, found), encoding="utf-8")
    return 0


def bench(folder: Path, *, files: int, rows: int, pairs: int, grow: bool = False) -> list[str]:
    """Build the province, run both sides in turn, check the outputs, give the page."""
    model = _built(folder / "province", files, rows)
    first, peers = [], []
    for turn in range(pairs):
        workspace = _copy(model, folder / f"workspace-{turn}")
        peers.append(_peer(model / "inbox", folder / f"peer-{turn}.xlsx", files * rows))
        first.append(_run(workspace))
        _check(workspace, files, rows)
    second = _run(workspace)
    _check(workspace, files, rows)
    _one_correction(workspace, model)
    corrected = _run(workspace)
    _check(workspace, files, rows)
    return page.lines(
        page.Bench(
            files=files,
            rows=rows,
            peers=peers,
            first=first,
            second=second,
            corrected=corrected,
            doors=_doors(workspace, starts=2 * pairs + 1),
            stages=_stages(_copy(model, folder / "staged"), model),
            floors=json.loads(python("-m", "tests.bench.floors", str(model / "inbox")).said),
            lists=json.loads(python("-m", "tests.bench.writers", str(files * rows)).said),
            grown=_grown(folder, model, files, rows) if grow else None,
        )
    )


def _built(model: Path, files: int, rows: int) -> Path:
    """By a process of its own: Linux counts what this one holds to the peak of every process that it starts."""
    python("-m", "tests.bench.province", str(model), str(files), str(rows))
    return model


def _copy(model: Path, workspace: Path) -> Path:
    return Path(shutil.copytree(model, workspace))


def _peer(inbox: Path, target: Path, expected: int) -> Measured:
    measured = python(str(Path(__file__).with_name("peer.py")), str(inbox), str(target))
    assert int(measured.said) == expected, "the peer lost rows: its time counts for nothing"
    return measured


def _run(workspace: Path) -> Measured:
    return python("-m", "nvbatch", "run", "-w", str(workspace), "--period", PERIOD, *MOMENT, "--quiet")


def _check(workspace: Path, files: int, rows: int) -> None:
    """A time counts only when the run did its whole work."""
    folder = workspace / "out" / (workspace / "out" / "latest").read_text(encoding="utf-8").strip()
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert told["totals"]["assigned"] == files * rows and told["findings"]
    merged = sum(s["rows_merged"] for s in told["submissions"] if s["state"] == "accepted")
    assert merged > files * rows * 0.9
    assert len(list((folder / "phan-hoi").glob("*.xlsx"))) == files


def _one_correction(workspace: Path, model: Path) -> None:
    """One agency sends its form again with one narrative mended: other bytes, one other row."""
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


def _doors(workspace: Path, *, starts: int) -> dict[str, list[Measured]]:
    """How long a command takes before it does anything, beside bare interpreter starts; status was asked before."""
    commands = {
        "bare": ("-c", "pass"),
        "help": ("-m", "nvbatch", "--help"),
        "status": ("-m", "nvbatch", "status", "-w", str(workspace), *MOMENT),
    }
    python(*commands["status"])
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(starts):
        for name, words in commands.items():
            found[name].append(python(*words))
    return found


def _stages(workspace: Path, model: Path) -> dict[str, Any]:
    """Seconds by stage: of a first run, of a second one and of one after a correction."""
    first, second = _staged(workspace), _staged(workspace)
    _one_correction(workspace, model)
    return {"first": first, "second": second, "corrected": _staged(workspace)}


def _staged(workspace: Path) -> dict[str, float]:
    told = json.loads(python("-m", "tests.bench.staged", str(workspace)).said)
    assert told["failures"] == [], told["failures"]
    stages: dict[str, float] = told["stages"]
    return stages


def _grown(folder: Path, model: Path, files: int, rows: int) -> tuple[Measured, Measured]:
    """A first run of the province, and beside it one of four times as many workbooks."""
    large = _built(folder / "grown", files * 4, rows)
    small = _copy(model, folder / "small")
    pair = _run(small), _run(large)
    _check(small, files, rows)
    _check(large, files * 4, rows)
    return pair


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--grow", action="store_true", help="also run four times as many workbooks")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
