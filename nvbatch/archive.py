"""Bytes in, their sha256 out; every file ever received is kept under its hash, never changed, never deleted."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from nvbatch import durable
from nvbatch.workspace import Workspace

READ_ONLY = 0o444
_HEX = frozenset("0123456789abcdef")


class Archive:
    """``archive/ab/abcdef…``: one read-only file a content. Names are hashes, so no foreign name is ever a path."""

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.archive
        self._sync: Callable[[Path], None] = durable.sync_folder

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Many files at once: their names are durable when this block has ended, not before."""
        names = durable.Names()
        self._sync = names
        try:
            yield
        finally:
            self._sync = durable.sync_folder
            names.sync()

    def put(self, data: bytes) -> str:
        """Keep bytes durably; the same bytes again cost a look. Raises OSError when the disk refuses."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if self._kept(path, len(data)):
            return sha256
        durable.make_folder(path.parent, sync=self._sync)
        with durable.new_file(path, mode=READ_ONLY, sync=self._sync) as stream:
            stream.write(data)
        return sha256

    def put_file(self, source: Path) -> str:
        """Keep a file's bytes durably without holding them in memory; the file itself stays where it is."""
        size = source.stat().st_size
        sha256 = durable.sha256_of(source)
        path = self.path(sha256)
        if self._kept(path, size):
            return sha256
        durable.make_folder(path.parent, sync=self._sync)
        digest = hashlib.sha256()
        with durable.new_file(path, mode=READ_ONLY, sync=self._sync) as target, source.open("rb") as stream:
            while chunk := stream.read(durable.CHUNK):
                digest.update(chunk)
                target.write(chunk)
            if digest.hexdigest() != sha256:
                raise ChangedWhileRead(source.name)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where these bytes lie, whether they are there or not."""
        if len(sha256) != 64 or not _HEX.issuperset(sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError when they were never archived."""
        return self.path(sha256).read_bytes()

    def all(self) -> Iterator[str]:
        """Every hash that is kept, in order."""
        if not self.folder.is_dir():
            return
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir():
                yield from sorted(entry.name for entry in folder.iterdir() if _is_sha256(entry.name))

    def damaged(self) -> Iterator[str]:
        """Every hash whose bytes are no longer what the name says (for `verify`)."""
        for sha256 in self.all():
            if durable.sha256_of(self.path(sha256)) != sha256:
                yield sha256

    def sweep(self) -> None:
        """Remove unfinished files that a crash left."""
        if self.folder.is_dir():
            for folder in self.folder.iterdir():
                durable.sweep(folder)

    def _kept(self, path: Path, size: int) -> bool:
        """Already there and whole. A copy of the wrong size was damaged on the disk: it is set aside, not lost."""
        try:
            found = path.stat().st_size
        except FileNotFoundError:
            return False
        if found == size:
            self._sync(path.parent)  # the run that wrote it may have died before it did this
            return True
        path.rename(path.with_name(f"{path.name}.hong"))
        return False


class ChangedWhileRead(OSError):
    """The file was written to while it was being archived: it is not settled yet."""


def _is_sha256(name: str) -> bool:
    return len(name) == 64 and _HEX.issuperset(name)
