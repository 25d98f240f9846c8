"""A period in, its blank workbooks for every agency that leads a task out, in ``out/forms``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nvbatch import handout
from nvbatch.config import ConfigError
from nvbatch.lock import hold
from nvbatch.nearest import ask_for
from nvbatch.office import open_office, open_periods
from nvbatch.returns import assignments
from nvbatch.run import assemble
from nvbatch.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsResult:
    """``passed``: periods whose cut-off is over → the period after each; ``notes``: forms that went elsewhere."""

    folder: Path
    files: tuple[str, ...]
    passed: Mapping[str, str]
    notes: tuple[str, ...] = ()


def make_forms(
    ws: Workspace, *, now: datetime, as_of: datetime, agencies: Sequence[str] = (), period: str | None = None
) -> FormsResult:
    """New workbooks of a period (default: the one that as-of lies in) for every agency that leads a task."""
    from nvbatch.stages.issue import Issuer, form_name

    with hold(ws):
        office = open_office(ws)
        unknown = [code for code in agencies if code not in office.register.agencies]
        if unknown:
            near = ask_for(unknown[0], office.register.agencies)
            raise ConfigError(f"Không có cơ quan «{unknown[0]}» trong sổ đăng ký.{near}")
        periods = open_periods(office, as_of, period)
        done = assemble(office, as_of=as_of, periods=periods, conference=None)
        files, notes = [], list[str]()
        issuer = Issuer(office.form, office=office.config.office)
        for each in assignments(done.snapshot, done.material, agencies=agencies, blank=True, issued_at=as_of):
            folder = ws.forms / each.period.key
            folder.mkdir(parents=True, exist_ok=True)
            name = form_name(each.agency.code, each.program.code, each.period.key)
            notes.append(handout.in_place(folder / name, lambda path, each=each: issuer.render(each, path)))
            files.append(f"{each.period.key}/{name}")
    only = {p.key for p in periods.values()}
    over = {p.key: office.calendar.following(p).key for p in periods.values() if p.cutoff <= as_of}
    return FormsResult(
        folder=ws.forms / only.pop() if len(only) == 1 else ws.forms,
        files=tuple(files),
        passed=over,
        notes=tuple(note for note in notes if note),
    )
