"""A workbook of the Office's own in, its sheets column by column out, each when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from nvbatch import sharedstrings, workbookxml
from nvbatch.grid import SheetColumns
from nvbatch.sheetplain import read_columns
from nvbatch.sheets import plain_grids


class OfficeBook(Mapping[str, SheetColumns]):
    """Sheet name → its typed cells ("" when blank). It needs no gate. Raises Unreadable, at once or later.

    A sheet as most programs write it is read by patterns; whatever is out of the ordinary, as calamine sees it.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._parts = data, workbookxml.Parts(data)
        self._package = _package(self._parts)
        self._names = [s.name for s in self._package.sheets] if self._package else list(self._rows)

    def __getitem__(self, name: str) -> SheetColumns:
        return self._by_patterns(name) or SheetColumns.of_rows(self._rows[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _by_patterns(self, name: str) -> SheetColumns | None:
        package = self._package
        part = next((s.part for s in package.sheets if s.name == name), "").casefold() if package else ""
        if package is None or part not in package.parts:
            return None
        xml = self._parts.read(package.parts[part])
        return read_columns(xml, self._strings, package.styles, package.epoch)

    @cached_property
    def _strings(self) -> sharedstrings.Strings:
        part = self._package.strings_part if self._package else None
        return sharedstrings.read_strings(self._parts.read(part)) if part else sharedstrings.Strings()

    @cached_property
    def _rows(self) -> Mapping[str, list[list[Any]]]:
        return plain_grids(self._data)


def _package(parts: workbookxml.Parts) -> workbookxml.Package | None:
    try:
        return workbookxml.open_package(parts)
    except Exception:  # no .xlsx, or a broken one: calamine has the last word
        return None
