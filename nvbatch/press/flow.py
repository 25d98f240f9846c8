"""Parts that grow piece by piece in, one .xlsx package on disk out: for workbooks too large to be held."""

from __future__ import annotations

import shutil
from typing import IO, NamedTuple

from isal import isal_zlib

from nvbatch.press.package import LEVEL, directory, entry, heading, pack

_AT_ONCE = 1 << 20  # bytes that are copied together


class Stretch(NamedTuple):
    """Bytes that lie deflated and ended, so that they may stand anywhere in a flow."""

    check: int  # CRC-32
    size: int  # bytes when unpacked
    data: bytes


def stretch(data: bytes) -> Stretch:
    return Stretch(isal_zlib.crc32(data), len(data), _unended(data))


class Flow:
    """Bytes → a file in which they lie deflated, ready to stand in the midst of a part."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.check, self.size = file, 0, 0
        self._deflate: isal_zlib.Compress | None = None  # open since something was written

    def write(self, data: bytes) -> None:
        self.check = isal_zlib.crc32(data, self.check)
        self.size += len(data)
        if self._deflate is None:
            self._deflate = _deflating()
        self.file.write(self._deflate.compress(data))

    def place(self, finished: Stretch) -> None:
        """What lies deflated is taken as it is; deflated streams may stand one after the other."""
        self._end_stream()
        self.check = isal_zlib.crc32_combine(self.check, finished.check, finished.size)
        self.size += finished.size
        self.file.write(finished.data)

    def end(self) -> int:
        """Nothing more comes; another stream may follow. Gives the number of bytes in the file."""
        self._end_stream()
        return self.file.tell()

    def _end_stream(self) -> None:
        """A stream that has ended is never gone on with: it may still look back at what lies before its end."""
        if self._deflate is not None:
            self.file.write(self._deflate.flush(isal_zlib.Z_FULL_FLUSH))
            self._deflate = None


class Parcel:
    """The package, part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._entries: list[bytes] = []

    def add(self, name: str, data: bytes) -> None:
        part = pack(data)
        self._begin(name, part.check, len(part.data), part.size)
        self._file.write(part.data)

    def add_around(self, name: str, before: bytes, flow: Flow, after: bytes) -> None:
        """A part with a flow in its midst. Deflated streams may stand one after the other, and their checks can be

        added up: nothing of the flow is unpacked.
        """
        head, tail = _unended(before), pack(after)
        check = isal_zlib.crc32_combine(isal_zlib.crc32(before), flow.check, flow.size)
        check = isal_zlib.crc32_combine(check, tail.check, tail.size)
        self._begin(name, check, len(head) + flow.end() + len(tail.data), len(before) + flow.size + tail.size)
        self._file.write(head)
        flow.file.seek(0)
        shutil.copyfileobj(flow.file, self._file, _AT_ONCE)
        self._file.write(tail.data)

    def end(self) -> None:
        self._file.write(directory(self._entries, self._file.tell()))

    def _begin(self, name: str, check: int, packed: int, size: int) -> None:
        self._entries.append(entry(name, check, packed, size, self._file.tell()))
        self._file.write(heading(name, check, packed, size))


def _unended(data: bytes) -> bytes:
    deflate = _deflating()
    return deflate.compress(data) + deflate.flush(isal_zlib.Z_FULL_FLUSH)


def _deflating() -> isal_zlib.Compress:
    return isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
