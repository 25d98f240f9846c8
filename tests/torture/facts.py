"""A workspace in; what must be the same after any disaster, and what must never be seen at any moment, out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.config import load_config
from nvbatch.intake.received import receipts
from nvbatch.journal import Journal
from nvbatch.outputs import broken, latest_run
from nvbatch.workspace import Workspace


def plain_record(record: Mapping[str, Any]) -> str:
    """run.json without what names the run or the order in which files were taken."""
    data = json.loads(json.dumps(record))
    for key in ("id", "generated_at", "adjusts"):
        data["run"].pop(key, None)
    numbers = {s.pop("id"): s["sha256"] for s in data["submissions"]}
    for finding in data["findings"]:
        finding["submission"] = numbers.get(finding.get("submission"), finding.get("submission"))
    for output in data["outputs"]:
        output["path"] = re.sub(r"\d{6}-\d+", lambda found: numbers.get(found[0], "?")[:12], output["path"])
    for key in ("submissions", "findings", "outputs"):
        data[key] = sorted(json.dumps(each, sort_keys=True, ensure_ascii=False) for each in data[key])
    return json.dumps(data, sort_keys=True, ensure_ascii=False, indent=0)


def records(ws: Workspace) -> dict[str, str]:
    """as-of → run.json as it is compared, of the newest run of that moment."""
    found = {}
    for folder in sorted(p.parent for p in ws.out.glob("*/run.json") if re.match(r"\d{4}-W\d\d-", p.parent.name)):
        record = json.loads((folder / "run.json").read_bytes())
        found[record["run"]["as_of"]] = plain_record(record)
    return found


def kept(ws: Workspace) -> list[tuple[str, str, str]]:
    """Every receipt: (file, bytes, moment); a file received twice stands twice."""
    return sorted((r.name, r.sha256, r.received_at.isoformat()) for r in receipts(ws, load_config(ws.config)))


def wrongs(ws: Workspace, laid: Mapping[str, bytes]) -> Iterator[str]:
    """What must never be seen, not even the moment after a death: half files, something lost, something named twice."""
    archive = Archive(ws)
    for sha256 in archive.damaged():
        yield f"half a file in the archive: {sha256[:8]}"
    received = list(Journal(ws).deeds("received"))
    for deed in received:
        if not archive.has(deed["sha256"]):
            yield f"journal before archive: {deed['name']}"
    noted = {deed["sha256"] for deed in received}
    for name, data in laid.items():
        path = ws.inbox / name
        if not (path.is_file() and path.read_bytes() == data) and hashlib.sha256(data).hexdigest() not in noted:
            yield f"lost: {name}"
    yield from _outputs(ws)


def _outputs(ws: Workspace) -> Iterator[str]:
    if not ws.out.is_dir():
        return
    for folder in ws.out.iterdir():
        if folder.is_dir() and not folder.name.startswith((durable.TEMPORARY, "forms", "luu-tru")):
            yield from (f"half an output: {word}" for word in broken(folder) if not _being_published(ws, word))
    if ws.latest.exists() and latest_run(ws) is None:
        yield "out/latest names no run"


def _being_published(ws: Workspace, word: str) -> bool:
    """run.json and its manifest are two files: between the two renames of `publish` they differ, and the next heals."""
    return "run.json" in word and any(Journal(ws).deeds("published"))


def temporaries(ws: Workspace) -> list[str]:
    """What an interrupted run left behind."""
    return sorted(
        str(p.relative_to(ws.root))
        for p in ws.root.rglob("*")
        if (p.name.startswith(durable.TEMPORARY) and not p.name.startswith(f"{durable.TEMPORARY}lock"))
        or p.suffix in (".tmp", ".part")
    )  # fmt: skip
