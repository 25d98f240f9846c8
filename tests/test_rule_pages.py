"""Every page of tests/rules/: its marks say exactly which findings must appear, no fewer, no more."""

import re
from pathlib import Path

import pytest
from office_page import OfficeCase
from rule_page import Case, play, read_page

from nvbatch.rules.catalogue import RULES

PAGES = sorted((Path(__file__).parent / "rules").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]

# What must never stand in words that people read: a gap, an empty quotation, a word of the code.
UNREAD = re.compile(r"(?<!\S)…(?!\S)|«\s*»|\(\s*\)|[{}]|\bNone\b|  |\d{4}-\d\d-\d\d|\d{4}-W\d\d|\s[.,;:](?=\s|$)|\.\.$")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_marks_are_exactly_what_is_found(case: Case | OfficeCase) -> None:
    outcome = play(case)
    missing, surplus = sorted(case.expected - outcome.found), sorted(outcome.found - case.expected)
    assert not missing and not surplus, f"{case}\n  not found: {missing}\n  not marked: {surplus}"
    marked, became = dict(case.fates), dict(outcome.fates)
    fates = {line: (fate, became[line]) for line, fate in marked.items() if fate != became[line]}
    assert not fates, f"{case}\n  line: (marked, became) {fates}"
    said = {f"{finding.rule} {finding.message}" for finding in outcome.findings}
    unsaid = sorted(set(case.all("message")) - said)
    assert not unsaid, f"{case}\n  not said: {unsaid}\n  but: {sorted(said)}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_said_has_no_gaps(case: Case | OfficeCase) -> None:
    for finding in play(case).findings:
        for text in (finding.message, finding.fix):
            assert not UNREAD.search(text), f"{finding.rule}: {text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_shows_its_rule_firing_and_silent(page: Path) -> None:
    cases = read_page(page)
    assert any(page.stem in case.codes for case in cases), f"{page.stem} fires nowhere: a dead rule would stay green"
    assert any(page.stem not in case.codes for case in cases), f"{page.stem} has no silent twin"


def test_every_rule_has_its_page() -> None:
    assert {page.stem for page in PAGES} == set(RULES)
