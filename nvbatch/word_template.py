"""A .docx template in, its text parts compiled for filling out; a tag that is written wrong is named with its place.

What this room hides: the sandbox that a template's tags run in. The environment escapes everything, knows no undefined
name, and reaches nothing but the values of the context; what a tag prints is cleaned text, its line breaks and tabs are
Word's own, and it is noted so that it can be looked for afterwards.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from nvbatch import viet
from nvbatch.word_filled import Aside, rows_aside
from nvbatch.word_rows import ROWS, Fields, Pieces, rows_of, with_quick_rows
from nvbatch.word_source import TemplateError, members_of, sources_of

if TYPE_CHECKING:
    from nvbatch.partcache import PartCache

SEEN = "_nvbatch_seen"  # where one rendering notes what it printed; hidden from templates by its name

LONG_TEXT = 80_000  # characters of a table's rows, as many as some sixty rows have
_BREAK, _TAB = '</w:t><w:br/><w:t xml:space="preserve">', '</w:t><w:tab/><w:t xml:space="preserve">'
_TAG = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)
_SAID = 40  # characters of the words before a wrong tag that are quoted


class _Markup(str):
    """Text that is finished XML: not escaped again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class Printed:
    """What one rendering printed, in order: in running text, and in attributes (the words behind a picture)."""

    text: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    made: dict[str, tuple[str, _Markup]] = field(default_factory=dict)  # what the tables repeat is made once
    asides: list[Aside] = field(default_factory=list)

    def clean(self, value: str) -> _Markup:
        """Note a text and give it as Word's markup."""
        text, shown = self.shown(value)
        self.text.append(text)
        return shown

    def finished(self, rows: list[str]) -> _Markup:
        """Rows of a table, whose values are seen by the way in which they are made. A long table keeps the first."""
        if sum(map(len, rows)) > LONG_TEXT:
            rows[1:] = [rows_aside("".join(rows[1:]).encode(), self.asides)]
        return _Markup("".join(rows))

    def all_shown(self, values: Sequence[str]) -> list[str]:
        """Each text as Word's markup."""
        for value in set(values).difference(self.made):
            self.shown(value)
        return [self.made[value][1] for value in values]

    def shown(self, value: str) -> tuple[str, _Markup]:
        """A text as it is looked for, and as Word's markup."""
        if (known := self.made.get(value)) is None:
            text = clean(value)
            shown = escape(text)
            if "\n" in text or "\t" in text:
                shown = shown.replace("\n", _BREAK).replace("\t", _TAB)
            known = self.made[value] = text, _Markup(shown)
        return known


@dataclass(frozen=True, slots=True)
class Compiled:
    """The members of the zip as they are; of those with text the source, and the source compiled to fill."""

    members: Mapping[str, bytes]
    sources: Mapping[str, str]
    parts: Mapping[str, jinja2.Template]

    def trees(self) -> tuple[nodes.Template, ...]:
        """The sources as parsed, for those who want to look at their names."""
        return tuple(_environment().parse(source) for source in self.sources.values())

    @property
    def variables(self) -> frozenset[str]:
        """The names that the template asks of its context."""
        return frozenset(name for tree in self.trees() for name in meta.find_undeclared_variables(tree))


def compile_template(path: Path, kept: PartCache | None = None) -> Compiled:
    """``kept`` as in :func:`sources_of`. Raises TemplateError, and OSError when the file cannot be read at all."""
    members = members_of(path)
    sources = sources_of(path, members, kept)
    environment, parts = _environment(), {}
    for name, source in sources.items():
        try:
            parts[name] = environment.from_string(with_quick_rows(environment.parse(source)))
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(f"có thẻ lệnh viết sai: {_explained(error)}, {_where(environment, source)}") from error
    return Compiled(members, sources, parts)


def clean(text: str) -> str:
    """Text that XML can hold; what it cannot becomes U+FFFD, line ends become line feeds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = viet.sanitize(text)[0]
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# --- the sandbox --------------------------------------------------------------------------------


class _Sandbox(ImmutableSandboxedEnvironment):
    """Rows are asked thousands of times for their fields: a field of ours is given without the long examination."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _fields(obj.__class__):
            return getattr(obj, attribute)
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def column(self, rows: Sequence[Any], attribute: str) -> list[Any]:
        """The same of many rows; rows of one kind are examined once."""
        kinds = set(map(type, rows))
        if len(kinds) == 1 and attribute in _fields(kinds.pop()):
            return list(map(attrgetter(attribute), rows))
        return [self.getattr(row, attribute) for row in rows]


@lru_cache(maxsize=256)
def _fields(kind: type) -> frozenset[str]:
    """The public fields and properties of a row of ours; nothing of any other kind of value."""
    if not dataclasses.is_dataclass(kind):
        return frozenset()
    given = {name for name, what in vars(kind).items() if isinstance(what, property)}
    return frozenset(name for name in given | {f.name for f in dataclasses.fields(kind)} if name[:1] != "_")


class _Flat(str):
    """Text for an attribute: one line."""

    __slots__ = ()


def _environment() -> jinja2.Environment:
    made = _Sandbox(autoescape=True, undefined=jinja2.StrictUndefined, finalize=_printed)
    made.filters[ROWS] = _rows
    made.filters["flat"] = lambda value: value if isinstance(value, jinja2.Undefined) else _Flat(value or "")
    return made


@jinja2.pass_context
def _printed(context: jinja2.runtime.Context, value: Any) -> Any:
    """What a tag prints: clean text, noted so that it can be looked for afterwards; nothing for None."""
    if type(value) is _Markup:
        return value
    text, seen = _text(value), _seen(context)
    if isinstance(value, _Flat):
        flat = " ".join(clean(value).split())
        seen.attributes.append(flat)
        return flat
    return seen.clean(text)


@jinja2.pass_context
def _rows(context: jinja2.runtime.Context, rows: Iterable[Any], pieces: Pieces, fields: Fields) -> _Markup:
    """The rows of a loop that does nothing but print fields of them."""
    seen, sandbox = _seen(context), context.environment
    assert isinstance(sandbox, _Sandbox)

    def made(rows: Iterable[Any], pieces: Pieces, fields: Fields) -> list[str]:
        given = list(rows)
        return list(rows_of(pieces, [column(given, field) for field in fields]))

    def column(rows: Sequence[Any], field: Any) -> list[str]:
        if isinstance(field, str):
            return seen.all_shown(list(map(_text, sandbox.column(rows, field))))
        name, *inner = field
        return ["".join(made(within, *inner)) for within in sandbox.column(rows, name)]

    return seen.finished(made(rows, pieces, fields))


def _text(value: Any) -> str:
    """Raises UndefinedError when the template asks for what is not there."""
    return "" if value is None else str(value)


def _seen(context: jinja2.runtime.Context) -> Printed:
    seen: Printed = context.parent[SEEN]
    return seen


# --- what is wrong, and where -------------------------------------------------------------------


def _explained(error: jinja2.TemplateSyntaxError) -> str:
    said = error.message or ""
    unknown = re.search(r"unknown tag '(\w+)'", said)
    missing = re.search(r"looking for the following tags: '(\w+)'", said)
    if unknown:
        end = unknown[1].startswith(("end", "el"))
        return f"thẻ «{unknown[1]}» {'không có thẻ mở đi trước' if end else 'không có trong ngôn ngữ mẫu'}"
    if "end of template" in said and missing:
        return f"thiếu thẻ kết thúc «{'endfor' if 'endfor' in said else 'endif' if 'endif' in said else missing[1]}»"
    return f"dấu ngoặc hoặc tên viết sai ({said.rstrip('.')})"


def _where(environment: jinja2.Environment, source: str) -> str:
    """``tại «{{ x y }}», sau chữ «Kính gửi:»``: each tag is put on a line of its own and parsed again."""
    lined = "\n".join(_apart(source.replace("\n", " ")))
    try:
        environment.parse(lined)
    except jinja2.TemplateSyntaxError as error:
        lines = lined.split("\n")
        at = min(error.lineno, len(lines)) - 1
        tag = next((line for line in reversed(lines[: at + 1]) if _TAG.match(line) or line.startswith("{")), "")
        before = [words for line in lines[: lines.index(tag) if tag in lines else at] if (words := _words(line))]
        shown = " ".join(re.sub(r"<[^>]*>", "", tag).split())[:80]
        return f"tại «{shown}»" + (f", sau chữ «{before[-1][-_SAID:].strip()}»" if before else ", ở đầu văn bản")
    return "ở một chỗ không xác định được"


def _apart(source: str) -> Iterator[str]:
    place = 0
    for found in _TAG.finditer(source):
        yield source[place : found.start()]
        yield found[0]
        place = found.end()
    yield source[place:]


def _words(xml: str) -> str:
    """The words of a piece of markup that is no tag of ours."""
    return "" if xml.startswith("{") else " ".join(" ".join(re.findall(r"<w:t[^>]*>([^<]*)", xml)).split())
