"""A grid as read in, the same grid with its text in Unicode out, and what is to be said of text in old encodings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from nvbatch.grid import Cell, Grid, Texts, letter
from nvbatch.legacy import (
    Run,
    Script,
    convert,
    converted,
    is_surely,
    is_unicode,
    jumbled,
    of_old_letters,
    script_of,
    suspected,
    unjumbled,
)
from nvbatch.model import Note
from nvbatch.typed import odd_texts

_SEVERAL = 3  # so many cells of a column make a suspicion
_QUOTED = 200


# Letters and signs of which nothing but good can be said, however they follow each other: no reader doubts a text of
# these, cleaning changes nothing in it but spaces and line breaks. Signs after «Ã» or «á» may be another thing.
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_ORDINARY = re.compile(f"(?:[\n -~{_LETTERS}{_LETTERS.upper()}]++|(?<![Ãá])[–—‘’“”…•°«»]++)*+")


def in_unicode(grid: Grid) -> Grid:
    """Cells in fonts of old encodings converted, UTF-8 read as Windows-1252 repaired; the rest is left as it is."""
    seen = texts_of(grid)
    if not grid.runs and not any(map(jumbled, seen.strange)):
        return replace(grid, texts=seen)
    mended = replace(_mended(grid), texts=None)
    return replace(mended, texts=texts_of(mended))


def texts_of(grid: Grid) -> Texts:
    """The different texts of a grid, as they stand in it now."""
    if grid.texts is not None:
        return grid.texts
    every = {cell for cell in set().union(*(cells for _, cells in grid.rows)) if cell.__class__ is str and cell}
    ordinary = _ORDINARY.fullmatch("\n".join(every)) is not None
    strange = frozenset() if ordinary else {text for text in every if not _ORDINARY.fullmatch(text)}
    return Texts(every=every, strange=strange, odd=odd_texts(every, strange))


def _mended(grid: Grid) -> Grid:
    texts, mended = dict(_converted(grid)), dict(grid.mended)
    for number, cells in grid.rows:
        for column, cell in enumerate(cells):
            place = (number, column)
            if cell.__class__ is not str:
                continue
            if place in texts:
                if texts[place].casefold() != cell.casefold():
                    mended[place] = (cell, _named(grid.runs[place]))
            elif place not in mended and (meant := unjumbled(cell)) is not None:
                texts[place], mended[place] = meant, (cell, "UTF-8 bị đọc nhầm bảng mã")
    if not texts:
        return grid
    rows = tuple((n, [texts.get((n, c), cell) for c, cell in enumerate(cells)]) for n, cells in grid.rows)
    return replace(grid, rows=rows, mended=mended)


def converted_whole(grid: Grid, script: Script) -> Grid:
    """Every text of a grid converted, where the encoding of the whole file is known."""
    rows: list[tuple[int, list[Any]]] = []
    mended: dict[Cell, tuple[str, str]] = {}
    for number, cells in grid.rows:
        texts = [convert(cell, script) if isinstance(cell, str) else cell for cell in cells]
        changed = (c for c, cell in enumerate(cells) if texts[c] != cell)
        mended |= {(number, c): (cells[c], f"{script}, cả tệp") for c in changed}
        rows.append((number, texts))
    return replace(grid, rows=tuple(rows), mended=mended)


def _converted(grid: Grid) -> Iterator[tuple[Cell, str]]:
    """A sheet whose old font is only a name (the texts in it are mostly Unicode) keeps its doubtful texts."""
    runs = [(text, script) for many in grid.runs.values() for text, font in many if (script := script_of(font))]
    modern = sum(is_unicode(text) for text, _ in runs) > sum(is_surely(text, script) for text, script in runs)
    for place, many in grid.runs.items():
        if not modern or any(is_surely(text, script) for text, font in many if (script := script_of(font))):
            yield place, converted(many)


def _named(runs: tuple[Run, ...]) -> str:
    fonts = dict.fromkeys(font for _, font in runs if script_of(font))
    return "; ".join(f"{script_of(font)}, phông {font}" for font in fonts)


# --- what is to be said (S213) ----------------------------------------------------------------------


def encoding_notes(grid: Grid, told: Collection[Cell] = ()) -> tuple[Note, ...]:
    """S213 once for the mended cells that have no note of their own, and once for each column under suspicion."""
    rest = [place for place in grid.mended if place not in told]
    return (*_rest(grid, rest), *_suspicions(grid))


def _rest(grid: Grid, places: list[Cell]) -> Iterator[Note]:
    if not places:
        return
    first = min(places)
    raw, what = grid.mended[first]
    more = f"; cùng {len(places) - 1} ô khác của trang" if len(places) > 1 else ""
    meant = next(cells[first[1]] for number, cells in grid.rows if number == first[0])
    yield _note(grid, first, raw, f"{what}{more}", str(meant))


def _suspicions(grid: Grid) -> Iterator[Note]:
    """Several cells of a column are Vietnamese only when converted, and no font says so: told, left as they are."""
    if not suspected(of_old_letters(texts_of(grid).every)):
        return
    columns: dict[int, list[tuple[int, Any]]] = {}
    for number, cells in grid.rows:
        for column, cell in enumerate(cells):
            if cell.__class__ is str and not cell.isascii() and (number, column) not in grid.mended:
                columns.setdefault(column, []).append((number, cell))
    for column, filled in sorted(columns.items()):
        doubtful = suspected(dict.fromkeys(text for _, text in filled))
        if not doubtful:
            continue
        script, texts = max(doubtful.items(), key=lambda item: len(item[1]))
        if Counter(text in texts for _, text in filled)[True] >= _SEVERAL:
            number, text = next((n, t) for n, t in filled if t in texts)
            what = f"nghi là {script}, nếu đúng thì ô này là «{convert(text, script)[:_QUOTED]}»"
            yield _note(grid, (number, column), text, what, None)


def _note(grid: Grid, place: Cell, raw: str, what: str, meant: str | None) -> Note:
    address = f"{letter(place[1])}{place[0]}"
    return Note(
        rule="S213", sheet=grid.name, row=place[0], cell=address, value=raw, expected=meant, args={"what": what}
    )
