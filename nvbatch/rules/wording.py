"""A hit and where it lies in, a finding with its address and its Vietnamese words out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from functools import lru_cache
from sys import intern
from typing import Any

from nvbatch.form import Column, Sheet
from nvbatch.model import Finding, Submission, Table
from nvbatch.rules.columns import shown
from nvbatch.rules.rule import Hit, Rule

# What is quoted in a sentence; the finding's own value stays whole.
QUOTED = 120


# What a finding says for itself, in this order; whose file it lies in the file says of all its findings.
OWN = tuple(field.name for field in fields(Finding) if field.name not in ("file", "sha256", "submission"))
Told = tuple[Any, ...]


def finding_of(
    rule: Rule,
    hit: Hit,
    submission: Submission,
    *,
    sheet: Sheet,
    table: Table | None = None,
    line: int | None = None,
    task: str | None = None,
) -> Finding:
    """The finding of a rule on a file, or on a line of its table."""
    told = Wording(sheet).told(rule, hit, submission.agency, table=table, line=line, task=task)
    document = submission.document
    own = dict(zip(OWN, told, strict=True))
    return Finding(file=document.name, sha256=document.sha256, submission=intern(submission.id), **own)


class Wording:
    """Puts hits on one sheet of the form into words, each different sentence once: many rows are told the same."""

    def __init__(self, sheet: Sheet) -> None:
        self._columns = {column.key: column for column in sheet.columns}
        self._said: dict[Hashable, tuple[str, str]] = {}

    def told(
        self,
        rule: Rule,
        hit: Hit,
        agency: str | None,
        *,
        table: Table | None = None,
        line: int | None = None,
        task: str | None = None,
    ) -> Told:
        """The fields ``OWN`` of a finding. Only ``Table.cell`` makes addresses."""
        column = self._columns.get(hit.column or "")
        row = table.rows[line] if table is not None and line is not None else hit.row
        value = hit.value if hit.value is not None else _written(table, line, hit.column)
        expected = hit.expected if hit.expected is not None else _demanded(rule, column)
        agency, task = hit.agency or agency, task or hit.task
        said = self._sentences(rule, hit, column, value, expected, agency, task)
        sheet = hit.sheet or (table.sheet if table is not None else None)
        cell = hit.cell or (table.cell(row, hit.column) if table is not None and row is not None else None)
        return rule.code, rule.severity, *said, agency, task, sheet, row, cell, hit.column, value, expected, False

    def _sentences(
        self,
        rule: Rule,
        hit: Hit,
        column: Column | None,
        value: str | None,
        expected: str | None,
        agency: str | None,
        task: str | None,
    ) -> tuple[str, str]:
        """Message and mending hint. Two hits that differ in nothing that a sentence may quote share them."""
        said = {"expected": expected, "agency": agency, "task": task}
        quoted = [said[name] for name in _quoted(rule)]
        key = (rule.code, hit.column, hit.cell, hit.expected, value, *quoted, *hit.args.items())
        try:
            found = self._said.get(key)
        except TypeError:  # a word that is none
            return rule.said(_words(column, hit, value), **said)
        if found is None:
            found = self._said[key] = rule.said(_words(column, hit, value), **said)
        return found


@lru_cache(maxsize=256)
def _quoted(rule: Rule) -> tuple[str, ...]:
    """Which of these the sentences of a rule speak of."""
    return tuple(name for name in ("expected", "agency", "task") if f"{{{name}" in rule.message + rule.fix)


def _written(table: Table | None, line: int | None, column: str | None) -> str | None:
    """What stands in the cell, as written when the typed value lost something."""
    if table is None or line is None or column is None:
        return None
    raw = table.raw.get((line, column))
    values = table.values.get(column)
    return raw or (shown(values[line]) if values else "") or None


def _demanded(rule: Rule, column: Column | None) -> str | None:
    if column is None:
        return None
    if rule.code == "C404":
        return f"{column.min:g}–{column.max:g}"
    return " / ".join(column.choices) if rule.code == "C406" else None


def _words(column: Column | None, hit: Hit, value: str | None) -> Mapping[str, Any]:
    """The words that every message may use, and those of the hit."""
    words: dict[str, Any] = {"label": hit.cell or "Ô", "clear": "", "hint": "", "choices": "", "near": ""}
    words["value"] = clip(value or "")
    if column:
        words["label"], words["hint"] = column.label, column.hint
        words["clear"] = f" (5 rõ: rõ {column.clear})" if column.clear else ""
        words["choices"] = ", ".join([f"«{choice}»" for choice in column.choices])
        words["near"] = f" Có phải là «{hit.expected}»?" if hit.expected in column.choices else ""
    words.update(hit.args)
    return words


def clip(text: str) -> str:
    """A text short enough to be quoted in a sentence."""
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rstrip() + "…"
