"""Commands around the weekly job: init, rules, demo."""

from __future__ import annotations

from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from nvbatch.cli.frame import DEFAULT_ZONE, DONE, PARTLY, Ask, Command, argument, option
from nvbatch.console import moment, tone


@click.command("init", cls=Command, help="Tạo thư mục làm việc: cấu hình, danh mục, hộp nhận tệp. Không ghi đè.")
@argument("folder_to_make", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@option("--sample", is_flag=True, help="Ghi sẵn 3 cơ quan và vài nhiệm vụ ví dụ vào danh mục.")
@option("--starters", is_flag=True, help="Ghi cả các tệp .cmd để bấm đúp trên Windows (trên Windows luôn ghi).")
def init(ask: Ask, folder_to_make: Path, sample: bool, starters: bool) -> int:
    import os

    from nvbatch.startup import start_workspace

    now = datetime.now(ZoneInfo(DEFAULT_ZONE)).replace(microsecond=0)
    started = start_workspace(folder_to_make.resolve(), now=now, sample=sample, starters=starters or os.name == "nt")
    say = ask.console.say
    say(_("Thư mục làm việc: {folder}").format(folder=started.root))
    say(*(tone("+ ", "good") + name for name in started.made))
    say(*(tone("= ", "dim") + _("{name} (đã có, giữ nguyên)").format(name=name) for name in started.kept))
    if started.made:
        say(_("Tiếp theo: sửa nvbatch.toml, nhập register.xlsx, chạy «nvbatch doctor» để khám, rồi «nvbatch forms»."))
    ask.console.give({"exit": DONE, "workspace": started.root, "made": started.made, "kept": started.kept})
    return DONE


@click.command("rules", cls=Command, help="Liệt kê các quy tắc kiểm tra; thêm mã để xem giải thích một quy tắc.")
@argument("code", required=False)
@option("--markdown", is_flag=True, help="In trang docs/rules.md.")
def rules(ask: Ask, code: str | None, markdown: bool) -> int:
    from nvbatch.cli import rulebook
    from nvbatch.nearest import ask_for
    from nvbatch.rules.catalogue import RULES

    if markdown:
        click.echo(rulebook.page(RULES.values()), nl=False)
        return DONE
    chosen = list(RULES.values()) if code is None else [r for r in (RULES.get(code.upper()),) if r]
    if not chosen:
        text = _("Không có quy tắc «{code}».").format(code=code)
        raise click.UsageError(text + ask_for(code or "", RULES))
    ask.console.say(*(rulebook.explained(chosen[0]) if code else rulebook.listed(chosen)))
    ask.console.give({"exit": DONE, "rules": [rulebook.as_document(rule) for rule in chosen]})
    return DONE


@click.command("demo", cls=Command, help="Chạy thử trọn vẹn trên bộ tệp mẫu, trong một thư mục làm việc mới.")
@argument("demo_folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@option("--case", "case", default="binh-dinh-2025-02", show_default=True, help="Tên bộ mẫu trong sample_workbooks/.")
def demo(ask: Ask, demo_folder: Path | None, case: str) -> int:
    from nvbatch.cli.job import run_document, show_run
    from nvbatch.demo import DemoError, play

    results = []
    try:
        for act, result in play(case, (demo_folder or Path("demo")).resolve()):
            ask.console.say(
                "", tone(_("Kỳ {period}, đến {at}").format(period=act.period, at=moment(act.as_of)), "head")
            )
            show_run(ask, result)
            results.append(result)
    except DemoError as problem:
        raise click.UsageError(str(problem)) from None
    status = PARTLY if any(result.failures for result in results) else DONE
    ask.console.give({"exit": status, "case": case, "runs": [run_document(result) for result in results]})
    return status
