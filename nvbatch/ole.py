"""An OLE container (.xls and its like) in, the names of its streams and the head of one of them out; nothing is run.

Only the directory and sector chains are walked, with every chain bounded: libraries have looped for ever on them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # from here on a sector number is a mark, not a place
_MINI_LIMIT = 4096


class OleError(Exception):
    """The container contradicts itself; the text says where (English, for the log)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stream or storage of the directory."""

    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    start: int
    size: int


class Ole:
    """A bounded view of the container's bytes."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise OleError("no header")
        self._data = data
        major, shift, mini_shift = struct.unpack_from("<H2xHH", data, 26)
        if shift not in (9, 12) or mini_shift > 12 or major not in (3, 4):
            raise OleError("sector size")
        self._size = 1 << shift
        self._mini = 1 << mini_shift
        self._fat = self._read_fat()
        (directory,) = struct.unpack_from("<I", data, 48)
        self.entries = tuple(_entries(self._chain(directory)))
        self.names = frozenset(entry.name for entry in self.entries)

    def stream(self, *names: str, most: int | None = None) -> bytes | None:
        """Bytes of the first stream of one of these names (at most ``most``), or None."""
        wanted = {name.casefold() for name in names}
        entry = next((e for e in self.entries if e.kind == 2 and e.name.casefold() in wanted), None)
        if entry is None:
            return None
        size = entry.size if most is None else min(entry.size, most)
        if entry.size < _MINI_LIMIT:
            return self._mini_chain(entry.start, size)
        return self._chain(entry.start, size)

    def check(self, *names: str) -> None:
        """Walk the whole chain of each stream that exists: raises OleError where it loops or leaves the file."""
        for name in names:
            self.stream(name)

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at >= len(self._data):
            raise OleError(f"sector {number} lies outside the file")
        return self._data[at : at + self._size]

    def _read_fat(self) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        next_block, blocks = struct.unpack_from("<II", self._data, 68)
        per_block = self._size // 4 - 1
        seen: set[int] = set()
        while next_block < _END and blocks:
            if next_block in seen:
                raise OleError("loop in the sector table's own list")
            seen.add(next_block)
            block = self._sector(next_block).ljust(self._size, b"\xff")
            numbers = struct.unpack(f"<{per_block + 1}I", block)
            sectors += numbers[:per_block]
            next_block = numbers[per_block]
        found = [number for number in sectors if number < _END]
        if len(found) != len(set(found)):
            raise OleError("a sector of the table is named twice")
        fat: list[int] = []
        for number in found:
            fat += struct.unpack(f"<{self._size // 4}I", self._sector(number).ljust(self._size, b"\xff"))
        return tuple(fat)

    def _chain(self, start: int, most: int | None = None) -> bytes:
        return b"".join(self._sector(n) for n in _walk(self._fat, start, self._size, most))[:most]

    def _mini_chain(self, start: int, size: int) -> bytes:
        root = next((entry for entry in self.entries if entry.kind == 5), None)
        if root is None:
            raise OleError("no root")
        pool = self._chain(root.start)
        (first,) = struct.unpack_from("<I", self._data, 60)
        table = self._chain(first) if first < _END else b""
        fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        parts = (pool[n * self._mini : (n + 1) * self._mini] for n in _walk(fat, start, self._mini, size))
        return b"".join(parts)[:size]


def _walk(fat: tuple[int, ...], start: int, size: int, most: int | None) -> list[int]:
    """Numbers of a chain in order, as far as ``most`` bytes need; a loop or a jump out is an OleError."""
    numbers: list[int] = []
    number = start
    while number < _END and (most is None or len(numbers) * size < most):
        if number >= len(fat) or len(numbers) > len(fat):
            raise OleError("a chain loops or leaves the table")
        numbers.append(number)
        number = fat[number]
    return numbers


def _entries(directory: bytes) -> list[Entry]:
    found = []
    for at in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind not in (1, 2, 5) or not 2 <= length <= 64:
            continue
        name = directory[at : at + length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        found.append(Entry(name=name, kind=kind, start=start, size=size))
    return found
