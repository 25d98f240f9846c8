"""A native Word chart and new figures in, the same chart with these figures and its data sheet out.

The look (colours, labels, sizes) is the template's; only names and numbers are replaced, so that the chart can be
edited in Word by a right click. python-pptx is used for its chart XML alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from lxml import etree


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stacked bars: ``categories`` in reading order, ``series`` as (name, one number a category)."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


def refill(xml: bytes, bars: Bars) -> bytes:
    """The chart part with its series replaced; formatting of each series stays."""
    from pptx.chart.xmlwriter import SeriesXmlRewriterFactory
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.oxml import parse_xml

    space, rewriter = parse_xml(xml), cast("Any", SeriesXmlRewriterFactory)
    rewriter(XL_CHART_TYPE.BAR_STACKED, _chart_data(bars)).replace_series_data(space)
    return bytes(etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True))


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
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    return tuple(v.text or "" for v in etree.fromstring(xml).findall(".//c:strCache/c:pt/c:v", space))


def _chart_data(bars: Bars) -> Any:
    from pptx.chart.data import CategoryChartData

    data = cast("Any", CategoryChartData)(number_format="General")
    data.categories = bars.categories
    for name, numbers in bars.series:
        data.add_series(name, numbers)
    return data
