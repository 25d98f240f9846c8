"""A row whose code the register does not know in, the registered task that it may mean out: only ever to ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nvbatch import viet
from nvbatch.register import Register

_SAME_WORDS = 90  # of 100: below this two contents are two tasks


@dataclass(frozen=True)
class Likeness:
    """Knows the register's codes and contents in the form in which they are compared, once they are asked for."""

    register: Register

    def task(self, code: str | None, content: str | None, agency: str | None) -> str | None:
        """The one task that the code spells otherwise (NV2025-12, NV-2025-00012), or whose content is nearly this."""
        spelled = self._codes.get(_parts(code), ()) if code else ()
        if len(spelled) == 1:
            return spelled[0]
        return self._by_content(content, agency) if content else None

    def _by_content(self, content: str, agency: str | None) -> str | None:
        """Among the tasks given to the agency, when no second one is as near."""
        from rapidfuzz import fuzz, process

        known = self._contents.get(agency or "", {})
        wanted = viet.key(content)
        near = process.extract(wanted, known, scorer=fuzz.token_sort_ratio, score_cutoff=_SAME_WORDS, limit=2)
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return None
        return str(near[0][2])

    @cached_property
    def _codes(self) -> Mapping[tuple[str | int, ...], tuple[str, ...]]:
        found: dict[tuple[str | int, ...], tuple[str, ...]] = {}
        for code in self.register.tasks:
            found[_parts(code)] = (*found.get(_parts(code), ()), code)
        return found

    @cached_property
    def _contents(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for task in self.register.tasks.values():
            found.setdefault(task.lead_agency, {})[task.code] = viet.key(task.content)
        return found


def _parts(code: str) -> tuple[str | int, ...]:
    """Letters and numbers of a code, whatever stands between them."""
    return tuple(int(part) if part.isdecimal() else part for part in re.findall(r"\d{1,18}|[^\W\d_]+", viet.fold(code)))
