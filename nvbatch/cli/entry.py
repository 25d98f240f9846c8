"""Arguments in, exit status out: 0 done, 1 found, 2 usage or configuration, 3 in part, 4 held, 130 interrupted."""

from __future__ import annotations

import atexit
import io
import os
import re
import sys
import threading
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import NoReturn

import click

from nvbatch.cli.frame import DONE, HELD, INTERRUPTED, PARTLY, USAGE
from nvbatch.console import LANGUAGES, Console, open_streams, speak, tone


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Never raises for a user's mistake, a held workspace, a full disk or Ctrl-C."""
    words = list(sys.argv[1:] if argv is None else argv)
    open_streams()
    speak(_language(words))
    console = Console(json="--json" in words)
    try:
        from nvbatch.cli.commands import nvbatch

        status = nvbatch.main(words, prog_name="nvbatch", standalone_mode=False)
        return status if isinstance(status, int) else DONE
    except (click.Abort, KeyboardInterrupt):
        return _fail(console, INTERRUPTED, _("Đã dừng theo yêu cầu; không có gì bị ghi dở."))
    except click.ClickException as error:
        console.warn(_complaint(error))
        return _fail(console, USAGE, quoted(error.format_message()), shown=True)
    except BrokenPipeError:  # the reader of a pipe went away: not our failure, and nothing to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _fail(console, *_explain(error))


def start() -> NoReturn:
    """The whole process of one command. It ends at once when all is said: Python would first take apart, one by one,
    the hundred thousand tasks of a province that the system takes back in one piece."""
    status = main()
    if threading.active_count() > 1:
        sys.exit(status)
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # a reader that went away, a full disk, no stream: as Python does it
        sys.exit(status)
    os._exit(status)


def _language(words: Sequence[str]) -> str:
    """The language is needed before click reads the options, since click's own complaints speak it too."""
    for word, after in zip(words, [*words, ""][1:], strict=True):
        asked = after if word == "--lang" else word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]


def _complaint(error: click.ClickException) -> str:
    """What click would show, with words quoted as everywhere else."""
    shown = io.StringIO()
    error.show(shown)
    return quoted(shown.getvalue().rstrip())


def quoted(text: str) -> str:
    """«word» where click writes 'word'."""
    return re.sub(r"'([^'\n]+)'", r"«\1»", text)


def _explain(error: Exception) -> tuple[int, str]:
    from nvbatch.config import ConfigError  # imported only here, so that a command starts without them
    from nvbatch.lock import Held
    from nvbatch.register_sheets import RegisterError
    from nvbatch.workspace import WorkspaceError

    if isinstance(error, Held):
        return HELD, str(error)
    if isinstance(error, (ConfigError, WorkspaceError, RegisterError)):
        return USAGE, str(error)
    if os.environ.get("NVBATCH_TRACE"):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, OSError):
        return PARTLY, _disk(error)
    if type(error).__module__.partition(".")[0] == "yaml":
        return USAGE, _(
            "Một tệp trong schemas/ của thư mục làm việc không đọc được. Chạy «nvbatch doctor» để biết tệp nào."
        )
    # The text of a stray exception may quote cells: only its kind and our own line are shown.
    text = _("Lỗi của chương trình ({error}). Dữ liệu đã nhận vẫn còn nguyên; hãy báo người quản trị kèm dòng này.")
    return PARTLY, text.format(error=f"{type(error).__name__} · {_where(error)}")


def _disk(error: OSError) -> str:
    wanted = error.filename2 or error.filename  # of a rename: the name that was wanted, not our temporary one
    name = Path(str(wanted)).name if wanted else ""
    if isinstance(error, PermissionError):
        text = _(
            "Không ghi, đọc được «{name}»: tệp đang mở ở chương trình khác hoặc thiếu quyền. Đóng tệp rồi chạy lại."
        )
        return text.format(name=name)
    text = _("Máy báo lỗi khi đọc, ghi «{name}»: {reason}. Không có dữ liệu nào bị mất; xử lý xong hãy chạy lại.")
    return text.format(name=name, reason=os.strerror(error.errno) if error.errno else type(error).__name__)


def _where(error: Exception) -> str:
    """The innermost line of our own that the exception went through."""
    house, found, step = str(Path(__file__).parent.parent), "?", error.__traceback__
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        found = f"{path.name}:{step.tb_lineno}" if path.is_relative_to(house) else found
        step = step.tb_next
    return found


def _fail(console: Console, status: int, message: str, *, shown: bool = False) -> int:
    if not shown:
        console.warn(tone(message, "bad"))
    console.give({"exit": status, "error": message})
    return status
