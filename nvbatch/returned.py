"""What was assembled in, the agencies' returns as pieces of work out: one file each, named and linked beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nvbatch.inputs import program
from nvbatch.model import Assignment, Output
from nvbatch.office import Assembled, Office
from nvbatch.partcache import PartCache
from nvbatch.register import GENERAL
from nvbatch.returns import assignments
from nvbatch.stages.issue import Issuer, return_name


class Returns:
    """Every return of a run, in the order in which they are handed out. ``paths``: where each lies in its folder."""

    def __init__(self, office: Office, done: Assembled, folder: Path) -> None:
        self._folder = folder
        self._assigned = tuple(assignments(done.snapshot, done.material, issued_at=done.snapshot.as_of))
        self._issuer = Issuer(office.form, office=office.config.office)
        self._kept = PartCache(office.ws.cache / "parts-out", made_by=program())
        self.paths = tuple(f"phan-hoi/{return_name(_owner(each), each.period.key)}" for each in self._assigned)

    def __len__(self) -> int:
        return len(self._assigned)

    def make(self, at: int) -> bool:
        """Write the return; one that shows the same as a file made before is that file."""
        each, path = self._assigned[at], self._folder / self.paths[at]
        key = self._issuer.made_from(each)
        if not self._kept.fetch(key, path):
            self._issuer.render(each, path)
            self._kept.keep(key, path)
        return True

    def links(self, made: Iterable[str]) -> dict[str, str]:
        """Agency → its (first) return, of those that were made."""
        links: dict[str, str] = {}
        whole = set(made)
        for each, path in zip(self._assigned, self.paths, strict=True):
            if path in whole:
                links.setdefault(each.agency.code, path)
        return links

    def answers(self, made: Iterable[str]) -> Mapping[str, str]:
        """Submission → the return that marks it, of those that were made."""
        whole, own = set(made), zip(self._assigned, self.paths, strict=True)
        return {each.submission.id: path for each, path in own if each.submission is not None and path in whole}

    def outputs(self, made: Iterable[str]) -> tuple[Output, ...]:
        whole = set(made)
        return tuple(Output(path=path, kind="return") for path in self.paths if path in whole)

    def tidy(self) -> None:
        """Let go of kept files that no run has asked for in a long time."""
        self._kept.sweep(len(self))


def _owner(each: Assignment) -> str:
    return each.agency.code if each.program.code == GENERAL else f"{each.agency.code}-{each.program.code}"
