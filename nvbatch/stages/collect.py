"""Drop folder and mailbox in, receipts out: everything goes unopened into the archive, then the journal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive, ChangedWhileRead
from nvbatch.config import Config
from nvbatch.intake.documents import documents, workbook_path
from nvbatch.intake.dropfolder import WRITING, Mark, find_list, look, mark
from nvbatch.intake.envelope import Envelope, read_sender
from nvbatch.intake.kinds import suffix_of
from nvbatch.intake.opener import Opener
from nvbatch.intake.receipts import RECEIPTS, Line, ReceiptList, read_receipts
from nvbatch.intake.received import LIFTED, LISTED, RECEIVED, Memory, deed_fields, receipt_of, receipts
from nvbatch.intake.unpack import shown_name
from nvbatch.journal import Journal
from nvbatch.model import Receipt
from nvbatch.workspace import Workspace

__all__ = ["Collected", "collect", "documents", "receipts", "workbook_path"]

SMALL = 8 << 20  # bytes: up to here a file is read once, into memory
BATCH = 100  # files that share one wait for the journal's disk
UNLISTED = 1 << 30  # place in the list of a file that is not in it: last


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """``receipts``: what this collection took. ``left``: name → Vietnamese reason why it still lies in inbox.

    ``problems``: Vietnamese sentences for the operator. ``failures``: what the disk refused or the mailbox kept back;
    nothing is lost, it still lies where it came to. ``complete`` is False then.
    """

    receipts: tuple[Receipt, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    complete: bool = True
    failures: tuple[str, ...] = ()


def collect(workspace: Workspace, config: Config, now: datetime) -> Collected:
    """Take every settled file, every new mail. ``now`` is the real moment: the receipt time of what tells none (A311).

    Archive before journal before removal: whoever dies in between leaves the file in inbox, and the next collection
    finds it noted and only removes it. Call it while holding the workspace.
    """
    work = _Collection(workspace, config, now)
    try:
        if workspace.inbox.is_dir():
            work.run()
        else:
            work.problems.append("Không thấy thư mục inbox của không gian làm việc.")
        work.fetch()
    except OSError as error:
        work.stopped(error)
    finally:
        work.opener.worker.close()
    return work.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A settled file of the inbox, archived: what it says of itself. ``order``: its place in receipts.csv."""

    path: Path
    mark: Mark
    sha256: str
    name: str
    received_at: datetime
    time_known: bool
    sender: str | None
    envelope: Envelope | None
    order: int


class _Collection:
    """One pass over the inbox."""

    def __init__(self, workspace: Workspace, config: Config, now: datetime) -> None:
        self.inbox, self.config, self.now = workspace.inbox, config, now
        self.opener = Opener(config.intake)
        self.archive, self.journal = Archive(workspace), Journal(workspace)
        self.memory, self.list = Memory(), ReceiptList()
        self.taken: list[Receipt] = []
        self.left: dict[str, str] = {}
        self.problems: list[str] = []
        self.failures: list[str] = []
        self.complete = True
        self.workspace, self.began = workspace, False

    def run(self) -> None:
        """The drop folder."""
        self._begin()
        durable.sweep(self.inbox)
        looked = look(self.inbox)
        self.left.update(looked.left)
        with self.archive.together():  # durable before the journal speaks of any of them
            kept = list(self._archive(looked.settled))
        self.list = self._read_list()  # now: a list that is just being saved is waited for
        found = sorted(self._told(kept), key=lambda f: (f.received_at, f.order, f.name))
        for start in range(0, len(found), BATCH):
            self._take(found[start : start + BATCH])
        self._confirm()

    def fetch(self) -> None:
        """The mailbox, where one is configured; a broken line costs only what it would have brought."""
        if not self.config.mail.imap.host:
            return
        from nvbatch.mailbox import fetch

        self._begin()
        fetched = fetch(self.workspace, self.config, self.now, self.memory)
        self.taken += fetched.receipts
        self.problems += fetched.problems
        self.failures += fetched.failures
        self.complete = self.complete and not fetched.failures

    def stopped(self, error: OSError) -> None:
        """What could be done until the disk refused."""
        self.complete = False
        self.failures.append(
            f"Không ghi được vào đĩa khi thu nhận ({_reason(error)}). Tệp chưa lưu xong vẫn còn trong inbox; "
            "hãy kiểm tra dung lượng và quyền ghi của đĩa rồi chạy lại."
        )

    def result(self) -> Collected:
        return Collected(
            receipts=tuple(self.taken),
            left=dict(self.left),
            problems=tuple(self.problems),
            complete=self.complete,
            failures=tuple(self.failures),
        )

    def _begin(self) -> None:
        """Heal what an interrupted run left, and remember what was received before."""
        if not self.began:
            self.began = True
            self.archive.sweep()
            self.journal.settle()
            self.memory = Memory.of(self.journal.deeds())

    def _read_list(self) -> ReceiptList:
        """receipts.csv, archived whenever it has changed."""
        path = find_list(self.inbox)
        if path is None:
            return ReceiptList()
        try:
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(f"Không đọc được {RECEIPTS} ({_reason(error)}); hãy đóng tệp rồi chạy lại.")
            return ReceiptList()
        listed = read_receipts(data, self.config.zone)
        self.problems += listed.problems
        sha256 = self.archive.put(data)
        if sha256 not in self.memory.lists:
            self.journal.append(LISTED, at=self.now, sha256=sha256, name=path.name)
        return listed

    def _archive(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Mark, str]]:
        """Each file into the archive: where it lay, its mark, its sha256."""
        for path in paths:
            with self._alone(path):
                before = mark(path)
                sha256 = self._keep(path, before)
                if mark(path) == before:
                    yield path, before, sha256
                else:
                    self.left[shown_name(path.name)] = WRITING

    def _told(self, kept: Sequence[tuple[Path, Mark, str]]) -> Iterator[_Found]:
        """What each archived file says of itself."""
        for path, before, sha256 in kept:
            with self._alone(path):
                yield self._found(path, before, sha256)

    @contextlib.contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """A file that cannot be read or has no room stays in inbox and stops no other."""
        name = shown_name(path.name)
        try:
            yield
        except FileNotFoundError:
            pass
        except ChangedWhileRead:
            self.left[name] = WRITING
        except PermissionError:
            self.left[name] = "không được phép đọc, có thể đang mở ở máy khác"
        except OSError as error:
            self.left[name] = f"chưa lưu được ({_reason(error)})"
            self.failures.append(f"Tệp «{name}» chưa lưu được ({_reason(error)}); tệp vẫn còn trong inbox.")
            self.complete = False

    def _keep(self, path: Path, before: Mark) -> str:
        """Into the archive; what is large is not held in memory."""
        return self.archive.put(path.read_bytes()) if before[0] <= SMALL else self.archive.put_file(path)

    def _found(self, path: Path, before: Mark, sha256: str) -> _Found:
        name = shown_name(path.name) or "tep"
        envelope = self._envelope(name, sha256)
        line = self._line(path.name, name, sha256)
        received_at = envelope.received_at if envelope else None
        if received_at is None and line is not None:
            received_at = line.received_at
        if received_at is not None and received_at > self.now:
            self.problems.append(f"Thời điểm nhận của tệp «{name}» muộn hơn giờ máy hiện tại; đề nghị kiểm tra.")
        return _Found(
            path=path,
            mark=before,
            sha256=sha256,
            name=name,
            received_at=(received_at or self.now).astimezone(self.config.zone),
            time_known=received_at is not None,
            sender=envelope.sender if envelope else _listed_sender(line),
            envelope=envelope,
            order=line.order if line else UNLISTED,
        )

    def _envelope(self, name: str, sha256: str) -> Envelope | None:
        """What a mail says of itself, by its archived bytes; None for what is no mail."""
        if suffix_of(name) not in (".eml", ".msg"):
            return None
        return self.opener.envelope(self.archive.path(sha256), name, self.config.zone)

    def _line(self, written: str, name: str, sha256: str) -> Line | None:
        """The file's line in receipts.csv: the one that these bytes used, else the newest that no others used."""
        used = self.memory.used.get(name, {})
        lines = self.list.of(written)
        moments = [line.received_at.astimezone(self.config.zone).isoformat() for line in lines]
        for line, moment in zip(lines, moments, strict=True):
            if used.get(moment) == sha256:
                return line
        spent = max((number for number, moment in enumerate(moments) if moment in used), default=-1)
        return lines[-1] if len(lines) - 1 > spent else None

    def _take(self, batch: Sequence[_Found]) -> None:
        """Journal a batch, then remove its files."""
        new: list[dict[str, Any]] = []
        for f in batch:
            if not self.memory.knows(f.sha256, f.name, f.received_at, time_known=f.time_known):
                fields = deed_fields(
                    sequence=self.memory.last + len(new) + 1,
                    sha256=f.sha256,
                    name=f.name,
                    received_at=f.received_at,
                    time_known=f.time_known,
                    sender=f.sender,
                    envelope=f.envelope,
                )
                new.append(fields)
        for deed in self.journal.append_all(RECEIVED, new, at=self.now):
            self.memory.add(deed)
            self.taken.append(receipt_of(deed, self.config))
        for found in batch:
            self._remove(found)
        durable.sync_folder(self.inbox)

    def _remove(self, found: _Found) -> None:
        """Out of the inbox, unless someone has just put something else under the name."""
        try:
            if mark(found.path) == found.mark:
                found.path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            self.left[found.name] = f"đã lưu nhưng chưa xóa được khỏi inbox ({_reason(error)})"

    def _confirm(self) -> None:
        """Note which files without a time of their own are gone: the same bytes dropped again are news then."""
        present = {shown_name(path.name) for path in self.inbox.iterdir()}
        gone = sorted(number for (_, name), number in self.memory.pending.items() if name not in present)
        if gone:
            self.journal.append(LIFTED, at=self.now, sequences=gone)


def _listed_sender(line: Line | None) -> str | None:
    """The sender column as an exact address; what is no address is a sender whom nobody can know."""
    return None if line is None or line.sender is None else read_sender([line.sender])[0]


def _reason(error: OSError) -> str:
    """The system's word for it, without paths."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
