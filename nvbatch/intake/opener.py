"""The path of a mail or a zip in, the index of what lies in it out: taken apart in a child process with limits.

The child lays each part into the cache under its hash; only the index (names, hashes, faults) comes back.
"""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from nvbatch import durable
from nvbatch.child import Death, Worker
from nvbatch.child_side import serve
from nvbatch.intake.envelope import MAX_HEAD_BYTES, Envelope, no_envelope, read_envelope
from nvbatch.intake.kinds import suffix_of
from nvbatch.intake.outlook import outlook_envelope
from nvbatch.intake.unpack import Unpacked, too_large, unpack

if TYPE_CHECKING:
    from nvbatch.config import Intake

# One thing in a container, as the cache's index keeps it: name, sha256, fault or None, its word.
Entry = dict[str, Any]
UNREADABLE = "thư hoặc tệp nén bị hỏng, làm dừng chương trình đọc"
LARGEST_MESSAGE = 64 << 20  # bytes: a .msg beyond this is not looked at for its sender


class Opener:
    """Takes apart what arrived, in a child that is started when first needed. Use it in a ``with``."""

    def __init__(self, limits: Intake) -> None:
        self._limits = limits
        self.worker = Worker("nvbatch.intake.opener", limits)

    def __enter__(self) -> Opener:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.close()

    def open(self, path: Path, name: str, sha256: str, parts: Path) -> tuple[Entry, bool]:
        """(index, may it be kept?): entries and defects; the parts lie in the folder ``parts``. Raises OSError."""
        asked = {"do": "open", "path": str(path), "name": name, "sha256": sha256, "parts": str(parts)}
        answer = self.worker.ask(asked)
        if isinstance(answer, Death):
            rule, what = self._cause(answer)
            return {"sha256": sha256, "defects": [], "entries": [_whole(sha256, rule, what)]}, answer.certain
        if "refused" in answer:  # by the disk, not by the file
            raise OSError(answer["refused"], answer["words"])
        if "failed" in answer:
            words = f"chương trình đọc gặp lỗi với tệp này ({answer['failed']})"
            return {"sha256": sha256, "defects": [], "entries": [_whole(sha256, "F101", words)]}, False
        return answer["index"], True

    def envelope(self, path: Path, name: str, zone: ZoneInfo) -> Envelope:
        """What the head of a mail says; nothing certain where it cannot be read. Raises OSError for the disk."""
        answer = self.worker.ask({"do": "envelope", "path": str(path), "name": name, "zone": zone.key})
        if isinstance(answer, Death):
            if answer.from_outside:
                raise OSError(errno.EINTR, os.strerror(errno.EINTR))  # the file is not to blame: it stays in inbox
            return no_envelope(UNREADABLE)
        if "refused" in answer:
            raise OSError(answer["refused"], answer["words"])
        return _envelope(answer["envelope"]) if "envelope" in answer else no_envelope(UNREADABLE)

    def _cause(self, death: Death) -> tuple[str, str]:
        if death.why in ("time", "cpu"):
            return "F103", f"thời gian mở thư hoặc tệp nén (tối đa {self._limits.max_seconds:g} giây)"
        if death.why == "memory":
            return "F103", f"bộ nhớ cần để mở thư hoặc tệp nén (tối đa {self._limits.max_memory_mb} MB)"
        return "F101", UNREADABLE


def _whole(sha256: str, fault: str | None, what: str) -> Entry:
    """The thing itself, under the name of each receipt that brought it."""
    return {"name": None, "sha256": sha256, "fault": fault, "what": what}


def _envelope(data: Entry) -> Envelope:
    moments = {key: datetime.fromisoformat(data[key]) if data[key] else None for key in ("received_at", "dated_at")}
    return Envelope(**{**data, **moments, "defects": tuple(data["defects"])})


# --- the child's side -----------------------------------------------------------------------------


def _prepare(told: Entry, limits: Intake) -> Any:
    return lambda request: _answer(request, limits)


def _answer(request: Entry, limits: Intake) -> Entry:
    try:
        if request["do"] == "envelope":
            return {"envelope": _read_envelope(Path(request["path"]), request["name"], ZoneInfo(request["zone"]))}
        return {"index": _open(request, limits)}
    except MemoryError:
        raise
    except OSError as error:
        return {"refused": error.errno or 0, "words": error.strerror or ""}
    except Exception as error:  # by type only: its words might quote the mail
        return {"failed": type(error).__name__}


def _open(request: Entry, limits: Intake) -> Entry:
    path, name, sha256 = Path(request["path"]), request["name"], request["sha256"]
    found = too_large(path.stat().st_size, name, limits) or unpack(path.read_bytes(), name, limits)
    return {
        "sha256": sha256,
        "defects": list(found.defects),
        "entries": _entries(sha256, found, Path(request["parts"])),
    }


def _entries(sha256: str, found: Unpacked, parts: Path) -> list[Entry]:
    if found.fault or not found.contained:
        return [_whole(sha256, found.fault, found.what)]
    return [{"name": m.name, "sha256": _keep(parts, m.data), "fault": m.fault, "what": m.what} for m in found.members]


def _keep(parts: Path, data: bytes) -> str:
    """Bytes of a part into the cache, once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = parts / sha256
    if not path.is_file() or durable.sha256_of(path) != sha256:
        parts.mkdir(parents=True, exist_ok=True)
        durable.write_bytes(path, data, lasting=False)
    return sha256


def _read_envelope(path: Path, name: str, zone: ZoneInfo) -> Entry:
    outlook = suffix_of(name) == ".msg"
    with path.open("rb") as stream:
        seen = stream.read(LARGEST_MESSAGE if outlook else MAX_HEAD_BYTES)
    found = asdict((outlook_envelope if outlook else read_envelope)(seen, zone))
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in found.items()}


if __name__ == "__main__":
    serve(_prepare)
