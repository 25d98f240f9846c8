"""What was assembled in, a run's files out: returns, master, documents, record and log, from the one Snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch import __version__, crew, progress
from nvbatch.durable import begin_tree
from nvbatch.model import Output, Snapshot
from nvbatch.office import Assembled, Office
from nvbatch.outputs import place

if TYPE_CHECKING:
    from nvbatch.returned import Returns
    from nvbatch.stages.post import Mailing

TEMPLATES = 8  # of Word documents: what is kept of those that are not used is let go
LETTER_PARTS = 4  # of the letters, for each hand: who is done first takes another
TASKS_LIKE_A_FILE = 100  # so many tasks of the master are as much work as a file of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """What was made, or what a piece of it says when it is done, perhaps in another process.

    ``failures``: what could not be made, one Vietnamese sentence each.
    """

    outputs: tuple[Output, ...] = ()
    failures: tuple[str, ...] = ()


def write_outputs(
    office: Office,
    done: Assembled,
    folder: Path,
    *,
    run_id: str,
    now: datetime,
    letters_each: bool = False,
    outbox: bool = True,
    remember: Callable[[], None] | None = None,
) -> HandedOut:
    """Every output from the one Snapshot; what cannot be made is named, the rest is made all the same.

    ``remember`` is done beside them; what it raises is raised here.
    """
    from nvbatch.returned import Returns

    (folder / "phan-hoi").mkdir(parents=True, exist_ok=True)
    returns = Returns(office, done, folder)
    work = _Work(office=office, done=done, folder=folder, returns=returns, letters_each=letters_each)
    hands = crew.hands(office.config.run.jobs, len(returns) + len(done.snapshot.tasks) // TASKS_LIKE_A_FILE)
    pieces: list[Callable[[], HandedOut]] = [work.master, work.documents, partial(_done, remember)]
    pieces += work.each_return()
    master, documents, _, *returned = crew.share(len(pieces), lambda at: pieces[at](), hands)
    made = [path for path, said in zip(returns.paths, returned, strict=True) if not said.failures]
    returns.tidy()
    if len(made) < len(returns):  # the links to them in the master must not lead nowhere
        master = work.master(made)
    failures = [sentence for said in (*returned, master, documents) for sentence in said.failures]
    outputs = [*master.outputs, *documents.outputs, *returns.outputs(made)]
    if outbox:
        posted = _posted(work, returns.answers(made), hands)
        outputs += posted.outputs
        failures += posted.failures
    outputs += (Output(path="run.json", kind="record"), Output(path="nhat-ky.txt", kind="log"))
    _write_record(done.snapshot, folder, run_id, now, outputs)
    _write_log(done.snapshot, folder, run_id, outputs, failures)
    return HandedOut(outputs=tuple(outputs), failures=tuple(failures))


def _posted(work: _Work, answered: Mapping[str, str], hands: int) -> HandedOut:
    """The outbox by several hands, each of which finds the snapshot sorted; the disk begins with what stands there."""
    mailings: list[Mailing] = []
    wrong = _attempt("thư chờ gửi", lambda: mailings.append(work.mailing(answered)))
    if wrong:
        return HandedOut(failures=wrong)
    parts = LETTER_PARTS * hands
    pieces: list[Callable[[], HandedOut]] = [partial(_done, partial(begin_tree, work.folder))]
    pieces += [partial(work.outbox, mailings[0], part, parts) for part in range(parts)]
    return _together(crew.share(len(pieces), lambda at: pieces[at](), hands))


def _together(parts: Sequence[HandedOut]) -> HandedOut:
    """What several hands made, by name; what went wrong for all of them is said once."""
    outputs = sorted((output for part in parts for output in part.outputs), key=lambda output: output.path)
    return HandedOut(
        outputs=tuple(outputs), failures=tuple(dict.fromkeys(failure for part in parts for failure in part.failures))
    )


def _done(work: Callable[[], None] | None) -> HandedOut:
    if work is not None:
        work()
    return HandedOut()


@dataclass(frozen=True, kw_only=True)
class _Work:
    """The pieces of work, each of which writes files and says what became of them."""

    office: Office
    done: Assembled
    folder: Path
    returns: Returns
    letters_each: bool

    def master(self, made: Iterable[str] | None = None) -> HandedOut:
        """The master workbook with links to the returns: to those that were ``made``, or (not known yet) to all."""
        from nvbatch.inputs import program
        from nvbatch.partcache import PartCache
        from nvbatch.stages.tabulate import FILE_NAME, tabulate

        progress.tell("master")
        links = self.returns.links(self.returns.paths if made is None else made)
        path, snapshot = self.folder / FILE_NAME, self.done.snapshot
        wrong = _attempt(
            FILE_NAME,
            lambda: tabulate(
                snapshot,
                form=self.office.form,
                register=self.done.material.register,
                config=self.done.config,
                path=path,
                return_links=links,
                kept=PartCache(self.office.ws.cache / "master-out", made_by=program()),
            ),
        )
        wrong = wrong or _disagreements(path, snapshot)
        return HandedOut(outputs=() if wrong else (Output(path=FILE_NAME, kind="master"),), failures=wrong)

    def documents(self) -> HandedOut:
        """The Word documents."""
        from nvbatch.inputs import program
        from nvbatch.mailbook import reminders_sent
        from nvbatch.partcache import PartCache
        from nvbatch.stages.brief import LETTER, PartlyBriefed, brief

        progress.tell("documents")
        made: list[Output] = []
        kept = PartCache(self.office.ws.cache / "letters-out", made_by=program())
        moulds = PartCache(self.office.ws.cache / "moulds", made_by=program())

        def make() -> None:
            made.extend(
                brief(
                    self.done.snapshot,
                    register=self.done.material.register,
                    config=self.done.config,
                    templates=self.office.ws.templates,
                    folder=self.folder,
                    letters_each=self.letters_each,
                    reminders_sent=reminders_sent(self.office.ws, self.done.snapshot.as_of),
                    kept=kept,
                    moulds=moulds,
                )
            )
            moulds.sweep(TEMPLATES)
            if letters := sum(output.kind == LETTER for output in made):
                kept.sweep(letters)

        try:
            wrong = _attempt("các văn bản Word", make, passing=PartlyBriefed)
        except PartlyBriefed as error:
            return HandedOut(outputs=error.outputs, failures=tuple(error.problems))
        return HandedOut(outputs=tuple(made), failures=wrong)

    def each_return(self) -> Iterator[Callable[[], HandedOut]]:
        return (partial(self._return, at) for at in range(len(self.returns)))

    def _return(self, at: int) -> HandedOut:
        progress.tell("returns", at + 1, len(self.returns))
        return HandedOut(failures=_attempt(self.returns.paths[at], partial(self.returns.make, at)))

    def mailing(self, answered: Mapping[str, str]) -> Mailing:
        """What the outbox rests on, sorted."""
        from nvbatch.mailbook import reminders_sent
        from nvbatch.stages.post import Mailing

        mailing = Mailing(
            snapshot=self.done.snapshot,
            register=self.done.material.register,
            config=self.done.config,
            calendar=self.office.calendar,
            templates=self.office.ws.templates,
            folder=self.folder,
            returned=answered,
            reminded=reminders_sent(self.office.ws, self.done.snapshot.as_of),
        )
        mailing.room.make_ready()
        return mailing

    def outbox(self, mailing: Mailing, part: int, parts: int) -> HandedOut:
        """Every message that the run would like to send, as .eml, or a part of them."""
        from nvbatch.letters.desk import sender_of
        from nvbatch.letters.texts import LetterError
        from nvbatch.outbox import write_outbox
        from nvbatch.stages.post import post

        made: list[str] = []

        def make() -> None:
            made.extend(write_outbox(post(mailing, part, parts), self.folder, sender_of(self.done.config)))

        try:
            wrong = _attempt("thư chờ gửi", make, passing=LetterError)
        except LetterError as error:
            return HandedOut(failures=(str(error),))
        return HandedOut(outputs=tuple(Output(path=path, kind="mail") for path in made), failures=wrong)


def _disagreements(path: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """Where the written file does not state the totals of the run: it is not handed out then."""
    from nvbatch.reconcile import of_file

    said = of_file(path, asdict(snapshot.totals))
    if said:
        path.unlink(missing_ok=True)
    return tuple(f"{path.name}: {one}; tệp không được phát hành." for one in said)


def _attempt(what: str, make: Callable[[], object], *, passing: type[Exception] | tuple[()] = ()) -> tuple[str, ...]:
    """The one trap for our own crash on one output: named, and the batch goes on."""
    try:
        make()
    except passing:
        raise
    except OSError as error:
        return (f"{what}: máy báo lỗi khi ghi ({type(error).__name__}).",)
    except Exception as error:  # a bug of ours must not cost the other outputs
        return (f"{what}: lỗi của chương trình ({type(error).__name__}{_line(error)}).",)
    return ()


def _line(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f", {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _write_record(snapshot: Snapshot, folder: Path, run_id: str, now: datetime, outputs: Sequence[Output]) -> None:
    from nvbatch.stages.record import sections, text_of

    data = sections(
        snapshot, run_id=run_id, version=__version__, generated_at=now.isoformat(), published=False, outputs=outputs
    )
    with (folder / "run.json").open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(text_of(data))


def _write_log(
    snapshot: Snapshot, folder: Path, run_id: str, outputs: Sequence[Output], failures: Sequence[str]
) -> None:
    from nvbatch.stages.log import log_lines

    lines = log_lines(snapshot, run_id=run_id, outputs=outputs, failures=failures)
    with (folder / "nhat-ky.txt").open("w", encoding="utf-8-sig") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def in_place(path: Path, make: Any) -> str:
    """Write beside the name and rename: nobody ever finds half a workbook.

    A workbook that is open in Excel keeps its name; the new one then stands beside it, and what is said of it (in
    Vietnamese) is given back. Blank when it stands where it should.
    """
    part = path.with_name(f".{path.name}.part")
    make(part)
    try:
        part.replace(path)
    except PermissionError:
        return place(part, path).note
    return ""
