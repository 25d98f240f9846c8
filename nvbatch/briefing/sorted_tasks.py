"""A snapshot in, its tasks sorted out for all documents together: each sorting is done once, when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from nvbatch.model import Snapshot, Status, TaskFigure

Kind = tuple[Status, tuple[str, ...]]  # status and flags: a province has a hundred thousand tasks, and few kinds
Test = Callable[[TaskFigure], bool]  # of a task that stands for its kind: it may look at status and flags alone


class SortedTasks:
    """The tasks of a snapshot by kind. What is picked stands in no order: each document has its own."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def kinds(self) -> Mapping[Kind, list[TaskFigure]]:
        found: dict[Kind, list[TaskFigure]] = {}
        for figure in self.snapshot.tasks:
            kind = figure.status, figure.flags
            if kind in found:
                found[kind].append(figure)
            else:
                found[kind] = [figure]
        return found

    @cached_property
    def flags(self) -> Counter[str]:
        """Flag → how many tasks bear it."""
        counted: Counter[str] = Counter()
        for (_, flags), figures in self.kinds.items():
            counted.update(dict.fromkeys(flags, len(figures)))
        return counted

    def picked(self, wanted: Test) -> list[TaskFigure]:
        return [figure for figures in self.kinds.values() if wanted(figures[0]) for figure in figures]

    def number(self, wanted: Test) -> int:
        """How many would be picked."""
        return sum(len(figures) for figures in self.kinds.values() if wanted(figures[0]))

    def of(self, status: Status) -> list[TaskFigure]:
        return self.picked(lambda figure: figure.status is status)

    @cached_property
    def not_aggregated(self) -> list[TaskFigure]:
        return self.picked(lambda figure: not figure.aggregated)

    def named(self, codes: Iterable[str]) -> dict[str, TaskFigure]:
        """Those of the codes that are tasks of the snapshot."""
        wanted = frozenset(codes)
        return {f.task.code: f for f in self.snapshot.tasks if f.task.code in wanted} if wanted else {}
