"""register.xlsx as bytes and rows to add in; the same workbook with the rows under the last ones of each sheet, out.

Only the parts of the sheets that grow are written anew (and the styles, where a date format is missing); every other
part of the package is copied byte for byte, so comments, drop-downs, pictures, formulas and macros' settings stay.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from nvbatch import durable, viet, workbookxml
from nvbatch.form import Sheet
from nvbatch.register_sheets import RegisterError, Sheets, read_sheets
from nvbatch.sheet_append import MAIN, append_rows, stretched

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # sheet key → rows by column key
_DATE_FORMAT = "dd/mm/yyyy"
_FIRST_OWN_FORMAT = 164  # number formats below are Excel's own


def with_rows(data: bytes, rows: Rows, sheets: Sheets) -> bytes:
    """The workbook with the rows added. ``sheets`` is the register as it was read. Raises RegisterError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _rewritten(archive, _grown(archive, rows, sheets))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, etree.XMLSyntaxError) as error:
        raise RegisterError(
            f"Sổ đăng ký có cấu trúc khác thường ({type(error).__name__}), chưa ghi gì. "
            "Mở register.xlsx trong Excel, chọn Lưu thành (Save As) dạng .xlsx rồi chạy lại."
        ) from None


def demand_kept(path: Path, before: Sheets, rows: Rows, schema: Sequence[Sheet]) -> None:
    """Read the new workbook back: every old row as it was, every new one as it should be. Raises RegisterError."""
    after = read_sheets(path, schema)
    for sheet in schema:
        old, new = before.entries.get(sheet.key, ()), after.entries.get(sheet.key, ())
        added = new[len(old) :]
        wanted = [_typed(row) for row in rows.get(sheet.key, ())]
        if tuple(new[: len(old)]) != tuple(old) or [dict(entry.values) for entry in added] != wanted:
            raise RegisterError(
                f"Không thêm được dòng vào trang «{sheet.name}» mà giữ nguyên những gì đang có, nên chưa ghi gì. "
                "Mở register.xlsx trong Excel, chọn Lưu thành (Save As) dạng .xlsx rồi chạy lại."
            )


def write_beside(path: Path, data: bytes) -> Path:
    """A whole workbook under a name of its own beside ``path``, where none stands yet."""
    for number in range(1, 1000):
        other = path.with_name(f"{path.stem}-moi{'' if number == 1 else f'-{number}'}{path.suffix}")
        if not other.exists():
            durable.write_bytes(other, data)
            return other
    raise FileExistsError(str(path))


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the register reads it back: texts on one line."""
    return {key: viet.clean(viet.sanitize(value)[0]) if isinstance(value, str) else value for key, value in row.items()}


# --- the package --------------------------------------------------------------------------------


def _grown(archive: zipfile.ZipFile, rows: Rows, sheets: Sheets) -> dict[str, bytes]:
    """Part → its new bytes, for the parts that change."""
    package = workbookxml.open_package(archive)
    styles = _Styles.of(archive, package)
    parts: dict[str, bytes] = {}
    for key in (key for key, added in rows.items() if added):
        sheet = next(s for s in package.sheets if viet.label_key(s.name) == viet.label_key(sheets.names[key]))
        part = package.parts[sheet.part.casefold()]
        appended = append_rows(
            archive.read(part),
            rows[key],
            sheets.letters[key],
            header_row=sheets.header_rows.get(key, 1),
            dated=styles.dated,
            epoch=package.epoch,
        )
        parts[part] = appended.xml
        parts |= _tables(archive, part, appended.last, appended.rows[-1])
        parts |= _filter_name(archive, package, parts, sheet.name, appended.last, appended.rows[-1])
    return parts | styles.changed()


def _rewritten(archive: zipfile.ZipFile, parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in archive.infolist():
            new.writestr(member, parts.get(member.filename) or archive.read(member))
    return buffer.getvalue()


def _tables(archive: zipfile.ZipFile, part: str, last: int, new: int) -> dict[str, bytes]:
    """Excel tables of the sheet that ended in its last row (without a row of totals) take the new rows in."""
    found = {}
    for name in _related(archive, part, "table"):
        tree = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
        if tree.get("totalsRowCount", "0") == "0":
            for node in (tree, *tree.iter(f"{{{MAIN}}}autoFilter")):
                node.set("ref", stretched(node.get("ref", ""), last, new))
            found[name] = bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
    return found


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in archive.namelist():
        return []
    tree = etree.fromstring(archive.read(path), etree.XMLParser(resolve_entities=False, no_network=True))
    targets = [link.get("Target", "") for link in tree if link.get("Type", "").endswith(f"/{kind}")]
    paths = [t.lstrip("/") if t.startswith("/") else posixpath.normpath(posixpath.join(folder, t)) for t in targets]
    return [path for path in paths if path in archive.namelist()]


def _filter_name(
    archive: zipfile.ZipFile, package: workbookxml.Package, parts: Mapping[str, bytes], sheet: str, last: int, new: int
) -> dict[str, bytes]:
    """The hidden name that a filter bears in the workbook part says the same area as the filter."""
    part = package.parts.get("xl/workbook.xml")
    if part is None:
        return {}
    tree = etree.fromstring(parts.get(part) or archive.read(part))
    names = [
        name
        for name in tree.iter(f"{{{MAIN}}}definedName")
        if name.get("name") == "_xlnm._FilterDatabase" and _sheet_named(name.text or "") == sheet
    ]
    for name in names:
        name.text = re.sub(r"(\$[A-Z]+\$\d+:\$[A-Z]+\$)(\d+)$", lambda f: _later(f, last, new), name.text or "")
    written = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return {part: bytes(written)} if names else {}


def _sheet_named(area: str) -> str:
    """«'Nhiệm vụ'!$A$1:$Q$5» → Nhiệm vụ."""
    name = area.rpartition("!")[0]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _later(found: re.Match[str], last: int, new: int) -> str:
    return f"{found[1]}{new if last <= int(found[2]) < new else found[2]}"


# --- styles -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Styles:
    """Gives a cell style a twin that shows dates; the styles part is written anew only when one was made."""

    part: str | None
    tree: etree._Element | None
    dates: frozenset[int]
    made: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: zipfile.ZipFile, package: workbookxml.Package) -> _Styles:
        part = package.parts.get("xl/styles.xml")
        tree = etree.fromstring(archive.read(part)) if part else None
        return cls(part, tree, package.styles.dates)

    def dated(self, style: int) -> int:
        if style in self.dates:
            return style
        if style not in self.made:
            self.made[style] = self._twin(style)
        return self.made[style]

    def changed(self) -> dict[str, bytes]:
        if not self.made or self.part is None:
            return {}
        return {self.part: bytes(etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True))}

    def _twin(self, style: int) -> int:
        cells = self.tree.find(f"{{{MAIN}}}cellXfs") if self.tree is not None else None
        if cells is None:
            raise ValueError("no cell styles")
        twin = deepcopy(cells[style])
        twin.set("numFmtId", str(self._format()))
        twin.set("applyNumberFormat", "1")
        cells.append(twin)
        cells.set("count", str(len(cells)))
        return len(cells) - 1

    def _format(self) -> int:
        """Number of the format dd/mm/yyyy, made where the workbook has none."""
        assert self.tree is not None
        formats = self.tree.find(f"{{{MAIN}}}numFmts")
        if formats is None:
            formats = etree.Element(f"{{{MAIN}}}numFmts")
            self.tree.insert(0, formats)
        for each in formats:
            if each.get("formatCode", "").casefold() == _DATE_FORMAT:
                return int(each.get("numFmtId"))
        number = max((_FIRST_OWN_FORMAT - 1, *(int(each.get("numFmtId")) for each in formats))) + 1
        etree.SubElement(formats, f"{{{MAIN}}}numFmt", numFmtId=str(number), formatCode=_DATE_FORMAT)
        formats.set("count", str(len(formats)))
        return number
