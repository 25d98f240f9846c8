"""What finished rows follow from in, the rows out: as they were drawn in an earlier run, or drawn now and kept.

They lie under the digest of everything that they follow from.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from nvbatch.partcache import PartCache
from nvbatch.press.finished import Finished, unpacked


class Kept:
    """Finished rows of one workbook; without a cache everything is drawn. ``words``: those listed in its table."""

    def __init__(self, cache: PartCache | None, words: Sequence[str]) -> None:
        self._cache, self._used = cache, 0
        self._common = hashlib.sha256(told([words]))

    def rows(self, told: Callable[[], bytes], draw: Callable[[], Finished]) -> Finished:
        """``told``: all that the rows follow from."""
        if self._cache is None:
            return draw()
        digest = self._common.copy()
        digest.update(told())
        found = self._cache.read(key := digest.hexdigest())
        self._used += 1
        if found is not None:
            return unpacked(found)
        made = draw()
        self._cache.write(key, made.packed())
        return made

    def sweep(self, whole: int) -> None:
        """Let go of what has not been used for long; ``whole``: so many stretches has a workbook of everything."""
        if self._cache is not None:
            self._cache.sweep(max(self._used, whole))


def told(columns: Sequence[Sequence[Any]]) -> bytes:
    """Values as bytes, equal only for equal ones of the same kinds."""
    return b"".join(map(_told, columns))


def _told(values: Sequence[Any]) -> bytes:
    """Version 2 of ``marshal`` writes values alone, never which of them are one and the same object."""
    try:
        return marshal.dumps(tuple(values), 2)
    except ValueError:  # days, moments, words of an enumeration
        return marshal.dumps(tuple(map(_plain, values)), 2)


def _plain(value: Any) -> Any:
    """A tuple for what marshal does not know; no value is one itself."""
    if value.__class__ is date:
        return (value.toordinal(),)
    return value if value is None or value.__class__ in (str, int, float, bool) else (type(value).__name__, repr(value))
