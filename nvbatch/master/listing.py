"""Fields and rows in, one list sheet out: title, as-of line, table with filter, frozen head, page that prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import ceil
from typing import Any

from nvbatch.celltext import lines_high
from nvbatch.grid import letter
from nvbatch.longsheet import ROW_LIMIT, LongSheet, Stream
from nvbatch.master.looks import HEAD, LINK, SIZE, TEXT
from nvbatch.master.source import Source
from nvbatch.master.words import as_of_line
from nvbatch.xlsx import PLAIN, TITLE, Book, Look, row_height, set_page

HEADER_ROW = 3  # 0-based: title, as-of line, what the list is, header
EXACT_UP_TO = 3_000  # rows whose heights are measured letter by letter; longer lists are estimated
LINKS_UP_TO = 20_000  # Excel keeps at most 65,530 links a sheet
LINK_TIP = "Mở tệp phản hồi của cơ quan"
ROWS_AT_ONCE = 500  # so many are made together, column by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column. ``printed`` ones come first; the others stand to the right of the print area."""

    label: str
    width: float
    look: Look = TEXT
    printed: bool = True
    link: bool = False  # the value is a path relative to the workbook


# A row: its values, and the key under which `Listing.dress` names the looks that differ from the fields' own.
Line = tuple[Sequence[Any], str]
Part = tuple[Sequence[Sequence[Any]], Sequence[str]]  # some rows together: their columns, and a key each


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows ready to be copied into the register, below the list: heading, header, rows from column B on."""

    title: str
    labels: Sequence[str]
    rows: Sequence[Sequence[Any]]
    looks: Sequence[Look] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list sheet. ``dress``: key of a row → {label: look}; ``total`` = a last row outside the filter.

    Its rows come one by one or, where there are very many, as ``parts``.
    """

    name: str
    table: str  # ASCII name of the Excel table
    title: str
    note: str
    fields: Sequence[Field]
    rows: Iterable[Line] = ()
    parts: Iterable[Part] = ()
    count: int
    empty: str
    dress: Callable[[str], Mapping[str, Look]] = field(default=lambda _: {})
    total: tuple[Sequence[Any], Sequence[Look]] | None = None
    blocks: Sequence[Block] = ()


def write(book: Book, source: Source, listing: Listing) -> Any:
    """The sheet of a list; returns it."""
    fields = listing.fields
    ws = book.sheet(listing.name, widths=[_width(f) for f in fields], kind=LongSheet)
    count = min(listing.count, ROW_LIMIT - HEADER_ROW - 100)
    _head(book, ws, source, listing, cut=listing.count - count)
    columns = max([len(fields), *(1 + len(block.labels) for block in listing.blocks)])
    with Stream(book, ws, HEADER_ROW + 1, columns) as stream:
        if count:
            _body(ws, stream, listing, count)
        else:
            blank = [None] * len(fields)
            blank[1 if len(fields) > 1 else 0] = listing.empty  # type: ignore[call-overload]
            stream.append(blank, [stream.style(PLAIN)] * len(fields), 20)
        if listing.total:
            values, looks = listing.total
            height = row_height([(value, f.width) for value, f in zip(values, fields, strict=True)], size=SIZE)
            stream.append(values, [stream.style(look) for look in looks], height)
        last = stream.row - 1
        for block in listing.blocks:  # to be copied, not printed
            _block(stream, fields, block)
    _table(book, ws, listing, count)
    ws.freeze_panes(HEADER_ROW + 1, 2)
    printed = sum(f.printed for f in fields)
    set_page(ws, made_at=source.as_of, repeat=(HEADER_ROW, HEADER_ROW), area=(0, 0, last, printed - 1))
    return ws


def _head(book: Book, ws: Any, source: Source, listing: Listing, cut: int) -> None:
    note = listing.note if listing.count else ""
    if cut:
        note += f" Excel chỉ chứa được {listing.count - cut} dòng: còn {cut} dòng chỉ có trong run.json."
    book.write_row(ws, 0, [listing.title], TITLE, height=22)
    book.write_row(ws, 1, [as_of_line(source)], replace(PLAIN, italic=True), height=16)
    book.write_row(ws, 2, [note], replace(PLAIN, valign="vcenter"), height=20)
    # half a line more for the filter's button
    height = row_height([(f.label, f.width * 0.86) for f in listing.fields if f.printed], size=SIZE) + 8
    book.write_row(ws, HEADER_ROW, _labels(listing.fields), HEAD, height=height)


def _width(field: Field) -> float:
    """Wide enough for the header, which is as high as the printed columns need."""
    return field.width if field.printed else max(field.width, len(field.label) / 1.6)


def _table(book: Book, ws: Any, listing: Listing, count: int) -> None:
    if not count:
        return
    head = book.format(HEAD)
    columns = [{"header": label, "header_format": head} for label in _labels(listing.fields)]
    options = {"name": listing.table, "columns": columns, "style": None}
    ws.add_long_table(HEADER_ROW, HEADER_ROW + count, len(listing.fields) - 1, options)


def _labels(fields: Sequence[Field]) -> list[str]:
    """The columns of an Excel table bear different names; a form of the office's own may repeat one of ours."""
    seen: Counter[str] = Counter()
    made = []
    for f in fields:
        key = f.label.casefold()
        seen[key] += 1
        made.append(f.label if seen[key] == 1 else f"{f.label} ({seen[key]})")
    return made


def _body(ws: Any, stream: Stream, listing: Listing, count: int) -> None:
    fields, linked = listing.fields, count <= LINKS_UP_TO
    ruled = stream.ruled([LINK if f.link and linked else f.look for f in fields])
    place = {f.label: index for index, f in enumerate(fields)}
    dressed: dict[str, list[tuple[int, int]]] = {"": []}
    heights_of = _heights(fields, exact=count <= EXACT_UP_TO)
    for columns, keys in _up_to(count, chain(_together(listing.rows), listing.parts)):
        for key in dict.fromkeys(key for key in keys if key not in dressed):
            dressed[key] = [(place[label], stream.style(look)) for label, look in listing.dress(key).items()]
        if linked:
            ws.link_files(_links(fields, columns, stream.row + 1), LINK_TIP)
        changes = [(at, column, style) for at, key in enumerate(keys) for column, style in dressed[key]]
        stream.rows(ruled, columns, heights_of(columns), changes)


def _together(lines: Iterable[Line]) -> Iterator[Part]:
    """Single rows, some hundred at a time."""
    waiting = iter(lines)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        rows, keys = zip(*some, strict=True)
        yield list(zip(*rows, strict=True)), keys


def _up_to(count: int, parts: Iterable[Part]) -> Iterator[Part]:
    """Parts with so many rows in all."""
    for columns, keys in parts:
        yield ([column[:count] for column in columns], keys[:count]) if len(keys) > count else (columns, keys)
        count -= len(keys)
        if count <= 0:
            return


def _links(fields: Sequence[Field], columns: Sequence[Sequence[Any]], first: int) -> Iterator[tuple[str, str]]:
    """(address, path) of each cell that leads to a file, from above to below; ``first``: the first Excel row."""
    linked = [(index, letter(index)) for index, f in enumerate(fields) if f.link]
    rows = zip(*(columns[index] for index, _ in linked), strict=True)
    for number, paths in enumerate(rows, first):
        yield from ((f"{name}{number}", path) for (_, name), path in zip(linked, paths, strict=True) if path)


def _block(stream: Stream, fields: Sequence[Field], block: Block) -> None:
    plain = stream.style(PLAIN)

    def line(values: Sequence[Any], looks: Sequence[Look], height: float) -> None:
        stream.append([None, *values], [plain, *(stream.style(look) for look in looks)], height)

    line([], [], 12)
    line([block.title], [replace(PLAIN, bold=True)], 18)
    heads = [(label, f.width) for label, f in zip(block.labels, fields[1:], strict=False)]
    line(block.labels, [HEAD] * len(block.labels), row_height(heads, size=SIZE) + 4)
    looks = block.looks or [TEXT] * len(block.labels)
    for values in block.rows:
        cells = [(value, f.width) for value, f in zip(values, fields[1:], strict=False)]
        line(values, looks, row_height(cells, size=SIZE))


def _heights(fields: Sequence[Field], *, exact: bool) -> Callable[[Sequence[Sequence[Any]]], list[float]]:
    """A function from columns of values to the heights of their rows."""
    widths = [f.width for f in fields]
    if exact:
        return lambda columns: [
            row_height(zip(values, widths, strict=True), size=SIZE) for values in zip(*columns, strict=True)
        ]
    room = [(index, max(3, int(f.width * 1.06) - 2)) for index, f in enumerate(fields) if f.look.wrap]

    def estimate(columns: Sequence[Sequence[Any]]) -> list[float]:
        lines = [1] * len(columns[0])
        for index, letters in room:
            _raise(lines, columns[index], letters)
        return [lines_high(many, SIZE) for many in lines]

    return estimate


def _raise(lines: list[int], values: Sequence[Any], letters: int) -> None:
    """Lift the lines of each row to what its text needs, with so many letters in a line."""
    if values[-1] is None and values.count(None) == len(values):
        return
    kinds = set(map(type, values))
    if str not in kinds:
        return
    if len(kinds) == 1:
        lengths = list(map(len, values))
    else:
        lengths = [len(value) if value.__class__ is str else 0 for value in values]
    if max(lengths) <= letters:
        return
    lines[:] = [
        many if length <= letters * many else max(many, ceil(length / letters) + value.count("\n"))
        for many, length, value in zip(lines, lengths, values, strict=True)
    ]
