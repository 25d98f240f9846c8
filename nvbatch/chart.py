"""A native Word chart and new figures in, the same chart with these figures and its data sheet out.

The look (colours, labels, sizes) is the template's; only names and numbers are replaced, so that the chart can be
edited in Word by a right click.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from lxml import etree

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_SPACE = {"c": _C}
_AFTER_VALUES = frozenset(f"{{{_C}}}{name}" for name in ("smooth", "shape", "extLst"))  # the schema's order in a series


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stacked bars: ``categories`` in reading order, ``series`` as (name, one number a category)."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


def refill(xml: bytes, bars: Bars) -> bytes:
    """The chart part with its series replaced; formatting of each series stays, a further one looks like the last."""
    space = etree.fromstring(xml)
    series = space.findall(".//c:ser", _SPACE)
    for surplus in series[len(bars.series) :]:
        surplus.getparent().remove(surplus)
    for _ in bars.series[len(series) :]:
        series[-1].addnext(deepcopy(series[-1]))
        series.append(series[-1].getnext())
    for place, (one, (name, numbers)) in enumerate(zip(series, bars.series, strict=False)):
        _fill(one, place, name, bars.categories, numbers)
    return bytes(etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True))


def _fill(series: etree._Element, place: int, name: str, categories: tuple[str, ...], numbers: tuple[int, ...]) -> None:
    """Name, categories and numbers as kept beside the chart, each with its place in the data sheet."""
    for tag in ("tx", "cat", "val"):
        for old in series.findall(f"c:{tag}", _SPACE):
            series.remove(old)
    for tag in ("idx", "order"):
        series.find(f"c:{tag}", _SPACE).set("val", str(place))
    letter, last = chr(ord("B") + place), len(categories) + 1
    series.find("c:order", _SPACE).addnext(_node(f"<c:tx>{_strings(f'${letter}$1', (name,))}</c:tx>"))
    values = f"<c:numCache><c:formatCode>General</c:formatCode>{_points(numbers)}</c:numCache>"
    made = (
        _node(f"<c:cat>{_strings(f'$A$2:$A${last}', categories)}</c:cat>"),
        _node(f"<c:val><c:numRef><c:f>Sheet1!${letter}$2:${letter}${last}</c:f>{values}</c:numRef></c:val>"),
    )
    at = next((i for i, child in enumerate(series) if child.tag in _AFTER_VALUES), len(series))
    for offset, node in enumerate(made):
        series.insert(at + offset, node)


def _strings(place: str, texts: tuple[str, ...]) -> str:
    return f"<c:strRef><c:f>Sheet1!{place}</c:f><c:strCache>{_points(texts)}</c:strCache></c:strRef>"


def _points(values: Iterable[str | int]) -> str:
    points = [f'<c:pt idx="{at}"><c:v>{escape(str(value))}</c:v></c:pt>' for at, value in enumerate(values)]
    return f'<c:ptCount val="{len(points)}"/>{"".join(points)}'


def _node(xml: str) -> etree._Element:
    return etree.fromstring(xml.replace(">", f' xmlns:c="{_C}">', 1))


def data_sheet(bars: Bars) -> bytes:
    """The workbook behind the chart: categories in column A, one series a column, as the chart's references say."""
    from datetime import datetime

    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2020, 1, 1)})  # the same figures give the same bytes
    sheet = book.add_worksheet("Sheet1")
    for row, name in enumerate(bars.categories, start=1):
        sheet.write_string(row, 0, name)
    for column, (name, numbers) in enumerate(bars.series, start=1):
        sheet.write_string(0, column, name)
        for row, number in enumerate(numbers, start=1):
            sheet.write_number(row, column, number)
    book.close()
    return stream.getvalue()


def names(xml: bytes) -> tuple[str, ...]:
    """Every series name and category that the chart part holds, to check that none was lost."""
    return tuple(v.text or "" for v in etree.fromstring(xml).findall(".//c:strCache/c:pt/c:v", _SPACE))
