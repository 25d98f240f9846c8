"""A hit and where it lies in, a finding with its address and its Vietnamese words out."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Any

from nvbatch.form import Column, Sheet
from nvbatch.model import Finding, Submission, Table
from nvbatch.rules.columns import shown
from nvbatch.rules.rule import Hit, Rule

# What is quoted in a sentence; the finding's own value stays whole.
QUOTED = 120


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
    """The finding of a rule on a file, or on a line of its table. Only ``Table.cell`` makes addresses."""
    column = _column(sheet, hit.column)
    row = table.rows[line] if table and line is not None else hit.row
    value = hit.value if hit.value is not None else _written(table, line, hit.column)
    expected = hit.expected if hit.expected is not None else _demanded(rule, column)
    return rule.finding(
        args=_words(column, hit, value),
        agency=hit.agency or submission.agency,
        task=task or hit.task,
        file=submission.document.name,
        sha256=submission.document.sha256,
        submission=intern(submission.id),
        sheet=hit.sheet or (table.sheet if table else None),
        row=row,
        cell=hit.cell or (table.cell(row, hit.column) if table and row is not None else None),
        column=hit.column,
        value=value,
        expected=expected,
    )


def _column(sheet: Sheet, key: str | None) -> Column | None:
    for column in sheet.columns:
        if column.key == key:
            return column
    return None


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
