"""One file while the gates go over it: hits in, findings and the row's fate (held, incomplete, flags) out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nvbatch.form import Form
from nvbatch.model import Finding, Row, RowSource, Severity, Table
from nvbatch.pieces import Piece
from nvbatch.rules.columns import shown
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Hit, Rule
from nvbatch.rules.wording import finding_of


@dataclass(slots=True)
class Judged:
    """A file's lines and what has been found on them so far; only :meth:`take` writes here."""

    piece: Piece
    findings: list[Finding] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    incomplete: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    flags: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, rule: Rule, line: int, hit: Hit, form: Form, policy: Policy) -> None:
        """Give a hit its words and its consequences, as far as the policy lets it have any."""
        piece, code = self.piece, self.piece.codes[line]
        said = finding_of(rule, hit, piece.submission, sheet=form.tasks, table=piece.table, line=line, task=code)
        finding = policy.judge(said)
        if finding is None:
            return
        self.findings.append(finding)
        if finding.severity is Severity.ERROR:
            self.held |= self._torn(code) if rule.code == "R509" else {line}
        elif finding.severity is Severity.INCOMPLETE:
            _add(self.incomplete[line], rule.code)
        if rule.flag and policy.acts(rule.code, finding.agency, code):
            _add(self.flags[line], rule.flag)

    def _torn(self, code: str | None) -> set[int]:
        """Of rows that contradict each other none is merged."""
        return {line for line in self.piece.torn if self.piece.codes[line] == code}

    @property
    def counts(self) -> tuple[int, int, int]:
        """Lines read, held, skipped."""
        return len(self.piece.table.rows), len(self.held), self.piece.skipped

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The lines that report something: those that may be merged, those that are held."""
        source, held, kept = self._source(), self.held, self.piece.kept
        if not held:
            return [Row(source, line) for line in kept], []
        good = [Row(source, line) for line in kept if line not in held]
        return good, [Row(source, line) for line in kept if line in held]

    def _source(self) -> RowSource:
        """The file's cells as they count: the register's spelling of codes, Ngày lập where no day of update stands."""
        piece = self.piece
        submission, document, table = piece.submission, piece.submission.document, piece.table
        return RowSource(
            submission=submission.id,
            agency=submission.agency or "",
            program=submission.program,
            period=submission.period or "",
            received_at=document.receipt.received_at,
            sequence=document.receipt.sequence,
            file=document.name,
            sha256=document.sha256,
            sheet=table.sheet,
            letters=table.letters,
            rows=table.rows,
            columns=_columns(piece),
            raw=_raw_by_line(table),
            extras=_extras(piece) if table.extras else {},
            incomplete={line: tuple(words) for line, words in self.incomplete.items()},
            flags={line: tuple(words) for line, words in self.flags.items()},
            digest=piece.reading.digest,
        )


def _add(words: list[str], word: str) -> None:
    if word not in words:
        words.append(word)


def _columns(piece: Piece) -> dict[str, Sequence[Any]]:
    """The table's own columns but for those in which something counts otherwise than it was read."""
    columns: dict[str, Sequence[Any]] = dict(piece.table.values)
    own_words: dict[str, list[Any]] = {}
    for (line, key), text in piece.table.raw.items():
        if key in columns and columns[key][line] is None:  # what could not be understood counts as its own words
            own_words.setdefault(key, list(columns[key]))[line] = text
    columns |= own_words
    columns["task_code"] = piece.codes
    days = columns.get("updated_on") or (None,) * len(piece.table.rows)
    if None in days:  # contract 4: a blank one takes Ngày lập
        days = tuple(piece.prepared_on if day is None else day for day in days)
    columns["updated_on"] = days
    return columns


def _raw_by_line(table: Table) -> dict[int, dict[str, str]]:
    raw: dict[int, dict[str, str]] = {}
    for (line, key), text in table.raw.items():
        raw.setdefault(line, {})[key] = text
    return raw


def _extras(piece: Piece) -> dict[int, dict[str, str]]:
    """Line → header → what stands there, in columns that the form does not have."""
    extras: dict[int, dict[str, str]] = {}
    for letter, header in piece.table.extras.items():
        for line, value in enumerate(piece.table.extra_values.get(letter, ())):
            if value not in (None, ""):
                extras.setdefault(line, {})[header] = shown(value)
    return extras
