"""Rows of register sheets in, those that say enough to count out, and the agencies that their cells name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nvbatch.agencies import Names
from nvbatch.model import Agency
from nvbatch.register_rows import Entry
from nvbatch.register_sheets import Sheets, hit_on
from nvbatch.register_tasks import ask_for
from nvbatch.rules.rule import Hit

# What a row must say to count; an exemption is never silent and never for ever.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "agencies": ("agency_code",),
    "focal_points": ("agency_code",),
    "programs": ("program",),
    "documents": ("doc_number",),
    "extensions": ("task_code", "new_deadline"),
    "handovers": ("task_code", "from_agency", "to_agency", "effective_on"),
    "verdicts": ("task_code", "verdict", "assessed_on"),
    "conferences": ("held_on",),
    "calendar": ("date", "kind"),
    "waivers": ("rule", "reason", "approved_by", "expires_on"),
}


def complete_rows(sheets: Sheets, key: str, hits: list[Hit]) -> Iterator[Entry]:
    """The rows of a sheet that say enough to count; one that says something, but not enough, is told of."""
    sheet = next(s for s in sheets.schema if s.key == key)
    unread = {(t.row, t.column) for t in sheets.troubles if t.sheet == sheet.name}
    for entry in sheets.entries[key]:
        lacking = [k for k in _NEEDED[key] if entry[k] is None]
        if not lacking:
            yield entry
            continue
        means = any(entry[c.key] is not None for c in sheet.columns if c.required)
        blank = [k for k in lacking if (entry.row, k) not in unread]
        if means and blank:
            labels = ", ".join(f"«{sheet.column(k).label}»" for k in blank)
            hits.append(
                hit_on(sheets, key, entry, blank[0], f"dòng còn trống {labels} nên chưa được tính", f"Điền {labels}")
            )


def registered(
    sheets: Sheets, key: str, entry: Entry, column: str, agencies: Mapping[str, Agency], names: Names, hits: list[Hit]
) -> str | None:
    """The agency that a cell names; nobody is told of."""
    code = names.resolve(entry[column])
    if code is None:
        what, advice = f"cơ quan «{entry[column]}» không có ở trang «Cơ quan»", ask_for(entry[column], agencies, names)
        hits.append(hit_on(sheets, key, entry, column, what, advice))
    return code
