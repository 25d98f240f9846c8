"""The reading of a file that is not checked row by row in, what is told of the file as a whole out (gates F and S)."""

from __future__ import annotations

from nvbatch.form import Form
from nvbatch.model import Finding, Reading, Submission
from nvbatch.rules.notes import home, noted_hits
from nvbatch.rules.policy import Policy
from nvbatch.rules.wording import finding_of


def file_findings(submission: Submission, reading: Reading, *, form: Form, policy: Policy) -> tuple[Finding, ...]:
    """Notes of gates F and S; what is said of single cells waits until the file counts."""
    found = []
    for rule, hit in noted_hits(reading):
        if rule.code[0] in "FS" and rule.code != "S212":
            sheet, table = home(reading, form, hit)
            found.append(finding_of(rule, hit, submission, sheet=sheet, table=table))
    return policy.judge_all(found)
