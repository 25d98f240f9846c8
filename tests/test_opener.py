"""Mails and zips are taken apart in a child: what kills it costs one file, what it gave is kept and checked."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from nvbatch.child import Death, resident
from nvbatch.config import Intake
from nvbatch.intake.documents import documents, workbook_path
from nvbatch.intake.envelope import read_envelope
from nvbatch.intake.opener import Opener
from nvbatch.intake.received import receipts
from nvbatch.stages.collect import collect
from nvbatch.workspace import Workspace
from tests.mail_factory import drop, make_config, make_mail, make_workspace, make_xlsx, make_zip

CONFIG = make_config()
MAIL = make_mail([("a.xlsx", make_xlsx("A")), ("gói.zip", make_zip({"b.xlsx": make_xlsx("B")}))])


def taken(tmp_path: Path, **files: bytes) -> Workspace:
    """A workspace in which these files have been collected; ``__`` in a name stands for its dot."""
    workspace = make_workspace(tmp_path)
    for name, data in files.items():
        drop(workspace, name.replace("__", "."), data)
    collect(workspace, CONFIG, datetime(2025, 3, 28, tzinfo=UTC))
    return workspace


def found(workspace: Workspace) -> list[tuple[str, str | None]]:
    return [(d.name, d.fault) for d in documents(workspace, CONFIG, receipts(workspace, CONFIG))]


def dying(monkeypatch: pytest.MonkeyPatch, why: str, code: int, *, on: str) -> None:
    """Let the child die whenever it is given a thing of this name."""
    import nvbatch.child

    ask = nvbatch.child.Worker.ask
    death = Death(why, code)
    monkeypatch.setattr(
        nvbatch.child.Worker, "ask", lambda self, asked: death if asked.get("name") == on else ask(self, asked)
    )


def test_a_mail_and_the_zip_in_it_are_taken_apart_in_the_child(tmp_path):
    workspace = taken(tmp_path, thu__eml=MAIL)
    got = documents(workspace, CONFIG, receipts(workspace, CONFIG))
    assert [d.name for d in got] == ["a.xlsx", "b.xlsx"]
    assert [workbook_path(workspace, d).read_bytes() for d in got] == [make_xlsx("A"), make_xlsx("B")]


def test_one_child_serves_the_whole_batch(tmp_path):
    first, second = tmp_path / "1.eml", tmp_path / "2.eml"
    first.write_bytes(MAIL)
    second.write_bytes(make_mail())
    with Opener(Intake()) as opener:
        opener.open(first, "1.eml", "0" * 64, tmp_path / "parts")
        child = opener.worker.child
        opener.open(second, "2.eml", "1" * 64, tmp_path / "parts")
        assert opener.worker.child is child


@pytest.mark.parametrize(
    ("why", "code", "fault"),
    [("crash", -6, "F101"), ("time", -9, "F103"), ("memory", -9, "F103"), ("cpu", -24, "F103")],
)
def test_a_mail_that_kills_or_stalls_the_child_costs_itself_only(tmp_path, monkeypatch, why, code, fault):
    workspace = taken(tmp_path, xau__eml=make_mail(text="xấu"), tot__eml=MAIL)
    dying(monkeypatch, why, code, on="xau.eml")
    assert sorted(found(workspace), key=str) == [("a.xlsx", None), ("b.xlsx", None), ("xau.eml", fault)]


def test_what_would_happen_again_is_remembered_and_what_would_not_is_tried_again(tmp_path, monkeypatch):
    workspace = taken(tmp_path, thu__eml=MAIL)
    with monkeypatch.context() as patch:
        dying(patch, "time", -9, on="thu.eml")
        assert found(workspace) == [("thu.eml", "F103")]
    assert found(workspace) == [("a.xlsx", None), ("b.xlsx", None)]
    for index in (workspace.cache / "containers").iterdir():
        index.unlink()
    with monkeypatch.context() as patch:
        dying(patch, "crash", -11, on="thu.eml")
        assert found(workspace) == [("thu.eml", "F101")]
    assert found(workspace) == [("thu.eml", "F101")]


@pytest.mark.parametrize(("why", "code"), [("crash", -9), ("crash", 1), ("time", -9)])
def test_a_mail_whose_head_a_troubled_machine_did_not_read_waits_in_the_inbox(tmp_path, monkeypatch, why, code):
    if why == "time" and find_spec("resource") is None:
        pytest.skip("SKIPPED LOUDLY: without limits of CPU a head that takes too long is to blame itself")
    workspace = make_workspace(tmp_path)
    drop(workspace, "thu.eml", MAIL)
    with monkeypatch.context() as patch:
        dying(patch, why, code, on="thu.eml")
        got = collect(workspace, CONFIG, datetime(2025, 3, 28, tzinfo=UTC))
    assert got.receipts == () and set(got.left) == {"thu.eml"} and got.failures
    (receipt,) = collect(workspace, CONFIG, datetime(2025, 3, 29, tzinfo=UTC)).receipts
    assert receipt.sender == read_envelope(MAIL, CONFIG.zone).sender
    assert receipt.received_at == read_envelope(MAIL, CONFIG.zone).received_at


def test_an_index_that_was_touched_is_made_again(tmp_path):
    workspace = taken(tmp_path, thu__eml=MAIL)
    before = found(workspace)
    (index,) = (workspace.cache / "containers").iterdir()
    index.write_bytes(index.read_bytes().replace(b"a.xlsx", b"z.xlsx"))
    assert found(workspace) == before
    index.write_bytes(b"[]")
    assert found(workspace) == before


def test_a_part_that_was_touched_is_taken_from_the_archive_again(tmp_path):
    workspace = taken(tmp_path, thu__eml=MAIL)
    first, _ = documents(workspace, CONFIG, receipts(workspace, CONFIG))
    (workspace.cache / "parts" / first.sha256).write_bytes(b"something else")
    assert workbook_path(workspace, first).read_bytes() == make_xlsx("A")


def test_a_mail_that_is_gone_from_the_archive_costs_itself_only(tmp_path):
    workspace = taken(tmp_path, mot__eml=make_mail([("c.xlsx", make_xlsx("C"))]), hai__eml=MAIL)
    lost = next(r for r in receipts(workspace, CONFIG) if r.name == "mot.eml")
    (workspace.archive / lost.sha256[:2] / lost.sha256).unlink()
    assert sorted(found(workspace), key=str) == [("a.xlsx", None), ("b.xlsx", None), ("mot.eml", "F101")]


def test_the_child_reads_an_envelope_as_it_is_read_here(tmp_path):
    path = tmp_path / "thu.eml"
    path.write_bytes(MAIL)
    with Opener(Intake()) as opener:
        assert opener.envelope(path, "thu.eml", CONFIG.zone) == read_envelope(MAIL, CONFIG.zone)


def test_a_zip_that_is_a_hundred_times_what_it_says_is_stopped(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("a.xlsx", b"\x00" * (30 << 20))
    data = bytearray(stream.getvalue())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)  # the directory lies about the size
    workspace = taken(tmp_path, bom__zip=bytes(data))
    assert found(workspace)[0][1] in ("F101", "F103")


def test_what_a_process_holds_can_be_told_without_proc(monkeypatch):
    import os

    told = resident(os.getpid())
    monkeypatch.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(FileNotFoundError()))
    by_library = resident(os.getpid())
    assert told and by_library and 0.5 < told / by_library < 2
