"""Random orders of sending, correcting, replaying and a second focal point in; whether the right file wins out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from nvbatch.config import load_config
from nvbatch.model import Submission, SubmissionState
from nvbatch.office import open_office, present_periods
from nvbatch.run import assemble
from nvbatch.stages.collect import collect
from nvbatch.workspace import Workspace
from tests.torture.answering import Arrived, Mood, runs_and_sends, with_a_mail_server, wrong_answers
from tests.torture.report import Report
from tests.torture.town import Person, lay, mail, report, town
from tests.torture.warm import forked_children

AGENCIES = {"SNV": "Sở Nội vụ", "STC": "Sở Tài chính"}
PEOPLE = (Person("SNV", "mot@snv.example"), Person("SNV", "hai@snv.example"), Person("STC", "stc@stc.example"))
START = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
# Without a period of their own: they count for the week of their receipt.
BOOKS = {(code, n): report(code, 10 * n, period="") for code in AGENCIES for n in range(1, 6)}
HELD_TWICE = "A312"


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that the server took: what, from whom, when."""

    person: Person
    book: bytes
    at: datetime
    file: str


class Resubmission(RuleBasedStateMachine):
    """Time only goes on, but mails may be collected late and in any order."""

    clean: ClassVar[Workspace]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nvbatch-states-"))
        self.ws = Workspace(Path(shutil.copytree(self.clean.root, self.folder / "ws")))
        self.clock = START
        self.sent: list[Sent] = []
        self.on_the_way: list[tuple[str, bytes]] = []
        self.arrived: list[Arrived] = []
        self.dropped = 0

    @rule(person=st.sampled_from(PEOPLE), number=st.integers(1, 5))
    def send(self, person: Person, number: int) -> None:
        self._take(person, BOOKS[person.agency, number])

    @rule(which=st.integers(0, 20))
    def send_the_same_again(self, which: int) -> None:
        if self.sent:
            old = self.sent[which % len(self.sent)]
            self._take(old.person, old.book)

    @rule()
    def wait_a_week(self) -> None:
        self.clock += timedelta(days=7)

    @rule(late=st.booleans())
    def collect(self, late: bool) -> None:
        """All that is on the way, or all but the oldest."""
        kept = self.on_the_way[:1] if late else []
        for name, data in self.on_the_way[len(kept) :]:
            lay(self.ws, name, data)
        self.on_the_way = kept
        collect(self.ws, load_config(self.ws.config), self.clock)

    @rule(mood=st.sampled_from(Mood), spared=st.integers(0, 3))
    def run_and_send(self, mood: Mood, spared: int) -> None:
        """The Office runs and answers, by a mail server that may take, refuse, forget or fall silent."""
        self.clock += timedelta(hours=1)
        runs_and_sends(self.ws, self.clock, mood, self.arrived, spared=spared)

    @invariant()
    def nothing_waits_half_written(self) -> None:
        assert not [p for p in self.ws.root.rglob("*") if p.name.startswith(".nvbatch-")]

    def teardown(self) -> None:
        try:
            self.collect(False)
            self._judge()
            known = [p.email for p in PEOPLE]
            wrong = list(wrong_answers(self.ws, self.clock + timedelta(hours=2), self.arrived, known))
            assert not wrong, wrong
        finally:
            shutil.rmtree(self.folder)

    def _take(self, person: Person, book: bytes) -> None:
        self.clock += timedelta(hours=2)
        self.dropped += 1
        name = f"thu-{self.dropped:03d}.eml"
        self.sent.append(Sent(person, book, self.clock, name))
        self.on_the_way.append((name, _mail(person, book, self.clock)))

    def _judge(self) -> None:
        """Every mail is one submission; of each agency and period the newest news counts, and only one file does."""
        as_of = self.clock + timedelta(hours=1)
        office = open_office(self.ws)
        done = assemble(office, as_of=as_of, periods=present_periods(office, as_of, None, None), conference=None)
        assert len(done.submissions) == len(self.sent)
        counting: dict[tuple[str, str], list[Submission]] = {}
        for s in done.submissions:
            if s.state is SubmissionState.ACCEPTED:
                counting.setdefault((str(s.agency), str(s.period)), []).append(s)
        assert all(len(found) == 1 for found in counting.values()), counting
        for (agency, week), mails in _news(self.sent).items():
            won = counting.get((agency, week), [])
            if len({m.person for m in mails}) == 1:
                assert [s.document.receipt.received_at for s in won] == [mails[-1].at], (agency, week)
            else:
                told = {f.rule for f in done.snapshot.findings} | {f.rule for r in done.reasons.values() for f in r}
                assert HELD_TWICE in told


def _news(sent: list[Sent]) -> dict[tuple[str, str], list[Sent]]:
    """(agency, period of receipt) → mails that brought bytes never seen before, in order of receipt."""
    seen: set[tuple[str, bytes]] = set()
    found: dict[tuple[str, str], list[Sent]] = {}
    for each in sent:
        if (each.person.agency, each.book) not in seen:
            seen.add((each.person.agency, each.book))
            found.setdefault((each.person.agency, _week(each.at)), []).append(each)
    return found


def _week(moment: datetime) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def _mail(person: Person, book: bytes, at: datetime) -> bytes:
    data = mail(person.email, book)
    for line in data.split(b"\r\n"):
        if line.startswith((b"Received:", b"Date:")):
            stamp = at.strftime("%a, %d %b %Y %H:%M:%S +0700").encode()
            head = line.rpartition(b"; ")[0] + b"; " if line.startswith(b"Received:") else b"Date: "
            data = data.replace(line, head + stamp, 1)
    return data


def resubmissions(folder: Path, *, examples: int) -> Report:
    """So many random histories."""
    found = Report("resubmission")
    Resubmission.clean = _ready(folder)
    found.points = examples
    try:
        with forked_children():
            run_state_machine_as_test(
                Resubmission,
                settings=settings(
                    max_examples=examples, stateful_step_count=12, deadline=None, database=None,
                    suppress_health_check=list(HealthCheck), print_blob=False,
                ),
            )  # fmt: skip
    except AssertionError as error:
        found.wrong.append(f"{error}"[:2000])
    return found


def _ready(folder: Path) -> Workspace:
    """A town whose cache knows every workbook that will be sent."""
    ws = town(folder / "clean", agencies=AGENCIES, focal_points=PEOPLE)
    with_a_mail_server(ws)
    other = town(folder / "reader", agencies=AGENCIES, focal_points=PEOPLE)
    for name, data in _all():
        lay(other, name, data)
    collect(other, load_config(other.config), START)
    office = open_office(other)
    assemble(office, as_of=START, periods=present_periods(office, START, None, None), conference=None)
    shutil.copytree(other.cache, ws.cache, dirs_exist_ok=True)
    return ws


def _all() -> Iterator[tuple[str, bytes]]:
    return ((f"{code}-{n}.xlsx", book) for (code, n), book in BOOKS.items())
