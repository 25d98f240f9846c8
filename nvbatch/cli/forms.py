"""The commands around a file: forms, check."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.frame import DONE, FOUND, PARTLY, Ask, Command, argument, option
from nvbatch.cli.watching import watched
from nvbatch.console import tone

if TYPE_CHECKING:
    from nvbatch.alone import CheckedFile
    from nvbatch.model import Finding

PERIOD = "Kỳ báo cáo, ví dụ 2025-03-13, 2025-W11, 2025-03, 2025-Q1."
TONE_OF = {"fatal": "bad", "error": "bad", "incomplete": "warn", "warning": "warn", "info": "dim"}


@click.command("forms", cls=Command, help="Làm biểu mẫu BM01 của kỳ cho các cơ quan.")
@option("--agency", "agencies", multiple=True, metavar="CODE", help="Chỉ làm cho cơ quan này (ghi được nhiều lần).")
@option("--period", help=PERIOD)
def forms(ask: Ask, agencies: tuple[str, ...], period: str | None) -> int:
    from nvbatch.blanks import make_forms

    with watched(ask):
        made = make_forms(ask.workspace, now=ask.now, as_of=ask.as_of, agencies=agencies, period=period)
    ask.console.say(*(f"  {Path(name).name}" for name in made.files))
    ask.console.say(_("Đã làm {n} biểu mẫu trong {folder}").format(n=len(made.files), folder=made.folder))
    for over, after in made.passed.items():
        text = _("Kỳ {over} đã qua giờ chốt. Làm cho kỳ sau: nvbatch forms --period {after}")
        ask.console.say(tone(text.format(over=over, after=after), "warn"))
    ask.console.warn(*(tone(note, "bad") for note in made.notes))
    status = PARTLY if made.notes else DONE
    ask.console.give({"exit": status, "folder": made.folder, "files": made.files, "notes": made.notes})
    return status


@click.command("check", cls=Command, help="Kiểm tra tệp trước khi gửi; có thư mục làm việc thì đối chiếu cả danh mục.")
@argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(ask: Ask, files: tuple[Path, ...]) -> int:
    from nvbatch.alone import check_files

    checked = check_files(ask.workspace_if_any, files, now=ask.as_of)
    for file in checked:
        ask.console.say(*(line for finding in file.findings for line in finding_lines(file.path.name, finding)))
    bad = [file for file in checked if any(f.severity in ("fatal", "error", "incomplete") for f in file.findings)]
    ask.console.say(_closing(checked, len(bad)))
    status = FOUND if bad else DONE
    ask.console.give({"exit": status, "files": [_checked(file) for file in checked]})
    return status


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
