"""A folder in, a workspace ready for its first week out; what stands there already is never overwritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from nvbatch import durable
from nvbatch.form import packaged
from nvbatch.register_book import sample_rows, write_register
from nvbatch.starters import starters as windows_starters
from nvbatch.workspace import Workspace

__all__ = ["Started", "start_workspace", "write_register"]

RECEIPTS_HEADER = "file;received_at;sender\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What ``init`` made and what it found and left as it was (paths relative to the workspace)."""

    root: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]


def start_workspace(root: Path, *, now: datetime, sample: bool = False, starters: bool = os.name == "nt") -> Started:
    """Make what a workspace lacks. ``sample`` fills the register with three invented agencies and a few tasks.

    ``starters``: the files for a double click on Windows, too.
    """
    ws = Workspace(root)
    folders = (ws.inbox, ws.archive, ws.journal, ws.quarantine, ws.templates, ws.schemas, ws.cache, ws.signed, ws.out)
    for folder in folders:
        durable.make_folder(folder)
    files: list[tuple[Path, Callable[[Path], object]]] = [
        (ws.config, lambda path: shutil.copyfile(packaged("templates", "nvbatch.toml"), path)),
        (ws.register, lambda path: write_register(path, sample_rows() if sample else {}, created=now)),
        (ws.inbox / "receipts.csv", lambda path: path.write_text(RECEIPTS_HEADER, encoding="utf-8", newline="\n")),
    ]
    if starters:
        files += [(root / name, partial(_write, text)) for name, text in windows_starters().items()]
    written = [(path.relative_to(root).as_posix(), _new(path, write)) for path, write in files]
    return Started(
        root=root,
        made=tuple(name for name, new in written if new),
        kept=tuple(name for name, new in written if not new),
    )


def _write(text: str, path: Path) -> None:
    path.write_bytes(text.encode("utf-8"))


def _new(path: Path, write: Callable[[Path], object]) -> bool:
    """Write beside the final name and rename: an interrupted ``init`` leaves no half file that the next would keep."""
    if path.exists():
        return False
    part = path.with_name(durable.TEMPORARY + path.name)
    write(part)
    durable.sync_file(part)
    part.rename(path)
    durable.sync_folder(path.parent)
    return True
