"""The frame of a rule: one small function that only looks, wearing code, severity, message and mending hint.

A rule function yields :class:`Hit`; what it takes depends on how far it looks:

- ``rules/file.py``      ``(reading) -> Iterable[Hit]``: gate F, what the reader noted; ``rules/structure.py`` gate S
- ``rules/cell.py``      gate C: the same for cells that the reader judges; a column's mask for checks of the schema
- ``rules/row.py``       ``(frame, context) -> Iterable[Hit]``: gate R, ``hit.index`` is the frame index
- ``rules/register.py``  the same for gate M; ``(change, context)`` for sheet Biến động
- ``rules/history.py``   ``(case) -> Iterable[Hit]``: gate H, R504, M602; one task's life at as-of (``rules/task.py``)
                         and ``asked_of``: the statuses in which the rule speaks, and the sign that a task must bear
- ``rules/office.py``    gate G: the same; and rules over an agency or the register, each given what it looks at
- ``rules/arrival.py``   gate A: plain rules, judged by ``stages/admit.py`` where files meet

Nothing registers itself: ``rules/catalogue.py`` looks through the modules for functions that wear a ``rule``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import TYPE_CHECKING, Any, TypeVar

from nvbatch.model import Finding, Reading, Severity

if TYPE_CHECKING:
    import pandas as pd

    from nvbatch.config import Rules
    from nvbatch.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``message`` and ``fix`` are Vietnamese ``str.format`` templates; ``{value}`` and ``{expected}`` are always there.

    ``source`` names the demands (R-numbers of DOMAIN section 1, or sections of the contract); ``flag`` is the flag it
    raises.
    """

    code: str
    severity: Severity
    title: str
    message: str
    fix: str
    source: tuple[str, ...] = ()
    flag: str | None = None

    def finding(self, *, args: Mapping[str, Any] | None = None, **where: Any) -> Finding:
        """A finding of this rule. ``where`` takes the fields of Finding (agency, task, file, sheet, row, cell …)."""
        where.setdefault("severity", self.severity)
        message, fix = self.said(args or {}, **{name: where.get(name) for name in _OF_EVERY_RULE})
        return Finding(rule=self.code, message=message, fix=fix, **where)

    def said(self, args: Mapping[str, Any], **others: str | None) -> tuple[str, str]:
        """Message and mending hint; the ``others`` are what every rule may speak of where ``args`` do not."""
        words = _Gaps(args)
        for name, word in others.items():
            if word is not None and name not in words:
                words[name] = word
        fix = self.fix.format_map(words) if "{" in self.fix else self.fix
        return _sentence(self.message.format_map(words)), intern(_sentence(fix))  # few hints are given for many rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a rule fired. ``index`` = index in the frame, or ``row`` = Excel row; ``column`` = field key."""

    index: int | None = None
    row: int | None = None
    sheet: str | None = None
    column: str | None = None
    cell: str | None = None
    task: str | None = None
    agency: str | None = None
    value: str | None = None
    expected: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a rule over a frame may know besides its rows: the form, the rule values in force, the known deputies."""

    form: Form
    rules: Rules
    deputies: frozenset[str] = frozenset()  # viet.key of names that stand with a deputy's position in the register
    agencies: Mapping[str, str] = field(default_factory=dict)  # code → name
    resolve: Callable[[str], frozenset[str]] = lambda text: frozenset({text})  # the agencies that a text names
    # code as written, content, agency → the task that a row may mean, only to ask
    likely: Callable[[str | None, str | None, str | None], str | None] = lambda code, content, agency: None
    # registered code, receipt day → the deadlines that a form may state for the task (``task_facts.Dues``)
    dues: Callable[[str, date], Any] = lambda code, day: None

    def name_of(self, code: str) -> str:
        """An agency's name, or its code where the register has none."""
        return self.agencies.get(code, code)


ReadingRule = Callable[[Reading], Iterable[Hit]]
FrameRule = Callable[["pd.DataFrame", Context], Iterable[Hit]]

F = TypeVar("F", bound=Callable[..., Any])


def rule(
    code: str,
    severity: Severity | str,
    *,
    title: str,
    message: str,
    fix: str,
    source: tuple[str, ...] = (),
    flag: str | None = None,
) -> Callable[[F], F]:
    """Let a function wear its rule; the function itself is returned unchanged."""
    worn = Rule(code=code, severity=Severity(severity), title=title, message=message, fix=fix, source=source, flag=flag)

    def wear(function: F) -> F:
        function.rule = worn  # type: ignore[attr-defined]
        return function

    return wear


def worn(function: Callable[..., Any]) -> Rule:
    """The rule that a function wears."""
    found: Rule = function.rule  # type: ignore[attr-defined]
    return found


def _sentence(text: str) -> str:
    """One full stop at the end, also when the last word brought its own."""
    text = text.strip()
    return text[:-1] if text.endswith("..") and not text.endswith("...") else text


_OF_EVERY_RULE = ("value", "expected", "task", "agency")


class _Gaps(dict[str, Any]):
    """A message never dies of a missing word."""

    def __missing__(self, name: str) -> str:
        return "" if name in _OF_EVERY_RULE else "…"
