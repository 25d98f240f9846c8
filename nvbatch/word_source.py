"""A .docx template in, its members and the Jinja source of those with text out: the room that hides docxtpl."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nvbatch.partcache import PartCache

DOCUMENT = "word/document.xml"
TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")

_PLAIN_TEXT = re.compile(r"<w:t>")
_ATTRIBUTE = re.compile(r'="[^"<>]*{{[^"<>]*"')
_EXPRESSION = re.compile(r"{{(.*?)}}")


class TemplateError(Exception):
    """A template cannot be used; the text is Vietnamese and says where, but not in which file."""


def members_of(path: Path) -> dict[str, bytes]:
    """Raises TemplateError, and OSError when the file cannot be read at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, RuntimeError, zlib.error) as error:
        raise TemplateError("không phải là tệp Word (.docx)") from error
    if DOCUMENT not in members:
        raise TemplateError("không phải là tệp Word (.docx)")
    return members


def sources_of(path: Path, members: Mapping[str, bytes], kept: PartCache | None = None) -> dict[str, str]:
    """Member → source, of those in which there is something to fill in. ``kept``: the sources of templates that have
    been seen before, by the digest of their bytes; they are text, of which nothing has been compiled.

    Raises TemplateError.
    """
    if kept is None:
        return _tagged(path, members)
    key = hashlib.sha256(path.read_bytes()).hexdigest()
    found = kept.read(key)
    if found is None:
        made = _tagged(path, members)
        kept.write(key, json.dumps(made).encode())
        return made
    known: dict[str, str] = json.loads(found)
    return known


def _tagged(path: Path, members: Mapping[str, bytes]) -> dict[str, str]:
    return {n: s for n, s in _sources(path, members) if n == DOCUMENT or "{{" in s or "{%" in s}


def _sources(path: Path, members: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Name and source of each part with text; docxtpl takes tags apart from Word's own markup."""
    from docxtpl import DocxTemplate

    patch = DocxTemplate(str(path)).patch_xml
    for name in filter(TEXT_PARTS.fullmatch, members):
        try:
            yield name, _source(patch(members[name].decode("utf-8")))
        except UnicodeDecodeError as error:
            raise TemplateError("không phải là tệp Word (.docx)") from error


def _source(xml: str) -> str:
    """The patched XML, made ready for text with spaces at its edges and for values inside attributes."""
    xml = _PLAIN_TEXT.sub('<w:t xml:space="preserve">', xml)
    return _ATTRIBUTE.sub(lambda found: _EXPRESSION.sub(r"{{ (\1)|flat }}", found[0]), xml)
