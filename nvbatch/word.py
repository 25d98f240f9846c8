"""A .docx template and a context in, a .docx on disk out: the one room that fills Word documents.

Templates are ordinary Word files with Jinja tags (docxtpl's spelling: ``{{ x }}``, ``{%p if … %}``, ``{%tr for … %}``).
What this room hides: a template is compiled once and filled many times; the environment is sandboxed, escapes
everything and knows no undefined name; every value is cleaned text, never markup or template; line breaks become Word
breaks; native charts are refilled; every value that went in is looked for in the finished document; the file appears
whole or not at all, and the same input gives the same bytes.
"""

from __future__ import annotations

import os
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from nvbatch import chart, viet
from nvbatch.word_xml import WP, C, R, break_lines, drop_empty_last_section, fit_rules, flow_text

_SEEN = "_nvbatch_seen"  # where one rendering notes what it printed; hidden from templates by its name
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_DOCUMENT = "word/document.xml"
_STAMP = (1980, 1, 1, 0, 0, 0)


class WordError(Exception):
    """A document could not be made; the text is Vietnamese and names the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What stands in File > Info."""

    title: str
    author: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: its text parts as Jinja, all other members of the zip as they are."""

    name: str
    members: Mapping[str, bytes]
    parts: Mapping[str, jinja2.Template]
    charts: Mapping[str, str]  # name of a drawing → its chart part
    variables: frozenset[str]

    def render(
        self,
        context: Mapping[str, Any],
        path: Path,
        *,
        properties: Properties,
        charts: Mapping[str, chart.Bars] | None = None,
    ) -> None:
        """Write the filled document to ``path``. ``charts``: name of a drawing → its figures.
        Raises WordError; then nothing is written."""
        members = dict(self.members)
        for part, compiled in self.parts.items():
            members[part] = self._fill(compiled, context)
        for drawing, bars in (charts or {}).items():
            members |= self._refilled(drawing, bars)
        members["docProps/core.xml"] = _core(properties)
        _save(members, path)

    def _fill(self, compiled: jinja2.Template, context: Mapping[str, Any]) -> bytes:
        seen: list[str] = []
        try:
            tree = etree.fromstring(compiled.render({**context, _SEEN: seen}).encode("utf-8"))
        except jinja2.UndefinedError as error:
            raise WordError(f"Mẫu «{self.name}» dùng một tên không có trong dữ liệu: {error.message}.") from error
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise WordError(f"Mẫu «{self.name}» không điền được: {type(error).__name__}.") from error
        except etree.XMLSyntaxError as error:
            raise WordError(f"Mẫu «{self.name}»: thẻ lệnh đặt sai chỗ làm hỏng cấu trúc văn bản.") from error
        break_lines(tree)
        drop_empty_last_section(tree)
        fit_rules(tree)
        xml = bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
        lost = missing_values(flow_text(etree.fromstring(xml)), seen)
        if lost:
            raise WordError(f"Mẫu «{self.name}»: có {len(lost)} giá trị không thấy trong văn bản đã điền.")
        return xml

    def _refilled(self, drawing: str, bars: chart.Bars) -> dict[str, bytes]:
        """The chart part of a drawing and the workbook behind it; nothing when there is no such drawing or no bar."""
        part = self.charts.get(drawing)
        if part is None or not bars.categories:
            return {}
        clean = chart.Bars(
            categories=tuple(_clean(c) for c in bars.categories),
            series=tuple((_clean(name), numbers) for name, numbers in bars.series),
        )
        made = {part: chart.refill(self.members[part], clean)}
        if {*clean.categories, *(name for name, _ in clean.series)} - set(chart.names(made[part])):
            raise WordError(f"Mẫu «{self.name}»: biểu đồ «{drawing}» không nhận đủ số liệu.")
        book = next((to for kind, to in _relations(self.members, part).values() if kind.endswith("/package")), None)
        return made | ({book: chart.data_sheet(clean)} if book else {})


def load(path: Path) -> Template:
    """Compile a template; the same unchanged file is compiled once. Raises WordError."""
    try:
        stat = path.stat()
        return _load(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        raise WordError(f"Không thấy mẫu «{path.name}».") from None
    except (zipfile.BadZipFile, KeyError) as error:
        raise WordError(f"Mẫu «{path.name}» không phải là tệp Word (.docx).") from error


def template_variables(path: Path) -> frozenset[str]:
    """The names that a template asks of its context."""
    return load(path).variables


def document_text(path: Path) -> str:
    """All text of a document in reading order: a line a paragraph, alternative texts of drawings included."""
    with zipfile.ZipFile(path) as archive:
        parts = sorted((n for n in archive.namelist() if _TEXT_PARTS.fullmatch(n)), key=lambda n: n != _DOCUMENT)
        return "\n".join(flow_text(etree.fromstring(archive.read(name))) for name in parts)


def missing_values(text: str, values: Iterable[str]) -> tuple[str, ...]:
    """Those of ``values`` that cannot be found in ``text`` one after the other; spacing does not count."""
    flat, place, lost = " ".join(text.split()), 0, []
    for value in values:
        wanted = " ".join(value.split())
        found = flat.find(wanted, place)
        if found < 0:
            lost.append(value)
        else:
            place = found + len(wanted)
    return tuple(lost)


@lru_cache(maxsize=32)
def _load(path: Path, _changed: int, _size: int) -> Template:
    from docxtpl import DocxTemplate

    patch = DocxTemplate(str(path)).patch_xml
    environment = _environment()
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    parts, variables = {}, set()
    for name in [n for n in members if _TEXT_PARTS.fullmatch(n)]:
        source = patch(members[name].decode("utf-8"))
        if name != _DOCUMENT and "{{" not in source and "{%" not in source:
            continue
        try:
            variables |= meta.find_undeclared_variables(environment.parse(source))
            parts[name] = environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise WordError(f"Mẫu «{path.name}» có thẻ lệnh viết sai: {error.message}.") from error
    if _DOCUMENT not in parts:
        raise KeyError(_DOCUMENT)
    return Template(path.name, members, parts, _charts(members), frozenset(variables))


def _environment() -> jinja2.Environment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined, finalize=_printed)


@jinja2.pass_context
def _printed(context: jinja2.runtime.Context, value: Any) -> Any:
    """What a tag prints: clean text, noted so that it can be looked for afterwards; nothing for None."""
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises: the template asks for what is not there
    text = "" if value is None else _clean(str(value))
    context[_SEEN].append(text)
    return text


def _clean(text: str) -> str:
    """Text that XML can hold; what it cannot becomes U+FFFD."""
    return unicodedata.normalize("NFC", viet.sanitize(text.replace("\r\n", "\n").replace("\r", "\n"))[0])


def _charts(members: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a drawing → chart part, for the charts that the document shows."""
    found = {}
    for shape in etree.fromstring(members[_DOCUMENT]).iter(f"{{{WP}}}docPr"):
        tag = shape.getparent().find(f".//{{{C}}}chart")
        if tag is not None:
            found[str(shape.get("name"))] = _relations(members, _DOCUMENT)[tag.get(f"{{{R}}}id")][1]
    return found


def _relations(members: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type, member) of a part."""
    folder, _, name = part.rpartition("/")
    tree = etree.fromstring(members[f"{folder}/_rels/{name}.rels"])
    return {r.get("Id"): (r.get("Type"), _member(folder, r.get("Target"))) for r in tree}


def _member(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else os.path.normpath(f"{folder}/{target}").replace(os.sep, "/")


def _core(properties: Properties) -> bytes:
    moment = properties.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(_clean(properties.title))}</dc:title>"
        f"<dc:creator>{escape(_clean(properties.author))}</dc:creator><dc:language>vi-VN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    ).encode()


def _save(members: Mapping[str, bytes], path: Path) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"~{path.name}.part")
    try:
        half.write_bytes(stream.getvalue())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
