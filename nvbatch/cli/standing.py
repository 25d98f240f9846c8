"""The command status: a workspace in, who owes what until when on the screen out."""

from __future__ import annotations

from datetime import datetime
from gettext import gettext as _
from typing import TYPE_CHECKING

import click

from nvbatch.cli.frame import DONE, Ask, Command
from nvbatch.console import day, moment, table, tone

if TYPE_CHECKING:
    from nvbatch.model import Period
    from nvbatch.turnout import AgencyStanding, ReportStanding, StatusResult


@click.command("status", cls=Command, help="Ai đã nộp, ai chưa nộp, còn bao lâu đến giờ chốt và giờ khóa.")
def status(ask: Ask) -> int:
    from nvbatch.glance import status as standing

    result = standing(ask.workspace, as_of=ask.as_of)
    ask.console.say(*_lines(result, ask.as_of))
    ask.console.give({"exit": DONE, "status": result})
    return DONE


def _lines(result: StatusResult, as_of: datetime) -> list[str]:
    lines = [_cutoff(program, period, as_of) for program, period in result.periods.items()]
    if result.conference and result.lock_at:
        text = _("Hội nghị {held}: khóa nhập liệu lúc {lock} ({left})")
        held, lock = day(result.conference.held_on), moment(result.lock_at)
        lines.append(text.format(held=held, lock=lock, left=_left(result.lock_at, as_of)))
    if result.waiting:
        lines.append(_("{n} tệp trong inbox chưa tiếp nhận (nvbatch run)").format(n=result.waiting))
    return [*lines, "", *_table(result, as_of), "", *_closing(result)]


def _table(result: StatusResult, as_of: datetime) -> tuple[str, ...]:
    """Missing reports first; the column of the programme only where there are several."""
    several = len(result.periods) > 1
    header = [_("Mã"), _("Cơ quan"), _("Chương trình"), _("Tình trạng"), _("Nhiệm vụ"), _("Nhận lúc, hạn nộp")]
    rows = [_report(report, as_of) for report in result.reports]
    named = {report.agency for report in result.reports}
    rows += [_idle(agency) for agency in result.agencies if agency.code not in named]
    if not several:
        header, rows = [*header[:2], *header[3:]], [(*row[:2], *row[3:]) for row in rows]
    return table(header, rows)


def _report(report: ReportStanding, as_of: datetime) -> tuple[str, ...]:
    head = (report.agency, report.name, report.program)
    count = str(report.tasks)
    if report.submitted and report.received_at:
        state = tone(_("đã nộp, trễ"), "warn") if report.late else tone(_("đã nộp"), "good")
        return (*head, state, count, moment(report.received_at))
    until = f"{moment(report.cutoff)} ({_left(report.cutoff, as_of)})"
    return (*head, tone(_("CHƯA NỘP"), "bad"), count, until)


def _idle(agency: AgencyStanding) -> tuple[str, ...]:
    return (agency.code, agency.name, "", tone(_("không phải nộp"), "dim"), "0", "")


def _closing(result: StatusResult) -> list[str]:
    owing = [agency for agency in result.agencies if agency.owes]
    missing = [report for report in result.reports if report.owes and not report.submitted]
    total = _("Đã nộp {sent}/{owing}").format(sent=sum(a.submitted for a in owing), owing=len(owing))
    if missing:
        total += " · " + _("còn thiếu {n} báo cáo").format(n=len(missing))
    return [total]


def _cutoff(program: str, period: Period, as_of: datetime) -> str:
    text = _("{program}: kỳ {period}, chốt lúc {cutoff} ({left})")
    left = _left(period.cutoff, as_of)
    return text.format(program=program, period=period.key, cutoff=moment(period.cutoff), left=left)


def _left(at: datetime, as_of: datetime) -> str:
    """«còn 2 ngày 3 giờ», «còn 4 giờ 30 phút», «còn 1 ngày»; or that it has passed."""
    minutes = int((at - as_of).total_seconds() // 60)
    if minutes < 0:
        return _("đã qua")
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    named = ((days, _("{n} ngày")), (hours, _("{n} giờ")), (rest, _("{n} phút")))
    parts = [text.format(n=n) for n, text in named if n][:2]  # more would not be read
    return _("còn {time}").format(time=" ".join(parts) or _("{n} phút").format(n=0))
