"""Rulings in, each a line of plain text out, and back again with the submission that they speak of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from sys import intern
from typing import Any

from nvbatch.model import Finding, Severity, Submission
from nvbatch.rules.wording import OWN
from nvbatch.rulings import Ruling, findings_on

_SEVERITIES = {str(severity): severity for severity in Severity}
_own = attrgetter(*OWN)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(ruling: Ruling) -> bytes:
    """A line without its end; what it says of the file itself is left to the submission."""
    said = {
        "codes": list(ruling.codes.items()),
        "good": _spans(ruling.good),
        "held": _spans(ruling.held),
        "counts": ruling.counts,
        "incomplete": list(ruling.incomplete.items()),
        "flags": list(ruling.flags.items()),
        "proposed": list(ruling.proposed.items()),
        "findings": [_told(column) for column in zip(*map(_own, ruling.findings), strict=True)],
    }
    return _json(said).encode("utf-8", "surrogatepass")


def ruling_of(line: bytes, submission: Submission) -> Ruling:
    """Raises ValueError, KeyError, IndexError or TypeError when something is amiss."""
    said = json.loads(line.decode("utf-8", "surrogatepass"))
    return Ruling(
        codes=dict(said["codes"]),
        good=_lines(said["good"]),
        held=_lines(said["held"]),
        counts=tuple(said["counts"]) if said["counts"] is not None else None,
        incomplete=_words(said["incomplete"]),
        flags=_words(said["flags"]),
        findings=_findings(said["findings"], submission),
        proposed=dict(said["proposed"]),
    )


def _spans(lines: Sequence[int]) -> list[int]:
    """First and end of each stretch of lines, one stretch after the other: mostly one of them."""
    if isinstance(lines, range):
        return [lines.start, lines.stop] if lines else []
    told: list[int] = []
    for line in lines:
        if told and told[-1] == line:
            told[-1] = line + 1
        else:
            told += [line, line + 1]
    return told


def _lines(spans: Sequence[int]) -> Sequence[int]:
    stretches = [range(first, end) for first, end in zip(spans[::2], spans[1::2], strict=True)]
    return stretches[0] if len(stretches) == 1 else [line for stretch in stretches for line in stretch]


def _words(said: Sequence[Any]) -> Mapping[int, tuple[str, ...]]:
    return {line: tuple(map(intern, words)) for line, words in said}


# --- findings -------------------------------------------------------------------------------------


def _told(column: Sequence[Any]) -> list[Any]:
    """[the one value, of how many], [the different values, which of them each finding has] or [one value a finding]."""
    if column.count(column[0]) == len(column):
        return [column[:1], len(column)]
    number = {value: at for at, value in enumerate(dict.fromkeys(column))}
    if len(number) * 2 > len(column):
        return [column]
    return [list(number), [number[value] for value in column]]


def _untold(said: Sequence[Any]) -> Sequence[Any]:
    different, *places = said
    if not places:
        return list(different)
    different = [intern(value) if isinstance(value, str) else value for value in different]
    return different * places[0] if isinstance(places[0], int) else [different[at] for at in places[0]]


def _findings(columns: Sequence[Any], submission: Submission) -> tuple[Finding, ...]:
    said = {key: _untold(column) for key, column in zip(OWN, columns, strict=True)} if columns else {}
    if not said:
        return ()
    said["severity"] = [_SEVERITIES[word] for word in said["severity"]]
    said["fix"] = list(map(intern, said["fix"]))
    return findings_on(submission, said)
