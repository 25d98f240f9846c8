"""The machine in, remarks on it out: Python and libraries, disk, write access, who holds the workspace, clock, font."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from gettext import gettext as _
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from nvbatch.doctor.check import Check, Remark, broken, found, note
from nvbatch.durable import TEMPORARY
from nvbatch.lock import Held, hold
from nvbatch.workspace import Workspace

PYTHON = (3, 11)
FULL_MB, LOW_MB = 200, 2000  # below: the next run may not fit; below: worth a look
LONG_PATH = 180  # characters: Windows stops at 260, a run's folder and file names need the rest
FIRST_YEAR = 2024  # a clock before this has lost its battery
FONT_FILES = ("times*.tt?", "Times*.tt?", "LiberationSerif*", "TimesNewRoman*")


def software() -> Check:
    """Python and every library at least as new as this program asks for."""
    remarks = [*_python(), *_libraries()]
    version = ".".join(str(part) for part in sys.version_info[:3])
    well = _("Python {version}; đủ {n} thư viện").format(version=version, n=len(_needed()))
    return found("software", _("Python và thư viện"), remarks, well=well)


def _python() -> Iterator[Remark]:
    if sys.version_info < PYTHON:
        text = _("Python {version} quá cũ").format(version=".".join(str(part) for part in sys.version_info[:3]))
        yield broken(text, _("Cài Python 3.11 trở lên rồi cài lại nvbatch."))


def _libraries() -> Iterator[Remark]:
    fix = _("Cài lại nvbatch từ bộ cài, hoặc: pip install -r requirements.lock")
    for name, least in _needed():
        try:
            there = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield broken(_("Thiếu thư viện {name}").format(name=name), fix)
            continue
        if _numbers(there) < _numbers(least):
            text = _("Thư viện {name} bản {there} cũ hơn bản cần có {least}")
            yield broken(text.format(name=name, there=there, least=least), fix)


def _needed() -> list[tuple[str, str]]:
    """Name and least version of what this program asks for, extras and other systems aside."""
    try:
        lines = metadata.requires("nvbatch") or []
    except metadata.PackageNotFoundError:
        return []
    plain = [line for line in lines if ";" not in line]
    split = [re.match(r"([\w.-]+)[^>]*(?:>=([\d.]+))?", line) for line in plain]
    return [(match[1], match[2] or "0") for match in split if match]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def disk(ws: Workspace) -> Check:
    """Room on the disk for the next runs."""
    title = _("Dung lượng đĩa")
    try:
        free = shutil.disk_usage(ws.root).free // 1_000_000
    except OSError as error:
        return found("disk", title, [note(_reason(error))], well="")
    text = _("Còn trống {free}").format(free=_size(free))
    fix = _("Dọn bớt đĩa; thư mục cache/ xóa được bất cứ lúc nào, archive/ và journal/ thì không.")
    remarks = [broken(text, fix)] if free < FULL_MB else [note(text, fix)] if free < LOW_MB else []
    return found("disk", title, remarks, well=text)


def _size(megabytes: int) -> str:
    return f"{megabytes} MB" if megabytes < 10_000 else f"{megabytes // 1000} GB"


def access(ws: Workspace) -> Check:
    """Every folder of the workspace is there and can be written to."""
    return found("access", _("Thư mục và quyền ghi"), _access(ws), well=_("Đọc, ghi được mọi thư mục"))


def _access(ws: Workspace) -> Iterator[Remark]:
    folders = (ws.root, ws.inbox, ws.archive, ws.journal, ws.quarantine, ws.cache, ws.signed, ws.out)
    for folder in folders:
        name = folder.relative_to(ws.root).as_posix()
        if not folder.exists():
            fix = _("Chạy «nvbatch init {root}»: chỉ tạo thêm phần còn thiếu.").format(root=ws.root)
            yield note(_("Chưa có thư mục {name}/").format(name=name), fix)
            continue
        refused = _cannot_write(folder)
        if refused:
            fix = _("Cấp quyền ghi thư mục này cho người chạy nvbatch, hoặc đóng chương trình đang giữ nó.")
            yield broken(_("Không ghi được vào {name}/: {reason}").format(name=name, reason=refused), fix)
    if len(str(ws.root)) > LONG_PATH:
        fix = _("Đặt thư mục làm việc ở đường dẫn ngắn hơn, ví dụ D:\\nvbatch.")
        yield note(_("Đường dẫn dài {n} ký tự").format(n=len(str(ws.root))), fix)


def _cannot_write(folder: Path) -> str:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=TEMPORARY):
            return ""
    except OSError as error:
        return _reason(error)


def holder(ws: Workspace) -> Check:
    """Nobody works in the workspace, and nobody's work was cut off."""
    return found("lock", _("Phiên làm việc"), _holder(ws), well=_("Không ai đang chạy trong thư mục này"))


def _holder(ws: Workspace) -> Iterator[Remark]:
    left = _left_note(ws)
    try:
        with hold(ws):
            pass
    except Held as error:
        yield note(str(error))
        return
    except (OSError, NotImplementedError) as error:
        fix = _("Dùng ổ đĩa hỗ trợ khóa tệp (NTFS, ext4, SMB); xem docs/windows.md.")
        yield broken(_("Không khóa được thư mục làm việc: {reason}").format(reason=_reason(error)), fix)
        return
    if left:
        text = _("Lần chạy lúc {since} trên máy «{host}» đã dừng giữa chừng")
        yield note(text.format(**left), _("Không mất gì: chạy lại «nvbatch run» là đủ."))


def _left_note(ws: Workspace) -> dict[str, str]:
    """What a dead run left beside the lock; nothing when it ended in order or when it still works."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads((ws.root / ".nvbatch.lock.json").read_text(encoding="utf-8"))
        since = datetime.fromisoformat(said["since"])
        return {"since": f"{since:%H:%M %d/%m/%Y}", "host": str(said["host"])}
    return {}


def clock(now: datetime, zone: ZoneInfo, latest: datetime | None) -> Check:
    """The machine's clock against the Office's zone and against the newest deed in the journal."""
    well = _("{now}, múi giờ {zone}").format(now=f"{now:%H:%M %d/%m/%Y}", zone=zone.key)
    return found("clock", _("Đồng hồ, múi giờ"), _clock(now, zone, latest), well=well)


def _clock(now: datetime, zone: ZoneInfo, latest: datetime | None) -> Iterator[Remark]:
    fix = _("Chỉnh đồng hồ của máy (Settings › Time & language) rồi chạy lại.")
    if now.year < FIRST_YEAR:
        yield broken(_("Đồng hồ máy chỉ {now}, quá xa hiện tại").format(now=f"{now:%d/%m/%Y}"), fix)
    elif latest is not None and latest > now:
        text = _("Đồng hồ máy chỉ {now}, chậm hơn việc cuối đã ghi trong nhật ký ({latest})")
        words = {"now": f"{now:%H:%M %d/%m/%Y}", "latest": f"{latest.astimezone(zone):%H:%M %d/%m/%Y}"}
        yield note(text.format(**words), fix)
    here, there = now.astimezone().utcoffset(), now.astimezone(zone).utcoffset()
    if here != there:
        text = _("Máy đặt múi giờ khác {zone}; mọi giờ chốt vẫn tính theo {zone}")
        yield note(text.format(zone=zone.key))


def font() -> Check:
    """Times New Roman or its metric twin: only looks suffer without it."""
    title, home = _("Phông chữ"), Path.home()
    folders = (Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", home / ".fonts", home / ".local/share/fonts",
               Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("/System/Library/Fonts"))  # fmt: skip
    there = any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in FONT_FILES)
    text = _("Không thấy Times New Roman trên máy này; tệp làm ra vẫn đúng, chỉ khác nét chữ khi xem tại đây")
    return found("font", title, [] if there else [note(text)], well=_("Có Times New Roman hoặc phông tương đương"))


def _reason(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
