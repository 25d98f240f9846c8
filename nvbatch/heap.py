"""Work in, the same work out, on a heap that nobody searches meanwhile and that is left no larger than it must be."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def unsearched() -> Iterator[None]:
    """Values made of values hold no circles, and to look for some walks over all of them: a tenth of a long reading."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def trim() -> None:
    """What has been freed goes back to the system: glibc keeps it, as if as much were soon wanted again."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):  # another libc than glibc
        ctypes.CDLL(None).malloc_trim(0)
