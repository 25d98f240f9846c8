# ruff: noqa: E501 (markup)
"""The native stacked-bar chart that stands in the briefing's template, with sample figures."""

from __future__ import annotations

from nvbatch import nd30_2020
from nvbatch.chart import Bars

SERIES = (  # name, fill, colour of the figures on it (contrast at least 4.5:1)
    ("Hoàn thành", "2E75B6", "FFFFFF"),
    ("Chưa đến hạn", "BFBFBF", "000000"),
    ("Sắp đến hạn", "FFC000", "000000"),
    ("Quá hạn", "C55A11", "000000"),
)
SAMPLE = Bars(
    categories=("Cơ quan A", "Cơ quan B"),
    series=tuple((name, (3 + place, 2)) for place, (name, _, _) in enumerate(SERIES)),
)


def _text(size: int, colour: str = "000000", bold: int = 0) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="{bold}"><a:solidFill><a:srgbClr val="{colour}"/>'
        f'</a:solidFill><a:latin typeface="{nd30_2020.FONT}"/><a:ea typeface="{nd30_2020.FONT}"/><a:cs typeface="{nd30_2020.FONT}"/>'
        '</a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
    )


def _points(values: tuple[object, ...]) -> str:
    return f'<c:ptCount val="{len(values)}"/>' + "".join(
        f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values)
    )


def _series(place: int) -> str:
    name, fill, ink = SERIES[place]
    letter, last = "BCDE"[place], len(SAMPLE.categories) + 1
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>Sheet1!${letter}$1</c:f><c:strCache>{_points((name,))}</c:strCache></c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{fill}"/></a:solidFill><a:ln w="6350"><a:solidFill><a:srgbClr val="FFFFFF"/>'
        '</a:solidFill></a:ln></c:spPr><c:invertIfNegative val="0"/>'
        # zero shows no figure
        f'<c:dLbls><c:numFmt formatCode="0;;;" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_text(900, ink)}<c:dLblPos val="ctr"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>{_points(SAMPLE.categories)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!${letter}$2:${letter}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{_points(SAMPLE.series[place][1])}</c:numCache></c:numRef></c:val></c:ser>"
    )


CHART = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<c:date1904 val="0"/><c:lang val="vi-VN"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea>'
    '<c:layout/><c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
    + "".join(_series(place) for place in range(len(SERIES)))
    + '<c:gapWidth val="35"/><c:overlap val="100"/><c:axId val="111111111"/><c:axId val="222222222"/></c:barChart>'
    # first category on top: bars would otherwise be read from the bottom
    '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
    '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    f'<c:tickLblPos val="nextTo"/>{_text(900)}<c:crossAx val="222222222"/><c:crosses val="autoZero"/><c:auto val="1"/>'
    '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="0"/></c:catAx>'
    '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/>'
    '<c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
    '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="111111111"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    f'</c:plotArea><c:legend><c:legendPos val="r"/><c:overlay val="0"/>{_text(900)}</c:legend><c:plotVisOnly val="1"/>'
    f'<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text(900)}<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    "</c:chartSpace>"
)
