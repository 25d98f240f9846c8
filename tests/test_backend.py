"""Reading on a dask cluster: the same Readings as here, and plain words when there is no cluster to be had."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nvbatch.backend import read_there
from nvbatch.config import ConfigError, Intake
from nvbatch.model import Document, Reading, Receipt
from nvbatch.reading import READER_VERSION, digest
from nvbatch.run import run_batch
from nvbatch.stages.read import read
from tests.bench.province import AS_OF, build
from tests.sheet_factory import header, task, xls, xlsx

GOOD = xlsx({"Nhiệm vụ": [header(), task()]})
LATER = xlsx({"Nhiệm vụ": [header(), task(), task(no=2, task_code="NV-2025-00002", progress="120%")]})


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A cluster of two workers on this machine, reached by its address as an office would."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def documents(folder: Path, *contents: bytes) -> list[tuple[Document, Path]]:
    pairs = []
    for number, data in enumerate(contents):
        path = folder / f"{number}.bin"
        path.write_bytes(data)
        when = datetime.fromisoformat("2025-03-20T08:00:00+07:00")
        receipt = Receipt(sequence=number + 1, sha256="0" * 64, name="thu.eml", received_at=when)
        sha256 = digest(path)
        pairs.append(
            (Document(receipt=receipt, part=0, sha256=sha256, container_sha256=None, name=f"{number}.xlsx"), path)
        )
    return pairs


def all_read(pairs: list[tuple[Document, Path]], cache: Path, **how: Any) -> list[Reading]:
    return [reading for _, reading in read(pairs, cache=cache, limits=Intake(), schemas=None, **how)]


def test_a_cluster_gives_the_readings_of_this_machine_and_they_are_kept(scheduler, tmp_path):
    pairs = documents(tmp_path, GOOD, xls({"Nhiệm vụ": [header(), task()]}), b"no workbook", LATER, GOOD)
    here = all_read(pairs, tmp_path / "here")
    assert all_read(pairs, tmp_path / "there", scheduler=scheduler) == here
    assert all_read(pairs, tmp_path / "there", scheduler="tcp://127.0.0.1:9") == here  # nothing is asked again


def test_several_readers_give_what_one_gives_in_the_same_order(tmp_path):
    pairs = documents(tmp_path, GOOD, b"no workbook", LATER, GOOD, xls({"Nhiệm vụ": [header(), task()]}), LATER)
    one = all_read(pairs, tmp_path / "one", jobs=1)
    assert all_read(pairs, tmp_path / "two", jobs=2) == one == all_read(pairs, tmp_path / "one", jobs=2)


def test_a_run_on_a_cluster_writes_the_same_record(scheduler, tmp_path):
    records = []
    for name, words in (("here", ""), ("there", f'backend = "dask"\nscheduler = "{scheduler}"\n')):
        ws = build(tmp_path / name, agencies=3, rows=4)
        ws.config.write_text(f'[office]\nname = "UBND tỉnh Mẫu"\n[run]\n{words}', encoding="utf-8")
        result = run_batch(ws, now=AS_OF, as_of=AS_OF)
        record = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
        assert sum(each["rows_read"] for each in record["submissions"]) == 12
        del record["run"]["generated_at"], record["run"]["id"]
        records.append(record)
    assert records[0] == records[1]


def test_a_scheduler_that_does_not_answer_is_told_with_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr("nvbatch.backend._SECONDS", 0.5)
    with pytest.raises(ConfigError, match=r"Không kết nối được.*127\.0\.0\.1:9.*run\.scheduler"):
        all_read(documents(tmp_path, GOOD), tmp_path / "cache", scheduler="tcp://127.0.0.1:9")


def test_without_an_address_or_the_extra_the_operator_is_told_what_to_do(tmp_path, monkeypatch):
    pairs = documents(tmp_path, GOOD)
    with pytest.raises(ConfigError, match=r"run\.scheduler"):
        all_read(pairs, tmp_path / "cache", scheduler="")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"nvbatch\[dask\]"):
        all_read(pairs, tmp_path / "cache", scheduler="tcp://127.0.0.1:8786")


def test_a_worker_that_sees_another_archive_or_has_another_version_says_so(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(GOOD)
    limits = Intake().model_dump(mode="json")
    asked = {"limits": limits, "schemas": None, "version": READER_VERSION}
    assert "cùng một đường dẫn" in read_there([(str(path), "a.xlsx", "0" * 64)], **asked)
    assert "cùng một đường dẫn" in read_there([(str(tmp_path / "mat"), "a.xlsx", digest(path))], **asked)
    assert "phiên bản" in read_there([], **{**asked, "version": "0"})
