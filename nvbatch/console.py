"""Values in, text for a terminal or one JSON document out; the language of the command line is chosen here."""

from __future__ import annotations

import dataclasses
import gettext
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

import click

LANGUAGES = ("vi", "en")
TONES = {"good": "green", "warn": "yellow", "bad": "red", "dim": "bright_black", "head": "cyan"}


def speak(language: str) -> None:
    """Let every ``gettext`` word, ours and click's own, come in this language from here on.

    Our words are written in Vietnamese and looked up for ``en``; click's are English and looked up for ``vi``.
    """
    os.environ["LANGUAGE"] = language  # the one switch that gettext reads before the locale of the machine
    gettext.bindtextdomain("nvbatch", str(Path(__file__).parent / "locale"))
    gettext.textdomain("nvbatch")


def open_streams() -> None:
    """UTF-8 on every console, also a Windows one; a name that is no text is shown with backslashes, not fatal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


@dataclasses.dataclass(frozen=True, slots=True)
class Console:
    """Where a command speaks: people read stdout, or stderr when ``--json`` claims stdout for one document."""

    json: bool = False
    quiet: bool = False

    def say(self, *lines: str) -> None:
        """Text for people; ``--quiet`` swallows it."""
        if not self.quiet:
            for line in lines:
                click.echo(line, err=self.json)

    def warn(self, *lines: str) -> None:
        """What must be read even with ``--quiet``: on stderr."""
        for line in lines:
            click.echo(line, err=True)

    def give(self, document: Mapping[str, Any]) -> None:
        """The one JSON document of a ``--json`` command; nothing otherwise."""
        if self.json:
            import json

            click.echo(json.dumps(plain(document), ensure_ascii=False, indent=1))


def tone(text: str, name: str) -> str:
    """The text in a colour; plain where NO_COLOR is set. On a stream that is no terminal click takes it off again."""
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=TONES[name])


def plain(value: Any) -> Any:
    """Any value of ours as JSON knows it: dataclasses as objects, moments as ISO text, paths with slashes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(inner) for name, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(inner) for inner in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value.as_posix() if isinstance(value, Path) else value


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Lines of a table whose columns stand straight; widths are counted as a terminal shows Vietnamese."""
    body = [tuple(cell or "" for cell in row) for row in rows]
    widths = [max(width(line[i]) for line in (tuple(header), *body)) for i in range(len(header))]
    rule = tuple("─" * size for size in widths)
    return tuple(_line(cells, widths) for cells in (tuple(header), rule, *body))


def width(text: str) -> int:
    """Columns that a text takes: combining marks none, East Asian wide ones two."""
    import unicodedata

    bare = click.unstyle(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in bare)


def moment(at: datetime) -> str:
    """``14/03/2025 16:30``."""
    return f"{at:%d/%m/%Y %H:%M}"


def day(on: date) -> str:
    """``14/03/2025``."""
    return f"{on:%d/%m/%Y}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True)).rstrip()
