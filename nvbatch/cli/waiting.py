"""The command on files that were kept back: quarantine list, show, release, reject."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING, Any

from nvbatch.cli.frame import DONE, Ask, Command, Group, argument, option
from nvbatch.console import moment, table

if TYPE_CHECKING:
    from nvbatch.held import Held

quarantine = Group("quarantine", help="Tệp tạm giữ: xem, cho tổng hợp hoặc không tiếp nhận.")


@quarantine.command("list", cls=Command, help="Các tệp đang tạm giữ và lý do.")
def listed(ask: Ask) -> int:
    from nvbatch.held import held_files

    found = held_files(ask.workspace, as_of=ask.as_of)
    if found:
        header = (_("Mã"), _("Nhận lúc"), _("Cơ quan"), _("Tệp"), _("Lý do"))
        ask.console.say(*table(header, [_line(held) for held in found]))
    ask.console.say(_("{n} tệp đang tạm giữ").format(n=len(found)))
    ask.console.give({"exit": DONE, "held": [_document(held) for held in found]})
    return DONE


@quarantine.command("show", cls=Command, help="Một tệp tạm giữ: người gửi, lý do, nơi để bản đọc được.")
@argument("submission", metavar="ID")
def show(ask: Ask, submission: str) -> int:
    from nvbatch.config import ConfigError
    from nvbatch.held import held_files
    from nvbatch.nearest import ask_for

    found = {held.submission.id: held for held in held_files(ask.workspace, as_of=ask.as_of)}
    if submission not in found:
        known = ", ".join(sorted(found)) or _("không có")
        text = _("Tệp «{id}» không ở trạng thái tạm giữ ({known}).").format(id=submission, known=known)
        raise ConfigError(text + ask_for(submission, found))
    held = found[submission]
    ask.console.say(
        *_line(held)[:4],
        _("Người gửi: {sender}").format(sender=held.sender or _("(không rõ)")),
        *(f"{f.rule}: {f.message}" for f in held.reasons),
        *(_("Dấu hiệu của thư: {what}").format(what=what) for what in held.submission.document.receipt.defects),
        _("Bản đọc được: {path}").format(path=held.copy or _("(chưa có, chạy «nvbatch run» để tạo)")),
    )
    ask.console.give({"exit": DONE, "held": {**_document(held), "sender": held.sender}})
    return DONE


@quarantine.command("release", cls=Command, help="Cho tổng hợp một tệp tạm giữ; ghi rõ lý do.")
@argument("submission", metavar="ID")
@option("--reason", required=True, help="Lý do, được lưu vào nhật ký.")
def release(ask: Ask, submission: str, reason: str) -> int:
    from nvbatch.held import RELEASED

    return _decided(ask, submission, RELEASED, reason, _("Đã cho tổng hợp tệp {id}. Chạy lại «nvbatch run» để tính."))


@quarantine.command("reject", cls=Command, help="Không tiếp nhận một tệp tạm giữ; ghi rõ lý do.")
@argument("submission", metavar="ID")
@option("--reason", required=True, help="Lý do, được lưu vào nhật ký.")
def reject(ask: Ask, submission: str, reason: str) -> int:
    from nvbatch.held import REFUSED

    return _decided(ask, submission, REFUSED, reason, _("Đã trả lại tệp {id}; tệp vẫn được lưu trong archive."))


def _decided(ask: Ask, submission: str, deed: str, reason: str, text: str) -> int:
    from nvbatch.held import decide

    decision = decide(ask.workspace, submission, deed, why=reason, now=ask.now)
    ask.console.say(text.format(id=submission))
    ask.console.give({"exit": DONE, "decision": decision})
    return DONE


def _line(held: Held) -> tuple[str, ...]:
    s = held.submission
    codes = ", ".join(f.rule for f in held.reasons)
    return (s.id, moment(s.document.receipt.received_at), s.agency or "", s.document.name, codes)


def _document(held: Held) -> dict[str, Any]:
    s = held.submission
    return {
        "id": s.id,
        "file": s.document.name,
        "agency": s.agency,
        "received_at": s.document.receipt.received_at,
        "reasons": [{"rule": f.rule, "message": f.message} for f in held.reasons],
    }
