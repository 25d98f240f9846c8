"""Vietnamese text: what is the same, what only looks the same, and what no workbook can keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvbatch import viet

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
ODD = "\u00a0\u200b\u00ad\ufeff\u202e\u0301\u0323ÐðƉоаеІ \t\n-&0123,.()*"
VIETNAMESE = st.text(st.sampled_from(LETTERS + LETTERS.upper() + ODD))
ANY = st.one_of(st.text(), VIETNAMESE)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("  Sở\u00a0Nội \u202f vụ ", "Sở Nội vụ"),
        ("Sở\u200b N\u00adộ\u2060i\ufeff vụ", "Sở Nội vụ"),
        (unicodedata.normalize("NFD", "Ủy ban nhân dân"), "Ủy ban nhân dân"),
        ("Ðắk Lắk, Ɖà Nẵng, ðiện", "Đắk Lắk, Đà Nẵng, điện"),
        ("Bình Ðịnh\r\nQuy Nhơn\tGia Lai", "Bình Định Quy Nhơn Gia Lai"),
        ("Sở Nоi vu", "Sở Noi vu"),  # a Cyrillic о within a Latin word
        ("Москва", "Москва"),  # a Russian word stays Russian
        ("Hà\u202eNội", "HàNội"),
        ("Hòa, hoà, Uỷ, Ủy", "Hòa, hoà, Uỷ, Ủy"),  # both ways of placing the tone are shown as written
        ("", ""),
    ],
)
def test_text_is_cleaned_for_showing_and_never_rewritten(raw: str, shown: str) -> None:
    assert viet.clean(raw) == shown


def test_long_text_keeps_its_lines_but_no_holes() -> None:
    assert viet.clean(" - Một \r\n\r\n\r\n\r\n -  Hai\u2028Ba ", multiline=True) == "- Một\n\n- Hai\nBa"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"), ("Thủy lợi", "THUỶ LỢI"), ("Ủy ban", "Uỷ ban"), ("khỏe", "khoẻ"), ("xóa", "xoá"),
        ("lí do", "lý do"), ("kĩ thuật", "kỹ thuật"), ("Mĩ", "Mỹ"), ("quí I", "Quý I"), ("qúy", "quý"), ("qùa", "quà"),
        ("Sở  Tài\nchính", "sở tài chính"), (unicodedata.normalize("NFD", "Quảng Ngãi"), "Quảng Ngãi"),
    ],
)  # fmt: skip
def test_these_are_the_same_word(one: str, other: str) -> None:
    assert viet.key(one) == viet.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ba Tơ", "Ba Tô"), ("quý", "quy"), ("tỉnh", "tính"), ("hòa", "hoa"), ("Vy", "Vi"), ("quả", "quà"),
        ("mía", "mýa"), ("Sở Y tế", "Sở I tế"), ("thùy", "thúy"),
    ],
)  # fmt: skip
def test_these_are_different_words(one: str, other: str) -> None:
    assert viet.key(one) != viet.key(other)


def test_a_key_never_touches_the_tone_of_quy() -> None:
    assert unicodedata.normalize("NFD", viet.key("quý"))[-1] == "\u0301"
    assert viet.key("quý").startswith("qu")


def test_folding_drops_every_mark_and_only_suggests() -> None:
    assert viet.fold("ĐẮK LẮK") == "dak lak"
    assert viet.fold("Ba Tơ") == viet.fold("Ba Tô") == "ba to"
    assert viet.fold("Quý IV") == "quy iv"


@pytest.mark.parametrize("label", ["Mã cơ quan (*)", "Mã  cơ\nquan", "MÃ CƠ QUAN ( * )", " mã cơ quan(*) "])
def test_a_header_is_the_same_with_a_star_a_break_or_in_capitals(label: str) -> None:
    assert viet.label_key(label) == viet.key("Mã cơ quan")


def test_a_percent_sign_in_a_header_is_part_of_it() -> None:
    assert viet.label_key("Tiến độ (%)") != viet.label_key("Tiến độ")


def test_names_are_sorted_as_in_a_vietnamese_dictionary() -> None:
    right = ["An", "Ăn", "Ân", "Ba Bình", "Bà An", "Bả", "Bã", "Bá", "Bạ", "Dân", "Đà", "Em", "Sở 2", "Sở 10", "Ủy"]
    shuffled = right[::2] + right[1::2]
    assert sorted(shuffled, key=viet.sort_key) == right


def test_what_no_workbook_can_keep_is_replaced_and_told() -> None:
    assert viet.sanitize("a\x00b\x0bc\ud800d\ufffee\uffff") == ("a\ufffdb\ufffdc\ufffdd\ufffde\ufffd", True)
    assert viet.sanitize("dòng 1\n\tdòng 2") == ("dòng 1\n\tdòng 2", False)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON.xlsx", "_CON.xlsx"),
        ("lpt1.báo cáo.xlsx", "_lpt1.báo cáo.xlsx"),
        (unicodedata.normalize("NFD", "Báo cáo tuần.xlsx"), "Báo cáo tuần.xlsx"),
        ("bao\u202ecaoslx.exe", "baocaoslx.exe"),
        ("a\r\nb\x00.xlsx", "a b_.xlsx"),
        ("C:\\tmp\\x.xlsx", "C__tmp_x.xlsx"),
        ("…", "…"), (" . ", "tep"), ("", "tep"), (".xlsx", "xlsx"), ("x" * 300 + ".xlsx", "x" * 95 + ".xlsx"),
    ],
)  # fmt: skip
def test_a_file_name_is_for_people_and_never_a_path(raw: str, safe: str) -> None:
    assert viet.file_name(raw) == safe


@given(ANY)
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    for multiline in (False, True):
        once = viet.clean(text, multiline=multiline)
        assert viet.clean(once, multiline=multiline) == once


@given(ANY)
def test_composed_and_decomposed_text_is_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert viet.clean(composed) == viet.clean(decomposed)
    assert viet.key(composed) == viet.key(decomposed)
    assert viet.sort_key(composed) == viet.sort_key(decomposed)


@given(ANY)
def test_a_key_is_its_own_key_and_comes_from_the_clean_text(text: str) -> None:
    assert viet.key(viet.key(text)) == viet.key(text)
    assert viet.key(viet.clean(text)) == viet.key(text)


@given(ANY)
def test_a_sanitized_text_holds_nothing_more_to_replace(text: str) -> None:
    kept, changed = viet.sanitize(text)
    assert viet.sanitize(kept) == (kept, False)
    assert changed is (kept != text)
    kept.encode("utf-8")


@given(ANY)
def test_every_file_name_can_be_written(text: str) -> None:
    name = viet.file_name(text)
    assert 0 < len(name) <= 100 and len(name.encode("utf-8")) <= 255
    assert not set(name) & set('<>:"/\\|?*') and name == name.strip(" ")
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name)
    assert viet.file_name(name) == name


def test_plain_text_is_what_cleaning_would_leave_as_it_is() -> None:
    for letter in map(chr, range(0x110000)):
        if viet.is_plain(letter) and not letter.isspace():
            assert viet.clean(viet.sanitize(letter)[0]) == letter, hex(ord(letter))
    assert viet.is_plain("Rà soát, tổng hợp\nbáo cáo") and not viet.is_plain("ho\u0300a")
