"""Commands on what has been: publish, compare, history, export, verify, rebuild."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING

import click

from nvbatch.cli.frame import DONE, FOUND, PARTLY, Ask, Command, argument
from nvbatch.cli.watching import watched
from nvbatch.console import day, table, tone

if TYPE_CHECKING:
    from nvbatch.life import Life


@click.command("publish", cls=Command, help="Công bố một lần chạy: khóa số liệu của kỳ đó.")
@argument("run_id", metavar="RUN")
def publish(ask: Ask, run_id: str) -> int:
    from nvbatch.closing import publish as close

    published = close(ask.workspace, run_id, now=ask.now)
    if published.already:
        text = _("Kỳ {period} đã được công bố từ trước theo lần chạy {run}.")
    else:
        text = _("Đã công bố kỳ {period} theo lần chạy {run}. Số liệu của kỳ được giữ cố định.")
    ask.console.say(text.format(period=published.period, run=published.run_id))
    ask.console.give({"exit": DONE, "published": published})
    return DONE


@click.command("compare", cls=Command, help="So sánh hai lần chạy: số liệu và từng nhiệm vụ khác nhau ở đâu.")
@argument("first", metavar="RUN")
@argument("second", metavar="RUN")
def compare(ask: Ask, first: str, second: str) -> int:
    from nvbatch.closing import compare as differences

    found = differences(ask.workspace, first, second)
    if found:
        header = (_("Đối tượng"), _("Nội dung"), first, second)
        ask.console.say(*table(header, [(d.what, d.field, d.first, d.second) for d in found]))
    ask.console.say(_("{n} điểm khác nhau").format(n=len(found)))
    ask.console.give({"exit": DONE, "first": first, "second": second, "differences": found})
    return DONE


@click.command("history", cls=Command, help="Toàn bộ diễn biến của một nhiệm vụ qua các kỳ.")
@argument("task_code", metavar="TASK_CODE")
def history(ask: Ask, task_code: str) -> int:
    from nvbatch.life import history as life_of

    life = life_of(ask.workspace, task_code, as_of=ask.as_of)
    ask.console.say(*_told(life))
    ask.console.give({"exit": DONE, "history": life})
    return DONE


@click.command("export", cls=Command, help="Đóng gói hồ sơ một kỳ (zip) để nộp lưu trữ.")
@argument("period", metavar="PERIOD")
def export(ask: Ask, period: str) -> int:
    from nvbatch.closing import export as bundle

    path = bundle(ask.workspace, period, now=ask.now)
    ask.console.say(_("Đã đóng gói: {path}").format(path=path))
    ask.console.give({"exit": DONE, "period": period, "file": path})
    return DONE


@click.command("verify", cls=Command, help="Đối chiếu kho lưu, nhật ký và các lần chạy với dấu vết đã ghi.")
def verify(ask: Ask) -> int:
    from nvbatch.proof import notes
    from nvbatch.proof import verify as troubles

    found, told = troubles(ask.workspace), notes(ask.workspace)
    ask.console.say(*(tone(text, "bad") for text in found), *(tone(text, "warn") for text in told))
    ask.console.say(_("{n} điểm không khớp").format(n=len(found)) if found else _("Tất cả đều khớp."))
    status = FOUND if found else DONE
    ask.console.give({"exit": status, "troubles": found, "notes": told})
    return status


@click.command("rebuild", cls=Command, help="Dựng lại sổ và lần chạy gần nhất từ kho lưu, nhật ký và danh mục.")
def rebuild(ask: Ask) -> int:
    from nvbatch.cli.job import run_document, show_run
    from nvbatch.recovery import rebuild as again

    with watched(ask):
        result = again(ask.workspace, now=ask.now)
    ask.console.say(_("Đã dựng lại sổ theo lần chạy {run}.").format(run=result.run_id))
    show_run(ask, result)
    status = PARTLY if result.failures else DONE
    ask.console.give({"exit": status, **run_document(result)})
    return status


def _told(life: Life) -> list[str]:
    lines = [f"{tone(life.code, 'head')}  {life.content}", _("Hiện nay: {now}").format(now=life.now), ""]
    for event in life.events:
        lines.append(f"{day(event.on) if event.on else ' ' * 10}  {event.what}")
        if event.source:
            lines.append(tone(f"{' ' * 12}{event.source}", "dim"))
    return lines
