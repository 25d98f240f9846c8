"""An ordinary sheet read by patterns is the sheet that the careful pass reads; what is not ordinary is left to it."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nvbatch.grid import Grid, TooMuch, letter
from nvbatch.sharedstrings import Strings, read_strings
from nvbatch.sheetcells import read_carefully
from nvbatch.sheetplain import read_plainly
from nvbatch.workbookxml import Styles

HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
STRINGS = Strings(("Trọng tâm", "", "Hai\ndòng", "NV-1"))
STYLES = Styles(dates=frozenset({2}), percent=frozenset({3}), struck=frozenset({4}))


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    return f"{HEAD}{before}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def both(xml: bytes, strings: Strings = STRINGS, max_rows: int = 100) -> tuple[Grid | None, Grid]:
    told: dict[str, Any] = {"name": "Nhiệm vụ", "visible": True, "strings": strings, "styles": STYLES}
    told |= {"epoch": date(1899, 12, 30), "max_rows": max_rows}
    return read_plainly(xml, **told), read_carefully(xml, **told)


def seen(grid: Grid) -> tuple[Any, ...]:
    """What a reader of a grid can tell: blanks at a row's end and rows of blanks say nothing."""
    rows = [(n, tuple(cells[: _end(cells)])) for n, cells in grid.rows]
    return (
        [(n, [(type(cell), cell) for cell in cells]) for n, cells in rows if cells],
        *(grid.merged, grid.hidden_rows, grid.hidden_columns, grid.folded_columns),
        *(dict(grid.faults), grid.percents, {place for place in grid.struck if _cell(grid, *place) != ""}),
    )


def _cell(grid: Grid, row: int, column: int) -> Any:
    cells = dict(grid.rows).get(row, [])
    return cells[column] if column < len(cells) else ""


def _end(cells: list[Any]) -> int:
    return max((at + 1 for at, cell in enumerate(cells) if cell != ""), default=0)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\uf8ff\ufffe\uffff"), max_size=8)
NUMBER = st.integers(-9, 60_000).map(str) | st.floats(-1e6, 1e6).map(repr)
CELL = st.one_of(
    st.just("/>"),
    st.just("></c>"),
    NUMBER.map(lambda n: f"><v>{n}</v></c>"),
    NUMBER.map(lambda n: f"><f>A1+{escape('<')}B2</f><v>{n}</v></c>"),
    st.just("><f>IF(A1&gt;0,1,0)</f></c>"),
    st.just('><f t="shared" si="0"/><v></v></c>'),
    st.integers(0, 3).map(lambda i: f' t="s"><v>{i}</v></c>'),
    TEXT.map(lambda t: f' t="inlineStr"><is><t xml:space="preserve">{escape(t)}</t></is></c>'),
    TEXT.map(lambda t: f' t="str"><f>B1</f><v>{escape(t)}</v></c>'),
    st.sampled_from(
        [' t="b"><v>1</v></c>', ' t="b"><v>0</v></c>', ' t="e"><v>#N/A</v></c>', ' t="d"><v>2025-03-14</v></c>']
    ),
)
CELLS = st.dictionaries(st.integers(0, 30), st.tuples(st.integers(0, 4), CELL), max_size=6)
ROWS = st.dictionaries(st.integers(1, 40), st.tuples(st.booleans(), CELLS), max_size=5)


def _row(number: int, hidden: bool, cells: dict[int, tuple[int, str]]) -> str:
    inside = "".join(f'<c r="{letter(at)}{number}" s="{style}"{rest}' for at, (style, rest) in sorted(cells.items()))
    sign = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{sign}>{inside}</row>'


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_what_the_patterns_read_is_what_the_careful_pass_reads(rows: dict[int, Any]) -> None:
    xml = sheet(
        "".join(_row(number, *rows[number]) for number in sorted(rows)),
        before='<cols><col min="3" max="4" hidden="1"/><col min="6" max="6" hidden="1" outlineLevel="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    )
    plain, careful = both(xml)
    assert plain is not None
    assert seen(plain) == seen(careful)


CELL_OF_ROW_ONE = '<c r="A1"><v>1</v></c>'


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1">{CELL_OF_ROW_ONE}{CELL_OF_ROW_ONE}</row>',  # written twice
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A1"><v>1</v></c></row>',  # in another row than its place says
        '<row r="1"><c r="A11"><v>1</v></c></row>',
        '<row r="2"></row><row r="1"></row>',
        '<row r="1"><c><v>1</v></c></row>',
        '<row r="1"><c r="AAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>nan</v></c></row>',
        '<row r="1"><c r="A1"><v>1e999</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c></row>',
        '<row r="1"> <c r="A1"><v>1</v></c></row>',
        '<row r="1"><!-- --></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&amp;\uf8ff</t></is></c></row>',
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_careful_pass(rows: str) -> None:
    assert both(sheet(rows))[0] is None


@pytest.mark.parametrize(
    "strings", [Strings(("a",), struck=frozenset({0})), Strings(("a",), runs={0: (("a", ".VnTime"),)})]
)
def test_a_string_table_with_signs_of_its_own_is_left_to_the_careful_pass(strings: Strings) -> None:
    assert both(sheet(f'<row r="1">{CELL_OF_ROW_ONE}</row>'), strings)[0] is None


def test_too_many_rows_are_too_many_here_too() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 8))
    with pytest.raises(TooMuch):
        both(sheet(rows), max_rows=5)


def test_a_string_table_is_read_whole_whoever_wrote_it() -> None:
    table = (
        '<sst xmlns="x" count="9" uniqueCount="6"><si><t>Sở &amp; ngành</t></si><si><t/></si>'
        '<si><t xml:space="preserve"> a </t></si>'
        "<si><r><rPr><strike/></rPr><t>cũ</t></r><r><t>mới</t></r></si>"
        "<si><t>Ph&#225;p<!-- --></t></si><si><t>_x0041_</t></si></sst>"
    )
    texts = ("Sở & ngành", "", " a ", "cũmới", "Pháp", "A")
    assert read_strings(table.encode()).texts == texts
    found = read_strings(table.replace("<!-- -->", "").encode())
    assert found.texts == texts and found.struck == {3}
