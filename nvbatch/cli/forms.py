"""The commands of a week: forms, check, run, status."""

from __future__ import annotations

from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.arrivals import say_what_was_left
from nvbatch.cli.frame import DONE, FOUND, PARTLY, Ask, Command, Day, option
from nvbatch.console import day, moment, table, tone

if TYPE_CHECKING:
    from nvbatch.model import Finding, Period
    from nvbatch.run import AgencyStanding, CheckedFile, RunResult, StatusResult

PERIOD = "Kỳ báo cáo, ví dụ 2025-03-13, 2025-W11, 2025-03, 2025-Q1."
TONE_OF = {"fatal": "bad", "error": "bad", "incomplete": "warn", "warning": "warn", "info": "dim"}


@click.command("forms", cls=Command, help="Làm biểu mẫu BM01 của kỳ cho các cơ quan.")
@option("--agency", "agencies", multiple=True, metavar="CODE", help="Chỉ làm cho cơ quan này (ghi được nhiều lần).")
@option("--period", help=PERIOD)
def forms(ask: Ask, agencies: tuple[str, ...], period: str | None) -> int:
    from nvbatch.run import make_forms

    made = make_forms(ask.workspace, now=ask.now, as_of=ask.as_of, agencies=agencies, period=period)
    ask.console.say(*(f"  {Path(name).name}" for name in made.files))
    ask.console.say(_("Đã làm {n} biểu mẫu trong {folder}").format(n=len(made.files), folder=made.folder))
    ask.console.give({"exit": DONE, "folder": made.folder, "files": made.files})
    return DONE


@click.command("check", cls=Command, help="Kiểm tra tệp trước khi gửi; có thư mục làm việc thì đối chiếu cả danh mục.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(ask: Ask, files: tuple[Path, ...]) -> int:
    from nvbatch.run import check_files

    checked = check_files(ask.workspace_if_any, files, now=ask.as_of)
    for file in checked:
        ask.console.say(*(line for finding in file.findings for line in finding_lines(file.path.name, finding)))
    bad = [file for file in checked if any(f.severity in ("fatal", "error", "incomplete") for f in file.findings)]
    ask.console.say(_closing(checked, len(bad)))
    status = FOUND if bad else DONE
    ask.console.give({"exit": status, "files": [_checked(file) for file in checked]})
    return status


@click.command("run", cls=Command, help="Việc hằng tuần: từ hộp nhận tệp đến bảng tổng hợp, văn bản và bản trả lại.")
@option("--period", help=PERIOD + " Mặc định: kỳ vừa chốt.")
@option("--program", metavar="CODE", help="Chỉ một chương trình.")
@option("--conference", type=Day(), help="Ngày họp: áp dụng giờ khóa của hội nghị đó.")
@option("--preview", is_flag=True, help="Chạy thử: không ghi sổ, không đưa thư vào hộp chờ gửi.")
@option("--config", "config", type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Dùng tệp cấu hình khác nvbatch.toml của thư mục làm việc.")  # fmt: skip
@option("--jobs", type=click.IntRange(min=1), help="Số tiến trình.")
@option(
    "--letters",
    type=click.Choice(["collective", "each"]),
    default="collective",
    show_default=True,
    help="Công văn đôn đốc: một công văn chung kèm phụ lục, hoặc thêm mỗi cơ quan một công văn.",
)
def run(
    ask: Ask,
    period: str | None,
    program: str | None,
    conference: date | None,
    preview: bool,
    config: Path | None,
    jobs: int | None,
    letters: str,
) -> int:
    from nvbatch.run import run_batch

    result = run_batch(
        ask.workspace,
        now=ask.now,
        as_of=ask.as_of,
        period=period,
        program=program,
        conference=conference,
        preview=preview,
        config=config,
        jobs=jobs,
        letters_each=letters == "each",
    )
    show_run(ask, result)
    status = PARTLY if result.failures else DONE
    ask.console.give({"exit": status, **run_document(result)})
    return status


@click.command("status", cls=Command, help="Ai đã nộp, ai chưa nộp, còn bao lâu đến giờ chốt và giờ khóa.")
def status(ask: Ask) -> int:
    from nvbatch.run import status as standing

    result = standing(ask.workspace, as_of=ask.as_of)
    ask.console.say(*_status_lines(result, ask.as_of))
    ask.console.give({"exit": DONE, "status": result})
    return DONE


def show_run(ask: Ask, result: RunResult) -> None:
    """Quiet on purpose: what needs a human, the files, and the sum last, where the eye rests."""
    from nvbatch.cli.summary import closing_line, needs_a_human

    say = ask.console.say
    if result.collected is not None:
        say_what_was_left(ask, result.collected)
    matters = needs_a_human(result.summary)
    if matters:
        say(tone(_("Cần xử lý ngay:"), "warn"), *(f"  {n}. {text}" for n, text in enumerate(matters, start=1)))
    if result.outputs:
        say(_("Tệp đã làm trong {folder}:").format(folder=result.folder))
        say(*(f"  {line}" for line in _files(result)))
    if result.summary.provisional:
        say(tone(_("Số liệu tạm tính: kỳ báo cáo chưa chốt."), "warn"))
    say(tone(closing_line(result.summary), "good"))
    ask.console.warn(*(tone(_("Không làm được: {what}").format(what=failure), "bad") for failure in result.failures))


def finding_lines(file: str, finding: Finding) -> tuple[str, ...]:
    """``tệp › trang!ô  MÃ  nội dung`` and, below it, how to mend it."""
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or ""
    where = f"{file} › {place}" if place else file
    code = tone(finding.rule, TONE_OF[str(finding.severity)])
    lines = (f"{where}  {code}  {finding.message}",)
    return (*lines, _("    → Cách sửa: {fix}").format(fix=finding.fix)) if finding.fix else lines


def _closing(checked: tuple[CheckedFile, ...], bad: int) -> str:
    every = [finding for file in checked for finding in file.findings]
    mend = sum(finding.severity in ("fatal", "error", "incomplete") for finding in every)
    text = _("Đã kiểm tra {files} tệp: {fit} đạt, {bad} phải sửa · {mend} nội dung phải sửa, {note} nội dung lưu ý")
    return text.format(files=len(checked), fit=len(checked) - bad, bad=bad, mend=mend, note=len(every) - mend)


def _checked(file: CheckedFile) -> dict[str, Any]:
    mend = any(f.severity in ("fatal", "error", "incomplete") for f in file.findings)
    return {"file": file.path.name, "fit": not mend, "findings": file.findings}


def _files(result: RunResult) -> list[str]:
    """One line a document; many of one folder (returns, mails) as one line with their number."""
    folders: dict[str, int] = {}
    for output in result.outputs:
        parent, _slash, name = output.path.rpartition("/")
        key = f"{parent}/" if parent else name
        folders[key] = folders.get(key, 0) + 1
    return [f"{name} ({count})" if name.endswith("/") else name for name, count in folders.items()]


def run_document(result: RunResult) -> dict[str, Any]:
    from nvbatch.cli.summary import closing_line, needs_a_human

    return {
        "run": result.run_id,
        "folder": result.folder,
        "provisional": result.summary.provisional,
        "periods": result.summary.periods,
        "summary": closing_line(result.summary),
        "needs_a_human": needs_a_human(result.summary),
        "totals": result.summary.totals,
        "outputs": result.outputs,
        "failures": result.failures,
    }


def _status_lines(result: StatusResult, as_of: datetime) -> list[str]:
    lines = [_deadline_line(program, period, as_of) for program, period in result.periods.items()]
    if result.conference and result.lock_at:
        text = _("Hội nghị {held}: khóa nhập liệu lúc {lock} ({left})")
        held, lock = day(result.conference.held_on), moment(result.lock_at)
        lines.append(text.format(held=held, lock=lock, left=_left(result.lock_at, as_of)))
    if result.waiting:
        lines.append(_("{n} tệp trong inbox chưa tiếp nhận").format(n=result.waiting))
    header = (_("Mã"), _("Cơ quan"), _("Tình trạng"), _("Nhận lúc"))
    owing = [agency for agency in result.agencies if agency.owes]
    total = _("Đã nộp {sent}/{owing}").format(sent=sum(a.submitted for a in owing), owing=len(owing))
    return [*lines, "", *table(header, [_standing(agency) for agency in result.agencies]), "", total]


def _standing(agency: AgencyStanding) -> tuple[str, ...]:
    if agency.submitted:
        state = tone(_("đã nộp"), "good")
    else:
        state = tone(_("CHƯA NỘP"), "bad") if agency.owes else tone(_("không phải nộp"), "dim")
    return agency.code, agency.name, state, moment(agency.received_at) if agency.received_at else ""


def _deadline_line(program: str, period: Period, as_of: datetime) -> str:
    text = _("{program}: kỳ {period}, chốt lúc {cutoff} ({left})")
    left = _left(period.cutoff, as_of)
    return text.format(program=program, period=period.key, cutoff=moment(period.cutoff), left=left)


def _left(at: datetime, as_of: datetime) -> str:
    """«còn 2 ngày 3 giờ», or that it has passed."""
    minutes = int((at - as_of).total_seconds() // 60)
    if minutes < 0:
        return _("đã qua")
    days, rest = divmod(minutes, 24 * 60)
    text = _("còn {days} ngày {hours} giờ") if days else _("còn {hours} giờ {minutes} phút")
    return text.format(days=days, hours=rest // 60, minutes=rest % 60)
