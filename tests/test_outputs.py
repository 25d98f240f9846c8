"""A run's folder appears whole or not at all; quarantine copies come and go; an open file costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail_factory import make_workspace

from nvbatch import durable, outputs
from nvbatch.model import Document, Output, Receipt, Submission, SubmissionState, Timeliness
from nvbatch.outputs import RunFolder, broken, latest_run, name_latest, open_elsewhere, place
from nvbatch.quarantine import keep_in_quarantine, tidy_quarantine
from nvbatch.workspace import Workspace


class Killed(BaseException):
    pass


def write_run(workspace: Workspace, run_id: str = "2025-W13-1", **facts: object) -> Path:
    with RunFolder(workspace, run_id) as run:
        (run.folder / "phan-hoi").mkdir()
        (run.folder / "Tong-hop-nhiem-vu.xlsx").write_bytes(b"master")
        (run.folder / "phan-hoi" / "SNV-2025-W13.xlsx").write_bytes(b"return")
        return run.commit([Output(path="Tong-hop-nhiem-vu.xlsx", kind="master")], **facts)


def seen(workspace: Workspace) -> list[str]:
    return sorted(p.name for p in workspace.out.iterdir())


def test_a_committed_run_is_there_with_all_its_files_and_is_the_latest(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    folder = write_run(workspace)
    assert seen(workspace) == ["2025-W13-1", "latest"]
    assert (folder / "phan-hoi" / "SNV-2025-W13.xlsx").read_bytes() == b"return"
    assert workspace.latest.read_text(encoding="utf-8") == "2025-W13-1\n"
    assert latest_run(workspace) == "2025-W13-1"


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path) -> None:
    folder = write_run(make_workspace(tmp_path), as_of="2025-03-29T08:00:00+07:00")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run"] == "2025-W13-1" and manifest["as_of"] == "2025-03-29T08:00:00+07:00"
    assert [(f["path"], f["kind"], f["sha256"]) for f in manifest["files"]] == [
        ("Tong-hop-nhiem-vu.xlsx", "master", hashlib.sha256(b"master").hexdigest()),
        ("phan-hoi/SNV-2025-W13.xlsx", "", hashlib.sha256(b"return").hexdigest()),
    ]


def test_before_the_commit_nothing_is_seen_and_after_a_failure_nothing_is_left(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    with pytest.raises(ZeroDivisionError), RunFolder(workspace, "r1") as run:
        (run.folder / "half.xlsx").write_bytes(b"half")
        assert not (workspace.out / "r1").exists()
        raise ZeroDivisionError
    assert seen(workspace) == []


def test_a_run_that_forgets_to_commit_leaves_nothing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    with RunFolder(workspace, "r1"):
        pass
    assert seen(workspace) == [] and latest_run(workspace) is None


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    dead = RunFolder(workspace, "r1").__enter__()
    (dead.folder / "half.xlsx").write_bytes(b"half")
    write_run(workspace, "r2")
    assert seen(workspace) == ["latest", "r2"]


def test_killed_at_any_step_of_the_commit_the_folder_is_whole_or_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 0
    while True:
        number += 1
        workspace = make_workspace(tmp_path / str(number))
        write_run(workspace, "r0")
        count = 0

        def step(real: object, stop: int = number) -> object:
            def counted(*args: object, **kwargs: object) -> object:
                nonlocal count
                count += 1
                if count == stop:
                    raise Killed
                return real(*args, **kwargs)  # type: ignore[operator]

            return counted

        run = RunFolder(workspace, "r1").__enter__()
        (run.folder / "a.xlsx").write_bytes(b"a")
        died = False
        with monkeypatch.context() as patch:
            for name in ("replace", "rename"):
                patch.setattr(Path, name, step(getattr(Path, name)))
            patch.setattr(os, "fsync", step(os.fsync))
            try:
                run.commit()
            except Killed:
                died = True
        if (workspace.out / "r1").exists():
            assert broken(workspace.out / "r1") == ()
        assert latest_run(workspace) in ("r0", "r1")
        write_run(workspace, "r2")
        assert latest_run(workspace) == "r2"
        if not died:
            break
    assert number > 6


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="which file is waited for is read from /proc")
def test_everything_is_durable_before_the_manifest_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, waited, wait = make_workspace(tmp_path), [], os.fsync

    def noted(handle: int) -> None:
        waited.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        wait(handle)

    with RunFolder(workspace, "r1") as run:
        (run.folder / "phan-hoi").mkdir()
        for name in ("a.xlsx", "phan-hoi/b.xlsx"):
            (run.folder / name).write_bytes(b"x")
        durable.begin_tree(run.folder)
        monkeypatch.setattr(os, "fsync", noted)
        run.commit()
    manifest = next(at for at, name in enumerate(waited) if name.startswith(durable.TEMPORARY) and "run" not in name)
    assert {"a.xlsx", "b.xlsx", "phan-hoi", run.folder.name} <= set(waited[:manifest])
    assert broken(workspace.out / "r1") == ()


def test_a_finished_run_is_never_touched(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    folder = write_run(workspace, "r1")
    with pytest.raises(FileExistsError), RunFolder(workspace, "r1") as run:
        (run.folder / "other.txt").write_bytes(b"other")
        run.commit()
    assert broken(folder) == ()


def test_a_preview_is_not_the_latest(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    write_run(workspace, "r1")
    with RunFolder(workspace, "r2") as run:
        run.commit(latest=False)
    assert latest_run(workspace) == "r1"


@pytest.mark.parametrize("run_id", ["", ".", "..", "a/b", "../x", ".hidden"])
def test_a_run_id_is_never_a_path(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ValueError):
        RunFolder(make_workspace(tmp_path), run_id)


@pytest.mark.parametrize("text", ["", "gone\n", "../out\n", "\xff"])
def test_a_latest_that_names_nothing_is_none(tmp_path: Path, text: str) -> None:
    workspace = make_workspace(tmp_path)
    workspace.latest.write_text(text, encoding="latin-1")
    assert latest_run(workspace) is None


def test_latest_can_be_set_back_to_an_older_run(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    write_run(workspace, "r1")
    write_run(workspace, "r2")
    name_latest(workspace, "r1")
    assert latest_run(workspace) == "r1"


def test_verify_sees_what_was_changed_added_or_removed(tmp_path: Path) -> None:
    folder = write_run(make_workspace(tmp_path), "r1")
    (folder / "Tong-hop-nhiem-vu.xlsx").write_bytes(b"edited")
    (folder / "phan-hoi" / "SNV-2025-W13.xlsx").unlink()
    (folder / "moi.txt").write_bytes(b"")
    told = broken(folder)
    assert [line.rpartition(": ")[2] for line in told] == [
        "tệp bị thiếu",
        "tệp đã bị thay đổi",
        "tệp không có trong manifest.json",
    ]
    (folder / "manifest.json").write_bytes(b"{")
    assert broken(folder) == ("r1: không đọc được manifest.json",)


# --- a file that someone has open ---------------------------------------------------------------


def test_a_finished_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    made, wanted = tmp_path / "made", tmp_path / "forms" / "BM01_SNV.xlsx"
    made.write_bytes(b"new")
    assert place(made, wanted) == outputs.Placed(wanted)
    assert wanted.read_bytes() == b"new" and not made.exists()


def test_a_file_open_in_excel_is_written_beside_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, wanted = tmp_path / "made", tmp_path / "BM01_SNV.xlsx"
    made.write_bytes(b"new")
    wanted.write_bytes(b"open")
    (tmp_path / "BM01_SNV (2).xlsx").write_bytes(b"older")
    owner = "Nguyễn Lan"
    name = owner.encode()
    (tmp_path / "~$BM01_SNV.xlsx").write_bytes(bytes([len(name)]) + name + b" " * 100)
    real = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if Path(target) == wanted:
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    placed = place(made, wanted)
    assert placed.path.name == "BM01_SNV (3).xlsx" and placed.path.read_bytes() == b"new"
    assert wanted.read_bytes() == b"open" and (tmp_path / "BM01_SNV (2).xlsx").read_bytes() == b"older"
    assert placed.note == (
        "Tệp «BM01_SNV.xlsx» đang mở ở chương trình khác (người mở: Nguyễn Lan) "
        "nên kết quả được ghi vào «BM01_SNV (3).xlsx»."
    )


def test_libreoffice_tells_who_has_it_open_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert open_elsewhere(path) is None
    (tmp_path / ".~lock.a.xlsx#").write_text(",lan,may-01,28.03.2025 08:00,file:///x;", encoding="utf-8")
    assert open_elsewhere(path) == "lan"
    (tmp_path / ".~lock.a.xlsx#").write_bytes(b"")
    assert open_elsewhere(path) == ""
    (tmp_path / "~$a.xlsx").write_bytes(b"")
    assert open_elsewhere(path) == ""


# --- quarantine ---------------------------------------------------------------------------------


def held(name: str = "Báo cáo.xlsx", sequence: int = 7) -> Submission:
    receipt = Receipt(
        sequence=sequence,
        sha256="0" * 64,
        name=name,
        received_at=datetime(2025, 3, 28, 7, 7, tzinfo=UTC),
        sender="nguoi.la@gmail.example.com",
    )
    return Submission(
        document=Document(receipt=receipt, part=0, sha256="1" * 64, container_sha256=None, name=name),
        agency="SNV",
        program="CHUNG",
        period="2025-W13",
        state=SubmissionState.QUARANTINED,
        timeliness=Timeliness.ON_TIME,
        sender_known=False,
    )


def test_a_held_file_has_a_readable_copy_and_a_reason(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"workbook")
    folder = keep_in_quarantine(workspace, held(), "Địa chỉ gửi chưa đăng ký là đầu mối.", source)
    assert folder == workspace.quarantine / "000007-0"
    assert (folder / "Báo cáo.xlsx").read_bytes() == b"workbook"
    text = (folder / "ly-do.txt").read_text(encoding="utf-8-sig")
    assert "Lý do: Địa chỉ gửi chưa đăng ký là đầu mối." in text and "Tạm giữ chờ xử lý" in text
    assert "nguoi.la@" not in text  # addresses stay in the archive


def test_keeping_it_again_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"workbook")
    folder = keep_in_quarantine(workspace, held(), "x", source)
    before = {p: p.stat().st_mtime_ns for p in folder.iterdir()}
    keep_in_quarantine(workspace, held(), "x", source)
    assert {p: p.stat().st_mtime_ns for p in folder.iterdir()} == before


def test_what_is_released_leaves_quarantine_and_nothing_else_does(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"workbook")
    keep_in_quarantine(workspace, held(sequence=1), "x", source)
    keep_in_quarantine(workspace, held(sequence=2), "x", source)
    (workspace.quarantine / "ghi chú của văn thư").mkdir()
    assert tidy_quarantine(workspace, ["000002-0"]) == ("000001-0",)
    assert sorted(p.name for p in workspace.quarantine.iterdir()) == ["000002-0", "ghi chú của văn thư"]
    assert source.read_bytes() == b"workbook"


@pytest.mark.parametrize("name", ["../../x.xlsx", "ly-do.txt", "CON.xlsx", "a\r\nb.xlsx", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder_or_over_the_reason(tmp_path: Path, name: str) -> None:
    workspace = make_workspace(tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"workbook")
    submission = held()
    submission = replace(submission, document=replace(submission.document, name=name))
    folder = keep_in_quarantine(workspace, submission, "lý do", source)
    assert len(list(folder.iterdir())) == 2
    assert "lý do" in (folder / "ly-do.txt").read_text(encoding="utf-8-sig")
    assert [p for p in workspace.root.rglob("*") if p.is_file() and p.parent != folder] == []
