"""Snapshot → Word documents: the Office's templates filled, in a run's folder, each whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nvbatch.briefing import figures, frame, report, rows
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
    charts: Mapping[str, Any] = field(default_factory=dict)


def brief(
    snapshot: Snapshot,
    *,
    register: Register | None,
    config: Config,
    templates: Path | None,
    folder: Path,
) -> tuple[Output, ...]:
    """Write the documents of contract section 6 into ``folder``; templates of the workspace win file by file.

    Raises PartlyBriefed when a template could not be filled; the other documents are there all the same.
    """
    from nvbatch import word

    made, problems = [], []
    known = {code: agency.name for code, agency in register.agencies.items()} if register else {}
    for draft in drafts(snapshot, config, rows.agency_names(snapshot, known)):
        properties = word.Properties(
            title=str(draft.context["subject"]), author=frame.full_name(config), created=snapshot.as_of
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


def drafts(snapshot: Snapshot, config: Config, names: Mapping[str, str]) -> tuple[Draft, ...]:
    """The documents that this snapshot calls for."""
    return (
        Draft(
            path="Bao-cao-tong-hop.docx",
            kind="briefing",
            template="Bao-cao-tong-hop.docx",
            context=report.briefing(snapshot, config, names),
            charts={"bieu_do_co_quan": figures.bars(snapshot)},
        ),
    )
