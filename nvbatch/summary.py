"""A Snapshot in, the few facts that are told about a run when it ends out: small enough to be kept beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nvbatch.model import AgencyFigure, Finding, Severity, Snapshot, SubmissionState, Totals

TO_MEND = frozenset({Severity.FATAL, Severity.ERROR, Severity.INCOMPLETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run ends with. Names are codes; lists are in the order in which they are told."""

    provisional: bool
    periods: Mapping[str, str]  # programme → key
    totals: Totals
    files: Mapping[str, int]  # state → files received in or counting for the present periods
    owing: int  # agencies that owe a report
    sent: int  # of these
    fit: int  # agencies whose report needs no mending
    mend: tuple[str, ...]  # agencies whose report needs mending
    held: tuple[str, ...]  # file names in quarantine
    register_errors: int
    register_rules: tuple[str, ...]
    silent: tuple[str, ...]  # agencies without a report, longest silent first
    decisions: tuple[str, ...]  # task codes
    changes: int

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


def summary_of(snapshot: Snapshot) -> Summary:
    """The facts of a run that has just been computed."""
    mend = agencies_to_mend(snapshot)
    register = [f for f in snapshot.findings if _is_register_error(f)]
    owing = [agency for agency in snapshot.agencies if agency.owes]
    silent = [agency for agency in snapshot.agencies if "not_submitted" in agency.flags]
    return Summary(
        provisional=snapshot.provisional,
        periods={program: period.key for program, period in snapshot.periods.items()},
        totals=snapshot.totals,
        files=dict(Counter(str(submission.state) for submission in snapshot.submissions)),
        owing=len(owing),
        sent=sum(agency.submitted for agency in owing),
        fit=sum(agency.submitted and agency.agency.code not in mend for agency in snapshot.agencies),
        mend=tuple(sorted(mend)),
        held=tuple(s.document.name for s in snapshot.submissions if s.state is SubmissionState.QUARANTINED),
        register_errors=len(register),
        register_rules=tuple(sorted({f.rule for f in register})),
        silent=tuple(a.agency.code for a in sorted(silent, key=_longest_silent_first)),
        decisions=snapshot.decisions,
        changes=len(snapshot.changes),
    )


def summary_from(plain: Mapping[str, Any]) -> Summary:
    """What :meth:`Summary.plain` gave, read back from JSON. Raises TypeError or KeyError for anything else."""
    totals = dict(plain["totals"])
    totals["fractions"] = {name: tuple(pair) for name, pair in totals["fractions"].items()}
    lists = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
    return Summary(**{**plain, **lists, "totals": Totals(**totals)})


def agencies_to_mend(snapshot: Snapshot) -> frozenset[str]:
    """Agencies whose counting file carries something to mend."""
    counting = {name for agency in snapshot.agencies for name in agency.submissions}
    return frozenset(
        finding.agency
        for finding in snapshot.findings
        if finding.agency and finding.submission in counting and finding.severity in TO_MEND and not finding.waived
    )


def _is_register_error(finding: Finding) -> bool:
    return finding.rule.startswith("G") and finding.severity is Severity.ERROR and not finding.waived


def _longest_silent_first(agency: AgencyFigure) -> tuple[int, str]:
    return (-agency.silent_periods, agency.agency.code)
