"""A package with parts that lay finished before it unpacks like any other zip."""

from __future__ import annotations

import zipfile
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from nvbatch.press.flow import Flow, Parcel, stretch


@given(st.binary(max_size=200), st.lists(st.binary(max_size=5_000), max_size=5), st.binary(max_size=200))
def test_what_was_written_before_in_and_after_a_flow_is_one_part(
    before: bytes, grown: list[bytes], after: bytes
) -> None:
    flow, file = Flow(BytesIO()), BytesIO()
    for data in grown:
        flow.write(data)
    parcel = Parcel(file)
    parcel.add("a.xml", before)
    parcel.add_around("b.xml", before, flow, after)
    parcel.add("c.xml", after)
    parcel.end()
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.xml", "b.xml", "c.xml"]
        assert [archive.read(name) for name in archive.namelist()] == [
            before, before + b"".join(grown) + after, after,
        ]  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=9).map(lambda word: word * 300)), max_size=8))
def test_finished_stretches_stand_among_what_is_written(pieces: list[tuple[bool, bytes]]) -> None:
    flow, file = Flow(BytesIO()), BytesIO()
    for finished, data in pieces:
        if finished:
            flow.place(stretch(data))
        else:
            flow.write(data)
    parcel = Parcel(file)
    parcel.add_around("a.xml", b"<", flow, b">")
    parcel.end()
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.read("a.xml") == b"<" + b"".join(data for _, data in pieces) + b">"


def test_the_same_pieces_give_the_same_bytes_whatever_lay_in_memory_before() -> None:
    def made() -> bytes:
        flow = Flow(BytesIO())
        for number in range(40):
            flow.place(stretch(b"<row>%d</row>" % number * 90))
            flow.write(b"<si>%d</si>" % number * 70)
        flow.end()
        assert isinstance(flow.file, BytesIO)
        return flow.file.getvalue()

    first = made()
    for junk in range(30):
        held = [bytes([junk]) * (1000 + 37 * junk) for _ in range(300)]
        del held
        assert made() == first
