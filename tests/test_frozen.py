"""Values made many at once are the values that calling their class would make."""

from dataclasses import FrozenInstanceError, fields
from itertools import repeat

import pytest

from nvbatch.frozen import frozen
from nvbatch.model import Finding, Severity


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    own = {"rule": ["C401", "C402"], "severity": [Severity.ERROR, Severity.INFO], "message": ["a", "b"]}
    rest = {field.name: repeat(field.default) for field in fields(Finding) if field.name not in own}
    made = frozen(Finding, 2, **own, **rest)
    assert made == [
        Finding(rule="C401", severity=Severity.ERROR, message="a"),
        Finding(rule="C402", severity=Severity.INFO, message="b"),
    ]
    assert made[0].fix == "" and made[1].waived is False
    with pytest.raises(FrozenInstanceError):
        made[0].rule = "C403"  # type: ignore[misc]


def test_every_field_must_be_named() -> None:
    with pytest.raises(KeyError):
        frozen(Finding, 1, rule=["C401"])


def test_none_at_all_are_none() -> None:
    assert frozen(Finding, 0, **{field.name: [] for field in fields(Finding)}) == []
