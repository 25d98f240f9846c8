"""Readings in, submissions out: whose each workbook is, for which period it counts, how it stands (gate A)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nvbatch.authority import Authority
from nvbatch.calendar import Calendar, period_name
from nvbatch.config import Config
from nvbatch.model import (
    Document,
    Finding,
    Period,
    Reading,
    Severity,
    Submission,
    SubmissionState,
    Timeliness,
)
from nvbatch.periods import Periods, stamped_key
from nvbatch.register import Register
from nvbatch.rules.catalogue import RULES
from nvbatch.rules.policy import Policy

OWN_DATE_TOLERANCE = timedelta(days=1)
QUARANTINE = frozenset({"A301", "A302", "A304", "A312"})


@dataclass(frozen=True, slots=True)
class Admission:
    """Submissions in order of receipt, each with its reading; findings of gate A; periods by programme and key."""

    pairs: tuple[tuple[Submission, Reading], ...]
    findings: tuple[Finding, ...]
    periods: Mapping[tuple[str, str], Period]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A submission being judged: nothing is written to it, it is replaced."""

    document: Document
    reading: Reading
    agency: str | None
    program: str
    period: Period
    timeliness: Timeliness
    known: bool
    findings: tuple[Finding, ...]
    state: SubmissionState

    @property
    def key(self) -> tuple[str | None, str, str]:
        return (self.agency, self.program, self.period.key)

    def with_state(self, state: SubmissionState, *more: Finding) -> _Entry:
        return replace(self, state=state, findings=self.findings + more)


def admit(
    pairs: Sequence[tuple[Document, Reading]],
    *,
    register: Register,
    calendar: Calendar,
    config: Config,
    policy: Policy,
    as_of: datetime,
    lock_at: datetime | None,
    released: Mapping[str, str] | None = None,
) -> Admission:
    """Judge every document received before ``as_of`` (contract 8.3).

    ``lock_at`` is the lock in force; ``released``: submission id → "release" or "reject", the Office's word.
    """
    judge = _Judge(
        authority=Authority(register, config.intake.require_registered_sender),
        periods=Periods(register, calendar, config),
        config=config,
        policy=policy,
        lock_at=lock_at,
        released=released or {},
    )
    entries: list[_Entry] = []
    seen: dict[str, _Entry] = {}
    for document, reading in sorted(pairs, key=lambda pair: _order(pair[0])):
        if document.receipt.received_at >= as_of:
            continue
        entry = judge.entry(document, reading, seen.get(document.sha256))
        entries.append(entry)
        if document.sha256 not in seen or (entry.state is not SubmissionState.DUPLICATE and _stands(entry)):
            seen[document.sha256] = entry
    entries = judge.conflicts(entries)
    entries = judge.newest(entries)
    return Admission(
        pairs=tuple((_submission(e), e.reading) for e in entries),
        findings=tuple(f for e in entries for f in e.findings),
        periods={(e.program, e.period.key): e.period for e in entries},
    )


def _order(document: Document) -> tuple[datetime, int, int]:
    return (document.receipt.received_at, document.receipt.sequence, document.part)


def _stands(entry: _Entry) -> bool:
    """Does it make a repetition of its bytes a duplicate?

    What was kept out for who sent it or when is judged anew when the right person sends it at the right time.
    """
    return entry.state is not SubmissionState.QUARANTINED and not any(
        f.rule in ("A303", "A307") and f.severity is Severity.FATAL for f in entry.findings
    )


def _submission(e: _Entry) -> Submission:
    rows = len(e.reading.tasks.rows) if e.reading.tasks is not None else 0
    return Submission(
        document=e.document,
        agency=e.agency,
        program=e.program,
        period=e.period.key,
        state=e.state,
        timeliness=e.timeliness,
        sender_known=e.known,
        # Rows of a file that does not count are held back whole; check.py counts those of the others.
        rows_read=rows if e.state is not SubmissionState.DUPLICATE else 0,
        rows_held=rows if e.state is not SubmissionState.DUPLICATE else 0,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    authority: Authority
    periods: Periods
    config: Config
    policy: Policy
    lock_at: datetime | None
    released: Mapping[str, str]

    def entry(self, document: Document, reading: Reading, earlier: _Entry | None) -> _Entry:
        """One document by itself: agency, sender, period, timeliness and what gate A says of it."""
        received = document.receipt.received_at
        day = self._day(received)
        program = self.periods.program(reading)
        senders = self.authority.senders(document, day)
        agency = self.authority.agency(document, reading, senders)
        period, late_form, early = self.periods.of(reading, program, received)
        timeliness = Timeliness.LATE if received >= period.cutoff else Timeliness.ON_TIME
        locked = self.lock_at is not None and received >= self.lock_at
        entry = _Entry(
            document=document,
            reading=reading,
            agency=agency,
            program=program,
            period=period,
            timeliness=Timeliness.AFTER_LOCK if locked else timeliness,
            known=document.receipt.sender is None or bool(senders),
            findings=(),
            state=SubmissionState.ACCEPTED,
        )
        if earlier is not None and _stands(earlier):
            return self._duplicate(entry, earlier)
        if self._unreadable(reading):
            return entry.with_state(SubmissionState.REJECTED)
        found = [
            *self._objections(entry, senders, day),
            *(self._early(entry, received) if early else ()),
        ]
        state = self._state(entry, found)
        if earlier is not None and state in (SubmissionState.QUARANTINED, SubmissionState.REJECTED):
            return self._duplicate(entry, earlier)  # kept out before, and would be again: nothing new
        if state is SubmissionState.ACCEPTED and locked:
            state = SubmissionState.AFTER_LOCK
            found += self._say("A306", entry, value=self._moment(received), expected=self._moment(self.lock_at))
        elif state is SubmissionState.ACCEPTED and timeliness is Timeliness.LATE:
            found += self._say("A305", entry, value=self._moment(received), expected=self._moment(period.cutoff))
        if late_form and state in (SubmissionState.ACCEPTED, SubmissionState.AFTER_LOCK):
            found += self._say(
                "A310",
                entry,
                value=stamped_key(reading),
                expected=period.key,
                args={"value": self.periods.stamped_name(reading), "expected": period_name(period.key)},
            )
        if not document.receipt.time_known:
            found += self._say("A311", entry, value=self._moment(received))
        found += self._own_dates(entry, day)
        return entry.with_state(state, *found)

    def _duplicate(self, entry: _Entry, earlier: _Entry) -> _Entry:
        first = self._moment(earlier.document.receipt.received_at)
        return entry.with_state(
            SubmissionState.DUPLICATE, *self._say("F107", entry, expected=first, args={"first": first})
        )

    def conflicts(self, entries: list[_Entry]) -> list[_Entry]:
        """A312: different files of two focal points of one agency in one period wait for the Office."""
        groups: dict[tuple[str | None, str, str], dict[str, set[str]]] = {}
        for e in entries:
            if e.state is SubmissionState.ACCEPTED and e.document.receipt.sender:
                groups.setdefault(e.key, {}).setdefault(e.document.receipt.sender, set()).add(e.document.sha256)
        torn = {key for key, senders in groups.items() if len(senders) > 1}
        result = []
        for e in entries:
            mine = e.key in torn and e.state is SubmissionState.ACCEPTED and e.document.receipt.sender
            if not mine or self.released.get(e.document.id) == "release" or not self.policy.acts("A312", e.agency):
                result.append(e)
                continue
            said = self._say("A312", e, expected=e.period.key, args={"expected": period_name(e.period.key)})
            result.append(e.with_state(SubmissionState.QUARANTINED, *said) if said else e)
        return result

    def newest(self, entries: list[_Entry]) -> list[_Entry]:
        """Of several accepted files of one agency, programme and period the newest counts (A308)."""
        last = {e.key: e for e in entries if e.state is SubmissionState.ACCEPTED}
        result = []
        for e in entries:
            winner = last.get(e.key)
            if e.state is not SubmissionState.ACCEPTED or winner is e or winner is None:
                result.append(e)
                continue
            newer = f"nhận lúc {self._moment(winner.document.receipt.received_at)}"
            result.append(e.with_state(SubmissionState.SUPERSEDED, *self._say("A308", e, expected=newer)))
        return result

    def _early(self, entry: _Entry, received: datetime) -> tuple[Finding, ...]:
        now = self.periods.at(entry.program, received).key
        words = {"value": self.periods.stamped_name(entry.reading), "expected": period_name(now)}
        return self._say("A307", entry, value=stamped_key(entry.reading) or "", expected=now, args=words)

    def _objections(self, entry: _Entry, senders: frozenset[str], day: date) -> Iterator[Finding]:
        released = self.released.get(entry.document.id) == "release"
        against = self.authority.objections(
            entry.document, entry.reading, entry.agency, senders, day=day, released=released
        )
        for rule, words in against:
            yield from self._say(rule, entry, **words)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.config.zone).date()

    def _own_dates(self, entry: _Entry, day: date) -> tuple[Finding, ...]:
        sent = entry.document.receipt.dated_at
        received = entry.document.receipt.received_at
        if sent is not None and abs(sent - received) > OWN_DATE_TOLERANCE:
            return self._say(
                "A309",
                entry,
                value=self._moment(sent),
                expected=self._moment(received),
                args={"what": "Ngày ghi trong thư"},
            )
        own = entry.reading.info.get("prepared_on")
        try:
            prepared = date.fromisoformat(own) if own else None
        except ValueError:
            prepared = None
        if prepared is not None and prepared > day + OWN_DATE_TOLERANCE:
            return self._say(
                "A309",
                entry,
                value=f"{prepared:%d/%m/%Y}",
                expected=self._moment(received),
                args={"what": "Ngày lập ghi trong tệp"},
            )
        return ()

    # --- verdict ---

    def _unreadable(self, reading: Reading) -> bool:
        return any(RULES[n.rule].severity is Severity.FATAL for n in reading.notes if n.rule in RULES)

    def _state(self, entry: _Entry, found: list[Finding]) -> SubmissionState:
        if self.released.get(entry.document.id) == "reject":
            return SubmissionState.REJECTED
        fatal = {f.rule for f in found if f.severity is Severity.FATAL}
        if fatal & QUARANTINE:
            return SubmissionState.QUARANTINED
        return SubmissionState.REJECTED if fatal else SubmissionState.ACCEPTED

    def _say(self, rule: str, entry: _Entry, **more: object) -> tuple[Finding, ...]:
        finding = RULES[rule].finding(
            agency=entry.agency,
            file=entry.document.name,
            sha256=entry.document.sha256,
            submission=entry.document.id,
            **more,  # type: ignore[arg-type]
        )
        judged = self.policy.judge(finding)
        return (judged,) if judged is not None else ()

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        local = moment.astimezone(self.config.zone)
        minutes = f" {local:%M} phút" if local.minute else ""
        return f"{local:%H} giờ{minutes} ngày {local:%d/%m/%Y}"
