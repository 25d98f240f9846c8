"""Pieces of work that write files in, their small results out: by forked processes of this machine where that pays.

A fork sees everything that was assembled without a copy of it, and only says what it has done. Forks are taken on
Linux alone and never beside running threads; everywhere else, and when a fork dies, the work is simply done here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import struct
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from nvbatch import progress

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
    """``work(0)`` … ``work(count - 1)`` by so many hands, each taking the next piece when it is free.

    Long pieces should come first; results must be small. The result is that of one hand.
    """
    if jobs < 2:
        return [work(at) for at in range(count)]
    with _Queue(count) as queue:
        forks = [_Fork(partial(_taken, work, queue)) for _ in range(1, jobs)]
        try:
            found = _taken(work, queue)
        finally:
            told = [fork.result() for fork in forks]
    for results in told:
        found |= results or {}
    return [found[at] if at in found else work(at) for at in range(count)]


def _taken(work: Callable[[int], _Result], queue: _Queue) -> dict[int, _Result]:
    return {at: work(at) for at in queue}


class _Queue:
    """Numbers of pieces that lie in a pipe, from which every process takes the next. Nothing is held while one works:

    whoever is killed leaves no lock behind.
    """

    _ONE = struct.Struct("=II")  # first piece, and the one after the last
    _ROOM = 4096  # entries; a pipe holds 64 KiB before its writer waits

    def __init__(self, count: int) -> None:
        step = 1 + count // self._ROOM
        self._first = os.getpid()
        self._take, put = os.pipe()
        for first in range(0, count, step):
            os.write(put, self._ONE.pack(first, min(first + step, count)))
        os.close(put)

    def __iter__(self) -> Iterator[int]:
        while entry := os.read(self._take, self._ONE.size):  # so few bytes are given whole
            yield from range(*self._ONE.unpack(entry))
            if self._first not in (os.getpid(), os.getppid()):
                return  # whoever wanted the work has died

    def __enter__(self) -> _Queue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._take)


class _Fork(Generic[_Result]):
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
            with progress.listening(_to_nobody):
                pickle.dump(work(), self._told)
            self._told.flush()
            status = 0
        finally:
            os._exit(status)


def _to_nobody(step: str, done: int, of: int) -> None:
    """A terminal has one line, and it is the first process's."""


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
