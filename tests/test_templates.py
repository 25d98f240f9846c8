"""What `doctor` says of an office's own Word templates, before a run stumbles over them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from nvbatch.briefing.names import NAMES
from nvbatch.briefing.templates import check_templates
from nvbatch.form import packaged


def own(folder: Path, *texts: str, name: str = "Danh-sach-giai-trinh.docx") -> Path:
    """A folder with one template, typed by hand."""
    from docx import Document

    document = Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(str(folder / name))
    return folder


def test_the_packaged_templates_have_nothing_wrong(tmp_path: Path) -> None:
    for name in NAMES:
        shutil.copy(packaged("templates", name), tmp_path / name)
    assert check_templates(tmp_path) == ()


def test_no_folder_and_an_empty_one_are_well(tmp_path: Path) -> None:
    assert check_templates(None) == check_templates(tmp_path / "khong-co") == check_templates(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ subjet }}", "dùng tên «subjet» không có trong dữ liệu của mẫu này. Có phải là «subject»?"),
        ("{{ zzzzqqq }}", "dùng tên «zzzzqqq» không có trong dữ liệu của mẫu này."),
        ("{% for a in agencies %}{{ a.nam }}{% endfor %}", "dùng tên «a.nam» không có"),
        ("{% for a in agencies %}{% for t in a.tasks %}{{ t.contents }}{% endfor %}{% endfor %}", "«t.contents»"),
        ("{{ agencies[0].namme }}", "«….namme»"),
        ("{% if closing and intr %}x{% endif %}", "«intr» không có trong dữ liệu của mẫu này. Có phải là «intro»?"),
        ("{{ (agencies|first).heads }}", "«….heads»"),
    ],
)
def test_a_name_that_is_not_documented_is_told_with_the_nearest(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = check_templates(own(tmp_path, text))
    assert problem.startswith("Danh-sach-giai-trinh.docx: ")
    assert said in problem


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in agencies %}{{ loop.index }}{% if a.tasks %}{{ a.tasks|length }}{% endif %}{% endfor %}",
        "{% set n = 0 %}{{ n }}{{ subject|upper }}",
        "{{ agencies[0].tasks[0].why if agencies else intro }}",
        "{% for key, value in closing.items() %}{{ key }}{{ value.x }}{% endfor %}",
    ],
)
def test_names_that_a_template_brings_itself_are_known(tmp_path: Path, text: str) -> None:
    assert [problem for problem in check_templates(own(tmp_path, text)) if "items" not in problem] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if closing %}", "thiếu thẻ kết thúc «endif»"),
        ("{% for a in agencies %}", "thiếu thẻ kết thúc «endfor»"),
        ("{% endfor %}", "thẻ «endfor» không có thẻ mở đi trước"),
        ("{% in subject %}", "thẻ «in» không có trong ngôn ngữ mẫu"),
        ("{{ subject", "dấu ngoặc hoặc tên viết sai"),
        ("{{ a b }}", "tại «{{ a b }}», sau chữ «Kính gửi lãnh đạo»"),
    ],
)
def test_a_tag_that_is_written_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = check_templates(own(tmp_path, "Kính gửi lãnh đạo", text))
    assert problem.startswith("Danh-sach-giai-trinh.docx: có thẻ lệnh viết sai: ")
    assert said in problem


def test_totals_without_their_bookmarks_are_told(tmp_path: Path) -> None:
    (problem,) = check_templates(own(tmp_path, "{{ figures.overdue }}", name="Phieu-trinh.docx"))
    assert "thiếu dấu trang (bookmark) giữ số tổng: «Chưa tổng hợp» (so_chua_tong_hop)" in problem


@pytest.mark.parametrize("data", [b"", b"khong phai tep Word", b"PK\x03\x04 hong"])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "don-doc.docx").write_bytes(data)
    assert check_templates(tmp_path) == ("don-doc.docx: không phải là tệp Word (.docx).",)


def test_a_package_without_a_document_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "don-doc.docx", "w") as archive:
        archive.writestr("khac.xml", "<x/>")
    assert check_templates(tmp_path) == ("don-doc.docx: không phải là tệp Word (.docx).",)


def test_a_file_under_another_name_is_never_used_and_that_is_told(tmp_path: Path) -> None:
    own(tmp_path, "x", name="Phieu-trinh (ban sua).docx")
    own(tmp_path, "x", name="~$ieu-trinh.docx")
    (tmp_path / "ghi-chu.txt").write_text("không phải mẫu Word", encoding="utf-8")
    (problem,) = check_templates(tmp_path)
    assert problem.startswith(
        "Phieu-trinh (ban sua).docx: không phải tên mẫu được dùng. Có phải là «Phieu-trinh.docx»?"
    )
