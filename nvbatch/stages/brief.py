"""Snapshot → Word documents: the Office's templates filled, in a run's folder, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nvbatch import viet
from nvbatch.briefing import changes, explain, figures, frame, notice, reply, report, rows, slip, urging
from nvbatch.config import Config
from nvbatch.form import packaged
from nvbatch.model import Output, Snapshot

if TYPE_CHECKING:
    from nvbatch.register import Register


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
) -> tuple[Output, ...]:
    """Write the documents of contract section 6 into ``folder``; templates of the workspace win file by file.

    ``letters_each`` adds one urging letter an agency; ``reminders_sent`` (task code → number of the last reminder)
    keeps tasks without deadline from being urged twice for the same three months. Raises PartlyBriefed when a template
    could not be filled; the other documents are there all the same.
    """
    from nvbatch import word

    made, problems = [], []
    author = frame.full_name(config)
    for draft in drafts(snapshot, config, register, letters_each=letters_each, reminders_sent=reminders_sent):
        properties = word.Properties(
            title=" ".join(str(draft.context["subject"]).split()), author=author, created=snapshot.as_of
        )
        try:
            template = word.load(packaged("templates", draft.template, templates))
            template.render(draft.context, folder / draft.path, properties=properties, charts=draft.charts)
            made.append(Output(path=draft.path, kind=draft.kind))
        except word.WordError as error:
            problems.append(f"{draft.path}: {error}")
    if problems:
        raise PartlyBriefed(tuple(made), tuple(problems))
    return tuple(made)


def drafts(
    snapshot: Snapshot,
    config: Config,
    register: Register | None,
    *,
    letters_each: bool = False,
    reminders_sent: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[Draft]:
    """The documents that this snapshot calls for: a list to explain only for a conference, a letter only when
    somebody is late."""
    known = {code: agency.name for code, agency in register.agencies.items()} if register else {}
    names = rows.agency_names(snapshot, known)
    late = urging.urged(snapshot, reminders_sent)
    until = reply.reply_by(snapshot, config, register.days if register else {})
    bars = {"bieu_do_co_quan": figures.bars(snapshot)}
    yield _draft("Bao-cao-tong-hop.docx", "briefing", report.briefing(snapshot, config, names), charts=bars)
    yield _draft("Phieu-trinh.docx", "slip", slip.slip(snapshot, config, names, late))
    if snapshot.conference:
        yield _draft("Danh-sach-giai-trinh.docx", "explanations", explain.explanations(snapshot, config))
    yield _draft("Bien-dong.docx", "changes", changes.changes(snapshot, config, names))
    yield _draft("Thong-bao-ket-qua.docx", "notice", notice.notice(snapshot, config, until))
    if late:
        yield _letter("don-doc.docx", urging.letter(snapshot, config, late, until))
    for one in late if letters_each else ():
        name = f"{viet.file_name(one.figure.agency.code)}-don-doc.docx"
        yield _letter(name, urging.letter(snapshot, config, (one,), until))


def _draft(name: str, kind: str, context: Mapping[str, Any], charts: Mapping[str, Any] = MappingProxyType({})) -> Draft:
    return Draft(path=name, kind=kind, template=name, context=context, charts=charts)


def _letter(name: str, context: Mapping[str, Any]) -> Draft:
    return Draft(path=f"cong-van/{name}", kind="letter", template="don-doc.docx", context=context, charts={})
