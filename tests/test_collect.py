"""The drop folder: everything that is settled is kept, noted and lifted out; whoever dies in between loses nothing."""

from __future__ import annotations

import os
import random
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import drop, make_config, make_mail, make_workspace, make_xlsx, make_zip

from nvbatch.archive import Archive
from nvbatch.intake import dropfolder
from nvbatch.intake.documents import documents, workbook_path
from nvbatch.journal import Journal
from nvbatch.stages.collect import Collected, collect, receipts
from nvbatch.workspace import Workspace

NOW = datetime(2025, 3, 28, 2, 0, tzinfo=UTC)  # 09:00 in the office
CONFIG = make_config()
XLSX = make_xlsx()


class Killed(BaseException):
    """A kill -9 at a chosen place: nothing may catch it."""


def listed(workspace: Workspace, *lines: str, encoding: str = "utf-8", end: str = "\n") -> None:
    text = end.join(("file;received_at;sender", *lines, ""))
    drop(workspace, "receipts.csv", text.encode(encoding))


def names(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.inbox.iterdir())


def run(workspace: Workspace, now: datetime = NOW) -> Collected:
    return collect(workspace, CONFIG, now)


# --- what is taken ------------------------------------------------------------------------------


def test_a_file_goes_into_the_archive_and_the_journal_and_leaves_the_inbox(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "BM01_SNV.xlsx", XLSX)
    listed(workspace, "BM01_SNV.xlsx;2025-03-27T10:15:00+07:00;")
    (receipt,) = run(workspace).receipts
    assert names(workspace) == ["receipts.csv"]
    assert Archive(workspace).read(receipt.sha256) == XLSX
    assert receipt.received_at.isoformat() == "2025-03-27T10:15:00+07:00"
    assert (receipt.sequence, receipt.time_known, receipt.sender, receipt.channel) == (1, True, None, "drop")
    assert receipts(workspace, CONFIG) == (receipt,)


@pytest.mark.parametrize("name", ["~$BM01.xlsx", "a.xlsx.tmp", "b.PART", ".hidden.xlsx", "Thumbs.db"])
def test_what_is_no_finished_report_stays(tmp_path: Path, name: str) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, name, XLSX)
    assert run(workspace).receipts == ()
    assert names(workspace) == [name]


def test_a_file_still_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    path = drop(workspace, "a.xlsx", XLSX, age=0.5)
    assert run(workspace).left == {"a.xlsx": "đang được ghi"}
    os.utime(path, (path.stat().st_mtime - 5,) * 2)
    assert len(run(workspace).receipts) == 1


def test_an_empty_file_and_a_folder_stay_and_are_told(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", b"")
    (workspace.inbox / "Sở Nội vụ").mkdir()
    left = run(workspace).left
    assert "0 byte" in left["a.xlsx"] and "inbox" in left["Sở Nội vụ"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    secret = tmp_path / "secret.xlsx"
    secret.write_bytes(b"secret")
    (workspace.inbox / "a.xlsx").symlink_to(secret)
    assert run(workspace).receipts == ()
    assert list(Archive(workspace).all()) == []


def test_a_file_from_a_machine_whose_clock_is_ahead_is_watched_and_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX, age=-86_400)
    waited: list[float] = []
    monkeypatch.setattr(dropfolder.time, "sleep", waited.append)
    assert len(run(workspace).receipts) == 1 and waited == [dropfolder.SETTLED]


def test_any_other_kind_of_file_is_kept_too(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "báo cáo.docx", b"PK\x03\x04 no workbook")
    (receipt,) = run(workspace).receipts
    assert Archive(workspace).has(receipt.sha256) and names(workspace) == []


def test_a_missing_inbox_is_a_sentence_not_a_crash(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    workspace.inbox.rmdir()
    assert run(workspace).problems


# --- when and from whom -------------------------------------------------------------------------


def test_a_mail_is_received_when_the_topmost_received_line_says(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "thu.eml", make_mail([("a.xlsx", XLSX)]))
    (receipt,) = run(workspace).receipts
    assert receipt.received_at.isoformat() == "2025-03-27T13:40:00+07:00"
    assert receipt.sender == "daumoi.snv@tinh.example.vn"
    assert (receipt.channel, receipt.subject) == ("mail", "Báo cáo nhiệm vụ tuần")
    assert receipt.dated_at is not None and receipt.dated_at.isoformat() == "2025-03-27T13:39:00+07:00"


def test_without_any_word_of_it_the_moment_of_collection_counts(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    drop(workspace, "thu.eml", make_mail([("b.xlsx", XLSX)], received=()))
    for receipt in run(workspace).receipts:
        assert receipt.received_at == NOW and not receipt.time_known


def test_the_files_own_timestamps_are_never_believed(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX, age=86_400 * 30)
    assert run(workspace).receipts[0].received_at == NOW


def test_names_in_the_list_match_in_either_unicode_form(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    name = "Báo cáo Sở Nội vụ kỳ 13.xlsx"
    drop(workspace, unicodedata.normalize("NFD", name), XLSX)
    listed(workspace, f"{name};2025-03-27T10:15:00+07:00;")
    (receipt,) = run(workspace).receipts
    assert receipt.time_known and receipt.name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_list_is_read_as_excel_and_notepad_save_it(tmp_path: Path, encoding: str, end: str) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "sở.xlsx", XLSX)
    listed(workspace, "sở.xlsx;2025-03-27 10:15;lan@tinh.example.vn", encoding=encoding, end=end)
    (receipt,) = run(workspace).receipts
    assert receipt.received_at.isoformat() == "2025-03-27T10:15:00+07:00"
    assert receipt.sender == "lan@tinh.example.vn"


def test_a_bad_line_is_told_and_its_file_is_taken_all_the_same(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    drop(workspace, "b.xlsx", make_xlsx("B"))
    listed(workspace, "a.xlsx;hôm qua;", "b.xlsx;2025-03-27T10:15:00+07:00;")
    got = run(workspace)
    assert {r.name: r.time_known for r in got.receipts} == {"a.xlsx": False, "b.xlsx": True}
    assert len(got.problems) == 1 and "dòng 2" in got.problems[0] and "«hôm qua»" in got.problems[0]


def test_a_sender_that_is_no_address_is_one_whom_nobody_knows(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    listed(workspace, "a.xlsx;2025-03-27T10:15:00+07:00;văn thư")
    assert run(workspace).receipts[0].sender == ""


def test_the_list_stays_and_each_version_of_it_is_archived_once(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    listed(workspace, "a.xlsx;2025-03-27T10:15:00+07:00;")
    run(workspace)
    run(workspace)
    assert names(workspace) == ["receipts.csv"]
    assert len(list(Journal(workspace).deeds("receipts"))) == 1
    listed(workspace, "b.xlsx;2025-03-27T10:15:00+07:00;")
    run(workspace)
    assert len(list(Journal(workspace).deeds("receipts"))) == 2


def test_a_line_of_the_list_serves_one_content_only(tmp_path: Path) -> None:
    """A corrected file under the old name must not inherit the receipt time of the first one."""
    workspace = make_workspace(tmp_path)
    listed(workspace, "a.xlsx;2025-03-27T10:15:00+07:00;")
    drop(workspace, "a.xlsx", XLSX)
    run(workspace)
    drop(workspace, "a.xlsx", make_xlsx("corrected"))
    (second,) = run(workspace).receipts
    assert not second.time_known and second.received_at == NOW
    listed(workspace, "a.xlsx;2025-03-27T10:15:00+07:00;", "a.xlsx;2025-03-28T08:00:00+07:00;")
    drop(workspace, "a.xlsx", make_xlsx("corrected again"))
    (third,) = run(workspace).receipts
    assert third.time_known and third.received_at.isoformat() == "2025-03-28T08:00:00+07:00"


def test_files_are_numbered_in_order_of_arrival_then_of_the_list(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    for name in "abcd":
        drop(workspace, f"{name}.xlsx", make_xlsx(name))
    listed(
        workspace,
        "d.xlsx;2025-03-27T10:00:00+07:00;",
        "b.xlsx;2025-03-27T10:00:00+07:00;",
        "c.xlsx;2025-03-26T10:00:00+07:00;",
    )
    got = run(workspace).receipts
    assert [(r.sequence, r.name) for r in got] == [(1, "c.xlsx"), (2, "d.xlsx"), (3, "b.xlsx"), (4, "a.xlsx")]


def test_numbers_go_on_at_the_next_collection(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    run(workspace)
    drop(workspace, "b.xlsx", make_xlsx("B"))
    run(workspace, NOW + timedelta(days=7))
    assert [r.sequence for r in receipts(workspace, CONFIG)] == [1, 2]


# --- again and again ----------------------------------------------------------------------------


def test_collecting_twice_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    run(workspace)
    before = sorted((p, p.read_bytes()) for p in workspace.journal.iterdir())
    assert run(workspace) == Collected()
    assert sorted((p, p.read_bytes()) for p in workspace.journal.iterdir()) == before


def test_the_same_bytes_under_another_name_or_later_are_a_new_receipt(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    for day, name in enumerate(["a.xlsx", "b.xlsx", "a.xlsx"]):
        drop(workspace, name, XLSX)
        run(workspace, NOW + timedelta(days=day))
    assert [r.name for r in receipts(workspace, CONFIG)] == ["a.xlsx", "b.xlsx", "a.xlsx"]
    assert len(list(Archive(workspace).all())) == 1


def test_the_same_mail_dropped_again_is_the_same_receipt(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    for _ in range(2):
        drop(workspace, "thu.eml", make_mail([("a.xlsx", XLSX)]))
        run(workspace)
    assert len(receipts(workspace, CONFIG)) == 1 and names(workspace) == []


# --- dying in between ---------------------------------------------------------------------------


def fill(workspace: Workspace) -> None:
    drop(workspace, "a.xlsx", XLSX)
    drop(workspace, "b.xlsx", make_xlsx("B"))
    drop(workspace, "thu.eml", make_mail([("c.xlsx", make_xlsx("C"))]))
    listed(workspace, "b.xlsx;2025-03-27T10:15:00+07:00;")


def facts(workspace: Workspace) -> list[tuple[int, str, str]]:
    return [(r.sequence, r.name, r.sha256) for r in receipts(workspace, CONFIG)]


def dies_at(workspace: Workspace, number: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Collect, killed before the ``number``-th deed on the disk ; False when there were fewer."""
    count = 0

    def counted(real: object) -> object:
        def step(*args: object, **kwargs: object) -> object:
            nonlocal count
            count += 1
            if count == number:
                raise Killed
            return real(*args, **kwargs)  # type: ignore[operator]

        return step

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "mkdir", "chmod"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        patch.setattr(os, "fsync", counted(os.fsync))
        try:
            run(workspace)
        except Killed:
            return True
    return False


def test_killed_before_any_deed_on_the_disk_the_next_collection_heals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = make_workspace(tmp_path / "calm")
    fill(calm)
    run(calm)
    number = 1
    while True:
        workspace = make_workspace(tmp_path / str(number))
        fill(workspace)
        died = dies_at(workspace, number, monkeypatch)
        run(workspace, NOW + timedelta(minutes=5))
        assert facts(workspace) == facts(calm), f"killed before deed {number}"
        assert names(workspace) == ["receipts.csv"]
        assert list(Archive(workspace).all()) == list(Archive(calm).all())
        if not died:
            break
        number += 1
    assert number > 20


def test_killed_between_archive_and_journal_the_file_is_still_in_the_inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append_all", die)
        with pytest.raises(Killed):
            run(workspace)
    assert names(workspace) == ["a.xlsx"] and receipts(workspace, CONFIG) == ()
    assert [r.name for r in run(workspace).receipts] == ["a.xlsx"]


def test_killed_between_journal_and_removal_the_receipt_is_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    real = Path.unlink

    def die(self: Path, missing_ok: bool = False) -> None:
        if self.name == "a.xlsx":
            raise Killed
        real(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", die)
        with pytest.raises(Killed):
            run(workspace)
    assert names(workspace) == ["a.xlsx"] and len(receipts(workspace, CONFIG)) == 1
    run(workspace, NOW + timedelta(hours=1))
    assert names(workspace) == []
    (receipt,) = receipts(workspace, CONFIG)
    assert receipt.received_at == NOW  # the first moment stands
    drop(workspace, "a.xlsx", XLSX)  # and what is dropped after that is news
    run(workspace, NOW + timedelta(hours=2))
    assert len(receipts(workspace, CONFIG)) == 2


def test_a_file_that_cannot_be_removed_is_not_received_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)

    real = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.name == "a.xlsx":
            raise PermissionError(13, "in use")
        real(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        for minute in range(3):
            got = run(workspace, NOW + timedelta(minutes=minute))
            assert "inbox" in got.left["a.xlsx"]
    assert len(receipts(workspace, CONFIG)) == 1
    run(workspace)
    assert names(workspace) == [] and len(receipts(workspace, CONFIG)) == 1


def test_a_file_overwritten_while_it_is_collected_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    real = Journal.append_all

    def overwritten(self: Journal, deed: str, *args: object, **kwargs: object) -> object:
        if deed == "received":
            drop(workspace, "a.xlsx", make_xlsx("newer"))
        return real(self, deed, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append_all", overwritten)
        run(workspace)
    assert (workspace.inbox / "a.xlsx").read_bytes() == make_xlsx("newer")
    run(workspace, NOW + timedelta(minutes=1))
    assert len({r.sha256 for r in receipts(workspace, CONFIG)}) == 2


def test_when_the_disk_is_full_it_says_so_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        got = run(workspace)
    assert not got.complete and got.failures and got.receipts == ()
    assert (workspace.inbox / "a.xlsx").read_bytes() == XLSX
    assert len(run(workspace).receipts) == 1


def test_one_unreadable_file_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    drop(workspace, "b.xlsx", make_xlsx("B"))
    real = Path.read_bytes

    def locked(self: Path) -> bytes:
        if self.name == "a.xlsx":
            raise PermissionError(13, "in use")
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", locked)
        got = run(workspace)
    assert [r.name for r in got.receipts] == ["b.xlsx"] and "a.xlsx" in got.left and got.complete


# --- what was received, taken apart -------------------------------------------------------------


def test_every_receipt_becomes_its_workbooks(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", XLSX)
    drop(workspace, "thu.eml", make_mail([("b.xlsx", make_xlsx("B")), ("c.xlsx", make_xlsx("C"))]))
    drop(workspace, "gói.zip", make_zip({"d.xlsx": make_xlsx("D")}))
    run(workspace)
    found = {d.name: d for d in documents(workspace, CONFIG, receipts(workspace, CONFIG))}
    assert sorted(found) == ["a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"]
    assert found["a.xlsx"].container_sha256 is None
    assert found["c.xlsx"].part == 1 and found["c.xlsx"].container_sha256 == found["c.xlsx"].receipt.sha256
    assert workbook_path(workspace, found["d.xlsx"]).read_bytes() == make_xlsx("D")


def test_a_mail_without_a_workbook_is_a_rejected_document(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "thu.eml", make_mail())
    run(workspace)
    (document,) = documents(workspace, CONFIG, receipts(workspace, CONFIG))
    assert document.fault == "F101" and document.fault_args == {"what": "thư không kèm tệp Excel"}
    assert document.sha256 == document.receipt.sha256 and workbook_path(workspace, document).is_file()


@pytest.mark.parametrize("harm", ["gone", "parts gone", "index broken", "part changed", "part cut"])
def test_the_cache_may_be_lost_or_spoilt_at_any_time(tmp_path: Path, harm: str) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "thu.eml", make_mail([("b.xlsx", make_xlsx("B"))]))
    run(workspace)
    before = documents(workspace, CONFIG, receipts(workspace, CONFIG))
    for path in [p for p in workspace.cache.rglob("*") if p.is_file()]:
        is_part = path.parent.name == "parts"
        if harm == "gone" or (harm == "parts gone" and is_part):
            path.unlink()
        elif harm == "index broken" and not is_part:
            path.write_bytes(b"{")
        elif harm == "part changed" and is_part:
            path.write_bytes(bytes(len(path.read_bytes())))
        elif harm == "part cut" and is_part:
            path.write_bytes(b"x")
    after = documents(workspace, CONFIG, receipts(workspace, CONFIG))
    assert after == before
    assert workbook_path(workspace, after[0]).read_bytes() == make_xlsx("B")


def test_a_second_look_does_not_open_the_mail_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "thu.eml", make_mail([("b.xlsx", make_xlsx("B"))]))
    run(workspace)
    first = documents(workspace, CONFIG, receipts(workspace, CONFIG))

    def fail(*args: object) -> None:
        raise AssertionError("opened again")

    monkeypatch.setattr("nvbatch.intake.opener.Opener.open", fail)
    assert documents(workspace, CONFIG, receipts(workspace, CONFIG)) == first


def test_other_limits_make_the_container_be_judged_anew(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "gói.zip", make_zip({f"{n}.xlsx": make_xlsx(str(n)) for n in range(3)}))
    run(workspace)
    assert len(documents(workspace, CONFIG, receipts(workspace, CONFIG))) == 3
    (refused,) = documents(workspace, make_config(max_zip_members=2), receipts(workspace, CONFIG))
    assert refused.fault == "F103"


def test_a_forged_sender_is_marked_where_a_trusted_server_says_so(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    told = [("Authentication-Results", "mail.tinh.example.vn; dmarc=fail header.from=tinh.example.vn; spf=fail")]
    drop(workspace, "thu.eml", make_mail([("a.xlsx", XLSX)], headers=told))
    run(workspace)
    assert not receipts(workspace, CONFIG)[0].auth_failed
    trusting = make_config(trusted_authserv=["mail.tinh.example.vn"])
    assert receipts(workspace, trusting)[0].auth_failed


# --- properties ---------------------------------------------------------------------------------

FILE_NAMES = st.text(
    alphabet=st.characters(exclude_characters="/\x00\\", exclude_categories=("Cs",)), min_size=1, max_size=40
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)


@given(name=FILE_NAMES)
def test_whatever_a_file_is_called_it_is_taken_once_or_left_with_its_bytes(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    workspace = make_workspace(tmp_path_factory.mktemp("n"))
    drop(workspace, name, XLSX)
    got = run(workspace)
    if got.receipts:
        assert len(got.receipts) == 1 and names(workspace) == []
        assert Archive(workspace).read(got.receipts[0].sha256) == XLSX
        assert receipts(workspace, CONFIG) == got.receipts
        assert "/" not in got.receipts[0].name and len(got.receipts[0].name) <= 100
    else:
        assert names(workspace) == [name]
    for path in workspace.root.rglob("*"):
        path.relative_to(workspace.root)


@given(seed=st.integers(0, 10_000))
def test_however_the_files_are_spread_over_collections_all_are_received_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    workspace = make_workspace(tmp_path_factory.mktemp("s"))
    given_names = [f"{n}.xlsx" for n in range(6)]
    for hour, name in enumerate(chance.sample(given_names, 6)):
        drop(workspace, name, make_xlsx(name))
        if chance.random() < 0.5:
            run(workspace, NOW + timedelta(hours=hour))
    run(workspace, NOW + timedelta(days=1))
    got = receipts(workspace, CONFIG)
    assert sorted(r.name for r in got) == given_names
    assert [r.sequence for r in got] == [1, 2, 3, 4, 5, 6]
