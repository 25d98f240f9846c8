"""Bytes and a path in; a file that is wholly there even after a power cut, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

TEMPORARY = ".nvbatch-"  # what our unfinished files begin with: nobody else's, and swept away by `sweep`
CHUNK = 1 << 20
TRIES = 6  # for a name that somebody holds: virus scanners and indexers let go of it soon, Excel does not
PATIENCE = 0.1  # seconds between two tries
_START_WRITING = 2  # SYNC_FILE_RANGE_WRITE


def sync_folder(folder: Path) -> None:
    """Make names created, renamed or removed in a folder durable (Windows needs and allows nothing here)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Names:
    """Folders whose new names are made durable together: each is waited for once, not once a name."""

    def __init__(self) -> None:
        self._folders: dict[Path, None] = {}

    def __call__(self, folder: Path) -> None:
        self._folders[folder] = None

    def sync(self) -> None:
        """Wait for the disk; what was made is durable only now."""
        while self._folders:
            sync_folder(next(iter(self._folders)))
            del self._folders[next(iter(self._folders))]


def make_folder(folder: Path, *, sync: Callable[[Path], None] = sync_folder) -> None:
    """``mkdir -p`` whose new names survive a power cut. ``sync``: :class:`Names`, when that may come later."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync(new.parent)


@contextlib.contextmanager
def new_file(
    path: Path, *, mode: int | None = None, lasting: bool = True, sync: Callable[[Path], None] = sync_folder
) -> Iterator[BinaryIO]:
    """Write a file that appears under its name only when it is complete: temp beside it, fsync, rename, fsync folder.

    An existing file of that name is replaced. When the block raises, nothing appears and the temp file goes. What is
    not ``lasting`` (a cache) does not wait for the disk: a power cut may lose it. ``sync`` as in :func:`make_folder`.
    """
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(mode)
        appear(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    if lasting:
        sync(path.parent)


def appear(made: Path, path: Path) -> None:
    """Rename a finished file or folder to its name. Raises PermissionError when another program holds that name."""
    for left in range(TRIES - 1, -1, -1):
        try:
            made.replace(path)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(PATIENCE)


def write_bytes(path: Path, data: bytes, *, mode: int | None = None, lasting: bool = True) -> None:
    """The whole file at once; see :func:`new_file`."""
    with new_file(path, mode=mode, lasting=lasting) as stream:
        stream.write(data)


def write_text(path: Path, text: str) -> None:
    """UTF-8, line ends as given; see :func:`new_file`."""
    write_bytes(path, text.encode("utf-8", "replace"))


def sync_file(path: Path) -> None:
    """Make the present content of a file durable."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_tree(folder: Path) -> None:
    """Make every file and name below a folder durable, the folder itself last."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink():
            continue
        if entry.is_dir():
            sync_tree(entry)
        else:
            sync_file(entry)
    sync_folder(folder)


def begin_file(handle: int) -> None:
    """Let the disk begin with what was written to an open file, and wait for nothing: whoever waits later waits less.

    A hint: what is to last is waited for all the same, and a fault of the disk is told there.
    """
    if (begin := _beginner()) is not None:
        begin(handle, 0, 0, _START_WRITING)


def begin_tree(folder: Path) -> None:
    """The same for every file below a folder."""
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                handle = os.open(f"{place}/{name}", os.O_RDONLY)
                begin_file(handle)
                os.close(handle)


@cache
def _beginner() -> Callable[[int, int, int, int], int] | None:
    """Linux alone has it."""
    if sys.platform != "linux":
        return None
    import ctypes

    found: Any = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if found is not None:
        found.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return found  # type: ignore[no-any-return]


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, read in pieces."""
    with path.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Remove what an interrupted :func:`new_file` left in a folder. Only for one who holds the workspace."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name.startswith(TEMPORARY) and entry.is_file():
            with contextlib.suppress(OSError):
                entry.unlink()


def sweep_below(folder: Path) -> None:
    """The same for every folder below one that holds only what we made ourselves: no `.tmp` and `.part` is anyone's."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(TEMPORARY) or name.endswith((".tmp", ".part")):
                with contextlib.suppress(OSError):
                    (Path(place) / name).unlink()
