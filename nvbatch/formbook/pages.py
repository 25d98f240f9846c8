"""Heights of a printed table and of what stands below it in, where its last page must begin out."""

from __future__ import annotations

from collections.abc import Sequence

from nvbatch.press.sheet import PRINTED_HIGH, PRINTED_WIDE, Sheet

# Programs draw columns up to a tenth wider than others; a sheet one page wide then has more or less room downwards.
_ROOMS = (0.98, 1.02, 1.06, 1.1)


def last_page(ws: Sheet, columns: int, table: Sequence[int], below: Sequence[int], *, repeated: int) -> int | None:
    """The row (from 0) at which a page must begin so that ``below`` does not stand alone on one, or torn in two.

    ``table``: the rows of the table, ``repeated``: the one that every page repeats. None: it stands well as it is.
    """
    if len(table) < 2:
        return None
    room = PRINTED_HIGH * max(1.0, sum(map(ws.column_pixels, range(columns))) / PRINTED_WIDE)
    above, head = sum(map(ws.row_pixels, range(table[0]))), ws.row_pixels(repeated)
    heights, needed = list(map(ws.row_pixels, table)), sum(map(ws.row_pixels, below))
    filled = [(part * room, _filled(part * room, above, head, heights)) for part in _ROOMS]
    return table[-1] if any(used + needed > most for most, used in filled) else None


def _filled(room: float, above: int, head: int, heights: Sequence[int]) -> int:
    """How far the table reaches down on its last page."""
    used = above
    for high in heights:
        used = used + high if used + high <= room else head + high
    return used
