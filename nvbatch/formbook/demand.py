"""A task's line in, the live formula that counts its blank required cells out, as ``layout`` counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

from nvbatch.form import Form
from nvbatch.formbook.layout import DONE_WORD, EXTEND_WORD, Line, is_recurring, prepared_row, task_table
from nvbatch.formbook.live import ROW, Live
from nvbatch.press.stencil import Slot

_EITHER = (False, True)


class Counter:
    """The counter at the end of each line; its formula depends on whether the task recurs, and whether it has a day."""

    def __init__(self, form: Form, until: date) -> None:
        self._form, self._table, self._until = form, task_table(form), until
        at = len(form.tasks.columns)
        self._live: Mapping[tuple[bool, bool], Live] = {
            (recurring, dated): Live(at, self._formula(recurring, dated))
            for recurring, dated in product(_EITHER, _EITHER)
        }

    def slots(self, lines: Sequence[Line], style: int) -> list[Slot]:
        """The cells in which open lines are counted."""
        slots = {kind: live.slot(style) for kind, live in self._live.items()}
        return [slots[is_recurring(line.figure), line.figure.deadline is not None] for line in lines]

    def _formula(self, recurring: bool, dated: bool) -> str:
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
        return "+".join(parts)

    def _cell(self, key: str) -> str:
        return self._table.cell(ROW, key) or ""

    def _blank(self, *keys: str) -> str:
        return "+".join(f'({self._cell(key)}="")' for key in keys)
