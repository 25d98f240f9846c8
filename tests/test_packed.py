"""What was packed comes out again, at once or column by column when somebody asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nvbatch.model import Note, Reading, Table
from nvbatch.packed import pack, unpack
from nvbatch.packed_columns import Later

TEXTS = st.none() | st.text(max_size=6) | st.sampled_from(["", "\x1f", "\x1e", "a\x1fb", "\ud800", "Đề án"])
CELLS = TEXTS | st.floats(allow_nan=False) | st.dates()
KEYS = ("task_code", "content", "deadline", "narrative", "progress")


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    lines = draw(st.integers(0, 5))
    column = st.lists(TEXTS, min_size=lines, max_size=lines) | st.lists(CELLS, min_size=lines, max_size=lines)
    values = {key: tuple(draw(column)) for key in KEYS}
    table = Table(
        sheet="Nhiệm vụ", header_row=4, letters=dict.fromkeys(KEYS, "B"), labels=dict.fromkeys(KEYS, "Cột"),
        rows=tuple(range(5, 5 + lines)), values=values, extra_values={"Z": tuple(draw(column))},
    )  # fmt: skip
    notes = draw(
        st.lists(st.builds(Note, rule=st.just("C404"), row=st.none() | st.integers(1, 9), value=TEXTS.filter(bool)))
    )
    return Reading(sha256="a" * 64, format="xlsx", tasks=table, notes=tuple(notes))


@settings(max_examples=100)
@given(reading=readings())
def test_what_was_packed_comes_out_again(reading: Reading) -> None:
    at_once, later = unpack(pack(reading)), unpack(pack(reading), later=True)
    assert at_once == reading == later == at_once and at_once.digest == later.digest
    assert pack(at_once) == pack(later) == pack(reading)


def test_what_the_office_wrote_is_taken_apart_when_it_is_asked_for() -> None:
    texts = tuple(f"Nội dung {n}" for n in range(40))
    table = Table(sheet="N", header_row=1, letters={"content": "B", "narrative": "C"}, labels={}, rows=tuple(range(40)),
                  values={"content": texts, "narrative": texts})  # fmt: skip
    made = unpack(pack(Reading(sha256="a", format="xlsx", tasks=table)), later=True).tasks
    assert made is not None and isinstance(made.values["content"], Later)
    assert not isinstance(made.values["narrative"], Later)
    assert made.values["content"] == texts


USES: dict[str, Any] = {
    "length": len, "as a list": list, "a cell": lambda c: c[1], "the last": lambda c: c[-1], "a part": lambda c: c[1:],
    "counted": lambda c: c.count(None), "place": lambda c: c.index("b"), "found": lambda c: "b" in c, "truth": bool,
    "shown": repr, "hashed": hash, "in a set": lambda c: c in {("a", None, "b")}, "added": lambda c: [1, *c],
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_column_taken_apart_later_is_like_any_other(use: str) -> None:
    column = Later(b"a\x1f\x1fb", 3)
    assert USES[use](column) == USES[use](("a", None, "b")) and column == ("a", None, "b")
    assert column == Later(b"a\x1f\x1fb", 3) != ("a",)


def test_a_column_of_another_length_is_none() -> None:
    with pytest.raises(ValueError):
        Later(b"a\x1fb", 3)
