"""What the journal promises: a deed that was written is never lost, a half line is never a deed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_factory import make_workspace

from nvbatch import durable
from nvbatch.journal import Journal

AT = datetime(2025, 3, 28, 9, 0, tzinfo=UTC)


def test_a_deed_says_what_who_and_when(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append("released", at=AT, who="lan", submission="000007-0", reason="đã gọi điện xác nhận")
    assert list(journal.deeds()) == [
        {
            "at": "2025-03-28T09:00:00+00:00",
            "who": "lan",
            "deed": "released",
            "submission": "000007-0",
            "reason": "đã gọi điện xác nhận",
        }
    ]


def test_who_and_when_are_filled_in_when_not_given(tmp_path: Path) -> None:
    deed = Journal(make_workspace(tmp_path)).append("published", run="r1")
    assert deed["who"]
    assert datetime.fromisoformat(deed["at"]).tzinfo is not None


def test_deeds_of_one_kind_come_in_order_of_writing(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append_all("received", [{"n": 1}, {"n": 2}], at=AT)
    journal.append("sent", at=AT)
    journal.append("received", at=AT.replace(year=2026), n=3)
    assert [deed["n"] for deed in journal.deeds("received")] == [1, 2, 3]
    assert sorted(path.name for path in journal.folder.iterdir()) == ["2025.jsonl", "2026.jsonl"]


def test_one_line_a_deed_in_readable_vietnamese(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append("received", at=AT, name="Báo cáo\nkỳ 13.xlsx")
    lines = (journal.folder / "2025.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 and "Báo cáo\\nkỳ 13.xlsx" in lines[0]


def test_a_lone_surrogate_does_not_kill_the_journal(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append("received", at=AT, subject="báo \udce1 cáo")
    assert next(journal.deeds())["subject"] == "báo \udce1 cáo"


def test_a_half_line_is_no_deed_and_the_next_one_starts_on_its_own_line(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append("received", at=AT, n=1)
    path = journal.folder / "2025.jsonl"
    with path.open("ab") as stream:
        stream.write(b'{"at": "2025-03-28T09:00:00+00:00", "deed": "rec')
    assert [deed["n"] for deed in journal.deeds()] == [1]
    journal.append("received", at=AT, n=2)
    assert [deed["n"] for deed in journal.deeds()] == [1, 2]
    assert journal.damaged() == (("2025.jsonl", 2),)


def test_a_whole_line_that_lacks_only_its_end_is_a_deed(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.folder.mkdir(exist_ok=True)
    (journal.folder / "2025.jsonl").write_bytes(b'{"deed": "received", "n": 1}')
    journal.append("received", at=AT, n=2)
    assert [deed["n"] for deed in journal.deeds()] == [1, 2]
    assert journal.damaged() == ()


@given(cut=st.integers(min_value=0))
def test_cut_anywhere_the_journal_keeps_all_whole_lines(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    journal = Journal(make_workspace(tmp_path_factory.mktemp("j")))
    journal.append_all("received", [{"n": n, "name": "Sở Tài chính.xlsx"} for n in range(5)], at=AT)
    path = journal.folder / "2025.jsonl"
    data = path.read_bytes()[: cut % (path.stat().st_size + 1)]
    path.write_bytes(data)
    # The cut may take the line end alone: the line is whole then.
    whole = data.count(b"\n") + (1 if data and not data.endswith(b"\n") and data.endswith(b"}") else 0)
    journal.append("received", at=AT, n=9)
    assert [deed["n"] for deed in journal.deeds()] == [*range(whole), 9]


@given(fields=st.dictionaries(st.text(min_size=1).filter(lambda k: k not in ("at", "who", "deed")), st.text()))
def test_whatever_text_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str]) -> None:
    journal = Journal(make_workspace(tmp_path_factory.mktemp("j")))
    journal.append_all("received", [fields], at=AT, who="x")
    assert list(journal.deeds()) == [{"at": AT.isoformat(), "who": "x", "deed": "received", **fields}]


def test_the_disk_has_the_line_before_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(make_workspace(tmp_path))
    path = journal.folder / "2025.jsonl"
    seen: list[int] = []
    monkeypatch.setattr("nvbatch.journal.os.fsync", lambda handle: seen.append(path.stat().st_size))
    journal.append("received", at=AT)
    assert seen and seen[0] == path.stat().st_size


def test_nothing_appended_makes_no_file(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    assert journal.append_all("received", [], at=AT) == ()
    assert list(journal.folder.iterdir()) == []
    journal.settle()


def test_a_line_that_is_json_but_no_deed_is_damage(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    durable.write_text(journal.folder / "2025.jsonl", json.dumps([1]) + "\n\n" + json.dumps({"deed": "sent"}) + "\n")
    assert [deed["deed"] for deed in journal.deeds()] == ["sent"]
    assert journal.damaged() == (("2025.jsonl", 1),)


def lines_of(journal: Journal) -> list[bytes]:
    return (journal.folder / "2025.jsonl").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_line_that_is_taken_out_is_missed_by_the_one_after_it(tmp_path: Path, gone: int) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append_all("received", [{"n": n} for n in range(4)], at=AT)
    assert journal.gaps() == ()
    lines = lines_of(journal)
    (journal.folder / "2025.jsonl").write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    assert journal.gaps() == (("2025.jsonl", gone + 1),)


def test_a_line_that_was_changed_is_missed_although_it_still_reads_well(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append_all("received", [{"n": n} for n in range(3)], at=AT)
    path = journal.folder / "2025.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n": 1', b'"n": 7'))
    assert journal.gaps() == (("2025.jsonl", 3),) and journal.damaged() == ()


def test_the_chain_goes_on_over_a_half_line_and_each_year_has_its_own(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append("received", at=AT, n=1)
    with (journal.folder / "2025.jsonl").open("ab") as stream:
        stream.write(b'{"at": "2025-03-28T09:00:00')
    journal.append("received", at=AT, n=2)
    journal.append("received", at=AT.replace(year=2026), n=3)
    assert journal.gaps() == () and journal.damaged() == journal.torn() == (("2025.jsonl", 2),)
    assert [deed["n"] for deed in journal.deeds()] == [1, 2, 3]


def test_a_line_that_was_spoiled_later_is_no_half_line_of_a_crash(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.append_all("received", [{"n": n} for n in range(3)], at=AT)
    path = journal.folder / "2025.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n": 1', b'"n: 1'))
    assert journal.damaged() == (("2025.jsonl", 2),) and journal.torn() == ()


def test_a_journal_of_before_there_were_chains_is_read_and_goes_on(tmp_path: Path) -> None:
    journal = Journal(make_workspace(tmp_path))
    journal.folder.mkdir(exist_ok=True)
    (journal.folder / "2025.jsonl").write_bytes(b'{"deed": "received", "n": 1}\n{"deed": "received", "n": 2}\n')
    journal.append("received", at=AT, n=3)
    assert journal.gaps() == () and [deed["n"] for deed in journal.deeds()] == [1, 2, 3]
