"""Snapshot in, the master workbook ``Tong-hop-nhiem-vu.xlsx`` out: thirteen sheets, none meant to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.master import agencies, findings, lists, notes, overview, proposals, requests, submissions, tasks
from nvbatch.master.body import ROWS_AT_ONCE
from nvbatch.master.kept import Kept
from nvbatch.master.listing import write
from nvbatch.master.looks import EVERY
from nvbatch.master.source import Source
from nvbatch.master.words import listed
from nvbatch.model import Snapshot
from nvbatch.partcache import PartCache
from nvbatch.register import Register
from nvbatch.xlsx import new_workbook

FILE_NAME = "Tong-hop-nhiem-vu.xlsx"

# after Tổng quan and before Ghi chú, in the order of contract 6
LISTS = (
    tasks.listing,
    agencies.listing,
    lists.overdue,
    lists.due_soon,
    lists.not_aggregated,
    lists.no_deadline,
    requests.extensions,
    requests.changes,
    proposals.listing,
    submissions.listing,
    findings.listing,
)


def tabulate(
    snapshot: Snapshot,
    *,
    form: Form,
    register: Register | None,
    config: Config,
    path: Path,
    return_links: Mapping[str, str] = MappingProxyType({}),
    kept: PartCache | None = None,
) -> None:
    """Write the master workbook to ``path``; ``return_links`` = agency code → its return, relative to the master.

    ``kept``: rows that earlier runs have drawn; with and without them the workbook is the same.
    """
    source = Source(snapshot=snapshot, form=form, register=register, config=config, links=return_links)
    office, words = config.office.name, listed(source)
    rows = Kept(kept, words)
    title = "Tổng hợp tình hình thực hiện nhiệm vụ được giao"
    with new_workbook(path, title=title, created=source.as_of, author=office, scratch=path.parent) as book:
        book.list_words(words)
        for look in EVERY:  # first of all, so that they bear the same numbers in every run
            book.number(look)
        overview.sheet(book, source)
        for listing in LISTS:
            write(book, source, listing(source), rows)
        notes.sheet(book, source)
    rows.sweep(len(register.tasks) // ROWS_AT_ONCE + len(LISTS) if register else 0)
