"""Contract 8.3: whose a workbook is, for which period it counts, in which state it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from office_world import agency, at, focal, office, task

from nvbatch.calendar import Calendar
from nvbatch.config import parse_config
from nvbatch.model import Document, Note, Program, Reading, Receipt, Stamp, Table
from nvbatch.register import Register
from nvbatch.rules.policy import Policy
from nvbatch.stages.admit import admit

BASIC = office([task("NV1"), task("NV2", lead="STC")], agencies=[agency("SNV", name="Sở Nội vụ"), agency("STC")])
NEVER = at("2026-01-01 00:00")


def paper(number: int, received: str, *, sha: str | None = None, sender: str | None = None, **more: Any) -> Document:
    """The number-th thing that arrived; the same ``sha`` means the same bytes."""
    digest = sha or f"sha{number}"
    receipt = Receipt(
        sequence=number, sha256=digest, name=f"tep-{number}.xlsx", received_at=at(received), sender=sender, **more
    )
    return Document(receipt=receipt, part=0, sha256=digest, container_sha256=None, name=receipt.name)


def read(
    owner: str | None = "SNV", period: str | None = None, *notes: str, codes: tuple[str, ...] = ("NV1",)
) -> Reading:
    """What the reader saw: whose, for which period, which tasks."""
    stamp = Stamp(form="BM01", version="1", agency=owner, period=period) if owner else None
    table = Table(
        sheet="Nhiệm vụ",
        header_row=7,
        letters={"task_code": "B"},
        labels={},
        rows=tuple(range(8, 8 + len(codes))),
        values={"task_code": codes},
    )
    return Reading(
        sha256="",
        format="xlsx",
        stamp=stamp,
        tasks=None if notes else table,
        notes=tuple(Note(rule=code) for code in notes),
    )


def judged(*pairs, **given: Any):
    """Submissions in order of receipt and the rules told of each."""
    admission = admission_of(*pairs, **given)
    told: dict[str, list[str]] = {}
    for finding in admission.findings:
        told.setdefault(finding.submission or "", []).append(finding.rule)
    return [(s, sorted(told.get(s.id, []))) for s, _ in admission.pairs]


def admission_of(
    *pairs, register: Register = BASIC, lock: str | None = None, released=None, as_of=NEVER, **config: Any
):
    settings = parse_config({"office": {"name": "VĂN PHÒNG"}, **config})
    return admit(
        pairs,
        register=register,
        calendar=Calendar(settings, register.days),
        config=settings,
        policy=Policy(waivers=register.waivers, day=date(2025, 3, 15)),
        as_of=as_of,
        lock_at=at(lock) if lock else None,
        released=released,
    )


# --- period and timeliness ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamp", "received", "counts", "timeliness", "rules"),
    [
        ("2025-W11", "2025-03-14 16:29", "2025-W11", "on_time", []),
        ("2025-W11", "2025-03-14 16:30", "2025-W11", "late", ["A305"]),
        ("2025-W11", "2025-03-17 16:29", "2025-W11", "late", ["A305"]),  # three days after its cut-off
        ("2025-W11", "2025-03-17 16:30", "2025-W12", "on_time", ["A310"]),
        (None, "2025-03-15 08:00", "2025-W11", "late", ["A305"]),
        (None, "2025-03-17 08:00", "2025-W12", "on_time", []),
        ("không rõ", "2025-03-17 08:00", "2025-W12", "on_time", []),
        ("2025-03", "2025-03-17 08:00", "2025-W12", "on_time", []),  # a month, in a weekly programme
    ],
)
def test_a_form_counts_for_its_own_period_while_it_may_and_then_for_that_of_its_receipt(
    stamp, received, counts, timeliness, rules
):
    [(s, told)] = judged((paper(1, received), read("SNV", stamp)))
    assert (s.period, s.timeliness, s.state, told) == (counts, timeliness, "accepted", rules)


def test_the_cut_off_of_the_next_period_ends_the_grace_of_a_daily_form():
    register = office([task("NV1")], programs=[Program(code="CHUNG", name="Chung", frequency="day")])
    [(s, told)] = judged((paper(1, "2025-03-14 16:30"), read("SNV", "2025-03-13")), register=register)
    assert (s.period, told) == ("2025-03-14", ["A305", "A310"])
    [(s, _)] = judged((paper(1, "2025-03-14 16:29"), read("SNV", "2025-03-13")), register=register)
    assert s.period == "2025-03-13"


def test_a_form_of_a_period_that_has_not_begun_is_refused():
    [(s, told)] = judged((paper(1, "2025-03-16 23:59"), read("SNV", "2025-W12")))
    assert (s.state, told) == ("rejected", ["A307"])
    [(s, _)] = judged((paper(1, "2025-03-17 00:00"), read("SNV", "2025-W12")))
    assert s.state == "accepted"


def test_an_unstamped_workbook_counts_for_the_only_programme_of_its_tasks():
    pilot = Program(code="DA06", name="Đề án 06", frequency="month")
    register = office([task("NV1", program="DA06"), task("NV2")], programs=[pilot])
    bare = read(None, None)
    [(s, _)] = judged((paper(1, "2025-03-12 08:00", sender="SNV@x.vn"), bare), register=register)
    assert (s.program, s.period, s.agency) == ("DA06", "2025-03", "SNV")
    both = read(None, None, codes=("NV1", "NV2"))
    [(s, _)] = judged((paper(1, "2025-03-12 08:00", sender="SNV@x.vn"), both), register=register)
    assert (s.program, s.period) == ("CHUNG", "2025-W11")


def test_what_arrives_at_as_of_or_later_is_not_known_yet():
    pairs = [(paper(n, f"2025-03-12 0{n}:00"), read()) for n in (7, 8, 9)]
    assert len(judged(*pairs, as_of=at("2025-03-12 08:00"))) == 1


# --- the lock -----------------------------------------------------------------------------------


def test_what_arrives_at_the_lock_or_later_waits_and_counts_once_the_lock_is_over():
    before, after = (paper(1, "2025-03-14 23:59"), read()), (paper(2, "2025-03-15 00:00"), read())
    (one, _), (two, told) = judged(before, after, lock="2025-03-15 00:00")
    assert (one.state, two.state, two.timeliness, told) == ("accepted", "after_lock", "after_lock", ["A306"])
    (one, _), (two, _) = judged(before, after)
    assert (one.state, two.state, two.timeliness) == ("superseded", "accepted", "late")


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "state", "rules"),
    [
        ("SNV@x.vn", "accepted", []),
        ("snv@x.vn", "quarantined", ["A301"]),  # the local part is compared as it stands
        ("la@khac.vn", "quarantined", ["A301"]),
        ("", "quarantined", ["A301"]),  # a sender whom nobody can tell
        ("STC@x.vn", "quarantined", ["A302"]),
        (None, "accepted", []),  # handed in by the operator
    ],
)
def test_only_a_registered_focal_point_speaks_for_an_agency(sender, state, rules):
    [(s, told)] = judged((paper(1, "2025-03-12 08:00", sender=sender), read("SNV")))
    assert (s.state, told) == (state, rules)


def test_a_focal_point_speaks_only_while_it_is_in_force():
    points = [focal("SNV", valid_to=date(2025, 3, 11)), focal("STC")]
    register = office([task("NV1"), task("NV2", lead="STC")], focal_points=points)
    [(s, told)] = judged((paper(1, "2025-03-12 08:00", sender="SNV@x.vn"), read("SNV")), register=register)
    assert (s.state, told) == ("quarantined", ["A301"])


def test_the_office_may_take_unregistered_senders_or_release_one():
    pair = (paper(1, "2025-03-12 08:00", sender="la@khac.vn"), read("SNV"))
    [(s, _)] = judged(pair, intake={"require_registered_sender": False})
    assert s.state == "accepted"
    assert judged(pair, released={"000001-0": "release"})[0][0].state == "accepted"
    assert judged(pair, released={"000001-0": "reject"})[0][0].state == "rejected"


def test_a_failed_authentication_keeps_a_mail_back():
    [(s, told)] = judged((paper(1, "2025-03-12 08:00", sender="SNV@x.vn", auth_failed=True), read("SNV")))
    assert (s.state, told) == ("quarantined", ["A304"])


def test_a_mail_with_a_defect_is_kept_back():
    broken = paper(1, "2025-03-12 08:00", sender="SNV@x.vn", defects=("hai phần cùng một ranh giới",))
    [(s, told)] = judged((broken, read("SNV")))
    assert (s.state, told) == ("quarantined", ["A304"])


def test_an_unknown_or_ended_agency_is_refused_and_the_heir_is_named():
    register = office(
        [task("NV1", lead="STC")],
        agencies=[agency("STC", name="Sở Tài chính"), agency("SKHDT", valid_to=date(2025, 3, 11), successors=("STC",))],
    )
    ((s, told),) = judged((paper(1, "2025-03-12 08:00"), read("SKHDT")), register=register)
    assert (s.state, told, s.agency) == ("rejected", ["A303"], "SKHDT")
    ((s, told),) = judged((paper(1, "2025-03-11 08:00"), read("SKHDT")), register=register)
    assert s.state == "accepted"
    ((s, told),) = judged((paper(1, "2025-03-12 08:00"), read("SXYZ")), register=register)
    assert (s.state, told, s.agency) == ("rejected", ["A303"], None)


def own(
    title: tuple[str, ...] = (), *, sheet: str = "Nhiệm vụ", beside: Any = (), column: Any = (), **info: str
) -> Reading:
    """A workbook of the agency's own making: no form mark; perhaps a column «Cơ quan chủ trì»."""
    made = read(None)
    assert made.tasks is not None
    extras = {"extras": {"C": "Cơ quan chủ trì"}, "extra_values": {"C": column}} if column else {}
    rows = tuple(range(8, 8 + max(1, len(column))))
    table = replace(made.tasks, sheet=sheet, rows=rows, values={"task_code": ("NV1",) * len(rows)}, **extras)
    return replace(made, tasks=table, title=title, beside=dict(beside), info=info)


@pytest.mark.parametrize(
    "reading",
    [
        own(("SỞ NỘI VỤ",), beside={"Sheet2": ("BÁO CÁO", "STC")}),
        own(sheet="SNV", beside={"STC": ()}),
        own(column=("Sở Nội vụ", "STC", None)),
    ],
)
def test_a_workbook_of_several_agencies_is_refused_by_their_names(reading: Reading):
    admission = admission_of((paper(1, "2025-03-12 08:00"), reading))
    ((submission, _),) = admission.pairs
    (finding,) = (f for f in admission.findings if f.rule == "A303")
    assert submission.state == "rejected"
    assert finding.message.startswith("Tệp gồm báo cáo của nhiều cơ quan (Sở Nội vụ, ")
    assert "mỗi cơ quan một tệp" in finding.fix


@pytest.mark.parametrize(
    "reading",
    [
        own(("SỞ NỘI VỤ",), beside={"Tháng 2": ("SỞ NỘI VỤ",), "Nháp": ()}),  # old months of its own
        own(("SỞ NỘI VỤ",), column=("STC", "SNV")),  # rows of others are M603, its own ones count
        own(column=("Sở Nội vụ", "SNV", None)),  # one agency, named in its column
        own(sheet="SNV"),
        own(("STC",), beside={"STC": ()}, agency_code="SNV"),  # sheet Thông tin says whose it is
    ],
)
def test_a_workbook_that_is_one_agencys_is_that_agencys(reading: Reading):
    ((s, told),) = judged((paper(1, "2025-03-12 08:00"), reading))
    assert (s.state, told, s.agency) == ("accepted", [], "SNV")


# --- several files ------------------------------------------------------------------------------


def test_the_newest_file_of_an_agency_programme_and_period_counts():
    pairs = [(paper(n, f"2025-03-12 0{n}:00"), read()) for n in (7, 9, 8)]
    assert [(s.id, s.state) for s, _ in judged(*pairs)] == [
        ("000007-0", "superseded"), ("000008-0", "superseded"), ("000009-0", "accepted"),
    ]  # fmt: skip


def test_order_of_arrival_decides_between_files_of_one_moment():
    pairs = [(paper(n, "2025-03-12 08:00"), read()) for n in (2, 1)]
    assert [(s.id, s.state) for s, _ in judged(*pairs)] == [("000001-0", "superseded"), ("000002-0", "accepted")]


def test_the_same_bytes_again_change_nothing_even_when_they_were_superseded():
    old, new = (paper(1, "2025-03-12 08:00", sha="a"), read()), (paper(2, "2025-03-12 09:00", sha="b"), read())
    again = (paper(3, "2025-03-13 08:00", sha="a"), read())
    assert [(s.state, told) for s, told in judged(old, new, again)] == [
        ("superseded", ["A308"]), ("accepted", []), ("duplicate", ["F107"]),
    ]  # fmt: skip


def test_bytes_that_a_stranger_sent_first_are_no_duplicate_from_the_focal_point():
    stranger = (paper(1, "2025-03-12 08:00", sha="a", sender="la@khac.vn"), read())
    known = (paper(2, "2025-03-12 09:00", sha="a", sender="SNV@x.vn"), read())
    assert [s.state for s, _ in judged(stranger, known)] == ["quarantined", "accepted"]


def two_points():
    points = [focal("SNV"), focal("SNV", full_name="Người thứ hai", email="hai@x.vn")]
    return office([task("NV1")], focal_points=points)


def test_different_files_of_two_focal_points_wait_until_the_office_releases_one():
    one = (paper(1, "2025-03-12 08:00", sender="SNV@x.vn"), read())
    two = (paper(2, "2025-03-12 09:00", sender="hai@x.vn"), read())
    assert [(s.state, told) for s, told in judged(one, two, register=two_points())] == [
        ("quarantined", ["A312"]), ("quarantined", ["A312"]),
    ]  # fmt: skip
    decided = judged(one, two, register=two_points(), released={"000001-0": "release"})
    assert [s.state for s, _ in decided] == ["accepted", "quarantined"]


def test_two_focal_points_may_send_the_same_file_or_in_different_periods():
    one = (paper(1, "2025-03-12 08:00", sha="a", sender="SNV@x.vn"), read())
    same = (paper(2, "2025-03-12 09:00", sha="a", sender="hai@x.vn"), read())
    assert [s.state for s, _ in judged(one, same, register=two_points())] == ["accepted", "duplicate"]
    later = (paper(2, "2025-03-19 09:00", sender="hai@x.vn"), read())
    assert [s.state for s, _ in judged(one, later, register=two_points())] == ["accepted", "accepted"]


def test_a_file_that_cannot_be_read_is_refused_and_replaces_nothing():
    good = (paper(1, "2025-03-12 08:00"), read())
    bad = (paper(2, "2025-03-12 09:00"), read("SNV", None, "F101"))
    assert [s.state for s, _ in judged(good, bad)] == ["accepted", "rejected"]


def test_a_date_that_contradicts_the_server_is_told():
    sent = paper(1, "2025-03-12 08:00", sender="SNV@x.vn", dated_at=at("2025-03-12 08:00") - timedelta(days=2))
    assert judged((sent, read()))[0][1] == ["A309"]
    unknown = paper(1, "2025-03-12 08:00", time_known=False)
    assert judged((unknown, read()))[0][1] == ["A311"]
