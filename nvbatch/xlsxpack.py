"""XlsxWriter's workbook, with our own hand where it is slow: the table of texts, and how its parts are packed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipInfo

import xlsxwriter
import xlsxwriter.workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable

from nvbatch.press.finished import NOTHING
from nvbatch.press.flow import Flow, Parcel, Stretch, stretch
from nvbatch.press.markup import DECLARATION
from nvbatch.press.parts import MAIN
from nvbatch.press.strings import elements

ROOM = 128  # places of the table of texts, of which free ones are filled up
Flows = dict[str, tuple[int, Flow]]  # part → after so many bytes of it stands what lies finished


class _Places(dict[str, int]):
    """Texts → their places in the table; a new one gets the next place. ``taken``: so many there are already."""

    taken = 0

    def __missing__(self, text: str) -> int:
        made = self[text] = self.taken
        self.taken += 1
        return made

    def setdefault(self, text: str, _: int = 0) -> int:
        return self[text]


class _Texts(SharedStringTable):  # type: ignore[misc]
    """XlsxWriter's table of texts, which is written by our own hand, some of it before all of it is known."""

    def __init__(self, flow: Callable[[], Flow]) -> None:
        super().__init__()
        self.string_table = _Places()
        self._flow, self._begun, self._written = flow, list[Flow](), 0

    @property
    def places(self) -> int:
        """So many are taken."""
        return self.string_table.taken

    def take(self, finished: Stretch, places: int) -> None:
        """Texts that lie finished and take so many places."""
        self._up_to_now().place(finished)
        self.string_table.taken += places

    def settle(self) -> None:
        """A few texts more or less than last time must not move what comes now: some places stay free."""
        if free := -self.places % ROOM:
            self.take(stretch(NOTHING * free), free)

    def finished(self) -> Flow | None:
        """All of it, when nothing comes any more."""
        return self._up_to_now() if self.places else None

    def _up_to_now(self) -> Flow:
        if not self._begun:
            self._begun.append(self._flow())
            self._begun[0].write(f'{DECLARATION}<sst xmlns="{MAIN}">'.encode())
        texts = list(islice(self.string_table, self._written, None))
        self._begun[0].write(elements(texts).encode())
        self._written += len(texts)
        return self._begun[0]

    def _get_shared_string_index(self, string: str) -> int:
        return self.string_table[string]

    def _sort_string_data(self) -> None:
        self.count = self.unique_count = self.places
        self.string_array = {place: text for text, place in self.string_table.items()}


class _Packager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        made = self.workbook.str_table.finished()
        if made is not None:
            name = "xl/sharedStrings.xml"
            self.workbook.flows[name] = 0, made
            self._filename(name).write("</sst>")


class QuickWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook with our table of texts, of which some parts lie finished. ``scratch`` gives files for

    them; the other parts are small and made in memory.
    """

    def __init__(self, path: str, options: dict[str, Any], scratch: Callable[[], IO[bytes]] = BytesIO) -> None:
        super().__init__(path, {**options, "in_memory": True})
        self.flows: Flows = {}
        self._scratch = scratch
        self.str_table = _Texts(self.flow)

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
