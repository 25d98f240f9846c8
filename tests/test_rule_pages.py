"""Every page of tests/rules/: its marks say exactly which findings must appear, no fewer, no more."""

from pathlib import Path

import pytest
from rule_page import Case, play, read_page

from nvbatch.rules.catalogue import RULES

PAGES = sorted((Path(__file__).parent / "rules").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]

# Judged where several files, periods or the register as a whole are seen: admit, assess and the register's own tests.
ELSEWHERE = {code for code in RULES if code[0] in "AHG"} | {"R504", "M602", "M607"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_marks_are_exactly_what_is_found(case: Case) -> None:
    outcome = play(case)
    missing, surplus = sorted(case.expected - outcome.found), sorted(outcome.found - case.expected)
    assert not missing and not surplus, f"{case}\n  not found: {missing}\n  not marked: {surplus}"
    fates = {row: (case.fates[row], outcome.fates[row]) for row in case.fates if case.fates[row] != outcome.fates[row]}
    assert not fates, f"{case}\n  row: (marked, became) {fates}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_shows_its_rule_firing_and_silent(page: Path) -> None:
    cases = read_page(page)
    assert any(page.stem in case.codes for case in cases), f"{page.stem} fires nowhere: a dead rule would stay green"
    assert any(page.stem not in case.codes for case in cases), f"{page.stem} has no silent twin"


def test_every_rule_has_its_page() -> None:
    assert {page.stem for page in PAGES} | ELSEWHERE == set(RULES)
