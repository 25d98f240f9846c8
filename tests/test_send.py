"""What waits is sent once, to registered addresses, through a real mail server that refuses, stalls and breaks off."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import openpyxl
import pytest
from conftest import Plays
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvbatch.blanks import make_forms
from nvbatch.cli import main
from nvbatch.config import ConfigError, load_config
from nvbatch.journal import Journal
from nvbatch.mailbook import DOUBTFUL, FAILED, INTENT, SENT, reminders_sent
from nvbatch.ready import NOTICE_PDF
from nvbatch.recovery import rebuild
from nvbatch.run import run_batch
from nvbatch.sending import MOST_A_DAY, Asked, State, send, settle, waiting_mail
from nvbatch.smtp import Delivery, Post, Unreachable, Verdict, check
from nvbatch.workspace import Workspace
from tests.cut_sending import AS_OF, asked, cut_everywhere, kill_sending, point_to, sent
from tests.smtp_server import PASSWORD, USER, PostOffice, make_certificate, post_office, why_no_certificate
from tests.torture.strike import can_strike

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PDF = b"%PDF-1.7 da ky"


@pytest.fixture
def ws(plays: Plays, tmp_path: Path) -> Workspace:
    """An office after its second weekly run, with seven messages waiting; a copy for each test."""
    *_, (_, last) = plays("so-nho")
    folder = tmp_path / "vp"
    shutil.copytree(last.folder.parents[1], folder)
    return Workspace(folder)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as server:
        yield server


def deeds(ws: Workspace, *kinds: str) -> list[dict[str, object]]:
    return [dict(d) for d in Journal(ws).deeds() if d["deed"] in kinds]


# --- once ---------------------------------------------------------------------------------------


def test_looking_sends_nothing_and_writes_nothing(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    before = {path: path.stat().st_mtime_ns for path in ws.root.rglob("*")}
    batch = waiting_mail(ws, asked())
    assert len(batch.having(State.READY)) == 7 and office.taken == []
    assert {path: path.stat().st_mtime_ns for path in ws.root.rglob("*")} == before


def test_every_message_arrives_once_and_the_second_time_nothing_is_sent(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    first = sent(ws)
    assert first.sent_now == len(office.taken) == len(set(office.ids())) == 7
    second = sent(ws)
    assert second.sent_now == 0 and len(office.taken) == 7
    assert {item.state for item in second.items} == {State.SENT, State.WAITING}  # notices wait for their signature


def test_another_run_of_the_same_period_sends_nothing_again(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    sent(ws)
    again = run_batch(ws, now=AS_OF, as_of=AS_OF, period="2025-W12")
    assert sum(output.kind == "mail" for output in again.outputs) == 7
    assert sent(ws).sent_now == 0 and len(office.taken) == 7


def test_a_rebuilt_run_has_the_very_same_outbox_even_after_sending(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    again = run_batch(ws, now=AS_OF, as_of=AS_OF, period="2025-W12")
    before = {path.name: path.read_bytes() for path in (again.folder / "thu-di").iterdir()}
    sent(ws)
    shutil.rmtree(again.folder)
    rebuilt = rebuild(ws, now=AS_OF + timedelta(days=3))
    assert rebuilt.folder == again.folder
    assert {path.name: path.read_bytes() for path in (rebuilt.folder / "thu-di").iterdir()} == before


def test_what_arrives_is_what_stands_in_the_outbox(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    sent(ws, only="returns")
    (answer,) = (t for t in office.to("stc@tinhmau.example"))
    mail = answer.mail
    raw = message_from_bytes(answer.data)["From"]  # the newer parser sets a blank between two encoded words of a name
    assert str(make_header(decode_header(raw))) == "Văn phòng Ủy ban nhân dân tỉnh Mẫu <tonghop@vanphong.example>"
    assert mail["In-Reply-To"] == "<stc.20250321110000@tinhmau.example>"
    assert mail["Auto-Submitted"] == "auto-replied" and mail["Reply-To"] is None
    assert mail["Cc"] == "Sở Tài chính <stc@tinhmau.example>"
    (file,) = mail.iter_attachments()
    made = ws.out / "2025-W12-001" / "phan-hoi" / "STC-2025-W12.xlsx"
    assert file.get_filename() == made.name and file.get_payload(decode=True) == made.read_bytes()
    text = mail.get_body()
    assert text is not None and "Đề nghị Quý cơ quan sửa trực tiếp trên tệp kèm theo" in text.get_content()


def test_replies_are_led_to_the_mailbox_that_is_read(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    text = ws.config.read_text(encoding="utf-8")
    ws.config.write_text(
        f'{text}\n[mail.imap]\nhost = "127.0.0.1"\nuser = "hopthu@vanphong.example"\n', encoding="utf-8"
    )
    sent(ws, only="reminders")
    assert {taken.mail["Reply-To"] for taken in office.taken} == {"hopthu@vanphong.example"}


def test_answers_go_before_everything_else(ws: Workspace) -> None:
    kinds = [item.mail.kind for item in waiting_mail(ws, asked()).items]
    assert kinds == sorted(kinds, key=["answer", "reminder", "notice", "no_deadline"].index)


def test_only_one_kind_is_sent_when_asked_for(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    assert sent(ws, only="reminders").sent_now == 2
    assert sent(ws, only="returns").sent_now == 5
    assert sent(ws).sent_now == 0


def test_a_stranger_who_wrote_in_the_name_of_an_agency_got_no_answer(plays: Plays) -> None:
    (_, first), *_ = plays("so-nho")
    run = json.loads((first.folder / "run.json").read_text(encoding="utf-8"))
    (held,) = (s for s in run["submissions"] if s["state"] == "quarantined")
    mails = [path.name for path in (first.folder / "thu-di").iterdir()]
    assert f"tra-loi-{held['agency']}-{held['id']}.eml" not in mails and len(mails) == 7


def test_a_preview_has_no_outbox(ws: Workspace) -> None:
    tried = run_batch(ws, now=AS_OF, as_of=AS_OF, period="2025-W12", preview=True)
    assert not (tried.folder / "thu-di").exists()


def test_every_eml_stands_in_run_json_and_manifest(ws: Workspace) -> None:
    folder = ws.out / "2025-W12-001"
    names = {f"thu-di/{path.name}" for path in (folder / "thu-di").iterdir()}
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {o["path"] for o in run["outputs"] if o["kind"] == "mail"} == names
    assert {f["path"] for f in manifest["files"] if f["kind"] == "mail"} == names


def test_reminders_of_a_period_that_is_over_stay_here(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    later = Asked(as_of=AS_OF + timedelta(days=5), now=AS_OF)  # Saturday of the week after
    batch = waiting_mail(ws, later)
    assert {i.mail.kind for i in batch.having(State.PAST)} == {"reminder", "no_deadline"}
    assert {i.mail.kind for i in batch.having(State.READY)} == {"answer"}


# --- a server in a bad mood ---------------------------------------------------------------------


def test_a_refused_recipient_is_named_and_the_others_get_theirs(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    office.refuse = {"daumoi.sxd@tinhmau.example": "550 5.1.1 khong co hop thu nay", "stc@tinhmau.example": "550 khong"}
    batch = sent(ws)
    (refused,) = batch.having(State.REFUSED)
    assert refused.mail.agency == "SXD" and "550" in refused.why
    (partly,) = (item for item in batch.items if item.state is State.SENT and item.refused)
    assert partly.refused == ("stc@tinhmau.example",)  # the head's copy; the focal point has it
    assert batch.sent_now == len(office.taken) == 6
    office.refuse = {}
    assert [item.mail.agency for item in sent(ws).items if item.state is State.SENT].count("SXD") == 1
    assert len(office.taken) == 7


@pytest.mark.parametrize("where", ["busy", "busy_at_rcpt"])
def test_a_busy_server_is_tried_again(ws: Workspace, office: PostOffice, where: str) -> None:
    point_to(ws, office.port)
    setattr(office, where, 2)
    assert sent(ws).sent_now == 7 and len(set(office.ids())) == len(office.taken) == 7


def test_what_a_busy_server_never_takes_waits_for_the_next_time(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    office.busy = 3
    batch = sent(ws, only="reminders")
    assert batch.sent_now == 1 and len(batch.having(State.LEFT)) == 1
    assert sent(ws, only="reminders").sent_now == 1 and len(office.taken) == 2


def test_pauses_grow_and_end(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    office.busy = 99
    waited: list[float] = []
    server = load_config(ws.config).mail.smtp
    batch = send(ws, asked(only="returns"), post=lambda: Post(server, ws.root, pause=waited.append))
    assert batch.sent_now == 0 and waited == [2.0, 10.0, 30.0] * 5


def test_nobody_at_home_is_said_and_nothing_is_lost(ws: Workspace) -> None:
    point_to(ws, 9)
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        sent(ws)
    assert deeds(ws, INTENT, SENT, FAILED, DOUBTFUL) == []


def test_a_server_that_goes_away_midway_leaves_the_rest_waiting(ws: Workspace) -> None:
    with post_office() as office:
        point_to(ws, office.port)
        server = load_config(ws.config).mail.smtp

        def gone(item: object) -> None:
            if len(office.taken) == 3:
                line.server = line.server.model_copy(update={"port": 9})  # nobody there when it connects anew
                if line._smtp is not None:
                    line._smtp.close()

        line = Post(server, ws.root, pauses=(), timeout=5, patience=5)
        batch = send(ws, asked(), post=lambda: line, tell=gone)
        assert batch.sent_now == 3 and len(batch.having(State.LEFT)) == 4
        assert sent(ws).sent_now == 4 and len(set(office.ids())) == len(office.taken) == 7


# --- doubts -------------------------------------------------------------------------------------


def test_cut_anywhere_nothing_is_lost_and_nothing_comes_twice(plays: Plays, tmp_path: Path) -> None:
    *_, (_, last) = plays("so-nho")
    counts = cut_everywhere(last.folder.parents[1], tmp_path, 5, 9)
    assert counts["doubt"] and counts["sent"]


def test_a_doubt_is_listed_never_repeated_and_settled_by_the_operator(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    doubtful_first(ws)
    batch = waiting_mail(ws, asked(only="reminders"))
    (doubt,) = batch.having(State.DOUBTFUL)
    assert sent(ws, only="reminders").sent_now == 1 and len(office.taken) == 1
    arrived = settle(ws, asked(only="reminders"))
    assert arrived.having(State.DOUBTFUL) == () and len(office.taken) == 1
    assert sent(ws, only="reminders", retry_doubtful=True).sent_now == 0
    assert doubt.mail.mark not in "".join(office.ids())


def test_a_doubt_is_sent_again_when_the_operator_says_so(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    doubtful_first(ws)
    assert sent(ws, only="reminders", retry_doubtful=True).sent_now == 2 and len(office.taken) == 2
    assert waiting_mail(ws, asked(only="reminders")).having(State.DOUBTFUL) == ()


def doubtful_first(ws: Workspace) -> None:
    """As a process leaves it that dies between intent and result."""
    first = waiting_mail(ws, asked(only="reminders")).having(State.READY)[0].mail
    Journal(ws).append(
        INTENT, at=AS_OF, message=first.mark, kind=first.kind, about=list(first.about), agency=first.agency, to=[]
    )


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is not known there")
@pytest.mark.parametrize("after", ["mail.intent", "mail.sent"])
def test_killed_between_intent_and_result_nothing_goes_twice(ws: Workspace, office: PostOffice, after: str) -> None:
    point_to(ws, office.port)
    script = (
        "import os, signal, sys\n"
        "from datetime import datetime\n"
        "from pathlib import Path\n"
        "from nvbatch import sending, smtp\n"
        "from nvbatch.workspace import Workspace\n"
        "real = smtp.Post.deliver\n"
        "def deliver(self, to, cc, data):\n"
        "    if sys.argv[2] == 'mail.sent':\n"
        "        real(self, to, cc, data)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "smtp.Post.deliver = deliver\n"
        "at = datetime.fromisoformat('2025-03-24T08:00:00+07:00')\n"
        "sending.send(Workspace(Path(sys.argv[1])), sending.Asked(as_of=at, now=at, only='reminders'))\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(ws.root), after], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL
    before = len(office.taken)
    assert before == (after == "mail.sent")
    batch = sent(ws, only="reminders")
    (doubt,) = batch.having(State.DOUBTFUL)
    assert batch.sent_now == 1 and len(set(office.ids())) == len(office.taken) == before + 1
    assert doubt.mail.mark not in "".join(office.ids()[before:])


class Fickle:
    """A mail server of all moods; ``had``: what it really took."""

    def __init__(self, moods: list[str], had: list[bytes]) -> None:
        self.moods, self.had = moods, had

    def __enter__(self) -> Fickle:
        return self

    def __exit__(self, *_: object) -> None: ...

    def open(self) -> None: ...

    def deliver(self, to: Sequence[str], cc: Sequence[str], data: bytes) -> Delivery:
        mood = self.moods.pop(0) if self.moods else "takes"
        if mood in ("takes", "takes, then silence", "takes, then we die"):
            self.had.append(data)
        if mood in ("we die", "takes, then we die"):
            raise KeyboardInterrupt
        if mood in ("silence", "takes, then silence"):
            return Delivery(verdict=Verdict.DOUBTFUL)
        verdicts = {"takes": Verdict.TAKEN, "refuses": Verdict.REFUSED, "busy": Verdict.LATER}
        return Delivery(verdict=verdicts[mood], code=250)


MOODS = ("takes", "refuses", "busy", "silence", "takes, then silence", "we die", "takes, then we die")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(MOODS), max_size=5), min_size=1, max_size=3))
def test_whatever_the_server_does_no_message_is_taken_twice_or_lost(ws: Workspace, story: list[list[str]]) -> None:
    point_to(ws, 9)
    kept = {path: path.read_bytes() for path in ws.journal.glob("*.jsonl")}
    had: list[bytes] = []
    for moods in (*story, []):
        with contextlib.suppress(KeyboardInterrupt):
            send(ws, asked(), post=lambda moods=list(moods): Fickle(moods, had))  # type: ignore[misc,return-value]
    marks = [re.search(rb"nvbatch\.(\w+)@", data)[1].decode() for data in had]  # type: ignore[index]
    items = waiting_mail(ws, asked()).items
    doubtful = {item.mail.mark for item in items if item.state is State.DOUBTFUL}
    assert len(marks) == len(set(marks))
    assert {item.mail.mark for item in items if item.state is not State.WAITING} == set(marks) | doubtful
    for path, data in kept.items():
        path.write_bytes(data)
    for path in set(ws.journal.glob("*.jsonl")) - kept.keys():
        path.unlink()


def test_killed_before_any_wait_for_the_disk_nothing_is_lost_or_sent_twice(plays: Plays, tmp_path: Path) -> None:
    if no := can_strike():
        pytest.skip(no)
    *_, (_, last) = plays("so-nho")
    assert kill_sending(last.folder.parents[1], tmp_path, ("fsync",)) == 4  # intent and result of two messages


# --- to whom ------------------------------------------------------------------------------------


def edit_register(ws: Workspace, change: Callable[[openpyxl.Workbook], None]) -> None:
    book = openpyxl.load_workbook(ws.register)
    change(book)
    book.save(ws.register)


def test_who_left_the_register_since_the_run_gets_nothing(ws: Workspace, office: PostOffice) -> None:
    def leave(book: openpyxl.Workbook) -> None:
        for row in book["Đầu mối"].iter_rows():
            for cell in row:
                if cell.value == "daumoi.snv@tinhmau.example":
                    cell.value = "nguoi.moi@tinhmau.example"

    point_to(ws, office.port)
    edit_register(ws, leave)
    batch = sent(ws)
    (left,) = batch.having(State.LEFT)
    assert left.mail.agency == "SNV" and "không còn trong danh sách đầu mối" in left.why
    assert office.to("daumoi.snv@tinhmau.example") == [] and batch.sent_now == 6


def test_an_eml_that_somebody_changed_reaches_no_stranger(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    path = next((ws.out / "2025-W12-001" / "thu-di").glob("nhac-nop-SXD*.eml"))
    path.write_bytes(path.read_bytes().replace(b"<daumoi.sxd@tinhmau.example>", b"<ke.la@thu.example>"))
    batch = sent(ws)
    assert batch.sent_now == 6 and office.to("ke.la@thu.example") == []
    odd = path.with_name("chen-vao.eml")
    odd.write_bytes(b"To: <ke.la@thu.example>\r\nSubject: x\r\n\r\nx\r\n")
    assert [i.why for i in sent(ws).items if i.mail.name == "chen-vao"] == ["tệp thư không còn như chương trình đã lập"]


def test_no_address_gets_more_than_ten_messages_a_day(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    folder = ws.out / "2025-W12-001" / "thu-di"
    source = next(folder.glob("tra-loi-SNV-*.eml"))
    for number in range(14):
        text = source.read_bytes().replace(b'"000009-0|', f'"{number:06d}-9|'.encode())
        (folder / f"tra-loi-SNV-{number:06d}-9.eml").write_bytes(text)
    assert len([i for i in waiting_mail(ws, asked()).having(State.LEFT) if "trong ngày" in i.why]) == 5
    sent(ws)
    to_snv = len(office.to("daumoi.snv@tinhmau.example"))
    assert to_snv == MOST_A_DAY
    assert sent(ws).sent_now == 0
    assert sent(ws, now=AS_OF + timedelta(days=1)).sent_now == 5
    assert len(set(office.ids())) == len(office.taken)


def test_addresses_stand_in_the_register_the_archive_and_the_mail_itself_only(
    ws: Workspace, office: PostOffice
) -> None:
    """Twenty canaries: every focal point's and agency's address, every telephone number of the register."""
    book = openpyxl.load_workbook(ws.register)
    phones, addresses = set(), set()
    for row in book["Đầu mối"].iter_rows(min_row=2, values_only=True):
        phones |= {str(v) for v in row if v and re.fullmatch(r"0[\d. ]{8,}", str(v))}
        addresses |= {str(v) for v in row if v and ADDRESS.fullmatch(str(v))}
    for row in book["Cơ quan"].iter_rows(min_row=2, values_only=True):
        addresses |= {str(v) for v in row if v and ADDRESS.fullmatch(str(v))}
    canaries = [c.encode() for c in phones | addresses]
    assert len(canaries) >= 15
    point_to(ws, office.port)
    office.refuse = {"daumoi.sxd@tinhmau.example": "550 <daumoi.sxd@tinhmau.example> khong co"}
    sent(ws)
    for path in (*ws.out.rglob("nhat-ky.txt"), *ws.out.rglob("*.json"), ws.ledger):
        assert [c for c in canaries if c in path.read_bytes()] == [], path.name
    for deed in deeds(ws, INTENT, SENT, FAILED, DOUBTFUL):
        assert not ADDRESS.search(json.dumps(deed)), deed["deed"]
    own = {agency: agency.lower().encode() for agency in ("SNV", "STC", "SNNMT", "SXD", "XA01")}
    for path in ws.out.rglob("*.eml"):
        code = next(agency for agency in own if f"-{agency}-" in path.name)
        others = [name for agency, name in own.items() if agency != code]
        assert not any(b"@" in c and name in c and c in path.read_bytes() for c in canaries for name in others)


# --- the journal --------------------------------------------------------------------------------


def test_the_intent_is_written_before_the_server_hears_of_it(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    seen: list[int] = []

    async def look(server: object, session: object, envelope: object, address: str, options: object) -> str:
        seen.append(len(deeds(ws, INTENT)) - len(office.taken))
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    office.handle_RCPT = look  # type: ignore[method-assign]
    sent(ws, only="reminders")
    assert len(seen) == 4 and set(seen) == {1}
    assert [d["deed"] for d in deeds(ws, INTENT, SENT)] == [INTENT, SENT] * 2


def test_quarterly_reminders_that_went_out_are_remembered_for_later_runs(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    assert reminders_sent(ws, AS_OF + timedelta(days=7)) == {}
    sent(ws, only="reminders")
    assert reminders_sent(ws, AS_OF + timedelta(days=7)) == {"NV-2025-0307": 1}
    assert reminders_sent(ws, AS_OF) == {}  # repeating the run changes nothing


def test_two_senders_at_once_are_not_possible(ws: Workspace, office: PostOffice) -> None:
    from nvbatch.lock import Held, hold

    point_to(ws, office.port)
    with hold(ws), pytest.raises(Held):
        sent(ws)


# --- forms, notices, signed letters -------------------------------------------------------------


def test_forms_of_the_new_period_go_to_every_agency_once(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    made = make_forms(ws, now=AS_OF, as_of=AS_OF)
    assert sent(ws, only="forms").sent_now == len(made.files) == len(office.taken)
    assert sent(ws, only="forms").sent_now == 0
    (mail,) = (t.mail for t in office.to("daumoi.stc@tinhmau.example"))
    assert mail["Subject"] == "Biểu mẫu báo cáo tuần 13 năm 2025 – Sở Tài chính"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["BM01_STC_CHUNG_2025-W13.xlsx"]
    text = mail.get_body()
    assert text is not None and "trước 16 giờ 30 phút ngày 28/03/2025" in text.get_content()


def test_forms_may_go_out_ahead_but_not_after_their_cutoff(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    ahead = make_forms(ws, now=AS_OF, as_of=AS_OF, period="2025-W14")
    assert len(waiting_mail(ws, asked(only="forms")).having(State.READY)) == len(ahead.files)
    for days, ready in ((11, len(ahead.files)), (12, 0)):  # Friday 04/04 and Saturday 05/04
        late = Asked(as_of=AS_OF + timedelta(days=days), now=AS_OF, only="forms")
        assert len(waiting_mail(ws, late).having(State.READY)) == ready


def test_a_result_notice_waits_for_the_signed_document(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    waiting = [i for i in waiting_mail(ws, asked()).items if i.mail.kind == "notice"]
    assert {i.state for i in waiting} == {State.WAITING} and "phat-hanh/2025-W12/" in waiting[0].why
    folder = ws.signed / "2025-W12"
    folder.mkdir(parents=True)
    (folder / "Thong-bao-ket-qua.pdf").write_bytes(PDF)
    assert sent(ws, only="notice").sent_now == len(waiting) == 5
    (mail,) = (t.mail for t in office.to("daumoi.stc@tinhmau.example"))
    assert [part.get_payload(decode=True) for part in mail.iter_attachments()] == [PDF]
    text = mail.get_body()
    assert text is not None and "- Nhiệm vụ chủ trì: 8" in text.get_content()


def test_the_operator_may_send_the_figures_without_the_document(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    assert sent(ws, only="notice").sent_now == 5
    assert all(not list(t.mail.iter_attachments()) for t in office.taken)


def test_an_unpublished_period_has_no_notice(ws: Workspace) -> None:
    for path in ws.journal.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if '"published"' not in line), encoding="utf-8")
    assert [i for i in waiting_mail(ws, asked()).items if i.mail.kind == "notice"] == []


def test_signed_letters_go_to_whom_they_urge_and_drafts_never(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    assert [i for i in waiting_mail(ws, asked()).items if i.mail.kind == "urging"] == []
    folder = ws.signed / "2025-W12"
    folder.mkdir(parents=True)
    (folder / "don-doc.pdf").write_bytes(PDF)
    (folder / "SXD-don-doc.pdf").write_bytes(PDF + b" rieng")
    (folder / "SNV-don-doc.pdf").write_bytes(b"PK khong phai PDF")
    (folder / "ban-nhap.docx").write_bytes(b"PK")
    (folder / NOTICE_PDF).write_bytes(PDF)
    (folder / "Nhac-khong-thoi-han.pdf").write_bytes(PDF)
    batch = sent(ws, only="reminders")
    assert len([n for n in batch.notes if "SNV-don-doc.pdf" in n or "ban-nhap.docx" in n]) == 2
    letters = [i for i in batch.items if i.mail.kind == "urging" and i.state is State.SENT]
    asked_for = [i.mail.agency for i in letters if i.mail.files == ("Nhac-khong-thoi-han.pdf",)]
    assert asked_for == ["SNNMT"]
    urged = {i.mail.agency: i for i in letters if i.mail.agency not in asked_for}
    assert urged.keys() >= {"SXD", "XA01"}
    assert urged["SXD"].mail.files == ("SXD-don-doc.pdf",) and urged["XA01"].mail.files == ("don-doc.pdf",)
    assert urged["SXD"].mail.cc == ("sxd@tinhmau.example",)
    assert sent(ws, only="reminders").sent_now == 0


def test_letters_of_a_period_long_past_are_not_sent(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    folder = ws.signed / "2025-W11"
    folder.mkdir(parents=True)
    (folder / "don-doc.pdf").write_bytes(PDF)
    assert [i for i in waiting_mail(ws, asked()).items if i.mail.kind == "urging"] == []


# --- the line -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if reason := why_no_certificate():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return make_certificate(tmp_path_factory.mktemp("chung-thu"))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server takes implicit TLS for none
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_with_login_and_a_trusted_certificate(
    ws: Workspace, certificate: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVBATCH_TEST_SMTP", PASSWORD)
    shutil.copyfile(certificate[0], ws.root / "noi-bo.pem")
    words = {"security": security, "user": USER, "password_env": "NVBATCH_TEST_SMTP"}
    with post_office(security, certificate, login=True) as office:
        point_to(ws, office.port, ca_file="noi-bo.pem", **words)
        assert check(load_config(ws.config), ws.root) == ()
        assert sent(ws, only="reminders").sent_now == 2 and set(office.logins) == {USER}
        monkeypatch.setenv("NVBATCH_TEST_SMTP", "sai")
        with pytest.raises(ConfigError, match="không chấp nhận tên đăng nhập hoặc mật khẩu"):
            sent(ws, only="returns")
        point_to(ws, office.port, **words)
        with pytest.raises(ConfigError, match="Chứng thư của máy chủ thư"):
            sent(ws, only="returns")
        assert len(office.taken) == 2


def test_a_server_without_tls_is_not_spoken_to_when_tls_is_asked_for(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port, security="starttls")
    with pytest.raises(ConfigError, match="không hỗ trợ cách kết nối"):
        sent(ws)
    point_to(ws, office.port, security="tls")
    with pytest.raises((Unreachable, ConfigError)):
        sent(ws)
    assert office.taken == []


def test_doctor_is_told_what_keeps_mail_from_being_sent(ws: Workspace, office: PostOffice) -> None:
    point_to(ws, office.port)
    assert check(load_config(ws.config), ws.root) == ()
    point_to(ws, office.port, sender="khong phai dia chi")
    assert "Địa chỉ gửi đi" in check(load_config(ws.config), ws.root)[0]
    point_to(ws, 9)
    assert "Không kết nối được máy chủ thư 127.0.0.1:9" in check(load_config(ws.config), ws.root)[0]
    point_to(ws, 9, host="")
    assert "Chưa khai báo máy chủ gửi thư" in check(load_config(ws.config), ws.root)[0]


# --- the command --------------------------------------------------------------------------------


def test_the_command_shows_recipients_and_asks_for_yes(
    ws: Workspace, office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    point_to(ws, office.port)
    words = ["send", "-w", str(ws.root), "--as-of", AS_OF.isoformat()]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "daumoi.stc@tinhmau.example, stc@tinhmau.example (đồng gửi)" in shown and "STC-2025-W12.xlsx" in shown
    assert "Chưa gửi thư nào. Thêm --yes để gửi." in shown and office.taken == []
    assert main([*words, "--yes"]) == 0
    assert "Đã gửi 7 thư." in capsys.readouterr().out and len(office.taken) == 7


def test_the_json_of_the_command_holds_no_address(
    ws: Workspace, office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    point_to(ws, office.port)
    office.refuse = {"daumoi.sxd@tinhmau.example": "550 <daumoi.sxd@tinhmau.example> khong co"}
    words = ["send", "-w", str(ws.root), "--as-of", AS_OF.isoformat(), "--json"]
    for more, status in (([], 0), (["--yes"], 3)):
        assert main([*words, *more]) == status
        out = capsys.readouterr().out
        document = json.loads(out)
        assert document["exit"] == status and len(document["mails"]) == 12
        assert "@tinhmau" not in out
    assert {m["state"] for m in document["mails"]} == {"sent", "refused", "waiting"}


def test_without_a_configured_server_the_command_says_which_key_is_missing(
    ws: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", "-w", str(ws.root), "--as-of", AS_OF.isoformat(), "--yes"]) == 2
    assert "[mail.smtp] host" in capsys.readouterr().err


def test_reports_that_came_after_the_run_are_mentioned(ws: Workspace) -> None:
    Journal(ws).append("received", sequence=99, sha256="0" * 64, name="x.xlsx")
    assert any("1 tệp đến sau lần chạy" in note for note in waiting_mail(ws, asked()).notes)
