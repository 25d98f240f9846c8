"""The mailbox, against a real Dovecot: every mail is taken once, with the server's time; nothing there is changed."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cut_connections import (
    AT,
    DONE,
    FOLDER,
    NOW,
    SECRET,
    cut_moving,
    cut_reading,
    kill_collecting,
    mailbox_config,
    proxy,
)
from dovecot_server import PASSWORD, PostOffice
from mail_factory import drop, make_mail, make_workspace, make_xlsx

from nvbatch.archive import Archive
from nvbatch.cli import main
from nvbatch.config import Config, ConfigError, parse_config
from nvbatch.intake.tally import mail_sum
from nvbatch.journal import Journal
from nvbatch.mailbox import check, connection, fetching
from nvbatch.mailbox.folders import Folder, find, nearest
from nvbatch.model import Document, Period, Receipt
from nvbatch.progress import listening
from nvbatch.stages.collect import Collected, collect, documents, receipts
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace
from tests.torture.strike import can_strike

MAIL = make_mail([("BM01_SNV.xlsx", make_xlsx())])
OTHER = make_mail([("BM01_STC.xlsx", make_xlsx("B"))], text="Kính gửi Văn phòng: bản của Sở Tài chính.")
ICT = timezone(timedelta(hours=7))


class Killed(BaseException):
    """A kill -9 at a chosen place: nothing may catch it."""


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the test's own."""
    return f"vp-{os.urandom(6).hex()}"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are tried again as often as ever, but at once."""
    monkeypatch.setattr(fetching, "PAUSES", (0.0, 0.0, 0.0))


def noted(workspace: Workspace, deed: str = "received") -> list[dict[str, object]]:
    return [dict(line) for line in Journal(workspace).deeds(deed)]


# --- what is taken ------------------------------------------------------------------------------


def test_a_mail_is_archived_as_it_is_with_the_server_s_time(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    workspace = make_workspace(tmp_path)
    (receipt,) = collect(workspace, mailbox_config(post_office, user), NOW).receipts
    assert Archive(workspace).read(receipt.sha256) == MAIL
    # the topmost Received line says 13:40:00 too, but the mailbox server's own word is what counts
    assert receipt.received_at == AT and receipt.time_known
    assert (receipt.sender, receipt.channel) == ("daumoi.snv@tinh.example.vn", "mail")
    assert receipts(workspace, mailbox_config(post_office, user)) == (receipt,)


def test_the_server_s_time_wins_over_every_line_of_the_mail(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    late = datetime(2025, 3, 28, 16, 30, tzinfo=ICT)
    post_office.deliver(user, MAIL, at=late)
    (receipt,) = collect(make_workspace(tmp_path), mailbox_config(post_office, user, folder="INBOX"), NOW).receipts
    assert receipt.received_at == late


def test_the_mailbox_stays_as_it_is(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    collect(make_workspace(tmp_path), mailbox_config(post_office, user), NOW)
    (message,) = post_office.messages(user, FOLDER)
    assert "\\Seen" not in message.flags and message.data == MAIL


def test_a_second_collection_takes_only_what_is_new(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace, config = make_workspace(tmp_path), mailbox_config(post_office, user)
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    assert [r.sequence for r in collect(workspace, config, NOW).receipts] == [1]
    assert collect(workspace, config, NOW).receipts == ()
    post_office.deliver(user, OTHER, folder=FOLDER, at=AT)
    assert [r.sequence for r in collect(workspace, config, NOW).receipts] == [2]
    assert len(noted(workspace)) == 2


def test_who_sits_at_a_terminal_sees_it_go_on(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    heard: list[tuple[str, int, int]] = []
    with listening(lambda step, done, of: heard.append((step, done, of))):
        collect(make_workspace(tmp_path), mailbox_config(post_office, user), NOW)
    assert heard == [("collect", 0, 2), ("collect", 1, 2)]


def test_mail_and_dropped_files_come_in_one_collection(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", make_xlsx("C"))
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    got = collect(workspace, mailbox_config(post_office, user), NOW)
    assert [r.channel for r in got.receipts] == ["drop", "mail"]
    found = documents(workspace, mailbox_config(post_office, user), got.receipts)
    assert [d.name for d in found] == ["a.xlsx", "BM01_SNV.xlsx"]


@pytest.mark.parametrize("folder", ["Báo cáo/Tuần này & tháng", "Hộp thư đến.Sở Nội vụ", "inbox"])
def test_folders_bear_vietnamese_names(post_office: PostOffice, user: str, tmp_path: Path, folder: str) -> None:
    post_office.deliver(user, MAIL, folder=folder.replace("/", "."), at=AT)
    got = collect(make_workspace(tmp_path), mailbox_config(post_office, user, folder=folder), NOW)
    assert len(got.receipts) == 1


def test_the_same_bytes_twice_in_a_folder_are_one_mail(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    post_office.deliver(user, MAIL, MAIL, OTHER, folder=FOLDER, at=AT)
    assert len(collect(workspace, mailbox_config(post_office, user), NOW).receipts) == 2
    assert len(noted(workspace, "mail_known")) == 1


def test_mail_before_the_day_given_is_not_looked_at(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT - timedelta(days=400))
    post_office.deliver(user, OTHER, folder=FOLDER, at=AT)
    config = mailbox_config(post_office, user, since="2025-01-01")
    assert [r.received_at for r in collect(make_workspace(tmp_path), config, NOW).receipts] == [AT]


def test_a_numbering_anew_doubles_nothing(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace, config = make_workspace(tmp_path), mailbox_config(post_office, user)
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    first = collect(workspace, config, NOW)
    post_office.renew_uids(user, FOLDER)
    new = make_mail(text="Thư mới sau khi máy chủ đánh số lại.")
    post_office.deliver(user, new, folder=FOLDER, at=AT)
    second = collect(workspace, config, NOW)
    assert len(first.receipts) == 2
    assert [Archive(workspace).read(r.sha256) for r in second.receipts] == [new]
    assert collect(workspace, config, NOW).receipts == ()
    places = {(deed["imap"]["uidvalidity"], deed["imap"]["uid"]) for deed in noted(workspace)}  # type: ignore[index]
    assert len(places) == 3


# --- sizes --------------------------------------------------------------------------------------


def test_what_is_too_large_is_not_fetched_and_told_once(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    config = mailbox_config(post_office, user, intake={"max_mail_mb": 0.5})
    huge = make_mail([("to.xlsx", os.urandom(700_000))])
    post_office.deliver(user, huge, MAIL, folder=FOLDER, at=AT)
    with proxy(post_office) as between:
        near = mailbox_config(post_office, user, port=between.port, intake={"max_mail_mb": 0.5})
        first = collect(workspace, near, NOW)
        assert between.passed[0] < 100_000  # its body never came over the line
    assert [Archive(workspace).read(r.sha256) for r in first.receipts] == [MAIL]
    (problem,) = first.problems
    assert "13 giờ 40 phút ngày 27/03/2025" in problem and "1 MB" in problem and "0.5 MB" in problem
    assert not first.failures
    again = collect(workspace, config, NOW)
    assert again == Collected()
    post_office.renew_uids(user, FOLDER)
    assert collect(workspace, config, NOW) == Collected()
    (deed,) = noted(workspace, "mail_oversize")
    assert deed["received_at"] == "2025-03-27T13:40:00+07:00" and int(str(deed["size"])) > 700_000


# --- moving -------------------------------------------------------------------------------------


def test_only_on_request_what_is_done_is_moved(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    collect(workspace, mailbox_config(post_office, user), NOW)
    assert len(post_office.messages(user, FOLDER)) == 2
    wish = mailbox_config(post_office, user, move_to=DONE)
    assert collect(workspace, wish, NOW) == Collected()
    assert post_office.messages(user, FOLDER) == []
    assert [m.data for m in post_office.messages(user, DONE)] == [MAIL, OTHER]
    assert {m.received_at for m in post_office.messages(user, DONE)} == {AT}


def test_what_the_archive_does_not_hold_is_never_moved(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    config = mailbox_config(post_office, user, move_to=DONE, intake={"max_mail_mb": 0.5})
    huge = make_mail([("to.xlsx", os.urandom(700_000))])
    post_office.deliver(user, MAIL, huge, OTHER, folder=FOLDER, at=AT)
    Archive(workspace).path("0" * 64)  # names only
    (first, _) = collect(workspace, mailbox_config(post_office, user, intake={"max_mail_mb": 0.5}), NOW).receipts
    Archive(workspace).path(first.sha256).unlink()
    collect(workspace, config, NOW)
    assert [m.data for m in post_office.messages(user, FOLDER)] == [MAIL, huge]
    assert [m.data for m in post_office.messages(user, DONE)] == [OTHER]


def test_moving_into_the_folder_itself_is_refused(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    got = collect(make_workspace(tmp_path), mailbox_config(post_office, user, move_to=FOLDER), NOW)
    assert len(got.receipts) == 1 and "move_to" in got.problems[0]
    assert len(post_office.messages(user, FOLDER)) == 1


def test_without_the_move_extension_it_copies_and_expunges_these_alone(
    post_office: PostOffice, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imapclient import IMAPClient

    able = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "MOVE" and able(self, name))
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    with post_office.client(user) as client:
        client.append(FOLDER, make_mail(text="Ai đó đánh dấu xóa."), flags=["\\Deleted"], msg_time=AT)
    collect(make_workspace(tmp_path), mailbox_config(post_office, user, move_to=DONE, since="2025-01-01"), NOW)
    assert sorted(m.data for m in post_office.messages(user, DONE)) == sorted((MAIL, OTHER))


# --- when something breaks ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["archive", "journal"])
def test_a_death_between_two_steps_loses_and_doubles_nothing(
    post_office: PostOffice, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    workspace, config = make_workspace(tmp_path), mailbox_config(post_office, user, move_to=DONE)
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    room = Archive if place == "archive" else Journal
    name = "put" if place == "archive" else "append"
    done = getattr(room, name)

    def die_after(self: object, *args: object, **fields: object) -> object:
        done(self, *args, **fields)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(room, name, die_after)
        with pytest.raises(Killed):
            collect(workspace, config, NOW)
    assert len(post_office.messages(user, FOLDER)) == 2  # nothing moved yet
    collect(workspace, config, NOW)
    assert sorted(Archive(workspace).read(str(deed["sha256"])) for deed in noted(workspace)) == sorted((MAIL, OTHER))
    assert post_office.messages(user, FOLDER) == []


def test_a_full_disk_is_named_and_the_mail_comes_the_next_time(
    post_office: PostOffice, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, config = make_workspace(tmp_path), mailbox_config(post_office, user)
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)

    def full(self: Archive, data: bytes) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "put", full)
        got = collect(workspace, config, NOW)
    assert not got.complete and "No space left" in got.failures[0]
    assert len(collect(workspace, config, NOW).receipts) == 1


def test_a_broken_line_is_taken_up_again(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    post_office.deliver(user, MAIL, OTHER, folder=FOLDER, at=AT)
    with proxy(post_office) as between:
        between.cut_after = 3000  # within the bodies
        got = collect(make_workspace(tmp_path), mailbox_config(post_office, user, port=between.port), NOW)
        assert len(between.passed) == 2
    assert len(got.receipts) == 2 and got.complete and got.failures == ()


def test_one_mail_that_always_breaks_the_line_stops_no_other(
    post_office: PostOffice, user: str, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path)
    bad = make_mail(text="CANARY-LINE " * 20)
    post_office.deliver(user, MAIL, bad, OTHER, folder=FOLDER, at=AT)
    with proxy(post_office) as between:
        between.poison = b"CANARY-LINE"
        got = collect(workspace, mailbox_config(post_office, user, port=between.port), NOW)
    assert [Archive(workspace).read(r.sha256) for r in got.receipts] == [MAIL, OTHER]
    assert len(got.failures) == 1 and got.failures[0].startswith("1 thư chưa tải được")
    (last,) = collect(workspace, mailbox_config(post_office, user), NOW).receipts
    assert Archive(workspace).read(last.sha256) == bad


def test_a_server_that_is_down_costs_only_its_own_mail(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    drop(workspace, "a.xlsx", make_xlsx())
    got = collect(workspace, mailbox_config(post_office, user, port=1), NOW)
    assert [r.name for r in got.receipts] == ["a.xlsx"] and not got.complete
    assert len(got.failures) == 1 and "từ chối kết nối" in got.failures[0]


def test_a_server_that_says_nothing_is_given_up(
    post_office: PostOffice, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(fetching, "PAUSES", (0.0,))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config = mailbox_config(post_office, user, port=silent.getsockname()[1])
        got = collect(make_workspace(tmp_path), config, NOW)
    assert len(got.failures) == 1 and "không trả lời" in got.failures[0]


def test_a_server_that_falls_silent_is_given_up(
    post_office: PostOffice, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(fetching, "PAUSES", ())
    over = threading.Event()

    def greet(server: socket.socket) -> None:
        client, _ = server.accept()
        with client:
            client.sendall(b"* OK xin chao\r\n")
            over.wait(30)

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        thread = threading.Thread(target=greet, args=(server,))
        thread.start()
        got = collect(make_workspace(tmp_path), mailbox_config(post_office, user, port=server.getsockname()[1]), NOW)
        over.set()
        thread.join()
    assert len(got.failures) == 1 and "không trả lời" in got.failures[0]


def test_a_run_goes_on_without_the_mailbox_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, PASSWORD)
    start_workspace(tmp_path / "vp", now=AT, sample=True)
    workspace = Workspace(tmp_path / "vp")
    settings = f'[mail.imap]\nhost = "127.0.0.1"\nport = 1\nuser = "a"\nsecurity = "none"\npassword_env = "{SECRET}"\n'
    workspace.config.write_text(f'[office]\nname = "VP"\n{settings}', encoding="utf-8")
    for number in (1, 2):  # also where the second run has nothing new to compute
        assert main(["run", "-w", str(workspace.root), "--as-of", "2025-03-14T17:00", "--json"]) == 3
        said = capfd.readouterr()
        document = json.loads(said.out)
        assert "từ chối kết nối" in said.err and any("từ chối kết nối" in line for line in document["failures"])
        assert (workspace.out / f"2025-W11-{number:03d}" / "run.json").is_file()


def test_cut_anywhere_nothing_is_lost_or_doubled(post_office: PostOffice, tmp_path: Path) -> None:
    assert cut_reading(post_office, tmp_path, 16) >= 12


def test_cut_anywhere_while_moving_nothing_is_lost_or_doubled(post_office: PostOffice, tmp_path: Path) -> None:
    assert cut_moving(post_office, tmp_path, 8) == 8


def test_killed_anywhere_nothing_is_lost_or_doubled(post_office: PostOffice, tmp_path: Path) -> None:
    if reason := can_strike():
        pytest.skip(f"NO COLLECTION KILLED: {reason}")
    assert kill_collecting(post_office, tmp_path, ("rename", "write")) >= 8


# --- encryption, secrets, words -----------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_lines_are_encrypted_and_certificates_checked(
    post_office: PostOffice, user: str, tmp_path: Path, security: str
) -> None:
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    port = post_office.tls_port if security == "tls" else post_office.port
    words = {"host": "localhost", "port": port, "security": security}
    unknown = collect(make_workspace(tmp_path / "1"), mailbox_config(post_office, user, **words), NOW)
    assert unknown.receipts == () and "Chứng thư số" in unknown.failures[0] and "ca_file" in unknown.failures[0]
    trusted = mailbox_config(post_office, user, **words, ca_file=str(post_office.ca_file))
    assert len(collect(make_workspace(tmp_path / "2"), trusted, NOW).receipts) == 1
    elsewhere = mailbox_config(post_office, user, **{**words, "host": "127.0.0.1"}, ca_file=str(post_office.ca_file))
    other_name = collect(make_workspace(tmp_path / "3"), elsewhere, NOW)
    assert other_name.receipts == () and "không đúng tên máy chủ" in other_name.failures[0]


def test_encryption_is_what_one_gets_without_asking() -> None:
    assert parse_config({"office": {"name": "VP"}, "mail": {"imap": {"host": "x"}}}).mail.imap.security == "tls"


def test_no_password_in_the_configuration_itself() -> None:
    with pytest.raises(ConfigError, match="password"):
        parse_config({"office": {"name": "VP"}, "mail": {"imap": {"host": "x", "password": "lộ"}}})


def test_secrets_and_addresses_are_told_nowhere(
    post_office: PostOffice, user: str, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    wrong = "sai-mat-khau-9f2"
    monkeypatch.setenv("NVBATCH_TEST_WRONG", wrong)
    workspace = make_workspace(tmp_path)
    for env in ("NVBATCH_TEST_WRONG", SECRET):
        mailbox_config(post_office, user)  # sets the right one
        workspace.config.write_text(
            f'[office]\nname = "VP"\n[mail.imap]\nhost = "{post_office.host}"\nport = {post_office.port}\n'
            f'user = "{user}"\nfolder = "{FOLDER}"\nsecurity = "none"\npassword_env = "{env}"\n',
            encoding="utf-8",
        )
        status = main(["collect", "-w", str(workspace.root), "--json"])
        assert status == (3 if env == "NVBATCH_TEST_WRONG" else 0)
    said = capfd.readouterr()
    everything = said.out + said.err + caplog.text
    for secret in (wrong, PASSWORD, user, "daumoi.snv@tinh.example.vn", "tonghop@"):
        assert secret not in everything
    assert "không chấp nhận tài khoản hoặc mật khẩu" in said.err
    assert '"channel": "mail"' in said.out
    journal = next(workspace.journal.glob("*.jsonl")).read_text(encoding="utf-8")
    assert PASSWORD not in journal and user not in journal


def test_a_missing_password_is_said_plainly(post_office: PostOffice, user: str, tmp_path: Path) -> None:
    got = collect(make_workspace(tmp_path), mailbox_config(post_office, user, password_env="NVBATCH_NOT_SET"), NOW)
    assert not got.complete and "NVBATCH_NOT_SET" in got.failures[0]


# --- what doctor hears --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, None),
        ({"folder": "Bao cao den"}, "Có phải là «Báo cáo đến»?"),
        ({"folder": "Zzz"}, "không có thư mục «Zzz»"),
        ({"host": "khong-co.invalid", "security": "tls"}, "Không tìm thấy máy chủ thư «khong-co.invalid»"),
        ({"port": 1}, "từ chối kết nối"),
        ({"security": "tls"}, "không dùng TLS ngay từ đầu"),
        ({"security": "starttls"}, "Chứng thư số"),
        ({"security": "tls", "ca_file": "khong-co.pem"}, "«khong-co.pem»"),
        ({"user": ""}, "mail.imap.user"),
    ],
)
def test_each_ailment_is_named_with_its_remedy(
    post_office: PostOffice, tmp_path: Path, words: dict[str, object], said: str | None
) -> None:
    user = "kham"
    post_office.deliver(user, MAIL, folder=FOLDER, at=AT)
    problems = check(mailbox_config(post_office, user, **words), tmp_path)
    assert problems == () if said is None else len(problems) == 1 and said in problems[0]


def test_an_open_line_to_another_machine_is_a_remark() -> None:
    config = parse_config(
        {"office": {"name": "VP"}, "mail": {"imap": {"host": "khong-co.invalid", "user": "a", "security": "none",
                                                     "password_env": "PATH"}}}
    )  # fmt: skip
    assert "không mã hóa" in check(config)[0]


def test_without_a_mailbox_there_is_nothing_to_say() -> None:
    assert check(parse_config({"office": {"name": "VP"}})) == ()


def test_folder_names_are_found_however_they_are_written() -> None:
    there = (Folder("Báo cáo.Tuần", "."), Folder("Đã nhận", "."))
    assert find("Báo cáo/Tuần", there) == "Báo cáo.Tuần"
    assert find("Ba\u0301o ca\u0301o/Tu\u00e2\u0300n", there) == "Báo cáo.Tuần"
    assert find("BÁO CÁO/tuần", there) == "Báo cáo.Tuần"
    assert find("Báo cáo", there) is None and find("Inbox", ()) == "INBOX"
    assert nearest("da nhan", ["Báo cáo", "Đã nhận"]) == "Đã nhận" and nearest("xyz", ["Báo cáo"]) is None


# --- the sum ------------------------------------------------------------------------------------


def test_every_mail_of_the_period_is_accounted_for() -> None:
    config: Config = parse_config({"office": {"name": "VP"}})
    period = Period(
        kind="week", key="2025-W13", start=AT.date() - timedelta(3), end=AT.date() + timedelta(3), cutoff=NOW
    )

    def mail(number: int, at: datetime = AT, *, automatic: bool = False, **words: object) -> Document:
        receipt = Receipt(
            sequence=number,
            sha256=f"{number:064x}",
            name="thu.eml",
            received_at=at,
            channel="mail",
            automatic=automatic,
        )
        words = {"fault": "F101", "container_sha256": None, **words}
        return Document(receipt=receipt, part=0, sha256="0" * 64, name="x", **words)  # type: ignore[arg-type]

    came = [
        mail(1, fault=None, container_sha256="1"),
        mail(2, fault=None, container_sha256="1", automatic=True),
        mail(3),
        mail(4, automatic=True),
        mail(5, fault="F103"),
        mail(6, AT - timedelta(days=30)),
        mail(7, NOW + timedelta(days=1)),
    ]
    found = mail_sum(came, [AT, AT - timedelta(days=30)], periods=[period], as_of=NOW, zone=config.zone)
    assert found == {"seen": 6, "with_workbook": 2, "without_workbook": 1, "automatic": 1, "too_large": 2}
    assert found["seen"] == sum(n for kind, n in found.items() if kind != "seen")
    assert mail_sum([], [], periods=[period], as_of=NOW, zone=config.zone) == {}
    assert json.dumps(found)
