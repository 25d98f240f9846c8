"""Fields and rows in, one list sheet out: title, as-of line, table with filter, frozen head, page that prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from nvbatch.longsheet import ROW_LIMIT, LongSheet, Stream
from nvbatch.master.body import Body, Field, Line, Part, together, up_to
from nvbatch.master.kept import Kept
from nvbatch.master.looks import HEAD, SIZE, TEXT
from nvbatch.master.source import Source
from nvbatch.master.words import as_of_line
from nvbatch.xlsx import PLAIN, TITLE, Book, Look, row_height, set_page

HEADER_ROW = 3  # 0-based: title, as-of line, what the list is, header
EXACT_UP_TO = 3_000  # rows whose heights are measured letter by letter; longer lists are estimated
LINKS_UP_TO = 20_000  # Excel keeps at most 65,530 links a sheet
LINK_TIP = "Mở tệp phản hồi của cơ quan"


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


def write(book: Book, source: Source, listing: Listing, kept: Kept) -> Any:
    """The sheet of a list; returns it. ``kept``: rows that were drawn before."""
    fields = listing.fields
    ws = book.sheet(listing.name, widths=[_width(f) for f in fields], kind=LongSheet)
    count = min(listing.count, ROW_LIMIT - HEADER_ROW - 100)
    _head(book, ws, source, listing, cut=listing.count - count)
    columns = max([len(fields), *(1 + len(block.labels) for block in listing.blocks)])
    with Stream(book, ws, HEADER_ROW + 1, columns) as stream:
        if count:
            _body(ws, stream, listing, count, kept)
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


def _body(ws: Any, stream: Stream, listing: Listing, count: int, kept: Kept) -> None:
    fields, linked = listing.fields, count <= LINKS_UP_TO
    body = Body(listing.name, stream, fields, listing.dress, kept, linked=linked, exact=count <= EXACT_UP_TO)
    for part in up_to(count, chain(together(listing.rows, fields), listing.parts)):
        if linked:
            ws.link_files(body.links(part), LINK_TIP)
        body.add(part)


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
