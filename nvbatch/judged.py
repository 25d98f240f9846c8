"""One file while the gates go over it: hits in, what is found on it out (findings; rows held, incomplete, flagged)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from nvbatch.model import Finding, Severity
from nvbatch.pieces import Piece
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit, Rule
from nvbatch.rules.wording import OWN, Told, Wording
from nvbatch.rulings import Ruling, findings_on, respelled


@dataclass(slots=True)
class Judged:
    """A file's lines and what has been found on them so far; only :meth:`take` writes here.

    ``told``: the fields ``OWN`` of each finding, in order.
    """

    piece: Piece
    told: list[Told] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    incomplete: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    flags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, rule: Rule, line: int, hit: Hit, wording: Wording, policy: Policy) -> None:
        """Give a hit its words and its consequences, as far as the policy lets it have any."""
        piece, code = self.piece, self.piece.codes[line]
        agency = hit.agency or piece.submission.agency
        stands = policy.stands(rule.code, rule.severity, agency, code or hit.task)
        if stands is None:
            return
        severity, waived = stands
        _, _, *told, _ = wording.told(rule, hit, agency, table=piece.table, line=line, task=code)
        self.told.append((rule.code, severity, *told, waived))
        if severity is Severity.ERROR:
            self.held |= self._torn(code) if rule.code == "R509" else {line}
        elif severity is Severity.INCOMPLETE:
            _add(self.incomplete[line], rule.code)
        if rule.flag and policy.acts(rule.code, agency, code):
            _add(self.flags[line], rule.flag)

    def _findings(self) -> tuple[Finding, ...]:
        columns = zip(*self.told, strict=True)
        return findings_on(self.piece.submission, dict(zip(OWN, columns, strict=True))) if self.told else ()

    def _torn(self, code: str | None) -> set[int]:
        """Of rows that contradict each other none is merged."""
        return {line for line in self.piece.torn if self.piece.codes[line] == code}

    def ruling(self, proposed: Mapping[int, str | None]) -> Ruling:
        """What has been found on the lines of the file, and what it proposes."""
        piece, held, kept = self.piece, self.held, self.piece.kept
        return Ruling(
            codes=respelled(piece.codes, piece.table),
            good=[line for line in kept if line not in held] if held else kept,
            held=[line for line in kept if line in held] if held else (),
            counts=(len(piece.table.rows), len(held), piece.skipped),
            incomplete={line: tuple(words) for line, words in self.incomplete.items()},
            flags={line: tuple(words) for line, words in self.flags.items()},
            findings=self._findings(),
            proposed=proposed,
        )


def _add(words: list[str], word: str) -> None:
    if word not in words:
        words.append(word)
