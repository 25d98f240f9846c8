"""Which severity a rule has here and now: switched off, demoted, waived (RULES, contract 8.18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from nvbatch.model import Finding, Severity, Waiver

# A file that cannot be read stays unread whatever the configuration says.
UNBENDING = frozenset({"F101", "F102", "F103", "F106", "S203", "S204", "S205", "S208", "A303", "A307"})


@dataclass(frozen=True, slots=True)
class Policy:
    """``off`` and ``as_warning``: the configuration in force; ``waivers``: the register's; ``day`` = D(as-of)."""

    off: frozenset[str] = frozenset()
    as_warning: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    day: date = date.max

    def acts(self, rule: str, agency: str | None = None, task: str | None = None) -> bool:
        """Does the rule keep its consequences (flag, hold, not aggregated) here?"""
        if rule in UNBENDING:
            return True
        return rule not in self.off and rule not in self.as_warning and self.waiver(rule, agency, task) is None

    def waiver(self, rule: str, agency: str | None, task: str | None) -> Waiver | None:
        """The waiver that covers it, if one is still in force on the day."""
        for waiver in self.waivers:
            if (
                waiver.rule == rule
                and waiver.expires_on >= self.day
                and (waiver.agency is None or waiver.agency == agency)
                and (waiver.task_code is None or waiver.task_code == task)
            ):
                return waiver
        return None

    def judge(self, finding: Finding) -> Finding | None:
        """The finding as it counts here: None when switched off, warning when demoted, info when waived."""
        stands = self.stands(finding.rule, finding.severity, finding.agency, finding.task)
        if stands is None or stands == (finding.severity, finding.waived):
            return finding if stands else None
        return replace(finding, severity=stands[0], waived=stands[1])

    def stands(
        self, rule: str, severity: Severity, agency: str | None, task: str | None
    ) -> tuple[Severity, bool] | None:
        """How grave what a rule says is here, and whether that is because of a waiver; None when it is off."""
        if rule in UNBENDING:
            return severity, False
        if rule in self.off:
            return None
        if self.waiver(rule, agency, task) is not None:
            return Severity.INFO, True
        if rule in self.as_warning and severity in (Severity.FATAL, Severity.ERROR, Severity.INCOMPLETE):
            return Severity.WARNING, False
        return severity, False

    def judge_all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(judged for finding in findings if (judged := self.judge(finding)) is not None)
