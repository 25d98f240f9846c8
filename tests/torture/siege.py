"""Fifty good workbooks and every attack in one inbox in; what was lost, unnamed, slow or let out, out."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nvbatch.config import Intake
from nvbatch.intake.opener import Opener
from nvbatch.reader import Reader
from nvbatch.workspace import Workspace
from tests.torture.attacks import CANARY, KINDS, Attack
from tests.torture.report import Report
from tests.torture.strike import can_strike
from tests.torture.town import MONDAY, lay, receipts, report, town

GOOD = 50
SLOW = 10.0  # seconds a file
LEAKS = (CANARY.encode(), CANARY.lower().encode(), b"root:x:0:0", CANARY.encode("utf-16-le"))


def siege(
    folder: Path, *, good: int = GOOD, kinds: tuple[str, ...] = tuple(KINDS), traced: bool = True, slow: bool = True
) -> Report:
    """One run over all of them, under strace where it is there, so that a connection would be seen."""
    report_ = Report("attacks")
    fine = {f"CQ{n:02d}": f"Cơ quan số {n}" for n in range(1, good + 1)}
    hostile = {f"AT{n:02d}": f"Đơn vị số {n}" for n in range(1, len(kinds) + 1)}
    ws = town(folder / "ws", agencies=fine | hostile)
    files = {code: KINDS[kind](report(code, 40)) for code, kind in zip(hostile, kinds, strict=True)}
    for code in fine:
        lay(ws, f"{code}.xlsx", report(code, 60))
    for attack in files.values():
        lay(ws, attack.name, attack.data)
    receipts(ws, dict.fromkeys((p.name for p in ws.inbox.iterdir()), "2025-03-12T09:00:00+07:00"))
    report_.points = len(files)
    report_.wrong += _run(ws, folder, traced)
    record = json.loads((ws.out / "2025-W11-001" / "run.json").read_bytes())
    report_.wrong += [*_merged(record, fine), *_named(record, files.values()), *_leaks(ws)]
    report_.wrong += _slow(files.values()) if slow else ()
    return report_


def _run(ws: Workspace, folder: Path, traced: bool) -> Iterator[str]:
    command = [sys.executable, "-m", "nvbatch", "run", "-w", str(ws.root), "--as-of", MONDAY.isoformat()]
    trace = folder / "connects"
    if traced and can_strike() is None:
        command = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(trace), *command]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, check=False, cwd=root)
    if done.returncode or b"Traceback" in done.stderr:
        yield f"exit status {done.returncode}: {done.stderr[-500:].decode('utf-8', 'replace')}"
    if any(mark.lower() in (done.stdout + done.stderr).lower() for mark in LEAKS[:1]):
        yield "the canary stands in what the command said"
    if trace.is_file():
        yield from (f"a connection: {line}" for line in trace.read_text().splitlines() if "AF_INET" in line)


def _merged(record: dict[str, Any], fine: dict[str, str]) -> Iterator[str]:
    good = {s["file"].removesuffix(".xlsx"): s for s in record["submissions"]}
    for code in fine:
        if code not in good or good[code]["state"] != "accepted" or good[code]["rows_merged"] != 3:
            yield f"a good workbook was not merged: {code} {good.get(code)}"


def _named(record: dict[str, Any], files: Iterator[Attack] | Any) -> Iterator[str]:
    for attack in files:
        sha = hashlib.sha256(attack.data).hexdigest()
        own = [s for s in record["submissions"] if sha in (s["sha256"], s["container_sha256"])]
        parts = {s["sha256"] for s in own} | {sha}
        told = {f["rule"] for f in record["findings"] if f["sha256"] in parts}
        if not own:
            yield f"{attack.name}: no submission"
        elif attack.good and [s["rows_merged"] for s in own] != [3]:
            yield f"{attack.name}: odd but honest, not merged: {sorted(told)}"
        elif attack.codes and not told & set(attack.codes):
            yield f"{attack.name}: expected one of {attack.codes}, told {sorted(told)}"


def _leaks(ws: Workspace) -> Iterator[str]:
    for path in sorted(p for p in ws.out.rglob("*") if p.is_file()):
        if any(mark in data for data in contents(path) for mark in LEAKS):
            yield f"the canary stands in {path.name}"


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and those of every part when it is a package."""
    data = path.read_bytes()
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                yield package.read(name)


def _slow(files: Any) -> Iterator[str]:
    limits = Intake()
    with tempfile.TemporaryDirectory() as name, Reader(limits, None) as reader, Opener(limits) as opener:
        folder = Path(name)
        for attack in files:
            path = folder / attack.name
            path.write_bytes(attack.data)
            sha, began = hashlib.sha256(attack.data).hexdigest(), time.monotonic()
            if path.suffix in (".eml", ".zip", ".msg"):
                opener.open(path, attack.name, sha, folder / "parts")
            else:
                reader.read(path, name=attack.name, sha256=sha, out=folder / "reading.json")
            if time.monotonic() - began > SLOW and os.getloadavg()[0] < (os.cpu_count() or 1):
                yield f"{attack.name}: {time.monotonic() - began:.0f} s"
