"""Snapshot in, the messages that a run would like to send out: answers and reminders, never to a stranger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from nvbatch.addressees import addressees
from nvbatch.briefing.reply import reply_by
from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.eml import Attachment, Mailbox, Message
from nvbatch.letters.answer import TEMPLATE as ANSWER
from nvbatch.letters.answer import Case, answer
from nvbatch.letters.desk import Desk
from nvbatch.letters.reminder import not_sent, without_deadline
from nvbatch.model import (
    DONE,
    AgencyFigure,
    Finding,
    Snapshot,
    Status,
    Submission,
    SubmissionState,
    TaskFigure,
)
from nvbatch.register import GENERAL, Register
from nvbatch.returns import ABOUT_TASKS

# Taken in, by rule or by the Office's word: its agency has an answer coming.
TAKEN = (SubmissionState.ACCEPTED, SubmissionState.SUPERSEDED, SubmissionState.AFTER_LOCK)
KEPT_OUT = (SubmissionState.QUARANTINED, SubmissionState.REJECTED)
NO_REPORT_DUE = DONE | {Status.STOPPED, Status.TRANSFERRED}


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """What the stage works with. ``returned``: submission id → the marked return made for it in ``folder``.

    ``reminded``: task code → number of the last quarterly reminder that went out before this run's as-of.
    """

    snapshot: Snapshot
    register: Register
    config: Config
    calendar: Calendar
    templates: Path | None
    folder: Path
    returned: Mapping[str, str]
    reminded: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def room(self) -> Room:
        """The snapshot sorted once: several who share the work should find it done."""
        return Room(self)


def post(mailing: Mailing, part: int = 0, parts: int = 1) -> Iterator[Message]:
    """One answer a submission; reminders only for a period whose cut-off was the last to pass. Raises LetterError.

    ``part`` of ``parts``, from 0: several may do the work; all parts together say everything once.
    """
    room = mailing.room
    for submission in mailing.snapshot.submissions[part::parts]:
        message = room.answer(submission)
        if message is not None:
            yield message
    if part == 0:
        yield from room.reminders()


class Room:
    """The snapshot sorted: by agency and programme, by submission."""

    def __init__(self, mailing: Mailing) -> None:
        snapshot, register = mailing.snapshot, mailing.register
        self.mailing, self.snapshot, self.register = mailing, snapshot, register
        day = snapshot.as_of.astimezone(mailing.config.zone).date()
        self.desk = Desk(
            config=mailing.config,
            register=register,
            addressees=addressees(register, mailing.config, day),
            as_of=snapshot.as_of,
            templates=mailing.templates,
        )
        self.tasks: defaultdict[tuple[str, str], list[TaskFigure]] = defaultdict(list)
        for task in snapshot.tasks:
            program = task.task.program
            self.tasks[task.lead_agency, program if program in snapshot.periods else GENERAL].append(task)
        self.findings: dict[str, list[Finding]] = {}
        self.of_tasks: dict[str, list[Finding]] = {}
        for finding in snapshot.findings:
            if finding.submission is not None:
                self.findings.setdefault(finding.submission, []).append(finding)
            elif finding.agency and finding.task and finding.rule[0] in ABOUT_TASKS:
                self.of_tasks.setdefault(finding.agency, []).append(finding)
        self.first_with: dict[str, int] = {}  # Message-ID → the receipt that brought it first
        for receipt in (s.document.receipt for s in snapshot.submissions):
            if receipt.message_id is not None:
                first = self.first_with.get(receipt.message_id, receipt.sequence)
                self.first_with[receipt.message_id] = min(first, receipt.sequence)
        self.files: dict[tuple[str, str], list[Submission]] = {}
        for s in snapshot.submissions:
            self.files.setdefault((s.agency or "", s.program), []).append(s)
        self.period_of = cache(mailing.calendar.period_from_key)
        self.reply_by = cache(self._reply_by)
        self.values = cache(self.desk.values)

    def make_ready(self) -> None:
        """What every answer needs, before several begin with them."""
        self.desk.make_ready(ANSWER)

    # --- answers ---

    def answer(self, s: Submission) -> Message | None:
        """None where nobody registered waits for one."""
        agency, to, own = self._reader(s)
        known = self.register.agencies.get(agency)
        period = self.period_of(s.period or "", self.register.program_of(s.program).cutoff)
        if known is None or period is None or not to:
            return None
        return answer(
            Case(
                submission=s,
                agency=known,
                to=to,
                to_sender=own,
                findings=self._found(s, agency),
                tasks=tuple(self.tasks.get((agency, s.program), ())),
                attachment=self._return(s, agency),
                reply_by=self.reply_by,
                values=self.values(known, s.program, period),
                lock=self.desk.moment(self.snapshot.lock_at) if self.snapshot.lock_at else "",
                replaced=self._replaced(s, agency),
            ),
            self.desk,
        )

    def _reader(self, s: Submission) -> tuple[str, tuple[Mailbox, ...], bool]:
        """Whose answer it is, where it goes, and whether that is the sender of the mail.

        What came from nobody that we know, or not from whom it says, is answered only once the Office has taken it,
        and then to the agency's registered mailbox.
        """
        receipt = s.document.receipt
        if receipt.automatic or self._seen_before(s):
            return "", (), False
        doubted = receipt.auth_failed or not s.sender_known
        if doubted and s.state not in TAKEN:
            return "", (), False
        if receipt.sender and not doubted:
            agencies, box = self.desk.addressees.sender(receipt.sender)
            agency = s.agency if s.agency in agencies else min(agencies, default=None)
            if agency is not None:
                return agency, box, receipt.channel == "mail"
        agency = s.agency or ""
        return agency, self.desk.addressees.of(agency, s.program), False

    def _seen_before(self, s: Submission) -> bool:
        """A repetition that no agency sent: the operator dropped it, or the very same mail came in on two ways."""
        receipt = s.document.receipt
        if s.state is not SubmissionState.DUPLICATE:
            return False
        return receipt.sender is None or (
            receipt.message_id is not None and self.first_with[receipt.message_id] < receipt.sequence
        )

    def _found(self, s: Submission, agency: str) -> tuple[Finding, ...]:
        """What the return says: the file's own findings and, for the file that counts, those on open tasks."""
        own = self.findings.get(s.id, [])
        if s.state is not SubmissionState.ACCEPTED or s.id not in self.mailing.returned:
            return tuple(own)
        of_tasks = self.of_tasks.get(agency)
        if not of_tasks:
            return tuple(own)
        codes = {t.task.code for t in self.tasks.get((agency, s.program), ()) if t.status not in NO_REPORT_DUE}
        return (*own, *(f for f in of_tasks if f.task in codes))

    def _replaced(self, s: Submission, agency: str) -> bool:
        others = self.files.get((agency, s.program), ())
        return any(o.state is SubmissionState.ACCEPTED and o.period == s.period and o.id != s.id for o in others)

    def _return(self, s: Submission, agency: str) -> Attachment | None:
        """The return that marks this very file, for its own agency only."""
        path = self.mailing.returned.get(s.id)
        if path is None or agency != s.agency:
            return None
        return Attachment(Path(path).name, self.mailing.folder / path)

    # --- reminders ---

    def reminders(self) -> Iterator[Message]:
        """Nobody is reminded in a period still open, nor of one that is long past."""
        for program, period in sorted(self.snapshot.periods.items()):
            regime = self.register.program_of(program)
            last = self.mailing.calendar.last_passed(regime.frequency, self.snapshot.as_of, regime.cutoff)
            if period.key != last.key:
                continue
            for figure in self.snapshot.agencies:
                if "ended" not in figure.flags:
                    yield from self._owed(figure, program)

    def _owed(self, figure: AgencyFigure, program: str) -> Iterator[Message]:
        agency, period = figure.agency, self.snapshot.periods[program]
        tasks = self.tasks.get((agency.code, program), [])
        owing = figure.owes and "not_submitted" in figure.flags
        due = [t for t in tasks if t.status not in NO_REPORT_DUE] if owing else []
        sent = [s for s in self.files.get((agency.code, program), ()) if s.period == period.key]
        came = any(
            s.state in TAKEN for s in sent
        )  # after the lock it is there too, and its answer says what that means
        if due and not came:
            message = not_sent(
                agency, program, period, due, self.desk,
                silent=figure.silent_periods if len(figure.unsent) < 2 else 0,
                kept_out=sum(s.state in KEPT_OUT and s.sender_known and not s.document.receipt.automatic for s in sent),
                reply_by=self.reply_by(program),
            )  # fmt: skip
            if message is not None:
                yield message
        waiting = [t for t in tasks if t.besides.reminders_due]
        asked = [t for t in waiting if t.reminders_due > self.mailing.reminded.get(t.task.code, 0)]
        if asked:
            message = without_deadline(agency, program, period, asked, self.desk)
            if message is not None:
                yield message

    def _reply_by(self, program: str) -> str:
        """By when: for this programme's own period."""
        periods = {code: p for code, p in self.snapshot.periods.items() if code == program} or self.snapshot.periods
        return reply_by(replace(self.snapshot, periods=periods), self.mailing.config, self.register.days)
