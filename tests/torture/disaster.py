"""Death, full disk or I/O error at the Nth system call of a week's work in; what was lost, doubled or halved out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nvbatch.archive import Archive
from nvbatch.journal import Journal
from nvbatch.proof import verify
from nvbatch.workspace import Workspace
from tests.torture.facts import kept, records, temporaries, wrongs
from tests.torture.report import Report
from tests.torture.strike import CALLS, Struck, points, undisturbed
from tests.torture.town import MONDAY, NEXT, full_inbox, next_inbox, town
from tests.torture.warm import forked_children

SPARE = 60_000  # KB that the small disk has left when hardly anything is filled


@dataclass(frozen=True)
class Facts:
    """What a workspace comes to in the end, whatever happened on the way."""

    kept: list[tuple[str, str, str]]
    archived: list[str]
    inbox: list[str]
    records: dict[str, str]

    @classmethod
    def of(cls, ws: Workspace) -> Facts:
        inbox = sorted(p.name for p in ws.inbox.iterdir())
        return cls(kept(ws), list(Archive(ws).all()), inbox, records(ws))

    def differences(self, other: Facts) -> Iterator[str]:
        if self.kept != other.kept:
            yield f"receipts differ: {sorted(set(other.kept) ^ set(self.kept))[:3]} of {len(other.kept)}"
        if self.archived != other.archived:
            yield f"archive differs: {sorted(set(self.archived) ^ set(other.archived))}"
        if self.inbox != other.inbox:
            yield f"inbox differs: {other.inbox}"
        for moment in sorted(self.records.keys() | other.records.keys()):
            if self.records.get(moment) != other.records.get(moment):
                yield f"run.json of {moment} differs: {_first(self.records.get(moment), other.records.get(moment))}"


def _first(calm: str | None, got: str | None) -> str:
    pairs = zip((calm or "").splitlines(), (got or "").splitlines(), strict=False)
    return next((f"{a[:160]} / {b[:160]}" for a, b in pairs if a != b), "one is missing")


class Stage:
    """A town whose week is played again and again, each time with one blow.

    ``second``: its second week; ``hands``: processes that share the work, each of them struck at its own Nth call.
    """

    def __init__(
        self, folder: Path, breaking: Callable[[], None] | None = None, *, second: bool = False, hands: int = 1
    ) -> None:
        self.ws = Workspace(folder / "work")
        self.breaking = breaking
        self.hands = hands
        self.moment = NEXT if second else MONDAY
        self._clean = folder / "clean"
        clean = town(self._clean)
        self.laid: Mapping[str, bytes] = full_inbox(clean)
        if second:
            week(clean, MONDAY)
            self.laid = next_inbox(clean)
        self.reset()
        week(self.ws, self.moment)  # a rehearsal here, so that every forked child has all that is imported late
        self.calm = Facts.of(self.ws)  # of one hand: what several make must be equal to it
        assert self.moment.isoformat() in self.calm.records and not temporaries(self.ws)

    def reset(self) -> None:
        shutil.rmtree(self.ws.root, ignore_errors=True)
        shutil.copytree(self._clean, self.ws.root)

    def job(self) -> int:
        if self.breaking is not None:
            self.breaking()
        return week(self.ws, self.moment, self.hands)

    def after(self, struck: Struck, how: str) -> Iterator[str]:
        """What is wrong right after the blow, and what still is after the next run."""
        if struck.status == 124:
            yield "it hangs"
        if struck.status > 0 and (how == "kill" or struck.status != 3):  # killed itself, or only one that helped it
            yield f"exit status {struck.status}: {struck.said[-200:]}"
        if "Traceback" in struck.said or "TRACEBACK" in struck.said or "Lỗi của chương trình" in struck.said:
            yield f"traceback: {struck.said[-300:]}"
        yield from wrongs(self.ws, self.laid)
        healed = undisturbed(lambda: heal(self.ws, self.moment))
        if healed.status:
            yield f"the next run ends with {healed.status}: {healed.said[-300:]}"
        yield from self.calm.differences(Facts.of(self.ws))
        yield from (f"left behind: {name}" for name in temporaries(self.ws))
        yield from (f"verify: {trouble}" for trouble in verify(self.ws))


def week(ws: Workspace, moment: datetime, hands: int = 1) -> int:
    """Collect, ledger, outputs, publish: as the commands do it."""
    status = _command(ws, "run", "--as-of", moment.isoformat(), "--jobs", str(hands))
    return status or _command(ws, "publish", _newest(ws))


def heal(ws: Workspace, moment: datetime) -> int:
    """What the Office does after a disaster: the same again. A run that was published needs no other."""
    runs = {d["run"]: d["as_of"] for d in Journal(ws).deeds("run")}
    published = [d["run"] for d in Journal(ws).deeds("published") if runs[d["run"]] == moment.isoformat()]
    if not published:
        return week(ws, moment)
    return _command(ws, "collect") or _command(ws, "publish", published[0])


def _newest(ws: Workspace) -> str:
    return ws.latest.read_text(encoding="utf-8").strip()


def _command(ws: Workspace, *words: str) -> int:
    from nvbatch.cli.entry import main

    return main([*words, "-w", str(ws.root)])


def blows(how: str, folder: Path, *, most: int, each: int = 60_000, breaking: Callable[[], None] | None = None,
          enough: int | None = None, second: bool = False, calls: tuple[str, ...] = CALLS,
          hands: int = 1) -> Report:  # fmt: skip
    """Strike at each state-changing call in turn, ``each`` of a kind and ``most`` in all; stop at ``enough`` wrongs."""
    report = Report(f"{how}, {'second' if second else 'first'} week" + (f", {hands} hands" if hands > 1 else ""))
    with forked_children(), _silence():
        stage = Stage(folder, breaking, second=second, hands=hands)
        if breaking:
            stage.reset()
            if whole := undisturbed(stage.job).status:
                raise RuntimeError(f"a broken build must work as long as nothing strikes it; it ended with {whole}")
        for call in calls:
            stage.reset()
            for number, struck in points(call, how, stage.job, most=each):
                report.points += 1
                report.wrong += [f"{call} {number}: {wrong}" for wrong in stage.after(struck, how)]
                if report.points >= most or (enough and len(report.wrong) >= enough):
                    return report
                stage.reset()
    return report


def filling(folder: Path, *, levels: int) -> Report:
    """A small disk filled to one level after another: nothing lost, one plain sentence, all well when there is room."""
    report = Report("disk")
    disk = folder / "disk"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SPARE}k", "nvbatch-torture", str(disk)]
    if os.name == "nt" or subprocess.run(mount, capture_output=True, check=False).returncode:
        report.skipped = "only root may mount a small disk"
        return report
    try:
        with forked_children(), _silence():
            stage = Stage(disk)
            need = sum(p.stat().st_size for p in stage.ws.root.rglob("*") if p.is_file()) // 1024
            for level in range(levels):
                stage.reset()
                ballast = _fill(disk, leave=4 + need * level * 2 // levels)
                struck = undisturbed(stage.job)
                ballast.unlink()
                report.points += 1
                report.wrong += [f"level {level}: {wrong}" for wrong in stage.after(struck, "enospc")]
    finally:
        subprocess.run(["umount", str(disk)], check=False)
    return report


def _fill(disk: Path, *, leave: int) -> Path:
    """A file so large that ``leave`` KB are free."""
    path = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with path.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(1, free - leave * 1024))
    return path


class _silence:
    """What the rehearsal and the checks print interests nobody."""

    def __enter__(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._kept = os.dup(1), os.dup(2)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, end in enumerate(self._kept, start=1):
            os.dup2(end, number)
            os.close(end)
