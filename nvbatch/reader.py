"""A workbook's path in, its Reading out, read in a child process; a file that kills or stalls it is blamed alone."""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch import packed, rowcache
from nvbatch.child import Answer, Death, Worker
from nvbatch.child_side import serve
from nvbatch.form import Form, load_form
from nvbatch.model import Note, Reading
from nvbatch.reading import read_in_process

if TYPE_CHECKING:
    from nvbatch.config import Intake


class Reader:
    """A reader process that is started when first asked and started anew when it dies. Use it in a ``with``."""

    def __init__(self, limits: Intake, schemas: Path | None) -> None:
        self._limits = limits
        self.worker = Worker("nvbatch.reader", limits, schemas=str(schemas) if schemas else None)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: Path, *, name: str, sha256: str, out: Path) -> Reading:
        """Read one workbook into the cache file ``out`` and give its reading; the file is to blame for what happens."""
        self.begin(path, name=name, sha256=sha256, out=out)
        return self.reading_of(self.worker.receive(), sha256=sha256, out=out)

    def begin(self, path: Path, *, name: str, sha256: str, out: Path) -> None:
        """Let the child read a workbook; ``worker.receive`` gives its answer, :meth:`reading_of` the reading."""
        self.worker.send({"path": str(path), "name": name, "sha256": sha256, "out": str(out)})

    def reading_of(self, answer: Answer | Death, *, sha256: str, out: Path) -> Reading:
        """The reading that an answer speaks of."""
        if isinstance(answer, Death):
            return self._blamed(answer, sha256, out)
        if "reading" in answer:
            return packed.decode(answer["reading"])
        reading = rowcache.load(out, sha256) if "stored" in answer else None
        if reading is None:  # our own fault, or the disk's: said, and tried again next time
            words = {"what": "chương trình đọc gặp lỗi với tệp này"}
            words["reference"] = f"{sha256[:8]}/{answer.get('failed', 'cache')}"
            return Reading(sha256=sha256, format="", notes=(Note(rule="F101", args=words),))
        return reading

    def close(self) -> None:
        self.worker.close()

    def _blamed(self, death: Death, sha256: str, out: Path) -> Reading:
        """The child died or stalled on this file. What would happen again is kept, a slow machine's doing is not."""
        reading = Reading(sha256=sha256, format="", notes=(self._cause(death, sha256),))
        if death.certain:
            with contextlib.suppress(OSError):
                rowcache.store(out, reading)
        return reading

    def _cause(self, death: Death, sha256: str) -> Note:
        if death.why in ("time", "cpu"):
            limit = f"{self._limits.max_seconds:g} giây"
            return Note(rule="F103", args={"what": f"thời gian đọc (tối đa {limit})", "limit": limit})
        if death.why == "memory":
            limit = f"{self._limits.max_memory_mb} MB"
            return Note(rule="F103", args={"what": f"bộ nhớ cần để mở tệp (tối đa {limit})", "limit": limit})
        words = {"what": "tệp bị hỏng, làm dừng chương trình đọc", "reference": f"{sha256[:8]}/{death.code}"}
        return Note(rule="F101", args=words)


# --- the child's side -----------------------------------------------------------------------------


def _prepare(told: dict[str, Any], limits: Intake) -> Any:
    schemas = Path(told["schemas"]) if told["schemas"] else None
    return lambda request: _read(request, limits, schemas)


def _read(request: dict[str, str], limits: Intake, schemas: Path | None) -> dict[str, Any]:
    """The answer to one request: stored, the reading itself where the disk would not take it, or what failed."""
    path, out = Path(request["path"]), Path(request["out"])
    try:
        reading = read_in_process(
            path, name=request["name"], limits=limits, schemas=schemas, sha256=request["sha256"], form=_form(schemas)
        )
    except MemoryError:
        raise
    except Exception as error:  # by type only: its words might quote a cell
        return {"failed": type(error).__name__}
    try:
        rowcache.store(out, reading)
    except OSError:
        return {"reading": packed.encode(reading)}
    return {"stored": True}


@cache  # a reader process lives no longer than a run
def _form(schemas: Path | None) -> Form:
    return load_form(schemas)


if __name__ == "__main__":
    serve(_prepare)
