"""Steps of a run in, one line that changes in place on the terminal out; where there is no terminal, nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _

from nvbatch.cli.frame import Ask
from nvbatch.console import width
from nvbatch.progress import listening


@contextmanager
def watched(ask: Ask) -> Iterator[None]:
    """Show the steps of the block on stderr; the line is gone when the block ends."""
    if ask.console.quiet or not sys.stderr.isatty():
        yield
        return
    line = _Line()
    try:
        with listening(line.show):
            yield
    finally:
        line.clear()


class _Line:
    """One line of a terminal, written over again and again; spaces wipe it, which every console understands."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, step: str, done: int, of: int) -> None:
        text = _words(step)
        if text:
            self._write(f"{text} {done}/{of}" if of else f"{text}…")

    def clear(self) -> None:
        self._write("")
        sys.stderr.write("\r")
        sys.stderr.flush()

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text + " " * (self._shown - width(text)))
        sys.stderr.flush()
        self._shown = width(text)


def _words(step: str) -> str:
    return {
        "collect": _("Thu nhận thư, tệp"),
        "read": _("Đọc tệp"),
        "judge": _("Kiểm tra, đối chiếu"),
        "returns": _("Làm bản trả lại"),
        "master": _("Làm bảng tổng hợp"),
        "documents": _("Làm văn bản trình"),
        "keep": _("Lưu kết quả"),
    }.get(step, "")
