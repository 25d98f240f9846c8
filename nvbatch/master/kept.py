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

_KNOWN = frozenset({str, int, float, bool})


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


def written(values: Any) -> bytes:
    """Plain values as bytes. Version 2 of ``marshal`` tells values alone, never which of them are the same object."""
    try:
        return marshal.dumps(values, 2)
    except ValueError:  # one of another kind is among them
        return repr(values).encode("utf-8", "surrogatepass")


def told(columns: Sequence[Sequence[Any]]) -> bytes:
    """Values as bytes, equal only for equal ones of the same kinds."""
    return b"".join(map(_told, columns))


def _told(values: Sequence[Any]) -> bytes:
    if set(map(type, values)) == {date}:
        return b"days" + marshal.dumps(tuple(map(date.toordinal, values)), 2)
    try:
        return marshal.dumps(tuple(values), 2)
    except ValueError:  # days among others, moments, words of an enumeration
        return marshal.dumps(tuple(map(_plain, values)), 2)


def _plain(value: Any) -> Any:
    """A tuple for what marshal does not know; no value is one itself."""
    if value is None or value.__class__ in _KNOWN:
        return value
    return (value.toordinal(),) if value.__class__ is date else (type(value).__name__, repr(value))
