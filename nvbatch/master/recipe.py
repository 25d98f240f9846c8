"""Tasks in, parts of a list out that tell what their rows follow from: far quicker told than the rows are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from nvbatch.master.body import ROWS_AT_ONCE, Columns, Part
from nvbatch.master.kept import told, written
from nvbatch.master.source import Source
from nvbatch.model import Besides, RowSource, Task, TaskFigure

_Thing = TypeVar("_Thing")

# What is shown on no list of tasks, and what is told in its own way: days apart from the rest, which is quicker.
_HIDDEN = frozenset({"updated", "state", "state_doc", "state_from", "parent", "row", "deadline", "lead_agency"})
_APART = frozenset({"task", "due", "status", "besides", "doc_date"})


def _telling(kind: type, *more: str) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*more, *(f.name for f in fields(kind) if f.name not in _HIDDEN | _APART))


_of_figure = _telling(TaskFigure, "status._value_", "lead_agency")
_of_task = _telling(Task)


class Recipe:
    """What rows of tasks may show. ``more``: plain values that they follow from besides."""

    def __init__(self, source: Source, *more: Any) -> None:
        self._source, self._keys = source, source.form.tasks.keys
        self._common = repr((self._keys, source.config.office.timezone, more)).encode()
        # by id; the thing is kept, so that its id stays its own
        self._files: dict[int, tuple[RowSource, bytes]] = {}
        self._besides: dict[int, tuple[Besides, str]] = {}

    def parts(
        self,
        figures: Sequence[TaskFigure],
        columns: Callable[[int, Sequence[TaskFigure]], Columns],
        key: Callable[[TaskFigure], str] = lambda _: "",
        *,
        linked: bool = False,
    ) -> Iterator[Part]:
        """Some hundred tasks at a time. ``columns`` of those that stand below so many; ``key`` of the looks of each.

        ``linked``: a column leads to the agencies' returns.
        """
        for first in range(0, len(figures), ROWS_AT_ONCE):
            some = figures[first : first + ROWS_AT_ONCE]
            yield Part(
                keys=list(map(key, some)),
                columns=partial(columns, first, some),
                told=partial(self.told, some),
                paths=partial(self._paths, some) if linked else tuple,
            )

    def _paths(self, figures: Sequence[TaskFigure]) -> Columns:
        links = self._source.links
        return [[links.get(figure.lead_agency) for figure in figures]]

    def told(self, figures: Sequence[TaskFigure]) -> bytes:
        tasks, dues = [figure.task for figure in figures], [figure.due for figure in figures]
        days = told([[task.doc_date for task in tasks], [due.deadline for due in dues], [due.original for due in dues]])
        granted = [(at, len(due.extensions)) for at, due in enumerate(dues) if due.extensions]
        rest = written((list(map(_of_figure, figures)), list(map(_of_task, tasks)), granted))
        return b"\n".join((self._common, self._names(figures), self._rows(figures), days, rest))

    def _names(self, figures: Sequence[TaskFigure]) -> bytes:
        """What is said of agencies and programmes, and where the agencies' returns lie."""
        source = self._source
        agencies = sorted({figure.lead_agency for figure in figures})
        programs = sorted({figure.task.program for figure in figures})
        named = [(source.agency(code), source.head(code), source.links.get(code)) for code in agencies]
        return written((named, [source.program(code) for code in programs]))

    def _rows(self, figures: Sequence[TaskFigure]) -> bytes:
        """Of each its file and its line there, and what it says besides: neighbours mostly share both."""
        files = [figure.row.source if figure.row else None for figure in figures]
        lines = [figure.row.line if figure.row else None for figure in figures]
        runs = [(self._file(run), many) for run, many in _runs(files)]
        besides = [(self._said(run), many) for run, many in _runs([figure.besides for figure in figures])]
        return written((runs, lines, besides))

    def _said(self, besides: Besides) -> str:
        known = self._besides.get(id(besides))
        if known is None:
            known = self._besides[id(besides)] = besides, repr(besides)
        return known[1]

    def _file(self, source: RowSource | None) -> bytes:
        if source is None:
            return b""
        known = self._files.get(id(source))
        if known is None:
            known = self._files[id(source)] = source, told([self._of_file(source), *self._cells(source)])
        return known[1]

    def _of_file(self, source: RowSource) -> list[Any]:
        return [source.period, self._source.local(source.received_at), source.file, source.sheet, source.digest]

    def _cells(self, source: RowSource) -> list[Sequence[Any]]:
        """They follow from the digest, where it is known."""
        if source.digest is not None:
            return []
        return [source.rows, *(source.columns.get(key, ()) for key in self._keys)]


def _runs(things: Iterable[_Thing]) -> Iterator[tuple[_Thing, int]]:
    """What stands side by side being one and the same, and how often."""
    for _, run in groupby(things, id):
        same = list(run)
        yield same[0], len(same)
