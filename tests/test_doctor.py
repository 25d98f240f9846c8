"""doctor: each thing that can be amiss is seen, named with its place, and told how to mend; nothing is changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nvbatch.cli import main
from nvbatch.console import speak
from nvbatch.doctor import machine, stores
from nvbatch.doctor.check import Check, State, broken, note, ok
from nvbatch.doctor.days import coming_weeks
from nvbatch.doctor.examination import examine
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.office import open_office
from nvbatch.register_book import sample_rows, write_register
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

NOW = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SAID = """[office]
name = "VP"
place = "Quy Nhơn"
symbol = "VP"
signer_title = "CHÁNH VĂN PHÒNG"
recipients = "Lưu: VT"
"""
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    monkeypatch.delenv("NVBATCH_WORKSPACE", raising=False)
    speak("vi")


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    """An office in which nothing is amiss."""
    start_workspace(tmp_path / "vp", now=NOW, sample=True)
    made = Workspace(tmp_path / "vp")
    made.config.write_text(SAID, encoding="utf-8")
    return made


def check(ws: Workspace, key: str, now: datetime = NOW) -> Check:
    return next(check for check in examine(ws, now=now) if check.key == key)


def fill(ws: Workspace, change: Callable[[Rows], None]) -> None:
    """Write the register anew with a change in its rows."""
    rows = sample_rows()
    change(rows)
    write_register(ws.register, rows, created=NOW)


# --- the whole ----------------------------------------------------------------------------------


def test_an_office_in_order_hears_nothing_bad(ws: Workspace) -> None:
    states = {check.key: check.state for check in examine(ws, now=NOW)}
    machine_only = {"software", "font", "disk", "clock"}  # whatever machine the tests run on
    assert {key for key, state in states.items() if state is not State.OK} <= machine_only
    assert states.keys() >= machine_only | {
        "access", "lock", "config", "register", "templates", "schemas", "calendar", "imap", "smtp", "inbox", "archive",
        "latest",
    }  # fmt: skip


def test_looking_changes_nothing(ws: Workspace) -> None:
    def seen() -> dict[Path, tuple[float, bytes]]:
        files = [path for path in ws.root.rglob("*") if path.is_file() and path.name != ".nvbatch.lock"]
        return {path: (path.stat().st_mtime, path.read_bytes()) for path in files}

    before = seen()
    examine(ws, now=NOW)
    assert seen() == before


def test_without_a_workspace_the_machine_is_looked_at() -> None:
    assert {check.key for check in examine(None, now=NOW)} == {"software", "font"}


def test_a_check_is_as_bad_as_its_worst_remark() -> None:
    remarks = (note("b"), ok("a"), broken("c"))
    assert Check(key="k", title="t", remarks=remarks).state is State.BROKEN
    assert Check(key="k", title="t", remarks=remarks[:2]).state is State.NOTE
    assert Check(key="k", title="t", remarks=()).state is State.OK


# --- the machine --------------------------------------------------------------------------------


def test_an_old_library_is_named_with_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        machine.metadata,
        "requires",
        lambda _n: ["click>=999.1", "no-such-library>=1", "keyring>=25; extra == 'keyring'"],
    )
    texts = [remark.text for remark in machine.software().remarks]
    assert "click" in texts[0] and "999.1" in texts[0]
    assert texts[1:] == ["Thiếu thư viện no-such-library"]


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert machine.software().state is State.BROKEN


@pytest.mark.parametrize(("free", "state"), [(50, State.BROKEN), (1500, State.NOTE), (50_000, State.OK)])
def test_a_disk_that_fills_up_is_told_in_time(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    usage = shutil.disk_usage(ws.root)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _p: usage._replace(free=free * 1_000_000))
    found = machine.disk(ws)
    assert found.state is state
    assert state is State.OK or "cache/" in found.remarks[0].fix


def test_a_folder_that_cannot_be_written_to_is_named(ws: Workspace) -> None:
    shutil.rmtree(ws.journal)
    ws.journal.write_text("", encoding="utf-8")
    found = check(ws, "access")
    assert found.state is State.BROKEN and "journal/" in found.remarks[0].text and found.remarks[0].fix


def test_a_missing_folder_is_told_with_the_command_that_makes_it(ws: Workspace) -> None:
    ws.signed.rmdir()
    found = check(ws, "access")
    assert (
        found.state is State.NOTE and "phat-hanh/" in found.remarks[0].text and "nvbatch init" in found.remarks[0].fix
    )


def test_a_workspace_that_somebody_holds_is_told_with_who_it_is(ws: Workspace) -> None:
    with hold(ws):
        found = check(ws, "lock")
    assert found.state is State.NOTE and "đang được sử dụng" in found.remarks[0].text


def test_a_run_that_died_is_told_once_and_blocks_nobody(ws: Workspace) -> None:
    said = {"host": "may-cu", "user": "an", "since": "2025-03-07T16:40:00+07:00", "pid": 1}
    (ws.root / ".nvbatch.lock.json").write_text(json.dumps(said), encoding="utf-8")
    found = check(ws, "lock")
    assert (
        found.state is State.NOTE and "may-cu" in found.remarks[0].text and "16:40 07/03/2025" in found.remarks[0].text
    )
    assert check(ws, "lock").state is State.OK


def test_a_clock_behind_the_journal_or_years_away_is_told(ws: Workspace) -> None:
    local = NOW.astimezone()
    assert machine.clock(local, ZONE, local + timedelta(days=2)).state is State.NOTE
    assert machine.clock(local.replace(year=2001), ZONE, None).state is State.BROKEN


# --- what the Office wrote ----------------------------------------------------------------------


def test_every_problem_of_the_configuration_is_told_at_once_and_the_register_waits(ws: Workspace) -> None:
    ws.config.write_text('[office]\nnam = "VP"\n[reporting]\ncutof = "16:30"\nlate_days = -1\n', encoding="utf-8")
    found = check(ws, "config")
    said = "\n".join(remark.text for remark in found.remarks)
    assert found.state is State.BROKEN and len(found.remarks) == 4
    assert "reporting.cutoff" in said and "office.name" in said and "late_days" in said
    assert check(ws, "register").state is State.NOTE
    assert check(ws, "archive").state is State.OK  # the rest is looked at all the same


def test_what_the_documents_would_leave_blank_is_named(ws: Workspace) -> None:
    ws.config.write_text('[office]\nname = "VP"\n', encoding="utf-8")
    found = check(ws, "config")
    assert found.state is State.NOTE and "office.place, office.symbol" in found.remarks[0].text


def test_a_finding_in_the_register_bears_sheet_cell_rule_and_remedy(ws: Workspace) -> None:
    def change(rows: Rows) -> None:
        rows["tasks"][1]["lead_agency"] = "SXD"
        rows["documents"][0]["expected_tasks"] = 9

    fill(ws, change)
    remarks = check(ws, "register").remarks
    unknown = next(remark for remark in remarks if "SXD" in remark.text)
    assert unknown.text.startswith("Nhiệm vụ!H3  G") and unknown.fix
    assert any("G805" in remark.text and remark.text.startswith("Văn bản giao!E2") for remark in remarks)


def test_an_empty_register_is_told_sheet_by_sheet(ws: Workspace) -> None:
    write_register(ws.register, {}, created=NOW)
    said = [remark.text for remark in check(ws, "register").remarks]
    assert said == ["Trang «Cơ quan» chưa có dòng nào", "Trang «Nhiệm vụ» chưa có dòng nào"]


def test_a_register_that_is_no_workbook_is_broken(ws: Workspace) -> None:
    ws.register.write_bytes(b"not a workbook")
    found = check(ws, "register")
    assert found.state is State.BROKEN and "register.xlsx" in found.remarks[0].text


def test_a_register_open_in_excel_is_told_with_who_has_it(ws: Workspace) -> None:
    name = "Lê Thị Mở".encode()
    (ws.root / "~$register.xlsx").write_bytes(bytes([len(name)]) + name + b" " * 20)
    found = check(ws, "register")
    assert found.state is State.NOTE and "Lê Thị Mở" in found.remarks[0].text


def test_an_own_schema_under_a_wrong_name_or_unreadable_is_told(ws: Workspace) -> None:
    (ws.schemas / "registre.v1.yaml").write_text("x: 1", encoding="utf-8")
    (ws.schemas / "bm01.v1.yaml").write_text("form: [", encoding="utf-8")
    remarks = check(ws, "schemas").remarks
    assert "Có phải là «register.v1.yaml»?" in next(r.text for r in remarks if "registre" in r.text)
    assert next(r for r in remarks if "bm01.v1.yaml" in r.text).state is State.BROKEN
    assert main(["status", "-w", str(ws.root)]) == 2  # a mistake in the Office's own file, not a fault of ours


def test_an_own_template_that_word_would_not_fill_is_broken(ws: Workspace) -> None:
    (ws.templates / "Phieu-trinh.docx").write_bytes(b"not a document")
    found = check(ws, "templates")
    assert found.state is State.BROKEN and "Phieu-trinh.docx" in found.remarks[0].text


def test_mail_servers_are_asked_only_where_one_is_named_and_say_what_is_amiss(ws: Workspace) -> None:
    assert (check(ws, "imap").state, check(ws, "smtp").state) == (State.OK, State.OK)
    server = 'host = "127.0.0.1"\nport = 9\nuser = "a"\npassword_file = "khong-co.txt"\n'
    ws.config.write_text(SAID + f"[mail.imap]\n{server}[mail.smtp]\n{server}", encoding="utf-8")
    for key in ("imap", "smtp"):
        found = check(ws, key)
        assert found.state is State.BROKEN
        assert any("khong-co.txt" in remark.text and f"[mail.{key}]" in remark.fix for remark in found.remarks)


# --- the coming weeks ---------------------------------------------------------------------------


def calendar_of(ws: Workspace, now: datetime) -> list[tuple[State, str]]:
    return [(remark.state, remark.text) for remark in coming_weeks(open_office(ws), now).remarks]


def test_the_next_cut_offs_of_each_programme_are_named(ws: Workspace) -> None:
    fill(ws, lambda rows: rows.update(programs=[{"program": "DA06", "name": "Đề án 06", "frequency": "Tháng"}]))
    said = [text for _state, text in calendar_of(ws, NOW)]
    assert "CHUNG: chốt 16:30 14/03/2025 · 16:30 21/03/2025 · 16:30 28/03/2025" in said
    assert "DA06: chốt 16:30 31/03/2025 · 16:30 30/04/2025 · 16:30 31/05/2025" in said


def test_a_cut_off_on_a_day_off_is_warned_of_with_the_way_out(ws: Workspace) -> None:
    before_labour_day = datetime.fromisoformat("2026-04-27T08:00:00+07:00")
    noted = [text for state, text in calendar_of(ws, before_labour_day) if state is State.NOTE]
    assert noted == ["CHUNG: giờ chốt 16:30 01/05/2026 của kỳ 2026-W18 rơi vào ngày nghỉ"]
    ws.config.write_text(SAID + '[reporting]\nholiday_shift = "previous_workday"\n', encoding="utf-8")
    said = calendar_of(ws, before_labour_day)
    assert not [text for state, text in said if state is State.NOTE]
    assert said[0][1].startswith("CHUNG: chốt 16:30 29/04/2026")


def test_conferences_and_their_locks_are_told_and_doubted(ws: Workspace) -> None:
    def change(rows: Rows) -> None:
        rows["conferences"] = [
            {"held_on": "2025-03-28"},
            {"held_on": "2025-03-30"},  # a Sunday
            {"held_on": "2025-04-02", "lock_at": "2025-04-05 00:00"},
            {"held_on": "2025-12-30"},  # far away
        ]

    fill(ws, change)
    said = calendar_of(ws, NOW)
    assert (State.OK, "Hội nghị 28/03/2025: khóa nhập liệu lúc 00:00 25/03/2025") in said
    assert (State.NOTE, "Hội nghị 30/03/2025 rơi vào ngày nghỉ") in said
    assert (State.NOTE, "Hội nghị 02/04/2025: giờ khóa sau ngày họp") in said
    assert not any("30/12/2025" in text for _state, text in said)


# --- what the workspace keeps -------------------------------------------------------------------


def test_a_line_of_the_list_that_names_no_file_is_told_with_the_near_name(ws: Workspace) -> None:
    (ws.inbox / "BM01_SNV.xlsx").write_bytes(b"x")
    lines = "file;received_at;sender\nBM01_SVN.xlsx;2025-03-10T07:00;\nBM01_SNV.xlsx;hôm qua;\n"
    (ws.inbox / "receipts.csv").write_text(lines, encoding="utf-8")
    found = check(ws, "inbox")
    said = [remark.text for remark in found.remarks]
    assert found.state is State.NOTE and len(said) == 2
    assert any("BM01_SVN.xlsx" in text and "Có phải là «BM01_SNV.xlsx»?" in text for text in said)
    assert any("dòng 3" in text for text in said)


def received(ws: Workspace, data: bytes, name: str) -> Path:
    from nvbatch.archive import Archive

    sha = Archive(ws).put(data)
    Journal(ws).append("received", at=NOW, name=name, sha256=sha)
    assert sha == hashlib.sha256(data).hexdigest()
    return Archive(ws).path(sha)


def test_an_archived_file_that_is_missing_or_changed_is_broken(ws: Workspace) -> None:
    received(ws, b"one", "mot.xlsx").unlink()
    changed = received(ws, b"two", "hai.xlsx")
    changed.chmod(0o644)
    changed.write_bytes(b"TWO")
    found = check(ws, "archive")
    said = "\n".join(remark.text for remark in found.remarks)
    assert found.state is State.BROKEN and "«mot.xlsx»" in said and "«hai.xlsx»" in said
    assert all("archive/" in remark.fix for remark in found.remarks)


def test_a_half_line_in_the_journal_is_told_with_its_number(ws: Workspace) -> None:
    received(ws, b"one", "mot.xlsx")
    path = next(ws.journal.glob("*.jsonl"))
    path.write_bytes(path.read_bytes() + b'{"deed": "recei')
    found = check(ws, "archive")
    assert found.state is State.NOTE and "dòng 2" in found.remarks[0].text


def test_a_run_that_somebody_edited_is_told(ws: Workspace) -> None:
    folder = ws.out / "2025-W10-001"
    folder.mkdir()
    (folder / "a.txt").write_text("changed", encoding="utf-8")
    listed = {"run": folder.name, "files": [{"path": "a.txt", "sha256": "0" * 64}]}
    (folder / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    ws.latest.write_text(folder.name + "\n", encoding="utf-8")
    assert stores.newest_run(ws).state is State.NOTE


# --- on the screen ------------------------------------------------------------------------------


def typed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    status = main([str(word) for word in words])
    return status, capsys.readouterr().out


def test_the_command_says_state_place_and_remedy_and_counts(ws: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = typed(capsys, "doctor", "-w", ws.root, "--as-of", "2025-03-10T08:00")
    assert status == 0 and "TỐT" in said and said.strip().splitlines()[-1].startswith("Đã khám ")
    ws.config.write_text('[office]\nname = "VP"\nsymbo = "x"\n', encoding="utf-8")
    status, said = typed(capsys, "doctor", "-w", ws.root, "--as-of", "2025-03-10T08:00")
    assert status == 1 and "HỎNG" in said and "Có phải là «office.symbol»?" in said and "→ Cách sửa:" in said


def test_a_machine_gets_every_remark(ws: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    def change(rows: Rows) -> None:
        rows["tasks"] = [replace_task(rows["tasks"][0], number) for number in range(20)]

    fill(ws, change)
    status, said = typed(capsys, "doctor", "-w", ws.root, "--as-of", "2025-03-10T08:00", "--json")
    document = json.loads(said)
    register = next(check for check in document["checks"] if check["key"] == "register")
    assert document["exit"] == status == 1
    assert len(register["remarks"]) >= 20 and register["state"] == "broken"
    _status, shown = typed(capsys, "doctor", "-w", ws.root, "--as-of", "2025-03-10T08:00")
    assert "điểm nữa (--json cho xem tất cả)" in shown


def replace_task(task: dict[str, Any], number: int) -> dict[str, Any]:
    return {**task, "task_code": f"NV-{number}", "lead_agency": f"KHÔNG CÓ {number}"}


def test_outside_a_workspace_it_says_so_and_one_named_must_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = typed(capsys, "doctor")
    assert status in (0, 1) and "nvbatch init" in said
    assert main(["doctor", "-w", os.fspath(tmp_path)]) == 2


def test_remarks_are_values(ws: Workspace) -> None:
    first = examine(ws, now=NOW)[0]
    assert replace(first, title="x").remarks == first.remarks
