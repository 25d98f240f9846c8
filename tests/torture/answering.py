"""An office that runs and sends beside an unreliable mail server in; what reached whom, and what came twice, out."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any
from unittest.mock import patch

from nvbatch import eml, reconcile
from nvbatch.outbox import FOLDER
from nvbatch.outputs import latest_run
from nvbatch.run import run_batch
from nvbatch.sending import MOST_A_DAY, Asked, State, send, waiting_mail
from nvbatch.smtp import Delivery, Unreachable, Verdict
from nvbatch.stages import brief, issue, tabulate
from nvbatch.workspace import Workspace
from tests.cut_sending import point_to

BATCH = 3  # messages after which a server in a bad mood shows it


class Mood(StrEnum):
    """What the mail server does with a message, from the fourth on."""

    TAKES = "takes"
    REFUSES = "refuses"
    LATER = "later"
    SILENT = "silent"  # after the last dot: nobody knows
    GONE = "gone"  # no connection at all
    WE_DIE_BEFORE = "we die before"  # our own process, just before the server hears of the message
    WE_DIE_AFTER = "we die after"  # just after it took the message


REACHES = (Mood.TAKES, Mood.SILENT, Mood.WE_DIE_AFTER)
VERDICTS = {Mood.REFUSES: Verdict.REFUSED, Mood.LATER: Verdict.LATER, Mood.SILENT: Verdict.DOUBTFUL}


Essence = tuple[tuple[str, ...], bytes]


class Died(BaseException):
    """Our process is gone: nothing of ours runs any more."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that reached its readers: what it is about, whom it reached, on which day."""

    kind: str
    about: tuple[str, ...]
    to: tuple[str, ...]
    on: date


@dataclass(slots=True)
class Line:
    """As much of a connection to a mail server as sending uses."""

    mood: Mood
    now: datetime
    arrived: list[Arrived]
    spared: int = BATCH
    outbox: dict[Essence, dict[str, Any]] = field(default_factory=dict)  # what it says of each of its messages

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def open(self) -> None:
        if self.mood is Mood.GONE:
            raise Unreachable("không có mạng")

    def deliver(self, to: Sequence[str], cc: Sequence[str], data: bytes) -> Delivery:
        mood = Mood.TAKES if self.spared else self.mood
        self.spared = max(0, self.spared - 1)
        if mood is Mood.WE_DIE_BEFORE:
            raise Died
        if mood in REACHES:
            facts = self.outbox[_essence(data)]
            about = tuple(map(str, facts["about"]))
            self.arrived.append(Arrived(str(facts["kind"]), about, (*to, *cc), self.now.date()))
        if mood is Mood.WE_DIE_AFTER:
            raise Died
        return Delivery(verdict=VERDICTS.get(mood, Verdict.TAKEN))


def with_a_mail_server(ws: Workspace) -> None:
    """The configuration names a server; nobody ever connects to it."""
    point_to(ws, 25, host="thu.vanphong.example")


def runs_and_sends(ws: Workspace, now: datetime, mood: Mood, arrived: list[Arrived], *, spared: int = BATCH) -> None:
    """A run from inbox to outbox, then «send» by a server in that mood."""
    with _only_the_outbox():
        run_batch(ws, now=now, as_of=now)
    asked = Asked(as_of=now, now=now)
    line = Line(mood, now, arrived, spared, _outbox(ws))
    with contextlib.suppress(Died, Unreachable):
        send(ws, asked, post=lambda: line)  # type: ignore[arg-type, return-value]


def wrong_answers(ws: Workspace, now: datetime, arrived: list[Arrived], known: Sequence[str]) -> Iterator[str]:
    """At most one answer a submission, ten a day an address, none to a stranger; and nothing forgotten in the end.

    ``now``: of days on which the server takes everything, until nothing is left to send.
    """
    for day in range(1, len(arrived) + 8):
        before = len(arrived)
        runs_and_sends(ws, now, Mood.TAKES, arrived)
        if len(arrived) == before:
            break
        now += timedelta(days=day > 1)
    waiting = waiting_mail(ws, Asked(as_of=now, now=now))
    yield from (f"never sent: {item.mail.name}" for item in waiting.having(State.READY))
    there = {about for a in arrived for about in a.about}
    said = (item.mail for item in waiting.having(State.SENT) if not there.intersection(item.mail.about))
    yield from (f"said to be sent, never arrived: {mail.name}" for mail in said)
    answers = Counter(about for a in arrived if a.kind == "answer" for about in a.about)
    yield from (f"answered {times} times: {about}" for about, times in answers.items() if times > 1)
    reached = Counter((address, a.on) for a in arrived for address in a.to)
    yield from (f"{times} messages a day to one address" for times in reached.values() if times > MOST_A_DAY)
    strangers = {address for a in arrived for address in a.to} - set(known)
    yield from (f"sent to a stranger: {address}" for address in strangers)


def _outbox(ws: Workspace) -> dict[Essence, dict[str, Any]]:
    files = (path.read_bytes() for path in (ws.out / str(latest_run(ws)) / FOLDER).glob("*.eml"))
    return {_essence(data): eml.facts_of(eml.split(data)[0]) for data in files}


def _essence(data: bytes) -> Essence:
    """A message without what sending writes anew."""
    head, body = eml.split(data)
    return tuple(line for line in head if line.partition(":")[0].lower() not in eml._DRESS), body


@contextlib.contextmanager
def _only_the_outbox() -> Iterator[None]:
    """Master, documents and returns stay blank: what becomes of a submission does not hang on what they say."""
    with contextlib.ExitStack() as stack:
        for room, name, instead in (
            (tabulate, "tabulate", lambda *_, path, **__: path.write_bytes(b"")),
            (brief, "brief", lambda *_, **__: ()),
            (issue.Issuer, "render", lambda _, __, path: path.write_bytes(b"")),
            (reconcile, "of_file", lambda *_: ()),
        ):
            stack.enter_context(patch.object(room, name, instead))
        yield
