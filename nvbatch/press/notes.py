"""Notes on cells in, the two parts that Excel keeps them in out: their words, and the boxes that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nvbatch.grid import letter
from nvbatch.looks import FONT
from nvbatch.press.markup import DECLARATION, escape, number, string
from nvbatch.press.parts import MAIN

SIZE = 10
WIDE = 340  # pixels
AUTHOR = "Văn phòng"
_FONT = f'<rPr><sz val="{SIZE}"/><color indexed="81"/><rFont val="{FONT}"/><family val="1"/></rPr>'
_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{0}"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype>"
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:{left}pt;margin-top:{top}pt;'
    'width:{width}pt;height:{height}pt;z-index:{at};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


@dataclass(frozen=True, slots=True)
class Note:
    """``words`` fit for a cell, on a cell counted from 0; ``high``: pixels that show them all."""

    row: int
    column: int
    words: str
    high: int


def words(notes: Iterable[Note]) -> str:
    """comments.xml, in the order of the cells."""
    lines = (
        f'<comment ref="{letter(n.column)}{n.row + 1}" authorId="0"><text><r>{_FONT}{string(n.words)}</r></text>'
        "</comment>"
        for n in notes
    )
    return (
        f'{DECLARATION}<comments xmlns="{MAIN}"><authors><author>{escape(AUTHOR)}</author></authors>'
        f"<commentList>{''.join(lines)}</commentList></comments>"
    )


def boxes(
    notes: Iterable[Note], sheet: int, column_pixels: Callable[[int], int], row_pixels: Callable[[int], int]
) -> str:
    """The drawing of hidden boxes, each right of its cell; ``sheet``: its number, which numbers the shapes."""
    across, down = _Ruler(column_pixels), _Ruler(row_pixels)
    lines: list[str] = []
    beside: dict[int, _Span] = {}  # column → its boxes
    for at, note in enumerate(notes, 1):
        if note.column not in beside:
            beside[note.column] = across.span(note.column + 1, 15, WIDE)
        left, from_column, to_column = beside[note.column]
        start = (note.row - 1, 10) if note.row else (0, 2)
        top, from_row, to_row = down.span(*start, note.high)
        lines.append(
            _BOX.format(
                id=1024 * sheet + at, at=at, left=number(left * 0.75), top=number(top * 0.75),
                width=number(WIDE * 0.75), height=number(note.high * 0.75), row=note.row, column=note.column,
                anchor=", ".join(map(str, (*from_column, *from_row, *to_column, *to_row))),
            )
        )  # fmt: skip
    return f"{_HEAD.format(sheet)}{''.join(lines)}</xml>"


_Span = tuple[int, tuple[int, int], tuple[int, int]]


class _Ruler:
    """Places along one side of a sheet, in pixels; remembers how far it has come."""

    def __init__(self, pixels: Callable[[int], int]) -> None:
        self._pixels = pixels
        self._starts = [0]

    def span(self, line: int, offset: int, length: int) -> _Span:
        """Where a box begins from the edge, and (line, offset) of its begin and end."""
        while offset >= self._pixels(line):
            offset -= self._pixels(line)
            line += 1
        end, rest = line, offset + length
        while rest >= self._pixels(end):
            rest -= self._pixels(end)
            end += 1
        return self._start(line) + offset, (line, offset), (end, rest)

    def _start(self, line: int) -> int:
        while len(self._starts) <= line:
            self._starts.append(self._starts[-1] + self._pixels(len(self._starts) - 1))
        return self._starts[line]
