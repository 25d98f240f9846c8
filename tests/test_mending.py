"""The agency's round: a form is issued, filled with mistakes, returned marked, mended, sent again, and is clean."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from test_closing import NOW, W11, write_register

from nvbatch.blanks import make_forms
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

SAID = "Đã trình dự thảo lần hai, đang lấy ý kiến các đơn vị liên quan"
GOOD = {
    "accountable_head": "Trần Văn Mẫu",
    "supervisor": "Lê Thị Mẫu",
    "assignee": "Phòng Tổng hợp",
    "updated_on": date(2025, 3, 12),
    "narrative": SAID,
    "progress": 40,
    "reported_status": "Đang thực hiện",
}


def sheet_of(path: Path) -> tuple[openpyxl.Workbook, dict[str, int], dict[str, int]]:
    """The opened workbook, column by field key, row by task code (the hidden key row tells both)."""
    book = openpyxl.load_workbook(path)
    sheet = book["Nhiệm vụ"]
    keys = next(r for r in range(1, 30) if any(sheet.cell(r, c).value == "task_code" for c in range(1, 40)))
    columns = {str(sheet.cell(keys, c).value): c for c in range(1, sheet.max_column + 1) if sheet.cell(keys, c).value}
    rows = {
        str(sheet.cell(r, columns["task_code"]).value): r
        for r in range(keys + 2, sheet.max_row + 1)
        if sheet.cell(r, columns["task_code"]).value
    }
    return book, columns, rows


def fill(path: Path, target: Path, **by_task: dict[str, object]) -> None:
    """As a clerk does: open, type, save under another name."""
    book, columns, rows = sheet_of(path)
    for code, values in by_task.items():
        for key, value in values.items():
            book["Nhiệm vụ"].cell(rows[code], columns[key]).value = value
    book.save(target)
    os.utime(target, (1_000_000_000,) * 2)


def drop(ws: Workspace, name: str, received: str) -> Path:
    with (ws.inbox / "receipts.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{name};{received};\n")
    return ws.inbox / name


@pytest.fixture
def ws(tmp_path) -> Workspace:
    start_workspace(tmp_path, now=NOW)
    workspace = Workspace(tmp_path)
    workspace.register.unlink()
    write_register(workspace, tasks=[("NV1", "SNV"), ("NV2", "SNV"), ("NV3", "SNV")])
    return workspace


def record(ws: Workspace) -> dict:
    result = run_batch(ws, now=NOW, as_of=datetime.fromisoformat(W11))
    assert result.failures == ()
    return json.loads((result.folder / "run.json").read_text(encoding="utf-8")) | {"folder": result.folder}


def to_mend(run: dict) -> set[tuple[str, str | None, str | None]]:
    counting = {s["id"] for s in run["submissions"] if s["state"] == "accepted"}
    return {
        (f["rule"], f["task"], f["column"])
        for f in run["findings"]
        if f["submission"] in counting and f["severity"] in ("fatal", "error", "incomplete")
    }


def test_a_return_that_is_mended_and_sent_again_comes_back_clean(ws):
    issued_on = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
    forms = make_forms(ws, now=NOW, as_of=issued_on)
    form = ws.out / "forms" / forms.files[0]
    bad = {**GOOD, "progress": "120%", "updated_on": "31/02/2025"}
    thin = {**GOOD, "narrative": "đang thực hiện", "assignee": None}
    fill(form, drop(ws, "lan-1.xlsx", "2025-03-12T08:00:00+07:00"), NV1=GOOD, NV2=bad, NV3=thin)

    first = record(ws)
    assert to_mend(first) == {
        ("C404", "NV2", "progress"),
        ("C402", "NV2", "updated_on"),
        ("C408", "NV3", "narrative"),
        ("C401", "NV3", "assignee"),
    }
    returned = first["folder"] / "phan-hoi" / "SNV-2025-W11.xlsx"
    book, columns, rows = sheet_of(returned)
    assert book["Nhiệm vụ"].cell(rows["NV1"], columns["narrative"]).value == SAID
    assert book["Nhiệm vụ"].cell(rows["NV2"], columns["progress"]).comment is not None
    assert "Nội dung cần chỉnh sửa" in book.sheetnames

    mended = {
        "NV2": {"progress": 60, "updated_on": date(2025, 3, 12)},
        "NV3": {"narrative": SAID, "assignee": "Phòng A"},
    }
    fill(returned, drop(ws, "lan-2.xlsx", "2025-03-13T08:00:00+07:00"), **mended)
    second = record(ws)
    assert to_mend(second) == set()
    assert {t["code"]: (t["aggregated"], t["flags"]) for t in second["tasks"]} == {
        code: (True, ["five_clear_missing"]) for code in ("NV1", "NV2", "NV3")
    }
    assert {s["file"]: s["state"] for s in second["submissions"]} == {
        "lan-1.xlsx": "superseded",
        "lan-2.xlsx": "accepted",
    }


def test_a_form_sent_back_as_it_was_issued_is_no_update(ws):
    form_now = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
    forms = make_forms(ws, now=NOW, as_of=form_now)
    fill(ws.out / "forms" / forms.files[0], drop(ws, "lan-1.xlsx", "2025-03-12T08:00:00+07:00"), NV1=GOOD)
    record(ws)
    later = datetime.fromisoformat("2025-03-17T08:00:00+07:00")
    again = ws.out / "forms" / make_forms(ws, now=NOW, as_of=later).files[0]
    book, columns, rows = sheet_of(again)
    assert book["Nhiệm vụ"].cell(rows["NV1"], columns["supervisor"]).value == "Lê Thị Mẫu"
    assert book["Nhiệm vụ"].cell(rows["NV1"], columns["narrative"]).value is None
    fill(again, drop(ws, "lan-2.xlsx", "2025-03-19T08:00:00+07:00"))
    result = run_batch(ws, now=NOW, as_of=datetime.fromisoformat("2025-03-22T08:00:00+07:00"))
    [sent] = [s for s in result.snapshot.submissions if s.document.name == "lan-2.xlsx"]
    assert (sent.rows_read, sent.rows_skipped, sent.rows_merged) == (3, 3, 0)
    assert all("no_update" in t.flags for t in result.snapshot.tasks)
    assert next(t for t in result.snapshot.tasks if t.task.code == "NV1").row.get("progress") == 40
