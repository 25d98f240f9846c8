"""The raw XML of an .xlsx sheet in, every cell of it out, sparse: the careful pass where a fast reader hides things."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from nvbatch.grid import BLANK, Cell, Grid, TooMuch, place
from nvbatch.legacy import Run, script_of
from nvbatch.sharedstrings import Strings, unescaped
from nvbatch.workbookxml import Styles


def read_carefully(
    xml: bytes, *, name: str, visible: bool, strings: Strings, styles: Styles, epoch: date, max_rows: int
) -> Grid:
    """Every cell of a sheet, sparse, by our own pass over the XML. Raises TooMuch, or ExpatError for broken XML."""
    reader = _Reader(strings, styles, epoch, max_rows)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(xml, True)
    return reader.grid(name, visible)


@dataclass(slots=True)
class _Reader:
    """State of one pass: the row and cell in hand, and what was found so far."""

    strings: Strings
    styles: Styles
    epoch: date
    max_rows: int
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)
    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    struck: set[Cell] = field(default_factory=set)
    runs: dict[Cell, tuple[Run, ...]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    folded: set[int] = field(default_factory=set)
    row: int = 0
    column: int = -1
    cell: Cell | None = None
    kind: str = "n"
    style: int = 0
    formula: bool = False
    formula_text: list[str] = field(default_factory=list)
    value: list[str] | None = None
    sink: list[str] | None = None
    phonetic: bool = False
    run_struck: bool = False
    run_font: str = ""
    fonts: list[tuple[int, str]] = field(default_factory=list)  # inline text: where a run begins in ``value``, its font

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        handler = _STARTS.get(tag.rpartition(" ")[2])
        if handler is not None:
            handler(self, attributes)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self.close_cell()
        elif name in ("v", "t", "f"):
            self.sink = None
        elif name == "rPh":
            self.phonetic = False
        elif name == "r":
            self.run_struck = False
            self.run_font = ""

    def text(self, data: str) -> None:
        if self.sink is not None:
            self.sink.append(data)

    def open_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes.get("r") or self.row + 1)
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.hidden_rows.add(self.row)

    def open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.cell = place(reference) if reference else (self.row, self.column + 1)
        self.column = self.cell[1]
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s") or 0)
        self.formula = False
        self.formula_text = []
        self.value = None
        self.fonts = []

    def open_value(self, _: dict[str, str]) -> None:
        self.value = self.sink = []

    def open_text(self, _: dict[str, str]) -> None:
        if self.cell is None or self.phonetic:
            return
        if self.value is None:
            self.value = []
        self.sink = self.value
        self.fonts.append((len(self.value), self.run_font))
        if self.run_struck:
            self.struck.add(self.cell)

    def open_formula(self, _: dict[str, str]) -> None:
        self.formula = True
        self.sink = self.formula_text

    def open_phonetic(self, _: dict[str, str]) -> None:
        self.phonetic = True

    def strike(self, attributes: dict[str, str]) -> None:
        self.run_struck = attributes.get("val", "1") not in ("0", "false")

    def run_in_font(self, attributes: dict[str, str]) -> None:
        self.run_font = attributes.get("val", "")

    def hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            span = range(int(attributes["min"]) - 1, min(int(attributes["max"]), 1024))
            (self.folded if int(attributes.get("outlineLevel") or 0) else self.hidden_columns).update(span)

    def merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if last:
            (top, left), (bottom, right) = place(first), place(last)
            self.merged.append((top, left, bottom, right))

    def close_cell(self) -> None:
        cell, self.cell = self.cell, None
        if cell is None:
            return
        written = "".join(self.value) if self.value is not None else ""
        if self.value is None or (not written and self.kind != "str"):
            if self.formula:
                self.faults[cell] = "=" + "".join(self.formula_text)[:80]
                self.keep(cell, BLANK)
            return
        if self.kind == "e":
            self.faults[cell] = written
            self.keep(cell, BLANK)
            return
        self.keep(cell, self.typed(cell, written))

    def keep(self, cell: Cell, value: Any) -> None:
        row, column = cell
        if row != self.row:
            self.faults[cell] = "ô ghi sai vị trí dòng"
        line = self.rows.get(row)
        if line is None:
            if len(self.rows) > self.max_rows:
                raise TooMuch("số dòng có nội dung", f"tối đa {self.max_rows} dòng")
            line = self.rows[row] = {}
        if column in line:
            self.faults[cell] = "ô bị ghi hai lần"
        if value == BLANK and cell not in self.faults:
            return
        line[column] = BLANK if cell in self.faults else value

    def typed(self, cell: Cell, written: str) -> Any:
        if self.kind == "s":
            return self.shared(cell, written)
        if self.kind in ("str", "inlineStr"):
            if self.style in self.styles.struck:
                self.struck.add(cell)
            self.note_fonts(cell, self.inline_runs(written))
            return unescaped(written)
        if self.kind == "b":
            return written.strip() in ("1", "true")
        if self.kind == "d":
            return iso_day(written)
        return self.number(cell, written)

    def shared(self, cell: Cell, written: str) -> Any:
        index = int(written) if written.strip().isdecimal() else -1
        if not 0 <= index < len(self.strings.texts):
            self.faults[cell] = "chuỗi không có trong tệp"
            return BLANK
        if index in self.strings.struck or self.style in self.styles.struck:
            self.struck.add(cell)
        text = self.strings.texts[index]
        self.note_fonts(cell, self.strings.runs.get(index, ((text, ""),)))
        return text

    def inline_runs(self, written: str) -> tuple[Run, ...]:
        """Text written in the cell itself, run by run; the result of a formula has no runs."""
        if self.value is None or not any(font for _, font in self.fonts):
            return ((unescaped(written), ""),)
        ends = [start for start, _ in self.fonts[1:]] + [len(self.value)]
        return tuple(
            (unescaped("".join(self.value[start:end])), font)
            for (start, font), end in zip(self.fonts, ends, strict=True)
        )

    def note_fonts(self, cell: Cell, runs: tuple[Run, ...]) -> None:
        """Keep the runs of a cell when one of them, by its own font or the cell's, is in an old encoding."""
        own = self.styles.old_fonts.get(self.style, "")
        if own or any(script_of(font) for _, font in runs):
            self.runs[cell] = tuple((text, font or own) for text, font in runs)

    def number(self, cell: Cell, written: str) -> Any:
        try:
            number = float(written)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.faults[cell] = written[:40]
            return BLANK
        if self.style in self.styles.struck:
            self.struck.add(cell)
        if self.style in self.styles.percent:
            self.percents.add(cell)
        return serial(number, self.epoch) if self.style in self.styles.dates else number

    def grid(self, name: str, visible: bool) -> Grid:
        return Grid(
            name=name,
            visible=visible,
            rows=tuple((number, _dense(self.rows[number])) for number in sorted(self.rows) if self.rows[number]),
            merged=tuple(self.merged),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            folded_columns=frozenset(self.folded),
            faults=self.faults,
            percents=frozenset(self.percents),
            struck=frozenset(self.struck),
            runs=self.runs,
        )


_STARTS: dict[str, Callable[[_Reader, dict[str, str]], None]] = {
    "row": _Reader.open_row,
    "c": _Reader.open_cell,
    "v": _Reader.open_value,
    "t": _Reader.open_text,
    "f": _Reader.open_formula,
    "rPh": _Reader.open_phonetic,
    "strike": _Reader.strike,
    "rFont": _Reader.run_in_font,
    "col": _Reader.hide_columns,
    "mergeCell": _Reader.merge,
}


def _dense(cells: dict[int, Any]) -> list[Any]:
    line = [BLANK] * (max(cells) + 1)
    for column, value in cells.items():
        line[column] = value
    return line


def iso_day(written: str) -> Any:
    """A day written as in ISO 8601 (cells of type d); what is none stays text."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return written
    return moment.date() if moment.time() == time() else moment


def serial(number: float, epoch: date) -> Any:
    """Excel's day number as date, datetime or time; a number that is no day stays a number."""
    try:
        moment = datetime(epoch.year, epoch.month, epoch.day) + timedelta(days=number)
    except (OverflowError, ValueError):
        return number
    if 0 <= number < 1:
        return moment.time()
    moment = (moment + timedelta(microseconds=500)).replace(microsecond=0)
    return moment.date() if moment.time() == time() else moment
