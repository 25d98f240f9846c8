"""Work that writes files in, its small results out: done by forked processes of this machine where that pays.

A fork sees everything that was assembled without a copy of it, and only says what it has done. Forks are taken on
Linux alone and never beside running threads; everywhere else, and when a fork dies, the work is simply done here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Generic, Literal, TypeVar

WORTH = 16  # files: fewer are made sooner than a fork is ready
MOST = 8

_Result = TypeVar("_Result")


def hands(jobs: int | Literal["auto"], files: int) -> int:
    """How many processes shall make so many files, this one included."""
    if sys.platform != "linux" or threading.active_count() > 1 or files < 2:
        return 1
    if jobs != "auto":
        return max(1, min(jobs, files))
    return max(1, min(len(os.sched_getaffinity(0)), MOST, files // WORTH))


def share(count: int, work: Callable[[int], _Result], jobs: int) -> list[_Result]:
    """``work(0)`` … ``work(count - 1)`` by so many hands; results must be small. The result is that of one hand."""
    forks = [Beside(partial(_stripe, work, hand, count, jobs)) for hand in range(1, jobs)]
    try:
        found = _stripe(work, 0, count, jobs)
    finally:
        told = [fork.result() for fork in forks]
    for results in told:
        found |= results or {}
    return [found[at] if at in found else work(at) for at in range(count)]


def _stripe(work: Callable[[int], _Result], first: int, count: int, step: int) -> dict[int, _Result]:
    return {at: work(at) for at in range(first, count, step)}


class Beside(Generic[_Result]):
    """A piece of work in a fork, begun at once; the fork ends with it and touches nothing of this process."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the result)
        with _frozen():
            self._pid = os.fork()
        if self._pid == 0:
            self._do(work)

    def result(self) -> _Result | None:
        """What the work gave, None when the fork died over it. Waits for its end."""
        with self._told as told:
            try:
                _, status = os.waitpid(self._pid, 0)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.kill(self._pid, signal.SIGTERM)
                    os.waitpid(self._pid, 0)
                raise
            if status != 0:
                return None
            told.seek(0)
            made: Any = pickle.load(told)
            return made  # type: ignore[no-any-return]

    def _do(self, work: Callable[[], _Result]) -> None:
        status = 1
        try:
            gc.disable()
            pickle.dump(work(), self._told)
            self._told.flush()
            status = 0
        finally:
            os._exit(status)


@contextlib.contextmanager
def _frozen() -> Iterator[None]:
    """What lives now is no garbage: pages that the collector does not touch stay common to both processes."""
    gc.freeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # sleeping threads of libraries; the fork does not use them
        try:
            yield
        finally:
            gc.unfreeze()
