"""The command that only takes in what has arrived: collect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.frame import DONE, PARTLY, Ask, Command
from nvbatch.cli.watching import watched
from nvbatch.console import moment, table, tone

if TYPE_CHECKING:
    from nvbatch.model import Receipt
    from nvbatch.stages.collect import Collected


NAMED = 5  # files left for the same reason that are named one by one


@click.command("collect", cls=Command, help="Chỉ thu nhận: thư mới trong hộp thư và tệp trong inbox vào kho lưu.")
def collect(ask: Ask) -> int:
    from nvbatch.arrivals import collect_now

    with watched(ask):
        collected = collect_now(ask.workspace, now=ask.now)
    if collected.receipts:
        header = (_("Số"), _("Nhận lúc"), _("Loại"), _("Tệp"))
        ask.console.say(*table(header, [_line(receipt) for receipt in collected.receipts]))
    ask.console.say(tone(_closing(collected), "good"))
    say_what_was_left(ask, collected)
    ask.console.warn(*(tone(_("Không làm được: {what}").format(what=what), "bad") for what in collected.failures))
    status = PARTLY if collected.failures else DONE
    ask.console.give({"exit": status, **collected_document(collected)})
    return status


def say_what_was_left(ask: Ask, collected: Collected) -> None:
    """Remarks on what came, and what still lies in inbox and why."""
    ask.console.warn(*(tone(text, "warn") for text in (*collected.problems, *_waiting(collected.left))))


def _waiting(left: Mapping[str, str]) -> Iterator[str]:
    """One line a file; many files with one reason share a line, `--json` names them all."""
    for why, names in groupby(sorted(left, key=lambda name: (left[name], name)), key=lambda name: left[name]):
        alike = list(names)
        if len(alike) <= NAMED:
            yield from (_("Còn để lại trong inbox: {what}").format(what=f"{name}: {why}") for name in alike)
        else:
            text = _("Còn để lại trong inbox {count} tệp ({why}): {some} và {more} tệp khác")
            some, more = ", ".join(alike[:NAMED]), len(alike) - NAMED
            yield text.format(count=len(alike), why=why, some=some, more=more)


def collected_document(collected: Collected) -> dict[str, Any]:
    """What ``--json`` tells of a collection; addresses stay out of it."""
    return {
        "receipts": [
            {
                "sequence": receipt.sequence,
                "file": receipt.name,
                "sha256": receipt.sha256,
                "received_at": receipt.received_at,
                "channel": receipt.channel,
            }
            for receipt in collected.receipts
        ],
        "left": collected.left,
        "problems": collected.problems,
        "failures": collected.failures,
    }


def _line(receipt: Receipt) -> tuple[str, ...]:
    kind = _("thư") if receipt.channel == "mail" else _("tệp")
    return str(receipt.sequence), moment(receipt.received_at), kind, receipt.name


def _closing(collected: Collected) -> str:
    mails = sum(receipt.channel == "mail" for receipt in collected.receipts)
    text = _("Đã thu nhận {mails} thư, {files} tệp")
    return text.format(mails=mails, files=len(collected.receipts) - mails)
