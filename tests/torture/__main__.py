"""``python -m tests.torture [--points N] [kind …]``: what tries to break the product; status 1 when it broke."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.torture import broken
from tests.torture.canaries import canaries
from tests.torture.disaster import blows, filling
from tests.torture.kept import kept
from tests.torture.mailout import mailout, sending_killed
from tests.torture.mutants import mutants
from tests.torture.postbox import POSITIONS, postbox
from tests.torture.report import Report
from tests.torture.resubmission import resubmissions
from tests.torture.rivals import rivals
from tests.torture.siege import siege
from tests.torture.strike import HOW, can_strike
from tests.torture.texts import texts

ALL = 60_000
EACH = 50  # of each call, for errors: the later ones of a kind are like the earlier ones


def kinds(points: int | None, seed: int = 0) -> dict[str, Callable[[Path], list[Report]]]:
    """Name → what is done; ``points``: at most so many of each; ``seed``: of what is damaged by chance."""
    most = points or ALL
    return {
        "kill": lambda folder: _blows("kill", folder, most, ALL),
        "enospc": lambda folder: _blows("enospc", folder, most, EACH),
        "eio": lambda folder: _blows("eio", folder, most, EACH),
        "forks": lambda folder: _blows("kill", folder, most, ALL, hands=2),
        "disk": lambda folder: [filling(folder, levels=min(most, 30))],
        "broken": lambda folder: [caught(folder)],
        "states": lambda folder: [resubmissions(folder, examples=min(most, 1000))],
        "rivals": lambda folder: [rivals(folder, times=min(most, 50))],
        "canaries": lambda folder: [canaries(folder)],
        "attacks": lambda folder: [siege(folder)],
        "texts": lambda folder: [texts(folder)],
        "mutants": lambda folder: [mutants(each=min(most, 1000), seed=seed)],
        "kept": lambda folder: [kept(folder, runs=min(most, 60), seed=seed)],
        "mailbox": lambda folder: postbox(folder, positions=min(most, POSITIONS)),
        "mailout": lambda folder: mailout(folder, positions=min(most, POSITIONS)),
    }


def _blows(how: str, folder: Path, most: int, each: int, hands: int = 1) -> list[Report]:
    """Two weeks, so that there is something to lose already."""
    no = can_strike()
    if no:
        return [Report(how, skipped=no)]
    first = blows(how, folder / "first", most=most, each=each, hands=hands)
    return [first, blows(how, folder / "second", most=most, each=each, second=True, hands=hands)]


def caught(folder: Path, names: tuple[str, ...] = tuple(broken.BUILDS)) -> Report:
    """Builds that are broken on purpose: one that nobody notices is what is wrong here."""
    report = Report("broken builds", skipped=can_strike() or "")
    if report.skipped:
        return report
    for number, name in enumerate(names):
        build = broken.BUILDS[name]
        found = _struck(build, folder / f"build-{number}")
        report.points += found.points
        if not found.wrong:
            report.wrong.append(f"nobody noticed: {name}")
    return report


def _struck(build: broken.Build, place: Path) -> Report:
    """Until the first wrong."""
    if build.mails:
        return sending_killed(place, build.calls, most=build.each, breaking=build.breaking)
    return blows("kill", place, most=build.each, each=build.each, breaking=build.breaking, enough=1, calls=build.calls)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--points", type=int, help="at most so many of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of what happens by chance: another one, other files")
    parser.add_argument("kind", nargs="*", help=f"of: {', '.join(kinds(1))} (default: all)")
    asked = parser.parse_args(words)
    known = kinds(asked.points, asked.seed)
    unknown = [kind for kind in asked.kind if kind not in known]
    if unknown:
        parser.error(f"no kind {unknown[0]!r}; there are: {', '.join(known)}")
    wrong = 0
    for kind in asked.kind or known:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="nvbatch-torture-") as name:
            for report in known[kind](Path(name)):
                wrong += len(report.wrong)
                print(f"{report}  ({time.monotonic() - began:.0f} s)", flush=True)
    return 1 if wrong else 0


assert set(HOW) <= set(kinds(1))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
