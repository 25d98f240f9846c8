"""A package with parts that lay finished before it unpacks like any other zip."""

from __future__ import annotations

import zipfile
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from nvbatch.press.flow import Flow, Parcel


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
