"""A workspace in, one run with the time of every stage out, as one JSON line; a process of its own."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nvbatch.workspace import Workspace

STAGES = {
    "collect": "collect documents",
    "read": "read",
    "admit": "admit",
    "check": "check",
    "pandera": "failures",
    "merge": "merge",
    "assess": "assess",
    "issue": "Issuer.render",
    "tabulate": "tabulate",
    "brief": "brief",
    "record": "text_of",
}


def main() -> None:
    """``python -m tests.bench.staged WORKSPACE``."""
    from tests.bench.province import AS_OF, PERIOD

    spent: dict[str, float] = defaultdict(float)
    for stage, functions in STAGES.items():
        module = importlib.import_module(f"nvbatch.stages.{'check' if stage == 'pandera' else stage}")
        for words in functions.split():
            owner, name = module, words
            if "." in words:
                owner, name = getattr(module, words.partition(".")[0]), words.partition(".")[2]
            if hasattr(owner, name):
                setattr(owner, name, _timed(stage, getattr(owner, name), spent))
    from nvbatch.run import run_batch

    start = _cpu()
    result = run_batch(Workspace(Path(sys.argv[1])), now=AS_OF, as_of=AS_OF, period=PERIOD)
    whole = _cpu() - start
    said = {"whole": whole, "stages": dict(spent), "run": result.run_id, "failures": result.failures}
    print(json.dumps(said))


def _timed(stage: str, function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        start = _cpu()
        made = function(*given, **named)
        spent[stage] += _cpu() - start
        return _timed_steps(stage, made, spent) if isinstance(made, Iterator) else made

    return timed


def _timed_steps(stage: str, steps: Iterator[Any], spent: dict[str, float]) -> Iterator[Any]:
    """A stage that gives its values one by one works while they are taken."""
    while True:
        start = _cpu()
        step = next(steps, _END)
        spent[stage] += _cpu() - start
        if step is _END:
            return
        yield step


def _cpu() -> float:
    """Seconds of CPU of this process and of the forks that it has waited for: the clock belongs to others too.

    The reader's own process ends with the run, so that of stage read only what happens on this side is counted.
    """
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


_END = object()

if __name__ == "__main__":
    main()
