"""What is handed out states the run's totals: read again from the written files, whoever wrote the number there."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
import snapshot_factory as office

from nvbatch import closing, word
from nvbatch.briefing.printed import FIGURES, MASTER, NEEDED, figures_of, mismatches
from nvbatch.config import ConfigError
from nvbatch.form import load_form, packaged
from nvbatch.named_cells import NotAWorkbook, named_numbers
from nvbatch.reconcile import differences, of_file
from nvbatch.run import RunResult, run_batch
from nvbatch.stages.brief import PartlyBriefed, brief
from nvbatch.stages.tabulate import tabulate
from nvbatch.startup import start_workspace
from nvbatch.workspace import Workspace

TOTALS = asdict(office.snapshot().totals)
DOCUMENT, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"


def changed(source: Path, target: Path, part: str, old: str, new: str, *, times: int = 1) -> Path:
    """A copy of a package in which ``old`` (a pattern) stands as ``new``, as if somebody had typed it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text, found = re.subn(old, new, members[part].decode("utf-8"))
    assert found == times, f"«{old}» stands {found} times"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (members | {part: text.encode()}).items():
            archive.writestr(name, data)
    return target


def own(folder: Path, name: str, old: str, new: str, *, times: int = 1) -> Path:
    """A folder of templates of the Office's own, with one packaged template changed."""
    changed(packaged("templates", name), folder / "templates" / name, DOCUMENT, old, new, times=times)
    return folder / "templates"


def briefed(folder: Path, templates: Path | None) -> tuple[set[str], tuple[str, ...]]:
    """Names of the documents made, and what is said of the others."""
    given = {"register": None, "config": office.config(), "templates": templates, "folder": folder / "out"}
    try:
        made, problems = brief(office.snapshot(), **given), ()  # type: ignore[arg-type]
    except PartlyBriefed as error:
        made, problems = error.outputs, error.problems
    assert all((folder / "out" / output.path).is_file() for output in made)
    return {Path(output.path).name for output in made}, problems


def test_every_needed_figure_is_printed_as_the_run_has_it(tmp_path: Path) -> None:
    made, problems = briefed(tmp_path, None)
    assert set(NEEDED) <= made
    assert problems == ()
    for name, groups in NEEDED.items():
        places = word.document_places(tmp_path / "out" / name)
        assert mismatches(name, places, TOTALS) == ()
        for prefix, figures in groups.items():
            if (name, prefix) != ("Thong-bao-ket-qua.docx", "pl"):  # so few agencies stand in the main text
                assert {f"{prefix}_{figure}" for figure in figures} <= set(places)


@pytest.mark.parametrize(
    ("name", "tag", "figure", "right"),
    [
        ("Bao-cao-tong-hop.docx", r"{{ figures\.overdue }}", "Quá hạn", "17"),
        ("Bao-cao-tong-hop.docx", r"{{ figures\.assigned }}", "Được giao", "120"),
        ("Phieu-trinh.docx", r"{{ figures\.not_aggregated }}", "Chưa tổng hợp", "26"),
        ("Bao-cao-chuong-trinh.docx", r"{{ total\.done }}", "Hoàn thành", "56"),
    ],
)
def test_a_number_typed_into_a_template_keeps_that_document_back_and_no_other(
    tmp_path: Path, name: str, tag: str, figure: str, right: str
) -> None:
    made, problems = briefed(tmp_path, own(tmp_path, name, tag, "999"))
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: số «{figure}» ghi «999», số liệu của lần chạy là {right};")
    assert name not in made
    assert not (tmp_path / "out" / name).exists()
    assert set(NEEDED) - {name} <= made


def test_a_sum_of_one_programme_is_named_with_its_programme(tmp_path: Path) -> None:
    templates = own(tmp_path, "Bao-cao-chuong-trinh.docx", r"{{ program\.total\.assigned }}", "7")
    _, problems = briefed(tmp_path, templates)
    assert [problem.split(";")[0] for problem in problems] == [
        "Bao-cao-chuong-trinh.docx: số «Được giao (chương trình CHUNG)» ghi «7», số liệu của lần chạy là 96",
        "Bao-cao-chuong-trinh.docx: số «Được giao (chương trình DA06)» ghi «7», số liệu của lần chạy là 24",
    ]


def test_a_number_typed_over_its_bookmark_is_missed(tmp_path: Path) -> None:
    """Word drops a bookmark whose whole text is typed over."""
    mark = r'<w:bookmarkStart w:id="\d+" w:name="so_qua_han"/>.*?<w:bookmarkEnd w:id="\d+"/>'
    typed = "<w:r><w:t>5</w:t></w:r>"
    made, problems = briefed(tmp_path, own(tmp_path, "Bao-cao-tong-hop.docx", mark, typed))
    assert "Bao-cao-tong-hop.docx" not in made
    assert problems[0].startswith("Bao-cao-tong-hop.docx: không còn chỗ ghi số «Quá hạn», số liệu của lần chạy là 17")


def test_an_office_may_leave_the_totals_out_altogether(tmp_path: Path) -> None:
    templates = own(tmp_path, "Phieu-trinh.docx", r'w:name="so_\w+"', 'w:name="khac"', times=5)
    assert briefed(tmp_path, templates)[1] == ()


@pytest.mark.parametrize(
    ("printed", "same"), [("1.387", True), ("1387", True), (" 1.387 ", True), ("1387,0", False), ("1.38.7", False)]
)
def test_numbers_are_read_as_people_write_them(printed: str, same: bool) -> None:
    totals = {**TOTALS, "assigned": 1387}
    assert (mismatches("Khac.docx", {"so_duoc_giao": printed}, totals) == ()) == same


def test_small_numbers_are_padded_and_blank_is_no_number() -> None:
    totals = {**TOTALS, "by_status": {"overdue": 7}}
    assert mismatches("Khac.docx", {"so_qua_han": "07", "moc_khac": "x", "_GoBack": ""}, totals) == ()
    assert str(*mismatches("Khac.docx", {"so_qua_han": ""}, totals)) == (
        "số «Quá hạn» ghi «(để trống)», số liệu của lần chạy là 7"
    )


def test_the_figures_add_up() -> None:
    of = figures_of(TOTALS)
    assert set(of) == set(FIGURES)
    parts = ("hoan_thanh", "trong_han", "sap_den_han", "qua_han", "khong_thoi_han", "dinh_ky", "dung_chuyen")
    assert of["duoc_giao"] == sum(of[name] for name in parts)
    assert of["khac"] == of["khong_thoi_han"] + of["dinh_ky"] + of["dung_chuyen"]


# --- the master ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("master") / MASTER
    tabulate(office.snapshot(), form=load_form(), register=None, config=office.config(), path=path)
    return path


def test_the_master_names_the_cells_of_its_totals(master: Path) -> None:
    cells, of = named_numbers(master), figures_of(TOTALS)
    assert {"so_duoc_giao", "so_qua_han", "tong_hoan_thanh_tre_han", "tong_dung", "tong_da_chuyen"} <= set(cells)
    assert {name: int(value) for name, value in cells.items()} == {name: of[name.partition("_")[2]] for name in cells}
    assert of_file(master, TOTALS) == ()


def test_a_master_that_states_another_total_is_named(master: Path, tmp_path: Path) -> None:
    wrong = {**TOTALS, "assigned": 121}
    assert of_file(master, wrong) == ("số «Được giao» ghi «120», số liệu của lần chạy là 121",) * 2
    unnamed = changed(master, tmp_path / MASTER, "xl/workbook.xml", 'name="so_qua_han"', 'name="abc"')
    assert of_file(unnamed, TOTALS) == ("không còn chỗ ghi số «Quá hạn», số liệu của lần chạy là 17",)


def test_what_is_no_workbook_and_no_document_is_said(tmp_path: Path) -> None:
    (tmp_path / MASTER).write_bytes(b"PK")
    with pytest.raises(NotAWorkbook):
        named_numbers(tmp_path / MASTER)
    (tmp_path / "Phieu-trinh.docx").write_bytes(b"PK")
    said = differences(tmp_path, [MASTER, "Phieu-trinh.docx"], {**TOTALS, "assigned": 0})
    assert set(said) == {
        f"{MASTER}: «{MASTER}» không phải là bảng tính (.xlsx)",
        "Bao-cao-tong-hop.docx: không có trong lần chạy",
        "Phieu-trinh.docx: «Phieu-trinh.docx» không phải là tệp Word (.docx)",
        "Thong-bao-ket-qua.docx: không có trong lần chạy",
    }


# --- a whole run --------------------------------------------------------------------------------

NOW = datetime.fromisoformat("2025-03-15T08:00:00+07:00")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("vp")
    start_workspace(folder, now=NOW, sample=True)
    return Workspace(folder)


def run(ws: Workspace) -> RunResult:
    return run_batch(ws, now=NOW, as_of=NOW)


def typed_over(path: Path, mark: str) -> Callable[[], None]:
    """Put another number into a bookmark of a written document; gives what puts the old file back."""
    kept = path.read_bytes()
    changed(path, path, DOCUMENT, rf'(w:name="{mark}"/><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t[^>]*>)[\d.]+<', r"\g<1>4321<")
    return lambda: path.write_bytes(kept) and None


def test_a_run_with_a_tampered_template_hands_out_the_rest_and_cannot_be_published(sample: Workspace) -> None:
    templates = own(sample.root, "Phieu-trinh.docx", r"{{ figures\.done }}", "88")
    result = run(sample)
    (templates / "Phieu-trinh.docx").unlink()
    assert [failure.split(",")[0] for failure in result.failures] == ["Phieu-trinh.docx: số «Hoàn thành» ghi «88»"]
    assert "Phieu-trinh.docx" not in {output.path for output in result.outputs}
    assert not (result.folder / "Phieu-trinh.docx").exists()
    assert (result.folder / "Bao-cao-tong-hop.docx").is_file()
    with pytest.raises(ConfigError, match=r"Phieu-trinh\.docx: không có trong lần chạy"):
        closing.publish(sample, result.run_id, now=NOW)


def test_a_document_changed_after_the_run_keeps_it_from_being_published(sample: Workspace) -> None:
    result = run(sample)
    assert result.failures == ()
    back = typed_over(result.folder / "Bao-cao-tong-hop.docx", "so_duoc_giao")
    with pytest.raises(ConfigError, match=r"Bao-cao-tong-hop\.docx: số «Được giao» ghi «4321», số liệu"):
        closing.publish(sample, result.run_id, now=NOW)
    back()
    assert not json.loads((result.folder / "run.json").read_text(encoding="utf-8"))["run"]["published"]
    closing.publish(sample, result.run_id, now=NOW)
    assert json.loads((result.folder / "run.json").read_text(encoding="utf-8"))["run"]["published"]
