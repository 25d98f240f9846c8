"""A workspace in; whatever no longer is as it was written down out, one plain Vietnamese sentence each (`verify`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.config import load_config
from nvbatch.journal import Journal
from nvbatch.ledger import Ledger
from nvbatch.outputs import broken, latest_run
from nvbatch.workspace import Workspace

_NO_RUN = ("forms", "luu-tru")  # folders of out/ that no run made
_BACKUP = "Hãy lấy lại tệp này từ bản sao lưu."
_AGAIN = "Chạy «nvbatch rebuild» để dựng lại."


def verify(ws: Workspace) -> tuple[str, ...]:
    """Archive against hashes and journal, journal against itself, ledger, outputs, register. Empty when all is well."""
    load_config(ws.config)
    names = _names(ws)
    return (
        *_journal_troubles(ws),
        *_archive_troubles(ws, names),
        *_ledger_troubles(ws),
        *_output_troubles(ws),
        *_register_troubles(ws),
    )


def notes(ws: Workspace) -> tuple[str, ...]:
    """What is no damage but good to know: a register edited since the newest run, as offices do every day."""
    runs: list[Any] = list(Journal(ws).deeds("run"))
    if not runs or not ws.register.is_file() or durable.sha256_of(ws.register) == runs[-1]["register"]:
        return ()
    return (
        f"Danh mục register.xlsx đã được sửa sau lần chạy gần nhất ({runs[-1]['run']}). "
        "Nếu là sửa có chủ ý thì chạy «nvbatch run» để tính lại; nếu không, hãy lấy lại bản cũ.",
    )


def _names(ws: Workspace) -> dict[str, str]:
    """sha256 → what the journal calls it, of everything that must be in the archive."""
    names: dict[str, str] = {}
    for deed in Journal(ws).deeds():
        if deed["deed"] in ("received", "receipts"):
            names.setdefault(deed["sha256"], f"«{deed['name']}»")
        elif deed["deed"] == "run":
            names.setdefault(deed["register"], f"danh mục của lần chạy {deed['run']}")
            if deed.get("config"):
                names.setdefault(deed["config"], f"cấu hình của lần chạy {deed['run']}")
    return names


def _journal_troubles(ws: Workspace) -> Iterator[str]:
    journal = Journal(ws)
    torn = set(journal.torn())
    for name, number in journal.damaged():
        if (name, number) not in torn:
            yield f"Nhật ký journal/{name}: dòng {number} bị hỏng, không đọc được. {_BACKUP}"
    for name, number in journal.gaps():
        yield f"Nhật ký journal/{name}: ngay trước dòng {number} có dòng đã bị sửa, chèn hoặc xóa. {_BACKUP}"
    numbers = [int(deed["sequence"]) for deed in journal.deeds("received")]
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield f"Nhật ký: thiếu lượt nhận số {number}. {_BACKUP}"


def _archive_troubles(ws: Workspace, names: dict[str, str]) -> Iterator[str]:
    archive = Archive(ws)
    damaged = set(archive.damaged())
    for sha256 in sorted(damaged):
        what = names.get(sha256, "một tệp")
        yield f"Kho lưu: {what} (archive/{sha256[:2]}/{sha256[:12]}…) không còn đúng nội dung đã nhận. {_BACKUP}"
    for sha256, what in names.items():
        if not archive.has(sha256):
            yield f"Kho lưu: thiếu {what} (archive/{sha256[:2]}/{sha256[:12]}…) đã ghi trong nhật ký. {_BACKUP}"
    waiting = _waiting(ws)
    for sha256 in archive.all():
        if sha256 not in names and sha256 not in waiting and sha256 not in damaged:
            yield (
                f"Kho lưu: tệp archive/{sha256[:2]}/{sha256[:12]}… không có trong nhật ký: "
                "nhật ký có thể đã mất dòng, hoặc lần thu nhận bị dừng giữa chừng."
            )


def _waiting(ws: Workspace) -> set[str]:
    """What still lies in inbox: a collection that was stopped goes on with it. The present register likewise."""
    paths = [p for p in ws.inbox.glob("*") if p.is_file()] if ws.inbox.is_dir() else []
    return {durable.sha256_of(p) for p in (*paths, ws.register, ws.config) if p.is_file()}


def _ledger_troubles(ws: Workspace) -> Iterator[str]:
    """The ledger against what the newest run said of it, and against its own lines."""
    told = [d["ledger"] for d in Journal(ws).deeds() if d["deed"] in ("run", "rebuilt") and d.get("ledger")]
    if not told:
        return
    ledger = Ledger(ws)
    if not ledger.path.is_file():
        yield f"Sổ ledger.sqlite không còn. {_AGAIN}"
    elif ledger.digest() is None:
        yield f"Sổ ledger.sqlite bị hỏng, không đọc được. {_AGAIN}"
    elif not ledger.is_whole():
        yield f"Sổ ledger.sqlite đã bị sửa bằng công cụ khác. {_AGAIN}"
    elif ledger.digest() != told[-1]:
        yield f"Sổ ledger.sqlite không phải là sổ của lần chạy gần nhất. {_AGAIN}"


def _output_troubles(ws: Workspace) -> Iterator[str]:
    deeds = list(Journal(ws).deeds())
    runs = [d["run"] for d in deeds if d["deed"] == "run"]
    published = [d["run"] for d in deeds if d["deed"] == "published"]
    standing = sorted(p for p in ws.out.glob("*") if _is_run(p)) if ws.out.is_dir() else []
    for folder in standing:
        yield from (f"Kết quả: {what}." for what in broken(folder))
        if not folder.name.startswith("thu-") and folder.name not in runs:
            yield f"Kết quả: thư mục out/{folder.name} không có trong nhật ký."
    there = {folder.name for folder in standing}
    for run_id in dict.fromkeys((*published, *runs[-1:])):
        if run_id not in there:
            word = "đã công bố" if run_id in published else "gần nhất"
            yield f"Kết quả: thiếu thư mục out/{run_id} của lần chạy {word}. {_AGAIN}"
    if standing and runs and latest_run(ws) is None:
        yield f"Kết quả: out/latest không chỉ tới lần chạy nào. {_AGAIN}"


def _is_run(path: Path) -> bool:
    return path.is_dir() and path.name not in _NO_RUN and not path.name.startswith(".") and ".hong-" not in path.name


def _register_troubles(ws: Workspace) -> Iterator[str]:
    runs: list[Any] = list(Journal(ws).deeds("run"))
    if runs and not ws.register.is_file():
        yield f"Danh mục register.xlsx không còn; bản của lần chạy {runs[-1]['run']} nằm trong kho lưu (lệnh export)."
