"""A week by mail, through a real mailbox and a real mail server: forms out, reports in, a run, answers out, once.

Every agency does something else that agencies do; a table at the end of the file says what must become of each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from dovecot_server import PASSWORD, PostOffice, running, why_missing
from mail_factory import make_zip
from outlook_factory import attachment, compound, message, winmail
from smtp_server import PostOffice as SmtpOffice
from smtp_server import Taken
from smtp_server import post_office as smtp_office

from nvbatch.cli import main
from nvbatch.journal import Journal
from nvbatch.register_book import write_register
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

CREATED = datetime.fromisoformat("2025-03-03T08:00:00+07:00")
MONDAY, FRIDAY, EVENING, NEXT = "2025-03-10T08:00", "2025-03-14T17:30", "2025-03-14T17:40", "2025-03-14T18:30"
ON_TIME = datetime.fromisoformat("2025-03-13T09:30:00+07:00")
TOO_LATE = datetime.fromisoformat("2025-03-14T16:30:00+07:00")
OFFICE = "tonghop@vanphong.example"
STRANGER, COLLEAGUE = "ai-do.0912345678@noi-khac.example", "chuyenvien.sxd@tinhmau.example"
PERIOD = "2025-W11"
SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PNG = b"\x89PNG\r\n\x1a\n" + b"chu ky" * 50
BOX = "tonghop"

# code → (name, what it does this week)
AGENCIES = {
    "SNV": "Sở Nội vụ",  # reports in time, with a picture in its signature and a name in RFC 2231
    "STC": "Sở Tài chính",  # at 16:30:00, whatever its own clock and a forged line say
    "SYT": "Sở Y tế",  # from an address that nobody knows
    "SXD": "Sở Xây dựng",  # forwards a colleague's mail as an attachment
    "SCT": "Sở Công Thương",  # the clerk drops its Outlook message into inbox
    "SGD": "Sở Giáo dục và Đào tạo",  # in a zip
    "SKH": "Sở Khoa học và Công nghệ",  # only an absence notice
    "SGT": "Sở Giao thông vận tải",  # the same file twice
    "STP": "Sở Tư pháp",  # two focal points, two versions
    "SDL": "Sở Du lịch",  # a mail that has forgotten its workbook
    "SVH": "Sở Văn hóa và Thể thao",  # Outlook hides the workbook in winmail.dat
    "SNN": "Sở Nông nghiệp và Môi trường",  # sends its report under the name of another agency's form
}


def focal_point(code: str, number: int = 1) -> str:
    return f"daumoi{number}.{code.lower()}@tinhmau.example"


# --- the people of the week ---------------------------------------------------------------------


def mail(sender: str, *files: tuple[str, bytes], about: str = "Báo cáo tuần", said: str = "Kính gửi Văn phòng.",
         sent: str = "Thu, 13 Mar 2025 09:29:00 +0700", number: str = "") -> EmailMessage:  # fmt: skip
    made = EmailMessage()
    made["From"] = f"Đầu mối <{sender}>"
    made["To"] = OFFICE
    made["Subject"] = about
    made["Date"] = sent
    made["Message-ID"] = f"<{number or abs(hash((sender, about, said)))}@tinhmau.example>"
    made.set_content(said)
    for name, data in files:
        kind = ("image", "png") if name.endswith(".png") else SHEET
        kind = ("application", "zip") if name.endswith(".zip") else kind
        made.add_attachment(data, maintype=kind[0], subtype=kind[1], filename=name)
    return made


def raw(made: EmailMessage, *top: str) -> bytes:
    """As it lies in the mailbox; ``top``: header lines that stand above the sender's own."""
    return "".join(f"{line}\r\n" for line in top).encode() + made.as_bytes(policy=SMTP)


def filled(form: bytes, progress: int, narrative: str = "") -> bytes:
    """The Office's form as an agency fills it: its own cells, by the hidden row of keys."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book["Nhiệm vụ"]
    keys = next(row for row in sheet.iter_rows() if any(cell.value == "task_code" for cell in row))
    columns = {cell.value: cell.column for cell in keys if cell.value}
    said: dict[str, Any] = {
        "accountable_head": "Nguyễn Văn Mẫu", "supervisor": "Trần Thị Thử", "assignee": "Phòng Tổng hợp, Lê Văn Ví",
        "updated_on": date(2025, 3, 12), "progress": progress, "reported_status": "Đang thực hiện",
        "narrative": narrative or f"Đã lấy ý kiến 12 sở, ngành; dự thảo hoàn thành {progress} %.",
    }  # fmt: skip
    for line in range(keys[0].row + 2, sheet.max_row + 1):
        if str(sheet.cell(line, columns["task_code"]).value or "").startswith("NV-"):
            for key, value in said.items():
                sheet.cell(line, columns[key]).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass
class Week:
    """The Office's workspace, the two servers, and what the agencies got and sent."""

    ws: Workspace
    box: PostOffice
    smtp: SmtpOffice
    forms: dict[str, bytes]
    said: str = ""
    first: str = ""  # the run of Friday evening

    def tell(self, *words: str) -> dict[str, Any]:
        """A command by its words; gives its JSON document, keeps everything that it said."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main([*words, "-w", str(self.ws.root), "--json"])
        self.said += out.getvalue() + err.getvalue()
        assert status == 0, err.getvalue()
        return dict(json.loads(out.getvalue()))

    def arrive(self, *mails: bytes, at: datetime = ON_TIME) -> None:
        self.box.deliver(BOX, *mails, folder="Báo cáo đến", at=at)

    def record(self, run: str) -> dict[str, Any]:
        return dict(json.loads((self.ws.out / run / "run.json").read_bytes()))

    def sent_to(self, address: str) -> list[Taken]:
        return self.smtp.to(address)


def open_office(folder: Path, box: PostOffice, smtp: SmtpOffice) -> Workspace:
    start_workspace(folder, now=CREATED)
    ws = Workspace(folder)
    os.environ["NVBATCH_TEST_WEEK"] = PASSWORD
    ws.config.write_text(
        '[office]\nname = "Văn phòng UBND tỉnh Mẫu"\nplace = "An Mẫu"\n'
        f'[mail.imap]\nhost = "127.0.0.1"\nport = {box.port}\nuser = "{BOX}"\nfolder = "Báo cáo đến"\n'
        f'security = "none"\npassword_env = "NVBATCH_TEST_WEEK"\n'
        f'[mail.smtp]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\nsender = "{OFFICE}"\n'
        '[intake]\ntrusted_authserv = ["mx.vanphong.example"]\n',
        encoding="utf-8",
    )
    points = [(code, focal_point(code)) for code in AGENCIES] + [("STP", focal_point("STP", 2))]
    rows: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {"agency_code": code, "name": name, "level": "Tỉnh", "head_name": "Nguyễn Văn Mẫu",
             "head_title": "Giám đốc", "email": f"{code.lower()}@tinhmau.example"}
            for code, name in AGENCIES.items()
        ],
        "focal_points": [
            {"agency_code": code, "full_name": f"Đầu mối {n}", "position": "Trưởng phòng", "email": email,
             "phone": f"0900 000 {n:03d}"}
            for n, (code, email) in enumerate(points)
        ],
        "tasks": [
            {"task_code": f"NV-{code}-{n}", "task_class": "Trọng tâm", "doc_number": "12/QĐ-UBND",
             "doc_date": date(2025, 1, 6), "content": f"Rà soát quy hoạch khu số {n} của {name}", "lead_agency": code,
             "deadline": date(2025, 3 + n, 28), "product": "Báo cáo"}
            for code, name in AGENCIES.items()
            for n in (1, 2)
        ],
    }  # fmt: skip
    write_register(ws.register, rows, created=CREATED)
    return ws


def mailed_forms(week: Week) -> None:
    """Monday: every focal point gets the form of its agency, once."""
    week.tell("forms", "--as-of", MONDAY)
    sent = week.tell("send", "--only", "forms", "--yes", "--as-of", MONDAY)
    assert sent["sent_now"] == len(AGENCIES)
    for code in AGENCIES:
        (taken,) = week.sent_to(focal_point(code))
        (form,) = taken.mail.iter_attachments()
        assert form.get_filename() == f"BM01_{code}_CHUNG_{PERIOD}.xlsx"
        week.forms[code] = form.get_content()
    assert week.tell("send", "--only", "forms", "--yes", "--as-of", MONDAY)["sent_now"] == 0


def reports_arrive(week: Week) -> None:
    """Thursday and Friday, in the mailbox and in inbox."""
    form, point = week.forms, focal_point
    name = "Báo cáo tuần 11 – Sở Nội vụ (bản chính thức, đã duyệt).xlsx"
    week.arrive(raw(mail(point("SNV"), ("image001.png", PNG), (name, filled(form["SNV"], 40)), number="tot-snv")))
    forged = "Received: from may by mx.khac.example; Thu, 13 Mar 2025 08:00:00 +0700"
    week.arrive(raw(mail(point("STC"), ("STC.xlsx", filled(form["STC"], 30)), number="muon-stc"), forged), at=TOO_LATE)
    week.arrive(raw(mail(STRANGER, ("SYT.xlsx", filled(form["SYT"], 20)), number="la-syt")))

    inner = mail(COLLEAGUE, ("SXD.xlsx", filled(form["SXD"], 55)), about="Số liệu tuần")
    forward = mail(point("SXD"), about="Fwd: Số liệu tuần", said="Kính chuyển Văn phòng.", number="chuyen-sxd")
    forward.add_attachment(inner)
    week.arrive(raw(forward))

    outlook = message(
        attachment("SCT.xlsx", filled(form["SCT"], 60)),
        headers=f"From: Dau moi <{point('SCT')}>\r\nTo: {OFFICE}\r\nMessage-ID: <ol-sct@tinhmau.example>\r\n",
        delivered=ON_TIME,
    )
    path = week.ws.inbox / "Báo cáo của Sở Công Thương.msg"
    path.write_bytes(compound(outlook))
    os.utime(path, (CREATED.timestamp(),) * 2)

    bundle = make_zip({"__MACOSX/._SGD.xlsx": b"rac", "Báo cáo/SGD tuần 11.xlsx": filled(form["SGD"], 70)})
    week.arrive(raw(mail(point("SGD"), ("bao cao.zip", bundle), number="zip-sgd")))

    away = mail(point("SKH"), about="Tự động trả lời: biểu mẫu", said="Tôi nghỉ phép.", number="vang-skh")
    away["Auto-Submitted"] = "auto-replied"
    bounce = mail("MAILER-DAEMON@tinhmau.example", about="Undelivered Mail", number="hoan-lai")
    week.arrive(raw(away), raw(bounce, "Return-Path: <>"))

    twice = filled(form["SGT"], 35)
    week.arrive(raw(mail(point("SGT"), ("SGT.xlsx", twice), number="mot-sgt")))
    week.arrive(raw(mail(point("SGT"), ("SGT gui lai.xlsx", twice), about="Gửi lại", number="hai-sgt")))

    week.arrive(raw(mail(point("STP"), ("STP.xlsx", filled(form["STP"], 20)), number="mot-stp")))
    week.arrive(raw(mail(point("STP", 2), ("STP.xlsx", filled(form["STP"], 80)), number="hai-stp")))
    week.arrive(raw(mail(point("SDL"), ("logo.png", PNG), said="Xin gửi báo cáo tuần.", number="quen-sdl")))
    hidden = winmail(("SVH tuần 11.xlsx", filled(form["SVH"], 45)))
    made = mail(point("SVH"), number="outlook-svh")
    made.add_attachment(hidden, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    week.arrive(raw(made))
    week.arrive(raw(mail(point("SNN"), ("SNN.xlsx", filled(form["SNV"], 99)), number="nham-snn")))


def spoofs_arrive(week: Week) -> None:
    """Four who pretend to be the focal point of SKH, and an honest mail on which a stranger's server lies."""
    form, point = week.forms["SKH"], focal_point("SKH")
    two = raw(mail(point, ("hai From.xlsx", filled(form, 91)), number="gia-1"), f"From: Khac <{STRANGER}>")
    shown = raw(mail(STRANGER, ("ten hien thi.xlsx", filled(form, 92)), number="gia-2"))
    shown = re.sub(rb"(?m)^From: .*$", f'From: "{point}" <{STRANGER}>'.encode(), shown, count=1)
    failed = "Authentication-Results: mx.vanphong.example; dmarc=fail header.from=tinhmau.example"
    said_no = raw(mail(point, ("dmarc fail.xlsx", filled(form, 93)), number="gia-3"), failed)
    week.arrive(two, shown, said_no)
    inside = mail(STRANGER, about="Fwd: Báo cáo tuần", said="Chuyển tiếp thư của đầu mối.", number="gia-4")
    inside.add_attachment(mail(point, ("chuyen thu.xlsx", filled(form, 94)), number="trong"))
    week.arrive(raw(inside))
    untrusted = "Authentication-Results: mx.gia-mao.example; dmarc=fail header.from=tinhmau.example"
    honest = filled(week.forms["SKH"], 10, "Người thật gửi: đã trình dự thảo lần hai.")
    week.arrive(raw(mail(point, ("SKH that.xlsx", honest), number="that-skh"), untrusted))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Played up to the first run of Friday evening; nothing has been answered yet."""
    if reason := why_missing():
        pytest.skip(reason)
    with running() as box, smtp_office() as smtp:
        played = Week(open_office(tmp_path_factory.mktemp("tuan") / "vp", box, smtp), box, smtp, {})
        mailed_forms(played)
        reports_arrive(played)
        spoofs_arrive(played)
        smtp.taken.clear()
        played.first = played.tell("run", "--as-of", FRIDAY)["run"]
        yield played


# --- what became of each ------------------------------------------------------------------------

# what was sent → (agency, state, timeliness, rules of gate A and F)
BECAME = {
    "Báo cáo tuần 11 – Sở Nội vụ (bản chính thức, đã duyệt).xlsx": ("SNV", "accepted", "on_time", ()),
    "STC.xlsx": ("STC", "accepted", "late", ("A305", "A309")),
    "SYT.xlsx": ("SYT", "quarantined", "on_time", ("A301",)),
    "SXD.xlsx": ("SXD", "accepted", "on_time", ()),
    "SCT.xlsx": ("SCT", "accepted", "on_time", ()),
    "SGD tuần 11.xlsx": ("SGD", "accepted", "on_time", ()),
    "SGT.xlsx": ("SGT", "accepted", "on_time", ()),
    "SGT gui lai.xlsx": ("SGT", "duplicate", "on_time", ("F107",)),
    "SVH tuần 11.xlsx": ("SVH", "accepted", "on_time", ()),
    "SNN.xlsx": ("SNV", "quarantined", "on_time", ("A302",)),
    "hai From.xlsx": ("SKH", "quarantined", "on_time", ("A301",)),
    "ten hien thi.xlsx": ("SKH", "quarantined", "on_time", ("A301",)),
    "chuyen thu.xlsx": ("SKH", "quarantined", "on_time", ("A301",)),
    "dmarc fail.xlsx": ("SKH", "quarantined", "on_time", ("A304",)),
    "SKH that.xlsx": ("SKH", "accepted", "on_time", ()),
}


def arrivals(record: dict[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """(file, what became of it) of every submission."""
    said: dict[str, list[str]] = {}
    for finding in record["findings"]:
        if finding["submission"] and finding["rule"][0] in "AF":
            said.setdefault(finding["submission"], []).append(finding["rule"])
    return [
        (s["file"], (s["agency"], s["state"], s["timeliness"], tuple(sorted(said.get(s["id"], ())))))
        for s in record["submissions"]
    ]


def test_every_report_becomes_what_it_should(week: Week) -> None:
    found = arrivals(week.record(week.first))
    assert {name: fate for name, fate in found if name in BECAME} == BECAME


def test_two_focal_points_wait_for_the_office(week: Week) -> None:
    found = arrivals(week.record(week.first))
    assert [fate for name, fate in found if name == "STP.xlsx"] == [("STP", "quarantined", "on_time", ("A312",))] * 2


def test_the_clerk_reads_why_a_mail_is_held(week: Week) -> None:
    texts = {p.parent.name: p.read_text(encoding="utf-8-sig") for p in week.ws.quarantine.glob("*/ly-do.txt")}
    assert any("thư có nhiều dòng From" in text for text in texts.values())
    assert any("máy chủ thư báo thư không do người này gửi" in text for text in texts.values())


def test_every_mail_is_accounted_for(week: Week) -> None:
    run = week.record(week.first)["run"]
    seen = run["mail"]
    came = len(week.box.messages(BOX, "Báo cáo đến")) + 1  # and the Outlook message in inbox
    assert seen == {"seen": came, "with_workbook": came - 3, "without_workbook": 1, "automatic": 2, "too_large": 0}
    log = (week.ws.out / run["id"] / "nhat-ky.txt").read_text(encoding="utf-8-sig")
    assert f"Thư nhận trong kỳ: {came} = {came - 3} có tệp báo cáo + 1 không kèm tệp Excel + 2 thư" in log


def test_the_mailbox_was_only_read(week: Week) -> None:
    assert all("\\Seen" not in message.flags for message in week.box.messages(BOX, "Báo cáo đến"))


def test_no_address_or_number_leaves_its_place(week: Week) -> None:
    folder = week.ws.out / week.first
    texts = week.said + "".join((folder / name).read_text(encoding="utf-8-sig") for name in ("run.json", "nhat-ky.txt"))
    assert not re.search(r"[\w.+-]+@[\w-]+\.example", texts)
    assert "0912345678" not in texts and "0900 000" not in texts and PASSWORD not in texts


# --- answers, in the order of the evening -------------------------------------------------------


def test_everyone_registered_is_answered_once_and_nobody_else_ever(week: Week) -> None:
    assert week.tell("send", "--as-of", EVENING)["sent_now"] == 0 and week.smtp.taken == []  # looking sends nothing
    week.tell("send", "--yes", "--as-of", EVENING)
    answers = {str(taken.mail["In-Reply-To"]): taken for taken in week.smtp.taken if taken.mail["In-Reply-To"]}
    waiting = ("tot-snv", "muon-stc", "chuyen-sxd", "ol-sct", "zip-sgd", "mot-sgt", "hai-sgt", "mot-stp", "hai-stp",
               "quen-sdl", "outlook-svh", "nham-snn", "that-skh")  # fmt: skip
    assert sorted(answers) == sorted(f"<{number}@tinhmau.example>" for number in waiting)
    two = answers["<hai-stp@tinhmau.example>"].recipients  # the head is to say which version is meant
    assert two == (focal_point("STP", 2), "stp@tinhmau.example")
    everybody = {address for taken in week.smtp.taken for address in taken.recipients}
    registered = {focal_point(code) for code in AGENCIES} | {focal_point("STP", 2)}
    assert everybody <= registered | {f"{code.lower()}@tinhmau.example" for code in AGENCIES}
    assert all(taken.mail["Auto-Submitted"] for taken in week.smtp.taken)


def test_the_late_one_s_head_is_in_copy_and_the_forgetful_one_is_told(week: Week) -> None:
    by_number = {str(taken.mail["In-Reply-To"]).partition("@")[0]: taken for taken in week.smtp.taken}
    assert "stc@tinhmau.example" in by_number["<muon-stc"].recipients
    assert by_number["<tot-snv"].recipients == (focal_point("SNV"),)
    assert by_number["<quen-sdl"].mail["Subject"].startswith("Thư chưa kèm tệp báo cáo")


def test_who_has_not_reported_is_reminded(week: Week) -> None:
    subjects = [str(taken.mail["Subject"]) for taken in week.smtp.taken]
    urged = {code for code, name in AGENCIES.items() if any("đôn đốc" in s and name in s for s in subjects)}
    assert urged == {"SYT", "STP", "SDL", "SNN"}


def test_a_second_run_takes_and_sends_nothing(week: Week) -> None:
    before = len(week.smtp.taken)
    again = week.tell("run", "--as-of", NEXT)["run"]
    assert week.tell("send", "--yes", "--as-of", NEXT)["sent_now"] == 0
    assert len(week.smtp.taken) == before
    assert arrivals(week.record(again)) == arrivals(week.record(week.first))


def test_a_release_counts_is_noted_and_answered_to_the_registered_one(week: Week) -> None:
    waiting = week.tell("quarantine", "list", "--as-of", NEXT)["held"]
    (held,) = [file for file in waiting if file["file"] == "SYT.xlsx"]
    week.tell("quarantine", "release", held["id"], "--reason", "Sở Y tế xác nhận bằng văn bản", "--as-of", NEXT)
    run = week.tell("run", "--as-of", "2025-03-14T19:00")["run"]
    assert ("SYT.xlsx", ("SYT", "accepted", "on_time", ())) in arrivals(week.record(run))
    (deed,) = Journal(week.ws).deeds("released")
    assert deed["why"] == "Sở Y tế xác nhận bằng văn bản" and deed["who"]
    week.smtp.taken.clear()
    week.tell("send", "--yes", "--as-of", "2025-03-14T19:05")
    assert [taken.recipients[0] for taken in week.smtp.taken] == [focal_point("SYT")]


def test_all_of_it_can_be_made_again_from_archive_and_journal(week: Week) -> None:
    newest = (week.ws.out / "latest").read_text(encoding="utf-8").strip()
    before = week.record(newest)
    assert week.tell("verify")["exit"] == 0
    shutil.rmtree(week.ws.out / newest)
    shutil.rmtree(week.ws.cache)
    week.ws.ledger.unlink()
    week.tell("rebuild")
    again = week.record(newest)
    assert before["run"]["mail"]["seen"] == 20
    for record in (before, again):
        del record["run"]["generated_at"], record["outputs"]
    assert again == before
