"""The command doctor: a workspace in, every check with its remedy on the screen out."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.frame import DONE, FOUND, Ask, Command
from nvbatch.console import tone, width

if TYPE_CHECKING:
    from nvbatch.doctor.check import Check, Remark

AT_MOST = 12  # remarks on one thing that are shown; a machine gets all
TONE_OF = {"ok": "good", "note": "warn", "broken": "bad"}


@click.command(
    "doctor",
    cls=Command,
    help="Khám toàn bộ trước khi chạy: máy, cấu hình, danh mục, lịch, kho lưu; cách sửa từng điểm.",
)
def doctor(ask: Ask) -> int:
    from nvbatch.doctor.examination import examine

    workspace = ask.workspace_if_any
    checks = examine(workspace, now=ask.moment)
    room = max(width(check.title) for check in checks)
    for check in checks:
        shown = _worst(check)
        ask.console.say(*(line for n, remark in enumerate(shown) for line in _lines(check, remark, n, room)))
        if len(shown) < len(check.remarks):
            text = _("… và {n} điểm nữa (--json cho xem tất cả)").format(n=len(check.remarks) - len(shown))
            ask.console.say(" " * (room + 10) + text)
    if workspace is None:
        ask.console.say(tone(_("Không có thư mục làm việc ở đây: mới khám phần máy. Tạo bằng «nvbatch init»."), "warn"))
    states = [str(check.state) for check in checks]
    ask.console.say("", _closing(states))
    status = FOUND if "broken" in states else DONE
    ask.console.give(
        {
            "exit": status,
            "workspace": workspace.root if workspace else None,
            "checks": [_as_document(c) for c in checks],
        }
    )
    return status


def _worst(check: Check) -> tuple[Remark, ...]:
    """What is broken first, and no more than can be read."""
    order = list(TONE_OF)
    return tuple(sorted(check.remarks, key=lambda remark: -order.index(remark.state)))[:AT_MOST]


def _lines(check: Check, remark: Remark, number: int, room: int) -> list[str]:
    word = _WORD[str(remark.state)]()
    title = check.title if number == 0 else ""
    head = tone(word, TONE_OF[str(remark.state)]) + " " * (8 - width(word)) + title + " " * (room - width(title))
    gap = " " * (room + 10)
    return [f"{head}  {remark.text}", *([gap + _("→ Cách sửa: {fix}").format(fix=remark.fix)] if remark.fix else [])]


def _closing(states: list[str]) -> str:
    text = _("Đã khám {n} mục: {ok} tốt, {note} lưu ý, {broken} hỏng")
    counts = {state: states.count(state) for state in TONE_OF}
    return tone(
        text.format(n=len(states), **counts), "bad" if counts["broken"] else "warn" if counts["note"] else "good"
    )


def _as_document(check: Check) -> dict[str, Any]:
    return {"key": check.key, "title": check.title, "state": check.state, "remarks": check.remarks}


_WORD = {"ok": lambda: _("TỐT"), "note": lambda: _("LƯU Ý"), "broken": lambda: _("HỎNG")}
