"""What the Office remembers: publishing, comparing, exporting, a task's life, registers that changed, rebuilding."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from nvbatch import closing
from nvbatch.config import ConfigError
from nvbatch.ledger import Ledger
from nvbatch.life import history
from nvbatch.proof import verify
from nvbatch.recovery import rebuild
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

W11, W12 = "2025-03-15T08:00:00+07:00", "2025-03-22T08:00:00+07:00"
NOW = datetime.fromisoformat(W12)


def write_register(ws: Workspace, *, tasks: list[tuple[str, str]], deadline: date = date(2025, 3, 31)) -> None:
    """Two agencies and their tasks (code, lead)."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cơ quan"
    sheet.append(["Mã cơ quan", "Tên cơ quan", "Cấp"])
    sheet.append(["SNV", "Sở Nội vụ", "Tỉnh"])
    sheet.append(["STC", "Sở Tài chính", "Tỉnh"])
    sheet = book.create_sheet("Nhiệm vụ")
    sheet.append(
        ["Mã nhiệm vụ", "Loại nhiệm vụ", "Số, ký hiệu văn bản giao", "Ngày văn bản giao", "Nội dung nhiệm vụ",
         "Cơ quan chủ trì", "Thời hạn"]
    )  # fmt: skip
    for code, lead in tasks:
        sheet.append([code, "Trọng tâm", "12/QĐ-UBND", date(2025, 1, 6), f"Nội dung {code}", lead, deadline])
    book.save(ws.register)


def drop_report(ws: Workspace, code: str, progress: int, received: str, owner: str = "SNV") -> None:
    """An own-made workbook with one task, received then."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Nhiệm vụ"
    sheet.append(
        ["Mã nhiệm vụ", "Thủ trưởng chịu trách nhiệm", "Lãnh đạo trực tiếp chỉ đạo", "Phòng, người thực hiện",
         "Ngày cập nhật", "Diễn biến, tình hình triển khai", "Tiến độ (%)", "Trạng thái"]
    )  # fmt: skip
    said = f"Đã trình dự thảo lần {progress}, đang lấy ý kiến"
    sheet.append(
        [code, "Trần Văn Mẫu", "Lê Thị Mẫu", "Phòng Tổng hợp", date(2025, 3, 12), said, progress, "Đang thực hiện"]
    )
    info = book.create_sheet("Thông tin")
    info.append(["Mã cơ quan", owner])
    name = f"{owner}-{progress}.xlsx"
    book.save(ws.inbox / name)
    os.utime(ws.inbox / name, (1_000_000_000,) * 2)
    with (ws.inbox / "receipts.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{name};{received};\n")


@pytest.fixture
def ws(tmp_path) -> Workspace:
    start_workspace(tmp_path, now=NOW)
    workspace = Workspace(tmp_path)
    workspace.register.unlink()
    write_register(workspace, tasks=[("NV1", "SNV"), ("NV2", "STC")])
    drop_report(workspace, "NV1", 40, "2025-03-12T08:00:00+07:00")
    return workspace


def run(ws: Workspace, as_of: str, **more):
    return run_batch(ws, now=NOW, as_of=datetime.fromisoformat(as_of), **more)


def record(ws: Workspace, run_id: str) -> dict:
    return json.loads((ws.out / run_id / "run.json").read_text(encoding="utf-8"))


def same(one: dict, two: dict) -> bool:
    for each in (one, two):
        each["run"].pop("id")
        each["run"].pop("generated_at")
    return one == two


def test_running_twice_gives_the_same_figures(ws):
    first, second = run(ws, W11), run(ws, W11)
    assert first.run_id != second.run_id
    assert same(record(ws, first.run_id), record(ws, second.run_id))
    assert ws.latest.read_text(encoding="utf-8").strip() == second.run_id


def test_a_published_period_stays_and_later_runs_only_correct_it(ws):
    first = run(ws, W11)
    assert not closing.publish(ws, first.run_id, now=NOW).already
    assert record(ws, first.run_id)["run"]["published"]
    assert closing.publish(ws, first.run_id, now=NOW).already
    again = run(ws, W12, period="2025-W11")
    assert again.snapshot.published_before == first.run_id
    assert record(ws, again.run_id)["run"]["adjusts"] == first.run_id
    with pytest.raises(ConfigError, match="đã công bố"):
        closing.publish(ws, again.run_id, now=NOW)
    assert verify(ws) == ()


def test_trends_read_published_runs_of_earlier_periods(ws):
    first = run(ws, W11)
    assert run(ws, W12).snapshot.trends == ()
    closing.publish(ws, first.run_id, now=NOW)
    assert [t.period for t in run(ws, W12).snapshot.trends] == ["2025-W11"]


def test_a_provisional_run_cannot_be_published(ws):
    early = run(ws, "2025-03-13T08:00:00+07:00", period="2025-W11")
    assert early.snapshot.provisional
    with pytest.raises(ConfigError, match="tạm tính"):
        closing.publish(ws, early.run_id, now=NOW)


def test_comparing_two_runs_names_what_changed(ws):
    first = run(ws, W11)
    second = run(ws, "2025-04-05T08:00:00+07:00")
    found = {(d.what, d.field): (d.first, d.second) for d in closing.compare(ws, first.run_id, second.run_id)}
    assert found[("NV1", "Tình trạng")] == ("Đang thực hiện, trong hạn", "Quá hạn chưa hoàn thành")
    assert found[("Tổng số", "Quá hạn chưa hoàn thành")] == ("0", "2")
    assert closing.compare(ws, first.run_id, first.run_id) == ()


def test_a_preview_leaves_no_trace(ws):
    journal = sorted(p.read_bytes() for p in ws.journal.iterdir())
    seen = run(ws, W11, preview=True)
    assert seen.collected is None
    assert (ws.inbox / "SNV-40.xlsx").is_file()
    assert sorted(p.read_bytes() for p in ws.journal.iterdir()) == journal
    assert not ws.ledger.exists()
    assert not ws.latest.exists()


def test_a_code_that_vanished_still_counts_and_changed_cells_are_listed(ws):
    run(ws, W11)
    write_register(ws, tasks=[("NV1", "SNV"), ("NV3", "STC")], deadline=date(2025, 4, 30))
    shot = run(ws, W12).snapshot
    assert [t.task.code for t in shot.tasks] == ["NV1", "NV3", "NV2"]
    assert [f.task for f in shot.findings if f.rule == "G811"] == ["NV2"]
    changed = {(c.key, c.column): (c.old, c.new) for c in shot.register_changes}
    assert changed[("NV1", "Thời hạn")] == ("31/03/2025", "30/04/2025")
    again = run(ws, "2025-03-29T08:00:00+07:00").snapshot
    assert [f.task for f in again.findings if f.rule == "G811"] == ["NV2"]
    assert again.register_changes == ()


def test_the_export_holds_what_came_and_what_was_made(ws):
    run(ws, W11)
    path = closing.export(ws, "2025-W11", now=NOW)
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        assert bundle.testzip() is None
    assert "nhan/000001-0/SNV-40.xlsx" in names
    assert "register.xlsx" in names
    assert "2025-W11-001/Tong-hop-nhiem-vu.xlsx" in names


def test_what_was_tampered_with_is_named(ws):
    done = run(ws, W11)
    assert verify(ws) == ()
    (done.folder / "nhat-ky.txt").write_text("khác", encoding="utf-8")
    assert any("nhat-ky.txt" in trouble for trouble in verify(ws))


def test_ledger_and_outputs_come_back_as_they_were(ws):
    done = run(ws, W11)
    before = record(ws, done.run_id)
    ws.ledger.unlink()
    shutil.rmtree(ws.out)
    shutil.rmtree(ws.cache)
    again = rebuild(ws, now=NOW)
    assert again.run_id == done.run_id
    assert same(record(ws, done.run_id), before)
    assert ws.ledger.is_file()


def test_the_life_of_a_task_names_its_sources(ws):
    run(ws, W11)
    drop_report(ws, "NV1", 70, "2025-03-19T08:00:00+07:00")
    run(ws, W12)
    life = history(ws, "NV1", as_of=datetime.fromisoformat(W12))
    sources = [e.source for e in life.events]
    assert sources[0] == "register.xlsx › Nhiệm vụ, dòng 2"
    assert "SNV-40.xlsx › Nhiệm vụ!F2" in sources
    assert "SNV-70.xlsx › Nhiệm vụ!F2" in sources
    with pytest.raises(ConfigError, match="NV1"):
        history(ws, "NV01", as_of=datetime.fromisoformat(W12))


def test_a_held_row_stays_in_the_ledger_as_it_was_written(ws):
    drop_report(ws, "NV1", 140, "2025-03-13T08:00:00+07:00")
    run(ws, W11)
    rows = Ledger(ws).rows("updates", task="NV1")
    assert [(r["standing"], r["progress"], r["fields"]) for r in rows[:1]] == [("merged", 40.0, None)]
    assert [(r["standing"], json.loads(r["fields"])["progress"]) for r in rows[1:]] == [("held", "140")]
