"""The bench itself works: a quick form of it, with its checks and without any time limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.__main__ import bench
from tests.bench.province import build


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="SKIPPED LOUDLY: no wait4 here; the bench was not tried")
def test_the_bench_runs_both_sides_and_checks_their_outputs(tmp_path: Path) -> None:
    page = "\n".join(bench(tmp_path, files=5, rows=10, pairs=1, grow=True))
    for line in (
        "whole weekly run / peer",
        "second run, nothing new / first",
        "one corrected workbook / first",
        "among 20",
        "reading a workbook / expat",
        "a list of all rows × 20 / XlsxWriter",
        "a letter / docxtpl",
        "| read |",
    ):
        assert line in page


def test_the_province_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(tmp_path / name, agencies=2, rows=5)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) == 5
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
