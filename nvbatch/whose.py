"""A reading in; whose it says it is, and of which registered agencies its sheets and columns speak, out."""

from __future__ import annotations

from collections.abc import Iterator

from nvbatch import viet
from nvbatch.model import Reading
from nvbatch.register import Register

# Headers of a column that says whose a row is; «phối hợp» and the like speak of others.
_WHOSE = frozenset(
    viet.label_key(f"{who}{does}")
    for who in ("Cơ quan", "Đơn vị", "Cơ quan, đơn vị", "Tên cơ quan", "Tên đơn vị")
    for does in ("", " chủ trì", " báo cáo", " thực hiện", " chủ trì thực hiện")
) | {viet.label_key(text) for text in ("Chủ trì", "Chủ trì thực hiện", "Mã cơ quan", "Mã đơn vị")}


def names_itself(reading: Reading) -> tuple[str, ...]:
    """Whose the workbook says it is, in its own words: by its form mark, by sheet Thông tin."""
    stamped = reading.stamp.agency if reading.stamp else None
    return tuple(filter(None, (stamped, reading.info.get("agency_code"), reading.info.get("agency_name"))))


def speaks_of(reading: Reading, register: Register) -> tuple[str, ...]:
    """Codes of the agencies of its task sheets, and of a column that says whose each row is."""
    return tuple(dict.fromkeys((*sheets_of(reading, register), *_of_columns(reading, register))))


def sheets_of(reading: Reading, register: Register) -> tuple[str, ...]:
    """Codes of the agencies named over its task sheets, or as their names; those that were not read as well."""
    if reading.tasks is None:
        return ()
    sheets = {reading.tasks.sheet: reading.title, **reading.beside}
    found = (_of_sheet(name, title, register) for name, title in sheets.items())
    return tuple(dict.fromkeys(code for code in found if code))


def _of_sheet(name: str, title: tuple[str, ...], register: Register) -> str | None:
    return next((code for text in (*title, name) if (code := register.resolve_agency(text))), None)


def _of_columns(reading: Reading, register: Register) -> Iterator[str]:
    table = reading.tasks
    for letter, header in table.extras.items() if table else ():
        if table and viet.label_key(header) in _WHOSE:
            texts = dict.fromkeys(str(text) for text in table.extra_values.get(letter, ()) if text)
            yield from (code for text in texts if (code := register.resolve_agency(text)))
