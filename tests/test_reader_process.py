"""A file that kills or stalls its reader is blamed alone: the process is started anew and the batch goes on."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nvbatch import rowcache
from nvbatch.child import Death, Worker
from nvbatch.config import Intake
from nvbatch.model import Reading
from nvbatch.reader import Reader
from nvbatch.reading import digest, read_in_process
from nvbatch.stages.read import read_file
from tests.sheet_factory import header, rules, task, xls, xlsx

GOOD = xlsx({"Nhiệm vụ": [header(), task()]})
# Two cells, at both ends of an .xls sheet: the library asks for everything between them at once and aborts.
KILLER = xls({"Nhiệm vụ": [["x"]]}, lambda book, sheet: sheet.write(65_535, 255, "y"))

posix = pytest.mark.skipif(os.name != "posix", reason="limits of a process are a POSIX thing")


class Folder:
    """Files and a cache in a test's folder, read through one reader."""

    def __init__(self, root: Path, reader: Reader) -> None:
        self.root = root
        self.reader = reader

    def read(self, data: bytes, name: str = "a.xlsx") -> Reading:
        path = self.root / name
        path.write_bytes(data)
        return self.reader.read(path, name=name, sha256=digest(path), out=self.kept(data))

    def kept(self, data: bytes) -> Path:
        import hashlib

        return self.root / "cache" / f"{hashlib.sha256(data).hexdigest()}.json"


@pytest.fixture
def folder(tmp_path):
    with Reader(Intake(max_memory_mb=512), None) as reader:
        yield Folder(tmp_path, reader)


def test_what_the_process_reads_is_what_is_read_here(folder, tmp_path):
    reading = folder.read(GOOD)
    assert reading == read_in_process(tmp_path / "a.xlsx", name="a.xlsx", limits=Intake(), schemas=None)
    assert rowcache.load(folder.kept(GOOD), reading.sha256) == reading


def test_one_process_reads_many_files(folder):
    folder.read(GOOD)
    first = folder.reader.worker.child
    folder.read(xlsx({"Nhiệm vụ": [header(), task(), task(task_code="NV-2")]}))
    assert folder.reader.worker.child is first


@posix
def test_a_file_that_kills_its_reader_is_blamed_and_the_next_one_is_read(folder):
    killed = folder.read(KILLER, "b.xls")
    assert rules(killed) == {"F103"} and killed.tasks is None
    assert "bộ nhớ" in killed.notes[0].args["what"]
    assert folder.read(GOOD).tasks.rows == (2,)


@posix
def test_a_killer_is_remembered_so_that_the_next_run_need_not_die_again(folder):
    folder.read(KILLER, "b.xls")
    kept = rowcache.load(folder.kept(KILLER), digest(folder.root / "b.xls"))
    assert kept is not None and rules(kept) == {"F103"}


def test_a_file_that_takes_too_long_is_F103_and_tried_again_next_time(tmp_path):
    big = xlsx({"Nhiệm vụ": [header(), *(task(task_code=f"NV-{n}", note=f"ghi {n}") for n in range(4000))]})
    with Reader(Intake(max_seconds=0.05), None) as reader:
        slow = Folder(tmp_path, reader)
        late = slow.read(big)
        assert rules(late) == {"F103"} and "thời gian" in late.notes[0].args["what"]
        assert not slow.kept(big).exists()


def test_a_reader_that_was_killed_from_outside_is_started_anew(folder):
    folder.read(GOOD)
    folder.reader.worker.child.process.kill()
    folder.reader.worker.child.process.wait()
    assert folder.read(GOOD).tasks.rows == (2,)


def test_a_request_that_the_pipe_did_not_take_is_made_again_and_no_file_is_blamed(folder):
    folder.read(GOOD)
    stdin, refused = folder.reader.worker.child.process.stdin, []

    class Full:
        def write(self, data):
            refused.append(data)
            raise OSError(errno.ENOSPC, "no space")

        close = stdin.close

    folder.reader.worker.child.process.stdin = Full()
    assert folder.read(GOOD).tasks.rows == (2,)
    assert refused


def test_a_file_that_is_not_there_is_no_death_and_not_remembered(folder, tmp_path):
    out = tmp_path / "cache" / "x.json"
    reading = folder.reader.read(tmp_path / "mat.xlsx", name="mat.xlsx", sha256="0" * 64, out=out)
    assert rules(reading) == {"F101"} and "FileNotFoundError" in reading.notes[0].args["reference"]
    assert not out.exists()


def test_a_cache_that_cannot_be_written_costs_no_reading(tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    with Reader(Intake(), None) as reader:
        assert Folder(tmp_path, reader).read(GOOD).tasks.rows == (2,)


def test_the_child_knows_nothing_of_our_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("NVBATCH_MAIL_PASSWORD", "bí mật")
    with Reader(Intake(), None) as reader:
        Folder(tmp_path, reader).read(GOOD)
        if sys.platform == "linux":
            seen = Path(f"/proc/{reader.worker.child.process.pid}/environ").read_bytes()
            assert b"NVBATCH_MAIL_PASSWORD" not in seen


def test_the_child_ends_when_its_pipe_is_closed():
    limits = Intake().model_dump_json().encode()
    told = b'{"limits": %s, "schemas": null}\n' % limits
    root = Path(__file__).resolve().parent.parent
    asked = [sys.executable, "-m", "nvbatch.reader"]
    done = subprocess.run(asked, input=told, capture_output=True, check=True, cwd=root)
    assert done.stdout == b'{"ready": true}\n'


def test_check_reads_a_file_that_lies_anywhere(tmp_path):
    path = tmp_path / "bao cao.xlsx"
    path.write_bytes(GOOD)
    reading = read_file(path, limits=Intake())
    assert reading.tasks.rows == (2,) and list(tmp_path.iterdir()) == [path]


@pytest.fixture
def no_limits_here(tmp_path, monkeypatch):
    """As on Windows: a child finds no module ``resource``, so the system sets it no limits."""
    hidden = tmp_path / "windows"
    hidden.mkdir()
    (hidden / "resource.py").write_text("raise ImportError('no such thing here')\n")
    (hidden / "hungry.py").write_text(HUNGRY)
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    return tmp_path


HUNGRY = """
import time
from nvbatch.child_side import serve
def prepare(told, limits):
    def answer(request):
        kept = b"x" * request["bytes"]
        end = time.process_time() + request["busy"]
        while time.process_time() < end:
            pass
        time.sleep(request["idle"])
        return {"held": len(kept)}
    return answer
if __name__ == "__main__":
    serve(prepare)
"""


def test_without_limits_of_the_system_the_child_starts_and_reads(no_limits_here):
    with Reader(Intake(), None) as reader:
        assert Folder(no_limits_here, reader).read(GOOD).tasks is not None


@pytest.mark.parametrize(
    ("bytes_", "busy", "idle", "why"),
    [(400 << 20, 0, 600, "memory"), (0, 600, 0, "time"), (0, 0, 600, "time"), (1 << 20, 0, 0, None)],
)
def test_without_limits_of_the_system_the_parent_watches_memory_and_time(no_limits_here, bytes_, busy, idle, why):
    worker = Worker("hungry", Intake(max_memory_mb=200, max_seconds=600 if why == "memory" else 3))
    try:
        answer = worker.ask({"bytes": bytes_, "busy": busy, "idle": idle})
        assert (answer.why if isinstance(answer, Death) else None) == why
        assert isinstance(worker.ask({"bytes": 1, "busy": 0, "idle": 0}), dict)  # a new one goes on
    finally:
        worker.close()
