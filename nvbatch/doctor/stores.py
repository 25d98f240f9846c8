"""What the workspace keeps in, remarks on it out: inbox and its list, archive, journal, the newest run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from gettext import gettext as _
from zoneinfo import ZoneInfo

from nvbatch import durable
from nvbatch.archive import Archive
from nvbatch.doctor.check import Check, Remark, broken, found, note
from nvbatch.intake.dropfolder import find_list
from nvbatch.intake.receipts import RECEIPTS, Line, read_receipts
from nvbatch.journal import Deed, Journal
from nvbatch.nearest import ask_for
from nvbatch.outputs import broken as troubles_of_run
from nvbatch.outputs import latest_run
from nvbatch.workspace import Workspace

HASHED = 32 << 20  # bytes of the archive that are read again, the newest first; `verify` reads all
NAMED = 10  # lines and files named one by one


def inbox(ws: Workspace, zone: ZoneInfo) -> Check:
    """Lines of receipts.csv that cannot be used or name no file that is here or has come."""
    waiting = _waiting(ws)
    well = _("{n} tệp chờ tiếp nhận").format(n=len(waiting))
    return found("inbox", _("Hộp nhận tệp"), _list_remarks(ws, zone, waiting), well=well)


def _list_remarks(ws: Workspace, zone: ZoneInfo, waiting: set[str]) -> Iterator[Remark]:
    path = find_list(ws.inbox) if ws.inbox.is_dir() else None
    if path is None:
        return
    try:
        listed = read_receipts(path.read_bytes(), zone)
    except OSError:
        fix = _("Đóng tệp trong Excel rồi chạy lại.")
        yield note(_("Không đọc được {name}").format(name=path.name), fix)
        return
    yield from (note(text, _("Sửa dòng đã nêu trong inbox/receipts.csv.")) for text in listed.problems)
    known = waiting | {str(deed["name"]) for deed in Journal(ws).deeds("received") if "name" in deed}
    yield from _strange(listed.lines, known)


def _strange(lines: Iterable[Line], known: set[str]) -> Iterator[Remark]:
    names = {name.casefold() for name in known}
    lost = [line for line in lines if line.file.casefold() not in names]
    for line in lost[:NAMED]:
        text = _("{list}: «{file}» không có trong inbox và chưa từng được nhận.").format(list=RECEIPTS, file=line.file)
        fix = _("Sửa tên cho đúng với tệp, hoặc chép tệp vào inbox; dòng thừa thì xóa.")
        yield note(text + ask_for(line.file, known), fix)
    if len(lost) > NAMED:
        yield note(_("… và {n} dòng như thế nữa").format(n=len(lost) - NAMED))


def _waiting(ws: Workspace) -> set[str]:
    if not ws.inbox.is_dir():
        return set()
    return {path.name for path in ws.inbox.iterdir() if path.is_file() and path.name != RECEIPTS} - {".gitkeep"}


def archive(ws: Workspace) -> Check:
    """Everything noted as received is there; the newest files are read again and compared with their names."""
    received = list(Journal(ws).deeds("received"))
    well = _("{n} tệp đã nhận đều còn đủ (đối chiếu toàn bộ: nvbatch verify)").format(n=len(received))
    return found("archive", _("Kho lưu, nhật ký"), _archive(ws, received), well=well)


def _archive(ws: Workspace, received: list[Deed]) -> Iterator[Remark]:
    kept, read = Archive(ws), 0
    from_backup = _("Lấy lại từ bản sao lưu; không sửa, xóa gì trong archive/ và journal/.")
    for name, number in Journal(ws).damaged():
        text = _("journal/{name}: dòng {number} không đọc được").format(name=name, number=number)
        yield note(text, _("Thường là dòng ghi dở khi mất điện; chạy «nvbatch verify» để xem có thiếu gì không."))
    for deed in reversed(received):
        path = kept.path(deed["sha256"])
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            yield broken(_("Thiếu tệp «{name}» đã nhận").format(name=deed["name"]), from_backup)
        elif read + size <= HASHED:
            read += size
            if durable.sha256_of(path) != path.name:
                text = _("Tệp «{name}» trong kho không còn đúng như lúc nhận")
                yield broken(text.format(name=deed["name"]), from_backup)


def newest_run(ws: Workspace) -> Check:
    """The run that out/latest names is there and as its manifest says."""
    run_id = latest_run(ws)
    title = _("Lần chạy gần nhất")
    if run_id is None:
        return found("latest", title, [], well=_("Chưa có lần chạy nào"))
    fix = _("Chạy lại «nvbatch run» để có bản mới; không sửa tệp trong out/, ghi ý kiến vào register.xlsx.")
    remarks = [note(text, fix) for text in troubles_of_run(ws.out / run_id)[:NAMED]]
    return found("latest", title, remarks, well=_("{run}: đủ tệp, không bị sửa").format(run=run_id))


def last_deed(ws: Workspace) -> datetime | None:
    """The moment of the newest deed in the journal."""
    moments = [str(deed["at"]) for deed in Journal(ws).deeds() if "at" in deed]
    return max(map(datetime.fromisoformat, moments), default=None)
