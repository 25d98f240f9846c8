"""Assignment → the agency workbook BM01: blank form, prefilled form and marked return, from one renderer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from nvbatch import viet
from nvbatch.config import Office
from nvbatch.form import Form
from nvbatch.formbook.approval import ApprovalSheet
from nvbatch.formbook.info import draw_changes, draw_info, draw_stamp
from nvbatch.formbook.layout import lay_out
from nvbatch.formbook.made_from import Recipe
from nvbatch.formbook.mends import draw_mends
from nvbatch.formbook.mould import Mould
from nvbatch.formbook.tasks import TaskSheet
from nvbatch.model import Assignment
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.rule import Rule


class Issuer:
    """The renderer of one form: workbook after workbook, what they have in common is made once.

    ``rules`` are those that the guide sheet tells of.
    """

    def __init__(self, form: Form, *, office: Office, rules: Mapping[str, Rule] = RULES) -> None:
        self._form, self._office = form, office
        self._mould = Mould(form, rules.values())
        self._tasks, self._approval = TaskSheet(form), ApprovalSheet(form)
        self._recipe = Recipe(form, office=office, rules=rules)

    def render(self, assignment: Assignment, path: Path) -> None:
        """Write the workbook of contract section 4 to ``path``.

        A return (``assignment.marked``) shows the agency's own values, marks what must be mended and opens on the list
        of it. The same assignment gives the same bytes.
        """
        form, zone = self._form, ZoneInfo(self._office.timezone)
        made_at = (assignment.issued_at or assignment.period.cutoff).astimezone(zone)
        layout = lay_out(assignment, form)
        title = f"{form.form} {assignment.agency.code} {assignment.program.code} {assignment.period.key}"
        begun = self._mould.begin(assignment, path, title=title, made_at=made_at, author=self._office.name)
        with begun as book:
            draw_info(book, assignment, form, layout, made_at=made_at)
            self._tasks.draw(book, assignment, layout, made_at=made_at)
            draw_changes(book, assignment, form, layout, made_at=made_at)
            self._approval.draw(book, assignment, layout, made_at=made_at)
            if assignment.marked:
                book.open_on(draw_mends(book, assignment, layout, zone=zone, made_at=made_at))
            draw_stamp(book, assignment, form)

    def made_from(self, assignment: Assignment) -> str:
        """The digest of everything that :meth:`render` depends on."""
        return self._recipe.digest(assignment)


def render(
    assignment: Assignment, form: Form, path: Path, *, office: Office, rules: Mapping[str, Rule] = RULES
) -> None:
    """One workbook alone; see :meth:`Issuer.render`."""
    Issuer(form, office=office, rules=rules).render(assignment, path)


def made_from(assignment: Assignment, form: Form, *, office: Office, rules: Mapping[str, Rule] = RULES) -> str:
    """The digest of one workbook alone; see :meth:`Issuer.made_from`."""
    return Issuer(form, office=office, rules=rules).made_from(assignment)


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
