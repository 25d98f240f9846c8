"""init: a workspace that a clerk can open, read back and fill; what stands there is never touched."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from pydantic import BaseModel

from nvbatch.config import Config, load_config, parse_config
from nvbatch.form import load_register_schema, packaged
from nvbatch.register_load import load_register
from nvbatch.starters import starters
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace, find_workspace

NOW = datetime.fromisoformat("2025-03-14T17:00:00+07:00")


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    start_workspace(tmp_path / "van-phong", now=NOW)
    return Workspace(tmp_path / "van-phong")


def test_every_folder_of_the_contract_stands(made: Workspace) -> None:
    names = {path.name for path in made.root.iterdir()}
    assert names == {
        "nvbatch.toml", "register.xlsx", "inbox", "archive", "journal", "quarantine", "templates", "schemas", "cache",
        "phat-hanh", "out",
    }  # fmt: skip
    assert find_workspace(made.root).root == made.root


def test_the_receipts_template_has_its_header_alone(made: Workspace) -> None:
    assert (made.inbox / "receipts.csv").read_bytes() == b"file;received_at;sender\n"


def test_a_second_time_changes_nothing_and_says_so(made: Workspace) -> None:
    made.config.write_text('[office]\nname = "VP của tôi"\n', encoding="utf-8")
    before = {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()}
    again = start_workspace(made.root, now=NOW, sample=True)
    assert again.made == () and set(again.kept) == {"nvbatch.toml", "register.xlsx", "inbox/receipts.csv"}
    assert {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()} == before


def test_what_is_missing_is_added_beside_what_is_there(made: Workspace) -> None:
    made.register.unlink()
    assert start_workspace(made.root, now=NOW).made == ("register.xlsx",)


def test_a_failed_write_leaves_no_half_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_a: object, **_k: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nvbatch.startup.write_register", broken)
    with pytest.raises(OSError, match="No space"):
        start_workspace(tmp_path, now=NOW)
    assert not (tmp_path / "register.xlsx").exists()
    monkeypatch.undo()
    assert "register.xlsx" in start_workspace(tmp_path, now=NOW).made


# --- nvbatch.toml -------------------------------------------------------------------------------


def test_the_configuration_loads_and_changes_no_default(made: Workspace) -> None:
    config = load_config(made.config)
    plain = parse_config({"office": {"name": config.office.name, "parent": config.office.parent}})
    assert config == plain


def test_the_commented_lines_show_every_key_with_its_default() -> None:
    text = packaged("templates", "nvbatch.toml").read_text(encoding="utf-8")
    lines = [re.sub(r"^# (?=[a-z_]+ = )", "", line) for line in text.splitlines() if "[[rules.from]]" not in line]
    skipped = re.compile(r"^(date|lock_days = 5|max_extensions = 2)")
    shown = tomllib.loads("\n".join(line for line in lines if not skipped.match(line)))
    for section, keys in keys_of(Config).items():
        there = shown
        for part in section.split("."):
            there = there[part]
        assert keys - there.keys() <= {"from"}, section
    for server in ("imap", "smtp"):  # shown as people know them; left out they mean the same
        assert shown["mail"][server].pop("port") in (993, 465)
    shown["mail"]["imap"].pop("since")
    shown["office"].pop("parent")
    assert parse_config(shown) == parse_config({"office": {"name": "VĂN PHÒNG"}})


def test_every_key_of_the_configuration_is_explained_beside_it() -> None:
    lines = packaged("templates", "nvbatch.toml").read_text(encoding="utf-8").splitlines()
    silent = [line for line in lines if re.match(r"(# )?[a-z_]+ = ", line) and " # " not in line.partition("=")[2]]
    assert silent == ["# date = 2026-01-01", "# max_extensions = 2", "# lock_days = 5"]  # told of in the line above


def keys_of(model: type[BaseModel], path: str = "") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, field in model.model_fields.items():
        inner, label = field.annotation, field.alias or name
        where = f"{path}.{label}".lstrip(".")
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= keys_of(inner, where)
        elif path:
            found.setdefault(path, set()).add(label)
    if path == "mail.imap":
        found[path].discard("sender")
    if path == "mail.smtp":
        found[path].discard("folder")
    return found


# --- register.xlsx ------------------------------------------------------------------------------


def test_the_register_has_every_sheet_and_column_of_the_schema_in_order(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    schema = load_register_schema()
    assert [name for name in book.sheetnames if not name.startswith("_")] == [*(s.name for s in schema), "Hướng dẫn"]
    for sheet in schema:
        labels = [cell.value for cell in book[sheet.name][1]]
        assert labels == [column.label + (" (*)" if column.required else "") for column in sheet.columns]


def test_every_choice_is_a_drop_down_from_the_hidden_list(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    for sheet in load_register_schema():
        rules = book[sheet.name].data_validations.dataValidation
        for number, column in enumerate(sheet.columns, start=1):
            if column.choices:
                letter = openpyxl.utils.get_column_letter(number)
                rule = next(r for r in rules if str(r.sqref).startswith(f"{letter}2:"))
                assert offered(book, rule.formula1) == list(column.choices)
                assert rule.showErrorMessage and rule.errorTitle
    assert book["_danhmuc"].sheet_state == "hidden"


def test_a_column_that_names_a_row_of_another_sheet_offers_that_sheet(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    for name, label, other in (
        ("Đầu mối", "Mã cơ quan (*)", "Cơ quan"),
        ("Nhiệm vụ", "Cơ quan chủ trì (*)", "Cơ quan"),
        ("Nhiệm vụ", "Số, ký hiệu văn bản giao (*)", "Văn bản giao"),
        ("Gia hạn", "Mã nhiệm vụ (*)", "Nhiệm vụ"),
    ):
        letter = next(cell.column_letter for cell in book[name][1] if cell.value == label)
        rules = book[name].data_validations.dataValidation
        rule = next(r for r in rules if str(r.sqref).startswith(f"{letter}2:"))
        assert rule.formula1 == f"'{other}'!$A$2:$A$3001"
        assert not rule.showErrorMessage  # other words may stand there: «các sở, ban, ngành», «*»


def test_every_column_says_what_it_wants_on_its_header_and_when_a_cell_is_entered(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    for sheet in load_register_schema():
        entered = {
            str(rule.sqref).split(":")[0]: rule.prompt for rule in book[sheet.name].data_validations.dataValidation
        }
        for cell in book[sheet.name][1]:
            assert cell.comment is not None and cell.comment.text, (sheet.name, cell.value)
            assert entered[f"{cell.column_letter}2"], (sheet.name, cell.value)


def test_the_guide_names_every_column_once_with_an_example_where_the_sample_has_one(made: Workspace) -> None:
    rows = list(openpyxl.load_workbook(made.register)["Hướng dẫn"].iter_rows(min_row=2, values_only=True))
    told = [row[1] for row in rows if row[1]]
    assert told == [column.label for sheet in load_register_schema() for column in sheet.columns]
    assert ("Nội dung nhiệm vụ", "x") in {(row[1], row[2]) for row in rows}
    assert "Phạm Thị Dụ" in {row[4] for row in rows}


def test_dates_and_codes_typed_below_keep_their_look(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    sheet = book["Nhiệm vụ"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.column_dimensions[letters["Ngày văn bản giao (*)"]].number_format == "dd/mm/yyyy"
    assert sheet.column_dimensions[letters["Mã nhiệm vụ (*)"]].number_format == "@"


# --- starters for Windows -----------------------------------------------------------------------


def test_starters_are_written_on_request_and_kept_when_there(tmp_path: Path) -> None:
    made = start_workspace(tmp_path, now=NOW, starters=True).made
    assert {name for name in made if name.endswith(".cmd")} == {
        "kham.cmd", "lam-bieu-mau.cmd", "tinh-hinh.cmd", "chay-tuan.cmd",
    }  # fmt: skip
    (tmp_path / "kham.cmd").write_text("của tôi", encoding="utf-8")
    assert "kham.cmd" in start_workspace(tmp_path, now=NOW, starters=True).kept
    assert (tmp_path / "kham.cmd").read_text(encoding="utf-8") == "của tôi"


@pytest.mark.parametrize("name", sorted(starters()))
def test_a_starter_is_what_cmd_exe_can_read(name: str) -> None:
    data = starters()[name].encode("utf-8")
    lines = data.split(b"\r\n")
    assert name.isascii() and not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    turned = lines.index(b"chcp 65001 >nul")
    assert all(line.isascii() for line in lines[: turned + 1]), "accents before the console speaks UTF-8"
    assert not any(line.startswith(b":") or b"goto" in line for line in lines)  # labels go astray beside UTF-8


@pytest.mark.parametrize("name", sorted(starters()))
def test_a_starter_works_from_any_folder_and_tells_the_status_on(name: str) -> None:
    text = starters()[name]
    assert '-w "%~dp0." ' in text, "its own folder, quoted, whatever the current one is"
    assert "\ncd " not in text and "pushd" not in text  # cmd.exe cannot stand on a network share
    lines = text.splitlines()
    run = next(n for n, line in enumerate(lines) if line.startswith("%NVBATCH%"))
    assert lines[run].endswith("%*") and lines[run + 1] == "set RESULT=%ERRORLEVEL%"
    assert lines[-1] == "exit /b %RESULT%"


def offered(book: openpyxl.Workbook, formula: str) -> list[str]:
    sheet, _, area = formula.lstrip("=").partition("!")
    return [cell.value for row in book[sheet.strip("'")][area.replace("$", "")] for cell in row]


def test_every_cell_is_times_new_roman_and_headers_stay_in_sight(made: Workspace) -> None:
    book = openpyxl.load_workbook(made.register)
    for sheet in load_register_schema():
        assert {cell.font.name for cell in book[sheet.name][1]} == {"Times New Roman"}
        assert book[sheet.name].freeze_panes is not None and book[sheet.name].print_title_rows == "$1:$1"


def test_the_empty_register_is_read_back_without_a_word_on_its_form(made: Workspace) -> None:
    register, hits, sheets = load_register(made.register, load_config(made.config), made.schemas)
    assert (dict(register.agencies), dict(register.tasks)) == ({}, {})
    assert sheets.troubles == () and list(hits) == []


def test_the_sample_register_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    start_workspace(tmp_path, now=NOW, sample=True)
    ws = Workspace(tmp_path)
    register, hits, sheets = load_register(ws.register, load_config(ws.config), ws.schemas)
    assert set(register.agencies) == {"SNV", "STC", "XA01"} and len(register.tasks) == 4
    assert register.tasks["NV-2025-0002"].growth_impact and register.tasks["NV-2025-0001"].deadline is not None
    assert sheets.troubles == () and list(hits) == []


def test_the_same_moment_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        start_workspace(tmp_path / name, now=NOW, sample=True)
    assert (tmp_path / "a/register.xlsx").read_bytes() == (tmp_path / "b/register.xlsx").read_bytes()
