"""The digest of a run's inputs in, the files of an earlier run of the same digest out: running twice changes nothing.

A note in ``cache/runs`` only says where to look. What it names must still stand as that run left it: every file by its
hash in the manifest, the ledger, the quarantine copies, the deed in the journal; else all is worked out anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.journal import Journal
from nvbatch.ledger import Ledger
from nvbatch.model import Output
from nvbatch.outputs import MANIFEST
from nvbatch.summary import Summary, summary_from
from nvbatch.workspace import Workspace

FORMAT = 1
KEPT = 24  # notes that are kept: the newest, one a set of inputs
RECORD, LOG = "run.json", "nhat-ky.txt"
HEAD = 2048  # bytes: a run's name and moment stand at the beginning of the record and of the log


class Changed(Exception):
    """An earlier run no longer stands as it was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A complete run of the same inputs. ``deed``: what the journal says of it; ``made_at``: its generated_at."""

    run_id: str
    made_at: str
    stem: str  # what the runs of these periods are named after
    manifest: str
    summary: Summary
    outputs: tuple[Output, ...]
    deed: Mapping[str, Any]


def note_run(ws: Workspace, digest: str, run_id: str, *, now: datetime, stem: str, summary: Summary,
             outputs: Sequence[Output]) -> None:  # fmt: skip
    """Remember a complete run by the digest of its inputs. Trouble with the disk costs speed, never a result."""
    with contextlib.suppress(OSError):
        note = {
            "format": FORMAT,
            "run": run_id,
            "made_at": now.isoformat(),
            "stem": stem,
            "manifest": durable.sha256_of(ws.out / run_id / MANIFEST),
            "beside": _beside(ws),
            "summary": summary.plain(),
            "outputs": [[output.path, output.kind] for output in outputs],
        }
        folder = _folder(ws)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(note, ensure_ascii=False)
        durable.write_bytes(folder / f"{digest}.json", text.encode("utf-8", "surrogatepass"), lasting=False)
        _sweep(folder)


def earlier_run(ws: Workspace, digest: str) -> Earlier | None:
    """The complete run of this digest, where all but its files has been seen to stand as it was left."""
    try:
        note = json.loads((_folder(ws) / f"{digest}.json").read_bytes())
        if note["format"] != FORMAT or note["beside"] != _beside(ws):
            return None
        if note["manifest"] != durable.sha256_of(ws.out / note["run"] / MANIFEST):
            return None
        deed = next((d for d in Journal(ws).deeds("run") if d["run"] == note["run"]), None)
        if deed is None or not Archive(ws).has(deed["register"]):
            return None
        return Earlier(
            run_id=note["run"],
            made_at=note["made_at"],
            stem=note["stem"],
            manifest=note["manifest"],
            summary=summary_from(note["summary"]),
            outputs=tuple(Output(path=path, kind=kind) for path, kind in note["outputs"]),
            deed={key: value for key, value in deed.items() if key not in ("at", "who", "deed", "run")},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def hand_out_again(ws: Workspace, earlier: Earlier, folder: Path, run_id: str, *, now: datetime) -> None:
    """Copy the earlier run's files into ``folder``, each as its manifest says; record and log tell the new run's name.

    Raises Changed when one of them is missing or is not what was written.
    """
    source = ws.out / earlier.run_id
    try:
        manifest = (source / MANIFEST).read_bytes()
        if hashlib.sha256(manifest).hexdigest() != earlier.manifest:
            raise Changed(MANIFEST)
        for entry in json.loads(manifest)["files"]:
            _copy(source / entry["path"], folder / entry["path"], entry, earlier, run_id, now)
    except FileNotFoundError as error:
        raise Changed(earlier.run_id) from error


def _copy(source: Path, target: Path, entry: Mapping[str, Any], earlier: Earlier, run_id: str, now: datetime) -> None:
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise Changed(entry["path"])
    if entry["path"] == RECORD:
        data = _renamed(data, f'"id": "{earlier.run_id}"', f'"id": "{run_id}"')
        data = _renamed(data, f'"generated_at": "{earlier.made_at}"', f'"generated_at": "{now.isoformat()}"')
    elif entry["path"] == LOG:
        data = _renamed(data, earlier.run_id, run_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _renamed(data: bytes, old: str, new: str) -> bytes:
    """What stands once at the head of the file, replaced there."""
    head, rest = data[:HEAD], data[HEAD:]
    if head.count(old.encode()) != 1:
        raise Changed(old)
    return head.replace(old.encode(), new.encode()) + rest


def _beside(ws: Workspace) -> str:
    """What a run leaves outside its folder: the ledger's content and the copies of what is held."""
    held = sorted(
        (path.relative_to(ws.quarantine).as_posix(), path.stat().st_size)
        for path in ws.quarantine.rglob("*")
        if path.is_file()
    )
    return hashlib.sha256(repr((Ledger(ws).digest(), held)).encode("utf-8", "surrogateescape")).hexdigest()


def _folder(ws: Workspace) -> Path:
    return ws.cache / "runs"


def _sweep(folder: Path) -> None:
    found = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in found[KEPT:]:
        path.unlink(missing_ok=True)
