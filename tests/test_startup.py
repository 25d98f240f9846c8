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
    told = parse_config(shown)
    assert told.rules == parse_config({"office": {"name": "x"}}).rules
    assert told.reporting == parse_config({"office": {"name": "x"}}).reporting
    assert told.intake == parse_config({"office": {"name": "x"}}).intake


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
    assert sheets.missing == () and sheets.troubles == () and list(hits) == []


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
