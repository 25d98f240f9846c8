"""The workbook stream of an .xls in; what calamine hides of its sheets out: error cells, hidden rows, percents …"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from nvbatch.grid import Cell
from nvbatch.legacy import script_of

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_PERCENT_FORMATS = (9, 10)


@dataclass(slots=True)
class SheetSigns:
    """Signs of one sheet: faults with the text shown, hidden rows (from 1) and columns (from 0), percent cells.

    ``old_fonts``: text cells in a font of an old encoding; the font of the whole cell, not of runs within it.
    """

    faults: dict[Cell, str] = field(default_factory=dict)
    percents: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    folded_columns: set[int] = field(default_factory=set)
    old_fonts: dict[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Styles:
    """Cell style numbers with a percent format; font names by style number, where they are old ones."""

    percent: frozenset[int]
    old_fonts: dict[int, str]


def signs(book: bytes) -> tuple[SheetSigns, ...]:
    """The signs of every worksheet, in the order of the sheets; raises struct.error where the stream is cut short."""
    formats = set(_PERCENT_FORMATS)
    styles: list[tuple[int, int]] = []
    fonts: list[str] = []
    wide = book[4:6] == b"\x00\x06"  # BIFF8: text has a byte of flags
    starts: list[int] = []
    for kind, body in _records(book, 0):
        if kind == 0x0085:  # BOUNDSHEET
            (start,) = struct.unpack_from("<I", body)
            starts.append(start)
        elif kind == 0x041E and b"%" in body[2:]:  # FORMAT
            formats.add(int.from_bytes(body[:2], "little"))
        elif kind == 0x00E0:  # XF
            styles.append((int.from_bytes(body[2:4], "little"), int.from_bytes(body[:2], "little")))
        elif kind == 0x0031:  # FONT; there is none with number 4
            fonts += [_font_name(body, wide)] if len(fonts) != 4 else ["", _font_name(body, wide)]
    named = {number: fonts[font] for number, (_, font) in enumerate(styles) if font < len(fonts)}
    known = _Styles(
        percent=frozenset(number for number, (form, _) in enumerate(styles) if form in formats),
        old_fonts={number: name for number, name in named.items() if script_of(name)},
    )
    return tuple(_sheet(book, start, known) for start in starts)


def _font_name(body: bytes, wide: bool) -> str:
    size, text = body[14], body[16:] if wide else body[15:]
    return text[: 2 * size].decode("utf-16-le", "replace") if wide and body[15] & 1 else text[:size].decode("latin-1")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a beginning-of-file mark up to its end mark."""
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        if kind == 0x000A:
            return
        at += 4 + size


def _sheet(book: bytes, start: int, styles: _Styles) -> SheetSigns:
    found = SheetSigns()
    depth = 0
    at = start
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += kind in (0x0809, 0x0409, 0x0209)
        depth -= kind == 0x000A
        if depth <= 0:
            break
        if depth == 1 and kind in _HANDLED:
            _HANDLED[kind](found, body, styles)
    return found


def _place(body: bytes) -> Cell:
    row, column = struct.unpack_from("<HH", body)
    return row + 1, column


def _error(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    if body[7]:
        found.faults[_place(body)] = _ERRORS.get(body[6], "#N/A")


def _formula(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    _text(found, body, styles)
    if body[12:14] == b"\xff\xff" and body[6] == 2:
        found.faults[_place(body)] = _ERRORS.get(body[8], "#N/A")
    else:
        _number(found, body, styles)


def _number(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    if _style(body) in styles.percent:
        found.percents.add(_place(body))


def _text(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    if _style(body) in styles.old_fonts:
        found.old_fonts[_place(body)] = styles.old_fonts[_style(body)]


def _style(body: bytes) -> int:
    return int.from_bytes(body[4:6], "little")


def _numbers(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    row, first = _place(body)
    for order in range((len(body) - 6) // 6):
        if int.from_bytes(body[4 + order * 6 : 6 + order * 6], "little") in styles.percent:
            found.percents.add((row, first + order))


def _row(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    if body[12] & 0x20:
        found.hidden_rows.add(int.from_bytes(body[:2], "little") + 1)


def _columns(found: SheetSigns, body: bytes, styles: _Styles) -> None:
    first, last, _, _, options = struct.unpack_from("<HHHHH", body)
    if options & 1:
        place = found.folded_columns if options & 0x0700 else found.hidden_columns
        place.update(range(first, min(last, 255) + 1))


_HANDLED = {
    0x0205: _error,
    0x0006: _formula,
    0x0203: _number,
    0x027E: _number,
    0x00BD: _numbers,
    0x00FD: _text,
    0x0204: _text,
    0x00D6: _text,
    0x0208: _row,
    0x007D: _columns,
}
