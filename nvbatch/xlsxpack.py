"""XlsxWriter's workbook, with our own hand where it is slow: the table of texts, and how its parts are packed."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipInfo

import xlsxwriter
import xlsxwriter.workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable

from nvbatch.press.flow import Flow, Parcel
from nvbatch.press.markup import DECLARATION
from nvbatch.press.parts import MAIN
from nvbatch.press.strings import elements

TEXTS_AT_ONCE = 5_000  # of the table, while it is written
Flows = dict[str, tuple[int, Flow]]  # part → after so many bytes of it stands what lies finished


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
        name, made = "xl/sharedStrings.xml", self.workbook.flow()
        made.write(f'{DECLARATION}<sst xmlns="{MAIN}">'.encode())
        for first in range(0, len(texts), TEXTS_AT_ONCE):
            made.write(elements(texts[first : first + TEXTS_AT_ONCE]).encode())
        self.workbook.flows[name] = 0, made
        self._filename(name).write("</sst>")


class QuickWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook with our table of texts, of which some parts lie finished. ``scratch`` gives files for

    them; the other parts are small and made in memory.
    """

    def __init__(self, path: str, options: dict[str, Any], scratch: Callable[[], IO[bytes]] = BytesIO) -> None:
        super().__init__(path, {**options, "in_memory": True})
        self.str_table = _Texts()
        self.flows: Flows = {}
        self._scratch = scratch

    def flow(self) -> Flow:
        return Flow(self._scratch())

    def _get_packager(self) -> _Packager:
        return _Packager()

    def _store_workbook(self) -> None:
        with Path(self.filename).open("wb") as file, _packed_by(lambda *_, **__: _Package(file, self.flows)):
            super()._store_workbook()


class _Package:
    """What XlsxWriter asks of a zip file."""

    compression = ZIP_DEFLATED

    def __init__(self, file: IO[bytes], flows: Flows) -> None:
        self._parcel, self._flows = Parcel(file), flows

    def writestr(self, info: ZipInfo, data: bytes) -> None:
        name = info.filename
        if name in self._flows:
            at, flow = self._flows[name]
            self._parcel.add_around(name, data[:at], flow, data[at:])
        else:
            self._parcel.add(name, data)

    def close(self) -> None:
        self._parcel.end()


@contextlib.contextmanager
def _packed_by(package: Callable[..., _Package]) -> Iterator[None]:
    """XlsxWriter knows no level of compression: its own takes ten times as long to save a quarter."""
    usual = xlsxwriter.workbook.ZipFile
    xlsxwriter.workbook.ZipFile = package
    try:
        yield
    finally:
        xlsxwriter.workbook.ZipFile = usual
