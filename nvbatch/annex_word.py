"""A Word document's bytes in; its tables as grids, each with the lines of text that stand above it, out.

Rows and cells are walked in the raw tree: merged cells, content controls, tracked changes and automatic numbers as a
person sees them on the page.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from nvbatch.config import Intake
from nvbatch.grid import BLANK, Cell, Grid, TooMuch, Unreadable
from nvbatch.word_numbers import Numbers
from nvbatch.word_xml import w

_MB = 1024 * 1024
_DOCUMENT = "/officeDocument"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_THROUGH = frozenset(w(name) for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_GONE = frozenset(w(name) for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_OFF = ("0", "false", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTable:
    """A table as a grid (row and column numbers are the table's own) and the lines since the table before it."""

    above: tuple[str, ...]
    grid: Grid


def read_word(data: bytes, limits: Intake) -> tuple[WordTable, ...]:
    """Every table of the body in order. Raises Unreadable or TooMuch."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            main = _target(_relations(archive, ""), _DOCUMENT) or "word/document.xml"
            parts = _relations(archive, main)
            body = _tree(archive, main, limits)
            numbers = Numbers(
                _tree_if_any(archive, _target(parts, "/numbering"), limits),
                _tree_if_any(archive, _target(parts, "/styles"), limits),
            )
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"tệp Word bị hỏng hoặc đặt mật khẩu ({type(error).__name__})") from None
    return tuple(_tables(body, numbers, limits))


# --- the package --------------------------------------------------------------------------------


def _tree(archive: zipfile.ZipFile, part: str, limits: Intake) -> etree._Element:
    most = int(limits.max_inflated_mb * _MB)
    with archive.open(part) as stream:
        xml = stream.read(most + 1)
    if len(xml) > most:
        raise TooMuch("dung lượng sau giải nén", f"tối đa {limits.max_inflated_mb:g} MB")
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _tree_if_any(archive: zipfile.ZipFile, part: str | None, limits: Intake) -> etree._Element | None:
    return _tree(archive, part, limits) if part and part in archive.namelist() else None


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Kind (end of its address) → part, of a part's relationships."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return {}
    tree = etree.fromstring(archive.read(path), etree.XMLParser(resolve_entities=False, no_network=True))
    return {
        f"/{link.get('Type', '').rpartition('/')[2]}": posixpath.normpath(
            link.get("Target", "").lstrip("/")
            if link.get("Target", "").startswith("/")
            else posixpath.join(folder, link.get("Target", ""))
        )
        for link in tree.iter(_RELATION)
        if link.get("TargetMode") != "External"
    }


def _target(relations: dict[str, str], kind: str) -> str | None:
    return relations.get(kind)


# --- tables -------------------------------------------------------------------------------------


def _tables(root: etree._Element, numbers: Numbers, limits: Intake) -> Iterator[WordTable]:
    above: list[str] = []
    count = rows = 0
    for node in _children(root.find(w("body")), w("p"), w("tbl")):
        if node.tag == w("p"):
            text = paragraph_text(node, numbers)
            above += [text] if text.strip() else []
            continue
        count += 1
        grid = _Reader(numbers).grid(node, f"Bảng {count}")
        rows += len(grid.rows)
        if rows > limits.max_rows:
            raise TooMuch(f"{rows} dòng trong các bảng", f"tối đa {limits.max_rows} dòng")
        yield WordTable(above=tuple(above), grid=grid)
        above = []


def _children(node: etree._Element | None, *tags: str) -> Iterator[etree._Element]:
    """Children of these kinds, also those wrapped in content controls or tracked insertions."""
    for child in node if node is not None else ():
        if child.tag in tags:
            yield child
        elif child.tag in _THROUGH:
            yield from _children(child, *tags)


@dataclass(slots=True)
class _Reader:
    """Walks one table and collects its rows, merged areas and struck cells."""

    numbers: Numbers
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    areas: dict[int, list[int]] = field(default_factory=dict)  # column → top, left, bottom, right, still open
    merged: list[list[int]] = field(default_factory=list)
    struck: set[Cell] = field(default_factory=set)

    def grid(self, table: etree._Element, name: str) -> Grid:
        number = 0
        for row in _children(table, w("tr")):
            if row.find(f"{w('trPr')}/{w('del')}") is None:
                number += 1
                self._row(row, number)
        wide = tuple((top, left, bottom, right) for top, left, bottom, right in self.merged
                     if bottom > top or right > left)  # fmt: skip
        return Grid(name=name, rows=tuple(self.rows), merged=wide, struck=frozenset(self.struck))

    def _row(self, row: etree._Element, number: int) -> None:
        cells: list[str] = [BLANK] * _number(row, "trPr", "gridBefore", 0)
        for cell in _children(row, w("tc")):
            span = max(1, _number(cell, "tcPr", "gridSpan", 1))
            text = self._cell(cell, number, len(cells), span)
            cells += [text, *[BLANK] * (span - 1)]
        if any(cells):
            self.rows.append((number, cells))

    def _cell(self, cell: etree._Element, row: int, column: int, span: int) -> str:
        merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
        if merge is not None and merge.get(w("val"), "continue") == "continue" and column in self.areas:
            self.areas[column][2] = row
            return BLANK  # Word shows the first cell only
        area = [row, column, row, column + span - 1]
        self.merged.append(area)
        self.areas.pop(column, None)
        if merge is not None:
            self.areas[column] = area
        lines = [paragraph_text(paragraph, self.numbers) for paragraph in cell.iter(w("p"))]
        if any(_struck(run) for run in cell.iter(w("r"))):
            self.struck.add((row, column))
        return "\n".join(line for line in lines if line.strip()).strip()


def _number(node: etree._Element, holder: str, name: str, default: int) -> int:
    found = node.find(f"{w(holder)}/{w(name)}")
    text = found.get(w("val"), "") if found is not None else ""
    return min(int(text), 1000) if text.isdecimal() else default


def _struck(run: etree._Element) -> bool:
    for name in ("strike", "dstrike"):
        mark = run.find(f"{w('rPr')}/{w(name)}")
        if mark is not None and mark.get(w("val"), "1") not in _OFF and run.find(w("t")) is not None:
            return True
    return False


def paragraph_text(paragraph: etree._Element, numbers: Numbers) -> str:
    """A paragraph as it shows: its automatic number or bullet, then its text without what was deleted."""
    text = "".join(_pieces(paragraph))
    label = numbers.label(paragraph)
    return f"{label} {text}".strip() if label else text


def _pieces(node: etree._Element) -> Iterator[str]:
    for child in node:
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _GONE and child.tag != _FALLBACK and child.tag != w("p"):
            yield from _pieces(child)
