"""A .docx template and a context in, a .docx on disk out: the one room that fills Word documents.

Templates are ordinary Word files with Jinja tags (docxtpl's spelling: ``{{ x }}``, ``{%p if … %}``, ``{%tr for … %}``).
What this room hides: a template is compiled once and filled many times; only its text parts are filled, the other
members of the zip are copied; native charts are refilled; every value that went in is looked for in the finished
document (those of plain rows stand there by the way in which rows are made: ``word_rows``); the file appears whole or
not at all, and the same input gives the same bytes.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import jinja2
from lxml import etree

from nvbatch import chart
from nvbatch.press.package import Packed, pack, package
from nvbatch.word_filled import filled
from nvbatch.word_source import DOCUMENT, TEXT_PARTS, TemplateError
from nvbatch.word_template import SEEN, Compiled, Printed, clean, compile_template
from nvbatch.word_xml import (
    WP,
    C,
    R,
    bookmarks,
    drop_empty_last_section,
    fit_rules,
    flow_text,
)

if TYPE_CHECKING:
    from nvbatch.partcache import PartCache

PIECES = 2_000  # of a filled template that are handed on together


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
    """A compiled template, and the charts that it shows: name of a drawing → its chart part. ``packed``: its members

    as they lie in every document that they stand in unchanged.
    """

    name: str
    compiled: Compiled
    charts: Mapping[str, str]
    packed: Mapping[str, Packed]

    @property
    def variables(self) -> frozenset[str]:
        return self.compiled.variables

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
        made = {part: self._fill(source, context) for part, source in self.compiled.parts.items()}
        for drawing, bars in (charts or {}).items():
            made |= self._refilled(drawing, bars)
        made["docProps/core.xml"] = _core(properties)
        _save(package({**self.packed, **{name: pack(data) for name, data in made.items()}}), path)

    def _fill(self, source: jinja2.Template, context: Mapping[str, Any]) -> bytes:
        seen = Printed()
        try:
            stream = source.stream({**context, SEEN: seen})
            stream.enable_buffering(PIECES)
            part = filled(stream, seen.asides)
        except jinja2.UndefinedError as error:
            raise WordError(f"Mẫu «{self.name}» dùng một tên không có trong dữ liệu: {error.message}.") from error
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise WordError(f"Mẫu «{self.name}» không điền được: {type(error).__name__}.") from error
        except etree.XMLSyntaxError as error:
            raise WordError(f"Mẫu «{self.name}»: thẻ lệnh đặt sai chỗ làm hỏng cấu trúc văn bản.") from error
        drop_empty_last_section(part.tree)
        fit_rules(part.tree)
        shown = "\n".join(part.attributes())
        lost = (*missing_values(part.text(), seen.text), *(v for v in seen.attributes if v not in shown))
        if lost:
            raise WordError(f"Mẫu «{self.name}»: có {len(lost)} giá trị không thấy trong văn bản đã điền.")
        return part.xml()

    def _refilled(self, drawing: str, bars: chart.Bars) -> dict[str, bytes]:
        """The chart part of a drawing and the workbook behind it; nothing when there is no such drawing or no bar."""
        part = self.charts.get(drawing)
        if part is None or not bars.categories:
            return {}
        shown = chart.Bars(
            categories=tuple(clean(c) for c in bars.categories),
            series=tuple((clean(name), numbers) for name, numbers in bars.series),
        )
        members = self.compiled.members
        made = {part: chart.refill(members[part], shown)}
        if {*shown.categories, *(name for name, _ in shown.series)} - set(chart.names(made[part])):
            raise WordError(f"Mẫu «{self.name}»: biểu đồ «{drawing}» không nhận đủ số liệu.")
        book = next((to for kind, to in _relations(members, part).values() if kind.endswith("/package")), None)
        return made | ({book: chart.data_sheet(shown)} if book else {})


def load(path: Path, kept: PartCache | None = None) -> Template:
    """Compile a template; the same unchanged file is compiled once. ``kept``: what needs not be made of it again.
    Raises WordError."""
    try:
        stat = path.stat()
        return _load(path, stat.st_mtime_ns, stat.st_size, kept)
    except FileNotFoundError:
        raise WordError(f"Không thấy mẫu «{path.name}».") from None


def template_variables(path: Path) -> frozenset[str]:
    """The names that a template asks of its context."""
    return load(path).variables


def document_text(path: Path) -> str:
    """All text of a document in reading order: a line a paragraph, alternative texts of drawings included."""
    with zipfile.ZipFile(path) as archive:
        parts = sorted((n for n in archive.namelist() if TEXT_PARTS.fullmatch(n)), key=lambda n: n != DOCUMENT)
        return "\n".join(flow_text(etree.fromstring(archive.read(name))) for name in parts)


def document_places(path: Path) -> dict[str, str]:
    """Bookmark → the text that stands in it, as written in the file. Raises WordError when it is no document."""
    try:
        with zipfile.ZipFile(path) as archive:
            return bookmarks(archive.read(DOCUMENT))
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise WordError(f"«{path.name}» không phải là tệp Word (.docx).") from error


def missing_values(text: str, values: Iterable[str]) -> tuple[str, ...]:
    """Those of ``values`` that cannot be found in ``text`` one after the other; spacing does not count."""
    flat, place, lost = "".join(text.split()), 0, []
    for value in values:
        wanted = "".join(value.split())
        found = flat.find(wanted, place)
        if found < 0:
            lost.append(value)
        else:
            place = found + len(wanted)
    return tuple(lost)


@lru_cache(maxsize=32)
def _load(path: Path, _changed: int, _size: int, kept: PartCache | None) -> Template:
    try:
        compiled = compile_template(path, kept)
    except TemplateError as error:
        raise WordError(f"Mẫu «{path.name}» {error}.") from error
    packed = {name: pack(data) for name, data in compiled.members.items()}
    return Template(path.name, compiled, _charts(compiled.members), packed)


def _charts(members: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a drawing → chart part, for the charts that the document shows."""
    found = {}
    for shape in etree.fromstring(members[DOCUMENT]).iter(f"{{{WP}}}docPr"):
        tag = shape.getparent().find(f".//{{{C}}}chart")
        if tag is not None:
            found[str(shape.get("name"))] = _relations(members, DOCUMENT)[tag.get(f"{{{R}}}id")][1]
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
        f"<dc:title>{escape(clean(properties.title))}</dc:title>"
        f"<dc:creator>{escape(clean(properties.author))}</dc:creator><dc:language>vi-VN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    ).encode()


def _save(document: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"~{path.name}.part")
    try:
        half.write_bytes(document)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
