"""The command on outgoing mail: send shows what waits, and with --yes sends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.frame import DONE, PARTLY, Ask, Command, option
from nvbatch.console import table, tone

if TYPE_CHECKING:
    from nvbatch.sending import Batch, Item

SHOWN_FILES = 2
NAMED = 5  # agencies that one line names


@click.command("send", cls=Command, help="Thư chờ gửi: xem người nhận, tiêu đề, tệp kèm; thêm --yes để gửi.")
@option("--only", type=click.Choice(["returns", "reminders", "forms", "notice"]), help="Chỉ một loại thư.")
@option("--yes", is_flag=True, help="Gửi thật; không có lựa chọn này thì chỉ xem.")
@option("--run", "run_id", metavar="RUN", help="Hộp thư đi của lần chạy này (mặc định: lần chạy mới nhất).")
@option("--retry-doubtful", is_flag=True, help="Gửi lại cả những thư chưa rõ đã đến hay chưa.")
@option("--doubtful-arrived", is_flag=True, help="Ghi nhận những thư chưa rõ là đã đến, không gửi lại.")
def send(
    ask: Ask, only: str | None, yes: bool, run_id: str | None, retry_doubtful: bool, doubtful_arrived: bool
) -> int:
    from nvbatch import sending
    from nvbatch.smtp import Unreachable

    if retry_doubtful and doubtful_arrived:
        raise click.UsageError(_("Chỉ chọn một trong hai: --retry-doubtful hoặc --doubtful-arrived."))
    asked = sending.Asked(as_of=ask.as_of, now=ask.now, run=run_id, only=only, retry_doubtful=retry_doubtful)
    if not yes:
        batch = sending.waiting_mail(ask.workspace, asked)
        _preview(ask, batch)
        ask.console.give({"exit": DONE, **_document(batch)})
        return DONE
    try:
        work = sending.settle if doubtful_arrived else sending.send
        batch = work(ask.workspace, asked)
    except Unreachable as error:
        ask.console.warn(tone(str(error), "bad"))
        ask.console.give({"exit": PARTLY, "error": str(error)})
        return PARTLY
    _result(ask, batch)
    short = (sending.State.DOUBTFUL, sending.State.REFUSED, sending.State.LEFT)
    status = PARTLY if any(item.state in short or item.refused for item in batch.items) else DONE
    ask.console.give({"exit": status, **_document(batch)})
    return status


def _preview(ask: Ask, batch: Batch) -> None:
    from nvbatch.sending import State

    ready = batch.having(State.READY)
    if ready:
        header = (_("Loại thư"), _("Cơ quan"), _("Gửi đến"), _("Tiêu đề"), _("Kèm theo"))
        ask.console.say(*table(header, [_line(item) for item in ready]), "")
    _troubles(ask, batch)
    kinds = Counter(kind_word(item.mail.kind) for item in ready)
    count = _("{n} thư chờ gửi").format(n=len(ready))
    ask.console.say(count + (f" ({', '.join(f'{word}: {n}' for word, n in kinds.items())})" if kinds else ""))
    sent = len(batch.having(State.SENT))
    if sent:
        ask.console.say(_("{n} thư đã gửi từ trước, không gửi lại").format(n=sent))
    if ready:
        ask.console.say(tone(_("Chưa gửi thư nào. Thêm --yes để gửi."), "warn"))


def _result(ask: Ask, batch: Batch) -> None:
    from nvbatch.sending import State

    _troubles(ask, batch)
    for item in batch.having(State.REFUSED):
        ask.console.warn(tone(f"{_name(item)}: {item.why}", "bad"))
    for item in batch.items:
        if item.refused and item.state is State.SENT:
            text = _("{mail}: đã gửi, nhưng máy chủ không nhận {who}")
            ask.console.warn(tone(text.format(mail=_name(item), who=", ".join(item.refused)), "bad"))
    ask.console.say(tone(_("Đã gửi {n} thư.").format(n=batch.sent_now), "good"))


def _troubles(ask: Ask, batch: Batch) -> None:
    """What the operator should know, what stays here and why, and what nobody can know."""
    from nvbatch.sending import State

    ask.console.warn(*(tone(note, "warn") for note in batch.notes))
    ask.console.warn(
        *(tone(line, "warn") for line in _left_lines((*batch.having(State.WAITING), *batch.having(State.LEFT))))
    )
    doubtful = batch.having(State.DOUBTFUL)
    if doubtful:
        text = _("Chưa rõ đã đến hay chưa ({n} thư), không tự gửi lại. Hỏi người nhận hoặc xem hộp «Đã gửi», rồi chọn "
                 "--yes --retry-doubtful để gửi lại, hoặc --yes --doubtful-arrived nếu thư đã đến:")  # fmt: skip
        ask.console.warn(tone(text.format(n=len(doubtful)), "bad"))
        ask.console.warn(*(f"  {_name(item)} → {', '.join(item.mail.recipients)}" for item in doubtful))


def _left_lines(items: Sequence[Item]) -> list[str]:
    """One line a reason: «thông báo kết quả SNV, STC và 3 thư khác: chờ văn bản đã ký»."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in items:
        groups.setdefault((item.why, kind_word(item.mail.kind)), []).append(item.mail.agency or item.mail.name)
    lines = []
    for (why, word), names in groups.items():
        more = _(" và {n} thư khác").format(n=len(names) - NAMED) if len(names) > NAMED else ""
        lines.append(f"{word} {', '.join(names[:NAMED])}{more}: {why}".strip())
    return lines


def _line(item: Item) -> tuple[str, ...]:
    mail = item.mail
    copies = [_("{address} (đồng gửi)").format(address=address) for address in mail.cc]
    files = list(mail.files[:SHOWN_FILES]) + (["…"] if len(mail.files) > SHOWN_FILES else [])
    return kind_word(mail.kind), mail.agency, ", ".join([*mail.to, *copies]), mail.subject, ", ".join(files)


def _name(item: Item) -> str:
    return f"{kind_word(item.mail.kind)} {item.mail.agency}".strip() if item.mail.kind else item.mail.name


def kind_word(kind: str) -> str:
    return {
        "answer": _("trả lời"),
        "reminder": _("nhắc nộp"),
        "no_deadline": _("đôn đốc không thời hạn"),
        "form": _("biểu mẫu"),
        "notice": _("thông báo kết quả"),
        "urging": _("công văn đôn đốc"),
    }.get(kind, kind)


def _document(batch: Batch) -> dict[str, Any]:
    """For machines, whose output is often kept: addresses are not in it."""
    from nvbatch.eml import ADDRESS

    return {
        "run": batch.run,
        "sent_now": batch.sent_now,
        "notes": batch.notes,
        "mails": [
            {
                "kind": item.mail.kind,
                "agency": item.mail.agency,
                "program": item.mail.program,
                "period": item.mail.period,
                "recipients": len(item.mail.recipients),
                "subject": item.mail.subject,
                "files": item.mail.files,
                "state": item.state,
                "why": ADDRESS.sub("…@…", item.why),  # a server's own words often name the recipient
            }
            for item in batch.items
        ],
    }
