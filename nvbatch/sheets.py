"""A workbook that passed the gate in, its sheets as grids of typed values out. The one room of python-calamine.

It hides which library reads what: calamine for speed, our own careful pass wherever calamine would hide something
(error cells, formulas without value, struck text, doubled cells) or allocate a sheet that is mostly nothing.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from nvbatch import biff, ole, sharedstrings, sheetxml, workbookxml
from nvbatch.grid import BLANK, Cell, Grid, TooMuch, Unreadable
from nvbatch.legacy import Run
from nvbatch.passport import Passport
from nvbatch.sheetcells import read_carefully
from nvbatch.sheetcsv import read_csv
from nvbatch.sheetods import read_ods
from nvbatch.sheetplain import read_plainly

if TYPE_CHECKING:
    from nvbatch.config import Intake

_BIG = 8 * 1024 * 1024  # a sheet larger than this is squeezed before it is looked at
_WIDE = 300  # columns
_ROOM = 2000  # rows that are no tasks: title, sections, notes


def open_workbook(
    data: bytes,
    passport: Passport,
    limits: Intake,
    labels: frozenset[str] = frozenset(),
    unread: Callable[[Sequence[str]], Collection[str]] = lambda _: (),
) -> tuple[Grid, ...]:
    """All sheets in order. Raises TooMuch or Unreadable.

    ``labels`` (folded) help to guess a .csv's encoding. ``unread`` says of all sheet names of an .xlsx which sheets
    nobody needs.
    """
    kind = passport.format
    if kind == "csv":
        return (read_csv(data, labels, max_rows=_most(limits), limit=limits.max_rows),)
    if kind == "ods":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return read_ods(archive.read("content.xml"), max_rows=_most(limits), max_sheets=limits.max_sheets)
    if kind in ("xlsx", "xlsm"):
        return tuple(_xlsx(data, passport, limits, unread))
    return tuple(_calamine(data, limits))


def plain_grids(data: bytes) -> Mapping[str, list[list[Any]]]:
    """Sheet name → rows of typed cells ("" when blank), from A1: for the Office's own register, which needs no gate.

    Each sheet is read when it is asked for. Raises Unreadable, then or now.
    """
    return _PlainGrids(data)


class _PlainGrids(Mapping[str, list[list[Any]]]):
    """A workbook as calamine sees it."""

    def __init__(self, data: bytes) -> None:
        from python_calamine import CalamineWorkbook

        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except Exception as error:  # the library's errors share no base class
            raise Unreadable(type(error).__name__) from None

    def __getitem__(self, name: str) -> list[list[Any]]:
        try:
            rows: list[list[Any]] = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except Exception as error:
            raise Unreadable(type(error).__name__) from None
        return rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._book.sheet_names)

    def __len__(self) -> int:
        return len(self._book.sheet_names)


def _most(limits: Intake) -> int:
    return limits.max_rows + _ROOM


# --- .xls, .xlsb --------------------------------------------------------------------------------


def _calamine(data: bytes, limits: Intake) -> Iterator[Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if len(book.sheets_metadata) > limits.max_sheets:
        raise TooMuch(f"{len(book.sheets_metadata)} trang tính", f"tối đa {limits.max_sheets} trang")
    signs = _biff_signs(data, len(book.sheets_metadata))
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ == SheetTypeEnum.WorkSheet:
            sheet, found = book.get_sheet_by_index(index), signs[index]
            rows = _filled(sheet.to_python(skip_empty_area=False))
            yield Grid(
                name=meta.name,
                visible=meta.visible == SheetVisibleEnum.Visible,
                rows=_bounded(rows, limits),
                merged=_merged(sheet),
                hidden_rows=frozenset(found.hidden_rows),
                hidden_columns=frozenset(found.hidden_columns),
                folded_columns=frozenset(found.folded_columns),
                faults=found.faults,
                percents=frozenset(found.percents),
                runs=_in_old_fonts(rows, found.old_fonts),
            )


def _biff_signs(data: bytes, sheets: int) -> tuple[biff.SheetSigns, ...]:
    """What calamine hides of an .xls; nothing where the stream is not as expected (then calamine has the word)."""
    nothing = tuple(biff.SheetSigns() for _ in range(sheets))
    if not data.startswith(ole.SIGNATURE):
        return nothing
    try:
        found = biff.signs(ole.Ole(data).stream("Workbook", "Book") or b"")
    except (ole.OleError, struct.error, IndexError, ValueError):
        return nothing
    return found if len(found) == sheets else nothing


def _in_old_fonts(rows: tuple[tuple[int, list[Any]], ...], fonts: dict[Cell, str]) -> dict[Cell, tuple[Run, ...]]:
    if not fonts:
        return {}
    cells = (((number, column), cell) for number, row in rows for column, cell in enumerate(row))
    return {place: ((cell, fonts[place]),) for place, cell in cells if place in fonts and isinstance(cell, str)}


def _filled(rows: list[list[Any]]) -> tuple[tuple[int, list[Any]], ...]:
    """The rows that hold something; where a stray cell has made them very wide, each only as long as it is."""
    found = ((number, row) for number, row in enumerate(rows, 1) if row.count(BLANK) != len(row))
    if rows and len(rows[0]) > _WIDE:
        return tuple((number, _trimmed(row)) for number, row in found)
    return tuple(found)


def _trimmed(row: list[Any]) -> list[Any]:
    end = len(row)
    while end and row[end - 1] == BLANK:
        end -= 1
    return row[:end]


def _bounded(rows: tuple[tuple[int, list[Any]], ...], limits: Intake) -> tuple[tuple[int, list[Any]], ...]:
    if len(rows) > _most(limits):
        raise TooMuch(f"{len(rows)} dòng có nội dung", f"tối đa {limits.max_rows} dòng")
    return rows


def _merged(sheet: Any) -> tuple[tuple[int, int, int, int], ...]:
    ranges = sheet.merged_cell_ranges or ()
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


# --- .xlsx, .xlsm -------------------------------------------------------------------------------


def _xlsx(
    data: bytes, passport: Passport, limits: Intake, unread: Callable[[Sequence[str]], Collection[str]]
) -> Iterator[Grid]:
    try:
        reader = _XlsxReader(data, limits, passport)
    except (expat.ExpatError, KeyError, ValueError):
        if passport.careful:
            raise
        yield from _calamine(data, limits)  # styles or relationships are amiss: it asks less of them
        return
    yield from reader.grids(unread([sheet.name for sheet in reader.package.sheets]))


@dataclass(slots=True)
class _XlsxReader:
    """One package: every sheet is read by patterns, else looked at in the raw and read by calamine or carefully."""

    data: bytes
    limits: Intake
    passport: Passport
    archive: workbookxml.Parts = field(init=False)
    package: workbookxml.Package = field(init=False)
    known_strings: sharedstrings.Strings | None = None
    book: Any = None

    def __post_init__(self) -> None:
        self.archive = workbookxml.Parts(self.data, self.passport.names, self.passport.parts)
        self.package = workbookxml.open_package(self.archive)
        if len(self.package.sheets) > self.limits.max_sheets:
            raise TooMuch(f"{len(self.package.sheets)} trang tính", f"tối đa {self.limits.max_sheets} trang")

    def grids(self, unread: Collection[str]) -> Iterator[Grid]:
        for sheet in self.package.sheets:
            part = self.package.parts.get(sheet.part.casefold())
            if part is None:
                raise Unreadable(f"tệp bị hỏng (thiếu phần nội dung của trang «{sheet.name}»)")
            if sheet.name not in unread:
                yield self.grid(sheet, part)

    def grid(self, sheet: workbookxml.SheetPart, part: str) -> Grid:
        xml = self.sheet_xml(part)
        plain = self.plainly(sheet, xml)
        if plain is not None:
            return plain
        mostly_empty = len(xml) < self.archive.size(part) // 4
        distrust = self.passport.careful or self.package.styles.old_fonts or mostly_empty
        if distrust or sheetxml.needs_care(xml):
            return self.carefully(sheet, xml)
        return self.fast(sheet, xml) or self.carefully(sheet, xml)

    def sheet_xml(self, part: str) -> bytes:
        if self.archive.size(part) < _BIG:
            return self.archive.read(part)
        with self.archive.archive.open(part) as stream:
            return sheetxml.squeeze(iter(lambda: stream.read(1 << 20), b""))

    def fast(self, sheet: workbookxml.SheetPart, xml: bytes) -> Grid | None:
        """By calamine; None where it fails, and then our own pass has the last word."""
        try:
            if self.book is None:
                from python_calamine import CalamineWorkbook

                self.book = CalamineWorkbook.from_filelike(io.BytesIO(self.data))
            seen = self.book.get_sheet_by_name(sheet.name)
            rows = _filled(seen.to_python(skip_empty_area=False))
            merged = _merged(seen) if b"<mergeCell" in xml else ()
        except MemoryError:
            raise
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # calamine's PanicException is no Exception
            return None
        found = sheetxml.signs(xml, self.package.styles)
        return Grid(
            name=sheet.name,
            visible=sheet.visible,
            rows=_bounded(rows, self.limits),
            merged=merged,
            hidden_rows=found.hidden_rows,
            hidden_columns=found.hidden_columns,
            folded_columns=found.folded_columns,
            percents=found.percents,
            struck=found.struck,
        )

    def plainly(self, sheet: workbookxml.SheetPart, xml: bytes) -> Grid | None:
        try:
            return read_plainly(xml, **self.circumstances(sheet))
        except (expat.ExpatError, KeyError):  # the string table is amiss
            return None

    def carefully(self, sheet: workbookxml.SheetPart, xml: bytes) -> Grid:
        return read_carefully(xml, **self.circumstances(sheet))

    def circumstances(self, sheet: workbookxml.SheetPart) -> dict[str, Any]:
        """What either pass must know beside the sheet's own XML."""
        if self.known_strings is None:
            part = self.package.strings_part
            self.known_strings = (
                sharedstrings.read_strings(self.archive.read(part)) if part else sharedstrings.Strings()
            )
        return {
            "name": sheet.name,
            "visible": sheet.visible,
            "strings": self.known_strings,
            "styles": self.package.styles,
            "epoch": self.package.epoch,
            "max_rows": _most(self.limits),
        }
