"""A row whose code the register does not know in, the registered task that it may mean out: only ever to ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nvbatch import viet
from nvbatch.model import Task
from nvbatch.register import Register

_PART = re.compile(r"\d{1,18}|[^\W\d_]+")
_SAME_WORDS = 90  # of 100: below this two contents are two tasks


@dataclass(frozen=True)
class Likeness:
    """Knows the register's codes and contents in the form in which they are compared, once they are asked for."""

    register: Register

    def task(self, code: str | None, content: str | None, agency: str | None) -> str | None:
        """The one task that the code spells otherwise (NV2025-12, NV-2025-00012), or whose content is nearly this."""
        spelled = self._codes.get(_parts(code)) if code else None
        if spelled is not None:
            return spelled
        return self._by_content(content, agency) if content else None

    def _by_content(self, content: str, agency: str | None) -> str | None:
        """Among the tasks given to the agency, when no second one is as near."""
        from rapidfuzz import fuzz, process

        known = self._contents_of(agency or "")
        wanted = viet.key(content)
        near = process.extract(wanted, known, scorer=fuzz.token_sort_ratio, score_cutoff=_SAME_WORDS, limit=2)
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return None
        return str(near[0][2])

    @cached_property
    def _codes(self) -> Mapping[str, str | None]:
        """Parts of a code → the code; None where several have the same."""
        found: dict[str, str | None] = {}
        for code in self.register.tasks:
            parts = _parts(code)
            found[parts] = code if parts not in found else None
        return found

    def _contents_of(self, agency: str) -> Mapping[str, str]:
        """Code → content key of the tasks given to the agency."""
        if agency not in self._keyed:
            self._keyed[agency] = {task.code: viet.key(task.content) for task in self._given.get(agency, ())}
        return self._keyed[agency]

    @cached_property
    def _keyed(self) -> dict[str, Mapping[str, str]]:
        return {}

    @cached_property
    def _given(self) -> Mapping[str, list[Task]]:
        found: dict[str, list[Task]] = {}
        for task in self.register.tasks.values():
            found.setdefault(task.lead_agency, []).append(task)
        return found


def _parts(code: str) -> str:
    """Letters and numbers of a code, whatever stands between them."""
    folded = code.casefold() if code.isascii() else viet.fold(code)
    return " ".join([str(int(part)) if part.isdecimal() else part for part in _PART.findall(folded)])
