"""What was assembled in, a run's files out: returns, master, documents, record and log, from the one Snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch import __version__, crew, progress
from nvbatch.model import Assignment, Output, Snapshot
from nvbatch.office import Assembled, Office
from nvbatch.outputs import place
from nvbatch.partcache import PartCache
from nvbatch.register import GENERAL
from nvbatch.returns import assignments

if TYPE_CHECKING:
    from nvbatch.stages.issue import Issuer

TASKS_LIKE_A_FILE = 100  # so many tasks of the master are as much work as a file of its own


def write_outputs(
    office: Office,
    done: Assembled,
    folder: Path,
    *,
    run_id: str,
    now: datetime,
    letters_each: bool = False,
    outbox: bool = True,
) -> tuple[tuple[Output, ...], tuple[str, ...]]:
    """Every output from the one Snapshot; what cannot be made is named, the rest is made all the same."""
    outputs: list[Output] = []
    failures: list[str] = []
    answered: dict[str, str] = {}  # submission → the return that marks it
    progress.tell("returns")
    returned = _returns(office, done, folder, outputs, failures, answered)
    written = _master_and_documents(office, done, folder, returned, failures, letters_each=letters_each)
    outputs[:0] = [output for output in written if output.kind == "master"]
    outputs[1:1] = [output for output in written if output.kind != "master"]
    if outbox:
        outputs += _outbox(office, done, folder, answered, failures)
    outputs += (Output(path="run.json", kind="record"), Output(path="nhat-ky.txt", kind="log"))
    _write_record(done.snapshot, folder, run_id, now, outputs)
    _write_log(done.snapshot, folder, run_id, outputs, failures)
    return tuple(outputs), tuple(failures)


def _agrees(path: Path, snapshot: Snapshot, failures: list[str]) -> bool:
    """Does the written file state the totals of the run? Else it is not handed out."""
    from nvbatch.reconcile import of_file

    said = of_file(path, asdict(snapshot.totals))
    failures.extend(f"{path.name}: {one}; tệp không được phát hành." for one in said)
    if said:
        path.unlink(missing_ok=True)
    return not said


def _master_and_documents(
    office: Office,
    done: Assembled,
    folder: Path,
    returned: Mapping[str, str],
    failures: list[str],
    *,
    letters_each: bool,
) -> list[Output]:
    """The master, where it pays made by a fork while the documents are made here."""
    from nvbatch.stages.tabulate import FILE_NAME, tabulate

    def make_master() -> list[str]:
        wrong: list[str] = []
        register, path = done.material.register, folder / FILE_NAME
        _attempt(
            FILE_NAME,
            wrong,
            lambda: tabulate(
                done.snapshot, form=office.form, register=register, config=done.config, path=path, return_links=returned
            ),
        )
        return wrong

    progress.tell("master")
    hands = crew.hands(office.config.run.jobs, len(done.snapshot.tasks) // TASKS_LIKE_A_FILE)
    beside = crew.Beside(make_master) if hands > 1 else None
    wrong = make_master() if beside is None else None
    progress.tell("documents")
    unwritten: list[str] = []
    documents = _documents(office, done, folder, unwritten, letters_each=letters_each)
    if beside is not None:
        wrong = beside.result()
    wrong = make_master() if wrong is None else wrong  # a fork that died has told nothing
    failures += wrong
    whole = not wrong and _agrees(folder / FILE_NAME, done.snapshot, failures)
    failures += unwritten
    return [*([Output(path=FILE_NAME, kind="master")] if whole else []), *documents]


def _documents(
    office: Office, done: Assembled, folder: Path, failures: list[str], *, letters_each: bool
) -> tuple[Output, ...]:
    from nvbatch.mailbook import reminders_sent
    from nvbatch.stages.brief import PartlyBriefed, brief

    def make() -> tuple[Output, ...]:
        try:
            return brief(
                done.snapshot,
                register=done.material.register,
                config=done.config,
                templates=office.ws.templates,
                folder=folder,
                letters_each=letters_each,
                reminders_sent=reminders_sent(office.ws, done.snapshot.as_of),
            )
        except PartlyBriefed as error:
            failures.extend(error.problems)
            return error.outputs

    made = _attempt("các văn bản Word", failures, make)
    return made if isinstance(made, tuple) else ()


def _outbox(
    office: Office, done: Assembled, folder: Path, answered: Mapping[str, str], failures: list[str]
) -> tuple[Output, ...]:
    """Every message that the run would like to send, as .eml."""
    from nvbatch.letters.desk import sender_of
    from nvbatch.letters.texts import LetterError
    from nvbatch.mailbook import reminders_sent
    from nvbatch.outbox import write_outbox
    from nvbatch.stages.post import Mailing, post

    mailing = Mailing(
        snapshot=done.snapshot,
        register=done.material.register,
        config=done.config,
        calendar=office.calendar,
        templates=office.ws.templates,
        folder=folder,
        returned=answered,
        reminded=reminders_sent(office.ws, done.snapshot.as_of),
    )

    def make() -> tuple[Output, ...]:
        try:
            paths = write_outbox(post(mailing), folder, sender_of(done.config))
        except LetterError as error:
            failures.append(str(error))
            return ()
        return tuple(Output(path=path, kind="mail") for path in paths)

    made = _attempt("thư chờ gửi", failures, make)
    return made if isinstance(made, tuple) else ()


def _returns(
    office: Office,
    done: Assembled,
    folder: Path,
    outputs: list[Output],
    failures: list[str],
    answered: dict[str, str],
) -> dict[str, str]:
    from nvbatch.stages.issue import Issuer, return_name

    target = folder / "phan-hoi"
    target.mkdir(parents=True, exist_ok=True)
    kept = PartCache(office.ws.cache / "parts-out")
    issuer = Issuer(office.form, office=office.config.office)
    every = list(assignments(done.snapshot, done.material, issued_at=done.snapshot.as_of))
    paths = [f"phan-hoi/{return_name(_owner(each), each.period.key)}" for each in every]

    def make(at: int) -> list[str]:
        wrong: list[str] = []
        _attempt(paths[at], wrong, lambda: _made_or_kept(every[at], issuer, folder / paths[at], kept))
        return wrong

    links: dict[str, str] = {}
    told = crew.share(len(every), make, crew.hands(office.config.run.jobs, len(every)))
    for each, path, wrong in zip(every, paths, told, strict=True):
        failures += wrong
        if not wrong:
            outputs.append(Output(path=path, kind="return"))
            links.setdefault(each.agency.code, path)
            if each.submission is not None:
                answered[each.submission.id] = path
    kept.sweep(len(every))
    return links


def _owner(each: Assignment) -> str:
    return each.agency.code if each.program.code == GENERAL else f"{each.agency.code}-{each.program.code}"


def _made_or_kept(each: Assignment, issuer: Issuer, path: Path, kept: PartCache) -> bool:
    """A return that shows the same as one made before is that one."""
    key = issuer.made_from(each)
    if not kept.fetch(key, path):
        issuer.render(each, path)
        kept.keep(key, path)
    return True


def _attempt(what: str, failures: list[str], make: Any) -> Any:
    """The one trap for our own crash on one output: named, and the batch goes on."""
    try:
        return make() or True
    except OSError as error:
        failures.append(f"{what}: máy báo lỗi khi ghi ({type(error).__name__}).")
    except Exception as error:  # a bug of ours must not cost the other outputs
        failures.append(f"{what}: lỗi của chương trình ({type(error).__name__}{_line(error)}).")
    return None


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
    (folder / "nhat-ky.txt").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


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
