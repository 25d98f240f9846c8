"""Requests on a pipe in, their answers out: the child's own side, with the limits that the system sets it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from nvbatch.child import Answer
    from nvbatch.config import Intake

_MB = 1024 * 1024


def serve(prepare: Callable[[Answer, Intake], Callable[[Answer], Answer]]) -> None:
    """Answer requests until the parent closes the pipe. The first line brings the limits and what else was told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked to stop, and closes the pipe
    requests, answers = _pipes()
    told = json.loads(requests.readline())
    limits = cast("Intake", SimpleNamespace(**told["limits"]))  # the model itself would cost a third of the start
    answer = prepare(told, limits)
    _limit_memory(limits)
    _say(answers, {"ready": True})
    for line in requests:
        _limit_time(limits)
        _say(answers, answer(json.loads(line)))


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Requests and answers; whatever a library prints goes to stderr, never between two answers."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _say(answers: IO[bytes], answer: Answer) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _limit_memory(limits: Intake) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent watches the resident memory
        return
    most = limits.max_memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(limits: Intake) -> None:
    """CPU seconds for the next file: those used so far and its own."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + max(1.0, limits.max_seconds * 0.9)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
