"""What waits to be sent in, what became of each message out: intent in the journal, the mail server, result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from nvbatch import eml
from nvbatch.addressees import addressees
from nvbatch.closing import read_record
from nvbatch.config import ConfigError
from nvbatch.eml import Mailbox, is_mailable
from nvbatch.journal import Journal
from nvbatch.letters.desk import Desk, sender_of
from nvbatch.lock import hold
from nvbatch.mailbook import DOUBTFUL, FAILED, INTENT, SENT, Mailbook, Standing, hashed, read_mailbook
from nvbatch.office import Office, open_office
from nvbatch.outbox import Outgoing, read_outbox, waiting
from nvbatch.outputs import latest_run
from nvbatch.ready import closed_period, forms_ready, letters_ready, read_signed
from nvbatch.smtp import Delivery, Post, Unreachable, Verdict, sender_trouble
from nvbatch.workspace import Workspace

ONLY: Mapping[str, frozenset[str]] = {
    "returns": frozenset({"answer"}),
    "reminders": frozenset({"reminder", "no_deadline", "urging"}),
    "forms": frozenset({"form"}),
    "notice": frozenset({"notice"}),
}
URGENCY = {kind: place for place, kind in enumerate(("answer", "form", "reminder", "urging", "notice", "no_deadline"))}
REMINDING = ("reminder", "no_deadline")
MOST_A_DAY = 10  # messages an address (RELIABILITY 2.6)


class State(StrEnum):
    READY = "ready"
    SENT = "sent"  # now, or by an earlier command
    DOUBTFUL = "doubtful"  # nobody knows whether it arrived: never sent again by itself
    WAITING = "waiting"  # for a signed document
    PAST = "past"  # a reminder of a period that is over
    LEFT = "left"  # not now: `why` says it
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message and how it stands. ``refused``: recipients that the server did not take."""

    mail: Outgoing
    state: State
    why: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """``run``: whose outbox it is; ``notes``: Vietnamese, what the operator should know; ``sent_now``: how many."""

    run: str | None
    as_of: datetime
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    sent_now: int = 0

    def having(self, state: State) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the operator asks: which run's outbox (default: the newest), which kinds, at which moment."""

    as_of: datetime
    now: datetime
    run: str | None = None
    only: str | None = None
    retry_doubtful: bool = False


def waiting_mail(ws: Workspace, asked: Asked) -> Batch:
    """Everything that would be sent, and what would not and why. Nothing is written or sent."""
    office = open_office(ws)
    return _gathered(office, asked)


def send(
    ws: Workspace, asked: Asked, *, post: Callable[[], Post] | None = None, tell: Callable[[Item], None] | None = None
) -> Batch:
    """Send what is ready, one message after another; each intent is durable before the server hears of it.

    Raises ConfigError, and Unreachable when the server cannot be spoken to before anything was tried.
    """
    with hold(ws):
        office = open_office(ws)
        batch = _gathered(office, asked)
        again = (State.READY, State.DOUBTFUL) if asked.retry_doubtful else (State.READY,)
        chosen = [item for item in batch.items if item.state in again]
        if not chosen:
            return batch
        server = office.config.mail.smtp
        sender = sender_of(office.config)
        if not server.host:
            raise ConfigError("Chưa khai báo máy chủ gửi thư ([mail.smtp] host trong nvbatch.toml).")
        if sender is None:
            raise ConfigError(sender_trouble(server))
        with post() if post else Post(server, ws.root) as line:
            line.open()
            clerk = _Clerk(office, asked, batch, sender, line)
            done = {id(item): result for item, result in clerk.work(chosen, tell)}
    items = tuple(done.get(id(item), item) for item in batch.items)
    return replace(batch, items=items, sent_now=sum(done[k].state is State.SENT for k in done))


def settle(ws: Workspace, asked: Asked) -> Batch:
    """The operator's word that doubtful messages did arrive: they are sent, and never go out again."""
    with hold(ws):
        batch = _gathered(open_office(ws), asked)
        words = [{**_facts(item.mail, batch), "settled": True} for item in batch.having(State.DOUBTFUL)]
        Journal(ws).append_all(SENT, words, at=asked.now)
    items = tuple(replace(i, state=State.SENT) if i.state is State.DOUBTFUL else i for i in batch.items)
    return replace(batch, items=items)


# --- what waits ---------------------------------------------------------------------------------


def _gathered(office: Office, asked: Asked) -> Batch:
    ws = office.ws
    run = asked.run or latest_run(ws)
    record = read_record(ws, run) if run else None
    if run and run.startswith("thu-"):
        raise ConfigError(f"Lần chạy «{run}» là bản chạy thử, không có thư để gửi.")
    as_of = datetime.fromisoformat(record["run"]["as_of"]) if record else asked.as_of
    day = asked.as_of.astimezone(office.config.zone).date()
    desk = Desk(
        config=office.config,
        register=office.register,
        addressees=addressees(office.register, office.config, day),
        as_of=asked.as_of,
        templates=ws.templates,
    )
    mails = [*(read_outbox(ws.out / run) if run else ()), *map(waiting, forms_ready(office, desk))]
    period = closed_period(office, desk)
    signed = read_signed(office, period)
    mails += map(waiting, letters_ready(office, desk, signed, period))
    mails.sort(key=lambda mail: URGENCY.get(mail.kind, len(URGENCY)))  # the day's limit cuts off the rest
    wanted = ONLY[asked.only] if asked.only else None
    book = read_mailbook(ws, asked.now.astimezone(office.config.zone).date(), office.config.zone)
    judge = _Judge(office, asked, desk.addressees.registered, book)
    items = tuple(judge.item(mail) for mail in mails if wanted is None or not mail.kind or mail.kind in wanted)
    return Batch(run=run, as_of=as_of, items=items, notes=(*signed.odd, *_notes(ws, run)))


class _Judge:
    """Whether a message may go: once, in its time, to registered addresses, and not too many a day."""

    def __init__(self, office: Office, asked: Asked, registered: frozenset[str], book: Mailbook) -> None:
        self.office, self.asked, self.registered, self.book = office, asked, registered, book
        self.got = Counter(book.today)
        self.here: set[str] = set()

    def item(self, mail: Outgoing) -> Item:
        if mail.fault:
            return Item(mail=mail, state=State.LEFT, why=mail.fault)
        standing = self.book.standing(mail.kind, mail.about)
        if standing is Standing.SENT:
            return Item(mail=mail, state=State.SENT)
        strangers = [a for a in mail.recipients if a not in self.registered or not is_mailable(a)]
        if strangers:
            return Item(mail=mail, state=State.LEFT, why="có địa chỉ không còn trong danh sách đầu mối")
        if standing is Standing.DOUBTFUL:
            return Item(mail=mail, state=State.DOUBTFUL)
        if mail.kind in REMINDING and self.over(mail):
            return Item(mail=mail, state=State.PAST, why="kỳ báo cáo đã qua, không nhắc nữa")
        if mail.kind == "notice" and not mail.files and self.asked.only != "notice":
            return Item(mail=mail, state=State.WAITING, why=f"chờ văn bản đã ký trong phat-hanh/{mail.period}/")
        if mail.mark in self.here:
            return Item(mail=mail, state=State.LEFT, why="trùng với một thư khác đang chờ")
        if not self.room_for(mail):
            return Item(
                mail=mail, state=State.LEFT, why=f"địa chỉ đã nhận đủ {MOST_A_DAY} thư trong ngày; gửi tiếp ngày mai"
            )
        self.here.add(mail.mark)
        self.got.update(hashed(a) for a in mail.recipients)
        return Item(mail=mail, state=State.READY)

    def over(self, mail: Outgoing) -> bool:
        """Another cut-off has passed since: whoever is to be reminded now stands in a newer run."""
        regime = self.office.register.program_of(mail.program)
        last = self.office.calendar.last_passed(regime.frequency, self.asked.as_of, regime.cutoff)
        return last.key != mail.period

    def room_for(self, mail: Outgoing) -> bool:
        return all(self.got[hashed(address)] < MOST_A_DAY for address in mail.recipients)


def _notes(ws: Workspace, run: str | None) -> Iterator[str]:
    """Reports that came after the run: a reminder might go to an agency that has answered meanwhile."""
    later = 0
    for deed in Journal(ws).deeds():
        if deed["deed"] == "run" and deed.get("run") == run:
            later = 0
        later += deed["deed"] == "received"
    if run and later:
        yield f"Có {later} tệp đến sau lần chạy {run}: nên chạy lại «nvbatch run» rồi mới gửi."


# --- sending ------------------------------------------------------------------------------------


class _Clerk:
    """Sends message by message and writes down each before and after."""

    def __init__(self, office: Office, asked: Asked, batch: Batch, sender: Mailbox, line: Post) -> None:
        self.journal, self.asked, self.batch = Journal(office.ws), asked, batch
        self.sender, self.line = sender, line
        read = office.config.mail.imap
        elsewhere = bool(read.host) and is_mailable(read.user) and read.user.lower() != sender.address.lower()
        self.reply_to = read.user if elsewhere else ""  # «trả lời thư này» must reach the mailbox that we read

    def work(self, items: Sequence[Item], tell: Callable[[Item], None] | None) -> Iterator[tuple[Item, Item]]:
        away = ""
        for item in items:
            if away:
                result = replace(item, state=State.LEFT, why=away) if item.state is State.READY else item
            else:
                try:
                    result = self._one(item)
                except (Unreachable, ConfigError) as error:
                    away = str(error)
                    result = replace(item, state=State.LEFT, why=away)
            if tell is not None:
                tell(result)
            yield item, result

    def _one(self, item: Item) -> Item:
        mail = item.mail
        try:
            data = eml.dressed(mail.data(), self.sender, mail.mark, self.asked.now, self.reply_to)
        except (OSError, ValueError) as error:
            return replace(item, state=State.LEFT, why=f"không đọc được tệp thư hoặc tệp kèm ({type(error).__name__})")
        facts = _facts(mail, self.batch)
        self.journal.append(INTENT, at=self.asked.now, **facts)
        try:
            delivery = self.line.deliver(mail.to, mail.cc, data)
        except (Unreachable, ConfigError):
            self.journal.append(FAILED, at=self.asked.now, **facts, code=0)
            raise
        return self._written_down(item, facts, delivery)

    def _written_down(self, item: Item, facts: Mapping[str, Any], delivery: Delivery) -> Item:
        refused = tuple(delivery.refused)
        words = {**facts, "code": delivery.code, "refused": [hashed(address) for address in refused]}
        deed = {Verdict.TAKEN: SENT, Verdict.DOUBTFUL: DOUBTFUL}.get(delivery.verdict, FAILED)
        self.journal.append(deed, at=self.asked.now, **words)
        if delivery.verdict is Verdict.TAKEN:
            return replace(item, state=State.SENT, refused=refused)
        if delivery.verdict is Verdict.DOUBTFUL:
            return replace(item, state=State.DOUBTFUL, why="máy chủ không trả lời sau khi nhận hết thư")
        said = f"{delivery.code} {delivery.said}".strip() if delivery.code else delivery.said
        if delivery.verdict is Verdict.REFUSED:
            return replace(item, state=State.REFUSED, why=f"máy chủ từ chối ({said})", refused=refused)
        return replace(item, state=State.LEFT, why=f"máy chủ tạm thời chưa nhận ({said}); gửi lại sau")


def _facts(mail: Outgoing, batch: Batch) -> dict[str, Any]:
    """What the journal keeps: codes and hashes, no address."""
    facts: dict[str, Any] = {
        "message": mail.mark,
        "kind": mail.kind,
        "about": list(mail.about),
        "agency": mail.agency,
        "program": mail.program,
        "period": mail.period,
        "run": batch.run if mail.path is not None else None,
        "as_of": batch.as_of.isoformat(),
        "to": [hashed(address) for address in mail.recipients],
    }
    return facts | ({"reminders": dict(mail.reminders)} if mail.reminders else {})
