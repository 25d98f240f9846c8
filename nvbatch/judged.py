"""One file while the gates go over it: hits in, findings and the row's fate (held, incomplete, flags) out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from nvbatch.form import Form
from nvbatch.model import Finding, Row, Severity
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

    def rows(self) -> Iterator[tuple[bool, Row]]:
        """Every line that reports something with its typed values, and whether it is held."""
        piece, table = self.piece, self.piece.table
        submission, document = piece.submission, piece.submission.document
        raw, name = _raw_by_line(piece), submission.id
        keys, lines = tuple(table.values), list(zip(*table.values.values(), strict=True))
        for line in piece.kept:
            values = dict(zip(keys, lines[line], strict=True))
            texts = raw.get(line, {})
            if texts:
                values |= {key: text for key, text in texts.items() if values.get(key) is None}
            values["task_code"] = piece.codes[line]
            if values.get("updated_on") is None:
                values["updated_on"] = piece.prepared_on  # contract 4: a blank one takes Ngày lập
            yield (
                line in self.held,
                Row(
                    submission=name,
                    agency=submission.agency or "",
                    program=submission.program,
                    period=submission.period or "",
                    received_at=document.receipt.received_at,
                    sequence=document.receipt.sequence,
                    file=document.name,
                    sha256=document.sha256,
                    sheet=table.sheet,
                    row=table.rows[line],
                    letters=table.letters,
                    values=values,
                    raw=texts,
                    extras=_extras(piece, line) if table.extras else {},
                    incomplete=tuple(self.incomplete[line]) if line in self.incomplete else (),
                    flags=tuple(self.flags[line]) if line in self.flags else (),
                ),
            )


def _add(words: list[str], word: str) -> None:
    if word not in words:
        words.append(word)


def _raw_by_line(piece: Piece) -> dict[int, dict[str, str]]:
    raw: dict[int, dict[str, str]] = {}
    for (line, key), text in piece.table.raw.items():
        raw.setdefault(line, {})[key] = text
    return raw


def _extras(piece: Piece, line: int) -> dict[str, str]:
    table = piece.table
    cells = {header: table.extra_values.get(letter, ()) for letter, header in table.extras.items()}
    return {
        header: shown(values[line]) for header, values in cells.items() if values and values[line] not in (None, "")
    }
