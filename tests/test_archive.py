"""What the archive promises: every content once, whole, under its hash, for ever."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import make_workspace

from nvbatch import durable
from nvbatch.archive import Archive, ChangedWhileRead


def test_bytes_come_back_as_they_were_and_lie_under_their_hash(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    sha256 = archive.put(b"b\xc3\xa1o c\xc3\xa1o")
    assert sha256 == hashlib.sha256(b"b\xc3\xa1o c\xc3\xa1o").hexdigest()
    assert archive.read(sha256) == b"b\xc3\xa1o c\xc3\xa1o"
    assert archive.path(sha256).relative_to(archive.folder).parts == (sha256[:2], sha256)
    assert archive.has(sha256) and list(archive.all()) == [sha256]


def test_a_file_is_archived_like_its_bytes_and_stays_where_it_was(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    source = tmp_path / "lớn.xlsx"
    source.write_bytes(b"x" * (3 * durable.CHUNK + 5))
    sha256 = archive.put_file(source)
    assert archive.read(sha256) == source.read_bytes()
    assert archive.put(source.read_bytes()) == sha256


def test_archived_files_are_read_only(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    mode = archive.path(archive.put(b"1")).stat().st_mode
    assert not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_the_same_bytes_again_do_not_touch_the_file(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    path = archive.path(archive.put(b"1"))
    before = path.stat()
    assert archive.put(b"1") == path.name
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_copy_cut_short_on_the_disk_is_set_aside_and_replaced(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    path = archive.path(archive.put(b"whole"))
    path.chmod(0o644)
    path.write_bytes(b"wh")
    assert list(archive.damaged()) == [path.name]
    archive.put(b"whole")
    assert path.read_bytes() == b"whole"
    assert path.with_name(f"{path.name}.hong").read_bytes() == b"wh"
    assert list(archive.all()) == [path.name] and list(archive.damaged()) == []


def test_a_crash_before_the_rename_leaves_nothing_under_the_final_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(make_workspace(tmp_path))

    class Killed(BaseException):
        pass

    def die(self: Path, target: Path) -> Path:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(Killed):
            archive.put(b"report")
    assert list(archive.all()) == []
    assert archive.has(archive.put(b"report"))


def test_what_a_killed_run_left_half_written_is_swept(tmp_path: Path) -> None:
    archive = Archive(make_workspace(tmp_path))
    path = archive.path(archive.put(b"report"))
    half = path.with_name(f"{durable.TEMPORARY}0123")
    half.write_bytes(b"rep")
    archive.sweep()
    assert not half.exists() and archive.read(path.name) == b"report"


def test_a_full_disk_is_told_and_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(make_workspace(tmp_path))

    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", full)
        with pytest.raises(OSError, match="space"):
            archive.put(b"report")
    assert [p for p in archive.folder.rglob("*") if p.is_file()] == []


def test_a_file_that_changes_while_it_is_read_is_not_archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(make_workspace(tmp_path))
    source = tmp_path / "a.xlsx"
    source.write_bytes(b"new")
    monkeypatch.setattr(durable, "sha256_of", lambda path: hashlib.sha256(b"old").hexdigest())
    with pytest.raises(ChangedWhileRead):
        archive.put_file(source)
    assert list(archive.all()) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_only_a_hash_is_ever_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        Archive(make_workspace(tmp_path)).path(name)


@given(contents=st.lists(st.binary(max_size=40), max_size=12))
def test_every_content_is_kept_once(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    archive = Archive(make_workspace(tmp_path_factory.mktemp("a")))
    hashes = [archive.put(data) for data in contents]
    assert set(archive.all()) == set(hashes)
    assert [archive.read(sha256) for sha256 in hashes] == contents
