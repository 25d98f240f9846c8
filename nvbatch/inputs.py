"""A workspace and what is asked of it in, one digest of everything that a run depends on out (contract 8.17)."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from nvbatch.archive import Archive
from nvbatch.journal import Journal
from nvbatch.workspace import Workspace

HOUSE = Path(__file__).resolve().parent
BESIDE = ("schemas", "templates")  # inside the program in a wheel, beside it in a checkout
PASSING = frozenset({"__pycache__"})  # folders that hold nothing of the program's own


def digest_of(ws: Workspace, config: Path, asked: Mapping[str, Any], as_of: datetime | None) -> str:
    """Equal for two runs that must give the same: nothing is left out, what is in doubt is taken in.

    Archive (as the journal names it), journal, register, configuration, overrides, signed letters, what is asked,
    as-of (None: whatever the moment), and the program itself with its libraries. ``asked`` holds plain values.
    """
    digest = hashlib.sha256()
    for part in _parts(ws, config, asked, as_of):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(ws: Workspace, config: Path, asked: Mapping[str, Any], as_of: datetime | None) -> Iterator[bytes]:
    yield program().encode()
    yield json.dumps([as_of.isoformat() if as_of else None, sorted(asked.items())]).encode()
    yield config.read_bytes()
    yield ws.register.read_bytes() if ws.register.is_file() else b""
    for folder in (ws.schemas, ws.templates, ws.signed):
        yield from _contents(folder)
    archive = Archive(ws)
    for deed in Journal(ws).deeds():
        if as_of and deed["deed"] == "run" and datetime.fromisoformat(deed["as_of"]) >= as_of:
            continue  # a run looks back at earlier moments only
        yield json.dumps(deed, sort_keys=True).encode()
        if deed["deed"] == "received":
            yield _standing(archive.path(deed["sha256"]))


def _contents(folder: Path) -> Iterator[bytes]:
    """Every file below a folder, with its name, in order."""
    yield str(folder.name).encode()
    for path in sorted(_files(folder)):
        yield path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        yield path.read_bytes()


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in PASSING]
        yield from (Path(place) / name for name in names)


def _standing(path: Path) -> bytes:
    """Whether an archived file lies there as it was put: a damaged one is looked at anew."""
    try:
        found = path.stat()
    except OSError:
        return b"-"
    return f"{found.st_size}:{found.st_mtime_ns}".encode()


@cache
def program() -> str:
    """The program as it stands: its files, the packaged schemas and templates, Python and every library installed."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in (HOUSE, *(HOUSE.parent / kind for kind in BESIDE if not (HOUSE / kind).is_dir())):
        for part in _contents(folder):
            digest.update(len(part).to_bytes(8, "big") + part)
    for name in sorted(_libraries()):
        digest.update(name.encode() + b"\n")
    return digest.hexdigest()


def _libraries() -> Iterator[str]:
    """``pandas-3.1.1.dist-info``: the names of the installed libraries tell their versions."""
    for folder in filter(Path.is_dir, map(Path, sys.path)):
        yield from (path.name for path in folder.iterdir() if path.suffix in (".dist-info", ".egg-info"))
