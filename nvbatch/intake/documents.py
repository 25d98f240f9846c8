"""Receipts in, the workbooks in them out; what was unpacked once is kept in the cache by content hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.config import Config, Intake
from nvbatch.intake.kinds import WORKBOOK_SUFFIXES, suffix_of
from nvbatch.intake.unpack import VERSION, Unpacked, too_large, unpack
from nvbatch.model import Document, Receipt
from nvbatch.workspace import Workspace

# One thing in a container, as the cache's index keeps it: name, sha256, fault or None, its word.
Entry = dict[str, Any]


def documents(workspace: Workspace, config: Config, receipts: Iterable[Receipt]) -> tuple[Document, ...]:
    """Take every receipt apart, in order. What holds no workbook becomes one document with a fault: nothing is lost."""
    shelf = _Shelf(workspace, config.intake)
    return tuple(document for receipt in receipts for document in _of(receipt, shelf))


def workbook_path(workspace: Workspace, document: Document) -> Path:
    """Where the workbook's bytes lie: in the archive, or unpacked from it into the cache (anew, if it was touched)."""
    archive = Archive(workspace)
    if document.container_sha256 is None:
        return archive.path(document.sha256)
    path = workspace.cache / "parts" / document.sha256
    if not path.is_file() or durable.sha256_of(path) != document.sha256:
        path.unlink(missing_ok=True)
        data = archive.read(document.container_sha256)
        for member in unpack(data, document.receipt.name, Intake.model_validate({})).members:
            _keep(workspace.cache, member.data)
    return path


def _of(receipt: Receipt, shelf: _Shelf) -> Iterator[Document]:
    if suffix_of(receipt.name) in WORKBOOK_SUFFIXES:
        # No need to look inside: what bears a workbook's name goes to the reader as it is.
        yield Document(receipt=receipt, part=0, sha256=receipt.sha256, container_sha256=None, name=receipt.name)
        return
    index = shelf.index(receipt)
    receipt = replace(receipt, defects=(*receipt.defects, *index["defects"]))
    for part, entry in enumerate(index["entries"]):
        yield Document(
            receipt=receipt,
            part=part,
            sha256=entry["sha256"],
            container_sha256=receipt.sha256 if entry["sha256"] != receipt.sha256 else None,
            name=entry["name"],
            fault=entry["fault"],
            fault_args={"what": entry["what"]} if entry["fault"] else {},
        )


class _Shelf:
    """The cache of containers: ``cache/containers/<sha256>-<key>.json`` and ``cache/parts/<sha256>``."""

    def __init__(self, workspace: Workspace, limits: Intake) -> None:
        self.archive = Archive(workspace)
        self.cache, self.limits = workspace.cache, limits
        self.key = hashlib.sha256(f"{VERSION} {limits.model_dump_json()}".encode()).hexdigest()[:12]

    def index(self, receipt: Receipt) -> Entry:
        """What lies in a receipt. The name counts too: it decides how the bytes are read."""
        suffix = suffix_of(receipt.name).lstrip(".") or "-"
        safe = suffix if suffix.isascii() and suffix.isalnum() else "-"
        path = self.cache / "containers" / f"{receipt.sha256}-{safe}-{self.key}.json"
        try:
            index: Entry = json.loads(path.read_bytes())
            if index["sha256"] == receipt.sha256 and self._is_whole(index):
                return _renamed(index, receipt)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        index = self._unpack(receipt)
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_bytes(path, json.dumps(index, ensure_ascii=False).encode("utf-8", "replace"), lasting=False)
        return _renamed(index, receipt)

    def _is_whole(self, index: Entry) -> bool:
        """Are the parts that the index names still there?"""
        hashes = {entry["sha256"] for entry in index["entries"]} - {index["sha256"]}
        return all((self.cache / "parts" / sha256).is_file() for sha256 in hashes)

    def _unpack(self, receipt: Receipt) -> Entry:
        path = self.archive.path(receipt.sha256)
        unpacked = too_large(path.stat().st_size, receipt.name, self.limits)
        if unpacked is None:
            unpacked = unpack(path.read_bytes(), receipt.name, self.limits)
        return {"sha256": receipt.sha256, "defects": unpacked.defects, "entries": self._entries(receipt, unpacked)}

    def _entries(self, receipt: Receipt, unpacked: Unpacked) -> list[Entry]:
        if unpacked.fault or not unpacked.contained:
            # Its own bytes, under the name of each receipt that brought them.
            return [{"name": None, "sha256": receipt.sha256, "fault": unpacked.fault, "what": unpacked.what}]
        return [
            {"name": m.name, "sha256": _keep(self.cache, m.data), "fault": m.fault, "what": m.what}
            for m in unpacked.members
        ]


def _renamed(index: Entry, receipt: Receipt) -> Entry:
    return {**index, "entries": [{**entry, "name": entry["name"] or receipt.name} for entry in index["entries"]]}


def _keep(cache: Path, data: bytes) -> str:
    """Bytes of a part into the cache, once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = cache / "parts" / sha256
    if not path.is_file() or path.stat().st_size != len(data):
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_bytes(path, data, lasting=False)
    return sha256
