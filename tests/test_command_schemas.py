"""What --json prints is what schemas/commands says: every command, run for real, in success and in failure."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from nvbatch.cli import main
from nvbatch.cli.commands import nvbatch
from nvbatch.console import speak
from nvbatch.form import packaged
from nvbatch.startup import start_workspace

ROOT = Path(__file__).resolve().parent.parent
FOLDER = packaged("schemas", "commands")
CASE = ROOT / "sample_workbooks" / "so-nho" / "2025-W11"
AT = "2025-03-27T09:00"
Say = Callable[..., Any]


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    monkeypatch.delenv("NVBATCH_WORKSPACE", raising=False)
    speak("vi")


@cache
def schema(name: str) -> Validator:
    read = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Type a command with --json; its document is held against the schema that bears the command's name."""

    def said(name: str, *words: str | Path, status: int = 0) -> Any:
        exit_status = main([*name.split("+"), *(str(word) for word in words), "--json"])
        out = capsys.readouterr().out
        document = json.loads(out)
        assert exit_status == document["exit"] == status, out[:400]
        troubles = [
            f"{error.json_path}: {error.message}" for error in schema(_file(name, document)).iter_errors(document)
        ]
        assert troubles == []
        return document

    return said


def _file(name: str, document: dict[str, Any]) -> str:
    return "error" if "error" in document else name.replace("+", "-")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, plays: Any) -> Path:
    """A copy of the workspace in which a small case of two weeks has been played."""
    folder = tmp_path_factory.mktemp("schemas") / "van-phong"
    shutil.copytree(plays("so-nho")[0][1].folder.parent.parent, folder)
    return folder


def names(group: click.Group, above: str = "") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= names(command, f"{above}{name}-") if isinstance(command, click.Group) else {above + name}
    return found


def test_every_command_has_its_schema_and_every_schema_its_command() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == names(nvbatch) | {"error"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_valid_closed_and_says_what_each_field_means(path: Path) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(read)
    assert read["description"] and read["additionalProperties"] is False and "exit" in read["required"]
    for places in (read["properties"], *(d.get("properties", {}) for d in read.get("$defs", {}).values())):
        assert all("description" in field or "$ref" in field or "properties" in field for field in places.values())


def test_a_document_with_a_field_that_no_schema_knows_is_refused() -> None:
    assert list(schema("verify").iter_errors({"exit": 0, "troubles": [], "notes": []})) == []
    assert list(schema("verify").iter_errors({"exit": 0, "troubles": [], "notes": [], "more": 1}))
    assert list(schema("verify").iter_errors({"exit": 7, "troubles": []}))


def test_a_demo_tells_each_of_its_runs(say: Say, plays: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("nvbatch.demo.play", lambda case, _folder: iter(plays(case)))  # played once a session
    assert len(say("demo", tmp_path / "demo", "--case", "so-nho")["runs"]) == 2


def test_commands_that_only_look(say: Say, played: Path) -> None:
    assert say("status", "-w", played, "--as-of", AT)["status"]["reports"]
    assert say("history", "NV-2025-0201", "-w", played, "--as-of", AT)["history"]["events"]
    assert say("compare", "2025-W11-001", "2025-W12-001", "-w", played)["differences"]
    held = say("quarantine+list", "-w", played, "--as-of", AT)["held"]
    assert say("quarantine+show", held[0]["id"], "-w", played, "--as-of", AT)["held"]["sender"]
    assert say("send", "-w", played, "--as-of", AT)["mails"]
    assert say("verify", "-w", played)["troubles"] == []
    say("doctor", "-w", played, "--as-of", AT, status=0)
    assert len(say("rules")["rules"]) > 60
    assert say("rules", "r504")["rules"][0]["code"] == "R504"
    assert "nvbatch" in say("completion", "bash")["script"]


def test_check_with_and_without_a_workspace(say: Say, played: Path) -> None:
    files = sorted((CASE / "inbox").glob("*.xls*"))[:1]
    if not files:  # the case came by mail: a form of our own will do
        files = sorted((played / "out").glob("*/phan-hoi/*.xlsx"))[:1]
    for words in ((), ("-w", played)):
        exit_status = main(["check", *map(str, files), *map(str, words), "--quiet"])
        assert say("check", *files, *words, status=exit_status)["files"]


def test_commands_that_make_something(say: Say, tmp_path: Path) -> None:
    folder = tmp_path / "vp"
    assert say("init", folder, "--sample")["made"]
    assert say("init", folder)["kept"]
    at = ("-w", folder, "--as-of", "2025-03-14T17:00")
    assert say("forms", *at, "--period", "2025-W11")["files"]
    (folder / "inbox" / "la.xlsx").write_bytes(b"not a workbook")
    os.utime(folder / "inbox" / "la.xlsx", (1_700_000_000, 1_700_000_000))
    assert say("collect", *at)["receipts"][0]["file"] == "la.xlsx"
    run = say("run", *at)
    assert run["outputs"] and run["totals"]["assigned"] == 4
    assert say("run", *at, "--preview")["run"].startswith("thu-")
    assert say("publish", run["run"], "-w", folder)["published"]["period"] == "2025-W11"
    assert say("export", "2025-W11", "-w", folder)["file"].endswith(".zip")
    assert say("rebuild", "-w", folder)["run"] == run["run"]


def test_what_was_tampered_with_is_status_1_with_its_own_document(say: Say, tmp_path: Path) -> None:
    say("init", tmp_path / "vp", "--sample")
    at = ("-w", tmp_path / "vp", "--as-of", "2025-03-14T17:00")
    run = say("run", *at)
    (tmp_path / "vp" / "out" / run["run"] / "nhat-ky.txt").write_text("đã sửa", encoding="utf-8")
    assert say("verify", "-w", tmp_path / "vp", status=1)["troubles"]
    (tmp_path / "vp" / "nvbatch.toml").write_text("[office]\n", encoding="utf-8")
    assert "broken" in {check["state"] for check in say("doctor", *at, status=1)["checks"]}


def test_the_word_on_a_held_file(say: Say, played: Path) -> None:
    held = say("quarantine+list", "-w", played, "--as-of", AT)["held"]
    say("quarantine+release", held[0]["id"], "--reason", "đã gọi điện xác nhận", "-w", played, "--as-of", AT)
    say("quarantine+reject", held[0]["id"], "--reason", "nhầm", "-w", played, "--as-of", AT, status=2)
    for other in held[1:2]:
        say("quarantine+reject", other["id"], "--reason", "gửi nhầm", "-w", played, "--as-of", AT)


def test_an_annex(say: Say, tmp_path: Path) -> None:
    import openpyxl

    start_workspace(tmp_path / "vp", now=_moment(), sample=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Phụ lục giao nhiệm vụ"])
    sheet.append(["STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"])
    sheet.append([1, "Xây dựng đề án vị trí việc làm giai đoạn 2025-2030", "Sở Nội vụ", "Quý II/2025"])
    sheet.append([2, "Báo cáo tình hình thu ngân sách các tháng đầu năm", "Sở chưa có", "tháng"])
    book.save(tmp_path / "phu-luc.xlsx")
    words = ("-w", tmp_path / "vp", "--doc-number", "5/KH-UBND", "--doc-date", "2025-03-01", "--expected", "3")
    assert say("import-annex", tmp_path / "phu-luc.xlsx", *words, "--dry-run")["dry_run"]
    assert len(say("import-annex", tmp_path / "phu-luc.xlsx", *words)["added"]) == 2
    assert say("import-annex", tmp_path / "phu-luc.xlsx", *words)["added"] == []


@pytest.mark.parametrize(
    ("name", "words", "status"),
    [
        ("status", ("-w", "/khong/co"), 2),
        ("status", ("--khong",), 2),
        ("rules", ("X000",), 2),
        ("check", ("khong-co.xlsx",), 2),
        ("demo", ("--case", "khong"), 2),
        ("completion", ("tcsh",), 2),
        ("khong-co", (), 2),
    ],
)
def test_failures_are_one_document_too(say: Say, name: str, words: tuple[str, ...], status: int) -> None:
    assert say(name, *words, status=status)["error"]


def test_a_held_workspace_an_interruption_and_a_full_disk(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nvbatch.run
    from nvbatch.lock import hold
    from nvbatch.workspace import Workspace

    start_workspace(tmp_path, now=_moment(), sample=True)
    with hold(Workspace(tmp_path)):
        assert say("run", "-w", tmp_path, status=4)["error"]
    for error, status in ((KeyboardInterrupt(), 130), (OSError(28, "No space left on device", "run.json"), 3)):

        def broken(*_a: Any, _error: BaseException = error, **_k: Any) -> Any:
            raise _error

        monkeypatch.setattr(nvbatch.run, "run_batch", broken)
        assert say("run", "-w", tmp_path, status=status)["error"]


def _moment() -> Any:
    from datetime import datetime

    return datetime.fromisoformat("2025-03-10T08:00:00+07:00")
