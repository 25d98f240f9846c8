"""Tasks in, everything that their rows on sheet *Nhiệm vụ* follow from out: quicker told than rows are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from nvbatch.master.kept import told
from nvbatch.master.source import Source
from nvbatch.model import Row, RowSource, Task, TaskFigure

# Told in their own way; of the reading of a deadline nothing is shown.
_APART = frozenset({"task", "due", "status", "row", "besides"})
_of_figure = attrgetter("status._value_", *(f.name for f in fields(TaskFigure) if f.name not in _APART))
_of_task = attrgetter(*(f.name for f in fields(Task)))
_of_due = attrgetter("deadline", "original", "extensions")


class Recipe:
    """``keys``: the fields of the state row that are shown."""

    def __init__(self, source: Source, keys: Sequence[str]) -> None:
        self._source, self._keys = source, keys
        self._common = repr((keys, source.config.office.timezone)).encode()
        self._files: dict[int, tuple[RowSource, bytes]] = {}  # by id; the file is kept, so that its id stays its own

    def told(self, figures: Sequence[TaskFigure]) -> bytes:
        tasks, dues = [figure.task for figure in figures], [figure.due for figure in figures]
        columns = told([
            *zip(*map(_of_figure, figures), strict=True),
            *zip(*map(_of_task, tasks), strict=True),
            *zip(*map(_of_due, dues), strict=True),
        ])  # fmt: skip
        return b"\n".join((
            self._common, self._names(figures), self._besides(figures), self._rows([f.row for f in figures]), columns
        ))  # fmt: skip

    def _names(self, figures: Sequence[TaskFigure]) -> bytes:
        """What the codes of agencies and programmes are shown as, and where the agencies' returns lie."""
        source = self._source
        agencies = sorted({figure.lead_agency for figure in figures})
        programs = sorted({figure.task.program for figure in figures})
        links = [source.links.get(code) for code in agencies]
        return repr((list(map(source.agency, agencies)), list(map(source.program, programs)), links)).encode()

    def _besides(self, figures: Sequence[TaskFigure]) -> bytes:
        """Most tasks share theirs with many."""
        own = {id(figure.besides): figure.besides for figure in figures}
        numbers = {name: at for at, name in enumerate(own)}
        return told([[repr(one) for one in own.values()], [numbers[id(figure.besides)] for figure in figures]])

    def _rows(self, rows: Sequence[Row | None]) -> bytes:
        """Of each its file and its line there."""
        sources = {id(row.source): row.source for row in rows if row is not None}
        numbers = {name: at for at, name in enumerate(sources)}
        files = [None if row is None else numbers[id(row.source)] for row in rows]
        lines = [None if row is None else row.line for row in rows]
        return b"\n".join((told([files, lines]), *map(self._file, sources.values())))

    def _file(self, source: RowSource) -> bytes:
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
