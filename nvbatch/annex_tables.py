"""An annex as it came (.docx, .docm, .xlsx, .xls, .ods, .csv) in; its tables as grids, in reading order, out."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from nvbatch import viet
from nvbatch.annex_word import read_word
from nvbatch.config import Intake
from nvbatch.form import Sheet
from nvbatch.gate import inspect
from nvbatch.grid import Grid, TooMuch, Unreadable
from nvbatch.sheets import open_workbook

_MB = 1024 * 1024
_WORD_PART = "word/"


class AnnexError(Exception):
    """The annex cannot be read at all; the text is Vietnamese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table and the lines of text above it. ``place`` is what its rows are called by: «Bảng 2», a sheet's name."""

    place: str
    grid: Grid
    above: tuple[str, ...] = ()


def read_parts(path: Path, limits: Intake, sheet: Sheet) -> tuple[Part, ...]:
    """The tables of a Word document, or the visible sheets of a workbook. Raises AnnexError."""
    try:
        if _is_word(path, limits):
            tables = read_word(path.read_bytes(), limits)
            return tuple(Part(place=t.grid.name, grid=t.grid, above=t.above) for t in tables)
        return tuple(Part(place=grid.name, grid=grid) for grid in _workbook(path, limits, sheet) if grid.visible)
    except TooMuch as error:
        raise AnnexError(f"{path.name}: vượt giới hạn ({error.what}; {error.limit}).") from None
    except Unreadable as error:
        raise AnnexError(f"{path.name}: không đọc được: {error.what}. Hãy lưu lại thành .docx hoặc .xlsx.") from None


def _is_word(path: Path, limits: Intake) -> bool:
    size = path.stat().st_size
    if size > limits.max_file_mb * _MB:
        raise TooMuch(f"dung lượng {size / _MB:.1f} MB", f"tối đa {limits.max_file_mb:g} MB")
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith(_WORD_PART) for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _workbook(path: Path, limits: Intake, sheet: Sheet) -> tuple[Grid, ...]:
    passport = inspect(path, limits, path.name)
    if passport.refused:
        note = next(note for note in passport.notes if note.args.get("what"))
        raise Unreadable(str(note.args["what"]))
    words = frozenset(viet.clean(label).casefold() for c in sheet.columns for label in (c.label, *c.aliases))
    try:
        return open_workbook(path.read_bytes(), passport, limits, words)
    except (TooMuch, Unreadable, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's PanicException is no Exception; the file is to blame
        raise Unreadable(f"tệp bị hỏng ({type(error).__name__})") from None
