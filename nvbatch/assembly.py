"""Readings, the office and what earlier runs know in, the whole computation out: admit → check → merge → assess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from nvbatch.config import Config
from nvbatch.heap import unsearched
from nvbatch.intake.tally import mail_sum
from nvbatch.memory import Recall
from nvbatch.model import (
    Checked,
    Conference,
    Document,
    Finding,
    Merged,
    Period,
    Reading,
    Severity,
    Submission,
    SubmissionState,
    Trend,
)
from nvbatch.office import Assembled, Office, main_period, policy_at
from nvbatch.register import Register
from nvbatch.returns import Material
from nvbatch.rules.policy import Policy

if TYPE_CHECKING:
    from nvbatch.checkcache import Known
    from nvbatch.stages.admit import Admission

MAX_ROUNDS = 3  # "*" hand-overs depend on what was done, which depends on who led: settled in one round, rarely two
MERGING = (SubmissionState.ACCEPTED, SubmissionState.SUPERSEDED)


@unsearched()
def compute(
    office: Office,
    readings: Sequence[tuple[Document, Reading]],
    recalled: Recall,
    *,
    as_of: datetime,
    periods: Mapping[str, Period],
    conference: Conference | None,
    only: str | None = None,
    decided: Mapping[str, str] | None = None,
    trends: tuple[Trend, ...] = (),
    published_before: str | None = None,
    known: Known | None = None,
) -> Assembled:
    """Admit, check, merge, assess: nothing but these values enters the figures (contract 8.17).

    ``decided``: submission id → "release" or "reject"; ``only``: the one programme that the figures speak of.
    ``known``: what was found on files before, which changes nothing but the time that it takes.
    """
    from nvbatch.assessment import Assessment
    from nvbatch.stages.admit import admit
    from nvbatch.stages.assess import assess

    config = office.config.at(main_period(periods).end)
    register = recalled.register
    policy = policy_at(config, register, as_of)
    _, lock_at = office.asked(conference, as_of)
    admission = admit(
        readings,
        register=register,
        calendar=office.calendar,
        config=office.config,
        policy=policy,
        as_of=as_of,
        lock_at=lock_at,
        released=decided,
    )
    read = {s.id: r for s, r in admission.pairs}
    today = as_of.astimezone(config.zone).date()
    register, checked, merged = _settled(office, admission, register, policy, config, today, known)
    submissions = tuple(_counted(s, checked, merged) for s, _ in admission.pairs)
    others = _uncounted(office, admission, policy)
    snapshot = assess(
        Assessment(
            register=register,
            calendar=office.calendar,
            config=config,
            policy=policy,
            form=office.form,
            as_of=as_of,
            periods=periods,
            conference=conference,
            lock_at=lock_at,
            submissions=submissions,
            checked=checked,
            merged=merged,
            file_findings=(*admission.findings, *others, *checked.findings, *merged.findings),
            register_hits=office.hits,
            register_changes=recalled.changes,
            vanished=tuple(sorted(recalled.vanished)),
            trends=trends,
            published_before=published_before,
            only_program=only,
            configs={program: office.config.at(period.end) for program, period in periods.items()},
        )
    )
    material = Material(
        register=register, form=office.form, merged=merged, changes=checked.changes, readings=read, today=today
    )
    came = mail_sum(
        (d for d, _ in readings), recalled.oversize, periods=periods.values(), as_of=as_of, zone=config.zone
    )
    return Assembled(
        snapshot=replace(snapshot, mail=came),
        material=material,
        config=config,
        submissions=submissions,
        reasons=_reasons(admission),
        vanished=recalled.vanished,
    )


def _settled(
    office: Office,
    admission: Admission,
    register: Register,
    policy: Policy,
    config: Config,
    today: date,
    known: Known | None,
) -> tuple[Register, Checked, Merged]:
    """Check and merge until it is settled which tasks a "*" hand-over passed by."""
    from nvbatch.stages.merge import merge

    policies = {key: _there(policy, office.config.at(period.end)) for key, period in admission.periods.items()}
    for _round in range(MAX_ROUNDS):
        checked = _check(office, admission.pairs, register, policy, admission.periods, config, known)
        merged = merge(checked, register=register, policy=policy, today=today, zone=config.zone, policies=policies)
        if merged.kept == register.kept:
            break
        register = register.keeping(merged.kept)
    return register, checked, merged


def _there(policy: Policy, config: Config) -> Policy:
    """What was off or demoted while a configuration was in force; waivers are those of as-of."""
    return replace(policy, off=frozenset(config.rules.off), as_warning=frozenset(config.rules.as_warning))


def _uncounted(office: Office, admission: Admission, policy: Policy) -> list[Finding]:
    """What is told of files whose rows are not checked, those sent twice apart."""
    from nvbatch.refused import file_findings

    return [
        finding
        for s, r in admission.pairs
        if s.state not in (*MERGING, SubmissionState.DUPLICATE)
        for finding in file_findings(s, r, form=office.form, policy=policy)
    ]


def _reasons(admission: Admission) -> dict[str, tuple[Finding, ...]]:
    """Why a file is held or returned: submission → fatal findings of gate A."""
    reasons: dict[str, tuple[Finding, ...]] = {}
    for finding in admission.findings:
        if finding.submission and finding.severity is Severity.FATAL:
            reasons[finding.submission] = (*reasons.get(finding.submission, ()), finding)
    return reasons


def _check(
    office: Office,
    pairs: Iterable[tuple[Submission, Reading]],
    register: Register,
    policy: Policy,
    periods: Mapping[tuple[str, str], Period],
    present: Config,
    known: Known | None,
) -> Checked:
    """Each period's files by the rules in force on its last day; how many extensions are allowed, by the run's."""
    from nvbatch.stages.check import check

    groups: dict[Config, list[tuple[Submission, Reading]]] = {}
    by_day: dict[date, list[tuple[Submission, Reading]]] = {}
    for submission, reading in pairs:
        if submission.state in MERGING and reading.tasks is not None:
            end = periods[(submission.program, submission.period or "")].end
            if end not in by_day:
                own = office.config.at(end)
                rules = own.rules.model_copy(update={"max_extensions": present.rules.max_extensions})
                by_day[end] = groups.setdefault(own.model_copy(update={"rules": rules}), [])
            by_day[end].append((submission, reading))
    parts = []
    for config, batch in groups.items():
        there, form = _there(policy, config), office.form
        here = known.under(register=register, form=form, policy=there, config=config) if known else None
        parts.append(
            check(
                batch,
                register=register,
                form=form,
                policy=there,
                config=config,
                calendar=office.calendar,
                known=here,
            )
        )
    return Checked(
        rows=tuple(row for part in parts for row in part.rows),
        held=tuple(row for part in parts for row in part.held),
        findings=tuple(finding for part in parts for finding in part.findings),
        changes=tuple(change for part in parts for change in part.changes),
        counts={key: counts for part in parts for key, counts in part.counts.items()},
        reported={key: codes for part in parts for key, codes in part.reported.items()},
    )


def _counted(submission: Submission, checked: Checked, merged: Merged) -> Submission:
    """Rows of a file that counts: read = merged + held + skipped."""
    if submission.id not in checked.counts:
        return submission
    read, held, skipped = checked.counts[submission.id]
    held += merged.held_counts.get(submission.id, 0)
    return replace(submission, rows_read=read, rows_held=held, rows_skipped=skipped, rows_merged=read - held - skipped)
