"""The ledger is an index: equal content is not written again, a damaged one is simply made anew."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import make_workspace

from nvbatch.ledger import TABLES, Ledger, Line


def finding(rule: str = "C404", task: str = "NV-1") -> Line:
    return (rule, "error", "SNV", task, "000001-0", "0" * 64, "Nhiệm vụ", "N12", "progress", "120%", 0)


def update(task: str, row: int = 12) -> Line:
    return (
        "000001-0",
        task,
        "Nhiệm vụ",
        row,
        "Đang thực hiện",
        40.0,
        None,
        "merged",
        None,
    )


def test_what_was_put_comes_back_by_column(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    assert ledger.replace(updates=[update("NV-2"), update("NV-1")], findings=[finding()])
    assert [row["task"] for row in ledger.rows("updates")] == ["NV-2", "NV-1"]
    assert ledger.rows("updates", task="NV-1")[0]["progress"] == 40.0
    assert ledger.rows("findings", cell="N12", column="progress")[0]["value"] == "120%"
    assert ledger.rows("submissions") == []


def test_equal_content_is_not_written_again_unless_asked(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    assert ledger.replace(findings=[finding()])
    before = ledger.path.stat().st_mtime_ns
    assert not ledger.replace(findings=[finding()])
    assert ledger.path.stat().st_mtime_ns == before
    assert ledger.replace(findings=[finding()], anew=True)


def test_the_whole_content_is_replaced(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    ledger.replace(findings=[finding()], updates=[update("NV-1")])
    first = ledger.digest()
    assert ledger.replace(findings=[finding("C402")])
    assert [row["rule"] for row in ledger.rows("findings")] == ["C402"]
    assert ledger.rows("updates") == [] and ledger.digest() != first


def test_without_a_ledger_there_is_nothing_and_no_file_is_made(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    assert ledger.digest() is None and ledger.rows("findings") == []
    assert not ledger.path.exists()


@pytest.mark.parametrize("damage", [b"not a database at all", b"", b"SQLite format 3\x00" + bytes(5000)])
def test_a_damaged_ledger_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    ledger.path.write_bytes(damage)
    assert ledger.digest() is None and ledger.rows("findings") == []
    assert ledger.replace(findings=[finding()])
    assert len(ledger.rows("findings")) == 1


def test_a_failed_replacement_keeps_the_old_content(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    ledger.replace(findings=[finding()])
    with pytest.raises((OSError, sqlite3.Error)):
        ledger.replace(findings=[("too", "short")])
    assert [row["rule"] for row in ledger.rows("findings")] == ["C404"]


def test_a_process_killed_while_writing_leaves_the_old_content(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    ledger = Ledger(workspace)
    ledger.replace(findings=[finding()])
    script = """
import os, sys
from pathlib import Path
from nvbatch.ledger import Ledger
from nvbatch.workspace import Workspace
def lines():
    for n in range(20000):
        yield ("C402", "error", "SNV", str(n), "1", "0" * 64, "x" * 200, "N1", "p", "v", 0)
ledger = Ledger(Workspace(Path(sys.argv[1])))
import sqlite3
base = sqlite3.connect(ledger.path, isolation_level=None)
base.execute("PRAGMA cache_size = 1")
base.execute("BEGIN IMMEDIATE")
base.execute("DELETE FROM findings")
base.executemany("INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?,?)", lines())
os.kill(os.getpid(), 9)
"""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script, str(workspace.root)], cwd=root, check=False)
    assert done.returncode != 0
    if os.name == "posix":
        assert workspace.ledger.with_name("ledger.sqlite-journal").exists()
    assert [row["rule"] for row in ledger.rows("findings")] == ["C404"]
    assert not ledger.replace(findings=[finding()])


def test_an_unknown_column_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Ledger(make_workspace(tmp_path)).rows("findings", nonsense="x")


@given(
    lines=st.lists(
        st.tuples(*[st.none() | st.text(st.characters(exclude_categories=["Cs"]))] * len(TABLES["findings"]))
    )
)
def test_whatever_text_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> None:
    ledger = Ledger(make_workspace(tmp_path_factory.mktemp("l")))
    ledger.replace(findings=lines)
    assert [tuple(row.values()) for row in ledger.rows("findings")] == lines
