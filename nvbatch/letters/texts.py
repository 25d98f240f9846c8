"""A template of the Office (`thu-*.txt`) and values in, subject and text of a mail out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch.form import packaged

if TYPE_CHECKING:
    from jinja2 import Template


class LetterError(Exception):
    """A template of the Office cannot be filled; the text is Vietnamese and names the file and the place."""


class Texts:
    """The templates of one desk, each read once. ``overrides``: the workspace's own ones."""

    def __init__(self, overrides: Path | None) -> None:
        self._read = cache(lambda name: packaged("templates", name, overrides).read_text(encoding="utf-8-sig"))

    def make_ready(self, name: str) -> None:
        """Read and compile one; what is wrong with it is told where it is used."""
        with suppress(Exception):
            _template(self._read(name))

    def compose(self, name: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (the first line) and text. Values are data: nothing in them is ever read as a template."""
        return _composed(name, values, self._read)


def compose(name: str, values: Mapping[str, Any], overrides: Path | None) -> tuple[str, str]:
    """One text alone; see :meth:`Texts.compose`."""
    return Texts(overrides).compose(name, values)


def _composed(name: str, values: Mapping[str, Any], read: Callable[[str], str]) -> tuple[str, str]:
    from jinja2 import TemplateError

    try:
        text = _template(read(name)).render(values)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f", dòng {line}" if line else ""
        raise LetterError(f"Mẫu thư {name}{place}: {error.message or type(error).__name__}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise LetterError(f"Mẫu thư {name}: không đọc được ({type(error).__name__}).") from None
    subject, _, body = text.strip().partition("\n")
    if not subject.strip() or not body.strip():
        raise LetterError(f"Mẫu thư {name}: thiếu dòng tiêu đề hoặc nội dung thư.")
    return subject.strip(), _tidy(body)


@lru_cache(maxsize=32)
def _template(text: str) -> Template:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Room(SandboxedEnvironment):
        """What letters are given are plain rows: what one holds under a name is given without a long examination."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)

    room = Room(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return room.from_string(text)


def _tidy(text: str) -> str:
    """No blanks at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
