"""What test modules share: sample cases played once, golden texts and `--golden`, no time limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from dovecot_server import PostOffice, running, why_missing
from hypothesis import settings

from nvbatch.demo import Act, play
from nvbatch.run import RunResult

settings.register_profile("house", deadline=None)  # shared machines are slow at times
settings.load_profile("house")

GOLDEN = Path(__file__).resolve().parent / "golden"
Plays = Callable[[str], tuple[tuple[Act, RunResult], ...]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden texts anew instead of comparing")


@pytest.fixture(scope="session")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Plays:
    """A sample case by name → its periods and runs, played once."""

    @cache
    def played(case: str) -> tuple[tuple[Act, RunResult], ...]:
        return tuple(play(case, tmp_path_factory.mktemp("demo") / case))

    return played


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """A real Dovecot; every test takes a mailbox (a user name) of its own."""
    if reason := why_missing():
        pytest.skip(reason)
    with running() as office:
        yield office


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/golden/<name>, or write it there with ``--golden`` (`make golden`)."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no golden text {name}: make golden, then read it"
        assert text == path.read_text(encoding="utf-8"), f"{name} differs: if meant so, make golden and read the diff"

    return compare
