"""A workspace in, the readings of all that was received out: begun at once, beside whatever is done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import TYPE_CHECKING

from nvbatch import progress
from nvbatch.heap import trim, unsearched

if TYPE_CHECKING:
    from nvbatch.config import Config
    from nvbatch.model import Document, Reading
    from nvbatch.workspace import Workspace


def read_all(
    ws: Workspace, config: Config, going_on: Callable[[], bool] = lambda: True
) -> list[tuple[Document, Reading]]:
    """Every document received, in order of arrival, with its reading; fewer when it is not to go on."""
    from nvbatch.stages.collect import documents, receipts, workbook_path
    from nvbatch.stages.read import read

    found = documents(ws, config, receipts(ws, config))
    readings = []
    given = read(
        ((d, workbook_path(ws, d) if d.fault is None else Path()) for d in found),
        cache=ws.cache,
        limits=config.intake,
        schemas=ws.schemas,
        jobs=config.run.jobs,
        scheduler=config.run.scheduler if config.run.backend == "dask" else None,
    )
    with unsearched():
        for pair in given:
            readings.append(pair)
            progress.tell("read", len(readings), len(found))
            if not going_on():
                break
    return readings


class ReadingAhead:
    """``with ReadingAhead(ws, config) as ahead:`` readings are made in a thread, while others work; then ``all()``.

    What reading raises is raised by ``all()``. After it, and after the block, no thread of it runs any more, so that
    forks may be taken.
    """

    def __init__(self, ws: Workspace, config: Config) -> None:
        self._ws, self._config = ws, config
        self._threads = ThreadPoolExecutor(max_workers=2)
        self._left = Event()

    def __enter__(self) -> ReadingAhead:
        def going_on() -> bool:
            return not self._left.is_set()

        self._found = self._threads.submit(copy_context().run, read_all, self._ws, self._config, going_on)
        self._threads.submit(_load_libraries)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._threads.shutdown(cancel_futures=True)

    def all(self) -> list[tuple[Document, Reading]]:
        """Wait for the readings."""
        found = self._found.result()
        self._threads.shutdown()
        trim()  # the sheets of a register and the texts of the workbooks have come and gone
        return found


def _load_libraries() -> None:
    """What judging needs takes a second to load: it comes in while the reader processes do the work."""
    with suppress(Exception):  # whoever needs it says what is wrong with it
        import pandera.pandas  # noqa: F401
