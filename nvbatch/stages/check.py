"""Rows of the whole province in, gate by gate (C, R, M): rows to merge, rows held, findings and proposals out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.judged import Judged
from nvbatch.likeness import Likeness
from nvbatch.model import Change, Checked, Finding, Reading, Row, Submission
from nvbatch.pieces import Spelling, pieces
from nvbatch.register import Register
from nvbatch.row_frame import chunks, frame_of
from nvbatch.rules import cell
from nvbatch.rules import register as gate_m
from nvbatch.rules import row as gate_r
from nvbatch.rules.columns import said, shown
from nvbatch.rules.notes import home, noted_hits
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Context, FrameRule, Hit, Rule, worn
from nvbatch.rules.wording import finding_of
from nvbatch.schema_frame import failures
from nvbatch.task_facts import dues_of

if TYPE_CHECKING:
    import pandas as pd

Seen = tuple[Rule, int, Hit]  # a rule, the frame index on which it fired, where exactly
Noted = tuple[tuple[Rule, Hit], ...]  # what the reader noted on a file


def check(
    batch: Sequence[tuple[Submission, Reading]],
    *,
    register: Register,
    form: Form,
    policy: Policy,
    config: Config,
    calendar: Calendar,
) -> Checked:
    """Judge every row of the submissions whose rows may be merged (accepted or superseded).

    ``config`` holds the values in force in the run's period; ``policy.day`` is D(as-of). A row that one gate holds does
    not reach the next (RULES). Findings come in order of submission, then of gate, then of row.
    """
    context = context_of(register, form, config)
    spelling = Spelling(batch, register)
    given = pieces(batch, form=form, register=register, calendar=calendar, spelling=spelling)
    noted = {submission.id: tuple(noted_hits(reading)) for submission, reading in batch}
    sheets = {piece.submission.id: Judged(piece) for piece in given}
    for chunk in chunks(given):
        _judge([sheets[piece.submission.id] for piece in chunk], noted, register, context, policy)
    findings: list[Finding] = []
    changes: list[Change] = []
    for submission, reading in batch:
        judged = sheets.get(submission.id)
        findings += _file_findings(submission, reading, judged, noted[submission.id], context, policy)
        findings += judged.findings if judged else []
        for change in _proposals(submission, reading, spelling):
            changes.append(change)
            findings += _change_findings(submission, reading, change, register, context, policy)
    good: list[Row] = []
    held: list[Row] = []
    for judged in sheets.values():
        merging, waiting = judged.rows()
        good += merging
        held += waiting
    return Checked(
        rows=tuple(good),
        held=tuple(held),
        findings=tuple(findings),
        changes=tuple(changes),
        counts={key: judged.counts for key, judged in sheets.items()},
        reported={key: frozenset(code for code in judged.piece.codes if code) for key, judged in sheets.items()},
    )


def context_of(register: Register, form: Form, config: Config) -> Context:
    """What the rules over rows may know besides the rows."""

    @cache
    def agencies_in(text: str) -> frozenset[str]:
        found: set[str] = set()
        for part in filter(None, map(str.strip, re.split(r"[;\n]", text))):
            one = register.resolve_agency(part)
            codes, rest = ((one,), ()) if one else register.names.split(part)
            found |= {*codes, *map(said, rest)}
        return frozenset(found)

    return Context(
        form=form,
        rules=config.rules,
        deputies=frozenset(said(name) for name in register.deputies),
        agencies={code: agency.name for code, agency in register.agencies.items()},
        resolve=agencies_in,
        likely=Likeness(register).task,
        dues=partial(dues_of, register),
    )


# --- rows, gate by gate -------------------------------------------------------------------------


def _judge(
    sheets: Sequence[Judged], noted: Mapping[str, Noted], register: Register, context: Context, policy: Policy
) -> None:
    """All gates over one frame. The schema runs once, lazily; what a gate has held is not told of by a later one."""
    frame = frame_of(tuple(s.piece for s in sheets), form=context.form, register=register, today=policy.day)
    if frame.empty:
        return
    places = list(zip(frame["_piece"].tolist(), frame["_line"].tolist(), strict=True))

    def passed(hits: Iterable[Seen]) -> list[Seen]:
        return [seen for seen in hits if places[seen[1]][1] not in sheets[places[seen[1]][0]].held]

    def settle(hits: Iterable[Seen]) -> None:
        for rule, index, hit in sorted(hits, key=lambda seen: (seen[1], seen[0].code)):
            # a blank required cell silences what would follow from it
            if rule.code == "C401" or (index, hit.column) not in blank:
                place, line = places[index]
                sheets[place].take(rule, line, hit, context.form, policy)

    cells = [*_noted(sheets, noted), *_schema(frame, sheets, places, context), *_ruled(cell.ON_FRAME, frame, context)]
    blank = {(index, hit.column) for rule, index, hit in cells if rule.code == "C401"}
    settle(cells)
    settle([*passed(_ruled(gate_r.ON_FRAME, frame, context)), *_ruled(gate_r.ON_WHOLE, frame, context)])
    settle(passed(_ruled(gate_m.ON_FRAME, frame, context)))


def _ruled(demands: Iterable[FrameRule], frame: pd.DataFrame, context: Context) -> Iterator[Seen]:
    for demand in demands:
        for hit in demand(frame, context):
            if hit.index is None:
                raise AssertionError(f"{worn(demand).code} names no row")
            yield worn(demand), int(hit.index), hit


def _schema(
    frame: pd.DataFrame, sheets: Sequence[Judged], places: Sequence[tuple[int, int]], context: Context
) -> Iterator[Seen]:
    """The schema's failures, without cells that the reader has judged already and dates that Ngày lập stands in for."""
    for rule, hit in failures(frame, context.form, context.rules):
        index = hit.index or 0
        place, line = places[index]
        piece = sheets[place].piece
        given = rule.code == "C401" and hit.column == "updated_on" and piece.prepared_on is not None
        if not given and (line, hit.column) not in piece.faulty:
            yield rule, index, hit


def _noted(sheets: Sequence[Judged], noted: Mapping[str, Noted]) -> Iterator[Seen]:
    """What the reader noted on lines that report something."""
    first = 0
    for judged in sheets:
        piece = judged.piece
        for rule, hit in noted[piece.submission.id]:
            line = piece.line_of(hit)
            place = piece.place_of(line) if line is not None else None
            if place is not None:
                yield rule, first + place, hit
        first += len(piece.kept)


# --- the file and its proposals -----------------------------------------------------------------


def _file_findings(
    submission: Submission,
    reading: Reading,
    judged: Judged | None,
    noted: Noted,
    context: Context,
    policy: Policy,
) -> tuple[Finding, ...]:
    """Notes that lie on no reported row; of rows that are no update only what concerns the structure is told."""
    found = []
    for rule, hit in noted:
        line = judged.piece.line_of(hit) if judged else None
        if judged and line is not None and (judged.piece.place_of(line) is not None or rule.code[0] not in "FS"):
            continue
        sheet, table = home(reading, context.form, hit)
        found.append(finding_of(rule, hit, submission, sheet=sheet, table=table))
    return policy.judge_all(found)


def _proposals(submission: Submission, reading: Reading, spelling: Spelling) -> Iterator[Change]:
    """The filled rows of sheet Biến động."""
    table = reading.changes
    if table is None:
        return
    for line, row in enumerate(table.rows):
        values = {key: column[line] for key, column in table.values.items()}
        if not any(said(shown(value)) for value in values.values()):
            continue
        values["task_code"] = spelling.of(values.get("task_code"), submission.agency)
        yield Change(
            agency=submission.agency or "",
            submission=submission.id,
            file=submission.document.name,
            sheet=table.sheet,
            row=row,
            values=values,
            complete=all(said(shown(values.get(key))) for key in ("reason", "proposal_doc")),
        )


def _change_findings(
    submission: Submission, reading: Reading, change: Change, register: Register, context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """M605 and M606 on one proposal. A code that the register does not know names no task."""
    code = change.values.get("task_code")
    table = reading.changes
    line = table.rows.index(change.row) if table else None
    return policy.judge_all(
        finding_of(
            worn(demand),
            hit,
            submission,
            sheet=context.form.changes,
            table=table,
            line=line,
            task=code if code in register.tasks else None,
        )
        for demand in gate_m.ON_CHANGE
        for hit in demand(change, context)
    )
