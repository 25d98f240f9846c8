"""`verify` names each kind of damage in one sentence; `rebuild` makes what can be made, as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from nvbatch import closing, durable
from nvbatch.cli.entry import main
from nvbatch.journal import Journal
from nvbatch.proof import notes, verify
from nvbatch.recovery import rebuild
from nvbatch.run import run_batch
from nvbatch.workspace import Workspace
from tests.torture.facts import plain_record
from tests.torture.town import MONDAY, NEXT, full_inbox, town


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A week that was run and published."""
    ws = town(tmp_path_factory.mktemp("town") / "ws")
    full_inbox(ws)
    done = run_batch(ws, now=MONDAY, as_of=MONDAY)
    closing.publish(ws, done.run_id, now=MONDAY)
    return ws


@pytest.fixture
def ws(clean: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(clean.root, tmp_path / "ws")))


def archived(ws: Workspace, name: str = "SNV.xlsx") -> Path:
    sha = next(d["sha256"] for d in Journal(ws).deeds("received") if d["name"] == name)
    return ws.archive / sha[:2] / sha


def change(path: Path, old: bytes, new: bytes) -> None:
    path.chmod(0o644)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def flip_a_bit(ws: Workspace) -> None:
    path = archived(ws)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(data))


def journal_of(ws: Workspace) -> Path:
    return sorted(ws.journal.glob("*.jsonl"), key=lambda p: p.stat().st_size)[-1]


def cut_the_journal(ws: Workspace) -> None:
    data = journal_of(ws).read_bytes()
    journal_of(ws).write_bytes(data[: len(data) - 30])


def garble_a_line(ws: Workspace) -> None:
    change(journal_of(ws), b'{"at"', b'{at"')


def take_a_line_out(ws: Workspace) -> None:
    lines = journal_of(ws).read_bytes().splitlines(keepends=True)
    journal_of(ws).write_bytes(b"".join(lines[:1] + lines[2:]))


def alter_the_ledger(ws: Workspace) -> None:
    with sqlite3.connect(ws.ledger) as base:
        base.execute("UPDATE submissions SET state = 'accepted' WHERE state = 'rejected'")


def alter_the_register(ws: Workspace) -> None:
    with ws.register.open("ab") as stream:
        stream.write(b" ")


DAMAGE: dict[str, tuple[Callable[[Workspace], object], str]] = {
    "a bit flipped in the archive": (flip_a_bit, "«SNV.xlsx».*không còn đúng nội dung"),
    "a file gone from the archive": (lambda ws: archived(ws).unlink(), "thiếu «SNV.xlsx»"),
    "a journal line cut": (cut_the_journal, "bị hỏng, không đọc được"),
    "a journal line garbled": (garble_a_line, "dòng 1 bị hỏng"),
    "a journal line taken out": (take_a_line_out, "đã bị sửa, chèn hoặc xóa"),
    "the ledger altered": (alter_the_ledger, "ledger.sqlite đã bị sửa"),
    "the ledger gone": (lambda ws: ws.ledger.unlink(), "ledger.sqlite không còn"),
    "the ledger overwritten": (lambda ws: ws.ledger.write_bytes(b"x" * 5000), "ledger.sqlite bị hỏng"),
    "an output changed": (
        lambda ws: change(ws.out / "2025-W11-001" / "nhat-ky.txt", b"run.json", b"run_json"), "nhat-ky.txt.*thay đổi",
    ),
    "an output gone": (
        lambda ws: (ws.out / "2025-W11-001" / "Phieu-trinh.docx").unlink(), "Phieu-trinh.docx: tệp bị thiếu",
    ),
    "an output too many": (
        lambda ws: (ws.out / "2025-W11-001" / "la.txt").write_text("x"), "la.txt: tệp không có trong manifest",
    ),
    "a manifest gone": (lambda ws: (ws.out / "2025-W11-001" / "manifest.json").unlink(), "không đọc được manifest"),
    "a published run gone": (lambda ws: shutil.rmtree(ws.out / "2025-W11-001"), "lần chạy đã công bố"),
    "the register gone": (lambda ws: ws.register.unlink(), "register.xlsx không còn"),
}  # fmt: skip


def test_all_is_well_when_nothing_was_touched(ws: Workspace) -> None:
    assert verify(ws) == ()
    assert main(["verify", "-w", str(ws.root), "--quiet"]) == 0


def test_a_register_edited_since_the_run_is_a_note_and_no_damage(ws: Workspace) -> None:
    assert notes(ws) == ()
    alter_the_register(ws)
    assert "register.xlsx đã được sửa" in notes(ws)[0]
    assert verify(ws) == () and main(["verify", "-w", str(ws.root), "--quiet"]) == 0


@pytest.mark.parametrize("kind", DAMAGE)
def test_each_kind_of_damage_is_named_in_a_sentence(ws: Workspace, kind: str) -> None:
    damage, words = DAMAGE[kind]
    damage(ws)
    found = verify(ws)
    assert any(re.search(words, sentence) for sentence in found), found
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in found)
    assert main(["verify", "-w", str(ws.root), "--quiet"]) == 1


def test_what_is_deleted_comes_back_as_it_was_published_and_all(ws: Workspace) -> None:
    run_batch(ws, now=NEXT, as_of=NEXT)
    names = ("2025-W11-001", "2025-W12-001")
    before = {name: json.loads((ws.out / name / "run.json").read_bytes()) for name in names}
    shutil.rmtree(ws.out)
    shutil.rmtree(ws.cache)
    ws.ledger.unlink()
    rebuild(ws, now=NEXT)
    after = {name: json.loads((ws.out / name / "run.json").read_bytes()) for name in names}
    assert {n: plain_record(r) for n, r in before.items()} == {n: plain_record(r) for n, r in after.items()}
    assert after["2025-W11-001"]["run"]["published"] and verify(ws) == ()


def test_rebuilding_goes_by_what_was_known_then(ws: Workspace) -> None:
    """A register that was edited since, and a mail that came since, change nothing in what is made again."""
    before = json.loads((ws.out / "2025-W11-001" / "run.json").read_bytes())
    shutil.rmtree(ws.out)
    other = town(ws.root.parent / "other", agencies={"SNV": "Sở Khác hẳn"})
    shutil.copy(other.register, ws.register)
    Journal(ws).append("released", submission="000005-0", why="x")
    rebuild(ws, now=NEXT)
    assert plain_record(json.loads((ws.out / "2025-W11-001" / "run.json").read_bytes())) == plain_record(before)


def test_a_publication_that_died_is_completed_by_the_next_run(ws: Workspace) -> None:
    change(ws.out / "2025-W11-001" / "run.json", b'"published": true', b'"published": false')
    run_batch(ws, now=NEXT, as_of=NEXT)
    assert json.loads((ws.out / "2025-W11-001" / "run.json").read_bytes())["run"]["published"]
    assert verify(ws) == ()


def test_what_a_killed_run_left_in_cache_and_elsewhere_is_swept(ws: Workspace) -> None:
    left = [ws.cache / "parts" / ".nvbatch-1", ws.cache / "ab" / "x.json.77.tmp", ws.root / ".nvbatch-2"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    run_batch(ws, now=NEXT, as_of=NEXT)
    assert [path for path in left if path.exists()] == []


@pytest.mark.parametrize("name", ["latest", "2025-W12-001"])
def test_a_name_that_another_program_holds_is_said_in_one_sentence(
    ws: Workspace, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Windows does it: renaming onto, or away from, what is open elsewhere is refused."""
    replace, rename = Path.replace, Path.rename

    def refuse(how: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def moved(self: Path, target: Path) -> Path:
            if Path(target).name == name:
                raise PermissionError(13, "in use", str(self), None, str(target))
            return how(self, target)

        return moved

    monkeypatch.setattr(durable, "PATIENCE", 0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse(replace))
        patch.setattr(Path, "rename", refuse(rename))
        status = main(["run", "-w", str(ws.root), "--as-of", NEXT.isoformat(), "--quiet"])
    said = capsys.readouterr().err
    assert status == 3 and name in said and "Traceback" not in said
    assert main(["run", "-w", str(ws.root), "--as-of", NEXT.isoformat(), "--quiet"]) == 0
    assert verify(ws) == ()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said_in_one_sentence(
    ws: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    ws.out.chmod(0o555)
    try:
        assert main(["run", "-w", str(ws.root), "--as-of", NEXT.isoformat(), "--quiet"]) == 3
    finally:
        ws.out.chmod(0o755)
    assert "Traceback" not in capsys.readouterr().err


def test_a_rename_that_is_refused_for_a_moment_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Virus scanners and indexers hold a new file for the blink of an eye."""
    replace, refused = Path.replace, [1, 2]

    def sometimes(self: Path, target: Path) -> Path:
        if refused:
            refused.pop()
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(durable, "PATIENCE", 0.001)
    monkeypatch.setattr(Path, "replace", sometimes)
    durable.write_bytes(tmp_path / "a.txt", b"x")
    assert (tmp_path / "a.txt").read_bytes() == b"x"
