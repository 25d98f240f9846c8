"""Who is written to, and what: every submission answered once, strangers and robots never, owing agencies reminded."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_world import agency, at, done, focal, office, row, snapshot, task

from nvbatch import eml
from nvbatch.calendar import Calendar
from nvbatch.config import Config, parse_config
from nvbatch.eml import Attachment, Mailbox, Message, is_mailable, to_bytes
from nvbatch.letters.desk import head_words
from nvbatch.letters.texts import LetterError, compose
from nvbatch.model import (
    Document,
    Finding,
    Program,
    Receipt,
    Severity,
    Snapshot,
    Submission,
    SubmissionState,
    Timeliness,
)
from nvbatch.outbox import read_outbox, write_outbox
from nvbatch.register import Register
from nvbatch.stages.post import Mailing, post

SNV, STC = "daumoi.snv@tinh.example", "daumoi.stc@tinh.example"
NO_HEAD = ("SNV", SNV)
AGENCIES = (
    agency("SNV", name="Sở Nội vụ", email="snv@tinh.example", head_title="Giám đốc"),
    agency("STC", name="Sở Tài chính", email="stc@tinh.example", head_title="Giám đốc"),
)
FOCAL = (focal("SNV", email=SNV, full_name="Lê Văn Mẫu"), focal("STC", email=STC, full_name="Bùi Thị Ví"))
AS_OF = "2025-03-15 08:00"  # a Saturday: the week's cut-off passed on Friday at 16:30
FATAL = Severity.FATAL


def province(*tasks: object, **more: object) -> Register:
    return office(
        tasks or (task("NV-1", deadline=date(2025, 4, 30)), task("NV-2", "STC", deadline=date(2025, 4, 30))),  # type: ignore[arg-type]
        **{"agencies": AGENCIES, "focal_points": FOCAL, **more},  # type: ignore[arg-type]
    )


def submission(
    state: SubmissionState = SubmissionState.ACCEPTED,
    *,
    agency: str | None = "SNV",
    sender: str | None = SNV,
    number: int = 7,
    received: str = "2025-03-14 14:02",
    known: bool = True,
    timeliness: Timeliness = Timeliness.ON_TIME,
    fault: str | None = None,
    **receipt: object,
) -> Submission:
    came = Receipt(
        sequence=number,
        sha256=f"{number:064d}",
        name="thu.eml",
        received_at=at(received),
        sender=sender,
        channel="mail" if sender else "drop",
        **{"message_id": "<bao-cao-7@tinh.example>", **receipt},  # type: ignore[arg-type]
    )
    document = Document(
        receipt=came,
        part=0,
        sha256=came.sha256 if fault else f"{number:063d}a",
        container_sha256=None if fault or not sender else came.sha256,
        name="BM01_SNV_CHUNG_2025-W11.xlsx",
        fault=fault,
    )
    return Submission(
        document=document,
        agency=agency,
        program="CHUNG",
        period="2025-W11",
        state=state,
        timeliness=timeliness,
        sender_known=known,
        rows_read=3,
        rows_merged=2,
        rows_held=1,
    )


def finding(s: Submission, rule: str = "C404", severity: Severity = Severity.ERROR, **more: object) -> Finding:
    said = {"message": "«Tiến độ (%)» ghi «120%», không phải là số từ 0 đến 100.", "fix": "Ghi một số, ví dụ 85."}
    return Finding(rule=rule, severity=severity, agency=s.agency, submission=s.id, **{**said, **more})  # type: ignore[arg-type]


def posted(
    *files: Submission,
    register: Register | None = None,
    findings: Sequence[Finding] = (),
    returned: Mapping[str, str] | None = None,
    reminded: Mapping[str, int] | None = None,
    shot: Snapshot | None = None,
    config: Config | None = None,
    folder: Path = Path(),
    templates: Path | None = None,
    part: tuple[int, int] = (0, 1),
) -> list[Message]:
    register = register or province()
    settings = config or parse_config({"office": {"name": "VĂN PHÒNG", "parent": "ỦY BAN NHÂN DÂN TỈNH MẪU"}})
    shot = shot or snapshot(register, [], AS_OF)
    shot = replace(shot, submissions=(*files,), findings=(*shot.findings, *findings))
    mailing = Mailing(
        snapshot=shot,
        register=register,
        config=settings,
        calendar=Calendar(settings, register.days),
        templates=templates,
        folder=folder,
        returned=returned or {},
        reminded=reminded or {},
    )
    return list(post(mailing, *part))


def answers(*files: Submission, **more: object) -> list[Message]:
    return [m for m in posted(*files, **more) if m.kind == "answer"]  # type: ignore[arg-type]


def addresses(boxes: Sequence[Mailbox]) -> list[str]:
    return [box.address for box in boxes]


def parsed(message: Message) -> EmailMessage:
    data = to_bytes(message, Mailbox("tonghop@tinh.example", "Văn phòng"))
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage) and not found.defects
    return found


# --- answers ------------------------------------------------------------------------------------


def test_the_focal_point_who_wrote_is_answered_in_the_same_thread() -> None:
    (said,) = answers(submission())
    mail = parsed(said)
    assert addresses(said.to) == [SNV] and said.cc == ()
    assert mail["In-Reply-To"] == mail["References"] == "<bao-cao-7@tinh.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "lúc 14 giờ 02 phút ngày 14/03/2025" in said.text and "đúng hạn" in said.text
    assert "Tệp có 03 dòng nhiệm vụ: 02 dòng đã được tổng hợp, 01 dòng chưa tổng hợp được" in said.text
    assert "không có nội dung phải chỉnh sửa" in said.text and said.attachments == ()


def test_what_is_to_be_mended_is_listed_and_the_marked_return_goes_along() -> None:
    s = submission()
    found = [
        finding(s, task="NV-1", cell="N12", sheet="Nhiệm vụ", row=12),
        finding(s, "C408", Severity.INCOMPLETE, message="Diễn biến ghi «đang làm».", task="NV-1", row=12),
        finding(s, "F105", Severity.INFO, message="Tệp có định dạng .xls.", fix="Không phải sửa."),
        finding(s, "R507", Severity.WARNING, message="Đã được miễn.", waived=True),
    ]
    (said,) = answers(s, findings=found, returned={s.id: "phan-hoi/SNV-2025-W11.xlsx"}, folder=Path("/chay"))
    assert said.subject == "Đã nhận, đề nghị chỉnh sửa báo cáo tuần 11 năm 2025 – Sở Nội vụ"
    assert "báo cáo có 01 nội dung phải sửa, 01 nội dung chưa đầy đủ" in said.text
    assert "1. Phải sửa. Nhiệm vụ NV-1, ô N12: «Tiến độ (%)» ghi «120%»" in said.text
    assert "Cách sửa: Ghi một số, ví dụ 85." in said.text
    assert ".xls." not in said.text and "miễn" not in said.text
    assert "gửi lại bằng cách trả lời thư này trước 16 giờ 30 phút ngày 17/03/2025" in said.text
    assert said.attachments == (Attachment("SNV-2025-W11.xlsx", Path("/chay/phan-hoi/SNV-2025-W11.xlsx")),)


def test_one_rule_never_fills_a_mail_and_the_rest_is_counted() -> None:
    s = submission()
    found = [finding(s, message=f"Ô thứ {n} ghi sai.", row=n) for n in range(30)]
    found.append(finding(s, "M601", message="Mã nhiệm vụ lạ.", row=99))
    (said,) = answers(s, findings=found, returned={s.id: "phan-hoi/SNV-2025-W11.xlsx"})
    assert "báo cáo có 31 nội dung phải sửa" in said.text
    assert "Mã nhiệm vụ lạ." in said.text
    assert "… và 22 nội dung khác, ghi đầy đủ tại trang «Nội dung cần chỉnh sửa»" in said.text


def test_a_late_report_is_told_so_and_the_head_is_in_copy() -> None:
    (said,) = answers(submission(timeliness=Timeliness.LATE, received="2025-03-14 16:30"))
    assert addresses(said.cc) == ["snv@tinh.example"]
    assert "nộp trễ (thời điểm chốt: 16 giờ 30 phút ngày 14/03/2025)" in said.text
    assert "Đồng kính gửi: Giám đốc Sở Nội vụ" in said.text


def test_overdue_tasks_without_explanation_put_the_head_in_copy() -> None:
    register = province(task("NV-1", deadline=date(2025, 3, 3)), task("NV-2", "STC", deadline=date(2025, 4, 30)))
    shot = snapshot(register, [row("NV-1", "2025-03-14 14:02", flags=("no_explanation",))], AS_OF)
    (said,) = answers(submission(), register=register, shot=shot)
    assert addresses(said.cc) == ["snv@tinh.example"]
    assert "còn 01 nhiệm vụ quá hạn chưa có văn bản giải trình" in said.text
    assert "- NV-1, thời hạn 03/03/2025 (quá 12 ngày): Nội dung NV-1" in said.text


@pytest.mark.parametrize(
    ("state", "subject", "words"),
    [
        (SubmissionState.SUPERSEDED, "đã có bản mới hơn", "Không phải gửi lại tệp này"),
        (SubmissionState.DUPLICATE, "gửi lặp lại", "giống hệt tệp đã nhận trước đó"),
        (SubmissionState.AFTER_LOCK, "sau thời điểm khóa", "tính cho kỳ tiếp theo"),
        (SubmissionState.REJECTED, "Chưa tiếp nhận được báo cáo, đề nghị gửi lại", "Kỳ này chưa bắt đầu."),
        (SubmissionState.QUARANTINED, "Tạm giữ báo cáo", "Kỳ này chưa bắt đầu."),
    ],
)
def test_each_fate_of_a_file_is_told_in_plain_words(state: SubmissionState, subject: str, words: str) -> None:
    s = submission(state)
    (said,) = answers(s, findings=[finding(s, "A307", FATAL, message="Kỳ này chưa bắt đầu.", fix="Gửi lại sau.")])
    assert subject in said.subject and words in said.text
    assert "Văn phòng Ủy ban nhân dân tỉnh Mẫu đã nhận báo cáo của Quý cơ quan" in said.text


def test_a_refused_file_is_not_asked_for_again_once_another_one_counts() -> None:
    bad, good = submission(SubmissionState.REJECTED), submission(number=8)
    first, second = answers(bad, good, findings=[finding(bad, "F101", FATAL, message="Ảnh PNG.")])
    assert "đã có tệp khác thay" in first.subject and "không phải gửi lại tệp này" in first.text
    assert second.subject == "Đã nhận báo cáo tuần 11 năm 2025 – Sở Nội vụ"


def test_a_mail_without_a_workbook_is_told_so() -> None:
    s = submission(SubmissionState.REJECTED, fault="F101")
    (said,) = answers(s, findings=[finding(s, "F101", FATAL, message="Thư không kèm tệp Excel.")])
    assert said.subject == "Thư chưa kèm tệp báo cáo – Sở Nội vụ"
    assert "Thư không có tệp báo cáo nào đọc được kèm theo" in said.text
    assert "trước 16 giờ 30 phút ngày 17/03/2025" in said.text


def test_a_workbook_from_the_drop_folder_is_answered_to_the_registered_focal_point() -> None:
    (said,) = answers(submission(sender=None))
    assert addresses(said.to) == [SNV] and parsed(said)["In-Reply-To"] is None


def test_without_a_focal_point_the_agency_itself_is_written_to() -> None:
    register = province(focal_points=())
    (said,) = answers(submission(sender=None), register=register)
    assert addresses(said.to) == ["snv@tinh.example"] and said.cc == ()


def test_a_focal_point_whose_time_is_over_gets_nothing() -> None:
    old = focal("SNV", email="cu@tinh.example", valid_to=date(2025, 3, 14))
    new = focal("SNV", email="moi@tinh.example", valid_from=date(2025, 3, 15))
    (said,) = answers(submission(sender="cu@tinh.example"), register=province(focal_points=(old, new)))
    assert addresses(said.to) == ["moi@tinh.example"] and said.in_reply_to is None


def test_the_focal_point_of_the_programme_goes_before_the_general_one() -> None:
    special = focal("SNV", email="dean06@tinh.example", program="DA06")
    more = Program(code="DA06", name="Đề án 06", frequency="week")
    register = province(focal_points=(*FOCAL, special), programs=(more,))
    shot = snapshot(register, [], AS_OF)
    s = replace(submission(sender=None), program="DA06")
    (said,) = answers(s, register=register, shot=shot)
    assert addresses(said.to) == ["dean06@tinh.example"]
    assert "chương trình Đề án 06" in said.text


def test_who_sends_for_another_agency_is_answered_himself_and_gets_nothing_of_the_other_one() -> None:
    s = submission(SubmissionState.QUARANTINED, agency="STC", sender=SNV)
    held = finding(s, "A302", FATAL, message="Tệp ghi cơ quan «Sở Tài chính».")
    (said,) = answers(s, findings=[held], returned={s.id: "phan-hoi/STC-2025-W11.xlsx"})
    assert addresses(said.to) == [SNV] and said.agency == "SNV" and said.attachments == ()


def test_of_two_versions_both_senders_are_told_and_the_head_is_asked() -> None:
    second = "haidaumoi.snv@tinh.example"
    register = province(focal_points=(*FOCAL, focal("SNV", email=second)))
    one, two = (submission(SubmissionState.QUARANTINED, sender=who, number=n) for n, who in ((7, SNV), (8, second)))
    held = [finding(s, "A312", FATAL, message="Hai tệp khác nội dung từ hai đầu mối.") for s in (one, two)]
    said = answers(one, two, register=register, findings=held)
    assert [addresses(m.to) for m in said] == [[SNV], [second]]
    assert all(addresses(m.cc) == ["snv@tinh.example"] for m in said)


# --- nobody who must not be answered ------------------------------------------------------------


@pytest.mark.parametrize("state", [SubmissionState.QUARANTINED, SubmissionState.REJECTED, SubmissionState.DUPLICATE])
def test_a_stranger_gets_no_answer_and_neither_does_the_agency_he_names(state: SubmissionState) -> None:
    assert answers(submission(state, sender="la@gmail.example", known=False)) == []


def test_a_spoofed_sender_gets_no_answer() -> None:
    assert answers(submission(SubmissionState.QUARANTINED, auth_failed=True)) == []


def test_a_focal_point_whose_mail_is_damaged_is_told_to_send_it_again() -> None:
    s = submission(SubmissionState.QUARANTINED, defects=("phần kèm theo hỏng",))
    (said,) = answers(s, findings=[finding(s, "A304", FATAL, message="Cấu trúc thư có chỗ hỏng.", fix="Gửi lại.")])
    assert addresses(said.to) == [SNV] and "- Cấu trúc thư có chỗ hỏng.\n  Cách xử lý: Gửi lại." in said.text
    assert answers(submission(SubmissionState.QUARANTINED, sender="", known=False, defects=("hai dòng From",))) == []


def test_what_the_office_released_is_answered_to_the_agency_never_to_the_stranger() -> None:
    (said,) = answers(submission(sender="la@gmail.example", known=False))
    assert addresses(said.to) == [SNV] and said.in_reply_to is None


def test_a_repetition_that_no_agency_sent_gets_no_answer() -> None:
    first = submission(number=7)
    dropped = submission(SubmissionState.DUPLICATE, sender=None, number=8)
    same_mail = submission(SubmissionState.DUPLICATE, number=9)
    sent_again = submission(SubmissionState.DUPLICATE, number=10, message_id="<bao-cao-10@tinh.example>")
    assert [m.name for m in answers(first, dropped, same_mail, sent_again)] == [
        "tra-loi-SNV-000007-0",
        "tra-loi-SNV-000010-0",
    ]


def test_an_automatic_mail_gets_no_answer() -> None:
    assert answers(submission(automatic=True)) == []


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@tinh.example",
        "NoReply@tinh.example",
        "mailer-daemon@tinh.example",
        "postmaster@tinh.example",
        "hai@địa.chỉ",
        "a b@tinh.example",
        "a@tinh.example\r\nBcc: x@y.example",
        "<a@tinh.example>",
        "a@tinh.example, b@tinh.example",
        "",
    ],
)
def test_robots_and_what_is_no_plain_address_are_never_written_to(address: str) -> None:
    assert not is_mailable(address)
    register = province(focal_points=(focal("SNV", email=address),), agencies=(agency("SNV"), agency("STC")))
    assert answers(submission(sender=None), register=register) == []


def test_we_never_write_to_ourselves() -> None:
    config = parse_config({"office": {"name": "VP"}, "mail": {"smtp": {"sender": SNV.upper()}}})
    assert answers(submission(), register=province(agencies=(agency("SNV"), agency("STC"))), config=config) == []


# --- reminders ----------------------------------------------------------------------------------


def reminders(*files: Submission, **more: object) -> dict[str, Message]:
    return {m.agency: m for m in posted(*files, **more) if m.kind == "reminder"}  # type: ignore[arg-type]


def test_who_owes_a_report_and_sent_none_is_reminded_with_the_head_in_copy() -> None:
    rows = [row("NV-1", "2025-03-14 14:00"), row("NV-2", "2025-02-28 09:00", agency="STC")]
    register = province()
    found = reminders(register=register, shot=snapshot(register, rows, AS_OF))
    assert found.keys() == {"STC"}
    said = found["STC"]
    assert addresses(said.to) == [STC] and addresses(said.cc) == ["stc@tinh.example"]
    assert "kỳ thứ 02 liên tiếp" in said.text and "Đồng kính gửi: Giám đốc Sở Tài chính" in said.text
    assert "trước 16 giờ 30 phút ngày 17/03/2025" in said.text
    assert parsed(said)["Auto-Submitted"] == "auto-generated"


def test_a_file_that_could_not_be_taken_is_mentioned_in_the_reminder() -> None:
    register = province()
    found = reminders(submission(SubmissionState.REJECTED), register=register)
    assert "Văn phòng có nhận 01 tệp của Quý cơ quan nhưng chưa đưa vào tổng hợp được" in found["SNV"].text
    assert "có nhận" not in found["STC"].text


def test_who_sent_after_the_lock_is_not_told_that_nothing_came() -> None:
    assert reminders(submission(SubmissionState.AFTER_LOCK)).keys() == {"STC"}


def test_nobody_is_reminded_while_the_period_is_open_or_long_past() -> None:
    register = province()
    shot = snapshot(register, [], AS_OF)
    calendar = Calendar(parse_config({"office": {"name": "VP"}}), {})
    for key in ("2025-W12", "2025-W09"):
        period = calendar.period_from_key(key)
        assert period is not None
        assert reminders(register=register, shot=replace(shot, periods={"CHUNG": period})) == {}


def test_who_owes_nothing_is_not_reminded() -> None:
    register = province(task("NV-1", deadline=date(2025, 4, 30)), task("NV-2", "STC", deadline=date(2025, 4, 30)))
    rows = [done("NV-2", "2025-03-05 09:00", "2025-03-04", agency="STC", period="2025-W10")]
    assert reminders(register=register, shot=snapshot(register, rows, AS_OF)).keys() == {"SNV"}


def test_tasks_without_deadline_are_asked_for_once_every_three_months() -> None:
    register = province(task("NV-1", doc_date=date(2024, 9, 1)), task("NV-2", "STC", deadline=date(2025, 4, 30)))
    (said,) = [m for m in posted(register=register) if m.kind == "no_deadline"]
    assert said.agency == "SNV" and dict(said.reminders) == {"NV-1": 2}
    assert "(đôn đốc lần thứ 02)" in said.text and addresses(said.cc) == ["snv@tinh.example"]
    assert [m for m in posted(register=register, reminded={"NV-1": 1}) if m.kind == "no_deadline"] == [said]
    assert [m for m in posted(register=register, reminded={"NV-1": 2}) if m.kind == "no_deadline"] == []


# --- the same message every time ----------------------------------------------------------------


def test_the_same_meaning_has_the_same_name_in_every_run_and_the_same_bytes_in_the_same_run() -> None:
    s = submission()
    first, again = answers(s), answers(s)
    assert [to_bytes(m) for m in first] == [to_bytes(m) for m in again]
    later = replace(snapshot(province(), [], "2025-03-15 20:00"))
    (other,) = answers(s, shot=later, findings=[finding(s)])
    assert other.mark == first[0].mark and to_bytes(other) != to_bytes(first[0])
    assert answers(submission(number=8))[0].mark != first[0].mark


def test_several_hands_together_say_everything_once() -> None:
    files = [submission(number=number, message_id=f"<{number}@tinh.example>") for number in range(7, 12)]

    def names(*part: int) -> list[str]:
        return [message.name for message in posted(*files, part=part)]  # type: ignore[arg-type]

    whole = names(0, 1)
    assert len(whole) > len(files)  # answers, and a reminder to the agency that sent nothing
    assert sorted(names(0, 3) + names(1, 3) + names(2, 3)) == sorted(whole)


def test_what_is_written_to_the_outbox_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "phan-hoi").mkdir()
    (tmp_path / "phan-hoi" / "SNV-2025-W11.xlsx").write_bytes(b"PK" + bytes(range(256)) * 40)
    s = submission()
    made = posted(s, findings=[finding(s)], returned={s.id: "phan-hoi/SNV-2025-W11.xlsx"}, folder=tmp_path)
    paths = write_outbox(made, tmp_path, None)
    read = {mail.name: mail for mail in read_outbox(tmp_path)}
    assert len(paths) == len(made) == len(read)
    for message in made:
        mail = read[message.name]
        assert (mail.kind, mail.mark, mail.about) == (message.kind, message.mark, message.about)
        assert (mail.to, mail.cc) == (tuple(addresses(message.to)), tuple(addresses(message.cc)))
        assert mail.subject == message.subject and not mail.fault
        assert mail.files == tuple(a.name for a in message.attachments)
    whole = email.message_from_bytes((tmp_path / "thu-di" / f"tra-loi-SNV-{s.id}.eml").read_bytes())
    (_, part) = whole.get_payload()  # type: ignore[misc]
    assert part.get_payload(decode=True) == b"PK" + bytes(range(256)) * 40  # type: ignore[union-attr]


def test_a_file_that_is_no_message_of_ours_is_named_not_sent(tmp_path: Path) -> None:
    folder = tmp_path / "thu-di"
    folder.mkdir()
    (folder / "la.eml").write_bytes(b"To: ai-do@tinh.example\r\n\r\nxin chao\r\n")
    (folder / "rong.eml").write_bytes(b"")
    assert all(mail.fault for mail in read_outbox(tmp_path))


def test_our_own_bookkeeping_stays_at_home(tmp_path: Path) -> None:
    (said,) = answers(submission())
    sent = eml.dressed(to_bytes(said), Mailbox("tonghop@tinh.example", "Văn phòng"), said.mark, at("2025-03-15 09:30"))
    mail = email.message_from_bytes(sent, policy=email.policy.default)
    assert mail["X-Nvbatch"] is None and mail["Date"] == "Sat, 15 Mar 2025 09:30:00 +0700"
    assert mail["From"] == "Văn phòng <tonghop@tinh.example>"
    assert mail["Message-ID"] == f"<nvbatch.{said.mark}@tinh.example>"
    assert sent.count(b"\nDate:") == sent.count(b"\nMessage-ID:") == 1 and sent.startswith(b"From:")


NASTY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@given(st.text(max_size=200))
def test_encoded_words_hold_whole_letters_and_lose_none(text: str) -> None:
    pieces = list(eml._pieces(text, 42))
    assert all(len(piece) <= 42 and piece.decode("utf-8") is not None for piece in pieces)
    assert b"".join(pieces) == text.encode("utf-8", "replace")


FACTS = st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.dictionaries(st.text(), FACTS))
def test_what_we_write_down_for_ourselves_is_json_with_a_line_an_entry(facts: dict[str, object]) -> None:
    assert eml._in_short_lines(facts) == json.dumps(facts, indent=0).replace("\n", "\r\n ")


@given(name=NASTY, subject=NASTY, words=NASTY, file=NASTY)
def test_no_text_of_an_agency_becomes_a_header(name: str, subject: str, words: str, file: str) -> None:
    source = Path(__file__)
    message = Message(
        kind="answer", name="x", about=("1",), agency="SNV", program="CHUNG", period="2025-W11",
        to=(Mailbox(SNV, name),), subject=subject, text=words, at=at(AS_OF), attachments=(Attachment(file, source),),
        in_reply_to=words, replied=True,
    )  # fmt: skip
    data = to_bytes(message, Mailbox("tonghop@tinh.example", name))
    assert data.isascii() and b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    head, _body = eml.split(data)
    allowed = {"from", "date", "message-id", "to", "subject", "auto-submitted", "x-auto-response-suppress", "x-nvbatch",
               "mime-version", "content-type", "in-reply-to", "references"}  # fmt: skip
    assert {line.partition(":")[0].lower() for line in head} <= allowed
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert found["Bcc"] is None and len(list(found.iter_parts())) == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [0, 1, 57, 58, 29_999, 30_000, 30_001, 57 * 1000, 57 * 1000 + 1])
def test_an_attachment_of_any_size_comes_out_whole_in_lines_of_76_letters(size: int, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(bytes(at % 251 for at in range(size)))
    (said,) = answers(submission())
    mail = replace(said, attachments=(Attachment("a.xlsx", tmp_path / "a.xlsx"),))
    data, (part,) = to_bytes(mail), parsed(mail).iter_attachments()
    assert part.get_payload(decode=True) == (tmp_path / "a.xlsx").read_bytes()
    assert max(map(len, part.get_payload().split()), default=0) <= 76 and b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize("file", ["Thông báo kết quả.pdf", "a\r\nX: 1.pdf", '"; filename="x.exe', "..\\..\\x.xlsx"])
def test_names_of_attachments_are_plain_and_exact(file: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"%PDF-")
    (said,) = answers(submission())
    mail = parsed(replace(said, attachments=(Attachment(file, path),)))
    (part,) = mail.iter_attachments()
    name = part.get_filename() or ""
    assert "/" not in name and "\\" not in name and "\n" not in name and name.isprintable()


# --- texts --------------------------------------------------------------------------------------


def test_agency_text_is_never_read_as_a_template() -> None:
    bad = agency("SNV", name="Sở {{ 7 * 7 }} {% for x in y %}", email="snv@tinh.example")
    register = province(agencies=(bad, AGENCIES[1]))
    (said,) = answers(submission(), register=register)
    assert "Kính gửi: Sở {{ 7 * 7 }} {% for x in y %}" in said.text


def test_the_office_may_word_a_mail_itself(tmp_path: Path) -> None:
    (tmp_path / "thu-tra-loi.txt").write_text("Tiêu đề riêng {{ agency }}\n\nLời riêng.\n", encoding="utf-8-sig")
    (said,) = answers(submission(), templates=tmp_path)
    assert (said.subject, said.text) == ("Tiêu đề riêng Sở Nội vụ", "Lời riêng.\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ khong_co }}\n\nx", "khong_co"),
        ("{% if %}\n\nx", "dòng 1"),
        ("chỉ có tiêu đề\n", "thiếu dòng tiêu đề hoặc nội dung"),
        ("{{ agency.__class__.__mro__ }}\n\nx", "thu-tra-loi.txt"),
    ],
)
def test_a_template_that_cannot_be_filled_names_file_and_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "thu-tra-loi.txt").write_text(text, encoding="utf-8")
    with pytest.raises(LetterError, match=words):
        compose("thu-tra-loi.txt", {"agency": "Sở"}, tmp_path)


@pytest.mark.parametrize(
    ("title", "name", "words"),
    [
        ("Giám đốc", "Sở Nội vụ", "Giám đốc Sở Nội vụ"),
        ("Chủ tịch UBND xã", "UBND xã An Mẫu", "Chủ tịch UBND xã An Mẫu"),
        ("Giám đốc Sở Nội vụ", "Sở Nội vụ", "Giám đốc Sở Nội vụ"),
        (None, "Thanh tra tỉnh", "Thủ trưởng Thanh tra tỉnh"),
    ],
)
def test_the_head_is_named_by_office_not_by_person(title: str | None, name: str, words: str) -> None:
    assert head_words(agency("X", name=name, head_title=title, head_name="Nguyễn Văn Mẫu")) == words


def test_whom_to_call_stands_in_every_mail() -> None:
    config = parse_config({"office": {"name": "VP"}, "mail": {"contact": "bà Mẫu, điện thoại 0256 000 000"}})
    for message in posted(submission(), config=config):
        assert "đề nghị liên hệ: bà Mẫu, điện thoại 0256 000 000, hoặc trả lời thư này" in message.text
