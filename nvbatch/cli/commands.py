"""The table of contents of the command line, in the order in which an office meets the commands."""

from __future__ import annotations

import click

from nvbatch import __version__
from nvbatch.cli.annex import import_annex
from nvbatch.cli.arrivals import collect
from nvbatch.cli.completion import completion
from nvbatch.cli.forms import check, forms
from nvbatch.cli.frame import Group, Option
from nvbatch.cli.health import doctor
from nvbatch.cli.job import run
from nvbatch.cli.mail import send
from nvbatch.cli.memory import compare, export, history, publish, rebuild, verify
from nvbatch.cli.office import demo, init, rules
from nvbatch.cli.standing import status
from nvbatch.cli.waiting import quarantine

nvbatch = Group(
    "nvbatch",
    help="Tổng hợp báo cáo nhiệm vụ: từ tệp Excel của các cơ quan đến bảng tổng hợp và văn bản trình lãnh đạo.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(__version__, message="%(prog)s %(version)s", cls=Option, help="Show the version and exit.")(
    nvbatch
)
for command in (
    init,
    forms,
    collect,
    check,
    run,
    send,
    publish,
    compare,
    export,
    status,
    quarantine,
    history,
    import_annex,
    rules,
    rebuild,
    verify,
    doctor,
    completion,
    demo,
):
    nvbatch.add_command(command)
