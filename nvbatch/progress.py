"""What is being done now in, told to whoever listens out: nobody, unless a person sits at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]


def _nobody(step: str, done: int, of: int) -> None:
    """Runs that a script or a timer starts are not listened to."""


_listener: ContextVar[Listener] = ContextVar("listener", default=_nobody)


def tell(step: str, done: int = 0, of: int = 0) -> None:
    """A step begins (collect, read, judge, returns, master, documents, keep), or goes on: ``done`` of ``of``.

    Nothing that is computed depends on it.
    """
    _listener.get()(step, done, of)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear every step of what is done in the block."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
