"""XlsxWriter's workbook, with our own hand where it is slow: the table of texts, and how hard the parts are packed."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
import xlsxwriter.workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable

from nvbatch.press.markup import DECLARATION
from nvbatch.press.package import LEVEL
from nvbatch.press.parts import MAIN
from nvbatch.press.strings import elements

TEXTS_AT_ONCE = 5_000  # of the table, while it is written


class _Texts(SharedStringTable):  # type: ignore[misc]
    """XlsxWriter's table of texts, which is written by our own hand: as it came, a text gets the next place."""

    def __init__(self) -> None:
        super().__init__()
        self.string_table: defaultdict[str, int] = defaultdict()
        self.string_table.default_factory = self.string_table.__len__

    def _get_shared_string_index(self, string: str) -> int:
        return self.string_table[string]

    def _sort_string_data(self) -> None:
        self.string_array, self.string_table = list(self.string_table), defaultdict()
        self.count = self.unique_count = len(self.string_array)


class _Packager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        texts = self.workbook.str_table.string_array
        if not texts:
            return
        place = self._filename("xl/sharedStrings.xml")
        with contextlib.nullcontext(place) if self.in_memory else Path(place).open("w", encoding="utf-8") as file:
            file.write(f'{DECLARATION}<sst xmlns="{MAIN}">')
            for first in range(0, len(texts), TEXTS_AT_ONCE):
                file.write(elements(texts[first : first + TEXTS_AT_ONCE]))
            file.write("</sst>")


class QuickWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook with our table of texts."""

    def __init__(self, path: str, options: dict[str, Any]) -> None:
        super().__init__(path, options)
        self.str_table = _Texts()

    def _get_packager(self) -> _Packager:
        return _Packager()


@contextlib.contextmanager
def packed_quickly() -> Iterator[None]:
    """XlsxWriter knows no level of compression: the usual one takes three times as long to save a quarter."""
    usual = xlsxwriter.workbook.ZipFile
    xlsxwriter.workbook.ZipFile = partial(usual, compresslevel=LEVEL)
    try:
        yield
    finally:
        xlsxwriter.workbook.ZipFile = usual
