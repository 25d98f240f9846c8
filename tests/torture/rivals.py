"""Four runs at once on one workspace in; whether one worked, the others ended with 4, and nothing differs, out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from nvbatch.proof import verify
from nvbatch.workspace import Workspace
from tests.torture.disaster import Facts, week
from tests.torture.report import Report
from tests.torture.town import MONDAY, full_inbox, town

TOGETHER = 4
DONE, HELD = 0, 4


def rivals(folder: Path, *, times: int) -> Report:
    """The same week, started four times at once."""
    report = Report("four runs at once")
    clean = town(folder / "clean")
    full_inbox(clean)
    calm = Workspace(Path(shutil.copytree(clean.root, folder / "calm")))
    week(calm, MONDAY)
    want = Facts.of(calm)
    for number in range(times):
        ws = Workspace(Path(shutil.copytree(clean.root, folder / f"rivals-{number}")))
        command = [sys.executable, "-m", "nvbatch", "run", "-w", str(ws.root), "--as-of", MONDAY.isoformat()]
        root = Path(__file__).resolve().parents[2]
        started = [subprocess.Popen(command, cwd=root, stdout=-3, stderr=subprocess.PIPE) for _ in range(TOGETHER)]
        ended = [(p.communicate()[1].decode("utf-8", "replace"), p.returncode) for p in started]
        codes = sorted(code for _, code in ended)
        report.points += 1
        # One that starts after the first has ended works too, and must find nothing to do.
        if DONE not in codes or set(codes) - {DONE, HELD}:
            report.wrong.append(f"exit statuses {codes}: {[said[-200:] for said, _ in ended]}")
        if any("Traceback" in said for said, _ in ended):
            report.wrong.append("a traceback")
        week(ws, MONDAY)
        report.wrong += [*want.differences(Facts.of(ws)), *verify(ws)]
    return report
