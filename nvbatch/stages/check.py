"""Rows of the whole province in, gate by gate (C, R, M): rows to merge, rows held, findings and proposals out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from nvbatch.calendar import Calendar
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.judged import Judged
from nvbatch.likeness import Likeness
from nvbatch.model import Change, Checked, Finding, Reading, Row, Submission, Table
from nvbatch.pieces import Spelling, pieces
from nvbatch.register import Register
from nvbatch.row_frame import chunks, frame_of
from nvbatch.rules import cell
from nvbatch.rules import register as gate_m
from nvbatch.rules import row as gate_r
from nvbatch.rules.columns import said
from nvbatch.rules.notes import home, noted_hits
from nvbatch.rules.policy import Policy
from nvbatch.rules.rule import Context, FrameRule, Hit, Rule, worn
from nvbatch.rules.wording import Wording, finding_of
from nvbatch.rulings import Ruling, Rulings, changes_of, codes_of, filled_lines, rows_of
from nvbatch.schema_frame import failures
from nvbatch.task_facts import dues_of

if TYPE_CHECKING:
    import pandas as pd

Seen = tuple[Rule, int, Hit]  # a rule, the frame index on which it fired, where exactly
Noted = tuple[tuple[Rule, Hit, int | None, int | None], ...]  # what the reader noted on a file, where it lies


def check(
    batch: Sequence[tuple[Submission, Reading]],
    *,
    register: Register,
    form: Form,
    policy: Policy,
    config: Config,
    calendar: Calendar,
    known: Rulings | None = None,
) -> Checked:
    """Judge every row of the submissions whose rows may be merged (accepted or superseded).

    ``config`` holds the values in force in the run's period; ``policy.day`` is D(as-of). A row that one gate holds does
    not reach the next (RULES). Findings come in order of submission, then of gate, then of row. What is ``known`` of a
    file is not worked out again: each file is judged by itself, whatever else lies beside it.
    """
    told: dict[str, Ruling] = {}
    for submission, reading in batch if known else ():
        if known and (ruling := known.of(submission, reading)) is not None:
            told[submission.id] = ruling
    new = [pair for pair in batch if pair[0].id not in told]
    found = _rulings(new, register, form, policy, config, calendar) if new else ()
    for (submission, reading), ruling in zip(new, found, strict=True):
        told[submission.id] = ruling
        if known:
            known.note(submission, reading, ruling)
    return _together([(submission, reading, told[submission.id]) for submission, reading in batch])


def _together(files: Sequence[tuple[Submission, Reading, Ruling]]) -> Checked:
    """What was found on each file, and its cells, as one value."""
    good: list[Row] = []
    held: list[Row] = []
    for submission, reading, ruling in files:
        merging, waiting = rows_of(ruling, submission, reading)
        good += merging
        held += waiting
    return Checked(
        rows=tuple(good),
        held=tuple(held),
        findings=tuple(finding for _, _, ruling in files for finding in ruling.findings),
        changes=tuple(
            change
            for submission, reading, ruling in files
            for change in changes_of(submission, reading, ruling.proposed)
        ),
        counts={submission.id: ruling.counts for submission, _, ruling in files if ruling.counts is not None},
        reported={
            submission.id: frozenset(filter(None, codes_of(ruling, reading.tasks)))
            for submission, reading, ruling in files
            if reading.tasks is not None
        },
    )


def _rulings(
    batch: Sequence[tuple[Submission, Reading]],
    register: Register,
    form: Form,
    policy: Policy,
    config: Config,
    calendar: Calendar,
) -> Iterator[Ruling]:
    """What is found on each file."""
    context = context_of(register, form, config)
    spelling = Spelling(batch, register)
    given = pieces(batch, form=form, register=register, calendar=calendar, spelling=spelling)
    sheets = {piece.submission.id: Judged(piece) for piece in given}
    noted = {s.id: tuple(_placed(reading, sheets.get(s.id))) for s, reading in batch}
    for chunk in chunks(given):
        _judge([sheets[piece.submission.id] for piece in chunk], noted, register, context, policy)
    for submission, reading in batch:
        proposed = _proposed(submission, reading.changes, spelling)
        judged = sheets.get(submission.id)
        ruling = judged.ruling(proposed) if judged else Ruling(proposed=proposed)
        whole = _file_findings(submission, reading, noted[submission.id], context, policy)
        changes = changes_of(submission, reading, proposed)
        waiting = [f for c in changes for f in _change_findings(submission, reading, c, register, context, policy)]
        yield replace(ruling, findings=(*whole, *ruling.findings, *waiting)) if whole or waiting else ruling


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

    wording = Wording(context.form.tasks)

    def settle(hits: Iterable[Seen]) -> None:
        for rule, index, hit in sorted(hits, key=lambda seen: (seen[1], seen[0].code)):
            # a blank required cell silences what would follow from it
            if rule.code == "C401" or (index, hit.column) not in blank:
                place, line = places[index]
                sheets[place].take(rule, line, hit, wording, policy)

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


def _placed(reading: Reading, judged: Judged | None) -> Iterator[tuple[Rule, Hit, int | None, int | None]]:
    """The reader's notes, each with the line on which it lies and that line's place among those that report."""
    for rule, hit in noted_hits(reading):
        line = judged.piece.line_of(hit) if judged else None
        yield rule, hit, line, judged.piece.place_of(line) if judged and line is not None else None


def _noted(sheets: Sequence[Judged], noted: Mapping[str, Noted]) -> Iterator[Seen]:
    """What the reader noted on lines that report something."""
    first = 0
    for judged in sheets:
        for rule, hit, _, place in noted[judged.piece.submission.id]:
            if place is not None:
                yield rule, first + place, hit
        first += len(judged.piece.kept)


# --- the file and its proposals -----------------------------------------------------------------


def _file_findings(
    submission: Submission, reading: Reading, noted: Noted, context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """Notes that lie on no reported row; of rows that are no update only what concerns the structure is told."""
    found = []
    for rule, hit, line, place in noted:
        if place is not None or (line is not None and rule.code[0] not in "FS"):
            continue
        sheet, table = home(reading, context.form, hit)
        found.append(finding_of(rule, hit, submission, sheet=sheet, table=table))
    return policy.judge_all(found)


def _proposed(submission: Submission, table: Table | None, spelling: Spelling) -> dict[int, str | None]:
    """The filled lines of sheet Biến động, each with the task that it means."""
    codes = table.values.get("task_code") if table else None
    return {line: spelling.of(codes[line] if codes else None, submission.agency) for line in filled_lines(table)}


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
