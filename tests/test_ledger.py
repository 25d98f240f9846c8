"""The ledger is an index: equal content is not written again, a damaged one is simply made anew."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_factory import make_workspace

from nvbatch.ledger import OWNER, TABLES, Ledger, Line, Owner, Part, digest_of


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


def parts(table: str, *lines: Line) -> list[Part]:
    """The lines sorted by whose they are; made from what they say."""
    owners: dict[Owner, list[Line]] = {}
    for line in lines:
        owners.setdefault(line[TABLES[table].index(OWNER[table])], []).append(line)
    return [Part(owner, digest_of(said), lambda said=said: said) for owner, said in owners.items()]


def put(ledger: Ledger, *, anew: bool = False, **lines: list[Line]) -> bool:
    return ledger.replace(**{table: parts(table, *said) for table, said in lines.items()}, anew=anew)


def test_what_was_put_comes_back_by_column(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    assert put(ledger, updates=[update("NV-2"), update("NV-1")], findings=[finding()])
    assert [row["task"] for row in ledger.rows("updates")] == ["NV-2", "NV-1"]
    assert ledger.rows("updates", task="NV-1")[0]["progress"] == 40.0
    assert ledger.rows("findings", cell="N12", column="progress")[0]["value"] == "120%"
    assert ledger.rows("submissions") == []


def test_equal_content_is_not_written_again_unless_asked(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    assert put(ledger, findings=[finding()])
    before = ledger.path.stat().st_mtime_ns
    assert not put(ledger, findings=[finding()])
    assert ledger.path.stat().st_mtime_ns == before
    assert put(ledger, findings=[finding()], anew=True)


def test_the_whole_content_is_replaced(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    put(ledger, findings=[finding()], updates=[update("NV-1")])
    first = ledger.digest()
    assert put(ledger, findings=[finding("C402")])
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
    assert put(ledger, findings=[finding()])
    assert len(ledger.rows("findings")) == 1


def test_a_failed_replacement_keeps_the_old_content(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    put(ledger, findings=[finding()])
    with pytest.raises((OSError, sqlite3.Error)):
        ledger.replace(findings=[Part("1", "x", lambda: [("too", "short")])])
    assert [row["rule"] for row in ledger.rows("findings")] == ["C404"]


def test_a_process_killed_while_writing_leaves_the_old_content(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    ledger = Ledger(workspace)
    put(ledger, findings=[finding()])
    script = """
import os, sys
from pathlib import Path
from typing import Any
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
    assert not put(ledger, findings=[finding()])


def test_an_unknown_column_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Ledger(make_workspace(tmp_path)).rows("findings", nonsense="x")


# --- what did not change stays as it stands --------------------------------------------------------


def never() -> list[Line]:
    raise AssertionError("nobody needs these lines")


def test_of_a_part_that_is_made_from_the_same_nobody_asks_the_lines(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    ledger.replace(updates=[Part("1", "a", lambda: [of("1", "x")]), Part("2", "b", lambda: [of("2", "y")])])
    before = ledger.digest()
    assert not ledger.replace(updates=[Part("2", "b", never), Part("1", "a", never)])
    third = Part("3", "c", lambda: [of("3", "z"), of("3", "a")])
    assert ledger.replace(updates=[Part("1", "a", never), Part("2", "b", never), third])
    assert [row["task"] for row in ledger.rows("updates")] == ["x", "y", "z", "a"]
    assert ledger.is_whole() and ledger.digest() != before
    assert ledger.replace(updates=[Part("1", "a", never), Part("2", "b", never)]) and ledger.digest() == before


def test_two_parts_of_one_owner_are_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Ledger(make_workspace(tmp_path)).replace(updates=[Part("1", "a", list), Part("1", "b", list)])


@pytest.mark.parametrize(
    "meddle",
    [
        "UPDATE updates SET progress = 100 WHERE submission = '1'",
        "DELETE FROM updates WHERE submission = '1'",
        "INSERT INTO updates SELECT * FROM updates WHERE submission = '1'",
        "UPDATE updates SET submission = '3' WHERE submission = '1'",
        "UPDATE parts SET made_from = 'b' WHERE owner = '1'",
        "DROP TABLE updates",
        "DROP TABLE parts",
        "DROP TABLE content",
    ],
)
def test_what_somebody_else_wrote_is_noticed_and_goes_with_the_next_run(tmp_path: Path, meddle: str) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    made = [Part("1", "a", lambda: [of("1", "x")]), Part("2", "b", lambda: [of("2", "y")])]
    ledger.replace(updates=made)
    before, lines = ledger.digest(), ledger.rows("updates")
    with sqlite3.connect(ledger.path) as base:
        base.execute(meddle)
    base.close()
    assert not ledger.is_whole()
    assert ledger.replace(updates=made)
    assert ledger.is_whole() and (ledger.digest(), ledger.rows("updates")) == (before, lines)


def of(owner: Owner, task: str, progress: float | None = None) -> Line:
    return (owner, task, "Nhiệm vụ", 1, None, progress, None, "merged", None)


def said_of(owner: Owner, rule: str) -> Line:
    return (rule, "error", "SNV", "NV-1", owner, None, None, None, None, None, 0)


OWNERS = st.sampled_from([None, "000001-0", "000002-0", "000002-1", "000010-0", "Đ"])
WORDS = st.sampled_from(["x", "y", "NV-1"])
STATES = st.tuples(
    st.lists(st.builds(of, OWNERS, WORDS, st.sampled_from([None, 40.0, 1])), max_size=8),
    st.lists(st.builds(said_of, OWNERS, WORDS), max_size=8),
)


@settings(max_examples=25)
@given(history=st.lists(STATES, min_size=1, max_size=6))
def test_however_it_grew_it_is_the_ledger_made_at_once(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[list[Line], list[Line]]]
) -> None:
    grown, at_once = (Ledger(make_workspace(tmp_path_factory.mktemp("l"))) for _ in range(2))
    for updates, findings in history:
        put(grown, updates=updates, findings=findings)
        assert grown.is_whole()
    put(at_once, updates=updates, findings=findings)
    assert grown.digest() == at_once.digest()
    for table in TABLES:
        assert grown.rows(table) == at_once.rows(table)


@settings(max_examples=40)
@given(one=STATES, two=STATES)
def test_equal_hashes_mean_equal_lines(
    tmp_path_factory: pytest.TempPathFactory,
    one: tuple[list[Line], list[Line]],
    two: tuple[list[Line], list[Line]],
) -> None:
    ledgers = [Ledger(make_workspace(tmp_path_factory.mktemp("l"))) for _ in range(2)]
    for ledger, (updates, findings) in zip(ledgers, (one, two), strict=True):
        put(ledger, updates=updates, findings=findings)
    lines = [repr([ledger.rows(table) for table in TABLES]) for ledger in ledgers]
    assert (ledgers[0].digest() == ledgers[1].digest()) == (lines[0] == lines[1])


def test_a_ledger_of_an_older_version_is_made_anew(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    with sqlite3.connect(ledger.path) as base:
        base.execute("CREATE TABLE content (version INTEGER, digest TEXT)")
        base.execute("INSERT INTO content VALUES (4, 'x')")
        base.execute("CREATE TABLE updates (submission, old)")
    base.close()
    assert ledger.digest() is None and not ledger.is_whole()
    assert put(ledger, updates=[update("NV-1")]) and ledger.is_whole()


# --- struck while it writes ------------------------------------------------------------------------


class Struck(sqlite3.Connection):
    """A connection that kills its process before the Nth statement."""

    left = 0

    def execute(self, *said: Any) -> sqlite3.Cursor:
        self._strike()
        return super().execute(*said)

    def executemany(self, *said: Any) -> sqlite3.Cursor:
        self._strike()
        return super().executemany(*said)

    def _strike(self) -> None:
        Struck.left -= 1
        if Struck.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def struck(ledger: Ledger, made: list[Part], left: int) -> bool:
    """Was a process killed that was to put these parts there?"""
    child = os.fork()
    if child == 0:
        Struck.left, connect = left, sqlite3.connect
        sqlite3.connect = lambda *said, **more: connect(*said, factory=Struck, **more)
        try:
            ledger.replace(updates=made)
            os._exit(0)
        finally:
            os._exit(1)
    return bool(os.waitpid(child, 0)[1])


@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="SKIPPED LOUDLY: no forks here; no death while the ledger is written was tried"
)
def test_killed_at_any_statement_of_a_change_the_old_or_the_new_ledger_stands(tmp_path: Path) -> None:
    ledger = Ledger(make_workspace(tmp_path))
    old = [Part("1", "a", lambda: [of("1", "x")]), Part("2", "b", lambda: [of("2", "y")])]
    new = [Part("1", "a", never), Part("2", "c", lambda: [of("2", "z")]), Part("3", "d", lambda: [of("3", "w")])]
    ledger.replace(updates=old)
    before, points = ledger.digest(), 0
    while struck(ledger, new, points):
        points += 1
        assert ledger.is_whole() and ledger.digest() == before
    assert points > 15 and ledger.is_whole()
    assert [row["task"] for row in ledger.rows("updates")] == ["x", "z", "w"]


@given(
    lines=st.lists(
        st.tuples(*[st.none() | st.text(st.characters(exclude_categories=["Cs"]))] * len(TABLES["findings"]))
    )
)
def test_whatever_text_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> None:
    ledger = Ledger(make_workspace(tmp_path_factory.mktemp("l")))
    put(ledger, findings=lines)
    owner = TABLES["findings"].index("submission")
    expected = sorted(lines, key=lambda line: (line[owner] is not None, (line[owner] or "").encode()))
    assert [tuple(row.values()) for row in ledger.rows("findings")] == expected
    assert ledger.is_whole()
