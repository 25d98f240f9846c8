"""A grid in, its header out: which row it is, which column holds which field, what was changed, added or is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nvbatch import viet
from nvbatch.form import Sheet
from nvbatch.grid import BLANK, Grid
from nvbatch.labels import ADDED, EXACT, Labels, Match, labels_of

SEARCHED_ROWS = 40
_SURE = 8  # so many exact labels in one row: this is the header, look no further
_WIDEST = 300  # beyond this column nothing is a header any more
_DEEPEST = 3  # a header may stand in up to three rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A column (number from 0) whose header, as seen, means a field."""

    column: int
    key: str
    seen: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``first_row`` to ``row``: the Excel rows of the header. ``headers``: column → clean text of every header."""

    row: int
    first_row: int
    claims: tuple[Claim, ...]
    headers: dict[int, str]

    @property
    def score(self) -> float:
        """How much of the form is recognised: exact labels count full, guesses less."""
        best: dict[str, float] = {}
        for claim in self.claims:
            best[claim.key] = max(best.get(claim.key, 0.0), _weight(claim.score))
        return sum(best.values())

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(claim.key for claim in self.claims)


def _weight(score: float) -> float:
    return 1.0 if score == EXACT else 0.9 if score >= ADDED else 0.7


def find_header(grid: Grid, sheet: Sheet) -> Header | None:
    """The row (with up to two above it) that bears most of the form's labels; None when none bears any."""
    rows = [(number, cells) for number, cells in grid.rows[:SEARCHED_ROWS] if number <= SEARCHED_ROWS * 4]
    best: Header | None = None
    labels = labels_of(sheet)
    for at in _likely(rows, labels):
        for depth in range(1, min(_DEEPEST, at + 1) + 1):
            block = tuple((number, tuple(cells[:_WIDEST])) for number, cells in rows[at - depth + 1 : at + 1])
            alike = all(cell.__class__ is str for _, cells in block for cell in cells)
            header = (_known_header if alike else _header)(block, _across(block, grid), labels)
            if header is not None and (best is None or header.score > best.score):
                best = header
        if best is not None and best.score == len(sheet.columns):
            break  # every label of the form, to the letter: nothing can bear more
    return best


_Block = tuple[tuple[int, tuple[Any, ...]], ...]  # rows of a header, one under the other
_Across = tuple[tuple[int, int, int, int], ...]  # cells that are merged over several columns


def _across(block: _Block, grid: Grid) -> _Across:
    """The merged cells that stand over columns of a block."""
    first, last = block[0][0], block[-1][0]
    return tuple(one for one in grid.merged if one[0] <= last and one[2] >= first and one[3] > one[1])


def _likely(rows: Sequence[tuple[int, list[Any]]], labels: Labels) -> list[int]:
    """Positions worth a close look: rows with many exact labels, else those with many short texts."""
    counts = []
    looked: set[Any] = set()
    known: set[Any] = set()
    for at, (_, cells) in enumerate(rows):
        new = set(cells[:_WIDEST]) - looked
        looked |= new
        known |= {cell for cell in new if cell.__class__ is str and labels.known(cell)}
        exact = sum(map(known.__contains__, cells[:_WIDEST])) if known else 0
        counts.append((exact, at))
        if exact >= _SURE:
            return [at, *([at + 1] if at + 1 < len(rows) else [])]
    ranked = sorted(counts, key=lambda pair: (-pair[0], pair[1]))
    named = [at for exact, at in ranked if exact][:6]
    near = {at + step for at in named[:3] for step in (-1, 0, 1) if 0 <= at + step < len(rows)}
    if near:
        return sorted(near | set(named))
    return [at for at, (_, cells) in enumerate(rows) if _texts(cells) >= 3][:12]


def _texts(cells: Sequence[Any]) -> int:
    return sum(1 for cell in cells if isinstance(cell, str) and 0 < len(cell) < 100)


@lru_cache(maxsize=64)  # the workbooks of one form have the same header
def _known_header(block: _Block, across: _Across, labels: Labels) -> Header | None:
    return _header(block, across, labels)


def _header(block: _Block, across: _Across, labels: Labels) -> Header | None:
    """The rows of ``block`` read as one header, or None when its last row bears no label of its own."""
    width = max(len(cells) for _, cells in block)
    groups = _groups(block, across, width)
    if not any(groups) and not _says_a_label(block[-1][1], labels):
        return None
    stacks = [_stack(block, column) for column in range(width)]
    claims, headers, own = [], {}, 0
    for column in range(width):
        text, match, from_last = _meaning(stacks[column], groups[column], labels)
        if text:
            headers[column] = text = viet.clean(text)
        if match is not None:
            own += from_last
            claims.append(Claim(column=column, key=match.key, seen=text, score=match.score))
    if not claims or own < min(2, len(claims)):
        return None
    return Header(row=block[-1][0], first_row=block[0][0], claims=tuple(claims), headers=headers)


def _says_a_label(cells: Sequence[Any], labels: Labels) -> bool:
    """Does a row bear a label of its own, that needs no group header to be one?"""
    return any(labels.recognise(text) for cell in cells if (text := _shown_label(cell).strip()))


def _shown_label(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell)


def _stack(block: _Block, column: int) -> list[str]:
    """Texts of a column from the last header row upwards, blanks as empty."""
    found = []
    for _, cells in reversed(block):
        cell = cells[column] if column < len(cells) else BLANK
        found.append(_shown_label(cell))
    return found


def _groups(block: _Block, across: _Across, width: int) -> list[list[str]]:
    """For each column the group headers that stand over it, nearest row first: merged, or else written at the left."""
    groups: list[list[str]] = [[] for _ in range(width)]
    for number, cells in reversed(block[:-1]):
        spans = [
            (left, right)
            for top, left, bottom, right in across
            if top <= number <= bottom and left < len(cells) and isinstance(cells[left], str)
        ]
        for left, right in spans or _written_at_the_left(cells[:width]):
            for column in range(left, min(right + 1, width)):
                groups[column].append(cells[left])
    return groups


def _written_at_the_left(cells: Sequence[Any]) -> list[tuple[int, int]]:
    """Spans from a text over the blanks to its right, as group headers look when nothing is merged."""
    filled = [column for column, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    ends = [column - 1 for column in filled[1:]] + [len(cells) - 1] * bool(filled)
    return [(left, right) for left, right in zip(filled, ends, strict=True) if right > left]


def _meaning(stack: Sequence[str], groups: Sequence[str], labels: Labels) -> tuple[str, Match | None, bool]:
    """Header text of a column, the field that it means, and whether its last row (or a joined name) says so."""
    last = stack[0].strip()
    options = [(last, True)] if last else []
    options += [(f"{last} {group}", True) for group in groups if last]
    options += [(text, False) for text in stack[1:] if text.strip() and (not last or text not in groups)]
    best: tuple[str, Match | None, bool] = (options[0][0] if options else "", None, False)
    for text, from_last in options:
        match = labels.recognise(text)
        if match is not None and (best[1] is None or match.score > best[1].score):
            best = (text, match, from_last)
    return best


# --- one field, one column ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Field → its claim; ``clashes``: field → columns that claim it and differ; ``rest``: columns of no field."""

    taken: dict[str, Claim]
    clashes: dict[str, tuple[Claim, ...]]
    rest: dict[int, str]


def settle(header: Header, rows: Sequence[tuple[int, list[Any]]]) -> Columns:
    """Give each field its column. The form's own label beats a changed one; equal claims must hold the same data."""
    taken: dict[str, Claim] = {}
    clashes: dict[str, tuple[Claim, ...]] = {}
    used: set[int] = set()
    for key, claims in _by_key(header.claims):
        best = max(claim.score for claim in claims)
        equal = [claim for claim in claims if best - claim.score < 0.005]
        chosen = _agreeing(equal, rows)
        if chosen is None:
            clashes[key] = tuple(equal)
            chosen = equal[0]
        taken[key] = chosen
        used.update(claim.column for claim in equal)
    width = max((len(cells) for _, cells in rows), default=0)
    rest = {c: header.headers.get(c, "") for c in range(max(width, *header.headers, 0) + 1) if c not in used}
    return Columns(taken=taken, clashes=clashes, rest={c: text for c, text in rest.items() if text or c < width})


def _by_key(claims: Sequence[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.key, []).append(claim)
    yield from found.items()


def _agreeing(claims: Sequence[Claim], rows: Sequence[tuple[int, list[Any]]]) -> Claim | None:
    """The column to take when all that hold anything hold the same; None when they differ."""
    if len(claims) == 1:
        return claims[0]
    filled = {claim: [_shown(cells, claim.column) for _, cells in rows] for claim in claims}
    distinct = {tuple(column) for column in filled.values() if any(column)}
    if len(distinct) > 1:
        return None
    return next((claim for claim in claims if any(filled[claim])), claims[0])


def _shown(cells: Sequence[Any], column: int) -> str:
    cell = cells[column] if column < len(cells) else BLANK
    return viet.clean(cell) if isinstance(cell, str) else str(cell)


def changed(columns: Columns, sheet: Sheet) -> Iterator[tuple[Claim, str]]:
    """Claims whose header is not the form's label, with the label expected (S206)."""
    for claim in columns.taken.values():
        if claim.score < EXACT:
            yield claim, sheet.column(claim.key).label
