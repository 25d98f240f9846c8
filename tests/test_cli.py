"""The command line as an office meets it: words, statuses, one JSON document, nothing heavy at the door."""

from __future__ import annotations

import ast
import gettext
import importlib
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from snapshot_factory import snapshot

from nvbatch.cli import main
from nvbatch.cli.summary import closing_line, needs_a_human
from nvbatch.console import plain, speak, table, tone, width
from nvbatch.model import Output, Period
from nvbatch.startup import start_workspace
from nvbatch.summary import summary_of
from nvbatch.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("pandas", "pandera", "numpy", "openpyxl", "xlsxwriter", "docx", "docxtpl", "pydantic", "yaml", "holidays")
NOW = datetime.fromisoformat("2025-03-14T17:00:00+07:00")
Said = SimpleNamespace
Tell = Callable[..., Said]


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")  # put back afterwards, whatever a command sets it to
    speak("vi")


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Type a command: its status, stdout and stderr."""
    monkeypatch.delenv("NVBATCH_WORKSPACE", raising=False)

    def typed(*words: str | Path) -> Said:
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(status=status, out=said.out, err=said.err)

    return typed


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    start_workspace(tmp_path / "van-phong", now=NOW, sample=True)
    return Workspace(tmp_path / "van-phong")


def fake(monkeypatch: pytest.MonkeyPatch, name: str, function: Callable[..., Any]) -> None:
    monkeypatch.setattr(importlib.import_module("nvbatch.run"), name, function)


def outcome(failures: tuple[str, ...] = (), **changes: Any) -> Any:
    from nvbatch.run import RunResult

    outputs = [Output(path="Tong-hop-nhiem-vu.xlsx", kind="master")]
    outputs += [Output(path=f"phan-hoi/{code}-2026-W47.xlsx", kind="return") for code in ("SNV", "STC", "SXD")]
    return RunResult(
        run_id="2026-W47-001", folder=Path("out/2026-W47-001"), summary=summary_of(snapshot(**changes)),
        found=lambda: snapshot(**changes), outputs=tuple(outputs), failures=failures, collected=None,
    )  # fmt: skip


# --- words --------------------------------------------------------------------------------------


def test_help_is_vietnamese_down_to_the_words_of_click(tell: Tell) -> None:
    said = tell("--help")
    assert said.status == 0
    assert "Cách dùng: nvbatch [TÙY CHỌN] LỆNH" in said.out and "Các lệnh:" in said.out
    assert not re.search(r"Usage|Options|Commands|Show this|Error", said.out)


def test_no_word_at_all_shows_the_help(tell: Tell) -> None:
    said = tell()
    assert "Các lệnh:" in said.out + said.err and "Lỗi của chương trình" not in said.err


def test_tab_completes_commands_and_options() -> None:
    for words, at, expected in (("nvbatch st", "1", "plain,status"), ("nvbatch run --lett", "2", "plain,--letters")):
        asked = {"_NVBATCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": at}
        said = subprocess.run(
            [sys.executable, "-m", "nvbatch"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **asked},
        )
        assert said.stdout.split() == [expected], said.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_its_script(tell: Tell, shell: str) -> None:
    said = tell("completion", shell)
    assert said.status == 0 and "_NVBATCH_COMPLETE" in said.out and f"completion {shell}" in said.err


def test_every_rule_is_explained_with_an_example() -> None:
    from nvbatch.cli.rule_examples import EXAMPLES
    from nvbatch.rules.catalogue import RULES

    assert EXAMPLES.keys() == RULES.keys()
    assert all(example.wrong and example.right for example in EXAMPLES.values())


def test_usage_errors_are_vietnamese_and_name_the_nearest_command(tell: Tell) -> None:
    said = tell("runn")
    assert (said.status, said.out) == (2, "")
    assert "Không có lệnh «runn». Có phải là «run»?" in said.err


def test_english_is_spoken_on_request_before_or_after_the_command(tell: Tell) -> None:
    for words in (("--lang", "en", "status", "--help"), ("status", "--lang=en", "--help")):
        said = subprocess.run(
            [sys.executable, "-m", "nvbatch", *words], cwd=ROOT, capture_output=True, encoding="utf-8"
        )
        assert "Usage: nvbatch status [OPTIONS]" in said.stdout
        assert "Who has sent, who has not" in said.stdout


VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
ENGLISH = re.compile(
    r"\b(the|a|an|of|and|or|not|to|is|are|for|with|which|Usage|Options?|Commands?|Show|Default|required|TEXT|INTEGER|RANGE"
    r"|FILE|DIR|CODE|PERIOD|RUN|ARGS)\b"
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command with those below it, as typed."""
    found = [path]
    for name, command in group.commands.items():
        below = (*path, name)
        found += commands(command, below) if isinstance(command, click.Group) else [below]
    return found


def every_command() -> list[tuple[str, ...]]:
    from nvbatch.cli.commands import nvbatch

    return commands(nvbatch)


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help_speaks_one_language_at_a_time(tell: Tell, words: tuple[str, ...]) -> None:
    vietnamese = tell(*words, "--help", "--lang", "vi")
    english = tell(*words, "--help", "--lang", "en")
    assert (vietnamese.status, english.status) == (0, 0)
    said = re.sub(r"--[a-z-]+|\[[a-z|]+\]|nvbatch [a-z -]+", "", vietnamese.out)  # names of options, choices, commands
    assert not ENGLISH.findall(said), said
    values = re.sub(
        r"\[[^\]]*\|[^\]]*\]|: Trọng tâm\]|3690/QĐ-UBND|«[^»]*»", "", english.out
    )  # values are data, in Vietnamese
    assert not VIETNAMESE.findall(values), english.out


@pytest.mark.parametrize(
    "words",
    [
        ("--khong",),
        ("khong-co",),
        ("run", "--peroid", "x"),
        ("run", "--jobs", "0"),
        ("run", "--jobs", "nhiều"),
        ("run", "--letters", "al"),
        ("run", "--conference", "mai"),
        ("run", "--as-of", "mai"),
        ("run", "--period"),
        ("run", "thừa"),
        ("check",),
        ("check", "khong-co.xlsx"),
        ("history",),
        ("compare", "a"),
        ("rules", "C44"),
        ("import-annex", "khong-co.docx"),
        ("quarantine", "lst"),
        ("quarantine", "release", "000001-0"),
        ("status", "-w", "/khong/co"),
        ("init",),
        ("demo", "--case", "so-no"),
    ],
    ids=" ".join,
)
def test_usage_errors_speak_one_language_at_a_time(tell: Tell, words: tuple[str, ...]) -> None:
    said = tell(*words, "--lang", "vi") if words[-1] != "--period" else tell("--lang", "vi", *words)
    assert said.status == 2 and said.out == ""
    assert not ENGLISH.findall(re.sub(r"«[^»]*»|--[a-z-]+|nvbatch [a-z -]+|[a-z]+-[a-z0-9-]+", "", said.err)), said.err


def test_every_word_of_ours_has_its_english_and_every_word_of_click_its_vietnamese() -> None:
    english, vietnamese = catalogue("en"), catalogue("vi")
    rooms = [*(ROOT / "nvbatch" / "cli").glob("*.py"), *(ROOT / "nvbatch" / "doctor").glob("*.py")]
    ours = {word for path in [*rooms, ROOT / "nvbatch" / "nearest.py"] for word in spoken(path)}
    assert {word for word in ours if word not in english and word not in vietnamese} == set()
    inner = {"_winconsole.py", "_termui_impl.py", "shell_completion.py", "utils.py"}  # never seen in our commands
    unseen = re.compile("Could not determine|No options defined|Arguments take exactly|defined twice|same flag|colour")
    clicks = {
        word
        for path in Path(str(click.__file__)).parent.glob("*.py")
        if path.name not in inner
        for word in spoken(path, "_", "ngettext")
        if not unseen.search(word)
    }
    assert clicks - vietnamese.keys() == set()


def test_compiled_words_are_those_of_the_readable_catalogues() -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for language in ("vi", "en"):
        folder = ROOT / "nvbatch" / "locale" / language / "LC_MESSAGES"
        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO((folder / "nvbatch.po").read_bytes())))
        assert _words(compiled.getvalue()) == _words((folder / "nvbatch.mo").read_bytes()), "make words"


# --- at the door --------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["khong-co"]])
def test_nothing_heavy_is_imported_for_help_and_complaints(words: list[str]) -> None:
    code = (
        "import sys; from nvbatch.cli import main; main(sys.argv[1:]); "
        f"print('heavy:', [m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert said.stderr.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp1258", "cp437"])
def test_utf_8_is_written_whatever_the_console_says(encoding: str) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "LANGUAGE": ""}
    said = subprocess.run([sys.executable, "-m", "nvbatch", "-h"], cwd=ROOT, capture_output=True, env=env)
    assert "Các lệnh" in said.stdout.decode("utf-8")


def test_no_command_without_an_engine_is_offered(tell: Tell) -> None:
    from nvbatch.cli.commands import nvbatch

    for name in nvbatch.commands:
        assert tell(name, "--help").status == 0


# --- statuses -----------------------------------------------------------------------------------


def test_configuration_mistakes_are_status_2_and_name_the_nearest_key(tell: Tell, office: Workspace) -> None:
    office.config.write_text('[office]\nname = "VP"\n[reporting]\ncutof = "16:30"\n', encoding="utf-8")
    said = tell("status", "-w", office.root)
    assert said.status == 2 and "reporting.cutoff" in said.err


def test_without_a_workspace_it_says_how_to_make_one(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = tell("status")
    assert said.status == 2 and "nvbatch init" in said.err
    assert tell("status", "-w", tmp_path).status == 2


def test_a_held_workspace_is_status_4_and_says_who_holds_it(tell: Tell, office: Workspace) -> None:
    from nvbatch.lock import hold

    with hold(office):
        said = tell("run", "-w", office.root, "--as-of", "2025-03-14T17:00")
    assert said.status == 4 and "đang được sử dụng" in said.err


def test_an_output_that_could_not_be_made_is_status_3_and_named(
    tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "run_batch", lambda *a, **k: outcome(("Phieu-trinh.docx: máy báo lỗi khi ghi",)))
    said = tell("run", "-w", office.root, "--quiet")
    assert said.status == 3
    assert said.out == "" and "Phieu-trinh.docx" in said.err


def test_ctrl_c_is_status_130(tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_a: Any, **_k: Any) -> Any:
        raise KeyboardInterrupt

    fake(monkeypatch, "run_batch", interrupted)
    said = tell("run", "-w", office.root)
    assert said.status == 130 and "Đã dừng" in said.err


def test_a_full_disk_is_one_plain_sentence(tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_a: Any, **_k: Any) -> Any:
        raise OSError(28, "No space left on device", "/anywhere/out/run.json")

    fake(monkeypatch, "run_batch", full)
    said = tell("run", "-w", office.root)
    assert said.status == 3
    assert len(said.err.strip().splitlines()) == 1 and "run.json" in said.err and "/anywhere" not in said.err


def test_a_fault_of_ours_quotes_no_cell(tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_a: Any, **_k: Any) -> Any:
        raise ValueError("số điện thoại 0909 000 000 ở ô B7")

    fake(monkeypatch, "run_batch", broken)
    said = tell("run", "-w", office.root)
    assert said.status == 3 and "ValueError" in said.err and "0909" not in said.err


# --- json ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["rules"], ["rules", "c404"], ["rules", "X000"], ["status", "-w", "/khong/co"], ["status", "--khong"]]
)
def test_json_gives_one_document_even_on_failure_and_people_read_stderr(tell: Tell, words: list[str]) -> None:
    said = tell(*words, "--json")
    document = json.loads(said.out)
    assert document["exit"] == said.status
    assert said.err


def test_json_may_stand_before_the_command(tell: Tell) -> None:
    assert json.loads(tell("--json", "rules", "C404").out)["rules"][0]["code"] == "C404"


def test_a_run_tells_a_machine_what_it_tells_a_person(
    tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "run_batch", lambda *a, **k: outcome())
    document = json.loads(tell("run", "-w", office.root, "--json").out)
    assert document["summary"] == closing_line(summary_of(snapshot()))
    assert document["run"] == "2026-W47-001" and len(document["outputs"]) == 4
    assert document["totals"]["assigned"] == 120


def test_plain_knows_every_kind_of_value_of_ours() -> None:
    week = Period(kind="week", key="2025-W11", start=NOW.date(), end=NOW.date(), cutoff=NOW)
    text = json.dumps(plain({"week": week, "codes": frozenset({"b", "a"}), "path": Path("a/b")}))
    assert json.loads(text)["week"]["cutoff"] == "2025-03-14T17:00:00+07:00"
    assert json.loads(text)["codes"] == ["a", "b"]


# --- what people read ---------------------------------------------------------------------------


def test_the_closing_line_adds_up() -> None:
    line = closing_line(summary_of(snapshot()))
    assigned, terms = re.fullmatch(r"Nộp \d+/\d+ · hợp lệ \d+ · phải sửa \d+ · nhiệm vụ: (\d+) = (.+)", line).groups()  # type: ignore[union-attr]
    assert int(assigned) == sum(int(term.split()[0]) for term in terms.split(" + ")) == 120
    sent, fit, mend = (int(re.search(rf"{word} (\d+)", line)[1]) for word in ("Nộp", "hợp lệ", "phải sửa"))  # type: ignore[index]
    assert sent == fit + mend


def test_a_run_ends_with_the_sum_and_shows_at_most_three_matters(
    tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, "run_batch", lambda *a, **k: outcome(provisional=True))
    said = tell("run", "-w", office.root)
    assert said.out.splitlines()[-1] == closing_line(summary_of(snapshot()))
    assert "phan-hoi/ (3)" in said.out and "Số liệu tạm tính" in said.out
    assert 1 <= len(needs_a_human(summary_of(snapshot()))) <= 3
    assert all(matter in said.out for matter in needs_a_human(summary_of(snapshot())))


def test_quiet_says_nothing_when_all_is_well(tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "run_batch", lambda *a, **k: outcome())
    said = tell("run", "-w", office.root, "--quiet")
    assert (said.status, said.out, said.err) == (0, "", "")


def test_colours_go_where_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert tone("CHƯA NỘP", "bad") != "CHƯA NỘP"
    monkeypatch.setenv("NO_COLOR", "1")
    assert tone("CHƯA NỘP", "bad") == "CHƯA NỘP"


def test_tables_stand_straight_however_the_accents_are_written() -> None:
    composed, apart = "Sở Nội vụ", "So\u031b\u0309 N\u00f4\u0323i vu\u0323"
    lines = table(("Tên", "Mã"), [(composed, "SNV"), (apart, "SNV")])
    assert {width(line[: line.index("SNV")]) for line in lines[2:]} == {width(lines[0][: lines[0].index("Mã")])}


def test_rules_are_listed_and_explained_and_a_near_code_is_named(tell: Tell) -> None:
    listed, explained, unknown = tell("rules"), tell("rules", "r504"), tell("rules", "R50")
    assert "C404" in listed.out and "G812" in listed.out
    assert "Cách sửa:" in explained.out and "R75" in explained.out and "Ví dụ: " in explained.out
    assert unknown.status == 2 and "Có phải là «R50" in unknown.err


def test_the_page_of_rules_is_fresh(tell: Tell) -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == tell("rules", "--markdown").out, "make docs"


# --- check, forms, status on a real small office ------------------------------------------------


def test_check_needs_no_workspace_and_says_file_place_code_and_remedy(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "anh.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    said = tell("check", "anh.xlsx")
    assert said.status == 1
    assert re.search(r"^anh\.xlsx.*  F101  .+\n    → Cách sửa: .+", said.out)
    assert said.out.splitlines()[-1].startswith("Đã kiểm tra 1 tệp: 0 đạt, 1 phải sửa")


def test_check_in_a_named_folder_that_is_no_workspace_is_a_mistake(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    assert tell("check", tmp_path / "a.xlsx", "-w", tmp_path).status == 2


def test_forms_run_and_status_work_on_the_sample_register(tell: Tell, office: Workspace) -> None:
    made = tell("forms", "-w", office.root, "--period", "2025-W11", "--as-of", "2025-03-10T08:00", "--json")
    assert made.status == 0, made.err
    assert len(json.loads(made.out)["files"]) == 3
    ran = tell("run", "-w", office.root, "--as-of", "2025-03-14T17:00")
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[-1].startswith("Nộp 0/3 · hợp lệ 0 · phải sửa 0 · nhiệm vụ: 4 = ")
    standing = tell("status", "-w", office.root, "--as-of", "2025-03-14T12:00")
    assert "CHƯA NỘP" in standing.out and "còn 4 giờ 30 phút" in standing.out
    assert standing.out.splitlines()[-1] == "Đã nộp 0/3 · còn thiếu 3 báo cáo"


def test_a_form_open_in_excel_is_made_beside_it_and_nothing_is_lost(
    tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("forms", "-w", office.root, "--period", "2025-W11", "--as-of", "2025-03-10T08:00")
    assert tell(*words).status == 0
    held = office.forms / "2025-W11" / "BM01_SNV_CHUNG_2025-W11.xlsx"
    before, name = held.read_bytes(), "Lê Thị Mở".encode()
    held.with_name(f"~${held.name}").write_bytes(bytes([len(name)]) + name)
    replace = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if Path(target) == held:
            raise PermissionError(13, "Permission denied", str(held))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    said = tell(*words)
    assert said.status == 3 and "Lê Thị Mở" in said.err and "BM01_SNV_CHUNG_2025-W11 (2).xlsx" in said.err
    assert held.read_bytes() == before and held.with_name("BM01_SNV_CHUNG_2025-W11 (2).xlsx").is_file()
    assert len(list(held.parent.glob("BM01_*.xlsx"))) == 4  # the others were made all the same


def test_forms_of_a_period_that_is_over_point_to_the_next_one(tell: Tell, office: Workspace) -> None:
    said = tell("forms", "-w", office.root, "--as-of", "2025-03-15T08:00")
    assert "nvbatch forms --period 2025-W12" in said.out


@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("2025-03-14T12:00", "còn 4 giờ 30 phút"),
        ("2025-03-13T16:30", "còn 1 ngày"),
        ("2025-03-12T15:00", "còn 2 ngày 1 giờ"),
        ("2025-03-14T16:30", "còn 0 phút"),
        ("2025-03-14T16:31", "đã qua"),
    ],
)
def test_time_left_is_said_in_two_words(at: str, left: str) -> None:
    from nvbatch.cli.standing import _left

    cutoff = datetime.fromisoformat("2025-03-14T16:30")
    assert _left(cutoff, datetime.fromisoformat(at)) == left


def test_steps_are_shown_on_a_terminal_only_and_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    from nvbatch.cli.frame import Ask
    from nvbatch.cli.watching import watched
    from nvbatch.console import Console
    from nvbatch.progress import tell as step

    for terminal, quiet in ((True, False), (False, False), (True, True)):
        screen = io.StringIO()
        screen.isatty = lambda terminal=terminal: terminal  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stderr", screen)
        with watched(Ask(Console(quiet=quiet), None, None)):
            step("read", 3, 12)
            step("documents")
        step("read", 4, 12)  # nobody listens any more
        said = screen.getvalue()
        if terminal and not quiet:
            assert "Đọc tệp 3/12" in said and "Làm văn bản trình…" in said and "4/12" not in said
            assert said.endswith("\r") and not said.split("\r")[-2].strip()
        else:
            assert said == ""


def test_many_files_left_for_one_reason_share_a_line_and_json_names_them_all(tell: Tell, office: Workspace) -> None:
    soon = time.time() + 30  # however slow this machine is, the files are still being copied
    for number in range(8):
        path = office.inbox / f"BM01_{number}.xlsx"
        path.write_bytes(b"PK")
        os.utime(path, (soon, soon))
    said = tell("collect", "-w", office.root)
    assert "Còn để lại trong inbox 8 tệp (đang được ghi): BM01_0.xlsx, " in said.err
    assert "BM01_4.xlsx và 3 tệp khác" in said.err and said.err.count("Còn để lại") == 1
    left = json.loads(tell("collect", "-w", office.root, "--json").out)["left"]
    assert sorted(left) == [f"BM01_{number}.xlsx" for number in range(8)]


def test_a_day_without_an_hour_counts_whole_and_a_naive_moment_is_the_office_s(
    tell: Tell, office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    fake(monkeypatch, "run_batch", lambda *a, **k: seen.append(k["as_of"]) or outcome())
    for given in ("2025-03-14", "2025-03-14T17:00", "2025-03-14T10:00:00Z"):
        tell("run", "-w", office.root, "--as-of", given)
    assert [at.isoformat() for at in seen] == [
        "2025-03-14T23:59:59+07:00",
        "2025-03-14T17:00:00+07:00",
        "2025-03-14T17:00:00+07:00",
    ]
    assert tell("run", "-w", office.root, "--as-of", "hôm qua").status == 2


# --- tools --------------------------------------------------------------------------------------


def catalogue(language: str) -> dict[str, str]:
    return _words((ROOT / "nvbatch" / "locale" / language / "LC_MESSAGES" / "nvbatch.mo").read_bytes())


def _words(compiled: bytes) -> dict[str, str]:
    words = gettext.GNUTranslations(io.BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {key[0] if isinstance(key, tuple) else key: word for key, word in words.items() if key}


def spoken(path: Path, *functions: str) -> set[str]:
    """Literals that a module gives to ``_`` and the like, and the help texts of its commands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (functions or ("_",)):
            found.update(a.value for a in node.args[:1] if isinstance(a, ast.Constant))
        if (
            not functions
            and isinstance(node, ast.keyword)
            and node.arg == "help"
            and isinstance(node.value, ast.Constant)
        ):
            found.add(node.value.value)
    return found


# --- the end of the process ---------------------------------------------------------------------


def ended(before: str, *words: str, into: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """A process that does something of its own and then is the command."""
    code = f"import sys\n{before}\nfrom nvbatch.cli import start\nstart()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, stdout=into, stderr=subprocess.PIPE, encoding="utf-8"
    )


def test_a_process_that_ends_at_once_has_said_everything(tmp_path: Path) -> None:
    whole = subprocess.run([sys.executable, "-c", "from nvbatch.cli import main; main(['rules'])"], cwd=ROOT,
                           stdout=subprocess.PIPE, encoding="utf-8")  # fmt: skip
    said = ended("", "rules")
    assert (said.returncode, said.stdout) == (0, whole.stdout) and len(said.stdout) > 1_000
    assert ended("", "status", "-w", str(tmp_path / "khong-co")).returncode == 2


def test_what_was_to_be_done_at_the_end_is_done_and_threads_are_waited_for() -> None:
    assert ended("import atexit; atexit.register(print, 'at the end')", "--version").stdout.endswith("at the end\n")
    late = "from threading import *; Thread(target=lambda: (main_thread().join(), print('late'))).start()"
    assert ended(late, "--version").stdout.endswith("late\n")


@pytest.mark.skipif(
    not Path("/dev/full").exists(),
    reason="SKIPPED LOUDLY: no device that is always full; last words that fail were not tried",
)
def test_what_could_not_be_said_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        assert ended("", "rules", into=full).returncode != 0
