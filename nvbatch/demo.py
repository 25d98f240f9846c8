"""A sample case in, its periods played in order in a fresh workspace: one run after another out."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch.nearest import ask_for
from nvbatch.workspace import Workspace

if TYPE_CHECKING:
    from nvbatch.run import RunResult

SAMPLES = Path(__file__).resolve().parent.parent / "sample_workbooks"
MARK = ".nvbatch-demo"  # only a folder that bears it is ever emptied


class DemoError(Exception):
    """The case cannot be played; the text is Vietnamese and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One period of a case: what the Office has at that moment."""

    period: str
    folder: Path
    as_of: datetime
    conference: date | None


def cases(samples: Path = SAMPLES) -> tuple[str, ...]:
    """Names of the cases at hand; none in an installation without the source tree."""
    if not samples.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in samples.iterdir() if any(folder.glob("*/case.toml"))))


def acts(case: str, samples: Path = SAMPLES) -> tuple[Act, ...]:
    """The periods of a case in order. Raises DemoError when there is no such case."""
    known = cases(samples)
    if not known:
        raise DemoError(
            "Bộ mẫu không đi kèm bản cài đặt này. Hãy chạy «nvbatch demo» trong thư mục mã nguồn của nvbatch."
        )
    if case not in known:
        raise DemoError(f"Không có bộ mẫu «{case}».{ask_for(case, known)} Các bộ đang có: {', '.join(known)}.")
    return tuple(_act(path) for path in sorted((samples / case).glob("*/case.toml")))


def play(case: str, folder: Path, samples: Path = SAMPLES) -> Iterator[tuple[Act, RunResult]]:
    """Play the case in ``folder``, which is made anew; gives each period's run as it ends."""
    from nvbatch.closing import publish
    from nvbatch.run import run_batch
    from nvbatch.startup import start_workspace

    parts = acts(case, samples)
    _empty(folder)
    start_workspace(folder, now=parts[0].as_of)
    (folder / MARK).write_text(f"{case}\n", encoding="utf-8")
    workspace = Workspace(folder)
    for act in parts:
        lay_out(act, workspace)
        # The moment of the case is also its clock, so that the demo gives the same figures on every day.
        result = run_batch(workspace, now=act.as_of, as_of=act.as_of, period=act.period, conference=act.conference)
        yield act, result
        if not result.snapshot.provisional and result.snapshot.published_before is None:  # the next period compares
            publish(workspace, result.run_id, now=act.as_of)


def lay_out(act: Act, workspace: Workspace) -> None:
    """Put a period's register, configuration and arrivals where the Office would."""
    shutil.copyfile(act.folder / "register.xlsx", workspace.register)
    shutil.copyfile(act.folder / "nvbatch.toml", workspace.config)
    for source in sorted((act.folder / "inbox").iterdir()):
        target = workspace.inbox / source.name
        shutil.copyfile(source, target)
        os.utime(target, (act.as_of.timestamp(),) * 2)  # a file of this very second would be taken for half written


def _act(path: Path) -> Act:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Act(period=path.parent.name, folder=path.parent, as_of=data["as_of"], conference=data.get("conference"))


def _empty(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise DemoError(f"Thư mục «{folder}» đã có nội dung, không dùng để chạy thử. Hãy chọn thư mục khác.")
        shutil.rmtree(folder)
