"""The form's schema as pandera sees it: a frame of rows in, failing cells with their rule out. Pandera's one room."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nvbatch.config import Rules
from nvbatch.form import Column, Form
from nvbatch.rules import cell
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.rule import Hit, Rule, worn

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


def failures(frame: pd.DataFrame, form: Form, rules: Rules) -> Iterator[tuple[Rule, Hit]]:
    """Every cell of the frame that the form's schema refuses, with the rule, column by column. One lazy pandera call.

    Text columns are taken as they are: types are settled by the reader, pandera coerces nothing.
    """
    import pandera.errors

    schema = _schema(form, rules)
    try:
        schema.validate(frame[list(schema.columns)], lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        found = zip(cases["column"], cases["check"], cases["index"], strict=True)
        place = {key: at for at, key in enumerate(schema.columns)}  # pandera's own order hangs on how many there are
        for column, code, index in sorted(found, key=lambda case: place[case[0]]):
            if index is None or index != index:
                raise AssertionError(f"the check {code} of column {column} did not run") from errors
            expected = str(rules.min_narrative_chars) if code == "C408" else None
            yield RULES[str(code)], Hit(index=int(index), column=str(column), expected=expected)


@lru_cache(maxsize=8)
def _schema(form: Form, rules: Rules) -> pa.DataFrameSchema:
    import pandera.pandas as pa

    columns = {c.key: checks for c in form.tasks.columns if c.agency and (checks := _checks(c, form, rules))}
    return pa.DataFrameSchema({key: pa.Column(checks=checks, nullable=True) for key, checks in columns.items()})


def _checks(column: Column, form: Form, rules: Rules) -> list[Any]:
    import pandera.pandas as pa

    checks = []
    if column.required:
        checks.append(_check(pa, cell.required_field_is_filled))
    if column.min is not None and column.max is not None:
        checks.append(_check(pa, cell.progress_is_from_0_to_100, low=column.min, high=column.max))
    if column.choices and not column.open:
        checks.append(_check(pa, cell.choice_is_in_the_list, choices=column.choices))
    if column.min_chars:
        least = getattr(rules, column.min_chars.removeprefix("rules."))
        says = cell.narrative_says_what_was_done
        checks.append(_check(pa, says, min_chars=least, placeholders=form.placeholders))
    return checks


def _check(pa: Any, demand: Any, **limits: Any) -> Any:
    """A rule's mask as a pandera check that names the rule's code; a blank cell is judged too (C401)."""
    return pa.Check(demand, error=worn(demand).code, ignore_na=False, **limits)
