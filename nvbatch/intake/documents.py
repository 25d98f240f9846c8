"""Receipts in, the workbooks in them out; what was unpacked once is kept in the cache by content hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.config import Config, Intake, load_config
from nvbatch.intake.kinds import WORKBOOK_SUFFIXES, suffix_of
from nvbatch.intake.opener import Entry, Opener
from nvbatch.intake.unpack import VERSION
from nvbatch.model import Document, Receipt
from nvbatch.workspace import Workspace

MISSING = "tệp đã nhận không còn trong archive"
_KEYS = {"name", "sha256", "fault", "what"}  # of an entry


def documents(workspace: Workspace, config: Config, receipts: Iterable[Receipt]) -> tuple[Document, ...]:
    """Take every receipt apart, in order. What holds no workbook becomes one document with a fault: nothing is lost."""
    with Opener(config.intake) as opener:
        shelf = _Shelf(workspace, config.intake, opener)
        return tuple(document for receipt in receipts for document in _of(receipt, shelf))


def workbook_path(workspace: Workspace, document: Document) -> Path:
    """Where the workbook's bytes lie: in the archive, or unpacked from it into the cache (anew, if it was touched)."""
    archive = Archive(workspace)
    if document.container_sha256 is None:
        return archive.path(document.sha256)
    path = workspace.cache / "parts" / document.sha256
    if not path.is_file() or durable.sha256_of(path) != document.sha256:
        with Opener(_limits(workspace)) as opener:
            container = document.container_sha256
            opener.open(archive.path(container), document.receipt.name, container, path.parent)
    return path


def _limits(workspace: Workspace) -> Intake:
    return load_config(workspace.config).intake if workspace.config.is_file() else Intake.model_validate({})


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

    def __init__(self, workspace: Workspace, limits: Intake, opener: Opener) -> None:
        self.archive, self.opener = Archive(workspace), opener
        self.cache, self.parts = workspace.cache, workspace.cache / "parts"
        self.key = hashlib.sha256(f"{VERSION} {limits.model_dump_json()}".encode()).hexdigest()[:12]

    def index(self, receipt: Receipt) -> Entry:
        """What lies in a receipt. The name counts too: it decides how the bytes are read."""
        suffix = suffix_of(receipt.name).lstrip(".") or "-"
        safe = suffix if suffix.isascii() and suffix.isalnum() else "-"
        path = self.cache / "containers" / f"{receipt.sha256}-{safe}-{self.key}.json"
        index = _load(path)
        if index is None or index["sha256"] != receipt.sha256 or not self._is_whole(index):
            index, lasting = self._open(receipt)
            if lasting:
                _store(path, index)
        return {**index, "entries": [{**entry, "name": entry["name"] or receipt.name} for entry in index["entries"]]}

    def _open(self, receipt: Receipt) -> tuple[Entry, bool]:
        try:
            return self.opener.open(self.archive.path(receipt.sha256), receipt.name, receipt.sha256, self.parts)
        except FileNotFoundError:  # someone has been at the archive: `verify` names it, the others are read
            gone = {"name": None, "sha256": receipt.sha256, "fault": "F101", "what": MISSING}
            return {"sha256": receipt.sha256, "defects": [], "entries": [gone]}, False

    def _is_whole(self, index: Entry) -> bool:
        """Are the parts that the index names still there?"""
        hashes = {entry["sha256"] for entry in index["entries"]} - {index["sha256"]}
        return all((self.parts / sha256).is_file() for sha256 in hashes)


def _load(path: Path) -> Entry | None:
    """An index behind the hash of its own bytes; None where it is missing, damaged or of another shape."""
    try:
        digest, _, data = path.read_bytes().partition(b"\n")
        index: Entry = json.loads(data)
        shaped = all(entry.keys() == _KEYS for entry in index["entries"]) and isinstance(index["defects"], list)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return index if shaped and digest == _digest(data) else None


def _store(path: Path, index: Entry) -> None:
    """Keep an index. Trouble with the disk costs speed, never a result."""
    data = json.dumps(index, ensure_ascii=True).encode()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_bytes(path, _digest(data) + b"\n" + data, lasting=False)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
