"""The drop folder in, receipts out: every file goes unopened into the archive, then the journal, and leaves."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive, ChangedWhileRead
from nvbatch.config import Config
from nvbatch.intake.documents import documents, workbook_path
from nvbatch.intake.envelope import MAX_HEAD_BYTES, Envelope, authentication_failed, read_envelope, read_sender
from nvbatch.intake.kinds import suffix_of
from nvbatch.intake.receipts import RECEIPTS, Line, ReceiptList, read_receipts
from nvbatch.intake.unpack import shown_name
from nvbatch.journal import Deed, Journal
from nvbatch.model import Receipt
from nvbatch.workspace import Workspace

__all__ = ["Collected", "collect", "documents", "receipts", "workbook_path"]

SETTLED = 2.0  # seconds without a change: then nobody is writing the file any more
SMALL = 8 << 20  # bytes: up to here a file is read once, into memory
FUTURE = 60.0  # seconds: a file "changed" later than this from now comes from a machine whose clock is wrong
BATCH = 100  # files that share one wait for the journal's disk
RECEIVED, LIFTED, LISTED = "received", "lifted", "receipts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """``receipts``: what this collection took. ``left``: name → Vietnamese reason why it still lies in inbox.

    ``problems``: Vietnamese sentences for the operator. ``complete`` is False when the disk refused: nothing is lost,
    what was not archived still lies in inbox.
    """

    receipts: tuple[Receipt, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    complete: bool = True


def collect(workspace: Workspace, config: Config, now: datetime) -> Collected:
    """Take every settled file. ``now`` is the real moment: the receipt time of what tells none itself (A311).

    Archive before journal before removal: whoever dies in between leaves the file in inbox, and the next collection
    finds it noted and only removes it. Call it while holding the workspace.
    """
    if not workspace.inbox.is_dir():
        return Collected(problems=("Không thấy thư mục inbox của không gian làm việc.",))
    work = _Collection(workspace, config, now)
    try:
        return work.run()
    except OSError as error:
        return work.stopped(error)


def receipts(workspace: Workspace, config: Config) -> tuple[Receipt, ...]:
    """Every receipt in the journal, in order of arrival."""
    found = (_receipt(deed, config) for deed in Journal(workspace).deeds(RECEIVED))
    return tuple(sorted(found, key=lambda receipt: receipt.sequence))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A settled file of the inbox, archived: what it says of itself."""

    path: Path
    mark: tuple[int, int, int]
    sha256: str
    name: str
    received_at: datetime
    time_known: bool
    sender: str | None
    envelope: Envelope | None
    order: int

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.sha256, self.name, self.received_at.isoformat())

    def fields(self, sequence: int) -> dict[str, Any]:
        """The receipt as the journal keeps it."""
        fields: dict[str, Any] = {
            "sequence": sequence,
            "sha256": self.sha256,
            "name": self.name,
            "received_at": self.received_at.isoformat(),
            "time_known": self.time_known,
            "sender": self.sender,
            "channel": "mail" if self.envelope else "drop",
        }
        if self.envelope:
            fields |= {
                "dated_at": self.envelope.dated_at.isoformat() if self.envelope.dated_at else None,
                "message_id": self.envelope.message_id,
                "subject": self.envelope.subject,
                "authentication": self.envelope.authentication,
                "automatic": self.envelope.automatic,
                "defects": list(self.envelope.defects),
            }
        return fields


class _Collection:
    """One pass over the inbox."""

    def __init__(self, workspace: Workspace, config: Config, now: datetime) -> None:
        self.inbox = workspace.inbox
        self.config, self.now = config, now
        self.archive, self.journal = Archive(workspace), Journal(workspace)
        self.taken: list[Receipt] = []
        self.left: dict[str, str] = {}
        self.problems: list[str] = []
        self.known: set[tuple[str, str, str]] = set()
        self.pending: dict[tuple[str, str], int] = {}
        self.used: dict[str, dict[str, str]] = {}
        self.last = 0
        self.list = ReceiptList()
        self.complete = True

    def run(self) -> Collected:
        self.archive.sweep()
        self.journal.settle()
        self._remember()
        paths = self._settled()
        self.list = self._read_list()
        found = sorted(self._archive(paths), key=lambda f: (f.received_at, f.order, f.name))
        for start in range(0, len(found), BATCH):
            self._take(found[start : start + BATCH])
        self._confirm()
        return self._result()

    def stopped(self, error: OSError) -> Collected:
        """What could be done until the disk refused."""
        self.complete = False
        self.problems.append(
            f"Không ghi được vào đĩa khi thu nhận ({_reason(error)}). Tệp chưa lưu xong vẫn còn trong inbox; "
            "hãy kiểm tra dung lượng và quyền ghi của đĩa rồi chạy lại."
        )
        return self._result()

    def _result(self) -> Collected:
        return Collected(
            receipts=tuple(self.taken), left=dict(self.left), problems=tuple(self.problems), complete=self.complete
        )

    def _remember(self) -> None:
        """What the journal already knows: receipts, lines of receipts.csv in use, removals not yet confirmed."""
        for deed in self.journal.deeds():
            if deed["deed"] == RECEIVED:
                self.known.add((deed["sha256"], deed["name"], deed["received_at"]))
                self.last = max(self.last, int(deed["sequence"]))
                if deed["time_known"]:
                    self.used.setdefault(deed["name"], {})[deed["received_at"]] = deed["sha256"]
                else:
                    self.pending[(deed["sha256"], deed["name"])] = int(deed["sequence"])
            elif deed["deed"] == LIFTED:
                gone = set(deed["sequences"])
                self.pending = {key: number for key, number in self.pending.items() if number not in gone}

    def _settled(self) -> list[Path]:
        """Files that may be taken; for the others the reason is kept in ``left``."""
        paths, doubtful = [], {}
        for entry in sorted(self.inbox.iterdir(), key=lambda path: unicodedata.normalize("NFC", path.name)):
            reason = "" if _is_ours(entry.name) else _why_left(entry)
            if reason is None and time.time() - entry.stat().st_mtime < -FUTURE:
                doubtful[entry] = _mark(entry)
            elif reason is None:
                paths.append(entry)
            elif reason:
                self.left[shown_name(entry.name)] = reason
        if doubtful:  # its clock tells nothing, so watch the file itself
            time.sleep(SETTLED)
            paths += [entry for entry, mark in doubtful.items() if _mark(entry) == mark]
        return paths

    def _read_list(self) -> ReceiptList:
        """receipts.csv, archived whenever it has changed; while someone is saving it, wait for him."""
        path = next((p for p in self.inbox.iterdir() if p.name.lower() == RECEIPTS and p.is_file()), None)
        if path is None:
            return ReceiptList()
        time.sleep(max(0.0, min(SETTLED, SETTLED - (time.time() - path.stat().st_mtime))))
        try:
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(f"Không đọc được {RECEIPTS} ({type(error).__name__}); hãy đóng tệp rồi chạy lại.")
            return ReceiptList()
        listed = read_receipts(data, self.config.zone)
        self.problems += listed.problems
        sha256 = self.archive.put(data)
        if sha256 not in {deed["sha256"] for deed in self.journal.deeds(LISTED)}:
            self.journal.append(LISTED, at=self.now, sha256=sha256, name=path.name)
        return listed

    def _archive(self, paths: Sequence[Path]) -> Iterator[_Found]:
        """Each file into the archive; one that cannot be read or has no room stays and stops no other."""
        for path in paths:
            name = shown_name(path.name)
            try:
                mark = _mark(path)
                head, sha256 = self._keep(path, mark)
                if _mark(path) == mark:
                    yield self._found(path, mark, sha256, head)
                else:
                    self.left[name] = "đang được ghi"
            except FileNotFoundError:
                continue
            except ChangedWhileRead:
                self.left[name] = "đang được ghi"
            except PermissionError:
                self.left[name] = "không được phép đọc, có thể đang mở ở máy khác"
            except OSError as error:
                self.left[name] = f"chưa lưu được ({_reason(error)})"
                self.complete = False

    def _keep(self, path: Path, mark: tuple[int, int, int]) -> tuple[bytes, str]:
        """(the head when it is a mail, sha256); what is large is not held in memory."""
        is_mail = suffix_of(path.name) == ".eml"
        if mark[0] <= SMALL:
            data = path.read_bytes()
            return (data if is_mail else b"", self.archive.put(data))
        with path.open("rb") as stream:
            head = stream.read(MAX_HEAD_BYTES) if is_mail else b""
        return head, self.archive.put_file(path)

    def _found(self, path: Path, mark: tuple[int, int, int], sha256: str, head: bytes) -> _Found:
        name = shown_name(path.name) or "tep"
        envelope = read_envelope(head, self.config.zone) if head else None
        line = self._line(path.name, name, sha256)
        received_at = envelope.received_at if envelope else None
        if received_at is None and line is not None:
            received_at = line.received_at
        if received_at is not None and received_at > self.now:
            self.problems.append(f"Thời điểm nhận của tệp «{name}» muộn hơn giờ máy hiện tại; đề nghị kiểm tra.")
        return _Found(
            path=path,
            mark=mark,
            sha256=sha256,
            name=name,
            received_at=(received_at or self.now).astimezone(self.config.zone),
            time_known=received_at is not None,
            sender=envelope.sender if envelope else _listed_sender(line),
            envelope=envelope,
            order=line.order if line else 1 << 30,
        )

    def _line(self, written: str, name: str, sha256: str) -> Line | None:
        """The file's line in receipts.csv: the one that these bytes used, else the newest that no others used."""
        used = self.used.get(name, {})
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
        for found in batch:
            known = found.key in self.known if found.time_known else False
            if not known and (found.sha256, found.name) not in self.pending:
                self.last += 1
                new.append(found.fields(self.last))
                self.known.add(found.key)
        for deed in self.journal.append_all(RECEIVED, new, at=self.now):
            self.taken.append(_receipt(deed, self.config))
            if not deed["time_known"]:
                self.pending[(deed["sha256"], deed["name"])] = deed["sequence"]
        for found in batch:
            self._remove(found)
        durable.sync_folder(self.inbox)

    def _confirm(self) -> None:
        """Note which files without a time of their own are gone: the same bytes dropped again are news then."""
        present = {shown_name(path.name) for path in self.inbox.iterdir()}
        gone = sorted(number for (_, name), number in self.pending.items() if name not in present)
        if gone:
            self.journal.append(LIFTED, at=self.now, sequences=gone)

    def _remove(self, found: _Found) -> None:
        """Out of the inbox, unless someone has just put something else under the name."""
        try:
            if _mark(found.path) == found.mark:
                found.path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            self.left[found.name] = f"đã lưu nhưng chưa xóa được khỏi inbox ({type(error).__name__})"


def _receipt(deed: Deed, config: Config) -> Receipt:
    sender = deed["sender"]
    dated = deed.get("dated_at")
    return Receipt(
        sequence=int(deed["sequence"]),
        sha256=deed["sha256"],
        name=deed["name"],
        received_at=datetime.fromisoformat(deed["received_at"]).astimezone(config.zone),
        time_known=bool(deed["time_known"]),
        sender=sender,
        channel=deed["channel"],
        dated_at=datetime.fromisoformat(dated) if dated else None,
        message_id=deed.get("message_id"),
        subject=deed.get("subject"),
        defects=tuple(deed.get("defects") or ()),
        auth_failed=authentication_failed(deed.get("authentication"), sender or "", config.intake.trusted_authserv),
        automatic=bool(deed.get("automatic")),
    )


def _listed_sender(line: Line | None) -> str | None:
    """The sender column as an exact address; what is no address is a sender whom nobody can know."""
    if line is None or line.sender is None:
        return None
    return read_sender([line.sender])[0]


def _is_ours(name: str) -> bool:
    """What is no agency's file: the list itself, hidden files, what systems leave behind."""
    low = name.lower()
    return low == RECEIPTS or low.startswith(".") or low in ("thumbs.db", "desktop.ini")


def _why_left(path: Path) -> str | None:
    """Why a thing stays in inbox (in Vietnamese); None when it may be taken; "" when nobody need hear of it."""
    low = path.name.lower()
    if low.startswith("~$"):
        return ""
    if low.endswith((".tmp", ".part", ".crdownload", ".partial")):
        return "đang được ghi hoặc tải về"
    if path.is_symlink() or not path.is_file():
        return "không phải là tệp; hãy để tệp trực tiếp trong inbox"
    state = path.stat()
    if state.st_size == 0:
        return "tệp rỗng (0 byte)"
    return "đang được ghi" if -FUTURE <= time.time() - state.st_mtime < SETTLED else None


def _reason(error: OSError) -> str:
    """The system's word for it, without paths."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


def _mark(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written to or replaced."""
    state = path.stat()
    return (state.st_size, state.st_mtime_ns, state.st_ino)
