"""Archive and journal in; the ledger, and the folders of the runs that must stand, made again as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch import closing, handout, memory
from nvbatch.archive import Archive
from nvbatch.calendar import Calendar
from nvbatch.config import ConfigError
from nvbatch.journal import Deed, Journal
from nvbatch.lock import hold
from nvbatch.model import Output
from nvbatch.office import Assembled, Office, conference_on, open_office, present_periods
from nvbatch.outputs import MANIFEST, RunFolder, name_latest
from nvbatch.register_load import load_register
from nvbatch.run import RunResult, assemble
from nvbatch.summary import summary_of
from nvbatch.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Then:
    """A run as the journal notes it, and how many lines stood before it."""

    deed: Deed
    lines: int

    @property
    def run_id(self) -> str:
        return str(self.deed["run"])

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.deed["as_of"])


def rebuild(ws: Workspace, *, now: datetime) -> RunResult:
    """Make the ledger as the newest run left it, and the folders of that run and of published ones where they are gone.

    What was known then counts: the register and configuration that the run archived, the journal up to it.
    """
    with hold(ws):
        runs = tuple(_runs(ws))
        if not runs:
            raise ConfigError("Chưa có lần chạy nào được ghi trong nhật ký; không có gì để dựng lại.")
        published = {d["run"] for d in Journal(ws).deeds("published")}
        failures = [line for then in runs[:-1] if then.run_id in published for line in _restored(ws, then, now)[1]]
        last = runs[-1]
        office, done = _known_then(ws, last)
        ledger = memory.index(office, done, anew=True)
        Journal(ws).append("rebuilt", at=now, run=last.run_id, ledger=ledger)
        outputs, failed = _restored(ws, last, now, (office, done))
        for then in runs:
            if then.run_id in published:
                closing.finish_publishing(ws, then.run_id)
        name_latest(ws, last.run_id)
    return RunResult(
        run_id=last.run_id,
        folder=ws.out / last.run_id,
        summary=summary_of(done.snapshot),
        found=lambda: done.snapshot,
        outputs=outputs,
        failures=(*failures, *failed),
        collected=None,
    )


def _runs(ws: Workspace) -> Iterator[_Then]:
    for number, deed in enumerate(Journal(ws).deeds()):
        if deed["deed"] == "run":
            yield _Then(deed, number)


def _known_then(ws: Workspace, then: _Then) -> tuple[Office, Assembled]:
    office = _office_then(replace(ws, until=then.lines), then.deed)
    deed = then.deed
    held = conference_on(office, date.fromisoformat(deed["conference"]) if deed.get("conference") else None)
    periods = present_periods(office, then.as_of, deed.get("period"), deed.get("program"))
    done = assemble(office, as_of=then.as_of, periods=periods, conference=held, only=deed.get("program"))
    return office, done


def _office_then(ws: Workspace, deed: Mapping[str, Any]) -> Office:
    """Register and configuration as the run archived them; those of today where it did not."""
    archive = Archive(ws)
    config, register = deed.get("config"), deed["register"]
    office = open_office(ws, archive.path(config) if config and archive.has(config) else None)
    if not archive.has(register):
        return office
    known, hits, sheets = load_register(archive.path(register), office.config, ws.schemas, ws.cache)
    return replace(office, register=known, hits=hits, sheets=sheets, calendar=Calendar(office.config, known.days))


def _restored(
    ws: Workspace, then: _Then, now: datetime, known: tuple[Office, Assembled] | None = None
) -> tuple[tuple[Output, ...], tuple[str, ...]]:
    """The folder of a run, where it does not stand whole: (outputs, what could not be made)."""
    folder = ws.out / then.run_id
    if (folder / MANIFEST).is_file():
        return (), ()
    if folder.is_dir():
        _set_aside(folder)
    office, done = known or _known_then(ws, then)
    with RunFolder(ws, then.run_id) as made:
        handed = handout.write_outputs(
            office, done, made.folder, run_id=then.run_id, now=now, letters_each=then.deed.get("letters") == "each"
        )
        made.commit(handed.outputs)
    return handed.outputs, handed.failures


def _set_aside(folder: Path) -> None:
    """A folder without its manifest is not what the run made; nothing is deleted that we cannot make again."""
    number = 1
    while folder.with_name(f"{folder.name}.hong-{number}").exists():
        number += 1
    folder.rename(folder.with_name(f"{folder.name}.hong-{number}"))
