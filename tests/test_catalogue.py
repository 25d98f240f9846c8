"""The catalogue is RULES.md: every code once, with its severity, its words and its flag."""

import string
from pathlib import Path
from types import ModuleType

import pytest

from nvbatch.form import load_form
from nvbatch.model import FLAG_WORDS, Severity
from nvbatch.rules import catalogue, cell, file, register, row, structure
from nvbatch.rules.catalogue import GATES, RULES
from nvbatch.rules.rule import Rule, worn

# RULES.md, gate by gate: codes and severities.
DEMANDED = """
F101 fatal F102 fatal F103 fatal F104 warning F105 info F106 fatal F107 info
S201 warning S202 info S203 fatal S204 fatal S205 fatal S206 warning S207 warning
S208 fatal S209 warning S210 warning S211 info S212 error S213 warning
A301 fatal A302 fatal A303 fatal A304 fatal A305 warning A306 info A307 fatal
A308 info A309 warning A310 warning A311 info A312 fatal
C401 incomplete C402 error C403 warning C404 error C405 warning C406 error C407 warning
C408 incomplete C409 warning C410 error C411 warning
R501 incomplete R502 warning R503 error R504 incomplete R505 error R506 warning R507 warning
R508 warning R509 error R510 warning R511 warning
M601 error M602 warning M603 error M604 warning M605 error M606 info M607 warning M608 warning
H701 warning H702 warning H703 warning H704 warning H705 warning H706 warning H707 error
G801 error G802 warning G803 error G804 warning G805 warning G806 warning G807 error
G808 error G809 warning G810 warning G811 error G812 info
"""

# Flags that RULES.md names beside a code.
FLAGGED = {
    "R501": "awaiting_closure", "R502": "awaiting_closure", "R504": "no_explanation", "R506": "extension_exceeded",
    "R507": "deputy_accountable", "R511": "five_clear_missing", "M602": "missing_from_report",
    "M603": "not_lead_agency", "M605": "changed_without_reason", "M608": "disputed", "H701": "no_update",
    "H702": "late_dump", "H703": "stale_narrative", "H704": "status_regressed", "H705": "overdue_silent",
    "H706": "no_deadline_reminder", "G803": "no_receiving_agency", "G804": "product_without_deadline",
    "G806": "ambiguous_deadline",
}  # fmt: skip

# Jargon, blame and English that no clerk should read.
UNWELCOME = ("invalid", "null", "format", "bạn đã", "vi phạm", "sai phạm", "error", "lỗi của", "string", "NaN")


def test_every_code_of_the_rules_is_there_once_with_its_severity() -> None:
    demanded = dict(zip(DEMANDED.split()[::2], DEMANDED.split()[1::2], strict=True))
    assert {code: str(rule.severity) for code, rule in RULES.items()} == demanded


def test_the_catalogue_stands_in_the_order_in_which_the_gates_run() -> None:
    letters = [code[0] for code in RULES]
    assert letters == sorted(letters, key="FSACRMHG".index)
    assert set(letters) == set(GATES)


def test_rules_raise_the_flags_that_the_rules_name() -> None:
    raised = {code: rule.flag for code, rule in RULES.items() if rule.flag and code != "G802"}
    assert raised == FLAGGED
    assert {rule.flag for rule in RULES.values() if rule.flag} <= set(FLAG_WORDS)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_speaks_courteous_vietnamese_and_names_its_source(rule: Rule) -> None:
    words = f"{rule.title} {rule.message} {rule.fix}"
    assert rule.title and rule.message and rule.fix and rule.source
    assert any(letter in words.casefold() for letter in "ăâđêôơưáàảãạéèẻẽẹ"), "no Vietnamese in it"
    assert not [word for word in UNWELCOME if word in words.casefold()]
    assert rule.message.rstrip().endswith((".", "}")) and rule.fix.rstrip().endswith((".", "}"))
    assert not rule.title.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_finding_without_details_still_reads(rule: Rule) -> None:
    finding = rule.finding()
    assert "{" not in finding.message + finding.fix
    assert finding.severity is rule.severity


def test_a_message_shows_what_it_is_given_as_text() -> None:
    rule = RULES["C404"]
    finding = rule.finding(value="{expected} %s", expected="0–100", args={"label": "Tiến độ (%)"})
    assert "«{expected} %s»" in finding.message


def test_words_in_a_template_are_names_only() -> None:
    for rule in RULES.values():
        for _, name, spec, conversion in string.Formatter().parse(rule.message + rule.fix):
            assert name is None or (name.isidentifier() and not spec and conversion is None), rule.code


@pytest.mark.parametrize("module", [file, structure, cell, row, register], ids=lambda m: m.__name__)
def test_a_rule_that_a_function_wears_is_really_run(module: ModuleType) -> None:
    """By a list of its module, or by the form's schema: a rule in no list would be silently dead."""
    listed = {
        worn(function).code
        for name in ("ON_READING", "ON_FRAME", "ON_WHOLE", "ON_CHANGE")
        for function in getattr(module, name, ())
    }
    by_schema = {"C401", "C404", "C406", "C408"}
    wearing = {thing.rule.code for thing in vars(module).values() if isinstance(getattr(thing, "rule", None), Rule)}
    assert wearing - by_schema == listed


def test_two_rules_of_one_code_are_a_mistake_of_ours() -> None:
    twin = ModuleType("twin")
    twin.F101 = Rule(code="F101", severity=Severity.INFO, title="x", message="x", fix="x")  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="F101"):
        catalogue._look((file, twin))


def test_the_schema_of_the_form_asks_for_what_the_contract_requires() -> None:
    assert set(load_form().required_keys) == {
        "accountable_head", "supervisor", "assignee", "updated_on", "narrative", "progress", "reported_status",
    }  # fmt: skip


def test_rules_touch_no_disk_clock_or_office_library() -> None:
    for path in Path(catalogue.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("open(", "datetime.now", "date.today", "openpyxl", "xlsxwriter", "pandera", "pathlib"):
            assert word not in text, f"{path.name}: {word}"
