"""The whole batch, top to bottom: from what arrived to what the Office hands out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch import handout, memory, progress
from nvbatch.archive import Archive
from nvbatch.checkcache import CheckCache
from nvbatch.closing import finish_publishing
from nvbatch.config import Config, load_config
from nvbatch.heap import trim
from nvbatch.inputs import digest_of
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import (
    Conference,
    Document,
    Output,
    Period,
    Reading,
    Snapshot,
)
from nvbatch.office import (
    Assembled,
    Office,
    conference_on,
    main_period,
    open_office,
    present_periods,
)
from nvbatch.outputs import RunFolder
from nvbatch.readings import ReadingAhead, read_all
from nvbatch.repeat import Changed, Earlier, earlier_run, hand_out_again, note_run
from nvbatch.summary import Summary, summary_of
from nvbatch.workspace import Workspace

if TYPE_CHECKING:
    from nvbatch.stages.collect import Collected


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """``failures``: outputs that could not be made, one Vietnamese sentence each."""

    run_id: str
    folder: Path
    summary: Summary
    found: Callable[[], Snapshot]  # of a run that was handed out again: computed only when somebody asks
    outputs: tuple[Output, ...]
    failures: tuple[str, ...]
    collected: Collected | None

    @cached_property
    def snapshot(self) -> Snapshot:
        """Everything that the outputs say."""
        return self.found()


# --- the weekly job -----------------------------------------------------------------------------


def run_batch(
    ws: Workspace,
    *,
    now: datetime,
    as_of: datetime,
    period: str | None = None,
    program: str | None = None,
    conference: date | None = None,
    preview: bool = False,
    config: Path | None = None,
    jobs: int | None = None,
    letters_each: bool = False,
) -> RunResult:
    """From inbox to documents. ``now`` is the real moment (receipt of what tells none, ``generated_at``).

    When a complete run of the very same inputs stands in ``out/``, its files are handed out again under a new name.
    """
    from nvbatch.stages.collect import collect

    wish = Wish(as_of=as_of, period=period, program=program, conference=conference, letters_each=letters_each)
    with hold(ws):
        finish_publishing(ws)
        settings = _settings(ws, config, jobs)
        if not ws.register.is_file():
            open_office(ws, settings)  # says what is missing, before anything is taken from the inbox
        progress.tell("collect")
        collected = None if preview else collect(ws, settings, now)
        if collected and not collected.receipts and not collected.failures:  # what has come makes it another run
            earlier = _earlier(ws, wish, config)
            again = _again(ws, wish, earlier, config, now, collected) if earlier else None
            if again is not None:
                return again
        with ReadingAhead(ws, settings) as ahead:
            office = open_office(ws, settings, keep=True)
            return _anew(office, ahead, wish, config, now, collected)


def _settings(ws: Workspace, config: Path | None, jobs: int | None) -> Config:
    """The configuration; ``jobs``, as asked for on the command line, stands above it."""
    settings = load_config(config or ws.config)
    if jobs is None:
        return settings
    return settings.model_copy(update={"run": settings.run.model_copy(update={"jobs": jobs})})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a run."""

    as_of: datetime
    period: str | None
    program: str | None
    conference: date | None
    letters_each: bool

    @property
    def deed(self) -> dict[str, str | None]:
        """As the journal notes it."""
        held = self.conference.isoformat() if self.conference else None
        letters = "each" if self.letters_each else None
        return {"period": self.period, "program": self.program, "conference": held, "letters": letters}


def _digest(ws: Workspace, wish: Wish, config: Path | None) -> str:
    return digest_of(ws, config or ws.config, {**wish.deed, "letters_each": wish.letters_each}, wish.as_of)


def _earlier(ws: Workspace, wish: Wish, config: Path | None) -> Earlier | None:
    path = config or ws.config
    return earlier_run(ws, _digest(ws, wish, path)) if path.is_file() else None


def _again(
    ws: Workspace, wish: Wish, earlier: Earlier, config: Path | None, now: datetime, collected: Collected
) -> RunResult | None:
    """The earlier run's files under a new name; None when they no longer stand as they were left."""
    run_id = _run_id(ws, earlier.stem)
    with RunFolder(ws, run_id) as folder:
        try:
            hand_out_again(ws, earlier, folder.folder, run_id, now=now)
        except Changed:
            return None
        Journal(ws).append("run", run=run_id, **earlier.deed)
        folder.commit(earlier.outputs)
    note_run(
        ws, _digest(ws, wish, config), run_id, now=now, stem=earlier.stem, summary=earlier.summary,
        outputs=earlier.outputs,
    )  # fmt: skip
    return RunResult(
        run_id=run_id,
        folder=ws.out / run_id,
        summary=earlier.summary,
        found=lambda: _computed_again(ws, config, wish).snapshot,
        outputs=earlier.outputs,
        failures=(),
        collected=collected,
    )


def _anew(
    office: Office, ahead: ReadingAhead, wish: Wish, config: Path | None, now: datetime, collected: Collected | None
) -> RunResult:
    """Everything worked out: what is remembered comes before what is handed out. Nothing collected: a preview."""
    ws, lost = office.ws, () if collected is None else collected.failures
    periods = present_periods(office, wish.as_of, wish.period, wish.program)
    stem = ("thu-" if collected is None else "") + main_period(periods).key
    digest, run_id = _digest(ws, wish, config), _run_id(ws, stem)
    checked = CheckCache(ws.cache)
    done = _computed(office, wish, ahead.all(), checked)
    checked.store()
    keep = partial(_keep, office, run_id, wish, config, done)
    with RunFolder(ws, run_id) as folder, _at_rest():
        handed = handout.write_outputs(
            office,
            done,
            folder.folder,
            run_id=run_id,
            now=now,
            letters_each=wish.letters_each,
            outbox=collected is not None,
            remember=None if collected is None else keep,
        )
        progress.tell("keep")
        folder.commit(handed.outputs, latest=collected is not None)
    summary = summary_of(done.snapshot)
    if collected is not None and not handed.failures and not lost:
        note_run(ws, digest, run_id, now=now, stem=stem, summary=summary, outputs=handed.outputs)
    return RunResult(
        run_id=run_id,
        folder=ws.out / run_id,
        summary=summary,
        found=lambda: done.snapshot,
        outputs=handed.outputs,
        failures=(*lost, *handed.failures),
        collected=collected,
    )


def _keep(office: Office, run_id: str, wish: Wish, config: Path | None, done: Assembled) -> None:
    """What later runs must know of this one, before its folder appears."""
    kept = Archive(office.ws).put((config or office.ws.config).read_bytes())
    memory.remember(office, run_id, wish.as_of, done, {**wish.deed, "config": kept})


@contextmanager
def _at_rest() -> Iterator[None]:
    """What has been computed stays to the end: no collection walks over it again, and forks share its pages."""
    trim()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _computed(
    office: Office, wish: Wish, readings: Sequence[tuple[Document, Reading]], checked: CheckCache | None = None
) -> Assembled:
    return assemble(
        office,
        as_of=wish.as_of,
        periods=present_periods(office, wish.as_of, wish.period, wish.program),
        conference=conference_on(office, wish.conference),
        only=wish.program,
        readings=readings,
        checked=checked,
    )


def _computed_again(ws: Workspace, config: Path | None, wish: Wish) -> Assembled:
    office = open_office(ws, config)
    return _computed(office, wish, read_all(ws, office.config))


def assemble(
    office: Office,
    *,
    as_of: datetime,
    periods: Mapping[str, Period],
    conference: Conference | None,
    only: str | None = None,
    readings: Sequence[tuple[Document, Reading]] | None = None,
    checked: CheckCache | None = None,
) -> Assembled:
    """Everything that can be known at as-of, from archive, journal, register and configuration alone.

    ``readings``: of all that was received, where they have been made already. ``checked``: what check found before.
    """
    from nvbatch.assembly import compute

    readings = read_all(office.ws, office.config) if readings is None else readings
    progress.tell("judge")
    recalled = memory.recall(office, as_of)
    return compute(
        office,
        readings,
        recalled,
        as_of=as_of,
        periods=periods,
        conference=conference,
        only=only,
        decided=memory.decided(office.ws),
        trends=memory.trends_before(office.ws, as_of, periods),
        published_before=memory.published_before(office.ws, periods),
        known=memory.checked_before(checked, office, recalled) if checked else None,
    )


def _run_id(ws: Workspace, stem: str) -> str:
    """``2025-W13-001``: the period and a running number; ``thu-…`` for a preview."""
    taken = [p.name.rpartition("-")[2] for p in ws.out.glob(f"{stem}-*")] if ws.out.is_dir() else []
    return f"{stem}-{max((int(n) for n in taken if n.isdigit()), default=0) + 1:03d}"
