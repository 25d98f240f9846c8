"""Assignment → the agency workbook BM01: blank form, prefilled form and marked return, from one renderer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from nvbatch import viet
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.formbook.approval import draw_approval
from nvbatch.formbook.guide import draw_guide
from nvbatch.formbook.info import draw_changes, draw_info, draw_stamp
from nvbatch.formbook.layout import lay_out
from nvbatch.formbook.made_from import digest
from nvbatch.formbook.mends import draw_mends
from nvbatch.formbook.tasks import draw_tasks
from nvbatch.model import Assignment
from nvbatch.press.book import Book
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.rule import Rule


def render(
    assignment: Assignment,
    form: Form,
    path: Path,
    *,
    office: Office,
    rules: Mapping[str, Rule] = RULES,
) -> None:
    """Write the workbook of contract section 4 to ``path``.

    ``rules`` are those that the guide sheet tells of. A return (``assignment.marked``) shows the agency's own values,
    marks what must be mended and opens on the list of it. The same assignment gives the same bytes.
    """
    zone = ZoneInfo(office.timezone)
    made_at = (assignment.issued_at or assignment.period.cutoff).astimezone(zone)
    layout = lay_out(assignment, form)
    title = f"{form.form} {assignment.agency.code} {assignment.program.code} {assignment.period.key}"
    with Book(path, title=title, created=made_at, author=office.name) as book:
        first = draw_guide(book, assignment, form, rules.values(), made_at=made_at)
        draw_info(book, assignment, form, layout, made_at=made_at)
        draw_tasks(book, assignment, form, layout, made_at=made_at)
        draw_changes(book, assignment, form, layout, made_at=made_at)
        draw_approval(book, assignment, form, layout, made_at=made_at)
        if assignment.marked:
            first = draw_mends(book, assignment, layout, zone=zone, made_at=made_at)
        draw_stamp(book, assignment, form)
        book.open_on(first)


def made_from(assignment: Assignment, form: Form, *, office: Office, rules: Mapping[str, Rule] = RULES) -> str:
    """The digest of everything that :func:`render` depends on."""
    return digest(assignment, form, office=office, rules=rules)


def form_name(agency: str, program: str, period: str) -> str:
    """File name of a form, ASCII only."""
    return f"BM01_{_ascii(agency)}_{_ascii(program)}_{_ascii(period)}.xlsx"


def return_name(agency: str, period: str, program: str = "CHUNG") -> str:
    """File name of a return, ASCII only; a programme besides CHUNG is named, so that two never meet in one file."""
    middle = "" if program == "CHUNG" else f"-{_ascii(program)}"
    return f"{_ascii(agency)}{middle}-{_ascii(period)}.xlsx"


def _ascii(code: str) -> str:
    plain = "".join(viet.bare(letter) for letter in code)
    return re.sub(r"[^A-Za-z0-9.-]+", "-", plain).strip("-.") or "X"
