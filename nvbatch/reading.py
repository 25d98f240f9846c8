"""A workbook's bytes in, a Reading out: gate, sheets, form mark, tables. What the reader process runs for each file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch import viet
from nvbatch.carryover import carried_note, carried_stamp, carried_table
from nvbatch.form import Form, load_form
from nvbatch.formmark import Mark, read_information, read_mark
from nvbatch.gate import inspect
from nvbatch.grid import Grid, TooMuch, Unreadable, place
from nvbatch.heap import unsearched
from nvbatch.layout import lay_out_changes, lay_out_tasks
from nvbatch.model import Note, Reading
from nvbatch.passport import Passport
from nvbatch.sheets import open_workbook
from nvbatch.sheettext import encoding_notes, in_unicode
from nvbatch.tasksheet import unread_sheets

if TYPE_CHECKING:
    from nvbatch.config import Intake

# Part of every cache key: raise it whenever the same bytes would give another Reading, or be kept in another form.
READER_VERSION = "9"
_NOT_XLSX = {"xls": ".xls", "xlsb": ".xlsb", "ods": ".ods", "csv": ".csv"}


def read_in_process(
    path: Path, *, name: str, limits: Intake, schemas: Path | None, sha256: str = "", form: Form | None = None
) -> Reading:
    """Read one workbook here and now. Whatever the file is, the answer is a Reading; a library may still kill us.

    ``form``: the current one, where somebody has loaded it already.
    """
    with unsearched():
        return _read(path, name, limits, schemas, sha256, form or load_form(schemas))


def _read(path: Path, name: str, limits: Intake, schemas: Path | None, sha256: str, form: Form) -> Reading:
    passport = inspect(path, limits, name)
    if passport.refused:
        return Reading(sha256=sha256 or digest(path), format=passport.format, notes=passport.notes)
    data = path.read_bytes()
    sha256 = sha256 or hashlib.sha256(data).hexdigest()
    try:
        grids = tuple(map(in_unicode, _open(data, passport, limits, form)))
    except TooMuch as error:
        words = {"what": f"{error.what} ({error.limit})", "limit": error.limit}
        return _refused(sha256, passport, Note(rule="F103", value=error.what, expected=error.limit, args=words))
    except Unreadable as error:
        return _refused(sha256, passport, Note(rule="F101", args={"what": error.what}))
    except MemoryError:
        return _refused(sha256, passport, Note(rule="F103", args={"what": "bộ nhớ cần để mở tệp", "limit": ""}))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's PanicException is no Exception; the file is to blame, by its library
        kind = type(error).__name__
        if "Password" in kind:
            return _refused(sha256, passport, Note(rule="F102", args={"what": "tệp đặt mật khẩu"}))
        words = {"what": "tệp bị hỏng, không mở được", "reference": kind}
        return _refused(sha256, passport, Note(rule="F101", args=words))
    return _lay_out(sha256, passport, grids, limits, read_mark(grids, form, schemas))


def digest(path: Path) -> str:
    """sha256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refused(sha256: str, passport: Passport, note: Note) -> Reading:
    return Reading(sha256=sha256, format=passport.format, notes=(note, *passport.notes))


def _open(data: bytes, passport: Passport, limits: Intake, form: Form) -> tuple[Grid, ...]:
    words = _label_words(form) if passport.format == "csv" else frozenset()
    return open_workbook(data, passport, limits, words, lambda names: unread_sheets(names, form))


def _label_words(form: Form) -> frozenset[str]:
    return frozenset(viet.clean(column.label).casefold() for column in form.tasks.columns)


def _lay_out(sha256: str, passport: Passport, grids: Sequence[Grid], limits: Intake, mark: Mark) -> Reading:
    info = read_information(grids, mark.form)
    period = (mark.stamp.period if mark.stamp else None) or info.values.get("period")
    found = lay_out_tasks(grids, mark.form, max_rows=limits.max_rows, max_columns=limits.max_columns, period=period)
    changes = lay_out_changes(grids, mark.form)
    older = mark.form
    told = tuple(carried_note(note, older) for note in (*found.notes, *changes.notes))
    kind = tuple(Note(rule="F105", args={"what": word}) for word in (_NOT_XLSX.get(passport.format),) if word)
    unknown_form = any(note.rule == "S203" for note in mark.notes)
    return Reading(
        sha256=sha256,
        format=passport.format,
        stamp=carried_stamp(mark.stamp, older) if mark.stamp else None,
        info=info.values,
        title=found.title,
        beside=found.beside,
        tasks=carried_table(found.table, older) if found.table and not unknown_form else None,
        changes=carried_table(changes.table, older) if changes.table and not unknown_form else None,
        notes=(
            *passport.notes,
            *kind,
            *_of_mark(mark, grids),
            *info.notes,
            *(() if unknown_form else told),
            *_of_encodings(grids, told),
        ),
    )


def _of_mark(mark: Mark, grids: Sequence[Grid]) -> tuple[Note, ...]:
    """An empty workbook is not blamed for bearing no form mark."""
    return mark.notes if any(grid.rows for grid in grids) else ()


def _of_encodings(grids: Sequence[Grid], told: Sequence[Note]) -> Iterator[Note]:
    """What is to be said of text in old encodings beyond the cells that have been named already."""
    for grid in grids:
        cells = {place(n.cell) for n in told if n.rule == "S213" and n.sheet == grid.name and n.cell}
        yield from encoding_notes(grid, cells)
