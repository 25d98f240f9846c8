"""A task's line in, the live formula that counts its blank required cells out, as ``layout`` counts them."""

from __future__ import annotations

from functools import cache

from nvbatch.form import Form
from nvbatch.formbook.layout import DONE_WORD, EXTEND_WORD, Line, day_of_judgement, is_recurring, prepared_row
from nvbatch.model import Assignment, Table
from nvbatch.press.markup import escape
from nvbatch.press.ruled import ANY_ROW

ROW = 9_999_999  # stands for the row while a formula is prepared: no sheet has such a row


class Counter:
    """Formulas of one workbook; they differ only in their row, whether the task recurs, and whether it has a day."""

    def __init__(self, assignment: Assignment, form: Form, table: Table) -> None:
        self._form, self._table = form, table
        self._until = day_of_judgement(assignment)
        self._prepared = cache(self._pattern)

    def formula(self, line: Line) -> str:
        """The formula of a line as XML text, without its "=" and with its row left open."""
        return self._prepared(is_recurring(line.figure), line.figure.deadline is not None)

    def _pattern(self, recurring: bool, dated: bool) -> str:
        status, completed = self._cell("reported_status"), self._cell("completed_on")
        prepared = f"'{self._form.info.name}'!$B${prepared_row(self._form)}"
        plain = [key for key in self._form.required_keys if key != "updated_on"]
        parts = [self._blank(*plain), f'({self._cell("updated_on")}="")*({prepared}="")']
        proof = ("result",) if recurring else ("completed_on", "result", "result_doc")
        parts.append(f'({status}="{DONE_WORD}")*({self._blank(*proof)})')
        parts.append(f'({status}="{EXTEND_WORD}")*({self._blank("requested_deadline", "extension_reason")})')
        if dated:
            judged = f"DATE({self._until.year},{self._until.month},{self._until.day})"
            finished = f'IF(AND({status}="{DONE_WORD}",ISNUMBER({completed})),{completed},{judged})'
            late = f"({finished}>{self._cell('deadline')})"
            parts.append(f"{late}*({self._blank('delay_cause_kind', 'delay_reason', 'explanation_doc')})")
        return escape("+".join(parts)).replace(str(ROW), ANY_ROW)

    def _cell(self, key: str) -> str:
        return self._table.cell(ROW, key) or ""

    def _blank(self, *keys: str) -> str:
        return "+".join(f'({self._cell(key)}="")' for key in keys)
