"""Snapshot → Word documents: the Office's templates filled, in a run's folder, each whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nvbatch import viet
from nvbatch.briefing import (
    changes,
    explain,
    figures,
    frame,
    notice,
    printed,
    programs,
    reminding,
    reply,
    report,
    slip,
    urging,
)
from nvbatch.briefing.agency_rows import agency_names
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.config import Config
from nvbatch.form import packaged
from nvbatch.model import Output, Snapshot

if TYPE_CHECKING:
    from nvbatch.partcache import PartCache
    from nvbatch.register import Register
    from nvbatch.word import Properties

LETTER = "letter"


class PartlyBriefed(Exception):
    """Some documents could not be made: ``outputs`` are those that were, ``problems`` say why the others were not."""

    def __init__(self, outputs: tuple[Output, ...], problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.outputs, self.problems = outputs, problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One document to be made: where, from which template, with which values."""

    path: str
    kind: str
    template: str
    context: Mapping[str, Any]
    charts: Mapping[str, Any]


def brief(
    snapshot: Snapshot,
    *,
    register: Register | None,
    config: Config,
    templates: Path | None,
    folder: Path,
    letters_each: bool = False,
    reminders_sent: Mapping[str, int] = MappingProxyType({}),
    kept: PartCache | None = None,
    moulds: PartCache | None = None,
) -> tuple[Output, ...]:
    """Write the documents of contract section 6 into ``folder``; templates of the workspace win file by file.

    ``letters_each`` adds one letter an agency; ``reminders_sent`` (task code → number of the last reminder) keeps tasks
    without deadline from being urged twice for the same three months; ``kept``: letters of earlier runs, of which one
    that says the same is not made again; ``moulds``: templates as earlier runs made them ready. Raises PartlyBriefed
    when a template could not be filled or prints other totals than the run's; the other documents are there all the
    same.
    """
    made, problems = [], []
    for draft in drafts(snapshot, config, register, letters_each=letters_each, reminders_sent=reminders_sent):
        said = _write(draft, snapshot, config, templates, folder, kept if draft.kind == LETTER else None, moulds)
        problems += [f"{draft.path}: {problem}" for problem in said]
        made += [] if said else [Output(path=draft.path, kind=draft.kind)]
    if problems:
        raise PartlyBriefed(tuple(made), tuple(problems))
    return tuple(made)


def _write(
    draft: Draft,
    snapshot: Snapshot,
    config: Config,
    templates: Path | None,
    folder: Path,
    kept: PartCache | None,
    moulds: PartCache | None,
) -> tuple[str, ...]:
    """Fill, write and read the totals again: what keeps the document from being handed out; then it is not there."""
    from nvbatch import word

    path, title = folder / draft.path, " ".join(str(draft.context["subject"]).split())
    properties = word.Properties(title=title, author=frame.full_name(config), created=snapshot.as_of)
    template = packaged("templates", draft.template, templates)
    key = made_from(draft, template, properties) if kept else ""
    if kept and kept.fetch(key, path):
        return ()
    try:
        word.load(template, moulds).render(draft.context, path, properties=properties, charts=draft.charts)
        places = word.document_places(path)
    except word.WordError as error:
        return (str(error),)
    found = printed.mismatches(draft.template, places, asdict(snapshot.totals))
    if found:
        path.unlink()
    elif kept:
        kept.keep(key, path)
    return tuple(f"{one}; văn bản không được lập, sửa mẫu «{draft.template}» rồi chạy lại." for one in found)


def made_from(draft: Draft, template: Path, properties: Properties) -> str:
    """Names a letter before it is made: the template's bytes and every value that goes in. Values are plain ones."""
    try:
        mould = hashlib.sha256(template.read_bytes()).hexdigest()
    except OSError:
        mould = ""  # nobody has made a letter of it; why there is none is said where it is filled
    said = json.dumps([mould, draft.context, repr(properties)], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def drafts(
    snapshot: Snapshot,
    config: Config,
    register: Register | None,
    *,
    letters_each: bool = False,
    reminders_sent: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[Draft]:
    """The documents that this snapshot calls for: a list to explain only for a conference, a letter only when
    somebody is late or a reminder is due."""
    known = {code: agency.name for code, agency in register.agencies.items()} if register else {}
    names = agency_names(snapshot, known)
    tasks = SortedTasks(snapshot)
    late, due = urging.urged(tasks), reminding.to_remind(snapshot, reminders_sent)
    until = reply.reply_by(snapshot, config, register.days if register else {}, by_letter=True)
    bars = {"bieu_do_co_quan": figures.bars(snapshot)}
    yield _draft("Bao-cao-tong-hop.docx", "briefing", report.briefing(tasks, config, names), charts=bars)
    yield _draft("Phieu-trinh.docx", "slip", slip.slip(tasks, config, names, len(late), len(due)))
    if snapshot.conference:
        yield _draft("Danh-sach-giai-trinh.docx", "explanations", explain.explanations(snapshot, config))
    yield _draft("Bien-dong.docx", "changes", changes.changes(tasks, config, names))
    yield _draft("Thong-bao-ket-qua.docx", "notice", notice.notice(tasks, config, until))
    if snapshot.tasks:
        yield _draft("Bao-cao-chuong-trinh.docx", "programs", programs.programs_report(snapshot, config, names))
    if late:
        yield _letter("don-doc.docx", urging.letter(snapshot, config, late, until))
    if due:
        yield _letter("nhac-khong-thoi-han.docx", reminding.reminder(snapshot, config, due))
    for one in late if letters_each else ():
        yield _letter("don-doc.docx", urging.letter(snapshot, config, (one,), until), one.figure.agency.code)
    for each in due if letters_each else ():
        code = each.figure.agency.code
        yield _letter("nhac-khong-thoi-han.docx", reminding.reminder(snapshot, config, (each,)), code)


def _draft(name: str, kind: str, context: Mapping[str, Any], charts: Mapping[str, Any] = MappingProxyType({})) -> Draft:
    return Draft(path=name, kind=kind, template=name, context=context, charts=charts)


def _letter(template: str, context: Mapping[str, Any], agency: str = "") -> Draft:
    name = f"{viet.file_name(agency)}-{template}" if agency else template
    return Draft(path=f"cong-van/{name}", kind=LETTER, template=template, context=context, charts={})
