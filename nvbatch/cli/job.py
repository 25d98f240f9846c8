"""The command run: the weekly job; and how a run is told, to people and to machines."""

from __future__ import annotations

from collections import Counter
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.arrivals import say_what_was_left
from nvbatch.cli.frame import DONE, PARTLY, Ask, Command, Day, option
from nvbatch.cli.watching import watched
from nvbatch.console import table, tone

if TYPE_CHECKING:
    from nvbatch.run import RunResult

PERIOD = "Kỳ báo cáo, ví dụ 2025-03-13, 2025-W11, 2025-03, 2025-Q1. Mặc định: kỳ vừa chốt."


@click.command("run", cls=Command, help="Việc hằng tuần: từ hộp nhận tệp đến bảng tổng hợp, văn bản và bản trả lại.")
@option("--period", help=PERIOD)
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

    with watched(ask):
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


def show_run(ask: Ask, result: RunResult) -> None:
    """The files made, a table of files and tasks, what needs a human now, and the sum last, where the eye rests."""
    from nvbatch.cli.summary import AT_MOST, closing_line, needs_a_human

    say = ask.console.say
    if result.collected is not None:
        say_what_was_left(ask, result.collected)
    if result.outputs:
        say(_("Tệp đã làm trong {folder}:").format(folder=result.folder))
        say(*(f"  {line}" for line in _files(result)), "")
    say(*_figures(result), "")
    matters = needs_a_human(result.summary)
    if matters:
        head = _("Cần xử lý ngay ({n} việc đầu):") if len(matters) == AT_MOST else _("Cần xử lý ngay:")
        say(tone(head.format(n=AT_MOST), "warn"), *(f"  {n}. {text}" for n, text in enumerate(matters, start=1)), "")
    if result.summary.provisional:
        say(tone(_("Số liệu tạm tính: kỳ báo cáo chưa chốt."), "warn"))
    say(tone(closing_line(result.summary), "good"))
    ask.console.warn(*(tone(_("Không làm được: {what}").format(what=failure), "bad") for failure in result.failures))


def run_document(result: RunResult) -> dict[str, Any]:
    """What ``--json`` tells of a run."""
    from nvbatch.cli.summary import closing_line, needs_a_human

    return {
        "run": result.run_id,
        "folder": result.folder,
        "provisional": result.summary.provisional,
        "periods": result.summary.periods,
        "summary": closing_line(result.summary),
        "needs_a_human": needs_a_human(result.summary),
        "files": result.summary.files,
        "totals": result.summary.totals,
        "outputs": result.outputs,
        "failures": result.failures,
    }


def _figures(result: RunResult) -> tuple[str, ...]:
    """States of files on the left, of tasks on the right."""
    from nvbatch.cli.summary import file_terms, task_terms

    files = [(word, str(count)) for word, count in file_terms(result.summary) if count]
    tasks = [(word, str(count)) for word, count in task_terms(result.summary) if count]
    blank = ("", "")
    lines = max(len(files), len(tasks), 1)
    pairs = zip(files + [blank] * (lines - len(files)), tasks + [blank] * (lines - len(tasks)), strict=True)
    header = (_("Tệp của kỳ"), _("Số"), "", _("Nhiệm vụ"), _("Số"))
    return table(header, [(*left, "", *right) for left, right in pairs])


def _files(result: RunResult) -> list[str]:
    """One line a document; many of one folder (returns, mails) as one line with their number."""
    parts = [output.path.rpartition("/") for output in result.outputs]
    folders = Counter(f"{parent}/" if parent else name for parent, _slash, name in parts)
    return [f"{name} ({count})" if name.endswith("/") else name for name, count in folders.items()]
