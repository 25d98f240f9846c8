"""How sheets are listed in, the parts around them out: content types, relations, table of contents, properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nvbatch.press.markup import DECLARATION, attribute, escape, given

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FILTERED = "_FilterDatabase"  # Excel's hidden name of a filtered area


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How a sheet stands in the workbook's table of contents; ``names`` are its own (print area, titles, filter)."""

    name: str
    state: str
    names: Mapping[str, str]
    noted: bool


def frame(sheets: Sequence[Listed], *, active: int, title: str, author: str, created: datetime) -> dict[str, str]:
    """Everything around the sheets: content types, relations, table of contents, properties."""
    return {
        "[Content_Types].xml": _types(sheets),
        "_rels/.rels": relations(
            (f"{DOCUMENT}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{DOCUMENT}/extended-properties", "docProps/app.xml"),
        ),
        "xl/workbook.xml": _contents(sheets, active),
        "xl/_rels/workbook.xml.rels": relations(
            *((f"{DOCUMENT}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
            (f"{DOCUMENT}/styles", "styles.xml"),
            (f"{DOCUMENT}/sharedStrings", "sharedStrings.xml"),
        ),
        "docProps/app.xml": _application(),
        "docProps/core.xml": _properties(title, author, created),
    }


def relations(*targets: tuple[str, str]) -> str:
    """A part of relations, numbered rId1, rId2 … in the order given: (type, target)."""
    lines = (f'<Relationship Id="rId{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets, 1))
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _types(sheets: Sequence[Listed]) -> str:
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles", "/xl/sharedStrings.xml": "sharedStrings"}
    kinds |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, len(sheets) + 1)}
    kinds |= {f"/xl/comments{n}.xml": "comments" for n, sheet in enumerate(sheets, 1) if sheet.noted}
    named = {path: f"{SPREADSHEET}.{kind}+xml" for path, kind in kinds.items()}
    named["/docProps/app.xml"] = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    named["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
    }
    lines = [f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items()]
    lines += [f'<Override PartName="{path}" ContentType="{kind}"/>' for path, kind in named.items()]
    return f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">{"".join(lines)}</Types>'


def _contents(sheets: Sequence[Listed], active: int) -> str:
    listed = "".join(
        f'<sheet name="{attribute(sheet.name)}" sheetId="{n}"{given("state", sheet.state)} r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><workbookPr/><bookViews>'
        f'<workbookView xWindow="240" yWindow="15" windowWidth="16095" windowHeight="9660" activeTab="{active}"/>'
        f"</bookViews><sheets>{listed}</sheets>{_names(sheets)}"
        '<calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>'
    )


def _names(sheets: Sequence[Listed]) -> str:
    every: Iterable[tuple[str, int, str]] = sorted(
        (name, at, area) for at, sheet in enumerate(sheets) for name, area in sheet.names.items()
    )
    lines = (
        f'<definedName name="_xlnm.{name}" localSheetId="{at}"{given("hidden", int(name == FILTERED))}>{escape(area)}'
        "</definedName>"
        for name, at, area in every
    )
    made = "".join(lines)
    return f"<definedNames>{made}</definedNames>" if made else ""


def _application() -> str:
    # LibreOffice trusts the stored values of formulas only in files of programs that it knows
    return (
        f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Microsoft Excel</Application><AppVersion>12.0000</AppVersion></Properties>"
    )


def _properties(title: str, author: str, created: datetime) -> str:
    moment = f'xsi:type="dcterms:W3CDTF">{created:%Y-%m-%dT%H:%M:%SZ}<'
    who = escape(author)
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{who}</dc:creator><cp:lastModifiedBy>{who}</cp:lastModifiedBy>"
        f"<dcterms:created {moment}/dcterms:created><dcterms:modified {moment}/dcterms:modified></cp:coreProperties>"
    )
