"""Forks that write files: the same result as one hand, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from nvbatch import crew

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are taken on Linux alone")


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_file_is_made_once_and_results_come_in_order(tmp_path: Path, jobs: int) -> None:
    def work(at: int) -> str:
        with (tmp_path / str(at)).open("a", encoding="utf-8") as file:
            file.write("x")
        return f"tệp {at}"

    assert crew.share(7, work, jobs) == [f"tệp {at}" for at in range(7)]
    assert [(tmp_path / str(at)).read_text(encoding="utf-8") for at in range(7)] == ["x"] * 7


def test_what_a_fork_that_died_should_have_made_is_made_here(tmp_path: Path) -> None:
    home, taken = os.getpid(), tmp_path / "taken"

    def work(at: int) -> int:
        if os.getpid() != home:
            taken.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        while not taken.exists():  # the fork has taken a piece before this one is made
            time.sleep(0.001)
        (tmp_path / str(at)).write_text(str(os.getpid()))
        return at

    assert crew.share(6, work, 2) == list(range(6))
    assert {int((tmp_path / str(at)).read_text()) for at in range(6)} == {home}


def test_more_pieces_than_a_pipe_holds_entries_are_all_made() -> None:
    assert crew.share(10_000, lambda at: at, 2) == list(range(10_000))


def test_whoever_is_free_takes_the_next_piece(tmp_path: Path) -> None:
    def work(at: int) -> int:
        if at == 0:  # as long as all others together
            while len(list(tmp_path.iterdir())) < 5:
                time.sleep(0.001)
            return os.getpid()
        (tmp_path / str(at)).touch()
        return os.getpid()

    long, *others = crew.share(6, work, 2)
    assert {*others} - {long} and long not in others


def test_a_crash_of_ours_in_a_fork_is_seen_here() -> None:
    def work(at: int) -> int:
        return 10 // (at - 1)

    with pytest.raises(ZeroDivisionError):
        crew.share(4, work, 2)


def test_a_fork_does_not_go_on_when_whoever_wanted_the_work_has_died(tmp_path: Path) -> None:
    alive, held = os.pipe()  # held by everyone who works; at its end when the last of them is gone
    boss = os.fork()
    if boss == 0:

        def work(at: int) -> int:
            (tmp_path / f"{at} {os.getpid()}").touch()
            while not (tmp_path / "go on").exists():
                time.sleep(0.001)
            return at

        try:
            crew.share(50, work, 2)
        finally:
            os._exit(0)
    os.close(held)
    while len(begun := list(tmp_path.iterdir())) < 2:
        time.sleep(0.001)
    os.kill(boss, signal.SIGKILL)
    os.waitpid(boss, 0)
    (tmp_path / "go on").touch()
    assert os.read(alive, 1) == b""
    os.close(alive)
    assert {*tmp_path.iterdir()} == {*begun, tmp_path / "go on"}


def test_few_files_and_running_threads_are_no_work_for_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    others = threading.active_count() - 1  # of libraries that other tests have used
    monkeypatch.setattr(threading, "active_count", lambda count=threading.active_count: count() - others)
    assert crew.hands("auto", crew.WORTH - 1) == 1 and crew.hands(1, 500) == 1 and crew.hands(3, 500) == 3
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert crew.hands(3, 500) == 1
    finally:
        stop.set()
        thread.join()
