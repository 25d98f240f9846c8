"""Submissions that no rule may merge in, a readable copy and the reason of each out; the archive is never touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from nvbatch import durable, viet
from nvbatch.model import SUBMISSION_WORDS, Submission
from nvbatch.workspace import Workspace

REASON = "ly-do.txt"


def keep_in_quarantine(workspace: Workspace, submission: Submission, reason: str, source: Path) -> Path:
    """Write ``quarantine/<id>/<file>`` and ``ly-do.txt`` (``reason`` is Vietnamese). The same again changes nothing."""
    folder = workspace.quarantine / submission.id
    durable.make_folder(folder)
    durable.sweep(folder)
    copy = folder / _safe_name(submission.document.name)
    if not copy.is_file() or copy.stat().st_size != source.stat().st_size:
        with durable.new_file(copy) as stream, source.open("rb") as bytes_in:
            shutil.copyfileobj(bytes_in, stream, durable.CHUNK)
    text = _text(submission, reason)
    if not (folder / REASON).is_file() or (folder / REASON).read_bytes() != text.encode("utf-8", "replace"):
        durable.write_text(folder / REASON, text)
    return folder


def tidy_quarantine(workspace: Workspace, kept: Iterable[str]) -> tuple[str, ...]:
    """Remove the copies of submissions that are no longer held (``kept``: ids that still are); returns whose went."""
    still = set(kept)
    if not workspace.quarantine.is_dir():
        return ()
    gone = sorted(f.name for f in workspace.quarantine.iterdir() if f.is_dir() and f.name not in still and _is_ours(f))
    for name in gone:
        shutil.rmtree(workspace.quarantine / name)
    return tuple(gone)


def _is_ours(folder: Path) -> bool:
    sequence, _, part = folder.name.partition("-")
    return sequence.isdigit() and part.isdigit()


def _safe_name(name: str) -> str:
    safe = viet.file_name(name)
    return f"tep-{safe}" if safe == REASON else safe


def _text(submission: Submission, reason: str) -> str:
    """What a clerk reads in Notepad. Addresses stay in the archive; the command shows them to whoever must decide."""
    document = submission.document
    lines = (
        f"Tệp: {document.name}",
        f"Mã lượt nộp: {submission.id}",
        f"Nhận lúc: {document.receipt.received_at.strftime('%H giờ %M phút ngày %d/%m/%Y')}",
        f"Cơ quan ghi trong tệp: {submission.agency or 'chưa xác định'}",
        f"Trạng thái: {SUBMISSION_WORDS[submission.state]}",
        f"Lý do: {reason}",
        "",
        f"Xem chi tiết, người gửi: nvbatch quarantine show {submission.id}",
        f'Cho tổng hợp: nvbatch quarantine release {submission.id} --reason "…"',
        f'Không tiếp nhận: nvbatch quarantine reject {submission.id} --reason "…"',
        f"Tệp gốc được lưu nguyên vẹn trong archive (sha256 {document.container_sha256 or document.sha256}).",
    )
    return "\ufeff" + "\r\n".join(lines) + "\r\n"
